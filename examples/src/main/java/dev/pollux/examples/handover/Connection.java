package dev.pollux.examples.handover;

import dev.pollux.Fd;
import dev.pollux.SocketFd;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** A client: requests and answers are lines. What there is of it beside its socket is what a successor has to know. */
final class Connection implements Closeable {
    /** The longest request. */
    static final int LINE_BYTES = 1024;
    /** Nothing more is read before all answers are sent, so there are those to one read at most. */
    static final int ANSWER_BYTES = 64 * 1024;
    /** How much is read at once: each request, which has a byte at least, is answered by one line. */
    static final int READ_BYTES = 2048;

    private static final byte[] SELF =
            (ProcessHandle.current().pid() + " ").getBytes(StandardCharsets.US_ASCII);

    final SocketFd socket;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] answers;
    private int sent;

    Connection(SocketFd socket) {
        this(socket, new byte[0], new byte[0]);
    }

    /** One that a predecessor has begun. */
    Connection(SocketFd socket, byte[] line, byte[] answers) {
        this.socket = socket;
        this.line.writeBytes(line);
        this.answers = answers;
    }

    /** The beginning of a request. */
    byte[] begun() {
        return line.toByteArray();
    }

    /** What has not been sent yet. */
    byte[] unsent() {
        return MemorySegment.ofArray(answers).asSlice(sent).toArray(ValueLayout.JAVA_BYTE);
    }

    boolean hasUnsent() {
        return sent < answers.length;
    }

    /** Sends what has to be sent, then reads and answers what has come; false if the client is done. */
    boolean serve(MemorySegment buffer) throws IOException {
        flush(buffer);
        if (hasUnsent()) {
            return true;
        }
        MemorySegment room = buffer.asSlice(0, READ_BYTES);
        long n = socket.read(room);
        if (n == Fd.WOULD_BLOCK) {
            return true;
        }
        if (n == 0) {
            return false;
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte b : room.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE)) {
            if (line.size() == LINE_BYTES) {
                throw new IOException("a request is longer than " + LINE_BYTES + " bytes");
            }
            line.write(b);
            if (b == '\n') {
                all.writeBytes(SELF);
                all.writeBytes(line.toByteArray());
                line.reset();
            }
        }
        answers = all.toByteArray();
        sent = 0;
        flush(buffer);
        return true;
    }

    private void flush(MemorySegment buffer) throws IOException {
        while (hasUnsent()) {
            int length = (int) Math.min(answers.length - sent, buffer.byteSize());
            MemorySegment.copy(answers, sent, buffer, ValueLayout.JAVA_BYTE, 0, length);
            long n = socket.send(buffer.asSlice(0, length), SocketFd.MSG_NOSIGNAL);
            if (n == Fd.WOULD_BLOCK) {
                return;
            }
            sent += (int) n;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
