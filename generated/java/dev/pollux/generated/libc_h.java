// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import dev.pollux.internal.CLibrary;

/** The constants of {@code headers/libc.h}, as they are where this JVM runs. */
public final class libc_h {
    private libc_h() { }

    public static int O_ACCMODE() {
        return switch (CLibrary.current()) {
            case GLIBC -> dev.pollux.generated.glibc.libc_h.O_ACCMODE();
            case MUSL -> dev.pollux.generated.musl.libc_h.O_ACCMODE();
        };
    }

    public static int SOMAXCONN() {
        return switch (CLibrary.current()) {
            case GLIBC -> dev.pollux.generated.glibc.libc_h.SOMAXCONN();
            case MUSL -> dev.pollux.generated.musl.libc_h.SOMAXCONN();
        };
    }
}
