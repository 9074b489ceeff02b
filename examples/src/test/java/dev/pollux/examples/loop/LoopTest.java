package dev.pollux.examples.loop;

import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.EventFd;
import dev.pollux.Pipe;
import dev.pollux.examples.loop.Loop.Phase;
import dev.pollux.examples.shared.Proc;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The loop's phases, descriptors, tasks and processes; its timers are in {@link TimerTest}. */
@Timeout(60)
class LoopTest {
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

    private static EventFd ready() throws IOException {
        EventFd fd = EventFd.create();
        fd.write(1);
        return fd;
    }

    @Test
    void phasesOfATurnAreInTheDocumentedOrder() throws Exception {
        try (EventFd fd = ready()) {
            Timer timer = loop.timer(() -> log.add("timer"));
            timer.start(Duration.ZERO);
            Watcher closed = loop.timer(() -> { });
            closed.onClose(() -> log.add("closed"));
            closed.close();
            loop.every(Phase.CHECK, () -> log.add("check"));
            loop.post(() -> log.add("task"));
            loop.watch(fd, EPOLLIN, _ -> log.add("descriptor"));
            loop.every(Phase.PREPARE, () -> log.add("prepare"));
            loop.every(Phase.IDLE, () -> log.add("idle"));
            assertTrue(loop.runOnce(true));
            assertEquals(List.of("idle", "prepare", "descriptor", "task", "check", "closed", "timer"), log);
        }
    }

    /** libuv's callback_order: of an idle callback and a timer of 0, the timer is still of this turn. */
    @Test
    void timerIsBeforeTheIdleCallbackThatBeganWithIt() throws Exception {
        Watcher[] first = new Watcher[1];
        first[0] = loop.every(Phase.IDLE, () -> {
            first[0].close();
            Watcher[] second = new Watcher[1];
            second[0] = loop.every(Phase.IDLE, () -> {
                log.add("idle");
                second[0].close();
            });
            loop.timer(() -> log.add("timer")).start(Duration.ZERO);
        });
        assertFalse(loop.run());
        assertEquals(List.of("timer", "idle"), log);
    }

    /** libuv's close_order: what was closed is called back after all else of the turn, and never the timer. */
    @Test
    void closeCallbacksComeAfterTheCheckCallbackThatClosed() throws Exception {
        Timer later = loop.timer(() -> log.add("later"));
        Timer[] now = new Timer[1];
        now[0] = loop.timer(() -> {
            log.add("timer");
            now[0].close();
        });
        Watcher[] check = new Watcher[1];
        check[0] = loop.every(Phase.CHECK, () -> {
            log.add("check");
            check[0].close();
            later.close();
        });
        check[0].onClose(() -> log.add("check closed"));
        later.onClose(() -> log.add("later closed"));
        later.start(Duration.ofSeconds(100));
        now[0].start(Duration.ZERO);
        assertFalse(loop.run());
        assertEquals(List.of("timer", "check", "check closed", "later closed"), log);
    }

    /** libuv's close_cb that closes: it has to wait for the next turn, which does not wait. */
    @Test
    void whatACloseCallbackClosesIsCalledBackInTheNextTurn() throws Exception {
        Timer first = loop.timer(() -> { });
        Timer second = loop.timer(() -> { });
        first.onClose(() -> {
            log.add("first");
            second.close();
        });
        second.onClose(() -> log.add("second"));
        first.close();
        first.close();
        assertTrue(loop.runOnce(true));
        assertEquals(List.of("first"), log);
        assertFalse(loop.runOnce(true));
        assertEquals(List.of("first", "second"), log);
    }

    /** libuv's idle_starvation: an idle callback keeps the loop from waiting, and timers from nothing. */
    @Test
    void idleCallbackDoesNotStarveTimersAndTasks() throws Exception {
        Watcher idle = loop.every(Phase.IDLE, () -> { });
        loop.timer(() -> {
            log.add("timer");
            idle.close();
        }).start(Duration.ofMillis(20));
        loop.post(() -> log.add("task"));
        assertFalse(loop.run());
        assertEquals(Set.of("task", "timer"), Set.copyOf(log));
    }

