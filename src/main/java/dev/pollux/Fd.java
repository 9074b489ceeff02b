package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.poll_h;
import dev.pollux.generated.unistd_h;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.EpollGuard;
import dev.pollux.internal.FileType;
import dev.pollux.internal.Guard;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Link;
import dev.pollux.internal.Lookout;
import dev.pollux.internal.PlatformThreads;
import dev.pollux.internal.PollWait;
import dev.pollux.internal.Poller;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;

/**
 * A file descriptor: {@code int} in C.
 *
 * <p>It either <em>owns</em> its number, and then closes it, or <em>borrows</em> it from whoever does. All methods may
 * be called by any thread at any time. A descriptor that is closed while another thread is inside a call on it refuses
 * every further call at once, but keeps its number until that thread has left, so that no call ever reaches a
 * descriptor that has been given the same number since. Closing an {@link Epoll} also wakes the threads that wait with
 * it, and closing any descriptor the virtual threads in {@link #await(int)}. Any other thread that is blocked in a call
 * stays in it until the call returns, or a signal interrupts it; the call is then not repeated but fails as one on a
 * closed object.
 *
 * <p>Nothing protects against other code that closes the number behind its owner's back. Every call fails with EBADF
 * then, {@link #close} too; and once the number is given out again, calls reach whoever has it now, and nobody is told.
 *
 * <p>There is no finalizer: a descriptor that is never closed stays open until the process ends.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code AwaitKey},
 * {@code HandOverSocket}, {@code LibraryDescriptor},
 * {@code ReadLine}, {@code SerialLine}, {@code TailFile}.
 */
