package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLNVAL;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.read;
import static dev.pollux.Support.startAsleep;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousCloseException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Numbers and what is behind them: duplicates, events of the past, descriptors closed behind their owner's back. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StaleNumberTest {
    private static final int HIGH = 905;

    private Arena arena;
    private Epoll epoll;
    private EpollEvents events;

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        epoll = Epoll.create();
        events = EpollEvents.allocate(arena, 16);
    }

    @AfterEach
    void close() throws IOException {
        epoll.close();
        arena.close();
    }

    /** What is ready now: one event, or -1 for none. */
    private int ready() throws IOException {
        int n = epoll.poll(events);
        assertTrue(n == 0 || n == 1, () -> events.toString());
        return n == 0 ? -1 : events.events(0);
    }

    /** What another part of the program does that has no right to it. */
    private static void closeBehindItsOwnersBack(int number) throws IOException {
        Fd.adopt(number).close();
    }

    // duplicates

    @Test
    void closingTheLastDuplicateRemoves() throws IOException {
        EventFd fd = EventFd.create(1, 0);
        epoll.add(fd, EPOLLIN);
        assertEquals(EPOLLIN, ready());
        fd.close();
        assertEquals(-1, ready());
    }

    @Test
    void closingWithoutRemovingLeavesTheEventsOfADuplicateBehind() throws IOException {
        try (Pipe pipe = Pipe.create(); Fd keepsItOpen = Fcntl.dup(pipe.reader())) {
            Fd closedTooEarly = dupTo(pipe.reader(), HIGH);
            epoll.add(closedTooEarly, EPOLLIN, 42);
            closedTooEarly.close();
            write(pipe.writer(), "x");
            assertEquals(EPOLLIN, ready());
            assertEquals(42, events.data(0));
            // nothing can be done about it by that number, or by another
            assertErrno(Errno.EBADF, () -> epoll.remove(Fd.borrow(HIGH)));
            assertErrno(Errno.ENOENT, () -> epoll.remove(keepsItOpen));
            assertEquals(EPOLLIN, ready());
            // but by both together: the same open file under the same number
            try (Fd again = dupTo(keepsItOpen, HIGH)) {
                epoll.remove(again);
            }
            assertEquals(-1, ready());
        }
    }

    @Test
    void removingBeforeClosingLeavesNothingBehind() throws IOException {
        try (Pipe pipe = Pipe.create(); Fd dup = Fcntl.dup(pipe.reader())) {
            epoll.add(pipe.reader(), EPOLLIN);
            epoll.remove(pipe.reader());
            pipe.reader().close();
            write(pipe.writer(), "x");
            assertEquals(-1, ready());
            assertEquals("x", read(dup));
        }
    }

    // events of the past

    @Test
    void aNumberUsedAgainIsToldApartByItsData() throws IOException {
        try (Pipe first = Pipe.create(); Pipe second = Pipe.create(); EventFd earlier = EventFd.create()) {
            long generation = 1L << 32;
            Fd old = dupTo(first.reader(), HIGH);
            epoll.add(earlier, EPOLLIN, 0);
            epoll.add(old, EPOLLIN, generation | HIGH);
            earlier.write(1);
            write(first.writer(), "x");
            assertEquals(2, epoll.await(events));
            assertEquals(0, events.data(0));
            // handling the first event of the batch closes what the second one is about
            epoll.remove(old);
            old.close();
            try (Fd successor = dupTo(second.reader(), HIGH)) {
                epoll.add(successor, EPOLLIN, 2 * generation | HIGH);
                assertEquals(HIGH, events.fd(1));
                assertEquals(generation | HIGH, events.data(1));
                write(second.writer(), "y");
                epoll.remove(earlier);
                assertEquals(EPOLLIN, ready());
                assertEquals(HIGH, events.fd(0));
                assertEquals(2 * generation | HIGH, events.data(0));
            }
        }
    }

    // closed behind the owner's back

    @Test
    void itsOwnerIsTold() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            Fd owner = dupTo(pipe.reader(), HIGH);
            closeBehindItsOwnersBack(HIGH);
            assertErrno(Errno.EBADF, () -> owner.read(arena.allocate(8)));
            ErrnoException thrown = assertErrno(Errno.EBADF, owner::close);
            assertEquals("close(fd=" + HIGH + ")", thrown.call());
            assertTrue(thrown.getMessage().contains("owner's back"), thrown.getMessage());
            assertFalse(owner.isOpen());
            owner.close();
        }
    }

    @Test
    void itsOwnerIsNotToldOnceTheNumberIsAnothers() throws IOException {
        try (Pipe first = Pipe.create(); Pipe second = Pipe.create()) {
            Fd owner = dupTo(first.reader(), HIGH);
            closeBehindItsOwnersBack(HIGH);
            Fd successor = dupTo(second.reader(), HIGH);
            write(second.writer(), "y");
            assertEquals("y", read(owner));
            owner.close();
            assertErrno(Errno.EBADF, successor::close);
        }
    }

    @Test
    void anEpollForgetsItAndSaysNothing() throws Exception {
        EventFd watched;
        try (EventFd lower = EventFd.create(1, 0)) {
            watched = EventFd.adopt(dupTo(lower, HIGH).detach());
        }
        epoll.add(watched, EPOLLIN);
        assertEquals(EPOLLIN, ready());
        closeBehindItsOwnersBack(HIGH);
        assertEquals(-1, ready());
        assertErrno(Errno.EBADF, () -> epoll.modify(watched, EPOLLIN, watched.fd()));
        assertErrno(Errno.EBADF, () -> epoll.remove(watched));
        try (EventFd other = EventFd.create(1, 0); Fd successor = dupTo(other, HIGH)) {
            assertEquals(HIGH, successor.fd());
            assertErrno(Errno.ENOENT, () -> epoll.modify(watched, EPOLLIN, watched.fd()));
            assertErrno(Errno.ENOENT, () -> epoll.remove(watched));
        }
        assertErrno(Errno.EBADF, watched::close);
    }

    @Test
    void pollAndSelectSayThatItIsNotOpen() throws IOException {
        try (EventFd fd = EventFd.create(1, 0)) {
            Fd watched = dupTo(fd, HIGH);
            PollFds fds = PollFds.allocate(arena, 1);
            fds.add(watched, POLLIN);
            FdSet set = FdSet.allocate(arena);
            set.set(watched);
            closeBehindItsOwnersBack(HIGH);
            assertEquals(1, Poll.await(fds));
            assertEquals(POLLNVAL, fds.revents(0));
            assertErrno(Errno.EBADF, () -> Select.await(set, null, null));
            assertTrue(set.isSet(HIGH));
            assertErrno(Errno.EBADF, watched::close);
        }
    }

    @Test
    void aWaitGoesOnWhenWhatItWatchesIsClosed() throws Exception {
        PollFds fds = PollFds.allocate(arena, 2);
        FdSet set = FdSet.allocate(arena);
        assertGoesOn(() -> epoll.await(events), fd -> epoll.add(fd, EPOLLIN));
        assertEquals(1, events.size());
        assertGoesOn(() -> Poll.await(fds), fd -> fds.add(fd, POLLIN));
        assertEquals(POLLNVAL, fds.revents(0));
        assertEquals(POLLIN, fds.revents(1));
        // whether select tells of the number that is closed by now depends on the kernel
        assertGoesOn(() -> Select.await(set, null, null), set::set);
    }

    private interface Watch {
        void add(Fd fd) throws IOException;
    }

    private static void assertGoesOn(Support.Wait wait, Watch watch) throws Exception {
        try (EventFd idle = EventFd.create(); EventFd waker = EventFd.create()) {
            Fd watched = dupTo(idle, HIGH);
            watch.add(watched);
            watch.add(waker);
            FutureTask<Integer> waiter = startAsleep(wait::call);
            watched.close();
            assertFalse(isOpen(HIGH));
            Thread.sleep(20);
            assertFalse(waiter.isDone());
            waker.write(1);
            assertTrue(get(waiter) >= 1);
        }
    }

    @Test
    void anEpollItselfCannotWakeItsWaitersThen() throws Exception {
        try (EventFd fd = EventFd.create(); Epoll lower = Epoll.create()) {
            Epoll closing = Epoll.adopt(dupTo(lower, HIGH).detach());
            closing.add(fd, EPOLLIN);
            FutureTask<Integer> waiter = startAsleep(() -> closing.await(events));
            closeBehindItsOwnersBack(HIGH);
            assertErrno(Errno.EBADF, () -> closing.poll(EpollEvents.allocate(arena, 1)));
            closing.close();
            Thread.sleep(20);
            assertFalse(waiter.isDone());
            fd.write(1);
            assertInstanceOf(AsynchronousCloseException.class,
                    assertThrows(ExecutionException.class, () -> get(waiter)).getCause());
        }
    }
}
