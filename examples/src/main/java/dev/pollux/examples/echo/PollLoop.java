package dev.pollux.examples.echo;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;

import dev.pollux.EventFd;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;
import java.lang.foreign.Arena;

/**
 * The echo server by {@code poll}: one array of descriptors, each with what to look for and what was found. Any number
 * fits, but each turn still costs a walk through all of them, in the kernel and here.
 */
final class PollLoop extends EchoLoop {
    private static final int STOP = 0;
    private static final int LISTENER = 1;

    private Arena fdsArena = Arena.ofConfined();
    private PollFds fds = PollFds.allocate(fdsArena, 64);

    PollLoop(Listener listener, EventFd stop, Options options) {
        super(listener, stop, options);
        fds.add(stop, POLLIN);
        fds.add(listener.socket, POLLIN);
    }

    @Override
    public void run() throws IOException {
        while (!finished) {
            fds.ignore(LISTENER, listener.isPaused());
            Poll.awaitNanos(fds, listener.nanosToWait());
            if (fds.revents(STOP) != 0) {
                return;
            }
            // backwards, because the last entry takes the place of one that is removed
            for (int i = fds.size() - 1; i > LISTENER; i--) {
                int found = fds.revents(i);
                if (found != 0) { // POLLHUP and POLLERR: the next read or write tells which
                    Connection connection = connection(fds.fd(i));
                    serve(connection, (found & ~POLLOUT) != 0, (found & ~POLLIN) != 0);
                }
            }
            if (fds.revents(LISTENER) != 0) {
                accept();
            }
        }
    }

    @Override
    boolean add(Connection connection) {
        if (fds.size() == fds.capacity()) {
            grow();
        }
        connection.slot = fds.add(connection.socket, POLLIN);
        return true;
    }

    @Override
    void update(Connection connection) {
        fds.setEvents(connection.slot,
                (connection.wantsToRead() ? POLLIN : 0) | (connection.wantsToWrite() ? POLLOUT : 0));
    }

    @Override
    void remove(Connection connection) {
        fds.remove(connection.slot);
        if (connection.slot < fds.size()) {
            connection(fds.fd(connection.slot)).slot = connection.slot;
        }
    }

    private void grow() {
        Arena largerArena = Arena.ofConfined();
        PollFds larger = PollFds.allocate(largerArena, 2 * fds.capacity());
        larger.add(stop, POLLIN);
        larger.add(listener.socket, POLLIN);
        for (int i = LISTENER + 1; i < fds.size(); i++) {
            larger.add(connection(fds.fd(i)).socket, fds.events(i));
        }
        fdsArena.close();
        fdsArena = largerArena;
        fds = larger;
    }

    @Override
    public void close() throws IOException {
        super.close();
        fdsArena.close();
    }
}
