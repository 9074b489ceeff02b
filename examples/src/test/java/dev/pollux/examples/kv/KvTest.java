package dev.pollux.examples.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.Strace;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.Writer;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** The command {@code kv}, beside the real server and with real clients. */
@Timeout(180)
class KvTest {
    private static final String PYTHON = "/usr/bin/python3"; // which Debian's packages are for

    private static ExampleProcess server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        server = ExampleProcess.start("kv", "--port", "0", "--max-memory", "33554432", "--max-request", "4194304",
                "--max-output", "1000000");
        port = server.port();
    }

    @AfterAll
    static void stop() throws Exception {
        server.signal("TERM");
        assertEquals(143, server.exitCode());
        server.close();
    }

    @BeforeEach
    void clear() throws Exception {
        try (RespClient client = new RespClient(port)) {
            assertEquals("+OK\r\n", client.call("FLUSHALL"));
        }
    }

    @Test
    void jedisUsesItWithoutNoticing() {
        try (Jedis jedis = new Jedis("127.0.0.1", port)) {
            assertEquals("OK", jedis.set("k", "v"));
            assertEquals("v", jedis.get("k"));
            assertEquals(2, jedis.rpush("l", "a", "b"));
            assertEquals(List.of("a", "b"), jedis.lrange("l", 0, -1));
            assertEquals(1, jedis.hset("h", "f", "v"));
            assertEquals(Map.of("f", "v"), jedis.hgetAll("h"));
            assertEquals(1, jedis.sadd("s", "m"));
            assertEquals(Set.of("m"), jedis.smembers("s"));
            assertEquals(1, jedis.zadd("z", 1.5, "m"));
            assertEquals(1.5, jedis.zscore("z", "m"));
            assertTrue(jedis.info().contains("redis_version:"));
        }
    }

    @Test
    void lettuceUsesItWithoutNoticing() {
        RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            assertEquals("OK", redis.set("k", "v"));
            assertEquals("v", redis.get("k"));
            assertEquals(41, redis.incrby("n", 41));
            redis.hset("h", Map.of("f", "v"));
            assertEquals(Map.of("f", "v"), redis.hgetall("h"));
            redis.zadd("z", 2.5, "m");
            assertEquals(2.5, redis.zscore("z", "m"));
            redis.sadd("s", "m");
            assertEquals(Set.of("m"), redis.smembers("s"));
            assertEquals(Set.of("h", "k", "n", "s", "z"), Set.copyOf(redis.scan().getKeys()));
        } finally {
            client.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    @Test
    void redisCliUsesItWithoutNoticing() throws Exception {
        ExampleProcess.requireProgram("redis-cli");
        Process cli = new ProcessBuilder("redis-cli", "-3", "-p", Integer.toString(port))
                .redirectErrorStream(true).start();
        try (Writer commands = cli.outputWriter()) {
            commands.write("set k 'a \\x41'\nget k\nhset h f 1\nhgetall h\nzadd z 1.5 m\n"
                    + "zrange z 0 -1 withscores\nnosuch\n");
        }
        assertEquals("""
                OK
                a \\x41
                1
                f 1
                1
                m
                1.5
                ERR unknown command 'nosuch', with args beginning with:\s

                """, new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void redisPyUsesItWithoutNoticing() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(PYTHON))
                && new ProcessBuilder(PYTHON, "-c", "import redis").start().waitFor() == 0,
                "no redis-py: apt install python3-redis");
        Process python = new ProcessBuilder(PYTHON, "-c", """
                import redis, sys
                r = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
                assert r.set('k', 'v', px=100000, nx=True) and r.get('k') == 'v' and 0 < r.pttl('k') <= 100000
                assert r.rpush('l', 1, 2, 3) == 3 and r.lpop('l') == '1' and r.rpop('l') == '3'
                assert r.hset('h', mapping={'a': 1}) == 1 and r.hgetall('h') == {'a': '1'}
                assert r.zadd('z', {'a': 1.5, 'b': 2}) == 2 and r.zpopmin('z') == [('a', 1.5)]
                p = r.pipeline(transaction=False)
                for i in range(1000): p.set('p%d' % i, i)
                assert all(p.execute()) and len(list(r.scan_iter('p*'))) == 1000
                s = r.pubsub()
                s.subscribe('c')
                assert s.get_message(timeout=5)['type'] == 'subscribe' and r.publish('c', 'm') == 1
                assert s.get_message(timeout=5)['data'] == 'm'
                print(r.info()['redis_version'])
                """, Integer.toString(port)).redirectErrorStream(true).start();
        assertEquals("7.0.15\n", new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    @Test
    void wholeBenchmarkOfRedisGoesThrough() throws Exception {
        ExampleProcess.requireProgram("redis-benchmark");
        Process benchmark = new ProcessBuilder("redis-benchmark", "-p", Integer.toString(port), "-n", "1000", "--csv")
                .redirectErrorStream(true).start();
        List<String> lines;
        try (BufferedReader reader = benchmark.inputReader()) {
            lines = reader.lines().toList();
        }
        assertEquals(0, benchmark.waitFor(), lines::toString);
        assertEquals(20, lines.stream().filter(line -> line.matches("\"[A-Z].*")).count(), lines::toString);
    }

    /** Debian's server, on a port of its own. */
    private static Process startRedis(int itsPort, Path directory) throws IOException, InterruptedException {
        ExampleProcess.requireProgram("redis-server");
        Process redis = new ProcessBuilder("redis-server", "--port", Integer.toString(itsPort), "--save", "",
                "--appendonly", "no", "--databases", "1", "--dir", directory.toString())
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        Runtime.getRuntime().addShutdownHook(new Thread(redis::destroyForcibly));
        for (int i = 0; i < 200; i++) {
            try (RespClient client = new RespClient(itsPort)) {
                assertEquals("+PONG\r\n", client.call("PING"));
                return redis;
            } catch (IOException e) {
                Thread.sleep(50);
            }
        }
        throw new IOException("redis-server does not start");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void answersAreThoseOfRedis(int version, @TempDir Path directory) throws Exception {
        int itsPort;
        try (ServerSocket any = new ServerSocket(0)) {
            itsPort = any.getLocalPort();
        }
        Process redis = startRedis(itsPort, directory);
        long seed = System.nanoTime();
        System.out.println("KvTest: seed " + seed);
        try (RespClient theirs = new RespClient(itsPort); RespClient ours = new RespClient(port)) {
            new Comparison(theirs, ours, seed).run(version, 20_000);
        } finally {
            redis.destroy();
            redis.waitFor();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "*x\\r\\n | invalid multibulk length",
        "*1048577\\r\\n | invalid multibulk length",
        "*1\\r\\n+PING\\r\\n | expected '$', got '+'",
        "*1\\r\\n$-2\\r\\n | invalid bulk length",
        "*1\\r\\n$99999999999\\r\\n | invalid bulk length",
        "*1\\r\\n$5000000\\r\\n | invalid bulk length",
        "GET \"k\\r\\n | unbalanced quotes in request",
    })
    void malformedRequestEndsItsConnectionOnly(String request, String complaint) throws Exception {
        try (RespClient good = new RespClient(port); RespClient bad = new RespClient(port)) {
            bad.send("PING\r\n" + request.strip().replace("\\r", "\r").replace("\\n", "\n"));
            assertEquals("+PONG\r\n", bad.reply());
            assertEquals("-ERR Protocol error: " + complaint.strip() + "\r\n", bad.reply());
            assertThrows(EOFException.class, bad::reply);
            assertEquals("+PONG\r\n", good.call("PING"));
        }
    }

    @Test
    void requestsAreExecutedInTheirOrderAlsoLinesAndUpToAMalformedOne() throws Exception {
        String set = new String(RespClient.request("SET", "k", "a"), StandardCharsets.ISO_8859_1);
        String get = new String(RespClient.request("GET", "k"), StandardCharsets.ISO_8859_1);
        try (RespClient client = new RespClient(port)) {
            client.send(set + get + "SET k 'b\\'c'\r\n" + get + "DEL k\r\n" + get + "*1\r\n+" + set);
            for (String reply : List.of("+OK\r\n", "$1\r\na\r\n", "+OK\r\n", "$3\r\nb'c\r\n", ":1\r\n", "$-1\r\n",
                    "-ERR Protocol error: expected '$', got '+'\r\n")) {
                assertEquals(reply, client.reply());
            }
            assertThrows(EOFException.class, client::reply);
        }
    }

    /** Stopped meanwhile, the server finds all requests in one turn, in the order in which their clients sent first. */
    @Test
    void answersOfOneTurnComeInTheirOrderAndToWhomTheyBelong() throws Exception {
        String large = "l".repeat(1_000_000); // more than one turn's answers have room for
        try (RespClient subscriber = new RespClient(port); RespClient first = new RespClient(port);
                RespClient publisher = new RespClient(port); RespClient greedy = new RespClient(port);
                RespClient last = new RespClient(port)) {
            first.call("SET", "large", large);
            first.call("SET", "k", "v");
            server.signal("STOP");
            subscriber.send("SUBSCRIBE c\r\n");
            first.send("GET k\r\n");
            publisher.send("PUBLISH c m\r\nQUIT\r\n");
            greedy.send("GET large\r\nGET k\r\nGET large\r\n");
            last.send("GET k\r\n");
            subscriber.send("PING\r\n");
            first.send("GET none\r\n");
            server.signal("CONT");
            assertEquals("*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", subscriber.reply());
            assertEquals("*2\r\n$4\r\npong\r\n$0\r\n\r\n", subscriber.reply());
            assertEquals("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n", subscriber.reply());
            assertEquals("$1\r\nv\r\n", first.reply());
            assertEquals("$-1\r\n", first.reply());
            for (String value : List.of(large, "v", large)) {
                assertEquals("$" + value.length() + "\r\n" + value + "\r\n", greedy.reply());
            }
            assertEquals(":1\r\n", publisher.reply());
            assertEquals("+OK\r\n", publisher.reply());
            assertThrows(EOFException.class, publisher::reply);
            assertEquals("$1\r\nv\r\n", last.reply());
        }
    }

    @Test
    void messageDoesNotFollowTheLastAnswer() throws Exception {
        try (RespClient subscriber = new RespClient(port); RespClient publisher = new RespClient(port)) {
            subscriber.call("SUBSCRIBE", "c");
            server.signal("STOP"); // so that both are found in one turn
            subscriber.send("QUIT\r\n");
            publisher.send("PUBLISH c m\r\n");
            server.signal("CONT");
            publisher.reply();
            assertEquals("+OK\r\n", subscriber.reply());
            assertThrows(EOFException.class, subscriber::reply);
        }
    }

    @Test
    void messageDoesNotFollowAnAnswerThatWasCutOff() throws Exception {
        String element = "e".repeat(1_000_000);
        try (RespClient greedy = new RespClient(port); RespClient publisher = new RespClient(port)) {
            for (int i = 0; i < 30; i++) {
                publisher.call("RPUSH", "l", element);
            }
            greedy.call("HELLO", "3");
            greedy.call("SUBSCRIBE", "c");
            server.signal("STOP");
            greedy.send("LRANGE l 0 -1\r\n"); // more than is kept for it
            publisher.send("PUBLISH c message\r\n");
            server.signal("CONT");
            publisher.reply();
            byte[] all = greedy.socket.getInputStream().readAllBytes();
            assertTrue(all.length > 100_000 && all.length < 30_000_000, () -> all.length + " bytes");
            assertFalse(new String(all, StandardCharsets.ISO_8859_1).contains("message"));
        }
    }

    @Test
    void subscriberGetsNoPartOfAMessageThatIsTooLarge() throws Exception {
        try (ExampleProcess small = ExampleProcess.start("kv", "--port", "0", "--max-output", "10000")) {
            int itsPort = small.port();
            try (RespClient subscriber = new RespClient(itsPort); RespClient publisher = new RespClient(itsPort)) {
                subscriber.call("SUBSCRIBE", "c");
                small.signal("STOP");
                publisher.socket.getOutputStream().write(RespClient.request("PUBLISH", "c", "m".repeat(40_000)));
                subscriber.send("PING\r\n");
                small.signal("CONT");
                assertEquals(":1\r\n", publisher.reply());
                assertEquals(0, subscriber.socket.getInputStream().readAllBytes().length);
            } catch (SocketException e) {
                // reset: its PING was not read
            }
        }
    }

    @Test
    void errorDoesNotStandInAnAnswer() throws Exception {
        try (ExampleProcess small = ExampleProcess.start("kv", "--port", "0", "--max-memory", "1048576")) {
            int itsPort = small.port();
            String old = "v".repeat(300_000); // more than the answers of a turn have room for
            String larger = "v".repeat(800_000); // for which there is no room behind what was freed
            try (RespClient client = new RespClient(itsPort); RespClient other = new RespClient(itsPort)) {
                client.call("SET", "k", old);
                client.call("SET", "s", "v");
                for (int size : new int[] {600_000, 700_000}) {
                    assertEquals("+OK\r\n", client.call("SET", "gone", "v".repeat(size)));
                    assertEquals(":1\r\n", client.call("DEL", "gone"));
                }
                assertTrue(client.call("SET", "s", larger, "GET").startsWith("-OOM "));
                String whole = "$300000\r\n" + old + "\r\n";
                assertTrue(whole.startsWith(client.call("SET", "k", larger, "GET")), "something else is in it");
                assertThrows(EOFException.class, client::reply);
                assertEquals(whole, other.call("GET", "k"));
            }
        }
    }

    @Test
    void pipelineOfMessagesIsAnsweredByOneWrite(@TempDir Path directory) throws Exception {
        Strace.require();
        Path calls = directory.resolve("calls");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", calls.toString(),
                "-e", "trace=write,writev"));
        command.addAll(ExampleProcess.command("kv", "--port", "0"));
        int n = 100;
        try (ExampleProcess traced = new ExampleProcess(new ProcessBuilder(command))) {
            int itsPort = traced.port();
            try (RespClient subscriber = new RespClient(itsPort); RespClient publisher = new RespClient(itsPort)) {
                subscriber.call("SUBSCRIBE", "c");
                publisher.send("PUBLISH c m\r\n".repeat(n));
                for (int i = 0; i < n; i++) {
                    assertEquals(":1\r\n", publisher.reply());
                    assertEquals("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n", subscriber.reply());
                }
            }
        }
        long answers = Files.readAllLines(calls).stream().filter(line -> line.contains("\":1\\r\\n")).count();
        assertTrue(answers > 0 && answers < n / 10, () -> answers + " writes"); // it may have come in a few pieces
    }

    @Test
    void answersBeforeARequestThereIsNoMemoryForAreNobodyElses() throws Exception {
        byte[] set = RespClient.request("SET", "k", "v".repeat(4_500_000)); // for it 8 MiB are made ready to read to
        byte[] words = ("*1000000\r\n" + "$0\r\n\r\n".repeat(600_000)).getBytes(StandardCharsets.ISO_8859_1);
        int first = 4_300_000;
        try (ExampleProcess small = new ExampleProcess(new ProcessBuilder(
                ExampleProcess.command(List.of("-Xmx10m"), "kv", "--port", "0")))) { // an array of 8 MiB is too much
            int itsPort = small.port();
            try (RespClient client = new RespClient(itsPort); RespClient other = new RespClient(itsPort)) {
                client.socket.getOutputStream().write(set, 0, first);
                assertEquals("+PONG\r\n", other.call("PING"));
                Thread.sleep(500); // until it has been read
                small.signal("STOP");
                Thread sender = Thread.ofPlatform().start(() -> {
                    try {
                        client.socket.getOutputStream().write(set, first, set.length - first);
                        client.socket.getOutputStream().write(words);
                    } catch (IOException e) {
                        // disconnected
                    }
                });
                Thread.sleep(500); // until the kernel has it
                other.send("ECHO mine\r\n");
                small.signal("CONT");
                assertEquals("$4\r\nmine\r\n", other.reply());
                client.socket.close();
                sender.join();
            }
        }
    }

    @Test
    void requestIsTheSameInPiecesOfAnySize() throws Exception {
        String value = "v\r\n".repeat(50_000);
        byte[] all = RespClient.request("SET", "k", value);
        try (RespClient client = new RespClient(port)) {
            for (int i = 0, step = 1; i < all.length; i += step, step = Math.min(step * 2, 20_000)) {
                client.socket.getOutputStream().write(all, i, Math.min(step, all.length - i));
            }
            assertEquals("+OK\r\n", client.reply());
            assertEquals("$" + value.length() + "\r\n" + value + "\r\n", client.call("GET", "k"));
        }
    }

    @Test
    void bytesThatAreNoRequestEndNothingElse() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = RespClient.request(Comparison.draw(random));
            for (int n = random.nextInt(4); n >= 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try (RespClient client = new RespClient(port)) {
                client.socket.getOutputStream().write(bytes);
                client.socket.shutdownOutput();
                client.socket.getInputStream().readAllBytes();
            } catch (SocketException e) {
                // reset: it has sent more than was read
            }
        }
        try (RespClient client = new RespClient(port)) {
            assertEquals("+PONG\r\n", client.call("PING"), "seed " + seed);
        }
    }

    @Test
    void keysExpireByThemselves() throws Exception {
        try (RespClient client = new RespClient(port)) {
            client.call("SET", "k", "v", "PX", "100");
            client.call("SET", "other", "v", "EX", "1000");
            assertEquals("$1\r\nv\r\n", client.call("GET", "k"));
            for (int i = 0; i < 200 && client.call("DBSIZE").equals(":2\r\n"); i++) {
                Thread.sleep(20);
            }
            assertEquals(":1\r\n", client.call("DBSIZE"));
            assertEquals("$-1\r\n", client.call("GET", "k"));
        }
    }

    @Test
    void scanFindsAllKeysWhileOthersCome() throws Exception {
        try (RespClient client = new RespClient(port)) {
            for (int i = 0; i < 1000; i++) {
                client.call("SET", "old" + i, "");
            }
            Set<String> found = new HashSet<>();
            String cursor = "0";
            int fresh = 0;
            do {
                String[] lines = client.call("SCAN", cursor, "MATCH", "o*").split("\r\n");
                cursor = lines[2];
                for (int i = 5; i < lines.length; i += 2) {
                    found.add(lines[i]);
                }
                for (int i = 0; i < 20 && fresh < 5000; i++) {
                    client.call("SET", "new" + fresh++, "");
                }
            } while (!cursor.equals("0"));
            assertEquals(1000, found.size());
        }
    }

    @Test
    void fullMemoryIsAnErrorAndDeletingHelps() throws Exception {
        String value = "x".repeat(1_000_000);
        try (RespClient client = new RespClient(port)) {
            String answer = "+OK\r\n";
            int n = 0;
            for (; n < 100 && answer.equals("+OK\r\n"); n++) {
                answer = client.call("SET", "k" + n, value);
            }
            assertEquals("-OOM command not allowed when used memory > 'maxmemory'.\r\n", answer);
            assertTrue(n > 25, () -> "too early");
            assertEquals("$" + value.length() + "\r\n" + value + "\r\n", client.call("GET", "k0"));
            client.call("DEL", "k0", "k1", "k2");
            assertEquals("+OK\r\n", client.call("SET", "k", "v"));
        }
    }

    @Test
    void subscriberThatDoesNotReadIsDroppedAndNobodyElse() throws Exception {
        String message = "m".repeat(50_000);
        try (RespClient lazy = new RespClient(port); RespClient keen = new RespClient(port);
                RespClient publisher = new RespClient(port)) {
            lazy.call("SUBSCRIBE", "c");
            keen.call("SUBSCRIBE", "c");
            assertTrue(keen.call("GET", "k").startsWith("-ERR Can't execute 'get'"));
            String receivers = ":2\r\n";
            for (int i = 0; i < 1000 && receivers.equals(":2\r\n"); i++) {
                receivers = publisher.call("PUBLISH", "c", message);
                assertTrue(keen.reply().endsWith(message + "\r\n"));
            }
            assertEquals(":1\r\n", receivers);
        }
    }

    @Test
    void answerWithoutEndIsCutOffWithItsClient() throws Exception {
        String[] words = new String[1001];
        Arrays.fill(words, "k");
        words[0] = "MGET";
        try (RespClient greedy = new RespClient(port); RespClient other = new RespClient(port)) {
            other.call("SET", "k", "x".repeat(1_000_000));
            greedy.socket.getOutputStream().write(RespClient.request(words)); // for a gigabyte
            assertThrows(EOFException.class, () -> {
                while (greedy.socket.getInputStream().read(new byte[1 << 16]) >= 0) {
                    // what was sent before
                }
                greedy.reply();
            });
            assertEquals("+PONG\r\n", other.call("PING"));
            assertFalse(server.proc.residentBytes() > 400L << 20);
        }
    }

    @Test
    void clientThatDoesNotReadItsAnswersKeepsNobodyFromWork() throws Exception {
        try (RespClient lazy = new RespClient(port); RespClient other = new RespClient(port)) {
            other.call("SET", "k", "x".repeat(100_000));
            byte[] request = RespClient.request("GET", "k");
            for (int i = 0; i < 500; i++) { // 50 MB of answers, and no room for them
                lazy.socket.getOutputStream().write(request);
            }
            assertEquals("+PONG\r\n", other.call("PING"));
            assertFalse(server.proc.residentBytes() > 400L << 20);
            for (int i = 0; i < 500; i++) {
                assertEquals(100_000 + "$100000\r\n\r\n".length(), lazy.reply().length());
            }
        }
    }
}
