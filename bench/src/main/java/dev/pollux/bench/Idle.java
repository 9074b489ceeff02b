package dev.pollux.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        super("idle", "Idle connections");
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

    /** The medians of a contestant and call, by the number of descriptors. */
    private static Map<Integer, Double> medians(Results results, String call, String contestant) {
        Map<Integer, Double> medians = new TreeMap<>();
        for (String row : results.rows(TIME)) {
            String[] words = row.split("-");
            if (words[0].equals(call)) {
                results.find(row, contestant, TIME)
                        .ifPresent(series -> medians.put(Integer.parseInt(words[1]), series.median()));
            }
        }
        return medians;
    }

    @Override
    void report(Results results, Markdown out) {
        out.paragraph("One wait that does not block, and every event looked at: ten are ready of as many as the row"
                + " says.");
        out.metric(TIME, Results.C);
    }

    @Override
    List<Target> targets(Results results) {
        TreeMap<Integer, Double> medians = new TreeMap<>(medians(results, "epoll", Results.POLLUX));
        return medians.size() < 2 ? List.of() : List.of(Target.atMost("epoll with " + medians.lastKey()
                + " watched, × with 10", 1.1, "", medians.lastEntry().getValue() / medians.firstEntry().getValue()));
    }

    @Override
    List<Charts.Figure> charts(Results results) {
        List<Charts.Line> lines = new ArrayList<>();
        for (String call : CALLS) {
            Charts.Line.of("C " + call, medians(results, call, Results.C)).ifPresent(lines::add);
        }
        for (String call : CALLS) {
            Charts.Line.of(call, medians(results, call, Results.POLLUX)).ifPresent(lines::add);
        }
        Charts.Line.of(CallRow.CONSUMER, medians(results, "epoll", CallRow.CONSUMER)).ifPresent(lines::add);
        return lines.isEmpty() ? List.of() : List.of(new Charts.Lines("idle", "One wait, with ten ready of N watched",
                "descriptors watched", "ns", true, true, lines));
    }
}
