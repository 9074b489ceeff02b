// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/socket.h}. */
public final class socket_h {
    private socket_h() { }

    public static int SOL_PACKET() {
        return 263;
    }

    public static int SOL_NETLINK() {
        return 270;
    }

    public static int SOL_SOCKET() {
        return 1;
    }

    public static int SO_REUSEADDR() {
        return 2;
    }

    public static int SO_TYPE() {
        return 3;
    }

    public static int SO_ERROR() {
        return 4;
    }

    public static int SO_DONTROUTE() {
        return 5;
    }

    public static int SO_BROADCAST() {
        return 6;
    }

    public static int SO_SNDBUF() {
        return 7;
    }

    public static int SO_RCVBUF() {
        return 8;
    }

    public static int SO_SNDBUFFORCE() {
        return 32;
    }

    public static int SO_RCVBUFFORCE() {
        return 33;
    }

    public static int SO_KEEPALIVE() {
        return 9;
    }

    public static int SO_OOBINLINE() {
        return 10;
    }

    public static int SO_PRIORITY() {
        return 12;
    }

    public static int SO_LINGER() {
        return 13;
    }

    public static int SO_REUSEPORT() {
        return 15;
    }

    public static int SO_PASSCRED() {
        return 16;
    }

    public static int SO_PEERCRED() {
        return 17;
    }

    public static int SO_RCVLOWAT() {
        return 18;
    }

    public static int SO_BINDTODEVICE() {
        return 25;
    }

    public static int SO_ACCEPTCONN() {
        return 30;
    }

    public static int SO_PASSSEC() {
        return 34;
    }

    public static int SO_MARK() {
        return 36;
    }

    public static int SO_PROTOCOL() {
        return 38;
    }

    public static int SO_DOMAIN() {
        return 39;
    }

    public static int SO_RXQ_OVFL() {
        return 40;
    }

    public static int SO_PEEK_OFF() {
        return 42;
    }

    public static int SO_BUSY_POLL() {
        return 46;
    }

    public static int SO_MAX_PACING_RATE() {
        return 47;
    }

    public static int SO_INCOMING_CPU() {
        return 49;
    }

    public static int SO_COOKIE() {
        return 57;
    }

    public static int SO_PEERGROUPS() {
        return 59;
    }

    public static int SO_ZEROCOPY() {
        return 60;
    }

    public static int SO_BINDTOIFINDEX() {
        return 62;
    }

    public static int IP_TOS() {
        return 1;
    }

    public static int IP_TTL() {
        return 2;
    }

    public static int IP_MULTICAST_IF() {
        return 32;
    }

    public static int IP_MULTICAST_TTL() {
        return 33;
    }

    public static int IP_MULTICAST_LOOP() {
        return 34;
    }

    public static int MCAST_JOIN_GROUP() {
        return 42;
    }

    public static int MCAST_BLOCK_SOURCE() {
        return 43;
    }

    public static int MCAST_UNBLOCK_SOURCE() {
        return 44;
    }

    public static int MCAST_LEAVE_GROUP() {
        return 45;
    }

    public static int MCAST_JOIN_SOURCE_GROUP() {
        return 46;
    }

    public static int MCAST_LEAVE_SOURCE_GROUP() {
        return 47;
    }

    public static int IP_MULTICAST_ALL() {
        return 49;
    }

    public static int IP_PKTINFO() {
        return 8;
    }

    public static int IP_MTU_DISCOVER() {
        return 10;
    }

    public static int IP_RECVERR() {
        return 11;
    }

    public static int IP_RECVTTL() {
        return 12;
    }

    public static int IP_RECVTOS() {
        return 13;
    }

    public static int IP_MTU() {
        return 14;
    }

    public static int IP_FREEBIND() {
        return 15;
    }

    public static int IP_TRANSPARENT() {
        return 19;
    }

    public static int IP_BIND_ADDRESS_NO_PORT() {
        return 24;
    }

    public static int IP_PMTUDISC_DONT() {
        return 0;
    }

    public static int IP_PMTUDISC_WANT() {
        return 1;
    }

    public static int IP_PMTUDISC_DO() {
        return 2;
    }

    public static int IP_PMTUDISC_PROBE() {
        return 3;
    }

