package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Link;
import dev.pollux.internal.PlatformThreads;
import dev.pollux.internal.SelectWait;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code select} and {@code pselect}: waiting for the descriptors in up to three sets of bits, of which the kernel goes
 * through all up to the largest number.
 *
 * <p>On success and after a timeout the sets are overwritten with what is ready; after an exception, and after {@link
 * SigSet#INTERRUPTED}, they are as they were. Any of them may be {@code null}; the others have the same capacity.
 * {@code nfds} is found by looking at them. A number in a set that is not open is EBADF, also where the kernel itself
 * would not look, beyond its table of open files; but closing a descriptor does not end a wait that watches it, which
 * may then find it ready.
 *
 * <p>Timeouts are passed on in nanoseconds; they never end early, and may end late by the kernel's timer slack (50 µs,
 * or a thousandth of the timeout). A signal does not end a wait, except in the forms that take a {@link SigSet}. {@link
 * Thread#interrupt} does not reach a wait of a platform thread: put an {@link EventFd} into a set and write to it. For
 * a virtual thread a platform thread of the library waits, one for each concurrent call and with an eventfd of its own,
 * unless something is ready: the carrier is free meanwhile, and an interrupt ends the wait by an {@link
 * InterruptedIOException}; the status stays set. At the limit of open files it is noticed after a tenth of a second.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">select(2)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public final class Select {
    static {
        Link.require();
    }

    /** The kernel's table of open files holds the numbers below this one, at least. It never shrinks. */
    private static volatile int table = Long.SIZE;

    private Select() { }

    /**
     * {@code select(nfds, readfds, writefds, exceptfds, NULL)}: waits until a descriptor is ready; for ever, if the
     * sets are empty.
     *
     * @param readfds what to watch for reading; receives what can be read, or has ended, or failed
     * @param writefds what to watch for writing; receives what can be written, or has failed
     * @param exceptfds what to watch for exceptional conditions, such as out-of-band data; receives what has one
     * @return how many bits are set in the three sets together, at least 1
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException if the kernel refuses: EBADF (a number that is not open), EINVAL, ENOMEM
     * @throws IllegalArgumentException if the same set is given twice, or sets differ in capacity
     * @throws IllegalStateException if a set is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">select(2)</a>
     */
    public static int await(@Nullable FdSet readfds, @Nullable FdSet writefds, @Nullable FdSet exceptfds)
            throws IOException {
        return await(readfds, writefds, exceptfds, Deadline.NEVER, null);
    }

    /**
     * {@code select(nfds, readfds, writefds, exceptfds, {0, 0})}: what is ready now, without waiting.
     *
     * @param readfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param writefds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param exceptfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @return how many bits are set in the three sets together, perhaps 0
     * @throws ErrnoException as {@link #await(FdSet, FdSet, FdSet)}
     * @throws IllegalArgumentException if the same set is given twice, or sets differ in capacity
     * @throws IllegalStateException if a set is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">select(2)</a>
     */
    public static int poll(@Nullable FdSet readfds, @Nullable FdSet writefds, @Nullable FdSet exceptfds)
            throws IOException {
        return await(readfds, writefds, exceptfds, 0, null);
    }

    /**
     * {@code pselect(nfds, readfds, writefds, exceptfds, timeout, NULL)}: waits until a descriptor is ready, or the
     * timeout ends.
     *
     * @param readfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param writefds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param exceptfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param timeout how long to wait; zero does not wait, more than 292 years are cut to that
     * @return how many bits are set in the three sets together, 0 after the timeout
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(FdSet, FdSet, FdSet)}
     * @throws IllegalArgumentException if the same set is given twice, sets differ in capacity, or the timeout is
     *         negative
     * @throws IllegalStateException if a set is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">pselect(2)</a>
     */
    public static int await(
            @Nullable FdSet readfds, @Nullable FdSet writefds, @Nullable FdSet exceptfds, Duration timeout)
            throws IOException {
        return await(readfds, writefds, exceptfds, Deadline.nanos(timeout), null);
    }

    /**
     * {@code pselect(nfds, readfds, writefds, exceptfds, timeout, NULL)}: as {@link #await(FdSet, FdSet, FdSet,
     * Duration)}, for a time in nanoseconds.
     *
     * @param readfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param writefds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param exceptfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param timeoutNanos how long to wait, in nanoseconds; 0 does not wait
     * @return how many bits are set in the three sets together, 0 after the timeout
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(FdSet, FdSet, FdSet)}
     * @throws IllegalArgumentException if the same set is given twice, sets differ in capacity, or the timeout is
     *         negative
     * @throws IllegalStateException if a set is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">pselect(2)</a>
     */
    public static int awaitNanos(
            @Nullable FdSet readfds, @Nullable FdSet writefds, @Nullable FdSet exceptfds, long timeoutNanos)
            throws IOException {
        return await(readfds, writefds, exceptfds, Deadline.nanos(timeoutNanos), null);
    }

    /**
     * {@code pselect(nfds, readfds, writefds, exceptfds, NULL, sigmask)}: waits with another signal mask, until a
     * descriptor is ready or a signal comes.
     *
     * @param readfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param writefds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param exceptfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param sigmask the signals that are blocked while this call waits
     * @return how many bits are set in the three sets together, or {@link SigSet#INTERRUPTED}
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(FdSet, FdSet, FdSet)}
     * @throws IllegalArgumentException if the same set is given twice, or sets differ in capacity
     * @throws IllegalStateException if a set is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">pselect(2)</a>
     */
    public static int await(
            @Nullable FdSet readfds, @Nullable FdSet writefds, @Nullable FdSet exceptfds, SigSet sigmask)
            throws IOException {
        return await(readfds, writefds, exceptfds, Deadline.NEVER, sigmask.segment());
    }

    /**
     * {@code pselect(nfds, readfds, writefds, exceptfds, timeout, sigmask)}: waits with another signal mask, until a
     * descriptor is ready, a signal comes, or the timeout ends.
     *
     * @param readfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param writefds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param exceptfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param timeout how long to wait; zero does not wait, more than 292 years are cut to that
     * @param sigmask the signals that are blocked while this call waits
     * @return how many bits are set in the three sets together, 0 after the timeout, or {@link SigSet#INTERRUPTED}
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(FdSet, FdSet, FdSet)}
     * @throws IllegalArgumentException if the same set is given twice, sets differ in capacity, or the timeout is
     *         negative
     * @throws IllegalStateException if a set is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">pselect(2)</a>
     */
    public static int await(
            @Nullable FdSet readfds, @Nullable FdSet writefds, @Nullable FdSet exceptfds, Duration timeout,
            SigSet sigmask) throws IOException {
        return await(readfds, writefds, exceptfds, Deadline.nanos(timeout), sigmask.segment());
    }

    /**
     * {@code pselect(nfds, readfds, writefds, exceptfds, timeout, sigmask)}: as {@link #await(FdSet, FdSet, FdSet,
     * Duration, SigSet)}, for a time in nanoseconds.
     *
     * @param readfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param writefds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param exceptfds as in {@link #await(FdSet, FdSet, FdSet)}
     * @param timeoutNanos how long to wait, in nanoseconds; 0 does not wait
     * @param sigmask the signals that are blocked while this call waits
     * @return how many bits are set in the three sets together, 0 after the timeout, or {@link SigSet#INTERRUPTED}
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(FdSet, FdSet, FdSet)}
     * @throws IllegalArgumentException if the same set is given twice, sets differ in capacity, or the timeout is
     *         negative
     * @throws IllegalStateException if a set is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/select.2.html">pselect(2)</a>
     */
    public static int awaitNanos(
            @Nullable FdSet readfds, @Nullable FdSet writefds, @Nullable FdSet exceptfds, long timeoutNanos,
            SigSet sigmask) throws IOException {
        return await(readfds, writefds, exceptfds, Deadline.nanos(timeoutNanos), sigmask.segment());
    }

    private static int await(
            @Nullable FdSet r, @Nullable FdSet w, @Nullable FdSet e, long nanos, @Nullable MemorySegment mask)
            throws IOException {
        if (r != null && (r == w || r == e) || w != null && w == e) {
            throw new IllegalArgumentException("the same FdSet twice: select overwrites each of its sets");
        }
        requireSameCapacity(r, w);
        requireSameCapacity(r, e);
        requireSameCapacity(w, e);
        begin(r);
        try {
            begin(w);
            try {
                begin(e);
                try {
                    return awaitAlone(r, w, e, nanos, mask);
                } finally {
                    end(e);
                }
            } finally {
                end(w);
            }
        } finally {
            end(r);
        }
    }

    /** The kernel reads and writes as many bits of each set as the largest number in any of them asks for. */
    private static void requireSameCapacity(@Nullable FdSet one, @Nullable FdSet other) {
        if (one != null && other != null && one.capacity() != other.capacity()) {
            throw new IllegalArgumentException("FdSets of different capacities, " + one.capacity() + " and "
                    + other.capacity() + ": select takes them to be equally large");
        }
    }

    private static int awaitAlone(
            @Nullable FdSet r, @Nullable FdSet w, @Nullable FdSet e, long nanos, @Nullable MemorySegment mask)
            throws IOException {
        int nfds = Math.max(nfds(r), Math.max(nfds(w), nfds(e)));
        requireAllLookedAt(nfds);
        int n = nanos == 0 || !Thread.currentThread().isVirtual()
                ? SelectWait.await(nfds, bits(r), bits(w), bits(e), nanos, mask)
                : awaitElsewhere(nfds, r, w, e, nanos, Memory.copy(mask));
        if (n < 0 && n != SigSet.INTERRUPTED) {
            throw ErrnoException.of(-n, SelectWait.name(nanos, mask != null), "nfds=" + nfds,
                    Deadline.toString(nanos));
        }
        return n;
    }

    private static int awaitElsewhere(
            int nfds, @Nullable FdSet r, @Nullable FdSet w, @Nullable FdSet e, long nanos, byte @Nullable [] mask)
            throws InterruptedIOException {
        long[] readfds = copy(r, nfds);
        long[] writefds = copy(w, nfds);
        long[] exceptfds = copy(e, nfds);
        int n;
        try (Arena arena = Arena.ofConfined()) {
            n = SelectWait.await(arena, nfds, readfds, writefds, exceptfds, -1, 0, null);
        }
        if (n == 0) {
            n = PlatformThreads.await(nanos, mask, (arena, bell, time, signals) ->
                    SelectWait.await(arena, nfds, readfds, writefds, exceptfds, bell, time, signals));
        }
        if (n >= 0) {
            overwrite(r, readfds, n);
            overwrite(w, writefds, n);
            overwrite(e, exceptfds, n);
        }
        return n;
    }

    private static long @Nullable [] copy(@Nullable FdSet set, int nfds) {
        return set == null ? null : set.segment.asSlice(0, (nfds + Long.SIZE - 1) / Long.SIZE * (long) Long.BYTES)
                .toArray(ValueLayout.JAVA_LONG);
    }

    private static void overwrite(@Nullable FdSet set, long @Nullable [] words, int found) {
        if (set != null && words != null) {
            long[] left = found == 0 ? new long[words.length] : words;
            MemorySegment.copy(left, 0, set.segment, ValueLayout.JAVA_LONG, 0, words.length);
        }
    }

    /**
     * The kernel cuts nfds to the size of its table of open files and leaves the bits beyond it alone: neither checked
     * (it would wait for ever) nor cleared (they would pass for ready). A number that is open is in the table, and so
     * are all below it.
     */
    private static void requireAllLookedAt(int nfds) throws ErrnoException {
        if (nfds > table) {
            int fd = nfds - 1;
            if (Libc.fcntl(fd, fcntl_h.F_GETFD(), 0) < 0) {
                throw ErrnoException.of(errno_h.EBADF(), "select", "nfds=" + nfds, "fd " + fd + " in a set");
            }
            table = nfds;
        }
    }

    private static int nfds(@Nullable FdSet set) {
        return set == null ? 0 : set.nfds();
    }

    private static MemorySegment bits(@Nullable FdSet set) {
        return set == null ? MemorySegment.NULL : set.segment;
    }

    private static void begin(@Nullable FdSet set) {
        if (set != null) {
            set.begin();
        }
    }

    private static void end(@Nullable FdSet set) {
        if (set != null) {
            set.end();
        }
    }
}
