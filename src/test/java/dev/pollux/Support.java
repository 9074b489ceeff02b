package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.function.Executable;
import org.opentest4j.TestAbortedException;

/** What the tests of several classes need. */
public final class Support {
    /** How many times longer everything may take than on a machine of today: {@code TEST_PATIENCE} says so. */
    public static final int PATIENCE = Integer.parseInt(System.getenv().getOrDefault("TEST_PATIENCE", "1"));

    /** Far more than anything takes here, and less than a test may. */
    public static final long LONG_NANOS = 20_000_000_000L * PATIENCE;

    private Support() { }

    /** A call on a thread of its own. */
    @FunctionalInterface
    public interface Wait {
        int call() throws IOException;
    }

    static ErrnoException assertErrno(int errno, Executable call) {
        ErrnoException thrown = assertThrows(ErrnoException.class, call);
        assertEquals(Errno.name(errno), thrown.errnoName(), thrown::getMessage);
        return thrown;
    }

    static void assertClosed(Executable call) {
        String message = assertThrows(IllegalStateException.class, call).getMessage();
        assertTrue(message.contains("is closed"), message);
    }

    public static boolean isOpen(int number) {
        try {
            Fcntl.isCloseOnExec(Fd.borrow(number));
            return true;
        } catch (ErrnoException e) {
            assertEquals(Errno.EBADF, e.errno());
            return false;
        }
    }

    public static <T> FutureTask<T> start(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /** Starts a call on a thread of its own, and returns when that thread sleeps in a call of libc. */
    static <T> FutureTask<T> startAsleep(Callable<T> call) throws Exception {
        CompletableFuture<Integer> number = new CompletableFuture<>();
        FutureTask<T> task = new FutureTask<>(() -> {
            number.complete(Signals.thisThread());
            return call.call();
        });
        Thread thread = Thread.ofPlatform().daemon().start(task);
        Path status = Path.of("/proc/self/task/" + number.get(LONG_NANOS, TimeUnit.NANOSECONDS) + "/status");
        AtomicReference<String> before = new AtomicReference<>("");
        // asleep, and not once awake between two looks
        awaitTrue(() -> {
            boolean inLibc = Arrays.stream(thread.getStackTrace())
                    .anyMatch(frame -> frame.getClassName().startsWith("dev.pollux.internal."));
            String now = inLibc ? sleep(status) : "";
            return !now.isEmpty() && now.equals(before.getAndSet(now));
        });
        return task;
    }

    /** How often a thread has gone to sleep, if it sleeps now. */
    private static String sleep(Path status) throws IOException {
        List<String> lines = Files.readAllLines(status);
        return lines.stream().noneMatch(line -> line.startsWith("State:\tS")) ? ""
                : lines.stream().filter(line -> line.startsWith("voluntary")).findFirst().orElseThrow();
    }

    /** What a task comes to; an assumption that fails inside it is the caller's, too. */
    public static <T> T get(FutureTask<T> task) throws Exception {
        try {
            return task.get(LONG_NANOS, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TestAbortedException aborted) {
                throw aborted;
            }
            throw e;
        }
    }

    /**
     * Whether a test that tries for something is to go on: until its time is over; and where it has not come to that
     * yet, as on a slow machine, until far more time is.
     */
    static boolean goesOn(long start, Duration time, boolean reached) {
        long took = System.nanoTime() - start;
        return took < time.toNanos() || !reached && took < LONG_NANOS / 2 + time.toNanos();
    }

    /** The kernel's name of the first thread of this process: java, or an emulator or a loader that runs it. */
    public static String firstThread() throws IOException {
        return Files.readString(Path.of("/proc/self/task/" + ProcessHandle.current().pid() + "/comm")).strip();
    }

    /** Returns when that many threads are inside calls on {@code fd}. */
    public static void awaitUsers(Fd fd, int users) throws Exception {
        awaitTrue(() -> users(fd) == users);
    }

    /** How many threads are inside calls on {@code fd}, also if it is closed. */
    static int users(Fd fd) {
        return fd.guard.users();
    }

    /** Returns when a thread is using an array, which is in shared memory. */
    static void awaitBusy(NativeArray array) throws Exception {
        awaitTrue(array::isBusy);
    }

    static void awaitTrue(Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            assertTrue(System.nanoTime() - start < LONG_NANOS, "nobody came");
            Thread.sleep(1);
        }
    }

    /** A wait with a timeout ends when nothing is ready: not early, not unboundedly late, with the result 0. */
    public static void assertTimesOut(long nanos, Wait wait) throws IOException {
        long start = System.nanoTime();
        int n = wait.call();
        long took = System.nanoTime() - start;
        assertEquals(0, n);
        assertTrue(took >= nanos, () -> nanos + " ns ended after " + took);
        assertTrue(took < nanos + LONG_NANOS, () -> nanos + " ns took " + took);
    }

    /** Runs something meant to return at once: it would hang, and not only be slow, if it did not. */
    public static int assertDoesNotWait(Wait wait) throws Exception {
        return get(start(wait::call));
    }

    /** The settings of a terminal: not every emulator of single programs, as qemu-user is one, can ask for them. */
    static Termios termios(Fd terminal) throws IOException {
        try {
            return Termios.get(terminal);
        } catch (ErrnoException e) {
            Assumptions.assumeTrue(e.errno() != Errno.ENOSYS, e.getMessage());
            throw e;
        }
    }

    public static MemorySegment bytes(Arena arena, String text) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static String text(MemorySegment buffer, long length) {
        return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }

    public static void write(Fd fd, String text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            assertEquals(text.length(), fd.write(bytes(arena, text)));
        }
    }

    /** What one read gives: its bytes, or {@code ""} at the end, or {@code null} if it would block. */
    public static String read(Fd fd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(1024);
            long n = fd.read(buffer);
            return n == Fd.WOULD_BLOCK ? null : text(buffer, n);
        }
    }

    /** Waits with {@link Poll}, which is not what these tests are about, and returns what came. */
    public static int ready(Fd fd, int events) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            PollFds fds = PollFds.allocate(arena, 1);
            fds.add(fd, events);
            assertEquals(1, Poll.awaitNanos(fds, LONG_NANOS), "nothing came");
            return fds.revents(0);
        }
    }

    /** The soft limit of open files of this process. */
    public static int openFilesLimit() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                String soft = line.substring("Max open files".length()).trim().split(" +")[0];
                return soft.equals("unlimited") ? Integer.MAX_VALUE : (int) Long.parseLong(soft);
            }
        }
        throw new AssertionError("no limit of open files in /proc/self/limits");
    }

    /** A name of a file that is not only ASCII, where the locale lets there be one. */
    static String fileName() {
        String name = "n\u00e4me";
        return Charset.forName(System.getProperty("sun.jnu.encoding")).newEncoder().canEncode(name) ? name : "name";
    }

    /** Another descriptor of the same open file, with exactly this number. */
    public static Fd dupTo(Fd fd, int number) throws IOException {
        Assumptions.assumeTrue(openFilesLimit() > number, "the limit of open files is too low");
        Fd dup = Fcntl.dup(fd, number);
        if (dup.fd() != number) {
            dup.close();
            Assumptions.abort("number " + number + " is taken");
        }
        return dup;
    }
}
