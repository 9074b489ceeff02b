package dev.pollux.internal;

import dev.pollux.generated.socket_h;

/** Which socket option that has a constant is of which level. Both are ints, and their order is easily wrong. */
public final class SocketOptions {
    /** A bit for each option. */
    private static final long OF_SOCKET = bits(socket_h.SO_ERROR(), socket_h.SO_REUSEADDR(), socket_h.SO_REUSEPORT(),
            socket_h.SO_KEEPALIVE(), socket_h.SO_RCVBUF(), socket_h.SO_SNDBUF(), socket_h.SO_RCVLOWAT(),
            socket_h.SO_TYPE(), socket_h.SO_DOMAIN(), socket_h.SO_PROTOCOL(), socket_h.SO_ACCEPTCONN(),
            socket_h.SO_OOBINLINE(), socket_h.SO_BROADCAST());
    private static final long OF_TCP = bits(socket_h.TCP_NODELAY(), socket_h.TCP_CORK(), socket_h.TCP_KEEPIDLE(),
            socket_h.TCP_KEEPINTVL(), socket_h.TCP_KEEPCNT(), socket_h.TCP_DEFER_ACCEPT(), socket_h.TCP_QUICKACK(),
            socket_h.TCP_USER_TIMEOUT());
    private static final long OF_IPV6 = bits(socket_h.IPV6_V6ONLY());

    private SocketOptions() { }

    private static long bits(int... options) {
        long bits = 0;
        for (int option : options) {
            bits |= 1L << option;
        }
        return bits;
    }

    /** Whether this is an option of this level. */
    public static boolean has(int level, int option) {
        long options = level == socket_h.SOL_SOCKET() ? OF_SOCKET
                : level == socket_h.IPPROTO_TCP() ? OF_TCP
                : level == socket_h.IPPROTO_IPV6() ? OF_IPV6 : 0;
        return option >= 0 && option < Long.SIZE && (options >>> option & 1) != 0;
    }

    /** Whether these two are an option and its level, and mean nothing in this order. */
    public static boolean inWrongOrder(int level, int option) {
        return has(option, level) && !has(level, option);
    }
}
