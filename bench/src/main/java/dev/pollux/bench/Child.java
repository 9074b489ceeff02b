package dev.pollux.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A process of the bench's own, with which it talks in lines. It ends with this object, and with the bench. */
final class Child implements Closeable {
    private static final long PATIENCE_SECONDS = 5;
    /** Whether cores 0 and 1 can be chosen. */
    private static final boolean PINS = succeeds("taskset", "-c", "0,1", "taskset", "-c", "1", "true");

    private final List<String> command;
    private final Process process;
    private final PrintStream stdin;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final Thread hook;

    Child(List<String> command) throws IOException {
        this(command, Redirect.INHERIT);
    }

    Child(List<String> command, Redirect stderr) throws IOException {
        this.command = command;
        process = new ProcessBuilder(command).redirectError(stderr).start();
        hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        stdin = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("lines of " + process.pid()).start(() -> {
            try (BufferedReader reader = process.inputReader()) {
                reader.lines().map(Optional::of).forEach(lines::add);
            } catch (IOException | RuntimeException e) {
                // closed: its end as well
            }
            lines.add(Optional.empty());
        });
    }

    /** The command, kept to one core if there is a second one and {@code taskset}. */
    static List<String> pinned(int core, List<String> command) {
        return PINS ? onCore(core, command) : command;
    }

    /** Tells the reader if it is otherwise. */
    static void noteUnpinned(Results results) {
        if (!PINS) {
            results.note("no taskset or no second core: the servers and the load share the cores as they like");
        }
    }

    /** The last core that a process can be kept to: the first ones have more interrupts. */
    static Optional<Integer> lastCore() {
        for (int core = Runtime.getRuntime().availableProcessors() - 1; core >= 0; core--) {
            if (succeeds("taskset", "-c", Integer.toString(core), "true")) {
                return Optional.of(core);
            }
        }
        return Optional.empty();
    }

    static List<String> onCore(int core, List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        return pinned;
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command).redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Its process id; {@code taskset} becomes what it starts. */
    long pid() {
        return process.pid();
    }

    /** Sends a line. */
    void println(String line) {
        stdin.println(line);
    }

    /** The next line that it prints; nothing if it has ended instead. */
    private Optional<String> next(long timeoutSeconds) throws IOException, InterruptedException {
        Optional<String> line = lines.poll(timeoutSeconds, TimeUnit.SECONDS);
        if (line == null) {
            throw new IOException("nothing came for " + timeoutSeconds + " s from " + this);
        }
        if (line.isEmpty()) {
            lines.add(line);
        }
        return line;
    }

    /** The next line, which must come. */
    String readLine(long timeoutSeconds) throws IOException, InterruptedException {
        return next(timeoutSeconds).orElseThrow(() -> new IOException("ended too early: " + this));
    }

    /** Where a pattern is in the next line that has it, which must come. */
    Matcher find(Pattern pattern, long timeoutSeconds) throws IOException, InterruptedException {
        for (;;) {
            Matcher matcher = pattern.matcher(readLine(timeoutSeconds));
            if (matcher.find()) {
                return matcher;
            }
        }
    }

    /** Takes every line until it has ended. */
    void readAll(long timeoutSeconds, Consumer<String> each) throws IOException, InterruptedException {
        for (Optional<String> line = next(timeoutSeconds); line.isPresent(); line = next(timeoutSeconds)) {
            each.accept(line.get());
        }
    }

    /** Sends a line, and returns the one that answers it. */
    String ask(String line, long timeoutSeconds) throws IOException, InterruptedException {
        println(line);
        return readLine(timeoutSeconds);
    }

    /** Waits until it has ended, which must be without an error. */
    void expectSuccess() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("did not end as it should: " + this);
        }
    }

    /** Asks it to end, as Ctrl-C does, and waits for that; false if it goes on. */
    boolean terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public String toString() {
        return "process " + process.pid() + ", " + String.join(" ", command);
    }

    /** Ends it, by force if it does not listen. */
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted();
        try {
            if (!terminate()) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            interrupted = true;
            process.destroyForcibly();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // the hook runs already
        }
    }
}
