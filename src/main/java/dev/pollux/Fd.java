package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.unistd_h;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Link;
import dev.pollux.internal.Membarrier;
import dev.pollux.internal.Scratch;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * A file descriptor: {@code int} in C.
 *
 * <p>It either <em>owns</em> its number, and then closes it, or <em>borrows</em> it from whoever does. All methods may
 * be called by any thread at any time. A descriptor that is closed while another thread is inside a call on it refuses
 * every further call at once, but keeps its number until that thread has left, so that no call ever reaches a
 * descriptor that has been given the same number since. Closing an {@link Epoll} also wakes the threads that wait with
 * it, and closing any descriptor the virtual threads in {@link #await(int)}. Else a thread that is blocked in a call
 * stays there until the call returns by itself, or until a signal interrupts it: then it is not made again, but ends as
 * one on a closed object.
 *
 * <p>Against other code that closes the number behind its owner's back there is no help. Every call fails with EBADF
 * then, {@link #close} too; and once the number is given out again, calls reach whoever has it now, and nobody is told.
 *
 * <p>There is no finalizer: a descriptor that is never closed stays open until the process ends.
 */
public sealed class Fd implements Closeable
        permits Epoll, EventFd, Inotify, PidFd, Pty, SignalFd, SocketFd, TimerFd {
    static {
        Link.require();
        // at the limit of open files a class may not be readable any more, and a number could never be closed
        Libc.prepareClose();
    }

    /** What a call returns that would have to block on a non-blocking descriptor: {@code -EAGAIN}. */
    public static final int WOULD_BLOCK = -errno_h.EAGAIN();

    /** Standard input, 0. */
    public static final int STDIN_FILENO = unistd_h.STDIN_FILENO();
    /** Standard output, 1. */
    public static final int STDOUT_FILENO = unistd_h.STDOUT_FILENO();
    /** Standard error, 2. */
    public static final int STDERR_FILENO = unistd_h.STDERR_FILENO();

    private static final int EINTR = errno_h.EINTR();
    private static final int CLOSED = Integer.MIN_VALUE;
    private static final int DETACHING = Integer.MIN_VALUE >> 1;
    private static final int NOBODY = 0;
    private static final int UNCOUNTED = 1;
    private static final int COUNTED = 2;
    private static final int GONE = 3;
    // updaters, because a VarHandle takes milliseconds of a program's start
    private static final AtomicIntegerFieldUpdater<Fd> STATE = AtomicIntegerFieldUpdater.newUpdater(Fd.class, "state");
    private static final AtomicIntegerFieldUpdater<Fd> STANDING =
            AtomicIntegerFieldUpdater.newUpdater(Fd.class, "standing");

    /**
     * There is one once a virtual thread has had to wait. Here, and not in its class, because that may not be readable
     * any more when a number is to be closed.
     */
    static volatile @Nullable Poller poller;

    private final int fd;
    private final boolean owned;

    /**
     * How many calls are using the number now, those of the favourite not counted; negative (CLOSED + users) once
     * closed.
     */
    private volatile int state;

    /** The thread that used the number first: it counts its calls in {@link #inside} and needs no atomics for that. */
    private @Nullable Scratch favourite;

    /** How many calls the favourite is inside of; written by it alone. */
    private int inside;

    /** Whether there is a favourite; once closed, whether it was counted in the state, or left before that. */
    private volatile int standing;

    Fd(int fd, boolean owned) {
        if (fd < 0) {
            throw new IllegalArgumentException("a file descriptor is not negative: " + fd);
        }
        this.fd = fd;
        this.owned = owned;
    }

    /**
     * Takes over an open descriptor: from now on this object closes it, and nobody else may. This is how a descriptor
     * of any other kind is waited for, here, as an example, one of inotify, for which there is {@link Inotify}:
     * {@snippet class="dev.pollux.Snippets" region="inotify"}
     *
     * @param fd the number of an open descriptor; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Fd adopt(int fd) {
        return new Fd(fd, true);
    }

    /**
     * Names a descriptor that someone else owns and keeps open, such as standard input. Closing the result only makes
     * the result unusable.
     *
     * @param fd the number of an open descriptor; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Fd borrow(int fd) {
        return new Fd(fd, false);
    }

    /**
     * Gives up the number without closing it: this object is closed then, and the descriptor is the caller's. For
     * handing a descriptor to other code, or to an owner of another kind.
     *
     * @return the file descriptor, still open
     * @throws IllegalStateException if this object is closed, or only borrows its number, or another thread is inside a
     *         call on it
     */
    public final int detach() {
        if (!owned) {
            throw new IllegalStateException(this + " only borrows its number: it is not its to give");
        }
        Scratch s = Scratch.get();
        if (!STATE.compareAndSet(this, 0, DETACHING)) {
            throw isOpen() ? inUse() : closed();
        }
        boolean free = false;
        try {
            free = !isFavouriteInside(s);
        } finally {
            state = free ? CLOSED : 0; // others spin until then
        }
        if (!free) {
            throw inUse();
        }
        forget(s, fd);
        return fd;
    }

    /**
     * The number, for calls that this library does not have. It must not be closed there, nor used once this object is
     * closed.
     *
     * @return the file descriptor
     * @throws IllegalStateException if this object is closed
     */
    public final int fd() {
        if (!isOpen()) {
            throw closed();
        }
        return fd;
    }

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true before the first call of {@code close}
     */
    public final boolean isOpen() {
        int now = state;
        return now >= 0 || now == DETACHING;
    }

    /**
     * {@code poll({fd, events}, 1, -1)}: waits until one of the events is there. A virtual thread waits without its
     * carrier, and many of them for one {@code pollux-poller} thread that is started when first needed: a server may
     * have a virtual thread for each connection. This is what blocks in other libraries, on a non-blocking socket:
     * {@snippet class="dev.pollux.Snippets" region="virtual"}
     *
     * <p>An interrupt ends the wait of a virtual thread, not of a platform thread, unless an event is there: the
     * interrupt status stays set. Closing this object ends it too; a platform thread notices that when the kernel's
     * call returns. Where the event is there already, a virtual thread goes on at once, without letting others in.
     * With a timeout of zero nobody waits, and an interrupt is left alone.
     *
     * <p>Several threads may wait for the same descriptor, for the same or for different events: an event wakes all
     * virtual threads that wait for it. Regular files are always ready. If the number is borrowed and its owner, an
     * object of this library, closes it, virtual threads get {@link Poll#POLLNVAL}, or see what has been opened under
     * the number since; if other code closes it, nobody is told, and a wait goes on until its timeout, or until the
     * number is waited for again.
     *
     * @param events what to wait for: a mask of {@link Poll#POLLIN}, {@link Poll#POLLOUT} and their like
     * @return what is there of these events, or {@link Poll#POLLERR}, {@link Poll#POLLHUP}, {@link Poll#POLLNVAL}
     * @throws AsynchronousCloseException if this object is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException if the kernel refuses: ENOMEM
     * @throws IllegalArgumentException if the mask does not fit into C's {@code short}
     * @throws IllegalStateException if this object is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
     */
    public final int await(int events) throws IOException {
        return waitFor(events, Deadline.NEVER);
    }

    /**
     * {@code ppoll({fd, events}, 1, timeout, NULL)}: as {@link #await(int)}, until the timeout ends.
     *
     * @param events what to wait for: a mask of {@link Poll#POLLIN}, {@link Poll#POLLOUT} and their like
     * @param timeout how long to wait; zero does not wait, more than 292 years are cut to that
     * @return what is there, 0 after the timeout
     * @throws AsynchronousCloseException if this object is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException if the kernel refuses: ENOMEM
     * @throws IllegalArgumentException if the mask does not fit into C's {@code short}, or the timeout is negative
     * @throws IllegalStateException if this object is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
     */
    public final int await(int events, Duration timeout) throws IOException {
        return waitFor(events, Deadline.nanos(timeout));
    }

    /**
     * {@code ppoll({fd, events}, 1, timeout, NULL)}: as {@link #await(int, Duration)}, for a time in nanoseconds.
     *
     * @param events what to wait for: a mask of {@link Poll#POLLIN}, {@link Poll#POLLOUT} and their like
     * @param timeoutNanos how long to wait, in nanoseconds; 0 does not wait
     * @return what is there, 0 after the timeout
     * @throws AsynchronousCloseException if this object is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException if the kernel refuses: ENOMEM
     * @throws IllegalArgumentException if the mask does not fit into C's {@code short}, or the timeout is negative
     * @throws IllegalStateException if this object is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">ppoll(2)</a>
     */
    public final int awaitNanos(int events, long timeoutNanos) throws IOException {
        return waitFor(events, Deadline.nanos(timeoutNanos));
    }

    private int waitFor(int events, long nanos) throws IOException {
        short mask = PollFds.mask(events);
        Scratch s = Scratch.get();
        long start = Deadline.start(nanos);
        int number = acquire(s);
        try {
            int found = nanos != 0 && Thread.currentThread().isVirtual()
                    ? waitParked(s, number, mask, nanos, start)
                    : waitHere(s, number, mask, nanos, start);
            if (!isOpen()) {
                throw new AsynchronousCloseException();
            }
            return found;
        } finally {
            release(s);
        }
    }

    private int waitHere(Scratch s, int number, short events, long nanos, long start) throws ErrnoException {
        int n;
        do {
            n = Poll.one(s, number, events, Deadline.left(start, nanos));
        } while (isOpen() && Deadline.again(n, false, start, nanos));
        if (n < 0 && n != -EINTR) {
            throw ErrnoException.of(-n, nanos > 0 ? "ppoll" : "poll", "fd=" + number, Poll.toString(events),
                    Deadline.toString(nanos));
        }
        return n > 0 ? Poll.found(s) : 0;
    }

    private int waitParked(Scratch s, int number, short events, long nanos, long start) throws IOException {
        for (;;) {
            int found = waitHere(s, number, events, 0, 0);
            long left = Deadline.left(start, nanos);
            if (found != 0 || left == 0 || !isOpen()) {
                return found;
            }
            requireNotInterrupted();
            found = Poller.await(s, this, number, owned, Short.toUnsignedInt(events), left);
            if (found < 0) {
                long slice = PlatformThreads.slice(left);
                found = PlatformThreads.call(() ->
                        waitHere(Scratch.get(), number, events, slice, Deadline.start(slice)));
            }
            if (found > 0 && found != Poller.LOOK_AGAIN) {
                return found;
            }
        }
    }

    /**
     * {@code read(fd, buffer, byteSize)}: reads at most as many bytes as the segment has.
     *
     * <p>A call that a signal interrupts is made again.
     *
     * @param buffer native, writable memory
     * @return the number of bytes, at least 1; 0 at the end of the file, for an empty datagram, or for an empty buffer;
     *         {@link #WOULD_BLOCK} if there is nothing yet and the descriptor is non-blocking
     * @throws ErrnoException if the kernel refuses: EBADF (not open for reading), EIO, ECONNRESET, EINVAL, EISDIR …
     * @throws IllegalArgumentException if the buffer is read-only or on the heap
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public final long read(MemorySegment buffer) throws ErrnoException {
        Memory.requireWritable(buffer);
        Scratch s = Scratch.get();
        int number = acquire(s);
        try {
            long n;
            do {
                n = Libc.read(s, number, buffer, buffer.byteSize());
            } while (n == -EINTR && isOpen());
            return bytesOrWouldBlock(n, "read", buffer);
        } finally {
            release(s);
        }
    }

    /**
     * {@code write(fd, buffer, byteSize)}: writes the segment, or as much of it as fits now.
     *
     * <p>A call that a signal interrupts is made again. Writing to a pipe or socket that nobody reads any more is
     * EPIPE; the JVM ignores the SIGPIPE that comes with it.
     *
     * @param buffer native memory
     * @return the number of bytes written, perhaps fewer than asked for; {@link #WOULD_BLOCK} if none fit and the
     *         descriptor is non-blocking
     * @throws ErrnoException if the kernel refuses: EBADF (not open for writing), EPIPE, ECONNRESET, ENOSPC …
     * @throws IllegalArgumentException if the buffer is on the heap
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public final long write(MemorySegment buffer) throws ErrnoException {
        Memory.requireNative(buffer);
        Scratch s = Scratch.get();
        int number = acquire(s);
        try {
            long n;
            do {
                n = Libc.write(s, number, buffer, buffer.byteSize());
            } while (n == -EINTR && isOpen());
            return bytesOrWouldBlock(n, "write", buffer);
        } finally {
            release(s);
        }
    }

    /** Of virtual threads only: an interrupt does not reach a platform thread inside the kernel. */
    static void requireNotInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("the virtual thread was interrupted while it waited");
        }
    }

    /** The result of a call that moved bytes, or its exception. */
    final long bytesOrWouldBlock(long n, String function, MemorySegment buffer) throws ErrnoException {
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, function, "count=" + buffer.byteSize());
    }

    /** The exception of a call; one that a signal interrupted is not made again on a closed object. */
    final ErrnoException failed(long n, String function, Object... arguments) {
        if (n == -EINTR && !isOpen()) {
            throw closed();
        }
        return ErrnoException.onFd((int) -n, function, fd, arguments);
    }

    /**
     * {@code close(fd)}, once: further calls do nothing. A borrowed descriptor stays open. If other threads are inside
     * a call on this descriptor, the last of them to leave closes the number, and this method returns without waiting
     * for that; an error of such a late close is not reported. Closing what another thread was the first to use costs
     * a memory barrier on all processors besides, microseconds; 8 to 26 ms once in a process.
     *
     * <p>Remove a descriptor from an {@link Epoll} before closing it: closing alone does not, as long as a duplicate of
     * the descriptor is open anywhere.
     *
     * @throws ErrnoException if the kernel reports an error of earlier writes (EIO, ENOSPC, EDQUOT), or that the number
     *         was not open (EBADF: someone else has closed it); it is closed in any case, and EINTR is not an error
     * @see <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>
     */
    @Override
    public final void close() throws ErrnoException {
        Scratch s = Scratch.get();
        int users;
        do {
            users = state;
            if (users < 0 && users != DETACHING) {
                return;
            }
            // counted as a user itself, so that the number stays this object's until all are told
        } while (users == DETACHING || !STATE.compareAndSet(this, users, CLOSED + users + 1));

        // if this cannot be found out, the number stays open until the favourite's next call: better than too early
        boolean favouriteInside = true;
        int result = 0;
        try {
            favouriteInside = isFavouriteInside(s);
        } finally {
            if (favouriteInside) {
                STATE.getAndAdd(this, 1);
                if (!STANDING.compareAndSet(this, UNCOUNTED, COUNTED)) {
                    STATE.getAndAdd(this, -1);
                }
            }
            try {
                if (state != CLOSED + 1) {
                    wakeUsers(fd);
                }
            } finally {
                if (STATE.getAndAdd(this, -1) == CLOSED + 1) {
                    result = closeNumbers();
                }
            }
        }
        if (result < 0 && result != -EINTR) {
            throw ErrnoException.of(-result, "close", "fd=" + fd);
        }
    }

    /** Called once, by the thread that closes, while others are inside a call. */
    void wakeUsers(int number) {
        forget(Scratch.get(), number);
    }

    /** Called once, when nobody uses the number any more. */
    int closeNumbers() {
        if (!owned) {
            return 0;
        }
        Scratch s = Scratch.get();
        Poller now = poller;
        if (now != null) {
            return now.close(s, fd);
        }
        int result = Libc.close(s, fd);
        forget(s, fd); // by a poller that was started meanwhile
        return result;
    }

    private static void forget(Scratch s, int number) {
        Poller now = poller;
        if (now != null) {
            now.forget(s, number);
        }
    }

    // Who uses the number. A thread that is not the favourite adds itself to the state atomically, and leaves so. The
    // favourite, most often the only thread, stores "inside", then loads the state; who closes stores the state, then
    // loads "inside". On each side the store must come before the load for the others too, or both would miss each
    // other; a fence for that in every call is what costs. So the favourite only keeps the compiler from swapping the
    // two (storeStoreFence: no instruction on x86_64, a cheap one on aarch64), and who closes makes the processors of
    // all running threads do a full barrier. Either that came before the favourite's load, which then sees the state,
    // or after its store, which is then seen.

    /** Begins a use of the number by the calling thread; every one is followed by a {@link #release}. */
    final int acquire(Scratch s) {
        if (favourite == s) {
            inside++;
            VarHandle.storeStoreFence();
            if (state >= 0) {
                return fd;
            }
            return acquireAtLast(s);
        }
        return acquireShared(s);
    }

    final void release(Scratch s) {
        if (favourite == s) {
            inside--;
            VarHandle.storeStoreFence();
            if (state < 0) {
                leave();
            }
        } else if (STATE.getAndAdd(this, -1) == CLOSED + 1) {
            closeNumbers();
        }
    }

    private int acquireShared(Scratch s) {
        if (standing == NOBODY && STANDING.compareAndSet(this, NOBODY, UNCOUNTED)) {
            favourite = s;
            return acquire(s);
        }
        for (;;) {
            int users = state;
            if (users >= 0) {
                if (STATE.compareAndSet(this, users, users + 1)) {
                    return fd;
                }
            } else if (users == DETACHING) {
                Thread.onSpinWait();
            } else {
                throw closed();
            }
        }
    }

    /** The favourite's, where it found the state negative. */
    private int acquireAtLast(Scratch s) {
        release(s);
        while (state == DETACHING) {
            Thread.onSpinWait();
        }
        if (state < 0) {
            throw closed();
        }
        return acquire(s);
    }

    /** The favourite's, where it found the state negative: if it was counted as a user, it leaves as one. */
    private void leave() {
        int now = state;
        if (inside == 0 && now < 0 && now != DETACHING && !STANDING.compareAndSet(this, UNCOUNTED, GONE)
                && STANDING.compareAndSet(this, COUNTED, GONE) && STATE.getAndAdd(this, -1) == CLOSED + 1) {
            closeNumbers();
        }
    }

    /** Whether another thread that needs no atomics is inside a call. The state is negative: none will enter. */
    private boolean isFavouriteInside(Scratch s) {
        if (standing == NOBODY || favourite == s) {
            return false;
        }
        Membarrier.everyThread(s);
        return inside != 0;
    }

    private IllegalStateException inUse() {
        return new IllegalStateException("another thread is inside a call on " + this);
    }

    private IllegalStateException closed() {
        return new IllegalStateException(getClass().getSimpleName() + " is closed (it was fd " + fd + ")");
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[fd=" + fd + (isOpen() ? "" : ", closed") + "]";
    }
}