    /** libuv's loop_alive. */
    @Test
    void loopIsAliveWhileSomethingIsActive() throws Exception {
        assertFalse(loop.isAlive());
        Timer timer = loop.timer(() -> { });
        assertFalse(loop.isAlive());
        timer.start(Duration.ofMillis(1));
        assertTrue(loop.isAlive());
        assertFalse(loop.run());
        loop.post(() -> { });
        assertTrue(loop.isAlive());
        assertFalse(loop.run());
        try (EventFd fd = EventFd.create()) {
            FdWatcher watcher = loop.watch(fd, EPOLLIN, _ -> { });
            assertTrue(loop.isAlive());
            watcher.setEvents(0);
            assertFalse(loop.isAlive());
            watcher.setEvents(EPOLLIN);
            watcher.unref();
            assertFalse(loop.run());
            watcher.close();
        }
    }

    /** libuv's loop_stop. */
    @Test
    void stopEndsARunAfterItsTurnAndTheNextRunGoesOn() throws Exception {
        int[] prepared = new int[1];
        int[] ended = new int[1];
        Watcher prepare = loop.every(Phase.PREPARE, () -> prepared[0]++);
        Timer timer = loop.timer(() -> {
            if (++ended[0] == 1) {
                loop.stop();
            }
        });
        timer.start(Duration.ofMillis(2), Duration.ofMillis(2));
        assertTrue(loop.run());
        assertEquals(1, ended[0]);
        int before = prepared[0];
        assertTrue(loop.runOnce(false));
        assertEquals(before + 1, prepared[0]);
        loop.post(() -> {
            prepare.close();
            timer.close();
        });
        assertFalse(loop.run());
    }

    /** libuv's loop_stop_before_run. */
    @Test
    void stopBeforeARunEndsItBeforeAnythingHappens() throws Exception {
        loop.timer(() -> log.add("timer")).start(Duration.ZERO);
        loop.stop();
        assertTrue(loop.run());
        assertEquals(List.of(), log);
        assertFalse(loop.run());
        assertEquals(List.of("timer"), log);
    }

