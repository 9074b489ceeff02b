package dev.pollux.internal;

import dev.pollux.generated.poll_h;
import dev.pollux.generated.pollfd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** {@code poll} and {@code ppoll}, of an array or of a single descriptor. */
public final class PollWait extends KernelWait {
    private static final PollWait ARRAY = new PollWait();
    private static final One ONE = new One();
    private static final int POLLIN = poll_h.POLLIN();

    private PollWait() { }

    /** Waits {@code nanos}, or {@link Deadline#NEVER}; the mask may be null. Returns the count, or -errno. */
    public static int await(MemorySegment fds, int nfds, long nanos, @Nullable MemorySegment mask) {
        return ARRAY.await(null, nfds, fds, MemorySegment.NULL, MemorySegment.NULL, 0, nanos, mask);
    }

    /** What {@link #await(Arena, long[], int, long, MemorySegment)} takes, for a single descriptor. */
    public static long[] entry(int fd, int events) {
        long[] entry = new long[1];
        MemorySegment fds = MemorySegment.ofArray(entry);
        fds.set(ValueLayout.JAVA_INT_UNALIGNED, pollfd.fd$offset(), fd);
        fds.set(ValueLayout.JAVA_SHORT_UNALIGNED, pollfd.events$offset(), (short) events);
        return entry;
    }

    /**
     * Waits for a copy of an array, which receives what was found, and for the bell of {@link PlatformThreads.Wait}.
     */
    public static int await(Arena arena, long[] fds, int bell, long nanos, @Nullable MemorySegment mask) {
        long[] extra = entry(bell, POLLIN);
        MemorySegment all = arena.allocate(ValueLayout.JAVA_LONG, fds.length + 1L);
        MemorySegment.copy(fds, 0, all, ValueLayout.JAVA_LONG, 0, fds.length);
        MemorySegment.copy(extra, 0, all, ValueLayout.JAVA_LONG, fds.length * (long) Long.BYTES, 1);
        int n = await(all, bell < 0 ? fds.length : fds.length + 1, nanos, mask);
        if (n > 0 && bell >= 0
                && all.get(ValueLayout.JAVA_SHORT, fds.length * (long) Long.BYTES + pollfd.revents$offset()) != 0) {
            n--;
        }
        if (n > 0) {
            MemorySegment.copy(all, ValueLayout.JAVA_LONG, 0, fds, 0, fds.length);
        }
        return n;
    }

    /** Waits for a single descriptor. Returns what was found, 0 if nothing in time, or -errno. */
    public static int one(@Nullable Guard guard, int fd, int events, long nanos) {
        return ONE.await(guard, fd, MemorySegment.NULL, MemorySegment.NULL, MemorySegment.NULL, events, nanos, null);
    }

    /** The name of the call, for a message about it. */
    public static String name(long nanos, boolean masked) {
        return !masked && nanos <= 0 ? "poll" : "ppoll";
    }

    @Override
    int once(
            int nfds, MemorySegment fds, MemorySegment b, MemorySegment c, int max, long nanos,
            @Nullable MemorySegment mask) {
        if (mask == null && nanos <= 0) {
            return Libc.poll(fds, nfds, (int) nanos);
        }
        MemorySegment s = Scratch.take();
        try {
            long timeout = Deadline.timespec(s, nanos);
            return mask == null ? Libc.ppoll(s, fds, nfds, timeout, 0) : Libc.ppoll(s, fds, nfds, timeout, mask);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class One extends KernelWait {
        @Override
        int once(
                int fd, MemorySegment a, MemorySegment b, MemorySegment c, int events, long nanos,
                @Nullable MemorySegment mask) {
            MemorySegment s = Scratch.take();
            try {
                s.set(ValueLayout.JAVA_INT, Scratch.WORD + pollfd.fd$offset(), fd);
                s.set(ValueLayout.JAVA_SHORT, Scratch.WORD + pollfd.events$offset(), (short) events);
                long fds = s.address() + Scratch.WORD;
                int n = nanos <= 0
                        ? Libc.poll(s, fds, 1, (int) nanos)
                        : Libc.ppoll(s, fds, 1, Deadline.timespec(s, nanos), 0);
                return n <= 0
                        ? n : Short.toUnsignedInt(s.get(ValueLayout.JAVA_SHORT, Scratch.WORD + pollfd.revents$offset()));
            } finally {
                Scratch.give(s);
            }
        }
    }
}
