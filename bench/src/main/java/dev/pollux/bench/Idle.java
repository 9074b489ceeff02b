package dev.pollux.bench;

import dev.pollux.bench.idle.IdleFork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What one wait costs with ten ready of more and more. */
final class Idle implements Part {
    private static final String TIME = "time of one wait";
    private static final List<Integer> COUNTS = List.of(10, 30, 100, 300, 1000, 3000, 10_000, 30_000);
    /** For the JVM, the ends of the pipes, and the Selector's own. */
    private static final int RESERVE = 1000;
    private static final int LARGEST = 100_000;
    private static final int TIMEOUT_SECONDS = 120;

    /** How much to measure: slices of a millisecond. */
    record Size(int forks, int slices, int warmUpSlices, int largest) { }

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public String title() {
        return "Idle connections";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        run(plan, results, new Size(plan.rounds(2, 8), plan.pick(12, 30), plan.pick(150, 300), LARGEST));
    }

    void run(Plan plan, Results results, Size size) throws Exception {
        Optional<Path> c = plan.library("idle");
        int limit = (int) Math.min(size.largest, openFilesLimit() - RESERVE);
        List<String> counts = IntStream.concat(
                COUNTS.stream().mapToInt(Integer::intValue).filter(n -> n < limit), IntStream.of(limit))
                .mapToObj(Integer::toString).toList();
        results.note(name(), "ten pipes are ready; those that are not are eventfds, for Selector unbound datagram"
                + " channels, as it does not take eventfds; the most is ulimit -n less " + RESERVE + ", at most "
                + size.largest);
        for (int fork = 0; fork < size.forks; fork++) {
            plan.progress("idle, JVM " + (fork + 1) + " of " + size.forks);
            List<String> command = new ArrayList<>(Plan.java(IdleFork.class.getName(),
                    c.map(Path::toString).orElse("-"), "" + size.slices, "" + size.warmUpSlices));
            command.addAll(counts);
            try (Child child = new Child(command)) {
                for (String line = child.readLine(TIMEOUT_SECONDS); !line.equals(IdleFork.DONE);
                        line = child.readLine(TIMEOUT_SECONDS)) {
                    String[] words = line.split(":"); // count, call, contestant, nanoseconds
                    String row = words[1] + "-" + words[0];
                    if (plan.wants(row)) {
                        results.add(name(), row, words[2], TIME, "ns", Double.parseDouble(words[3]));
                    }
                }
            }
        }
    }

    /** The soft limit of RLIMIT_NOFILE; the JVM has raised it to the hard one when it started. */
    static long openFilesLimit() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            String soft = lines.filter(line -> line.startsWith("Max open files")).findFirst().orElseThrow()
                    .split(" +")[3];
            return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
        }
    }

    /** The medians of a contestant and call, by the number of descriptors. */
    private Map<Integer, Double> medians(Results results, String call, String contestant) {
        Map<Integer, Double> medians = new TreeMap<>();
        for (String row : results.rows(name(), TIME)) {
            String[] words = row.split("-");
            if (words[0].equals(call)) {
                results.find(name(), row, contestant, TIME)
                        .ifPresent(series -> medians.put(Integer.parseInt(words[1]), series.median()));
            }
        }
        return medians;
    }

    @Override
    public void report(Results results, Markdown out) {
        out.paragraph("One wait that does not block, and every event looked at: ten are ready of as many as the row"
                + " says.");
        Part.super.report(results, out);
    }

    @Override
    public List<Target> targets(Results results) {
        Map<Integer, Double> medians = medians(results, "epoll", Results.POLLUX);
        if (medians.size() < 2) {
            return List.of();
        }
        int most = medians.keySet().stream().max(Integer::compare).orElseThrow();
        return List.of(Target.atMost("epoll with " + most + " watched, × with 10", 1.1, "",
                medians.get(most) / medians.values().iterator().next()));
    }

    @Override
    public List<Charts.Figure> charts(Results results) {
        List<Charts.Line> lines = new ArrayList<>();
        for (String call : List.of("select", "poll", "epoll")) {
            line("C " + call, medians(results, call, Results.C), lines);
        }
        for (String call : List.of("select", "poll", "epoll")) {
            line(call, medians(results, call, Results.POLLUX), lines);
        }
        line(CallRow.CONSUMER, medians(results, "epoll", CallRow.CONSUMER), lines);
        return lines.isEmpty() ? List.of() : List.of(new Charts.Lines("idle", "One wait, with ten ready of N watched",
                "descriptors watched", "ns", true, true, lines));
    }

    private static void line(String label, Map<Integer, Double> medians, List<Charts.Line> lines) {
        if (!medians.isEmpty()) {
            lines.add(new Charts.Line(label, medians.keySet().stream().mapToDouble(Integer::doubleValue).toArray(),
                    medians.values().stream().mapToDouble(Double::doubleValue).toArray()));
        }
    }
}
