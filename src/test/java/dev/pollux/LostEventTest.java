package dev.pollux;

import static dev.pollux.Poll.POLLERR;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.Poll.POLLRDHUP;
import static dev.pollux.Support.LONG_NANOS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.Poller;
import java.lang.foreign.Arena;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file whose event goes with the first poll that sees it, and virtual threads that wait for it: mountinfo. */
@Timeout(100)
class LostEventTest {
    private static final String DONE = "done\n";

    @Test
    void noMountIsMissedWheneverItComes(@TempDir Path folder) throws Exception {
        Process can = new ProcessBuilder("unshare", "-m", "mount", "-t", "tmpfs", "pollux", "/mnt").start();
        assumeTrue(can.waitFor(10, TimeUnit.SECONDS) && can.exitValue() == 0, "may not mount, even by itself");
        ProcessBuilder child = Child.java(Mounts.class, folder.toString());
        child.command().addAll(0, List.of("unshare", "-m"));
        assertEquals(DONE, Child.run(child));
    }

    /** Has mounts of its own. */
    static final class Mounts {
        private static boolean mounted;
        private static Path place;

        private Mounts() { }

        /** One more, or one less. */
        private static void change() throws Exception {
            List<String> command = mounted ? List.of("umount", place.toString())
                    : List.of("mount", "-t", "tmpfs", "pollux", place.toString());
            assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
            mounted = !mounted;
        }

        private static Waiting<Integer> waiting(Fd fd) {
            return waiting(fd, POLLPRI);
        }

        private static Waiting<Integer> waiting(Fd fd, int events) {
            return new Waiting<>(() -> fd.awaitNanos(events, LONG_NANOS));
        }

        private static void assertSeen(Waiting<Integer> waiting) throws Exception {
            assertTrue((waiting.result() & (POLLPRI | POLLERR)) != 0, "an event was lost");
        }

        private static void awaitParked(Waiting<?> waiting) throws Exception {
            waiting.parked();
            Thread.sleep(150); // longer than a platform thread waits at a time
        }

        public static void main(String[] args) throws Exception {
            place = Path.of(args[0]);
            Path file = Path.of("/proc/self/mountinfo");
            try (Fd fd = Fcntl.open(file, Fcntl.O_RDONLY); Fd borrowed = Fd.borrow(fd.fd())) {
                for (Fd each : List.of(fd, borrowed)) {
                    // while it waits
                    Waiting<Integer> waiting = waiting(each);
                    awaitParked(waiting);
                    change();
                    assertSeen(waiting);
                    // before it waits for the second time
                    change();
                    assertSeen(waiting(each));
                    waiting = waiting(each);
                    awaitParked(waiting);
                    change();
                    assertSeen(waiting);
                }
                betweenPollAndRegistration(fd);
                // the same event, to who asks for no more than errors
                for (int events : new int[] {0, POLLRDHUP}) {
                    Waiting<Integer> waiting = waiting(fd, events);
                    awaitParked(waiting);
                    change();
                    assertSeen(waiting);
                    change();
                    assertSeen(waiting(fd, events));
                }
            }
            throughAnEpoll(file);
            throughAnEpollThatIsWaitedFor(file);
            if (mounted) {
                change();
            }
            System.out.print(DONE);
        }

        /** Where nothing is registered by the poller: it is kept from starting. */
        private static void betweenPollAndRegistration(Fd fd) throws Exception {
            Field creation = Poller.class.getDeclaredField("CREATION");
            creation.setAccessible(true);
            Waiting<Integer> waiting;
            synchronized (creation.get(null)) {
                waiting = waiting(fd);
                Support.awaitUsers(fd, 1);
                Thread.sleep(100);
                change();
            }
            assertSeen(waiting);
        }

        /** Added by another thread while it is being waited for. */
        private static void throughAnEpollThatIsWaitedFor(Path file) throws Exception {
            try (Arena arena = Arena.ofShared(); Fd fd = Fcntl.open(file, Fcntl.O_RDONLY);
                    Epoll epoll = Epoll.create()) {
                EpollEvents events = EpollEvents.allocate(arena, 4);
                Waiting<Integer> waiting = new Waiting<>(() -> epoll.awaitNanos(events, LONG_NANOS));
                awaitParked(waiting);
                epoll.add(fd, Epoll.EPOLLPRI);
                for (int i = 0; i < 3; i++) {
                    awaitParked(waiting);
                    change();
                    assertEquals(1, waiting.result(), "an event was lost");
                    waiting = new Waiting<>(() -> epoll.awaitNanos(events, LONG_NANOS));
                }
                awaitParked(waiting);
                change();
                assertEquals(1, waiting.result(), "an event was lost");
            }
        }

        private static void throughAnEpoll(Path file) throws Exception {
            try (Arena arena = Arena.ofShared(); Fd fd = Fcntl.open(file, Fcntl.O_RDONLY);
                    Epoll epoll = Epoll.create()) {
                epoll.add(fd, Epoll.EPOLLPRI);
                EpollEvents events = EpollEvents.allocate(arena, 4);
                for (int i = 0; i < 3; i++) {
                    Waiting<Integer> waiting = new Waiting<>(() -> epoll.awaitNanos(events, LONG_NANOS));
                    awaitParked(waiting);
                    change();
                    assertEquals(1, waiting.result(), "an event was lost");
                    assertEquals(fd.fd(), events.fd(0));
                    assertTrue((events.events(0) & Epoll.EPOLLPRI) != 0);
                }
            }
        }
    }
}