    @Test
    void stopByAnotherThreadWakesTheLoop() throws Exception {
        try (EventFd fd = EventFd.create()) {
            loop.watch(fd, EPOLLIN, _ -> { });
            Thread other = Thread.ofPlatform().start(() -> {
                sleep(50);
                loop.stop();
            });
            assertTrue(loop.run());
            other.join();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closingAnotherWatcherOfTheSameBatchKeepsItFromBeingCalled() throws Exception {
        try (EventFd one = ready(); EventFd two = ready()) {
            FdWatcher[] watchers = new FdWatcher[2];
            watchers[0] = loop.watch(one, EPOLLIN, _ -> {
                log.add("called");
                watchers[1].close();
            });
            watchers[1] = loop.watch(two, EPOLLIN, _ -> {
                log.add("called");
                watchers[0].close();
            });
            loop.runOnce(true);
            loop.runOnce(false);
            assertEquals(List.of("called"), log.subList(0, 1));
            loop.runOnce(false); // the one that is left goes on alone
            assertNotEquals(watchers[0].isClosed(), watchers[1].isClosed());
        }
    }

    /** libuv's watcher_cross_stop: more of them than fit into a batch, all ready, and the first closes all. */
    @Test
    void callbackThatClosesAllWatchersIsTheLastOne() throws Exception {
        List<EventFd> fds = new ArrayList<>();
        List<FdWatcher> watchers = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            EventFd fd = ready();
            fds.add(fd);
            FdWatcher watcher = loop.watch(fd, EPOLLIN, _ -> {
                log.add("called");
                for (FdWatcher each : watchers) {
                    each.close();
                }
            });
            watcher.onClose(() -> {
                log.add("closed");
                fd.close();
            });
            watchers.add(watcher);
        }
        assertFalse(loop.run());
        assertEquals("called", log.getFirst());
        assertEquals(600, log.stream().filter("closed"::equals).count());
        assertEquals(601, log.size());
        assertTrue(fds.stream().noneMatch(EventFd::isOpen));
    }

    /** libuv's loop_handles: who is added by one of the same phase waits for the next turn; who closes is not called. */
    @Test
    void callbacksOfAPhaseCanAddAndCloseEachOther() throws Exception {
        for (Phase phase : Phase.values()) {
            Watcher[] watchers = new Watcher[3];
            watchers[0] = loop.every(phase, () -> {
                log.add("first");
                watchers[1].close();
                if (watchers[2] == null) {
                    watchers[2] = loop.every(phase, () -> {
                        log.add("added");
                        watchers[2].close();
                    });
                }
            });
            watchers[1] = loop.every(phase, () -> log.add("never"));
            for (int turn = 0; turn < 3; turn++) {
                loop.runOnce(false);
            }
            assertEquals(List.of("first", "first", "added", "first"), log, phase::toString);
            watchers[0].close();
            log.clear();
        }
    }

    /** libuv's idle_ref, prepare_ref, check_ref, and unref_in_prepare_cb. */
    @Test
    void loopDoesNotRunForCallbacksOfPhasesThatDoNotCount() throws Exception {
        for (Phase phase : Phase.values()) {
            loop.every(phase, () -> log.add(phase.name())).unref();
        }
        assertFalse(loop.run());
        assertEquals(List.of(), log);
        Watcher[] last = new Watcher[1];
        last[0] = loop.every(Phase.PREPARE, () -> last[0].unref());
        assertFalse(loop.run());
        assertEquals(List.of("IDLE", "PREPARE", "CHECK"), log);
    }

    /** libuv's invalidate_fd: the number of a descriptor that was closed goes to one that is opened in the same turn. */
    @Test
    void eventOfAClosedDescriptorDoesNotReachTheNextOneOfItsNumber() throws Exception {
        EventFd[] fds = {ready(), ready()};
        FdWatcher[] watchers = new FdWatcher[2];
        List<EventFd> opened = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            watchers[i] = loop.watch(fds[i], EPOLLIN, _ -> {
                if (opened.isEmpty()) { // whichever comes first
                    int number = fds[other].fd();
                    watchers[other].close();
                    fds[other].close();
                    EventFd successor = EventFd.create();
                    opened.add(successor);
                    assertEquals(number, successor.fd());
                    loop.watch(successor, EPOLLIN, _ -> log.add("successor"));
                }
            });
        }
        for (int turn = 0; turn < 3; turn++) {
            loop.runOnce(false);
        }
        assertEquals(List.of(), log);
        opened.getFirst().write(1);
        loop.runOnce(true);
        assertEquals(List.of("successor"), log);
        for (EventFd fd : fds) {
            fd.close();
        }
        opened.getFirst().close();
    }

    @Test
    void callbackThatThrowsEndsItsWatcherAndNoOther() throws Exception {
        List<Watcher> told = new ArrayList<>();
        try (EventFd one = ready(); EventFd two = ready();
                Loop loop = new Loop((watcher, e) -> {
                    told.add(watcher);
                    errors.add(e);
                })) {
            Error error = new StackOverflowError("thrown");
            FdWatcher bad = loop.watch(one, EPOLLIN, _ -> {
                throw error;
            });
            bad.onClose(() -> log.add("closed"));
            FdWatcher good = loop.watch(two, EPOLLIN, _ -> log.add("good"));
            Timer badTimer = loop.timer(() -> {
                throw new IOException("of a timer");
            });
            badTimer.start(Duration.ZERO, Duration.ofMillis(1));
            Watcher badHook = loop.every(Phase.CHECK, () -> {
                throw new IllegalStateException("of a hook");
            });
            loop.post(() -> {
                throw new AssertionError("of a task");
            });
            loop.post(() -> log.add("task"));
            for (int turn = 0; turn < 3; turn++) {
                loop.runOnce(false);
            }
            assertEquals(List.of("good", "task", "closed", "good", "good"), log);
            assertSame(error, errors.getFirst());
            assertEquals(List.of("thrown", "of a task", "of a hook", "of a timer"),
                    errors.stream().map(Throwable::getMessage).toList());
            assertEquals(4, told.size());
            assertSame(bad, told.get(0));
            assertNull(told.get(1));
            assertSame(badHook, told.get(2));
            assertSame(badTimer, told.get(3));
            assertTrue(bad.isClosed() && badHook.isClosed() && badTimer.isClosed());
            assertFalse(good.isClosed());
        }
        errors.clear();
    }

