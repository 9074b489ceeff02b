package dev.pollux.examples.watch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.Strace;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WatchTest {
    @TempDir
    private Path folder;

    @Test
    void everyKindOfEventComesThroughOneEpoll() throws Exception {
        try (ExampleProcess watch = ExampleProcess.start("watch", "--port", "0", "--every", "1", "--directory",
                folder.toString(), "--child", "sleep 0.5; exit 7")) {
            int port = watch.port();
            watch.awaitLine("child      Exited[code=7], and to Java its exit code is 7");
            watch.awaitLine("timer      expirations: 1");
            Files.writeString(folder.resolve("näme"), "x");
            watch.awaitLine("directory  IN_CREATE näme");
            watch.awaitLine("directory  IN_CLOSE_WRITE näme");
            OutputStream stdin = watch.process.getOutputStream();
            stdin.write("hello\n".getBytes(StandardCharsets.UTF_8));
            stdin.flush();
            watch.awaitLine("stdin      hello");
            watch.signal("USR1");
            watch.awaitLine("signal     USR1, times: 1");
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertEquals(-1, client.getInputStream().read());
            }
            watch.awaitLine("socket     connection from");
            stdin.close();
            watch.awaitLine("stdin      has ended");
            watch.awaitLine("timer      expirations: 1");
            watch.signal("TERM");
            assertEquals(143, watch.exitCode());
            assertEquals(List.of(), watch.restOfStderr());
        }
    }

    @Test
    void aConnectionThatIsGoneAlreadyEndsNothing() throws Exception {
        try (ExampleProcess watch = ExampleProcess.start("watch", "--port", "0", "--directory", folder.toString())) {
            int port = watch.port();
            watch.signal("STOP");
            awaitStopped(watch.process.pid());
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.setSoLinger(true, 0); // a reset
            }
            watch.signal("CONT");
            watch.awaitLine("socket     connection that was reset");
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertEquals(-1, client.getInputStream().read());
            }
            watch.awaitLine("socket     connection from");
            watch.signal("TERM");
            assertEquals(143, watch.exitCode());
            assertEquals(List.of(), watch.restOfStderr());
        }
    }

    @Test
    void anErrorOfAcceptThatLastsNeitherEndsItNorMakesItSpin() throws Exception {
        Strace.require();
        try (ExampleProcess watch = ExampleProcess.start("watch", "--port", "0", "--directory", folder.toString())) {
            int port = watch.port();
            try (Strace strace = Strace.attach(watch.process.pid(), "accept4", "error=EMFILE")) {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                Thread.sleep(1500);
                int calls = strace.calls("accept4").size();
                assertTrue(calls > 0);
                assertTrue(calls < 60, () -> "it spins: " + calls + " calls");
            }
            watch.awaitLine("socket     connection from");
            watch.signal("TERM");
            assertEquals(143, watch.exitCode());
            assertTrue(watch.restOfStderr().getFirst().startsWith("no new connections for now: "),
                    watch.stderr()::toString);
        }
    }

    @Test
    void namesAndLinesOfOthersCannotForgeALineOrMoveTheCursor() throws Exception {
        try (ExampleProcess watch = ExampleProcess.start("watch", "--port", "0", "--directory", folder.toString())) {
            watch.port();
            Files.createFile(folder.resolve("a\nsocket     connection from \033[2Jme\\"));
            assertEquals("directory  IN_CREATE a\\nsocket     connection from \\x1b[2Jme\\\\",
                    watch.awaitLine("IN_CREATE"));
            OutputStream stdin = watch.process.getOutputStream();
            stdin.write("one\nsignal\033[A     USR1\n".getBytes(StandardCharsets.UTF_8));
            stdin.flush();
            watch.awaitLine("stdin      one");
            assertEquals("stdin      signal\\x1b[A     USR1", watch.awaitLine("stdin "));
        }
    }

    @Test
    void stdinThatIsAConnectionAndResetIsReportedAndTheRestGoesOn() throws Exception {
        try (ServerSocket inetd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExampleProcess watch = new ExampleProcess(new ProcessBuilder(ExampleProcess.commandOnConnection(
                        inetd.getLocalPort(), "watch", "--port", "0", "--directory", folder.toString())))) {
            try (Socket stdin = ExampleProcess.accept(inetd)) {
                watch.port();
                stdin.getOutputStream().write("hello\n".getBytes(StandardCharsets.UTF_8));
                watch.awaitLine("stdin      hello");
                stdin.setSoLinger(true, 0);
            }
            assertTrue(watch.awaitLine("stdin      is broken: ").contains("ECONNRESET"));
            watch.signal("USR1");
            watch.awaitLine("signal     USR1, times: 1");
            watch.signal("TERM");
            assertEquals(143, watch.exitCode());
            assertEquals(List.of(), watch.restOfStderr());
        }
    }

    private static void awaitStopped(long pid) throws InterruptedException {
        for (boolean all = false; !all; Thread.sleep(1)) {
            all = true;
            try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
                for (Path thread : threads) {
                    all &= Files.readString(thread.resolve("stat")).contains(") T ");
                }
            } catch (IOException e) { // a thread has ended meanwhile
                all = false;
            }
        }
    }

    @Test
    void aChildThatHasEndedIsToldToo() throws Exception {
        try (ExampleProcess watch = ExampleProcess.start("watch", "--port", "0", "--directory", folder.toString(),
                "--child", "exit 7")) {
            // before the pidfd is opened, or after
            String line = watch.awaitLine("child  ");
            assertTrue(line.endsWith(" exit code 7") || line.endsWith(" exit code is 7"), line);
            watch.signal("INT");
            assertEquals(130, watch.exitCode());
        }
    }

    @Test
    void whatCannotBeWatchedIsOneLineAndExitCodeTwo() throws Exception {
        try (ExampleProcess watch = ExampleProcess.start("watch", "--port", "0", "--directory", folder + "/none")) {
            assertEquals(2, watch.exitCode());
            assertTrue(watch.restOfStderr().getFirst().startsWith("watch: cannot watch " + folder + "/none: "),
                    watch.stderr()::toString);
        }
    }

    @Test
    void aStdinThatIsAlwaysReadyIsLeftOut() throws Exception {
        List<String> command = ExampleProcess.command("watch", "--port", "0", "--directory", folder.toString());
        try (ExampleProcess watch = new ExampleProcess(
                new ProcessBuilder(command).redirectInput(Path.of("/dev/null").toFile()))) {
            watch.awaitLine("stdin      is nothing that epoll could wait for");
            watch.port();
            watch.signal("INT");
            assertEquals(130, watch.exitCode());
        }
    }
}
