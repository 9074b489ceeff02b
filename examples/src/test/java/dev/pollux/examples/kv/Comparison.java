package dev.pollux.examples.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The same commands, drawn by lot, to a real server and to ours. Every answer has to be the same, byte for byte; but as
 * a set where its order says nothing, by its shape where it is about the server itself, and times may differ by 50 ms.
 */
final class Comparison {
    private static final long TIME_MILLIS = 50;
    private static final int SHOWN = 30;
    private static final Pattern BULK_OR_LINE = Pattern.compile("\\$\\d+\r\n|[^\r\n]*\r\n");

    /** Letters stand for what is drawn: see {@link #draw}. */
    private static final String[] FORMS = {
        "SET k v", "SET k v", "SET k n", "SET k v o", "SET k n o o", "SET k v o T", "SET k v T o", "SET k v EX",
        "SET k v px NX", "SET k v o o T", "SET k", "GET k", "GET k", "GET",
        "MGET k k k", "MSET k v k n", "MSET k", "MSET k v k",
        "INCR k", "INCR k", "INCRBY k n", "DECR k", "APPEND k v", "STRLEN k", "GETDEL k",
        "DEL k k", "EXISTS k k", "EXISTS k",
        "EXPIRE k t", "PEXPIRE k m", "PEXPIREAT k A",
        "PERSIST k", "TTL k", "PTTL k", "TYPE k", "DBSIZE",
        "LPUSH k v v", "RPUSH k v v v", "LPOP k", "RPOP k", "LRANGE k i i",
        "LRANGE k i i", "LLEN k", "SADD k v v", "SADD k v n n", "SREM k v v", "SMEMBERS k", "SPOP k",
        "HSET k v v", "HSET k v v n v", "HSET k v", "HSET k v v v", "HGET k v", "HDEL k v v", "HGETALL k",
        "ZADD k f v", "ZADD k f v f v", "ZADD k f", "ZADD k f v f", "ZPOPMIN k", "ZSCORE k v", "ZSCORE k v",
        "ZRANGE k i i", "ZRANGE k i i WITHSCORES", "ZRANGE k i i REV", "ZRANGE k i i rev WITHSCORES", "ZRANGE k i i zz",
        "ZADD same 0 v 0 v", "ZRANGE same i i",
        "NOSUCH w w", "w", "SCAN zz", "SCAN 0 COUNT i v", "SCAN 0 COUNT", "SCAN all", "SCAN all", "SCAN all",
        "ECHO v", "ECHO", "SELECT i", "PING", "PING v", "PING v v", "FLUSHALL v", "FLUSHALL v v",
        "HELLO i", "HELLO 2", "HELLO 3", "HELLO v", "HELLO 3 AUTH v v", "HELLO 3 SETNAME v", "HELLO 2 w",
        "AUTH v", "AUTH default v", "AUTH v v v", "AUTH",
        "CLIENT", "CLIENT GETNAME", "CLIENT GETNAME v", "CLIENT SETNAME v", "CLIENT ID", "CLIENT ID v", "CLIENT w",
        "CONFIG GET nosuch", "CONFIG GET", "CONFIG w", "CONFIG GET maxmemory-policy", "COMMAND COUNT",
        "COMMAND COUNT v", "COMMAND w", "INFO",
        "SUBSCRIBE c", "SUBSCRIBE c c", "UNSUBSCRIBE c", "UNSUBSCRIBE c c", "UNSUBSCRIBE", "PUBLISH c v", "PUBLISH c"};

    private final RespClient theirs;
    private final RespClient ours;
    private final long seed;
    private final Random random;
    private final List<String> history = new ArrayList<>();
    private int sentinels;

    Comparison(RespClient theirs, RespClient ours, long seed) {
        this.theirs = theirs;
        this.ours = ours;
        this.seed = seed;
        random = new Random(seed);
    }

    /** Runs so many commands, on servers that are empty. */
    void run(int version, int commands) throws IOException, InterruptedException {
        shape("HELLO", Integer.toString(version));
        shape("COMMAND");
        for (int i = 0; i < commands; i++) {
            step(draw(random));
        }
    }

