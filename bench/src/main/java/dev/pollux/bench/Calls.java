package dev.pollux.bench;

import java.nio.file.Path;
import java.util.ArrayList;
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
        int rounds = plan.rounds(1, 8);
        for (int round = 1; round <= rounds; round++) {
            plan.progress("calls: round " + round + " of " + rounds);
            measure(rows, library, 800, plan.pick(300, 900), 1, results);
        }
    }

    /** One round, for the bench and for its test. */
    static void measure(String[] rows, Optional<Path> library, int warmupMillis, int millis, int forks, Results results)
            throws Exception {
        ChainedOptionsBuilder options = new OptionsBuilder().include(CallsBench.class.getName() + ".slices")
                .param("row", rows).forks(forks).shouldFailOnError(true).verbosity(VerboseMode.SILENT)
                .warmupIterations(1).warmupTime(TimeValue.milliseconds(warmupMillis))
                .measurementIterations(1).measurementTime(TimeValue.milliseconds(millis));
        library.ifPresent(path -> options.jvmArgsPrepend("-D" + CallsBench.LIBRARY + "=" + path));
        for (RunResult run : new Runner(options.build()).run()) {
            String row = run.getParams().getParam("row");
            for (BenchmarkResult fork : run.getBenchmarkResults()) {
                for (IterationResult iteration : fork.getIterationResults()) {
                    for (int i = 0; i < CallRow.CONTESTANTS.size(); i++) {
                        String contestant = CallRow.CONTESTANTS.get(i);
                        double nanos = iteration.getSecondaryResults().get("nanos" + i).getScore();
                        if (!Double.isNaN(nanos)) {
                            double bytes = iteration.getSecondaryResults().get("bytes" + i).getScore();
                            results.add("calls", row, contestant, TIME, "ns", nanos);
                            results.add("calls", row, contestant, BYTES, "bytes", bytes);
                        }
                    }
                }
            }
        }
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
        out.metric(results, name(), BYTES, false);
    }
}
