package dev.pollux.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How long it takes two threads to wake each other. */
final class Wakeup implements Part {
    static final String SELECTOR = "Selector.wakeup";

    private static final List<String> METRICS = List.of("p50", "p99", "p99.9");
    private static final String ONE_CORE = "one core";
    private static final String ALL_CORES = "all cores";

    @Override
    public String name() {
        return "wakeup";
    }

    @Override
    public String title() {
        return "Waking up";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        Optional<Path> library = plan.library("wakeup");
        int rounds = plan.rounds(3, 15);
        int trips = plan.pick(5_000, 50_000);
        if (plan.wants(ONE_CORE)) {
            Optional<Integer> core = aCore();
            if (core.isEmpty()) {
                results.note(name(), "not measured on one core: there is no taskset, or it may not pin");
            } else {
                plan.progress("wakeup: one core");
                play(List.of("taskset", "-c", core.get().toString()), ONE_CORE, rounds, trips, library, results);
            }
        }
        if (plan.wants(ALL_CORES)) {
            plan.progress("wakeup: all cores");
            play(List.of(), ALL_CORES, rounds, trips, library, results);
        }
    }

    /** The last one that a process can be pinned to: the first ones have more interrupts. */
    static Optional<Integer> aCore() throws IOException, InterruptedException {
        if (!NativeCode.onPath("taskset")) {
            return Optional.empty();
        }
        for (int core = Runtime.getRuntime().availableProcessors() - 1; core >= 0; core--) {
            Process process = new ProcessBuilder("taskset", "-c", String.valueOf(core), "true")
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (process.waitFor() == 0) {
                return Optional.of(core);
            }
        }
        return Optional.empty();
    }

    private void play(List<String> prefix, String row, int rounds, int trips, Optional<Path> library, Results results)
            throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(Plan.java(PingPong.class.getName(), String.valueOf(rounds), String.valueOf(trips)));
        library.ifPresent(path -> command.add(path.toString()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] fields = line.split("\t");
                for (int i = 0; i < METRICS.size(); i++) {
                    results.add(name(), row, fields[0], METRICS.get(i), "µs", Long.parseLong(fields[i + 1]) / 1000.0);
                }
            }
        }
        if (process.waitFor() != 0) {
            throw new IOException("a JVM of the ping-pong failed: " + String.join(" ", command));
        }
    }

    @Override
    public void report(Results results, Markdown out) {
        out.paragraph("The way there and back: two wake-ups, two waits, two reads, between two threads.");
        METRICS.forEach(metric -> out.metric(results, name(), metric));
    }

    @Override
    public List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        for (String row : results.rows(name(), "p50")) {
            results.ratio(name(), row, Results.POLLUX, Results.C, "p50").ifPresent(ratio ->
                    targets.add(Target.atMost("wake-up p50, " + row, 1.08, " × C", ratio.median())));
            results.ratio(name(), row, Results.POLLUX, CallRow.NETTY, "p50").ifPresent(ratio ->
                    targets.add(Target.atMost("wake-up p50, " + row, 1, " × Netty", ratio.median())));
        }
        return targets;
    }
}
