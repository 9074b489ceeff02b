package dev.pollux.internal;

import dev.pollux.generated.errno_h;

/**
 * Calls on a descriptor that may block, and about which no poll tells anything. A platform thread makes them itself.
 * For a virtual thread a thread of {@link PlatformThreads} does, so that its carrier is free meanwhile.
 *
 * <p>Such a call ends when the kernel ends it, and not by an interrupt, whose status is kept. Nobody goes away before:
 * what the kernel does in the end, such as giving a lock, would then be done for nobody, and undoing it could undo what
 * others have done since in the name of the same owner.
 */
public final class Blocking {
    private static final int EINTR = errno_h.EINTR();

    private Blocking() { }

    /** A call on a descriptor: returns what {@link Libc} does. */
    public interface OnNumber {
        int call(int number);
    }

    /**
     * Makes a call on a descriptor that other threads may close meanwhile: its number stays what it is until the call
     * has returned. A call that a signal interrupts is made again, unless the descriptor has been closed meanwhile:
     * then it ends with {@code -EINTR}.
     */
    public static int call(Guard guard, OnNumber call) {
        int number = guard.enter();
        try {
            return Thread.currentThread().isVirtual()
                    ? PlatformThreads.call(() -> again(guard, number, call)) : again(guard, number, call);
        } finally {
            guard.leave();
        }
    }

    private static int again(Guard guard, int number, OnNumber call) {
        int result;
        do {
            result = call.call(number);
        } while (result == -EINTR && guard.isOpen());
        return result;
    }
}
