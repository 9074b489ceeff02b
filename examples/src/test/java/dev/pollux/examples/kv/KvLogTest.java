package dev.pollux.examples.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.Strace;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The append-only file of {@code kv}. */
@Timeout(180)
class KvLogTest {
    @TempDir
    private Path directory;

    private String[] arguments(String fsync) {
        return new String[] {"kv", "--port", "0", "--log", directory.resolve("log").toString(), "--fsync", fsync};
    }

    @Test
    void acknowledgedWritesOutliveTenKills() throws Exception {
        int sure = 0;
        for (int start = 0; start <= 10; start++) {
            try (ExampleProcess server = ExampleProcess.start(arguments("always"));
                    RespClient client = new RespClient(server.port())) {
                int there = Integer.parseInt(client.call("DBSIZE").substring(1).strip());
                assertTrue(there == sure || there == sure + 1, there + " keys of " + sure);
                for (int i = 0; i < there; i++) {
                    String value = "v".repeat(i % 100);
                    assertEquals("$" + value.length() + "\r\n" + value + "\r\n", client.call("GET", "k" + i));
                }
                sure = start < 10 ? writeUntilKilled(server, client, there) : there;
            }
        }
        assertTrue(sure > 10, "it has written nothing");
    }

    /** The result is the number of writes that were acknowledged, with those before. */
    private static int writeUntilKilled(ExampleProcess server, RespClient client, int before)
            throws InterruptedException {
        Thread killer = Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(150);
            } catch (InterruptedException e) {
                return;
            }
            server.process.destroyForcibly();
        });
        int sure = before;
        try {
            while (client.call("SET", "k" + sure, "v".repeat(sure % 100)).equals("+OK\r\n")) {
                sure++;
            }
        } catch (IOException e) {
            // killed
        }
        killer.join();
        return sure;
    }

    @Test
    void tornTailIsCutOffWithAMessage() throws Exception {
        try (ExampleProcess server = ExampleProcess.start(arguments("no"));
                RespClient client = new RespClient(server.port())) {
            client.call("SET", "a", "1");
            client.call("SET", "b", "22222");
            server.signal("TERM");
            assertEquals(143, server.exitCode());
        }
        Path log = directory.resolve("log");
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 4);
        }
        try (ExampleProcess server = ExampleProcess.start(arguments("no"));
                RespClient client = new RespClient(server.port())) {
            assertEquals(":1\r\n", client.call("DBSIZE"));
            assertTrue(String.join("\n", server.stderr()).contains("the last request is torn"));
            client.call("SET", "c", "3");
            server.signal("TERM");
            server.exitCode();
        }
        assertEquals("SET a 1 SET c 3",
                Files.readString(log).replaceAll("[*$]\\d+\r\n", "").replace("\r\n", " ").strip());
    }

    @Test
    void everyKindOfChangeIsTheSameAfterARestart() throws Exception {
        List<String> reads = List.of("GET n", "GET s", "GET gone", "LRANGE l 0 -1", "SMEMBERS set", "HGETALL h",
                "ZRANGE z 0 -1 WITHSCORES", "EXISTS brief", "DBSIZE");
        List<String> before = new ArrayList<>();
        try (ExampleProcess server = ExampleProcess.start(arguments("everysec"));
                RespClient client = new RespClient(server.port())) {
            for (String line : List.of("INCRBY n 5", "DECR n", "SET s a EX 1000", "APPEND s b", "SET gone x",
                    "GETDEL gone", "RPUSH l a b c d", "LPOP l", "RPOP l", "SADD set a b c d e", "SPOP set",
                    "SPOP set", "HSET h f v g w", "HDEL h f", "ZADD z 1 a 2 b 3 c", "ZPOPMIN z", "ZADD z 7 b",
                    "SET brief x PX 50", "SET kept x", "EXPIRE kept 500", "PERSIST kept")) {
                assertTrue(!client.call(line.split(" ")).startsWith("-"), line);
            }
            client.send("SET inline 'a b'\r\n");
            client.reply();
            while (client.call("EXISTS", "brief").equals(":1\r\n")) {
                Thread.sleep(10);
            }
            for (String read : reads) {
                before.add(client.call(read.split(" ")));
            }
            server.signal("TERM");
            server.exitCode();
        }
        try (ExampleProcess server = ExampleProcess.start(arguments("everysec"));
                RespClient client = new RespClient(server.port())) {
            for (int i = 0; i < before.size(); i++) {
                String after = client.call(reads.get(i).split(" "));
                if (reads.get(i).startsWith("SMEMBERS")) { // in no order
                    assertEquals(RespClient.sorted(before.get(i), 1), RespClient.sorted(after, 1));
                } else {
                    assertEquals(before.get(i), after, reads.get(i));
                }
            }
            assertEquals("$3\r\na b\r\n", client.call("GET", "inline"));
            assertTrue(client.call("TTL", "s").matches(":(9\\d\\d|1000)\r\n"));
            assertEquals(":-1\r\n", client.call("TTL", "kept"));
        }
    }

    @Test
    void acknowledgedWritesOutliveSigtermUnderLoad() throws Exception {
        int acknowledged = 0;
        try (ExampleProcess server = ExampleProcess.start(arguments("everysec"));
                RespClient client = new RespClient(server.port())) {
            Thread sender = Thread.ofPlatform().start(() -> {
                try {
                    for (int i = 0;; i++) {
                        client.socket.getOutputStream().write(RespClient.request("SET", "k" + i, "v"));
                    }
                } catch (IOException e) {
                    // the end of the server
                }
            });
            try {
                while (client.reply().equals("+OK\r\n")) {
                    if (++acknowledged == 2000) {
                        server.signal("TERM");
                    }
                }
            } catch (IOException e) {
                assertEquals(143, server.exitCode());
            }
            sender.join();
        }
        try (ExampleProcess server = ExampleProcess.start(arguments("everysec"));
                RespClient client = new RespClient(server.port())) {
            int kept = Integer.parseInt(client.call("DBSIZE").substring(1).strip());
            assertTrue(kept >= acknowledged && acknowledged >= 2000, kept + " keys of " + acknowledged);
        }
    }

    /** Its request had to wait until an answer was read, which was held until the log was synced. */
    @Test
    void messageThatWasHeldUpComesWithoutAnotherEvent() throws Exception {
        try (ExampleProcess server = ExampleProcess.start(arguments("always"))) {
            int port = server.port();
            try (RespClient subscriber = new RespClient(port); RespClient client = new RespClient(port)) {
                subscriber.call("SUBSCRIBE", "c");
                client.call("SET", "k", "v".repeat(1_400_000));
                client.call("GET", "k"); // now the kernel has room for as much at once
                client.send("SET n 1\r\nGET k\r\nPUBLISH c m\r\n");
                assertEquals("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n", subscriber.reply());
            }
        }
    }

    @Test
    void logThatDoesNotFitIsRefused() throws Exception {
        String set = new String(RespClient.request("SET", "k", "v".repeat(3_000_000)), StandardCharsets.ISO_8859_1);
        Files.writeString(directory.resolve("log"), set);
        List<String> arguments = new ArrayList<>(List.of(arguments("no")));
        arguments.addAll(List.of("--max-memory", "1048576"));
        try (ExampleProcess server = ExampleProcess.start(arguments.toArray(String[]::new))) {
            assertEquals(1, server.exitCode());
            assertTrue(String.join("\n", server.restOfStderr()).contains("cannot be loaded: OOM"));
        }
    }

    @Test
    void damagedLogIsRefused() throws Exception {
        Files.writeString(directory.resolve("log"), "*1\r\n$8\r\nFLUSHALL\r\n*x\r\n");
        try (ExampleProcess server = ExampleProcess.start(arguments("no"))) {
            assertEquals(1, server.exitCode());
            assertTrue(String.join("\n", server.restOfStderr()).contains("is damaged"));
        }
    }

    @Test
    void answersFollowTheSyncOfWhatTheyAnswer() throws Exception {
        Strace.require();
        Path calls = directory.resolve("calls");
        List<String> command = new ArrayList<>(List.of("strace", "-f", "-qq", "-o", calls.toString(),
                "-e", "trace=fdatasync,write"));
        command.addAll(ExampleProcess.command(arguments("always")));
        int n = 50;
        try (ExampleProcess server = new ExampleProcess(new ProcessBuilder(command));
                RespClient client = new RespClient(server.port())) {
            for (int i = 0; i < n; i++) {
                assertEquals("+OK\r\n", client.call("SET", "k" + i, "v"));
            }
        }
        int synced = 0;
        int answered = 0;
        for (String line : Files.readAllLines(calls)) {
            if (line.contains("fdatasync") && line.endsWith("= 0")) {
                synced++;
            } else if (line.contains("\"+OK\\r\\n\"")) {
                answered++;
                assertTrue(synced >= answered, line);
            }
        }
        assertEquals(n, answered);
    }
}