    @Test
    void closeCallbackThatThrowsIsReportedOnce() throws Exception {
        Timer timer = loop.timer(() -> { });
        timer.onClose(() -> {
            throw new IOException("of a close");
        });
        timer.close();
        assertFalse(loop.run());
        assertEquals(1, errors.size());
        errors.clear();
    }

    @Test
    void whatTheHandlerThrowsEndsTheRunAndTheLoopCanGoOn() throws Exception {
        try (Loop loop = new Loop((_, e) -> {
            throw new IllegalStateException(e);
        })) {
            loop.timer(() -> {
                throw new IOException("fatal");
            }).start(Duration.ZERO);
            loop.timer(() -> log.add("next")).start(Duration.ZERO);
            assertEquals("fatal", assertThrows(IllegalStateException.class, loop::run).getCause().getMessage());
            assertFalse(loop.run());
            assertEquals(List.of("next"), log);
        }
    }

    @Test
    void descriptorWithoutEventsIsNotWatchedAtAll() throws Exception {
        Pipe pipe = Pipe.create();
        FdWatcher watcher = loop.watch(pipe.reader(), EPOLLIN, events -> log.add(Integer.toString(events)));
        watcher.setEvents(0);
        pipe.writer().close(); // EPOLLHUP would be reported whatever is asked for
        watcher.unref();
        loop.timer(() -> { }).start(Duration.ofMillis(20));
        loop.runOnce(true);
        loop.runOnce(false);
        assertEquals(List.of(), log);
        watcher.setEvents(EPOLLIN);
        loop.runOnce(false);
        assertEquals(List.of(Integer.toString(EPOLLHUP)), log);
        watcher.close();
        pipe.reader().close();
        assertThrows(IllegalStateException.class, () -> watcher.setEvents(EPOLLIN));
    }

    @Test
    void descriptorsAreCalledForWhatTheyAreWatchedForNow() throws Exception {
        try (EventFd fd = ready()) {
            FdWatcher watcher = loop.watch(fd, EPOLLIN | EPOLLOUT, events -> log.add(Integer.toString(events)));
            loop.runOnce(true);
            watcher.setEvents(EPOLLOUT);
            loop.runOnce(true);
            fd.read();
            watcher.setEvents(EPOLLIN);
            loop.runOnce(false);
            assertEquals(List.of(Integer.toString(EPOLLIN | EPOLLOUT), Integer.toString(EPOLLOUT)), log);
        }
    }

    @Test
    void tasksRunInTheOrderOfTheirThreadAndThoseThatTheyPostInTheNextTurn() throws Exception {
        loop.post(() -> {
            log.add("one");
            loop.post(() -> log.add("three"));
        });
        loop.post(() -> log.add("two"));
        assertTrue(loop.runOnce(true));
        assertEquals(List.of("one", "two"), log);
        assertFalse(loop.runOnce(true));
        assertEquals(List.of("one", "two", "three"), log);
    }

    @Test
    void tasksOfManyThreadsAllRunAndNoneIsForgottenWhileTheLoopFallsAsleep() throws Exception {
        int threads = 4;
        int each = 20_000;
        int[] next = new int[threads];
        Timer alive = loop.timer(() -> log.add("a task was forgotten"));
        alive.start(Duration.ofSeconds(40));
        List<Thread> posting = IntStream.range(0, threads).mapToObj(number -> Thread.ofPlatform().start(() -> {
            for (int i = 0; i < each; i++) {
                int expected = i;
                loop.post(() -> {
                    assertEquals(expected, next[number]++);
                    if (IntStream.of(next).sum() == threads * each) {
                        alive.close();
                    }
                });
                if (i % 50 == 0) {
                    Thread.yield();
                }
            }
        })).toList();
        assertFalse(loop.run());
        for (Thread thread : posting) {
            thread.join();
        }
        assertEquals(threads * each, IntStream.of(next).sum());
        assertEquals(List.of(), log);
    }