    public static int IPV6_UNICAST_HOPS() {
        return 16;
    }

    public static int IPV6_MULTICAST_IF() {
        return 17;
    }

    public static int IPV6_MULTICAST_HOPS() {
        return 18;
    }

    public static int IPV6_MULTICAST_LOOP() {
        return 19;
    }

    public static int IPV6_MTU_DISCOVER() {
        return 23;
    }

    public static int IPV6_MTU() {
        return 24;
    }

    public static int IPV6_RECVERR() {
        return 25;
    }

    public static int IPV6_V6ONLY() {
        return 26;
    }

    public static int IPV6_MULTICAST_ALL() {
        return 29;
    }

    public static int IPV6_RECVPKTINFO() {
        return 49;
    }

    public static int IPV6_PKTINFO() {
        return 50;
    }

    public static int IPV6_RECVHOPLIMIT() {
        return 51;
    }

    public static int IPV6_HOPLIMIT() {
        return 52;
    }

    public static int IPV6_DONTFRAG() {
        return 62;
    }

    public static int IPV6_RECVTCLASS() {
        return 66;
    }

    public static int IPV6_TCLASS() {
        return 67;
    }

    public static int IPV6_AUTOFLOWLABEL() {
        return 70;
    }

    public static int IPV6_TRANSPARENT() {
        return 75;
    }

    public static int IPV6_FREEBIND() {
        return 78;
    }

    public static int TCP_NODELAY() {
        return 1;
    }

    public static int TCP_MAXSEG() {
        return 2;
    }

    public static int TCP_CORK() {
        return 3;
    }

    public static int TCP_KEEPIDLE() {
        return 4;
    }

    public static int TCP_KEEPINTVL() {
        return 5;
    }

    public static int TCP_KEEPCNT() {
        return 6;
    }

    public static int TCP_SYNCNT() {
        return 7;
    }

    public static int TCP_LINGER2() {
        return 8;
    }

    public static int TCP_DEFER_ACCEPT() {
        return 9;
    }

    public static int TCP_WINDOW_CLAMP() {
        return 10;
    }

    public static int TCP_INFO() {
        return 11;
    }

    public static int TCP_QUICKACK() {
        return 12;
    }

    public static int TCP_CONGESTION() {
        return 13;
    }

    public static int TCP_USER_TIMEOUT() {
        return 18;
    }

    public static int TCP_FASTOPEN() {
        return 23;
    }

    public static int TCP_NOTSENT_LOWAT() {
        return 25;
    }

    public static int TCP_FASTOPEN_CONNECT() {
        return 30;
    }

    public static int TCP_FASTOPEN_NO_COOKIE() {
        return 34;
    }

    public static int UDP_SEGMENT() {
        return 103;
    }

    public static int UDP_GRO() {
        return 104;
    }

    public static int SO_EE_ORIGIN_LOCAL() {
        return 1;
    }

    public static int SO_EE_ORIGIN_ICMP() {
        return 2;
    }

    public static int SO_EE_ORIGIN_ICMP6() {
        return 3;
    }

    public static int SO_EE_ORIGIN_ZEROCOPY() {
        return 5;
    }

    public static int SO_EE_CODE_ZEROCOPY_COPIED() {
        return 1;
    }

    public static int NETLINK_ROUTE() {
        return 0;
    }

    public static int NETLINK_KOBJECT_UEVENT() {
        return 15;
    }

    public static int NETLINK_ADD_MEMBERSHIP() {
        return 1;
    }

    public static int NETLINK_DROP_MEMBERSHIP() {
        return 2;
    }

    public static int NETLINK_BROADCAST_ERROR() {
        return 4;
    }

    public static int NETLINK_NO_ENOBUFS() {
        return 5;
    }

    public static int NETLINK_CAP_ACK() {
        return 10;
    }

    public static int NETLINK_EXT_ACK() {
        return 11;
    }

    public static int NETLINK_GET_STRICT_CHK() {
        return 12;
    }

    public static int PACKET_HOST() {
        return 0;
    }

    public static int PACKET_BROADCAST() {
        return 1;
    }

    public static int PACKET_MULTICAST() {
        return 2;
    }

    public static int PACKET_OTHERHOST() {
        return 3;
    }

