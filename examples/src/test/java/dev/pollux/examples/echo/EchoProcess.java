package dev.pollux.examples.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An echo server in a process of its own, whose descriptors, memory and CPU time are read from {@code /proc}. */
public final class EchoProcess implements AutoCloseable {
    /** Longer than anything takes that is not broken. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Pattern READY = Pattern.compile("echo \\((\\S+)\\) listening on (\\S+):(\\d+), pid (\\d+)");
    /** A heap that is in memory from the start: what grows later is not the collector's doing. */
    private static final List<String> OPTIONS = List.of("-Xms16m", "-Xmx16m", "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    private final ExampleProcess example;
    private final String readyLine;
    private final int port;

    private EchoProcess(ExampleProcess example, String backend) throws InterruptedException {
        this.example = example;
        try {
            readyLine = example.awaitLine("");
            Matcher ready = READY.matcher(readyLine);
            assertTrue(ready.matches(), () -> "not a server that is ready: " + readyLine);
            assertEquals(backend, ready.group(1));
            assertEquals("127.0.0.1", ready.group(2));
            assertEquals(example.process.pid(), Long.parseLong(ready.group(4)));
            port = Integer.parseInt(ready.group(3));
        } catch (AssertionError e) {
            e.addSuppressed(new AssertionError("the server wrote to stderr:\n" + stderr()));
            close();
            throw e;
        }
    }

    public static EchoProcess start(String backend, String... options) throws IOException, InterruptedException {
        return startBy(List.of(), backend, options);
    }

    /** Starts the server by a command that ends in executing its arguments: a shell that sets a limit first, say. */
    static EchoProcess startBy(List<String> launcher, String backend, String... options)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(ExampleProcess.command(OPTIONS, Stream.concat(
                Stream.of("echo", "--backend", backend, "--port", "0"), Stream.of(options)).toArray(String[]::new)));
        return new EchoProcess(new ExampleProcess(new ProcessBuilder(command)), backend);
    }

    public int port() {
        return port;
    }

    long pid() {
        return example.process.pid();
    }

    boolean isAlive() {
        return example.process.isAlive();
    }

    String readyLine() {
        return readyLine;
    }

    String stdout() {
        return String.join("\n", example.stdout());
    }

    String stderr() {
        return String.join("\n", example.stderr());
    }

    /** What the server's descriptors are, as the kernel names them. */
    List<String> fds() {
        try {
            return example.proc.descriptors();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long sockets() {
        try {
            return example.proc.sockets();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitFds(int expected) {
        await(() -> expected + " open descriptors, but they are " + fds(), () -> fds().size() == expected);
    }

    public void awaitSockets(long expected) {
        await(() -> expected + " open sockets, but there are " + sockets(), () -> sockets() == expected);
    }

    long residentBytes() throws IOException {
        return example.proc.residentBytes();
    }

    /** All that it has mapped, and what RLIMIT_AS is compared with. */
    long addressSpaceBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status"))) {
            if (line.startsWith("VmSize:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no VmSize");
    }

    /** That it is at rest for half a second: one that spins is at no time, however busy the machine. */
    void assertComesToRest() throws IOException, InterruptedException {
        List<Double> halfSeconds = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            double before = example.proc.cpuSeconds();
            Thread.sleep(500);
            double used = example.proc.cpuSeconds() - before;
            if (used < 0.025) {
                return;
            }
            halfSeconds.add(used);
        }
        fail("it has nothing to do, but used this many seconds of CPU per half second: " + halfSeconds);
    }

    void signal(String name) throws IOException, InterruptedException {
        example.signal(name);
    }

    /** Waits for the end of the process, and of what it wrote. */
    int awaitExit() throws InterruptedException {
        int code = example.exitCode();
        example.restOfStdout();
        example.restOfStderr();
        return code;
    }

    public static void await(String what, BooleanSupplier condition) {
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
    public void close() {
        example.close();
    }
}
