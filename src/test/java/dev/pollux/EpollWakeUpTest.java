package dev.pollux;

import static dev.pollux.Epoll.EPOLLERR;
import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static dev.pollux.Support.startAsleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Who is woken: level and edge, one and many waiters, epolls in epolls, {@code epoll_wait} against {@code poll} on the
 * epoll. The cases are those of Linux's selftest {@code epoll_wakeup_test}, by their numbers.
 *
 * <p>That a thread is not woken is shown by what wakes it in the end: another event, {@link #REST}, added for that.
 */
@ExtendWith(RowNames.class)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollWakeUpTest {
    private static final long[] NOTHING = { };
    /** The data of events: of the sources, of epolls within the outer one, and of what ends the last waits. */
    private static final long[] SOURCES = {0xa0a0a0a0_00000001L, 0xb0b0b0b0_00000002L};
    private static final long[] INNER = {0xc0c0c0c0_00000003L, 0xd0d0d0d0_00000004L};
    private static final long REST = -1;

    /** How an epoll watches a source, or another epoll. */
    private enum Mode {
        LEVEL(0), EDGE(EPOLLET);

        final int flag;

        Mode(int flag) {
            this.flag = flag;
        }
    }

    /** How a thread waits for an event of an epoll. */
    private enum By { EPOLL_WAIT, POLL }

    private enum Wakes {
        /** Both waiters find the same event. */
        BOTH,
        /** One waiter finds the event, the other finds nothing. */
        ONE,
        /** Both waiters find one of two events, perhaps the same. */
        BOTH_FOR_SOME,
        /** Each waiter finds another one of two events. */
        EACH_FOR_ANOTHER
    }

    /** An epoll, the epolls within it, the ends to write to, and the data of the events that then come. */
    private record Watched(Epoll epoll, List<Epoll> inner, List<SocketFd> ends, long[] data) {
        void write() throws IOException {
            for (SocketFd end : ends) {
                Support.write(end, "w");
            }
        }
    }

    /** Not closed with the test: a waiter that a failed test leaves behind still writes to it. */
    private final Arena arena = Arena.ofAuto();
    private final Deque<Closeable> opened = new ArrayDeque<>();
    private final EpollEvents events = EpollEvents.allocate(arena, 4);

    @AfterEach
    void close() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
    }

    // what is waited for

    private Epoll epoll() throws IOException {
        Epoll epoll = Epoll.create();
        opened.push(epoll);
        return epoll;
    }

    /** A new epoll that watches this many sockets, each through an inner epoll of its own if a mode is given for it. */
    private Watched watched(int sources, Mode watched, @Nullable Mode innerBy) throws IOException {
        Epoll outer = epoll();
        List<Epoll> inner = new ArrayList<>();
        List<SocketFd> ends = new ArrayList<>();
        for (int i = 0; i < sources; i++) {
            Epoll epoll = outer;
            if (innerBy != null) {
                epoll = epoll();
                outer.add(epoll, EPOLLIN | innerBy.flag, INNER[i]);
                inner.add(epoll);
            }
            SocketPair pair = SocketPair.create();
            opened.push(pair);
            epoll.add(pair.first(), EPOLLIN | watched.flag, SOURCES[i]);
            ends.add(pair.second());
        }
        return new Watched(outer, inner, ends, Arrays.copyOf(innerBy == null ? SOURCES : INNER, sources));
    }

    private void rest(Epoll epoll) throws IOException {
        EventFd always = EventFd.create(1, EventFd.EFD_CLOEXEC);
        opened.push(always);
        epoll.add(always, EPOLLIN, REST);
    }

    // one thread that does not wait

    private void assertReady(Epoll epoll, long... data) throws IOException {
        PollFds fds = PollFds.allocate(arena, 1);
        fds.add(epoll, POLLIN);
        assertEquals(data.length == 0 ? 0 : 1, Poll.poll(fds));
        assertEquals(data.length == 0 ? 0 : POLLIN, fds.revents(0));
        assertEquals(data.length, epoll.poll(events), events::toString);
        for (int i = 0; i < data.length; i++) {
            assertEquals(EPOLLIN, events.events(i));
        }
        assertSame(data, IntStream.range(0, events.size()).mapToLong(events::data).toArray());
    }

    /** The same numbers, in any order. */
    private static void assertSame(long[] expected, long[] found) {
        assertEquals(sorted(expected), sorted(found));
    }

    private static List<String> sorted(long[] data) {
        return LongStream.of(data).sorted().mapToObj(Long::toHexString).toList();
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            case             | sources | watched by | inner epolls by | found again | and after being taken
            epoll1, epoll5   | 1       | LEVEL      |                 | true        |
            epoll2, epoll6   | 1       | EDGE       |                 | false       |
            epoll3, epoll7   | 2       | LEVEL      |                 | true        |
            epoll4, epoll8   | 2       | EDGE       |                 | false       |
            epoll17, epoll21 | 1       | LEVEL      | LEVEL           | true        | true
            epoll18, epoll22 | 1       | EDGE       | LEVEL           | true        | false
            epoll19, epoll23 | 1       | LEVEL      | EDGE            | false       |
            epoll20, epoll24 | 1       | EDGE       | EDGE            | false       |
            epoll49, epoll51 | 2       | LEVEL      | LEVEL           | true        | true
            epoll50, epoll52 | 2       | LEVEL      | EDGE            | false       |
            """)
    void levelsAreFoundAgainAndEdgesOnce(String cases, int sources, Mode watched, @Nullable Mode innerBy, boolean again,
            @Nullable Boolean afterwards) throws IOException {
        Watched all = watched(sources, watched, innerBy);
        all.write();
        assertReady(all.epoll, all.data);
        assertReady(all.epoll, again ? all.data : NOTHING);
        for (int i = 0; i < all.inner.size(); i++) {
            assertReady(all.inner.get(i), SOURCES[i]);
        }
        if (afterwards != null) {
            assertReady(all.epoll, afterwards ? all.data : NOTHING);
        }
    }

    // threads that wait

    /** Starts a thread that waits for one event of the epoll and returns its data; returns when it sleeps. */
    private FutureTask<Long> waiter(By by, Epoll epoll) throws Exception {
        EpollEvents own = EpollEvents.allocate(arena, 1);
        PollFds fds = PollFds.allocate(arena, 1);
        fds.add(epoll, POLLIN);
        return startAsleep(() -> {
            if (by == By.EPOLL_WAIT) {
                assertEquals(1, epoll.await(own));
            } else {
                do {
                    assertEquals(1, Poll.await(fds));
                    // another thread may have taken what poll saw
                } while (epoll.poll(own) == 0);
            }
            assertEquals(EPOLLIN, own.events(0));
            return own.data(0);
        });
    }

    private static void assertFound(List<FutureTask<Long>> waiters, long... data) throws Exception {
        assertSame(data, new long[] {get(waiters.get(0)), get(waiters.get(1))});
    }

    /** One of the waiters finds the event, the other one finds nothing until the rest comes. */
    private void assertOneFinds(List<FutureTask<Long>> waiters, long data, Epoll epoll) throws Exception {
        awaitTrue(() -> waiters.stream().anyMatch(FutureTask::isDone));
        // time for the other to be woken by mistake
        Thread.sleep(20);
        assertFalse(waiters.stream().allMatch(FutureTask::isDone), "both are woken");
        assertReady(epoll);
        rest(epoll);
        assertFound(waiters, data, REST);
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            case    | sources | watched by | inner epolls by | first waiter | second waiter | wakes
            epoll9  | 1       | LEVEL      |                 | EPOLL_WAIT   | EPOLL_WAIT    | BOTH
            epoll10 | 1       | EDGE       |                 | EPOLL_WAIT   | EPOLL_WAIT    | ONE
            epoll11 | 2       | LEVEL      |                 | EPOLL_WAIT   | EPOLL_WAIT    | BOTH_FOR_SOME
            epoll12 | 2       | EDGE       |                 | EPOLL_WAIT   | EPOLL_WAIT    | EACH_FOR_ANOTHER
            epoll13 | 1       | LEVEL      |                 | EPOLL_WAIT   | POLL          | BOTH
            epoll14 | 1       | EDGE       |                 | EPOLL_WAIT   | POLL          | ONE
            epoll15 | 2       | LEVEL      |                 | EPOLL_WAIT   | POLL          | BOTH_FOR_SOME
            epoll16 | 2       | EDGE       |                 | EPOLL_WAIT   | POLL          | EACH_FOR_ANOTHER
            epoll25 | 1       | LEVEL      | LEVEL           | EPOLL_WAIT   | EPOLL_WAIT    | BOTH
            epoll26 | 1       | EDGE       | LEVEL           | EPOLL_WAIT   | EPOLL_WAIT    | BOTH
            epoll27 | 1       | LEVEL      | EDGE            | EPOLL_WAIT   | EPOLL_WAIT    | ONE
            epoll28 | 1       | EDGE       | EDGE            | EPOLL_WAIT   | EPOLL_WAIT    | ONE
            epoll29 | 1       | LEVEL      | LEVEL           | EPOLL_WAIT   | POLL          | BOTH
            epoll30 | 1       | EDGE       | LEVEL           | EPOLL_WAIT   | POLL          | BOTH
            epoll31 | 1       | LEVEL      | EDGE            | EPOLL_WAIT   | POLL          | ONE
            epoll32 | 1       | EDGE       | EDGE            | EPOLL_WAIT   | POLL          | ONE
            epoll53 | 2       | LEVEL      | LEVEL           | EPOLL_WAIT   | EPOLL_WAIT    | BOTH_FOR_SOME
            epoll54 | 2       | LEVEL      | EDGE            | EPOLL_WAIT   | EPOLL_WAIT    | BOTH_FOR_SOME
            epoll55 | 2       | LEVEL      | LEVEL           | EPOLL_WAIT   | POLL          | BOTH_FOR_SOME
            epoll56 | 2       | LEVEL      | EDGE            | EPOLL_WAIT   | POLL          | BOTH_FOR_SOME
            epoll57 | 2       | LEVEL      | LEVEL           | POLL         | POLL          | BOTH_FOR_SOME
            epoll58 | 2       | LEVEL      | EDGE            | POLL         | POLL          | BOTH_FOR_SOME
            """)
    void levelsWakeBothWaitersAndEdgesOne(String cases, int sources, Mode watched, @Nullable Mode innerBy, By first,
            By second, Wakes wakes) throws Exception {
        Watched all = watched(sources, watched, innerBy);
        List<FutureTask<Long>> waiters = List.of(waiter(first, all.epoll), waiter(second, all.epoll));
        all.write();
        switch (wakes) {
            case BOTH -> assertFound(waiters, all.data[0], all.data[0]);
            case ONE -> assertOneFinds(waiters, all.data[0], all.epoll);
            case EACH_FOR_ANOTHER -> assertFound(waiters, all.data[0], all.data[1]);
            case BOTH_FOR_SOME -> {
                for (FutureTask<Long> waiter : waiters) {
                    long found = get(waiter);
                    assertTrue(found == all.data[0] || found == all.data[1], () -> Long.toHexString(found));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(useHeadersInDisplayName = true, delimiter = '|', textBlock = """
            case    | watched by | inner epoll by | waiter of the inner one | waiter of the outer one
            epoll33 | LEVEL      | LEVEL          | EPOLL_WAIT              | EPOLL_WAIT
            epoll34 | EDGE       | LEVEL          | EPOLL_WAIT              | EPOLL_WAIT
            epoll35 | LEVEL      | EDGE           | EPOLL_WAIT              | EPOLL_WAIT
            epoll36 | EDGE       | EDGE           | EPOLL_WAIT              | EPOLL_WAIT
            epoll37 | LEVEL      | LEVEL          | POLL                    | EPOLL_WAIT
            epoll38 | EDGE       | LEVEL          | POLL                    | EPOLL_WAIT
            epoll39 | LEVEL      | EDGE           | POLL                    | EPOLL_WAIT
            epoll40 | EDGE       | EDGE           | POLL                    | EPOLL_WAIT
            epoll41 | LEVEL      | LEVEL          | EPOLL_WAIT              | POLL
            epoll42 | EDGE       | LEVEL          | EPOLL_WAIT              | POLL
            epoll43 | LEVEL      | EDGE           | EPOLL_WAIT              | POLL
            epoll44 | EDGE       | EDGE           | EPOLL_WAIT              | POLL
            epoll45 | LEVEL      | LEVEL          | POLL                    | POLL
            epoll46 | EDGE       | LEVEL          | POLL                    | POLL
            epoll47 | LEVEL      | EDGE           | POLL                    | POLL
            epoll48 | EDGE       | EDGE           | POLL                    | POLL
            """)
    void levelsWakeTheWaitersOfInnerAndOuterEpollsAndEdgesPerhapsOnlyTheInner(String cases, Mode watched,
            Mode innerBy, By byInner, By byOuter) throws Exception {
        Watched all = watched(1, watched, innerBy);
        Epoll inner = all.inner.getFirst();
        FutureTask<Long> ofInner = waiter(byInner, inner);
        FutureTask<Long> ofOuter = waiter(byOuter, all.epoll);
        all.write();
        assertEquals(SOURCES[0], get(ofInner));
        if (watched == Mode.LEVEL) {
            assertEquals(INNER[0], get(ofOuter));
        } else {
            assertReady(inner);
            rest(all.epoll);
            long found = get(ofOuter);
            assertTrue(found == INNER[0] || found == REST, () -> Long.toHexString(found));
        }
    }

    // epoll59
    @Test
    void anEventOfModifyIsNotMissedByAThreadThatBeginsToWait() throws Exception {
        int rounds = 5_000;
        Epoll epoll = epoll();
        EventFd fd = EventFd.create(1, EventFd.EFD_CLOEXEC);
        opened.push(fd);
        epoll.add(fd, EPOLLIN | EPOLLERR | EPOLLET);
        AtomicInteger found = new AtomicInteger();
        FutureTask<Integer> modifier = start(() -> {
            for (int i = 1; i < rounds; i++) {
                while (found.get() < i) {
                    Thread.yield();
                }
                epoll.modify(fd, EPOLLIN | EPOLLERR | EPOLLET, i);
            }
            return rounds;
        });
        try {
            for (int i = 0; i < rounds; i++) {
                assertEquals(1, epoll.awaitNanos(events, LONG_NANOS), "missed after " + i);
                assertEquals(EPOLLIN, events.events(0));
                assertEquals(i == 0 ? fd.fd() : i, events.data(0));
                found.set(i + 1);
            }
        } finally {
            found.set(rounds);
        }
        assertEquals(rounds, get(modifier));
    }

    // epoll60
    @Test
    void asManyEdgesAsWaitersWakeEachOfThemForAnother() throws Exception {
        int waiters = 5;
        int rounds = 100;
        Epoll epoll = epoll();
        SigSet mask = SigSet.empty(arena);
        List<EventFd> fds = new ArrayList<>();
        for (int i = 0; i < waiters; i++) {
            EventFd fd = EventFd.create();
            opened.push(fd);
            fds.add(fd);
            epoll.add(fd, EPOLLIN | EPOLLET, i);
        }
        Phaser round = new Phaser(waiters + 1);
        List<FutureTask<Integer>> tasks = new ArrayList<>();
        for (int t = 0; t < waiters; t++) {
            EpollEvents own = EpollEvents.allocate(arena, 1);
            tasks.add(start(() -> {
                int i = 0;
                try {
                    for (; i < rounds; i++) {
                        round.arriveAndAwaitAdvance();
                        assertEquals(1, epoll.awaitNanos(own, LONG_NANOS / 2, mask), "not woken");
                        assertEquals(1, fds.get((int) own.data(0)).read());
                    }
                } finally {
                    round.arriveAndDeregister();
                }
                return i;
            }));
        }
        for (int i = 0; i < rounds; i++) {
            round.arriveAndAwaitAdvance();
            if (i % 10 == 0) {
                // else some events come while a waiter is still on its way to sleep
                Thread.sleep(2);
            }
            for (EventFd fd : fds) {
                assertTrue(fd.write(1));
            }
        }
        round.arriveAndDeregister();
        for (FutureTask<Integer> task : tasks) {
            assertEquals(rounds, get(task));
        }
        assertReady(epoll);
    }

    // LTP epoll_wait11
    @Test
    void aHangUpWakesTheReader() throws Exception {
        Epoll epoll = epoll();
        Pipe pipe = Pipe.create();
        opened.push(pipe);
        epoll.add(pipe.reader(), EPOLLIN);
        FutureTask<Long> waiter = startAsleep(() -> (long) epoll.await(events));
        pipe.writer().close();
        assertEquals(1, get(waiter));
        assertEquals(EPOLLHUP, events.events(0));
        assertEquals(pipe.reader().fd(), events.data(0));
    }

    // LTP epoll_wait12
    @Test
    void aBrokenPipeWakesTheWriter() throws Exception {
        Epoll epoll = epoll();
        Pipe pipe = Pipe.create();
        opened.push(pipe);
        while (pipe.writer().write(arena.allocate(4096)) > 0) {
            // until it is full
        }
        epoll.add(pipe.writer(), EPOLLOUT);
        FutureTask<Long> waiter = startAsleep(() -> (long) epoll.await(events));
        pipe.reader().close();
        assertEquals(1, get(waiter));
        assertEquals(EPOLLERR, events.events(0) & EPOLLERR);
        assertEquals(pipe.writer().fd(), events.data(0));
    }

    // LTP epoll_wait15
    @Test
    void oneEventWakesTheWaitersOfAllEpolls() throws Exception {
        EventFd fd = EventFd.create();
        opened.push(fd);
        List<FutureTask<Long>> waiters = new ArrayList<>();
        for (long i = 0; i < 4; i++) {
            Epoll epoll = epoll();
            epoll.add(fd, EPOLLIN | EPOLLET, i);
            waiters.add(waiter(By.EPOLL_WAIT, epoll));
        }
        fd.write(1);
        for (int i = 0; i < 4; i++) {
            assertEquals(i, get(waiters.get(i)));
        }
    }

    // LTP epoll_wait16
    @Test
    void anExclusiveEventWakesTheWaiterOfOneEpoll() throws Exception {
        EventFd fd = EventFd.create();
        opened.push(fd);
        List<Epoll> epolls = new ArrayList<>();
        List<FutureTask<Long>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Epoll epoll = epoll();
            epoll.add(fd, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE, SOURCES[0]);
            epolls.add(epoll);
            waiters.add(waiter(By.EPOLL_WAIT, epoll));
        }
        for (int woken = 1; woken <= 2; woken++) {
            fd.write(1);
            int expected = woken;
            awaitTrue(() -> waiters.stream().filter(FutureTask::isDone).count() >= expected);
            Thread.sleep(20);
            assertEquals(1, fd.read());
        }
        for (Epoll epoll : epolls) {
            rest(epoll);
        }
        long[] found = new long[waiters.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = get(waiters.get(i));
        }
        assertSame(new long[] {SOURCES[0], SOURCES[0], REST, REST}, found);
    }
}
