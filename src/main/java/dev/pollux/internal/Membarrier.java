package dev.pollux.internal;

import dev.pollux.generated.membarrier_h;

/** A memory barrier that one thread makes all others do, so that they need none of their own. */
public final class Membarrier {
    private static final long SYS_MEMBARRIER = switch (Architecture.CURRENT) {
        case X86_64 -> dev.pollux.generated.x86_64.arch_h.SYS_membarrier();
        case AARCH64 -> dev.pollux.generated.aarch64.arch_h.SYS_membarrier();
    };
    private static final int BARRIER = membarrier_h.MEMBARRIER_CMD_PRIVATE_EXPEDITED();
    private static final int REGISTER = membarrier_h.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED();

    private Membarrier() { }

    /** Loads this class. */
    static void prepare() { }

    /**
     * When this returns, each thread of the process has passed a full barrier since the call: 0.5 µs, 11 µs while
     * others run, and 8 to 26 ms the first time, when the kernel has to be told.
     */
    public static void everyThread(Scratch s) {
        if (membarrier(s, BARRIER) < 0 && (membarrier(s, REGISTER) < 0 || membarrier(s, BARRIER) < 0)) {
            // a kernel before 4.14, or a seccomp filter: a safepoint has the same effect, and takes longer
            Thread.getAllStackTraces();
        }
    }

    private static long membarrier(Scratch s, int command) {
        return Libc.syscall(s, SYS_MEMBARRIER, command, 0, 0, 0);
    }
}
