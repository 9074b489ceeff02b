package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Support.assertDoesNotWait;
import static dev.pollux.Support.assertTimesOut;
import static dev.pollux.Support.awaitBusy;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.EpollWait;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the waits of epoll, poll and select have in common: time, signals, other threads. */
@ParameterizedClass
@EnumSource
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitTest {
    enum Family {
        EPOLL {
            @Override
            Waits open(Arena arena, EventFd fd) throws IOException {
                Epoll epoll = Epoll.create();
                EpollEvents events = EpollEvents.allocate(arena, 16);
                return new Waits(events, () -> epoll.add(fd, EPOLLIN), () -> epoll.remove(fd),
                        () -> events.size() > 0 && events.fd(0) == fd.fd() && events.events(0) == EPOLLIN,
                        () -> epoll.await(events),
                        () -> epoll.poll(events),
                        timeout -> epoll.await(events, timeout),
                        nanos -> epoll.awaitNanos(events, nanos),
                        mask -> epoll.await(events, mask),
                        (timeout, mask) -> epoll.await(events, timeout, mask),
                        (nanos, mask) -> epoll.awaitNanos(events, nanos, mask),
                        epoll);
            }
        },
        POLL {
            @Override
            Waits open(Arena arena, EventFd fd) {
                PollFds fds = PollFds.allocate(arena, 16);
                return new Waits(fds, () -> fds.add(fd, POLLIN), fds::clear,
                        () -> fds.revents(0) == POLLIN,
                        () -> Poll.await(fds),
                        () -> Poll.poll(fds),
                        timeout -> Poll.await(fds, timeout),
                        nanos -> Poll.awaitNanos(fds, nanos),
                        mask -> Poll.await(fds, mask),
                        (timeout, mask) -> Poll.await(fds, timeout, mask),
                        (nanos, mask) -> Poll.awaitNanos(fds, nanos, mask),
                        () -> { });
            }
        },
        SELECT {
            @Override
            Waits open(Arena arena, EventFd fd) {
                FdSet r = FdSet.allocate(arena);
                FdSet w = FdSet.allocate(arena);
                FdSet e = FdSet.allocate(arena);
                return new Waits(r, () -> r.set(fd), r::zero,
                        () -> r.isSet(fd),
                        () -> Select.await(r, w, e),
                        () -> Select.poll(r, w, e),
                        timeout -> Select.await(r, w, e, timeout),
                        nanos -> Select.awaitNanos(r, w, e, nanos),
                        mask -> Select.await(r, w, e, mask),
                        (timeout, mask) -> Select.await(r, w, e, timeout, mask),
                        (nanos, mask) -> Select.awaitNanos(r, w, e, nanos, mask),
                        () -> { });
            }
        };

        /** Waits for nothing, until told to watch the descriptor. */
        abstract Waits open(Arena arena, EventFd fd) throws IOException;
    }

    /** The seven forms of waiting of a family, what they fill, and whether that says that the descriptor is ready. */
    private record Waits(
            NativeArray array, Step watch, Step unwatch, Callable<Boolean> found,
            Support.Wait await, Support.Wait poll, With<Duration> awaitDuration, With<Long> awaitNanos,
            With<SigSet> awaitMasked, Masked<Duration> awaitDurationMasked, Masked<Long> awaitNanosMasked,
            Closeable resource) {

        Stream<Form> timed(Duration timeout) {
            return Stream.of(new Form("await(" + timeout + ")", () -> awaitDuration.call(timeout)));
        }

        Stream<Form> timed(Duration timeout, SigSet mask) {
            return Stream.of(new Form("await(" + timeout + ", mask)", () -> awaitDurationMasked.call(timeout, mask)));
        }

        Stream<Form> timed(long nanos) {
            return Stream.concat(timed(Duration.ofNanos(nanos)),
                    Stream.of(new Form("awaitNanos(" + nanos + ")", () -> awaitNanos.call(nanos))));
        }

        Stream<Form> timed(long nanos, SigSet mask) {
            return Stream.concat(timed(Duration.ofNanos(nanos), mask),
                    Stream.of(new Form("awaitNanos(" + nanos + ", mask)", () -> awaitNanosMasked.call(nanos, mask))));
        }

        Stream<Form> endless() {
            return Stream.of(new Form("await()", await));
        }

        Stream<Form> endless(SigSet mask) {
            return Stream.of(new Form("await(mask)", () -> awaitMasked.call(mask)));
        }

        Stream<Form> immediate() {
            return Stream.of(new Form("poll()", poll));
        }
    }

    private record Form(String name, Support.Wait call) { }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    @FunctionalInterface
    private interface With<T> {
        int call(T argument) throws IOException;
    }

    @FunctionalInterface
    private interface Masked<T> {
        int call(T timeout, SigSet mask) throws IOException;
    }

    @FunctionalInterface
    private interface Check {
        void of(Support.Wait wait) throws Exception;
    }

    private static final long MILLI = 1_000_000;
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final Family family;
    private Arena arena;
    private EventFd fd;
    private Waits waits;
    /** Masks: no signal blocked, the one of these tests, all. */
    private SigSet none;
    private SigSet blocked;
    private SigSet full;

    WaitTest(Family family) {
        this.family = family;
    }

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        fd = EventFd.create();
        waits = family.open(arena, fd);
        none = SigSet.empty(arena);
        blocked = SigSet.empty(arena).add(Signals.SIGNAL);
        full = SigSet.full(arena);
    }

    @AfterEach
    void close() throws IOException {
        waits.resource.close();
        fd.close();
        arena.close();
    }

    /** Checks each of these forms, and names the one that fails, and the family, which Maven's report does not. */
    @SafeVarargs
    private void each(Check check, Stream<Form>... forms) {
        for (Stream<Form> some : forms) {
            for (Form form : some.toList()) {
                try {
                    check.of(form.call);
                } catch (Exception | AssertionError e) {
                    throw new AssertionError(family + ", " + form.name + ": " + e, e);
                }
            }
        }
    }

    /** A wait goes on until the event, and finds it, and finds it again. */
    private void assertWaitsForTheEvent(Support.Wait wait, long signalPeriod) throws Exception {
        FutureTask<Integer> waiter = start(() -> {
            if (signalPeriod == 0) {
                return wait.call();
            }
            try (Signals.Storm _ = Signals.storm(signalPeriod)) {
                return wait.call();
            }
        });
        awaitBusy(waits.array);
        Thread.sleep(signalPeriod == 0 ? 20 : 50);
        assertFalse(waiter.isDone());
        fd.write(1);
        assertEquals(1, get(waiter));
        assertTrue(waits.found.call());
        assertEquals(1, wait.call());
        assertTrue(waits.found.call());
        fd.read();
    }

    // time

    // LTP epoll_wait02, epoll_pwait03, epoll_pwait06, poll02, ppoll01, select02, pselect01; polling timeout twice
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100_000, 999_999, 1_000_000, 1_000_001, 50_000_000})
    void aTimeoutIsNeverEarly(long nanos) {
        for (int i = 0; i < (nanos > 10_000_000 ? 2 : 20); i++) {
            each(wait -> assertTimesOut(nanos, wait), waits.timed(nanos), waits.timed(nanos, full));
        }
    }

    // polling precision below_ms, above_ms
    @ParameterizedTest
    @ValueSource(longs = {100_000, 3_100_000})
    void aTimeoutIsNotRoundedUpToMilliseconds(long nanos) {
        assumeTrue(family != Family.EPOLL || EpollWait.name(nanos, true).equals("epoll_pwait2"), "an old kernel");
        long next = (nanos / MILLI + 1) * MILLI;
        each(wait -> {
            // the machine may be busy: one that ends in time is enough
            long shortest = Long.MAX_VALUE;
            for (int i = 0; i < 1000 && shortest >= next; i++) {
                long start = System.nanoTime();
                assertEquals(0, wait.call());
                shortest = Math.min(shortest, System.nanoTime() - start);
            }
            assertTrue(shortest < next, nanos + " ns took no less than " + shortest);
        }, waits.timed(nanos), waits.timed(nanos, full));
    }

    // LTP epoll_wait04, pselect03; mio poll zero_duration_polls_events; CPython test_selectors test_empty_select
    @Test
    void zeroDoesNotWait() throws Exception {
        for (int ready = 0; ready <= 1; ready++) {
            int expected = ready;
            each(wait -> {
                waits.watch.run();
                assertEquals(expected, assertDoesNotWait(wait));
                assertEquals(expected == 1, waits.found.call());
                waits.unwatch.run();
            }, waits.immediate(), waits.timed(0), waits.timed(0, none));
            fd.write(1);
        }
    }

    // LTP epoll_pwait05, pselect02; CPython test_select test_error_conditions
    @Test
    void aNegativeTimeoutIsRefused() throws IOException {
        waits.watch.run();
        // so that a wait which is not refused ends
        fd.write(1);
        for (long nanos : new long[] {-1, -100_000_000, Long.MIN_VALUE}) {
            each(wait -> assertThrows(IllegalArgumentException.class, wait::call),
                    waits.timed(nanos), waits.timed(nanos, none));
        }
    }

    // CPython test_poll test_poll3, test_poll_c_limits; polling notify concurrent; mio waker
    // waker_wakeup_different_thread
    @Test
    void aHugeTimeoutWaitsForTheEvent() throws IOException {
        Duration longest = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
        waits.watch.run();
        each(wait -> assertWaitsForTheEvent(wait, 0),
                waits.timed(longest), waits.timed(longest, full),
                // more milliseconds than an int holds, and more nanoseconds than a long
                waits.timed(Duration.ofDays(25)), waits.timed(Duration.ofDays(365L * 1000)),
                waits.timed(Long.MAX_VALUE), waits.timed(Long.MAX_VALUE, full),
                waits.endless(), waits.endless(full));
    }

    // signals

    // polling concurrent_modification concurrent_interruption
    @Test
    void aSignalDoesNotEndAPlainWait() throws IOException {
        waits.watch.run();
        each(wait -> assertWaitsForTheEvent(wait, MILLI),
                waits.endless(), waits.timed(HOUR), waits.timed(Long.MAX_VALUE));
    }

    // CPython test_selectors test_select_interrupt_noraise
    @Test
    void signalsNeitherShortenNorLengthenATimeout() {
        long nanos = 100 * MILLI;
        each(wait -> {
            try (Signals.Storm storm = Signals.storm(MILLI / 2)) {
                long start = System.nanoTime();
                assertEquals(0, wait.call());
                long took = System.nanoTime() - start;
                assertTrue(took >= nanos, () -> "only " + took);
                assertTrue(took < 50 * nanos, () -> took + " with " + storm.sent() + " signals");
                assertTrue(storm.sent() > 0);
            }
        }, waits.timed(nanos));
    }

    // LTP epoll_wait08, epoll_pwait01, ppoll01 SEND_SIGINT
    @Test
    void aSignalThatTheMaskLetsThroughEndsTheWait() {
        each(wait -> {
            try (Signals.Storm _ = Signals.storm(2 * MILLI)) {
                assertEquals(SigSet.INTERRUPTED, wait.call());
            }
        }, waits.endless(none), waits.timed(HOUR, none), waits.timed(Long.MAX_VALUE, none));
    }

    // LTP epoll_pwait01, ppoll01 MASK_SIGNAL
    @Test
    void aSignalThatTheMaskBlocksDoesNotEndTheWait() throws IOException {
        long nanos = 50 * MILLI;
        try (Signals.Storm storm = Signals.storm(MILLI)) {
            each(wait -> assertTimesOut(nanos, wait), waits.timed(nanos, blocked));
            assertTrue(storm.sent() > 0);
        }
        waits.watch.run();
        each(wait -> assertWaitsForTheEvent(wait, MILLI), waits.endless(blocked));
    }

    // LTP ppoll01 SEND_SIGINT_RACE_TEST
    @Test
    void aPendingSignalEndsTheWaitThatUnblocksIt() throws IOException {
        String name = family.name();
        Signals.block();
        try {
            Signals.send(Signals.thisThread());
            assertEquals(0, waits.awaitNanosMasked.call(MILLI, full), name);
            assertEquals(0, waits.awaitNanos.call(MILLI), name);
            assertEquals(SigSet.INTERRUPTED, waits.awaitDurationMasked.call(Duration.ofHours(1), none), name);
            assertEquals(0, waits.awaitNanosMasked.call(MILLI, none), name);
            Signals.send(Signals.thisThread());
            assertEquals(SigSet.INTERRUPTED, waits.awaitMasked.call(none), name);
        } finally {
            Signals.unblock();
        }
    }

    @Test
    void interruptingTheThreadDoesNotReachAWait() throws Exception {
        waits.watch.run();
        FutureTask<Boolean> waiter = new FutureTask<>(() -> {
            assertEquals(1, waits.await.call());
            return Thread.interrupted();
        });
        Thread thread = Thread.ofPlatform().daemon().start(waiter);
        awaitBusy(waits.array);
        thread.interrupt();
        Thread.sleep(20);
        assertFalse(waiter.isDone(), family.name());
        fd.write(1);
        assertTrue(get(waiter), family.name());
    }

    // other threads

    // CPython test_poll test_threaded_poll
    @Test
    void oneArrayIsNotWaitedWithByTwoThreads() throws Exception {
        waits.watch.run();
        FutureTask<Integer> waiter = start(waits.await::call);
        awaitBusy(waits.array);
        each(wait -> {
            String message = assertThrows(IllegalStateException.class, wait::call).getMessage();
            assertTrue(message.contains("another thread"), message);
        }, waits.immediate(), waits.endless(), waits.endless(none), waits.timed(HOUR), waits.timed(HOUR, none));
        fd.write(1);
        assertEquals(1, get(waiter), family.name());
        assertEquals(1, waits.poll.call(), family.name());
    }
}
