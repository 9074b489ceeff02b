package dev.pollux;

import dev.pollux.generated.socket_h;
import dev.pollux.internal.Link;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Socket options, for {@link SocketFd#getsockopt(Int)} and {@link SocketFd#setsockopt(Int, int)} and their forms of
 * other types.
 *
 * <p>An option carries its level, its number, and the type of its value, so a value of the wrong type does not
 * compile:
 * {@snippet class="dev.pollux.Snippets" region="options"}
 *
 * <p>An option that is missing here takes one line, made from its C definition. The level and the number are trusted as
 * in C; the type is not: a value from the kernel that is no {@code int}, say, is refused, not truncated. Structs
 * without a type here are passed by level, number and memory: {@link SocketFd#getsockopt(int, int,
 * java.lang.foreign.MemorySegment)}.
 * {@snippet class="dev.pollux.Snippets" region="option"}
 *
 * <p>Times are {@link Duration}s, whatever C counts them in, and are rounded up: a short one never becomes zero, which
 * means something else to most options. One that is too long for C's type is cut to the longest that fits.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code AskedAddress},
 * {@code PeerUid}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/getsockopt.2.html">getsockopt(2)</a>
 */
public final class Sockopt {
    static {
        Link.require();
    }

    private static final int SOCKET = socket_h.SOL_SOCKET();
    private static final int IP = socket_h.IPPROTO_IP();
    private static final int IPV6 = socket_h.IPPROTO_IPV6();
    private static final int TCP = socket_h.IPPROTO_TCP();
    private static final int UDP = socket_h.IPPROTO_UDP();
    private static final int NETLINK = socket_h.SOL_NETLINK();
    private static final int PACKET = socket_h.SOL_PACKET();

    // socket(7)

