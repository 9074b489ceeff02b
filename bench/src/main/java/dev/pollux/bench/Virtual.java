package dev.pollux.bench;

import dev.pollux.bench.virtual.Kind;
import dev.pollux.bench.virtual.ThreadServer;
import dev.pollux.bench.virtual.TurnTaking;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Virtual threads that wait for a descriptor each, beside the JDK's own, and beside platform threads. */
final class Virtual implements Part {
    static final String RATE = "requests";
    static final String CPU = "CPU per request";
    static final String MEMORY = "memory per thread";
    static final String OUTSIDE = "of it outside the heap";
    static final String THREADS = "threads of the kernel's";
    static final List<String> TRIPS = List.of("there and back p50", "there and back p99", "there and back p99.9");

    private static final String ONE_CORE = "one core";
    private static final String ALL_CORES = "all cores";
    private static final List<Integer> COUNTS = List.of(1000, 10_000);
    /** Whose servers are measured; of the others it is known how long they take to wake up. */
    private static final List<Kind> SERVERS =
            List.of(Kind.POLLUX_VIRTUAL, Kind.JDK_VIRTUAL, Kind.JDK_STREAMS, Kind.POLLUX_PLATFORM);
    /** Of descriptors, for the JVM. */
    private static final int RESERVE = 1000;
    private static final int BUSY = 100;
    private static final int REQUEST_SIZE = 64;
    private static final int CARRIERS = 2;
    private static final int TIMEOUT_SECONDS = 60;

    /**
     * How much to measure.
     *
     * @param wakeUpRounds in one JVM
     * @param warmUpTrips there and back, of each kind of thread
     * @param trips of each round
     * @param counts of threads that wait
     * @param rounds with new servers each
     * @param warmUpMillis for each server
     * @param millis of each measurement
     */
    record Size(int wakeUpRounds, int warmUpTrips, int trips, List<Integer> counts, int rounds, int warmUpMillis,
            int millis) { }

    @Override
    public String name() {
        return "virtual";
    }

    @Override
    public String title() {
        return "Virtual threads";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        boolean all = !plan.quick() || !plan.rows().isEmpty();
        run(plan, results, new Size(plan.rounds(2, 7), plan.pick(6000, 20_000), plan.pick(3000, 20_000),
                all ? COUNTS : List.of(COUNTS.getFirst()), plan.rounds(1, 3), plan.pick(300, 1200),
                plan.pick(200, 600)));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        if (plan.wants(ONE_CORE)) {
            Optional<Integer> core = Wakeup.aCore();
            if (core.isEmpty()) {
                results.note(name(), "no wake-ups on one core: there is no taskset, or it may not pin");
            } else {
                plan.progress("virtual: wake-ups on one core");
                wakeUp(List.of("taskset", "-c", core.get().toString()), ONE_CORE, size, results);
            }
        }
        if (plan.wants(ALL_CORES)) {
            plan.progress("virtual: wake-ups on all cores");
            wakeUp(List.of(), ALL_CORES, size, results);
        }
        int most = (int) Math.min(Integer.MAX_VALUE, Idle.openFilesLimit() - RESERVE);
        for (int count : size.counts) {
            if (plan.wants(Integer.toString(count))) {
                if (count > most) {
                    results.note(name(), "ulimit -n leaves no more than " + most + " connections: not " + count);
                } else {
                    serve(plan, count, size, results);
                }
            }
        }
    }