    /** One command of one of the forms. */
    static String[] draw(Random random) {
        String[] words = pick(random, FORMS).split(" ");
        List<String> drawn = new ArrayList<>();
        for (String word : words) {
            switch (word) {
                case "k" -> drawn.add("key" + random.nextInt(12));
                case "c" -> drawn.add("channel" + random.nextInt(3));
                case "v" -> drawn.add(pick(random, "a", "b", "c", "", "12", "x\r\ny", "\u00e9\0z", "new\r\n", "long "
                        + "long".repeat(random.nextInt(400))));
                case "w" -> drawn.add(pick(random, "a", "", "12", "x\r\ny", "\u00e9z",
                        "long".repeat(random.nextInt(100))));
                case "n" -> drawn.add(pick(random, "1", "-1", "7", "0", "-0", "+1", "01", " 1", "9223372036854775807",
                        "-9223372036854775808", "9223372036854775808", "1.5", ""));
                case "i" -> drawn.add(pick(random, "0", "1", "2", "-1", "-2", "100", "-100", "x", "3", ""));
                case "f" -> drawn.add(pick(random, "1", "2.5", "-3", "0.1", "1e20", "inf", "-inf", "+Infinity", "(1",
                        "nan", "x", "", " 1", "2.98023223876953125e-8", "3.0", "1e17", "123456789012345678", "1.", ".5",
                        ".", "1e"));
                case "t" -> drawn.add(pick(random, "1000", "1000000", "-1", "0", "x", "9223372036854775807",
                        "9223372036854775", "-9223372036854775808", "900"));
                case "m" -> drawn.add(pick(random, "100000", "1000000", "-1", "0", "x", "9223372036854775807",
                        "-9223372036854775808", "90000", "20"));
                case "A" -> drawn.add(pick(random, "5000000000000", "5000000000001", "1", "0",
                        "9223372036854775807", "x"));
                case "o" -> drawn.add(pick(random, "NX", "XX", "GET", "KEEPTTL", "zz", "nx", "get"));
                case "T" -> drawn.addAll(switch (random.nextInt(4)) {
                    case 0 -> List.of("EX", pick(random, "1000", "0", "-1", "x", "9223372036854775807", ""));
                    case 1 -> List.of("px", pick(random, "100000", "0", "20", "x", "9223372036854775807"));
                    case 2 -> List.of("EXAT", pick(random, "5000000000", "1", "0", "9223372036854775807"));
                    default -> List.of("PXAT", pick(random, "5000000000000", "1", "-1"));
                });
                default -> drawn.add(word);
            }
        }
        return drawn.toArray(String[]::new);
    }

    private static String pick(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }

    private void step(String... words) throws IOException, InterruptedException {
        String name = words[0] + (words.length > 1 ? " " + words[1] : "");
        if (name.equals("SCAN all")) {
            String pattern = pick(random, "*", "key1*", "key[2-5]", "k?y\\1", "*[^0-3]", "*e*1*");
            assertEquals(scan(theirs, pattern), scan(ours, pattern), () -> where(""));
            return;
        }
        if (words[0].equals("SPOP")) {
            pop(words);
            return;
        }
        boolean brief = Arrays.asList(words).contains("20"); // milliseconds
        if (!brief && Set.of("CLIENT ID", "COMMAND COUNT", "CONFIG GET").contains(name)
                || Set.of("INFO", "HELLO").contains(words[0]) || name.equals("UNSUBSCRIBE")) {
            shape(words);
            return;
        }
        same(words);
        if (brief || words.length > 4 && words[0].equals("SET")) { // what is due is there until it is asked for
            if (brief) {
                Thread.sleep(30);
            }
            same("EXISTS", words[1]);
        }
    }

    private void same(String... words) throws IOException {
        String expected = all(theirs, words);
        String actual = all(ours, words);
        note(words, expected);
        boolean isTime = words[0].equals("TTL") || words[0].equals("PTTL");
        if (isTime && expected.matches(":\\d+\r\n") && actual.matches(":\\d+\r\n")) {
            long difference = Math.abs(Long.parseLong(expected.substring(1).strip())
                    - Long.parseLong(actual.substring(1).strip()));
            // seconds are rounded, so that one of them may be up
            assertTrue(difference <= (words[0].equals("TTL") ? 1 : TIME_MILLIS), () -> where(actual));
        } else if (words[0].matches("SMEMBERS|HGETALL") && "*~%".indexOf(expected.charAt(0)) >= 0) {
            int together = words[0].equals("HGETALL") ? 2 : 1;
            assertEquals(RespClient.sorted(expected, together), RespClient.sorted(actual, together),
                    () -> where(actual));
        } else {
            assertEquals(expected, actual, () -> where(actual));
        }
    }