    /** The counter of the eventfd is how often it was written to. */
    @Test
    void wakeUpsAreCoalesced() throws Exception {
        try (EventFd fd = EventFd.create()) {
            loop.watch(fd, EPOLLIN, _ -> { });
            Thread other = Thread.ofPlatform().start(() -> {
                while (!Thread.currentThread().isInterrupted()) {
                    Thread.onSpinWait();
                }
                for (int i = 0; i < 100_000; i++) {
                    loop.post(() -> { });
                }
                loop.post(loop::stop);
            });
            // while it is not waiting, nobody writes
            for (int i = 0; i < 1000; i++) {
                loop.post(() -> { });
            }
            assertEquals(0, loop.wakeUp.read());
            long[] turns = new long[1];
            loop.every(Phase.PREPARE, () -> turns[0]++);
            other.interrupt();
            loop.run();
            other.join();
            assertTrue(loop.wakeUps <= turns[0], loop.wakeUps + " writes in " + turns[0] + " turns");
            assertTrue(loop.wakeUps < 50_000, loop.wakeUps + " writes for 100,000 tasks");
        }
    }

    @Test
    void closedLoopTakesNoTasksAndClosesItsWatchers() throws Exception {
        EventFd fd = EventFd.create();
        loop.watch(fd, EPOLLIN, _ -> { }).onClose(() -> {
            log.add("closed");
            fd.close();
        });
        loop.close();
        loop.close();
        assertEquals(List.of("closed"), log);
        assertFalse(fd.isOpen());
        assertThrows(RejectedExecutionException.class, () -> loop.post(() -> { }));
    }

    @Test
    void otherThreadsAreRefused() throws Exception {
        Timer timer = loop.timer(() -> { });
        Thread other = Thread.ofPlatform().start(() -> {
            assertRefused(() -> timer.start(Duration.ZERO));
            assertRefused(() -> loop.timer(() -> { }));
            assertRefused(() -> loop.every(Phase.IDLE, () -> { }));
            assertRefused(() -> loop.run());
            assertRefused(timer::close);
            log.add("refused");
        });
        other.join();
        assertEquals(List.of("refused"), log);
    }

    private static void assertRefused(Loop.Callback callback) {
        assertTrue(assertThrows(IllegalStateException.class, callback::run).getMessage().contains("post()"));
    }

    @ParameterizedTest
    @CsvSource({"exit 7, 7", "kill -KILL $$, 137", "sleep 0.05; exit 3, 3"})
    void endOfAChildIsToldOnceWithItsCode(String script, int code) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", script).start();
        loop.child(process, exitCode -> log.add("ended with " + exitCode));
        assertFalse(loop.run());
        assertEquals(List.of("ended with " + code), log);
        assertEquals(code, process.waitFor());
    }

    @Test
    void endOfAChildThatIsReapedAlreadyIsTold() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "exit 9").start();
        process.waitFor();
        loop.child(process, exitCode -> log.add("ended with " + exitCode));
        assertFalse(loop.run());
        assertEquals(List.of("ended with 9"), log);
    }

    @Test
    void twoHundredChildrenOfWhichNoneIsMissedLeaveNoDescriptor() throws Exception {
        long before = new Proc(ProcessHandle.current().pid()).descriptors().stream()
                .filter(target -> target.contains("pidfd")).count();
        int[] sum = new int[1];
        for (int i = 0; i < 200; i++) {
            loop.child(new ProcessBuilder("sh", "-c", "exit " + i % 100).start(), code -> sum[0] += code);
            if (i % 20 == 0) {
                loop.runOnce(false);
            }
        }
        assertFalse(loop.run());
        assertEquals(2 * 99 * 100 / 2, sum[0]);
        assertEquals(before, new Proc(ProcessHandle.current().pid()).descriptors().stream()
                .filter(target -> target.contains("pidfd")).count());
    }
}
