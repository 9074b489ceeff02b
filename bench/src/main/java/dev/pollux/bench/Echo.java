package dev.pollux.bench;

import dev.pollux.bench.echo.LoadGenerator;
import dev.pollux.bench.echo.Server;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Single-threaded echo servers on one core, their clients on the other. */
final class Echo implements Part {
    static final String NETTY = "Netty epoll";

    private static final String RATE = "requests";
    private static final String CPU = "CPU per request";

    static final int STARTUP_SECONDS = 30;
    private static final Pattern PORT = Pattern.compile("listening on .*:(\\d+)");

    /** The servers by contestant, as {@link Server} names them; C's is a program. */
    private static final Map<String, String> SERVERS = new LinkedHashMap<>();

    static {
        SERVERS.put(Results.POLLUX, "pollux");
        SERVERS.put(CallRow.CONSUMER, "selector");
        SERVERS.put(CallRow.KEYS, "selector-keys");
        SERVERS.put(NETTY, "netty-epoll");
        SERVERS.put("Netty NIO", "netty-nio");
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

    @Override
    public String name() {
        return "echo";
    }

    @Override
    public String title() {
        return "Echo servers";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        run(plan, results, new Size(plan.pick(1, 3), plan.pick(200, 1000), plan.rounds(2, 4), plan.pick(200, 500)));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        Optional<Path> c = plan.program("echo");
        if (c.isEmpty()) {
            results.note(name(), "no C compiler, so no server in C");
        }
        if (!Child.canPin()) {
            results.note(name(), "no taskset or no second core: the servers and the load share the cores as they like");
        }
        for (int fork = 0; fork < size.forks; fork++) {
            try (Child load = load(); Servers servers = new Servers(c)) {
                for (List<Scenario> group : groups(plan)) {
                    plan.progress("echo, servers " + (fork + 1) + " of " + size.forks + ", "
                            + String.join(", ", group.stream().map(Scenario::row).toList()));
                    measure(load, servers, group, size, results);
                }
            }
        }
    }

    /** Scenarios that can use the same connections. */
    private static List<List<Scenario>> groups(Plan plan) {
        Map<Integer, List<Scenario>> byIdle = new LinkedHashMap<>();
        for (Scenario scenario : SCENARIOS) {
            if (plan.wants(scenario.row)) {
                byIdle.computeIfAbsent(scenario.idle, idle -> new ArrayList<>()).add(scenario);
            }
        }
        return List.copyOf(byIdle.values());
    }

    private void measure(Child load, Servers servers, List<Scenario> group, Size size, Results results)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(servers.all.keySet());
        for (String name : names) {
            open(load, name, servers.all.get(name), group.getFirst().idle, group.getFirst().active);
            for (Scenario scenario : group) {
                ask(load, scenario, name, size.warmUpMillis);
            }
        }
        for (int round = 0; round < size.rounds; round++) {
            for (Scenario scenario : group) {
                for (int i = 0; i < names.size(); i++) {
                    String name = names.get((i + round) % names.size());
                    Run run = ask(load, scenario, name, size.millis);
                    long resident = ProcessTimes.residentBytes(servers.all.get(name).child.pid());
                    double seconds = run.nanos / 1e9;
                    add(results, scenario, name, RATE, "1/s", run.requests / seconds);
                    add(results, scenario, name, CPU, "µs", run.serverCpu / 1e3 / run.requests);
                    add(results, scenario, name, "latency p50", "µs", run.p50 / 1e3);
                    add(results, scenario, name, "latency p99", "µs", run.p99 / 1e3);
                    add(results, scenario, name, "latency p99.9", "µs", run.p999 / 1e3);
                    add(results, scenario, name, "resident memory", "MiB", resident / 1048576.0);
                    add(results, scenario, name, "server busy", "%", 100.0 * run.serverCpu / run.nanos);
                    add(results, scenario, name, "load generator busy", "%", 100.0 * run.loadCpu / run.nanos);
                }
            }
        }
        for (String name : names) {
            close(load, name);
        }
    }

    private void add(Results results, Scenario scenario, String name, String metric, String unit, double sample) {
        results.add(name(), scenario.row, name, metric, unit, sample);
    }

    /** The clients; a process that is used for all servers, so that it is the same for all. */
    static Child load() throws IOException {
        return new Child(Child.pinned(1, Plan.java("-XX:+UseSerialGC", "-Xmx256m", LoadGenerator.class.getName())));
    }

    /** The servers of one fork: all of them wait while one is under load. */
    private static final class Servers implements Closeable {
        final Map<String, EchoProcess> all = new LinkedHashMap<>();

        Servers(Optional<Path> c) throws IOException, InterruptedException {
            try {
                if (c.isPresent()) {
                    all.put(Results.C, new EchoProcess(List.of(c.get().toString())));
                }
                for (Map.Entry<String, String> server : SERVERS.entrySet()) {
                    if (available(server.getValue())) {
                        all.put(server.getKey(), server(server.getValue()));
                    }
                }
            } catch (IOException | InterruptedException | RuntimeException e) {
                close();
                throw e;
            }
        }

