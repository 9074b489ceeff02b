package dev.pollux.examples.handover;

import dev.pollux.Cmsg;
import dev.pollux.Fd;
import dev.pollux.Message;
import dev.pollux.SocketFd;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What the two processes say to each other over a socket that keeps the bounds of messages (SOCK_SEQPACKET):
 *
 * <pre>
 * LISTENER with a descriptor
 * CONNECTION with a descriptor, the beginning of a request, and what was not sent yet; once for each
 * END
 *                                       HAVE_ALL
 * GO
 * </pre>
 *
 * <p>The predecessor owns all until it has said GO, and the successor touches nothing before. If one of them ends, or
 * says nothing for some seconds, the other goes on without it: the predecessor serves, the successor ends.
 */
final class Transfer implements Closeable {
    private static final byte LISTENER = 'L';
    private static final byte CONNECTION = 'C';
    private static final byte END = 'E';
    private static final byte HAVE_ALL = 'H';
    private static final byte GO = 'G';

    private static final int LENGTHS = 1 + 2 * Integer.BYTES;
    private static final int MESSAGE_BYTES = LENGTHS + Connection.LINE_BYTES + Connection.ANSWER_BYTES;

    private final Arena arena = Arena.ofConfined();
    private final SocketFd other;
    private final MemorySegment data = arena.allocate(MESSAGE_BYTES);
    private final Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS));

    /** All that the predecessor had. */
    record Taken(SocketFd listener, List<Connection> connections) implements Closeable {
        @Override
        public void close() throws IOException {
            listener.close();
            for (Connection connection : connections) {
                connection.close();
            }
        }
    }

    /** Both are blocking calls with timeouts: nothing else may happen meanwhile. */
    Transfer(SocketFd other) {
        this.other = other;
    }

    /** Gives all away; when this has returned, it is the successor's. */
    void give(SocketFd listener, Collection<Connection> connections) throws IOException {
        send(LISTENER, listener, new byte[0], new byte[0]);
        for (Connection connection : connections) {
            send(CONNECTION, connection.socket, connection.begun(), connection.unsent());
        }
        send(END, null, new byte[0], new byte[0]);
        if (receive() != HAVE_ALL) {
            throw new IOException("the successor says something else");
        }
        send(GO, null, new byte[0], new byte[0]);
    }

    /** Takes all over; when this has returned, it is ours. */
    Taken take() throws IOException {
        SocketFd listener = null;
        List<Connection> connections = new ArrayList<>();
        boolean ours = false;
        try {
            byte kind;
            while ((kind = receive()) != END) {
                if (kind == LISTENER && listener == null) {
                    listener = descriptor();
                } else if (kind == CONNECTION) {
                    connections.add(connection());
                } else {
                    throw new IOException("the predecessor says something else");
                }
            }
            if (listener == null) {
                throw new IOException("the predecessor has given no listener");
            }
            send(HAVE_ALL, null, new byte[0], new byte[0]);
            if (receive() != GO) {
                throw new IOException("the predecessor has thought better of it");
            }
            ours = true;
            return new Taken(listener, connections);
        } finally {
            if (!ours) { // these are duplicates: the predecessor goes on with its own
                for (Connection connection : connections) {
                    connection.close();
                }
                if (listener != null) {
                    listener.close();
                }
            }
        }
    }

    private void send(byte kind, SocketFd descriptor, byte[] line, byte[] answers) throws IOException {
        data.set(ValueLayout.JAVA_BYTE, 0, kind);
        data.set(ValueLayout.JAVA_INT_UNALIGNED, 1, line.length);
        data.set(ValueLayout.JAVA_INT_UNALIGNED, 1 + Integer.BYTES, answers.length);
        MemorySegment.copy(line, 0, data, ValueLayout.JAVA_BYTE, LENGTHS, line.length);
        MemorySegment.copy(answers, 0, data, ValueLayout.JAVA_BYTE, LENGTHS + line.length, answers.length);
        message.buffer(data.asSlice(0, LENGTHS + line.length + answers.length));
        message.control().clear();
        if (descriptor != null) {
            message.control().addRights(descriptor);
        }
        if (other.sendmsg(message, SocketFd.MSG_NOSIGNAL) == Fd.WOULD_BLOCK) {
            throw new IOException("the other process does not read");
        }
    }

    /** The kind of the next message, which is in the memory then. */
    private byte receive() throws IOException {
        message.buffer(data);
        long n = other.recvmsg(message, 0);
        if (n == Fd.WOULD_BLOCK) {
            throw new IOException("the other process says nothing");
        }
        if (n == 0) {
            throw new IOException("the other process has ended, or gone on alone");
        }
        if ((message.flags() & SocketFd.MSG_CTRUNC) != 0) {
            throw new IOException("a descriptor was lost: this process may not have as many open as there are"
                    + " connections (ulimit -n)");
        }
        if ((message.flags() & SocketFd.MSG_TRUNC) != 0 || n < LENGTHS || lengths() != n) {
            throw new IOException("a message of " + n + " bytes is none of ours");
        }
        return data.get(ValueLayout.JAVA_BYTE, 0);
    }

    private int lineLength() {
        return data.get(ValueLayout.JAVA_INT_UNALIGNED, 1);
    }

    private int answersLength() {
        return data.get(ValueLayout.JAVA_INT_UNALIGNED, 1 + Integer.BYTES);
    }

    /** How long the message has to be; 0 if it says what cannot be. */
    private long lengths() {
        int line = lineLength();
        int answers = answersLength();
        return line < 0 || line > Connection.LINE_BYTES || answers < 0 || answers > Connection.ANSWER_BYTES
                ? 0 : LENGTHS + line + answers;
    }

    private Connection connection() throws IOException {
        byte[] line = data.asSlice(LENGTHS, lineLength()).toArray(ValueLayout.JAVA_BYTE);
        byte[] answers = data.asSlice(LENGTHS + lineLength(), answersLength()).toArray(ValueLayout.JAVA_BYTE);
        return new Connection(descriptor(), line, answers);
    }

    private SocketFd descriptor() throws IOException {
        if (message.control().descriptors() != 1) {
            throw new IOException("a message has " + message.control().descriptors() + " descriptors, and not one");
        }
        return message.control().take(0, SocketFd::adopt);
    }

    @Override
    public void close() throws IOException {
        try (other) {
            message.close();
            arena.close();
        }
    }
}
