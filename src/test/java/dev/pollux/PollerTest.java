package dev.pollux;

import dev.pollux.internal.Poller;
import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Poll.POLLHUP;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLNVAL;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.Registrations.armed;
import static dev.pollux.Registrations.assertNothingLeft;
import static dev.pollux.Registrations.assertNothingRegistered;
import static dev.pollux.Registrations.isWatched;
import static dev.pollux.Registrations.ofPoller;
import static dev.pollux.Registrations.pollers;
import static dev.pollux.Registrations.registered;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.assertTimesOut;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Waiting.MORE_THAN_CARRIERS;
import static dev.pollux.Waiting.onVirtualThread;
import static dev.pollux.Waiting.waiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.Libc;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Numbers that virtual threads wait for, and what is registered for them. {@link CarrierTest} runs these tests on one
 * and on two carriers, too.
 */
@Timeout(value = 100, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PollerTest {
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
            Waiting<Integer> urgent = new Waiting<>(() -> pipe.reader().await(POLLPRI)); // by a platform thread
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
    void whatANumberWasBeforeWakesNobodyWhoWaitsForWhatItIsNow() throws Exception {
        try (EventFd first = EventFd.create(); EventFd second = EventFd.create()) {
            Fd number = Fcntl.dup(first, 900);
            Waiting<Integer> before = waiting(number, POLLIN);
            closeBehindItsBack(number.fd()); // its registration lives on with the duplicate, and will report
            EventFd now = EventFd.adopt(Fcntl.dup(second, number.fd()).detach());
            assertEquals(number.fd(), now.fd());
            Waiting<Integer> after = waiting(now, POLLIN | POLLPRI);
            first.write(1);
            Thread.sleep(100);
            assertFalse(after.task.isDone(), "an event of its predecessor");
            second.write(1);
            assertEquals(POLLIN, after.result());
            assertEquals(POLLIN, before.result());
            now.close();
            assertErrno(Errno.EBADF, number::close);
        }
    }

    /** Whoever holds the lock of what is watched finds what was reported meanwhile: of now, whatever came after it. */
    @Test
    void whatANumberWasBeforeDoesNotTakeThePlaceOfWhatItIsNow() throws Exception {
        try (EventFd first = EventFd.create(); EventFd second = EventFd.create()) {
            Fd number = Fcntl.dup(first, 900);
            Waiting<Integer> before = waiting(number, POLLIN);
            closeBehindItsBack(number.fd()); // its registration lives on with the duplicate, and will report
            EventFd now = EventFd.adopt(Fcntl.dup(second, number.fd()).detach());
            Waiting<Integer> after = waiting(now, POLLIN | POLLPRI);
            Poller poller = Poller.running();
            Object watch = method(Poller.class, "find", int.class).invoke(poller, now.fd());
            Field lock = watch.getClass().getDeclaredField("lock");
            lock.setAccessible(true);
            assertEquals(true, method(watch.getClass(), "tryLock").invoke(watch));
            second.write(1);
            awaitTrue(() -> registered(now.fd()).stream().filter(mask -> (mask & POLLIN) != 0).count() == 1);
            first.write(1);
            awaitTrue(() -> !armed(now.fd(), POLLIN));
            Thread.sleep(50); // both are reported, and nobody can deliver them
            lock.setInt(watch, 0);
            method(Poller.class, "deliver", watch.getClass()).invoke(poller, watch);
            assertEquals(POLLIN, after.result());
            assertEquals(POLLIN, before.result());
            now.close();
            assertErrno(Errno.EBADF, number::close);
        }
    }

    private static Method method(Class<?> type, String name, Class<?>... parameters) throws NoSuchMethodException {
        Method method = type.getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
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
        assertEquals(0, Libc.close(number));
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
        long start = System.nanoTime();
        AtomicInteger reused = new AtomicInteger();
        AtomicInteger closed = new AtomicInteger();
        List<Waiting<Integer>> slots = new ArrayList<>();
        for (int i = 0; i < 2 * MORE_THAN_CARRIERS; i++) {
            Random random = new Random(i);
            slots.add(new Waiting<>(() -> {
                int rounds = 0;
                while (Support.goesOn(start, Duration.ofSeconds(2), reused.get() > 0 && closed.get() > 0)) {
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

    /** Events that come whenever nobody polls any more: the sub-poller parks, and is unparked, all the time. */
    @Test
    void underStressNoEventComesWhileTheSubPollerParksAndIsMissed() throws Exception {
        long end = System.nanoTime() + 2_000_000_000L;
        List<Waiting<Integer>> answering = new ArrayList<>();
        List<FutureTask<Integer>> asking = new ArrayList<>();
        for (int lane = 0; lane < 3; lane++) {
            EventFd question = EventFd.create();
            EventFd answer = EventFd.create();
            answering.add(new Waiting<>(() -> {
                int rounds = 0;
                for (long read = 0; read != 2; rounds++) {
                    assertEquals(POLLIN, question.await(POLLIN));
                    read = question.read();
                    answer.write(1);
                }
                return rounds;
            }));
            asking.add(Support.start(() -> {
                int rounds = 0;
                for (boolean over = false; !over; rounds++) {
                    over = System.nanoTime() > end;
                    question.write(over ? 2 : 1);
                    assertEquals(POLLIN, Support.ready(answer, POLLIN));
                    answer.read();
                }
                question.close();
                answer.close();
                return rounds;
            }));
        }
        for (int lane = 0; lane < asking.size(); lane++) {
            int asked = asking.get(lane).get(2 * LONG_NANOS, TimeUnit.NANOSECONDS);
            assertEquals(asked, answering.get(lane).result());
        }
    }

    @Test
    void whereAReportCannotBeGivenOnItIsTriedAgain() throws Exception {
        try (EventFd fd = EventFd.create()) {
            Waiting<Integer> waiting = waiting(fd, POLLIN);
            Object table = ofPoller("table");
            // stands for whatever may be thrown when there is no memory
            pollers("table").set(Poller.running(), null);
            fd.write(1);
            Thread.sleep(20);
            pollers("table").set(Poller.running(), table);
            assertEquals(POLLIN, waiting.result());
            fd.read();
            Waiting<Integer> next = waiting(fd, POLLIN);
            fd.write(1);
            assertEquals(POLLIN, next.result());
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
            awaitTrue(() -> !isWatched(900)); // which the poller sees to when it has woken them
            assertErrno(Errno.EBADF, number::close);
        }
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
                while (round < 5000
                        && Support.goesOn(start, Duration.ofSeconds(2), ends[1].get() > 0 && ends[3].get() > 0)) {
                    round++;
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
