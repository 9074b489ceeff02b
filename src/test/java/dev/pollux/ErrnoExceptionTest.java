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
        for (String function : new String[] {"poll", "bind", "fcntl", "connect", "socketpair", "epoll_ctl", "read"}) {
            String message = ErrnoException.of(Errno.ENOMEM, function).getMessage();
            assertEquals(function + "(): ENOMEM (" + Errno.text(Errno.ENOMEM) + ")", message);
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