        @Override
        public void close() {
            all.values().forEach(EchoProcess::close);
        }
    }

    /** Netty's native library is there for x86_64 only. */
    static boolean available(String server) {
        return !server.equals("netty-epoll") || io.netty.channel.epoll.Epoll.isAvailable();
    }

    /** A server in a JVM of its own, as small as its work. */
    static EchoProcess server(String kind, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx64m"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(Server.class.getName(), kind));
        return new EchoProcess(Plan.java(arguments.toArray(String[]::new)));
    }

    /** A server on core 0, and where it listens. */
    static final class EchoProcess implements Closeable {
        final Child child;
        final int port;

        EchoProcess(List<String> command) throws IOException, InterruptedException {
            child = new Child(Child.pinned(0, command));
            try {
                String line = child.readLine(STARTUP_SECONDS);
                Matcher matcher = PORT.matcher(line);
                if (!matcher.find()) {
                    throw new IOException("not a server that is ready: " + line);
                }
                port = Integer.parseInt(matcher.group(1));
            } catch (IOException | InterruptedException | RuntimeException e) {
                child.close();
                throw e;
            }
        }

        @Override
        public void close() {
            child.close();
        }
    }

    /** What the load generator says about a run; times in nanoseconds. */
    record Run(long requests, long nanos, long p50, long p99, long p999, long serverCpu, long loadCpu) { }

    static void open(Child load, String name, EchoProcess server, int idle, int active)
            throws IOException, InterruptedException {
        load.println("open " + slug(name) + " " + server.port + " " + server.child.pid() + " " + idle + " " + active);
        expect(load, "opened", STARTUP_SECONDS);
    }

    static void close(Child load, String name) throws IOException, InterruptedException {
        load.println("close " + slug(name));
        expect(load, "closed", STARTUP_SECONDS);
    }

    private static Run ask(Child load, Scenario scenario, String name, int millis)
            throws IOException, InterruptedException {
        return ask(load, name, scenario.size, scenario.inFlight, millis, Long.MAX_VALUE);
    }

    static Run ask(Child load, String name, int size, int inFlight, long millis, long count)
            throws IOException, InterruptedException {
        return ask(load, name, size, inFlight, Integer.MAX_VALUE, millis, count);
    }

    static Run ask(Child load, String name, int size, int inFlight, int connections, long millis, long count)
            throws IOException, InterruptedException {
        load.println("run " + slug(name) + " " + size + " " + inFlight + " " + connections + " " + millis + " "
                + count);
        long[] n = expect(load, "ran", STARTUP_SECONDS + millis / 1000);
        return new Run(n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
    }

    private static long[] expect(Child load, String answer, long seconds) throws IOException, InterruptedException {
        String line = load.readLine(seconds);
        String[] words = line.split(" ");
        if (!words[0].equals(answer)) {
            throw new IOException("the load generator says: " + line);
        }
        return Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray();
    }

    /** A name without spaces. */
    private static String slug(String name) {
        return name.replace(' ', '-');
    }

    @Override
    public List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        against(results, RATE, Results.C, 0.98, true, targets);
        against(results, RATE, NETTY, 1.12, true, targets);
        against(results, RATE, CallRow.CONSUMER, 1.03, true, targets);
        against(results, CPU, Results.C, 1.05, false, targets);
        against(results, CPU, NETTY, 0.85, false, targets);
        return targets;
    }

    /** One line for all rows: judged by their mean, with the least and the greatest beside it. */
    private void against(
            Results results, String metric, String peer, double limit, boolean atLeast, List<Target> targets) {
        double[] ratios = results.rows(name(), metric).stream()
                .map(row -> results.ratio(name(), row, Results.POLLUX, peer, metric)).flatMap(Optional::stream)
                .mapToDouble(Results.Series::median).sorted().toArray();
        if (ratios.length == 0) {
            return;
        }
        double mean = Arrays.stream(ratios).average().orElseThrow();
        String measured = Markdown.fixed(mean, 3) + " (" + Markdown.fixed(ratios[0], 3) + "–"
                + Markdown.fixed(ratios[ratios.length - 1], 3) + ")";
        targets.add(new Target("echo: " + metric + ", × " + peer, (atLeast ? "≥ " : "≤ ") + Markdown.number(limit),
                measured, atLeast ? mean >= limit : mean <= limit));
    }

    @Override
    public List<Charts.Figure> charts(Results results) {
        List<String> rows = List.copyOf(results.rows(name(), CPU));
        List<Charts.Line> lines = new ArrayList<>();
        for (String contestant : results.contestants(name(), CPU)) {
            double[] values = rows.stream().mapToDouble(row -> results.find(name(), row, contestant, CPU)
                    .map(Results.Series::median).orElse(Double.NaN)).toArray();
            lines.add(new Charts.Line(contestant, null, values));
        }
        return rows.isEmpty() ? List.of() : List.of(new Charts.Bars(
                "echo-cpu", "CPU time of an echo server for each request", "µs", rows, lines));
    }
}
