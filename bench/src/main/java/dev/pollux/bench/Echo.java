package dev.pollux.bench;

import dev.pollux.bench.echo.Load;
import dev.pollux.bench.echo.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Single-threaded echo servers on one core, their clients on the other. */
final class Echo extends Part {
    static final String NETTY = "Netty epoll";
    static final String NETTY_NIO = "Netty NIO";
    static final String RATE = "requests";
    static final String CPU = "CPU per request";

    /** Those that run on this machine, by contestant, as {@link Server} names them; C's is a program. */
    static final Map<String, String> SERVERS = new LinkedHashMap<>();

    static {
        SERVERS.put(Results.POLLUX, "pollux");
        SERVERS.put(CallRow.CONSUMER, "selector");
        SERVERS.put(CallRow.KEYS, "selector-keys");
        SERVERS.put(NETTY, "netty-epoll");
        SERVERS.put(NETTY_NIO, "netty-nio");
        if (!io.netty.channel.epoll.Epoll.isAvailable()) {
            SERVERS.remove(NETTY);
        }
    }

    /** Connections: those that say nothing, and those that have a number of requests in flight each. */
    private record Scenario(String row, int idle, int active, int size, int inFlight) { }

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario("50x64B", 0, 50, 64, 1),
            new Scenario("50x64B-pipelined", 0, 50, 64, 16),
            new Scenario("50x1KiB", 0, 50, 1024, 1),
            new Scenario("50x1KiB-pipelined", 0, 50, 1024, 16),
            new Scenario("idle-64B", 1000, 10, 64, 1),
            new Scenario("idle-1KiB", 1000, 10, 1024, 1));

    /**
     * How much to measure.
     *
     * @param forks how often to begin with new servers: some JVMs compile worse than others, for life
     * @param warmUpMillis for each server and row
     * @param rounds of each fork
     * @param millis of each round, for each server and row
     */
    record Size(int forks, int warmUpMillis, int rounds, int millis) { }

    Echo() {
        super("echo", "Echo servers");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        run(plan, results, new Size(plan.pick(1, 3), plan.pick(200, 1000), plan.rounds(results, 2, 4),
                plan.pick(200, 500)));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        Optional<Path> c = plan.program("echo");
        if (c.isEmpty()) {
            results.note("no C compiler, so no server in C");
        }
        Child.noteUnpinned(results);
        Map<Integer, List<Scenario>> groups = new LinkedHashMap<>(); // that can use the same connections
        SCENARIOS.stream().filter(scenario -> plan.wants(scenario.row)).forEach(scenario ->
                groups.computeIfAbsent(scenario.idle, idle -> new ArrayList<>()).add(scenario));
        for (int fork = 0; fork < size.forks; fork++) {
            Map<String, ServerProcess> servers = new LinkedHashMap<>(); // all wait while one is under load
            try (Clients clients = new Clients()) {
                if (c.isPresent()) {
                    servers.put(Results.C, new ServerProcess(List.of(c.get().toString())));
                }
                for (Map.Entry<String, String> server : SERVERS.entrySet()) {
                    servers.put(server.getKey(), ServerProcess.java(server.getValue()));
                }
                for (List<Scenario> group : groups.values()) {
                    plan.progress("echo, servers " + (fork + 1) + " of " + size.forks + ", "
                            + String.join(", ", group.stream().map(Scenario::row).toList()));
                    measure(clients, servers, group, size, results);
                }
            } finally {
                servers.values().forEach(ServerProcess::close);
            }
        }
    }

    private void measure(Clients clients, Map<String, ServerProcess> servers, List<Scenario> group, Size size,
            Results results) throws IOException, InterruptedException {
        for (String name : servers.keySet()) {
            clients.open(name, servers.get(name), group.getFirst().idle, group.getFirst().active);
            for (Scenario scenario : group) {
                clients.run(name, scenario.size, scenario.inFlight, size.warmUpMillis, Long.MAX_VALUE);
            }
        }
        for (int round = 0; round < size.rounds; round++) {
            for (Scenario scenario : group) {
                for (String name : Plan.inTurn(servers.keySet(), round)) {
                    Load.Result run =
                            clients.run(name, scenario.size, scenario.inFlight, size.millis, Long.MAX_VALUE);
                    long resident = ProcessTimes.residentBytes(servers.get(name).child.pid());
                    add(results, scenario.row, name, run);
                    results.add(scenario.row, name, "resident memory", "MiB", resident / 1048576.0);
                }
            }
        }
        for (String name : servers.keySet()) {
            clients.close(name);
        }
    }

    /** What is known of every run under load. */
    static void add(Results results, String row, String name, Load.Result run) {
        add(results, row, name, run, RATE, "load generator busy");
    }

    static void add(Results results, String row, String name, Load.Result run, String rate, String loadBusy) {
        results.add(row, name, rate, "1/s", run.rate());
        results.add(row, name, CPU, "µs", run.serverCpu() / 1e3 / run.requests());
        results.add(row, name, "latency p50", "µs", run.p50() / 1e3);
        results.add(row, name, "latency p99", "µs", run.p99() / 1e3);
        results.add(row, name, "latency p99.9", "µs", run.p999() / 1e3);
        results.add(row, name, "server busy", "%", 100.0 * run.serverCpu() / run.nanos());
        results.add(row, name, loadBusy, "%", run.loadBusy());
    }

    @Override
    List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        against(results, RATE, Results.C, 0.98, targets);
        against(results, RATE, NETTY, 1.12, targets);
        against(results, RATE, CallRow.CONSUMER, 1.03, targets);
        against(results, CPU, Results.C, 1.05, targets);
        against(results, CPU, NETTY, 0.85, targets);
        return targets;
    }

    /** One line for all rows: judged by their mean, with the least and the greatest beside it. */
    private static void against(Results results, String metric, String peer, double limit, List<Target> targets) {
        DoubleSummaryStatistics ratios = results.rows(metric).stream()
                .map(row -> results.ratio(row, Results.POLLUX, peer, metric)).flatMap(Optional::stream)
                .mapToDouble(Results.Series::median).summaryStatistics();
        if (ratios.getCount() == 0) {
            return;
        }
        boolean atLeast = metric.equals(RATE);
        double mean = ratios.getAverage();
        String measured = Markdown.fixed(mean, 3) + " (" + Markdown.fixed(ratios.getMin(), 3) + "–"
                + Markdown.fixed(ratios.getMax(), 3) + ")";
        targets.add(new Target("echo: " + metric + ", × " + peer, (atLeast ? "≥ " : "≤ ") + Markdown.number(limit),
                measured, atLeast ? mean >= limit : mean <= limit));
    }

    @Override
    Optional<Charts.Figure> chart(Results results) {
        return Optional.of(Charts.Bars.of("echo-cpu", "CPU time of an echo server for each request", "µs",
                List.copyOf(results.rows(CPU)), results, CPU));
    }
}
