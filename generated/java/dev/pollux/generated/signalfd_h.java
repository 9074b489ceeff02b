// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/signalfd.h}. */
public final class signalfd_h {
    private signalfd_h() { }

    public static int SFD_CLOEXEC() {
        return 524288;
    }

    public static int SFD_NONBLOCK() {
        return 2048;
    }
}
