// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/pty.h}. */
public final class pty_h {
    private pty_h() { }

    public static int TCSANOW() {
        return 0;
    }

    public static int TCSADRAIN() {
        return 1;
    }

    public static int TCSAFLUSH() {
        return 2;
    }
}
