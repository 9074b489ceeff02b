// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/timerfd.h}. */
public final class timerfd_h {
    private timerfd_h() { }

    public static int CLOCK_REALTIME() {
        return 0;
    }

    public static int CLOCK_MONOTONIC() {
        return 1;
    }

    public static int CLOCK_BOOTTIME() {
        return 7;
    }

    public static int CLOCK_REALTIME_ALARM() {
        return 8;
    }

    public static int CLOCK_BOOTTIME_ALARM() {
        return 9;
    }

    public static int TFD_CLOEXEC() {
        return 524288;
    }

    public static int TFD_NONBLOCK() {
        return 2048;
    }

    public static int TFD_TIMER_ABSTIME() {
        return 1;
    }

    public static int TFD_TIMER_CANCEL_ON_SET() {
        return 2;
    }
}
