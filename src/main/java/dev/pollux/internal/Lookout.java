package dev.pollux.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * How virtual threads wait for what the {@link Poller} cannot watch: because it has no descriptor to be had, because
 * epoll refuses the number, or because events would be lost. A few are helped by platform threads, each for a tenth of a
 * second at a time; then the caller looks whether it was interrupted, the descriptor closed, or the poller is there now.
 * The others park for a time that grows with their number, a second at most, and look by themselves then: however many
 * wait there are no more threads, and few wake-ups.
 */
public final class Lookout {
    /** How many platform threads wait at most. */
    static final int THREADS = 32;

    private static final long MAX_PARK_NANOS = 1_000_000_000;

    private static final AtomicInteger WAITING = new AtomicInteger();

    private Lookout() { }

    /**
     * Waits for a moment.
     *
     * @param owner what a thread dump is to name
     * @param nanos how long at most; {@link Deadline#NEVER}
     * @param call waits that long inside the kernel
     * @return what the call found; 0 if nothing, or if it was not made
     */
    public static <E extends Exception> int look(Object owner, long nanos, PlatformThreads.Timed<E> call) throws E {
        long slice = PlatformThreads.slice(nanos);
        int waiting = WAITING.incrementAndGet();
        try {
            if (waiting <= THREADS) {
                return PlatformThreads.call(() -> call.call(slice));
            }
            long park = Math.min(MAX_PARK_NANOS, waiting / THREADS * slice);
            LockSupport.parkNanos(owner, nanos == Deadline.NEVER ? park : Math.min(nanos, park));
            return 0;
        } finally {
            WAITING.decrementAndGet();
        }
    }
}
