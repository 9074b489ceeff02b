package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing under many threads; what it does under one is in {@link EpollTest} and {@link FdTest}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseStressTest {
    // mio poll registry_operations_are_thread_safe, poll_closes_fd
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

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return "";
        }
    }
}
