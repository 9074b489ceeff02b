package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static dev.pollux.Support.users;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.math.BigInteger;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

/**
 * Threads wait on a few epolls, register with them, and close and open them again, all at the same time.
 *
 * <p>Whoever acts on a number that was given away meets a successor of the same kind, and it shows: every event carries
 * the id of its epoll, every eventfd counts in a prime of its own, and nobody closes anything twice or forgets it.
 */
final class CloseStress {
    private static final int SLOTS = 4;
    private static final int WAITERS = 4;
    private static final int OTHERS = 3;

    private final boolean full;
    private final long nanos;
    private final AtomicReferenceArray<Watched> current = new AtomicReferenceArray<>(SLOTS);
    private final AtomicInteger ids = new AtomicInteger();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final AtomicInteger woken = new AtomicInteger();
    private final AtomicInteger leftByThemselves = new AtomicInteger();
    private volatile boolean over;

    /** What the process is filled up with, where an epoll is to be closed without a descriptor left. */
    private final EventFd filling = EventFd.create();
    private final Queue<Fd> fillings = new ConcurrentLinkedQueue<>();

    private record Watched(Epoll epoll, EventFd eventFd, long id, long unit) { }

    private CloseStress(boolean full, Duration duration) throws IOException {
        this.full = full;
        nanos = duration.toNanos();
    }

    /**
     * In a JVM of its own: in another one the poller of an earlier test could close its epolls meanwhile.
     * The arguments are seconds, and {@code full} to do it at the limit of open files.
     */
    public static void main(String[] args) throws Exception {
        boolean full = args.length > 1 && args[1].equals("full");
        if (full) {
            // loads what will be needed, while classes can still be read from files
            assertThrows(ErrnoException.class, () -> Epoll.adopt(Integer.MAX_VALUE).modify(Fd.borrow(0), EPOLLIN, 0));
            ErrnoException.of(Errno.EMFILE, "rehearsal");
            run(false, Duration.ofMillis(500));
        }
        System.out.println(run(full, Duration.ofSeconds(Long.parseLong(args[0]))));
    }

    /** Returns what has happened; {@code full}: with as many files open as may be, whenever an epoll is closed. */
    static String run(boolean full, Duration duration) throws Exception {
        long before = open();
        CloseStress stress = new CloseStress(full, duration);
        stress.run();
        assertEquals(before, open(), "left open, or closed twice");
        String happened = stress.events + " events, " + stress.closed + " closed, " + stress.woken + " woken, "
                + stress.leftByThemselves + " left by themselves";
        assertTrue(stress.enough(), () -> "hardly anything: " + happened);
        return happened;
    }

    private boolean enough() {
        return events.get() > 50 && closed.get() > 50 && (full ? leftByThemselves : woken).get() > 50;
    }

