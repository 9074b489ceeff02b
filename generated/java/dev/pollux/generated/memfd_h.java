// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

/** The constants of {@code headers/memfd.h}. */
public final class memfd_h {
    private memfd_h() { }

    public static int MFD_CLOEXEC() {
        return 1;
    }

    public static int MFD_ALLOW_SEALING() {
        return 2;
    }

    public static int MFD_HUGETLB() {
        return 4;
    }
}
