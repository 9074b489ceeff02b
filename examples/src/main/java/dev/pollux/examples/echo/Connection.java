package dev.pollux.examples.echo;

import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.examples.shared.PendingBytes;
import java.lang.foreign.MemorySegment;

/** A client of the echo server. It knows what it wants to do next; the loops find out when that is possible. */
final class Connection {
    private static final int READ_SIZE = 64 * 1024;

    final SocketFd socket;

    /** The descriptor's number in the lower half; the upper half tells it from later connections of the same number. */
    final long id;

    /** poll: its entry in the array. */
    int slot;
    /** epoll: what it is being watched for. */
    int interest;
    /** epoll, edge-triggered: reported, and no EAGAIN since. */
    boolean readable;
    boolean writable;
    /** epoll, edge-triggered: waiting for its turn. */
    boolean queued;

    /** What the client has sent and does not read back yet. */
    private final PendingBytes pending = new PendingBytes();
    private final long limit;
    private final boolean once;
    private boolean ended;
    private boolean answered;

    /**
     * @param limit how many bytes to keep for a client that does not read
     * @param once whether to answer one request only
     */
    Connection(SocketFd socket, long id, long limit, boolean once) {
        this.socket = socket;
        this.id = id;
        this.limit = limit;
        this.once = once;
    }

    /** How much to read at a time. */
    static int readSize(int limit) {
        return Math.min(limit, READ_SIZE);
    }

    boolean wantsToRead() {
        return !ended && pending.size() < limit;
    }

    boolean wantsToWrite() {
        return !pending.isEmpty();
    }

    /** The client has sent all it will send, and got it back. */
    boolean isFinished() {
        return ended && pending.isEmpty();
    }

    boolean hasAnswered() {
        return answered;
    }

    /**
     * One read, whose bytes are written back at once as far as they fit, which is nearly always: to wait for
     * writability first would cost a turn of the loop. To be called only if {@link #wantsToRead}.
     *
     * @param scratch where to read to: nothing stays in it
     * @return whether there may be more to read; false at EAGAIN and at the end
     * @throws ErrnoException the connection is broken, or reset by the client
     */
    boolean read(MemorySegment scratch) throws ErrnoException {
        MemorySegment buffer = scratch.asSlice(0, Math.min(scratch.byteSize(), limit - pending.size()));
        long n = socket.read(buffer);
        if (n == Fd.WOULD_BLOCK) {
            return false;
        }
        if (n == 0) {
            ended = true; // perhaps of one direction only: what is pending is still written
            return false;
        }
        long written = 0;
        if (pending.isEmpty()) {
            written = Math.max(0, socket.write(buffer.asSlice(0, n)));
        }
        pending.append(buffer.asSlice(written, n - written));
        answered = true;
        ended = once;
        return true;
    }

    /**
     * One write of what is pending. To be called only if {@link #wantsToWrite}.
     *
     * @return whether more may fit; false at EAGAIN
     * @throws ErrnoException the connection is broken, or reset by the client
     */
    boolean write() throws ErrnoException {
        long n = socket.write(pending.bytes());
        if (n == Fd.WOULD_BLOCK) {
            return false;
        }
        pending.remove(n);
        return true;
    }

    void free() {
        pending.free();
    }
}
