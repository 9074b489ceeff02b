package dev.pollux;

import java.io.InterruptedIOException;

/**
 * Not all bytes had been moved when the time was up. Those that had been are where they belong, and {@link #moved} says
 * how many they are; {@link #bytesTransferred} says so too, as far as an {@code int} can.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code SlowClient}.
 */
public final class TimedOutException extends InterruptedIOException {
    private static final long serialVersionUID = 1;

    /** How many. */
    private final long moved;

    TimedOutException(String call, Object fd, long moved, long wanted) {
        super(call + "(" + fd + "): time is up after " + moved + " of " + wanted + " bytes");
        this.moved = moved;
        bytesTransferred = (int) Math.min(Integer.MAX_VALUE, moved);
    }

    /**
     * How much had been done.
     *
     * @return bytes that were read or written by the call
     */
    public long moved() {
        return moved;
    }
}
