package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.get;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static dev.pollux.TimerFd.CANCELED;
import static dev.pollux.TimerFd.CLOCK_BOOTTIME;
import static dev.pollux.TimerFd.CLOCK_BOOTTIME_ALARM;
import static dev.pollux.TimerFd.CLOCK_MONOTONIC;
import static dev.pollux.TimerFd.CLOCK_REALTIME;
import static dev.pollux.TimerFd.CLOCK_REALTIME_ALARM;
import static dev.pollux.TimerFd.TFD_CLOEXEC;
import static dev.pollux.TimerFd.TFD_NONBLOCK;
import static dev.pollux.TimerFd.TFD_TIMER_ABSTIME;
import static dev.pollux.TimerFd.TFD_TIMER_CANCEL_ON_SET;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.Architecture;
import dev.pollux.internal.Seccomp;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TimerFdTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @Test
    void aNewOneIsStopped() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            assertStopped(timer);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 999, 100_000, 999_999, 1_000_001, 50_000_000})
    void expiresOnceAndNeverEarly(long nanos) throws IOException {
        try (TimerFd timer = TimerFd.create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
            for (int round = 0; round < 20; round++) {
                long start = System.nanoTime();
                timer.setNanos(nanos);
                assertEquals(1, timer.read());
                assertTrue(System.nanoTime() - start >= nanos, "early");
                assertEquals(0, timer.remainingNanos());
            }
        }
    }

    @Test
    void durationsAreExactToTheNanosecond() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            timer.set(Duration.ofHours(1).plusNanos(1), Duration.ofSeconds(7, 123_456_789));
            assertEquals(Duration.ofSeconds(7, 123_456_789), timer.interval());
            assertEquals(7_123_456_789L, timer.intervalNanos());
            assertTrue(timer.remaining().compareTo(Duration.ofHours(1).plusNanos(1)) <= 0);
            assertTrue(timer.remainingNanos() > HOUR - MINUTE);
            timer.set(Duration.ofHours(2));
            assertEquals(Duration.ZERO, timer.interval());
            assertTrue(timer.remaining().compareTo(Duration.ofHours(2).minusMinutes(1)) > 0);
            assertEquals(0, timer.read());
        }
    }

    @Test
    void zeroExpiresAtOnceAndDoesNotStopTheTimer() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            timer.setNanos(0);
            assertExpires(timer, 1);
            timer.set(Duration.ZERO);
            assertExpires(timer, 1);
            timer.set(Duration.ZERO, Duration.ofHours(1));
            assertExpires(timer, 1);
            assertTrue(timer.remainingNanos() > HOUR - MINUTE);
            timer.setNanos(0, HOUR);
            assertExpires(timer, 1);
        }
    }

    @Test
    void anIntervalIsKeptHoweverLateItIsRead() throws Exception {
        long interval = 2_000_000;
        try (TimerFd timer = TimerFd.create()) {
            long start = System.nanoTime();
            timer.setNanos(interval, interval);
            long expirations = 0;
            while (expirations < 100) {
                ready(timer, POLLIN);
                Thread.sleep(expirations % 7);
                expirations += timer.read();
                long due = (System.nanoTime() - start) / interval;
                assertTrue(expirations <= due, expirations + " expirations instead of " + due);
            }
            assertEquals(interval, timer.intervalNanos());
            // 0 while the kernel has an expiration yet to see to
            awaitTrue(() -> {
                long remaining = timer.remainingNanos();
                assertTrue(remaining >= 0 && remaining <= interval, () -> remaining + " of " + interval);
                return remaining > 0;
            });
        }
    }

    @Test
    void expirationsAddUpUntilRead() throws Exception {
        try (TimerFd timer = TimerFd.create()) {
            long start = System.nanoTime();
            timer.setNanos(1, 1000);
            Thread.sleep(20);
            long least = 20_000;
            long expirations = timer.read();
            long most = (System.nanoTime() - start) / 1000 + 1;
            assertTrue(expirations >= least && expirations <= most,
                    expirations + " is not from " + least + " to " + most);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CLOCK_REALTIME", "CLOCK_MONOTONIC", "CLOCK_BOOTTIME"})
    void everyClockExpires(String clock) throws Exception {
        try (TimerFd timer = TimerFd.create(TimerFd.class.getField(clock).getInt(null))) {
            timer.setNanos(1_000_000);
            assertExpires(timer, 1);
            timer.setNanos(HOUR);
            assertEquals(0, timer.read());
        }
    }

    @Test
    void aTimeOfDayIsReachedAndNotBefore() throws IOException {
        try (TimerFd timer = TimerFd.create(CLOCK_REALTIME)) {
            Instant time = Instant.now().plusMillis(30);
            assertEquals(0, timer.set(TFD_TIMER_ABSTIME, Duration.between(Instant.EPOCH, time), Duration.ZERO));
            assertTrue(timer.remaining().compareTo(Duration.ofMinutes(1)) < 0, "counts from now");
            assertExpires(timer, 1);
            assertTrue(Instant.now().compareTo(time) >= 0, "early");

            timer.set(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
                    Duration.between(Instant.EPOCH, time.plusSeconds(3600)), Duration.ofDays(1));
            assertEquals(0, timer.read());
            assertTrue(timer.remaining().compareTo(Duration.ofMinutes(61)) < 0, timer.remaining().toString());
            assertEquals(Duration.ofDays(1), timer.interval());
        }
    }

    @Test
    void aTimeSinceTheStartOfTheMachineIsReachedAndNotBefore() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            long time = System.nanoTime() + 20_000_000; // the same clock in HotSpot
            timer.setNanos(TFD_TIMER_ABSTIME, time, 0);
            assertExpires(timer, 1);
            assertTrue(System.nanoTime() >= time, "early");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 1_000_000_000})
    void aTimeInThePastExpiresAtOnce(long time) throws IOException {
        for (int clock : new int[] {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME}) {
            try (TimerFd timer = TimerFd.create(clock)) {
                timer.setNanos(TFD_TIMER_ABSTIME, time, 0);
                assertExpires(timer, 1);
                timer.set(TFD_TIMER_ABSTIME, Duration.ofNanos(time), Duration.ZERO);
                assertExpires(timer, 1);
            }
        }
    }

    @Test
    void timesOfMoreThanThreeCenturiesAreCut() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            Duration forever = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);
            timer.set(forever);
            assertEquals(0, timer.read());
            assertTrue(timer.remaining().compareTo(Duration.ofDays(365 * 100)) > 0, timer.remaining().toString());
            timer.setNanos(Long.MAX_VALUE, Long.MAX_VALUE);
            assertEquals(0, timer.read());
            assertEquals(Long.MAX_VALUE, timer.intervalNanos());
            timer.set(TFD_TIMER_ABSTIME, forever, forever);
            assertEquals(0, timer.read());
            assertTrue(timer.remainingNanos() > 0);
            timer.set(Duration.ZERO, forever);
            assertExpires(timer, 1);
        }
    }

    @Test
    void negativeTimesAreRefusedAndChangeNothing() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            timer.setNanos(HOUR, HOUR);
            Duration negative = Duration.ofNanos(-1);
            String message = assertThrows(IllegalArgumentException.class, () -> timer.set(negative)).getMessage();
            assertTrue(message.contains("disarm"), message);
            assertThrows(IllegalArgumentException.class, () -> timer.setNanos(-1));
            assertThrows(IllegalArgumentException.class, () -> timer.setNanos(1, Long.MIN_VALUE));
            assertThrows(IllegalArgumentException.class, () -> timer.set(Duration.ZERO, negative));
            assertThrows(IllegalArgumentException.class, () -> timer.set(TFD_TIMER_ABSTIME, negative, Duration.ZERO));
            assertThrows(IllegalArgumentException.class, () -> timer.setNanos(TFD_TIMER_ABSTIME, 0, -1));
            assertEquals(HOUR, timer.intervalNanos());
            assertTrue(timer.remainingNanos() > HOUR - MINUTE);
        }
    }

    @Test
    void disarmStopsAndForgets() throws Exception {
        try (TimerFd timer = TimerFd.create()) {
            timer.setNanos(0, 1_000_000);
            ready(timer, POLLIN);
            timer.disarm();
            assertStopped(timer);
            Thread.sleep(5);
            assertStopped(timer);
        }
    }

    @Test
    void settingAnewForgetsWhatNobodyRead() throws Exception {
        try (TimerFd timer = TimerFd.create()) {
            timer.setNanos(0);
            ready(timer, POLLIN);
            timer.setNanos(HOUR);
            assertEquals(0, timer.read());
        }
    }

    @Test
    void epollPollAndSelectWakeForIt() throws IOException {
        try (TimerFd timer = TimerFd.create(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 2);
            epoll.add(timer, Epoll.EPOLLIN);
            FdSet set = FdSet.allocate(arena);
            for (int round = 0; round < 10; round++) {
                timer.setNanos(3_000_000);
                assertEquals(1, epoll.awaitNanos(events, LONG_NANOS));
                assertEquals(Epoll.EPOLLIN, events.events(0));
                assertEquals(1, timer.read());
                assertEquals(0, epoll.poll(events));

                timer.setNanos(3_000_000);
                assertEquals(POLLIN, ready(timer, POLLIN));
                assertEquals(1, timer.read());

                timer.setNanos(3_000_000);
                set.set(timer.fd());
                assertEquals(1, Select.awaitNanos(set, null, null, LONG_NANOS));
                assertEquals(1, timer.read());
            }
        }
    }

    @Test
    void aBlockingReadWaitsForTheTimeAndNotForSignals() throws Exception {
        try (TimerFd timer = TimerFd.create(CLOCK_MONOTONIC, TFD_CLOEXEC)) {
            FutureTask<Long> reader = start(() -> {
                try (Signals.Storm _ = Signals.storm(1_000_000)) {
                    return timer.read();
                }
            });
            awaitUsers(timer, 1);
            Thread.sleep(20);
            assertFalse(reader.isDone());
            long start = System.nanoTime();
            timer.setNanos(50_000_000);
            assertEquals(1, get(reader));
            assertTrue(System.nanoTime() - start >= 50_000_000, "early");
        }
    }

    @Test
    void everyExpirationIsReadByOneOfManyThreads() throws Exception {
        long interval = 100_000;
        AtomicLong sum = new AtomicLong();
        try (TimerFd timer = TimerFd.create()) {
            long start = System.nanoTime();
            timer.setNanos(interval, interval);
            List<FutureTask<Void>> readers = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                readers.add(start(() -> {
                    while (sum.get() < 2000) {
                        ready(timer, POLLIN);
                        sum.addAndGet(timer.read());
                    }
                    return null;
                }));
            }
            for (FutureTask<Void> reader : readers) {
                get(reader);
            }
            sum.addAndGet(timer.read());
            long most = (System.nanoTime() - start) / interval;
            assertTrue(sum.get() <= most && sum.get() >= 2000, sum + " of at most " + most);
        }
    }

    /** Setting the clock needs privileges, and disturbs others: here a filter gives the kernel's answer instead. */
    @Test
    void aClockThatWasSetIsAResultOfItsOwn() throws Exception {
        int read = Architecture.CURRENT == Architecture.X86_64 ? 0 : 63;
        int timerfdSettime = Architecture.CURRENT == Architecture.X86_64 ? 286 : 86;
        try (TimerFd timer = TimerFd.create(CLOCK_REALTIME)) {
            FutureTask<String> canceled = start(() -> {
                String usual = setAndRead(timer);
                String refused = Seccomp.refuse(timerfdSettime, Errno.ECANCELED);
                if (refused == null) {
                    refused = Seccomp.refuse(read, Errno.ECANCELED);
                }
                return refused != null ? refused : usual + " " + setAndRead(timer);
            });
            String results = get(canceled);
            assumeTrue(results.startsWith("set="), results);
            assertEquals("set=0 read=0 set=" + CANCELED + " read=" + CANCELED, results);
        }
        assertEquals(-Errno.ECANCELED, CANCELED);
    }

    private static String setAndRead(TimerFd timer) throws IOException {
        int set = timer.setNanos(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, Long.MAX_VALUE, 0);
        return "set=" + set + " read=" + timer.read();
    }

    @Test
    void theFlagsAreThoseAskedFor() throws IOException {
        try (TimerFd usual = TimerFd.create(); TimerFd clock = TimerFd.create(CLOCK_BOOTTIME);
                TimerFd plain = TimerFd.create(CLOCK_REALTIME, 0);
                TimerFd nonBlocking = TimerFd.create(CLOCK_REALTIME, TFD_NONBLOCK)) {
            assertTrue(Fcntl.isCloseOnExec(usual) && Fcntl.isNonBlocking(usual));
            assertTrue(Fcntl.isCloseOnExec(clock) && Fcntl.isNonBlocking(clock));
            assertFalse(Fcntl.isCloseOnExec(plain) || Fcntl.isNonBlocking(plain));
            assertTrue(!Fcntl.isCloseOnExec(nonBlocking) && Fcntl.isNonBlocking(nonBlocking));
            assertErrno(Errno.EINVAL, () -> usual.setNanos(1 << 30, 1, 1));
        }
        ErrnoException thrown = assertErrno(Errno.EINVAL, () -> TimerFd.create(4711, TFD_CLOEXEC));
        assertEquals("timerfd_create(clockid=4711, flags=02000000)", thrown.call());
        assertErrno(Errno.EINVAL, () -> TimerFd.create(CLOCK_MONOTONIC, 1 << 30));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClockThatWakesTheMachineWorksOrSaysWhatItNeeds(boolean boottime) throws IOException {
        try (TimerFd timer = TimerFd.create(boottime ? CLOCK_BOOTTIME_ALARM : CLOCK_REALTIME_ALARM)) {
            timer.setNanos(0);
            assertExpires(timer, 1);
        } catch (ErrnoException e) {
            assertEquals(Errno.EPERM, e.errno(), e.getMessage());
            assertTrue(e.getMessage().contains("CAP_WAKE_ALARM"), e.getMessage());
        }
    }

    @Test
    void whatIsNoTimerIsRefused() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            TimerFd wrong = TimerFd.borrow(pipe.reader().fd());
            assertErrno(Errno.EINVAL, () -> wrong.setNanos(1));
            assertErrno(Errno.EINVAL, wrong::disarm);
            assertErrno(Errno.EINVAL, wrong::remaining);
            assertErrno(Errno.EINVAL, wrong::intervalNanos);
            Support.write(pipe.writer(), "abc");
            assertThrows(IllegalStateException.class, wrong::read);
            ErrnoException thrown = assertErrno(Errno.EBADF, TimerFd.borrow(pipe.writer().fd())::read);
            assertEquals("read(fd=" + pipe.writer().fd() + ", timerfd)", thrown.call());
        }
    }

    @Test
    void aBorrowedOneIsTheSameTimer() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            TimerFd borrowed = TimerFd.borrow(timer.fd());
            borrowed.setNanos(0);
            assertExpires(timer, 1);
            borrowed.close();
            timer.setNanos(0);
            assertExpires(timer, 1);
            try (TimerFd adopted = TimerFd.adopt(timer.detach())) {
                adopted.setNanos(0);
                assertExpires(adopted, 1);
            }
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        TimerFd timer = TimerFd.create();
        timer.setNanos(0, 1000);
        timer.close();
        timer.close();
        assertClosed(timer::read);
        assertClosed(timer::disarm);
        assertClosed(() -> timer.setNanos(1));
        assertClosed(() -> timer.set(Duration.ZERO));
        assertClosed(timer::remaining);
        assertClosed(timer::interval);
    }

    private static void assertStopped(TimerFd timer) throws IOException {
        assertEquals(0, timer.read());
        assertEquals(0, timer.remainingNanos());
        assertEquals(Duration.ZERO, timer.remaining());
        assertEquals(Duration.ZERO, timer.interval());
    }

    private static void assertExpires(TimerFd timer, long times) throws IOException {
        assertEquals(POLLIN, ready(timer, POLLIN));
        assertEquals(times, timer.read());
    }
}
