package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The one loop in which a thread waits inside the kernel: until something is ready, the time is over, a signal comes
 * that the caller asked for, or the descriptor is closed. What differs between epoll, poll and select is how the kernel
 * is asked once. The kinds are constants, so that the loop is compiled into each of its callers.
 *
 * <p>The arguments are those of all kinds together; each kind says which it uses, and passes the others as nothing.
 */
abstract class KernelWait {
    private static final int EINTR = errno_h.EINTR();

    /** What {@link #first} returns where it failed without asking why. */
    static final int FAILED = Integer.MIN_VALUE;

    /**
     * Asks the kernel once.
     *
     * @param number the descriptor, or how many there are
     * @param a what is read and written
     * @param b the same, for select
     * @param c the same, for select
     * @param max how much fits, or which events
     * @param nanos how long; {@link Deadline#NEVER}
     * @param mask the signal mask to wait with, or null
     * @return what was found, 0 if nothing in time, or -errno
     */
    abstract int once(
            int number, MemorySegment a, MemorySegment b, MemorySegment c, int max, long nanos,
            @Nullable MemorySegment mask);

    /**
     * The same for the first time, without errno if there is no mask: a wait that fails leaves nothing behind, and
     * errno costs every call time, and some JVMs garbage ({@link Link}). It may return {@link #FAILED}, and the kernel
     * is asked again for the reason then.
     */
    abstract int first(
            int number, MemorySegment a, MemorySegment b, MemorySegment c, int max, long nanos,
            @Nullable MemorySegment mask);

    static int orFailed(int result) {
        return result < 0 ? FAILED : result;
    }

    /** Whether what is read is left alone where nothing is found, so that the kernel can be asked again. */
    boolean canRepeat() {
        return true;
    }

    /** Waits; without a guard nobody can close what is waited for. The result is that of {@link #once}. */
    final int await(
            @Nullable Guard guard, int number, MemorySegment a, MemorySegment b, MemorySegment c, int max, long nanos,
            @Nullable MemorySegment mask) {
        long start = Deadline.start(nanos);
        int n = first(number, a, b, c, max, nanos, mask);
        return n > 0 || n == 0 && nanos == 0 ? n : again(guard, number, a, b, c, max, nanos, mask, start, n);
    }

    /** What follows a call that failed, or found nothing in time: of both it is to be seen whether that is so. */
    private int again(
            @Nullable Guard guard, int number, MemorySegment a, MemorySegment b, MemorySegment c, int max, long nanos,
            @Nullable MemorySegment mask, long start, int first) {
        Guard.payDebts();
        int n = first;
        while (guard == null || guard.isOpen()) {
            if (n != FAILED && (n == 0 && !canRepeat() || !Deadline.again(n, mask != null, start, nanos))) {
                return n;
            }
            long left = Deadline.left(start, nanos);
            // the same call for the reason of a failure, so not without a timeout, even if there is no time left
            n = once(number, a, b, c, max, n == FAILED && nanos > 0 ? Math.max(1, left) : left, mask);
        }
        return n == FAILED ? -EINTR : n;
    }
}
