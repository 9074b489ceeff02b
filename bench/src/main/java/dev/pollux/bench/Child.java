package dev.pollux.bench;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A process of the bench's own, with which it talks in lines. It ends with this object, and with the bench. */
final class Child implements Closeable {
    private static final long PATIENCE_SECONDS = 5;
    private static final boolean PINS = tryToPin();

    private final Process process;
    private final PrintStream stdin;
    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final Thread hook;

    /** Starts a process. */
    Child(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        stdin = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("lines of " + process.pid()).start(() -> {
            try (BufferedReader reader = process.inputReader()) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    lines.add(Optional.of(line));
                }
            } catch (IOException e) {
                // closed: its end as well
            }
            lines.add(Optional.empty());
        });
    }

    /** The command, kept to one core if there is a second one and {@code taskset}. */
    static List<String> pinned(int core, List<String> command) {
        if (!canPin()) {
            return command;
        }
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        return pinned;
    }

    /** Whether cores 0 and 1 can be chosen. */
    static boolean canPin() {
        return PINS;
    }

    private static boolean tryToPin() {
        try {
            Process process = new ProcessBuilder("taskset", "-c", "0,1", "taskset", "-c", "1", "true")
                    .redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
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

    /** The next line that it prints. */
    String readLine(long timeoutSeconds) throws IOException, InterruptedException {
        Optional<String> line = lines.poll(timeoutSeconds, TimeUnit.SECONDS);
        if (line == null) {
            throw new IOException("process " + pid() + " has said nothing for " + timeoutSeconds + " s");
        }
        if (line.isEmpty()) {
            lines.add(line);
            throw new IOException("process " + pid() + " has ended: " + process.info().command().orElse(""));
        }
        return line.get();
    }

    /** Ends it: by its standard input if it listens, else by force. */
    @Override
    public void close() {
        stdin.close();
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
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
