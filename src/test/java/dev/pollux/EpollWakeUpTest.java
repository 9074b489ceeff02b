package dev.pollux;

import static dev.pollux.Epoll.EPOLLERR;
import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.Libc;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Who is woken: level and edge, one and many waiters, epolls in epolls, {@code epoll_wait} against {@code poll} on the
 * epoll. The numbers are those of the cases of Linux's selftest {@code epoll_wakeup_test}, which these follow.
 *
 * <p>Who is not woken is shown by what wakes him in the end: another event, {@link #REST}, added for that.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollWakeUpTest {
    private static final int LEVEL = 0;
    /** Data of events: of the sources, of epolls within the outer one, and of what ends the last waits. */
    private static final long A = 0xa0a0a0a0_00000001L;
    private static final long B = 0xb0b0b0b0_00000002L;
    private static final long INNER = 0xc0c0c0c0_00000003L;
    private static final long INNER_B = 0xd0d0d0d0_00000004L;
    private static final long REST = -1;

    /** How a thread waits for an event of an epoll. */
    private enum By { EPOLL, POLL }

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

    /** A new epoll, watched by {@code outer}. */
    private Epoll inner(Epoll outer, int mode, long data) throws IOException {
        Epoll inner = epoll();
        outer.add(inner, EPOLLIN | mode, data);
        return inner;
    }

    /** A new pair of sockets, of which {@code epoll} watches the first. */
    private SocketFd source(Epoll epoll, int mode, long data) throws IOException {
        SocketPair pair = SocketPair.create();
        opened.push(pair);
        epoll.add(pair.first(), EPOLLIN | mode, data);
        return pair.second();
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
        long[] found = LongStream.range(0, events.size()).map(i -> events.data((int) i)).sorted().toArray();
        Arrays.sort(data);
        assertEquals(Arrays.toString(data), Arrays.toString(found));
    }

    // epoll1, epoll5
    @Test
    void aLevelIsFoundAgain() throws IOException {
        Epoll epoll = epoll();
        write(source(epoll, LEVEL, A), "w");
        assertReady(epoll, A);
        assertReady(epoll, A);
    }

    // epoll2, epoll6
    @Test
    void anEdgeIsFoundOnce() throws IOException {
        Epoll epoll = epoll();
        write(source(epoll, EPOLLET, A), "w");
        assertReady(epoll, A);
        assertReady(epoll);
    }

    // epoll3, epoll7
    @Test
    void twoLevelsAreFoundTogetherAndAgain() throws IOException {
        Epoll epoll = epoll();
        write(source(epoll, LEVEL, A), "w");
        write(source(epoll, LEVEL, B), "w");
        assertReady(epoll, A, B);
        assertReady(epoll, A, B);
    }

    // epoll4, epoll8
    @Test
    void twoEdgesAreFoundTogetherAndOnce() throws IOException {
        Epoll epoll = epoll();
        write(source(epoll, EPOLLET, A), "w");
        write(source(epoll, EPOLLET, B), "w");
        assertReady(epoll, A, B);
        assertReady(epoll);
    }

    // epoll17, epoll18, epoll21, epoll22
    @Test
    void anInnerEpollWatchedByLevelIsFoundUntilItsEventIsTaken() throws IOException {
        for (int source : new int[] {LEVEL, EPOLLET}) {
            Epoll outer = epoll();
            Epoll inner = inner(outer, LEVEL, INNER);
            write(source(inner, source, A), "w");
            assertReady(outer, INNER);
            assertReady(outer, INNER);
            assertReady(inner, A);
            assertReady(outer, source == EPOLLET ? new long[0] : new long[] {INNER});
        }
    }

    // epoll19, epoll20, epoll23, epoll24
    @Test
    void anInnerEpollWatchedByEdgeIsFoundOnceAndKeepsItsEvent() throws IOException {
        for (int source : new int[] {LEVEL, EPOLLET}) {
            Epoll outer = epoll();
            Epoll inner = inner(outer, EPOLLET, INNER);
            write(source(inner, source, A), "w");
            assertReady(outer, INNER);
            assertReady(outer);
            assertReady(inner, A);
        }
    }

    // epoll49, epoll51 (by level), epoll50, epoll52 (by edge)
    @Test
    void twoInnerEpollsAreFoundTogether() throws IOException {
        for (int mode : new int[] {LEVEL, EPOLLET}) {
            Epoll outer = epoll();
            write(source(inner(outer, mode, INNER), LEVEL, A), "w");
            write(source(inner(outer, mode, INNER_B), LEVEL, B), "w");
            assertReady(outer, INNER, INNER_B);
            assertReady(outer, mode == EPOLLET ? new long[0] : new long[] {INNER, INNER_B});
        }
    }

    // threads that wait

    /** A thread that waits for one event of the epoll, and gives its data; returns when it sleeps. */
    private FutureTask<Long> waiter(By by, Epoll epoll) throws Exception {
        EpollEvents own = EpollEvents.allocate(arena, 1);
        PollFds fds = PollFds.allocate(arena, 1);
        fds.add(epoll, POLLIN);
        return sleeper(() -> {
            if (by == By.EPOLL) {
                assertEquals(1, epoll.await(own));
            } else {
                do {
                    assertEquals(1, Poll.await(fds));
                    // what poll saw may have been taken by another
                } while (epoll.poll(own) == 0);
            }
            assertEquals(EPOLLIN, own.events(0));
            return own.data(0);
        });
    }

    private static FutureTask<Long> sleeper(Callable<Long> call) throws Exception {
        CompletableFuture<Integer> number = new CompletableFuture<>();
        FutureTask<Long> task = new FutureTask<>(() -> {
            number.complete(Signals.thisThread());
            return call.call();
        });
        Thread thread = Thread.ofPlatform().daemon().start(task);
        awaitSleep(thread, number.get(LONG_NANOS, TimeUnit.NANOSECONDS));
        return task;
    }

    /** Returns when a thread sleeps in a call of libc: asleep, and not once awake between two looks. */
    private static void awaitSleep(Thread thread, int number) throws Exception {
        long start = System.nanoTime();
        for (String before = "", now; ; before = now) {
            now = Arrays.stream(thread.getStackTrace()).anyMatch(f -> f.getClassName().equals(Libc.class.getName()))
                    ? sleep(number) : "";
            if (!now.isEmpty() && now.equals(before)) {
                return;
            }
            assertTrue(System.nanoTime() - start < LONG_NANOS, "does not go to sleep");
            Thread.sleep(3);
        }
    }

    /** How often a thread went to sleep, if it sleeps now. */
    private static String sleep(int number) throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/self/task/" + number + "/status"));
        return status.stream().noneMatch(line -> line.startsWith("State:\tS")) ? ""
                : status.stream().filter(line -> line.startsWith("voluntary")).findFirst().orElseThrow();
    }

    /** What two waiters found, in the order of the numbers. */
    private static void assertFound(long data, long other, FutureTask<Long> first, FutureTask<Long> second)
            throws Exception {
        long[] found = {get(first), get(second)};
        long[] expected = {data, other};
        Arrays.sort(found);
        Arrays.sort(expected);
        assertEquals(Arrays.toString(expected), Arrays.toString(found));
    }

    /** One of the waiters found the event, the other one nothing before the rest. */
    private void assertOneFinds(long data, Epoll epoll, FutureTask<Long> first, FutureTask<Long> second)
            throws Exception {
        long start = System.nanoTime();
        while (!first.isDone() && !second.isDone()) {
            assertTrue(System.nanoTime() - start < LONG_NANOS, "nobody is woken");
            Thread.sleep(1);
        }
        // time for the other to be woken by mistake
        Thread.sleep(20);
        assertFalse(first.isDone() && second.isDone(), "both are woken");
        assertReady(epoll);
        rest(epoll);
        assertFound(data, REST, first, second);
    }

    // epoll9, with poll epoll13
    @Test
    void aLevelWakesBothWaiters() throws Exception {
        for (By by : By.values()) {
            Epoll epoll = epoll();
            SocketFd source = source(epoll, LEVEL, A);
            FutureTask<Long> first = waiter(By.EPOLL, epoll);
            FutureTask<Long> second = waiter(by, epoll);
            write(source, "w");
            assertFound(A, A, first, second);
        }
    }

    // epoll10, with poll epoll14
    @Test
    void anEdgeWakesOneOfTwoWaiters() throws Exception {
        for (By by : By.values()) {
            Epoll epoll = epoll();
            SocketFd source = source(epoll, EPOLLET, A);
            FutureTask<Long> first = waiter(By.EPOLL, epoll);
            FutureTask<Long> second = waiter(by, epoll);
            write(source, "w");
            assertOneFinds(A, epoll, first, second);
        }
    }

    // epoll11, with poll epoll15
    @Test
    void twoLevelsWakeBothWaiters() throws Exception {
        for (By by : By.values()) {
            Epoll epoll = epoll();
            SocketFd a = source(epoll, LEVEL, A);
            SocketFd b = source(epoll, LEVEL, B);
            List<FutureTask<Long>> waiters = List.of(waiter(By.EPOLL, epoll), waiter(by, epoll));
            write(a, "w");
            write(b, "w");
            for (FutureTask<Long> waiter : waiters) {
                assertTrue(List.of(A, B).contains(get(waiter)));
            }
        }
    }

    // epoll12, with poll epoll16
    @Test
    void ofTwoEdgesEachWaiterFindsAnother() throws Exception {
        for (By by : By.values()) {
            Epoll epoll = epoll();
            SocketFd a = source(epoll, EPOLLET, A);
            SocketFd b = source(epoll, EPOLLET, B);
            FutureTask<Long> first = waiter(By.EPOLL, epoll);
            FutureTask<Long> second = waiter(by, epoll);
            write(a, "w");
            write(b, "w");
            assertFound(A, B, first, second);
        }
    }

    // epoll25, epoll26, with poll epoll29, epoll30
    @Test
    void anInnerEpollWatchedByLevelWakesBothWaiters() throws Exception {
        for (By by : By.values()) {
            for (int source : new int[] {LEVEL, EPOLLET}) {
                Epoll outer = epoll();
                SocketFd a = source(inner(outer, LEVEL, INNER), source, A);
                FutureTask<Long> first = waiter(By.EPOLL, outer);
                FutureTask<Long> second = waiter(by, outer);
                write(a, "w");
                assertFound(INNER, INNER, first, second);
            }
        }
    }

    // epoll27, epoll28, with poll epoll31, epoll32
    @Test
    void anInnerEpollWatchedByEdgeWakesOneOfTwoWaiters() throws Exception {
        for (By by : By.values()) {
            for (int source : new int[] {LEVEL, EPOLLET}) {
                Epoll outer = epoll();
                SocketFd a = source(inner(outer, EPOLLET, INNER), source, A);
                FutureTask<Long> first = waiter(By.EPOLL, outer);
                FutureTask<Long> second = waiter(by, outer);
                write(a, "w");
                assertOneFinds(INNER, outer, first, second);
            }
        }
    }

    // epoll33, epoll35, with poll on the inner one epoll37, epoll39, on the outer one epoll41, epoll43, on both
    // epoll45, epoll47
    @Test
    void aLevelWakesTheWaitersOfTheInnerAndOfTheOuterEpoll() throws Exception {
        for (int mode : new int[] {LEVEL, EPOLLET}) {
            for (By byInner : By.values()) {
                for (By byOuter : By.values()) {
                    Epoll outer = epoll();
                    Epoll inner = inner(outer, mode, INNER);
                    SocketFd a = source(inner, LEVEL, A);
                    FutureTask<Long> ofInner = waiter(byInner, inner);
                    FutureTask<Long> ofOuter = waiter(byOuter, outer);
                    write(a, "w");
                    assertEquals(A, get(ofInner));
                    assertEquals(INNER, get(ofOuter));
                }
            }
        }
    }

    // epoll34, epoll36, with poll on the inner one epoll38, epoll40, on the outer one epoll42, epoll44, on both
    // epoll46, epoll48
    @Test
    void anEdgeWakesTheWaiterOfTheInnerEpollAndPerhapsThatOfTheOuterOne() throws Exception {
        for (int mode : new int[] {LEVEL, EPOLLET}) {
            for (By byInner : By.values()) {
                for (By byOuter : By.values()) {
                    Epoll outer = epoll();
                    Epoll inner = inner(outer, mode, INNER);
                    SocketFd a = source(inner, EPOLLET, A);
                    FutureTask<Long> ofInner = waiter(byInner, inner);
                    FutureTask<Long> ofOuter = waiter(byOuter, outer);
                    write(a, "w");
                    assertEquals(A, get(ofInner));
                    assertReady(inner);
                    rest(outer);
                    assertTrue(List.of(INNER, REST).contains(get(ofOuter)));
                }
            }
        }
    }

    // epoll53, epoll54, with one poll epoll55, epoll56, with two epoll57, epoll58
    @Test
    void twoInnerEpollsWakeBothWaiters() throws Exception {
        By[][] ways = {{By.EPOLL, By.EPOLL}, {By.EPOLL, By.POLL}, {By.POLL, By.POLL}};
        for (int mode : new int[] {LEVEL, EPOLLET}) {
            for (By[] by : ways) {
                Epoll outer = epoll();
                SocketFd a = source(inner(outer, mode, INNER), LEVEL, A);
                SocketFd b = source(inner(outer, mode, INNER_B), LEVEL, B);
                List<FutureTask<Long>> waiters = List.of(waiter(by[0], outer), waiter(by[1], outer));
                write(a, "w");
                write(b, "w");
                for (FutureTask<Long> waiter : waiters) {
                    assertTrue(List.of(INNER, INNER_B).contains(get(waiter)));
                }
            }
        }
    }

    // epoll59
    @Test
    void modifyingWhileAnotherThreadBeginsToWaitIsNotMissed() throws Exception {
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
    void asManyEdgesAsWaitersWakeThemAllAndEachFindsAnother() throws Exception {
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
                // else the events meet some that are only on their way to sleep
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
    void aHangUpWakesItsReader() throws Exception {
        Epoll epoll = epoll();
        Pipe pipe = Pipe.create();
        opened.push(pipe);
        epoll.add(pipe.reader(), EPOLLIN);
        FutureTask<Long> waiter = sleeper(() -> (long) epoll.await(events));
        pipe.writer().close();
        assertEquals(1, get(waiter));
        assertEquals(EPOLLHUP, events.events(0));
        assertEquals(pipe.reader().fd(), events.data(0));
    }

    // LTP epoll_wait12
    @Test
    void aBrokenPipeWakesItsWriter() throws Exception {
        Epoll epoll = epoll();
        Pipe pipe = Pipe.create();
        opened.push(pipe);
        while (pipe.writer().write(arena.allocate(4096)) > 0) {
            // until it is full
        }
        epoll.add(pipe.writer(), EPOLLOUT);
        FutureTask<Long> waiter = sleeper(() -> (long) epoll.await(events));
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
            waiters.add(waiter(By.EPOLL, epoll));
        }
        fd.write(1);
        for (int i = 0; i < 4; i++) {
            assertEquals(i, get(waiters.get(i)));
        }
    }

    // LTP epoll_wait16
    @Test
    void anEventOfAnExclusiveOneWakesTheWaiterOfOneEpoll() throws Exception {
        EventFd fd = EventFd.create();
        opened.push(fd);
        List<Epoll> epolls = new ArrayList<>();
        List<FutureTask<Long>> waiters = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Epoll epoll = epoll();
            epoll.add(fd, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE, A);
            epolls.add(epoll);
            waiters.add(waiter(By.EPOLL, epoll));
        }
        for (int woken = 1; woken <= 2; woken++) {
            fd.write(1);
            long start = System.nanoTime();
            while (waiters.stream().filter(FutureTask::isDone).count() < woken) {
                assertTrue(System.nanoTime() - start < LONG_NANOS, "nobody is woken");
                Thread.sleep(1);
            }
            Thread.sleep(20);
            assertEquals(1, fd.read());
        }
        for (Epoll epoll : epolls) {
            rest(epoll);
        }
        List<Long> found = new ArrayList<>();
        for (FutureTask<Long> waiter : waiters) {
            found.add(get(waiter));
        }
        found.sort(null);
        assertEquals(List.of(A, A, REST, REST), found);
    }
}
