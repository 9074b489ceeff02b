package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Link;
import dev.pollux.internal.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code sendfile} and {@code splice}: moving bytes from one descriptor to another within the kernel, without a buffer
 * in the program.
 * {@snippet class="dev.pollux.Snippets" region="sendfile"}
 *
 * <p>A call moves what it can at once, often less than it was asked for: at most 0x7ffff000 bytes, and through a pipe
 * what that holds. It blocks where a descriptor that is not non-blocking has nothing to give, or no room (of two pipes
 * it is enough that one is non-blocking); a file is waited for in any case. That holds the carrier of a virtual thread.
 * A signal alone does not end it. After one of the descriptors has been closed, it ends with the next signal, or by
 * itself. Of a socket, {@link SocketFd#shutdown} ends it.
 *
 * <p>Both descriptors are in use during the call: closed by another thread, they keep their numbers until it has
 * returned. They may be the same. All methods may be called by any thread, and allocate nothing.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/splice.2.html">splice(2)</a>
 */
public final class Splice {
    static {
        Link.require();
    }

    /** Move pages instead of copying them: a hint, which the kernel does not heed at present. */
    public static final int SPLICE_F_MOVE = fcntl_h.SPLICE_F_MOVE();
    /** Do not wait for a pipe; the other descriptor may still block, unless it is non-blocking itself. */
    public static final int SPLICE_F_NONBLOCK = fcntl_h.SPLICE_F_NONBLOCK();
    /** More will follow: for a socket, as {@link SocketFd#MSG_MORE}. */
    public static final int SPLICE_F_MORE = fcntl_h.SPLICE_F_MORE();

    /** MAX_RW_COUNT of the kernel's, which cuts more to this, but may find first that the file cannot be so long. */
    private static final long MOST = 0x7ffff000;

    private static final int EINTR = errno_h.EINTR();

    private Splice() { }

    /**
     * {@code sendfile(out, in, NULL, count)}: from where the file is at, which moves on.
     *
     * @param out where to write: a socket, a file, or any other descriptor
     * @param in what to read: a file, or any other descriptor that can be read by {@link #splice}
     * @param count how many bytes, at most
     * @return the number of bytes; 0 at the end of the file, or if {@code count} is; {@link Fd#WOULD_BLOCK} if none can
     *         be moved now and {@code out} is non-blocking
     * @throws ErrnoException if the kernel refuses: EBADF (not open for reading, or for writing), EINVAL (it cannot be
     *         read in this way, or {@code out} is open with O_APPEND), EPIPE, ECONNRESET, ENOSPC, EIO …
     * @throws IllegalArgumentException if {@code count} is negative
     * @throws IllegalStateException if one of the descriptors is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/sendfile.2.html">sendfile(2)</a>
     */
    public static long sendfile(Fd out, Fd in, long count) throws ErrnoException {
        requireCount(count);
        MemorySegment s = Scratch.take();
        try {
            return sent(Guarded.sendfile(s, out.guard, in.guard, 0, Math.min(count, MOST)), out, in, "NULL", count);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code sendfile(out, in, &offset, count)}: from an offset of the file, which stays where it is at, so that
     * several threads can send from it at once.
     *
     * @param out where to write: a socket, a file, or any other descriptor
     * @param in the file to read
     * @param offset where to begin, in bytes from the beginning of the file; the next call begins with the sum of this
     *        and what was returned
     * @param count how many bytes, at most
     * @return as {@link #sendfile(Fd, Fd, long)}; 0 also if the offset is at the end of the file or beyond
     * @throws ErrnoException as {@link #sendfile(Fd, Fd, long)}; and ESPIPE ({@code in} has no offsets)
     * @throws IllegalArgumentException if {@code offset} or {@code count} is negative
     * @throws IllegalStateException if one of the descriptors is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/sendfile.2.html">sendfile(2)</a>
     */
    public static long sendfile(Fd out, Fd in, long offset, long count) throws ErrnoException {
        requireOffset(offset);
        requireCount(count);
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_LONG, Scratch.WORD, offset);
            return sent(Guarded.sendfile(s, out.guard, in.guard, s.address() + Scratch.WORD,
                    Math.min(count, MOST)), out, in, "offset=" + offset, count);
        } finally {
            Scratch.give(s);
        }
    }

    private static long sent(long n, Fd out, Fd in, String offset, long count) throws ErrnoException {
        if (n >= 0 || n == Fd.WOULD_BLOCK) {
            return n;
        }
        throw failed(n, "sendfile", out, in, "in_fd=" + in.guard.number(), offset, "count=" + count);
    }

    /**
     * {@code splice(in, NULL, out, NULL, count, flags)}: from or into a pipe, which one of the two has to be. What is
     * not a pipe is read, or written, where it is at.
     *
     * @param in what to read
     * @param out where to write
     * @param count how many bytes, at most
     * @param flags {@link #SPLICE_F_NONBLOCK} and the like, or 0
     * @return the number of bytes; 0 at the end of what is read (a pipe that nobody has open for writing), or if
     *         {@code count} is; {@link Fd#WOULD_BLOCK} if none can be moved now and the call may not wait
     * @throws ErrnoException if the kernel refuses: EBADF (not open for reading, or for writing), EINVAL (neither is a
     *         pipe, both are the same one, one cannot be read or written in this way, or {@code out} is open with
     *         O_APPEND), EPIPE, ECONNRESET, ENOSPC, EIO …
     * @throws IllegalArgumentException if {@code count} is negative
     * @throws IllegalStateException if one of the descriptors is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/splice.2.html">splice(2)</a>
     */
    public static long splice(Fd in, Fd out, long count, int flags) throws ErrnoException {
        return splice(in, NONE, out, NONE, count, flags);
    }

    /**
     * {@code splice(in, &offset, out, NULL, count, flags)}: from an offset of a file into a pipe. The file stays where
     * it is at.
     *
     * @param in the file to read
     * @param offset where to begin, in bytes from the beginning of the file
     * @param out the pipe
     * @param count how many bytes, at most
     * @param flags {@link #SPLICE_F_NONBLOCK} and the like, or 0
     * @return as {@link #splice(Fd, Fd, long, int)}
     * @throws ErrnoException as {@link #splice(Fd, Fd, long, int)}; and ESPIPE ({@code in} is a pipe), EINVAL ({@code
     *         in} has no offsets)
     * @throws IllegalArgumentException if {@code offset} or {@code count} is negative
     * @throws IllegalStateException if one of the descriptors is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/splice.2.html">splice(2)</a>
     */
    public static long splice(Fd in, long offset, Fd out, long count, int flags) throws ErrnoException {
        requireOffset(offset);
        return splice(in, offset, out, NONE, count, flags);
    }

    /**
     * {@code splice(in, NULL, out, &offset, count, flags)}: from a pipe to an offset of a file. The file stays where it
     * is at.
     *
     * @param in the pipe
     * @param out the file to write
     * @param offset where to begin, in bytes from the beginning of the file
     * @param count how many bytes, at most
     * @param flags {@link #SPLICE_F_NONBLOCK} and the like, or 0
     * @return as {@link #splice(Fd, Fd, long, int)}
     * @throws ErrnoException as {@link #splice(Fd, Fd, long, int)}; and ESPIPE ({@code out} is a pipe), EINVAL ({@code
     *         out} has no offsets)
     * @throws IllegalArgumentException if {@code offset} or {@code count} is negative
     * @throws IllegalStateException if one of the descriptors is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/splice.2.html">splice(2)</a>
     */
    public static long splice(Fd in, Fd out, long offset, long count, int flags) throws ErrnoException {
        requireOffset(offset);
        return splice(in, NONE, out, offset, count, flags);
    }

    private static final long NONE = -1;

    private static long splice(Fd in, long from, Fd out, long to, long count, int flags) throws ErrnoException {
        requireCount(count);
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_LONG, Scratch.WORD, Math.max(from, to)); // at most one of them is there
            long offset = s.address() + Scratch.WORD;
            long n = Guarded.splice(
                    s, in.guard, from == NONE ? 0 : offset, out.guard, to == NONE ? 0 : offset,
                    Math.min(count, MOST), flags);
            if (n >= 0 || n == Fd.WOULD_BLOCK) {
                return n;
            }
            throw failed(n, "splice", in, out, from == NONE ? "NULL" : "offset=" + from,
                    "fd_out=" + out.guard.number(), to == NONE ? "NULL" : "offset=" + to, "len=" + count,
                    "flags=" + flags);
        } finally {
            Scratch.give(s);
        }
    }

    private static RuntimeException closed(Fd first, Fd second) {
        return (first.isOpen() ? second : first).guard.closed();
    }

    /** Which of the two was closed is told where a signal ended the call because of that. */
    private static ErrnoException failed(long n, String function, Fd first, Fd second, Object... arguments) {
        if (n == -EINTR && !(first.isOpen() && second.isOpen())) {
            throw closed(first, second);
        }
        return first.failed(n, function, arguments);
    }

    private static void requireCount(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("a negative number of bytes: " + count);
        }
    }

    private static void requireOffset(long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is not negative: " + offset);
        }
    }
}
