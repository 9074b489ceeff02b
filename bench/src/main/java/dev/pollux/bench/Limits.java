package dev.pollux.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where epoll does not win, and where select loses. */
final class Limits implements Part {
    private static final int[] COUNTS = {1, 4, 16, 64, 256, 1000};
    private static final int[] QUICK_COUNTS = {1, 64, 1000};
    private static final List<String> METHODS = List.of("select", "poll", "epoll");
    private static final int HIGH = 19_000;

    @Override
    public String name() {
        return "limits";
    }

    @Override
    public String title() {
        return "Where epoll does not win";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        List<String> rows = new ArrayList<>();
        for (String method : METHODS) {
            Arrays.stream(plan.pick(QUICK_COUNTS, COUNTS)).forEach(count -> rows.add(method + "-" + count));
        }
        long limit = hardLimit();
        if (limit > HIGH + 100) {
            METHODS.forEach(method -> rows.add(method + "-fd" + HIGH));
        } else {
            results.note(name(), "no descriptor with the number " + HIGH + ": the hard limit of open files is "
                    + limit);
        }
        rows.removeIf(row -> !plan.wants(row));
        if (rows.isEmpty()) {
            return;
        }
        Optional<Path> library = plan.library("calls");
        int rounds = plan.rounds(1, 3);
        for (int round = 1; round <= rounds; round++) {
            plan.progress("limits: round " + round + " of " + rounds);
            Calls.measure(name(), rows.toArray(String[]::new), library, plan.pick(200, 500), plan.pick(200, 500), 1,
                    results);
        }
    }

    /** The JVM raises its own limit to this one. */
    private static long hardLimit() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            String hard = lines.filter(line -> line.startsWith("Max open files")).findFirst().orElseThrow()
                    .split(" {2,}")[2];
            return hard.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(hard);
        }
    }

    @Override
    public void report(Results results, Markdown out) {
        out.paragraph("`select-64` is one wait in which 64 of 64 watched descriptors are ready, and each is read "
                + "from the result; `select-fd19000` watches one descriptor, which has that number, and is ready.");
        out.metric(results, name(), Calls.TIME);
    }

    @Override
    public List<Charts.Figure> charts(Results results) {
        List<Charts.Line> lines = new ArrayList<>();
        for (String method : METHODS) {
            line(results, method, Results.POLLUX, method).ifPresent(lines::add);
        }
        line(results, "epoll", CallRow.CONSUMER, CallRow.CONSUMER).ifPresent(lines::add);
        line(results, "epoll", CallRow.KEYS, CallRow.KEYS).ifPresent(lines::add);
        return lines.isEmpty() ? List.of() : List.of(new Charts.Lines("limits", "Where epoll does not win: "
                + "all that are watched are ready", "descriptors watched", "a wait, in times that of epoll",
                true, false, lines));
    }

    /** How many times as long as epoll by the library. */
    private Optional<Charts.Line> line(Results results, String method, String contestant, String label) {
        List<double[]> points = new ArrayList<>();
        for (int count : COUNTS) {
            results.find(name(), method + "-" + count, contestant, Calls.TIME).ifPresent(one ->
                    results.find(name(), "epoll-" + count, Results.POLLUX, Calls.TIME).ifPresent(epoll ->
                            points.add(new double[] {count, one.median() / epoll.median()})));
        }
        return points.isEmpty() ? Optional.empty() : Optional.of(new Charts.Line(label,
                points.stream().mapToDouble(p -> p[0]).toArray(), points.stream().mapToDouble(p -> p[1]).toArray()));
    }
}
