package dev.pollux.bench;

import dev.pollux.bench.echo.Load;
import dev.pollux.bench.virtual.Kind;
import dev.pollux.bench.virtual.ThreadServer;
import dev.pollux.bench.virtual.Waiters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Virtual threads that wait for a descriptor each, beside the JDK's own, and beside platform threads. */
final class Virtual extends Part {
    /** For {@link PingPong}: not two threads that wake each other, but two kinds of them over a connection. */
    static final String THREADS_PLAY = "threads";
    static final String TRIP = "there and back ";
    static final String MEMORY = "memory per thread";
    static final String OUTSIDE = "of it outside the heap, without the buffer";
    static final String THREADS = "threads of the kernel's";
    /** Under strace a request takes about ten times as long. */
    static final String SYSTEM_CALLS = "system calls a request";
    static final String SYSTEM_CALLS_AT_SPEED = "system calls at full speed a request";
    static final String ALL_AWAKE = "until all are awake";
    static final String CPU_AWAKE = "CPU until all are awake, each";

    private static final String POLLUX = Kind.POLLUX_VIRTUAL.contestant();
    private static final String JDK = Kind.JDK_VIRTUAL.contestant();
    private static final String LATE = "bystander late ";
    private static final List<String> WHEN = List.of("nobody waits", "all wait", "under load");
    /** Whose servers are measured; of the others it is known how long they take to wake up. */
    private static final List<Kind> SERVERS =
            List.of(Kind.POLLUX_VIRTUAL, Kind.JDK_VIRTUAL, Kind.JDK_STREAMS, Kind.POLLUX_PLATFORM);
    /** Of descriptors, for the JVM. */
    private static final int RESERVE = 1000;
    private static final int BUSY = 100;
    private static final int REQUEST_SIZE = 64;
    private static final int CARRIERS = 2;
    /** Of platform threads: strace stops each of them, and with ten thousand no request is answered any more. */
    private static final int MOST_TRACED = 1000;
    /** Requests while calls are counted: of few, the JVM's own calls would be a large part. */
    private static final int LEAST_TRACED = 2000;
    private static final int TIMEOUT_SECONDS = 60;
    private static final String ALL_CALLS = "raw_syscalls:sys_enter";
    private static final String ANSWERS = "syscalls:sys_enter_write";
    private static final Pattern COUNT = Pattern.compile("(\\d+) +([\\w:]+) ");

    /**
     * How much to measure.
     *
     * @param wakeUpRounds in one JVM, after as much as the compiler needs
     * @param trips of each round
     * @param counts of threads that wait, each for its own connection
     * @param onOne counts of threads that wait for one descriptor
     * @param rounds with new servers each
     * @param warmUpMillis for each server
     * @param millis of each measurement
     */
    record Size(int wakeUpRounds, int trips, List<Integer> counts, List<Integer> onOne, int rounds, int warmUpMillis,
            int millis) { }

    Virtual() {
        super("virtual", "Virtual threads", JDK, "A thread for each connection, which waits for it. × is here the"
                + " ratio to the JDK's own virtual threads with channels. Of 1000 or 10000 threads " + BUSY + " have a"
                + " request at a time; a bystander is a virtual thread of the same process that sleeps for a"
                + " millisecond, again and again. `10000 on one` are so many threads that wait for one descriptor,"
                + " until it has an event for each of them.");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        boolean all = !plan.quick() || !plan.rows().isEmpty();
        run(plan, results, new Size(plan.rounds(results, 3, 7), plan.pick(4000, 20_000),
                all ? List.of(1000, 10_000) : List.of(1000),
                all ? List.of(1000, 10_000, 40_000) : List.of(1000, 10_000), plan.rounds(results, 1, 3),
                plan.pick(1000, 1200), plan.pick(200, 600)));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        PingPong.measure(plan, results, TRIP, size.wakeUpRounds, size.trips, THREADS_PLAY);
        long most = Machine.openFiles(false) - RESERVE;
        for (int count : size.counts) {
            if (plan.wants(Integer.toString(count))) {
                if (count > most) {
                    results.note("ulimit -n leaves no more than " + most + " connections: not " + count);
                } else {
                    serve(plan, count, size, results);
                }
            }
        }
        List<Integer> onOne = size.onOne.stream().filter(count -> plan.wants(count + " on one")).toList();
        if (!onOne.isEmpty()) {
            plan.progress("virtual: many wait for one descriptor");
            Plan.collect(Plan.java(Waiters.class, size.rounds, onOne), results);
        }
    }

