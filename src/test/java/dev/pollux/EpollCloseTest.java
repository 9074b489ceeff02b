package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.generated.epoll_h;
import dev.pollux.internal.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Closing an epoll, while threads wait and while none does; many at once are in {@link CloseStressTest}. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollCloseTest {
    private static final int HIGH = 904;
    private static final int ADD = epoll_h.EPOLL_CTL_ADD();
    private static final String DONE = "done";

    private Arena arena;

    @BeforeEach
    void open() {
        arena = Arena.ofShared();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static void assertEndsAsClosed(FutureTask<Integer> waiter) {
        assertInstanceOf(AsynchronousCloseException.class,
                assertThrows(ExecutionException.class, () -> get(waiter)).getCause());
    }

    @Test
    void closeWakesEveryWaiterAndFreesTheNumber() throws Exception {
        SigSet mask = SigSet.full(arena);
        EpollEvents events = EpollEvents.allocate(arena, 4);
        try (EventFd fd = EventFd.create(); Epoll other = Epoll.create()) {
            Epoll closing = Epoll.adopt(dupTo(other, HIGH).detach());
            closing.add(fd, EPOLLIN);
            List<FutureTask<Integer>> waiters = new ArrayList<>();
            waiters.add(start(() -> closing.await(EpollEvents.allocate(arena, 1))));
            waiters.add(start(() -> closing.await(EpollEvents.allocate(arena, 4), Duration.ofDays(1))));
            waiters.add(start(() -> closing.await(EpollEvents.allocate(arena, 4), mask)));
            waiters.add(start(() -> closing.awaitNanos(EpollEvents.allocate(arena, 4), Long.MAX_VALUE, mask)));
            awaitUsers(closing, 4);
            closing.close();
            assertFalse(closing.isOpen());
            for (FutureTask<Integer> waiter : waiters) {
                assertEndsAsClosed(waiter);
            }
            assertFalse(isOpen(HIGH));
            // what woke them is gone as well
            assertEquals(0, other.poll(events));
            fd.write(1);
            assertEquals(1, other.poll(events));
            assertEquals(fd.fd(), events.fd(0));
        }
    }

    @Test
    void closeWithoutAWaiterFreesTheNumberAtOnce() throws IOException {
        try (Epoll other = Epoll.create()) {
            Epoll closing = Epoll.adopt(dupTo(other, HIGH).detach());
            closing.close();
            assertFalse(isOpen(HIGH));
            closing.close();
            assertEquals("Epoll[fd=" + HIGH + ", closed]", closing.toString());
        }
    }

    private static int[] noRoom() {
        return new int[] {Errno.ENOSPC, Errno.ENOMEM};
    }

    /** Where there is room for nothing more, the kernel takes back what is removed. */
    @ParameterizedTest
    @MethodSource("noRoom")
    void whereThereIsNoRoomForWhatWakesSomethingWatchedMakesIt(int errno) throws Exception {
        Refused.assumeAllowed();
        try (EventFd removed = EventFd.create(); EventFd watched = EventFd.create(); Epoll other = Epoll.create()) {
            Epoll closing = Epoll.adopt(dupTo(other, HIGH).detach());
            EventFd gone = EventFd.create();
            for (EventFd fd : List.of(watched, removed, gone)) {
                closing.add(fd, EPOLLIN);
            }
            closing.remove(removed);
            gone.close();
            List<FutureTask<Integer>> waiters = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                EpollEvents events = EpollEvents.allocate(arena, 1);
                waiters.add(start(() -> closing.await(events)));
            }
            awaitUsers(closing, 3);
            int[] room = {0};
            Refused.EPOLL_CTL.answered(args -> {
                if (args[1] == ADD && room[0] == 0) {
                    return -errno;
                }
                int result = control(args);
                room[0] += result < 0 ? 0 : args[1] == ADD ? -1 : 1;
                return result;
            }, closing::close);
            for (FutureTask<Integer> waiter : waiters) {
                assertEndsAsClosed(waiter);
            }
            assertFalse(isOpen(HIGH));
            assertEquals(0, other.poll(EpollEvents.allocate(arena, 1)));
        }
    }

    /** Nothing can make room then, nor will anything be found: the wait ends as it would have. */
    @Test
    void whereThereIsNoRoomAndNothingIsWatchedAWaiterLeavesByItself() throws Exception {
        Refused.assumeAllowed();
        EpollEvents events = EpollEvents.allocate(arena, 1);
        Epoll closing = Epoll.create();
        FutureTask<Integer> waiter = start(() -> closing.awaitNanos(events, 500_000_000));
        awaitUsers(closing, 1);
        int number = closing.fd();
        Refused.EPOLL_CTL.with(Errno.ENOSPC, closing::close);
        assertEndsAsClosed(waiter);
        assertFalse(isOpen(number));
    }

    /** What the kernel says to an eventfd in more than 500 epolls that are themselves in an epoll. */
    @Test
    void whereOneEventFdIsInTooManyEpollsAnotherWakes() throws Exception {
        Refused.assumeAllowed();
        EpollEvents events = EpollEvents.allocate(arena, 1);
        Epoll closing = Epoll.create();
        FutureTask<Integer> waiter = start(() -> closing.await(events));
        awaitUsers(closing, 1);
        int number = closing.fd();
        long[] refused = {-1};
        Refused.EPOLL_CTL.answered(args -> {
            if (args[1] == ADD && refused[0] < 0) {
                refused[0] = args[2];
            }
            return args[2] == refused[0] ? -Errno.EINVAL : control(args);
        }, closing::close);
        assertEndsAsClosed(waiter);
        assertFalse(isOpen(number));
    }

    private static int control(long[] args) {
        try (Arena arena = Arena.ofConfined()) {
            return Libc.epoll_ctl(arena.allocate(64, 8), (int) args[0], MemorySegment.ofAddress(args[1]), (int) args[2],
                    args[3]);
        }
    }

    @Test
    void manyEpollsThatOneEpollWatchesAreClosedUnderTheirWaiters() throws Exception {
        int many = 700;
        List<Epoll> inner = new ArrayList<>();
        List<FutureTask<Integer>> waiters = new ArrayList<>();
        try (Epoll outer = Epoll.create()) {
            for (int i = 0; i < many; i++) {
                Epoll epoll = Epoll.create();
                outer.add(epoll, EPOLLIN);
                inner.add(epoll);
                EpollEvents events = EpollEvents.allocate(arena, 1);
                waiters.add(start(() -> epoll.await(events)));
            }
            for (Epoll epoll : inner) {
                awaitUsers(epoll, 1);
            }
            for (Epoll epoll : inner) {
                epoll.close();
            }
            for (FutureTask<Integer> waiter : waiters) {
                assertEndsAsClosed(waiter);
            }
        }
    }

    @Test
    void atTheLimitOfOpenFilesEveryWaiterIsWoken() throws Exception {
        assertEquals(DONE, Child.run(Child.withOpenFiles(100, CloseWhenFull.class)));
    }

    @Test
    void theFirstOfAllOpensAnEventFdAndTheLastClosesIt() throws Exception {
        assertEquals(DONE, Child.run(Child.java(OneEventFd.class)));
    }

    /** Runs in a JVM of its own, whose descriptors it uses up. */
    static final class CloseWhenFull {
        private CloseWhenFull() { }

        public static void main(String[] args) throws Exception {
            // what this test itself will need, while classes can still be read from files
            ErrnoException.of(Errno.EMFILE, "rehearsal");
            assertEndsAsClosed(start(() -> {
                throw new AsynchronousCloseException();
            }));
            List<Fd> filling = new ArrayList<>();
            try (Arena arena = Arena.ofShared(); EventFd fd = EventFd.create(); Epoll first = Epoll.create()) {
                Epoll watching = Epoll.adopt(dupTo(first, 90).detach());
                watching.add(fd, EPOLLIN);
                List<FutureTask<Integer>> waiters = new ArrayList<>();
                waiters.add(start(() -> watching.await(EpollEvents.allocate(arena, 1))));
                waiters.add(start(() -> watching.await(EpollEvents.allocate(arena, 1), Duration.ofDays(1))));
                awaitUsers(watching, 2);
                assertEquals(Errno.EMFILE, fill(filling));
                watching.close();
                for (FutureTask<Integer> waiter : waiters) {
                    assertEndsAsClosed(waiter);
                }
                assertFalse(isOpen(90));
                assertEquals(0, first.poll(EpollEvents.allocate(arena, 1)));
            }
            // the two that were closed, and the eventfd that went with them
            filling.removeLast().close();
            assertEquals(Errno.EMFILE, fill(filling));
            filling.removeLast().close();
            // there is an epoll to be had, but nothing to wake its waiters by
            assertThrows(ErrnoException.class, Epoll::create);
            filling.removeLast().close();
            Epoll.create().close();
            System.out.print(DONE);
        }

        private static int fill(List<Fd> filling) throws IOException {
            for (;;) {
                try {
                    filling.add(EventFd.create());
                } catch (ErrnoException e) {
                    return e.errno();
                }
            }
        }
    }

    /** Runs in a JVM of its own, because others may have epolls. */
    static final class OneEventFd {
        private interface Accident {
            void happenTo(int number) throws IOException;
        }

        private OneEventFd() { }

        public static void main(String[] args) throws Exception {
            assertEquals(List.of(), eventFds());
            Epoll first = Epoll.create();
            List<Integer> one = eventFds();
            assertEquals(1, one.size());
            Fd eventfd = Fd.borrow(one.getFirst());
            assertTrue(Fcntl.isCloseOnExec(eventfd) && Fcntl.isNonBlocking(eventfd));
            assertErrno(Errno.EINVAL, () -> Epoll.create(-1));
            Epoll second = Epoll.create();
            first.close();
            assertEquals(one, eventFds());
            Epoll third = Epoll.adopt(second.detach());
            assertEquals(1, eventFds().size());
            Fd.adopt(third.detach()).close();
            assertEquals(List.of(), eventFds());
            Epoll.create().close();
            assertEquals(List.of(), eventFds());
            closeWhen(number -> Libc.close(number));
            closeWhen(number -> {
                Libc.close(number);
                assertEquals(number, EventFd.create().fd(), "taken by somebody else");
            });
            closeWhen(number -> EventFd.borrow(number).read());
            System.out.print(DONE);
        }

        /** Closes an epoll under a waiter when something has happened to what is to wake it. */
        private static void closeWhen(Accident accident) throws Exception {
            try (Arena arena = Arena.ofShared()) {
                List<Integer> before = eventFds();
                Epoll epoll = Epoll.create();
                List<Integer> eventfd = eventFds();
                eventfd.removeAll(before);
                FutureTask<Integer> waiter = start(() -> epoll.await(EpollEvents.allocate(arena, 1)));
                awaitUsers(epoll, 1);
                accident.happenTo(eventfd.getFirst());
                epoll.close();
                assertEndsAsClosed(waiter);
            }
        }

        private static List<Integer> eventFds() throws IOException {
            List<Integer> found = new ArrayList<>();
            try (DirectoryStream<Path> numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path number : numbers) {
                    if (Files.isSymbolicLink(number)
                            && Files.readSymbolicLink(number).toString().contains("[eventfd]")) {
                        found.add(Integer.parseInt(number.getFileName().toString()));
                    }
                }
            }
            return found;
        }
    }
}
