// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/select.h}. */
public final class select_h {
    private select_h() { }

    public static int FD_SETSIZE() {
        return 1024;
    }

    public static int NFDBITS() {
        return 64;
    }
}