    private void serve(Plan plan, int count, Size size, Results results) throws Exception {
        List<Kind> kinds = new ArrayList<>(SERVERS);
        try (Clients clients = new Clients()) {
            for (int round = 0; round < size.rounds; round++) {
                plan.progress("virtual: " + count + " threads wait, round " + (round + 1) + " of " + size.rounds);
                for (Kind kind : Plan.inTurn(kinds, round)) {
                    if (!serve(clients, kind, count, round == 0, size, results)) {
                        results.note(kind.contestant() + ": this machine gives no process " + count + " threads");
                        kinds.remove(kind);
                    }
                }
            }
        }
    }

    /** False if there cannot be so many threads, which is tried the first time. */
    private boolean serve(Clients clients, Kind kind, int count, boolean first, Size size, Results results)
            throws IOException, InterruptedException {
        String row = Integer.toString(count);
        String who = kind.contestant();
        // its memory is all there from the start, so that what comes is not the heap's
        List<String> command = Plan.java("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
                "-Djdk.virtualThreadScheduler.parallelism=" + CARRIERS, ThreadServer.class, who);
        try (ServerProcess server = new ServerProcess(command)) {
            if (first && !kind.isVirtual() && !ask(server, "start " + count).equals("true")) {
                return false;
            }
            String bystanders = "bystanders " + size.millis / 2;
            List<String> late = new ArrayList<>();
            ask(server, "bystanders " + size.warmUpMillis / 2);
            late.add(ask(server, bystanders));
            // what is there once, and what compiling takes, is there before
            String some = who + "-0";
            clients.open(some, server, 0, count / 10);
            clients.run(some, REQUEST_SIZE, 1, BUSY, size.warmUpMillis, Long.MAX_VALUE);
            clients.close(some);
            Memory before = memory(server);

            clients.open(who, server, 0, count);
            clients.run(who, REQUEST_SIZE, 1, BUSY, size.warmUpMillis, Long.MAX_VALUE);
            clients.run(who, REQUEST_SIZE, 1, BUSY, TIMEOUT_SECONDS * 1000L, count); // each has its turn
            Memory after = memory(server);
            late.add(ask(server, bystanders));
            Load.Result run = clients.run(who, REQUEST_SIZE, 1, BUSY, size.millis, Long.MAX_VALUE);
            server.child.println(bystanders);
            clients.run(who, REQUEST_SIZE, 1, BUSY, size.millis / 2, Long.MAX_VALUE);
            late.add(server.child.readLine(TIMEOUT_SECONDS));
            if (kind.isVirtual() || count <= MOST_TRACED) {
                systemCalls(clients, server, who, size.millis, results).ifPresent(
                        calls -> results.add(row, who, SYSTEM_CALLS, "", calls));
                systemCallsAtSpeed(clients, server, who, size.millis, results).ifPresent(
                        calls -> results.add(row, who, SYSTEM_CALLS_AT_SPEED, "", calls));
            }
            clients.close(who);

            Echo.add(results, row, who, run);
            results.add(row, who, THREADS, "", after.threads);
            if (count == size.counts.getLast()) { // of fewer, what the JVM compiles meanwhile would count
                double heap = after.heap - before.heap;
                double outside = after.anonymous - before.anonymous;
                results.add(row, who, MEMORY, "KiB", (heap + outside) / count / 1024);
                results.add(row, who, OUTSIDE, "KiB", (outside / count - kind.bufferOutsideHeap()) / 1024);
            }
            for (int i = 0; i < WHEN.size(); i++) {
                String[] nanos = late.get(i).split(" ");
                results.add(WHEN.get(i) + ", " + row, who, LATE + "p50", "µs", Double.parseDouble(nanos[0]) / 1e3);
                results.add(WHEN.get(i) + ", " + row, who, LATE + "p99", "µs", Double.parseDouble(nanos[1]) / 1e3);
            }
            return true;
        }
    }

    /** How many a request costs the server, counted by strace; nothing without it. */
    private static Optional<Double> systemCalls(Clients clients, ServerProcess server, String who, int millis,
            Results results) throws IOException, InterruptedException {
        if (!NativeCode.onPath("strace")) {
            results.note("no " + SYSTEM_CALLS + ": there is no strace on the PATH");
            return Optional.empty();
        }
        Path summary = Files.createTempFile("strace-", "");
        try (Child strace = new Child(List.of("sh", "-c", "exec strace -c -f -o \"$0\" -p \"$1\" 2>&1",
                summary.toString(), Long.toString(server.child.pid())))) {
            String said = strace.readLine(TIMEOUT_SECONDS);
            if (!said.contains("attached")) {
                results.note("no " + SYSTEM_CALLS + ": " + said);
                return Optional.empty();
            }
            long requests = 0;
            while (requests < LEAST_TRACED) {
                requests += clients.run(who, REQUEST_SIZE, 1, BUSY, millis, Long.MAX_VALUE).all();
            }
            strace.terminate();
            double counted = requests;
            return Files.readAllLines(summary).stream().filter(line -> line.endsWith(" total"))
                    .map(line -> Double.parseDouble(line.strip().split(" +")[3]) / counted).findFirst();
        } finally {
            Files.delete(summary);
        }
    }

