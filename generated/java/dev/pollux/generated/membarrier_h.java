// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/membarrier.h}. */
public final class membarrier_h {
    private membarrier_h() { }

    public static int MEMBARRIER_CMD_PRIVATE_EXPEDITED() {
        return 8;
    }

    public static int MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED() {
        return 16;
    }
}
