package dev.pollux.examples.echo;

import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Epoll.EPOLLRDHUP;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * The echo server by {@code epoll}, edge-triggered: the kernel reports each change once and is told of nothing, so the
 * loop itself remembers who can still be read or written, until EAGAIN. Who has not come that far after a few reads
 * goes to the end of the queue, and the next wait does not block: a client that sends without a pause starves nobody.
 */
final class EpollEdgeLoop extends EchoLoop {
    private static final int READS_PER_TURN = 4;

    private final Epoll epoll = Epoll.create();
    private final EpollEvents events = EpollEvents.allocate(arena, 256);
    private final ArrayDeque<Connection> ready = new ArrayDeque<>();
    private boolean listening = true;

    EpollEdgeLoop(Listener listener, EventFd stop, Options options) throws IOException {
        super(listener, stop, options);
        epoll.add(stop, EPOLLIN);
        // level-triggered: an edge would win nothing, and who waits in the queue would have to be remembered
        epoll.add(listener.socket, EPOLLIN);
    }

    @Override
    public void run() throws IOException {
        while (!finished) {
            if (listening == listener.isPaused()) {
                listening = !listening;
                epoll.modify(listener.socket, listening ? EPOLLIN : 0, listener.socket.fd());
            }
            int n = ready.isEmpty() ? epoll.awaitNanos(events, listener.nanosToWait()) : epoll.poll(events);
            boolean accept = false;
            for (int i = 0; i < n; i++) {
                int found = events.events(i);
                if (events.data(i) == stop.fd()) {
                    return;
                } else if (events.data(i) == listener.socket.fd()) {
                    accept = true;
                } else {
                    Connection connection = connection(events.data(i));
                    if (connection != null) { // EPOLLHUP and EPOLLERR: the next read or write tells which
                        connection.readable |= (found & ~EPOLLOUT) != 0;
                        connection.writable |= (found & ~(EPOLLIN | EPOLLRDHUP)) != 0;
                        update(connection);
                    }
                }
            }
            for (int turns = ready.size(); turns > 0; turns--) {
                takeTurn(ready.remove());
            }
            if (accept) {
                accept();
            }
        }
    }

    private void takeTurn(Connection connection) throws IOException {
        connection.queued = false;
        try {
            for (int reads = 0; reads < READS_PER_TURN && canGoOn(connection); reads++) {
                if (connection.writable && connection.wantsToWrite()) {
                    connection.writable = connection.write();
                }
                if (connection.readable && connection.wantsToRead()) {
                    connection.readable = connection.read(scratch);
                }
            }
        } catch (ErrnoException | OutOfMemoryError e) {
            broken(connection, e);
            return;
        }
        if (connection.isFinished()) {
            close(connection);
        } else {
            update(connection);
        }
    }

    private static boolean canGoOn(Connection connection) {
        return connection.readable && connection.wantsToRead() || connection.writable && connection.wantsToWrite();
    }

    @Override
    boolean add(Connection connection) throws IOException {
        try {
            epoll.add(connection.socket, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, connection.id);
        } catch (ErrnoException e) { // ENOSPC: the user's limit of watches
            listener.complain("refused a connection: " + e.getMessage());
            return false;
        }
        return true;
    }

    @Override
    void update(Connection connection) {
        if (!connection.queued && canGoOn(connection)) {
            connection.queued = true;
            ready.add(connection);
        }
    }

    @Override
    void remove(Connection connection) throws IOException {
        epoll.remove(connection.socket);
    }

    @Override
    public void close() throws IOException {
        try (epoll) {
            super.close();
        }
    }
}