public sealed class Fd implements Closeable
        permits Epoll, EventFd, Inotify, MemFd, PidFd, Pty, SignalFd, SocketFd, TimerFd {
    static {
        Link.require();
    }

    /**
     * What a call returns that would have to block on a non-blocking descriptor: {@code -EAGAIN}. It is no length: a -11
     * in an {@link IndexOutOfBoundsException} is this.
     */
    public static final int WOULD_BLOCK = -errno_h.EAGAIN();

    /** Standard input, 0. */
    public static final int STDIN_FILENO = unistd_h.STDIN_FILENO();
    /** Standard output, 1. */
    public static final int STDOUT_FILENO = unistd_h.STDOUT_FILENO();
    /** Standard error, 2. */
    public static final int STDERR_FILENO = unistd_h.STDERR_FILENO();

    private static final int EINTR = errno_h.EINTR();
    // not those of Poll, a class that a program's start can do without
    private static final int POLLPRI = poll_h.POLLPRI();
    /** What a file that nobody waits for always is. */
    private static final int READY = poll_h.POLLIN() | poll_h.POLLRDNORM() | poll_h.POLLOUT() | poll_h.POLLWRNORM();
    private static final int READING_PARKED = 1;
    private static final int WRITING_PARKED = 2;

    /** Who uses the number, and who closes it. */
    final Guard guard;

    /** For which directions the last wait of a virtual thread had to park; a hint only, written by whoever waits. */
    private int parked;

    Fd(int fd, boolean owned) {
        guard = new Guard(fd, owned, this);
    }

    /** Of an epoll, which has a guard of its own kind. */
    Fd(int epfd) {
        guard = new EpollGuard(epfd, this);
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
        return guard.detach();
    }

    /**
     * The number, for calls that this library does not have. It must not be closed there, nor used once this object is
     * closed.
     *
     * @return the file descriptor
     * @throws IllegalStateException if this object is closed
     */
    public final int fd() {
        if (!guard.isOpen()) {
            throw guard.closed();
        }
        return guard.number();
    }

    /**
     * Whether {@link #close} has not been called.
     *
     * @return true before the first call of {@code close}
     */
    public final boolean isOpen() {
        return guard.isOpen();
    }

    /**
     * {@code poll({fd, events}, 1, -1)}: waits until one of the events is there. A virtual thread waits without its
     * carrier, watched for by two epolls that all of them share and that are opened when first needed: a server may
     * have a virtual thread for each connection. This is what blocks in other libraries, on a non-blocking socket:
     * {@snippet class="dev.pollux.Snippets" region="virtual"}
     *
     * <p>An interrupt ends the wait of a virtual thread, not of a platform thread, unless an event is there: the
     * interrupt status stays set. Closing this object ends it too; a platform thread notices that when the kernel's
     * call returns. If the event is already there, a virtual thread continues at once without yielding.
     * With a timeout of zero nobody waits, and an interrupt is left alone. Where a platform thread has to wait for a
     * virtual one, an interrupt and a close end the wait within a second, most often a tenth of one: at the limit of
     * open files, where epoll refuses the descriptor, and for {@link Poll#POLLPRI} of a plain {@code Fd}, or of a
     * borrowed descriptor: it may be {@code /proc/self/mountinfo}, whose events a second look would miss.
     *
     * <p>Several threads may wait for the same descriptor, for the same or for different events: an event wakes all
     * virtual threads that wait for it. Regular files are always ready. If the number is borrowed and its owner, an
     * object of this library, closes it, virtual threads get {@link Poll#POLLNVAL}, or see what has been opened under
     * the number since; if other code closes it, nobody is told, and a wait goes on until its timeout, or until the
     * number is waited for again.
     *
     * @param events what to wait for: a mask of bits such as {@link Poll#POLLIN} and {@link Poll#POLLOUT}
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
     * @param events what to wait for: a mask of bits such as {@link Poll#POLLIN} and {@link Poll#POLLOUT}
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
     * @param events what to wait for: a mask of bits such as {@link Poll#POLLIN} and {@link Poll#POLLOUT}
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
        int mask = Short.toUnsignedInt(PollFds.mask(events));
        int number = guard.enter();
        try {
            int found = nanos != 0 && Thread.currentThread().isVirtual()
                    ? waitParked(number, mask, nanos) : PollWait.one(guard, number, mask, nanos);
            if (!isOpen()) {
                throw new AsynchronousCloseException();
            }
            if (found < 0) {
                throw ErrnoException.of(-found, PollWait.name(nanos, false), "fd=" + number, Poll.toString(mask),
                        Deadline.toString(nanos));
            }
            return found;
        } finally {
            guard.leave();
        }
    }

    private int waitParked(int number, int events, long nanos) throws IOException {
        long start = Deadline.start(nanos);
        int writing = events & (Poll.POLLOUT | Poll.POLLWRNORM | Poll.POLLWRBAND);
        int directions = writing == 0 ? READING_PARKED
                : writing == events ? WRITING_PARKED : READING_PARKED | WRITING_PARKED;
        // what had to park the last time most likely has to again: registering finds out, too
        boolean skip = (parked & directions) == directions && !Thread.currentThread().isInterrupted();
        for (;;) {
            int found = skip ? 0 : PollWait.one(guard, number, events, 0);
            long left = Deadline.left(start, nanos);
            if (found != 0 || left == 0 && !skip || !isOpen()) {
                parked &= found == 0 ? ~0 : ~directions;
                return found;
            }
            if (!skip) {
                PlatformThreads.requireNotInterrupted();
            }
            skip = false;
            found = mayLoseEvents(events) ? -errno_h.EPERM() : Poller.await(guard, number, events, left, false);
            if (found < 0) {
                found = Lookout.look(this, left, slice -> PollWait.one(guard, number, events, slice));
            } else if ((found & Poller.AT_ONCE) == 0) {
                parked |= directions;
            } else {
                parked &= ~directions;
                found &= ~Poller.AT_ONCE;
            }
            if (found != 0 && found != Poller.LOOK_AGAIN) {
                return found;
            }
        }
    }

    /**
     * Whether this may be a file whose events go with the first poll that sees them, as those of mountinfo and of parts
     * of sysfs: one that came while it is being registered would be seen by nobody. They are regular files, which can
     * always be read; what is a plain {@code Fd}, or borrowed, may be one of them.
     */
    final boolean mayLoseEvents(int events) {
        if (getClass() != Fd.class && guard.isOwned()) {
            return false;
        }
        return (events & POLLPRI) != 0
                || (events & READY) == 0 && FileType.of(guard.number()) == FileType.REGULAR;
    }

    /**
     * {@code read(fd, buffer, byteSize)}: reads at most as many bytes as the segment has.
     *
     * <p>A call that a signal interrupts is made again. Unless the descriptor is non-blocking, it waits until there is
     * something, and holds the carrier of a virtual thread: {@link #close} says what ends that.
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
        return bytesOrWouldBlock(Guarded.read(guard, buffer, buffer.byteSize()), "read", buffer);
    }

    /**
     * {@code write(fd, buffer, byteSize)}: writes the segment, or as much of it as fits now.
     *
     * <p>A call that a signal interrupts is made again. Unless the descriptor is non-blocking, it waits until there is
     * room, in a pipe or a stream for all of it, and holds the carrier of a virtual thread: {@link #close} says what
     * ends that. Writing to a pipe or socket that nobody reads any more is EPIPE; the JVM ignores the SIGPIPE that
     * comes with it.
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
        return bytesOrWouldBlock(Guarded.write(guard, buffer, buffer.byteSize()), "write", buffer);
    }

    /**
     * {@code readv(fd, buffers, size)}: {@link #read} into several buffers, each filled before the next one is begun.
     *
     * <p>A call that a signal interrupts is made again. One that has to wait holds the carrier of a virtual thread:
     * {@link #close} says what ends that.
     *
     * @param buffers where to read into; nothing about them changes: see {@link IoVec#advance}
     * @return the number of bytes, at least 1; 0 at the end of the file, for an empty datagram, or if there is no room;
     *         {@link #WOULD_BLOCK} if there is nothing yet and the descriptor is non-blocking
     * @throws ErrnoException as {@link #read}; and EFAULT (the memory of a buffer is not mapped for writing)
     * @throws IllegalArgumentException if one of the buffers is read-only
     * @throws IllegalStateException if this object is closed, or another thread is using {@code buffers}
     * @see <a href="https://man7.org/linux/man-pages/man2/readv.2.html">readv(2)</a>
     */
    public final long readv(IoVec buffers) throws ErrnoException {
        buffers.begin();
        try {
            buffers.buffers.requireWritable();
            return bytesOrWouldBlock(Guarded.readv(guard, buffers.segment, buffers.size()), "readv", buffers);
        } finally {
            buffers.end();
        }
    }

    /**
     * {@code writev(fd, buffers, size)}: {@link #write} of several buffers, one after the other; to a datagram socket,
     * one datagram.
     *
     * <p>A call that a signal interrupts is made again. One that has to wait holds the carrier of a virtual thread:
     * {@link #close} says what ends that.
     *
     * @param buffers what to write; nothing about them changes: see {@link IoVec#advance}
     * @return the number of bytes written, perhaps fewer than there are; {@link #WOULD_BLOCK} if none fit and the
     *         descriptor is non-blocking
     * @throws ErrnoException as {@link #write}
     * @throws IllegalStateException if this object is closed, or another thread is using {@code buffers}
     * @see <a href="https://man7.org/linux/man-pages/man2/readv.2.html">writev(2)</a>
     */
    public final long writev(IoVec buffers) throws ErrnoException {
        buffers.begin();
        try {
            return bytesOrWouldBlock(Guarded.writev(guard, buffers.segment, buffers.size()), "writev", buffers);
        } finally {
            buffers.end();
        }
    }

    /**
     * {@code read(fd, buffer + offset, length)}: as {@link #read(MemorySegment)}, into an array. The bytes pass through
     * native memory of the library's own, so that one call reads at most 65,536 of them; only of a datagram, which
     * would be cut, it reads all that there is room for. Nothing is allocated, except where there is room for more than
     * that and a datagram may have it (one of UDP has not), or while very many threads are in such calls. {@link
     * FdStreams} has what goes on until all is read, and streams.
     *
     * @param buffer where to put the bytes
     * @param offset where in it
     * @param length how many at most
     * @return the number of bytes, at least 1; 0 (not -1) at the end of the file, for an empty datagram, or if {@code
     *         length} is 0; {@link #WOULD_BLOCK} if there is nothing yet and the descriptor is non-blocking
     * @throws ErrnoException as {@link #read(MemorySegment)}
     * @throws IllegalStateException if this object is closed
     * @throws IndexOutOfBoundsException if the array has no such part
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public final int read(byte[] buffer, int offset, int length) throws ErrnoException {
        return HeapBytes.read(this, buffer, offset, length, HeapBytes.NONE);
    }

    /**
     * {@code read(fd, buffer + position, remaining)}: as {@link #read(MemorySegment)}, and the position moves by what
     * was read. A direct buffer is passed to the kernel as it is, one on the heap as {@link #read(byte[], int, int)}
     * does it.
     *
     * @param buffer where to put the bytes, from its position to its limit
     * @return as {@link #read(byte[], int, int)}
     * @throws ErrnoException as {@link #read(MemorySegment)}
     * @throws IllegalArgumentException if the buffer is read-only
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public final int read(ByteBuffer buffer) throws ErrnoException {
        return HeapBytes.read(this, buffer, HeapBytes.NONE);
    }

    /**
     * {@code write(fd, buffer + offset, length)}: as {@link #write(MemorySegment)}, from an array. The bytes pass
     * through native memory of the library's own, so that one call writes at most 65,536 of them; only a datagram is
     * sent whole. Nothing is kept or allocated, as {@link #read(byte[], int, int)} says. {@link FdStreams} has what
     * goes on until all is written, and streams.
     *
     * @param buffer where the bytes are
     * @param offset where in it
     * @param length how many
     * @return the number of bytes written, perhaps fewer than asked for; {@link #WOULD_BLOCK} if none fit and the
     *         descriptor is non-blocking
     * @throws ErrnoException as {@link #write(MemorySegment)}
     * @throws IllegalStateException if this object is closed
     * @throws IndexOutOfBoundsException if the array has no such part
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public final int write(byte[] buffer, int offset, int length) throws ErrnoException {
        return HeapBytes.write(this, buffer, offset, length, HeapBytes.NONE);
    }

    /**
     * {@code write(fd, buffer + position, remaining)}: as {@link #write(MemorySegment)}, and the position moves by what
     * was written. A direct buffer is passed to the kernel as it is, one on the heap as {@link #write(byte[], int,
     * int)} does it; a read-only one on the heap is copied once more, to an array.
     *
     * @param buffer where the bytes are, from its position to its limit
     * @return as {@link #write(byte[], int, int)}
     * @throws ErrnoException as {@link #write(MemorySegment)}
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public final int write(ByteBuffer buffer) throws ErrnoException {
        return HeapBytes.write(this, buffer, HeapBytes.NONE);
    }

    /** The result of a call that moved bytes, or its exception. */
    final long bytesOrWouldBlock(long n, String function, MemorySegment buffer) throws ErrnoException {
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, function, "count=" + buffer.byteSize());
    }

    private long bytesOrWouldBlock(long n, String function, IoVec buffers) throws ErrnoException {
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, function, "iovcnt=" + buffers.size());
    }

    /** The exception of a call; one that a signal interrupted is not made again on a closed object. */
    final ErrnoException failed(long n, String function, Object... arguments) {
        if (n == -EINTR && !isOpen()) {
            throw guard.closed();
        }
        int number;
        try {
            number = guard.enter();
        } catch (IllegalStateException closed) { // since the call: the number may be another's, and is not asked about
            return ErrnoException.onClosedFd((int) -n, function, guard.number(), arguments);
        }
        try {
            return ErrnoException.onFd((int) -n, function, number, arguments);
        } finally {
            guard.leave();
        }
    }

    /**
     * {@code close(fd)}, once: further calls do nothing. A borrowed descriptor stays open. Closing what another thread
     * was the first to use costs a memory barrier on all processors besides.
     *
     * <p>If other threads are inside a call on this descriptor, the last of them to leave closes the number, and this
     * method returns without waiting for that. Where there is no stack or memory to close the number now, it is closed
     * with the next object that is opened or closed, at the latest. If a thread ran out of stack in a call, so far that
     * it could not even say that it has left, the number is closed when the garbage collector has found that nobody
     * holds this object any more. An error of such a late close is not reported.
     *
     * <p>A thread that is blocked in a call stays there, and with it the carrier of a virtual one. Of a socket, {@link
     * SocketFd#shutdown} before this ends a blocked {@code read}, {@code write}, {@code accept}, {@code connect} of
     * TCP, and all that receives or sends, and an {@link #await(int)}. Whoever waits for something else, and is to be
     * woken, waits with {@link Poll} for it and for an {@link EventFd}, and the closer writes to that first.
     *
     * <p>Remove a descriptor from an {@link Epoll} before closing it: closing alone does not, as long as a duplicate of
     * the descriptor is open anywhere.
     *
     * <p>Closing a descriptor of a file releases all record locks that this process has on the file, also those of
     * {@link java.nio.channels.FileChannel} and those taken by other descriptors ({@link Fcntl} says more).
     *
     * @throws ErrnoException if the kernel reports an error of earlier writes (EIO, ENOSPC, EDQUOT), or that the number
     *         was not open (EBADF: someone else has closed it), or if there was no memory to be told which error it was
     *         ({@link ErrnoException#errno} is 0); it is closed in any case, and EINTR is not an error
     * @see <a href="https://man7.org/linux/man-pages/man2/close.2.html">close(2)</a>
     */
    @Override
    public final void close() throws ErrnoException {
        int result = guard.close();
        if (result == Guard.UNKNOWN) {
            throw ErrnoException.unknown("close", "fd=" + guard.number());
        }
        if (result < 0 && result != -EINTR) {
            throw ErrnoException.of(-result, "close", "fd=" + guard.number());
        }
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[fd=" + guard.number() + (isOpen() ? "" : ", closed") + "]";
    }
}
