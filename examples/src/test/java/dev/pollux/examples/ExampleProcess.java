package dev.pollux.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An example in a process of its own, from the module path as a user would start it. */
final class ExampleProcess implements AutoCloseable {
    static final long PATIENCE_SECONDS = 60;
    private static final long CLOCK_TICKS = 100;
    private static final Pattern PORT = Pattern.compile("listening on .*:(\\d+), pid (\\d+)");
    private static final String END = new String("end of output");

    final Process process;
    private final BlockingQueue<String> stdout;
    private final BlockingQueue<String> stderr;
    private final List<String> seen = new ArrayList<>();

    ExampleProcess(ProcessBuilder builder) throws IOException {
        process = builder.start();
        stdout = lines(process.inputReader(StandardCharsets.UTF_8));
        stderr = lines(process.errorReader(StandardCharsets.UTF_8));
    }

    static ExampleProcess start(String... args) throws IOException {
        return new ExampleProcess(new ProcessBuilder(command(args)));
    }

    /** The command line of an example. */
    static List<String> command(String... args) throws IOException {
        List<String> command = new ArrayList<>();
        if (sigintIsIgnored()) { // as in a background command of a script; the JVM would leave it so
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=dev.pollux", "--illegal-native-access=deny",
                "-p", System.getProperty("jdk.module.path"), "-m", "dev.pollux.examples/dev.pollux.examples.Main"));
        command.addAll(List.of(args));
        return command;
    }

    private static boolean sigintIsIgnored() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0;
            }
        }
        return false;
    }

    private static BlockingQueue<String> lines(BufferedReader reader) {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread.ofPlatform().daemon().start(() -> {
            try (reader) {
                reader.lines().forEach(lines::add);
            } catch (IOException | RuntimeException e) {
                // the process is gone
            } finally {
                lines.add(END);
            }
        });
        return lines;
    }

    /** Waits for the line that names the port. */
    int port() throws InterruptedException {
        Matcher matcher = PORT.matcher(awaitLine("listening on"));
        assertTrue(matcher.find(), seen::toString);
        return Integer.parseInt(matcher.group(1));
    }

    /** Waits for a line of stdout that contains a text. */
    String awaitLine(String text) throws InterruptedException {
        for (;;) {
            String line = stdout.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(line != null && line != END,
                    () -> "no '" + text + "' in stdout " + seen + ", stderr " + new ArrayList<>(stderr));
            seen.add(line);
            if (line.contains(text)) {
                return line;
            }
        }
    }

    /** All lines of stdout up to the last that was waited for. */
    List<String> seen() {
        return List.copyOf(seen);
    }

    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the process does not end");
        return process.exitValue();
    }

    /** All lines of stdout that were not waited for, once the process has ended. */
    List<String> restOfStdout() throws InterruptedException {
        return rest(stdout);
    }

    List<String> restOfStderr() throws InterruptedException {
        return rest(stderr);
    }

    private static List<String> rest(BlockingQueue<String> lines) throws InterruptedException {
        List<String> rest = new ArrayList<>();
        for (String line = lines.take(); line != END; line = lines.take()) {
            rest.add(line);
        }
        return rest;
    }

    void signal(String name) throws IOException, InterruptedException {
        signal(name, process.pid());
    }

    static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    /** The fields of /proc/PID/stat from the state on, which is the first. */
    static String[] stat(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    /** The CPU time that the process has used. */
    double cpuSeconds() throws IOException {
        String[] stat = stat(process.pid());
        return (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / (double) CLOCK_TICKS;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }
}
