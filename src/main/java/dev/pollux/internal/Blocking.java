package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls on a descriptor that may block, and for which no poll exists: locks, and waits until a terminal has sent
 * everything. A platform thread makes them itself. For a virtual thread, a thread of {@link PlatformThreads} does, so
 * that the carrier is free meanwhile.
 *
 * <p>Such a call ends when the kernel ends it. An interrupt does not end it (its status is kept), and the caller does
 * not leave early: what the kernel does in the end, such as granting a lock, would then be done for no one, and undoing
 * it could undo what others have done since in the name of the same owner. A caller that wants a timeout, or to be
 * interruptible, tries again and again instead ({@link #tryFor}).
 */
public final class Blocking {
    private static final int EINTR = errno_h.EINTR();

    private static final long FIRST_REST_NANOS = 1_000_000;
    private static final long LONGEST_REST_NANOS = 16_000_000;

    private Blocking() { }

    /** A call on a descriptor: returns what {@link Libc} does. What it passes to the kernel is its own. */
    public interface OnNumber {
        int call(int number);
    }

    /**
     * Makes a call on a descriptor that other threads may close meanwhile: its number stays in use until the call has
     * returned. A call interrupted by a signal is made again, unless the descriptor has been closed meanwhile:
     * then it ends with {@code -EINTR}.
     */
    public static int call(Guard guard, OnNumber call) {
        return Thread.currentThread().isVirtual()
                ? PlatformThreads.call(() -> again(guard, call)) : again(guard, call);
    }

    /** On the thread that makes the call, which is left behind in it should its caller run out of stack or memory. */
    private static int again(Guard guard, OnNumber call) {
        int number = guard.enter();
        try {
            int result;
            do {
                result = call.call(number);
            } while (result == -EINTR && guard.isOpen());
            return result;
        } finally {
            guard.leave();
        }
    }

    /** A call that does not block, and says whether the wait is over. */
    public interface Attempt {
        boolean isDone() throws IOException;
    }

    /**
     * Makes a call on an open descriptor again and again, at first after a millisecond, then less and less often; the
     * thread sleeps in between. An interrupt ends that on any thread, and so does a close.
     *
     * @param what is waited for, for the message
     * @return false if it was not so until the timeout
     */
    public static boolean tryFor(long nanos, String what, Attempt attempt) throws IOException {
        long start = Deadline.start(nanos);
        if (attempt.isDone()) {
            return true;
        }
        long rest = FIRST_REST_NANOS;
        for (;;) {
            long left = Deadline.left(start, nanos);
            if (left == 0) {
                return false;
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("the thread was interrupted while it waited " + what);
            }
            LockSupport.parkNanos(Blocking.class, Math.min(rest, left));
            rest = Math.min(2 * rest, LONGEST_REST_NANOS);
            try {
                if (attempt.isDone()) {
                    return true;
                }
            } catch (IllegalStateException e) {
                throw new AsynchronousCloseException();
            }
        }
    }
}
