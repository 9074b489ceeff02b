package dev.pollux.bench;

import dev.pollux.bench.echo.Load;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the collector has to do while an echo server serves. */
final class Garbage extends Part {
    static final String COLLECTIONS = "collections";
    private static final String REQUESTS = "requests answered";
    private static final String ROW = "50x16B-pipelined";
    private static final int CONNECTIONS = 50;
    private static final int SIZE = 16;
    private static final int IN_FLIGHT = 16;

    private static final Pattern PAUSE = Pattern.compile("GC\\((\\d+)\\) (Pause .*)");
    private static final Pattern EDEN =
            Pattern.compile("eden space (\\d+)K, +\\d+% used \\[0x(\\p{XDigit}+), 0x(\\p{XDigit}+),");

    /**
     * How much to measure.
     *
     * @param servers how many of Pollux's, one after the other: some JVMs compile worse than others, for life
     * @param warmUpMillis for each server
     * @param requests to each of Pollux's; the others, there to show what it could look like, are one and get a tenth
     * @param maxMillis when to stop though they are not all answered, of all servers of a contestant
     */
    record Size(int servers, int warmUpMillis, long requests, long maxMillis) { }

    Garbage() {
        super("garbage", "Garbage");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        run(plan, results, plan.pick(new Size(1, 1000, 1_000_000, 10_000), new Size(3, 4000, 100_000_000, 180_000)));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        try (Clients clients = new Clients()) {
            for (Map.Entry<String, String> server : Echo.SERVERS.entrySet()) {
                boolean ours = server.getKey().equals(Results.POLLUX);
                long requests = ours ? size.requests : size.requests / 10;
                long left = plan.wants(ROW) && !server.getKey().equals(Echo.NETTY_NIO) ? size.maxMillis : 0;
                for (int i = 0; i < (ours ? size.servers : 1) && left > 0; i++) {
                    plan.progress("garbage, " + server.getKey() + ", " + requests + " requests");
                    left -= measure(clients, server.getKey(), server.getValue(), requests, left, size, results);
                }
            }
        }
        if (!results.isEmpty()) {
            results.note("each server has a heap of 64 MiB; after the warm-up a full collection is asked for, then"
                    + " those that follow are counted in the collector's log, and jcmd tells how full the young"
                    + " generation is before and after, in steps of a thread's allocation buffer");
        }
    }

    /** The result is how many milliseconds it took to answer them. */
    private long measure(Clients clients, String contestant, String kind, long requests, long maxMillis, Size size,
            Results results) throws Exception {
        Path log = Files.createTempFile("garbage-", ".log");
        try (ServerProcess server = ServerProcess.java(kind, logTo(log))) {
            clients.open(kind, server, 0, CONNECTIONS);
            clients.run(kind, SIZE, IN_FLIGHT, size.warmUpMillis, Long.MAX_VALUE);
            jcmd(server, "GC.run");
            Map<Integer, String> before = pauses(log);
            Eden start = eden(server);
            Load.Result run = clients.run(kind, SIZE, IN_FLIGHT, maxMillis, requests);
            Eden end = eden(server);
            Map<Integer, String> after = pauses(log);
            after.keySet().removeAll(before.keySet());
            after.values().stream().distinct().forEach(cause -> results.note(contestant + ": " + cause));
            if (run.requests() < requests) {
                results.cutShort(contestant + " answered " + run.requests() + " of " + requests + " requests in "
                        + maxMillis / 1000 + " s");
            }
            double allocated = (double) after.size() * end.capacity + end.used - start.used;
            results.add(ROW, contestant, REQUESTS, "", run.requests());
            results.add(ROW, contestant, COLLECTIONS, "", after.size());
            results.add(ROW, contestant, "allocated", "B/request", allocated / run.requests());
            results.add(ROW, contestant, "requests", "1/s", run.rate());
            clients.close(kind);
            return run.nanos() / 1_000_000 + 1;
        } finally {
            Files.delete(log);
        }
    }

    /** A JVM's option that has what the collector does written to a file. */
    static String logTo(Path log) {
        return "-Xlog:gc*:file=" + log + "::filecount=0";
    }

    /** The collections in the log: their numbers, and what kind each was and why. */
    static Map<Integer, String> pauses(Path log) throws IOException {
        Map<Integer, String> pauses = new TreeMap<>();
        for (String line : Files.readAllLines(log)) {
            Matcher pause = PAUSE.matcher(line);
            if (pause.find()) {
                pauses.putIfAbsent(Integer.parseInt(pause.group(1)), pause.group(2)); // first its start
            }
        }
        return pauses;
    }

    /** Where new objects go. */
    private record Eden(long capacity, long used) { }

    private static Eden eden(ServerProcess server) throws IOException, InterruptedException {
        String info = jcmd(server, "GC.heap_info");
        Matcher eden = EDEN.matcher(info);
        if (!eden.find()) {
            throw new IOException("no eden space in " + info);
        }
        return new Eden(Long.parseLong(eden.group(1)) * 1024,
                Long.parseUnsignedLong(eden.group(3), 16) - Long.parseUnsignedLong(eden.group(2), 16));
    }

    private static String jcmd(ServerProcess server, String command) throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(server.child.pid()), command)
                .redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("jcmd: " + output);
        }
        return output;
    }

    @Override
    List<Target> targets(Results results) {
        return results.find(ROW, Results.POLLUX, COLLECTIONS).map(collections -> Target.atMost("collections during "
                + Markdown.number(results.find(ROW, Results.POLLUX, REQUESTS).orElseThrow().median() / 1e6)
                + " million echoed requests", 0, "", collections.max())).stream().toList();
    }
}
