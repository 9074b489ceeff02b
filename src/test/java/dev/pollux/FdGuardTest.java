package dev.pollux;

import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.generated.fcntl_h;
import dev.pollux.internal.Architecture;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import dev.pollux.internal.Seccomp;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How {@link Fd} keeps its number while calls are using it: the thread that was first, and the others. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FdGuardTest {
    private static final int SYS_MEMBARRIER = switch (Architecture.CURRENT) {
        case X86_64 -> dev.pollux.generated.x86_64.arch_h.SYS_membarrier();
        case AARCH64 -> dev.pollux.generated.aarch64.arch_h.SYS_membarrier();
    };

    /** One descriptor, used by one thread until another closes it. */
    private static final class Trial {
        final EventFd fd = EventFd.create();
        final int number = fd.fd();
        volatile boolean inUse;
        volatile @Nullable Boolean freeAtOnce;

        Trial() throws ErrnoException { }
    }

    private volatile @Nullable Trial current;

    @Test
    void aNumberIsNotClosedUnderTheThreadThatNeedsNoAtomics() throws Exception {
        closeUnderItsUser(Duration.ofSeconds(3));
    }

    @Test
    void norWhereTheKernelHasNoMembarrier() throws Exception {
        get(start(() -> {
            String problem = Seccomp.refuse(SYS_MEMBARRIER, Errno.ENOSYS);
            assumeTrue(problem == null, problem);
            assertEquals(-Errno.ENOSYS, Libc.syscall(Scratch.get(), SYS_MEMBARRIER, 0, 0, 0, 0));
            closeUnderItsUser(Duration.ofSeconds(1));
            return null;
        }));
    }

    /** Closes descriptors in the middle of their user's calls: where the number is free at once, no call is inside. */
    private void closeUnderItsUser(Duration time) throws Exception {
        current = new Trial();
        FutureTask<int[]> user = start(this::use);
        Scratch s = Scratch.get();
        int trials = 0;
        int freeAtOnce = 0;
        long start = System.nanoTime();
        do {
            Trial trial = current;
            while (!trial.inUse) {
                Thread.onSpinWait();
            }
            for (int pause = trials % 512; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            trial.fd.close();
            boolean free = Libc.fcntl(s, trial.number, fcntl_h.F_GETFD(), 0) == -Errno.EBADF;
            trial.freeAtOnce = free;
            freeAtOnce += free ? 1 : 0;
            trials++;
            current = System.nanoTime() - start < time.toNanos() ? new Trial() : null;
        } while (current != null);
        int[] inside = get(user);
        String told = trials + " closed, " + freeAtOnce + " free at once, " + inside[0] + " with a call inside";
        assertEquals(0, inside[1], () -> inside[1] + " of the calls were inside a number that was free: " + told);
        assertTrue(inside[0] > 0 && freeAtOnce > 0, told);
    }

    /** Calls without end, and those that find themselves inside when the descriptor is closed stay for the verdict. */
    private int[] use() {
        Scratch s = Scratch.get();
        byte[] far = new byte[1 << 24];
        long random = 1;
        int inside = 0;
        int caught = 0;
        for (Trial trial = current; trial != null; trial = next(trial)) {
            try {
                for (;;) {
                    // stores that miss the cache hold up the one that says that a call is inside
                    for (int store = 0; store < 4; store++) {
                        random = random * 0x5DEECE66DL + 11;
                        far[(int) (random >>> 40)] = 1;
                    }
                    trial.fd.acquire(s);
                    trial.inUse = true;
                    boolean open = true;
                    for (int look = 0; look < 50 && open; look++) {
                        open = trial.fd.isOpen();
                    }
                    if (!open) {
                        inside++;
                        while (trial.freeAtOnce == null) {
                            Thread.onSpinWait();
                        }
                        caught += trial.freeAtOnce ? 1 : 0;
                    }
                    trial.fd.release(s);
                }
            } catch (IllegalStateException closed) {
                // the next one
            }
        }
        return new int[] {inside, caught};
    }

    private @Nullable Trial next(Trial last) {
        Trial next = current;
        while (next == last) {
            Thread.onSpinWait();
            next = current;
        }
        return next;
    }
}
