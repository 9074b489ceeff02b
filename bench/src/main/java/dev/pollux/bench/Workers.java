package dev.pollux.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The HTTP server of the examples in its three shapes, loaded by wrk. */
final class Workers extends Part {
    static final String POOL = "pool";
    static final String BUSIEST = "accepted by the busiest loop";
    private static final String WRK = "wrk";
    private static final String FIGURES = "figures";
    private static final int CONNECTIONS = 50;
    private static final int TIMEOUT_SECONDS = 30;

    /** The shapes by contestant, as the server names them. */
    private static final List<Map.Entry<String, String>> SHAPES = List.of(Map.entry(POOL, "pool"),
            Map.entry("SO_REUSEPORT", "reuseport"), Map.entry("EPOLLEXCLUSIVE", "exclusive"));

    /** What is asked for: a hash of a body of that size, or a word; over and over, or on a new connection each time. */
    private record Scenario(String row, String path, int body, boolean keepAlive) { }

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario("hello", "/", 0, true),
            new Scenario("hello-reconnect", "/", 0, false),
            new Scenario("hash-64KiB", "/hash", 64 * 1024, true));

    /** Has wrk send that, and print what it found as numbers. */
    private static final String SCRIPT = """
            function init(args)
                local body = tonumber(args[1])
                if body > 0 then
                    wrk.method = "POST"
                    wrk.body = string.rep("x", body)
                end
                if args[2] == "false" then
                    wrk.headers["Connection"] = "close"
                end
            end
            function done(summary, latency, requests)
                local e = summary.errors
                print(string.format("%s %%d %%d %%d %%d %%d", summary.requests, summary.duration,
                    latency:percentile(50), latency:percentile(99),
                    e.connect + e.read + e.write + e.status + e.timeout))
            end
            """.formatted(FIGURES);

    /**
     * How much to measure.
     *
     * @param rounds with new servers each
     * @param warmUpSeconds for each server, perhaps none
     * @param seconds for each server; wrk knows whole ones only
     */
    record Size(int rounds, int warmUpSeconds, int seconds) { }

    Workers() {
        super("workers", "HTTP by a pool, and by several loops", POOL, "");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        run(plan, results, new Size(plan.rounds(results, 1, 3), plan.pick(0, 1), plan.pick(1, 2)));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        List<Scenario> scenarios = SCENARIOS.stream().filter(scenario -> plan.wants(scenario.row)).toList();
        if (scenarios.isEmpty()) {
            return;
        }
        if (!NativeCode.onPath(WRK)) {
            results.note("no wrk, so nothing is measured");
            return;
        }
        results.note(CONNECTIONS + " connections of one thread of wrk, which shares the cores with the server");
        Path script = Files.createTempFile("wrk-", ".lua");
        try {
            Files.writeString(script, SCRIPT);
            for (int round = 0; round < size.rounds; round++) {
                plan.progress("workers, round " + (round + 1) + " of " + size.rounds);
                for (Scenario scenario : scenarios) {
                    for (Map.Entry<String, String> shape : Plan.inTurn(SHAPES, round)) {
                        measure(scenario, shape, script, size, results);
                    }
                }
            }
        } finally {
            Files.delete(script);
        }
    }

    private static void measure(Scenario scenario, Map.Entry<String, String> shape, Path script, Size size,
            Results results) throws Exception {
        try (ServerProcess server = new ServerProcess(new Child(Plan.java(ServerProcess.SMALL,
                dev.pollux.examples.Main.class, "workers", "--port", 0, "--shape", shape.getValue())), 0)) {
            String name = shape.getKey();
            Child child = server.child;
            if (size.warmUpSeconds > 0) {
                wrk(scenario, server.port, script, size.warmUpSeconds);
            }
            long before = ProcessTimes.cpuNanos(child.pid());
            long[] figures = wrk(scenario, server.port, script, size.seconds);
            long cpu = ProcessTimes.cpuNanos(child.pid()) - before;
            double requests = figures[0];
            results.add(scenario.row, name, Echo.RATE, "1/s", requests / (figures[1] / 1e6));
            results.add(scenario.row, name, Echo.CPU, "µs", cpu / 1e3 / requests);
            results.add(scenario.row, name, "latency p50", "µs", figures[2]);
            results.add(scenario.row, name, "latency p99", "µs", figures[3]);
            long[] accepted = accepted(child);
            if (accepted.length > 1) {
                results.add(scenario.row, name, BUSIEST, "%",
                        100.0 * Arrays.stream(accepted).max().orElseThrow() / Arrays.stream(accepted).sum());
            }
        }
    }

    /** Requests, microseconds that they took, and the latencies; any error ends the measurement. */
    private static long[] wrk(Scenario scenario, int port, Path script, int seconds) throws Exception {
        try (Child wrk = new Child(List.of(WRK, "-t1", "-c" + CONNECTIONS, "-d" + seconds + "s", "-s",
                script.toString(), "http://127.0.0.1:" + port + scenario.path, "--", Integer.toString(scenario.body),
                Boolean.toString(scenario.keepAlive)))) {
            long[] figures = figures(wrk, FIGURES);
            wrk.expectSuccess();
            if (figures[0] == 0 || figures[4] > 0) {
                throw new IOException(scenario.row + ": " + figures[0] + " requests, " + figures[4] + " errors");
            }
            return figures;
        }
    }

    /** Ends the server, which says then how many connections each of its loops has accepted. */
    private static long[] accepted(Child server) throws Exception {
        ProcessHandle.of(server.pid()).orElseThrow().destroy(); // Process.destroy would not let it say that
        return figures(server, "accepted");
    }

    /** The numbers of the first line that begins with a word. */
    private static long[] figures(Child child, String word) throws IOException, InterruptedException {
        String numbers = child.find(Pattern.compile("^" + word + " (.*)"), TIMEOUT_SECONDS).group(1);
        return Arrays.stream(numbers.split(" ")).mapToLong(Long::parseLong).toArray();
    }
}
