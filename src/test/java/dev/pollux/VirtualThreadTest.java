package dev.pollux;

import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLONESHOT;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLNVAL;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.Registrations.assertNothingLeft;
import static dev.pollux.Registrations.assertNothingRegistered;
import static dev.pollux.Registrations.isWatched;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.assertTimesOut;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.openFilesLimit;
import static dev.pollux.Waiting.MORE_THAN_CARRIERS;
import static dev.pollux.Waiting.onVirtualThread;
import static dev.pollux.Waiting.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.PlatformThreads;
import dev.pollux.internal.Libc;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Waits of virtual threads; how they share the poller is in {@link PollerTest}. {@link CarrierTest} runs these tests on
 * one and on two carriers, too: who holds a carrier hangs there.
 */
@Timeout(value = 100, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualThreadTest {
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
        List<EventFd> fds = new ArrayList<>();
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
        try {
            wakeEach(count, fds, bystander);
        } finally {
            bystanding.interrupt();
            for (EventFd fd : fds) { // also where the time is over: the tests that follow need their numbers
                fd.close();
            }
        }
        assertNothingRegistered();
    }

    private static void wakeEach(int count, List<EventFd> fds, AtomicInteger bystander) throws Exception {
        List<Waiting<Integer>> waits = new ArrayList<>();
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
        Collections.shuffle(order, new Random(42));
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
        for (EventFd fd : fds) {
            int number = fd.fd();
            fd.close();
            assertFalse(isWatched(number));
        }
    }

    @Test
    void manyOnOneDescriptorAreNotArmedForEach() throws Exception {
        int count = 10_000;
        try (EventFd fd = EventFd.create(0, EventFd.EFD_CLOEXEC | EventFd.EFD_NONBLOCK | EventFd.EFD_SEMAPHORE)) {
            Waiting<Integer> first = waiting(fd, POLLIN);
            int before = ((AtomicInteger) Registrations.ofPoller("generations")).get();
            List<Waiting<Long>> takers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                takers.add(new Waiting<>(() -> {
                    long taken;
                    do {
                        fd.await(POLLIN);
                        taken = fd.read();
                    } while (taken != 1);
                    return taken;
                }));
            }
            awaitUsers(fd, count + 1);
            takers.getLast().parked();
            fd.write(count);
            for (Waiting<Long> taker : takers) {
                assertEquals(1, taker.result());
            }
            fd.write(1);
            assertEquals(POLLIN, first.result());
            int armed = ((AtomicInteger) Registrations.ofPoller("generations")).get() - before;
            assertTrue(armed < count / 2, () -> "armed " + armed + " times for " + count);
        }
    }

    @Test
    void aThreadDumpShowsWhatAThreadWaitsFor() throws Exception {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        assumeTrue(Files.exists(jcmd), "no jcmd: this is not a JDK");
        try (EventFd fd = EventFd.create(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofShared()) {
            epoll.add(fd, EPOLLIN);
            EpollEvents events = EpollEvents.allocate(arena, 1);
            Waiting<Integer> one = waiting(fd, POLLIN);
            Waiting<Integer> all = new Waiting<>(() -> epoll.await(events)).parked();
            Path file = Files.createTempFile("pollux", ".json");
            Process dumping = new ProcessBuilder(jcmd.toString(),
                    Long.toString(ProcessHandle.current().pid()), "Thread.dump_to_file", "-overwrite", "-format=json",
                    file.toString()).redirectErrorStream(true).start();
            String said = new String(dumping.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, dumping.waitFor(), said);
            String dump = Files.readString(file);
            Files.delete(file);
            for (Object blocker : List.of(fd, epoll)) {
                assertTrue(dump.contains(Objects.toIdentityString(blocker)), () -> blocker + " is not in the dump");
            }
            assertTrue(dump.contains("pollux-sub-poller"), "what lets the others wait");
            fd.write(1);
            assertEquals(POLLIN, one.result());
            assertEquals(1, all.result());
        }
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
    void anInterruptEndsWhatAPlatformThreadWaitsForUnlessSomethingIsReady() throws Exception {
        List<Kind> kinds = new ArrayList<>(endless());
        kinds.addAll(timed(Long.MAX_VALUE));
        for (Kind kind : kinds) {
            try (EventFd fd = EventFd.create(); Arena arena = Arena.ofShared()) {
                Callable<Integer> interrupted = () -> {
                    try {
                        return kind.await(arena, fd);
                    } catch (InterruptedIOException e) {
                        assertTrue(Thread.interrupted(), "the status is kept");
                        return -1;
                    }
                };
                Callable<Integer> before = () -> {
                    Thread.currentThread().interrupt();
                    return interrupted.call();
                };
                assertEquals(-1, new Waiting<>(before).result());
                Waiting<Integer> waiting = new Waiting<>(interrupted).parked();
                waiting.thread.interrupt();
                assertEquals(-1, waiting.result());
                fd.write(1);
                assertEquals(1, new Waiting<>(before).result());
            }
        }
        awaitTrue(() -> Thread.getAllStackTraces().entrySet().stream().noneMatch(t ->
                t.getKey().getName().startsWith("pollux-wait-") && Arrays.stream(t.getValue()).anyMatch(frame ->
                        frame.getClassName().startsWith("dev.pollux.internal.Libc"))));
    }

    @Test
    void anInterruptLeavesTheArraysAndSetsAsTheyWere() throws Exception {
        try (EventFd fd = EventFd.create(); EventFd ready = EventFd.create(1, 0); Arena arena = Arena.ofShared()) {
            FdSet reading = FdSet.allocate(arena);
            FdSet exceptional = FdSet.allocate(arena);
            reading.set(fd);
            exceptional.set(ready);
            Waiting<Integer> select = new Waiting<>(() -> Select.await(reading, null, exceptional)).parked();
            select.thread.interrupt();
            assertInstanceOf(InterruptedIOException.class, select.thrown());
            assertTrue(reading.isSet(fd) && exceptional.isSet(ready));
            // as many as fit, one of them not open, one ignored, one twice
            PollFds fds = PollFds.allocate(arena, 4);
            fds.add(fd, POLLIN);
            fds.add(ready, POLLPRI);
            fds.add(fd, POLLIN);
            fds.add(Fd.borrow(1000), POLLIN);
            fds.ignore(3, true);
            Waiting<Integer> poll = new Waiting<>(() -> Poll.await(fds)).parked();
            poll.thread.interrupt();
            assertInstanceOf(InterruptedIOException.class, poll.thrown());
            Waiting<Integer> again = new Waiting<>(() -> Poll.await(fds)).parked();
            fd.write(1);
            assertEquals(2, again.result());
            assertEquals(List.of(POLLIN, 0, POLLIN, 0), List.of(fds.revents(0), fds.revents(1), fds.revents(2),
                    fds.revents(3)));
            onVirtualThread(() -> {
                assertEquals(1, Select.await(reading, null, exceptional));
                assertTrue(reading.isSet(fd) && !exceptional.isSet(ready));
                fd.read();
                assertEquals(0, Select.awaitNanos(reading, null, exceptional, 1_000_000));
                assertFalse(reading.isSet(fd));
                return null;
            });
        }
    }

    @Test
    void openingAFifoLeavesTheCarrierToWhoOpensItsOtherEnd() throws Exception {
        Path fifo = fifo();
        List<Waiting<Fd>> readers = new ArrayList<>();
        Fd directory = Fcntl.open(fifo.getParent(), Fcntl.O_PATH);
        for (int i = 0; i < MORE_THAN_CARRIERS; i++) {
            readers.add(new Waiting<>(() -> Fcntl.open(fifo, Fcntl.O_RDONLY)));
            readers.add(new Waiting<>(() -> Fcntl.openat(directory, fifo.getFileName(), Fcntl.O_RDONLY)));
        }
        try (Fd _ = new Waiting<>(() -> Fcntl.open(fifo, Fcntl.O_WRONLY)).result()) {
            for (Waiting<Fd> reader : readers) {
                reader.result().close();
            }
        }
    }

    /** What the call opens after that is nobody's, and closed. */
    @Test
    void anInterruptEndsOpeningAFifoAndNothingIsLeftOpen() throws Exception {
        Path fifo = fifo();
        Waiting<Fd> reader = new Waiting<>(() -> Fcntl.open(fifo, Fcntl.O_RDONLY)).parked();
        // the other side can be opened once this one is waiting for it
        awaitTrue(() -> {
            try (Fd _ = Fcntl.open(fifo, Fcntl.O_WRONLY | Fcntl.O_NONBLOCK)) {
                return true;
            } catch (ErrnoException e) {
                assertEquals(Errno.ENXIO, e.errno());
                return false;
            }
        });
        reader.result().close();
        Waiting<Fd> interrupted = new Waiting<>(() -> Fcntl.open(fifo, Fcntl.O_RDONLY)).parked();
        interrupted.thread.interrupt();
        assertInstanceOf(InterruptedIOException.class, interrupted.thrown());
        try (Fd writer = Fcntl.open(fifo, Fcntl.O_WRONLY)) {
            assertEquals(Poll.POLLERR, writer.await(0), "its reader is gone again");
        }
    }

    @Test
    void anInterruptGivesUpOpeningFromADirectoryAndWhoIsLeftBehindKeepsItsNumber() throws Exception {
        Path fifo = fifo();
        Fd directory = Fcntl.open(fifo.getParent(), Fcntl.O_PATH);
        int number = directory.fd();
        Waiting<Fd> opening = new Waiting<>(() -> Fcntl.openat(directory, fifo.getFileName(), Fcntl.O_RDONLY)).parked();
        awaitUsers(directory, 1);
        opening.thread.interrupt();
        assertInstanceOf(InterruptedIOException.class, opening.thrown());
        directory.close();
        assertTrue(isOpen(number));
        try (Fd writer = Fcntl.open(fifo, Fcntl.O_WRONLY)) {
            assertEquals(Poll.POLLERR, writer.await(0), "its reader is gone again");
        }
        awaitTrue(() -> !isOpen(number));
    }

    private static Path fifo() throws Exception {
        Path fifo = Files.createTempDirectory("fifo").resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        fifo.getParent().toFile().deleteOnExit();
        fifo.toFile().deleteOnExit();
        return fifo;
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
    void aSharedArenaClosedDuringAWaitIsAnException() throws Exception {
        try (EventFd fd = EventFd.create(); Epoll epoll = Epoll.create()) {
            epoll.add(fd, EPOLLIN);
            Arena arena = Arena.ofShared();
            EpollEvents events = EpollEvents.allocate(arena, 1);
            Waiting<Integer> waiting = new Waiting<>(() -> epoll.await(events)).parked();
            arena.close();
            fd.write(1);
            assertInstanceOf(IllegalStateException.class, waiting.thrown());
            Arena used = Arena.ofShared();
            PollFds fds = PollFds.allocate(used, 1);
            fd.read();
            fds.add(fd, POLLIN);
            Waiting<Integer> poll = new Waiting<>(() -> Poll.await(fds)).parked();
            used.close();
            fd.write(1);
            assertInstanceOf(IllegalStateException.class, poll.thrown());
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
}
