package dev.pollux.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
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
    static final List<Part> PARTS = List.of(new Calls(), new Wakeup(), new Idle(), new Echo(), new Virtual(),
            new Workers(), new Kv(), new Start(), new Garbage(), new Udp(), new Limits(), new Variants());

    @Parameters(paramLabel = "PART", arity = "0..*", description = "What to measure: ${COMPLETION-CANDIDATES}. All if "
            + "none is named.", completionCandidates = Names.class)
    private List<String> names = List.of();

    @Option(names = "--quick", description = "A look in less than three minutes, instead of a measurement.")
    private boolean quick;

    @Option(names = "--rows", paramLabel = "ROW", split = ",", description = "Only these rows of the parts.")
    private List<String> rows = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "How often to measure each, for more or less exact "
            + "figures.")
    private int rounds;

    @Option(names = "--against", paramLabel = "JAR", description = "Part calls only: measure an older jar of the "
            + "library beside this one, in the same JVMs, and report the ratio.")
    private Path against;

    @Option(names = "--results", paramLabel = "DIR", description = "Where to write. If left out: bench/results for a "
            + "full run of all parts, else bench/target/results.")
    private Path directory;

    @Option(names = "--merge", description = "Measure the named parts in full, and put them into bench/results, beside "
            + "what that says of the others.")
    private boolean merge;

    @Option(names = "--redraw", description = "Measure nothing: read results.json, and write the report and the charts "
            + "again.")
    private boolean redraw;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    /** For the usage message. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return PARTS.stream().map(part -> part.name).iterator();
        }
    }

    private Main() { }

    /** Measures. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        for (String name : names) {
            if (PARTS.stream().noneMatch(part -> part.name.equals(name))) {
                throw new ParameterException(spec.commandLine(), "there is no part '" + name + "'; there are "
                        + String.join(", ", new Names()));
            }
        }
        if (against != null && !(names.equals(List.of("calls")) && Files.isRegularFile(against))) {
            throw new ParameterException(spec.commandLine(), "--against is for the part calls alone, and needs a jar: "
                    + "bench/run calls --against OLD.jar");
        }
        if (merge && (names.isEmpty() || quick || rounds != 0 || !rows.isEmpty() || against != null)) {
            throw new ParameterException(spec.commandLine(), "--merge is for whole parts: name them, without --quick, "
                    + "--rounds, --rows and --against");
        }
        List<Part> parts = PARTS.stream().filter(part -> names.isEmpty() || names.contains(part.name)).toList();
        boolean complete = names.isEmpty() && rows.isEmpty() && rounds == 0 && !quick;
        Path bench = bench();
        Path to = directory != null ? directory : bench.resolve(complete || merge ? "results" : "target/results");
        if (redraw) {
            Report.read(to, PARTS).write(to);
            return 0;
        }
        Plan plan = new Plan(quick, rounds, rows, Optional.ofNullable(against).map(Path::toAbsolutePath),
                new NativeCode(bench));
        Map<String, String> machine = Machine.describe();
        Report report = merge ? Report.read(to, PARTS).without(parts, machine) : new Report(machine, quick);
        boolean allDone = true;
        for (Part part : parts) {
            allDone &= measure(part, plan, report, to);
        }
        plan.progress("written to " + to);
        List<String> unknown = rows.stream().filter(row -> parts.stream().flatMap(p -> report.of(p).all().stream())
                .noneMatch(s -> s.row().equals(row))).toList();
        if (!unknown.isEmpty()) {
            plan.progress("not measured, because no part that ran has such rows: " + unknown);
        }
        return allDone && unknown.isEmpty() ? 0 : 1;
    }

    /** Measures one part and writes the report again; false if the part failed, which the report then says. */
    static boolean measure(Part part, Plan plan, Report report, Path to) throws Exception {
        Results results = report.of(part);
        if (plan.quick()) {
            results.cutShort("a quick run");
        }
        Thread interrupted = new Thread(() -> {
            results.cutShort("interrupted");
            try {
                report.write(to);
            } catch (Exception e) {
                plan.progress("cannot write to " + to + ": " + e);
            }
        });
        Runtime.getRuntime().addShutdownHook(interrupted);
        boolean done = true;
        long start = System.nanoTime();
        plan.progress(part.name + " …");
        try {
            part.run(plan, results);
        } catch (Exception e) {
            e.printStackTrace();
            results.cutShort("failed: " + e.getMessage());
            done = false;
        }
        // while the JVM shuts down this throws, and the hook writes instead
        Runtime.getRuntime().removeShutdownHook(interrupted);
        plan.progress(part.name + ": " + (System.nanoTime() - start) / 1_000_000_000 + " s");
        if (!results.isEmpty()) {
            System.out.print(Report.text(part, results));
        }
        report.write(to);
        return done;
    }

    /** The directory of the bench, which ./run names; Maven's tests run in it. */
    static Path bench() {
        return Path.of(System.getProperty("pollux.bench", "")).toAbsolutePath();
    }
}
