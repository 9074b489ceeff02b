package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.libc_h;
import dev.pollux.generated.socket_h;
import dev.pollux.internal.Closing;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket: TCP, UDP, Unix-domain, netlink, packet, and any other.
 *
 * <p>Addresses are the JDK's {@link java.net.InetSocketAddress} and {@link java.net.UnixDomainSocketAddress}, and
 * {@link UnixAbstractAddress}, {@link NetlinkAddress}, {@link PacketAddress}, {@link VsockAddress} and {@link
 * CanAddress}. Those of any other family are bytes, in a {@link SockaddrStorage}, which every call takes as well. A
 * socket of {@link #AF_INET6} takes IPv4 addresses as well: if unsure, use that. The path of a Unix-domain socket, if
 * relative, is the file that the JDK means by it, also where {@code user.dir} is not the directory of the process;
 * where it is, only the relative path has to fit into the 107 bytes that there are for one.
 *
 * <p>Bytes are moved by {@link #read}, {@link #write}, {@link #recv} and {@link #send}, datagrams without a connection
 * by {@link #recvfrom} and {@link #sendto(MemorySegment, int, SockaddrStorage)}; with several buffers, and with
 * descriptors and other control messages, by {@link #recvmsg} and {@link #sendmsg}; many at once by {@link #recvmmsg}
 * and {@link #sendmmsg}.
 *
 * <p>A listener, whose {@link #accept()} shows how to go on, and a connection that has so long to be made:
 * {@snippet class="dev.pollux.Snippets" region="listen"}
 * {@snippet class="dev.pollux.Snippets" region="connect"}
 *
 * <p>All methods may be called by any thread.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code AskedAddress},
 * {@code HandOverSocket}, {@code PeerUid},
 * {@code SlowClient}, {@code SocketActivation}, {@code VirtualEcho}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/socket.7.html">socket(7)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public final class SocketFd extends Fd {
    /** Unix domain sockets. */
    public static final int AF_UNIX = socket_h.AF_UNIX();
    /** IPv4. */
    public static final int AF_INET = socket_h.AF_INET();
    /** IPv6, and IPv4 as well unless {@link Sockopt#IPV6_V6ONLY} is set. */
    public static final int AF_INET6 = socket_h.AF_INET6();
    /** The kernel's messages about itself: see {@link NetlinkAddress}. */
    public static final int AF_NETLINK = socket_h.AF_NETLINK();
    /** Packets as a network interface sends and receives them: see {@link PacketAddress}. */
    public static final int AF_PACKET = socket_h.AF_PACKET();
    /** CAN buses: see {@link CanAddress}. */
    public static final int AF_CAN = socket_h.AF_CAN();
    /** Between a virtual machine and its host: see {@link VsockAddress}. */
    public static final int AF_VSOCK = socket_h.AF_VSOCK();
    /** A stream of bytes, such as TCP. */
    public static final int SOCK_STREAM = socket_h.SOCK_STREAM();
    /** Datagrams, such as UDP. */
    public static final int SOCK_DGRAM = socket_h.SOCK_DGRAM();
    /** A connection that keeps the bounds of messages. */
    public static final int SOCK_SEQPACKET = socket_h.SOCK_SEQPACKET();
    /** Packets of a protocol that the program writes itself; messages of netlink. */
    public static final int SOCK_RAW = socket_h.SOCK_RAW();
    /** Close the descriptor when the process executes another program. */
    public static final int SOCK_CLOEXEC = socket_h.SOCK_CLOEXEC();
    /** Calls return {@link Fd#WOULD_BLOCK} where they would block. */
    public static final int SOCK_NONBLOCK = socket_h.SOCK_NONBLOCK();
    /** The backlog of {@link #listen} that C programs pass to say "many": 4096; the kernel cuts it to its own limit. */
    public static final int SOMAXCONN = libc_h.SOMAXCONN();
    /** For {@link #shutdown}: no more reading. */
    public static final int SHUT_RD = socket_h.SHUT_RD();
    /** For {@link #shutdown}: no more writing; the peer reads the end of the stream. */
    public static final int SHUT_WR = socket_h.SHUT_WR();
    /** For {@link #shutdown}: no more reading or writing. */
    public static final int SHUT_RDWR = socket_h.SHUT_RDWR();
    /** Level of the options that begin with SO_. */
    public static final int SOL_SOCKET = socket_h.SOL_SOCKET();
    /** Level of the options that begin with NETLINK_. */
    public static final int SOL_NETLINK = socket_h.SOL_NETLINK();
    /** Level of the options that begin with PACKET_. */
    public static final int SOL_PACKET = socket_h.SOL_PACKET();
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
    /** Of a message that was received: control messages were cut or lost, descriptors among them. */
    public static final int MSG_CTRUNC = socket_h.MSG_CTRUNC();
    /** Receive what went wrong with what was sent: {@link SockExtendedErr}. It never blocks. */
    public static final int MSG_ERRQUEUE = socket_h.MSG_ERRQUEUE();
    /** Descriptors that are received are close-on-exec: {@link #recvmsg} and {@link #recvmmsg} always say so. */
    public static final int MSG_CMSG_CLOEXEC = socket_h.MSG_CMSG_CLOEXEC();
    /** For {@link #recvmmsg}: wait for the first message only. */
    public static final int MSG_WAITFORONE = socket_h.MSG_WAITFORONE();
    /**
     * Send without copying: the memory must neither change nor be freed until {@link #MSG_ERRQUEUE} says that it is
     * done with, else what is sent is whatever is there then. Without {@link Sockopt#SO_ZEROCOPY} of this socket the
     * kernel copies, says nothing, and tells nothing later; with it, calls that moved something are numbered from 0.
     * Then the socket has POLLERR, and {@link #recvmsg} with MSG_ERRQUEUE, which needs room for {@link Cmsg#IP_RECVERR}
     * or {@link Cmsg#IPV6_RECVERR}, gives {@link SockExtendedErr#SO_EE_ORIGIN_ZEROCOPY}.
     */
    public static final int MSG_ZEROCOPY = socket_h.MSG_ZEROCOPY();
    /** Level of the options that begin with IP_. */
    public static final int IPPROTO_IP = socket_h.IPPROTO_IP();
    /** Level of the options that begin with TCP_; protocol of TCP. */
    public static final int IPPROTO_TCP = socket_h.IPPROTO_TCP();
    /** Protocol of UDP. */
    public static final int IPPROTO_UDP = socket_h.IPPROTO_UDP();
    /** Level of the options that begin with IPV6_. */
    public static final int IPPROTO_IPV6 = socket_h.IPPROTO_IPV6();
    /** What {@link #connect} returns when the connection is being made: {@code -EINPROGRESS}. */
    public static final int IN_PROGRESS = -errno_h.EINPROGRESS();

    private static final int EINTR = errno_h.EINTR();
    private static final int ERANGE = errno_h.ERANGE();

    /** Of bytes: should the kernel take it for instructions (SO_GET_FILTER), there is room for as many at ADDRESS. */
    private static final int ROOM_FOR_MORE_THAN_A_NUMBER = Scratch.ADDRESS_BYTES / 8;
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
        SockAddr.prepare(domain);
        Closing.requireStack();
        int fd = Libc.socket(domain, type | flags, protocol);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "socket", "domain=" + domain, "type=" + ErrnoException.octal(type | flags),
                    "protocol=" + protocol);
        }
        return opened(fd);
    }

    /**
     * Takes over an open socket: from now on this object closes it, and nobody else may. Its flags stay as they are.
     * Those that systemd passes begin at 3, and only if {@code LISTEN_PID} is this process: otherwise 3 is a file of the
     * JVM's own.
     *
     * @param fd the number of an open socket; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static SocketFd adopt(int fd) {
        SockAddr.prepare(SockAddr.AF_UNSPEC);
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
        SockAddr.prepare(SockAddr.AF_UNSPEC);
        return new SocketFd(fd, false);
    }

    /** The owner of a socket that has just been opened. */
    private static SocketFd opened(int fd) {
        try {
            return new SocketFd(fd, true);
        } catch (VirtualMachineError e) {
            throw Closing.unowned(fd, e);
        }
    }

    /** The owners of two. */
    static SocketPair opened(int first, int second) {
        try {
            return new SocketPair(new SocketFd(first, true), new SocketFd(second, true));
        } catch (VirtualMachineError e) {
            throw Closing.unowned(first, Closing.unowned(second, e));
        }
    }

    /**
     * {@code bind(fd, address, length)}. Binding to a path makes a file, which outlives the socket: delete it.
     * The empty path makes up a {@link UnixAbstractAddress}. It does not block, but for a path on a network file system
     * that does not answer: then a virtual thread holds its carrier, here and in {@link #connect(SocketAddress)}.
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
     * {@code bind(fd, address, length)}, with an address of any family, as it is. Does not block.
     *
     * @param address where to listen, or to send from
     * @throws ErrnoException as {@link #bind(SocketAddress)}; and EAFNOSUPPORT or EINVAL (the address is of another
     *         family than the socket, or too short)
     * @throws IllegalStateException if this socket is closed, or there is no address
     * @see <a href="https://man7.org/linux/man-pages/man2/bind.2.html">bind(2)</a>
     */
    public void bind(SockaddrStorage address) throws ErrnoException {
        int result = Guarded.bind(guard, address.segment, requireAddress(address));
        if (result < 0) {
            throw failed(result, "bind", withDomain(address));
        }
    }

    private static int requireAddress(SockaddrStorage address) {
        int length = address.length();
        if (length == 0) {
            throw new IllegalStateException("there is no address to bind to, to connect to, or to send to");
        }
        return length;
    }

    /** The arguments of a call that failed: the address; and this socket's domain, if the address is of another. */
    Object[] withDomain(SockaddrStorage address, Object... others) {
        List<Object> all = new ArrayList<>(List.of(others));
        all.add(address);
        try {
            int domain = domain();
            if (domain != address.family()) {
                all.add("domain=" + SockAddr.name(domain));
            }
        } catch (ErrnoException | IllegalStateException e) {
            // no socket, or closed meanwhile: the error of the call says so
        }
        return all.toArray();
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
     * {@code accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)}. At the limit of open files the connection stays,
     * and the socket readable:
     * {@snippet class="dev.pollux.Snippets" region="accept"}
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
     * <p>On a blocking socket it waits, and holds the carrier of a virtual thread; a {@link #shutdown} ends that.
     *
     * @param flags {@link #SOCK_CLOEXEC}, {@link #SOCK_NONBLOCK}, or 0
     * @return the new connection, owned by the caller; {@code null} if none is waiting and this socket is non-blocking
     * @throws ErrnoException if the kernel refuses: ECONNABORTED, EPROTO, ENETDOWN, EHOSTUNREACH and other errors of
     *         the network, EPERM (a firewall): that connection is gone, the next may be good; EMFILE and ENFILE (the
     *         connection stays in the queue, and this socket readable: stop watching it for a while); EINVAL (not
     *         listening) …
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept4(2)</a>
     */
    public @Nullable SocketFd accept(int flags) throws ErrnoException {
        Closing.requireStack();
        return accepted(Guarded.accept4(guard, 0, 0, flags), "NULL", "NULL", flags);
    }

    /**
     * {@code accept4(fd, &peer, &length, SOCK_CLOEXEC | SOCK_NONBLOCK)}: and tells who has connected, in the same call.
     *
     * @param peer receives the peer's address; none, if nobody is there, or the peer has no address
     * @return the new connection, owned by the caller; {@code null} if none is waiting and this socket is non-blocking
     * @throws ErrnoException as {@link #accept(int)}
     * @throws IllegalStateException if this socket is closed, or {@code peer} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept4(2)</a>
     */
    public @Nullable SocketFd accept(SockaddrStorage peer) throws ErrnoException {
        return accept(peer, SOCK_CLOEXEC | SOCK_NONBLOCK);
    }

    /**
     * {@code accept4(fd, &peer, &length, flags)}: as {@link #accept(int)}, and tells who has connected, in the same
     * call. A connection that is reset before it is accepted has an address here, and none for {@link #getpeername()}.
     *
     * <p>On a blocking socket it waits, and holds the carrier of a virtual thread; a {@link #shutdown} ends that.
     *
     * @param peer receives the peer's address; none, if nobody is there, or the peer has no address
     * @param flags {@link #SOCK_CLOEXEC}, {@link #SOCK_NONBLOCK}, or 0
     * @return the new connection, owned by the caller; {@code null} if none is waiting and this socket is non-blocking
     * @throws ErrnoException as {@link #accept(int)}
     * @throws IllegalStateException if this socket is closed, or {@code peer} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/accept.2.html">accept4(2)</a>
     */
    public @Nullable SocketFd accept(SockaddrStorage peer, int flags) throws ErrnoException {
        Closing.requireStack();
        peer.begin();
        try {
            peer.length(0);
            MemorySegment s = Scratch.take();
            try {
                // which the kernel leaves alone where a signal interrupts the call
                s.set(ValueLayout.JAVA_INT, Scratch.WORD, SockaddrStorage.BYTES);
                int accepted = Guarded.accept4(s, guard, peer.segment, s.address() + Scratch.WORD, flags);
                if (accepted >= 0) {
                    peer.length(s.get(ValueLayout.JAVA_INT, Scratch.WORD));
                }
                return accepted(accepted, "&addr", "&addrlen", flags);
            } finally {
                Scratch.give(s);
            }
        } finally {
            peer.end();
        }
    }

    private @Nullable SocketFd accepted(int accepted, String address, String length, int flags) throws ErrnoException {
        if (accepted == WOULD_BLOCK) {
            return null;
        }
        if (accepted < 0) {
            throw failed(accepted, "accept4", address, length, "flags=" + ErrnoException.octal(flags));
        }
        return opened(accepted);
    }

    /**
     * {@code connect(fd, address, length)}. A non-blocking TCP socket answers {@link #IN_PROGRESS}: wait until it can
     * be written (EPOLLOUT), then ask {@link #takeError} whether it is connected. So does a blocking one that a signal
     * interrupts, because the kernel goes on connecting; not so for a Unix-domain socket, where the call is made again.
     * Add a socket to an epoll after this call, not before: one that was never connected reports EPOLLOUT and EPOLLHUP,
     * and no error.
     *
     * <p>On a blocking socket it waits, and holds the carrier of a virtual thread; of TCP, a {@link #shutdown} ends
     * that.
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
            return isConnected(result, domain) ? result(result) : orThrow(result, "connect", address);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code connect(fd, address, length)}, with an address of any family, as it is: as {@link
     * #connect(SocketAddress)}.
     *
     * @param address the peer
     * @return 0 if connected; {@link #IN_PROGRESS}; or {@link #WOULD_BLOCK} if the queue of the peer's non-blocking
     *         Unix-domain socket is full: then nothing is in progress, try again later
     * @throws ErrnoException as {@link #connect(SocketAddress)}; and EAFNOSUPPORT or EINVAL (the address is of another
     *         family than the socket, or too short)
     * @throws IllegalStateException if this socket is closed, or there is no address
     * @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a>
     */
    public int connect(SockaddrStorage address) throws ErrnoException {
        int length = requireAddress(address);
        int family = address.family(); // the socket's domain: else the kernel refuses
        int fd = guard.enter();
        int result;
        try {
            do {
                result = Libc.connect(fd, address.segment, length);
            } while (result == -EINTR && family == AF_UNIX && isOpen());
        } finally {
            guard.leave();
        }
        if (!isConnected(result, family)) {
            throw failed(result, "connect", withDomain(address));
        }
        return result(result);
    }

    /** Whether this result of connect is none that is thrown. */
    private boolean isConnected(int result, int domain) {
        return result >= 0 || result == IN_PROGRESS || result == -EINTR && domain != AF_UNIX && isOpen()
                // of other domains it means that no local port is free
                || result == WOULD_BLOCK && domain == AF_UNIX;
    }

    private static int result(int connected) {
        return connected == -EINTR ? IN_PROGRESS : connected;
    }

    /**
     * {@code connect(fd, {AF_UNSPEC}, 16)}: undoes {@link #connect}. A datagram socket has no peer then, and receives
     * from everybody again; what its peer has sent already stays in the queue. Of UDP, the address and the port that
     * {@link #bind} was given stay; the kernel may replace those that it chose itself: {@link #bind} again to keep
     * them.
     *
     * <p>Of TCP this breaks the connection off: what was not sent is lost, and the peer gets ECONNRESET. The socket can
     * be connected again; one that listened does so no more. To end a connection in good order, {@link #shutdown} it
     * and close it. Does not block.
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
        return getInt(SOL_SOCKET, socket_h.SO_ERROR(), null);
    }

    /**
     * {@code shutdown(fd, how)}: ends one direction of a connection, or both, for all duplicates of the socket. It also
     * ends calls of other threads that are blocked on it: {@link #close} says which.
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
     * again. On a blocking socket, without {@link #MSG_DONTWAIT}, it waits, and holds the carrier of a virtual thread;
     * a {@link #shutdown} ends that.
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
     * again. On a blocking socket, without {@link #MSG_DONTWAIT}, it waits for room, and holds the carrier of a virtual
     * thread; a {@link #shutdown} ends that.
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
     * {@code recv(fd, buffer + offset, length, flags)}: {@link #read(byte[], int, int)} with flags.
     *
     * @param buffer where to put the bytes
     * @param offset where in it
     * @param length how many at most
     * @param flags {@link #MSG_PEEK}, {@link #MSG_DONTWAIT} and the like, or 0
     * @return as {@link #recv(MemorySegment, int)}
     * @throws ErrnoException as {@link #recv(MemorySegment, int)}
     * @throws IllegalStateException if this socket is closed
     * @throws IndexOutOfBoundsException if the array has no such part
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
     */
    public int recv(byte[] buffer, int offset, int length, int flags) throws ErrnoException {
        return HeapBytes.read(this, buffer, offset, length, flags);
    }

    /**
     * {@code recv(fd, buffer + position, remaining, flags)}: {@link #read(ByteBuffer)} with flags. The position moves
     * by what was received into the buffer.
     *
     * @param buffer where to put the bytes, from its position to its limit
     * @param flags {@link #MSG_PEEK}, {@link #MSG_DONTWAIT} and the like, or 0
     * @return as {@link #recv(MemorySegment, int)}
     * @throws ErrnoException as {@link #recv(MemorySegment, int)}
     * @throws IllegalArgumentException if the buffer is read-only
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recv(2)</a>
     */
    public int recv(ByteBuffer buffer, int flags) throws ErrnoException {
        return HeapBytes.read(this, buffer, flags);
    }

    /**
     * {@code send(fd, buffer + offset, length, flags)}: {@link #write(byte[], int, int)} with flags.
     *
     * @param buffer where the bytes are
     * @param offset where in it
     * @param length how many
     * @param flags {@link #MSG_MORE}, {@link #MSG_DONTWAIT} and the like, or 0
     * @return as {@link #send(MemorySegment, int)}
     * @throws ErrnoException as {@link #send(MemorySegment, int)}
     * @throws IllegalStateException if this socket is closed
     * @throws IndexOutOfBoundsException if the array has no such part
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
     */
    public int send(byte[] buffer, int offset, int length, int flags) throws ErrnoException {
        return HeapBytes.write(this, buffer, offset, length, flags);
    }

    /**
     * {@code send(fd, buffer + position, remaining, flags)}: {@link #write(ByteBuffer)} with flags. The position moves
     * by what was sent.
     *
     * @param buffer where the bytes are, from its position to its limit
     * @param flags {@link #MSG_MORE}, {@link #MSG_DONTWAIT} and the like, or 0
     * @return as {@link #send(MemorySegment, int)}
     * @throws ErrnoException as {@link #send(MemorySegment, int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">send(2)</a>
     */
    public int send(ByteBuffer buffer, int flags) throws ErrnoException {
        return HeapBytes.write(this, buffer, flags);
    }

    /**
     * {@code recvfrom(fd, buffer, byteSize, flags, &from, &length)}: receives one datagram, and tells who sent it. A
     * call that a signal interrupts is made again. It waits as {@link #recv(MemorySegment, int)} does.
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
     * made again. It waits as {@link #send(MemorySegment, int)} does.
     *
     * <p>A Unix-domain socket that is not connected can be written (POLLOUT) also while its receiver is full: a loop
     * that waits for that after {@link #WOULD_BLOCK} spins. {@link #connect} it, and it can be written when there is
     * room; or wait for some time before the next attempt.
     *
     * @param buffer native memory, perhaps empty: all of the datagram
     * @param flags {@link #MSG_DONTWAIT}, {@link #MSG_MORE} and the like, or 0
     * @param to the receiver, of this socket's domain; as {@link #recvfrom} wrote it, to answer
     * @return the number of bytes, which is all of them; {@link #WOULD_BLOCK} if there is no room now and the call may
     *         not wait. That a datagram was sent says nothing about whether it arrives
     * @throws ErrnoException if the kernel refuses: ECONNREFUSED, EMSGSIZE (too long for one datagram), EACCES (a
     *         broadcast without {@link Sockopt#SO_BROADCAST}), ENETUNREACH, EISCONN, EINVAL (port 0),
     *         EAFNOSUPPORT or EINVAL (an address of another domain) …
     * @throws IllegalArgumentException if the buffer is on the heap
     * @throws IllegalStateException if this socket is closed, or {@code to} has no address
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">sendto(2)</a>
     */
    public long sendto(MemorySegment buffer, int flags, SockaddrStorage to) throws ErrnoException {
        int length = requireAddress(to);
        Memory.requireNative(buffer);
        long n = Guarded.sendto(guard, buffer, buffer.byteSize(), flags, to.segment, length);
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, "sendto", withDomain(to, "count=" + buffer.byteSize()));
    }

    /**
     * {@code sendto(fd, buffer, byteSize, flags, &to, length)}: sends one datagram, as {@link #sendto(MemorySegment,
     * int, SockaddrStorage)}. The kernel is asked for this socket's domain each time; for many datagrams to the same
     * receiver keep its address in a {@link SockaddrStorage}.
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
            if (n >= 0 || n == WOULD_BLOCK) {
                return n;
            }
            throw failed(n, "sendto", "count=" + buffer.byteSize(), to);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code sendmsg(fd, &message, flags)}: sends the message's data, to its address if it has one, with the control
     * messages that were added to it. A call that a signal interrupts is made again. On a blocking socket it waits for
     * room, and holds the carrier of a virtual thread; a {@link #shutdown} ends that.
     *
     * @param message what to send
     * @param flags {@link #MSG_DONTWAIT}, {@link #MSG_MORE} and the like, or 0
     * @return the number of bytes sent, of a stream perhaps fewer than there are; {@link #WOULD_BLOCK} if none fit and
     *         the call may not wait
     * @throws ErrnoException as {@link #send} and {@link #sendto(MemorySegment, int, SockaddrStorage)}; and EPERM
     *         (credentials of somebody else), ETOOMANYREFS (descriptors on their way), EINVAL (a control message that
     *         this socket does not take; UDP_SEGMENT with too many or too long segments), EIO (a device that cannot do
     *         UDP_SEGMENT) …
     * @throws IllegalArgumentException if there are descriptors and no data, on a stream
     * @throws IllegalStateException if this socket or a descriptor to be sent is closed, or the message is, or another
     *         thread is using it
     * @see <a href="https://man7.org/linux/man-pages/man2/send.2.html">sendmsg(2)</a>
     */
    public long sendmsg(Message message, int flags) throws ErrnoException {
        long n = message.memory().send(this, message, flags);
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, "sendmsg", message.arguments(this));
    }

    /**
     * {@code recvmsg(fd, &message, flags | MSG_CMSG_CLOEXEC)}: receives into the message's buffers, its address and its
     * control messages. A call that a signal interrupts is made again. On a blocking socket it waits, and holds the
     * carrier of a virtual thread; a {@link #shutdown} ends that. With {@link #MSG_ERRQUEUE} it never waits.
     *
     * <p>Whatever was cut is told by {@link Message#flags}, and nothing else is lost by it: the data is there, and so
     * are the descriptors that did come.
     *
     * @param message where to receive; what was received with it before is gone, descriptors that nobody took are
     *        closed
     * @param flags {@link #MSG_PEEK}, {@link #MSG_ERRQUEUE} and the like, or 0
     * @return the number of bytes; 0 at the end of the stream, for an empty datagram, or without buffers; {@link
     *         #WOULD_BLOCK} if there is nothing yet and the call may not wait. With {@link #MSG_TRUNC} perhaps more
     *         than the buffers have: what did not fit is lost
     * @throws ErrnoException as {@link #recv}
     * @throws IllegalArgumentException if one of the buffers is read-only
     * @throws IllegalStateException if this socket or the message is closed, or another thread is using the message
     * @see <a href="https://man7.org/linux/man-pages/man2/recv.2.html">recvmsg(2)</a>
     */
    public long recvmsg(Message message, int flags) throws ErrnoException {
        long n = message.memory().receive(guard, message, flags);
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, "recvmsg", "&msg");
    }

    /**
     * {@code sendmmsg(fd, &messages[from], count, flags)}: {@link #sendmsg} of several messages, in order, with one
     * call, which waits for each as that does. How much of each was sent, {@link Message#length} tells.
     *
     * <p>If one fails, those before it are sent, and the call says how many. The error is not kept: it comes, if it is
     * still so, with the next call, which begins with the message that failed.
     *
     * @param messages what to send
     * @param from the index of the first
     * @param count how many; 0 sends nothing
     * @param flags {@link #MSG_DONTWAIT}, {@link #MSG_MORE} and the like, or 0
     * @return how many messages were sent, at least 1 of them; {@link #WOULD_BLOCK} if there is no room for the first
     *         one and the call may not wait
     * @throws ErrnoException as {@link #sendmsg}, if the first one fails
     * @throws IndexOutOfBoundsException if there are not as many messages
     * @throws IllegalArgumentException as {@link #sendmsg}, of any of the messages
     * @throws IllegalStateException as {@link #sendmsg}, of any of the messages
     * @see <a href="https://man7.org/linux/man-pages/man2/sendmmsg.2.html">sendmmsg(2)</a>
     */
    public int sendmmsg(Messages messages, int from, int count, int flags) throws ErrnoException {
        int n = messages.send(this, from, count, flags);
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, "sendmmsg", messages.get(from).arguments(this, "vlen=" + count));
    }

    /**
     * {@code recvmmsg(fd, messages, capacity, flags | MSG_CMSG_CLOEXEC, NULL)}: {@link #recvmsg} into as many messages
     * as there are, with one call. What belongs to each, its {@link Message#length} and so on tell.
     *
     * <p>On a blocking socket it waits until all are received, and holds the carrier of a virtual thread; a {@link
     * #shutdown} ends that. {@link #MSG_WAITFORONE} waits for the first one only. There is no timeout: C's is checked
     * only after each message, and so does not end a call that waits.
     *
     * <p>An error after the first message ends the call and is kept: it comes with the next call on this socket, or
     * with {@link #takeError}.
     *
     * @param messages where to receive; what was received with them before is gone, descriptors that nobody took are
     *        closed
     * @param flags {@link #MSG_DONTWAIT}, {@link #MSG_WAITFORONE} and the like, or 0
     * @return how many messages were received, which {@link Messages#size} then says as well; {@link #WOULD_BLOCK} if
     *         there is none yet and the call may not wait
     * @throws ErrnoException as {@link #recv}
     * @throws IllegalArgumentException if one of the buffers is read-only
     * @throws IllegalStateException if this socket is closed, or the messages are, or another thread is using them
     * @see <a href="https://man7.org/linux/man-pages/man2/recvmmsg.2.html">recvmmsg(2)</a>
     */
    public int recvmmsg(Messages messages, int flags) throws ErrnoException {
        int n = messages.receive(guard, flags);
        if (n >= 0 || n == WOULD_BLOCK) {
            return n;
        }
        throw failed(n, "recvmmsg", "vlen=" + messages.capacity());
    }

    /**
     * {@code getsockopt(fd, level, number, &value, &length)}, of an option whose value is an {@code int}. Does not
     * block; allocates nothing.
     *
     * @param option {@link Sockopt#SO_RCVBUF} or another
     * @return its value
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT or EOPNOTSUPP (this socket has no such option, or it
     *         can only be set), ENOTSOCK, EINVAL
     * @throws IllegalArgumentException if the value is no {@code int}: {@link #getsockopt(int, int, MemorySegment)}
     *         gets those. Not with an option of {@link Sockopt}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public int getsockopt(Sockopt.Int option) throws ErrnoException {
        return getInt(option.level(), option.number(), option);
    }

    /**
     * {@code getsockopt(fd, level, number, &value, &length)}, of an option that says yes or no. Does not block;
     * allocates nothing.
     *
     * @param option {@link Sockopt#TCP_NODELAY} or another
     * @return whether its value is not 0
     * @throws ErrnoException as {@link #getsockopt(Sockopt.Int)}
     * @throws IllegalArgumentException as {@link #getsockopt(Sockopt.Int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public boolean getsockopt(Sockopt.Flag option) throws ErrnoException {
        return getInt(option.level(), option.number(), option) != 0;
    }

    /**
     * {@code getsockopt(fd, level, number, &value, &length)}, of an option whose value has 64 bits. Does not block;
     * allocates nothing.
     *
     * @param option {@link Sockopt#SO_COOKIE} or another
     * @return its value
     * @throws ErrnoException as {@link #getsockopt(Sockopt.Int)}
     * @throws IllegalArgumentException if the value has another length. Not with an option of {@link Sockopt}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public long getsockopt(Sockopt.Int64 option) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            getNumber(s, option.level(), option.number(), Long.BYTES, option);
            return s.get(ValueLayout.JAVA_LONG, Scratch.ADDRESS);
        } finally {
            Scratch.give(s);
        }
    }

    /** The option's name is for messages: a caller that needs none does not load all options. */
    private int getInt(int level, int number, Sockopt.@Nullable Option named) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            getNumber(s, level, number, Integer.BYTES, named);
            return s.get(ValueLayout.JAVA_INT, Scratch.ADDRESS);
        } finally {
            Scratch.give(s);
        }
    }

    /** The kernel is asked with room for more, so that no value is cut; it widens those of a single byte. */
    private void getNumber(MemorySegment s, int level, int number, int bytes, Sockopt.@Nullable Option named)
            throws ErrnoException {
        // some values are input as well
        Scratch.address(s).fill((byte) 0);
        s.set(ValueLayout.JAVA_INT, Scratch.WORD, ROOM_FOR_MORE_THAN_A_NUMBER);
        int result = Guarded.getsockopt(
                s, guard, level, number, s.address() + Scratch.ADDRESS, s.address() + Scratch.WORD);
        if (result < 0) {
            throw optionFailed(result, "getsockopt", level, number, named);
        }
        int length = s.get(ValueLayout.JAVA_INT, Scratch.WORD);
        if (length != bytes) {
            throw new IllegalArgumentException((named == null ? "the option" : named.name()) + ": the value has "
                    + (length < ROOM_FOR_MORE_THAN_A_NUMBER ? length : "more") + " bytes, and its type " + bytes
                    + ": use getsockopt(level, option, MemorySegment)");
        }
    }

    /**
     * {@code getsockopt(fd, level, number, &value, &length)}, of an option of another type. Does not block.
     *
     * @param <T> the type of its value
     * @param option {@link Sockopt#SO_LINGER}, {@link Sockopt#TCP_INFO} or another
     * @return its value
     * @throws ErrnoException as {@link #getsockopt(Sockopt.Int)}; and ENODEV (the interface of {@link
     *         Sockopt#SO_BINDTODEVICE} is gone), ENODATA (there is no peer), ESRCH, EMFILE …
     * @throws IllegalArgumentException if the value has another length than its type. Not with an option of {@link
     *         Sockopt}
     * @throws UnsupportedOperationException if the option can only be set, and was cast
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public <T> T getsockopt(Sockopt.Readable<T> option) throws ErrnoException {
        OptionCodec<T> codec = ((Sockopt.Value<T>) option).codec;
        Closing.requireStack(); // SO_PEERPIDFD opens something
        for (int room = codec.bytes();;) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment value = arena.allocate(room, Long.BYTES);
                int length = get(option.level(), option.number(), option, value);
                if (length >= 0) {
                    return codec.decode(value, length);
                }
                room = -length;
            }
        }
    }

    /**
     * {@code getsockopt(fd, level, option, value, &length)}, for what {@link Sockopt} has no type for. Does not block.
     * The kernel sees zeros in the place of the value: options that take input through the value cannot be read in this
     * way.
     *
     * @param level {@link #SOL_SOCKET}, {@link #IPPROTO_TCP} or another: the level comes first
     * @param option the number of any option
     * @param value receives the value, as C has it; native memory or on the heap. What does not fit is cut, or the
     *        kernel refuses
     * @return the length that the kernel tells, of the value or of as much of it as fitted: usually in bytes
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT or EOPNOTSUPP (no such option of this level), ENOTSOCK,
     *         EINVAL or ERANGE (there is too little room) …
     * @throws IllegalArgumentException if the memory is read-only, or larger than 1 MiB
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
     */
    public int getsockopt(int level, int option, MemorySegment value) throws ErrnoException {
        if (value.isReadOnly()) {
            throw new IllegalArgumentException("the value would be written to read-only memory");
        }
        return get(level, option, null, value);
    }

    /** The length; of a named option that needs more room, negative, how much. */
    private int get(int level, int number, Sockopt.@Nullable Option named, MemorySegment value) throws ErrnoException {
        int room = optionLength(value);
        MemorySegment s = Scratch.take();
        try (Arena arena = Arena.ofConfined()) {
            // SO_GET_FILTER counts its room in instructions of 8 bytes
            MemorySegment copy = arena.allocate(Math.max(1, room) * 8L, Long.BYTES);
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, room);
            int result = Guarded.getsockopt(s, guard, level, number, copy.address(), s.address() + Scratch.WORD);
            int length = s.get(ValueLayout.JAVA_INT, Scratch.WORD);
            if (result == -ERANGE && named != null && length > room && length <= LONGEST_OPTION) {
                return -length;
            }
            if (result < 0) {
                throw optionFailed(result, "getsockopt", level, number, named, "optlen=" + room);
            }
            MemorySegment.copy(copy, 0, value, 0, room);
            return length;
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code setsockopt(fd, level, number, &value, 4)}, of an option whose value is an {@code int}. Does not block;
     * allocates nothing.
     *
     * @param option {@link Sockopt#SO_RCVBUF} or another
     * @param value its value
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT (this socket has no such option, or it can only be
     *         read), ENOTSOCK, EINVAL (no such value, or its type is longer than an {@code int}), EPERM …
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public void setsockopt(Sockopt.Int option, int value) throws ErrnoException {
        setNumber(option, value, Integer.BYTES);
    }

    /**
     * {@code setsockopt(fd, level, number, &value, 4)}, of an option that says yes (1) or no (0). Does not block;
     * allocates nothing.
     *
     * @param option {@link Sockopt#TCP_NODELAY} or another
     * @param value its value
     * @throws ErrnoException as {@link #setsockopt(Sockopt.Int, int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public void setsockopt(Sockopt.Flag option, boolean value) throws ErrnoException {
        setNumber(option, value ? 1 : 0, Integer.BYTES);
    }

    /**
     * {@code setsockopt(fd, level, number, &value, 8)}, of an option whose value has 64 bits. Does not block; allocates
     * nothing.
     *
     * @param option {@link Sockopt#SO_MAX_PACING_RATE} or another
     * @param value its value
     * @throws ErrnoException as {@link #setsockopt(Sockopt.Int, int)}
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public void setsockopt(Sockopt.Int64 option, long value) throws ErrnoException {
        setNumber(option, value, Long.BYTES);
    }

    private void setNumber(Sockopt.Option option, long value, int bytes) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_LONG, Scratch.WORD, value); // an int is the half that comes first
            int result = Guarded.setsockopt(
                    s, guard, option.level(), option.number(), s.address() + Scratch.WORD, bytes);
            if (result < 0) {
                throw optionFailed(
                        result, "setsockopt", option.level(), option.number(), option, Long.toString(value));
            }
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code setsockopt(fd, level, number, &value, length)}, of an option of another type. Does not block, except
     * briefly: joining a group takes a lock in the kernel.
     *
     * @param <T> the type of its value
     * @param option {@link Sockopt#SO_LINGER}, {@link Sockopt#MCAST_JOIN_GROUP} or another
     * @param value its value
     * @throws ErrnoException as {@link #setsockopt(Sockopt.Int, int)}; and ENODEV (no such interface), EADDRINUSE (the
     *         group was joined already), EADDRNOTAVAIL (it was not), ENOENT (no such algorithm) …
     * @throws IllegalArgumentException if a time is negative, or a text too long
     * @throws UnsupportedOperationException if the option can only be read, and was cast
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public <T> void setsockopt(Sockopt.Writable<T> option, T value) throws ErrnoException {
        OptionCodec<T> codec = ((Sockopt.Value<T>) option).codec;
        Objects.requireNonNull(value, "the value of an option");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(codec.bytes(), Long.BYTES);
            int length = codec.encode(value, bytes);
            set(codec.level(value, option.level()), option.number(), option, bytes.asSlice(0, length),
                    value.toString());
        }
    }

    /**
     * {@code setsockopt(fd, level, option, value, byteSize)}, for what {@link Sockopt} has no type for. Does not block.
     *
     * @param level {@link #SOL_SOCKET}, {@link #IPPROTO_TCP} or another: the level comes first
     * @param option the number of any option
     * @param value its value, as C has it; native memory or on the heap. What a struct points to has to stay where it
     *        is during the call
     * @throws ErrnoException if the kernel refuses: ENOPROTOOPT (no such option of this level), ENOTSOCK, EINVAL,
     *         EPERM …
     * @throws IllegalArgumentException if the memory is larger than 1 MiB
     * @throws IllegalStateException if this socket is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a>
     */
    public void setsockopt(int level, int option, MemorySegment value) throws ErrnoException {
        int length = optionLength(value);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(Math.max(1, length), Long.BYTES).asSlice(0, length).copyFrom(value);
            set(level, option, null, copy, "optlen=" + length);
        }
    }

    /** With memory that the caller keeps alive. */
    private void set(int level, int number, Sockopt.@Nullable Option named, MemorySegment value, String shown)
            throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            int result = Guarded.setsockopt(s, guard, level, number, value.address(), (int) value.byteSize());
            if (result < 0) {
                throw optionFailed(result, "setsockopt", level, number, named, shown);
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

    private ErrnoException optionFailed(int result, String function, int level, int number,
            Sockopt.@Nullable Option named, String... value) {
        List<String> arguments = new ArrayList<>(named == null
                ? List.of("level=" + level, "optname=" + number) : List.of(Sockopt.levelName(level), named.name()));
        arguments.addAll(List.of(value));
        return failed(result, function, arguments.toArray());
    }

    /**
     * {@code getsockname(fd, &address, &length)}: the address that this socket is bound to.
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
     * {@code getpeername(fd, &address, &length)}: the address that this socket is connected to.
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

    /**
     * {@code getsockname(fd, &address, &length)}: the address that this socket is bound to, of any family. Does not
     * block; allocates nothing.
     *
     * @param address receives it
     * @throws ErrnoException if the kernel refuses: ENOTSOCK
     * @throws IllegalStateException if this socket is closed, or {@code address} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/getsockname.2.html">getsockname(2)</a>
     */
    public void getsockname(SockaddrStorage address) throws ErrnoException {
        name(address, false);
    }

    /**
     * {@code getpeername(fd, &address, &length)}: the address that this socket is connected to, of any family. Does not
     * block; allocates nothing.
     *
     * @param address receives it
     * @throws ErrnoException if the kernel refuses: ENOTCONN (also of a connection that was reset before it was
     *         accepted), ENOTSOCK
     * @throws IllegalStateException if this socket is closed, or {@code address} is in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/getpeername.2.html">getpeername(2)</a>
     */
    public void getpeername(SockaddrStorage address) throws ErrnoException {
        name(address, true);
    }

    private void name(SockaddrStorage address, boolean ofPeer) throws ErrnoException {
        address.begin();
        try {
            address.length(0);
            MemorySegment s = Scratch.take();
            try {
                s.set(ValueLayout.JAVA_INT, Scratch.WORD, SockaddrStorage.BYTES);
                long length = s.address() + Scratch.WORD;
                orThrow(ofPeer ? Guarded.getpeername(s, guard, address.segment, length)
                        : Guarded.getsockname(s, guard, address.segment, length),
                        ofPeer ? "getpeername" : "getsockname", "&addr");
                address.length(s.get(ValueLayout.JAVA_INT, Scratch.WORD));
            } finally {
                Scratch.give(s);
            }
        } finally {
            address.end();
        }
    }

    private int domain() throws ErrnoException {
        return getInt(SOL_SOCKET, socket_h.SO_DOMAIN(), null);
    }

    private int orThrow(int result, String function, Object argument) throws ErrnoException {
        if (result < 0) {
            throw failed(result, function, argument);
        }
        return result;
    }
}
