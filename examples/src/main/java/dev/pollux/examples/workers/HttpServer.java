package dev.pollux.examples.workers;

import dev.pollux.SocketFd;
import dev.pollux.examples.loop.Loop;
import dev.pollux.examples.loop.Timer;
import dev.pollux.examples.shared.Acceptor;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What the connections of one loop share. */
final class HttpServer {
    /** How long connections may take to end when the server does: less than the JVM is given for it. */
    private static final Duration DRAINING = Duration.ofSeconds(4);

    /**
     * @param idle how long a client may take for a request
     * @param mostBody bytes of a request's body
     * @param mostConnections of each loop
     */
    record Limits(Duration idle, int mostBody, int mostConnections) { }

    final Loop loop;
    final Site site;
    /** Null: the loop's thread does the work itself. */
    final Pool pool;
    final Limits limits;
    final MemorySegment scratch;
    private final Listener listener;
    private final Acceptor acceptor;
    private final Set<HttpConnection> connections = new LinkedHashSet<>();
    /** Those that would go on if there were room in the pool, in the order in which they came to it. */
    private final LinkedHashSet<HttpConnection> waiting = new LinkedHashSet<>();
    private long accepted;
    private boolean draining;

    HttpServer(Loop loop, Listener listener, int events, Site site, Pool pool, Limits limits, Arena arena)
            throws IOException {
        this.loop = loop;
        this.listener = listener;
        this.site = site;
        this.pool = pool;
        this.limits = limits;
        scratch = arena.allocate(HttpConnection.READ_SIZE);
        acceptor = new Acceptor(loop, listener, events, this::accept);
    }

    private void accept(SocketFd socket) throws IOException {
        accepted++;
        if (connections.size() == limits.mostConnections) {
            socket.close();
            listener.complain("refused a connection: there are " + connections.size());
        } else {
            connections.add(new HttpConnection(this, socket));
        }
    }

    long accepted() {
        return accepted;
    }

    boolean hasRoom() {
        return pool == null || !pool.isFull();
    }

    /** Has it go on when there is room. */
    void await(HttpConnection connection) {
        waiting.add(connection);
    }

    /** There may be room now. */
    void resume() {
        while (!waiting.isEmpty() && hasRoom()) {
            waiting.removeFirst().resume();
        }
    }

    void lost(Throwable e) {
        listener.lost(e);
    }

    void complain(String problem) {
        listener.complain(problem);
    }

    void gone(HttpConnection connection) throws IOException {
        waiting.remove(connection);
        connections.remove(connection);
        if (draining) {
            stopWhenEmpty();
        } else {
            acceptor.resume();
        }
    }

    /** Accepts and reads nothing more, and stops the loop when all that was begun is answered. */
    void drain() throws IOException {
        draining = true;
        acceptor.close();
        for (HttpConnection connection : List.copyOf(connections)) {
            connection.drain();
        }
        Timer end = loop.timer(loop::stop);
        end.start(DRAINING);
        stopWhenEmpty();
    }

    private void stopWhenEmpty() {
        if (connections.isEmpty()) {
            loop.stop();
        }
    }
}