    /** The pending error, read-only; reading it clears it. See {@link SocketFd#takeError}. */
    public static final Int SO_ERROR = new Int("SO_ERROR", SOCKET, socket_h.SO_ERROR());
    /** The type, such as {@link SocketFd#SOCK_STREAM}, read-only. */
    public static final Int SO_TYPE = new Int("SO_TYPE", SOCKET, socket_h.SO_TYPE());
    /** The domain, such as {@link SocketFd#AF_INET}, read-only. */
    public static final Int SO_DOMAIN = new Int("SO_DOMAIN", SOCKET, socket_h.SO_DOMAIN());
    /** The protocol, read-only. */
    public static final Int SO_PROTOCOL = new Int("SO_PROTOCOL", SOCKET, socket_h.SO_PROTOCOL());
    /** Whether the socket listens, read-only. */
    public static final Flag SO_ACCEPTCONN = new Flag("SO_ACCEPTCONN", SOCKET, socket_h.SO_ACCEPTCONN());
    /** Bind to an address whose old connections are still being closed. */
    public static final Flag SO_REUSEADDR = new Flag("SO_REUSEADDR", SOCKET, socket_h.SO_REUSEADDR());
    /** Several sockets may bind to the same address, and share its connections. */
    public static final Flag SO_REUSEPORT = new Flag("SO_REUSEPORT", SOCKET, socket_h.SO_REUSEPORT());
    /** Probe idle connections. */
    public static final Flag SO_KEEPALIVE = new Flag("SO_KEEPALIVE", SOCKET, socket_h.SO_KEEPALIVE());
    /** Leave out-of-band data in the stream. */
    public static final Flag SO_OOBINLINE = new Flag("SO_OOBINLINE", SOCKET, socket_h.SO_OOBINLINE());
    /** Allow datagrams to broadcast addresses. */
    public static final Flag SO_BROADCAST = new Flag("SO_BROADCAST", SOCKET, socket_h.SO_BROADCAST());
    /** Send only to hosts that are reached without a gateway. */
    public static final Flag SO_DONTROUTE = new Flag("SO_DONTROUTE", SOCKET, socket_h.SO_DONTROUTE());
    /** Size of the receive buffer in bytes; the kernel doubles what is set, after cutting it to {@code rmem_max}. */
    public static final Int SO_RCVBUF = new Int("SO_RCVBUF", SOCKET, socket_h.SO_RCVBUF());
    /** Size of the send buffer in bytes; the kernel doubles what is set, after cutting it to {@code wmem_max}. */
    public static final Int SO_SNDBUF = new Int("SO_SNDBUF", SOCKET, socket_h.SO_SNDBUF());
    /** Sets {@link #SO_RCVBUF} beyond {@code rmem_max}, write-only. Needs CAP_NET_ADMIN. */
    public static final Int SO_RCVBUFFORCE = new Int("SO_RCVBUFFORCE", SOCKET, socket_h.SO_RCVBUFFORCE());
    /** Sets {@link #SO_SNDBUF} beyond {@code wmem_max}, write-only. Needs CAP_NET_ADMIN. */
    public static final Int SO_SNDBUFFORCE = new Int("SO_SNDBUFFORCE", SOCKET, socket_h.SO_SNDBUFFORCE());
    /** How many bytes make a socket readable. */
    public static final Int SO_RCVLOWAT = new Int("SO_RCVLOWAT", SOCKET, socket_h.SO_RCVLOWAT());
    /** From 0 to 6 without privileges: which packets go first. */
    public static final Int SO_PRIORITY = new Int("SO_PRIORITY", SOCKET, socket_h.SO_PRIORITY());
    /** The mark of the packets sent, for routing and firewalls. Needs CAP_NET_ADMIN, or CAP_NET_RAW. */
    public static final Int SO_MARK = new Int("SO_MARK", SOCKET, socket_h.SO_MARK());
    /** The processor that handled the last packet; when set, the one whose connections a listener is to get. */
    public static final Int SO_INCOMING_CPU = new Int("SO_INCOMING_CPU", SOCKET, socket_h.SO_INCOMING_CPU());
    /** Where {@link SocketFd#MSG_PEEK} begins in the queue; -1, the default, is always at its beginning. */
    public static final Int SO_PEEK_OFF = new Int("SO_PEEK_OFF", SOCKET, socket_h.SO_PEEK_OFF());
    /** How long a call that would block first polls the device. Raising it needs CAP_NET_ADMIN. */
    public static final Value<Duration> SO_BUSY_POLL =
            Value.duration("SO_BUSY_POLL", SOCKET, socket_h.SO_BUSY_POLL(), Unit.MICROSECONDS);
    /** A number of this socket that no other has had since the system started, read-only. */
    public static final Int64 SO_COOKIE = new Int64("SO_COOKIE", SOCKET, socket_h.SO_COOKIE());
    /**
     * The most bytes a second, as far as the queueing discipline (fq) or TCP enforces it; -1 is no limit. It has 64
     * bits since Linux 4.20.
     */
    public static final Int64 SO_MAX_PACING_RATE =
            new Int64("SO_MAX_PACING_RATE", SOCKET, socket_h.SO_MAX_PACING_RATE());
    /**
     * How long {@link SocketFd#close} waits for data that has not been sent yet, in whole seconds: closing blocks then,
     * even if the socket is non-blocking. Empty: it does not wait, and the kernel goes on sending. Zero: the connection
     * is reset, and unsent data is lost.
     */
    public static final Value<Optional<Duration>> SO_LINGER =
            new Value<>("SO_LINGER", SOCKET, socket_h.SO_LINGER(), new OptionCodec.Linger());
    /**
     * How long a call that receives waits on a blocking socket before it returns {@link Fd#WOULD_BLOCK} ({@link
     * SocketFd#accept()}: {@code null}); zero, the default, waits for ever. A signal restarts the timeout, so the call
     * never ends if signals come faster than that, as a profiler's may. {@link Fd#await(int, Duration)} and the waits
     * of {@link Epoll}, {@link Poll} and {@link Select} end in time; they ignore this option.
     */
    public static final Value<Duration> SO_RCVTIMEO =
            Value.duration("SO_RCVTIMEO", SOCKET, socket_h.SO_RCVTIMEO(), Unit.TIMEVAL);
    /**
     * The same for calls that send; {@link SocketFd#connect(java.net.SocketAddress)} returns {@link
     * SocketFd#IN_PROGRESS} after it.
     */
    public static final Value<Duration> SO_SNDTIMEO =
            Value.duration("SO_SNDTIMEO", SOCKET, socket_h.SO_SNDTIMEO(), Unit.TIMEVAL);
    /** The only network interface that this socket uses, by name; the empty text for any. */
    public static final Value<String> SO_BINDTODEVICE =
            Value.text("SO_BINDTODEVICE", SOCKET, socket_h.SO_BINDTODEVICE(), OptionCodec.NAME_BYTES - 1);
    /** The same by its index; 0 for any. */
    public static final Int SO_BINDTOIFINDEX = new Int("SO_BINDTOIFINDEX", SOCKET, socket_h.SO_BINDTOIFINDEX());
    /** Report with each message when it was received, in nanoseconds: SCM_TIMESTAMPNS. */
    public static final Flag SO_TIMESTAMPNS = new Flag("SO_TIMESTAMPNS", SOCKET, socket_h.SO_TIMESTAMPNS());
    /** Report with each message how many were dropped so far because the queue was full: SO_RXQ_OVFL. */
    public static final Flag SO_RXQ_OVFL = new Flag("SO_RXQ_OVFL", SOCKET, socket_h.SO_RXQ_OVFL());
    /** Heed {@link SocketFd#MSG_ZEROCOPY}, of TCP, UDP and virtual machines' sockets; the flag does nothing else. */
    public static final Flag SO_ZEROCOPY = new Flag("SO_ZEROCOPY", SOCKET, socket_h.SO_ZEROCOPY());

    // unix(7)

