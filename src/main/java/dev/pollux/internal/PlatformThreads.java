package dev.pollux.internal;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes calls for virtual threads that would otherwise hold their carriers and cannot be parked by {@link Poller}. The
 * threads are started when needed and end after a minute without work.
 */
public final class PlatformThreads {
    private static final ExecutorService POOL = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("pollux-wait-", 1).inheritInheritableThreadLocals(false).factory());

    private static final long SLICE_NANOS = 100_000_000;

    private PlatformThreads() { }

    /** How long a wait is made here at a time that an interrupt or a close is to end: they do not reach the thread. */
    public static long slice(long nanos) {
        return nanos == Deadline.NEVER ? SLICE_NANOS : Math.min(nanos, SLICE_NANOS);
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
        Future<Integer> result = POOL.submit(call::call);
        boolean interrupted = false;
        try {
            for (;;) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw PlatformThreads.<E>sneak(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
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
