package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.iovec;
import dev.pollux.generated.mmsghdr;
import dev.pollux.generated.socket_h;
import dev.pollux.internal.ControlData;
import dev.pollux.internal.ControlPieces;
import dev.pollux.internal.Guard;
import dev.pollux.internal.Guarded;
import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An array of {@code struct mmsghdr}, for {@link SocketFd#sendmmsg} and {@link SocketFd#recvmmsg}, which move many
 * messages with one call. It is allocated once, and used again and again:
 * {@snippet class="dev.pollux.Snippets" region="recvmmsg"}
 *
 * <p>The memory belongs to the caller's arena, and is shared by all messages. One thread at a time may use the array or
 * one of its messages; a second one gets an {@code IllegalStateException}.
 *
 * <p>{@link #close} closes descriptors that were received and that nobody took. Without control messages there are
 * none.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvmmsg.2.html">recvmmsg(2)</a>
 */
public final class Messages extends NativeArray implements Closeable {
    /** {@code UIO_MAXIOV}: how many messages one call takes, and how many buffers a message has, at most. */
    public static final int UIO_MAXIOV = 1024;

    static final long STRIDE = mmsghdr.sizeof();
    private static final int CLOEXEC = socket_h.MSG_CMSG_CLOEXEC();

    private static final int WOULD_BLOCK = -errno_h.EAGAIN();

    private final Message[] all;
    private final int controlBytes;
    /** What the kernel writes control messages into, until all of them are taken from there. */
    private @Nullable MemorySegment piece;
    private int size;
    private boolean closed;

    private Messages(Arena arena, int count, int buffers, int controlBytes) {
        super(arena, count * (STRIDE + buffers * iovec.sizeof() + controlBytes));
        this.controlBytes = controlBytes;
        segment.fill((byte) 0);
        all = new Message[count];
        long vector = count * STRIDE;
        long control = vector + count * buffers * iovec.sizeof();
        for (int i = 0; i < count; i++) {
            all[i] = new Message(this, i * STRIDE, vector + i * buffers * iovec.sizeof(), buffers,
                    new ControlMessages(this, control + (long) i * controlBytes, controlBytes),
                    (long) i * controlBytes);
        }
    }

    /**
     * Allocates an array of messages without data, addresses and control messages.
     *
     * @param arena owns the memory; the messages can be used until the arena is closed
     * @param count how many messages, from 1 to {@link #UIO_MAXIOV}
     * @param buffers how many buffers each has at most, from 1 to {@link #UIO_MAXIOV}
     * @param controlBytes how much room each has for control messages: 0 for none, else what {@link Cmsg#space} says
     * @return the array
     * @throws IllegalArgumentException if one of the numbers is too small or too large
     */
    public static Messages allocate(Arena arena, int count, int buffers, int controlBytes) {
        requireCapacity(count, UIO_MAXIOV);
        requireCapacity(buffers, UIO_MAXIOV);
        if (controlBytes < 0 || controlBytes > ControlMessages.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "control messages take from 0 to " + ControlMessages.MAX_BYTES + " bytes, and not " + controlBytes);
        }
        return new Messages(arena, count, buffers, ControlData.align(controlBytes));
    }

    /**
     * How many messages there are.
     *
     * @return the count given when allocated
     */
    public int capacity() {
        return all.length;
    }

    /**
     * How many messages the last call received.
     *
     * @return that count; 0 before the first {@link SocketFd#recvmmsg}, and after one that failed
     */
    public int size() {
        return size;
    }

    /**
     * One of the messages.
     *
     * @param index from 0 to below {@link #capacity}
     * @return always the same object for the same index
     * @throws IndexOutOfBoundsException if there is no such message
     */
    public Message get(int index) {
        return all[Objects.checkIndex(index, all.length)];
    }

    /**
     * Closes the descriptors that came with any of the messages and that nobody took. Nothing can be sent or received
     * with them after that; their memory is the arena's. Further calls do nothing.
     *
     * @throws IllegalStateException if another thread is using one of the messages
     */
    @Override
    public void close() {
        begin();
        try {
            closed = true;
            abandonPiece();
            for (Message message : all) {
                message.control().closeNumbers();
            }
        } finally {
            end();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException((all.length == 1 ? "Message" : "Messages") + " is closed");
        }
    }

    // the calls: results as Libc's

    /** {@code sendmsg}. */
    long send(SocketFd socket, Message message, int flags) throws ErrnoException {
        begin();
        try {
            requireOpen();
            message.beginSend(socket);
            try {
                long n = Guarded.sendmsg(socket.guard, message.header, flags);
                message.length(Math.max(0, n));
                return n;
            } finally {
                message.control().leaveRights();
            }
        } finally {
            end();
        }
    }

    /** {@code sendmmsg}. */
    int send(SocketFd socket, int from, int count, int flags) throws ErrnoException {
        Objects.checkFromIndexSize(from, count, all.length);
        begin();
        try {
            requireOpen();
            int begun = from;
            try {
                for (; begun < from + count; begun++) {
                    all[begun].beginSend(socket);
                }
                return count == 0 ? 0 : Guarded.sendmmsg(socket.guard, all[from].header, count, flags);
            } finally {
                while (begun > from) {
                    all[--begun].control().leaveRights();
                }
            }
        } finally {
            end();
        }
    }

    /** What a call has done with a message. */
    enum Outcome { RECEIVED, NOTHING, UNKNOWN }

    /** {@code recvmsg}. */
    long receive(Guard guard, Message message, int flags) {
        begin();
        try {
            requireOpen();
            abandonPiece();
            message.beginReceive();
            Outcome outcome = Outcome.UNKNOWN;
            try {
                takePiece();
                message.room(piece);
                long n = Guarded.recvmsg(guard, message.header, flags | CLOEXEC);
                outcome = n >= 0 ? Outcome.RECEIVED : n == WOULD_BLOCK ? Outcome.NOTHING : Outcome.UNKNOWN;
                message.length(Math.max(0, n));
                return n;
            } finally {
                message.endReceive(outcome, piece);
                givePiece();
            }
        } finally {
            end();
        }
    }

    /** {@code recvmmsg}. */
    int receive(Guard guard, int flags) {
        begin();
        try {
            requireOpen();
            abandonPiece();
            size = 0;
            int begun = 0;
            int received = 0;
            int touched = all.length;
            try {
                takePiece();
                for (; begun < all.length; begun++) {
                    all[begun].room(piece);
                    all[begun].beginReceive();
                }
                int n = Guarded.recvmmsg(guard, segment, all.length, flags | CLOEXEC, 0);
                received = Math.max(0, n);
                size = received;
                touched = n == WOULD_BLOCK ? 0 : received + 1;
                return n;
            } finally {
                endReceive(begun, received, touched);
            }
        } finally {
            end();
        }
    }

    /**
     * Goes over all of them, whatever one of them throws: each may have an address in use.
     *
     * @param touched with how many the call may have done something: with all, if that is not known
     */
    private void endReceive(int begun, int received, int touched) {
        RuntimeException thrown = null;
        for (int i = 0; i < begun; i++) {
            try {
                all[i].endReceive(i < received ? Outcome.RECEIVED : i < touched ? Outcome.UNKNOWN : Outcome.NOTHING,
                        piece);
            } catch (RuntimeException e) {
                thrown = e;
            }
        }
        if (thrown != null) {
            throw thrown;
        }
        givePiece();
    }

    private void takePiece() {
        if (controlBytes > 0) {
            piece = ControlPieces.take(all.length * controlBytes);
        }
    }

    /** Not called when something was thrown since: it is not all zeros then. */
    private void givePiece() {
        MemorySegment given = piece;
        if (given != null) {
            piece = null;
            ControlPieces.give(given);
        }
    }

    /** What was left by an exception, in the middle of taking what the kernel has written: for want of stack, say. */
    private void abandonPiece() {
        MemorySegment left = piece;
        if (left != null) {
            for (Message message : all) {
                message.abandon(left);
            }
            givePiece();
        }
    }
}
