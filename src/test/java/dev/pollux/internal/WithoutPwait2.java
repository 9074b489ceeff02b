package dev.pollux.internal;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Support.assertTimesOut;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;

/**
 * Waits on a thread for which the kernel refuses {@code epoll_pwait2}, with the errno that is the argument; and before
 * that, in a process whose libc has no such function, by the system call. Prints {@link #DONE}, or why it cannot be
 * tried.
 */
final class WithoutPwait2 {
    static final String DONE = "done";

    private static final long MILLI = 1_000_000;

    private static final int NR_EPOLL_PWAIT2 = 441; // asm-generic/unistd.h

    private final Arena arena = Arena.ofShared();
    private final EpollEvents events = EpollEvents.allocate(arena, 8);
    private final SigSet all = SigSet.full(arena);
    private final Epoll epoll;
    private boolean refused;

    private WithoutPwait2() throws IOException {
        epoll = Epoll.create();
    }

    public static void main(String[] args) throws Exception {
        int errno = Integer.parseInt(args[0]);
        boolean lost = Linker.nativeLinker().defaultLookup().find("epoll_pwait2").isEmpty();
        assertTrue(lost || args.length == 1, "this libc was to be one without epoll_pwait2");
        System.out.print(get(start(() -> new WithoutPwait2().run(errno, lost))));
    }

    private String run(int errno, boolean lost) throws Exception {
        int before = pwait2();
        if (before != 0) {
            return "epoll_pwait2 gives " + Errno.name(-before) + " even without a filter";
        }
        if (lost) {
            waits();
            assertEquals("epoll_pwait2", EpollWait.name(1, true));
        }
        String problem = Seccomp.refuse(NR_EPOLL_PWAIT2, errno);
        if (problem != null) {
            return problem;
        }
        refused = true;
        assertEquals(-errno, pwait2());
        waits();
        assertEquals("epoll_pwait", EpollWait.name(1, true));
        return DONE;
    }

    private void waits() throws Exception {
        timeoutsAreNeverEarlyAndRoundedUpWhereTheyHaveTo();
        eventsArrive();
        theMaskHolds();
    }

    private int pwait2() {
        MemorySegment s = Scratch.take();
        try {
            return EpollWait.pwait2(s, epoll.fd(), events.segment(), 1, Deadline.timespec(s, 1), null);
        } finally {
            Scratch.give(s);
        }
    }

    private void timeoutsAreNeverEarlyAndRoundedUpWhereTheyHaveTo() throws IOException {
        for (long nanos : new long[] {1, 999_999, 1_000_000, 1_000_001, 30_000_000}) {
            for (Support.Wait wait : List.<Support.Wait>of(() -> epoll.awaitNanos(events, nanos),
                    () -> epoll.awaitNanos(events, nanos, all), () -> epoll.await(events, Duration.ofNanos(nanos)),
                    () -> epoll.await(events, Duration.ofNanos(nanos), all))) {
                long roundedUp = (nanos + MILLI - 1) / MILLI * MILLI;
                if (roundedUp != nanos) {
                    // the refused call has taken some of the time: rounded up is what is left
                    fallsBackWhereItHasTo(() -> assertTimesOut(nanos, wait));
                }
                assertTimesOut(refused ? roundedUp : nanos, wait);
            }
        }
    }

    private void eventsArrive() throws Exception {
        try (EventFd fd = EventFd.create()) {
            epoll.add(fd, EPOLLIN, Long.MIN_VALUE);
            for (Support.Wait wait : List.<Support.Wait>of(() -> epoll.awaitNanos(events, Support.LONG_NANOS + 1),
                    () -> epoll.awaitNanos(events, Support.LONG_NANOS + 1, all))) {
                fallsBackWhereItHasTo(() -> {
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
            fallsBackWhereItHasTo(() -> assertTimesOut(30 * MILLI, () -> epoll.awaitNanos(events, 30 * MILLI + 1)));
            fallsBackWhereItHasTo(() -> assertTimesOut(30 * MILLI, () -> epoll.awaitNanos(events, 30 * MILLI + 1, all)));
            fallsBackWhereItHasTo(() -> assertEquals(
                    SigSet.INTERRUPTED, epoll.awaitNanos(events, Support.LONG_NANOS + 1, none)));
            assertTrue(storm.sent() > 0);
        }
    }

    private interface Call {
        void run() throws Exception;
    }

    /** The first wait of a process is the one that is refused; from then on nobody asks for the new call. */
    private void fallsBackWhereItHasTo(Call call) throws IOException {
        EpollWait.hasPwait2 = true;
        try {
            call.run();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertEquals(!refused, EpollWait.hasPwait2, "whether the new call was served");
    }
}
