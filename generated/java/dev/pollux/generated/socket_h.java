// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/socket.h}. */
public final class socket_h {
    private socket_h() { }

    public static int SOMAXCONN() {
        return 4096;
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

    public static int SO_BROADCAST() {
        return 6;
    }

    public static int SO_SNDBUF() {
        return 7;
    }

    public static int SO_RCVBUF() {
        return 8;
    }

    public static int SO_KEEPALIVE() {
        return 9;
    }

    public static int SO_OOBINLINE() {
        return 10;
    }

    public static int SO_REUSEPORT() {
        return 15;
    }

    public static int SO_RCVLOWAT() {
        return 18;
    }

    public static int SO_ACCEPTCONN() {
        return 30;
    }

    public static int SO_PROTOCOL() {
        return 38;
    }

    public static int SO_DOMAIN() {
        return 39;
    }

    public static int IPV6_V6ONLY() {
        return 26;
    }

    public static int TCP_NODELAY() {
        return 1;
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

    public static int TCP_DEFER_ACCEPT() {
        return 9;
    }

    public static int TCP_QUICKACK() {
        return 12;
    }

    public static int TCP_USER_TIMEOUT() {
        return 18;
    }

    public static int SOCK_STREAM() {
        return 1;
    }

    public static int SOCK_DGRAM() {
        return 2;
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

    public static int MSG_NOSIGNAL() {
        return 16384;
    }

    public static int MSG_MORE() {
        return 32768;
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

    public static int IPPROTO_TCP() {
        return 6;
    }

    public static int IPPROTO_UDP() {
        return 17;
    }

    public static int IPPROTO_IPV6() {
        return 41;
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
}
