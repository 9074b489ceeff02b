package dev.pollux;

import dev.pollux.generated.mmsghdr;
import dev.pollux.generated.msghdr;
import dev.pollux.generated.socket_h;
import dev.pollux.internal.Names;
import java.io.Closeable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct msghdr}, for {@link SocketFd#sendmsg} and {@link SocketFd#recvmsg}: data in several buffers, the
 * address of a sender or receiver, and {@link ControlMessages}. It is allocated once, and used again and again; a call
 * allocates nothing. For many messages with one call there is {@link Messages}.
 * {@snippet class="dev.pollux.Snippets" region="message"}
 *
 * <p><b>Memory.</b> The message, its buffers and its address belong to the caller's arena, which has to be the same for
 * all of them; buffers may be in {@link Arena#global} as well. A call keeps that arena from being closed until it
 * returns; of anything else that a struct points to, the JVM knows nothing.
 *
 * <p><b>Threads.</b> One thread at a time may use the message; a second one gets an {@code IllegalStateException}.
 *
 * <p><b>{@link #close}</b> closes descriptors that were received and that nobody took: see {@link ControlMessages}. A
 * message without room for control messages has none, and need not be closed.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code AskedAddress},
 * {@code HandOverSocket}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvmsg.2.html">recvmsg(2)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public final class Message implements Closeable {
    private static final long NAME = msghdr.msg_name$offset();
    private static final long NAME_LENGTH = msghdr.msg_namelen$offset();
    private static final long VECTOR = msghdr.msg_iov$offset();
    private static final long VECTOR_LENGTH = msghdr.msg_iovlen$offset();
    private static final long CONTROL = msghdr.msg_control$offset();
    private static final long CONTROL_LENGTH = msghdr.msg_controllen$offset();
    private static final long FLAGS = msghdr.msg_flags$offset();
    private static final long LENGTH = mmsghdr.msg_len$offset();

    /** A {@code struct mmsghdr}, of which the first part is the {@code msghdr}. */
    final MemorySegment header;

    private final Messages memory;
    private final IoVecArray buffers;
    private final ControlMessages control;
    /** Where its part of what the kernel writes control messages into begins. */
    private final long part;

    private @Nullable SockaddrStorage address;

    Message(Messages memory, long header, long vector, int capacity, ControlMessages control,
            long part) {
        this.memory = memory;
        this.header = memory.segment.asSlice(header);
        buffers = new IoVecArray(memory.segment, vector, capacity);
        this.control = control;
        this.part = part;
        this.header.set(ValueLayout.JAVA_LONG, VECTOR, memory.segment.address() + vector);
    }

    /**
     * Allocates a message of one buffer, without control messages.
     *
     * @param arena owns the memory; the message can be used until the arena is closed
     * @return a message without data
     */
    public static Message allocate(Arena arena) {
        return allocate(arena, 1, 0);
    }

    /**
     * Allocates a message.
     *
     * @param arena owns the memory; the message can be used until the arena is closed
     * @param buffers how many buffers it has at most, from 1 to {@link Messages#UIO_MAXIOV}
     * @param controlBytes how much room it has for control messages: 0 for none, else what {@link Cmsg#space} says
     * @return a message without data
     * @throws IllegalArgumentException if one of the numbers is too small or too large
     */
    public static Message allocate(Arena arena, int buffers, int controlBytes) {
        return Messages.allocate(arena, 1, buffers, controlBytes).get(0);
    }

    /**
     * {@code msg_iov}: sends from, or receives into, a single buffer, in place of all that were set before.
     *
     * @param buffer native memory, of the same arena as this message, or of the global one
     * @throws IllegalArgumentException if it is on the heap, or of another arena
     * @throws IllegalStateException if another thread is using the message
     */
    public void buffer(MemorySegment buffer) {
        memory.begin();
        try {
            buffers.set(buffer);
            header.set(ValueLayout.JAVA_LONG, VECTOR_LENGTH, buffers.count());
        } finally {
            memory.end();
        }
    }

    /**
     * {@code msg_iov}: sends from, or receives into, several buffers, one after the other, in place of all that were
     * set before.
     *
     * @param buffers native memory, of the same arena as this message, or of the global one; none for no data
     * @throws IllegalArgumentException if one is on the heap, or of another arena, or there are more than this message
     *         was allocated for
     * @throws IllegalStateException if another thread is using the message
     */
    public void buffers(MemorySegment... buffers) {
        MemorySegment[] all = buffers.clone();
        memory.begin();
        try {
            this.buffers.set(all);
            header.set(ValueLayout.JAVA_LONG, VECTOR_LENGTH, this.buffers.count());
        } finally {
            memory.end();
        }
    }

    /**
     * {@code msg_name}: the address to send to, and into which a receive writes that of the sender.
     *
     * @param address of the same arena as this message, or of the global one; it may hold no address, when a message
     *        goes to the peer of a connection. {@code null}, as at first, for none
     * @throws IllegalArgumentException if it is of another arena
     * @throws IllegalStateException if another thread is using the message
     */
    public void address(@Nullable SockaddrStorage address) {
        memory.begin();
        try {
            if (address != null) {
                IoVecArray.requireOurs(address.segment, header, "the address");
            }
            this.address = address;
            header.set(ValueLayout.JAVA_LONG, NAME, 0);
            header.set(ValueLayout.JAVA_INT, NAME_LENGTH, 0);
        } finally {
            memory.end();
        }
    }

    /**
     * The address that was set.
     *
     * @return the same object, with the sender after a receive; {@code null} if none was set
     */
    public @Nullable SockaddrStorage address() {
        return address;
    }

    /**
     * {@code msg_control}: what is sent beside the data, or came beside it.
     *
     * @return always the same object
     */
    public ControlMessages control() {
        return control;
    }

    /**
     * {@code msg_flags}: what the last receive says of this message. {@link SocketFd#MSG_TRUNC}: the data was longer
     * than the buffers, and is cut. {@link SocketFd#MSG_CTRUNC}: control messages were cut or lost, descriptors among
     * them. {@link SocketFd#MSG_EOR}: the end of a record. {@link SocketFd#MSG_OOB}, {@link SocketFd#MSG_ERRQUEUE}:
     * what was asked for.
     *
     * @return a mask of bits; 0 before a receive, after one that failed, and after a send
     */
    public int flags() {
        return header.get(ValueLayout.JAVA_INT, FLAGS);
    }

    /**
     * {@code msg_len}: how many bytes of data the last call moved.
     *
     * @return the number of bytes; more than there is room for, where {@link SocketFd#MSG_TRUNC} was asked for
     */
    public long length() {
        return Integer.toUnsignedLong(header.get(ValueLayout.JAVA_INT, LENGTH));
    }

    /**
     * Closes the descriptors that were received and that nobody took. Nothing can be sent or received with this message
     * after that; its memory is the arena's. Further calls do nothing. One of {@link Messages} closes them all.
     *
     * @throws IllegalStateException if another thread is using the message
     */
    @Override
    public void close() {
        memory.close();
    }

    // of the calls

    Messages memory() {
        return memory;
    }

    void length(long bytes) {
        header.set(ValueLayout.JAVA_INT, LENGTH, (int) bytes);
    }

    /** Begins a send; unless this throws, it is followed by a {@link ControlMessages#leaveRights}. */
    void beginSend(SocketFd socket) throws ErrnoException {
        if (control.hasRights()) {
            requireByte(socket);
        }
        SockaddrStorage to = address;
        if (to != null) {
            int bytes = to.length();
            header.set(ValueLayout.JAVA_LONG, NAME, bytes == 0 ? 0 : to.segment.address());
            header.set(ValueLayout.JAVA_INT, NAME_LENGTH, bytes);
        }
        int controlBytes = control.toSend();
        header.set(ValueLayout.JAVA_LONG, CONTROL, controlBytes == 0 ? 0 : control.address());
        header.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, controlBytes);
        header.set(ValueLayout.JAVA_INT, FLAGS, 0);
        header.set(ValueLayout.JAVA_INT, LENGTH, 0);
        control.enterRights();
    }

    /** A stream sends nothing then, neither descriptors, and says that all is well. */
    private void requireByte(SocketFd socket) throws ErrnoException {
        if (buffers.byteSize() == 0 && socket.getsockopt(Sockopt.SO_TYPE) == socket_h.SOCK_STREAM()) {
            throw new IllegalArgumentException(
                    "on a stream, descriptors go with the first byte of data, and there is none: add a buffer");
        }
    }

    /** Begins a receive; unless this throws, it is followed by an {@link #endReceive}. */
    void beginReceive() {
        buffers.requireWritable();
        if (control.capacity() > 0) {
            control.beginReceive();
        }
        SockaddrStorage sender = address;
        if (sender != null) {
            header.set(ValueLayout.JAVA_LONG, NAME, sender.segment.address());
            header.set(ValueLayout.JAVA_INT, NAME_LENGTH, SockaddrStorage.BYTES);
            sender.begin(); // last: where the message's arena has been closed, the address may be another's
            sender.length(0);
        }
    }

    /** Where the kernel is to write control messages; without any it stays 0. */
    void room(@Nullable MemorySegment piece) {
        if (piece != null) {
            header.set(ValueLayout.JAVA_LONG, CONTROL, piece.address() + part);
            header.set(ValueLayout.JAVA_LONG, CONTROL_LENGTH, control.capacity());
        }
    }

    /**
     * Ends a receive. The descriptors come first: if the message's arena has been closed meanwhile, they are owned by
     * the time when that is found.
     */
    void endReceive(Messages.Outcome outcome, @Nullable MemorySegment piece) {
        boolean received = outcome == Messages.Outcome.RECEIVED;
        SockaddrStorage sender = address;
        try {
            if (piece != null && outcome != Messages.Outcome.NOTHING) {
                long written = control.capacity();
                try {
                    written = received ? header.get(ValueLayout.JAVA_LONG, CONTROL_LENGTH) : written;
                } finally {
                    control.received(piece, part, written);
                }
            }
            if (!received) {
                header.set(ValueLayout.JAVA_INT, FLAGS, 0);
                header.set(ValueLayout.JAVA_INT, LENGTH, 0);
            } else if (sender != null) {
                sender.length(header.get(ValueLayout.JAVA_INT, NAME_LENGTH));
            }
        } finally {
            if (sender != null) {
                sender.end();
            }
        }
    }

    /** Gives up what an earlier receive has left behind. */
    void abandon(MemorySegment piece) {
        control.abandon(piece, part);
    }

    /** What a message about a failed call tells of it. */
    Object[] arguments(SocketFd socket, Object... others) {
        List<Object> all = new ArrayList<>(List.of(others));
        try {
            all.add("iovlen=" + buffers.count());
            all.addAll(control.names());
            SockaddrStorage to = address;
            return to == null || to.length() == 0
                    ? all.toArray() : socket.withDomain(to, all.toArray());
        } catch (RuntimeException e) { // the arena has been closed since: the error of the call says more
            return all.toArray();
        }
    }

    @Override
    public String toString() {
        return "Message[" + length() + " bytes, " + Mask.toString(flags(), Names::messageFlags)
                + (address == null ? "" : ", " + address) + ", " + control + "]";
    }
}
