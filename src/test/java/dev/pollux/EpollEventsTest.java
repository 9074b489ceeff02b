package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pollux.internal.EpollEvent;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollEventsTest {
    /** An arena whose one allocation lies between guard bytes. */
    private static class Guarded implements Arena {
        private static final int GUARD = 64;
        private static final byte PATTERN = 0x5a;

        private final Arena arena;
        private MemorySegment whole = MemorySegment.NULL;
        private long used;

        Guarded(Arena arena) {
            this.arena = arena;
        }

        @Override
        public MemorySegment allocate(long byteSize, long byteAlignment) {
            used = byteSize;
            whole = arena.allocate(byteSize + 2 * GUARD, byteAlignment).fill(PATTERN);
            return whole.asSlice(GUARD, byteSize);
        }

        void assertUntouched() {
            for (long i = 0; i < GUARD; i++) {
                assertEquals(PATTERN, whole.get(ValueLayout.JAVA_BYTE, i));
                assertEquals(PATTERN, whole.get(ValueLayout.JAVA_BYTE, GUARD + used + i));
            }
        }

        @Override
        public MemorySegment.Scope scope() {
            return arena.scope();
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aNewArrayIsEmpty() {
        try (Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 3);
            assertEquals(3, events.capacity());
            assertEquals(0, events.size());
            assertEquals(3 * EpollEvent.SIZE, events.segment().byteSize());
            assertThrows(IndexOutOfBoundsException.class, () -> events.events(0));
            assertEquals("EpollEvents[]", events.toString());
        }
    }

    // LTP epoll_wait03
    @Test
    void theCapacityHasBounds() {
        try (Arena arena = Arena.ofConfined()) {
            for (int capacity : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE,
                (int) (Integer.MAX_VALUE / EpollEvent.SIZE) + 1}) {
                assertThrows(IllegalArgumentException.class, () -> EpollEvents.allocate(arena, capacity));
            }
        }
    }

    @Test
    void onlyWhatTheLastWaitReturnedCanBeRead() throws IOException {
        try (Epoll epoll = Epoll.create(); EventFd first = EventFd.create(1, EventFd.EFD_NONBLOCK);
                EventFd second = EventFd.create(1, 0); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 8);
            epoll.add(first, EPOLLIN, 1);
            epoll.add(second, EPOLLIN, 2);
            assertEquals(2, epoll.poll(events));
            assertEquals(3, events.data(0) + events.data(1));
            for (int index : new int[] {-1, 2, 7, 8, Integer.MAX_VALUE}) {
                assertThrows(IndexOutOfBoundsException.class, () -> events.events(index));
                assertThrows(IndexOutOfBoundsException.class, () -> events.data(index));
                assertThrows(IndexOutOfBoundsException.class, () -> events.fd(index));
            }
            first.read();
            assertEquals(1, epoll.poll(events));
            assertEquals(2, events.data(0));
            assertThrows(IndexOutOfBoundsException.class, () -> events.data(1));
            epoll.remove(second);
            assertEquals(0, epoll.poll(events));
            assertThrows(IndexOutOfBoundsException.class, () -> events.data(0));
        }
    }

    @Test
    void aFailedWaitLeavesNothingToRead() throws IOException {
        try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create(1, 0); Arena arena = Arena.ofConfined();
                Epoll noEpoll = Epoll.adopt(Fcntl.dup(fd).fd())) {
            EpollEvents events = EpollEvents.allocate(arena, 8);
            epoll.add(fd, EPOLLIN);
            assertEquals(1, epoll.poll(events));
            assertErrno(Errno.EINVAL, () -> noEpoll.poll(events));
            assertEquals(0, events.size());
            assertThrows(IndexOutOfBoundsException.class, () -> events.data(0));
        }
    }

    @Test
    void unknownBitsAreKept() {
        try (Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 2);
            EpollEvent.set(events.segment(), 1, 0xdeadbeef, -1);
            events.size(2);
            assertEquals(0xdeadbeef, events.events(1));
            assertEquals(0, events.events(0));
            assertEquals(-1, events.fd(1));
        }
    }

    // LTP epoll_wait13
    @Test
    void nothingIsWrittenBeyondTheCapacity() throws IOException {
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined(); EventFd fd = EventFd.create(1, 0);
                Fd second = Fcntl.dup(fd); Fd third = Fcntl.dup(fd); Fd fourth = Fcntl.dup(fd)) {
            for (Fd each : new Fd[] {fd, second, third, fourth}) {
                epoll.add(each, EPOLLIN, -1);
            }
            Guarded guarded = new Guarded(arena);
            EpollEvents events = EpollEvents.allocate(guarded, 3);
            assertEquals(3, epoll.poll(events));
            assertEquals(3, epoll.awaitNanos(events, 1_000_000));
            guarded.assertUntouched();
            assertEquals(-1, events.data(2));
        }
    }

    @Test
    void anArenaThatHandsOutSomethingElseIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            Arena heap = new Guarded(arena) {
                @Override
                public MemorySegment allocate(long byteSize, long byteAlignment) {
                    return MemorySegment.ofArray(new long[(int) byteSize]);
                }
            };
            assertThrows(IllegalArgumentException.class, () -> EpollEvents.allocate(heap, 1));
            Arena stingy = new Guarded(arena) {
                @Override
                public MemorySegment allocate(long byteSize, long byteAlignment) {
                    return arena.allocate(byteSize - 1, byteAlignment);
                }
            };
            assertThrows(IllegalArgumentException.class, () -> EpollEvents.allocate(stingy, 1));
        }
    }

    @Test
    void memoryOfAClosedArenaIsNotWaitedWith() throws IOException {
        try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create(1, 0)) {
            epoll.add(fd, EPOLLIN);
            EpollEvents events;
            try (Arena arena = Arena.ofShared()) {
                events = EpollEvents.allocate(arena, 8);
                assertEquals(1, epoll.poll(events));
            }
            assertThrows(IllegalStateException.class, () -> epoll.poll(events));
        }
    }

    @Test
    void anotherThreadsConfinedArrayIsRefusedAndLeftAlone() throws Exception {
        try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create(1, 0); Arena arena = Arena.ofConfined()) {
            epoll.add(fd, EPOLLIN);
            EpollEvents events = EpollEvents.allocate(arena, 8);
            assertEquals(1, epoll.poll(events));
            get(start(() -> assertThrows(WrongThreadException.class, () -> epoll.poll(events))));
            assertEquals(1, events.size());
            assertEquals(fd.fd(), events.fd(0));
        }
    }

    @Test
    void theTextShowsEachEvent() throws IOException {
        try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create(1, 0); Arena arena = Arena.ofConfined()) {
            epoll.add(fd, EPOLLIN, -2);
            EpollEvents events = EpollEvents.allocate(arena, 8);
            epoll.poll(events);
            assertEquals("EpollEvents[EPOLLIN data=0xfffffffffffffffe]", events.toString());
            try (Fd second = Fcntl.dup(fd)) {
                epoll.add(second, EPOLLIN, -2);
                epoll.poll(events);
                assertEquals("EpollEvents[EPOLLIN data=0xfffffffffffffffe, EPOLLIN data=0xfffffffffffffffe]",
                        events.toString());
            }
        }
    }
}
