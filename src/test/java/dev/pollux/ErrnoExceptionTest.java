package dev.pollux;

import static dev.pollux.Support.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
    void errorsOfWhichThereIsNothingToSayComeWithoutAdvice() throws Exception {
        for (String function : new String[] {"poll", "bind", "fcntl", "connect", "socketpair", "epoll_ctl", "read",
            "socket", "sendto", "waitid", "tcgetattr", "ptsname_r", "timerfd_create", "timerfd_settime"}) {
            String message = ErrnoException.of(Errno.ENOMEM, function).getMessage();
            assertEquals(function + "(): ENOMEM (" + Errno.text(Errno.ENOMEM) + ")", message);
        }
        try (EventFd noTerminal = EventFd.create()) {
            String message = ErrnoException.onFd(Errno.EIO, "read", noTerminal.fd()).getMessage();
            assertEquals("read(fd=" + noTerminal.fd() + "): EIO (" + Errno.text(Errno.EIO) + ")", message);
        }
    }

    @Test
    void flagsAreShownAsInTheHeaders() throws IOException {
        int flags = SocketFd.SOCK_CLOEXEC | SocketFd.SOCK_NONBLOCK;
        try (SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            assertEquals("accept4(fd=" + socket.fd() + ", NULL, NULL, flags=0" + Integer.toOctalString(flags) + ")",
                    assertErrno(Errno.EINVAL, () -> socket.accept(flags)).call());
            Fd closed = Fd.borrow(Integer.MAX_VALUE);
            assertEquals("fcntl(fd=2147483647, F_SETFL, 0" + Integer.toOctalString(Fcntl.O_NONBLOCK) + ")",
                    assertErrno(Errno.EBADF, () -> Fcntl.setFlags(closed, Fcntl.O_NONBLOCK)).call());
        }
    }

    @Test
    void anAddressInNativeMemoryIsShownAsThatOfJava() throws IOException {
        SockaddrStorage storage;
        try (Arena arena = Arena.ofConfined()) {
            storage = SockaddrStorage.allocate(arena);
            assertEquals("sendto(SockaddrStorage[null])", ErrnoException.of(Errno.EPERM, "sendto", storage).call());
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 80);
            storage.set(address, SocketFd.AF_INET);
            assertEquals("sendto(" + address + ")", ErrnoException.of(Errno.EPERM, "sendto", storage).call());
            storage.segment().set(ValueLayout.JAVA_SHORT, 0, (short) 38);
            assertTrue(ErrnoException.of(Errno.EPERM, "sendto", storage).call().contains("address family 38"));
        }
        assertEquals("sendto(SockaddrStorage)", ErrnoException.of(Errno.EPERM, "sendto", storage).call());
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

    /** Classes come from files here, and none can be opened: what is known without them is told. */
    @Test
    void theFirstErrorOfAllIsNotHiddenByTheLimitOfOpenFiles() throws Exception {
        String output = Child.run(Child.withOpenFiles(100, FirstError.class));
        assertTrue(output.startsWith("24 of eventfd(0, flags="), output);
    }

    /** Runs in a JVM of its own, whose descriptors it uses up before anything has failed. */
    static final class FirstError {
        private FirstError() { }

        public static void main(String[] args) throws IOException {
            List<EventFd> kept = new ArrayList<>();
            String first = null;
            while (first == null) {
                try {
                    kept.add(EventFd.create());
                } catch (ErrnoException e) {
                    first = e.errno() + " of " + e.getMessage();
                }
            }
            for (EventFd each : kept) {
                each.close();
            }
            System.out.println(first);
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

    @Test
    void aNumberThatTheObjectNoLongerOwnsIsNotAskedAbout() throws Exception {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
            EventFd closed = EventFd.create();
            int number = closed.fd();
            closed.close();
            Fd successor = Fcntl.dup(terminal, number);
            try (successor) {
                assumeTrue(successor.fd() == number, "another thread was given the number");
                String asked = ErrnoException.onFd(Errno.EIO, "read", number).getMessage();
                String notAsked = closed.failed(-Errno.EIO, "read").getMessage();
                assertTrue(asked.length() > notAsked.length(), () -> asked + " / " + notAsked);
                assertTrue(notAsked.startsWith("read(fd=" + number + "): EIO"), notAsked);
                assertFalse(notAsked.contains("terminal"), notAsked);
            }
        }
    }
}
