package dev.pollux;

import static dev.pollux.Support.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(60)
class ErrnoExceptionTest {
    @Test
    void theMessageHasCallArgumentsNameTextAndAdvice() throws IOException {
        try (Epoll epoll = Epoll.create(); Fd devNull = Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDONLY)) {
            ErrnoException thrown =
                    assertErrno(Errno.EPERM, () -> epoll.add(devNull, Epoll.EPOLLIN | Epoll.EPOLLET));
            assertInstanceOf(IOException.class, thrown);
            assertEquals(Errno.EPERM, thrown.errno());
            assertEquals("EPERM", thrown.errnoName());
            assertEquals("epoll_ctl(epfd=" + epoll.fd() + ", EPOLL_CTL_ADD, fd=" + devNull.fd() + ", EPOLLIN|EPOLLET)",
                    thrown.call());
            assertTrue(thrown.getMessage().startsWith(
                    thrown.call() + ": EPERM (" + Errno.text(Errno.EPERM) + "): epoll cannot watch regular files"),
                    thrown.getMessage());
        }
    }

    @Test
    void withoutAdviceItEndsAfterTheText() {
        ErrnoException thrown = assertErrno(Errno.EINVAL, () -> Pipe.create(-1));
        assertEquals("pipe2(flags=037777777777): EINVAL (" + Errno.text(Errno.EINVAL) + ")", thrown.getMessage());
    }

    @Test
    void everyErrorOfEpollCtlComesWithAdvice() {
        for (int errno : new int[] {Errno.EPERM, Errno.EEXIST, Errno.ENOENT, Errno.ENOSPC, Errno.ELOOP, Errno.EINVAL,
            Errno.EBADF}) {
            String message = ErrnoException.of(errno, "epoll_ctl", "fd=1").getMessage();
            String plain = "epoll_ctl(fd=1): " + Errno.name(errno) + " (" + Errno.text(errno) + "): ";
            assertTrue(message.startsWith(plain) && message.length() > plain.length(), message);
        }
        assertTrue(ErrnoException.of(Errno.ENOSPC, "epoll_ctl").getMessage().contains("max_user_watches"));
        assertTrue(ErrnoException.of(Errno.ENFILE, "accept4").getMessage().contains("/proc/sys/fs/file-max"));
        assertTrue(ErrnoException.of(Errno.EACCES, "bind").getMessage().contains("ip_unprivileged_port_start"));
        assertTrue(ErrnoException.of(Errno.ENOSPC, "inotify_add_watch").getMessage().contains("max_user_watches"));
        assertTrue(ErrnoException.of(Errno.EMFILE, "inotify_init1").getMessage().contains("max_user_instances"));
        assertTrue(ErrnoException.of(Errno.ENOSPC, "posix_openpt").getMessage().contains("/proc/sys/kernel/pty/max"));
    }

    @Test
    void adviceIsForTheErrorAndTheCall() {
        assertTrue(ErrnoException.of(Errno.EINVAL, "ppoll").getMessage().contains("soft limit"));
        assertTrue(ErrnoException.of(Errno.EMFILE, "eventfd").getMessage().contains("soft limit"));
        for (String function : new String[] {"poll", "bind", "fcntl", "connect", "socketpair", "epoll_ctl", "read",
            "socket", "sendto", "waitid", "tcgetattr", "ptsname_r", "timerfd_create", "timerfd_settime", "timerfd_gettime"}) {
            String message = ErrnoException.of(Errno.ENOMEM, function).getMessage();
            assertEquals(function + "(): ENOMEM (" + Errno.text(Errno.ENOMEM) + ")", message);
        }
    }

    private static void assertAdvice(String advice, int errno, Executable call) {
        String message = assertErrno(errno, call).getMessage();
        assertTrue(message.contains("): ") && message.substring(message.indexOf("): ")).contains(advice), message);
    }

    @Test
    void whatIsNotOfTheKindThatACallNeedsIsNamed() throws IOException {
        try (EventFd event = EventFd.create()) {
            int fd = event.fd();
            assertAdvice("no pidfd", Errno.EBADF, () -> PidFd.borrow(fd).status());
            assertAdvice("no pidfd", Errno.EBADF, () -> PidFd.borrow(fd).sendSignal(0));
            assertAdvice("no pipe", Errno.EBADF, () -> Fcntl.getPipeSize(event));
            assertAdvice("no pipe", Errno.EBADF, () -> Fcntl.setPipeSize(event, 4096));
            assertAdvice("no timerfd", Errno.EINVAL, () -> TimerFd.borrow(fd).disarm());
            assertAdvice("no timerfd", Errno.EINVAL, () -> TimerFd.borrow(fd).remaining());
            assertAdvice("no pseudo-terminal", Errno.ENOTTY, () -> Pty.borrow(fd).path());
            assertAdvice("no socket", Errno.ENOTSOCK, () -> SocketFd.borrow(fd).getsockname());
            assertAdvice("not open", Errno.EBADF, () -> Fcntl.getFlags(Fd.borrow(Integer.MAX_VALUE)));
        }
    }

    @Test
    void argumentsThatDoNotFitAreNamed() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        assertAdvice("no such clock", Errno.EINVAL, () -> TimerFd.create(5));
        assertAdvice("no sockets of that domain", Errno.EAFNOSUPPORT, () -> SocketFd.create(12345, 0));
        try (SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM);
                PidFd self = PidFd.of(ProcessHandle.current()); Arena arena = Arena.ofConfined()) {
            assertAdvice("no such signal", Errno.EINVAL, () -> self.sendSignal(12345));
            assertAdvice("waitFor()", Errno.ESRCH, () -> PidFd.open(Integer.MAX_VALUE));
            assertAdvice("soft limit", Errno.EINVAL, () -> Fcntl.dup(socket, -1));
            // 192.0.2.0/24 is for documentation
            InetAddress elsewhere = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
            assertAdvice("no network interface", Errno.EADDRNOTAVAIL,
                    () -> socket.bind(new InetSocketAddress(elsewhere, 0)));
            socket.bind(new InetSocketAddress(loopback, 0));
            assertAdvice("an address already", Errno.EINVAL, () -> socket.bind(new InetSocketAddress(loopback, 0)));
            SockaddrStorage to = SockaddrStorage.allocate(arena);
            to.set(new InetSocketAddress(loopback, 1), SocketFd.AF_INET6);
            assertAdvice("another domain", Errno.EAFNOSUPPORT, () -> socket.sendto(arena.allocate(1), 0, to));
            to.set(new InetSocketAddress(loopback, 0), SocketFd.AF_INET);
            assertAdvice("port is 0", Errno.EINVAL, () -> socket.sendto(arena.allocate(1), 0, to));
        }
    }

    @Test
    void aTerminalThatHasHungUpIsCalledSo() throws IOException {
        Pty pty = Pty.create();
        pty.openTerminal().close();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(1);
            assertAdvice("hung up", Errno.EIO, () -> pty.read(buffer));
            try (Fd terminal = pty.openTerminal()) {
                pty.close();
                assertAdvice("hung up", Errno.EIO, () -> terminal.write(buffer));
                assertAdvice("hung up", Errno.EIO, () -> Termios.get(terminal));
            }
        } finally {
            pty.close();
        }
    }

    @Test
    void itSurvivesSerialization() throws Exception {
        ErrnoException thrown = assertErrno(Errno.EINVAL, () -> Pipe.create(-1));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(thrown);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            ErrnoException read = (ErrnoException) in.readObject();
            assertEquals(thrown.getMessage(), read.getMessage());
            assertEquals(thrown.errno(), read.errno());
            assertEquals(thrown.call(), read.call());
        }
    }

    // LTP epoll_create03, fcntl12
    @Test
    void atTheLimitOfOpenFilesTheMessageNamesItAndWhatToDo() throws Exception {
        String output = Child.run(Child.withOpenFiles(100, OpenUntilFull.class));
        for (String call : new String[] {"eventfd(", "epoll_create1(EPOLL_CLOEXEC)", "pipe2(", "socket(", "socketpair(",
            "fcntl(", "open(", "accept4("}) {
            List<String> found = output.lines().filter(line -> line.startsWith(call)).toList();
            assertEquals(1, found.size(), () -> call + " in\n" + output);
            String message = found.getFirst();
            assertTrue(message.contains("EMFILE") && message.contains("soft limit 100, hard limit 100")
                    && message.contains("ulimit -n"), message);
        }
    }

    /** Runs in a JVM of its own, whose descriptors it uses up. */
    static final class OpenUntilFull {
        private OpenUntilFull() { }

        @FunctionalInterface
        private interface Call {
            Object make() throws IOException;
        }

        public static void main(String[] args) throws IOException {
            try (Arena arena = Arena.ofConfined();
                    SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
                    SocketFd client = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
                listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
                listener.listen(1);
                List<Object> kept = new ArrayList<>();
                // loads what will be needed, while classes can still be read from files
                kept.add(listener.accept());
                EventFd.create().close();
                client.connect(listener.getsockname());
                PollFds arrived = PollFds.allocate(arena, 1);
                arrived.add(listener, Poll.POLLIN);
                Poll.await(arrived);
                List<Call> calls = List.of(EventFd::create, Epoll::create, Pipe::create, SocketPair::create,
                        () -> SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM), () -> Fcntl.dup(listener),
                        () -> Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDONLY), listener::accept);
                PollFds tooMany = PollFds.allocate(arena, 101);
                while (tooMany.size() < tooMany.capacity()) {
                    tooMany.add(listener, 0);
                }
                kept.add(message(() -> Poll.poll(tooMany)));
                for (Call call : calls.subList(0, calls.size() - 1)) {
                    kept.add(call.make());
                }
                List<String> messages = new ArrayList<>();
                while (message(() -> kept.add(EventFd.create())) == null) { }
                for (Call call : calls) {
                    messages.add(message(call));
                }
                for (Object each : kept) {
                    if (each instanceof EventFd fd) {
                        fd.close();
                    }
                }
                messages.forEach(System.out::println);
                if (listener.accept() == null) {
                    throw new AssertionError("the connection has not stayed in the queue");
                }
            }
        }

        private static String message(Call call) throws IOException {
            try {
                call.make();
                return null;
            } catch (ErrnoException e) {
                return e.getMessage();
            }
        }
    }
}
