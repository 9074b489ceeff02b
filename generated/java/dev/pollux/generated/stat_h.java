// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/stat.h}. */
public final class stat_h {
    private stat_h() { }

    public static int S_IFMT() {
        return 61440;
    }

    public static int S_IFDIR() {
        return 16384;
    }

    public static int S_IFREG() {
        return 32768;
    }

    public static int STATX_TYPE() {
        return 1;
    }
}
