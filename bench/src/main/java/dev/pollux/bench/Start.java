package dev.pollux.bench;

import dev.pollux.bench.start.Empty;
import dev.pollux.bench.start.PolluxStart;
import dev.pollux.bench.start.SelectorStart;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** From the start of a process to its first event. */
final class Start implements Part {
    private static final String EMPTY = "empty main";
    private static final String SELECTOR = "Selector";
    private static final String COLD = "cold";
    private static final String CACHED = "AOT-cache";
    private static final String TOTAL = "first event";
    private static final String MAIN = "of it after main began";
    private static final String OVER_SELECTOR = "more than Selector";
    private static final int TIMEOUT_SECONDS = 30;

    private static final Map<String, Class<?>> PROGRAMS = new LinkedHashMap<>();

    static {
        PROGRAMS.put(Results.POLLUX, PolluxStart.class);
        PROGRAMS.put(SELECTOR, SelectorStart.class);
        PROGRAMS.put(EMPTY, Empty.class);
    }

    @Override
    public String name() {
        return "start";
    }

    @Override
    public String title() {
        return "Start";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        run(plan, results, plan.rounds(7, 40));
    }

    void run(Plan plan, Results results, int rounds) throws Exception {
        Path directory = Files.createTempDirectory("start-");
        try {
            String classPath = jar(directory) + File.pathSeparator + library(directory);
            Map<String, Map<String, List<String>>> rows = new LinkedHashMap<>();
            for (Map.Entry<String, Class<?>> program : PROGRAMS.entrySet()) {
                String main = program.getValue().getName();
                if (plan.wants(COLD)) {
                    rows.computeIfAbsent(COLD, row -> new LinkedHashMap<>())
                            .put(program.getKey(), command(classPath, main));
                }
                if (plan.wants(CACHED)) {
                    Path cache = directory.resolve(program.getValue().getSimpleName() + ".aot");
                    times(command(classPath, main, "-XX:AOTCacheOutput=" + cache), true);
                    if (!Files.exists(cache)) {
                        throw new IOException("the JVM has not written " + cache);
                    }
                    // without its cache the JVM would go on, and the figure be another one's
                    rows.computeIfAbsent(CACHED, row -> new LinkedHashMap<>()).put(program.getKey(),
                            command(classPath, main, "-XX:AOTCache=" + cache, "-XX:AOTMode=on"));
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

    private void measure(String row, Map<String, List<String>> commands, int round, Results results)
            throws IOException, InterruptedException {
        List<String> names = new ArrayList<>(commands.keySet());
        Map<String, Double> total = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get((i + round) % names.size());
            Times times = times(commands.get(name), false);
            total.put(name, times.event);
            results.add(name(), row, name, TOTAL, "ms", times.event);
            results.add(name(), row, name, MAIN, "ms", times.event - times.main);
        }
        results.add(name(), row, Results.POLLUX, OVER_SELECTOR, "ms", total.get(Results.POLLUX) - total.get(SELECTOR));
    }

    private static List<String> command(String classPath, String main, String... options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath, main));
        return command;
    }

    /** Milliseconds since the process was started: when main began, and when it had its event. */
    private record Times(double main, double event) { }

    /** Runs a program, which prints both times by the clock that all processes of a machine share. */
    private static Times times(List<String> command, boolean training) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectError(training ? Redirect.DISCARD : Redirect.INHERIT)
                .start();
        Thread hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException("this program did not end as it should: " + String.join(" ", command));
            }
            String[] times = output.lines().findFirst().orElse("").split(" ");
            return new Times((Long.parseLong(times[0]) - start) / 1e6, (Long.parseLong(times[1]) - start) / 1e6);
        } finally {
            process.destroyForcibly();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    /** The programs in a jar of their own: an AOT cache refuses directories in the class path. */
    private static Path jar(Path directory) throws IOException {
        Path jar = directory.resolve("programs.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            for (Class<?> program : PROGRAMS.values()) {
                String entry = program.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(entry));
                try (InputStream in = program.getClassLoader().getResourceAsStream(entry)) {
                    in.transferTo(out);
                }
            }
        }
        return jar;
    }

    /** The library's jar; one is made of its classes if Maven has not packaged it yet. */
    private static Path library(Path directory) throws IOException {
        Path location = Path.of(dev.pollux.Epoll.class.getProtectionDomain().getCodeSource().getLocation().getPath());
        if (!Files.isDirectory(location)) {
            return location;
        }
        Path jar = directory.resolve("pollux.jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(location)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(location.relativize(file).toString()));
                Files.copy(file, (OutputStream) out);
            }
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
    public void report(Results results, Markdown out) {
        out.paragraph("Whole processes with jars on the class path, from before the fork to the moment at which the"
                + " program has its first event; of the empty one, to the first line of main.");
        Part.super.report(results, out);
    }

    @Override
    public List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        Map<String, Double> limits = new LinkedHashMap<>();
        limits.put(COLD, 100.0);
        limits.put(CACHED, 60.0);
        limits.forEach((row, limit) -> results.find(name(), row, Results.POLLUX, OVER_SELECTOR).ifPresent(
                more -> targets.add(Target.atMost("start to first event, over Selector, " + row, limit, " ms",
                        more.median()))));
        return targets;
    }
}
