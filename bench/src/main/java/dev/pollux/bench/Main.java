package dev.pollux.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** The command line of the bench. */
@Command(name = "bench/run", mixinStandardHelpOptions = true, sortOptions = false, usageHelpAutoWidth = true,
        description = "Measures what Pollux costs, beside C and beside what people would use instead.")
public final class Main implements Callable<Integer> {
    /** In the order in which they are run and reported. */
    private static final List<Part> PARTS = List.of(new Calls(), new Wakeup(), new Idle(), new Echo(), new Virtual(),
            new Start(), new Garbage(), new Limits(), new Variants());

    @Parameters(paramLabel = "PART", arity = "0..*", description = "What to measure: ${COMPLETION-CANDIDATES}. All if "
            + "none is named.", completionCandidates = Names.class)
    private List<String> names = List.of();

    @Option(names = "--quick", description = "A look in less than three minutes, instead of a measurement.")
    private boolean quick;

    @Option(names = "--rows", paramLabel = "ROW", split = ",", description = "Only these rows of the parts.")
    private List<String> rows = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "How often to measure each, for those who want it more "
            + "or less exactly.")
    private int rounds;

    @Option(names = "--results", paramLabel = "DIR", description = "Where to write. If left out: bench/results for a "
            + "full run of all parts, else bench/target/results.")
    private Path directory;

    @Option(names = "--redraw", description = "Measure nothing: read results.json, and write the report and the charts "
            + "again.")
    private boolean redraw;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** For the usage message. */
    static final class Names implements Iterable<String> {
        @Override
        public java.util.Iterator<String> iterator() {
            return PARTS.stream().map(Part::name).iterator();
        }
    }

    private Main() { }

    /** Measures. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Map<String, Part> known = new LinkedHashMap<>();
        PARTS.forEach(part -> known.put(part.name(), part));
        for (String name : names) {
            if (!known.containsKey(name)) {
                throw new ParameterException(spec.commandLine(), "there is no part '" + name + "'; there are "
                        + String.join(", ", known.keySet()));
            }
        }
        List<Part> parts = PARTS.stream().filter(part -> names.isEmpty() || names.contains(part.name()))
                .collect(Collectors.toList());
        boolean complete = names.isEmpty() && rows.isEmpty() && rounds == 0 && !quick;
        Path bench = bench();
        Path to = directory != null ? directory : bench.resolve(complete ? "results" : "target/results");

        if (redraw) {
            Report.Document document = Report.read(to);
            Results results = new Results();
            results.addAll(document.samples(), document.notes());
            Report.write(to, PARTS.stream().filter(part -> results.parts().contains(part.name())).toList(),
                    document.quick(), document.machine(), results);
            return 0;
        }
        Map<String, String> machine = Machine.describe();
        Plan plan = new Plan(quick, rounds, rows, new NativeCode(bench));
        Results results = new Results();
        for (Part part : parts) {
            long start = System.nanoTime();
            plan.progress(part.name() + " …");
            part.run(plan, results);
            plan.progress(part.name() + ": " + (System.nanoTime() - start) / 1_000_000_000 + " s");
            if (results.parts().contains(part.name())) {
                System.out.print(Report.text(part, results));
            }
            // after each part, so that a run that is broken off leaves what it has
            Report.write(to, parts, quick, machine, results);
        }
        plan.progress("written to " + to);
        List<String> unknown = rows.stream().filter(row -> results.all().stream().noneMatch(s -> s.row().equals(row)))
                .toList();
        if (!unknown.isEmpty()) {
            plan.progress("not measured, because no part that ran has such rows: " + unknown);
        }
        return unknown.isEmpty() ? 0 : 1;
    }

    /** The folder of the bench, which ./run names; Maven's tests run in it. */
    static Path bench() {
        return Path.of(System.getProperty("pollux.bench", "")).toAbsolutePath();
    }
}
