package dev.pollux.internal;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * How virtual threads wait for what the {@link Poller} cannot watch: because it has no descriptor to be had, because
 * epoll refuses the number, or because events would be lost. A few are helped by platform threads, each for a tenth of a
 * second at a time; then the caller looks whether it was interrupted, the descriptor closed, or the poller is there now.
 * The others park for that long instead, so that however many wait there are no more threads.
 */
public final class Lookout {
    /** How many platform threads wait at most. */
    static final int THREADS = 32;

    private static final Semaphore FREE = new Semaphore(THREADS);

    private Lookout() { }

    /**
     * Waits for a moment.
     *
     * @param nanos how long at most; {@link Deadline#NEVER}
     * @param call waits that long inside the kernel
     * @return what the call found; 0 if nothing, or if it was not made
     */
    public static <E extends Exception> int look(long nanos, PlatformThreads.Timed<E> call) throws E {
        long slice = PlatformThreads.slice(nanos);
        if (!FREE.tryAcquire()) {
            LockSupport.parkNanos(slice);
            return 0;
        }
        try {
            return PlatformThreads.call(() -> call.call(slice));
        } finally {
            FREE.release();
        }
    }
}
