package dev.pollux.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/** An echo server in a process of its own, whose descriptors, memory and CPU time are read from {@code /proc}. */
final class EchoProcess implements AutoCloseable {
    /** Longer than anything takes that is not broken. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Pattern READY = Pattern.compile("echo \\((\\S+)\\) listening on (\\S+):(\\d+), pid (\\d+)\\R");

    private static final String MODULE_PATH = packaged(System.getProperty("jdk.module.path", ""));

    private final Process process;
    private final Path stdout;
    private final Path stderr;
    private final String readyLine;
    private final int port;

    private EchoProcess(Process process, Path stdout, Path stderr, String backend) throws IOException {
        this.process = process;
        this.stdout = stdout;
        this.stderr = stderr;
        try {
            await("the line that says it listens", () -> !process.isAlive() || stdout().endsWith("\n"));
            readyLine = stdout();
            Matcher ready = READY.matcher(readyLine);
            assertTrue(ready.matches(), () -> "not a server that is ready: " + readyLine);
            assertEquals(backend, ready.group(1));
            assertEquals("127.0.0.1", ready.group(2));
            assertEquals(process.pid(), Long.parseLong(ready.group(4)));
            port = Integer.parseInt(ready.group(3));
        } catch (AssertionError e) {
            e.addSuppressed(new AssertionError("the server wrote to stderr:\n" + stderr()));
            close();
            throw e;
        }
    }

    static EchoProcess start(String backend, String... options) throws IOException {
        return startBy(List.of(), backend, options);
    }

    /** Starts the server by a command that ends in executing its arguments: a shell that sets a limit first, say. */
    static EchoProcess startBy(List<String> launcher, String backend, String... options) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // a heap that is in memory from the start: what grows later is not the collector's doing
        command.addAll(List.of("-Xms16m", "-Xmx16m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
        Module module = Main.class.getModule();
        if (module.isNamed()) {
            command.addAll(List.of("--enable-native-access=dev.pollux", "--illegal-native-access=deny"));
            command.addAll(List.of("--module-path", MODULE_PATH));
            command.addAll(List.of("--module", module.getName() + "/" + Main.class.getName()));
        } else {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny"));
            command.addAll(List.of("--class-path", System.getProperty("java.class.path"), Main.class.getName()));
        }
        command.addAll(List.of("echo", "--backend", backend, "--port", "0"));
        command.addAll(List.of(options));
        Path stdout = Files.createTempFile("echo-", ".out");
        Path stderr = Files.createTempFile("echo-", ".err");
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectOutput(stdout.toFile()).redirectError(stderr.toFile());
        Process process = builder.start();
        // a test run that is cut off leaves no server behind
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        process.getOutputStream().close();
        return new EchoProcess(process, stdout, stderr, backend);
    }

    int port() {
        return port;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String readyLine() {
        return readyLine;
    }

    String stdout() {
        return read(stdout);
    }

    String stderr() {
        return read(stderr);
    }

    /** What the server's descriptors are, as the kernel names them. */
    List<String> fds() {
        List<String> targets = new ArrayList<>();
        try (DirectoryStream<Path> fds = Files.newDirectoryStream(proc("fd"))) {
            for (Path fd : fds) {
                try {
                    targets.add(Files.readSymbolicLink(fd).toString());
                } catch (NoSuchFileException e) {
                    // closed since it was listed
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return targets;
    }

    long sockets() {
        return fds().stream().filter(target -> target.startsWith("socket:")).count();
    }

    void awaitFds(int expected) {
        await(() -> expected + " open descriptors, but they are " + fds(), () -> fds().size() == expected);
    }

    void awaitSockets(long expected) {
        await(() -> expected + " open sockets, but there are " + sockets(), () -> sockets() == expected);
    }

    /** Memory of its own that the process has in RAM: not its mapped files, and not the kernel's socket buffers. */
    long residentBytes() {
        for (String line : read(proc("status")).lines().toList()) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return fail("no RssAnon in /proc/PID/status");
    }

    /** CPU time that it used, in the kernel's clock ticks, of which a second has 100. */
    long cpuTicks() {
        String stat = read(proc("stat"));
        String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(afterName[11]) + Long.parseLong(afterName[12]);
    }

    /** That it is at rest for half a second: one that spins is at no time, however busy the machine. */
    void assertComesToRest() throws InterruptedException {
        List<Long> halfSeconds = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            long before = cpuTicks();
            Thread.sleep(500);
            long ticks = cpuTicks() - before;
            if (ticks <= 2) {
                return;
            }
            halfSeconds.add(ticks);
        }
        fail("it has nothing to do, but used this many ticks of CPU per half second: " + halfSeconds);
    }

    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("sh", "-c", "kill -s \"$1\" \"$2\"", "sh", name, Long.toString(process.pid()))
                .inheritIO().start();
        assertTrue(kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, kill.exitValue());
    }

    int awaitExit() throws InterruptedException {
        assertTrue(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS), "the server did not end");
        return process.exitValue();
    }

    static void await(String what, BooleanSupplier condition) {
        await(() -> what, condition);
    }

    static void await(Supplier<String> what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                fail("waited in vain for " + what.get());
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                fail("interrupted, waiting for " + what.get());
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(stdout);
        Files.deleteIfExists(stderr);
    }

    /**
     * The module path with a jar for each folder, as users have it. A JVM opens a file for each class that it loads
     * from a folder, and a server that has no descriptor left could not even load the classes that say so.
     */
    private static String packaged(String modulePath) {
        ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
        List<String> entries = new ArrayList<>();
        for (String entry : modulePath.split(File.pathSeparator)) {
            if (Files.exists(Path.of(entry, "module-info.class"))) {
                File file;
                try {
                    file = File.createTempFile("echo-", ".jar");
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

    private Path proc(String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
