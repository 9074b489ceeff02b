package dev.pollux.examples.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.pollux.Epoll;
import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands {@code postgres} and {@code postgres-virtual}, with a real server. */
@Timeout(180)
class PostgresTest {
    private static final Pattern SERVER_PROCESS = Pattern.compile("server process (\\d+)");
    /** Authenticated; ready for a query. */
    private static final byte[] WELCOME = {'R', 0, 0, 0, 8, 0, 0, 0, 0, 'Z', 0, 0, 0, 5, 'I'};
    /** The answer to the query. */
    private static final byte[] LISTENS =
            {'C', 0, 0, 0, 11, 'L', 'I', 'S', 'T', 'E', 'N', 0, 'Z', 0, 0, 0, 5, 'I'};

    private static final int NOT_WATCHED = -1;

    @TempDir
    private static Path folder;
    private static PostgresServer server;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void startServer() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("postgres", "--connect", "host=/none")) {
            example.exitCode();
            assumeFalse(example.restOfStderr().toString().contains("cannot load libpq"), example.stderr()::toString);
        }
        server = PostgresServer.start(folder);
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void notificationsOfOthersAndItsOwnArriveOnEachChannel() throws Exception {
        try (ExampleProcess example = postgres("--listen", "pollux", "--listen", "an odd \"Name\"")) {
            assertTrue(example.awaitLine("listening").contains("\"pollux\", \"an odd \"\"Name\"\"\""));
            server.psql("NOTIFY pollux, 'grüße'; NOTIFY other; NOTIFY \"an odd \"\"Name\"\"\"");
            assertTrue(example.awaitLine("").startsWith("notify     pollux: grüße (from server process "));
            assertTrue(example.awaitLine("").startsWith("notify     an odd \"Name\":  (from server process "));
            write(example, "NOTIFY pollux, 'hällo'\n");
            assertEquals("notify     pollux: hällo (from server process " + serverProcess(example) + ")",
                    example.awaitLine("hällo"));
            server.psql("SELECT pg_notify('pollux', 'still here')");
            example.awaitLine("still here");
        }
    }

    @Test
    void whatOthersWriteCannotForgeALineOrMoveTheCursor() throws Exception {
        try (ExampleProcess example = postgres()) {
            example.awaitLine("listening");
            server.psql("SELECT pg_notify('pollux', E'a\\nresult     \\x1b[2J\\\\')");
            assertTrue(example.awaitLine("notify").contains("pollux: a\\nresult     \\x1b[2J\\\\ (from"),
                    example.stdout()::toString);
            write(example, "SELECT E'x\\ny\\x1b' AS \"a\tb\"\n");
            assertEquals("row        a\\tb=x\\ny\\x1b", example.awaitLine("row"));
        }
    }

    @Test
    void stdinThatIsAConnectionAndResetIsExitCodeOneAndHalfALineIsNoQuery() throws Exception {
        try (ServerSocket inetd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ProcessBuilder builder = new ProcessBuilder(ExampleProcess.commandOnConnection(
                    inetd.getLocalPort(), "postgres", "--connect", server.conninfo()));
            PostgresServer.prepare(builder.environment());
            try (ExampleProcess example = new ExampleProcess(builder)) {
                try (Socket stdin = ExampleProcess.accept(inetd)) {
                    example.awaitLine("listening");
                    stdin.getOutputStream().write("SELECT 'whole'\nSELECT 'half".getBytes(StandardCharsets.US_ASCII));
                    example.awaitLine("row        ?column?=whole");
                    example.awaitLine("result     SELECT 1");
                    stdin.setSoLinger(true, 0);
                }
                assertEquals(1, example.exitCode());
                assertComplaint(example, "postgres: stdin has not come to its end: ", "ECONNRESET");
                assertEquals(List.of(), example.restOfStdout());
            }
        }
    }

    @Test
    void resultsAndErrorsArePrintedInTheOrderOfTheLines() throws Exception {
        try (ExampleProcess example = postgres()) {
            example.awaitLine("listening");
            write(example, "CREATE TEMP TABLE t (i int, s text)\n\nINSERT INTO t VALUES (1, 'ä'), (2, NULL)\n"
                    + "SELECT * FROM t ORDER BY i; SELECT 3\nnonsense\n;\n\0\nSELECT 1/(2-i) AS i FROM t\n"
                    + "DO $$ BEGIN RAISE NOTICE 'by the way'; END $$\nDROP TABLE t\n");
            example.awaitLine("DROP TABLE");
            assertEquals("""
                    error      a query cannot contain a zero byte
                    result     CREATE TABLE
                    result     INSERT 0 2
                    row        i=1 s=ä
                    row        i=2 s=NULL
                    result     SELECT 2
                    row        ?column?=3
                    result     SELECT 1
                    error      ERROR:  syntax error at or near "nonsense"
                               LINE 1: nonsense
                                       ^
                    row        i=1
                    error      ERROR:  division by zero
                    notice     NOTICE:  by the way
                    result     DO
                    result     DROP TABLE
                    """, String.join("\n", example.stdout().subList(1, example.stdout().size())) + "\n");
            assertEquals(List.of(), example.stderr());
        }
    }

    @Test
    void whatTheServerDoesNotReadYetWaitsForEpolloutAndOnlyThat() throws Exception {
        int length = 8 * 1024 * 1024;
        try (ExampleProcess example = postgres()) {
            example.awaitLine("listening");
            assertEquals(Epoll.EPOLLIN, awaitSocketEvents(example, Epoll.EPOLLIN));
            ExampleProcess.signal("STOP", serverProcess(example));
            try {
                write(example, "SELECT length('" + "x".repeat(length) + "')\n");
                assertEquals(Epoll.EPOLLIN | Epoll.EPOLLOUT,
                        awaitSocketEvents(example, Epoll.EPOLLIN | Epoll.EPOLLOUT));
                assertRests(example);
            } finally {
                ExampleProcess.signal("CONT", serverProcess(example));
            }
            assertEquals("row        length=" + length, example.awaitLine("row"));
            assertEquals(Epoll.EPOLLIN, awaitSocketEvents(example, Epoll.EPOLLIN));
            assertRests(example);
        }
    }

    @Test
    void manyLargeNotificationsAndRowsComeCompleteAndInOrder() throws Exception {
        int count = 1000;
        String text = "x".repeat(7000);
        try (ExampleProcess example = postgres()) {
            example.awaitLine("listening");
            server.psql("SELECT pg_notify('pollux', i || '" + text + "') FROM generate_series(1, " + count + ") i");
            for (int i = 1; i <= count; i++) {
                String line = example.awaitLine("notify");
                assertTrue(line.startsWith("notify     pollux: " + i + text + " "), "notification " + i);
            }
            write(example, "SELECT i, '" + text + "' s FROM generate_series(1, " + count + ") i; "
                    + "SELECT repeat('y', 5000000) s\n");
            for (int i = 1; i <= count; i++) {
                assertEquals("row        i=" + i + " s=" + text, example.awaitLine("row"));
            }
            assertEquals("row        s=" + "y".repeat(5_000_000), example.awaitLine("row"));
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 0", "QUIT, 0", "INT, 1000", "QUIT, 1000"})
    void serverThatIsStoppedIsOneLineAndExitCodeOne(String signal, int sleep) throws Exception {
        try (ExampleProcess example = postgres()) {
            example.awaitLine("listening");
            if (sleep > 0) {
                write(example, "SELECT 'asleep', pg_sleep(" + sleep + ")\n");
                awaitQuery("SELECT 'asleep'");
            }
            try {
                server.stop(signal);
                assertEquals(1, example.exitCode());
            } finally {
                server.start();
            }
            assertComplaint(example, "postgres: ", "server closed the connection unexpectedly");
            if (signal.equals("INT")) { // at QUIT a server process says so only if it is not just sending
                assertTrue(example.restOfStdout().getLast().contains("terminating connection"),
                        example.stdout()::toString);
            }
        }
    }

    @Test
    void endOfStdinEndsItWhenAllIsAnswered() throws Exception {
        try (ExampleProcess example = postgres()) {
            write(example, "SELECT pg_sleep(4)\nSELECT 'last'");
            example.process.getOutputStream().close();
            example.awaitLine("listening");
            assertRests(example); // a pipe without a writer is reported for as long as it is watched
            assertEquals(0, example.exitCode());
            assertEquals(List.of("row        pg_sleep=", "result     SELECT 1", "row        ?column?=last",
                    "result     SELECT 1"), example.restOfStdout());
            assertEquals(List.of(), example.restOfStderr());
        }
    }

    @Test
    void stdinIsLeftAloneWhileAQueryIsUnderWay() throws Exception {
        try (ExampleProcess example = postgres()) {
            example.awaitLine("listening");
            assertEquals(Epoll.EPOLLIN, awaitEvents(example, "pipe:", Epoll.EPOLLIN));
            write(example, "SELECT 'hold', pg_sleep(1000)\n");
            awaitQuery("SELECT 'hold'");
            assertEquals(NOT_WATCHED, awaitEvents(example, "pipe:", NOT_WATCHED));
            server.psql("SELECT pg_cancel_backend(" + serverProcess(example) + ")");
            example.awaitLine("error      ERROR:  canceling statement due to user request");
            assertEquals(Epoll.EPOLLIN, awaitEvents(example, "pipe:", Epoll.EPOLLIN));
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void signalEndsItIdleAndInAQuery(String signal, int exitCode) throws Exception {
        for (boolean idle : new boolean[] {true, false}) {
            try (ExampleProcess example = postgres()) {
                example.awaitLine("listening");
                if (!idle) {
                    write(example, "SELECT 'busy', pg_sleep(10)\n");
                    awaitQuery("SELECT 'busy'");
                }
                example.signal(signal);
                assertEquals(exitCode, example.exitCode());
                assertEquals(List.of(), example.restOfStdout());
                assertEquals(List.of(), example.restOfStderr());
            }
        }
    }

    @Test
    void libpqGetsNoThread() throws Exception {
        try (ExampleProcess other = ExampleProcess.start("poll-stdin", "--port", "0");
                ExampleProcess example = postgres()) {
            other.port();
            example.awaitLine("listening");
            write(example, "NOTIFY pollux, 'by the only thread'\n");
            example.awaitLine("by the only thread");
            List<String> threads = threads(example);
            List<String> expected = threads(other);
            expected.forEach(threads::remove);
            assertEquals(List.of(), threads, () -> "beside " + expected);
        }
    }

    /** The names of its threads, without the compiler's, which come and go. */
    private static List<String> threads(ExampleProcess example) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(
                Path.of("/proc/" + example.process.pid() + "/task"))) {
            for (Path task : tasks) {
                try {
                    names.add(Files.readString(task.resolve("comm")).strip());
                } catch (NoSuchFileException e) {
                    // ended since it was listed
                }
            }
        }
        names.removeIf(name -> name.matches("C[12] Compiler.*"));
        return names;
    }

    @Test
    void nothingSpinsBetweenTheEvents() throws Exception {
        try (ExampleProcess example = postgres()) {
            example.awaitLine("listening");
            assertRests(example);
            server.psql("NOTIFY pollux, 'awake'");
            example.awaitLine("awake");
        }
    }

    @Test
    void stdinThatIsAlwaysReadyIsLeftOut() throws Exception {
        ProcessBuilder builder = builder("postgres", "--connect", server.conninfo());
        try (ExampleProcess example = new ExampleProcess(builder.redirectInput(Path.of("/dev/null").toFile()))) {
            example.awaitLine("stdin      is nothing that epoll could wait for");
            server.psql("NOTIFY pollux, 'without'");
            example.awaitLine("without");
            example.signal("INT");
            assertEquals(130, example.exitCode());
        }
    }

    /**
     * Two hosts, which are the same server, and the wish for another kind of server: libpq connects, asks, closes its
     * socket, and opens the next, which gets the same number.
     */
    @Test
    void socketThatLibpqReplacesIsWatchedAnew() throws Exception {
        long before = server.connections();
        String twice = "host=" + server.folder + "," + server.folder + " user=" + PostgresServer.USER
                + " dbname=postgres target_session_attrs=prefer-standby";
        try (ExampleProcess example = new ExampleProcess(builder("postgres", "--connect", twice))) {
            example.awaitLine("listening");
            assertEquals(Epoll.EPOLLIN, awaitSocketEvents(example, Epoll.EPOLLIN));
            server.psql("NOTIFY pollux, 'by the last'");
            example.awaitLine("by the last");
        }
        assertTrue(server.connections() - before > 2, "psql's and at least two more");
        assertVirtual("SELECT 'by the last' AS s", ": s=by the last", "--connect", twice);
    }

    @ParameterizedTest
    @CsvSource({
        "postgres, host=/none, server on socket \"/none/.s.PGSQL.5432\" failed: No such file",
        "postgres-virtual, port=1, .s.PGSQL.1\" failed: No such file",
        "postgres-virtual, dbname=none, database \"none\" does not exist",
        "postgres, user=nobody_else, role \"nobody_else\" does not exist",
        "postgres, hots=x, invalid connection option \"hots\"",
        "postgres, hostaddr=127.0.0.1 port=1, Connection refused",
        "postgres, target_session_attrs=standby, server is not in hot standby mode",
    })
    void connectionThatFailsIsOneLineAndExitCodeTwo(String command, String change, String named) throws Exception {
        try (ExampleProcess example = new ExampleProcess(
                builder(command, "--connect", server.conninfo() + " " + change))) {
            assertEquals(2, example.exitCode());
            assertComplaint(example, command + ": cannot connect: ", named);
            assertEquals(List.of(), example.restOfStdout());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64})
    void channelThatPostgresWouldCutIsOneLineAndExitCodeTwo(int length) throws Exception {
        try (ExampleProcess example = postgres("--listen", "c".repeat(length))) {
            assertEquals(2, example.exitCode());
            assertComplaint(example, "postgres: --listen ", "bytes long");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "postgres-virtual"})
    void libraryThatIsNotThereIsOneLineThatSaysWhatToInstall(String command) throws Exception {
        Files.writeString(temporary.resolve("libpq.so.5"), "this is no library");
        ProcessBuilder builder = builder(command, "--connect", server.conninfo());
        builder.environment().put("LD_LIBRARY_PATH", temporary.toString());
        try (ExampleProcess example = new ExampleProcess(builder)) {
            assertEquals(1, example.exitCode());
            assertComplaint(example, command + ": cannot load libpq.so.5", "install libpq5");
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void serverThatDoesNotAnswerNeitherSpinsItNorKeepsItFromASignal(String signal, int exitCode) throws Exception {
        try (ServerSocketChannel silent = fakeServer(); ExampleProcess example = connectToFake();
                SocketChannel client = silent.accept()) {
            assertRests(example);
            assertTrue(client.isConnected());
            example.signal(signal);
            assertEquals(exitCode, example.exitCode());
            assertEquals(List.of(), example.restOfStderr());
        }
    }

    @Test
    void serverThatHangsUpWhileItConnectsIsOneLineAndExitCodeTwo() throws Exception {
        try (ServerSocketChannel rude = fakeServer(); ExampleProcess example = connectToFake()) {
            rude.accept().close();
            assertEquals(2, example.exitCode());
            assertComplaint(example, "postgres: cannot connect: ", "server closed the connection unexpectedly");
        }
    }

    @Test
    void serverThatRefusesToListenIsOneLineAndExitCodeOne() throws Exception {
        try (ServerSocketChannel standby = fakeServer(); ExampleProcess example = connectToFake();
                SocketChannel client = standby.accept()) {
            client.read(ByteBuffer.allocate(1000));
            client.write(ByteBuffer.wrap(WELCOME));
            client.read(ByteBuffer.allocate(1000));
            byte[] fields = "SERROR\0C25006\0Mnot during recovery\0\0".getBytes(StandardCharsets.US_ASCII);
            client.write(ByteBuffer.allocate(fields.length + 5).put((byte) 'E').putInt(fields.length + 4).put(fields)
                    .flip());
            assertEquals(1, example.exitCode());
            assertComplaint(example, "postgres: cannot listen: ", "ERROR: not during recovery");
            assertEquals(List.of(), example.restOfStdout());
        }
    }

    /** libpq closes its socket by itself then, and nothing would ever be ready again. */
    @Test
    void serverThatTalksNonsenseIsOneLineAndExitCodeOne() throws Exception {
        try (ServerSocketChannel mad = fakeServer(); ExampleProcess example = connectToFake();
                SocketChannel client = mad.accept()) {
            client.read(ByteBuffer.allocate(1000));
            client.write(ByteBuffer.wrap(WELCOME));
            client.read(ByteBuffer.allocate(1000));
            client.write(ByteBuffer.wrap(LISTENS));
            example.awaitLine("listening");
            client.write(ByteBuffer.wrap(new byte[] {'C', 0x7f, 0, 0, 0}));
            assertEquals(1, example.exitCode());
            assertComplaint(example, "postgres: ", "lost synchronization with server");
        }
    }

    /** There is one carrier, and no query ends before all have begun. */
    @Test
    void virtualThreadsWaitForTheirConnectionsWithoutTheCarrier() throws Exception {
        int connections = 12;
        server.psql("CREATE SEQUENCE begun");
        String together = "DO $$ BEGIN PERFORM nextval('begun'); WHILE (SELECT last_value FROM begun) < " + connections
                + " LOOP PERFORM pg_sleep(0.02); END LOOP; END $$";
        ProcessBuilder builder = builder(List.of("-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1"), "postgres-virtual", "--connect", server.conninfo(),
                "--connections", Integer.toString(connections), together);
        builder.environment().put("PGOPTIONS", "-c statement_timeout=30s");
        try (ExampleProcess example = new ExampleProcess(builder)) {
            assertEquals(0, example.exitCode(), example.stderr()::toString);
            List<String> lines = example.restOfStdout();
            assertTrue(lines.removeLast().startsWith("connections: " + connections + ", "), lines::toString);
            assertEquals(connections, lines.stream().filter(line -> line.endsWith(": DO")).count(), lines::toString);
            assertEquals(connections, new TreeSet<>(lines).size(), "each has its own server process");
        }
    }

    @Test
    void virtualThreadsAreEndedByASignalAndByAnError() throws Exception {
        try (ExampleProcess example = new ExampleProcess(builder("postgres-virtual", "--connect", server.conninfo(),
                "SELECT 'virtual', pg_sleep(10)"))) {
            awaitQuery("SELECT 'virtual'");
            example.signal("TERM");
            assertEquals(143, example.exitCode());
            assertEquals(List.of(), example.restOfStderr());
        }
        try (ExampleProcess example = new ExampleProcess(builder("postgres-virtual", "--connect", server.conninfo(),
                "SELECT 1/0"))) {
            assertEquals(1, example.exitCode());
            assertComplaint(example, "postgres-virtual: ", "division by zero");
        }
    }

    private static void assertVirtual(String sql, String end, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("postgres-virtual", "--connections", "3", sql));
        all.addAll(List.of(arguments));
        try (ExampleProcess example = new ExampleProcess(builder(all.toArray(new String[0])))) {
            assertEquals(0, example.exitCode(), example.stderr()::toString);
            assertEquals(3, example.restOfStdout().stream().filter(line -> line.endsWith(end)).count(),
                    example.stdout()::toString);
        }
    }

    private ServerSocketChannel fakeServer() throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(temporary.resolve(".s.PGSQL.5432")));
    }

    private ExampleProcess connectToFake() throws IOException {
        return new ExampleProcess(builder("postgres", "--connect", "user=pollux host=" + temporary));
    }

    private static ExampleProcess postgres(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("postgres", "--connect", server.conninfo()));
        all.addAll(List.of(arguments));
        return new ExampleProcess(builder(all.toArray(new String[0])));
    }

    private static ProcessBuilder builder(String... arguments) throws IOException {
        return builder(List.of(), arguments);
    }

    private static ProcessBuilder builder(List<String> options, String... arguments) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(ExampleProcess.command(options, arguments));
        PostgresServer.prepare(builder.environment());
        return builder;
    }

    private static void write(ExampleProcess example, String text) throws IOException {
        OutputStream stdin = example.process.getOutputStream();
        stdin.write(text.getBytes(StandardCharsets.UTF_8));
        stdin.flush();
    }

    private static long serverProcess(ExampleProcess example) {
        Matcher matcher = SERVER_PROCESS.matcher(example.stdout().getFirst());
        assertTrue(matcher.find(), example.stdout()::toString);
        return Long.parseLong(matcher.group(1));
    }

    private static void awaitQuery(String start) throws Exception {
        String question = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '"
                + start.replace("'", "''") + "%'";
        for (int i = 0; server.psql(question).equals("0"); i++) {
            assertTrue(i < 200, "the query is not under way");
            Thread.sleep(50);
        }
    }

    private static int awaitSocketEvents(ExampleProcess example, int expected) throws Exception {
        return awaitEvents(example, "socket:", expected);
    }

    /** What the epoll is asked to report of its only socket or pipe, says the kernel; it may take a while to be so. */
    private static int awaitEvents(ExampleProcess example, String kind, int expected) throws Exception {
        int events = events(example, kind);
        for (int i = 0; i < 200 && events != expected; i++) {
            Thread.sleep(50);
            events = events(example, kind);
        }
        return events;
    }

    private static int events(ExampleProcess example, String kind) throws IOException {
        Path process = Path.of("/proc/" + example.process.pid());
        List<Integer> found = new ArrayList<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path link : links) {
                if (target(link).equals("anon_inode:[eventpoll]")) {
                    for (String line : Files.readAllLines(process.resolve("fdinfo").resolve(link.getFileName()))) {
                        String[] words = line.strip().split("[: ]+");
                        if (words[0].equals("tfd") && target(process.resolve("fd/" + words[1])).startsWith(kind)) {
                            found.add(Integer.parseInt(words[3], 16) & ~(Epoll.EPOLLERR | Epoll.EPOLLHUP));
                        }
                    }
                }
            }
        }
        assertFalse(found.size() > 1, found::toString);
        return found.isEmpty() ? NOT_WATCHED : found.getFirst();
    }

    private static String target(Path link) throws IOException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (NoSuchFileException e) {
            return ""; // closed since it was listed
        }
    }

    private static void assertRests(ExampleProcess example) throws Exception {
        Thread.sleep(500); // for what it was about to do, and the compiler
        double before = example.proc.cpuSeconds();
        Thread.sleep(1500);
        double used = example.proc.cpuSeconds() - before;
        assertTrue(used < 0.4, () -> "it spins: " + used + " s of CPU time in 1.5 s");
    }

    private static void assertComplaint(ExampleProcess example, String start, String named)
            throws InterruptedException {
        List<String> complaint = example.restOfStderr();
        assertEquals(1, complaint.size(), complaint::toString);
        assertTrue(complaint.getFirst().startsWith(start), complaint::toString);
        assertTrue(complaint.getFirst().contains(named), complaint::toString);
    }
}
