// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/poll.h}. */
public final class poll_h {
    private poll_h() { }

    public static int POLLIN() {
        return 1;
    }

    public static int POLLPRI() {
        return 2;
    }

    public static int POLLOUT() {
        return 4;
    }

    public static int POLLRDNORM() {
        return 64;
    }

    public static int POLLRDBAND() {
        return 128;
    }

    public static int POLLWRNORM() {
        return 256;
    }

    public static int POLLWRBAND() {
        return 512;
    }

    public static int POLLMSG() {
        return 1024;
    }

    public static int POLLREMOVE() {
        return 4096;
    }

    public static int POLLRDHUP() {
        return 8192;
    }

    public static int POLLERR() {
        return 8;
    }

    public static int POLLHUP() {
        return 16;
    }

    public static int POLLNVAL() {
        return 32;
    }
}
