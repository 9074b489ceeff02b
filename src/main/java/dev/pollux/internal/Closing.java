package dev.pollux.internal;

import org.jspecify.annotations.Nullable;

/**
 * Closes numbers, and is the one place that says what has to be loaded before the last descriptor is gone: at the limit
 * of open files a class in a directory cannot be read any more, and the JVM would refuse it for good. So all that
 * closing may need is loaded with the first object that owns a number.
 */
final class Closing {
    /** There is one once a virtual thread has had to wait. Here, so that its class is loaded no earlier than that. */
    static volatile @Nullable Poller poller;

    static {
        Libc.linkEarly();
        Membarrier.prepare();
        Scratch.prepare();
    }

    private Closing() { }

    /** Loads this class. */
    static void prepare() { }

    /** Closes a number that is the caller's, and ends the waits of virtual threads for it. Returns 0 or -errno. */
    static int close(int number) {
        unregister(number);
        int result = Libc.close(number);
        forget(number);
        return result;
    }

    /** To be called before a number is closed that virtual threads may wait for, and followed by a {@link #forget}. */
    private static void unregister(int number) {
        Poller now = poller;
        if (now != null) {
            now.unregister(number);
        }
    }

    /**
     * Ends the waits of virtual threads for a number, because an object that names it gives it away, is being closed,
     * or has been: who came in between has registered what is closed now; or is of a successor, and looks again for
     * nothing.
     */
    static void forget(int number) {
        Poller now = poller;
        if (now != null) {
            now.forget(number);
        }
    }
}
