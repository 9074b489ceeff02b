package dev.pollux;

import dev.pollux.internal.Closing;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import java.io.Closeable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Two sockets that are connected to each other.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code HandOverSocket}.
 *
 * @param first one of them
 * @param second the other
 * @see <a href="https://man7.org/linux/man-pages/man2/socketpair.2.html">socketpair(2)</a>
 */
public record SocketPair(SocketFd first, SocketFd second) implements Closeable {
    /**
     * {@code socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sv)}.
     *
     * @return two new sockets, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE
     * @see <a href="https://man7.org/linux/man-pages/man2/socketpair.2.html">socketpair(2)</a>
     */
    public static SocketPair create() throws ErrnoException {
        return create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM);
    }

    /**
     * {@code socketpair(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sv)}.
     *
     * @param domain {@link SocketFd#AF_UNIX}: Linux has no other pairs
     * @param type {@link SocketFd#SOCK_STREAM}, {@link SocketFd#SOCK_DGRAM} or {@link SocketFd#SOCK_SEQPACKET}
     * @return two new sockets, owned by the caller
     * @throws ErrnoException as {@link #create(int, int, int, int)}
     * @see <a href="https://man7.org/linux/man-pages/man2/socketpair.2.html">socketpair(2)</a>
     */
    public static SocketPair create(int domain, int type) throws ErrnoException {
        return create(domain, type, 0, SocketFd.SOCK_CLOEXEC | SocketFd.SOCK_NONBLOCK);
    }

    /**
     * {@code socketpair(domain, type | flags, protocol, sv)}, with exactly these flags.
     *
     * @param domain {@link SocketFd#AF_UNIX}: Linux has no other pairs
     * @param type {@link SocketFd#SOCK_STREAM}, {@link SocketFd#SOCK_DGRAM} or {@link SocketFd#SOCK_SEQPACKET}
     * @param protocol 0
     * @param flags {@link SocketFd#SOCK_CLOEXEC}, {@link SocketFd#SOCK_NONBLOCK}, or 0
     * @return two new sockets, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, EAFNOSUPPORT, EOPNOTSUPP, EPROTONOSUPPORT
     * @see <a href="https://man7.org/linux/man-pages/man2/socketpair.2.html">socketpair(2)</a>
     */
    public static SocketPair create(int domain, int type, int protocol, int flags) throws ErrnoException {
        SockAddr.prepare(domain);
        Closing.requireStack();
        MemorySegment s = Scratch.take();
        try {
            int result = Libc.socketpair(s, domain, type | flags, protocol, s.address() + Scratch.WORD);
            if (result < 0) {
                throw ErrnoException.of(-result, "socketpair", "domain=" + domain,
                        "type=" + ErrnoException.octal(type | flags), "protocol=" + protocol);
            }
            return SocketFd.opened(s.get(ValueLayout.JAVA_INT, Scratch.WORD),
                    s.get(ValueLayout.JAVA_INT, Scratch.WORD + Integer.BYTES));
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * Closes both sockets; one that is closed already is skipped.
     *
     * @throws ErrnoException as {@link Fd#close}
     */
    @Override
    public void close() throws ErrnoException {
        try (first) {
            second.close();
        }
    }
}
