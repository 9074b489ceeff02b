package dev.pollux.examples.echo;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Epoll.EPOLLRDHUP;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;

/**
 * The echo server by {@code epoll}, level-triggered: the kernel keeps the list, and each turn costs what is ready,
 * however many are watched. For that it has to be told of every change.
 */
final class EpollLoop extends EchoLoop {
    private final Epoll epoll = Epoll.create();
    private final EpollEvents events = EpollEvents.allocate(arena, 256);
    private boolean listening = true;

    EpollLoop(Listener listener, EventFd stop, Options options) throws IOException {
        super(listener, stop, options);
        epoll.add(stop, EPOLLIN);
        epoll.add(listener.socket, EPOLLIN);
    }

    @Override
    public void run() throws IOException {
        while (!finished) {
            if (listening == listener.isPaused()) {
                listening = !listening;
                epoll.modify(listener.socket, listening ? EPOLLIN : 0, listener.socket.fd());
            }
            int n = epoll.awaitNanos(events, listener.nanosToWait());
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
                        serve(connection, (found & ~EPOLLOUT) != 0, (found & ~(EPOLLIN | EPOLLRDHUP)) != 0);
                    }
                }
            }
            if (accept) {
                accept();
            }
        }
    }

    @Override
    boolean add(Connection connection) throws IOException {
        connection.interest = interest(connection);
        try {
            epoll.add(connection.socket, connection.interest, connection.id);
        } catch (ErrnoException e) { // ENOSPC: the user's limit of watches
            listener.complain("refused a connection: " + e.getMessage());
            return false;
        }
        return true;
    }

    @Override
    void update(Connection connection) throws IOException {
        int interest = interest(connection);
        if (interest != connection.interest) {
            connection.interest = interest;
            epoll.modify(connection.socket, interest, connection.id);
        }
    }

    @Override
    void remove(Connection connection) throws IOException {
        epoll.remove(connection.socket);
    }

    /** EPOLLRDHUP only while reading: level-triggered, it would be reported again and again. */
    private static int interest(Connection connection) {
        return (connection.wantsToRead() ? EPOLLIN | EPOLLRDHUP : 0) | (connection.wantsToWrite() ? EPOLLOUT : 0);
    }

    @Override
    public void close() throws IOException {
        try (epoll) {
            super.close();
        }
    }
}