    /** Report with each message who sent it: SCM_CREDENTIALS. One without a name gets one when it connects or sends. */
    public static final Flag SO_PASSCRED = new Flag("SO_PASSCRED", SOCKET, socket_h.SO_PASSCRED());
    /** The same by a pidfd, since Linux 6.5: SCM_PIDFD. A receiver that takes no control messages is not given any. */
    public static final Flag SO_PASSPIDFD = new Flag("SO_PASSPIDFD", SOCKET, socket_h.SO_PASSPIDFD());
    /** Report with each message the sender's security label, where the system has such: SCM_SECURITY. */
    public static final Flag SO_PASSSEC = new Flag("SO_PASSSEC", SOCKET, socket_h.SO_PASSSEC());
    /**
     * Who called {@code connect}, {@code listen} or {@code socketpair} at the other end, and who it was then; to be
     * read only. Its process may have ended since, and its number be another's: {@link #SO_PEERPIDFD} cannot be. {@link
     * Ucred#NONE} where nobody is connected, and where the socket is not a Unix-domain one. This process's own user, to
     * be compared with, is {@code (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid")}.
     */
    public static final Readable<Ucred> SO_PEERCRED =
            new Value<>("SO_PEERCRED", SOCKET, socket_h.SO_PEERCRED(), new OptionCodec.Credentials());
    /**
     * A pidfd of the process of {@link #SO_PEERCRED}, read-only, since Linux 6.5. Each reading opens another one,
     * close-on-exec, which the caller owns. ENODATA: nobody is connected. That of a process which has ended and been
     * reaped is refused (ESRCH, EINVAL), but since Linux 6.16.
     */
    public static final Readable<PidFd> SO_PEERPIDFD =
            new Value<>("SO_PEERPIDFD", SOCKET, socket_h.SO_PEERPIDFD(), new OptionCodec.PeerPidFd());
    /** The supplementary groups of the peer (see {@link #SO_PEERCRED}), read-only. ENODATA: there is no peer. */
    public static final Readable<int[]> SO_PEERGROUPS =
            new Value<>("SO_PEERGROUPS", SOCKET, socket_h.SO_PEERGROUPS(), new OptionCodec.Groups());

    // ip(7)

    /** The type of service of the packets sent: DSCP in the upper six bits; the lower two are ECN's, and TCP's own. */
    public static final Int IP_TOS = new Int("IP_TOS", IP, socket_h.IP_TOS());
    /** How many hops the packets sent may take, from 1 to 255; -1 sets the system's default. */
    public static final Int IP_TTL = new Int("IP_TTL", IP, socket_h.IP_TTL());
    /** Bind to an address that no interface has, or not yet. */
    public static final Flag IP_FREEBIND = new Flag("IP_FREEBIND", IP, socket_h.IP_FREEBIND());
    /** Bind to an address that is another host's, as a transparent proxy does. Needs CAP_NET_ADMIN, or CAP_NET_RAW. */
    public static final Flag IP_TRANSPARENT = new Flag("IP_TRANSPARENT", IP, socket_h.IP_TRANSPARENT());
    /** How long a packet of this connection may be, read-only. */
    public static final Int IP_MTU = new Int("IP_MTU", IP, socket_h.IP_MTU());
    /** {@link #IP_PMTUDISC_DO} and the like: whether packets may be fragmented. */
    public static final Int IP_MTU_DISCOVER = new Int("IP_MTU_DISCOVER", IP, socket_h.IP_MTU_DISCOVER());
    /** Let {@link SocketFd#bind(java.net.SocketAddress)} with port 0 leave the choice of a port to connecting. */
    public static final Flag IP_BIND_ADDRESS_NO_PORT =
            new Flag("IP_BIND_ADDRESS_NO_PORT", IP, socket_h.IP_BIND_ADDRESS_NO_PORT());
    /**
     * The number of the interface that datagrams to groups go out by; 0 lets the routes choose. To be set only: the
     * kernel would tell an address.
     */
    public static final Writable<Integer> IP_MULTICAST_IF =
            new Value<>("IP_MULTICAST_IF", IP, socket_h.IP_MULTICAST_IF(), new OptionCodec.MulticastInterface());
    /** How many hops datagrams to groups may take; 1, the default, keeps them in the local network. */
    public static final Int IP_MULTICAST_TTL = new Int("IP_MULTICAST_TTL", IP, socket_h.IP_MULTICAST_TTL());
    /** Whether datagrams to groups come back to this host. */
    public static final Flag IP_MULTICAST_LOOP = new Flag("IP_MULTICAST_LOOP", IP, socket_h.IP_MULTICAST_LOOP());
    /** Whether datagrams come also to groups that another socket of this host has joined. */
    public static final Flag IP_MULTICAST_ALL = new Flag("IP_MULTICAST_ALL", IP, socket_h.IP_MULTICAST_ALL());
    /** Report with each datagram to which address of which interface it came: IP_PKTINFO. */
    public static final Flag IP_PKTINFO = new Flag("IP_PKTINFO", IP, socket_h.IP_PKTINFO());
    /** Report with each datagram its time to live: IP_TTL. */
    public static final Flag IP_RECVTTL = new Flag("IP_RECVTTL", IP, socket_h.IP_RECVTTL());
    /** Report with each datagram its type of service, and so ECN: IP_TOS. */
    public static final Flag IP_RECVTOS = new Flag("IP_RECVTOS", IP, socket_h.IP_RECVTOS());
    /** Keep what went wrong with what was sent, to be received from the error queue, and tell each error at once. */
    public static final Flag IP_RECVERR = new Flag("IP_RECVERR", IP, socket_h.IP_RECVERR());

