package dev.pollux.internal;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Support.assertTimesOut;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.EventFd;
import dev.pollux.SigSet;
import dev.pollux.Signals;
import dev.pollux.Support;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Waits on a thread for which the kernel refuses {@code epoll_pwait2}, with the errno that is the argument, or, with
 * the argument 0, in a process whose libc has no such function. Prints {@link #DONE}, or why it cannot be tried.
 */
final class WithoutPwait2 {
    static final String DONE = "done";

    private static final long MILLI = 1_000_000;

    // linux/prctl.h, linux/seccomp.h, linux/bpf_common.h, linux/audit.h, asm-generic/unistd.h
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int PR_SET_SECCOMP = 22;
    private static final long SECCOMP_MODE_FILTER = 2;
    private static final int SECCOMP_RET_ALLOW = 0x7fff0000;
    private static final int SECCOMP_RET_ERRNO = 0x00050000;
    private static final int SECCOMP_DATA_NR = 0;
    private static final int SECCOMP_DATA_ARCH = 4;
    private static final short BPF_LD_W_ABS = 0x20;
    private static final short BPF_JMP_JEQ_K = 0x15;
    private static final short BPF_RET_K = 0x06;
    private static final int AUDIT_ARCH = switch (Architecture.CURRENT) {
        case X86_64 -> 0xc000003e;
        case AARCH64 -> 0xc00000b7;
    };
    private static final int NR_EPOLL_PWAIT2 = 441;

    private final Arena arena = Arena.ofShared();
    private final EpollEvents events = EpollEvents.allocate(arena, 8);
    private final SigSet all = SigSet.full(arena);
    private final Epoll epoll;

    private WithoutPwait2() throws IOException {
        epoll = Epoll.create();
    }

    public static void main(String[] args) throws Exception {
        int errno = Integer.parseInt(args[0]);
        System.out.print(get(start(() -> new WithoutPwait2().run(errno))));
    }

    private String run(int errno) throws Exception {
        if (errno == 0) {
            assertTrue(Linker.nativeLinker().defaultLookup().find("epoll_pwait2").isEmpty());
            assertEquals(-Errno.ENOSYS, pwait2());
        } else {
            int before = pwait2();
            if (before != 0) {
                return "epoll_pwait2 gives " + Errno.name(-before) + " even without a filter";
            }
            String problem = refusePwait2(errno);
            if (problem != null) {
                return problem;
            }
            assertEquals(-errno, pwait2());
        }
        timeoutsAreRoundedUpAndNeverEarly();
        eventsArrive();
        theMaskHolds();
        assertEquals("epoll_pwait", EpollWait.name(1, true));
        return DONE;
    }

    private int pwait2() {
        Scratch s = Scratch.get();
        return Libc.epoll_pwait2(
                s, epoll.fd(), events.segment(), 1, Deadline.timespec(s.timeout, 1), MemorySegment.NULL);
    }

    private void timeoutsAreRoundedUpAndNeverEarly() throws IOException {
        for (long nanos : new long[] {1, 999_999, 1_000_000, 1_000_001, 30_000_000}) {
            for (Support.Wait wait : List.<Support.Wait>of(() -> epoll.awaitNanos(events, nanos),
                    () -> epoll.awaitNanos(events, nanos, all), () -> epoll.await(events, Duration.ofNanos(nanos)),
                    () -> epoll.await(events, Duration.ofNanos(nanos), all))) {
                long roundedUp = (nanos + MILLI - 1) / MILLI * MILLI;
                fallsBack(() -> assertTimesOut(roundedUp, wait));
                assertTimesOut(roundedUp, wait);
            }
        }
    }

    private void eventsArrive() throws Exception {
        try (EventFd fd = EventFd.create()) {
            epoll.add(fd, EPOLLIN, Long.MIN_VALUE);
            for (Support.Wait wait : List.<Support.Wait>of(() -> epoll.awaitNanos(events, Support.LONG_NANOS),
                    () -> epoll.awaitNanos(events, Support.LONG_NANOS, all))) {
                fallsBack(() -> {
                    FutureTask<Boolean> writer = start(() -> {
                        Support.awaitUsers(epoll, 1);
                        Thread.sleep(20);
                        return fd.write(1);
                    });
                    assertEquals(1, wait.call());
                    assertTrue(get(writer));
                });
                assertEquals(Long.MIN_VALUE, events.data(0));
                assertEquals(EPOLLIN, events.events(0));
                assertEquals(1, fd.read());
            }
            epoll.remove(fd);
        }
    }

    private void theMaskHolds() throws Exception {
        SigSet none = SigSet.empty(arena);
        try (Signals.Storm storm = Signals.storm(MILLI)) {
            fallsBack(() -> assertTimesOut(30 * MILLI, () -> epoll.awaitNanos(events, 30 * MILLI)));
            fallsBack(() -> assertTimesOut(30 * MILLI, () -> epoll.awaitNanos(events, 30 * MILLI, all)));
            fallsBack(() -> assertEquals(SigSet.INTERRUPTED, epoll.awaitNanos(events, Support.LONG_NANOS, none)));
            assertTrue(storm.sent() > 0);
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    /** The first wait of a process is the one that is refused; from then on nobody asks for the new call. */
    private static void fallsBack(Call call) throws IOException {
        EpollWait.hasPwait2 = true;
        try {
            call.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertFalse(EpollWait.hasPwait2, "the new call was not refused");
    }

    /** Installs a filter on the calling thread, as any user may; returns why the kernel does not want it. */
    private static @Nullable String refusePwait2(int errno) {
        MethodHandle prctl = Linker.nativeLinker().downcallHandle(
                Linker.nativeLinker().defaultLookup().find("prctl").orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.firstVariadicArg(1), Linker.Option.captureCallState("errno"));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capture = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment filter = arena.allocate(6 * 8, 8); // struct sock_filter
            instruction(filter, 0, BPF_LD_W_ABS, 0, 0, SECCOMP_DATA_ARCH);
            instruction(filter, 1, BPF_JMP_JEQ_K, 0, 3, AUDIT_ARCH);
            instruction(filter, 2, BPF_LD_W_ABS, 0, 0, SECCOMP_DATA_NR);
            instruction(filter, 3, BPF_JMP_JEQ_K, 0, 1, NR_EPOLL_PWAIT2);
            instruction(filter, 4, BPF_RET_K, 0, 0, SECCOMP_RET_ERRNO | errno);
            instruction(filter, 5, BPF_RET_K, 0, 0, SECCOMP_RET_ALLOW);
            MemorySegment program = arena.allocate(16, 8); // struct sock_fprog
            program.set(ValueLayout.JAVA_SHORT, 0, (short) 6);
            program.set(ValueLayout.ADDRESS, 8, filter);
            if ((int) prctl.invokeExact(capture, PR_SET_NO_NEW_PRIVS, 1L, 0L, 0L, 0L) != 0) {
                return "prctl(PR_SET_NO_NEW_PRIVS) failed with " + Errno.name(Link.errno(capture));
            }
            if ((int) prctl.invokeExact(
                    capture, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program.address(), 0L, 0L) != 0) {
                return "prctl(PR_SET_SECCOMP) failed with " + Errno.name(Link.errno(capture));
            }
            return null;
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static void instruction(MemorySegment filter, int index, short code, int ifTrue, int ifFalse, int k) {
        long at = index * 8L;
        filter.set(ValueLayout.JAVA_SHORT, at, code);
        filter.set(ValueLayout.JAVA_BYTE, at + 2, (byte) ifTrue);
        filter.set(ValueLayout.JAVA_BYTE, at + 3, (byte) ifFalse);
        filter.set(ValueLayout.JAVA_INT, at + 4, k);
    }
}
