package dev.pollux.examples.shared;

import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A listening socket that knows how to go on when a connection cannot be accepted. */
public final class Listener implements Closeable {
    /** How many connections to accept before those that there are have their turn again. */
    static final int ACCEPTS_PER_TURN = 16;
    /** How many of them may fail one after another before the queue is left alone, as after EMFILE. */
    static final int FAILURES_IN_A_ROW = 16;
    /** How long to leave it alone, unless a connection closes before. */
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long COMPLAINT_NANOS = 1_000_000_000;

    public final SocketFd socket;
    private final boolean tcp;
    private int failures;
    private boolean paused;
    private long pausedUntil;
    private boolean complained;
    private long complainedAt;
    private int unsaid;

    /** What to do with a new connection. */
    public interface Handler {
        void handle(SocketFd connection) throws IOException;
    }

    public Listener(SocketFd socket) throws ErrnoException {
        this.socket = socket;
        tcp = socket.getsockopt(Sockopt.SO_PROTOCOL) == SocketFd.IPPROTO_TCP;
    }

    /** socket, SO_REUSEADDR, bind, listen; non-blocking and close-on-exec from the start. */
    public static Listener open(InetAddress host, int port) throws IOException {
        return open(host, port, false);
    }

    /** The same; if it is to be shared, with SO_REUSEPORT, so that others can listen to the same port. */
    public static Listener open(InetAddress host, int port, boolean shared) throws IOException {
        int domain = host instanceof Inet6Address ? SocketFd.AF_INET6 : SocketFd.AF_INET;
        SocketFd socket = SocketFd.create(domain, SocketFd.SOCK_STREAM);
        try {
            socket.setsockopt(Sockopt.SO_REUSEADDR, true);
            socket.setsockopt(Sockopt.SO_REUSEPORT, shared);
            socket.bind(new InetSocketAddress(host, port));
            socket.listen(SocketFd.SOMAXCONN);
            return new Listener(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    public InetSocketAddress address() throws ErrnoException {
        return (InetSocketAddress) socket.getsockname();
    }

    /** Accepts some of the connections that wait. If there are more, the socket stays readable. */
    public void accept(Handler handler) throws IOException {
        SocketFd connection;
        for (int i = 0; i < ACCEPTS_PER_TURN && (connection = accept()) != null; i++) {
            try {
                handler.handle(connection);
            } catch (OutOfMemoryError e) { // others may need less
                connection.close();
                complain("refused a connection: " + e.getMessage());
            }
        }
    }

    /** The next connection that waits, or null if there is none or this one could not be taken. */
    private SocketFd accept() throws ErrnoException {
        try {
            SocketFd connection = socket.accept();
            if (connection != null) {
                failures = 0;
                if (tcp) {
                    sendAtOnce(connection);
                }
            }
            return connection;
        } catch (ErrnoException e) {
            int errno = e.errno();
            if (errno == Errno.EBADF || errno == Errno.EINVAL || errno == Errno.ENOTSOCK) {
                throw e; // this socket does not listen, and never will
            }
            failures++;
            if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOBUFS || errno == Errno.ENOMEM) {
                // the connection stays in the queue and the socket readable: to try again at once would spin
                pause();
                complain("no new connections for now: " + e.getMessage());
            } else { // whatever has happened to that connection, or a firewall: the next one may be good
                if (failures >= FAILURES_IN_A_ROW) {
                    pause();
                }
                complain("a connection was not accepted: " + e.getMessage());
            }
            return null;
        }
    }

    /** Or the second of two small answers waits until the client has acknowledged the first, 40 ms perhaps. */
    private void sendAtOnce(SocketFd connection) {
        try {
            connection.setsockopt(Sockopt.TCP_NODELAY, true);
        } catch (ErrnoException e) { // it works without
            complain("a connection is slower than it might be: " + e.getMessage());
        }
    }

    private void pause() {
        paused = true;
        pausedUntil = System.nanoTime() + PAUSE_NANOS;
    }

    /** Whether not to be watched now. */
    public boolean isPaused() {
        paused = paused && pausedUntil - System.nanoTime() > 0;
        return paused;
    }

    /** How long a loop may wait before it has to look at {@link #isPaused} again. */
    public long nanosToWait() {
        return paused ? Math.max(0, pausedUntil - System.nanoTime()) : Long.MAX_VALUE;
    }

    /** A descriptor has become free. */
    public void resume() {
        paused = false;
    }

    /** A connection has ended by an error: worth a line, unless it was the client's wish. */
    public void lost(Throwable e) {
        if (!(e instanceof ErrnoException failure
                && (failure.errno() == Errno.ECONNRESET || failure.errno() == Errno.EPIPE
                        || failure.errno() == Errno.ENOTCONN))) { // of a shutdown after a reset
            complain("a connection broke: " + e.getMessage());
        }
    }

    /** One line, at most once a second: what happens to one client soon happens to a thousand. */
    public synchronized void complain(String problem) {
        long now = System.nanoTime();
        if (complained && now - complainedAt <= COMPLAINT_NANOS) {
            unsaid++;
            return;
        }
        System.err.println(problem + (unsaid == 0 ? "" : " (and " + unsaid + " lines like this, left out before)"));
        complained = true;
        complainedAt = now;
        unsaid = 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
