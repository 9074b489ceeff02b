package dev.pollux.examples.echo;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;

import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.SocketFd;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * The echo server without a loop over its connections: each has a virtual thread, which reads and writes until EAGAIN
 * and then waits for its own descriptor. That reads like blocking, but parks the thread and leaves its carrier to the
 * others.
 *
 * <p>Nothing takes the carrier from a thread that never has to wait, so after a few reads it parks for a moment. The
 * thread that runs the server is a platform thread and only accepts. A connection that closes does not wake it after
 * EMFILE: it looks again when the pause is over.
 */
final class VirtualServer implements EchoServer {
    private static final int READS_PER_TURN = 4;

    private final Listener listener;
    private final EventFd stop;
    private final Options options;
    private final Arena arena = Arena.ofShared();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    // one for each carrier at most: a thread that waits holds none
    private final ConcurrentLinkedQueue<MemorySegment> buffers = new ConcurrentLinkedQueue<>();

    VirtualServer(Listener listener, EventFd stop, Options options) {
        this.listener = listener;
        this.stop = stop;
        this.options = options;
        threads.execute(this::waitForStop);
    }

    /** The first wait of a virtual thread takes a descriptor for all of them: not when there may be none left. */
    private void waitForStop() {
        try {
            stop.await(POLLIN);
        } catch (InterruptedIOException e) {
            // the server ends
        } catch (IOException e) {
            listener.lost(e);
        }
    }

    @Override
    public void run() throws IOException {
        PollFds fds = PollFds.allocate(arena, 2);
        int stopped = fds.add(stop, POLLIN);
        int listening = fds.add(listener.socket, POLLIN);
        for (;;) {
            fds.ignore(listening, listener.isPaused());
            Poll.awaitNanos(fds, listener.nanosToWait());
            if (fds.revents(stopped) != 0) {
                return;
            }
            if (fds.revents(listening) != 0) {
                listener.accept(socket -> threads.execute(() -> serve(socket)));
            }
        }
    }

    /** All that happens to a connection, from its first byte to its end. */
    private void serve(SocketFd socket) {
        try (socket) {
            Connection connection = new Connection(socket, socket.fd(), options.bufferSize(), options.once());
            try {
                converse(connection);
            } finally {
                connection.free();
                if (options.once() && connection.hasAnswered()) {
                    stop.write(1);
                }
            }
        } catch (InterruptedIOException e) {
            // the server ends
        } catch (IOException | OutOfMemoryError e) { // it concerns nobody else
            listener.lost(e);
        }
    }

    private void converse(Connection connection) throws IOException {
        while (!connection.isFinished() && !Thread.currentThread().isInterrupted()) {
            if (takeTurn(connection)) {
                // Thread.yield may pass the carrier to and fro between the threads it has already, past all others
                LockSupport.parkNanos(1);
            } else if (!connection.isFinished()) { // POLLHUP and POLLERR: the next read or write tells which
                connection.socket.await(
                        (connection.wantsToRead() ? POLLIN : 0) | (connection.wantsToWrite() ? POLLOUT : 0));
            }
        }
    }

    /** A few reads and writes; false if the next one has to be waited for. */
    private boolean takeTurn(Connection connection) throws ErrnoException {
        MemorySegment buffer = buffers.poll();
        if (buffer == null) {
            buffer = arena.allocate(Connection.readSize(options.bufferSize()));
        }
        try {
            boolean more = true;
            for (int reads = 0; reads < READS_PER_TURN && more; reads++) {
                more = connection.wantsToWrite() && connection.write();
                more |= connection.wantsToRead() && connection.read(buffer);
            }
            return more;
        } finally {
            buffers.add(buffer);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow(); // an interrupt ends every wait; each thread closes what it has
        threads.close();
        arena.close();
    }
}
