package dev.pollux;

import dev.pollux.internal.Deadline;
import dev.pollux.internal.FileType;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.Objects;

/**
 * Whole amounts of bytes, and {@link java.io} streams, over a descriptor: {@code read} and {@code write} until all is
 * done, and {@code poll} in between.
 *
 * <p>All of it works on blocking and on non-blocking descriptors, whose flags stay as they are, and on platform and
 * virtual threads. All waiting is by {@link Fd#await(int)}: a virtual thread waits without its carrier. No call is to
 * block beyond a deadline, or to hold a carrier. So sockets ({@link SocketFd}) are read and written with {@code
 * MSG_DONTWAIT}. Other blocking descriptors are waited for before each read and each write, and a write passes 4096
 * bytes at once (to a regular file, all): a pipe that can be written to has room for these.
 *
 * <p>On a blocking descriptor that is no socket, a read may block all the same if others read the same bytes first, and
 * a write to anything but a pipe if its driver has less room. Make such a descriptor non-blocking, if it is yours
 * ({@link Fcntl#setNonBlocking}).
 *
 * <p>A request with an answer, and half a second for each:
 * {@snippet class="dev.pollux.Snippets" region="request"}
 *
 * <p>There is no way from a {@link Process}'s stream to an {@link Fd}: see {@link Pipe}.
 *
 * <p>All methods may be called by any thread. Two that write at the same time may mix their bytes.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code ChildOutput},
 * {@code SerialLine}, {@code SlowClient},
 * {@code VirtualEcho}.
 */
public final class FdStreams {
    /** What a pipe takes without blocking when {@code poll} has said POLLOUT: a page, and PIPE_BUF. */
    private static final int WITHOUT_BLOCKING = 4096;
    /** At once, of memory that a buffer cannot name whole. */
    private static final long LARGEST_BUFFER = 1 << 30;

    private FdStreams() { }

    /**
     * {@code read}, and {@code poll} where there is nothing yet, until the segment is full. Bytes already available are
     * read regardless of the timeout, which limits only the waiting.
     *
     * @param fd where to read
     * @param buffer writable memory, native or on the heap
     * @param timeout how long to wait for all of it; zero does not wait, more than 292 years are cut to that
     * @throws TimedOutException if the time is up; it says how many bytes have been read
     * @throws EOFException at the end of the file, before the segment is full
     * @throws AsynchronousCloseException if the descriptor is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted while it has to
     *         wait; {@code bytesTransferred} says how many bytes have been read
     * @throws ErrnoException as {@link Fd#read(MemorySegment)} and {@link Fd#await(int)}
     * @throws IllegalArgumentException if the buffer is read-only, or the timeout negative
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public static void readFully(Fd fd, MemorySegment buffer, Duration timeout) throws IOException {
        new Transfer(fd, true, timeout, buffer.byteSize()).run(buffer);
    }

    /**
     * As {@link #readFully(Fd, MemorySegment, Duration)}, into a part of an array.
     *
     * @param fd where to read
     * @param buffer where to put the bytes
     * @param offset where in it
     * @param length how many
     * @param timeout how long to wait for all of them; zero does not wait
     * @throws IOException as {@link #readFully(Fd, MemorySegment, Duration)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the descriptor is closed already
     * @throws IndexOutOfBoundsException if the array has no such part
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public static void readFully(Fd fd, byte[] buffer, int offset, int length, Duration timeout) throws IOException {
        new Transfer(fd, true, timeout, length).run(part(buffer, offset, length));
    }

    /**
     * As {@link #readFully(Fd, MemorySegment, Duration)}, until the buffer is full. However it ends, the position tells
     * how much has been read.
     *
     * @param fd where to read
     * @param buffer where to put the bytes; its position moves
     * @param timeout how long to wait for all of them; zero does not wait
     * @throws IOException as {@link #readFully(Fd, MemorySegment, Duration)}
     * @throws IllegalArgumentException if the buffer is read-only, or the timeout negative
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public static void readFully(Fd fd, ByteBuffer buffer, Duration timeout) throws IOException {
        new Transfer(fd, true, timeout, buffer.remaining()).run(buffer);
    }

    /**
     * {@code write}, and {@code poll} where there is no room, until the segment is written. What there is room for is
     * written regardless of the timeout, which limits only the waiting.
     *
     * @param fd where to write
     * @param buffer memory, native or on the heap
     * @param timeout how long to wait for room for all of it; zero does not wait, more than 292 years are cut to that
     * @throws TimedOutException if the time is up; it says how many bytes have been written
     * @throws AsynchronousCloseException if the descriptor is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted while it has to
     *         wait; {@code bytesTransferred} says how many bytes have been written
     * @throws ErrnoException as {@link Fd#write(MemorySegment)} and {@link Fd#await(int)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public static void writeFully(Fd fd, MemorySegment buffer, Duration timeout) throws IOException {
        new Transfer(fd, false, timeout, buffer.byteSize()).run(buffer);
    }

    /**
     * As {@link #writeFully(Fd, MemorySegment, Duration)}, of a part of an array.
     *
     * @param fd where to write
     * @param buffer where the bytes are
     * @param offset where in it
     * @param length how many
     * @param timeout how long to wait for room for all of them; zero does not wait
     * @throws IOException as {@link #writeFully(Fd, MemorySegment, Duration)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the descriptor is closed already
     * @throws IndexOutOfBoundsException if the array has no such part
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public static void writeFully(Fd fd, byte[] buffer, int offset, int length, Duration timeout) throws IOException {
        new Transfer(fd, false, timeout, length).run(part(buffer, offset, length));
    }

    /**
     * As {@link #writeFully(Fd, MemorySegment, Duration)}, of all that remains in the buffer. However it ends, the
     * position tells how much has been written.
     *
     * @param fd where to write
     * @param buffer where the bytes are; its position moves
     * @param timeout how long to wait for room for all of them; zero does not wait
     * @throws IOException as {@link #writeFully(Fd, MemorySegment, Duration)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public static void writeFully(Fd fd, ByteBuffer buffer, Duration timeout) throws IOException {
        new Transfer(fd, false, timeout, buffer.remaining()).run(buffer);
    }

    /**
     * {@code read} as a stream. It buffers nothing, so that what it has not returned is still there for others; {@code
     * available} is {@link Ioctl#available}, or 0 where the descriptor does not tell.
     *
     * <p>A read waits until there is something, on non-blocking descriptors too. It behaves as one of a socket does:
     * an interrupt of a virtual thread that has to wait closes the stream, the read ends with an {@link
     * InterruptedIOException}, and the interrupt status stays set; a close by another thread ends the read of a virtual
     * thread with an {@link AsynchronousCloseException}. A platform thread is not interrupted, and notices a close when
     * the kernel's call returns. Once closed, reads fail with an {@link IOException}.
     *
     * @param fd where to read; closed with the stream: an owner closes its number, a borrower only becomes unusable
     * @return a stream
     * @throws ErrnoException if the descriptor is not open (EBADF)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/read.2.html">read(2)</a>
     */
    public static InputStream inputStream(Fd fd) throws ErrnoException {
        return new Input(fd, new Mover(fd));
    }

