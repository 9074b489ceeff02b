package dev.pollux.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** An example in a process of its own, from the module path as a user would start it. */
public final class ExampleProcess implements AutoCloseable {
    public static final long PATIENCE_SECONDS = 60;
    private static final Pattern PORT = Pattern.compile("listening on .*:(\\d+), pid (\\d+)");
    private static final String MODULE_PATH = packaged(System.getProperty("jdk.module.path"));

    public final Process process;
    public final Proc proc;
    private final Output stdout;
    private final Output stderr;

    public ExampleProcess(ProcessBuilder builder) throws IOException {
        process = builder.start();
        proc = new Proc(process.pid());
        // a test run that is cut off leaves nobody behind
        Runtime.getRuntime().addShutdownHook(new Thread(() -> kill(process)));
        stdout = new Output(process.inputReader(StandardCharsets.UTF_8));
        stderr = new Output(process.errorReader(StandardCharsets.UTF_8));
    }

    public static ExampleProcess start(String... args) throws IOException {
        return new ExampleProcess(new ProcessBuilder(command(args)));
    }

    /** The command line of an example. */
    public static List<String> command(String... args) throws IOException {
        return command(List.of(), args);
    }

    public static List<String> command(List<String> options, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        if (sigintIsIgnored()) { // as in a background command of a script; the JVM would leave it so
            command.addAll(List.of("env", "--default-signal=INT"));
        }
        command.addAll(Jvm.command(MODULE_PATH, options, args));
        return command;
    }

    /**
     * The command line of an example that has been started on a TCP connection, as inetd does: its stdin is one to this
     * port. A child of Java gets none, so Perl connects and becomes the JVM.
     */
    public static List<String> commandOnConnection(int port, String... args) throws IOException {
        return byPerl("use Socket; my $s; socket($s, PF_INET, SOCK_STREAM, 0) && connect($s, pack_sockaddr_in(" + port
                + ", INADDR_LOOPBACK)) && open(STDIN, '<&', $s) or die $!;", command(args));
    }

    /** The other end of {@link #commandOnConnection}. */
    public static Socket accept(ServerSocket listener) throws IOException {
        listener.setSoTimeout((int) PATIENCE_SECONDS * 1000);
        return listener.accept();
    }

    /** The command line that runs a bit of Perl, which Debian always has, and then becomes the command. */
    public static List<String> byPerl(String program, List<String> command) {
        requireProgram("perl");
        List<String> all = new ArrayList<>(List.of("perl", "-e", program + " exec @ARGV or die $!"));
        all.addAll(command);
        return all;
    }

    /** The command line with words of a shell behind it, such as {@code >/dev/full}. */
    public static List<String> byShell(String redirections, List<String> command) {
        List<String> all = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" " + redirections, "sh"));
        all.addAll(command);
        return all;
    }

    /** Skips the test where a program is not on the PATH. */
    public static void requireProgram(String name) {
        assumeTrue(Pattern.compile(":").splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))), () -> name + " is not on the PATH");
    }

    private static boolean sigintIsIgnored() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("SigIgn:")) {
                return (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0;
            }
        }
        return false;
    }

    /**
     * The module path with a jar for each directory, as users have it. A JVM opens a file for each class that it loads
     * from a directory, and a server that has no descriptor left could not even load the classes that say so.
     */
    private static String packaged(String modulePath) {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        List<String> entries = new ArrayList<>();
        for (String entry : modulePath.split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry, "module-info.class"))) {
                File file;
                try {
                    file = File.createTempFile("examples-", ".jar");
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                file.deleteOnExit();
                int code = jar.run(System.out, System.err, "--create", "--file", file.toString(), "-C", entry, ".");
                assertEquals(0, code, "jar");
                entry = file.toString();
            }
            entries.add(entry);
        }
        return String.join(File.pathSeparator, entries);
    }

    /** Waits for the line that names the port. */
    public int port() throws InterruptedException {
        String line = awaitLine("listening on");
        Matcher matcher = PORT.matcher(line);
        assertTrue(matcher.find(), line);
        return Integer.parseInt(matcher.group(1));
    }

    /** Waits for a line of stdout that contains a text. */
    public String awaitLine(String text) throws InterruptedException {
        for (;;) {
            String line = stdout.next();
            assertTrue(line != null, () -> "no '" + text + "' in stdout " + stdout.all() + ", stderr " + stderr.all());
            if (line.contains(text)) {
                return line;
            }
        }
    }

    /** All lines of stdout so far. */
    public List<String> stdout() {
        return stdout.all();
    }

    public List<String> stderr() {
        return stderr.all();
    }

    public int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "the process does not end");
        return process.exitValue();
    }

    /** All lines of stdout that were not waited for, once the process has ended. */
    public List<String> restOfStdout() throws InterruptedException {
        return stdout.rest();
    }

    public List<String> restOfStderr() throws InterruptedException {
        return stderr.rest();
    }

    public void signal(String name) throws IOException, InterruptedException {
        signal(name, process.pid());
    }

    public static void signal(String name, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
    }

    @Override
    public void close() {
        kill(process);
        process.onExit().join();
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** Lines, as a thread reads them. */
    private static final class Output {
        private final List<String> lines = new ArrayList<>();
        private int waitedFor;
        private boolean ended;

        Output(BufferedReader reader) {
            Thread.ofPlatform().daemon().start(() -> {
                try (reader) {
                    reader.lines().forEach(this::add);
                } catch (IOException | RuntimeException e) {
                    // the process is gone
                } finally {
                    end();
                }
            });
        }

        private synchronized void add(String line) {
            lines.add(line);
            notifyAll();
        }

        private synchronized void end() {
            ended = true;
            notifyAll();
        }

        synchronized List<String> all() {
            return List.copyOf(lines);
        }

        /** Null after the last one, or if it does not come. */
        synchronized String next() throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (waitedFor == lines.size()) {
                long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (ended || millis <= 0) {
                    return null;
                }
                wait(millis);
            }
            return lines.get(waitedFor++);
        }

        synchronized List<String> rest() throws InterruptedException {
            List<String> rest = new ArrayList<>();
            for (String line = next(); line != null; line = next()) {
                rest.add(line);
            }
            assertTrue(ended, "the end of the output");
            return rest;
        }
    }
}
