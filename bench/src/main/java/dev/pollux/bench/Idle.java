package dev.pollux.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Stream;

/** What one wait costs with ten ready of more and more. */
final class Idle extends Part {
    static final String TIME = "time of one wait";

    private static final List<Integer> COUNTS = List.of(10, 30, 100, 300, 1000, 3000, 10_000, 30_000);
    private static final List<String> CALLS = List.of("select", "poll", "epoll");
    /** For the JVM, the ends of the pipes, and the Selector's own. */
    private static final int RESERVE = 1000;
    private static final int LARGEST = 100_000;

    /** How much to measure, in slices. */
    record Size(int forks, int slices, int warmUpSlices, int largest) { }

    Idle() {
        super("idle", "Idle connections", Results.C, "One wait that does not block, and every event looked at: ten are"
                + " ready of as many as the row says.");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        run(plan, results, new Size(plan.rounds(results, 2, 8), plan.pick(24, 60), plan.pick(300, 600), LARGEST));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        int limit = (int) Math.min(size.largest, Machine.openFiles(false) - RESERVE);
        List<Integer> counts = Stream.concat(COUNTS.stream().filter(n -> n < limit), Stream.of(limit)).filter(
                n -> CALLS.stream().anyMatch(call -> plan.wants(call + "-" + n))).toList();
        if (counts.isEmpty()) {
            return;
        }
        results.note("ten pipes are ready; those that are not are eventfds, for Selector unbound datagram"
                + " channels, as it does not take eventfds; the most is ulimit -n less " + RESERVE + ", at most "
                + size.largest);
        List<String> rows = counts.stream().flatMap(n -> Stream.of("idle-" + n, "idleChannels-" + n)).toList();
        String library = plan.library("calls").map(Path::toString).orElse("-");
        for (int fork = 0; fork < size.forks; fork++) {
            plan.progress("idle, JVM " + (fork + 1) + " of " + size.forks);
            Plan.collect(Plan.java(Slices.class, name, library, size.slices, size.warmUpSlices, rows), results);
        }
    }

    @Override
    List<Target> targets(Results results) {
        NavigableMap<Integer, Double> medians = results.mediansByCount("epoll", Results.POLLUX, TIME);
        return medians.size() < 2 ? List.of() : List.of(Target.atMost("epoll with " + medians.lastKey()
                + " watched, × with 10", 1.1, "", medians.lastEntry().getValue() / medians.firstEntry().getValue()));
    }

    @Override
    Optional<Charts.Figure> chart(Results results) {
        List<Charts.Series<Integer>> lines = new ArrayList<>();
        CALLS.forEach(call -> lines.add(new Charts.Series<>("C " + call,
                results.mediansByCount(call, Results.C, TIME))));
        CALLS.forEach(call -> lines.add(new Charts.Series<>(call,
                results.mediansByCount(call, Results.POLLUX, TIME))));
        lines.add(new Charts.Series<>(CallRow.CONSUMER, results.mediansByCount("epoll", CallRow.CONSUMER, TIME)));
        return Optional.of(new Charts.Lines("idle", "One wait, with ten ready of N watched", "descriptors watched",
                "ns", true, lines));
    }
}
