package dev.pollux;

import dev.pollux.generated.poll_h;
import dev.pollux.generated.pollfd;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.Link;
import dev.pollux.internal.Names;
import dev.pollux.internal.PlatformThreads;
import dev.pollux.internal.PollWait;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code poll} and {@code ppoll}: waiting for the descriptors of one array, which the kernel goes through at each call.
 *
 * <p>Unlike epoll they take regular files and {@code /dev/null}, which are always ready. Timeouts are passed on in
 * nanoseconds; they never end early, and may end late by the kernel's timer slack (50 µs, or a thousandth of the
 * timeout). A signal does not end a wait, except in the forms that take a {@link SigSet}. {@link Thread#interrupt} does
 * not reach a wait of a platform thread: put an {@link EventFd} into the array and write to it. For a virtual thread a
 * platform thread of the library waits, one for each concurrent call and with an eventfd of its own, unless something
 * is ready: the carrier is free meanwhile, and an interrupt ends the wait by an {@link InterruptedIOException}; the
 * status stays set. At the limit of open files it is noticed after a tenth of a second. For a single descriptor {@link
 * Fd#await(int)} needs no thread, and for many {@link Epoll} needs none.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class Poll {
    static {
        Link.require();
    }

    /** There is something to read, or the end of it. */
    public static final int POLLIN = poll_h.POLLIN();
    /** There is an exceptional condition, such as out-of-band data of TCP. */
    public static final int POLLPRI = poll_h.POLLPRI();
    /** Writing would not block. */
    public static final int POLLOUT = poll_h.POLLOUT();
    /** An error is pending, or the reader of this pipe is gone. Reported whether asked for or not. */
    public static final int POLLERR = poll_h.POLLERR();
    /**
     * Hang-up: both directions of a socket are shut, or the writers of this pipe are gone. Reported whether asked for
     * or not.
     */
    public static final int POLLHUP = poll_h.POLLHUP();
    /**
     * The number is not open: a result, not an exception. Reported whether asked for or not; leave it unhandled and the
     * loop spins.
     */
    public static final int POLLNVAL = poll_h.POLLNVAL();
    /** Normal data can be read; the same as {@link #POLLIN} in practice. */
    public static final int POLLRDNORM = poll_h.POLLRDNORM();
    /** Priority data can be read; unused on Linux outside of DECnet. */
    public static final int POLLRDBAND = poll_h.POLLRDBAND();
    /** Normal data can be written; the same as {@link #POLLOUT} in practice. */
    public static final int POLLWRNORM = poll_h.POLLWRNORM();
    /** Priority data can be written. */
    public static final int POLLWRBAND = poll_h.POLLWRBAND();
    /** Ignored by the kernel. */
    public static final int POLLMSG = poll_h.POLLMSG();
    /** Ignored by the kernel. */
    public static final int POLLREMOVE = poll_h.POLLREMOVE();
    /** The peer of a stream socket has closed it, or shut down its writing half. */
    public static final int POLLRDHUP = poll_h.POLLRDHUP();

    private Poll() { }

    /**
     * {@code poll(fds, size, -1)}: waits until an entry is ready; for ever, if there are none.
     *
     * @param fds what to look for; receives what was found
     * @return how many entries have {@link PollFds#revents}, at least 1
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException if the kernel refuses: EINVAL (more entries than the process may have open files), ENOMEM
     * @throws IllegalStateException if {@code fds} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
     */
    public static int await(PollFds fds) throws IOException {
        return await(fds, Deadline.NEVER, null);
    }

    /**
     * {@code poll(fds, size, 0)}: what is ready now, without waiting.
     *
     * @param fds what to look for; receives what was found
     * @return how many entries have {@link PollFds#revents}, perhaps 0
     * @throws ErrnoException as {@link #await(PollFds)}
     * @throws IllegalStateException if {@code fds} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
     */
    public static int poll(PollFds fds) throws IOException {
        return await(fds, 0, null);
    }

    /**
     * {@code ppoll(fds, size, timeout, NULL)}: waits until an entry is ready, or the timeout ends.
     *
     * @param fds what to look for; receives what was found
     * @param timeout how long to wait; zero does not wait, more than 292 years are cut to that
     * @return how many entries have {@link PollFds#revents}, 0 after the timeout
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(PollFds)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if {@code fds} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
     */
    public static int await(PollFds fds, Duration timeout) throws IOException {
        return await(fds, Deadline.nanos(timeout), null);
    }

    /**
     * {@code ppoll(fds, size, timeout, NULL)}: as {@link #await(PollFds, Duration)}, for a time in nanoseconds.
     *
     * @param fds what to look for; receives what was found
     * @param timeoutNanos how long to wait, in nanoseconds; 0 does not wait
     * @return how many entries have {@link PollFds#revents}, 0 after the timeout
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(PollFds)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if {@code fds} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
     */
    public static int awaitNanos(PollFds fds, long timeoutNanos) throws IOException {
        return await(fds, Deadline.nanos(timeoutNanos), null);
    }

    /**
     * {@code ppoll(fds, size, NULL, sigmask)}: waits with another signal mask, until an entry is ready or a signal
     * comes.
     *
     * @param fds what to look for; receives what was found
     * @param sigmask the signals that are blocked while this call waits
     * @return how many entries have {@link PollFds#revents}, or {@link SigSet#INTERRUPTED}, after which those are stale
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(PollFds)}
     * @throws IllegalStateException if {@code fds} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
     */
    public static int await(PollFds fds, SigSet sigmask) throws IOException {
        return await(fds, Deadline.NEVER, sigmask.segment());
    }

    /**
     * {@code ppoll(fds, size, timeout, sigmask)}: waits with another signal mask, until an entry is ready, a signal
     * comes, or the timeout ends.
     *
     * @param fds what to look for; receives what was found
     * @param timeout how long to wait; zero does not wait, more than 292 years are cut to that
     * @param sigmask the signals that are blocked while this call waits
     * @return how many entries have {@link PollFds#revents}, 0 after the timeout, or {@link SigSet#INTERRUPTED}, after
     *         which those are stale
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(PollFds)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if {@code fds} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
     */
    public static int await(PollFds fds, Duration timeout, SigSet sigmask) throws IOException {
        return await(fds, Deadline.nanos(timeout), sigmask.segment());
    }

    /**
     * {@code ppoll(fds, size, timeout, sigmask)}: as {@link #await(PollFds, Duration, SigSet)}, for a time in
     * nanoseconds.
     *
     * @param fds what to look for; receives what was found
     * @param timeoutNanos how long to wait, in nanoseconds; 0 does not wait
     * @param sigmask the signals that are blocked while this call waits
     * @return how many entries have {@link PollFds#revents}, 0 after the timeout, or {@link SigSet#INTERRUPTED}, after
     *         which those are stale
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(PollFds)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if {@code fds} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
     */
    public static int awaitNanos(PollFds fds, long timeoutNanos, SigSet sigmask) throws IOException {
        return await(fds, Deadline.nanos(timeoutNanos), sigmask.segment());
    }

    private static int await(PollFds fds, long nanos, @Nullable MemorySegment mask) throws IOException {
        fds.begin();
        try {
            int n = nanos == 0 || !Thread.currentThread().isVirtual()
                    ? PollWait.await(fds.segment, fds.size(), nanos, mask)
                    : awaitElsewhere(fds, nanos, Memory.copy(mask));
            if (n < 0 && n != SigSet.INTERRUPTED) {
                throw ErrnoException.of(-n, PollWait.name(nanos, mask != null), "nfds=" + fds.size(),
                        Deadline.toString(nanos));
            }
            return n;
        } finally {
            fds.end();
        }
    }

    private static int awaitElsewhere(PollFds fds, long nanos, byte @Nullable [] mask) throws InterruptedIOException {
        int n = PollWait.await(fds.segment, fds.size(), 0, null);
        if (n == 0) {
            long[] copy = fds.segment.asSlice(0, fds.size() * pollfd.sizeof())
                    .toArray(ValueLayout.JAVA_LONG_UNALIGNED);
            n = PlatformThreads.await(nanos, mask, (arena, bell, time, signals) ->
                    PollWait.await(arena, copy, bell, time, signals));
            if (n > 0) {
                MemorySegment.copy(copy, 0, fds.segment, ValueLayout.JAVA_LONG_UNALIGNED, 0, copy.length);
            }
        }
        return n;
    }

    /**
     * An event mask as text.
     *
     * @param events a mask of bits such as {@link #POLLIN}
     * @return for example {@code POLLIN|POLLHUP}; bits without a name as a number, no bits as {@code 0}
     */
    public static String toString(int events) {
        return Mask.toString(events, Names::pollEvents);
    }
}
