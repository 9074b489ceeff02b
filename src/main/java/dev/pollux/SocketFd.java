package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.socket_h;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import dev.pollux.internal.SocketOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket: TCP, UDP or Unix-domain, and any other whose addresses it is not asked for.
 *
 * <p>Addresses are the JDK's {@link java.net.InetSocketAddress} and {@link java.net.UnixDomainSocketAddress}, and
 * {@link UnixAbstractAddress}. A socket of {@link #AF_INET6} takes IPv4 addresses as well: if unsure, use that. A
 * relative path is the file that the JDK means by it, also where {@code user.dir} is not the directory of the process;
 * where it is, only the relative path has to fit into the 107 bytes that there are for one.
 *
 * <p>Bytes are moved by {@link #read}, {@link #write}, {@link #recv} and {@link #send}, datagrams without a connection
 * by {@link #recvfrom} and {@link #sendto(MemorySegment, int, SockaddrStorage)}.
 *
 * <p>All methods may be called by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public final class SocketFd extends Fd {
    /** Unix domain sockets. */
    public static final int AF_UNIX = socket_h.AF_UNIX();
    /** IPv4. */
    public static final int AF_INET = socket_h.AF_INET();
    /** IPv6, and IPv4 as well unless {@link #IPV6_V6ONLY} is set. */
    public static final int AF_INET6 = socket_h.AF_INET6();
    /** A stream of bytes, such as TCP. */
    public static final int SOCK_STREAM = socket_h.SOCK_STREAM();
    /** Datagrams, such as UDP. */
    public static final int SOCK_DGRAM = socket_h.SOCK_DGRAM();
    /** A connection that keeps the bounds of messages. */
    public static final int SOCK_SEQPACKET = socket_h.SOCK_SEQPACKET();
    /** Close the descriptor when the process executes another program. */
    public static final int SOCK_CLOEXEC = socket_h.SOCK_CLOEXEC();
    /** Calls return {@link Fd#WOULD_BLOCK} where they would block. */
    public static final int SOCK_NONBLOCK = socket_h.SOCK_NONBLOCK();
    /** The backlog of {@link #listen} that C programs pass to say "many": 4096; the kernel cuts it to its own limit. */
    public static final int SOMAXCONN = socket_h.SOMAXCONN();
    /** For {@link #shutdown}: no more reading. */
    public static final int SHUT_RD = socket_h.SHUT_RD();
    /** For {@link #shutdown}: no more writing; the peer reads the end of the stream. */
    public static final int SHUT_WR = socket_h.SHUT_WR();
    /** For {@link #shutdown}: neither. */
    public static final int SHUT_RDWR = socket_h.SHUT_RDWR();
    /** Level of the options that begin with SO_. */
    public static final int SOL_SOCKET = socket_h.SOL_SOCKET();
    /** The pending error; reading it clears it. See {@link #takeError}. */
    public static final int SO_ERROR = socket_h.SO_ERROR();
    /** Bind to an address of which old connections are still being closed. */
    public static final int SO_REUSEADDR = socket_h.SO_REUSEADDR();
    /** Several sockets may bind to the same address, and share its connections. */
    public static final int SO_REUSEPORT = socket_h.SO_REUSEPORT();
    /** Probe idle connections. */
    public static final int SO_KEEPALIVE = socket_h.SO_KEEPALIVE();
    /** Size of the receive buffer in bytes; the kernel doubles what is set. */
    public static final int SO_RCVBUF = socket_h.SO_RCVBUF();
    /** Size of the send buffer in bytes; the kernel doubles what is set. */
    public static final int SO_SNDBUF = socket_h.SO_SNDBUF();
    /** How many bytes make a socket readable. */
    public static final int SO_RCVLOWAT = socket_h.SO_RCVLOWAT();
    /** The type, to be read only. */
    public static final int SO_TYPE = socket_h.SO_TYPE();
    /** The domain, to be read only. */
    public static final int SO_DOMAIN = socket_h.SO_DOMAIN();
    /** The protocol, to be read only. */
    public static final int SO_PROTOCOL = socket_h.SO_PROTOCOL();
    /** Whether the socket listens, to be read only. */
    public static final int SO_ACCEPTCONN = socket_h.SO_ACCEPTCONN();
    /** Leave out-of-band data in the stream. */
    public static final int SO_OOBINLINE = socket_h.SO_OOBINLINE();
    /** Allow datagrams to broadcast addresses. */
    public static final int SO_BROADCAST = socket_h.SO_BROADCAST();
    /** Send or receive out-of-band data. */
    public static final int MSG_OOB = socket_h.MSG_OOB();
    /** Leave what is received in the queue. */
    public static final int MSG_PEEK = socket_h.MSG_PEEK();
    /** Do not block, whatever the status flags say. */
    public static final int MSG_DONTWAIT = socket_h.MSG_DONTWAIT();
    /** No SIGPIPE; the JVM ignores that anyway. */
    public static final int MSG_NOSIGNAL = socket_h.MSG_NOSIGNAL();
    /** Return the real length of a datagram, even if the buffer is shorter. */
    public static final int MSG_TRUNC = socket_h.MSG_TRUNC();
    /** Wait until the buffer is full. */
    public static final int MSG_WAITALL = socket_h.MSG_WAITALL();
    /** More will follow: do not send a partial packet yet. */
    public static final int MSG_MORE = socket_h.MSG_MORE();
    /** The end of a record. */
    public static final int MSG_EOR = socket_h.MSG_EOR();
    /** Level of the options that begin with TCP_; protocol of TCP. */
    public static final int IPPROTO_TCP = socket_h.IPPROTO_TCP();
    /** Protocol of UDP. */
    public static final int IPPROTO_UDP = socket_h.IPPROTO_UDP();
    /** Level of the options that begin with IPV6_. */
    public static final int IPPROTO_IPV6 = socket_h.IPPROTO_IPV6();
    /** Do not take IPv4. */
    public static final int IPV6_V6ONLY = socket_h.IPV6_V6ONLY();
    /** Send small packets at once. */
    public static final int TCP_NODELAY = socket_h.TCP_NODELAY();
    /** Send full packets only, until cleared. */
    public static final int TCP_CORK = socket_h.TCP_CORK();
    /** Seconds of silence before the first probe. */
    public static final int TCP_KEEPIDLE = socket_h.TCP_KEEPIDLE();
    /** Seconds between probes. */
    public static final int TCP_KEEPINTVL = socket_h.TCP_KEEPINTVL();
    /** Probes without an answer before the connection is given up. */
    public static final int TCP_KEEPCNT = socket_h.TCP_KEEPCNT();
    /** Seconds to wait for data before a connection is offered to {@code accept}. */
    public static final int TCP_DEFER_ACCEPT = socket_h.TCP_DEFER_ACCEPT();
    /** Acknowledge at once. */
    public static final int TCP_QUICKACK = socket_h.TCP_QUICKACK();
    /** Milliseconds for which sent data may stay unacknowledged. */
    public static final int TCP_USER_TIMEOUT = socket_h.TCP_USER_TIMEOUT();
    /** What {@link #connect} returns when the connection is being made: {@code -EINPROGRESS}. */
    public static final int IN_PROGRESS = -errno_h.EINPROGRESS();

    private static final int EINTR = errno_h.EINTR();

    /** Of bytes: should the kernel take it for instructions (SO_GET_FILTER), there is room for as many at ADDRESS. */
    private static final int ROOM_FOR_MORE_THAN_AN_INT = Scratch.ADDRESS_BYTES / 8;
    private static final int LONGEST_OPTION = 1 << 20;

    private SocketFd(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)}.
     *
     * @param domain {@link #AF_INET}, {@link #AF_INET6}, {@link #AF_UNIX} or another
     * @param type {@link #SOCK_STREAM}, {@link #SOCK_DGRAM} or another
     * @return a new socket, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT, EINVAL
     * @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>
     */
    public static SocketFd create(int domain, int type) throws ErrnoException {
        return create(domain, type, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }

    /**
     * {@code socket(domain, type | flags, protocol)}, with exactly these flags.
     *
     * @param domain {@link #AF_INET}, {@link #AF_INET6}, {@link #AF_UNIX} or another
     * @param type {@link #SOCK_STREAM}, {@link #SOCK_DGRAM} or another
     * @param protocol 0 for the usual one of the type
     * @param flags {@link #SOCK_CLOEXEC}, {@link #SOCK_NONBLOCK}, or 0
     * @return a new socket, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, EACCES, EAFNOSUPPORT, EPROTONOSUPPORT, EINVAL
     * @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a>
     */
    public static SocketFd create(int domain, int type, int protocol, int flags) throws ErrnoException {
        int fd = Libc.socket(domain, type | flags, protocol);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "socket", "domain=" + domain, "type=" + ErrnoException.octal(type | flags),
                    "protocol=" + protocol);
        }
        return new SocketFd(fd, true);
    }

    /**
     * Takes over an open socket: from now on this object closes it, and nobody else may. Its flags stay as they are.
     *
     * @param fd the number of an open socket; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static SocketFd adopt(int fd) {
        return new SocketFd(fd, true);
    }

    /**
     * Names a socket that someone else owns and keeps open, such as that of a native library. Closing the result only
     * makes the result unusable.
     *
     * @param fd the number of an open socket; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static SocketFd borrow(int fd) {
        return new SocketFd(fd, false);
    }

    /**
     * {@code bind(fd, address, length)}. Binding to a path makes a file, which outlives the socket: delete it.
     * The empty path makes up a {@link UnixAbstractAddress}.
     *
     * @param address where to listen, or to send from; port 0 is any free one
     * @throws ErrnoException if the kernel refuses: EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL …
     * @throws IllegalArgumentException if the address does not fit the socket's domain, is unresolved, or is too long a
     *         path (107 bytes)
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/bind.2.html">bind(2)</a>
     */
    public void bind(SocketAddress address) throws ErrnoException {
        int domain = domain();
        MemorySegment s = Scratch.take();
        try {
            int length = SockAddr.encode(address, domain, Scratch.address(s));
            orThrow(Guarded.bind(s, guard, s.address() + Scratch.ADDRESS, length), "bind", address);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code listen(fd, backlog)}.
     *
     * @param backlog how many connections may wait to be accepted, at most /proc/sys/net/core/somaxconn
     * @throws ErrnoException if the kernel refuses: EADDRINUSE, EOPNOTSUPP, EINVAL
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/listen.2.html">listen(2)</a>
     */
    public void listen(int backlog) throws ErrnoException {
        orThrow(Guarded.listen(guard, backlog), "listen", backlog);
    }

    /**
     * {@code accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)}.
     *
     * @return the new connection, owned by the caller; {@code null} if none is waiting and this socket is non-blocking
     * @throws ErrnoException as {@link #accept(int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept4(2)</a>
     */
    public @Nullable SocketFd accept() throws ErrnoException {
        return accept(SOCK_CLOEXEC | SOCK_NONBLOCK);
    }

    /**
     * {@code accept4(fd, NULL, NULL, flags)}, with exactly these flags. A call that a signal interrupts is made again.
     *
     * @param flags {@link #SOCK_CLOEXEC}, {@link #SOCK_NONBLOCK}, or 0
     * @return the new connection, owned by the caller; {@code null} if none is waiting and this socket is non-blocking
     * @throws ErrnoException if the kernel refuses: ECONNABORTED (that connection is gone, the next may be good),
     *         EMFILE and ENFILE (the connection stays in the queue, and this socket readable: stop watching it for a
     *         while), EINVAL (not listening) …
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept4(2)</a>
     */
    public @Nullable SocketFd accept(int flags) throws ErrnoException {
        int accepted = Guarded.accept4(guard, 0, 0, flags);
        if (accepted == WOULD_BLOCK) {
            return null;
        }
        if (accepted < 0) {
            throw failed(accepted, "accept4", "NULL", "NULL", "flags=" + ErrnoException.octal(flags));
        }
        return new SocketFd(accepted, true);
    }

    /**
     * {@code connect(fd, address, length)}. A non-blocking TCP socket answers {@link #IN_PROGRESS}: wait until it can
     * be written (EPOLLOUT), then ask {@link #takeError} whether it is connected. So does a blocking one that a signal
     * interrupts, because the kernel goes on connecting; not so for a Unix-domain socket, where the call is made again.
     * Add a socket to an epoll after this call, not before: one that was never connected reports EPOLLOUT and EPOLLHUP,
     * and no error.
     *
     * @param address the peer
     * @return 0 if connected; {@link #IN_PROGRESS}; or {@link #WOULD_BLOCK} if the queue of the peer's non-blocking
     *         Unix-domain socket is full: then nothing is in progress, try again later
     * @throws ErrnoException if the kernel refuses: ECONNREFUSED, ENETUNREACH, EISCONN, EALREADY, ENOENT …
     * @throws IllegalArgumentException if the address does not fit the socket's domain, is unresolved, or is too long a
     *         path (107 bytes)
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
     */
    public int connect(SocketAddress address) throws ErrnoException {
        int domain = domain();
        MemorySegment s = Scratch.take();
        try {
            int length = SockAddr.encode(address, domain, Scratch.address(s));
            int fd = guard.enter();
            int result;
            try {
                do {
                    result = Libc.connect(s, fd, s.address() + Scratch.ADDRESS, length);
                } while (result == -EINTR && domain == AF_UNIX && isOpen());
            } finally {
                guard.leave();
            }
            if (result == IN_PROGRESS || result == -EINTR && domain != AF_UNIX && isOpen()) {
                return IN_PROGRESS;
            }
            // of other domains it means that no local port is free
            return result == WOULD_BLOCK && domain == AF_UNIX ? result : orThrow(result, "connect", address);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code connect(fd, {AF_UNSPEC}, 16)}: takes back what {@link #connect} did. A datagram socket has no peer then,
     * and receives from everybody again; what its peer has sent already stays in the queue. Of UDP, the address and the
     * port that {@link #bind} was given stay, those that the kernel chose it may choose anew: {@link #bind} again to
     * keep them.
     *
     * <p>Of TCP this breaks the connection off: what was not sent is lost, and the peer gets ECONNRESET. The socket can
     * be connected again; one that listened does so no more. To end a connection in good order, {@link #shutdown} it
     * and close it.
     *
     * @throws ErrnoException if the kernel refuses: EINVAL (a Unix-domain stream) …
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
     */
    public void disconnect() throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            int length = SockAddr.encodeNone(Scratch.address(s));
            int fd = guard.enter();
            int result;
            try {
                result = Libc.connect(s, fd, s.address() + Scratch.ADDRESS, length);
            } finally {
                guard.leave();
            }
            orThrow(result, "connect", "AF_UNSPEC");
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code getsockopt(fd, SOL_SOCKET, SO_ERROR, …)}: takes the pending error away. After a {@link #connect} that was
     * {@link #IN_PROGRESS} and a socket that can be written, this is its result.
     *
     * @return 0 if there is none, else an error number: see {@link Errno#name} and {@link Errno#text}
     * @throws ErrnoException if the kernel refuses: ENOTSOCK
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
     */
    public int takeError() throws ErrnoException {
        return getInt(SOL_SOCKET, SO_ERROR);
    }

    /**
     * {@code shutdown(fd, how)}.
     *
     * @param how {@link #SHUT_RD}, {@link #SHUT_WR} or {@link #SHUT_RDWR}
     * @throws ErrnoException if the kernel refuses: ENOTCONN, EINVAL
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/shutdown.2.html">shutdown(2)</a>
     */
    public void shutdown(int how) throws ErrnoException {
        orThrow(Guarded.shutdown(guard, how), "shutdown", how);
    }

    /**
     * {@code recv(fd, buffer, byteSize, flags)}: {@link #read} with flags. A call that a signal interrupts is made
     * again.
     *
     * @param buffer native, writable memory
     * @param flags {@link #MSG_PEEK}, {@link #MSG_OOB} and the like, or 0
     * @return the number of bytes; 0 at the end of the stream, for an empty datagram, or for an empty buffer; {@link
     *         #WOULD_BLOCK} if there is nothing yet and the call may not wait. With {@link #MSG_TRUNC} perhaps more
     *         than the buffer has: what did not fit is lost
     * @throws ErrnoException if the kernel refuses: ECONNRESET, ECONNREFUSED, ENOTCONN, EINVAL (no out-of-band data) …
     * @throws IllegalArgumentException if the buffer is read-only or on the heap
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
     */
    public long recv(MemorySegment buffer, int flags) throws ErrnoException {
        Memory.requireWritable(buffer);
        return bytesOrWouldBlock(Guarded.recv(guard, buffer, buffer.byteSize(), flags), "recv", buffer);
    }

    /**
     * {@code send(fd, buffer, byteSize, flags)}: {@link #write} with flags. A call that a signal interrupts is made
     * again.
     *
     * @param buffer native memory
     * @param flags {@link #MSG_OOB}, {@link #MSG_MORE} and the like, or 0
     * @return the number of bytes sent, perhaps fewer than asked for; {@link #WOULD_BLOCK} if none fit and the call may
     *         not wait
     * @throws ErrnoException if the kernel refuses: EPIPE, ECONNRESET, EMSGSIZE, ENOTCONN, EDESTADDRREQ …
     * @throws IllegalArgumentException if the buffer is on the heap
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
     */
    public long send(MemorySegment buffer, int flags) throws ErrnoException {
        Memory.requireNative(buffer);
        return bytesOrWouldBlock(Guarded.send(guard, buffer, buffer.byteSize(), flags), "send", buffer);
    }

    /**
     * {@code recvfrom(fd, buffer, byteSize, flags, &from, &length)}: receives one datagram, and tells who sent it. A
     * call that a signal interrupts is made again.
     *
     * @param buffer native, writable memory; what of the datagram does not fit is lost
     * @param flags {@link #MSG_TRUNC}, to see whether it fitted; {@link #MSG_PEEK} and the like; or 0
     * @param from receives the sender's address; none, if nothing was received, or the sender has no address, or the
     *        socket is a connected stream
     * @return the number of bytes, 0 for an empty datagram; with {@link #MSG_TRUNC} the length of the datagram, more
     *         than the buffer has if it did not fit; {@link #WOULD_BLOCK} if there is nothing yet and the call may not
     *         wait
     * @throws ErrnoException if the kernel refuses: ECONNREFUSED (once, of an earlier datagram on a connected socket),
     *         ENOTCONN …
     * @throws IllegalArgumentException if the buffer is read-only or on the heap
     * @throws IllegalStateException if this socket is closed, or {@code from} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recvfrom(2)</a>
     */
    public long recvfrom(MemorySegment buffer, int flags, SockaddrStorage from) throws ErrnoException {
        Memory.requireWritable(buffer);
        from.begin();
        try {
            from.length(0);
            MemorySegment s = Scratch.take();
            try {
                // which the kernel leaves alone where a signal interrupts the call
                s.set(ValueLayout.JAVA_INT, Scratch.WORD, SockaddrStorage.BYTES);
                long n = Guarded.recvfrom(
                        s, guard, buffer, buffer.byteSize(), flags, from.segment, s.address() + Scratch.WORD);
                if (n >= 0) {
                    from.length(s.get(ValueLayout.JAVA_INT, Scratch.WORD));
                }
                return bytesOrWouldBlock(n, "recvfrom", buffer);
            } finally {
                Scratch.give(s);
            }
        } finally {
            from.end();
        }
    }

    /**
     * {@code sendto(fd, buffer, byteSize, flags, &to, length)}: sends one datagram. A call that a signal interrupts is
     * made again.
     *
     * <p>A Unix-domain socket that is not connected can be written (POLLOUT) also while its receiver is full: a loop that
     * waits for that after {@link #WOULD_BLOCK} spins. {@link #connect} it, and it can be written when there is room; or
     * wait for some time before the next attempt.
     *
     * @param buffer native memory, perhaps empty: all of the datagram
     * @param flags {@link #MSG_DONTWAIT}, {@link #MSG_MORE} and the like, or 0
     * @param to the receiver, of this socket's domain; as {@link #recvfrom} wrote it, to answer
     * @return the number of bytes, which is all of them; {@link #WOULD_BLOCK} if there is no room now and the call may
     *         not wait. That a datagram was sent says nothing about whether it arrives
     * @throws ErrnoException if the kernel refuses: ECONNREFUSED, EMSGSIZE (too long for one datagram), EACCES (a
     *         broadcast without {@link #SO_BROADCAST}), ENETUNREACH, EISCONN, EINVAL (port 0),
     *         EAFNOSUPPORT or EINVAL (an address of another domain) …
     * @throws IllegalArgumentException if the buffer is on the heap
     * @throws IllegalStateException if this socket is closed, or {@code to} has no address
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">sendto(2)</a>
     */
    public long sendto(MemorySegment buffer, int flags, SockaddrStorage to) throws ErrnoException {
        int length = to.length();
        if (length == 0) {
            throw new IllegalStateException("there is no address to send to");
        }
        Memory.requireNative(buffer);
        return sent(Guarded.sendto(guard, buffer, buffer.byteSize(), flags, to.segment, length), buffer, to);
    }

    /**
     * {@code sendto(fd, buffer, byteSize, flags, &to, length)}: sends one datagram. The kernel is asked for this
     * socket's domain each time; for many datagrams to the same receiver keep its address in a {@link SockaddrStorage}.
     *
     * @param buffer native memory, perhaps empty: all of the datagram
     * @param flags {@link #MSG_DONTWAIT}, {@link #MSG_MORE} and the like, or 0
     * @param to the receiver
     * @return as {@link #sendto(MemorySegment, int, SockaddrStorage)}
     * @throws ErrnoException as {@link #sendto(MemorySegment, int, SockaddrStorage)}
     * @throws IllegalArgumentException if the buffer is on the heap, or the address does not fit the socket's domain,
     *         is unresolved, or is too long a path (107 bytes)
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">sendto(2)</a>
     */
    public long sendto(MemorySegment buffer, int flags, SocketAddress to) throws ErrnoException {
        Memory.requireNative(buffer);
        int domain = domain();
        MemorySegment s = Scratch.take();
        try {
            int length = SockAddr.encode(to, domain, Scratch.address(s));
            long n = Guarded.sendto(
                    s, guard, buffer, buffer.byteSize(), flags, s.address() + Scratch.ADDRESS, length);
            return sent(n, buffer, to);
        } finally {
            Scratch.give(s);
        }
    }

    private long sent(long n, MemorySegment buffer, Object to) throws ErrnoException {
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, "sendto", "count=" + buffer.byteSize(), to);
    }

    /**
     * {@code getsockopt(fd, level, option, …)}, for options whose value is an {@code int}. The kernel is asked with
     * room for more, so that no value is cut; it widens those of a single byte, such as IP_MULTICAST_TTL.
     *
     * @param level {@link #SOL_SOCKET}, {@link #IPPROTO_TCP} or another
     * @param option {@link #SO_RCVBUF}, {@link #TCP_NODELAY} or another
     * @return its value; 0 is no, anything else yes, for those that say yes or no
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT or EOPNOTSUPP (no such option of this level), ENOTSOCK,
     *         EINVAL (there is too little room)
     * @throws IllegalArgumentException if the value is no {@code int}, such as SO_LINGER or TCP_INFO: {@link
     *         #getsockopt(int, int, MemorySegment)} gets those. Or if level and option are in the wrong order: as far
     *         as they have constants here, and mean nothing else in that order. {@link #SO_BROADCAST} is refused for
     *         stream sockets, where it has no meaning, because it is {@link #TCP_NODELAY} in the wrong order
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public int getsockopt(int level, int option) throws ErrnoException {
        requireOrder(level, option);
        return getInt(level, option);
    }

    private int getInt(int level, int option) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            // some values are input as well
            Scratch.address(s).fill((byte) 0);
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, ROOM_FOR_MORE_THAN_AN_INT);
            int result = Guarded.getsockopt(
                    s, guard, level, option, s.address() + Scratch.ADDRESS, s.address() + Scratch.WORD);
            if (result < 0) {
                throw optionFailed(result, "getsockopt", level, option);
            }
            int length = s.get(ValueLayout.JAVA_INT, Scratch.WORD);
            if (length != Integer.BYTES) {
                throw new IllegalArgumentException("level=" + level + ", optname=" + option + ": the value is no int,"
                        + (length > Integer.BYTES ? " but longer" : " but has " + length + " bytes")
                        + ": use getsockopt(level, option, MemorySegment)");
            }
            return s.get(ValueLayout.JAVA_INT, Scratch.ADDRESS);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code getsockopt(fd, level, option, value, &length)}, for options of any type: structs such as those of
     * SO_LINGER and TCP_INFO, texts such as that of TCP_CONGESTION. The kernel sees zeros in the place of the value:
     * options that read from there what to tell cannot be asked in this way.
     *
     * @param level {@link #SOL_SOCKET}, {@link #IPPROTO_TCP} or another
     * @param option the number of any option
     * @param value receives the value, as C has it; native memory or on the heap. What does not fit is cut, or the
     *        kernel refuses
     * @return the length that the kernel tells, of the value or of as much of it as fitted: usually in bytes
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT or EOPNOTSUPP (no such option of this level), ENOTSOCK,
     *         EINVAL or ERANGE (there is too little room) …
     * @throws IllegalArgumentException if the memory is read-only, or larger than 1 MiB; or if level and option are in
     *         the wrong order, as in {@link #getsockopt(int, int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public int getsockopt(int level, int option, MemorySegment value) throws ErrnoException {
        if (value.isReadOnly()) {
            throw new IllegalArgumentException("the value would be written to read-only memory");
        }
        int room = optionLength(value);
        requireOrder(level, option);
        MemorySegment s = Scratch.take();
        try (Arena arena = Arena.ofConfined()) {
            // SO_GET_FILTER counts its room in instructions of 8 bytes
            MemorySegment copy = arena.allocate(Math.max(1, room) * 8L, Long.BYTES);
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, room);
            int result = Guarded.getsockopt(s, guard, level, option, copy.address(), s.address() + Scratch.WORD);
            if (result < 0) {
                throw optionFailed(result, "getsockopt", level, option, "optlen=" + room);
            }
            MemorySegment.copy(copy, 0, value, 0, room);
            return s.get(ValueLayout.JAVA_INT, Scratch.WORD);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code setsockopt(fd, level, option, &value, 4)}, for options whose value is an {@code int}.
     *
     * @param level {@link #SOL_SOCKET}, {@link #IPPROTO_TCP} or another
     * @param option {@link #SO_REUSEADDR}, {@link #TCP_NODELAY} or another
     * @param value its value; 1 or 0 for those that say yes or no
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT (no such option of this level), ENOTSOCK, EINVAL (also
     *         if the value is no {@code int}, but longer), EPERM
     * @throws IllegalArgumentException if level and option are in the wrong order, as in {@link #getsockopt(int, int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public void setsockopt(int level, int option, int value) throws ErrnoException {
        requireOrder(level, option);
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, value);
            int result = Guarded.setsockopt(
                    s, guard, level, option, s.address() + Scratch.WORD, Integer.BYTES);
            if (result < 0) {
                throw optionFailed(result, "setsockopt", level, option, Integer.toString(value));
            }
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code setsockopt(fd, level, option, value, byteSize)}, for options of any type: structs such as that of
     * SO_LINGER, texts such as that of TCP_CONGESTION.
     *
     * @param level {@link #SOL_SOCKET}, {@link #IPPROTO_TCP} or another
     * @param option the number of any option
     * @param value its value, as C has it; native memory or on the heap. What a struct points to has to stay where it
     *        is during the call
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT (no such option of this level), ENOTSOCK, EINVAL,
     *         EPERM …
     * @throws IllegalArgumentException if the memory is larger than 1 MiB; or if level and option are in the wrong
     *         order, as in {@link #getsockopt(int, int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public void setsockopt(int level, int option, MemorySegment value) throws ErrnoException {
        int length = optionLength(value);
        requireOrder(level, option);
        MemorySegment s = Scratch.take();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(1, length), Long.BYTES).copyFrom(value);
            int result = Guarded.setsockopt(s, guard, level, option, copy.address(), length);
            if (result < 0) {
                throw optionFailed(result, "setsockopt", level, option, "optlen=" + length);
            }
        } finally {
            Scratch.give(s);
        }
    }

    private static int optionLength(MemorySegment value) {
        if (value.byteSize() > LONGEST_OPTION) {
            throw new IllegalArgumentException("no option has " + value.byteSize() + " bytes");
        }
        return (int) value.byteSize();
    }

    private void requireOrder(int level, int option) throws ErrnoException {
        if (SocketOptions.inWrongOrder(level, option)) {
            throw new IllegalArgumentException("level=" + level + ", optname=" + option
                    + ": these are an option and its level, but the level comes first");
        }
        if (level == SOL_SOCKET && option == SO_BROADCAST && getInt(SOL_SOCKET, SO_TYPE) == SOCK_STREAM) {
            throw new IllegalArgumentException("level=SOL_SOCKET, optname=SO_BROADCAST: a stream has no broadcasts;"
                    + " or these are TCP_NODELAY and IPPROTO_TCP, but the level comes first");
        }
    }

    private ErrnoException optionFailed(int result, String function, int level, int option, String... value) {
        List<String> arguments = new ArrayList<>(
                List.of("fd=" + guard.number(), "level=" + level, "optname=" + option));
        arguments.addAll(List.of(value));
        return ErrnoException.of(-result, function, arguments.toArray());
    }

    /**
     * {@code getsockname(fd, …)}: the address that this socket is bound to.
     *
     * @return for example the port that was free
     * @throws ErrnoException if the kernel refuses: ENOTSOCK
     * @throws UnsupportedOperationException if Java has no type for the address
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockname.2.html">getsockname(2)</a>
     */
    public SocketAddress getsockname() throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, Scratch.ADDRESS_BYTES);
            orThrow(Guarded.getsockname(s, guard, s.address() + Scratch.ADDRESS, s.address() + Scratch.WORD),
                    "getsockname", "&addr");
            return SockAddr.decode(Scratch.address(s), s.get(ValueLayout.JAVA_INT, Scratch.WORD));
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code getpeername(fd, …)}: the address that this socket is connected to.
     *
     * @return the peer's address; the empty path for a Unix-domain client that has none
     * @throws ErrnoException if the kernel refuses: ENOTCONN (also of a connection that was reset before it was
     *         accepted), ENOTSOCK
     * @throws UnsupportedOperationException if Java has no type for the address
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getpeername.2.html">getpeername(2)</a>
     */
    public SocketAddress getpeername() throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, Scratch.ADDRESS_BYTES);
            orThrow(Guarded.getpeername(s, guard, s.address() + Scratch.ADDRESS, s.address() + Scratch.WORD),
                    "getpeername", "&addr");
            return SockAddr.decode(Scratch.address(s), s.get(ValueLayout.JAVA_INT, Scratch.WORD));
        } finally {
            Scratch.give(s);
        }
    }

    private int domain() throws ErrnoException {
        return getInt(SOL_SOCKET, SO_DOMAIN);
    }

    private int orThrow(int result, String function, Object argument) throws ErrnoException {
        if (result < 0) {
            throw failed(result, function, argument);
        }
        return result;
    }
}
