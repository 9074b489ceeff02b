package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is done for the first time at the limit of open files, where no class can be read from a directory and no native
 * library of the JDK's be opened: what fails to load then fails for as long as the JVM lives.
 */
@Timeout(120)
class OpenFilesLimitTest {
    @Test
    void everyFirstFailureIsWhatItIsElsewhereAndNothingStaysBroken() throws Exception {
        assertEquals("as ever\n", Child.run(Child.withOpenFiles(120, FirstFailures.class)));
    }

    @Test
    void soItIsWhereTheClassesAreInAJar(@TempDir Path directory) throws Exception {
        assertEquals("as ever\n", Child.run(Child.withJar(
                directory.resolve("pollux.jar"), Child.withOpenFiles(120, FirstFailures.class))));
    }

    @Test
    void whatTheJdkNeedsForAddressesAndNamesIsNotBrokenByTheFirstThatComesThen() throws Exception {
        for (String what : List.of("tcp", "pair", "inotify", "pty", "signals", "filter")) {
            assertEquals(what + ": files and addresses\n", Child.run(Child.withOpenFiles(120, FirstNames.class, what)));
        }
    }

    static List<Fd> fill() throws IOException {
        List<Fd> filling = new ArrayList<>();
        try {
            for (;;) {
                filling.add(EventFd.create());
            }
        } catch (ErrnoException e) { // no assertion: JUnit's jars cannot be opened any more
            return filling;
        }
    }

    static void close(List<Fd> filling) throws IOException {
        for (Fd each : filling) {
            each.close();
        }
    }

    @FunctionalInterface
    interface Call {
        Object make() throws Exception;
    }

    /** All that can fail, before and after: at the limit is said what is said when there is room again. */
    static final class FirstFailures {
        private static final String REACHED = "EMFILE";

        private FirstFailures() { }

        public static void main(String[] args) throws Exception {
            assertFalse(false, "JUnit's jars are open");
            Support.users(Fd.borrow(0));
            try (Arena arena = Arena.ofShared(); Epoll epoll = Epoll.create(); EventFd fd = EventFd.create();
                    Pipe pipe = Pipe.create();
                    SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
                    TimerFd timer = TimerFd.create(); Inotify inotify = Inotify.create()) {
                Map<String, Call> calls = calls(arena, epoll, fd, pipe, socket, timer, inotify);
                List<EventFd> closing = List.of(EventFd.create(), EventFd.create(), EventFd.create());
                List<Fd> filling = fill();
                Map<String, String> first = new LinkedHashMap<>();
                for (Map.Entry<String, Call> call : calls.entrySet()) {
                    first.put(call.getKey(), outcome(call.getValue()));
                }
                // one that is closed under a thread, and two that wait: on a virtual thread, and on a platform thread
                first.put("closed under a virtual thread", closedUnderAWaiter(closing.get(0), true));
                first.put("closed under a platform thread", closedUnderAWaiter(closing.get(1), false));
                closing.get(2).close();
                assertFalse(closing.get(2).isOpen());
                close(filling);
                for (Map.Entry<String, Call> call : calls.entrySet()) {
                    String second = outcome(call.getValue());
                    if (!first.get(call.getKey()).contains(REACHED)) {
                        assertEquals(second, first.get(call.getKey()), call.getKey());
                    }
                }
                assertEquals(List.of(), first.entrySet().stream().filter(each -> each.getValue().contains("Error:")
                        || each.getValue().contains(REACHED) && !each.getValue().contains("ulimit")).toList());
                assertEquals("closed", first.get("closed under a virtual thread"));
                assertEquals("closed", first.get("closed under a platform thread"));
            }
            System.out.println("as ever");
        }

        private static String outcome(Call call) {
            try {
                return "returned " + call.make();
            } catch (ExecutionException e) {
                return e.getCause().toString();
            } catch (Throwable e) {
                return e.toString();
            }
        }

        private static Object virtual(Call call) throws Exception {
            FutureTask<Object> task = new FutureTask<>(call::make);
            Thread.ofVirtual().start(task);
            return Support.get(task);
        }

        private static String closedUnderAWaiter(EventFd fd, boolean virtual) throws Exception {
            FutureTask<Object> task = new FutureTask<>(() -> fd.await(POLLIN, Duration.ofMillis(300)));
            Thread thread = virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().daemon().start(task);
            while (thread.getState() == Thread.State.NEW || Support.users(fd) == 0) {
                Thread.sleep(1);
            }
            fd.close();
            try {
                return "returned " + Support.get(task);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                return cause instanceof AsynchronousCloseException || cause instanceof IllegalStateException
                        ? "closed" : cause.toString();
            }
        }

