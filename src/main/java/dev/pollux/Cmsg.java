package dev.pollux;

import dev.pollux.generated.in6_pktinfo;
import dev.pollux.generated.in_pktinfo;
import dev.pollux.generated.sock_extended_err;
import dev.pollux.generated.sockaddr_in;
import dev.pollux.generated.sockaddr_in6;
import dev.pollux.generated.socket_h;
import dev.pollux.generated.timespec;
import dev.pollux.generated.ucred;
import dev.pollux.internal.ControlData;
import dev.pollux.internal.Link;
import java.util.List;

/**
 * The kinds of control messages, for {@link ControlMessages}, and how much room they need ({@link #space}).
 *
 * <p>A kind that is not here is one line, made from its C definition, or goes by level, type and memory: {@link
 * ControlMessages#add(int, int, java.lang.foreign.MemorySegment)} and {@link ControlMessages#data}.
 * {@snippet class="dev.pollux.Snippets" region="controlMessage"}
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code AskedAddress},
 * {@code HandOverSocket}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
public final class Cmsg {
    static {
        Link.require();
    }

    /** {@code SCM_MAX_FD}: how many descriptors one call can send. */
    public static final int SCM_MAX_FD = 253;

    private static final int SOCKET = socket_h.SOL_SOCKET();
    private static final int IP = socket_h.IPPROTO_IP();
    private static final int IPV6 = socket_h.IPPROTO_IPV6();
    private static final int UDP = socket_h.IPPROTO_UDP();

    /** A single descriptor, over a Unix-domain socket: {@link #rights} for more. See unix(7). */
    public static final Struct SCM_RIGHTS = rights(1);
    /** Who sends, over a Unix-domain socket with SO_PASSCRED: {@link ControlMessages#pid} and so on. */
    public static final Struct SCM_CREDENTIALS =
            new Struct("SCM_CREDENTIALS", SOCKET, socket_h.SCM_CREDENTIALS(), (int) ucred.sizeof());
    /** A pidfd of who sends, with SO_PASSPIDFD, since Linux 6.5: {@link ControlMessages#takePidFd}. */
    public static final Struct SCM_PIDFD = new Struct("SCM_PIDFD", SOCKET, socket_h.SCM_PIDFD(), Integer.BYTES);
    /** When it was received, with SO_TIMESTAMPNS: {@link ControlMessages#timestampNanos}. */
    public static final Struct SCM_TIMESTAMPNS =
            new Struct("SCM_TIMESTAMPNS", SOCKET, socket_h.SCM_TIMESTAMPNS(), (int) timespec.sizeof());
    /** How many packets this socket has dropped so far because its queue was full, with SO_RXQ_OVFL. */
    public static final Number SO_RXQ_OVFL = new Number("SO_RXQ_OVFL", SOCKET, socket_h.SO_RXQ_OVFL(), Integer.BYTES);
    /** The mark of what is sent, instead of that of the socket, {@link Sockopt#SO_MARK}. */
    public static final Number SO_MARK = new Number("SO_MARK", SOCKET, socket_h.SO_MARK(), Integer.BYTES);

    /** To which address of which interface it came, with IP_PKTINFO; or from which one it is to be sent. */
    public static final Struct IP_PKTINFO =
            new Struct("IP_PKTINFO", IP, socket_h.IP_PKTINFO(), (int) in_pktinfo.sizeof());
    /** The time to live: as it came, with IP_RECVTTL, or to be sent with. */
    public static final Number IP_TTL = new Number("IP_TTL", IP, socket_h.IP_TTL(), Integer.BYTES);
    /** The type of service, ECN in its lower two bits: as it came, with IP_RECVTOS, or to be sent with. */
    public static final Number IP_TOS = new Number("IP_TOS", IP, socket_h.IP_TOS(), Integer.BYTES);
    /** What went wrong with what was sent, with {@link SocketFd#MSG_ERRQUEUE} and IP_RECVERR. */
    public static final Struct IP_RECVERR = new Struct("IP_RECVERR", IP, socket_h.IP_RECVERR(),
            (int) (sock_extended_err.sizeof() + sockaddr_in.sizeof()));

    /** As {@link #IP_PKTINFO}, of IPv6, with IPV6_RECVPKTINFO. */
    public static final Struct IPV6_PKTINFO =
            new Struct("IPV6_PKTINFO", IPV6, socket_h.IPV6_PKTINFO(), (int) in6_pktinfo.sizeof());
    /** The hop limit: as it came, with IPV6_RECVHOPLIMIT, or to be sent with. */
    public static final Number IPV6_HOPLIMIT =
            new Number("IPV6_HOPLIMIT", IPV6, socket_h.IPV6_HOPLIMIT(), Integer.BYTES);
    /** The traffic class, ECN in its lower two bits: as it came, with IPV6_RECVTCLASS, or to be sent with. */
    public static final Number IPV6_TCLASS = new Number("IPV6_TCLASS", IPV6, socket_h.IPV6_TCLASS(), Integer.BYTES);
    /** As {@link #IP_RECVERR}, with IPV6_RECVERR. */
    public static final Struct IPV6_RECVERR = new Struct("IPV6_RECVERR", IPV6, socket_h.IPV6_RECVERR(),
            (int) (sock_extended_err.sizeof() + sockaddr_in6.sizeof()));

    /**
     * Into how many bytes each the kernel, or the device, is to cut what is sent: one call sends up to 128 datagrams.
     * All but the last are of this size.
     */
    public static final Number UDP_SEGMENT = new Number("UDP_SEGMENT", UDP, socket_h.UDP_SEGMENT(), Short.BYTES);
    /**
     * How long the datagrams are that were joined to what came, with UDP_GRO; only the last may be shorter. It does not
     * come with a single datagram that was joined to none.
     */
    public static final Number UDP_GRO = new Number("UDP_GRO", UDP, socket_h.UDP_GRO(), Integer.BYTES);

    private Cmsg() { }

    /** The name of a kind, for messages. */
    static String name(int level, int type) {
        for (Kind kind : List.of(SCM_RIGHTS, SCM_CREDENTIALS, SCM_PIDFD, SCM_TIMESTAMPNS, SO_RXQ_OVFL, SO_MARK,
                IP_PKTINFO, IP_TTL, IP_TOS, IP_RECVERR, IPV6_PKTINFO, IPV6_HOPLIMIT, IPV6_TCLASS, IPV6_RECVERR,
                UDP_SEGMENT, UDP_GRO)) {
            if (kind.level() == level && kind.type() == type) {
                return kind.name();
            }
        }
        return "cmsg_level=" + level + " cmsg_type=" + type;
    }

    /** A kind of control message. */
    public sealed interface Kind {
        /**
         * Its name in C.
         *
         * @return for example {@code SCM_RIGHTS}
         */
        String name();

        /**
         * {@code cmsg_level}.
         *
         * @return {@link SocketFd#SOL_SOCKET} or another
         */
        int level();

        /**
         * {@code cmsg_type}.
         *
         * @return its number, of this level
         */
        int type();

        /**
         * How much data such a message has at most.
         *
         * @return a number of bytes
         */
        int bytes();
    }

    /**
     * One whose data is a number.
     *
     * @param name its name in C
     * @param level {@code cmsg_level}
     * @param type {@code cmsg_type}
     * @param bytes how long the number is when it is sent: 1, 2, 4 or 8
     */
    public record Number(String name, int level, int type, int bytes) implements Kind {
        /** Refuses what is no number's size. */
        public Number {
            if (bytes != 1 && bytes != 2 && bytes != 4 && bytes != 8) {
                throw new IllegalArgumentException("a number has 1, 2, 4 or 8 bytes, and not " + bytes);
            }
        }
    }

    /**
     * One whose data is something else.
     *
     * @param name its name in C
     * @param level {@code cmsg_level}
     * @param type {@code cmsg_type}
     * @param bytes how much data it has at most
     */
    public record Struct(String name, int level, int type, int bytes) implements Kind {
        /** Refuses what no message can have. */
        public Struct {
            if (bytes < 0 || bytes > ControlMessages.MAX_BYTES - ControlData.HEADER) {
                throw new IllegalArgumentException("a control message has no " + bytes + " bytes");
            }
        }
    }

    /**
     * {@code SCM_RIGHTS} with several descriptors.
     *
     * @param descriptors how many, from 1 to {@link #SCM_MAX_FD}
     * @return what to reckon with in {@link #space}
     * @throws IllegalArgumentException if there are fewer, or more
     */
    public static Struct rights(int descriptors) {
        if (descriptors < 1 || descriptors > SCM_MAX_FD) {
            throw new IllegalArgumentException(
                    "one message carries from 1 to " + SCM_MAX_FD + " descriptors, and not " + descriptors);
        }
        return new Struct("SCM_RIGHTS", SOCKET, socket_h.SCM_RIGHTS(), descriptors * Integer.BYTES);
    }

    /**
     * {@code CMSG_SPACE(…) + CMSG_SPACE(…)} …: how much room control messages need that are sent, or that may come,
     * together. What is received and finds too little room is lost, with {@link SocketFd#MSG_CTRUNC}: so all kinds
     * count that have been asked for by socket options.
     *
     * @param kinds all of them
     * @return the number of bytes to be given to {@link Message#allocate(java.lang.foreign.Arena, int, int)}
     */
    public static int space(Kind... kinds) {
        int sum = 0;
        for (Kind kind : kinds) {
            sum = Math.addExact(sum, ControlData.space(kind.bytes()));
        }
        return sum;
    }
}
