package dev.pollux;

import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLONESHOT;
import static dev.pollux.Poll.POLLHUP;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLNVAL;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.assertTimesOut;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.openFilesLimit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Field;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Waits of virtual threads. {@link CarrierTest} runs these tests on one and on two carriers, too: who holds a carrier
 * hangs there.
 */
@Timeout(value = 100, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualThreadTest {
    private static final int MORE_THAN_CARRIERS = Runtime.getRuntime().availableProcessors() + 2;

    /** A wait for one descriptor to be readable; returns how many are. */
    private interface Kind {
        int await(Arena arena, EventFd fd) throws IOException;
    }

    private interface EpollWait {
        int await(Epoll epoll, EpollEvents events, SigSet none) throws IOException;
    }

    private interface PollWait {
        int await(PollFds fds, SigSet none) throws IOException;
    }

    private interface SelectWait {
        int await(FdSet set, SigSet none) throws IOException;
    }

    private static Kind epoll(EpollWait wait) {
        return (arena, fd) -> {
            try (Epoll epoll = Epoll.create()) {
                epoll.add(fd, EPOLLIN);
                EpollEvents events = EpollEvents.allocate(arena, 4);
                int n = wait.await(epoll, events, SigSet.empty(arena));
                assertEquals(n, events.size());
                assertTrue(n != 1 || events.fd(0) == fd.fd());
                return n;
            }
        };
    }

    private static Kind poll(PollWait wait) {
        return (arena, fd) -> {
            PollFds fds = PollFds.allocate(arena, 4);
            fds.add(fd, POLLIN);
            int n = wait.await(fds, SigSet.empty(arena));
            assertEquals(n == 1 ? POLLIN : 0, fds.revents(0));
            return n;
        };
    }

    private static Kind select(SelectWait wait) {
        return (arena, fd) -> {
            FdSet set = FdSet.allocate(arena);
            set.set(fd);
            int n = wait.await(set, SigSet.empty(arena));
            assertEquals(n == 1, set.isSet(fd));
            return n;
        };
    }

    private static int one(int found) {
        assertTrue(found == POLLIN || found == 0, () -> Poll.toString(found));
        return found == 0 ? 0 : 1;
    }

    private static List<Kind> endless() {
        return List.of((_, fd) -> one(fd.await(POLLIN)),
                epoll((epoll, events, _) -> epoll.await(events)),
                epoll(Epoll::await),
                poll((fds, _) -> Poll.await(fds)),
                poll(Poll::await),
                select((set, _) -> Select.await(set, null, null)),
                select((set, none) -> Select.await(set, null, null, none)));
    }

    private static List<Kind> timed(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        return List.of((_, fd) -> one(fd.await(POLLIN, time)),
                (_, fd) -> one(fd.awaitNanos(POLLIN, nanos)),
                epoll((epoll, events, _) -> epoll.await(events, time)),
                epoll((epoll, events, _) -> epoll.awaitNanos(events, nanos)),
                epoll((epoll, events, none) -> epoll.await(events, time, none)),
                epoll((epoll, events, none) -> epoll.awaitNanos(events, nanos, none)),
                poll((fds, _) -> Poll.await(fds, time)),
                poll((fds, _) -> Poll.awaitNanos(fds, nanos)),
                poll((fds, none) -> Poll.await(fds, time, none)),
                poll((fds, none) -> Poll.awaitNanos(fds, nanos, none)),
                select((set, _) -> Select.await(set, null, null, time)),
                select((set, _) -> Select.awaitNanos(set, null, null, nanos)),
                select((set, none) -> Select.await(set, null, null, time, none)),
                select((set, none) -> Select.awaitNanos(set, null, null, nanos, none)));
    }

    private static final class Waiting<T> {
        final FutureTask<T> task;
        final Thread thread;

        Waiting(Callable<T> call) {
            task = new FutureTask<>(call);
            thread = Thread.ofVirtual().start(task);
        }

        T result() throws Exception {
            return get(task);
        }

        Throwable thrown() {
            return assertThrows(ExecutionException.class, this::result).getCause();
        }

        /** Returns when it is parked: by the poller, or for the platform thread that waits for it. */
        Waiting<T> parked() throws Exception {
            awaitTrue(() -> thread.getState() == Thread.State.WAITING
                    || thread.getState() == Thread.State.TIMED_WAITING);
            return this;
        }
    }

    private static void awaitTrue(Callable<Boolean> condition) throws Exception {
        long start = System.nanoTime();
        while (!condition.call()) {
            assertTrue(System.nanoTime() - start < LONG_NANOS, "it never became true");
            Thread.sleep(1);
        }
    }

    /** A wait for one descriptor, once it is registered and parked. */
    private static Waiting<Integer> waiting(Fd fd, int events) throws Exception {
        int users = Support.users(fd);
        Waiting<Integer> waiting = new Waiting<>(() -> fd.await(events));
        awaitUsers(fd, users + 1);
        awaitTrue(() -> armed(fd.fd(), events));
        return waiting.parked();
    }

    private static Object ofPoller(String name) {
        assertNotNull(Fd.poller, "no virtual thread has waited yet");
        try {
            return pollers(name).get(Fd.poller);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Field pollers(String name) throws NoSuchFieldException {
        Field field = Poller.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private static int pollersEpoll() {
        return (int) ofPoller("epfd");
    }

    private static boolean isWatched(int number) {
        AtomicReferenceArray<?> table = (AtomicReferenceArray<?>) ofPoller("table");
        return number < table.length() && table.get(number) != null;
    }

    /** What the poller's epoll has under a number: the masks, in hexadecimal. */
    private static List<Long> registered(int number) throws IOException {
        List<Long> masks = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + pollersEpoll()))) {
            String[] words = line.trim().split(" +");
            if (words[0].equals("tfd:") && Integer.parseInt(words[1]) == number) {
                masks.add(Long.parseLong(words[3], 16));
            }
        }
        return masks;
    }

    private static void assertNothingRegistered() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + pollersEpoll()))) {
            assertFalse(line.startsWith("tfd:"), line);
        }
    }

    private static boolean armed(int number, int events) throws IOException {
        return Fd.poller != null && registered(number).stream().anyMatch(mask -> (mask & events) == events);
    }

    private static void assertNothingLeft(int number) throws IOException {
        assertEquals(List.of(), registered(number));
        assertFalse(isWatched(number));
    }

    private static void onVirtualThread(Callable<?> call) throws Exception {
        new Waiting<>(call).result();
    }

    @Test
    void moreWaitsThanCarriersOfEveryKindLeaveTheirCarriersToWhoWakesThem() throws Exception {
        List<Kind> kinds = new ArrayList<>(endless());
        kinds.addAll(timed(Long.MAX_VALUE));
        for (Kind kind : kinds) {
            List<EventFd> fds = new ArrayList<>();
            List<Waiting<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
                EventFd fd = EventFd.create();
                fds.add(fd);
                waits.add(new Waiting<>(() -> {
                    try (Arena arena = Arena.ofConfined()) {
                        return kind.await(arena, fd);
                    }
                }));
            }
            onVirtualThread(() -> {
                for (int i = 0; i < fds.size(); i++) {
                    waits.get(i).parked();
                }
                for (EventFd fd : fds) {
                    fd.write(1);
                }
                return null;
            });
            for (int i = 0; i < fds.size(); i++) {
                assertEquals(1, waits.get(i).result());
                fds.get(i).close();
            }
        }
    }

    @Test
    void whatIsReadyAlreadyIsFoundByEveryKind() throws Exception {
        List<Kind> kinds = new ArrayList<>(endless());
        kinds.addAll(timed(0));
        kinds.addAll(timed(1));
        kinds.addAll(timed(Long.MAX_VALUE));
        try (EventFd fd = EventFd.create(1, EventFd.EFD_NONBLOCK)) {
            for (Kind kind : kinds) {
                onVirtualThread(() -> {
                    try (Arena arena = Arena.ofConfined()) {
                        assertEquals(1, kind.await(arena, fd));
                    }
                    return null;
                });
            }
        }
    }

    @Test
    void aTimeoutIsNeverEarly() throws Exception {
        try (EventFd fd = EventFd.create()) {
            for (long nanos : new long[] {0, 1, 100_000, 1_000_000, 20_000_000}) {
                for (Kind kind : timed(nanos)) {
                    onVirtualThread(() -> {
                        try (Arena arena = Arena.ofConfined()) {
                            assertTimesOut(nanos, () -> kind.await(arena, fd));
                        }
                        return null;
                    });
                }
            }
            assertNothingLeft(fd.fd());
        }
    }

    @Test
    void tenThousandEachOnItsOwnAreAllWoken() throws Exception {
        int count = Math.min(10_000, openFilesLimit() - 500);
        Random random = new Random(42);
        List<EventFd> fds = new ArrayList<>();
        List<Waiting<Integer>> waits = new ArrayList<>();
        AtomicInteger bystander = new AtomicInteger();
        Thread bystanding = Thread.ofVirtual().start(() -> {
            // not in a loop of yields: on one carrier the JDK's scheduler runs that before what other threads unpark
            try {
                for (;;) {
                    bystander.incrementAndGet();
                    Thread.sleep(1);
                }
            } catch (InterruptedException e) {
                return;
            }
        });
        for (int i = 0; i < count; i++) {
            EventFd fd = EventFd.create();
            fds.add(fd);
            waits.add(new Waiting<>(() -> {
                int found = fd.await(POLLIN);
                assertEquals(1, fd.read());
                return found;
            }));
        }
        for (EventFd fd : fds) {
            awaitUsers(fd, 1);
        }
        List<EventFd> order = new ArrayList<>(fds);
        Collections.shuffle(order, random);
        int before = bystander.get();
        Waiting<Integer> writer = new Waiting<>(() -> {
            for (EventFd fd : order) {
                fd.write(1);
            }
            return 0;
        });
        for (Waiting<Integer> wait : waits) {
            assertEquals(POLLIN, wait.result());
        }
        writer.result();
        awaitTrue(() -> bystander.get() > before);
        bystanding.interrupt();
        for (EventFd fd : fds) {
            int number = fd.fd();
            fd.close();
            assertFalse(isWatched(number));
        }
        assertNothingRegistered();
    }

    @Test
    void anInterruptEndsAWaitUnlessSomethingIsReady() throws Exception {
        try (Arena arena = Arena.ofShared(); EventFd fd = EventFd.create(); Epoll epoll = Epoll.create()) {
            epoll.add(fd, EPOLLIN);
            EpollEvents events = EpollEvents.allocate(arena, 1);
            List<Callable<Integer>> waits = List.of(() -> fd.await(POLLIN), () -> epoll.await(events),
                    () -> fd.await(POLLIN, Duration.ofDays(1)), () -> epoll.awaitNanos(events, Long.MAX_VALUE));
            for (Callable<Integer> wait : waits) {
                Callable<Integer> interrupted = () -> {
                    try {
                        return wait.call();
                    } catch (InterruptedIOException e) {
                        assertTrue(Thread.interrupted(), "the status is kept");
                        return -1;
                    }
                };
                // before
                assertEquals(-1, new Waiting<>(() -> {
                    Thread.currentThread().interrupt();
                    return interrupted.call();
                }).result());
                // during
                Waiting<Integer> waiting = new Waiting<>(interrupted).parked();
                waiting.thread.interrupt();
                assertEquals(-1, waiting.result());
                assertNothingLeft(fd.fd());
                assertNothingLeft(epoll.fd());
                // ready first
                fd.write(1);
                assertEquals(1, new Waiting<>(() -> {
                    Thread.currentThread().interrupt();
                    int n = interrupted.call();
                    assertTrue(Thread.interrupted());
                    return n;
                }).result());
                fd.read();
            }
        }
    }

    @Test
    void anInterruptDoesNotEndAPollOrSelectAndItsStatusIsKept() throws Exception {
        List<Kind> kinds = List.of(poll((fds, _) -> Poll.await(fds)), poll(Poll::await),
                select((set, _) -> Select.await(set, null, null)), epoll(Epoll::await));
        for (Kind kind : kinds) {
            try (EventFd fd = EventFd.create(); Arena arena = Arena.ofShared()) {
                Waiting<Integer> waiting = new Waiting<>(() -> {
                    int n = kind.await(arena, fd);
                    assertTrue(Thread.interrupted());
                    return n;
                }).parked();
                waiting.thread.interrupt();
                Thread.sleep(5);
                assertFalse(waiting.task.isDone());
                fd.write(1);
                assertEquals(1, waiting.result());
            }
        }
    }

    @Test
    void closingEndsTheWaitsAndFreesTheNumber() throws Exception {
        EventFd fd = EventFd.create();
        Fd borrowed = Fd.borrow(fd.fd());
        int number = fd.fd();
        Waiting<Integer> other = waiting(borrowed, POLLIN);
        List<Waiting<Integer>> waits = new ArrayList<>();
        for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
            waits.add(waiting(fd, POLLIN));
        }
        fd.close();
        for (Waiting<Integer> wait : waits) {
            assertInstanceOf(AsynchronousCloseException.class, wait.thrown());
        }
        // by now closed: who borrows it finds that out, and is not left waiting
        assertEquals(POLLNVAL, other.result());
        assertFalse(isOpen(number));
        assertNothingLeft(number);
    }

    @Test
    void whoComesWhileWhatItBorrowsIsBeingClosedIsNotLeftWaiting() throws Exception {
        int none = -1;
        int over = -2;
        AtomicInteger number = new AtomicInteger(none);
        AtomicInteger ended = new AtomicInteger();
        Waiting<Integer> borrower = new Waiting<>(() -> {
            for (;;) {
                int now = number.get();
                if (now == over) {
                    return 0;
                } else if (now == none) {
                    Thread.onSpinWait();
                } else {
                    number.set(none);
                    assertEquals(POLLNVAL, Fd.borrow(now).await(POLLIN));
                    ended.incrementAndGet();
                }
            }
        });
        long start = System.nanoTime();
        for (int round = 0; System.nanoTime() - start < 1_500_000_000; round++) {
            Fd owner;
            try (EventFd fd = EventFd.create()) {
                owner = Fcntl.dup(fd, 900); // a number that nobody else is given meanwhile
            }
            number.set(owner.fd());
            while (number.get() != none) {
                Thread.onSpinWait();
            }
            for (int pause = round % 16; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            owner.close();
            long closed = System.nanoTime();
            while (ended.get() <= round) {
                assertTrue(System.nanoTime() - closed < LONG_NANOS, "left waiting for what is closed");
                Thread.onSpinWait();
            }
        }
        number.set(over);
        borrower.result();
        assertNothingRegistered();
    }

    @Test
    void closingAnEpollEndsItsWaitsAndFreesTheNumber() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            Epoll epoll = Epoll.create();
            int number = epoll.fd();
            List<Waiting<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
                EpollEvents events = EpollEvents.allocate(arena, 1);
                waits.add(new Waiting<>(() -> epoll.await(events)));
                waits.add(new Waiting<>(() -> epoll.await(EpollEvents.allocate(arena, 1), SigSet.empty(arena))));
            }
            awaitUsers(epoll, waits.size());
            for (Waiting<Integer> wait : waits) {
                wait.parked();
            }
            epoll.close();
            for (Waiting<Integer> wait : waits) {
                assertInstanceOf(AsynchronousCloseException.class, wait.thrown());
            }
            assertFalse(isOpen(number));
            assertNothingLeft(number);
        }
    }

    @Test
    void closingABorrowedOneEndsItsWaitAndLeavesNothingRegistered() throws Exception {
        try (EventFd fd = EventFd.create()) {
            Fd borrowed = Fd.borrow(fd.fd());
            Waiting<Integer> waiting = waiting(borrowed, POLLIN);
            borrowed.close();
            assertInstanceOf(AsynchronousCloseException.class, waiting.thrown());
            assertNothingLeft(fd.fd());
            // and does not take the wait of another object along
            Fd one = Fd.borrow(fd.fd());
            Waiting<Integer> first = waiting(one, POLLIN);
            Waiting<Integer> second = waiting(fd, POLLIN);
            one.close();
            assertInstanceOf(AsynchronousCloseException.class, first.thrown());
            awaitTrue(() -> armed(fd.fd(), POLLIN));
            fd.write(1);
            assertEquals(POLLIN, second.result());
        }
    }

    @Test
    void oneInAWaitIsNotGivenAwayAndOneThatIsLeavesNothingRegistered() throws Exception {
        EventFd fd = EventFd.create();
        Waiting<Integer> waiting = waiting(fd, POLLIN);
        assertThrows(IllegalStateException.class, fd::detach);
        fd.write(1);
        assertEquals(POLLIN, waiting.result());
        awaitUsers(fd, 0);
        assertEquals(1, registered(fd.fd()).size(), "stays, for the next wait");
        try (Fd same = Fd.adopt(fd.detach())) {
            assertNothingLeft(same.fd());
        }
    }

    @Test
    void twoWaitForDifferentEventsOfOne() throws Exception {
        try (SocketPair pair = SocketPair.create()) {
            SocketFd fd = pair.first();
            while (fd.write(Arena.ofAuto().allocate(1 << 16)) != Fd.WOULD_BLOCK) {
                assertEquals(0, fd.awaitNanos(POLLIN, 0));
            }
            Waiting<Integer> reader = waiting(fd, POLLIN);
            Waiting<Integer> writer = waiting(fd, POLLOUT);
            awaitTrue(() -> armed(fd.fd(), POLLIN | POLLOUT));
            Support.write(pair.second(), "x");
            assertEquals(POLLIN, reader.result());
            Thread.sleep(2);
            assertFalse(writer.task.isDone());
            awaitTrue(() -> armed(fd.fd(), POLLOUT));
            while (Support.read(pair.second()) != null) {
                assertTrue(fd.isOpen());
            }
            assertEquals(POLLOUT, writer.result());
        }
    }

    @Test
    void aHangUpWakesAllWhateverTheyWaitFor() throws Exception {
        try (Pipe pipe = Pipe.create()) {
            Waiting<Integer> nothing = waiting(pipe.reader(), 0);
            Waiting<Integer> reader = waiting(pipe.reader(), POLLIN);
            Waiting<Integer> urgent = waiting(pipe.reader(), POLLPRI);
            pipe.writer().close();
            assertEquals(POLLHUP, nothing.result());
            assertEquals(POLLHUP, reader.result());
            assertEquals(POLLHUP, urgent.result());
        }
    }

    @Test
    void oneThatGivesUpTakesNothingFromTheOthers() throws Exception {
        try (EventFd fd = EventFd.create()) {
            Fd borrowed = Fd.borrow(fd.fd());
            Waiting<Integer> leaves = waiting(fd, POLLIN);
            Waiting<Integer> stays = waiting(borrowed, POLLIN);
            Waiting<Integer> late = new Waiting<>(() -> fd.awaitNanos(POLLIN, 3_000_000));
            leaves.thread.interrupt();
            assertInstanceOf(InterruptedIOException.class, leaves.thrown());
            assertEquals(0, late.result());
            assertFalse(stays.task.isDone());
            fd.write(1);
            assertEquals(POLLIN, stays.result());
        }
    }

    @Test
    void allWhoWaitForTheSameAreWokenByOneEvent() throws Exception {
        try (EventFd fd = EventFd.create()) {
            List<Waiting<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                waits.add(waiting(i % 2 == 0 ? fd : Fd.borrow(fd.fd()), POLLIN));
            }
            fd.write(1);
            for (Waiting<Integer> wait : waits) {
                assertEquals(POLLIN, wait.result());
            }
        }
    }

    @Test
    void theUpperBitOfAMaskIsNoFlagOfEpoll() throws Exception {
        try (EventFd fd = EventFd.create()) {
            Waiting<Integer> first = waiting(fd, POLLIN);
            Waiting<Integer> second = waiting(fd, 0x8000 | POLLIN);
            assertTrue(armed(fd.fd(), 0x8000 | POLLIN), "by the poller, with the other");
            assertEquals(0, registered(fd.fd()).getFirst() & (EPOLLEXCLUSIVE | 0xffff_ffffL & EPOLLET));
            fd.write(1);
            assertEquals(POLLIN, first.result());
            assertEquals(POLLIN, second.result());
        }
    }

    @Test
    void filesAreAlwaysReadyAndWhatEpollRefusesIsWaitedForAllTheSame() throws Exception {
        Path file = Files.createTempFile("ready", "");
        for (Path path : List.of(file, Path.of("/dev/null"))) {
            Fd fd = Fcntl.open(path, Fcntl.O_RDWR);
            onVirtualThread(() -> {
                assertEquals(POLLIN | POLLOUT, fd.await(POLLIN | POLLOUT));
                assertTimesOut(20_000_000, () -> fd.awaitNanos(POLLPRI, 20_000_000));
                return null;
            });
            Waiting<Integer> interrupted = new Waiting<>(() -> fd.await(POLLPRI)).parked();
            interrupted.thread.interrupt();
            assertInstanceOf(InterruptedIOException.class, interrupted.thrown());
            Waiting<Integer> closed = new Waiting<>(() -> fd.await(POLLPRI)).parked();
            awaitUsers(fd, 1);
            fd.close();
            assertInstanceOf(AsynchronousCloseException.class, closed.thrown());
        }
        Files.delete(file);
    }

    @Test
    void aNumberThatIsNotOpenIsAResult() throws Exception {
        EventFd fd = EventFd.create();
        Fd borrowed = Fd.borrow(Fcntl.dup(fd, 900).detach());
        Fd.adopt(borrowed.fd()).close();
        onVirtualThread(() -> {
            assertEquals(POLLNVAL, borrowed.await(POLLIN));
            assertEquals(POLLNVAL, Fd.borrow(Integer.MAX_VALUE).await(POLLIN));
            return null;
        });
        fd.close();
    }

    @Test
    void aNumberClosedAndReopenedBehindTheLibrarysBackIsWatchedAnew() throws Exception {
        try (EventFd first = EventFd.create(); EventFd second = EventFd.create()) {
            Fd number = Fcntl.dup(first, 900);
            // waits, and is kept registered
            Waiting<Integer> kept = waiting(number, POLLIN);
            first.write(1);
            assertEquals(POLLIN, kept.result());
            first.read();
            // behind its back: another eventfd at the same number, while the old one lives on as a duplicate
            closeBehindItsBack(number.fd());
            Fd again = Fcntl.dup(second, number.fd());
            assertEquals(number.fd(), again.fd());
            Waiting<Integer> waiting = waiting(number, POLLIN);
            first.write(1);
            Thread.sleep(5);
            assertFalse(waiting.task.isDone(), "an event of its predecessor");
            second.write(1);
            assertEquals(POLLIN, waiting.result());
            first.read();
            second.read();
            // and the first one is back at its number, where its registration outlived it
            closeBehindItsBack(number.fd());
            assertEquals(number.fd(), Fcntl.dup(first, number.fd()).detach());
            Waiting<Integer> back = waiting(number, POLLIN);
            second.write(1);
            Thread.sleep(5);
            assertFalse(back.task.isDone(), "an event of its predecessor");
            first.write(1);
            assertEquals(POLLIN, back.result());
            first.read();
            // nobody waits for it when it goes, and a new object begins anew with what is left of it
            closeBehindItsBack(number.fd());
            assertThrows(ErrnoException.class, number::close);
            Fd anew = Fcntl.dup(first, 900);
            Waiting<Integer> last = waiting(anew, POLLIN);
            first.write(1);
            assertEquals(POLLIN, last.result());
            anew.close();
        }
    }

    @Test
    void oneThatCannotBeRegisteredTakesNothingFromTheOthers() throws Exception {
        try (EventFd fd = EventFd.create()) {
            int number = Fcntl.dup(fd, 900).detach();
            Fd borrowed = Fd.borrow(number);
            Waiting<Integer> waiting = waiting(borrowed, POLLIN);
            closeBehindItsBack(number);
            // now a file, which epoll refuses, and which has nothing of this
            try (Fd devNull = Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDWR); Fd same = Fcntl.dup(devNull, number)) {
                assertEquals(number, same.fd());
                onVirtualThread(() -> {
                    assertTimesOut(3_000_000, () -> Fd.borrow(number).awaitNanos(POLLPRI, 3_000_000));
                    return null;
                });
                fd.write(1);
                assertEquals(POLLIN, waiting.result());
            }
        }
    }

    private static void closeBehindItsBack(int number) throws IOException {
        assertEquals(0, Libc.close(Scratch.get(), number));
    }

    @Test
    void aDuplicateThatStaysOpenGetsNoEventsOfTheClosed() throws Exception {
        try (EventFd fd = EventFd.create()) {
            Fd dup = Fcntl.dup(fd, 0);
            int number = dup.fd();
            Waiting<Integer> waiting = waiting(dup, POLLIN);
            dup.close();
            assertInstanceOf(AsynchronousCloseException.class, waiting.thrown());
            assertNothingLeft(number);
            try (EventFd successor = EventFd.create()) {
                assertEquals(number, successor.fd());
                Waiting<Integer> other = waiting(successor, POLLIN);
                fd.write(1);
                Thread.sleep(5);
                assertFalse(other.task.isDone());
                successor.write(1);
                assertEquals(POLLIN, other.result());
            }
        }
    }

    @Test
    void underStressNoEventIsTakenForOneOfASuccessor() throws Exception {
        long end = System.nanoTime() + 2_000_000_000L;
        AtomicInteger reused = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        List<Waiting<Integer>> slots = new ArrayList<>();
        for (int i = 0; i < 2 * MORE_THAN_CARRIERS; i++) {
            Random random = new Random(i);
            slots.add(new Waiting<>(() -> {
                int rounds = 0;
                while (System.nanoTime() < end) {
                    EventFd never = EventFd.create();
                    int number = never.fd();
                    Waiting<Integer> waiting = new Waiting<>(() -> never.await(POLLIN));
                    if (random.nextBoolean()) {
                        Thread.yield();
                    }
                    if (random.nextInt(3) == 0) {
                        waiting.parked();
                    }
                    Waiting<Integer> closer = new Waiting<>(() -> {
                        never.close();
                        return 0;
                    });
                    for (int yields = random.nextInt(8); yields > 0; yields--) {
                        Thread.yield();
                    }
                    EventFd successor = EventFd.create();
                    Waiting<Integer> second = new Waiting<>(() -> successor.await(POLLIN));
                    reused.addAndGet(successor.fd() == number ? 1 : 0);
                    if (random.nextBoolean()) {
                        Thread.yield();
                    }
                    successor.write(1);
                    assertEquals(POLLIN, second.result());
                    assertEquals(1, successor.read());
                    closer.result();
                    Throwable thrown = waiting.thrown();
                    assertTrue(thrown instanceof AsynchronousCloseException
                            || thrown instanceof IllegalStateException, thrown::toString);
                    closed.addAndGet(thrown instanceof AsynchronousCloseException ? 1 : 0);
                    successor.close();
                    rounds++;
                }
                return rounds;
            }));
        }
        int rounds = 0;
        for (Waiting<Integer> slot : slots) {
            rounds += slot.result();
        }
        assertTrue(reused.get() > 0 && closed.get() > 0, reused + " reused, " + closed + " closed of " + rounds);
    }

    @Test
    void whereAReportCannotBeGivenOnItIsTriedAgain() throws Exception {
        try (EventFd fd = EventFd.create()) {
            Waiting<Integer> waiting = waiting(fd, POLLIN);
            Object table = ofPoller("table");
            // stands for whatever may be thrown when there is no memory
            pollers("table").set(Fd.poller, null);
            fd.write(1);
            Thread.sleep(20);
            pollers("table").set(Fd.poller, table);
            assertEquals(POLLIN, waiting.result());
            fd.read();
            Waiting<Integer> next = waiting(fd, POLLIN);
            fd.write(1);
            assertEquals(POLLIN, next.result());
        }
    }

    @Test
    void edgesOneShotsAndExclusivesOfTheUsersEpollAreTheirs() throws Exception {
        for (int flag : new int[] {EPOLLET, EPOLLONESHOT, EPOLLEXCLUSIVE}) {
            try (Arena arena = Arena.ofShared(); Epoll epoll = Epoll.create(); EventFd fd = EventFd.create()) {
                EpollEvents events = EpollEvents.allocate(arena, 4);
                epoll.add(fd, EPOLLIN | flag, 7);
                for (int round = 0; round < 3; round++) {
                    Waiting<Integer> waiting = new Waiting<>(() -> epoll.await(events));
                    waiting.parked();
                    fd.write(1);
                    assertEquals(1, waiting.result());
                    assertEquals(7, events.data(0));
                    // once, or again, as the flag says
                    onVirtualThread(() -> {
                        assertEquals(flag == EPOLLEXCLUSIVE ? 1 : 0, epoll.awaitNanos(events, 3_000_000));
                        return null;
                    });
                    fd.read();
                    if (flag == EPOLLONESHOT) {
                        epoll.modify(fd, EPOLLIN | flag, 7);
                    }
                }
            }
        }
    }

    @Test
    void manyOnOneEpollShareItsEvents() throws Exception {
        int waiters = 20;
        int each = 50;
        try (Arena arena = Arena.ofShared(); Epoll epoll = Epoll.create(); EventFd fd = EventFd.create(0,
                EventFd.EFD_SEMAPHORE | EventFd.EFD_NONBLOCK)) {
            epoll.add(fd, EPOLLIN);
            AtomicInteger taken = new AtomicInteger();
            List<Waiting<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < waiters; i++) {
                EpollEvents events = EpollEvents.allocate(arena, 1);
                waits.add(new Waiting<>(() -> {
                    while (taken.get() < waiters * each) {
                        if (epoll.awaitNanos(events, 5_000_000) > 0 && fd.read() > 0) {
                            taken.incrementAndGet();
                        }
                    }
                    return 0;
                }));
            }
            for (int i = 0; i < waiters * each; i++) {
                fd.write(1);
            }
            for (Waiting<Integer> wait : waits) {
                wait.result();
            }
            assertEquals(waiters * each, taken.get());
        }
    }

    @Test
    void nestedEpollsAreWaitedForAsDeepAsTheyMayBe() throws Exception {
        List<Epoll> nested = new ArrayList<>();
        try (Arena arena = Arena.ofShared(); EventFd fd = EventFd.create()) {
            Fd below = fd;
            for (boolean deeper = true; deeper;) {
                Epoll epoll = Epoll.create();
                try {
                    epoll.add(below, EPOLLIN);
                    nested.add(epoll);
                    below = epoll;
                } catch (ErrnoException e) {
                    epoll.close();
                    deeper = false;
                }
            }
            assertTrue(nested.size() >= 3, () -> nested.size() + " deep");
            for (Epoll epoll : nested) {
                EpollEvents events = EpollEvents.allocate(arena, 1);
                onVirtualThread(() -> {
                    assertTimesOut(3_000_000, () -> epoll.awaitNanos(events, 3_000_000));
                    return null;
                });
                Waiting<Integer> interrupted = new Waiting<>(() -> epoll.await(events)).parked();
                interrupted.thread.interrupt();
                assertInstanceOf(InterruptedIOException.class, interrupted.thrown());
                Waiting<Integer> waiting = new Waiting<>(() -> epoll.await(events)).parked();
                fd.write(1);
                assertEquals(1, waiting.result());
                fd.read();
            }
            Epoll deepest = nested.getLast();
            Waiting<Integer> closed = new Waiting<>(() -> deepest.await(EpollEvents.allocate(arena, 1))).parked();
            awaitUsers(deepest, 1);
            deepest.close();
            assertInstanceOf(AsynchronousCloseException.class, closed.thrown());
        } finally {
            for (Epoll epoll : nested) {
                epoll.close();
            }
        }
    }

    @Test
    void memoryOfAnotherThreadOrOfAClosedArenaIsRefused() throws Exception {
        try (EventFd fd = EventFd.create(); Epoll epoll = Epoll.create(); Arena mine = Arena.ofConfined()) {
            SigSet foreign = SigSet.empty(mine);
            onVirtualThread(() -> {
                Arena arena = Arena.ofConfined();
                EpollEvents events = EpollEvents.allocate(arena, 1);
                PollFds fds = PollFds.allocate(arena, 1);
                fds.add(fd, POLLIN);
                FdSet set = FdSet.allocate(arena);
                SigSet none = SigSet.empty(arena);
                assertThrows(WrongThreadException.class, () -> epoll.awaitNanos(events, 1000, foreign));
                assertThrows(WrongThreadException.class, () -> Poll.awaitNanos(fds, 1000, foreign));
                assertThrows(WrongThreadException.class, () -> Select.awaitNanos(set, null, null, 1000, foreign));
                arena.close();
                try (Arena live = Arena.ofConfined()) {
                    SigSet alive = SigSet.empty(live);
                    assertThrows(IllegalStateException.class, () -> epoll.awaitNanos(events, 1000, alive));
                    assertThrows(IllegalStateException.class, () -> epoll.awaitNanos(events, 1000));
                    assertThrows(IllegalStateException.class, () -> Poll.awaitNanos(fds, 1000, alive));
                    assertThrows(IllegalStateException.class, () -> Poll.awaitNanos(fds, 1000));
                    assertThrows(IllegalStateException.class, () -> Select.awaitNanos(set, null, null, 1000, alive));
                    PollFds livingFds = PollFds.allocate(live, 1);
                    assertThrows(IllegalStateException.class, () -> Poll.awaitNanos(livingFds, 1000, none));
                }
                return null;
            });
        }
    }

    @Test
    void aSharedArenaClosedDuringAWaitOfAnEpollIsAnException() throws Exception {
        try (EventFd fd = EventFd.create(); Epoll epoll = Epoll.create()) {
            epoll.add(fd, EPOLLIN);
            Arena arena = Arena.ofShared();
            EpollEvents events = EpollEvents.allocate(arena, 1);
            Waiting<Integer> waiting = new Waiting<>(() -> epoll.await(events)).parked();
            arena.close();
            fd.write(1);
            assertInstanceOf(IllegalStateException.class, waiting.thrown());
            // the kernel is inside the array: FFM refuses to close it
            Arena used = Arena.ofShared();
            PollFds fds = PollFds.allocate(used, 1);
            fd.read();
            fds.add(fd, POLLIN);
            Waiting<Integer> poll = new Waiting<>(() -> Poll.await(fds)).parked();
            // the thread that waits for it is in the call, or about to enter it
            awaitTrue(() -> Thread.getAllStackTraces().entrySet().stream().anyMatch(t ->
                    t.getKey().getName().startsWith("pollux-wait-") && Arrays.stream(t.getValue()).anyMatch(frame ->
                            frame.getClassName().startsWith("dev.pollux.internal.Libc"))));
            Thread.sleep(50);
            assertThrows(IllegalStateException.class, used::close);
            fd.write(1);
            assertEquals(1, poll.result());
            used.close();
        }
    }

    @Test
    void oneArrayIsNotWaitedWithByTwo() throws Exception {
        try (Arena arena = Arena.ofShared(); EventFd fd = EventFd.create(); Epoll epoll = Epoll.create()) {
            epoll.add(fd, EPOLLIN);
            EpollEvents events = EpollEvents.allocate(arena, 1);
            Waiting<Integer> waiting = new Waiting<>(() -> epoll.await(events)).parked();
            assertThrows(IllegalStateException.class, () -> epoll.poll(events));
            fd.write(1);
            assertEquals(1, waiting.result());
        }
    }

    @Test
    void whatTheKernelRefusesIsThrownOnTheVirtualThread() throws Exception {
        try (Arena arena = Arena.ofShared(); EventFd fd = EventFd.create()) {
            onVirtualThread(() -> {
                Epoll none = Epoll.adopt(Fcntl.dup(fd, 0).detach());
                EpollEvents events = EpollEvents.allocate(arena, 1);
                assertErrno(Errno.EINVAL, () -> none.await(events));
                assertErrno(Errno.EINVAL, () -> none.await(events, SigSet.empty(arena)));
                none.close();
                FdSet set = FdSet.allocate(arena);
                set.set(Fd.borrow(1000));
                assertErrno(Errno.EBADF, () -> Select.await(set, null, null));
                return null;
            });
        }
    }

    @Test
    void aHundredThousandWaitsLeaveNothingBehind() throws Exception {
        waits(20_000);
        long heap = heap();
        long resident = resident();
        waits(100_000);
        long heapAfter = heap();
        long residentAfter = resident();
        assertTrue(heapAfter - heap < 8_000_000, () -> "heap: " + heap + " to " + heapAfter);
        // the JVM's options keep the heap's growth out of it: this is what is not heap
        assertTrue(residentAfter - resident < 50_000, () -> "resident: " + resident + " to " + residentAfter + " kB");
        assertNothingRegistered();
    }

    /** Each on a virtual thread and a descriptor of its own: an event, a timeout, an interrupt or a close ends it. */
    private static void waits(int count) throws Exception {
        int lanes = 8;
        List<Waiting<Integer>> running = new ArrayList<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int lane = 0; lane < lanes; lane++) {
            running.add(new Waiting<>(() -> {
                for (int i = 0; i < count / lanes && failure.get() == null; i++) {
                    EventFd fd = EventFd.create();
                    int how = i % 4;
                    Thread waiter = Thread.ofVirtual().start(() -> {
                        try {
                            int found = how == 0 ? fd.awaitNanos(POLLIN, 1000) : fd.await(POLLIN);
                            assertEquals(how == 0 ? 0 : POLLIN, found);
                            assertTrue(how == 0 || how == 1);
                        } catch (InterruptedIOException e) {
                            assertEquals(2, how);
                        } catch (AsynchronousCloseException | IllegalStateException e) {
                            assertEquals(3, how);
                        } catch (Throwable e) {
                            failure.set(e);
                        }
                    });
                    Thread.yield();
                    switch (how) {
                        case 1 -> fd.write(1);
                        case 2 -> waiter.interrupt();
                        case 3 -> fd.close();
                        default -> { }
                    }
                    waiter.join();
                    fd.close();
                }
                return 0;
            }));
        }
        for (Waiting<Integer> lane : running) {
            lane.result();
        }
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    private static long heap() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(20);
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", ""));
            }
        }
        throw new AssertionError("no VmRSS");
    }

    @Test
    void oneThatIsClosedBehindItsBackWhileSomeStillWaitIsLookedAtAgain() throws Exception {
        try (SocketPair pair = SocketPair.create(); Arena arena = Arena.ofConfined()) {
            Fd number = Fcntl.dup(pair.first(), 900);
            while (number.write(arena.allocate(1 << 16)) > 0) { }
            Waiting<Integer> readable = waiting(number, POLLIN);
            Waiting<Integer> writable = waiting(number, POLLOUT);
            closeBehindItsBack(number.fd());
            // its registration lives on with the duplicate, and reports; but it cannot be armed again for the other
            assertEquals(1, pair.second().write(arena.allocate(1)));
            assertTrue((readable.result() & (POLLIN | POLLNVAL)) != 0);
            assertEquals(POLLNVAL, writable.result());
            assertFalse(isWatched(900));
            assertErrno(Errno.EBADF, number::close);
        }
    }

    @Test
    void whatAPlatformThreadThrowsForAVirtualOneIsThrownAsItIs() throws Exception {
        onVirtualThread(() -> {
            for (Throwable cause : List.of(new OutOfMemoryError("test"), new IllegalStateException("test"),
                    new IOException("test"))) {
                assertSame(cause, assertThrows(cause.getClass(), () -> PlatformThreads.call(() -> {
                    if (cause instanceof Error e) {
                        throw e;
                    }
                    throw (Exception) cause;
                })));
            }
            Thread caller = Thread.currentThread();
            assertEquals(7, PlatformThreads.call(() -> {
                caller.interrupt();
                return Thread.currentThread().isVirtual() ? 0 : 7;
            }));
            assertTrue(Thread.interrupted(), "kept for the caller");
            return null;
        });
    }

    /** Many ends at the same moment, on one number: events, timeouts, interrupts, a close, and waits that begin. */
    @Test
    void underStressEachOfManyEndsOfOneWaitIsItsOwn() throws Exception {
        AtomicInteger[] ends = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        int lanes = 4;
        long start = System.nanoTime();
        List<Waiting<Integer>> running = new ArrayList<>();
        for (int lane = 0; lane < lanes; lane++) {
            Random random = new Random(lane);
            running.add(new Waiting<>(() -> {
                int round = 0;
                for (; round < 20 || round < 5000 && System.nanoTime() - start < 2_000_000_000L; round++) {
                    endAtOnce(random, ends);
                }
                return round;
            }));
        }
        for (Waiting<Integer> lane : running) {
            assertTrue(lane.result() > 0);
        }
        assertTrue(ends[1].get() > 0 && ends[3].get() > 0, () -> Arrays.toString(ends));
        assertNothingRegistered();
    }

    private static void endAtOnce(Random random, AtomicInteger[] ends) throws Exception {
        EventFd fd = EventFd.create();
        boolean written = random.nextBoolean();
        boolean interrupted = random.nextInt(4) == 0;
        List<Waiting<Integer>> waits = new ArrayList<>();
        for (int events : new int[] {POLLIN, POLLPRI, POLLIN | POLLPRI}) {
            long nanos = 1 + random.nextInt(100_000);
            waits.add(new Waiting<>(() -> {
                try {
                    int found = fd.awaitNanos(events, nanos);
                    assertTrue(found == 0 || found == POLLIN && written && (events & POLLIN) != 0,
                            () -> Poll.toString(found));
                    return found == 0 ? 0 : 1;
                } catch (InterruptedIOException e) {
                    assertTrue(interrupted);
                    return 2;
                } catch (AsynchronousCloseException | IllegalStateException e) {
                    assertFalse(fd.isOpen());
                    return 3;
                }
            }));
        }
        for (int pause = random.nextInt(200); pause > 0; pause--) {
            Thread.yield();
        }
        if (written) {
            fd.write(1);
        }
        if (interrupted) {
            waits.getLast().thread.interrupt();
        }
        boolean yields = random.nextBoolean();
        for (int pause = random.nextInt(50); pause > 0; pause--) {
            if (yields) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
        fd.close();
        for (Waiting<Integer> wait : waits) {
            ends[wait.result()].incrementAndGet();
        }
    }
}
