package dev.pollux;

import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.arch_h;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Seccomp;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How {@link Fd} keeps its number while calls are using it: the thread that was first, and the others. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FdGuardTest {
    /** Nobody else takes this number when it is free. */
    private static final int HIGH = 908;
    private static final int SYS_MEMBARRIER = arch_h.SYS_membarrier();

    /** One descriptor, used by one thread until another closes it. */
    private static final class Trial {
        final EventFd fd = EventFd.create();
        final int number = fd.fd();
        volatile boolean inUse;
        volatile @Nullable Boolean freeAtOnce;

        Trial() throws ErrnoException { }
    }

    private volatile @Nullable Trial current;

    /** Whether a call was inside when a descriptor was closed, and knew it. */
    private volatile boolean caughtInside;

    @Test
    void aNumberIsNotClosedUnderTheThreadThatNeedsNoAtomics() throws Exception {
        closeUnderItsUser(Duration.ofSeconds(3));
    }

    @Test
    void norWhereTheKernelHasNoMembarrier() throws Exception {
        get(start(() -> {
            String problem = Seccomp.refuse(SYS_MEMBARRIER, Errno.ENOSYS);
            assumeTrue(problem == null, problem);
            assertEquals(-Errno.ENOSYS, Libc.syscall(SYS_MEMBARRIER, 0, 0, 0, 0));
            closeUnderItsUser(Duration.ofSeconds(1));
            return null;
        }));
    }

    /** Closes descriptors in the middle of their user's calls: where the number is free at once, no call is inside. */
    private void closeUnderItsUser(Duration time) throws Exception {
        current = new Trial();
        FutureTask<int[]> user = start(this::use);
        int trials = 0;
        int freeAtOnce = 0;
        long start = System.nanoTime();
        do {
            Trial trial = current;
            while (!trial.inUse) {
                Thread.onSpinWait();
            }
            for (int pause = trials % 512; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            trial.fd.close();
            boolean free = Libc.fcntl(trial.number, fcntl_h.F_GETFD(), 0) == -Errno.EBADF;
            trial.freeAtOnce = free;
            freeAtOnce += free ? 1 : 0;
            trials++;
            current = Support.goesOn(start, time, caughtInside && freeAtOnce > 0) ? new Trial() : null;
        } while (current != null);
        int[] inside = get(user);
        String told = trials + " closed, " + freeAtOnce + " free at once, " + inside[0] + " with a call inside";
        assertEquals(0, inside[1], () -> inside[1] + " of the calls were inside a number that was free: " + told);
        assertTrue(inside[0] > 0 && freeAtOnce > 0, told);
    }

    /** Calls without end, and those that find themselves inside when the descriptor is closed stay for the verdict. */
    private int[] use() {
        byte[] far = new byte[1 << 24];
        long random = 1;
        int inside = 0;
        int caught = 0;
        for (Trial trial = current; trial != null; trial = next(trial)) {
            try {
                for (;;) {
                    // stores that miss the cache hold up the one that says that a call is inside
                    for (int store = 0; store < 4; store++) {
                        random = random * 0x5DEECE66DL + 11;
                        far[(int) (random >>> 40)] = 1;
                    }
                    trial.fd.guard.enter();
                    trial.inUse = true;
                    boolean open = true;
                    for (int look = 0; look < 50 && open; look++) {
                        open = trial.fd.isOpen();
                    }
                    if (!open) {
                        inside++;
                        caughtInside = true;
                        while (trial.freeAtOnce == null) {
                            Thread.onSpinWait();
                        }
                        caught += trial.freeAtOnce ? 1 : 0;
                    }
                    trial.fd.guard.leave();
                }
            } catch (IllegalStateException closed) {
                // the next one
            }
        }
        return new int[] {inside, caught};
    }

    private @Nullable Trial next(Trial last) {
        Trial next = current;
        while (next == last) {
            Thread.onSpinWait();
            next = current;
        }
        return next;
    }

    /** One descriptor, called by two threads until a third gives its number away, or closes it. */
    private static final class Gift {
        final EventFd fd;
        final int number;
        final AtomicInteger users = new AtomicInteger();
        final AtomicInteger calls = new AtomicInteger();
        volatile boolean given;

        Gift(EventFd original) throws ErrnoException {
            number = Fcntl.dup(original, HIGH).detach();
            fd = EventFd.adopt(number);
        }

        /** Calls until it is closed; returns how many calls were begun after it, and went through all the same. */
        int use() throws ErrnoException {
            int late = 0;
            // both are the first
            users.incrementAndGet();
            while (users.get() < 2) {
                Thread.onSpinWait();
            }
            try {
                for (;;) {
                    boolean over = given;
                    assertEquals(0, fd.read());
                    late += over ? 1 : 0;
                    calls.incrementAndGet();
                }
            } catch (IllegalStateException closed) {
                return late;
            }
        }
    }

    @Test
    void aNumberIsGivenAwayOnceAndOnlyBetweenTheCallsOfItsUsers() throws Exception {
        assumeTrue(Support.openFilesLimit() > HIGH, "the limit of open files is too low");
        try (EventFd original = EventFd.create()) {
            giveAway(original);
        }
    }

    private static void giveAway(EventFd original) throws Exception {
        int refused = 0;
        int given = 0;
        long start = System.nanoTime();
        for (int round = 0; round < 3000 && Support.goesOn(start, Duration.ofSeconds(3), refused > 0 && given > 0);
                round++) {
            Gift gift = new Gift(original);
            FutureTask<Integer> first = start(gift::use);
            FutureTask<Integer> second = start(gift::use);
            // and one that closes it meanwhile, in some of the rounds
            FutureTask<Void> closer = round % 3 != 0 ? null : start(() -> {
                while (gift.calls.get() < 500 && gift.fd.isOpen()) {
                    Thread.onSpinWait();
                }
                gift.fd.close();
                return null;
            });
            boolean mine = false;
            while (!mine && gift.fd.isOpen()) {
                try {
                    assertEquals(gift.number, gift.fd.detach());
                    mine = true;
                    gift.given = true;
                } catch (IllegalStateException e) {
                    refused += e.getMessage().contains("inside a call") ? 1 : 0;
                    assertTrue(e.getMessage().contains("inside a call") || e.getMessage().contains("is closed"));
                }
            }
            assertEquals(0, get(first) + get(second), "calls after it was given away");
            if (closer != null) {
                get(closer);
            }
            assertEquals(mine, Libc.fcntl(gift.number, fcntl_h.F_GETFD(), 0) >= 0, "closed, too");
            if (mine) {
                given++;
                Fd.adopt(gift.number).close();
            }
        }
        assertTrue(refused > 0 && given > 0, refused + " times in use, " + given + " given away");
    }

    @Test
    void anAttemptToGiveAwayOneInUseIsNoticedByNobody() throws Exception {
        try (SocketPair pair = SocketPair.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC);
                Arena arena = Arena.ofShared()) {
            SocketFd fd = pair.first();
            int number = fd.fd();
            FutureTask<Long> inside = start(() -> fd.read(arena.allocate(8)));
            Support.awaitUsers(fd, 1);
            AtomicBoolean over = new AtomicBoolean();
            FutureTask<Integer> caller = start(() -> {
                MemorySegment one = arena.allocate(1);
                int calls = 0;
                for (; !over.get(); calls++) {
                    assertTrue(fd.isOpen());
                    assertEquals(number, fd.fd());
                    assertEquals("SocketFd[fd=" + number + "]", fd.toString());
                    assertEquals(Fd.WOULD_BLOCK, fd.recv(one, SocketFd.MSG_DONTWAIT | SocketFd.MSG_PEEK));
                }
                return calls;
            });
            long start = System.nanoTime();
            for (int i = 0; i < 20_000 && Support.goesOn(start, Duration.ofSeconds(5), i > 0); i++) {
                String message = assertThrows(IllegalStateException.class, fd::detach).getMessage();
                assertTrue(message.contains("inside a call"), message);
            }
            over.set(true);
            assertTrue(get(caller) > 0);
            Support.write(pair.second(), "x");
            assertEquals(1, get(inside));
            assertTrue(fd.isOpen());
        }
    }

    /** One that had no stack to say so, and stays counted. */
    @Test
    void whatAThreadHasLeftWithoutSayingSoIsClosedOnceNobodyHoldsIt() throws Exception {
        assumeTrue(Support.openFilesLimit() > HIGH, "the limit of open files is too low");
        long alarms = alarms();
        for (int number : abandon()) {
            Support.awaitTrue(() -> isClosedUnheld(number));
        }
        assertEquals(alarms, alarms());
    }

    private static boolean isClosedUnheld(int number) throws IOException {
        System.gc();
        EventFd.create().close(); // who opens something closes it
        return !Support.isOpen(number);
    }

    /** One whose first user does not leave, one of which that is another thread, and an epoll; all of them closed. */
    private static int[] abandon() throws Exception {
        try (EventFd original = EventFd.create(); Epoll lower = Epoll.create()) {
            EventFd first = EventFd.adopt(Fcntl.dup(original, HIGH).detach());
            EventFd shared = EventFd.adopt(Fcntl.dup(original, HIGH).detach());
            Epoll epoll = Epoll.adopt(Fcntl.dup(lower, HIGH).detach());
            int[] numbers = {first.fd(), shared.fd(), epoll.fd()};
            shared.write(1);
            get(start(() -> first.guard.enter() + shared.guard.enter() + epoll.guard.enter()));
            first.close();
            shared.close();
            epoll.close();
            for (int number : numbers) {
                assertTrue(Support.isOpen(number), "somebody may be inside");
            }
            Reference.reachabilityFence(List.of(first, shared, epoll));
            return numbers;
        }
    }

    /** How many of these wake the waiters of epolls: no test opens semaphores that count so far. */
    private static long alarms() throws IOException {
        try (Stream<Path> infos = Files.list(Path.of("/proc/self/fdinfo"))) {
            return infos.filter(FdGuardTest::isAlarm).count();
        }
    }

    private static boolean isAlarm(Path info) {
        try {
            return Files.readString(info).contains("eventfd-count:         ffffffff");
        } catch (IOException e) { // closed since
            return false;
        }
    }

    @Test
    void whileACallIsInsideANumberStaysOpenAlsoIfNobodyElseHoldsIt() throws Exception {
        try (EventFd original = EventFd.create(0, EventFd.EFD_CLOEXEC)) {
            FutureTask<Long> reader = readClosed(original);
            for (int i = 0; i < 5; i++) {
                assertFalse(isClosedUnheld(HIGH), "under a call");
            }
            original.write(3);
            assertEquals(3, get(reader));
            assertFalse(Support.isOpen(HIGH));
        }
    }

    /** A read that blocks, of a duplicate that is closed. */
    private static FutureTask<Long> readClosed(EventFd original) throws Exception {
        EventFd fd = EventFd.adopt(Support.dupTo(original, HIGH).detach());
        AtomicReference<@Nullable EventFd> handedOver = new AtomicReference<>(fd);
        FutureTask<Long> reader = Support.startAsleep(() -> handedOver.getAndSet(null).read());
        fd.close();
        return reader;
    }
}