    /** For {@link #IP_MTU_DISCOVER}: fragment what is too long, and let routers do so. */
    public static final int IP_PMTUDISC_DONT = socket_h.IP_PMTUDISC_DONT();
    /** For {@link #IP_MTU_DISCOVER}: fragment what is longer than the path has been found to allow. */
    public static final int IP_PMTUDISC_WANT = socket_h.IP_PMTUDISC_WANT();
    /** For {@link #IP_MTU_DISCOVER}: never fragment; what is too long is EMSGSIZE. */
    public static final int IP_PMTUDISC_DO = socket_h.IP_PMTUDISC_DO();
    /** For {@link #IP_MTU_DISCOVER}: never fragment, and do not heed what the path was found to allow. */
    public static final int IP_PMTUDISC_PROBE = socket_h.IP_PMTUDISC_PROBE();

    // groups, of IPv4 and IPv6: the level is that of the group's address

    /** Receive what is sent to a group, by one interface. */
    public static final Writable<GroupReq> MCAST_JOIN_GROUP = group("MCAST_JOIN_GROUP", socket_h.MCAST_JOIN_GROUP());
    /** Undoes {@link #MCAST_JOIN_GROUP}. */
    public static final Writable<GroupReq> MCAST_LEAVE_GROUP =
            group("MCAST_LEAVE_GROUP", socket_h.MCAST_LEAVE_GROUP());
    /** Receive what one sender sends to a group; once for each sender. */
    public static final Writable<GroupSourceReq> MCAST_JOIN_SOURCE_GROUP =
            source("MCAST_JOIN_SOURCE_GROUP", socket_h.MCAST_JOIN_SOURCE_GROUP());
    /** Undoes {@link #MCAST_JOIN_SOURCE_GROUP}. */
    public static final Writable<GroupSourceReq> MCAST_LEAVE_SOURCE_GROUP =
            source("MCAST_LEAVE_SOURCE_GROUP", socket_h.MCAST_LEAVE_SOURCE_GROUP());
    /** In a group that was joined for all senders: not from this one. */
    public static final Writable<GroupSourceReq> MCAST_BLOCK_SOURCE =
            source("MCAST_BLOCK_SOURCE", socket_h.MCAST_BLOCK_SOURCE());
    /** Undoes {@link #MCAST_BLOCK_SOURCE}. */
    public static final Writable<GroupSourceReq> MCAST_UNBLOCK_SOURCE =
            source("MCAST_UNBLOCK_SOURCE", socket_h.MCAST_UNBLOCK_SOURCE());

    // ipv6(7)

    /** Do not take IPv4. */
    public static final Flag IPV6_V6ONLY = new Flag("IPV6_V6ONLY", IPV6, socket_h.IPV6_V6ONLY());
    /** How many hops the packets sent may take, from 0 to 255; -1 sets the route's default. */
    public static final Int IPV6_UNICAST_HOPS = new Int("IPV6_UNICAST_HOPS", IPV6, socket_h.IPV6_UNICAST_HOPS());
    /** The number of the interface that datagrams to groups go out by; 0 lets the routes choose. */
    public static final Int IPV6_MULTICAST_IF = new Int("IPV6_MULTICAST_IF", IPV6, socket_h.IPV6_MULTICAST_IF());
    /** How many hops datagrams to groups may take. */
    public static final Int IPV6_MULTICAST_HOPS =
            new Int("IPV6_MULTICAST_HOPS", IPV6, socket_h.IPV6_MULTICAST_HOPS());
    /** Whether datagrams to groups come back to this host. */
    public static final Flag IPV6_MULTICAST_LOOP =
            new Flag("IPV6_MULTICAST_LOOP", IPV6, socket_h.IPV6_MULTICAST_LOOP());
    /** Whether datagrams come also to groups that another socket of this host has joined. */
    public static final Flag IPV6_MULTICAST_ALL =
            new Flag("IPV6_MULTICAST_ALL", IPV6, socket_h.IPV6_MULTICAST_ALL());
    /** The traffic class of the packets sent, which is to IPv6 what {@link #IP_TOS} is to IPv4; -1 sets the default. */
    public static final Int IPV6_TCLASS = new Int("IPV6_TCLASS", IPV6, socket_h.IPV6_TCLASS());
    /** Bind to an address that no interface has, or not yet. */
    public static final Flag IPV6_FREEBIND = new Flag("IPV6_FREEBIND", IPV6, socket_h.IPV6_FREEBIND());
    /** Bind to an address that is another host's. Needs CAP_NET_ADMIN, or CAP_NET_RAW. */
    public static final Flag IPV6_TRANSPARENT = new Flag("IPV6_TRANSPARENT", IPV6, socket_h.IPV6_TRANSPARENT());
    /** How long a packet may be: set, for this socket; read, of its connection. */
    public static final Int IPV6_MTU = new Int("IPV6_MTU", IPV6, socket_h.IPV6_MTU());
    /** As {@link #IP_MTU_DISCOVER}, with the same values. */
    public static final Int IPV6_MTU_DISCOVER = new Int("IPV6_MTU_DISCOVER", IPV6, socket_h.IPV6_MTU_DISCOVER());
    /** Do not fragment datagrams. */
    public static final Flag IPV6_DONTFRAG = new Flag("IPV6_DONTFRAG", IPV6, socket_h.IPV6_DONTFRAG());
    /** Give packets a flow label by themselves. */
    public static final Flag IPV6_AUTOFLOWLABEL =
            new Flag("IPV6_AUTOFLOWLABEL", IPV6, socket_h.IPV6_AUTOFLOWLABEL());
    /** Report with each datagram to which address of which interface it came: IPV6_PKTINFO. */
    public static final Flag IPV6_RECVPKTINFO = new Flag("IPV6_RECVPKTINFO", IPV6, socket_h.IPV6_RECVPKTINFO());
    /** Report with each datagram how many hops it had left: IPV6_HOPLIMIT. */
    public static final Flag IPV6_RECVHOPLIMIT = new Flag("IPV6_RECVHOPLIMIT", IPV6, socket_h.IPV6_RECVHOPLIMIT());
    /** Report with each datagram its traffic class, and so ECN: IPV6_TCLASS. */
    public static final Flag IPV6_RECVTCLASS = new Flag("IPV6_RECVTCLASS", IPV6, socket_h.IPV6_RECVTCLASS());
    /** As {@link #IP_RECVERR}. */
    public static final Flag IPV6_RECVERR = new Flag("IPV6_RECVERR", IPV6, socket_h.IPV6_RECVERR());

