package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.isOpen;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.Libc;
import dev.pollux.internal.Poller;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The end of the poller: because nobody waits any more, and because other code closed one of its epolls. */
@Timeout(120)
class PollerEndTest {
    private static final String DONE = "done\n";

    private static String run(String quietMillis, Class<?> main, String... arguments) throws Exception {
        return Child.run(Child.java(List.of("--enable-native-access=ALL-UNNAMED",
                "-Ddev.pollux.quietMillis=" + quietMillis), main, arguments));
    }

    @Test
    void whoComesWhileItEndsIsNotLost() throws Exception {
        assertEquals(DONE, run("1", ManyEnds.class));
    }

    @Test
    void itEndsWhenNobodyWaitsNotBeforeAndComesBack() throws Exception {
        assertEquals(DONE, run("100", QuietTime.class));
    }

    @ParameterizedTest
    @CsvSource({"inner, nothing", "inner, eventfd", "inner, file", "inner, epoll",
            "outer, nothing", "outer, eventfd", "outer, file", "outer, epoll"})
    void oneWhoseEpollWasClosedByOtherCodeIsReplacedAndNobodyIsLost(String which, String successor) throws Exception {
        String output = run("200", ClosedBehindItsBack.class, which, successor);
        assertTrue(output.endsWith(DONE), output);
        assertEquals(1, output.lines().filter(line -> line.contains("other code has closed fd ")).count(), output);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName)
                .filter(name -> name.startsWith("pollux-poller")).toList();
    }

    /** Waits that come about when the poller ends, so that many of them meet it in the middle of that. */
    static final class ManyEnds {
        private static final long NANOS = 8_000_000_000L;
        private static final long LOST = NANOS * Support.PATIENCE;
        private static final int LANES = 3;

        private ManyEnds() { }

        public static void main(String[] args) throws Exception {
            AtomicInteger pollers = new AtomicInteger();
            AtomicInteger waits = new AtomicInteger();
            long start = System.nanoTime();
            List<Waiting<Integer>> lanes = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                Random random = new Random(lane);
                lanes.add(new Waiting<>(() -> {
                    while (System.nanoTime() - start < NANOS || pollers.get() < 50) {
                        Poller before = Poller.running();
                        try (EventFd fd = EventFd.create()) {
                            end(fd, random.nextInt(4), random);
                        }
                        waits.incrementAndGet();
                        Thread.sleep(Duration.ofNanos(random.nextInt(8_000_000))); // the poller ends after two to three
                        pollers.addAndGet(Poller.running() == before ? 0 : 1);
                    }
                    return 0;
                }));
            }
            long last = 0;
            for (int seen = -1; System.nanoTime() - start < NANOS + LOST; Thread.sleep(20)) {
                if (waits.get() != seen) {
                    seen = waits.get();
                    last = System.nanoTime();
                }
                assertTrue(System.nanoTime() - last < LOST, "a waiter is lost");
                if (lanes.stream().allMatch(lane -> lane.task.isDone())) {
                    break;
                }
            }
            for (Waiting<Integer> lane : lanes) {
                lane.result();
            }
            assertTrue(pollers.get() >= 50, () -> pollers + " ends in " + waits + " waits");
            System.out.print(DONE);
        }

        private static void end(EventFd fd, int how, Random random) throws Exception {
            Waiting<Integer> waiting = new Waiting<>(() -> how == 0
                    ? fd.awaitNanos(POLLIN, random.nextInt(3_000_000)) : fd.await(POLLIN));
            awaitUsers(fd, how == 0 ? 0 : 1);
            Thread.sleep(Duration.ofNanos(random.nextInt(3_000_000)));
            switch (how) {
                case 0 -> assertEquals(0, waiting.result());
                case 1 -> {
                    fd.close();
                    assertInstanceOf(AsynchronousCloseException.class, waiting.thrown());
                }
                default -> {
                    fd.write(1);
                    assertEquals(POLLIN, waiting.result());
                }
            }
        }
    }

    static final class QuietTime {
        private QuietTime() { }

        public static void main(String[] args) throws Exception {
            try (EventFd fd = EventFd.create(); EventFd other = EventFd.create()) {
                Waiting<Integer> waiting = Waiting.waiting(fd, POLLIN);
                Poller first = Poller.running();
                List<Integer> epfds = List.of(first.epfd(), first.outerEpfd());
                Thread.sleep(1000);
                assertEquals(first, Poller.running());
                awaitTrue(() -> threads().size() == 1); // the old one may take a while on a slow machine
                fd.write(1);
                assertEquals(POLLIN, waiting.result());
                awaitTrue(() -> threads().isEmpty());
                assertNull(Poller.running());
                for (int epfd : epfds) {
                    assertFalse(isOpen(epfd));
                }
                // one that was watched before, and another one
                for (EventFd each : List.of(fd, other)) {
                    each.write(1);
                    each.read();
                    Waiting<Integer> next = Waiting.waiting(each, POLLIN);
                    awaitTrue(() -> threads().size() == 1); // the old one may take a while on a slow machine
                    each.write(1);
                    assertEquals(POLLIN, next.result());
                    awaitTrue(() -> threads().isEmpty());
                }
            }
            System.out.print(DONE);
        }
    }

    static final class ClosedBehindItsBack {
        private ClosedBehindItsBack() { }

        private static int epolls() throws IOException {
            int epolls = 0;
            try (DirectoryStream<Path> numbers = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
                for (Path number : numbers) {
                    epolls += Files.isSymbolicLink(number)
                            && Files.readSymbolicLink(number).toString().contains("[eventpoll]") ? 1 : 0;
                }
            }
            return epolls;
        }

        public static void main(String[] args) throws Exception {
            List<EventFd> fds = new ArrayList<>();
            List<Waiting<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                fds.add(EventFd.create());
                waits.add(Waiting.waiting(fds.get(i), POLLIN));
            }
            Poller first = Poller.running();
            int epfd = args[0].equals("inner") ? first.epfd() : first.outerEpfd();
            Path file = Files.createTempFile("pollux", null);
            try (Fd successor = switch (args[1]) {
                case "eventfd" -> EventFd.create();
                case "file" -> Fcntl.open(file, Fcntl.O_WRONLY | Fcntl.O_APPEND);
                case "epoll" -> Epoll.create();
                default -> null;
            }) {
                // a registration of its own, under a number that the poller watches, too
                if (successor instanceof Epoll epoll) {
                    epoll.add(fds.get(3), Epoll.EPOLLPRI);
                }
                assertEquals(0, Libc.close(epfd));
                Fd same = successor == null ? null : Fcntl.dup(successor, epfd);
                assertTrue(same == null || same.fd() == epfd);
                // an event for one that was inside, and somebody who comes before it is noticed, or after
                fds.get(0).write(1);
                assertEquals(POLLIN, waits.get(0).result());
                fds.add(EventFd.create());
                waits.add(new Waiting<>(() -> fds.get(20).await(POLLIN)));
                awaitUsers(fds.get(20), 1);
                fds.get(20).write(1);
                assertEquals(POLLIN, waits.get(20).result());
                // one is closed
                fds.get(1).close();
                assertInstanceOf(AsynchronousCloseException.class, waits.get(1).thrown());
                Thread.sleep(1000);
                Poller next = Poller.running();
                assertNotNull(next);
                assertNotSame(first, next);
                assertTrue(successor == null || next.epfd() != epfd && next.outerEpfd() != epfd);
                assertEquals(successor instanceof Epoll ? 4 : 2, epolls(), "the one that was not closed is left open");
                awaitTrue(() -> threads().size() == 1); // the old one may take a while on a slow machine
                for (int i = 2; i < 20; i++) {
                    assertFalse(waits.get(i).task.isDone());
                    fds.get(i).write(1);
                    assertEquals(POLLIN, waits.get(i).result());
                }
                awaitTrue(() -> threads().isEmpty());
                if (same != null) {
                    assertTrue(isOpen(epfd), "the number is not the poller's to close");
                    same.close();
                }
                if (successor instanceof Epoll epoll) {
                    try (Arena arena = Arena.ofConfined()) {
                        fds.get(3).read();
                        assertEquals(0, epoll.poll(EpollEvents.allocate(arena, 4)), "registered with another's epoll");
                    }
                }
            } finally {
                Files.delete(file);
            }
            for (EventFd each : fds) {
                each.close();
            }
            System.out.print(DONE);
        }
    }
}
