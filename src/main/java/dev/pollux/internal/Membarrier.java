package dev.pollux.internal;

import dev.pollux.generated.arch_h;
import dev.pollux.generated.membarrier_h;

/** A memory barrier that one thread makes all others do, so that they need none of their own. */
final class Membarrier {
    private static final long SYS_MEMBARRIER = arch_h.SYS_membarrier();
    private static final int BARRIER = membarrier_h.MEMBARRIER_CMD_PRIVATE_EXPEDITED();
    private static final int REGISTER = membarrier_h.MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED();

    private Membarrier() { }

    /** Loads this class. */
    static void prepare() { }

    /** When this returns, each thread of the process has passed a full barrier since the call. */
    static void everyThread() {
        if (membarrier(BARRIER) < 0 && (membarrier(REGISTER) < 0 || membarrier(BARRIER) < 0)) {
            // a kernel before 4.14, or a seccomp filter: a safepoint has the same effect, and takes longer
            Thread.getAllStackTraces();
        }
    }

    private static long membarrier(int command) {
        return Libc.syscall_plain(SYS_MEMBARRIER, command, 0, 0, 0);
    }
}
