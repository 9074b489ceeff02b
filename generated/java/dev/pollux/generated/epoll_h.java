// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/epoll.h}. */
public final class epoll_h {
    private epoll_h() { }

    public static int EPOLL_CTL_ADD() {
        return 1;
    }

    public static int EPOLL_CTL_DEL() {
        return 2;
    }

    public static int EPOLL_CTL_MOD() {
        return 3;
    }

    public static int EPOLL_CLOEXEC() {
        return 524288;
    }

    public static int EPOLLIN() {
        return 1;
    }

    public static int EPOLLPRI() {
        return 2;
    }

    public static int EPOLLOUT() {
        return 4;
    }

    public static int EPOLLRDNORM() {
        return 64;
    }

    public static int EPOLLRDBAND() {
        return 128;
    }

    public static int EPOLLWRNORM() {
        return 256;
    }

    public static int EPOLLWRBAND() {
        return 512;
    }

    public static int EPOLLMSG() {
        return 1024;
    }

    public static int EPOLLERR() {
        return 8;
    }

    public static int EPOLLHUP() {
        return 16;
    }

    public static int EPOLLRDHUP() {
        return 8192;
    }

    public static int EPOLLEXCLUSIVE() {
        return 268435456;
    }

    public static int EPOLLWAKEUP() {
        return 536870912;
    }

    public static int EPOLLONESHOT() {
        return 1073741824;
    }

    public static int EPOLLET() {
        return -2147483648;
    }

    public static int SYS_epoll_pwait2() {
        return 441;
    }
}