    /**
     * {@code write} as a stream. It buffers nothing: {@code flush} does nothing, and many small writes are better made
     * through a {@link java.io.BufferedOutputStream}.
     *
     * <p>A write waits until all is written, on non-blocking descriptors too. An interrupt and a close are what they
     * are for {@link #inputStream}; how much had been written then is in {@code bytesTransferred} of the {@link
     * InterruptedIOException}.
     *
     * @param fd where to write; closed with the stream: an owner closes its number, a borrower only becomes unusable
     * @return a stream
     * @throws ErrnoException if the descriptor is not open (EBADF)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/write.2.html">write(2)</a>
     */
    public static OutputStream outputStream(Fd fd) throws ErrnoException {
        return new Output(fd, new Mover(fd));
    }

    /** As ByteBuffer.wrap, but with a message. */
    private static ByteBuffer part(byte[] buffer, int offset, int length) {
        return ByteBuffer.wrap(buffer, Objects.checkFromIndexSize(offset, length, buffer.length), length);
    }

    /** How bytes are moved without blocking where nobody may block. */
    private static final class Mover {
        private final Fd fd;
        private final boolean socket;
        /** Blocking, and nothing but a wait before each call keeps the call from that. */
        private final boolean blocking;
        private final boolean regular;

        Mover(Fd fd) throws ErrnoException {
            this.fd = fd;
            socket = fd instanceof SocketFd;
            blocking = !Fcntl.isNonBlocking(fd) && !socket;
            regular = blocking && isRegular(fd);
        }

        private static boolean isRegular(Fd fd) {
            int number = fd.guard.enter();
            try {
                return FileType.of(number) == FileType.REGULAR;
            } finally {
                fd.guard.leave();
            }
        }

        /** Moves some bytes, at least one; 0 at the end of what is read; {@link Fd#WOULD_BLOCK} when the time is up. */
        int some(ByteBuffer buffer, boolean reading, long start, long nanos) throws IOException {
            boolean mayNotBlock = nanos != Deadline.NEVER || Thread.currentThread().isVirtual();
            boolean waitFirst = blocking && !regular && mayNotBlock;
            for (;;) {
                if (waitFirst && !await(reading, start, nanos)) {
                    return Fd.WOULD_BLOCK;
                }
                int n = reading ? read(buffer) : write(buffer, waitFirst && blocking);
                if (n != Fd.WOULD_BLOCK) {
                    return n;
                }
                waitFirst = true;
            }
        }

