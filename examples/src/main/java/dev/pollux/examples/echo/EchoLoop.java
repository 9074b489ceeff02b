package dev.pollux.examples.echo;

import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.SocketFd;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * What the echo loops have in common. What differs is in {@link SelectLoop}, {@link PollLoop}, {@link EpollLoop} and
 * {@link EpollEdgeLoop}, to be laid side by side: how a connection begins to be watched, is watched for something
 * else, and is watched no more; and {@link #run}, the loop itself.
 *
 * <p>Each loop accepts last, after all connections that were ready: so no new connection takes the number of one that
 * was closed while events for that one are still to be handled.
 */
abstract class EchoLoop implements EchoServer {
    final Listener listener;
    final EventFd stop;
    final Options options;
    final Arena arena = Arena.ofConfined();
    boolean finished;

    /** Where to read to: nothing stays in it, all connections share it. */
    final MemorySegment scratch;

    private Connection[] byNumber = new Connection[64];
    private int generation;

    EchoLoop(Listener listener, EventFd stop, Options options) {
        this.listener = listener;
        this.stop = stop;
        this.options = options;
        scratch = arena.allocate(Connection.readSize(options.bufferSize()));
    }

    /** Begins to watch a new connection; false if that is not possible. */
    abstract boolean add(Connection connection) throws IOException;

    /** Watches for what the connection wants now. */
    abstract void update(Connection connection) throws IOException;

    /** Ends watching, before the connection is closed. */
    abstract void remove(Connection connection) throws IOException;

    /** The connection of a descriptor, or null. */
    final Connection connection(int fd) {
        return fd < byNumber.length ? byNumber[fd] : null;
    }

    /** The connection of an id, or null if it is closed, even if there is another one with its number. */
    final Connection connection(long id) {
        Connection connection = connection((int) id);
        return connection != null && connection.id == id ? connection : null;
    }

    final void accept() throws IOException {
        listener.accept(this::begin);
    }

    private void begin(SocketFd socket) throws IOException {
        int fd = socket.fd();
        long id = (long) ++generation << Integer.SIZE | fd;
        if (fd >= byNumber.length) { // first: without memory nothing has begun
            byNumber = Arrays.copyOf(byNumber, Math.max(fd + 1, 2 * byNumber.length));
        }
        Connection connection = new Connection(socket, id, options.bufferSize(), options.once());
        if (add(connection)) {
            byNumber[fd] = connection;
        } else {
            socket.close();
        }
    }

    /** Level-triggered: one write and one read at most. What is left to do is reported again, after the others. */
    final void serve(Connection connection, boolean readable, boolean writable) throws IOException {
        try {
            if (writable && connection.wantsToWrite()) {
                connection.write();
            }
            if (readable && connection.wantsToRead()) {
                connection.read(scratch);
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

    /** An error of one connection ends that one only; so does a lack of memory for it. */
    final void broken(Connection connection, Throwable e) throws IOException {
        close(connection);
        listener.lost(e);
    }

    final void close(Connection connection) throws IOException {
        remove(connection);
        byNumber[connection.socket.fd()] = null;
        connection.free();
        connection.socket.close();
        listener.resume();
        finished |= options.once() && connection.hasAnswered();
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : byNumber) {
            if (connection != null) {
                close(connection);
            }
        }
        arena.close();
    }
}
