package dev.pollux.examples.echo;

import dev.pollux.EventFd;
import dev.pollux.FdSet;
import dev.pollux.Select;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;

/**
 * The echo server by {@code select}: two sets of numbers, which the kernel overwrites with what is ready. Each turn
 * costs a walk through all of them, in the kernel and here, and no number beyond the size of the sets can be watched.
 */
final class SelectLoop extends EchoLoop {
    private final FdSet toRead;
    private final FdSet toWrite;
    private final FdSet readable;
    private final FdSet writable;

    SelectLoop(Listener listener, EventFd stop, Options options) throws IOException {
        super(listener, stop, options);
        toRead = FdSet.allocate(arena, options.fdSetSize());
        toWrite = FdSet.allocate(arena, options.fdSetSize());
        readable = FdSet.allocate(arena, options.fdSetSize());
        writable = FdSet.allocate(arena, options.fdSetSize());
        if (Math.max(stop.fd(), listener.socket.fd()) >= toRead.capacity()) {
            throw new IOException("fd " + listener.socket.fd() + " of the listener does not fit into an fd_set of "
                    + toRead.capacity() + "; see --fd-set-size");
        }
        toRead.set(stop.fd());
    }

    @Override
    public void run() throws IOException {
        while (!finished) {
            set(toRead, listener.socket.fd(), !listener.isPaused());
            readable.copyFrom(toRead);
            writable.copyFrom(toWrite);
            Select.awaitNanos(readable, writable, null, listener.nanosToWait());
            if (readable.isSet(stop.fd())) {
                return;
            }
            for (int fd = writable.next(0); fd >= 0; fd = writable.next(fd + 1)) {
                serve(connection(fd), false, true);
            }
            for (int fd = readable.next(0); fd >= 0; fd = readable.next(fd + 1)) {
                Connection connection = connection(fd);
                if (connection != null) { // not the listener, and not closed just now
                    serve(connection, true, false);
                }
            }
            if (readable.isSet(listener.socket.fd())) {
                accept();
            }
        }
    }

    @Override
    boolean add(Connection connection) {
        int fd = connection.socket.fd();
        if (fd >= toRead.capacity()) {
            listener.complain("refused a connection: its fd " + fd + " does not fit into an fd_set of "
                    + toRead.capacity() + "; see --fd-set-size");
            return false;
        }
        update(connection);
        return true;
    }

    @Override
    void update(Connection connection) {
        set(toRead, connection.socket.fd(), connection.wantsToRead());
        set(toWrite, connection.socket.fd(), connection.wantsToWrite());
    }

    @Override
    void remove(Connection connection) {
        toRead.clear(connection.socket.fd());
        toWrite.clear(connection.socket.fd());
    }

    private static void set(FdSet set, int fd, boolean member) {
        if (member) {
            set.set(fd);
        } else {
            set.clear(fd);
        }
    }
}
