package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What close does while other threads are inside a call: DESIGN's "Closing while others wait". */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseWhileWaitingTest {
    /** Long enough for a thread to have entered its system call; a test that gets there late still passes. */
    private static final Duration ENTERED = Duration.ofMillis(200);

    @TempDir
    Path folder;

    @Test
    void allWaitersReturnWithAnExceptionAndThenTheNumberIsFree() throws Exception {
        int waiters = 8;
        Epoll epoll = Epoll.create();
        int number = epoll.fd();
        CountDownLatch started = new CountDownLatch(waiters);
        try (ExecutorService threads = Executors.newFixedThreadPool(waiters)) {
            List<Future<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < waiters; i++) {
                boolean timed = i % 2 == 0;
                waits.add(threads.submit(() -> {
                    try (Arena arena = Arena.ofConfined()) {
                        EpollEvents events = EpollEvents.allocate(arena, 4);
                        started.countDown();
                        return timed ? epoll.await(events, Duration.ofHours(1)) : epoll.await(events);
                    }
                }));
            }
            started.await();
            Thread.sleep(ENTERED);
            epoll.close();
            for (Future<Integer> wait : waits) {
                ExecutionException failed =
                        assertThrows(ExecutionException.class, () -> wait.get(30, TimeUnit.SECONDS));
                assertInstanceOf(AsynchronousCloseException.class, failed.getCause());
            }
        }
        assertThrows(IllegalStateException.class, epoll::fd);
        assertFalse(isOpen(number, "eventpoll"), "the number is still an epoll");
    }

    @Test
    void theNumberIsNotGivenAwayWhileAThreadStillReads() throws Exception {
        // a blocking read, which close cannot wake
        try (Pipe pipe = Pipe.create(Fcntl.O_CLOEXEC); Arena arena = Arena.ofShared()) {
            int number = pipe.reader().fd();
            MemorySegment buffer = arena.allocate(8);
            try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
                CountDownLatch started = new CountDownLatch(1);
                Future<Long> read = thread.submit(() -> {
                    started.countDown();
                    return pipe.reader().read(buffer);
                });
                started.await();
                Thread.sleep(ENTERED);
                pipe.reader().close();
                assertThrows(IllegalStateException.class, () -> pipe.reader().read(buffer));
                try (EventFd other = EventFd.create()) {
                    assertTrue(other.fd() != number, "given away");
                }
                assertTrue(isOpen(number, "pipe"));
                pipe.writer().write(buffer.asSlice(0, 3));
                assertEquals(3, read.get(30, TimeUnit.SECONDS));
            }
            assertFalse(isOpen(number, "pipe"), "not closed by the last user");
        }
    }

    @Test
    void atTheLimitOfOpenFilesTheNumberStaysUntilTheWaiterLeavesByItself() throws Exception {
        // a jar, as it is used: from a folder the JVM could not load another class without a descriptor
        String classPath = folder.resolve("pollux.jar").toString();
        assertEquals(0, ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create",
                "--file", classPath, "-C", "target/classes", ".", "-C", "target/test-classes", "."));
        Process child = new ProcessBuilder("sh", "-c", "ulimit -n 128; exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", classPath, AtTheLimit.class.getName())
                .redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes());
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        assertEquals("open while waiting: true; waiter: AsynchronousCloseException; open afterwards: false\n", output);
    }

    /** Runs in a process of its own, whose limit it uses up. */
    static final class AtTheLimit {
        private AtTheLimit() { }

        public static void main(String[] args) throws Exception {
            Epoll epoll = Epoll.create();
            int number = epoll.fd();
            Epoll[] kept = new Epoll[256];
            try (ExecutorService thread = Executors.newSingleThreadExecutor(); Arena arena = Arena.ofShared()) {
                EpollEvents events = EpollEvents.allocate(arena, 1);
                // loads what a second wait and its end need, while there are descriptors to load it with
                epoll.awaitNanos(events, 1);
                isOpen(number, "eventpoll");
                Future<Integer> wait = thread.submit(() -> epoll.await(events, Duration.ofSeconds(3)));
                Thread.sleep(ENTERED);
                int opened = 0;
                try {
                    while (true) {
                        kept[opened] = Epoll.create();
                        opened++;
                    }
                } catch (ErrnoException e) {
                    if (e.errno() != Errno.EMFILE) {
                        throw e;
                    }
                }
                epoll.close();
                // one descriptor, so that /proc can be read
                kept[0].close();
                boolean openWhileWaiting = isOpen(number, "eventpoll");
                String waiter;
                try {
                    waiter = "returned " + wait.get();
                } catch (ExecutionException e) {
                    waiter = e.getCause().getClass().getSimpleName();
                }
                System.out.println("open while waiting: " + openWhileWaiting + "; waiter: " + waiter
                        + "; open afterwards: " + isOpen(number, "eventpoll"));
            }
        }
    }

    /**
     * Threads close and reopen what others are using. Each epoll watches one eventfd under its own id, so an event with
     * another id would be one of a successor that has the same number.
     */
    @Test
    void underManyThreadsNoCallReachesASuccessorOfItsNumber() throws Exception {
        int slots = 4;
        long before = openEpolls();
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        AtomicReferenceArray<Watched> current = new AtomicReferenceArray<>(slots);
        for (int i = 0; i < slots; i++) {
            current.set(i, new Watched(i + 1));
        }
        AtomicBoolean failed = new AtomicBoolean();
        List<Callable<long[]>> work = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            long seed = 4711 + t;
            work.add(() -> {
                SplittableRandom random = new SplittableRandom(seed);
                long waits = 0;
                long closed = 0;
                try (Arena arena = Arena.ofConfined()) {
                    EpollEvents events = EpollEvents.allocate(arena, 4);
                    while (System.nanoTime() < end && !failed.get()) {
                        int slot = random.nextInt(slots);
                        Watched watched = current.get(slot);
                        try {
                            switch (random.nextInt(8)) {
                                case 0 -> {
                                    Watched next = new Watched(random.nextLong());
                                    if (current.compareAndSet(slot, watched, next)) {
                                        watched.close();
                                        closed++;
                                    } else {
                                        next.close();
                                    }
                                }
                                case 1, 2 -> watched.eventFd.write(1);
                                case 3 -> watched.epoll.modify(watched.eventFd, EPOLLIN, watched.id);
                                default -> {
                                    int n = watched.epoll.awaitNanos(events, random.nextInt(200_000));
                                    for (int i = 0; i < n; i++) {
                                        assertEquals(watched.id, events.data(i));
                                        watched.eventFd.read();
                                    }
                                    waits++;
                                }
                            }
                        } catch (AsynchronousCloseException | IllegalStateException e) {
                            closed++;
                        } catch (Throwable e) {
                            failed.set(true);
                            throw e;
                        }
                    }
                }
                return new long[] {waits, closed};
            });
        }
        long waits = 0;
        long closed = 0;
        try (ExecutorService threads = Executors.newFixedThreadPool(work.size())) {
            for (Future<long[]> done : threads.invokeAll(work)) {
                waits += done.get()[0];
                closed += done.get()[1];
            }
        }
        for (int i = 0; i < slots; i++) {
            current.get(i).close();
        }
        assertTrue(waits > 100 && closed > 100, "hardly anything happened: " + waits + " waits, " + closed + " closes");
        assertEquals(before, openEpolls(), "left open");
    }

    private record Watched(Epoll epoll, EventFd eventFd, long id) {
        Watched(long id) throws IOException {
            this(Epoll.create(), EventFd.create(), id);
            epoll.add(eventFd, EPOLLIN, id);
        }

        void close() throws IOException {
            epoll.close();
            eventFd.close();
        }
    }

    private static long openEpolls() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(f -> target(f).contains("eventpoll")).count();
        }
    }

    private static boolean isOpen(int number, String kind) {
        return target(Path.of("/proc/self/fd/" + number)).contains(kind);
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