    // tcp(7)

    /** Send small packets at once. */
    public static final Flag TCP_NODELAY = new Flag("TCP_NODELAY", TCP, socket_h.TCP_NODELAY());
    /** Send full packets only, until cleared. */
    public static final Flag TCP_CORK = new Flag("TCP_CORK", TCP, socket_h.TCP_CORK());
    /** Silence before the first probe, in whole seconds, at most 32767 of them. */
    public static final Value<Duration> TCP_KEEPIDLE =
            Value.duration("TCP_KEEPIDLE", TCP, socket_h.TCP_KEEPIDLE(), Unit.SECONDS);
    /** Time between probes, in whole seconds, at most 32767 of them. */
    public static final Value<Duration> TCP_KEEPINTVL =
            Value.duration("TCP_KEEPINTVL", TCP, socket_h.TCP_KEEPINTVL(), Unit.SECONDS);
    /** Probes without an answer before the connection is given up, from 1 to 127. */
    public static final Int TCP_KEEPCNT = new Int("TCP_KEEPCNT", TCP, socket_h.TCP_KEEPCNT());
    /** How long sent data may stay unacknowledged, counted in milliseconds; zero is the system's default. */
    public static final Value<Duration> TCP_USER_TIMEOUT =
            Value.duration("TCP_USER_TIMEOUT", TCP, socket_h.TCP_USER_TIMEOUT(), Unit.MILLISECONDS);
    /** How long to wait for data before a connection is offered to {@code accept}; the kernel makes retries of it. */
    public static final Value<Duration> TCP_DEFER_ACCEPT =
            Value.duration("TCP_DEFER_ACCEPT", TCP, socket_h.TCP_DEFER_ACCEPT(), Unit.SECONDS);
    /** Acknowledge at once, for the time being. */
    public static final Flag TCP_QUICKACK = new Flag("TCP_QUICKACK", TCP, socket_h.TCP_QUICKACK());
    /** The longest segment, in bytes: from 88 to 32767. */
    public static final Int TCP_MAXSEG = new Int("TCP_MAXSEG", TCP, socket_h.TCP_MAXSEG());
    /** How often to repeat the first packet of a connection, from 1 to 127. */
    public static final Int TCP_SYNCNT = new Int("TCP_SYNCNT", TCP, socket_h.TCP_SYNCNT());
    /** Seconds for which a closed connection waits for its peer to close, too; negative: not at all. */
    public static final Int TCP_LINGER2 = new Int("TCP_LINGER2", TCP, socket_h.TCP_LINGER2());
    /** The largest window that is told to the peer, in bytes. */
    public static final Int TCP_WINDOW_CLAMP = new Int("TCP_WINDOW_CLAMP", TCP, socket_h.TCP_WINDOW_CLAMP());
    /** How many bytes not sent yet still make a socket writable; 0 is the system's default. */
    public static final Int TCP_NOTSENT_LOWAT = new Int("TCP_NOTSENT_LOWAT", TCP, socket_h.TCP_NOTSENT_LOWAT());
    /** The algorithm against congestion: one of {@code /proc/sys/net/ipv4/tcp_available_congestion_control}. */
    public static final Value<String> TCP_CONGESTION =
            Value.text("TCP_CONGESTION", TCP, socket_h.TCP_CONGESTION(), OptionCodec.NAME_BYTES - 1);
    /** Of a listener: how many connections may wait whose first packet already brought data. */
    public static final Int TCP_FASTOPEN = new Int("TCP_FASTOPEN", TCP, socket_h.TCP_FASTOPEN());
    /** Let {@code connect} wait for the first write, whose data goes with the first packet. */
    public static final Flag TCP_FASTOPEN_CONNECT =
            new Flag("TCP_FASTOPEN_CONNECT", TCP, socket_h.TCP_FASTOPEN_CONNECT());
    /** Send and take such data without a cookie. */
    public static final Flag TCP_FASTOPEN_NO_COOKIE =
            new Flag("TCP_FASTOPEN_NO_COOKIE", TCP, socket_h.TCP_FASTOPEN_NO_COOKIE());
    /** What the kernel knows of a connection, read-only. */
    public static final Readable<TcpInfo> TCP_INFO =
            new Value<>("TCP_INFO", TCP, socket_h.TCP_INFO(), new OptionCodec.Info());