    private void wakeUp(List<String> prefix, String row, Size size, Results results) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Plan.java(TurnTaking.class.getName(), "" + size.wakeUpRounds,
                "" + size.warmUpTrips, "" + size.trips));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t");
                for (int i = 0; i < TRIPS.size(); i++) {
                    results.add(name(), row, fields[0], TRIPS.get(i), "µs", Long.parseLong(fields[i + 1]) / 1000.0);
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("a JVM of the wake-ups failed: " + String.join(" ", command));
        }
    }

    private void serve(Plan plan, int count, Size size, Results results) throws Exception {
        List<Kind> kinds = new ArrayList<>(SERVERS);
        try (Child load = Echo.load()) {
            for (int round = 0; round < size.rounds; round++) {
                plan.progress("virtual: " + count + " threads wait, round " + (round + 1) + " of " + size.rounds);
                for (Kind kind : List.copyOf(kinds)) {
                    if (!serve(load, kind, count, round == 0, size, results)) {
                        results.note(name(), kind.contestant() + ": this machine gives no process " + count
                                + " threads");
                        kinds.remove(kind);
                    }
                }
                Collections.rotate(kinds, 1);
            }
        }
    }

    /** False if there cannot be so many threads, which is tried the first time. */
    private boolean serve(Child load, Kind kind, int count, boolean first, Size size, Results results)
            throws IOException, InterruptedException {
        String row = Integer.toString(count);
        String who = kind.contestant();
        // its memory is all there from the start, so that what comes is not the heap's
        List<String> command = Plan.java("-XX:+UseSerialGC", "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch",
                "-Djdk.virtualThreadScheduler.parallelism=" + CARRIERS, ThreadServer.class.getName(), who);
        try (Echo.EchoProcess server = new Echo.EchoProcess(command)) {
            if (first && !kind.isVirtual() && !ask(server, "start " + count).equals("true")) {
                return false;
            }
            ask(server, "bystanders " + size.warmUpMillis / 2);
            double[] alone = numbers(ask(server, "bystanders " + size.millis / 2));
            // what is there once, is there before
            Echo.open(load, who + "-0", server, 0, 1);
            Echo.ask(load, who + "-0", REQUEST_SIZE, 1, size.warmUpMillis / 4, Long.MAX_VALUE);
            Echo.close(load, who + "-0");
            Memory before = memory(server);

            Echo.open(load, who, server, 0, count);
            Echo.ask(load, who, REQUEST_SIZE, 1, BUSY, size.warmUpMillis, Long.MAX_VALUE);
            Echo.ask(load, who, REQUEST_SIZE, 1, BUSY, TIMEOUT_SECONDS * 1000L, count); // each has its turn
            Memory after = memory(server);
            double[] waiting = numbers(ask(server, "bystanders " + size.millis / 2));
            Echo.Run run = Echo.ask(load, who, REQUEST_SIZE, 1, BUSY, size.millis, Long.MAX_VALUE);
            server.child.println("bystanders " + size.millis / 2);
            Echo.ask(load, who, REQUEST_SIZE, 1, BUSY, size.millis / 2, Long.MAX_VALUE);
            double[] underLoad = numbers(server.child.readLine(TIMEOUT_SECONDS));
            Echo.close(load, who);

            results.add(name(), row, who, RATE, "1/s", run.requests() / (run.nanos() / 1e9));
            results.add(name(), row, who, CPU, "µs", run.serverCpu() / 1e3 / run.requests());
            results.add(name(), row, who, "latency p50", "µs", run.p50() / 1e3);
            results.add(name(), row, who, "latency p99", "µs", run.p99() / 1e3);
            results.add(name(), row, who, "server busy", "%", 100.0 * run.serverCpu() / run.nanos());
            results.add(name(), row, who, "load generator busy", "%", 100.0 * run.loadCpu() / run.nanos());
            results.add(name(), row, who, THREADS, "", after.threads);
            if (count == size.counts.getLast()) { // of fewer, what the JVM compiles meanwhile would count
                double heap = after.heap - before.heap;
                double outside = after.anonymous - before.anonymous;
                results.add(name(), row, who, MEMORY, "KiB", (heap + outside) / count / 1024);
                results.add(name(), row, who, OUTSIDE, "KiB", outside / count / 1024);
            }
            String[] when = {"nobody waits", "all wait", "under load"};
            double[][] late = {alone, waiting, underLoad};
            for (int i = 0; i < when.length; i++) {
                results.add(name(), when[i] + ", " + row, who, "bystander late p50", "µs", late[i][0] / 1e3);
                results.add(name(), when[i] + ", " + row, who, "bystander late p99", "µs", late[i][1] / 1e3);
            }
            return true;
        }
    }

    private static String ask(Echo.EchoProcess server, String command) throws IOException, InterruptedException {
        server.child.println(command);
        return server.child.readLine(TIMEOUT_SECONDS);
    }

    private static double[] numbers(String line) {
        String[] words = line.split(" ");
        return new double[] {Double.parseDouble(words[0]), Double.parseDouble(words[1])};
    }

    /** Of a server; in bytes. */
    private record Memory(long heap, long anonymous, long threads) { }

    private static Memory memory(Echo.EchoProcess server) throws IOException, InterruptedException {
        long heap = Long.parseLong(ask(server, "heap"));
        long pid = server.child.pid();
        return new Memory(heap, ProcessTimes.anonymousBytes(pid), ProcessTimes.threads(pid));
    }

    @Override
    public void report(Results results, Markdown out) {
        out.paragraph("A thread for each connection, which waits for it. × is here the ratio to the JDK's own virtual"
                + " threads with channels. Of 1000 or 10000 threads " + BUSY + " have a request at a time; a bystander"
                + " is a virtual thread of the same process that sleeps for a millisecond, again and again.");
        for (String metric : results.metrics(name())) {
            out.metric(results, name(), metric, Optional.of(Kind.JDK_VIRTUAL.contestant()));
        }
    }
}
