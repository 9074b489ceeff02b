package dev.pollux.examples.kv;

import dev.pollux.SocketFd;
import dev.pollux.examples.shared.PendingBytes;
import java.util.LinkedHashSet;
import java.util.Set;

/** One client. It has memory only while there is half a request or an answer that it does not read yet. */
final class Connection {
    final SocketFd socket;
    final long id;
    /** Requests that are not complete, or not to be executed yet. */
    final PendingBytes in = new PendingBytes();
    /** Answers that did not fit, or may not be sent yet. */
    final PendingBytes out = new PendingBytes();
    final Set<String> channels = new LinkedHashSet<>();
    String name = "";
    /** Of the protocol: 2 or 3. */
    int version = 2;
    /** What epoll waits for. */
    int interest;
    /** How far the log has to be synced before {@link #out} is sent; 0: it may be sent. */
    long held;
    /** How many bytes of {@link #in} are needed before it is parsed again. */
    long needed;
    /** Nothing more is read; it is closed when all has been sent. */
    boolean ending;
    /** It did not read its answers, and gets no more of them. */
    boolean lost;
    /** Its answers are with those of this turn. */
    boolean answered;
    boolean closed;

    Connection(SocketFd socket, long id) {
        this.socket = socket;
        this.id = id;
    }

    /** By its subscriptions: in version 2 of the protocol messages could not be told from other answers. */
    boolean onlySubscribes() {
        return version == 2 && !channels.isEmpty();
    }

    void free() {
        in.free();
        out.free();
    }
}
