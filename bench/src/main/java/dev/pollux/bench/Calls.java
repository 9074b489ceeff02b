package dev.pollux.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What each call costs: a fresh JVM for each row and round. */
final class Calls extends Part {
    static final String TIME = "time of a call";
    static final String BYTES = "allocated by a call";

    private static final List<String> COMPARED = List.of(CallRow.NETTY, CallRow.CONSUMER, CallRow.JDK);

    Calls() {
        super("calls", "Calls");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        List<String> rows = CallRow.ROWS.stream().filter(plan::wants).toList();
        if (rows.isEmpty()) {
            plan.progress("calls has none of the rows " + plan.rows() + "; it has " + CallRow.ROWS);
            return;
        }
        int rounds = plan.rounds(results, 1, 7);
        for (int round = 1; round <= rounds; round++) {
            plan.progress("calls: round " + round + " of " + rounds);
            measure(plan, rows, plan.pick(500, 800), plan.pick(250, 900), 1, results);
        }
    }

    /** One round of rows that {@link CallRow} knows; without forks in this JVM. */
    static void measure(Plan plan, List<String> rows, int warmupMillis, int millis, int forks, Results results)
            throws Exception {
        Path samples = Files.createTempFile("samples-", "");
        Map<String, String> properties = new LinkedHashMap<>(Map.of(CallsBench.SAMPLES, samples.toString()));
        plan.library("calls").ifPresent(path -> properties.put(CallsBench.LIBRARY, path.toString()));
        plan.against().ifPresent(jar -> properties.put(CallsBench.AGAINST, jar.toString()));
        properties.forEach(System::setProperty);
        try {
            new Runner(new OptionsBuilder().include(CallsBench.class.getName() + ".slices")
                    .mode(Mode.AverageTime).param("row", rows.toArray(String[]::new)).forks(forks)
                    .jvmArgsPrepend(properties.entrySet().stream().map(p -> "-D" + p.getKey() + "=" + p.getValue())
                            .toArray(String[]::new))
                    .shouldFailOnError(true).verbosity(VerboseMode.SILENT)
                    .warmupIterations(1).warmupTime(TimeValue.milliseconds(warmupMillis))
                    .measurementIterations(1).measurementTime(TimeValue.milliseconds(millis)).build()).run();
            Files.readAllLines(samples).forEach(line -> results.add(Sample.parse(line)));
        } finally {
            properties.keySet().forEach(System::clearProperty);
            Files.delete(samples);
        }
    }

    @Override
    List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        ratio(results, targets, 1.08, Results.C, "poll0", "poll1");
        ratio(results, targets, 1, CallRow.NETTY, "poll0", "poll1");
        ratio(results, targets, 1.10, Results.C, "await1");
        ratio(results, targets, 1, CallRow.NETTY, "await1");
        results.find("nanoTime", CallRow.JDK, TIME).ifPresent(clock -> {
            for (String row : List.of("awaitTimeout1", "awaitNanos1")) {
                results.find(row, Results.C, TIME).ifPresent(c -> ratio(results, targets,
                        Math.rint(100 * (1.10 + clock.median() / c.median())) / 100, Results.C, row));
            }
        });
        ratio(results, targets, 1.03, Results.C, "poll64", "pollFds64none", "pollFds64", "pollFds1000none",
                "pollFds1000", "select64none", "select64", "select1000none", "select1000");
        ratio(results, targets, 1.12, Results.C, "modify", "addRemove", "getFlags", "pipe", "socket", "wouldBlock");
        ratio(results, targets, 1.10, CallRow.JDK, "array1", "array4096", "array65536");
        ratio(results, targets, 1.03, Results.C, "recvmmsg64", "segments44");
        ratio(results, targets, 0.25, CallRow.JDK, "segments44");
        ratio(results, targets, 1.05, Results.C, "rights");
        // a descriptor that is received is an object
        results.rows(BYTES).stream().filter(row -> !row.equals("rights"))
                .flatMap(row -> results.find(row, Results.POLLUX, BYTES).stream())
                .mapToDouble(Results.Series::max).max().ifPresent(bytes ->
                        targets.add(Target.atMost("calls: allocated by the worst of all", 0, " bytes", bytes)));
        return targets;
    }

    private static void ratio(Results results, List<Target> targets, double limit, String baseline, String... rows) {
        for (String row : rows) {
            Target.atMost("calls: " + row, limit, results.ratio(row, Results.POLLUX, baseline, TIME), baseline)
                    .ifPresent(targets::add);
        }
    }

    @Override
    Optional<Charts.Figure> chart(Results results) {
        // a picture of the comparisons; the others are in the table
        List<String> rows = results.rows(TIME).stream().filter(row -> !row.equals("nanoTime"))
                .filter(row -> COMPARED.stream().anyMatch(
                        contestant -> results.ratio(row, contestant, Results.C, TIME).isPresent())).toList();
        return Optional.of(new Charts.Bars("calls", "What a call costs more than in C", "percent more than C", rows,
                List.of(more(results, "Pollux", Results.POLLUX),
                more(results, "Netty, its JNI calls only", CallRow.NETTY),
                more(results, "Selector, consumer; channels", CallRow.CONSUMER, CallRow.JDK),
                more(results, "Selector, keys", CallRow.KEYS))));
    }

    /** Of each row, the first one of these contestants that takes part in it. */
    private static Charts.Series<String> more(Results results, String label, String... contestants) {
        Map<String, Double> percent = new HashMap<>();
        for (String row : results.rows(TIME)) {
            Arrays.stream(contestants).flatMap(contestant -> results.ratio(row, contestant, Results.C, TIME).stream())
                    .findFirst().ifPresent(ratio -> percent.put(row, 100 * (ratio.median() - 1)));
        }
        return new Charts.Series<>(label, percent);
    }

    @Override
    void report(Results results, Markdown out) {
        out.metric(TIME, Results.C);
        boolean against = results.contestants(TIME).contains(OldLibrary.NAME);
        List<List<String>> rows = new ArrayList<>();
        for (String row : results.rows(TIME)) {
            Optional<Results.Series> toC = results.ratio(row, Results.POLLUX, Results.C, TIME);
            Optional<Results.Series> toPeer =
                    results.ratio(row, Results.POLLUX, against ? OldLibrary.NAME : CallRow.NETTY, TIME);
            rows.add(List.of(row, quartiles(toC), max(toC), quartiles(toPeer), max(toPeer),
                    max(results.find(row, Results.POLLUX, BYTES))));
        }
        String peer = against ? "÷ old" : "÷ Netty";
        out.table(List.of("Pollux", "÷ C", "÷ C, worst JVM", peer, peer + ", worst JVM", "bytes, worst JVM"), rows);
        out.metric(BYTES, "");
    }

    private static String quartiles(Optional<Results.Series> series) {
        return series.map(Markdown::quartiles).orElse("");
    }

    private static String max(Optional<Results.Series> series) {
        return series.map(s -> Markdown.number(s.max())).orElse("");
    }
}
