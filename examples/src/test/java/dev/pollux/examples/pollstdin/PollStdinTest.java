package dev.pollux.examples.pollstdin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Fcntl;
import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.Proc;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code poll-stdin}. */
@Timeout(180)
class PollStdinTest {
    @TempDir
    Path folder;

    @Test
    void linesAreEchoedAsTheyComeAndTheLastOneNeedsNoEnd() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("poll-stdin", "--port", "0")) {
            int port = example.port();
            OutputStream stdin = example.process.getOutputStream();
            write(stdin, "one\ntwo\nthr");
            assertEquals("[stdin] one", example.awaitLine("[stdin]"));
            assertEquals("[stdin] two", example.awaitLine("[stdin]"));
            write(stdin, "ee\n\ngrüße\nlast");
            assertEquals("[stdin] three", example.awaitLine("[stdin]"));
            assertEquals("[stdin] ", example.awaitLine("[stdin]"));
            assertEquals("[stdin] grüße", example.awaitLine("[stdin]"));
            stdin.close();
            assertEquals("[stdin] last", example.awaitLine("[stdin]"));
            connectAndAwait(example, port);
        }
    }

    @Test
    void listenerIsShownToBeNonBlockingAndStdinIsLeftBlocking() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("poll-stdin", "--port", "0")) {
            int port = example.port();
            Matcher listener = Pattern.compile("listener fd=(\\d+): fcntl\\(F_GETFL\\) = 0([0-7]+), O_NONBLOCK is set")
                    .matcher(example.awaitLine("F_GETFL"));
            assertTrue(listener.matches());
            assertNotEquals(0, Integer.parseInt(listener.group(2), 8) & Fcntl.O_NONBLOCK);
            assertNotEquals(0, flags(example, Integer.parseInt(listener.group(1))) & Fcntl.O_NONBLOCK);
            write(example.process.getOutputStream(), "x\n");
            example.awaitLine("[stdin] x");
            connectAndAwait(example, port);
            assertEquals(0, flags(example, 0) & Fcntl.O_NONBLOCK);
        }
    }

    private static int flags(ExampleProcess example, int fd) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + example.process.pid() + "/fdinfo/" + fd)).stream()
                .filter(line -> line.startsWith("flags:"))
                .mapToInt(line -> Integer.parseInt(line.substring(6).strip(), 8)).findFirst().orElseThrow();
    }

    @Test
    void connectionsAreNamedAndClosed() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("poll-stdin", "--port", "0")) {
            int port = example.port();
            for (int i = 0; i < 5; i++) {
                connectAndAwait(example, port);
            }
            write(example.process.getOutputStream(), "still here\n");
            example.awaitLine("[stdin] still here");
        }
    }

    @Test
    void devNullEndsAtOnceAndTheListenerGoesOn() throws Exception {
        assertGoesOnQuietly(new File("/dev/null"), "");
    }

    @Test
    void fileIsReadToItsEndAndTheListenerGoesOn() throws Exception {
        Path file = folder.resolve("lines");
        String longLine = "x".repeat(10_000);
        Files.writeString(file, "a\n" + longLine + "\nb");
        assertGoesOnQuietly(file.toFile(), "[stdin] a\n[stdin] " + longLine + "\n[stdin] b\n");
    }

    @Test
    void directoryIsReportedAndTheListenerGoesOn() throws Exception {
        List<String> command = ExampleProcess.byShell("<.", ExampleProcess.command("poll-stdin", "--port", "0"));
        try (ExampleProcess example = new ExampleProcess(new ProcessBuilder(command).directory(folder.toFile()))) {
            connectAndAwait(example, example.port());
            example.signal("TERM");
            assertEquals(143, example.exitCode());
            List<String> complaint = example.restOfStderr();
            assertEquals(1, complaint.size(), complaint::toString);
            assertTrue(complaint.getFirst().contains("EISDIR"), complaint::toString);
        }
    }

    /** After the end of stdin, which poll would report for ever. */
    private static void assertGoesOnQuietly(File stdin, String expected) throws Exception {
        try (ExampleProcess example = start(stdin)) {
            int port = example.port();
            connectAndAwait(example, port);
            double before = example.proc.cpuSeconds();
            Thread.sleep(2000);
            double used = example.proc.cpuSeconds() - before;
            assertTrue(used < 0.5, () -> "it spins: " + used + " s of CPU time in 2 s");
            connectAndAwait(example, port);
            assertEquals(expected, example.stdout().stream().filter(line -> line.startsWith("[stdin]"))
                    .map(line -> line + "\n").collect(Collectors.joining()));
        }
    }

    private static ExampleProcess start(File stdin) throws IOException {
        return new ExampleProcess(new ProcessBuilder(ExampleProcess.command("poll-stdin", "--port", "0"))
                .redirectInput(stdin));
    }

    @Test
    void stdinWithoutAPauseDoesNotKeepConnectionsWaiting() throws Exception {
        try (ExampleProcess example = start(new File("/dev/zero"))) {
            int port = example.port();
            connectAndAwait(example, port);
            connectAndAwait(example, port);
        }
    }

    @Test
    void outputThatNobodyReadsEndsIt() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("poll-stdin", "--port", "0")) {
            example.port();
            example.process.getInputStream().close();
            OutputStream stdin = example.process.getOutputStream();
            try {
                for (int i = 0; i < 1000 && example.process.isAlive(); i++) {
                    write(stdin, "line\n");
                    Thread.sleep(10);
                }
            } catch (IOException e) {
                // it has ended
            }
            assertEquals(1, example.exitCode());
            List<String> complaint = example.restOfStderr();
            assertEquals(1, complaint.size(), complaint::toString);
            assertTrue(complaint.getFirst().startsWith("poll-stdin: standard output: write("), complaint::toString);
            assertTrue(complaint.getFirst().contains("EPIPE"), complaint::toString);
        }
    }

    @Test
    void outputThatIsNonBlockingArrivesWhole() throws Exception {
        Path file = folder.resolve("lines");
        String lines = IntStream.range(0, 20_000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
        Files.writeString(file, lines);
        // a pipe, which nobody reads until it has been full for long
        Process example = new ProcessBuilder(ExampleProcess.byPerl(
                "use Fcntl; fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK) or die $!;",
                ExampleProcess.command("poll-stdin", "--port", "0")))
                .redirectInput(file.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader stdout = example.inputReader(StandardCharsets.UTF_8)) {
            assertTrue(stdout.readLine().contains("listening on"));
            assertTrue(stdout.readLine().contains("F_GETFL"));
            Thread.sleep(1000);
            for (int i = 0; i < 20_000; i++) {
                assertEquals("[stdin] line " + i, stdout.readLine());
            }
        } finally {
            example.destroyForcibly().waitFor();
        }
    }

    @Test
    void whatATerminalWouldObeyIsShownInstead() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("poll-stdin", "--port", "0")) {
            example.port();
            OutputStream stdin = example.process.getOutputStream();
            write(stdin, "\033[2Jgone\rnew connection fd=7\n");
            assertEquals("[stdin] \\x1b[2Jgone\\rnew connection fd=7", example.awaitLine("[stdin]"));
            stdin.write(new byte[] {'a', (byte) 0xff, (byte) 0xc3, '\n'});
            stdin.flush();
            assertEquals("[stdin] a\\xff\\xc3", example.awaitLine("[stdin]"));
        }
    }

    @Test
    void stdinThatWasClosedIsNotAFileOfTheJvm() throws Exception {
        List<String> command = ExampleProcess.byShell("<&-", ExampleProcess.command("poll-stdin", "--port", "0"));
        try (ExampleProcess example = new ExampleProcess(new ProcessBuilder(command))) {
            connectAndAwait(example, example.port());
            assertTrue(example.stdout().stream().noneMatch(line -> line.startsWith("[stdin]")),
                    () -> example.stdout().size() + " lines");
            example.signal("TERM");
            assertEquals(143, example.exitCode());
            assertEquals(List.of(), example.restOfStderr());
        }
    }

    @Test
    void stdinThatIsAConnectionAndResetIsReportedAndTheListenerGoesOn() throws Exception {
        try (ServerSocket inetd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExampleProcess example = new ExampleProcess(new ProcessBuilder(ExampleProcess.commandOnConnection(
                        inetd.getLocalPort(), "poll-stdin", "--port", "0")))) {
            int port;
            try (Socket stdin = ExampleProcess.accept(inetd)) {
                port = example.port();
                write(stdin.getOutputStream(), "hello\n");
                example.awaitLine("[stdin] hello");
                stdin.setSoLinger(true, 0);
            }
            connectAndAwait(example, port);
            example.signal("TERM");
            assertEquals(143, example.exitCode());
            assertTrue(example.restOfStderr().getFirst().contains("ECONNRESET"), example.stderr()::toString);
        }
    }

    @Test
    void inTheBackgroundOfATerminalItIsNotStoppedByWhatIsTyped() throws Exception {
        ExampleProcess.requireProgram("script"); // of util-linux, for a terminal
        ExampleProcess.requireProgram("bash"); // for job control
        Path launcher = folder.resolve("launcher");
        // set -m: a background command becomes a process group of its own; it would get /dev/null as stdin otherwise
        Files.writeString(launcher, "set -m\n" + ExampleProcess.command("poll-stdin", "--port", "0").stream()
                .map(word -> "'" + word + "'").collect(Collectors.joining(" ")) + " </dev/tty &\nwait\n");
        ProcessBuilder builder = new ProcessBuilder("script", "-q", "-c", "bash " + launcher, "/dev/null");
        builder.redirectErrorStream(true);
        try (ExampleProcess script = new ExampleProcess(builder)) {
            String line = script.awaitLine("listening on").strip();
            long pid = Long.parseLong(line.substring(line.lastIndexOf(' ') + 1));
            int port = Integer.parseInt(line.replaceAll(".*:(\\d+),.*", "$1"));
            script.awaitLine("F_GETFL");
            write(script.process.getOutputStream(), "typed\n");
            Thread.sleep(1500);
            connectAndAwait(script, port);
            assertNotEquals("T", new Proc(pid).stat()[0]);
            assertFalse(script.stdout().stream().anyMatch(seen -> seen.contains("[stdin]")),
                    () -> script.stdout().toString());
            ExampleProcess.signal("KILL", pid);
        }
    }

    private static void connectAndAwait(ExampleProcess example, int port) throws Exception {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.setSoTimeout((int) ExampleProcess.PATIENCE_SECONDS * 1000);
            assertTrue(example.awaitLine("new connection").strip().matches("new connection fd=\\d+"));
            assertEquals(-1, client.getInputStream().read());
        }
    }

    private static void write(OutputStream stdin, String text) throws IOException {
        stdin.write(text.getBytes(StandardCharsets.UTF_8));
        stdin.flush();
    }
}
