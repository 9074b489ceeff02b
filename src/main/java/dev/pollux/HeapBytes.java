package dev.pollux;

import dev.pollux.generated.socket_h;
import dev.pollux.internal.Buffers;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * The calls that move bytes, for memory of the Java heap. The bytes pass through a piece of native memory: the kernel
 * may block, and then the collector must be free to move the array. A call moves as much as a piece has, at most; but
 * a datagram, which must not be cut, moves through memory of its own where it is larger.
 */
final class HeapBytes {
    /** Instead of flags: {@code read} and {@code write}, not {@code recv} and {@code send}. */
    static final long NONE = Long.MIN_VALUE;

    private HeapBytes() { }

    static int read(Fd fd, byte[] to, int offset, int length, long flags) throws ErrnoException {
        Objects.checkFromIndexSize(offset, length, to.length);
        if (length > Buffers.BYTES && isOfMessages(fd) && !isOfUdp(fd)) {
            return readByOwn(fd, to, offset, length, flags);
        }
        int count = Math.min(length, Buffers.BYTES);
        int piece = Buffers.take();
        if (piece < 0) {
            return readByOwn(fd, to, offset, count, flags);
        }
        try {
            return read(fd, Buffers.memory(piece), to, offset, count, flags);
        } finally {
            try {
                Buffers.give(piece);
            } catch (VirtualMachineError e) { // no stack, which is no reason to lose the result
                Buffers.LEFT[piece].left = true;
            }
        }
    }

    private static int readByOwn(Fd fd, byte[] to, int offset, int count, long flags) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            return read(fd, arena.allocate(count), to, offset, count, flags);
        }
    }

    private static int read(Fd fd, MemorySegment memory, byte[] to, int offset, int count, long flags)
            throws ErrnoException {
        if (flags != NONE && (flags & SocketFd.MSG_TRUNC) != 0) {
            // of TCP, this throws bytes away, and writes none
            MemorySegment.copy(to, offset, memory, ValueLayout.JAVA_BYTE, 0, count);
        }
        long n = flags == NONE ? Guarded.read(fd.guard, memory, count)
                : Guarded.recv(fd.guard, memory, count, (int) flags);
        if (n > 0) {
            // by MSG_TRUNC it is the length of the datagram, not what there is of it
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, to, offset, (int) Math.min(n, count));
        } else if (n < 0 && n != Fd.WOULD_BLOCK) {
            throw fd.failed(n, flags == NONE ? "read" : "recv", "count=" + count);
        }
        return (int) n;
    }

    static int write(Fd fd, byte[] from, int offset, int length, long flags) throws ErrnoException {
        Objects.checkFromIndexSize(offset, length, from.length);
        if (length > Buffers.BYTES && isOfMessages(fd)) {
            return writeByOwn(fd, from, offset, length, flags);
        }
        int count = Math.min(length, Buffers.BYTES);
        int piece = Buffers.take();
        if (piece < 0) {
            return writeByOwn(fd, from, offset, count, flags);
        }
        try {
            return write(fd, Buffers.memory(piece), from, offset, count, flags);
        } finally {
            try {
                Buffers.give(piece);
            } catch (VirtualMachineError e) { // no stack, which is no reason to lose the result
                Buffers.LEFT[piece].left = true;
            }
        }
    }

    private static int writeByOwn(Fd fd, byte[] from, int offset, int count, long flags) throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            return write(fd, arena.allocate(count), from, offset, count, flags);
        }
    }

    private static int write(Fd fd, MemorySegment memory, byte[] from, int offset, int count, long flags)
            throws ErrnoException {
        MemorySegment.copy(from, offset, memory, ValueLayout.JAVA_BYTE, 0, count);
        long n = flags == NONE ? Guarded.write(fd.guard, memory, count)
                : Guarded.send(fd.guard, memory, count, (int) flags);
        if (n < 0 && n != Fd.WOULD_BLOCK) {
            throw fd.failed(n, flags == NONE ? "write" : "send", "count=" + count);
        }
        return (int) n;
    }

    static int read(Fd fd, ByteBuffer to, long flags) throws ErrnoException {
        if (to.isReadOnly()) {
            throw new IllegalArgumentException("the kernel would write into a read-only buffer");
        }
        int position = to.position();
        int remaining = to.remaining();
        int n;
        if (to.isDirect()) {
            MemorySegment memory = MemorySegment.ofBuffer(to);
            n = (int) (flags == NONE ? fd.read(memory) : ((SocketFd) fd).recv(memory, (int) flags));
        } else {
            n = read(fd, to.array(), to.arrayOffset() + position, remaining, flags);
        }
        if (n > 0) {
            to.position(position + Math.min(n, remaining));
        }
        return n;
    }

    static int write(Fd fd, ByteBuffer from, long flags) throws ErrnoException {
        int position = from.position();
        int remaining = from.remaining();
        int n;
        if (from.isDirect()) {
            MemorySegment memory = MemorySegment.ofBuffer(from);
            n = (int) (flags == NONE ? fd.write(memory) : ((SocketFd) fd).send(memory, (int) flags));
        } else if (from.hasArray()) {
            n = write(fd, from.array(), from.arrayOffset() + position, remaining, flags);
        } else { // read-only, and keeps its array to itself
            byte[] copy = new byte[remaining > Buffers.BYTES && !isOfMessages(fd) ? Buffers.BYTES : remaining];
            from.get(position, copy);
            n = write(fd, copy, 0, copy.length, flags);
        }
        if (n > 0) {
            from.position(position + n);
        }
        return n;
    }

    /** Whether a call moves one message, whole or cut: a socket, but no stream. */
    private static boolean isOfMessages(Fd fd) {
        int type = option(fd, socket_h.SO_TYPE());
        return type >= 0 && type != SocketFd.SOCK_STREAM;
    }

    /**
     * Whether no datagram that comes is longer than a piece: UDP has no room for that. A raw socket of IP is given
     * segments of TCP as they were joined, which may be longer.
     */
    private static boolean isOfUdp(Fd fd) {
        int domain = option(fd, socket_h.SO_DOMAIN());
        return (domain == SocketFd.AF_INET || domain == SocketFd.AF_INET6)
                && option(fd, socket_h.SO_TYPE()) == SocketFd.SOCK_DGRAM;
    }

    /** The value, or -1 if there is none: of what is no socket. */
    private static int option(Fd fd, int name) {
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, Integer.BYTES);
            int result = Guarded.getsockopt(s, fd.guard, SocketFd.SOL_SOCKET, name,
                    s.address() + Scratch.ADDRESS, s.address() + Scratch.WORD);
            return result == 0 ? s.get(ValueLayout.JAVA_INT, Scratch.ADDRESS) : -1;
        } finally {
            Scratch.give(s);
        }
    }
}
