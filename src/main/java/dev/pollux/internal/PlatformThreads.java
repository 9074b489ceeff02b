package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.eventfd_h;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls for virtual threads that would otherwise hold their carriers and cannot be parked by {@link Poller}. The
 * threads are started when needed and end after four seconds without work: one that lived on could keep a class loader
 * alive, by its context class loader.
 */
public final class PlatformThreads {
    private static final ExecutorService POOL = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, Closing.QUIET_MILLIS, TimeUnit.MILLISECONDS, new SynchronousQueue<>(),
            Thread.ofPlatform().daemon().name("pollux-wait-", 1).inheritInheritableThreadLocals(false).factory());

    private static final long SLICE_NANOS = 100_000_000;
    private static final int NONE = -1;

    private PlatformThreads() { }

    /** How long a wait is made here at a time that an interrupt or a close is to end: they do not reach the thread. */
    public static long slice(long nanos) {
        return nanos == Deadline.NEVER ? SLICE_NANOS : Math.min(nanos, SLICE_NANOS);
    }

    /** Of virtual threads only: an interrupt does not reach a platform thread inside the kernel. */
    public static void requireNotInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the virtual thread was interrupted while it waited");
        }
    }

    /** What is called. */
    public interface Call<E extends Exception> {
        int call() throws E;
    }

    /** What is called with the time that it may take. */
    public interface Timed<E extends Exception> {
        int call(long nanos) throws E;
    }

    /** Makes the call on a platform thread. As there, an interrupt does not end it; the status is kept. */
    public static <E extends Exception> int call(Call<E> call) throws E {
        return PlatformThreads.<E>get(POOL.submit(call::call), NONE);
    }

    /** A wait, all of whose memory is its own. */
    public interface Wait {
        /**
         * Waits as the kernel does, and besides until the bell can be read.
         *
         * @param arena for what the kernel reads and writes
         * @param bell an eventfd, which does not count; negative if there is none
         * @return what was found, 0 if nothing, or -errno
         */
        int await(Arena arena, int bell, long nanos, @Nullable MemorySegment mask);
    }

    /**
     * Has a platform thread wait, until an interrupt of the calling virtual thread rings the bell. What was found by
     * then is returned. Without a descriptor for the bell the wait is made in slices.
     *
     * @param mask a copy of a signal mask, or null
     */
    public static int await(long nanos, byte @Nullable [] mask, Wait wait) throws InterruptedIOException {
        long start = Deadline.start(nanos);
        Closing.requireStack();
        int bell = Libc.eventfd(0, eventfd_h.EFD_CLOEXEC() | eventfd_h.EFD_NONBLOCK());
        try {
            for (;;) {
                requireNotInterrupted();
                long left = Deadline.left(start, nanos);
                int now = bell;
                int n = PlatformThreads.<RuntimeException>get(POOL.submit(() -> {
                    try (Arena arena = Arena.ofConfined()) {
                        MemorySegment signals = mask == null ? null
                                : arena.allocate(mask.length, Long.BYTES).copyFrom(MemorySegment.ofArray(mask));
                        return wait.await(arena, now, now < 0 ? slice(left) : left, signals);
                    }
                }), now);
                if (n == -errno_h.EINVAL() && bell >= 0) { // with it the array is longer than the limit of open files
                    Closing.close(bell);
                    bell = NONE;
                } else if (n != 0 || left == 0) {
                    return n;
                }
            }
        } finally {
            if (bell >= 0) {
                Closing.close(bell);
            }
        }
    }

    /**
     * Makes a call that returns a new descriptor or a negated errno, and may block. An interrupt gives it up: the
     * platform thread stays in it, and closes what it returns in the end.
     */
    public static int open(IntSupplier call) throws InterruptedIOException {
        requireNotInterrupted();
        CompletableFuture<Integer> result = new CompletableFuture<>();
        POOL.execute(() -> {
            int fd = NONE;
            try {
                fd = call.getAsInt();
                if (result.complete(fd)) {
                    fd = NONE;
                }
            } catch (Throwable e) {
                if (!result.completeExceptionally(e) && !result.isCompletedExceptionally()) {
                    fd = NONE; // it is there, but no memory was left to wake the waiter
                }
            } finally {
                if (fd >= 0) {
                    Closing.close(fd);
                }
            }
        });
        boolean taken = false;
        try {
            int fd = result.get();
            taken = true;
            return fd;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (result.cancel(false)) {
                requireNotInterrupted();
            }
            if (result.isCompletedExceptionally()) { // just now; join would wrap it
                throw PlatformThreads.<RuntimeException>sneak(result.exceptionNow());
            }
            int fd = result.join();
            taken = true;
            return fd;
        } catch (ExecutionException e) {
            throw PlatformThreads.<RuntimeException>sneak(e.getCause());
        } finally {
            if (!taken && !result.cancel(false) && !result.isCompletedExceptionally() && result.join() >= 0) {
                Closing.close(result.join());
            }
        }
    }

    private static <E extends Exception> int get(Future<Integer> result, int bell) throws E {
        boolean interrupted = false;
        try {
            for (;;) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                    ring(bell);
                } catch (ExecutionException e) {
                    throw PlatformThreads.<E>sneak(e.getCause());
                }
            }
        } finally {
            if (!result.isDone()) { // no memory, or no stack: nobody waits for it any more
                ring(bell);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void ring(int bell) {
        if (bell >= 0) {
            MemorySegment s = Scratch.take();
            try {
                s.set(ValueLayout.JAVA_LONG, Scratch.WORD, 1);
                Libc.write(s, bell, s.address() + Scratch.WORD, Long.BYTES);
            } finally {
                Scratch.give(s);
            }
        }
    }

    @SuppressWarnings("unchecked") // what the call may throw, or unchecked
    private static <E extends Exception> E sneak(Throwable cause) throws E {
        if (cause instanceof Error e) {
            throw e;
        }
        return (E) cause;
    }
}
