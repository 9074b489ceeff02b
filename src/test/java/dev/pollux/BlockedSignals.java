package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.SigSet.SIGALRM;
import static dev.pollux.SigSet.SIGCHLD;
import static dev.pollux.SigSet.SIGHUP;
import static dev.pollux.SigSet.SIGINT;
import static dev.pollux.SigSet.SIGQUIT;
import static dev.pollux.SigSet.SIGTERM;
import static dev.pollux.SigSet.SIGUSR1;
import static dev.pollux.SigSet.SIGUSR2;
import static dev.pollux.SignalFd.SFD_CLOEXEC;
import static dev.pollux.Support.LONG_NANOS;
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

import com.sun.management.ThreadMXBean;
import dev.pollux.internal.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The tests of {@link SignalFdTest} that need blocked signals: one method for each, run in a JVM of its own that was
 * started with {@code env --block-signal}.
 */
final class BlockedSignals {
    static final String DONE = "done";

    private static final int FIRST_QUEUED = 40;
    private static final int SECOND_QUEUED = 41;
    private static final int SI_USER = 0;
    private static final int SI_QUEUE = -1;
    private static final int SI_TKILL = -6;
    private static final int CLD_EXITED = 1;
    private static final int POLL_IN = 1;
    private static final long MILLI = 1_000_000;
    /** The descriptor has this number, which nobody else takes when it is free. */
    private static final int HIGH = 500;
    private static final int PID = (int) ProcessHandle.current().pid();
    private static final MethodHandle KILL = link("kill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
    // a union of eight bytes goes as a long does
    private static final MethodHandle SIGQUEUE =
            link("sigqueue", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);

    private final Arena arena = Arena.ofShared();

    private BlockedSignals() { }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            BlockedSignals.class.getDeclaredMethod(arguments[0]).invoke(new BlockedSignals());
        } else {
            BlockedSignals.class.getDeclaredMethod(arguments[0], String.class)
                    .invoke(new BlockedSignals(), arguments[1]);
        }
        System.out.print(DONE);
    }

    private static MethodHandle link(String name, ValueLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().find(name).orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    private static void kill(int signal) {
        try {
            assertEquals(0, (int) KILL.invokeExact(PID, signal));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private static void queue(int signal, long value) {
        try {
            assertEquals(0, (int) SIGQUEUE.invokeExact(PID, signal, value));
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    private SigSet set(int... signals) {
        SigSet set = SigSet.empty(arena);
        for (int signal : signals) {
            set.add(signal);
        }
        return set;
    }

    void aSignalToTheProcessIsReadOnceWithItsSender() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGUSR1))) {
            assertEquals(0, fd.read());
            for (int i = 0; i < 10; i++) {
                kill(SIGUSR1);
                assertEquals(SIGUSR1, fd.read());
                assertEquals(0, fd.read());
            }
            kill(SIGUSR1);
            kill(SIGUSR1);
            SignalEvents events = SignalEvents.allocate(arena, 4);
            assertEquals(1, fd.read(events), "a pending signal is pending once");
            assertEquals(1, events.size());
            assertEquals(SIGUSR1, events.signal(0));
            assertEquals(SI_USER, events.code(0));
            assertEquals(PID, events.pid(0));
            assertEquals(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).intValue(), events.uid(0));
            assertTrue(events.toString().startsWith("SignalEvents[SIGUSR1 code=0 pid=" + PID), events.toString());
            assertThrows(IndexOutOfBoundsException.class, () -> events.pid(1));
            assertThrows(IndexOutOfBoundsException.class, () -> events.pid(-1));
            assertEquals(0, fd.read(events));
            assertThrows(IndexOutOfBoundsException.class, () -> events.signal(0));
        }
    }

    void aSignalToAThreadIsReadByThatThreadOnly() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGUSR1))) {
            MethodHandle tgkill =
                    link("tgkill", ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
            try {
                assertEquals(0, (int) tgkill.invokeExact(PID, Signals.thisThread(), SIGUSR1));
            } catch (Throwable t) {
                throw new AssertionError(t);
            }
            FutureTask<Integer> other = start(() -> fd.read());
            assertEquals(0, get(other));
            SignalEvents events = SignalEvents.allocate(arena, 1);
            assertEquals(1, fd.read(events));
            assertEquals(SI_TKILL, events.code(0));
        }
    }

    void valuesSentAlongArriveInTheirOrder() throws Exception {
        try (SignalFd fd = SignalFd.create(set(FIRST_QUEUED, SECOND_QUEUED))) {
            int count = 50;
            for (int i = 0; i < count; i++) {
                queue(FIRST_QUEUED, 0x0123456700000000L + i);
            }
            SignalEvents events = SignalEvents.allocate(arena, count);
            assertEquals(count, fd.read(events));
            for (int i = 0; i < count; i++) {
                assertEquals(FIRST_QUEUED, events.signal(i));
                assertEquals(SI_QUEUE, events.code(i));
                assertEquals(PID, events.pid(i));
                assertEquals(i, events.value(i));
                assertEquals(0x0123456700000000L + i, events.pointer(i));
            }
            queue(SECOND_QUEUED, -1);
            queue(FIRST_QUEUED, -2);
            assertEquals(2, fd.read(events));
            assertEquals(FIRST_QUEUED, events.signal(0), "the lower number comes first");
            assertEquals(-2, events.value(0));
            assertEquals(-1, events.pointer(1));
            assertTrue(events.toString().matches("SignalEvents\\[SIG40 code=-1 [^,]+, SIG41 code=-1 [^,]+]"),
                    events.toString());
        }
    }

    void aChildThatEndsIsToldWithItsStatus() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGCHLD))) {
            Process child = new ProcessBuilder("sh", "-c", "read x; exit 7").start();
            SignalEvents events = SignalEvents.allocate(arena, 1);
            while (fd.read(events) > 0) {
                // helpers of the JDK's, for starting it
                assertFalse(events.pid(0) == child.pid());
            }
            child.getOutputStream().close();
            ready(fd, POLLIN);
            assertEquals(1, fd.read(events));
            assertEquals(SIGCHLD, events.signal(0));
            assertEquals(CLD_EXITED, events.code(0));
            assertEquals(child.pid(), events.pid(0));
            assertEquals(7, events.status(0));
            assertEquals(7, child.waitFor(), "the JDK still has the status");
        }
    }

    void whatDoesNotFitComesWithTheNextRead() throws Exception {
        try (SignalFd fd = SignalFd.create(set(FIRST_QUEUED, SIGUSR1))) {
            kill(SIGUSR1);
            for (int i = 0; i < 5; i++) {
                queue(FIRST_QUEUED, i);
            }
            SignalEvents events = SignalEvents.allocate(arena, 2);
            assertEquals(2, events.capacity());
            List<String> read = new ArrayList<>();
            for (int n = fd.read(events); n > 0; n = fd.read(events)) {
                for (int i = 0; i < n; i++) {
                    read.add(events.signal(i) + ":" + events.value(i));
                }
            }
            assertEquals(List.of("10:0", "40:0", "40:1", "40:2", "40:3", "40:4"), read);
        }
    }

    void epollPollAndSelectWakeForIt() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGALRM, SIGUSR1)); Epoll epoll = Epoll.create()) {
            EpollEvents events = EpollEvents.allocate(arena, 1);
            FdSet readable = FdSet.allocate(arena);
            epoll.add(fd, Epoll.EPOLLIN);
            assertEquals(0, epoll.poll(events));
            for (int round = 0; round < 20; round++) {
                FutureTask<Integer> waiter = start(() -> {
                    EpollEvents own = EpollEvents.allocate(arena, 1);
                    return epoll.awaitNanos(own, LONG_NANOS);
                });
                if (round % 2 == 0) {
                    awaitUsers(epoll, 1);
                }
                kill(SIGALRM);
                assertEquals(1, get(waiter));
                assertEquals(POLLIN, ready(fd, POLLIN));
                readable.set(fd.fd());
                assertEquals(1, Select.awaitNanos(readable, null, null, LONG_NANOS));
                assertEquals(SIGALRM, fd.read());
                assertEquals(0, epoll.poll(events));
            }
        }
    }

    void aBlockingReadWaitsForASignal() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGUSR1), SFD_CLOEXEC)) {
            FutureTask<Integer> reader = start(() -> fd.read());
            awaitUsers(fd, 1);
            Thread.sleep(50);
            assertFalse(reader.isDone());
            kill(SIGUSR1);
            assertEquals(SIGUSR1, get(reader));
        }
    }

    void everySignalIsReadByOneOfManyThreads() throws Exception {
        int count = 2000;
        AtomicInteger read = new AtomicInteger();
        AtomicInteger sum = new AtomicInteger();
        try (SignalFd fd = SignalFd.create(set(FIRST_QUEUED))) {
            List<FutureTask<Void>> readers = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                readers.add(start(() -> {
                    try (Arena own = Arena.ofConfined()) {
                        SignalEvents events = SignalEvents.allocate(own, 3);
                        while (read.get() < count) {
                            int n = fd.read(events);
                            for (int i = 0; i < n; i++) {
                                sum.addAndGet(events.value(i));
                            }
                            read.addAndGet(n);
                        }
                    }
                    return null;
                }));
            }
            int expected = 0;
            for (int i = 0; i < count; i++) {
                queue(FIRST_QUEUED, i);
                expected += i;
                while (i - read.get() > 100) { // there is a limit of pending signals
                    Thread.onSpinWait();
                }
            }
            for (FutureTask<Void> reader : readers) {
                get(reader);
            }
            assertEquals(count, read.get());
            assertEquals(expected, sum.get());
        }
    }

    void threadsThatAreStartedLaterBlockItToo() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGUSR1))) {
            CountDownLatch end = new CountDownLatch(1);
            for (int t = 0; t < 20; t++) {
                start(() -> {
                    end.await();
                    return null;
                });
                Thread.startVirtualThread(() -> { });
            }
            for (int i = 0; i < 200; i++) {
                kill(SIGUSR1); // would end the process
                assertEquals(SIGUSR1, fd.read());
            }
            SignalFd.create(set(SIGUSR1)).close();
            end.countDown();
        }
    }

    void otherSignalsAreReadWhenTheSetChanges() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGUSR1))) {
            SigSet other = set(SIGALRM);
            kill(SIGALRM);
            assertEquals(0, fd.read());
            fd.setSignals(other);
            assertEquals(SIGALRM, fd.read());
            kill(SIGUSR1);
            assertEquals(0, fd.read());
            other.add(SIGUSR1);
            assertEquals(0, fd.read(), "the set was copied");
            fd.setSignals(other);
            assertEquals(SIGUSR1, fd.read());
        }
    }

    void onlyTheOwnersThreadReadsIntoAnArray() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGUSR1), SFD_CLOEXEC)) {
            SignalEvents shared = SignalEvents.allocate(arena, 1);
            FutureTask<Integer> reader = start(() -> fd.read(shared));
            Support.awaitBusy(shared);
            assertThrows(IllegalStateException.class, () -> fd.read(shared));
            kill(SIGUSR1);
            assertEquals(1, get(reader));
            try (Arena confined = Arena.ofConfined()) {
                SignalEvents own = SignalEvents.allocate(confined, 1);
                assertTrue(get(start(() -> {
                    assertThrows(WrongThreadException.class, () -> fd.read(own));
                    return true;
                })));
            }
        }
    }

    void theFlagsAreThoseAskedFor() throws Exception {
        try (SignalFd usual = SignalFd.create(set(SIGUSR1)); SignalFd plain = SignalFd.create(set(SIGUSR1), 0)) {
            assertTrue(Fcntl.isCloseOnExec(usual) && Fcntl.isNonBlocking(usual));
            assertFalse(Fcntl.isCloseOnExec(plain) || Fcntl.isNonBlocking(plain));
        }
        assertErrno(Errno.EINVAL, () -> SignalFd.create(set(SIGUSR1), 1 << 30));
    }

    void whatIsNoSignalFdIsRefused() throws Exception {
        try (EventFd eventFd = EventFd.create(5, EventFd.EFD_NONBLOCK)) {
            SignalFd wrong = SignalFd.borrow(eventFd.fd());
            assertThrows(IllegalStateException.class, wrong::read);
            assertErrno(Errno.EINVAL, () -> wrong.setSignals(set(SIGUSR1)));
        }
        try (SignalFd fd = SignalFd.create(set(SIGUSR1))) {
            assertErrno(Errno.EINVAL, () -> fd.read(arena.allocate(127)));
            kill(SIGUSR1);
            try (SignalFd adopted = SignalFd.adopt(fd.detach())) {
                assertEquals(SIGUSR1, adopted.read());
            }
        }
    }

    void nothingIsDoneAfterClose() throws Exception {
        SignalFd fd = SignalFd.create(set(SIGUSR1));
        SignalEvents events = SignalEvents.allocate(arena, 1);
        kill(SIGUSR1);
        fd.close();
        assertClosed(fd::read);
        assertClosed(() -> fd.read(events));
        assertClosed(() -> fd.setSignals(set(SIGUSR1)));
        try (SignalFd next = SignalFd.create(set(SIGUSR1))) {
            assertEquals(SIGUSR1, next.read(), "what nobody read stays pending");
        }
    }

    void readingAllocatesNothing() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (SignalFd fd = SignalFd.create(set(FIRST_QUEUED)); Arena confined = Arena.ofConfined()) {
            SignalEvents events = SignalEvents.allocate(confined, 4);
            long bytes = 1;
            for (int round = 0; round < 20 && bytes > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 10_000; i++) {
                    queue(FIRST_QUEUED, i);
                    queue(FIRST_QUEUED, -i);
                    if (fd.read(events) != 2 || events.signal(0) != FIRST_QUEUED || events.value(1) != -i
                            || events.pid(0) != PID || events.uid(0) != events.uid(1) || events.code(0) != SI_QUEUE
                            || events.pointer(0) != i || events.status(0) < 0 || fd.read() != 0) {
                        throw new AssertionError(events.toString());
                    }
                }
                bytes = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertEquals(0, bytes);
        }
    }

    void aThreadThatUnblocksItIsFoundAndNamed() throws Exception {
        SignalFd.create(set(SIGUSR1)).close();
        CountDownLatch unblocked = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger number = new AtomicInteger();
        Thread thread = Thread.ofPlatform().name("unblocks it").start(() -> {
            number.set(Signals.thisThread());
            Signals.unblock();
            unblocked.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        unblocked.await();
        String message =
                assertThrows(IllegalStateException.class, () -> SignalFd.create(set(SIGALRM, SIGUSR1))).getMessage();
        assertTrue(message.contains("Not blocked: SIGUSR1 by thread " + number + " (unblocks it)"), message);
        assertTrue(message.contains("env --block-signal=USR1,ALRM java …"), message);
        SignalFd.create(set(SIGALRM)).close();
        end.countDown();
        thread.join();
        // to the kernel it goes on for a moment after it has ended for Java
        Path task = Path.of("/proc/self/task/" + number);
        for (int i = 0; i < 1000 && Files.exists(task); i++) {
            Thread.sleep(10);
        }
        SignalFd.create(set(SIGUSR1)).close();
    }

    void theSignalsThatEndAProcessAreRead() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGHUP, SIGINT, SIGQUIT, SIGTERM))) {
            for (int signal : new int[] {SIGTERM, SIGHUP, SIGQUIT, SIGINT}) {
                kill(signal);
                assertEquals(signal, fd.read());
            }
        }
    }

    /** In a JVM that was started with all signals blocked. */
    void theSignalsOfTheJvmAre(String unblocked) throws Exception {
        List<Integer> refused = new ArrayList<>();
        List<String> notBlocked = new ArrayList<>();
        for (int signal = 1; signal <= 64; signal++) {
            if (signal == 32 || signal == 33) {
                continue; // libc's own: a SigSet does not take them
            }
            try {
                SignalFd.create(set(signal)).close();
            } catch (IllegalArgumentException e) {
                refused.add(signal);
            } catch (IllegalStateException e) {
                notBlocked.add(Integer.toString(signal));
            }
        }
        assertEquals(List.of(4, 5, 7, 8, 9, 11, 12, 19, 62), refused);
        assertEquals(unblocked, String.join(" ", notBlocked));
    }

    void theOtherSignalIsRefusedAndUsr2IsNot() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGUSR2))) {
            kill(SIGUSR2);
            assertEquals(SIGUSR2, fd.read());
        }
        assertThrows(IllegalArgumentException.class, () -> SignalFd.create(set(50)));
    }

    void usr2IsRefused() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> SignalFd.create(set(SIGUSR2)));
        SignalFd.create(set(50)).close();
    }

    void theyCanBeRead(String signals) throws Exception {
        int[] numbers = List.of(signals.split(" ")).stream().mapToInt(Integer::parseInt).toArray();
        try (SignalFd fd = SignalFd.create(set(numbers))) {
            for (int signal : numbers) {
                kill(signal);
                assertEquals(signal, fd.read());
            }
        }
    }

    void otherSignalsDoNotEndABlockingRead() throws Exception {
        try (SignalFd fd = SignalFd.create(set(SIGALRM), SFD_CLOEXEC)) {
            FutureTask<Integer> reader = start(() -> {
                Signals.unblock();
                try (Signals.Storm _ = Signals.storm(MILLI)) {
                    return fd.read();
                }
            });
            awaitUsers(fd, 1);
            Thread.sleep(50);
            assertFalse(reader.isDone());
            kill(SIGALRM);
            assertEquals(SIGALRM, get(reader));
        }
    }

    void closedMeanwhileASignalEndsABlockingReadAndItIsNotMadeAgain() throws Exception {
        SignalFd fd;
        try (SignalFd lower = SignalFd.create(set(SIGALRM), SFD_CLOEXEC)) {
            fd = SignalFd.adopt(Fcntl.dup(lower, HIGH).detach());
        }
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger number = new AtomicInteger();
        FutureTask<Integer> reader = new FutureTask<>(fd::read);
        start(() -> {
            Signals.unblock();
            number.set(Signals.thisThread());
            reader.run();
            over.await(); // signals need a thread to go to
            return null;
        });
        awaitUsers(fd, 1);
        Thread.sleep(20);
        fd.close();
        assertTrue(Support.isOpen(HIGH));
        assertFalse(reader.isDone());
        try (Signals.Storm _ = new Signals.Storm(number.get(), MILLI)) {
            assertClosed(() -> {
                throw assertThrows(ExecutionException.class, () -> get(reader)).getCause();
            });
        } finally {
            over.countDown();
        }
        assertFalse(Support.isOpen(HIGH));
    }

    void aDescriptorThatIsReadyIsToldWithItsNumberAndItsEvents() throws Exception {
        try (SignalFd fd = SignalFd.create(set(FIRST_QUEUED)); Pipe pipe = Pipe.create()) {
            int number = pipe.reader().fd();
            // asm-generic/fcntl.h: F_SETOWN, F_SETSIG, and F_SETFL with O_ASYNC
            assertEquals(0, Libc.fcntl(number, 8, PID));
            assertEquals(0, Libc.fcntl(number, 10, FIRST_QUEUED));
            assertEquals(0, Libc.fcntl(number, 4, 020000 | Fcntl.O_NONBLOCK));
            Support.write(pipe.writer(), "x");
            SignalEvents events = SignalEvents.allocate(arena, 2);
            assertEquals(1, fd.read(events));
            assertEquals(FIRST_QUEUED, events.signal(0));
            assertEquals(POLL_IN, events.code(0));
            assertEquals(number, events.fd(0));
            assertEquals(POLLIN, events.band(0) & POLLIN);
            assertEquals(FIRST_QUEUED, events.segment().get(ValueLayout.JAVA_INT, 0));
            assertEquals(2 * 128, events.segment().byteSize());
            assertEquals("SignalEvents[SIG40 code=1 pid=" + events.pid(0) + " uid=" + events.uid(0) + "]",
                    events.toString());
        }
    }

    void threadsThatComeAndGoHideNoneThatUnblocksIt() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<FutureTask<Integer>> churn = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            churn.add(start(() -> {
                int count = 0;
                for (; !over.get(); count++) {
                    Thread.ofPlatform().start(() -> { }).join();
                }
                return count;
            }));
        }
        SigSet set = set(SIGUSR1);
        for (int i = 0; i < 200; i++) {
            SignalFd.create(set).close();
        }
        CountDownLatch unblocked = new CountDownLatch(1);
        start(() -> {
            Signals.unblock();
            unblocked.countDown();
            new CountDownLatch(1).await();
            return null;
        });
        unblocked.await();
        for (int i = 0; i < 100; i++) {
            assertThrows(IllegalStateException.class, () -> SignalFd.create(set));
        }
        over.set(true);
        for (FutureTask<Integer> each : churn) {
            assertTrue(get(each) > 0);
        }
    }
}