    // udp(7)

    /** The size in bytes of the datagrams into which one send is split; 0, the default, does not split. */
    public static final Int UDP_SEGMENT = new Int("UDP_SEGMENT", UDP, socket_h.UDP_SEGMENT());
    /** Receive several datagrams of one sender at once, with the size of each told by UDP_GRO; reading it needs 6.6. */
    public static final Flag UDP_GRO = new Flag("UDP_GRO", UDP, socket_h.UDP_GRO());

    // netlink(7)

    /** Receive what is sent to a group, by its number, write-only: {@code RTNLGRP_LINK} (1) and the like. */
    public static final Int NETLINK_ADD_MEMBERSHIP =
            new Int("NETLINK_ADD_MEMBERSHIP", NETLINK, socket_h.NETLINK_ADD_MEMBERSHIP());
    /** Undoes {@link #NETLINK_ADD_MEMBERSHIP}, write-only. */
    public static final Int NETLINK_DROP_MEMBERSHIP =
            new Int("NETLINK_DROP_MEMBERSHIP", NETLINK, socket_h.NETLINK_DROP_MEMBERSHIP());
    /** Tell who sends to a group that it did not reach all. */
    public static final Flag NETLINK_BROADCAST_ERROR =
            new Flag("NETLINK_BROADCAST_ERROR", NETLINK, socket_h.NETLINK_BROADCAST_ERROR());
    /** Lose messages silently: no ENOBUFS when the queue is full. */
    public static final Flag NETLINK_NO_ENOBUFS =
            new Flag("NETLINK_NO_ENOBUFS", NETLINK, socket_h.NETLINK_NO_ENOBUFS());
    /** An acknowledgment does not repeat the request. */
    public static final Flag NETLINK_CAP_ACK = new Flag("NETLINK_CAP_ACK", NETLINK, socket_h.NETLINK_CAP_ACK());
    /** An error says what was wrong, in attributes. */
    public static final Flag NETLINK_EXT_ACK = new Flag("NETLINK_EXT_ACK", NETLINK, socket_h.NETLINK_EXT_ACK());
    /** The kernel refuses a dump request that it does not understand in full, and heeds its filters. */
    public static final Flag NETLINK_GET_STRICT_CHK =
            new Flag("NETLINK_GET_STRICT_CHK", NETLINK, socket_h.NETLINK_GET_STRICT_CHK());

    // packet(7)

    /** Have an interface receive more than what is meant for it, for as long as the socket is open. */
    public static final Writable<PacketMreq> PACKET_ADD_MEMBERSHIP = new Value<>(
            "PACKET_ADD_MEMBERSHIP", PACKET, socket_h.PACKET_ADD_MEMBERSHIP(), new OptionCodec.Membership());
    /** Undoes {@link #PACKET_ADD_MEMBERSHIP}. */
    public static final Writable<PacketMreq> PACKET_DROP_MEMBERSHIP = new Value<>(
            "PACKET_DROP_MEMBERSHIP", PACKET, socket_h.PACKET_DROP_MEMBERSHIP(), new OptionCodec.Membership());
    /** How many packets came, and how many were lost, since this was last read; read-only. */
    public static final Readable<PacketStats> PACKET_STATISTICS =
            new Value<>("PACKET_STATISTICS", PACKET, socket_h.PACKET_STATISTICS(), new OptionCodec.Statistics());
    /** Leave out the packets that this host sends. */
    public static final Flag PACKET_IGNORE_OUTGOING =
            new Flag("PACKET_IGNORE_OUTGOING", PACKET, socket_h.PACKET_IGNORE_OUTGOING());
    /** Hand packets sent to the device directly. */
    public static final Flag PACKET_QDISC_BYPASS =
            new Flag("PACKET_QDISC_BYPASS", PACKET, socket_h.PACKET_QDISC_BYPASS());

