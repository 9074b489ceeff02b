package dev.pollux.bench;

import dev.pollux.bench.echo.Load;
import dev.pollux.bench.kv.KvLoad;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The key-value server of the examples beside a real redis-server, on the same core in turn, at equal load. */
final class Kv extends Part {
    static final String REDIS = "redis-server";
    static final String MOST = "most requests";
    static final String LOADER = "loader busy";
    static final String MOST_LOADER = "loader busy at most requests";
    static final String MEMORY = "memory for a million keys";
    static final String PAUSE = "longest pause of the collector";
    static final String BENCHMARK = "redis-benchmark, its requests";
    private static final String BENCHMARK_CPU = "redis-benchmark, its CPU share";
    private static final String IDLE = "idle";
    private static final String MINUTE = "minute";
    private static final String MILLION = "million";
    private static final String WHOLE = "redis-benchmark";
    private static final List<String> NAMES = List.of(Results.POLLUX, REDIS);
    private static final int CONNECTIONS = 50;
    private static final int KEYS = 10_000;
    /** Of the loader's core, in percent: a row in which it was busier tells nothing about the servers. */
    private static final double MOST_BUSY = 70;
    /** Of a JVM that has no keys: it is not counted. */
    private static final double JVM_MIB = 60;
    private static final int RESERVE = 1000;
    /** Of the minute. */
    private static final int SLICES = 12;
    private static final Pattern PAUSED = Pattern.compile("Pause .* ([\\d.]+)ms$");
    private static final Pattern CSV = Pattern.compile("\"([^\"]+)\",\"([\\d.]+)\".*");

    /** A kind of request, so many at once. */
    private record Scenario(KvLoad.Kind kind, int depth) {
        String row() {
            return kind + "-" + depth;
        }
    }

    private static final List<Scenario> SCENARIOS = List.of(
            new Scenario(KvLoad.Kind.GET, 1), new Scenario(KvLoad.Kind.SET, 1),
            new Scenario(KvLoad.Kind.GET, 16), new Scenario(KvLoad.Kind.SET, 16),
            new Scenario(KvLoad.Kind.GET, 64), new Scenario(KvLoad.Kind.SET, 64));

    /**
     * How much to measure.
     *
     * @param forks how often to begin with new servers
     * @param warmUpMillis for each server and row
     * @param rounds of each fork
     * @param millis of each measurement
     * @param minuteMillis of the long one
     * @param keys how many a million is
     * @param idle how many clients say nothing
     * @param benchmark requests of each test of redis-benchmark
     */
    record Size(int forks, int warmUpMillis, int rounds, int millis, int minuteMillis, int keys, int idle,
            int benchmark) { }

    Kv() {
        super("kv", "Key-value servers", REDIS, "× is here the ratio to " + REDIS + " on the same core in turn."
                + " `GET-16` is a batch of 16 requests at once on each of " + CONNECTIONS + " connections; a latency is"
                + " that of a batch. At equal load both get half of the requests that the slower one answers at most."
                + " A row is void where the loader's core was busy for more than " + Markdown.number(MOST_BUSY)
                + " %. The memory of a million keys is the resident memory, for the JVM less "
                + Markdown.number(JVM_MIB) + " MiB.");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        run(plan, results, new Size(plan.pick(1, 3), plan.pick(700, 3000), plan.rounds(results, 3, 4),
                plan.pick(300, 1500), plan.pick(3000, 60_000), 1_000_000, 10_000, plan.pick(10_000, 100_000)));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        if (!NativeCode.onPath("redis-server")) {
            results.cutShort("there is no redis-server on the PATH");
            return;
        }
        Child.noteUnpinned(results);
        List<Scenario> wanted = SCENARIOS.stream().filter(scenario -> plan.wants(scenario.row())).toList();
        for (int fork = 0; fork < size.forks && !wanted.isEmpty(); fork++) {
            plan.progress("kv, servers " + (fork + 1) + " of " + size.forks);
            try (Pair pair = new Pair()) {
                pair.warmUp(wanted, size);
                for (int round = 0; round < size.rounds; round++) {
                    for (Scenario scenario : wanted) {
                        List<String> names = Plan.inTurn(NAMES, round);
                        long half = pair.most(scenario.row(), names, scenario, size, results);
                        for (String name : names) {
                            pair.run(scenario.row(), name, scenario, half, size.millis, results);
                        }
                    }
                }
            }
        }
        if (plan.wants(IDLE)) {
            idle(plan, size, results);
        }
        if (plan.wants(MINUTE)) {
            minute(plan, size, results);
        }
        if (plan.wants(MILLION)) {
            million(plan, size, results);
        }
        if (plan.wants(WHOLE)) {
            benchmark(plan, size, results);
        }
    }

