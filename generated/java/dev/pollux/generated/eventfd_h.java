// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/eventfd.h}. */
public final class eventfd_h {
    private eventfd_h() { }

    public static int EFD_SEMAPHORE() {
        return 1;
    }

    public static int EFD_CLOEXEC() {
        return 524288;
    }

    public static int EFD_NONBLOCK() {
        return 2048;
    }
}
