// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated.aarch64;

/** The constants of {@code headers/arch.h}. */
public final class arch_h {
    private arch_h() { }

    public static int F_GETLK() {
        return 5;
    }

    public static int F_SETLK() {
        return 6;
    }

    public static int F_SETLKW() {
        return 7;
    }

    public static int O_DIRECTORY() {
        return 16384;
    }

    public static int O_NOFOLLOW() {
        return 32768;
    }

    public static int O_DIRECT() {
        return 65536;
    }

    public static int O_TMPFILE() {
        return 4210688;
    }

    public static int SYS_membarrier() {
        return 283;
    }

    public static int SYS_statx() {
        return 291;
    }
}