    /** What both popped was in the set, and is not any more; then both sets are made the same again. */
    private void pop(String... words) throws IOException {
        boolean isSet = theirs.call("TYPE", words[1]).equals("+set\r\n");
        List<String> before = isSet ? RespClient.sorted(theirs.call("SMEMBERS", words[1]), 1) : List.of();
        String expected = all(theirs, words);
        String actual = all(ours, words);
        note(words, expected);
        if (!isSet || expected.charAt(0) != '$') {
            assertEquals(expected, actual, () -> where(actual));
            return;
        }
        for (RespClient server : List.of(theirs, ours)) {
            List<String> left = new ArrayList<>(before.subList(1, before.size()));
            assertTrue(left.remove(server == theirs ? expected : actual), () -> where(actual));
            List<String> now = RespClient.sorted(server.call("SMEMBERS", words[1]), 1);
            assertEquals(left, now.subList(1, now.size()), () -> where(actual));
            server.call("DEL", words[1]);
        }
    }

    /** All keys of a pattern, in the order of their names. */
    private Set<String> scan(RespClient server, String pattern) throws IOException {
        Set<String> keys = new TreeSet<>();
        String cursor = "0";
        do {
            String reply = server.call("SCAN", cursor, "MATCH", pattern, "COUNT", "5");
            if (!reply.startsWith("*2")) { // subscribers may not
                return Set.of(reply);
            }
            List<String> lines = List.of(reply.split("\r\n"));
            cursor = lines.get(2);
            for (int i = 5; i < lines.size(); i += 2) {
                keys.add(lines.get(i));
            }
        } while (!cursor.equals("0"));
        return keys;
    }

    /** Answers about the server: the same kind of answer, and in ours no line or field that theirs has not. */
    private void shape(String... words) throws IOException {
        String expected = all(theirs, words);
        String actual = all(ours, words);
        note(words, expected);
        assertEquals(expected.charAt(0), actual.charAt(0), () -> where(actual));
        switch (expected.charAt(0)) {
            case '$', '=' -> {
                Set<String> names = names(expected);
                assertTrue(names.containsAll(names(actual)), () -> where(actual));
            }
            case '-', '+' -> assertEquals(expected, actual, () -> where(actual));
            case ':' -> assertTrue(actual.matches(":\\d+\r\n"), () -> where(actual));
            default -> {
                if (words[0].equals("HELLO") || words[0].equals("UNSUBSCRIBE")) {
                    String numbers = words[0].equals("HELLO") ? "id\r\n:\\d+" : "\\$\\d+\r\nchannel\\d";
                    assertEquals(expected.replaceAll(numbers, ""), actual.replaceAll(numbers, ""), () -> where(actual));
                } else if (words[0].equals("CONFIG")) {
                    assertEquals(expected, actual, () -> where(actual));
                } else { // name, arity, flags …; theirs has more of everything
                    List<String> all = parts(expected);
                    for (String part : parts(actual)) {
                        assertTrue(part.matches("[*~:].*\r\n") || all.contains(part), () -> where(part));
                    }
                }
            }
        }
    }

    private static List<String> parts(String reply) {
        return BULK_OR_LINE.matcher(reply).results().map(match -> match.group()).filter(part -> !part.startsWith("$")
                || part.equals("$-1\r\n")).toList();
    }

    /** Of {@code a=1 b=2} or of lines {@code a:1}. */
    private static Set<String> names(String reply) {
        Set<String> names = new TreeSet<>();
        String text = reply.substring(reply.indexOf('\n') + 1);
        for (String field : text.toLowerCase(Locale.ROOT).split("=\\S*\\s|:[^\r]*\r\n|\r\n")) {
            if (!field.startsWith("txt")) {
                names.add(field.replaceAll(":.*", ""));
            }
        }
        return names;
    }

    /** All that is answered, up to the answer to a PING that follows. */
    private String all(RespClient server, String... words) throws IOException {
        String sentinel = "sentinel" + sentinels++;
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(RespClient.request(words));
        both.writeBytes(RespClient.request("PING", sentinel));
        server.socket.getOutputStream().write(both.toByteArray());
        StringBuilder answers = new StringBuilder();
        while (true) {
            String reply = server.reply();
            if (reply.endsWith(sentinel + "\r\n")) {
                return answers.toString();
            }
            answers.append(reply);
        }
    }

    private void note(String[] words, String expected) {
        history.add(shown(String.join(" ", words)) + " -> " + shown(expected));
        if (history.size() > SHOWN) {
            history.removeFirst();
        }
    }

    private String where(String actual) {
        return "seed " + seed + ", ours: " + shown(actual) + ", after " + history;
    }

    private static String shown(String text) {
        String all = text.replace("\r", "\\r").replace("\n", "\\n");
        return all.length() > 200 ? all.substring(0, 200) + "…" : all;
    }
}