    /** The same, counted by the kernel, which does not slow the server down; nothing without perf, and the right to. */
    private static Optional<Double> systemCallsAtSpeed(Clients clients, ServerProcess server, String who, int millis,
            Results results) throws IOException, InterruptedException {
        if (!NativeCode.onPath("perf")) {
            results.note("no " + SYSTEM_CALLS_AT_SPEED + ": there is no perf on the PATH");
            return Optional.empty();
        }
        try (Child perf = new Child(List.of("sh", "-c", "exec perf stat -x ' ' -e \"$0\" -p \"$1\" sleep \"$2\" 2>&1",
                ALL_CALLS + "," + ANSWERS, Long.toString(server.child.pid()), Double.toString(millis / 1e3)))) {
            clients.run(who, REQUEST_SIZE, 1, BUSY, 2 * millis, Long.MAX_VALUE);
            List<String> said = new ArrayList<>();
            perf.readAll(TIMEOUT_SECONDS, said::add);
            Map<String, Double> counts = new HashMap<>();
            said.stream().map(COUNT::matcher).filter(Matcher::lookingAt)
                    .forEach(count -> counts.put(count.group(2), Double.parseDouble(count.group(1))));
            double answers = counts.getOrDefault(ANSWERS, 0.0);
            if (answers == 0 || !counts.containsKey(ALL_CALLS)) {
                results.note("no " + SYSTEM_CALLS_AT_SPEED + ": " + String.join(" ", said).strip());
                return Optional.empty();
            }
            return Optional.of(counts.get(ALL_CALLS) / answers);
        }
    }

    private static String ask(ServerProcess server, String command) throws IOException, InterruptedException {
        return server.child.ask(command, TIMEOUT_SECONDS);
    }

    /** Of a server; in bytes. */
    private record Memory(long heap, long anonymous, long threads) { }

    private static Memory memory(ServerProcess server) throws IOException, InterruptedException {
        long heap = Long.parseLong(ask(server, "heap"));
        long pid = server.child.pid();
        return new Memory(heap, ProcessTimes.anonymousBytes(pid), ProcessTimes.threads(pid));
    }

    @Override
    List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        toJdk(results, TRIP + "p50", "one core", 0.95, targets);
        toJdk(results, TRIP + "p50", "all cores", 0.7, targets);
        for (String row : List.of("1000", "10000")) {
            results.ratio(row, POLLUX, JDK, Echo.RATE).ifPresent(ratio -> targets.add(Target.atLeast(
                    "virtual: " + Echo.RATE + ", " + row, 1.05, " × " + JDK, ratio.median())));
            toJdk(results, Echo.CPU, row, 0.95, targets);
            toJdk(results, "latency p99", row, 1, targets);
            for (String when : WHEN) {
                toJdk(results, LATE + "p99", when + ", " + row, when.equals("under load") ? 0.6 : 1, targets);
            }
            absolute(results, SYSTEM_CALLS, row, 3.1, "", targets);
            absolute(results, SYSTEM_CALLS_AT_SPEED, row, 3.1, "", targets);
            absolute(results, OUTSIDE, row, 0.2, " KiB", targets);
        }
        // 4 if the time is quadratic
        results.find("40000 on one", POLLUX, CPU_AWAKE).ifPresent(many ->
                results.find("10000 on one", POLLUX, CPU_AWAKE).ifPresent(few ->
                        targets.add(Target.atMost("virtual: " + CPU_AWAKE + ", 40000 on one, × 10000 on one", 1.5, "",
                                many.median() / few.median()))));
        return targets;
    }

    private static void toJdk(Results results, String metric, String row, double limit, List<Target> targets) {
        Target.atMost("virtual: " + metric + ", " + row, limit, results.ratio(row, POLLUX, JDK, metric), JDK)
                .ifPresent(targets::add);
    }

    private static void absolute(
            Results results, String metric, String row, double limit, String unit, List<Target> targets) {
        results.find(row, POLLUX, metric).ifPresent(series -> targets.add(
                Target.atMost("virtual: " + metric + ", " + row, limit, unit, series.median())));
    }
}