    /** The two servers, both on core 0, and their clients: while one is under load, the other one waits. */
    private static final class Pair implements AutoCloseable {
        final Clients clients = new Clients();
        final Map<String, ServerProcess> servers = new HashMap<>();

        Pair(String... options) throws IOException, InterruptedException {
            try {
                servers.put(Results.POLLUX, ServerProcess.kv(options));
                servers.put(REDIS, ServerProcess.redis());
            } catch (IOException | InterruptedException | RuntimeException e) {
                close();
                throw e;
            }
        }

        void fill(String name, long keys) throws IOException, InterruptedException {
            clients.openKv(name, servers.get(name), 0, CONNECTIONS);
            clients.fillKv(name, keys);
        }

        void warmUp(List<Scenario> scenarios, Size size) throws IOException, InterruptedException {
            for (String name : NAMES) {
                fill(name, KEYS);
                for (Scenario scenario : scenarios) {
                    clients.runKv(name, scenario.kind, scenario.depth, 0, size.warmUpMillis);
                }
            }
        }

        /** As many requests as they can answer. The result is half of what the slower one could. */
        long most(String row, List<String> names, Scenario scenario, Size size, Results results)
                throws IOException, InterruptedException {
            double slower = Double.MAX_VALUE;
            for (String name : names) {
                Load.Result run = clients.runKv(name, scenario.kind, scenario.depth, 0, size.millis);
                results.add(row, name, MOST, "1/s", run.rate());
                results.add(row, name, MOST_LOADER, "%", run.loadBusy());
                slower = Math.min(slower, run.rate());
            }
            return (long) slower / 2;
        }

        void run(String row, String name, Scenario scenario, long rate, int millis, Results results)
                throws IOException, InterruptedException {
            Load.Result run = clients.runKv(name, scenario.kind, scenario.depth, rate, millis);
            Echo.add(results, row, name, run, "requests at equal load", LOADER);
        }

        @Override
        public void close() {
            clients.close();
            servers.values().forEach(ServerProcess::close);
        }
    }

    /** The same load with and without clients that say nothing. */
    private void idle(Plan plan, Size size, Results results) throws IOException, InterruptedException {
        long most = Machine.openFiles(false) - RESERVE;
        int idle = (int) Math.min(size.idle, most);
        if (idle < size.idle) {
            results.note("ulimit -n leaves no more than " + most + " connections: not " + size.idle);
        }
        plan.progress("kv, " + idle + " idle clients");
        Scenario scenario = SCENARIOS.getFirst();
        try (Pair pair = new Pair()) {
            pair.warmUp(List.of(scenario), size);
            long half = pair.most(IDLE, NAMES, scenario, size, new Results("not reported"));
            for (int round = 0; round < size.rounds; round++) {
                for (String name : Plan.inTurn(NAMES, round)) {
                    pair.run("idle-0", name, scenario, half, size.millis, results);
                    String silent = name + "-silent";
                    pair.clients.openKv(silent, pair.servers.get(name), idle, 0);
                    pair.run("idle-" + size.idle, name, scenario, half, size.millis, results);
                    pair.clients.close(silent);
                }
            }
        }
    }

    /** Half load for long, with the collector's log. */
    private void minute(Plan plan, Size size, Results results) throws IOException, InterruptedException {
        plan.progress("kv, " + size.minuteMillis / 1000 + " s of half load");
        Scenario scenario = SCENARIOS.getFirst();
        Path log = Files.createTempFile("kv-", ".log");
        try (Pair pair = new Pair(Garbage.logTo(log))) {
            pair.warmUp(List.of(scenario), size);
            long half = pair.most(MINUTE, NAMES, scenario, size, results);
            int before = pauses(log).size();
            for (int slice = 0; slice < SLICES; slice++) { // in turn, since the machine has good and bad seconds
                for (String name : Plan.inTurn(NAMES, slice)) {
                    pair.run(MINUTE, name, scenario, half, size.minuteMillis / SLICES, results);
                }
            }
            results.add(MINUTE, Results.POLLUX, PAUSE, "ms", pauses(log).stream().skip(before)
                    .mapToDouble(millis -> millis).max().orElse(0));
        } finally {
            Files.delete(log);
        }
    }

    /** In milliseconds. */
    private static List<Double> pauses(Path log) throws IOException {
        return Files.readAllLines(log).stream().map(PAUSED::matcher).filter(Matcher::find)
                .map(match -> Double.valueOf(match.group(1))).toList();
    }

    private void million(Plan plan, Size size, Results results) throws IOException, InterruptedException {
        plan.progress("kv, " + size.keys + " keys");
        try (Pair pair = new Pair()) {
            for (String name : NAMES) {
                pair.fill(name, size.keys);
                double mib = ProcessTimes.residentBytes(pair.servers.get(name).child.pid()) / 1048576.0;
                results.add(MILLION, name, "resident memory", "MiB", mib);
                results.add(MILLION, name, MEMORY, "MiB", mib - (name.equals(REDIS) ? 0 : JVM_MIB));
            }
        }
    }

