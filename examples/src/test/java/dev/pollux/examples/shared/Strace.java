package dev.pollux.examples.shared;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** strace(1), attached to a process: it makes calls of a kind fail, or slow, and writes down which were made. */
public final class Strace implements AutoCloseable {
    private final Path log;
    private final Process process;

    private Strace(Path log, Process process) {
        this.log = log;
        this.process = process;
    }

    /** Skips the test where there is no strace, or it may not trace. */
    public static void require() throws IOException, InterruptedException {
        ExampleProcess.requireProgram("strace");
        Process probe = new ProcessBuilder("strace", "-qq", "-o", "/dev/null", "-e", "trace=getpid",
                "-e", "inject=getpid:error=EPERM", "true").redirectErrorStream(true).start();
        String said = probe.inputReader().readLine();
        assumeTrue(probe.waitFor() == 0, () -> "strace may not trace here: " + said);
    }

    /**
     * Attaches to all threads of a process.
     *
     * @param call the system call
     * @param injection what happens to it, such as {@code error=EPERM:when=1} (per thread), or {@code delay_enter=1000}
     */
    public static Strace attach(long pid, String call, String injection) throws IOException {
        Path log = Files.createTempFile("strace", null);
        Process process = new ProcessBuilder("strace", "-f", "-o", log.toString(), "-e", "trace=" + call,
                "-e", "inject=" + call + ":" + injection, "-p", Long.toString(pid)).redirectErrorStream(true).start();
        BufferedReader said = process.inputReader();
        String line = said.readLine();
        if (line == null || !line.contains(" attached")) {
            process.destroyForcibly();
            Files.delete(log);
        }
        assertTrue(line != null && line.contains(" attached"), line);
        Thread.ofPlatform().daemon().start(() -> { // a full pipe would stop it
            try (said) {
                while (said.readLine() != null) {
                    // one of its threads
                }
            } catch (IOException e) {
                // it has ended
            }
        });
        return new Strace(log, process);
    }

    /** The lines about calls of a kind so far. */
    public List<String> calls(String call) throws IOException {
        return Files.readAllLines(log).stream().filter(line -> line.contains(call + "(")).toList();
    }

    /** Lets the process go on as it would. */
    @Override
    public void close() throws IOException {
        process.destroy(); // SIGTERM: strace detaches
        process.onExit().join();
        Files.deleteIfExists(log);
    }
}