    public static int PACKET_OUTGOING() {
        return 4;
    }

    public static int PACKET_ADD_MEMBERSHIP() {
        return 1;
    }

    public static int PACKET_DROP_MEMBERSHIP() {
        return 2;
    }

    public static int PACKET_STATISTICS() {
        return 6;
    }

    public static int PACKET_QDISC_BYPASS() {
        return 20;
    }

    public static int PACKET_IGNORE_OUTGOING() {
        return 23;
    }

    public static int PACKET_MR_MULTICAST() {
        return 0;
    }

    public static int PACKET_MR_PROMISC() {
        return 1;
    }

    public static int PACKET_MR_ALLMULTI() {
        return 2;
    }

    public static int PACKET_MR_UNICAST() {
        return 3;
    }

    public static int VMADDR_CID_HYPERVISOR() {
        return 0;
    }

    public static int VMADDR_CID_LOCAL() {
        return 1;
    }

    public static int VMADDR_CID_HOST() {
        return 2;
    }

    public static int SCM_PIDFD() {
        return 4;
    }

    public static int SO_PASSPIDFD() {
        return 76;
    }

    public static int SO_PEERPIDFD() {
        return 77;
    }

    public static int SOCK_STREAM() {
        return 1;
    }

    public static int SOCK_DGRAM() {
        return 2;
    }

    public static int SOCK_RAW() {
        return 3;
    }

    public static int SOCK_SEQPACKET() {
        return 5;
    }

    public static int SOCK_CLOEXEC() {
        return 524288;
    }

    public static int SOCK_NONBLOCK() {
        return 2048;
    }

    public static int MSG_OOB() {
        return 1;
    }

    public static int MSG_PEEK() {
        return 2;
    }

    public static int MSG_CTRUNC() {
        return 8;
    }

    public static int MSG_TRUNC() {
        return 32;
    }

    public static int MSG_DONTWAIT() {
        return 64;
    }

    public static int MSG_EOR() {
        return 128;
    }

    public static int MSG_WAITALL() {
        return 256;
    }

    public static int MSG_CONFIRM() {
        return 2048;
    }

    public static int MSG_ERRQUEUE() {
        return 8192;
    }

    public static int MSG_NOSIGNAL() {
        return 16384;
    }

    public static int MSG_MORE() {
        return 32768;
    }

    public static int MSG_WAITFORONE() {
        return 65536;
    }

    public static int MSG_ZEROCOPY() {
        return 67108864;
    }

    public static int MSG_CMSG_CLOEXEC() {
        return 1073741824;
    }

    public static int SCM_RIGHTS() {
        return 1;
    }

    public static int SCM_CREDENTIALS() {
        return 2;
    }

    public static int SHUT_RD() {
        return 0;
    }

    public static int SHUT_WR() {
        return 1;
    }

    public static int SHUT_RDWR() {
        return 2;
    }

    public static int IPPROTO_IP() {
        return 0;
    }

    public static int IPPROTO_ICMP() {
        return 1;
    }

    public static int IPPROTO_TCP() {
        return 6;
    }

    public static int IPPROTO_UDP() {
        return 17;
    }

    public static int IPPROTO_IPV6() {
        return 41;
    }

    public static int IPPROTO_RAW() {
        return 255;
    }

    public static int IPPROTO_ICMPV6() {
        return 58;
    }

    public static int AF_UNSPEC() {
        return 0;
    }

    public static int AF_UNIX() {
        return 1;
    }

    public static int AF_INET() {
        return 2;
    }

    public static int AF_INET6() {
        return 10;
    }

    public static int AF_NETLINK() {
        return 16;
    }

    public static int AF_PACKET() {
        return 17;
    }

    public static int AF_CAN() {
        return 29;
    }

    public static int AF_VSOCK() {
        return 40;
    }

    public static int SO_TIMESTAMPNS() {
        return 35;
    }

    public static int SO_RCVTIMEO() {
        return 20;
    }

    public static int SO_SNDTIMEO() {
        return 21;
    }

    public static int SCM_TIMESTAMPNS() {
        return 35;
    }

    public static int VMADDR_CID_ANY() {
        return -1;
    }

    public static int VMADDR_PORT_ANY() {
        return -1;
    }
}