    private void run() throws Exception {
        for (int i = 0; i < SLOTS; i++) {
            current.set(i, open(i));
        }
        List<EventFd> own = new ArrayList<>();
        for (int i = 0; i < OTHERS; i++) {
            // before anybody uses up the descriptors
            own.add(EventFd.create(1, EventFd.EFD_CLOEXEC));
        }
        List<FutureTask<Void>> waiters = new ArrayList<>();
        List<FutureTask<Void>> others = new ArrayList<>();
        for (int i = 0; i < WAITERS; i++) {
            SplittableRandom random = new SplittableRandom(4711 + i);
            waiters.add(start(() -> untilOver(() -> awaitEvents(random))));
        }
        for (int i = 0; i < OTHERS; i++) {
            SplittableRandom random = new SplittableRandom(815 + i);
            EventFd always = own.get(i);
            others.add(start(() -> untilOver(() -> act(random, always))));
        }
        long start = System.nanoTime();
        // on a machine that is busy with something else it takes longer until enough has happened
        while (!over && System.nanoTime() - start < (enough() ? nanos : LONG_NANOS)) {
            Thread.sleep(5);
        }
        over = true;
        for (FutureTask<Void> other : others) {
            get(other);
        }
        for (int i = 0; i < SLOTS; i++) {
            close(current.get(i));
        }
        for (FutureTask<Void> waiter : waiters) {
            get(waiter);
        }
        fillings.addAll(own);
        fillings.add(filling);
        for (Fd each : fillings) {
            each.close();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private Void untilOver(Step step) throws IOException {
        try {
            while (!over) {
                try {
                    step.run();
                } catch (AsynchronousCloseException e) {
                    throw new AssertionError("only a wait ends in this way", e);
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().contains("is closed"), e::getMessage);
                }
            }
            return null;
        } catch (Throwable e) {
            over = true;
            throw e;
        }
    }

    private void awaitEvents(SplittableRandom random) throws IOException {
        Watched watched = current.get(random.nextInt(SLOTS));
        // where nobody can be woken, the wait has to be one that ends
        long timeout = full ? random.nextInt(300_000) : LONG_NANOS;
        long start = System.nanoTime();
        try (Arena arena = Arena.ofConfined()) {
            EpollEvents found = EpollEvents.allocate(arena, 4);
            int n = watched.epoll.awaitNanos(found, timeout);
            assertTrue(n > 0 || full, "not woken");
            for (int i = 0; i < n; i++) {
                assertEquals(watched.id, found.data(i), "another registration's event");
            }
            assertEquals(0, watched.eventFd.read() % watched.unit, "written to, or read, by another's owner");
            events.addAndGet(n);
        } catch (AsynchronousCloseException e) {
            (System.nanoTime() - start < timeout ? woken : leftByThemselves).incrementAndGet();
        }
    }

    private void act(SplittableRandom random, EventFd always) throws IOException {
        int slot = random.nextInt(SLOTS);
        Watched watched = current.get(slot);
        switch (random.nextInt(8)) {
            case 0 -> {
                Watched next = open(slot);
                close(current.compareAndSet(slot, watched, next) ? watched : next);
            }
            case 1, 2, 3, 4 -> assertTrue(watched.eventFd.write(watched.unit));
            case 5 -> watched.epoll.modify(watched.eventFd, EPOLLIN, watched.id);
            default -> {
                watched.epoll.add(always, EPOLLIN, watched.id);
                watched.epoll.remove(always);
            }
        }
    }

    private Watched open(int slot) throws IOException {
        int id = ids.incrementAndGet();
        long prime = BigInteger.valueOf(1000L * id).nextProbablePrime().longValue();
        for (;;) {
            Epoll epoll = null;
            try {
                epoll = Epoll.create();
                Watched opened = new Watched(epoll, EventFd.create(), (long) id << Integer.SIZE | slot, prime);
                epoll.add(opened.eventFd, EPOLLIN, opened.id);
                return opened;
            } catch (ErrnoException e) {
                if (!full || e.errno() != Errno.EMFILE) {
                    throw e;
                }
                if (epoll != null) {
                    epoll.close();
                }
                for (int i = 0; i < 2; i++) {
                    Fd filled = fillings.poll();
                    if (filled != null) {
                        filled.close();
                    }
                }
            }
        }
    }

    private void close(Watched watched) throws IOException {
        Epoll sameNumber = Epoll.borrow(watched.epoll.fd());
        if (full) {
            fillUp();
        }
        watched.epoll.close();
        if (users(watched.epoll) > 0) {
            // only the epoll that watches this eventfd has it to modify
            boolean same = true;
            try {
                sameNumber.modify(watched.eventFd, EPOLLIN, watched.id);
            } catch (ErrnoException e) {
                same = false;
            }
            assertTrue(same || users(watched.epoll) == 0, "given away with a thread inside");
        }
        watched.eventFd.close();
        closed.incrementAndGet();
    }

    private void fillUp() throws IOException {
        try {
            for (;;) {
                fillings.add(Fcntl.dup(filling));
            }
        } catch (ErrnoException e) {
            assertEquals(Errno.EMFILE, e.errno());
        }
    }

    /** How many epolls and eventfds this process has open. */
    private static long open() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.filter(file -> target(file).startsWith("anon_inode:[event")).count();
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