    /** For {@link PacketMreq}: what is sent to one address of a group. */
    public static final int PACKET_MR_MULTICAST = socket_h.PACKET_MR_MULTICAST();
    /** For {@link PacketMreq}: all that comes by. */
    public static final int PACKET_MR_PROMISC = socket_h.PACKET_MR_PROMISC();
    /** For {@link PacketMreq}: what is sent to any group. */
    public static final int PACKET_MR_ALLMULTI = socket_h.PACKET_MR_ALLMULTI();
    /** For {@link PacketMreq}: what is sent to another address. */
    public static final int PACKET_MR_UNICAST = socket_h.PACKET_MR_UNICAST();

    private Sockopt() { }

    private static Writable<GroupReq> group(String name, int number) {
        return new Value<>(name, IP, number, new OptionCodec.Group());
    }

    private static Writable<GroupSourceReq> source(String name, int number) {
        return new Value<>(name, IP, number, new OptionCodec.Source());
    }

    /** An option: its name, which messages show, its level, its number, and in its type that of its value. */
    public sealed interface Option {
        /**
         * The C name.
         *
         * @return the name, such as {@code SO_RCVBUF}
         */
        String name();

        /**
         * The level.
         *
         * @return the level, such as {@link SocketFd#SOL_SOCKET}; of groups {@link SocketFd#IPPROTO_IP}, also if it is
         *         {@link SocketFd#IPPROTO_IPV6} for an address of IPv6
         */
        int level();

        /**
         * The number within the level.
         *
         * @return the number
         */
        int number();
    }

    /**
     * An option whose value is an {@code int} of C.
     *
     * @param name the C name
     * @param level the level, such as {@link SocketFd#SOL_SOCKET}
     * @param number the number within the level
     */
    public record Int(String name, int level, int number) implements Option {
        /** Checks the name. */
        public Int {
            requireName(name);
        }
    }

    /**
     * An option whose value is an {@code int} of C that says yes or no.
     *
     * @param name the C name
     * @param level the level, such as {@link SocketFd#SOL_SOCKET}
     * @param number the number within the level
     */
    public record Flag(String name, int level, int number) implements Option {
        /** Checks the name. */
        public Flag {
            requireName(name);
        }
    }

    /**
     * An option whose value has 64 bits: C's {@code uint64_t}, or {@code long}.
     *
     * @param name the C name
     * @param level the level, such as {@link SocketFd#SOL_SOCKET}
     * @param number the number within the level
     */
    public record Int64(String name, int level, int number) implements Option {
        /** Checks the name. */
        public Int64 {
            requireName(name);
        }
    }

    /**
     * An option of another type that can be read.
     *
     * @param <T> the type of its value
     */
    public sealed interface Readable<T> extends Option { }

    /**
     * An option of another type that can be set.
     *
     * @param <T> the type of its value
     */
    public sealed interface Writable<T> extends Option { }

    /**
     * An option of another type that can be read and set.
     *
     * @param <T> the type of its value
     */
    public static final class Value<T> implements Readable<T>, Writable<T> {
        private final String name;
        private final int level;
        private final int number;
        final OptionCodec<T> codec;

        private Value(String name, int level, int number, OptionCodec<T> codec) {
            requireName(name);
            this.name = name;
            this.level = level;
            this.number = number;
            this.codec = codec;
        }

        /**
         * An option whose value is a time.
         *
         * @param name the C name
         * @param level the level, such as {@link SocketFd#SOL_SOCKET}
         * @param number the number within the level
         * @param unit how C has it
         * @return the option
         */
        public static Value<Duration> duration(String name, int level, int number, Unit unit) {
            return new Value<>(name, level, number, new OptionCodec.Time(unit));
        }

