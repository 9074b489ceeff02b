package dev.pollux.internal;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** {@code select} and {@code pselect}. */
public final class SelectWait extends KernelWait {
    private static final SelectWait KIND = new SelectWait();

    private SelectWait() { }

    /** Waits {@code nanos}, or {@link Deadline#NEVER}; the mask may be null. Returns the count, or -errno. */
    public static int await(
            int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds, long nanos,
            @Nullable MemorySegment mask) {
        return KIND.await(null, nfds, readfds, writefds, exceptfds, 0, nanos, mask);
    }

    /** The name of the call, for a message about it. */
    public static String name(long nanos, boolean masked) {
        return !masked && nanos <= 0 ? "select" : "pselect";
    }

    /** A signal leaves the sets alone; where nothing is found they are emptied. */
    @Override
    boolean canRepeat() {
        return false;
    }

    @Override
    int once(
            int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds, int max, long nanos,
            @Nullable MemorySegment mask) {
        MemorySegment s = Scratch.take();
        try {
            long timeout = Deadline.timespec(s, nanos);
            if (mask != null) {
                return Libc.pselect(s, nfds, readfds, writefds, exceptfds, timeout, mask);
            }
            // without a fraction of a second a timeval is the same as a timespec
            return nanos <= 0
                    ? Libc.select(s, nfds, readfds, writefds, exceptfds, timeout)
                    : Libc.pselect(s, nfds, readfds, writefds, exceptfds, timeout, 0);
        } finally {
            Scratch.give(s);
        }
    }
}
