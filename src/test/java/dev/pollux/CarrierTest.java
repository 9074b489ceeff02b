package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertTimesOut;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.pollux.internal.Architecture;
import dev.pollux.internal.Poller;
import dev.pollux.internal.Seccomp;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Virtual threads in JVMs of their own: with few carriers, without descriptors left, and before there is a poller. */
@Timeout(150)
class CarrierTest {
    private static final String DONE = "done\n";

    private static List<String> carriers(int count) {
        return List.of("--enable-native-access=ALL-UNNAMED", "-Djdk.virtualThreadScheduler.parallelism=" + count,
                "-Djdk.virtualThreadScheduler.maxPoolSize=" + count,
                // as in the build file: what resident memory grows by is not heap
                "-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void noWaitHoldsOneOfFew(int count) throws Exception {
        String output = Child.run(Child.java(carriers(count), AllTests.class));
        assertTrue(output.endsWith(DONE), output);
    }

    @Test
    void nothingIsThereBeforeAVirtualThreadHasToWait() throws Exception {
        assertEquals(DONE, Child.run(Child.java(carriers(1), NothingBefore.class)));
    }

    @Test
    void oneThatWaitsPinnedToTheOnlyCarrierIsWoken() throws Exception {
        assertEquals(DONE, Child.run(Child.java(carriers(1), Pinned.class)));
    }

    /** By the class initializer in which it waits. */
    static final class Pinned {
        private static volatile EventFd event;
        private static volatile int found;

        private Pinned() { }

        private static final class First {
            static {
                await();
            }

            static void initialize() { }
        }

        private static final class Second {
            static {
                await();
            }

            static void initialize() { }
        }

        private static void await() {
            try {
                found = event.await(POLLIN);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        public static void main(String[] args) throws Exception {
            for (Runnable wait : List.<Runnable>of(First::initialize, Second::initialize)) {
                try (EventFd fd = EventFd.create()) {
                    event = fd;
                    found = 0;
                    FutureTask<Integer> waiting = startVirtual(() -> {
                        wait.run();
                        return found;
                    });
                    Support.awaitUsers(fd, 1);
                    Thread.sleep(200); // the poller has had the carrier, or will not get it
                    fd.write(1);
                    assertEquals(POLLIN, Support.get(waiting));
                }
                // the first time there is no poller yet, the second time it waits for a carrier as they do
                FutureTask<Integer> next = startVirtual(() -> {
                    try (EventFd fd = EventFd.create()) {
                        return fd.awaitNanos(POLLIN, 1_000_000);
                    }
                });
                assertEquals(0, Support.get(next));
            }
            System.out.print(DONE);
        }
    }

    @Test
    void twoThatWakeEachOtherForEverDoNotStarveOneThatSleeps() throws Exception {
        assertEquals(DONE, Child.run(Child.java(carriers(1), Busy.class)));
    }

    static final class Busy {
        private static final int SLEEPS = 50;

        private Busy() { }

        public static void main(String[] args) throws Exception {
            try (EventFd one = EventFd.create(); EventFd other = EventFd.create()) {
                List<FutureTask<Long>> players = List.of(startVirtual(() -> play(one, other)),
                        startVirtual(() -> play(other, one)));
                one.write(1);
                FutureTask<Integer> sleeper = startVirtual(() -> {
                    for (int i = 0; i < SLEEPS; i++) {
                        Thread.sleep(1);
                    }
                    return SLEEPS;
                });
                assertEquals(SLEEPS, Support.get(sleeper));
                for (FutureTask<Long> player : players) {
                    assertFalse(player.isDone());
                }
                over = true;
                for (FutureTask<Long> player : players) {
                    assertTrue(Support.get(player) > SLEEPS, "hardly busy");
                }
            }
            System.out.print(DONE);
        }

        private static volatile boolean over;

        private static long play(EventFd own, EventFd others) throws IOException {
            long turns = 0;
            for (; !over; turns++) {
                own.await(POLLIN);
                own.read();
                others.write(1);
            }
            others.write(1);
            return turns;
        }
    }

    @Test
    void withoutADescriptorForThePollerPlatformThreadsWait() throws Exception {
        ProcessBuilder child = Child.withOpenFiles(100, NoDescriptorLeft.class);
        child.command().addAll(child.command().indexOf("--enable-native-access=ALL-UNNAMED"), carriers(1));
        assertEquals(DONE, Child.run(child));
    }

    @Test
    void thePollerWorksWithTheLastTwoDescriptors() throws Exception {
        assertEquals(DONE, Child.run(Child.withOpenFiles(100, LastDescriptors.class)));
    }

    /** The tests of {@link VirtualThreadTest} and {@link PollerTest}, one after the other. */
    static final class AllTests {
        private static final long LONGEST_SECONDS = 60 * Support.PATIENCE;

        private AllTests() { }

        public static void main(String[] args) throws Exception {
            List<Method> tests = Stream.of(VirtualThreadTest.class, PollerTest.class)
                    .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                    .filter(method -> method.isAnnotationPresent(Test.class)).toList();
            assertTrue(tests.size() > 30, tests::toString);
            for (Method test : tests) {
                FutureTask<Object> run = Support.start(() -> test.invoke(
                        test.getDeclaringClass() == PollerTest.class ? new PollerTest() : new VirtualThreadTest()));
                long start = System.nanoTime();
                try {
                    run.get(LONGEST_SECONDS, TimeUnit.SECONDS);
                    System.out.println(test.getName() + " " + (System.nanoTime() - start) / 1_000_000 + " ms");
                } catch (ExecutionException | TimeoutException e) {
                    Throwable cause = e.getCause() instanceof InvocationTargetException i ? i.getCause() : e;
                    if (cause instanceof TestAbortedException) {
                        System.out.println(test.getName() + " skipped: " + cause.getMessage());
                        continue;
                    }
                    StringWriter text = new StringWriter();
                    cause.printStackTrace(new PrintWriter(text));
                    System.out.println(test.getName() + ": " + text);
                    System.exit(1);
                }
            }
            System.out.print(DONE);
            System.exit(0);
        }
    }

    private static <T> FutureTask<T> startVirtual(Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofVirtual().start(task);
        return task;
    }

    private static <T> T call(Callable<T> call) throws Exception {
        return Support.get(startVirtual(call));
    }

    /** The threads of the library, and its epolls. */
    private static List<String> present() throws IOException {
        List<String> present = new ArrayList<>(Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("pollux")).toList());
        try (DirectoryStream<Path> numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path number : numbers) {
                if (Files.isSymbolicLink(number)
                        && Files.readSymbolicLink(number).toString().contains("[eventpoll]")) {
                    present.add("epoll");
                }
            }
        }
        present.sort(null);
        return present;
    }

    static final class NothingBefore {
        private NothingBefore() { }

        public static void main(String[] args) throws Exception {
            assertEquals(List.of(), present());
            try (EventFd fd = EventFd.create(1, EventFd.EFD_NONBLOCK); EventFd other = EventFd.create()) {
                try (Epoll epoll = Epoll.create()) {
                    epoll.add(fd, EPOLLIN);
                    // what is there, or need not be waited for
                    call(() -> {
                        try (Arena arena = Arena.ofConfined()) {
                            assertEquals(POLLIN, fd.await(POLLIN));
                            assertEquals(POLLIN, fd.awaitNanos(POLLIN, LONG_NANOS));
                            assertEquals(0, other.awaitNanos(POLLIN, 0));
                            assertEquals(1, epoll.await(EpollEvents.allocate(arena, 1)));
                            assertEquals(1, epoll.poll(EpollEvents.allocate(arena, 1)));
                            PollFds fds = PollFds.allocate(arena, 1);
                            fds.add(fd, POLLIN);
                            assertEquals(1, Poll.await(fds));
                            FdSet set = FdSet.allocate(arena);
                            set.set(fd);
                            assertEquals(1, Select.poll(set, null, null));
                            Thread.currentThread().interrupt();
                            try {
                                other.await(POLLIN);
                            } catch (InterruptedIOException e) {
                                assertTrue(Thread.interrupted());
                            }
                        }
                        return null;
                    });
                    // platform threads
                    assertEquals(0, other.awaitNanos(POLLIN, 1000));
                    assertEquals(List.of("epoll"), present());
                }
                assertEquals(List.of(), present());
                call(() -> {
                    assertTimesOut(3_000_000, () -> other.awaitNanos(POLLIN, 3_000_000));
                    return null;
                });
                assertEquals(List.of("epoll", "epoll", "pollux-poller"), present());
            }
            System.out.print(DONE);
        }
    }

    static final class LastDescriptors {
        private LastDescriptors() { }

        public static void main(String[] args) throws Exception {
            ErrnoException.of(Errno.EMFILE, "rehearsal");
            List<Fd> filling = new ArrayList<>();
            try (EventFd fd = EventFd.create(); EventFd other = EventFd.create()) {
                fd.write(1);
                assertEquals(POLLIN, call(() -> fd.await(POLLIN)));
                assertEquals(1, fd.read());
                try {
                    for (;;) {
                        filling.add(EventFd.create());
                    }
                } catch (ErrnoException e) {
                    assertEquals(Errno.EMFILE, e.errno());
                }
                assertNull(Poller.running());
                filling.removeLast().close();
                filling.removeLast().close();
                FutureTask<Integer> waiting = startVirtual(() -> fd.await(POLLIN));
                Support.awaitUsers(fd, 1);
                long start = System.nanoTime();
                while (Poller.running() == null) {
                    assertTrue(System.nanoTime() - start < LONG_NANOS, "no poller");
                    Thread.sleep(1);
                }
                fd.write(1);
                assertEquals(POLLIN, Support.get(waiting));
                FutureTask<Integer> next = startVirtual(() -> other.await(POLLIN));
                Support.awaitUsers(other, 1);
                other.write(1);
                assertEquals(POLLIN, Support.get(next));
                for (Fd each : filling) {
                    each.close();
                }
            }
            System.out.print(DONE);
        }
    }

    static final class NoDescriptorLeft {
        private static final int MANY = 200;

        private NoDescriptorLeft() { }

        public static void main(String[] args) throws Exception {
            // what the test itself reads from directories and jars; the library has to see to itself
            Runnable rehearsal = new Rehearsal();
            rehearsal.run();
            assertThrows(AssertionError.class, () -> assertNull(rehearsal));
            assertThrows(AssertionError.class, () -> assertInstanceOf(Runnable.class, "none"));
            new AsynchronousCloseException().fillInStackTrace();
            List<Fd> filling = new ArrayList<>();
            try (Arena arena = Arena.ofShared(); Epoll epoll = Epoll.create(); EventFd fd = EventFd.create()) {
                epoll.add(fd, EPOLLIN);
                EpollEvents events = EpollEvents.allocate(arena, 1);
                EventFd closing = EventFd.create();
                try {
                    for (;;) {
                        filling.add(EventFd.create());
                    }
                } catch (ErrnoException e) {
                    assertEquals(Errno.EMFILE, e.errno());
                }
                call(() -> {
                    assertTimesOut(1_000_000, () -> fd.awaitNanos(POLLIN, 1_000_000));
                    assertTimesOut(150_000_000, () -> fd.awaitNanos(POLLIN, 150_000_000));
                    assertTimesOut(1_000_000, () -> epoll.awaitNanos(events, 1_000_000));
                    assertEquals(POLLOUT, fd.await(POLLOUT));
                    return null;
                });
                FutureTask<Integer> one = startVirtual(() -> fd.await(POLLIN));
                FutureTask<Integer> all = startVirtual(() -> epoll.await(events));
                FutureTask<Integer> closed = startVirtual(() -> closing.await(POLLIN));
                FutureTask<Integer> interrupted = new FutureTask<>(() -> fd.await(Poll.POLLPRI));
                Thread interruptee = Thread.ofVirtual().start(interrupted);
                Support.awaitUsers(fd, 2);
                Support.awaitUsers(epoll, 1);
                Support.awaitUsers(closing, 1);
                assertNull(Poller.running());
                List<FutureTask<Integer>> many = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    many.add(startVirtual(() -> fd.await(POLLIN)));
                }
                Support.awaitUsers(fd, 2 + MANY);
                Thread.sleep(300);
                int threads = 0;
                for (Thread thread : Thread.getAllStackTraces().keySet()) {
                    threads += thread.getName().startsWith("pollux-wait-") ? 1 : 0;
                }
                assertTrue(threads > 0 && threads <= 32, "threads for as many waits as there are");
                closing.close();
                interruptee.interrupt();
                assertInstanceOf(AsynchronousCloseException.class, thrown(closed));
                assertInstanceOf(InterruptedIOException.class, thrown(interrupted));
                fd.write(1);
                assertEquals(POLLIN, Support.get(one));
                for (FutureTask<Integer> each : many) {
                    assertEquals(POLLIN, Support.get(each));
                }
                assertEquals(1, Support.get(all));
                for (Fd each : filling) {
                    each.close();
                }
                fd.read();
                // and now there is one
                call(() -> {
                    assertTimesOut(1_000_000, () -> fd.awaitNanos(POLLIN, 1_000_000));
                    return null;
                });
                assertNotNull(Poller.running());
            }
            System.out.print(DONE);
        }

        private static Throwable thrown(FutureTask<Integer> task) throws Exception {
            try {
                throw new AssertionError("returned " + Support.get(task));
            } catch (ExecutionException e) {
                return e.getCause();
            }
        }

        /** Every call that follows, on platform threads. */
        private static final class Rehearsal implements Runnable {
            @Override
            public void run() {
                try (Arena arena = Arena.ofShared(); Epoll epoll = Epoll.create();
                        EventFd fd = EventFd.create(1, EventFd.EFD_NONBLOCK)) {
                    epoll.add(fd, EPOLLIN);
                    assertEquals(1, epoll.await(EpollEvents.allocate(arena, 1)));
                    assertEquals(POLLIN, fd.await(POLLIN));
                    Support.awaitUsers(fd, 0);
                    fd.write(1);
                    assertEquals(2, fd.read());
                    assertTimesOut(3_000_000, () -> epoll.awaitNanos(EpollEvents.allocate(arena, 1), 3_000_000));
                    assertTimesOut(3_000_001, () -> epoll.awaitNanos(EpollEvents.allocate(arena, 1), 3_000_001));
                    assertTimesOut(3_000_000, () -> fd.awaitNanos(POLLIN, 3_000_000));
                    assertEquals(1, (int) call(() -> 1));
                    assertInstanceOf(IOException.class, thrown(startVirtual(() -> {
                        throw new InterruptedIOException();
                    })));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Test
    void withoutAThreadForThePollerAWaitIsAnErrorAndLeavesNothingOpen() throws Exception {
        String output = Child.run(Child.java(carriers(1), NoThreadLeft.class));
        assumeFalse(output.endsWith(NoThreadLeft.NO_FILTERS), output);
        // before it the JVM prints what it thinks of that
        assertTrue(output.endsWith(DONE), output);
    }

    static final class NoThreadLeft {
        static final String NO_FILTERS = "no filters here\n";

        private NoThreadLeft() { }

        public static void main(String[] args) throws Exception {
            int clone = Architecture.CURRENT == Architecture.X86_64 ? 56 : 220;
            int clone3 = 435;
            try (EventFd fd = EventFd.create()) {
                // the only carrier gets no more threads
                if (call(() -> Seccomp.refuse(clone3, Errno.EAGAIN)) != null
                        || call(() -> Seccomp.refuse(clone, Errno.EAGAIN)) != null) {
                    System.out.print(NO_FILTERS);
                    return;
                }
                for (int i = 0; i < 3; i++) {
                    call(() -> assertThrows(OutOfMemoryError.class, () -> fd.await(POLLIN)));
                    assertNull(Poller.running());
                    assertEquals(List.of(), present());
                    assertEquals(0, Support.users(fd));
                }
                fd.write(1);
                assertEquals(POLLIN, call(() -> fd.await(POLLIN)), "what is ready needs no poller");
            }
            System.out.print(DONE);
        }
    }
}
