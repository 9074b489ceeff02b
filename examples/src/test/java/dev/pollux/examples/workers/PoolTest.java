package dev.pollux.examples.workers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.loop.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pool on a loop, without HTTP. */
@Timeout(60)
class PoolTest {
    private final List<String> log = new ArrayList<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private Loop loop;

    @BeforeEach
    void open() throws Exception {
        loop = new Loop((_, e) -> errors.add(e));
        loop.timer(() -> log.add("too late")).start(Duration.ofSeconds(50)); // keeps the loop running
    }

    @AfterEach
    void close() throws Exception {
        release.countDown();
        loop.close();
        assertEquals(List.of(), errors);
    }

    private Pool pool(int workers, int capacity, Duration patience) {
        return new Pool(loop, workers, capacity, patience);
    }

    private <T> Pool.Task<T> submit(Pool pool, Callable<T> work) {
        return pool.submit(work, (result, e) -> log.add(e == null ? result.toString() : e.getClass().getSimpleName()));
    }

    /** Until so many have ended. */
    private void runUntil(int ended) throws Exception {
        while (log.size() < ended) {
            loop.runOnce(true);
        }
    }

    /** As code does that takes no notice of interrupts. */
    private String deaf() {
        while (true) {
            try {
                release.await();
                return "deaf";
            } catch (InterruptedException e) {
                // once more
            }
        }
    }

    @Test
    void resultsAndFailuresArePassedToTheLoop() throws Exception {
        Thread own = Thread.currentThread();
        try (Pool pool = pool(2, 10, Duration.ofSeconds(40))) {
            pool.submit(() -> Thread.currentThread() != own, (elsewhere, _) -> log.add(
                    elsewhere + " " + (Thread.currentThread() == own)));
            runUntil(1);
            submit(pool, () -> {
                throw new StackOverflowError();
            });
            runUntil(2);
            assertEquals(List.of("true true", "StackOverflowError"), log);
        }
    }

    @Test
    void queueHasABoundAndACancelledTaskLeavesIt() throws Exception {
        try (Pool pool = pool(1, 2, Duration.ofSeconds(40))) {
            CountDownLatch begun = new CountDownLatch(1);
            submit(pool, () -> {
                begun.countDown();
                return deaf();
            });
            begun.await();
            Pool.Task<String> first = submit(pool, () -> "first");
            assertFalse(pool.isFull());
            submit(pool, () -> "second");
            assertTrue(pool.isFull());
            assertThrows(IllegalStateException.class, () -> submit(pool, () -> "third"));
            pool.cancel(first);
            pool.cancel(first);
            assertFalse(pool.isFull());
            release.countDown();
            runUntil(2);
            assertEquals(List.of("deaf", "second"), log);
        }
    }

    @Test
    void interruptOfACancelledTaskDoesNotMeetTheNextOne() throws Exception {
        try (Pool pool = pool(1, 10, Duration.ofSeconds(40))) {
            for (int i = 0; i < 2000; i++) {
                Pool.Task<String> cancelled = submit(pool, () -> "cancelled");
                if (i % 2 == 0) {
                    Thread.onSpinWait();
                } else {
                    Thread.yield();
                }
                pool.cancel(cancelled);
                submit(pool, () -> Thread.currentThread().isInterrupted() ? "interrupted" : "next");
                while (log.isEmpty() || !log.getLast().equals("next")) {
                    assertFalse(log.contains("interrupted"));
                    loop.runOnce(true);
                }
                log.clear();
            }
        }
    }

    @Test
    void patienceIsForTheWorkAndNotForTheQueue() throws Exception {
        try (Pool pool = pool(1, 10, Duration.ofMillis(400))) {
            submit(pool, () -> {
                Thread.sleep(Long.MAX_VALUE);
                return "hanging";
            });
            for (int i = 0; i < 4; i++) { // together they wait for longer than that
                submit(pool, () -> {
                    Thread.sleep(150);
                    return "in time";
                });
            }
            runUntil(5);
            assertEquals(List.of("TimeoutException", "in time", "in time", "in time", "in time"), log);
        }
    }

    @Test
    void threadsThatHangAreReplacedUpToABoundAndWhoComesBackTakesAnEmptyPlace() throws Exception {
        try (Pool pool = pool(1, 100, Duration.ofMillis(20))) {
            List<String> expected = new ArrayList<>();
            for (int i = 0; i < Pool.HANGING_PER_WORKER; i++) {
                submit(pool, this::deaf);
                expected.add("TimeoutException");
            }
            submit(pool, () -> "never");
            expected.add("RejectedExecutionException"); // in the queue when the last place becomes empty
            runUntil(expected.size());
            submit(pool, () -> "never");
            expected.add("RejectedExecutionException");
            runUntil(expected.size());
            assertEquals(expected, log);
            release.countDown();
            do {
                log.clear();
                submit(pool, () -> "again");
                runUntil(1);
            } while (!log.getFirst().equals("again")); // until one is back
        }
    }

    @Test
    void closedPoolInterruptsAndPassesNothingOn() throws Exception {
        Pool pool = pool(1, 10, Duration.ofSeconds(40));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        submit(pool, () -> {
            begun.countDown();
            try {
                Thread.sleep(Long.MAX_VALUE);
            } finally {
                interrupted.countDown();
            }
            return "";
        });
        submit(pool, () -> "queued");
        begun.await();
        pool.close();
        interrupted.await();
        for (int i = 0; i < 3; i++) {
            loop.runOnce(false);
        }
        assertEquals(List.of(), log);
    }
}
