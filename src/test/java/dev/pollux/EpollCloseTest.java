package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
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

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing an epoll, while threads wait and while none does; many at once are in {@link CloseStressTest}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollCloseTest {
    private static final int HIGH = 904;

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

    @Test
    void withoutADescriptorToWakeByAWaiterLeavesByItself() throws Exception {
        assertEquals("left after the timeout, with a signal and with the event\n",
                Child.run(Child.withOpenFiles(100, CloseWhenFull.class)));
    }

    /** Runs in a JVM of its own, whose descriptors it uses up. */
    static final class CloseWhenFull {
        private CloseWhenFull() { }

        public static void main(String[] args) throws Exception {
            // loads what will be needed, while classes can still be read from files
            closeUnderWaiters(false);
            ErrnoException.of(Errno.EMFILE, "rehearsal");
            closeUnderWaiters(true);
            System.out.println("left after the timeout, with a signal and with the event");
        }

        /** With a number that nobody else takes when it is free. */
        private static Epoll create(int number) throws IOException {
            try (Epoll lower = Epoll.create()) {
                return Epoll.adopt(dupTo(lower, number).detach());
            }
        }

        private static void closeUnderWaiters(boolean full) throws Exception {
            long nanos = 1_000_000_000;
            List<Fd> filling = new ArrayList<>();
            try (Arena arena = Arena.ofShared(); EventFd fd = EventFd.create()) {
                Epoll timed = create(90);
                Epoll endless = create(91);
                endless.add(fd, EPOLLIN);
                long start = System.nanoTime();
                FutureTask<Integer> first = start(() -> timed.awaitNanos(EpollEvents.allocate(arena, 1), nanos));
                FutureTask<Integer> second = start(() -> endless.await(EpollEvents.allocate(arena, 1)));
                Epoll signaled = create(92);
                int[] thread = new int[1];
                CountDownLatch over = new CountDownLatch(1);
                FutureTask<Integer> third = new FutureTask<>(() -> signaled.await(EpollEvents.allocate(arena, 1)));
                start(() -> {
                    thread[0] = Signals.thisThread();
                    third.run();
                    over.await(); // signals need a thread to go to
                    return null;
                });
                awaitUsers(timed, 1);
                awaitUsers(endless, 1);
                awaitUsers(signaled, 1);
                while (full) {
                    try {
                        filling.add(EventFd.create());
                    } catch (ErrnoException e) {
                        assertEquals(Errno.EMFILE, e.errno());
                        break;
                    }
                }
                timed.close();
                endless.close();
                signaled.close();
                assertThrows(IllegalStateException.class, timed::fd);
                assertFalse(full && !(isOpen(90) && isOpen(91)), "given away with a thread inside");
                assertEndsAsClosed(first);
                assertTrue(!full || System.nanoTime() - start >= nanos, "woken, by what?");
                assertFalse(full && (second.isDone() || third.isDone()));
                try (Signals.Storm _ = new Signals.Storm(thread[0], 1_000_000)) {
                    assertEndsAsClosed(third);
                } finally {
                    over.countDown();
                }
                fd.write(1);
                assertEndsAsClosed(second);
                assertFalse(isOpen(90) || isOpen(91) || isOpen(92));
                // the event is still there to be taken
                assertEquals(1, fd.read());
                for (Fd each : filling) {
                    each.close();
                }
            }
        }
    }
}
