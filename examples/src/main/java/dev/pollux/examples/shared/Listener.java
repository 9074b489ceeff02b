package dev.pollux.examples.shared;

import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.SocketFd;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A listening socket that knows how to go on when a connection cannot be accepted. */
public final class Listener implements Closeable {
    /** How long to leave the queue alone after EMFILE, unless a connection closes before. */
    private static final long PAUSE_NANOS = 100_000_000;
    private static final long COMPLAINT_NANOS = 1_000_000_000;

    public final SocketFd socket;
    private boolean paused;
    private long pausedUntil;
    private boolean complained;
    private long complainedAt;

    public Listener(SocketFd socket) {
        this.socket = socket;
    }

    /** socket, SO_REUSEADDR, bind, listen; non-blocking and close-on-exec from the start. */
    public static Listener open(InetAddress host, int port) throws IOException {
        int domain = host instanceof Inet6Address ? SocketFd.AF_INET6 : SocketFd.AF_INET;
        SocketFd socket = SocketFd.create(domain, SocketFd.SOCK_STREAM);
        try {
            socket.setsockopt(SocketFd.SOL_SOCKET, SocketFd.SO_REUSEADDR, 1);
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

    /** The next connection that waits, or null if there is none or none can be taken now. */
    public SocketFd accept() throws ErrnoException {
        for (;;) {
            try {
                return socket.accept();
            } catch (ErrnoException e) {
                int errno = e.errno();
                if (errno == Errno.EMFILE || errno == Errno.ENFILE || errno == Errno.ENOBUFS || errno == Errno.ENOMEM) {
                    // the connection stays in the queue and the socket readable: to try again at once would spin
                    paused = true;
                    pausedUntil = System.nanoTime() + PAUSE_NANOS;
                    complain("no new connections for now: " + e.getMessage());
                    return null;
                } else if (errno != Errno.ECONNABORTED && errno != Errno.EPROTO && errno != Errno.EPERM) {
                    throw e;
                } // else that one is gone, or forbidden by the firewall: the next may be good
            }
        }
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
    public void lost(IOException e) {
        if (!(e instanceof ErrnoException failure
                && (failure.errno() == Errno.ECONNRESET || failure.errno() == Errno.EPIPE))) {
            complain("a connection broke: " + e.getMessage());
        }
    }

    /** One line, at most once a second: what happens to one client soon happens to a thousand. */
    public synchronized void complain(String problem) {
        long now = System.nanoTime();
        if (!complained || now - complainedAt > COMPLAINT_NANOS) {
            complained = true;
            complainedAt = now;
            System.err.println(problem);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
