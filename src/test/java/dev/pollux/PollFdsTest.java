package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Support.assertClosed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.generated.pollfd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class PollFdsTest {
    private Arena arena;
    private PollFds fds;

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
        fds = PollFds.allocate(arena, 4);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private void fill() {
        for (int i = 0; i < 4; i++) {
            assertEquals(i, fds.add(Fd.borrow(1000 + i), i + 1));
        }
    }

    @Test
    void aNewArrayIsEmpty() {
        assertEquals(4, fds.capacity());
        assertEquals(0, fds.size());
        assertEquals(4 * pollfd.sizeof(), fds.segment().byteSize());
        assertEquals("PollFds[]", fds.toString());
    }

    @Test
    void theCapacityIsAtLeastOne() {
        for (int capacity : new int[] {0, -1, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> PollFds.allocate(arena, capacity));
        }
    }

    @Test
    void entriesAreAppended() {
        fill();
        assertEquals(4, fds.size());
        for (int i = 0; i < 4; i++) {
            assertEquals(1000 + i, fds.fd(i));
            assertEquals(i + 1, fds.events(i));
            assertEquals(0, fds.revents(i));
        }
    }

    @Test
    void nextGoesThroughThoseOfWhichSomethingWasFound() {
        fill();
        assertEquals(-1, fds.next(0));
        for (int i : new int[] {1, 3}) {
            fds.segment().set(ValueLayout.JAVA_SHORT, i * pollfd.sizeof() + pollfd.revents$offset(), (short) 0x8000);
        }
        assertEquals(1, fds.next(0));
        assertEquals(1, fds.next(1));
        assertEquals(3, fds.next(2));
        assertEquals(-1, fds.next(4));
        assertEquals(-1, fds.next(Integer.MAX_VALUE));
        assertThrows(IndexOutOfBoundsException.class, () -> fds.next(-1));
        fds.remove(3);
        assertEquals(-1, fds.next(2));
    }

    @Test
    void aFullArrayTakesNoMore() {
        fill();
        String message = assertThrows(IllegalStateException.class, () -> fds.add(Fd.borrow(0), POLLIN)).getMessage();
        assertTrue(message.contains("4"), message);
        assertEquals(4, fds.size());
        fds.remove(0);
        assertEquals(3, fds.add(Fd.borrow(0), POLLIN));
    }

    @Test
    void removingPutsTheLastEntryInTheGap() {
        fill();
        fds.remove(1);
        assertEquals(3, fds.size());
        assertEquals(1003, fds.fd(1));
        assertEquals(4, fds.events(1));
        fds.remove(2);
        assertEquals(2, fds.size());
        assertEquals(1000, fds.fd(0));
        assertEquals(1003, fds.fd(1));
        fds.remove(0);
        assertEquals(1003, fds.fd(0));
        fds.remove(0);
        assertEquals(0, fds.size());
    }

    @Test
    void removingTakesTheResultAlong() throws IOException {
        try (EventFd ready = EventFd.create(1, 0); EventFd idle = EventFd.create()) {
            fds.add(idle, POLLIN);
            fds.add(ready, POLLIN);
            assertEquals(1, Poll.poll(fds));
            fds.remove(0);
            assertEquals(POLLIN, fds.revents(0));
        }
    }

    @Test
    void settingReplacesAnEntryAndItsResult() throws IOException {
        try (EventFd ready = EventFd.create(1, 0)) {
            fds.add(ready, POLLIN);
            fds.ignore(fds.add(ready, POLLIN), true);
            assertEquals(1, Poll.poll(fds));
            fds.set(0, Fd.borrow(5), POLLOUT);
            assertEquals(5, fds.fd(0));
            assertEquals(POLLOUT, fds.events(0));
            assertEquals(0, fds.revents(0));
            fds.set(1, ready, POLLIN);
            assertFalse(fds.isIgnored(1));
        }
    }

    @Test
    void eventsCanBeChanged() {
        fill();
        fds.setEvents(2, POLLOUT);
        assertEquals(POLLOUT, fds.events(2));
        assertEquals(2, fds.events(1));
        assertEquals(4, fds.events(3));
        assertEquals(1002, fds.fd(2));
    }

    @Test
    void ignoringKeepsTheEntry() {
        fds.add(Fd.borrow(0), POLLIN);
        fds.add(Fd.borrow(Integer.MAX_VALUE), POLLIN);
        for (int i = 0; i < 2; i++) {
            int number = fds.fd(i);
            assertFalse(fds.isIgnored(i));
            for (boolean ignored : new boolean[] {false, true, true, false}) {
                fds.ignore(i, ignored);
                assertEquals(ignored, fds.isIgnored(i));
                assertEquals(number, fds.fd(i));
                assertEquals(POLLIN, fds.events(i));
            }
        }
    }

    @Test
    void clearingEmptiesIt() {
        fill();
        fds.clear();
        assertEquals(0, fds.size());
        assertThrows(IndexOutOfBoundsException.class, () -> fds.fd(0));
        fill();
        assertEquals(4, fds.size());
    }

    @Test
    void onlyEntriesInUseCanBeReached() {
        fds.add(Fd.borrow(0), POLLIN);
        fds.add(Fd.borrow(1), POLLIN);
        for (int index : new int[] {-1, 2, 3, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            for (Executable call : new Executable[] {() -> fds.fd(index), () -> fds.events(index),
                () -> fds.revents(index), () -> fds.setEvents(index, POLLIN), () -> fds.set(index, Fd.borrow(0), 0),
                () -> fds.remove(index), () -> fds.ignore(index, true), () -> fds.isIgnored(index)}) {
                assertThrows(IndexOutOfBoundsException.class, call);
            }
        }
        assertEquals(2, fds.size());
    }

    // CPython test_poll test_poll3, test_poll_c_limits
    @Test
    void aMaskBeyond16BitsIsRefused() {
        fds.add(Fd.borrow(7), 0xffff);
        assertEquals(0xffff, fds.events(0));
        for (int mask : new int[] {0x10000, -1, Epoll.EPOLLET, Epoll.EPOLLONESHOT | POLLIN}) {
            assertThrows(IllegalArgumentException.class, () -> fds.add(Fd.borrow(8), mask));
            assertThrows(IllegalArgumentException.class, () -> fds.set(0, Fd.borrow(8), mask));
            assertThrows(IllegalArgumentException.class, () -> fds.setEvents(0, mask));
        }
        assertEquals(1, fds.size());
        assertEquals(7, fds.fd(0));
        assertEquals(0xffff, fds.events(0));
    }

    @Test
    void closedDescriptorsAreRefused() throws IOException {
        EventFd closed = EventFd.create();
        closed.close();
        fds.add(Fd.borrow(7), POLLIN);
        assertClosed(() -> fds.add(closed, POLLIN));
        assertClosed(() -> fds.set(0, closed, POLLIN));
        assertEquals(1, fds.size());
        assertEquals(7, fds.fd(0));
    }

    @Test
    void theTextShowsEachEntry() throws IOException {
        try (EventFd ready = EventFd.create(1, 0)) {
            fds.add(ready, POLLIN | POLLOUT);
            fds.ignore(fds.add(Fd.borrow(3), 0), true);
            Poll.poll(fds);
            assertEquals("PollFds[fd=" + ready.fd() + " POLLIN|POLLOUT -> POLLIN|POLLOUT, fd=3 ignored 0 -> 0]",
                    fds.toString());
        }
    }
}
