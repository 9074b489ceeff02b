package dev.pollux.examples.pollstdin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Fcntl;
import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.Proc;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
        List<String> command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" <.", "sh"));
        command.addAll(ExampleProcess.command("poll-stdin", "--port", "0"));
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
            assertEquals(0, example.exitCode());
        }
    }

    @Test
    void inTheBackgroundOfATerminalItIsNotStoppedByWhatIsTyped() throws Exception {
        assumeTrue(has("script") && has("bash"),
                "needs script(1) of util-linux for a terminal, and bash for job control");
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

    private static boolean has(String program) {
        return Pattern.compile(":").splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
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
