// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/pidfd.h}. */
public final class pidfd_h {
    private pidfd_h() { }

    public static int WNOHANG() {
        return 1;
    }

    public static int WEXITED() {
        return 4;
    }

    public static int WNOWAIT() {
        return 16777216;
    }

    public static int CLD_EXITED() {
        return 1;
    }

    public static int CLD_KILLED() {
        return 2;
    }

    public static int CLD_DUMPED() {
        return 3;
    }

    public static int P_PIDFD() {
        return 3;
    }

    public static int SYS_pidfd_open() {
        return 434;
    }

    public static int SYS_pidfd_send_signal() {
        return 424;
    }

    public static long PIDFD_INFO_EXIT() {
        return 8L;
    }

    public static long PIDFD_GET_INFO() {
        return 3225485067L;
    }
}
