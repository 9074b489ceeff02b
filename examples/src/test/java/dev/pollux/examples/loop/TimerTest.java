package dev.pollux.examples.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.loop.Loop.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Timers; those that name a case of libuv's tests ask the same of this loop. */
@Timeout(60)
class TimerTest {
    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE, 999_999_999);

    private final List<String> log = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private Loop loop;

    @BeforeEach
    void open() throws Exception {
        loop = new Loop((_, e) -> errors.add(e));
    }

    @AfterEach
    void close() throws Exception {
        loop.close();
        assertEquals(List.of(), errors);
    }

    private Timer logging(String name) {
        return loop.timer(() -> log.add(name));
    }

    private static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    /** timer: ten that end once, one that repeats, one that is stopped. */
    @Test
    void timersEndOnceOrRepeatAndNeverBeforeTheirTime() throws Exception {
        long start = System.nanoTime();
        loop.updateTime();
        for (int i = 0; i < 10; i++) {
            long millis = i * 5;
            loop.timer(() -> {
                log.add("once");
                assertTrue(System.nanoTime() - start >= millis * 1_000_000);
            }).start(ms(millis));
        }
        int[] repeats = new int[1];
        Timer[] repeating = new Timer[1];
        repeating[0] = loop.timer(() -> {
            if (++repeats[0] == 5) {
                repeating[0].close();
            }
        });
        repeating[0].start(ms(10), ms(10));
        Timer never = logging("never");
        never.start(ms(10), ms(10));
        never.stop();
        assertFalse(loop.run());
        assertEquals(10, log.stream().filter("once"::equals).count());
        assertEquals(10, log.size());
        assertEquals(5, repeats[0]);
        assertTrue(System.nanoTime() - start >= 50_000_000);
    }

    /** timer_start_twice: the second start is the one that counts. */
    @Test
    void timerThatIsStartedTwiceEndsOnce() throws Exception {
        Timer timer = logging("timer");
        timer.start(Duration.ofDays(1));
        timer.start(ms(10));
        assertFalse(loop.run());
        assertEquals(List.of("timer"), log);
    }

    /** timer_init, and timer_again of one that was never started. */
    @Test
    void newTimerIsNotActiveAndCannotBeginAgain() {
        Timer timer = logging("timer");
        assertFalse(timer.isActive());
        assertThrows(IllegalStateException.class, timer::again);
        assertThrows(IllegalArgumentException.class, () -> timer.start(Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> timer.start(ms(1), Duration.ofNanos(-1)));
        assertFalse(timer.isActive());
    }

    /** timer_order: of the same time, the one that was started first; a new start is a later one. */
    @Test
    void timersOfTheSameTimeEndInTheOrderInWhichTheyWereStarted() throws Exception {
        Timer first = logging("first");
        Timer second = logging("second");
        first.start(Duration.ZERO);
        second.start(Duration.ZERO);
        loop.run();
        first.start(ms(3));
        second.start(ms(3));
        first.stop();
        first.start(ms(3));
        loop.run();
        assertEquals(List.of("first", "second", "second", "first"), log);
    }

    /** They began at different times, in different wheels, and end in the same millisecond. */
    @Test
    void startOrderHoldsForTimersThatBeganAtDifferentTimes() {
        TimerWheel wheel = new TimerWheel(loop);
        List<Timer> expected = new ArrayList<>();
        long end = 64 * 64 + 64 + 3;
        for (long now : new long[] {0, 1, 64, 64 * 64 - 1, 64 * 64, 64 * 64 + 64, 64 * 64 + 66}) {
            wheel.advance(now);
            assertNull(wheel.take());
            for (int i = 0; i < 2; i++) {
                Timer timer = logging("");
                timer.deadline = end;
                wheel.add(timer);
                expected.add(timer);
            }
        }
        wheel.advance(end);
        for (Timer timer : expected) {
            assertSame(timer, wheel.take());
        }
        assertNull(wheel.take());
    }

    /** timer_zero_timeout: one that starts itself again, with nothing to wait for, is called once before the loop stops. */
    @Test
    void timerOfZeroThatStartsItselfDoesNotKeepTheLoopFromStopping() throws Exception {
        Timer[] timer = new Timer[1];
        timer[0] = loop.timer(() -> {
            log.add("timer");
            timer[0].start(Duration.ZERO);
            loop.stop();
        });
        timer[0].start(Duration.ZERO);
        assertTrue(loop.run());
        timer[0].close();
        assertFalse(loop.run());
        assertEquals(List.of("timer"), log);
    }

    /** active. */
    @Test
    void timerIsActiveFromItsStartToItsStop() throws Exception {
        Timer timer = logging("timer");
        for (int i = 0; i < 2; i++) {
            timer.start(Duration.ofDays(1));
            assertTrue(timer.isActive());
            timer.stop();
            assertFalse(timer.isActive());
        }
        timer.start(Duration.ofDays(1));
        timer.close();
        assertFalse(timer.isActive());
        assertTrue(timer.isClosed());
        assertFalse(loop.run());
        assertEquals(List.of(), log);
    }

    /** With a search for each of them this would take hours. */
    @Test
    void aMillionTimersOfTheSameTimeAreStoppedInAnyOrder() throws Exception {
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            Timer timer = logging("timer");
            timer.start(Duration.ofDays(1));
            timers.add(timer);
        }
        Collections.shuffle(timers, new Random(1));
        timers.forEach(Timer::stop);
        assertFalse(loop.isAlive());
        assertEquals(Long.MAX_VALUE, loop.timers.next());
    }

    /** timer_huge_timeout. */
    @Test
    void hugeTimeoutsDoNotOverflow() throws Exception {
        Timer[] huge = {logging("huge"), logging("huge"), logging("huge")};
        huge[0].start(Duration.ofNanos(Long.MAX_VALUE));
        huge[1].start(FOR_EVER);
        huge[2].start(Duration.ofMillis(Long.MAX_VALUE - 1));
        loop.timer(() -> {
            log.add("tiny");
            for (Timer timer : huge) {
                timer.close();
            }
        }).start(ms(1));
        assertFalse(loop.run());
        assertEquals(List.of("tiny"), log);
    }

    /** timer_huge_repeat. */
    @Test
    void hugeRepeatIsNotAtOnce() throws Exception {
        Timer huge = logging("huge");
        huge.start(ms(1), FOR_EVER);
        int[] count = new int[1];
        Timer[] tiny = new Timer[1];
        tiny[0] = loop.timer(() -> {
            if (++count[0] == 10) {
                tiny[0].close();
                huge.close();
            }
        });
        tiny[0].start(ms(2), ms(2));
        assertFalse(loop.run());
        assertEquals(List.of("huge"), log);
    }

    /** timer_run_once: a turn that waits for a timer calls it, too. */
    @Test
    void turnThatWaitsForATimerCallsIt() throws Exception {
        Timer timer = logging("timer");
        timer.start(Duration.ZERO);
        assertFalse(loop.runOnce(true));
        timer.start(ms(1));
        assertFalse(loop.runOnce(true));
        assertEquals(List.of("timer", "timer"), log);
    }

    /** timer_is_closing: one that is closed while it waits is not called. */
    @Test
    void closedTimerIsNotCalled() throws Exception {
        Timer timer = logging("timer");
        timer.onClose(() -> log.add("closed"));
        timer.start(Duration.ZERO);
        timer.close();
        assertThrows(IllegalStateException.class, () -> timer.start(Duration.ZERO));
        assertFalse(loop.run());
        assertEquals(List.of("closed"), log);
    }

    /** timer_early_check: a turn never ends so early that its timer has to wait for the next. */
    @Test
    void waitIsLongEnoughForTheTimer() throws Exception {
        for (int i = 1; i <= 20; i++) {
            Timer timer = logging("timer");
            timer.start(Duration.ofNanos(i * 300_123));
            assertFalse(loop.runOnce(true));
            assertEquals(i, log.size());
        }
    }

    /** timer_no_double_call_once and timer_no_double_call_nowait. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void repeatingTimerIsCalledOnceInATurnHoweverLateItIs(boolean mayWait) throws Exception {
        Timer timer = logging("timer");
        timer.start(ms(5), ms(5));
        Thread.sleep(30);
        assertTrue(loop.runOnce(mayWait));
        assertEquals(1, log.size());
        timer.close();
    }

    /** timer_no_run_on_unref. */
    @Test
    void loopDoesNotRunForTimersThatDoNotCount() throws Exception {
        Timer timer = logging("timer");
        timer.start(Duration.ofDays(1));
        timer.unref();
        assertFalse(loop.run());
        timer.start(Duration.ofDays(1));
        assertFalse(loop.run());
        assertEquals(List.of(), log);
        assertTrue(timer.isActive());
    }

    /** timer_again: one that is started anew over and over does not end before that stops. */
    @Test
    void againPutsTheEndOff() throws Exception {
        Timer second = loop.timer(() -> log.add("second"));
        int[] count = new int[1];
        Timer[] first = new Timer[1];
        first[0] = loop.timer(() -> {
            assertEquals(List.of(), log);
            second.again();
            if (++count[0] == 10) {
                first[0].close();
            }
        });
        first[0].start(ms(5));
        first[0].setRepeat(ms(5)); // which makes it a repeating one
        second.start(ms(500), ms(500)); // long, for a machine that is busy
        second.onClose(() -> log.add("closed"));
        loop.timer(() -> {
            second.setRepeat(Duration.ZERO);
            second.again(); // which stops it
            assertFalse(second.isActive());
            second.close();
        }).start(ms(200));
        assertFalse(loop.run());
        assertEquals(10, count[0]);
        assertEquals(List.of("closed"), log);
    }

    /** timer_again, its second half: a new repeat is for the next end on. */
    @Test
    void newRepeatHoldsFromTheNextEndOn() throws Exception {
        Timer[] timer = new Timer[1];
        timer[0] = loop.timer(() -> {
            log.add(Boolean.toString(timer[0].isActive()));
            timer[0].setRepeat(Duration.ZERO); // it has been started already
        });
        timer[0].start(ms(2), ms(2));
        assertFalse(loop.run());
        assertEquals(List.of("true", "false"), log);
    }

    /** timer_from_check: what a check callback starts with 0 ends before the next check callback. */
    @Test
    void timerOfZeroThatACheckCallbackStartsEndsBeforeTheNextOne() throws Exception {
        Watcher[] check = new Watcher[1];
        Timer timer = loop.timer(() -> {
            log.add("timer");
            check[0].close();
        });
        check[0] = loop.every(Phase.CHECK, () -> {
            log.add("check");
            timer.start(Duration.ZERO);
        });
        loop.every(Phase.IDLE, () -> { }).unref();
        loop.run();
        assertEquals(List.of("check", "timer"), log);
    }

    @Test
    void timerOfZeroThatATimerStartsWaitsForTheNextTurn() throws Exception {
        int[] left = {3};
        Timer[] timer = new Timer[1];
        timer[0] = loop.timer(() -> {
            log.add("timer");
            if (--left[0] > 0) {
                timer[0].start(Duration.ZERO);
            }
        });
        timer[0].start(Duration.ZERO);
        loop.every(Phase.PREPARE, () -> log.add("turn")).unref();
        assertFalse(loop.run());
        assertEquals(List.of("timer", "turn", "timer", "turn", "timer"), log);
    }

    @Test
    void timersOfTheSameMomentCanStopCloseAndRestartEachOther() throws Exception {
        Timer stopped = logging("stopped");
        Timer closed = logging("closed");
        Timer restarted = logging("restarted");
        loop.timer(() -> {
            log.add("first");
            stopped.stop();
            closed.close();
            restarted.start(Duration.ofDays(1));
        }).start(ms(1));
        stopped.start(ms(1));
        closed.start(ms(1));
        restarted.start(ms(1));
        loop.runOnce(true);
        while (log.isEmpty()) {
            loop.runOnce(true);
        }
        assertEquals(List.of("first"), log);
        assertTrue(restarted.isActive());
    }

    @Test
    void clockStandsStillWithinAPhase() throws Exception {
        long[] seen = new long[2];
        loop.post(() -> {
            seen[0] = loop.now();
            Thread.sleep(5);
        });
        loop.post(() -> {
            seen[1] = loop.now();
            loop.updateTime();
            assertTrue(loop.now() >= seen[0] + 5_000_000);
        });
        loop.run();
        assertEquals(seen[0], seen[1]);
    }

    /** million_timers: with as many as that, all end, in order. */
    @Test
    void aMillionTimersEndInOrder() throws Exception {
        Random random = new Random(1);
        int count = 1_000_000;
        int[] ended = new int[1];
        long[] last = new long[1];
        for (int i = 0; i < count; i++) {
            Timer[] timer = new Timer[1];
            timer[0] = loop.timer(() -> {
                ended[0]++;
                if (timer[0].deadline < last[0]) {
                    log.add(timer[0].deadline + " after " + last[0]);
                }
                last[0] = timer[0].deadline;
            });
            timer[0].start(ms(random.nextInt(2000)));
        }
        assertFalse(loop.run());
        assertEquals(count, ended[0]);
        assertEquals(List.of(), log);
    }

    /** What is started, stopped and ends by lot, against a sorted map, and both ways to keep them agree. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 0})
    void wheelAndHeapDoAsASortedMapDoes(long seed) {
        long drawn = seed != 0 ? seed : System.nanoTime();
        Random random = new Random(drawn);
        TimerWheel wheel = new TimerWheel(loop);
        TimerHeap heap = new TimerHeap();
        TreeMap<Long, List<Integer>> expected = new TreeMap<>();
        int count = 300;
        Timer[] ofWheel = new Timer[count];
        Timer[] ofHeap = new Timer[count];
        for (int i = 0; i < count; i++) {
            ofWheel[i] = logging("");
            ofHeap[i] = logging("");
        }
        long now = 0;
        for (int step = 0; step < 30_000; step++) {
            String where = "seed " + drawn + ", step " + step;
            int i = random.nextInt(count);
            if (random.nextInt(10) < 7) {
                if (ofHeap[i].place != Timer.NOWHERE) {
                    wheel.remove(ofWheel[i]);
                    heap.remove(ofHeap[i]);
                    int number = i;
                    expected.get(ofWheel[i].deadline).removeIf(other -> other == number);
                }
                if (random.nextInt(3) > 0) {
                    long timeout = random.nextLong(1L << random.nextInt(1, 50));
                    ofWheel[i].deadline = now + timeout;
                    ofHeap[i].deadline = now + timeout;
                    wheel.add(ofWheel[i]);
                    heap.add(ofHeap[i]);
                    expected.computeIfAbsent(now + timeout, _ -> new ArrayList<>()).add(i);
                }
            } else {
                expected.values().removeIf(List::isEmpty);
                if (random.nextInt(4) == 0 && !expected.isEmpty()) {
                    now = Math.max(now, expected.firstKey());
                } else {
                    now += random.nextLong(1L << random.nextInt(1, 20));
                }
                long first = expected.isEmpty() ? Long.MAX_VALUE : expected.firstKey();
                assertEquals(first, heap.next(), where);
                assertTrue(wheel.next() <= first, where);
                assertEquals(expected.isEmpty(), wheel.next() == Long.MAX_VALUE, where);
                wheel.advance(now);
                for (List<Integer> each : expected.headMap(now, true).values()) {
                    for (int number : each) {
                        assertSame(ofWheel[number], wheel.take(), where);
                        assertSame(ofHeap[number], heap.take(now, Long.MAX_VALUE), where);
                    }
                }
                expected.headMap(now, true).clear();
                assertNull(wheel.take(), where);
                assertNull(heap.take(now, Long.MAX_VALUE), where);
                assertTrue(wheel.next() > now, where);
            }
        }
    }

    /** However far away, it is at most one look for each wheel, or the loop would wake up for nothing. */
    @Test
    void oneTimerIsLookedAtAFewTimesBeforeItEnds() {
        TimerWheel wheel = new TimerWheel(loop);
        Timer timer = logging("");
        timer.deadline = Duration.ofDays(365).toMillis() + 12345;
        wheel.add(timer);
        int looks = 0;
        for (long next = wheel.next(); next < timer.deadline; next = wheel.next()) {
            wheel.advance(next);
            assertNull(wheel.take());
            looks++;
        }
        assertTrue(looks <= 6, looks + " looks");
        wheel.advance(timer.deadline);
        assertSame(timer, wheel.take());
    }
}