        private static Map<String, Call> calls(
                Arena arena, Epoll epoll, EventFd fd, Pipe pipe, SocketFd socket, TimerFd timer, Inotify inotify) {
            EpollEvents events = EpollEvents.allocate(arena, 1);
            MemorySegment memory = arena.allocate(8);
            Path root = Path.of("/");
            Map<String, Call> calls = new LinkedHashMap<>();
            // no number to be had
            calls.put("eventfd", EventFd::create);
            calls.put("epoll", Epoll::create);
            calls.put("pipe", Pipe::create);
            calls.put("pair", SocketPair::create);
            calls.put("socket", () -> SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM));
            calls.put("timer", () -> TimerFd.create());
            calls.put("inotify", Inotify::create);
            calls.put("pty", Pty::create);
            calls.put("pidfd", () -> PidFd.of(ProcessHandle.current()));
            calls.put("open", () -> Fcntl.open(root, Fcntl.O_RDONLY));
            calls.put("open, virtual", () -> virtual(() -> Fcntl.open(root, Fcntl.O_RDONLY)));
            calls.put("dup", () -> Fcntl.dup(fd));
            // errors with advice, and with text only
            calls.put("add twice", () -> {
                epoll.add(fd, Epoll.EPOLLIN);
                epoll.add(fd, Epoll.EPOLLIN);
                return null;
            });
            calls.put("remove twice", () -> {
                epoll.remove(fd);
                epoll.remove(fd);
                return null;
            });
            calls.put("accept", socket::accept);
            calls.put("peer", socket::getpeername);
            calls.put("sockname", () -> socket.getsockname().getClass());
            calls.put("bind", () -> {
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {1, 2, 3, 4}), 1));
                return null;
            });
            calls.put("no such path", () -> Fcntl.getFlags(Fd.borrow(1_000_000)));
            calls.put("bad events", () -> fd.write(-1));
            calls.put("read-only pipe end", () -> pipe.writer().read(memory));
            calls.put("no terminal", () -> Termios.get(fd));
            calls.put("watch", () -> inotify.addWatch(Path.of("/none"), Inotify.IN_CREATE));
            calls.put("heap", () -> fd.read(MemorySegment.ofArray(new byte[8])));
            calls.put("negative", () -> fd.awaitNanos(POLLIN, -1));
            // waits
            calls.put("await", () -> fd.awaitNanos(POLLIN, 1000));
            calls.put("epoll wait", () -> epoll.awaitNanos(events, 1_000_001));
            calls.put("await, virtual", () -> virtual(() -> fd.awaitNanos(POLLIN, 1_000_000)));
            calls.put("epoll wait, virtual", () -> virtual(() -> epoll.awaitNanos(events, 1_000_000)));
            calls.put("poll, virtual", () -> virtual(() -> {
                try (Arena own = Arena.ofConfined()) {
                    PollFds fds = PollFds.allocate(own, 1);
                    fds.add(fd, POLLIN);
                    return Poll.awaitNanos(fds, 1_000_000);
                }
            }));
            calls.put("select, virtual", () -> virtual(() -> {
                try (Arena own = Arena.ofConfined()) {
                    FdSet set = FdSet.allocate(own);
                    set.set(fd);
                    return Select.awaitNanos(set, null, null, 1_000_000);
                }
            }));
            calls.put("interrupted", () -> virtual(() -> {
                Thread.currentThread().interrupt();
                return fd.await(POLLIN);
            }));
            calls.put("signals", () -> epoll.awaitNanos(events, 1_000_000, SigSet.empty(arena)));
            calls.put("timer read", timer::read);
            calls.put("inotify read", () -> inotify.read(InotifyEvents.allocate(arena, 512)));
            // text
            calls.put("text", () -> epoll + " " + fd + " " + events + " " + Errno.text(Errno.EPERM) + " "
                    + SigSet.full(arena) + " " + PollFds.allocate(arena, 1) + " " + FdSet.allocate(arena) + " "
                    + Poll.toString(-1) + " " + Epoll.toString(-1));
            calls.put("closed", () -> {
                Fd closed = Fd.borrow(0);
                closed.close();
                return closed.fd();
            });
            return calls;
        }
    }

    /** Here nothing of java.nio.file or java.net has been used before. */
    static final class FirstNames {
        private FirstNames() { }

        public static void main(String[] args) throws Exception {
            String what = args[0];
            try (Fd fd = switch (what) {
                case "tcp" -> SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
                case "pair" -> SocketPair.create().first();
                case "inotify" -> Inotify.create();
                case "pty" -> Pty.create();
                default -> EventFd.create();
            }) {
                List<Fd> filling = fill();
                try {
                    switch (what) {
                        case "tcp" -> ((SocketFd) fd).getsockname();
                        case "pair" -> ((SocketFd) fd).getsockname();
                        case "inotify" -> fd.read(Arena.global().allocate(64));
                        case "pty" -> ((Pty) fd).path();
                        case "signals" -> SignalFd.create(SigSet.empty(Arena.global()).add(SigSet.SIGUSR1));
                        // asks whether there is one
                        default -> ErrnoException.of(Errno.EPERM, "bind");
                    }
                } catch (ErrnoException | IllegalStateException e) {
                    // it is only to be tried
                }
                close(filling);
            }
            Files.exists(Path.of("/"));
            UnixDomainSocketAddress.of("/");
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            System.out.println(what + ": files and addresses");
        }
    }
}
