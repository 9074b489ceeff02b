// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/signal.h}. */
public final class signal_h {
    private signal_h() { }

    public static int SIGINT() {
        return 2;
    }

    public static int SIGILL() {
        return 4;
    }

    public static int SIGABRT() {
        return 6;
    }

    public static int SIGFPE() {
        return 8;
    }

    public static int SIGSEGV() {
        return 11;
    }

    public static int SIGTERM() {
        return 15;
    }

    public static int SIGHUP() {
        return 1;
    }

    public static int SIGQUIT() {
        return 3;
    }

    public static int SIGTRAP() {
        return 5;
    }

    public static int SIGKILL() {
        return 9;
    }

    public static int SIGPIPE() {
        return 13;
    }

    public static int SIGALRM() {
        return 14;
    }

    public static int SIGSTKFLT() {
        return 16;
    }

    public static int SIGPWR() {
        return 30;
    }

    public static int SIGBUS() {
        return 7;
    }

    public static int SIGSYS() {
        return 31;
    }

    public static int SIGURG() {
        return 23;
    }

    public static int SIGSTOP() {
        return 19;
    }

    public static int SIGTSTP() {
        return 20;
    }

    public static int SIGCONT() {
        return 18;
    }

    public static int SIGCHLD() {
        return 17;
    }

    public static int SIGTTIN() {
        return 21;
    }

    public static int SIGTTOU() {
        return 22;
    }

    public static int SIGXFSZ() {
        return 25;
    }

    public static int SIGXCPU() {
        return 24;
    }

    public static int SIGVTALRM() {
        return 26;
    }

    public static int SIGPROF() {
        return 27;
    }

    public static int SIGUSR1() {
        return 10;
    }

    public static int SIGUSR2() {
        return 12;
    }

    public static int SIGWINCH() {
        return 28;
    }

    public static int SIG_BLOCK() {
        return 0;
    }

    public static int SIG_SETMASK() {
        return 2;
    }

    public static int SIGIO() {
        return 29;
    }
}
