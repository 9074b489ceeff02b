// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated.musl;

/** The constants of {@code headers/libc.h}. */
public final class libc_h {
    private libc_h() { }

    public static int SOMAXCONN() {
        return 128;
    }

    public static int O_ACCMODE() {
        return 2097155;
    }
}
