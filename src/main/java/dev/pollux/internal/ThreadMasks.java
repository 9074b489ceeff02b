package dev.pollux.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which threads of this process do not block a signal. Only the kernel knows all of them, those of the JVM itself and
 * of native code included: it shows the mask of each in a file of {@code /proc}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
 */
public final class ThreadMasks {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final int PASSES = 10;

    /**
     * A thread that leaves signals unblocked.
     *
     * @param id its number
     * @param name its name, as the kernel has it: at most 15 bytes
     * @param signals those of the signals asked for that it does not block, a bit for each, from bit 0 for signal 1
     */
    public record Unblocked(String id, String name, long signals) { }

    private ThreadMasks() { }

    /**
     * The threads that do not block all of these signals.
     *
     * @param signals a bit for each, from bit 0 for signal 1
     * @throws IOException if the threads cannot be listed or looked at, such as at the limit of open files
     */
    public static List<Unblocked> notBlocking(long signals) throws IOException {
        return notBlocking(signals, TASKS);
    }

    /** The same, where the directory of the threads is {@code tasks}. */
    static List<Unblocked> notBlocking(long signals, Path tasks) throws IOException {
        boolean complete = false;
        List<Unblocked> found = new ArrayList<>();
        // a thread that has ended meanwhile may have started another, which was not listed: look again
        for (int pass = 0; pass < PASSES && !complete && found.isEmpty(); pass++) {
            complete = true;
            for (Path task : list(tasks)) {
                String status = status(task);
                if (status == null) {
                    complete = false;
                    continue;
                }
                long missing = signals & ~Long.parseUnsignedLong(field(status, "SigBlk"), 16);
                if (missing != 0) {
                    found.add(new Unblocked(task.getFileName().toString(), field(status, "Name"), missing));
                }
            }
        }
        return found;
    }

    private static List<Path> list(Path tasks) throws IOException {
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(tasks)) {
            stream.forEach(all::add);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return all;
    }

    /** What the kernel says of a thread; null if it has ended. */
    private static @Nullable String status(Path task) throws IOException {
        try {
            String status = Files.readString(task.resolve("status"), StandardCharsets.ISO_8859_1);
            // one that has just ended has no threads and blocks nothing
            return field(status, "Threads").equals("0") ? null : status;
        } catch (IOException e) {
            if (Files.exists(task.resolve("status"))) {
                throw e;
            }
            return null;
        }
    }

    private static String field(String status, String name) throws IOException {
        for (String line : status.split("\n")) {
            if (line.startsWith(name + ":\t")) {
                return line.substring(name.length() + 2).trim();
            }
        }
        throw new IOException("no " + name + " in the status of a thread");
    }
}
