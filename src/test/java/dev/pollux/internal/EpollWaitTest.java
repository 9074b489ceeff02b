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
import dev.pollux.EventFd;
import dev.pollux.Errno;
import dev.pollux.SigSet;
import dev.pollux.Signals;
import dev.pollux.Support;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels and C libraries without {@code epoll_pwait2}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollWaitTest {
    private static final long MILLI = 1_000_000;

    private boolean before;
    private Arena arena;
    private Epoll epoll;
    private EpollEvents events;

    @BeforeEach
    void pretend() throws IOException {
        before = EpollWait.hasPwait2;
        EpollWait.hasPwait2 = false;
        arena = Arena.ofShared();
        epoll = Epoll.create();
        events = EpollEvents.allocate(arena, 8);
    }

    @AfterEach
    void restore() throws IOException {
        EpollWait.hasPwait2 = before;
        epoll.close();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999_999, 1_000_000, 1_000_001, 50_000_000})
    void timeoutsAreRoundedUpToMilliseconds(long nanos) throws IOException {
        long roundedUp = (nanos + MILLI - 1) / MILLI * MILLI;
        SigSet mask = SigSet.full(arena);
        assertTimesOut(roundedUp, () -> epoll.awaitNanos(events, nanos));
        assertTimesOut(roundedUp, () -> epoll.await(events, Duration.ofNanos(nanos)));
        assertTimesOut(roundedUp, () -> epoll.awaitNanos(events, nanos, mask));
        assertFalse(EpollWait.hasPwait2);
    }

    @Test
    void eventsEndTheWaitAndHugeTimeoutsSaturate() throws Exception {
        SigSet mask = SigSet.full(arena);
        try (EventFd fd = EventFd.create()) {
            epoll.add(fd, EPOLLIN, Long.MIN_VALUE);
            List<Support.Wait> waits = List.of(() -> epoll.awaitNanos(events, Long.MAX_VALUE),
                    () -> epoll.await(events, Duration.ofDays(25)), () -> epoll.await(events),
                    () -> epoll.awaitNanos(events, Long.MAX_VALUE, mask), () -> epoll.await(events, mask));
            for (Support.Wait wait : waits) {
                FutureTask<Integer> waiter = start(wait::call);
                Thread.sleep(20);
                assertFalse(waiter.isDone());
                fd.write(1);
                assertEquals(1, get(waiter));
                assertEquals(Long.MIN_VALUE, events.data(0));
                fd.read();
            }
        }
    }

    @Test
    void signalsDoNotLengthenATimeoutOfWholeMilliseconds() throws IOException {
        long nanos = 100 * MILLI;
        try (Signals.Storm storm = Signals.storm(MILLI / 2)) {
            long start = System.nanoTime();
            assertEquals(0, epoll.awaitNanos(events, nanos));
            long took = System.nanoTime() - start;
            assertTrue(took >= nanos, () -> "only " + took);
            assertTrue(took < 50 * nanos, () -> took + " with " + storm.sent() + " signals");
        }
    }

    @Test
    void theMaskDecidesWhetherASignalEndsTheWait() throws IOException {
        SigSet none = SigSet.empty(arena);
        SigSet blocked = SigSet.empty(arena).add(Signals.SIGNAL);
        try (Signals.Storm storm = Signals.storm(MILLI)) {
            assertTimesOut(50 * MILLI, () -> epoll.awaitNanos(events, 50 * MILLI, blocked));
            assertEquals(SigSet.INTERRUPTED, epoll.await(events, Duration.ofHours(1), none));
            assertEquals(SigSet.INTERRUPTED, epoll.await(events, none));
            assertTrue(storm.sent() > 0);
        }
    }

    @Test
    void onlyWhatMillisecondsCannotSayNeedsTheNewCall() {
        EpollWait.hasPwait2 = true;
        long most = Integer.MAX_VALUE * MILLI;
        for (long nanos : new long[] {Deadline.NEVER, 0, MILLI, 1000 * MILLI, most}) {
            assertEquals("epoll_wait", EpollWait.name(nanos, false));
            assertEquals("epoll_pwait", EpollWait.name(nanos, true));
        }
        for (long nanos : new long[] {1, MILLI - 1, MILLI + 1, most + MILLI, Long.MAX_VALUE}) {
            assertEquals("epoll_pwait2", EpollWait.name(nanos, false));
            assertEquals("epoll_pwait2", EpollWait.name(nanos, true));
        }
    }

    @Test
    void errorsAreReturnedAndDoNotSwitchAnythingOff() {
        EpollWait.hasPwait2 = true;
        Guard open = new Guard(epoll.fd(), false, this);
        for (long nanos : new long[] {Deadline.NEVER, 0, MILLI, MILLI + 1}) {
            assertEquals(-Errno.EBADF,
                    EpollWait.await(open, Integer.MAX_VALUE, events.segment(), 8, nanos, null));
            assertEquals(-Errno.EINVAL, EpollWait.await(open, epoll.fd(), events.segment(), 0, nanos, null));
        }
        assertEquals(kernelHasPwait2(), EpollWait.hasPwait2);
    }

    private boolean kernelHasPwait2() {
        MemorySegment s = Scratch.take();
        try {
            int result = EpollWait.pwait2(s, -1, events.segment(), 1, Deadline.timespec(s, 1), null);
            assertTrue(result == -Errno.EBADF || result == -Errno.ENOSYS || result == -Errno.EPERM, () -> "" + result);
            return result == -Errno.EBADF;
        } finally {
            Scratch.give(s);
        }
    }

    @Test
    void waitsWithoutATimeoutDoNotNeedTheNewCall() throws IOException {
        EpollWait.hasPwait2 = true;
        try (EventFd fd = EventFd.create(1, 0)) {
            epoll.add(fd, EPOLLIN);
            assertEquals(1, epoll.await(events));
            assertEquals(1, epoll.poll(events));
            assertTrue(EpollWait.hasPwait2);
        }
    }
}
