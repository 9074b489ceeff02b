package dev.pollux.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every example does with descriptors 0, 1 and 2, whatever they are. */
@Timeout(180)
class OutputTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "--help",
        "echo --help",
        "echo --port 0",
        "poll-stdin --port 0",
        "watch --port 0",
        "idle --idle 1 --active 1 --seconds 60",
        "soak --backend poll --connections 1000000",
    })
    void outputThatDoesNotFitOnTheDiskIsOneLineAndExitCodeOne(String arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(ExampleProcess.command(arguments.split(" ")))
                .redirectOutput(new File("/dev/full"));
        try (ExampleProcess example = new ExampleProcess(builder)) {
            assertEquals(1, example.exitCode(), example.stderr()::toString);
            assertComplaint(example, "ENOSPC");
        }
    }

    @Test
    void outputThatNobodyReadsToItsEndIsOneLineAndExitCodeOne() throws Exception {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c",
                "yes | \"$@\" | head -n 5; exit ${PIPESTATUS[1]}", "bash");
        builder.command().addAll(ExampleProcess.command("poll-stdin", "--port", "0"));
        ExampleProcess.requireProgram("bash");
        try (ExampleProcess example = new ExampleProcess(builder)) {
            assertEquals(1, example.exitCode(), example.stderr()::toString);
            assertEquals(5, example.restOfStdout().size());
            assertComplaint(example, "EPIPE");
        }
    }

    private static void assertComplaint(ExampleProcess example, String errno) throws InterruptedException {
        List<String> complaint = example.restOfStderr();
        assertEquals(1, complaint.size(), complaint::toString);
        assertTrue(complaint.getFirst().matches("\\S+: standard output: write\\(.*" + errno + ".*"),
                complaint::toString);
    }

    @ParameterizedTest
    @CsvSource({"<&-, 0", ">&-, 1", "2>&-, 2", "<&- >&- 2>&-, 0", "<&- >&- 2>&-, 1", "<&- >&- 2>&-, 2", "<&- 2>&-, 2"})
    void noConnectionGetsTheNumberOfAStreamThatIsClosed(String redirections, int number) throws Exception {
        int port = freePort();
        List<String> command = ExampleProcess.byShell(redirections,
                ExampleProcess.command("echo", "--port", Integer.toString(port)));
        try (ExampleProcess server = new ExampleProcess(new ProcessBuilder(command));
                Socket client = connect(server, port)) {
            client.setSoTimeout((int) ExampleProcess.PATIENCE_SECONDS * 1000);
            client.getOutputStream().write('x');
            assertEquals('x', client.getInputStream().read());
            String target = Files.readSymbolicLink(Path.of("/proc/" + server.process.pid() + "/fd/" + number))
                    .toString();
            assertFalse(target.matches("(socket|anon_inode|pipe):.*"), target);
            server.signal("TERM");
            assertEquals(-1, client.getInputStream().read());
            assertEquals(143, server.exitCode());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Socket connect(ExampleProcess server, int port) throws IOException, InterruptedException {
        for (;;) {
            try {
                return new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (ConnectException e) {
                assertTrue(server.process.isAlive());
                Thread.sleep(20);
            }
        }
    }
}
