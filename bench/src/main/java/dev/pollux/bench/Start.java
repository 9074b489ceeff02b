package dev.pollux.bench;

import dev.pollux.Epoll;
import dev.pollux.bench.start.DowncallStart;
import dev.pollux.bench.start.Empty;
import dev.pollux.bench.start.PolluxStart;
import dev.pollux.bench.start.SelectorStart;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** From the start of a process to its first event. */
final class Start extends Part {
    /** The least that a program with a native call of its own can be. */
    static final String DOWNCALL = "one captured downcall";
    private static final String SELECTOR = "Selector";
    private static final String COLD = "cold";
    private static final String CACHED = "AOT-cache";
    private static final String TOTAL = "first event";
    private static final String MAIN = "of it after main began";
    private static final String OVER_SELECTOR = "more than Selector";
    private static final int TIMEOUT_SECONDS = 30;

    private static final List<Map.Entry<String, Class<?>>> PROGRAMS = List.of(
            Map.entry(Results.POLLUX, PolluxStart.class), Map.entry(SELECTOR, SelectorStart.class),
            Map.entry(DOWNCALL, DowncallStart.class), Map.entry("empty main", Empty.class));

    Start() {
        super("start", "Start", DOWNCALL, "Whole processes with jars on the class path, from before the fork to the"
                + " moment at which the program has its first event, or its downcall has returned; of the empty one, to"
                + " the first line of main. × is here the ratio to the program with one captured downcall.");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        run(plan, results, plan.rounds(results, 7, 40));
    }

    void run(Plan plan, Results results, int rounds) throws Exception {
        Path directory = Files.createTempDirectory("start-");
        try {
            String classPath = jar(Empty.class, directory) + File.pathSeparator + jar(Epoll.class, directory);
            Map<String, Map<String, List<String>>> rows = new LinkedHashMap<>();
            for (String row : List.of(COLD, CACHED)) {
                if (plan.wants(row)) {
                    rows.put(row, new LinkedHashMap<>());
                    for (Map.Entry<String, Class<?>> program : PROGRAMS) {
                        Class<?> main = program.getValue();
                        rows.get(row).put(program.getKey(), row.equals(COLD) ? command(classPath, main)
                                : cached(classPath, main, directory.resolve(main.getSimpleName() + ".aot")));
                    }
                }
            }
            plan.progress("start, " + rounds + " rounds of " + rows.size() * PROGRAMS.size() + " processes");
            for (int round = 0; round < rounds; round++) {
                for (Map.Entry<String, Map<String, List<String>>> row : rows.entrySet()) {
                    measure(row.getKey(), row.getValue(), round, results);
                }
            }
        } finally {
            delete(directory);
        }
    }

    private static void measure(String row, Map<String, List<String>> commands, int round, Results results)
            throws IOException, InterruptedException {
        Map<String, Double> total = new HashMap<>();
        for (String name : Plan.inTurn(commands.keySet(), round)) {
            Times times = times(commands.get(name), Redirect.INHERIT);
            total.put(name, times.event);
            results.add(row, name, TOTAL, "ms", times.event);
            results.add(row, name, MAIN, "ms", times.event - times.main);
        }
        results.add(row, Results.POLLUX, OVER_SELECTOR, "ms", total.get(Results.POLLUX) - total.get(SELECTOR));
    }

    private static List<String> command(String classPath, Class<?> main, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, main.getName()));
        return command;
    }

    /** The command with a cache that a first run of it has written. */
    private static List<String> cached(String classPath, Class<?> main, Path cache)
            throws IOException, InterruptedException {
        times(command(classPath, main, "-XX:AOTCacheOutput=" + cache), Redirect.DISCARD);
        if (!Files.exists(cache)) {
            throw new IOException("the JVM has not written " + cache);
        }
        // without its cache the JVM would go on, and the figure be another one's
        return command(classPath, main, "-XX:AOTCache=" + cache, "-XX:AOTMode=on");
    }

    /** Milliseconds since the process was started: when main began, and when it had its event. */
    private record Times(double main, double event) { }

    /** Runs a program, which prints both times by the clock that all processes of a machine share. */
    private static Times times(List<String> command, Redirect stderr) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (Child child = new Child(command, stderr)) {
            String[] times = child.readLine(TIMEOUT_SECONDS).split(" ");
            child.readAll(TIMEOUT_SECONDS, line -> { }); // a JVM that writes its cache tells of it
            child.expectSuccess();
            return new Times((Long.parseLong(times[0]) - start) / 1e6, (Long.parseLong(times[1]) - start) / 1e6);
        }
    }

    /** The jar of a class; one is made if Maven has not packaged it yet: an AOT cache refuses directories. */
    static Path jar(Class<?> member, Path directory) throws Exception {
        Path location = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (!Files.isDirectory(location)) {
            return location;
        }
        Path jar = directory.resolve(member.getSimpleName() + ".jar");
        int result = ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err,
                "--create", "--no-manifest", "--file", jar.toString(), "-C", location.toString(), ".");
        if (result != 0) {
            throw new IOException("cannot make " + jar);
        }
        return jar;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    @Override
    List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        for (String row : List.of(COLD, CACHED)) {
            String what = "start to first event, ";
            results.find(row, Results.POLLUX, OVER_SELECTOR).ifPresent(more -> targets.add(Target.atMost(
                    what + "over Selector, " + row, row.equals(COLD) ? 100 : 60, " ms", more.median())));
            Target.atMost(what + row, 1.10, results.ratio(row, Results.POLLUX, DOWNCALL, TOTAL), DOWNCALL)
                    .ifPresent(targets::add);
        }
        return targets;
    }
}