    /** All its default tests, with how busy it was itself. */
    private void benchmark(Plan plan, Size size, Results results) throws IOException, InterruptedException {
        if (!NativeCode.onPath("redis-benchmark")) {
            results.note("there is no redis-benchmark on the PATH");
            return;
        }
        try (Pair pair = new Pair()) {
            pair.clients.close(); // redis-benchmark has their core
            for (String name : NAMES) {
                plan.progress("kv, redis-benchmark of " + name);
                Process process = new ProcessBuilder(Child.pinned(1, List.of("redis-benchmark", "-p",
                        Integer.toString(pair.servers.get(name).port), "-n", Integer.toString(size.benchmark),
                        "--csv")))
                        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
                long start = System.nanoTime();
                long cpu = 0;
                long nanos = 1;
                while (!process.waitFor(50, TimeUnit.MILLISECONDS)) { // its lines all come at its end
                    try {
                        cpu = ProcessTimes.cpuNanos(process.pid());
                        nanos = System.nanoTime() - start;
                    } catch (IOException e) {
                        // it has just ended: what it was before is good enough
                    }
                }
                try (BufferedReader reader = process.inputReader()) {
                    reader.lines().map(CSV::matcher).filter(Matcher::matches).forEach(test -> results.add(test.group(1),
                            name, BENCHMARK, "1/s", Double.parseDouble(test.group(2))));
                }
                if (process.exitValue() != 0) {
                    throw new IOException("redis-benchmark of " + name + " ended with " + process.exitValue());
                }
                results.add(WHOLE, name, BENCHMARK_CPU, "%", 100.0 * cpu / nanos);
            }
        }
    }

    @Override
    List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        for (Scenario scenario : SCENARIOS) {
            double cpu = scenario.depth == 1 ? 1 : scenario.depth == 16 ? 0.5 : 0.33;
            atMost(results, scenario.row(), Echo.CPU, cpu, targets);
        }
        for (Scenario scenario : SCENARIOS) {
            double most = scenario.depth == 1 ? 1 : scenario.depth == 16 ? 1.5 : 2;
            results.ratio(scenario.row(), Results.POLLUX, REDIS, MOST).ifPresent(ratio -> targets.add(judged(
                    results, scenario.row(), MOST_LOADER, Target.atLeast("kv: " + MOST + ", " + scenario.row(), most,
                            " × " + REDIS, ratio.median()))));
        }
        atMost(results, "GET-1", "latency p99", 1, targets);
        atMost(results, "SET-1", "latency p99", 1, targets);
        atMost(results, MINUTE, "latency p99.9", 1, targets);
        results.find(MINUTE, Results.POLLUX, PAUSE).ifPresent(pause -> targets.add(
                Target.atMost("kv: " + PAUSE + ", half load", 1, " ms", pause.max())));
        atMost(results, MILLION, MEMORY, 1, targets);
        List<String> rows = results.rows(Echo.CPU).stream().filter(row -> row.startsWith("idle-")).toList();
        if (rows.size() == 2) {
            double none = results.find(rows.getFirst(), Results.POLLUX, Echo.CPU).orElseThrow().median();
            double many = results.find(rows.getLast(), Results.POLLUX, Echo.CPU).orElseThrow().median();
            targets.add(judged(results, rows.getLast(), LOADER,
                    Target.atMost("kv: " + Echo.CPU + ", " + rows.getLast() + ", × idle-0", 1.03, "", many / none)));
        }
        return targets;
    }

    private static void atMost(Results results, String row, String metric, double limit, List<Target> targets) {
        Target.atMost("kv: " + metric + ", " + row, limit, results.ratio(row, Results.POLLUX, REDIS, metric), REDIS)
                .ifPresent(target -> targets.add(judged(results, row, LOADER, target)));
    }

    /** The target, unless the loader was too busy for a judgement. */
    private static Target judged(Results results, String row, String loader, Target target) {
        double busy = results.contestants(loader).stream().map(name -> results.find(row, name, loader))
                .flatMap(Optional::stream).mapToDouble(Results.Series::median).max().orElse(0);
        return busy <= MOST_BUSY ? target : new Target(target.what(), target.goal(),
                "void, the loader was " + Markdown.number(busy) + " % busy: " + target.measured(), false);
    }

    @Override
    Optional<Charts.Figure> chart(Results results) {
        List<String> rows = SCENARIOS.stream().map(Scenario::row)
                .filter(row -> results.find(row, REDIS, Echo.CPU).isPresent()).toList();
        return Optional.of(Charts.Bars.of("kv-cpu", "CPU time of a key-value server for each request, at equal load",
                "µs", rows, results, Echo.CPU));
    }
}
