package dev.pollux.examples.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command {@code workers}. In requests, | is the end of a line. */
@Timeout(180)
class WorkersTest {
    private static final int PATIENCE_MILLIS = (int) ExampleProcess.PATIENCE_SECONDS * 1000;

    @TempDir
    Path folder;

    private record Answer(int status, String head, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8).strip();
        }
    }

    private static final class Client implements AutoCloseable {
        final Socket socket;
        final InputStream in;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(PATIENCE_MILLIS);
            in = socket.getInputStream();
        }

        Client send(String text) throws IOException {
            socket.getOutputStream().write(text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        Client get(String path) throws IOException {
            return send("GET " + path + " HTTP/1.1|Host: test||");
        }

        String head() throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
                int b = in.read();
                if (b < 0) {
                    throw new EOFException("after '" + head + "'");
                }
                head.append((char) b);
            }
            return head.toString();
        }

        Answer answer() throws IOException {
            String head = head();
            int length = Integer.parseInt(head.replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
            byte[] body = in.readNBytes(length);
            assertEquals(length, body.length);
            return new Answer(Integer.parseInt(head.substring(9, 12)), head, body);
        }

        void assertSilent(int millis) throws IOException {
            socket.setSoTimeout(millis);
            assertThrows(SocketTimeoutException.class, in::read);
            socket.setSoTimeout(PATIENCE_MILLIS);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static ExampleProcess start(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("workers", "--port", "0"));
        arguments.addAll(List.of(options));
        return ExampleProcess.start(arguments.toArray(new String[0]));
    }

    private static String sha256(byte[] body) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool", "reuseport", "exclusive"})
    void requestsAreAnsweredInTheirOrderOnOneConnection(String shape) throws Exception {
        byte[] file = new byte[300_000];
        Arrays.fill(file, (byte) 'f');
        Files.write(folder.resolve("large.bin"), file);
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc/passwd"));
        try (ExampleProcess example = start("--shape", shape, "--threads", "3", "--directory", folder.toString());
                Client client = new Client(example.port())) {
            assertEquals("hello", client.get("/").answer().text());
            client.send("GET / HTTP/1.1|Host: test||".repeat(300)); // with one read, more than may be under way
            for (int i = 0; i < 300; i++) {
                assertEquals("hello", client.answer().text());
            }
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 200; i++) { // more than may be under way, and some take longer than those behind them
                String body = "x".repeat(i % 3 == 0 ? 100_000 : 1) + i;
                all.append("POST /hash HTTP/1.1|Host: test|Content-Length: ").append(body.length()).append("||")
                        .append(body);
            }
            Thread sending = Thread.ofPlatform().start(() -> {
                try {
                    client.send(all.toString());
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < 200; i++) {
                String body = "x".repeat(i % 3 == 0 ? 100_000 : 1) + i;
                assertEquals(sha256(body.getBytes(StandardCharsets.US_ASCII)), client.answer().text(), "answer " + i);
            }
            sending.join();
            assertEquals(sha256("abcde".getBytes(StandardCharsets.US_ASCII)), client.send(
                    "POST /hash HTTP/1.1|Host: test|Transfer-Encoding: chunked||3|abc|2|de|0||").answer().text());
            Answer large = client.get("/files/large.bin").answer();
            assertEquals(200, large.status);
            assertTrue(Arrays.equals(file, large.body));
            for (String path : List.of("/nothing", "/files/none", "/files/link", "/files/../pom.xml", "/files/.x", "/hang")) {
                assertEquals(404, client.get(path).answer().status, path);
            }
            client.send("HEAD / HTTP/1.1|Host: test||");
            assertTrue(client.head().contains("Content-Length: 6\r\n"));
            assertEquals(405, client.send("DELETE / HTTP/1.1|Host: test||").answer().status);
            Answer last = client.send("GET / HTTP/1.1|Host: test|Connection: close||GET / HTTP/1.1|Host: test||").answer();
            assertTrue(last.head.contains("Connection: close\r\n"), last.head);
            assertEquals(-1, client.in.read());
            example.signal("TERM");
            assertEquals(143, example.exitCode());
            assertEquals(List.of(), example.restOfStderr());
        }
    }

    @Test
    void oldClientsAreToldWhetherTheConnectionStays() throws Exception {
        try (ExampleProcess example = start()) {
            int port = example.port();
            try (Client client = new Client(port)) {
                Answer answer = client.send("GET / HTTP/1.0|Connection: Keep-Alive||").answer();
                assertTrue(answer.head.contains("Connection: keep-alive\r\n"), answer.head);
                answer = client.send("GET / HTTP/1.0||").answer();
                assertTrue(answer.head.contains("Connection: close\r\n"), answer.head);
                assertEquals(-1, client.in.read());
            }
            try (Client client = new Client(port)) {
                client.send("POST /hash HTTP/1.1|Host: a|Expect: 100-continue|Content-Length: 1||");
                assertEquals("HTTP/1.1 100 Continue\r\n\r\n", client.head());
                assertEquals(sha256(new byte[] {'x'}), client.send("x").answer().text());
            }
        }
    }

    @Test
    void malformedRequestIsRefusedAfterTheAnswersBeforeItAndTheConnectionCloses() throws Exception {
        try (ExampleProcess example = start("--body", "1000")) {
            int port = example.port();
            try (Client other = new Client(port)) {
                try (Client client = new Client(port)) {
                    client.send("GET / HTTP/1.1|Host: a||GET / HTTP/1.1|Host : a||" + "garbage".repeat(100_000));
                    assertEquals(200, client.answer().status);
                    Answer answer = client.answer();
                    assertEquals(400, answer.status);
                    assertTrue(answer.head.contains("Connection: close\r\n"), answer.head);
                    assertEquals(-1, client.in.read());
                }
                try (Client client = new Client(port)) {
                    assertEquals(413, client.send("POST /hash HTTP/1.1|Host: a|Content-Length: 1001||").answer().status);
                    assertEquals(-1, client.in.read());
                }
                assertEquals(200, other.get("/").answer().status);
            }
        }
    }

    @Test
    void clientThatTakesLongForARequestIsSentAway() throws Exception {
        try (ExampleProcess example = start("--idle", "PT1S")) {
            int port = example.port();
            try (Client idle = new Client(port); Client slow = new Client(port)) {
                slow.send("GET / HT");
                assertEquals(408, slow.answer().status);
                assertEquals(-1, slow.in.read());
                assertEquals(-1, idle.in.read());
            }
        }
    }

    @Test
    void workerThatThrowsOrHangsFailsItsRequestOnly() throws Exception {
        try (ExampleProcess example = start("--faults", "--threads", "1", "--patience", "PT3S");
                Client client = new Client(example.port())) {
            client.get("/throw").get("/");
            assertEquals(500, client.answer().status);
            assertEquals(200, client.answer().status);
            for (String path : List.of("/hang", "/deaf", "/deaf")) {
                client.get(path).get("/"); // there is one worker, and another for one that hangs
                assertEquals(504, client.answer().status);
                assertEquals(200, client.answer().status);
            }
            assertTrue(example.stderr().getFirst().contains("asked to"), example.stderr()::toString);
        }
    }

    @Test
    void patienceBeginsWhenAWorkerBegins() throws Exception {
        try (ExampleProcess example = start("--faults", "--threads", "1", "--patience", "PT1S");
                Client client = new Client(example.port())) {
            long start = System.nanoTime();
            client.get("/hang").get("/deaf").get("/hang").get("/");
            for (int i = 1; i <= 3; i++) { // one after the other
                assertEquals(504, client.answer().status);
                assertTrue(System.nanoTime() - start >= i * 1_000_000_000L, "answer " + i + " comes too early");
            }
            assertEquals(200, client.answer().status);
        }
    }

    @Test
    void whenAllThreadsThatMayBeThereHangARequestIsRefusedAtOnce() throws Exception {
        try (ExampleProcess example = start("--faults", "--threads", "1", "--patience", "PT0.2S");
                Client client = new Client(example.port())) {
            for (int i = 0; i < Pool.HANGING_PER_WORKER; i++) {
                client.get("/deaf");
            }
            client.get("/");
            for (int i = 0; i < Pool.HANGING_PER_WORKER; i++) {
                assertEquals(504, client.answer().status);
            }
            assertEquals(503, client.answer().status);
            assertEquals(503, client.get("/").answer().status);
            example.signal("TERM");
            assertEquals(143, example.exitCode());
        }
    }

    /** It has left its request to a worker that takes no notice. */
    @Test
    void hangingWorkerOfAClientThatHasLeftIsReplacedToo() throws Exception {
        try (ExampleProcess example = start("--faults", "--threads", "1", "--patience", "PT2S")) {
            int port = example.port();
            try (Client leaving = new Client(port)) {
                leaving.get("/deaf").assertSilent(300);
            }
            try (Client client = new Client(port)) {
                client.get("/").assertSilent(300);
                assertEquals(200, client.answer().status);
            }
        }
    }

    /** The pool is full for longer than a client may be idle, and that is no fault of its. */
    @Test
    void clientThatWaitsForRoomIsNotSentAway() throws Exception {
        try (ExampleProcess example = start("--faults", "--threads", "1", "--queue", "1", "--patience", "PT2S",
                "--idle", "PT1S")) {
            int port = example.port();
            try (Client working = new Client(port); Client queued = new Client(port); Client waiting = new Client(port)) {
                working.get("/hang").assertSilent(200);
                queued.get("/hang").assertSilent(200);
                assertEquals(200, waiting.get("/").answer().status);
            }
        }
    }

    @Test
    void fullPoolStopsReadingAndAClientThatLeavesMakesRoom() throws Exception {
        try (ExampleProcess example = start("--faults", "--threads", "1", "--queue", "1", "--patience", "PT2M")) {
            int port = example.port();
            try (Client waiting = new Client(port)) {
                try (Client working = new Client(port); Client queued = new Client(port)) {
                    working.get("/hang").assertSilent(500);
                    queued.get("/hang").assertSilent(500);
                    waiting.get("/").assertSilent(500);
                    // what the kernels do not hold of a flood is not read
                    long sent = 0;
                    try (SocketChannel flood = SocketChannel.open(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                        flood.configureBlocking(false);
                        byte[] request = "GET / HTTP/1.1\r\nHost: test\r\n\r\n".repeat(1000)
                                .getBytes(StandardCharsets.US_ASCII);
                        for (int quiet = 0; quiet < 20 && sent < 64 << 20; quiet++) {
                            int n = flood.write(ByteBuffer.wrap(request));
                            if (n > 0) {
                                quiet = -1;
                                sent += n;
                            } else {
                                Thread.sleep(20);
                            }
                        }
                    }
                    assertTrue(sent < 64 << 20, sent + " bytes were taken");
                    waiting.assertSilent(100);
                } // they leave: the one is interrupted, the other is taken from the queue
                assertEquals(200, waiting.answer().status);
            }
        }
    }

    @Test
    void shutdownAnswersWhatIsBegunAndClosesTheRest() throws Exception {
        try (ExampleProcess example = start("--faults", "--patience", "PT2S");
                Client busy = new Client(example.port())) {
            try (Client idle = new Client(busy.socket.getPort())) {
                assertEquals(200, idle.get("/").answer().status);
                busy.get("/hang").assertSilent(500);
                example.signal("TERM");
                assertEquals(-1, idle.in.read());
                Answer answer = busy.answer();
                assertEquals(504, answer.status);
                assertTrue(answer.head.contains("Connection: close\r\n"), answer.head);
                assertEquals(-1, busy.in.read());
            }
            assertEquals("accepted 2", example.awaitLine("accepted"));
            assertEquals(143, example.exitCode());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reuseport", "exclusive"})
    void connectionsAreSharedBetweenTheLoops(String shape) throws Exception {
        int count = 200;
        try (ExampleProcess example = start("--shape", shape, "--threads", "2")) {
            int port = example.port();
            for (int i = 0; i < count; i++) {
                try (Client client = new Client(port)) {
                    assertEquals(200, client.get("/").answer().status);
                }
            }
            example.signal("TERM");
            assertEquals(143, example.exitCode());
            String[] accepted = example.awaitLine("accepted").split(" ");
            assertEquals(3, accepted.length, example.stdout()::toString);
            assertEquals(count, Integer.parseInt(accepted[1]) + Integer.parseInt(accepted[2]));
            if (shape.equals("reuseport")) { // by a hash of the addresses; the other goes to whoever waits
                assertTrue(Integer.parseInt(accepted[1]) > 0 && Integer.parseInt(accepted[2]) > 0,
                        example.stdout()::toString);
            }
        }
    }

    /** Its listener would have connections that nobody accepts. */
    @Test
    void loopThatEndsByItselfEndsAllWithTheReason() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 100 && exec \"$@\"", "sh"));
        command.addAll(ExampleProcess.command("workers", "--port", "0", "--shape", "exclusive", "--threads", "200"));
        try (ExampleProcess example = new ExampleProcess(new ProcessBuilder(command))) {
            assertEquals(1, example.exitCode(), example.stdout()::toString);
            List<String> problem = example.restOfStderr();
            assertTrue(problem.size() == 1 && problem.getFirst().contains("EMFILE"), problem::toString);
        }
    }

    private static String run(String... command) throws Exception {
        ExampleProcess.requireProgram(command[0]);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    @Test
    void curlIsAnswered() throws Exception {
        byte[] body = new byte[500_000];
        Path file = Files.write(folder.resolve("body"), body);
        try (ExampleProcess example = start()) {
            String url = "http://127.0.0.1:" + example.port();
            assertEquals("hello\nhello\n", run("curl", "-sS", "--fail", url + "/", url + "/"));
            for (String[] options : new String[][] {{}, {"-H", "Transfer-Encoding: chunked"},
                {"-H", "Expect: 100-continue"}, {"--http1.0"}}) {
                List<String> command = new ArrayList<>(List.of("curl", "-sS", "--fail", "--data-binary", "@" + file));
                command.addAll(List.of(options));
                command.add(url + "/hash");
                assertEquals(sha256(body) + "\n", run(command.toArray(new String[0])), command::toString);
            }
            assertTrue(run("curl", "-sS", "-I", url + "/").startsWith("HTTP/1.1 200 OK\r\n"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pool", "reuseport", "exclusive"})
    void wrkSeesNoErrors(String shape) throws Exception {
        ExampleProcess.requireProgram("wrk");
        try (ExampleProcess example = start("--shape", shape)) {
            String output = run("wrk", "-t1", "-c20", "-d1s", "http://127.0.0.1:" + example.port() + "/");
            assertFalse(output.contains("Socket errors") || output.contains("Non-2xx"), output);
            assertFalse(output.contains(" 0 requests in"), output);
        }
    }

    @Test
    void abSeesNoErrorsWithAndWithoutKeepAlive() throws Exception {
        ExampleProcess.requireProgram("ab");
        try (ExampleProcess example = start()) {
            String url = "http://127.0.0.1:" + example.port() + "/";
            for (String option : List.of("-k", "-d")) {
                String output = run("ab", "-q", option, "-n", "2000", "-c", "10", url);
                assertTrue(output.matches("(?s).*Complete requests: +2000\n.*"), output);
                assertTrue(output.matches("(?s).*Failed requests: +0\n.*"), output);
                assertFalse(output.contains("Non-2xx"), output);
            }
        }
    }
}