        /**
         * An option whose value is a text.
         *
         * @param name the C name
         * @param level the level, such as {@link SocketFd#IPPROTO_TCP}
         * @param number the number within the level
         * @param most how many bytes it has at most, without a NUL at its end: what is longer is refused
         * @return the option
         * @throws IllegalArgumentException if {@code most} is not from 1 to 65535
         */
        public static Value<String> text(String name, int level, int number, int most) {
            return new Value<>(name, level, number, new OptionCodec.Text(most));
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int level() {
            return level;
        }

        @Override
        public int number() {
            return number;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** How C has a time. */
    public enum Unit {
        /** {@code struct timeval}. */
        TIMEVAL,
        /** An {@code int} of seconds. */
        SECONDS,
        /** An {@code int} of milliseconds. */
        MILLISECONDS,
        /** An {@code int} of microseconds. */
        MICROSECONDS
    }

    /**
     * {@code struct group_req}: a group, and the interface by which it is joined.
     * {@snippet class="dev.pollux.Snippets" region="groups"}
     *
     * @param interfaceIndex the number of the interface; 0 lets the routes choose
     * @param group the address of the group, of IPv4 or IPv6
     */
    public record GroupReq(int interfaceIndex, InetAddress group) {
        /**
         * Checks both.
         *
         * @throws IllegalArgumentException if the address is not a group's, or the number is negative
         */
        public GroupReq {
            requireGroup(interfaceIndex, group);
        }

        /**
         * The same by the interface itself.
         *
         * @param by the interface
         * @param group the address of the group, of IPv4 or IPv6
         * @return the request
         * @throws IllegalArgumentException if the address is not a group's, or the interface has no number
         */
        public static GroupReq of(NetworkInterface by, InetAddress group) {
            return new GroupReq(index(by), group);
        }
    }

    /**
     * {@code struct group_source_req}: a group, one sender, and the interface by which it is joined.
     *
     * @param interfaceIndex the number of the interface; 0 lets the routes choose
     * @param group the address of the group, of IPv4 or IPv6
     * @param source the address of the sender, of the same kind
     */
    public record GroupSourceReq(int interfaceIndex, InetAddress group, InetAddress source) {
        /**
         * Checks all three.
         *
         * @throws IllegalArgumentException if the address is not a group's, the sender's is of another kind, or the
         *         number is negative
         */
        public GroupSourceReq {
            requireGroup(interfaceIndex, group);
            if (source.getAddress().length != group.getAddress().length) {
                throw new IllegalArgumentException(
                        "the group " + group + " and the sender " + source + " are not both of IPv4, or both of IPv6");
            }
        }

        /**
         * The same by the interface itself.
         *
         * @param by the interface
         * @param group the address of the group, of IPv4 or IPv6
         * @param source the address of the sender, of the same kind
         * @return the request
         * @throws IllegalArgumentException if the address is not a group's, the sender's is of another kind, or the
         *         interface has no number
         */
        public static GroupSourceReq of(NetworkInterface by, InetAddress group, InetAddress source) {
            return new GroupSourceReq(index(by), group, source);
        }
    }

    /**
     * {@code struct packet_mreq}: what an interface receives besides.
     *
     * @param interfaceIndex the number of the interface
     * @param type {@link #PACKET_MR_PROMISC} or another
     * @param address the hardware's address, at most 8 bytes; empty where the type takes none
     */
    public record PacketMreq(int interfaceIndex, int type, byte[] address) {
        /**
         * Checks the address.
         *
         * @throws IllegalArgumentException if it has more than 8 bytes, or the type does not fit into 16 bits
         */
        public PacketMreq {
            if (address.length > OptionCodec.Membership.ADDRESS_BYTES) {
                throw new IllegalArgumentException("the address has " + address.length + " bytes, and at most "
                        + OptionCodec.Membership.ADDRESS_BYTES + " are possible");
            }
            if (type != (short) type && type != Short.toUnsignedInt((short) type)) {
                throw new IllegalArgumentException("there is no type " + type);
            }
            address = address.clone();
        }

        /**
         * All that comes by.
         *
         * @param interfaceIndex the number of the interface
         * @return the request
         */
        public static PacketMreq promiscuous(int interfaceIndex) {
            return new PacketMreq(interfaceIndex, PACKET_MR_PROMISC, new byte[0]);
        }

        /**
         * The hardware's address.
         *
         * @return a copy of it
         */
        @Override
        public byte[] address() {
            return address.clone();
        }
    }

    /**
     * {@code struct tpacket_stats}.
     *
     * @param packets how many packets came, with those that were lost
     * @param drops how many of them were lost, because there was no room for them
     */
    public record PacketStats(long packets, long drops) { }

    /**
     * {@code struct ucred}: a process, its user and its group, as numbers of this process's namespaces.
     *
     * @param pid the process; 0 if it is nobody, or not of this namespace
     * @param uid the user, as C's {@code unsigned int}; -1 if there is nobody
     * @param gid the group, as C's {@code unsigned int}; -1 if there is nobody
     */
    public record Ucred(int pid, int uid, int gid) {
        /** Nobody. */
        public static final Ucred NONE = new Ucred(0, -1, -1);
    }

    private static int index(NetworkInterface by) {
        int index = by.getIndex();
        if (index <= 0) {
            throw new IllegalArgumentException("the interface " + by.getName() + " has no number");
        }
        return index;
    }

    private static void requireGroup(int interfaceIndex, InetAddress group) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException(
                    group + " is not the address of a group: these are 224.0.0.0/4 and ff00::/8");
        }
        if (interfaceIndex < 0) {
            throw new IllegalArgumentException("the number of an interface is not negative: " + interfaceIndex);
        }
    }

    private static void requireName(String name) {
        if (Objects.requireNonNull(name).isEmpty()) {
            throw new IllegalArgumentException("an option has a name, for messages");
        }
    }

    /** The level's name, for messages. */
    static String levelName(int level) {
        return level == SOCKET ? "SOL_SOCKET"
                : level == IP ? "IPPROTO_IP"
                : level == IPV6 ? "IPPROTO_IPV6"
                : level == TCP ? "IPPROTO_TCP"
                : level == UDP ? "IPPROTO_UDP"
                : level == NETLINK ? "SOL_NETLINK"
                : level == PACKET ? "SOL_PACKET" : "level=" + level;
    }
}
