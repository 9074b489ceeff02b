package dev.pollux.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** What each call costs: a fresh JVM for each row and round. */
final class Calls implements Part {
    static final String TIME = "time of a call";
    static final String BYTES = "allocated by a call";

    private static final List<String> COMPARED = List.of(CallRow.NETTY, CallRow.CONSUMER, CallRow.JDK);

    @Override
    public String name() {
        return "calls";
    }

    @Override
    public String title() {
        return "Calls";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        String[] rows = CallRow.ROWS.stream().filter(plan::wants).toArray(String[]::new);
        if (rows.length == 0) {
            plan.progress("calls has none of the rows " + plan.rows() + "; it has " + CallRow.ROWS);
            return;
        }
        Optional<Path> library = plan.library("calls");
        int rounds = plan.rounds(1, 7);
        for (int round = 1; round <= rounds; round++) {
            plan.progress("calls: round " + round + " of " + rounds);
            measure(name(), rows, library, plan.pick(500, 800), plan.pick(250, 900), 1, results);
        }
    }

    /** One round of rows that {@link CallRow} knows; without forks in this JVM. */
    static void measure(String part, String[] rows, Optional<Path> library, int warmupMillis, int millis, int forks,
            Results results) throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder().include(CallsBench.class.getName() + ".slices")
                .param("row", rows).forks(forks).shouldFailOnError(true).verbosity(VerboseMode.SILENT)
                .warmupIterations(1).warmupTime(TimeValue.milliseconds(warmupMillis))
                .measurementIterations(1).measurementTime(TimeValue.milliseconds(millis));
        library.ifPresent(path -> {
            System.setProperty(CallsBench.LIBRARY, path.toString());
            options.jvmArgsPrepend("-D" + CallsBench.LIBRARY + "=" + path);
        });
        for (RunResult run : new Runner(options.build()).run()) {
            String row = run.getParams().getParam("row");
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    for (int i = 0; i < CallRow.CONTESTANTS.size(); i++) {
                        String contestant = CallRow.CONTESTANTS.get(i);
                        double nanos = iteration.getSecondaryResults().get("nanos" + i).getScore();
                        if (!Double.isNaN(nanos)) {
                            double bytes = iteration.getSecondaryResults().get("bytes" + i).getScore();
                            results.add(part, row, contestant, TIME, "ns", nanos);
                            results.add(part, row, contestant, BYTES, "bytes", bytes);
                        }
                    }
                }
            }
        }
    }

    @Override
    public List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        toC(results, targets, 1.08, "poll0", "poll1");
        toNetty(results, targets, "poll0", "poll1");
        toC(results, targets, 1.10, "await1");
        toNetty(results, targets, "await1");
        results.find(name(), "nanoTime", CallRow.JDK, TIME).ifPresent(clock -> {
            for (String row : List.of("awaitTimeout1", "awaitNanos1")) {
                results.find(name(), row, Results.C, TIME).ifPresent(c -> toC(results, targets,
                        Math.rint(100 * (1.10 + clock.median() / c.median())) / 100, row));
            }
        });
        toC(results, targets, 1.03, "poll64", "pollFds64none", "pollFds64", "pollFds1000none", "pollFds1000",
                "select64none", "select64", "select1000none", "select1000");
        toC(results, targets, 1.12, "modify", "addRemove", "getFlags", "pipe", "socket", "wouldBlock");
        results.all().stream().filter(s -> s.part().equals(name()) && s.contestant().equals(Results.POLLUX)
                && s.metric().equals(BYTES)).mapToDouble(Results.Series::max).max().ifPresent(bytes ->
                        targets.add(Target.atMost("calls: allocated by the worst of all", 0, " bytes", bytes)));
        return targets;
    }

    private void toC(Results results, List<Target> targets, double limit, String... rows) {
        ratio(results, targets, limit, Results.C, rows);
    }

    private void toNetty(Results results, List<Target> targets, String... rows) {
        ratio(results, targets, 1, CallRow.NETTY, rows);
    }

    private void ratio(Results results, List<Target> targets, double limit, String baseline, String... rows) {
        for (String row : rows) {
            results.ratio(name(), row, Results.POLLUX, baseline, TIME).ifPresent(ratio ->
                    targets.add(Target.atMost("calls: " + row, limit, " × " + baseline, ratio.median())));
        }
    }

    @Override
    public List<Charts.Figure> charts(Results results) {
        // a picture of the comparisons; the others are in the table
        List<String> rows = results.rows(name(), TIME).stream().filter(row -> !row.equals("nanoTime"))
                .filter(row -> COMPARED.stream().anyMatch(contestant ->
                        results.ratio(name(), row, contestant, Results.C, TIME).isPresent())).toList();
        if (rows.isEmpty()) {
            return List.of();
        }
        return List.of(new Charts.Bars("calls", "What a call costs more than in C", "percent more than C", rows,
                List.of(more(results, rows, "Pollux", Results.POLLUX),
                more(results, rows, "Netty, its JNI calls only", CallRow.NETTY),
                more(results, rows, "Selector, consumer; channels", CallRow.CONSUMER, CallRow.JDK),
                more(results, rows, "Selector, keys", CallRow.KEYS))));
    }

    private Charts.Line more(Results results, List<String> rows, String label, String... contestants) {
        return new Charts.Line(label, null, rows.stream().mapToDouble(row -> Arrays.stream(contestants)
                .flatMap(contestant -> results.ratio(name(), row, contestant, Results.C, TIME).stream())
                .mapToDouble(ratio -> 100 * (ratio.median() - 1)).findFirst().orElse(Double.NaN)).toArray());
    }

    @Override
    public void report(Results results, Markdown out) {
        out.metric(results, name(), TIME);
        List<List<String>> rows = new ArrayList<>();
        for (String row : results.rows(name(), TIME)) {
            Optional<Results.Series> toC = results.ratio(name(), row, Results.POLLUX, Results.C, TIME);
            rows.add(List.of(row,
                    toC.map(Markdown::quartiles).orElse(""),
                    toC.map(s -> Markdown.number(s.max())).orElse(""),
                    results.ratio(name(), row, Results.POLLUX, CallRow.NETTY, TIME).map(Markdown::quartiles).orElse(""),
                    results.find(name(), row, Results.POLLUX, BYTES).map(s -> Markdown.number(s.max())).orElse("")));
        }
        out.table(List.of("Pollux", "÷ C", "÷ C, worst JVM", "÷ Netty", "bytes, worst JVM"), rows);
        out.metric(results, name(), BYTES, Optional.empty());
    }
}
