package dev.pollux;

import static dev.pollux.Poll.POLLERR;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EventFdTest {
    /** 2^64 - 2, as C's unsigned numbers go. */
    private static final long MAXIMUM = -2;

    @Test
    void writesAddUpAndAReadTakesAll() throws IOException {
        try (EventFd fd = EventFd.create()) {
            assertEquals(0, fd.read());
            assertTrue(fd.write(1));
            assertTrue(fd.write(41));
            assertTrue(fd.write(0));
            assertEquals(42, fd.read());
            assertEquals(0, fd.read());
        }
    }

    @Test
    void theCounterIsUnsigned() throws IOException {
        try (EventFd fd = EventFd.create(-1, EventFd.EFD_NONBLOCK)) {
            assertEquals(0xffffffffL, fd.read());
            assertTrue(fd.write(Long.MIN_VALUE));
            assertEquals(Long.MIN_VALUE, fd.read());
            assertTrue(fd.write(0x0123456789abcdefL));
            assertEquals(0x0123456789abcdefL, fd.read());
        }
    }

    @Test
    void theLargestNumberIsRefused() throws IOException {
        try (EventFd fd = EventFd.create()) {
            ErrnoException thrown = assertErrno(Errno.EINVAL, () -> fd.write(-1));
            assertTrue(thrown.call().contains("18446744073709551615"), thrown.call());
            assertEquals(0, fd.read());
        }
    }

    @Test
    void atItsMaximumItStaysAsItIsAndReadable() throws IOException {
        try (EventFd fd = EventFd.create()) {
            assertTrue(fd.write(MAXIMUM));
            assertFalse(fd.write(1));
            assertFalse(fd.write(MAXIMUM));
            assertTrue(fd.write(0));
            assertEquals(POLLIN, ready(fd, POLLIN | POLLOUT) & ~POLLERR);
            assertEquals(MAXIMUM, fd.read());
            assertEquals(POLLOUT, ready(fd, POLLIN | POLLOUT));
        }
    }

    @Test
    void aSemaphoreGivesOneAtATime() throws IOException {
        try (EventFd fd = EventFd.create(2, EventFd.EFD_SEMAPHORE | EventFd.EFD_NONBLOCK)) {
            assertTrue(fd.write(1));
            assertEquals(1, fd.read());
            assertEquals(1, fd.read());
            assertEquals(1, fd.read());
            assertEquals(0, fd.read());
        }
    }

    // mio waker waker_multiple_wakeups_same_thread; polling notify simple
    @Test
    void wakeUpsFromSeveralThreadsBeforeTheWaitAreOneEvent() throws Exception {
        try (EventFd waker = EventFd.create(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 4);
            epoll.add(waker, Epoll.EPOLLIN);
            for (int i = 0; i < 10; i++) {
                List<FutureTask<Boolean>> threads =
                        List.of(start(() -> waker.write(1)), start(() -> waker.write(1)), start(() -> waker.write(1)));
                for (FutureTask<Boolean> thread : threads) {
                    assertTrue(get(thread));
                }
                assertEquals(1, epoll.await(events));
                assertEquals(waker.fd(), events.fd(0));
                assertEquals(3, waker.read());
                assertEquals(0, epoll.poll(events));
            }
        }
    }

    // mio waker waker, waker_multiple_wakeups_different_thread
    @Test
    void anEdgeTriggeredOneWakesAtEveryWriteWithoutBeingRead() throws Exception {
        try (EventFd waker = EventFd.create(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofShared()) {
            EpollEvents events = EpollEvents.allocate(arena, 4);
            epoll.add(waker, Epoll.EPOLLIN | Epoll.EPOLLET);
            for (int i = 0; i < 10; i++) {
                FutureTask<Integer> waiter = start(() -> epoll.await(events));
                awaitUsers(epoll, 1);
                assertTrue(waker.write(1));
                assertEquals(1, get(waiter));
                assertEquals(0, epoll.poll(events));
            }
            assertEquals(10, waker.read());
        }
    }

    @Test
    void aNumberThatIsNoEventFdGivesNoValueOfAnEarlierCall() throws IOException {
        try (Pipe pipe = Pipe.create(); EventFd eventFd = EventFd.create()) {
            eventFd.write(0x102030405000000L);
            eventFd.read();
            Support.write(pipe.writer(), "abc");
            EventFd wrong = EventFd.borrow(pipe.reader().fd());
            assertThrows(IllegalStateException.class, wrong::read);
            pipe.writer().close();
            assertThrows(IllegalStateException.class, wrong::read);
            assertErrno(Errno.EBADF, () -> wrong.write(1));
            assertErrno(Errno.EBADF, EventFd.borrow(Integer.MAX_VALUE)::read);
        }
    }

    @Test
    void theFlagsAreThoseAskedFor() throws IOException {
        try (EventFd usual = EventFd.create(); EventFd plain = EventFd.create(0, 0)) {
            assertTrue(Fcntl.isCloseOnExec(usual) && Fcntl.isNonBlocking(usual));
            assertFalse(Fcntl.isCloseOnExec(plain) || Fcntl.isNonBlocking(plain));
        }
        ErrnoException thrown = assertErrno(Errno.EINVAL, () -> EventFd.create(-1, 1 << 30));
        assertEquals("eventfd(4294967295, flags=010000000000)", thrown.call());
    }

    @Test
    void bytesThatAreNoNumberAreRefused() throws IOException {
        try (EventFd fd = EventFd.create(); Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16);
            assertErrno(Errno.EINVAL, () -> fd.write(buffer.asSlice(0, 7)));
            buffer.set(ValueLayout.JAVA_LONG, 0, 3);
            assertEquals(8, fd.write(buffer.asSlice(0, 8)));
            assertErrno(Errno.EINVAL, () -> fd.read(buffer.asSlice(0, 7)));
            assertEquals(3, fd.read());
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        EventFd fd = EventFd.create();
        fd.close();
        assertClosed(fd::read);
        assertClosed(() -> fd.write(1));
    }
}
