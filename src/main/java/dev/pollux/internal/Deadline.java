package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.timespec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * Timeouts of all three waits, in nanoseconds: never early, saturated, and after a signal only what is left of them.
 * Static functions over two longs, so that a wait allocates nothing.
 */
public final class Deadline {
    /** Wait without a timeout. */
    public static final long NEVER = -1;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final int EINTR = errno_h.EINTR();
    private static final long SEC = timespec.tv_sec$offset();
    private static final long NSEC = timespec.tv_nsec$offset();

    private Deadline() { }

    /** A duration in nanoseconds; more than a long holds (292 years) is cut to that. */
    public static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            throw negative(timeout.toString());
        }
        return timeout.getSeconds() >= Long.MAX_VALUE / NANOS_PER_SECOND ? Long.MAX_VALUE : timeout.toNanos();
    }

    public static long nanos(long timeoutNanos) {
        if (timeoutNanos < 0) {
            throw negative(timeoutNanos + " ns");
        }
        return timeoutNanos;
    }

    private static IllegalArgumentException negative(String timeout) {
        return new IllegalArgumentException(
                "negative timeout: " + timeout + "; zero does not wait; to wait for ever, use the method that has no"
                        + " timeout, or Duration.ofSeconds(Long.MAX_VALUE)");
    }

    /** A timeout as text, for a message. */
    public static String toString(long nanos) {
        return nanos == NEVER ? "no timeout" : nanos + " ns";
    }

    /** The time from which {@code nanos} count; nobody looks at the clock where nothing will be measured. */
    public static long start(long nanos) {
        return nanos > 0 ? System.nanoTime() : 0;
    }

    /** What is left of {@code nanos}: 0 when over. */
    public static long left(long start, long nanos) {
        return nanos > 0 ? Math.max(0, nanos - (System.nanoTime() - start)) : nanos;
    }

    /**
     * Whether a wait that returned {@code result} has to be made again: a signal came and nobody asked for signals, or
     * the kernel was given a shorter timeout than the caller's, because its argument could not hold more.
     */
    static boolean again(int result, boolean signalsEnd, long start, long nanos) {
        return result == -EINTR ? !signalsEnd : result == 0 && left(start, nanos) > 0;
    }

    /** For calls that take milliseconds: rounded up, at most an int; {@link #NEVER} stays -1. */
    public static int millis(long nanos) {
        return nanos <= 0 ? (int) nanos : (int) Math.min(Integer.MAX_VALUE, (nanos - 1) / NANOS_PER_MILLI + 1);
    }

    /**
     * For calls that take a {@code timespec}: fills that of a piece of scratch, and returns its address, or 0 for
     * {@link #NEVER}.
     */
    static long timespec(MemorySegment s, long nanos) {
        if (nanos == NEVER) {
            return 0;
        }
        s.set(ValueLayout.JAVA_LONG, Scratch.TIMEOUT + SEC, nanos / NANOS_PER_SECOND);
        s.set(ValueLayout.JAVA_LONG, Scratch.TIMEOUT + NSEC, nanos % NANOS_PER_SECOND);
        return s.address() + Scratch.TIMEOUT;
    }
}
