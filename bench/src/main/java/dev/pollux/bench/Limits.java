package dev.pollux.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where epoll does not win, and where select loses. */
final class Limits extends Part {
    private static final int[] COUNTS = {1, 4, 16, 64, 256, 1000};
    private static final int[] QUICK_COUNTS = {1, 64, 1000};
    private static final List<String> METHODS = List.of("select", "poll", "epoll");
    private static final int HIGH = 19_000;

    Limits() {
        super("limits", "Where epoll does not win", Results.C, "`select-64` is one wait in which 64 of 64 watched"
                + " descriptors are ready, and each is read from the result; `select-fd19000` watches one descriptor,"
                + " which has that number, and is ready.");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        List<String> rows = new ArrayList<>();
        for (String method : METHODS) {
            Arrays.stream(plan.pick(QUICK_COUNTS, COUNTS)).forEach(count -> rows.add(method + "-" + count));
        }
        long limit = Machine.openFiles(true);
        if (limit > HIGH + 100) {
            METHODS.forEach(method -> rows.add(method + "-fd" + HIGH));
        } else {
            results.note("no descriptor with the number " + HIGH + ": the hard limit of open files is " + limit);
        }
        rows.removeIf(row -> !plan.wants(row));
        if (rows.isEmpty()) {
            return;
        }
        int rounds = plan.rounds(results, 1, 3);
        for (int round = 1; round <= rounds; round++) {
            plan.progress("limits: round " + round + " of " + rounds);
            Calls.measure(plan, rows, plan.pick(200, 500), plan.pick(200, 500), 1, results);
        }
    }

    @Override
    Optional<Charts.Figure> chart(Results results) {
        List<Charts.Series<Integer>> lines = new ArrayList<>();
        METHODS.forEach(method -> lines.add(line(results, method, Results.POLLUX, method)));
        lines.add(line(results, "epoll", CallRow.CONSUMER, CallRow.CONSUMER));
        lines.add(line(results, "epoll", CallRow.KEYS, CallRow.KEYS));
        return Optional.of(new Charts.Lines("limits", "Where epoll does not win: all that are watched are ready",
                "descriptors watched", "a wait, in times that of epoll", false, lines));
    }

    /** How many times as long as epoll by the library. */
    private static Charts.Series<Integer> line(Results results, String method, String contestant, String label) {
        Map<Integer, Double> times = results.mediansByCount(method, contestant, Calls.TIME);
        Map<Integer, Double> epoll = results.mediansByCount("epoll", Results.POLLUX, Calls.TIME);
        times.keySet().retainAll(epoll.keySet());
        times.replaceAll((count, time) -> time / epoll.get(count));
        return new Charts.Series<>(label, times);
    }
}
