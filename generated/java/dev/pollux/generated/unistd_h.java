// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/unistd.h}. */
public final class unistd_h {
    private unistd_h() { }

    public static int STDIN_FILENO() {
        return 0;
    }

    public static int STDOUT_FILENO() {
        return 1;
    }

    public static int STDERR_FILENO() {
        return 2;
    }
}