        private boolean await(boolean reading, long start, long nanos) throws IOException {
            int events = reading ? Poll.POLLIN : Poll.POLLOUT;
            return nanos == Deadline.NEVER ? fd.await(events) != 0
                    : fd.awaitNanos(events, Deadline.left(start, nanos)) != 0;
        }

        private int read(ByteBuffer buffer) throws ErrnoException {
            return HeapBytes.read(fd, buffer, socket ? SocketFd.MSG_DONTWAIT : HeapBytes.NONE);
        }

        private int write(ByteBuffer buffer, boolean little) throws ErrnoException {
            if (!little || buffer.remaining() <= WITHOUT_BLOCKING) {
                return HeapBytes.write(fd, buffer, socket ? SocketFd.MSG_DONTWAIT : HeapBytes.NONE);
            }
            int limit = buffer.limit();
            try {
                return HeapBytes.write(fd, buffer.limit(buffer.position() + WITHOUT_BLOCKING), HeapBytes.NONE);
            } finally {
                buffer.limit(limit);
            }
        }
    }

    /** One call of readFully or writeFully. */
    private static final class Transfer {
        private final Fd fd;
        private final Mover mover;
        private final boolean reading;
        private final long nanos;
        private final long start;
        private final long wanted;
        private long moved;

        Transfer(Fd fd, boolean reading, Duration timeout, long wanted) throws ErrnoException {
            nanos = Deadline.nanos(timeout);
            this.fd = fd;
            this.reading = reading;
            this.wanted = wanted;
            mover = new Mover(fd);
            start = Deadline.start(nanos);
        }

        void run(MemorySegment all) throws IOException {
            for (long from = 0; from < wanted; from += LARGEST_BUFFER) {
                run(buffer(all.asSlice(from, Math.min(LARGEST_BUFFER, wanted - from))));
            }
        }

        private static ByteBuffer buffer(MemorySegment part) {
            try {
                return part.asByteBuffer();
            } catch (UnsupportedOperationException e) {
                throw new IllegalArgumentException("memory on the heap has to be an array of bytes", e);
            }
        }

        void run(ByteBuffer buffer) throws IOException {
            while (buffer.hasRemaining()) {
                int n;
                try {
                    n = mover.some(buffer, reading, start, nanos);
                } catch (InterruptedIOException e) {
                    e.bytesTransferred = (int) Math.min(Integer.MAX_VALUE, moved);
                    throw e;
                }
                if (n == Fd.WOULD_BLOCK) {
                    throw new TimedOutException(reading ? "read" : "write", fd, moved, wanted);
                }
                if (n == 0 && reading) {
                    throw new EOFException("read(" + fd + "): end of file after " + moved + " of " + wanted + " bytes");
                }
                moved += n;
            }
        }
    }

    /** The stream's contract knows no unchecked exception of what is closed. */
    private static IOException closed(Fd fd, IllegalStateException e) {
        if (fd.isOpen()) {
            throw e;
        }
        return new IOException(fd + ": the stream is closed", e);
    }

    /** As a socket's, an interrupt leaves nothing half done for others to go on with. */
    private static InterruptedIOException closing(Fd fd, InterruptedIOException interrupt, int moved) {
        interrupt.bytesTransferred = moved;
        try {
            fd.close();
        } catch (IOException e) {
            interrupt.addSuppressed(e);
        }
        return interrupt;
    }

    private static final class Input extends InputStream {
        private final Fd fd;
        private final Mover mover;

        Input(Fd fd, Mover mover) {
            this.fd = fd;
            this.mover = mover;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, buffer.length);
            if (length == 0) {
                return 0;
            }
            try {
                int n = mover.some(ByteBuffer.wrap(buffer, offset, length), true, 0, Deadline.NEVER);
                return n == 0 ? -1 : n;
            } catch (InterruptedIOException e) {
                throw closing(fd, e, 0);
            } catch (IllegalStateException e) {
                throw closed(fd, e);
            }
        }

        @Override
        public int available() throws IOException {
            try {
                return Math.max(0, Ioctl.available(fd));
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ENOTTY && e.errno() != Errno.EINVAL) {
                    throw e;
                }
                return 0;
            } catch (IllegalStateException e) {
                throw closed(fd, e);
            }
        }

        @Override
        public void close() throws IOException {
            fd.close();
        }
    }

    private static final class Output extends OutputStream {
        private final Fd fd;
        private final Mover mover;

        Output(Fd fd, Mover mover) {
            this.fd = fd;
            this.mover = mover;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
            try {
                while (bytes.hasRemaining()) {
                    mover.some(bytes, false, 0, Deadline.NEVER);
                }
            } catch (InterruptedIOException e) {
                throw closing(fd, e, bytes.position() - offset);
            } catch (IllegalStateException e) {
                throw closed(fd, e);
            }
        }

        @Override
        public void close() throws IOException {
            fd.close();
        }
    }
}
