package dev.pollux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

    /**
     * Waits for copies of sets, any of which may be null and which receive what was found, and for the bell of {@link
     * PlatformThreads.Wait}.
     */
    public static int await(
            Arena arena, int nfds, long @Nullable [] readfds, long @Nullable [] writefds, long @Nullable [] exceptfds,
            int bell, long nanos, @Nullable MemorySegment mask) {
        int all = Math.max(nfds, bell + 1);
        MemorySegment r = copy(arena, bell < 0 || readfds != null ? readfds : new long[0], all);
        MemorySegment w = copy(arena, writefds, all);
        MemorySegment e = copy(arena, exceptfds, all);
        long word = bell / Long.SIZE;
        long bit = 1L << bell;
        if (bell >= 0) {
            r.setAtIndex(ValueLayout.JAVA_LONG, word, r.getAtIndex(ValueLayout.JAVA_LONG, word) | bit);
        }
        int n = await(all, r, w, e, nanos, mask);
        if (n > 0 && bell >= 0 && (r.getAtIndex(ValueLayout.JAVA_LONG, word) & bit) != 0) {
            r.setAtIndex(ValueLayout.JAVA_LONG, word, r.getAtIndex(ValueLayout.JAVA_LONG, word) & ~bit);
            n--;
        }
        if (n > 0) {
            give(r, readfds);
            give(w, writefds);
            give(e, exceptfds);
        }
        return n;
    }

    private static MemorySegment copy(Arena arena, long @Nullable [] set, int bits) {
        if (set == null) {
            return MemorySegment.NULL;
        }
        MemorySegment copy = arena.allocate(ValueLayout.JAVA_LONG, (bits + Long.SIZE - 1) / Long.SIZE);
        MemorySegment.copy(set, 0, copy, ValueLayout.JAVA_LONG, 0, set.length);
        return copy;
    }

    private static void give(MemorySegment copy, long @Nullable [] set) {
        if (set != null) {
            MemorySegment.copy(copy, ValueLayout.JAVA_LONG, 0, set, 0, set.length);
        }
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
