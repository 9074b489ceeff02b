package dev.pollux.examples.kv;

import dev.pollux.SocketFd;
import java.lang.foreign.Arena;
import java.util.LinkedHashSet;
import java.util.Set;

/** One client. It has memory only while there is half a request or an answer that it does not read yet. */
final class Connection {
    final SocketFd socket;
    final long id;
    /** Requests that are not complete, or not to be executed yet. */
    final Buffer in = new Buffer(Arena::ofConfined);
    /** Answers that did not fit, or may not be sent yet. */
    final Buffer out = new Buffer(Arena::ofConfined);
    final Set<String> channels = new LinkedHashSet<>();
    String name = "";
    int version = 2;
    /** What epoll waits for. */
    int interest;
    /** How far the log has to be synced before {@link #out} is sent; 0: it may be sent. */
    long held;
    /** How many bytes of {@link #in} are needed before it is parsed again. */
    long needed;
    /** Nothing more is read; it is closed when all has been sent. */
    boolean ending;
    boolean closed;
    /** Whether it is in the list of those that got a message. */
    boolean dirty;

    Connection(SocketFd socket, long id) {
        this.socket = socket;
        this.id = id;
    }

    void free() {
        in.free();
        out.free();
    }
}
