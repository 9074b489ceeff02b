package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Errors that no test can provoke, because they need an older kernel, another user, a container's filter, or a device
 * that fails: here a filter gives the kernel's answer, to one thread.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RefusedCallTest {
    /** The descriptor has this number, which nobody else takes when it is free. */
    private static final int HIGH = 907;

    @TempDir
    Path folder;

    @BeforeAll
    static void filtersAreAllowed() throws Exception {
        Refused.assumeAllowed();
    }

    @Test
    void aWaitForOneThatTheKernelRefusesIsAnErrorWithItsArguments() throws Exception {
        try (EventFd fd = EventFd.create()) {
            Refused.PPOLL.with(Errno.ENOMEM, () -> assertEquals("ppoll(fd=" + fd.fd() + ", POLLIN, 5000000000 ns)",
                    assertErrno(Errno.ENOMEM, () -> fd.await(POLLIN, Duration.ofSeconds(5))).call()));
            Refused.POLL.with(Errno.ENOMEM, () -> {
                int number = fd.fd();
                assertEquals("poll(fd=" + number + ", POLLIN, 0 ns)",
                        assertErrno(Errno.ENOMEM, () -> fd.awaitNanos(POLLIN, 0)).call());
            });
            assertEquals(0, fd.awaitNanos(POLLIN, 0));
            assertEquals(0, Support.users(fd));
        }
    }

    @Test
    void anErrorOfCloseIsThrownAndTheDescriptorIsClosedAllTheSame() throws Exception {
        ErrnoException thrown = closed(Errno.EIO);
        assertNotNull(thrown);
        assertEquals(Errno.EIO, thrown.errno());
        assertEquals("close(fd=" + HIGH + ")", thrown.call());
    }

    /** What the kernel was asked to close is closed when a signal comes, too: once more could hit a successor. */
    @Test
    void aSignalDuringCloseIsNoErrorAndItIsNotMadeAgain() throws Exception {
        assertNull(closed(Errno.EINTR));
    }

    private static @Nullable ErrnoException closed(int errno) throws Exception {
        // where no file can be closed, no class can be read from one
        ErrnoException.of(errno, "rehearsal");
        AtomicReference<ErrnoException> thrown = new AtomicReference<>();
        try (EventFd other = EventFd.create()) {
            Fd fd = dupTo(other, HIGH);
            Refused.CLOSE.with(errno, () -> {
                try {
                    fd.close();
                } catch (ErrnoException e) {
                    thrown.set(e);
                }
                fd.close();
            });
            assertFalse(fd.isOpen());
            assertTrue(isOpen(HIGH), "the filter closes nothing");
            assertEquals(0, Libc.close(HIGH));
        }
        return thrown.get();
    }

    @Test
    void aSignalDuringBindIsThrownAsItIs() throws Exception {
        try (SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
            Refused.BIND.with(Errno.EINTR, () -> assertErrno(Errno.EINTR, () -> socket.bind(any)));
            assertTrue(socket.isOpen());
            socket.bind(any);
        }
    }

    /** The domain is asked for only to explain the error; and where it has to be known, that is the error. */
    @Test
    void whereTheDomainCannotBeAskedForTheErrorOfTheCallIsToldAllTheSame() throws Exception {
        InetSocketAddress discard = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 9);
        try (SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM); Arena arena = Arena.ofShared()) {
            SockaddrStorage six = SockaddrStorage.allocate(arena);
            six.set(discard, SocketFd.AF_INET6);
            ErrnoException.of(Errno.EAFNOSUPPORT, "rehearsal");
            Refused.GETSOCKOPT.with(Errno.EPERM, () -> {
                for (Executable call : new Executable[] {() -> socket.sendto(arena.allocate(1), 0, six),
                    () -> socket.connect(six), () -> socket.bind(six)}) {
                    String message = assertErrno(Errno.EAFNOSUPPORT, call).call();
                    assertTrue(message.endsWith(":9)"), message);
                }
                String call = assertErrno(Errno.EPERM, () -> socket.bind(discard)).call();
                assertTrue(call.startsWith("getsockopt("), call);
            });
        }
    }

    private interface Mover {
        void move(SocketFd socket) throws IOException;
    }

    /** The filter knows the system call, and what the call was given can be used again. */
    @Test
    void aRefusedCallThatMovesBytesNamesTheSystemCallAndLeavesNothingInUse() throws Exception {
        byte[] bytes = new byte[8];
        try (Arena arena = Arena.ofShared(); MemFd file = MemFd.create("file"); Pipe pipe = Pipe.create();
                SocketPair pair = SocketPair.create();
                Messages in = Messages.allocate(arena, 2, 1, Cmsg.space(Cmsg.SCM_RIGHTS))) {
            for (int i = 0; i < in.capacity(); i++) {
                in.get(i).buffer(arena.allocate(8));
                in.get(i).address(SockaddrStorage.allocate(arena));
            }
            Messages out = Messages.allocate(arena, 1, 1, Cmsg.space(Cmsg.SCM_RIGHTS));
            out.get(0).buffer(arena.allocate(8));
            out.get(0).control().addRights(file);
            IoVec vector = IoVec.allocate(arena, 1);
            vector.add(arena.allocate(8));
            Map<Refused, List<Mover>> calls = new EnumMap<>(Map.of(
                    Refused.SENDMSG, List.of(fd -> fd.sendmsg(out.get(0), 0)),
                    Refused.SENDMMSG, List.of(fd -> fd.sendmmsg(out, 0, 1, 0)),
                    Refused.RECVMSG, List.of(fd -> fd.recvmsg(in.get(0), 0)),
                    Refused.RECVMMSG, List.of(fd -> fd.recvmmsg(in, 0)),
                    Refused.READV, List.of(fd -> fd.readv(vector)),
                    Refused.WRITEV, List.of(fd -> fd.writev(vector)),
                    Refused.SENDFILE, List.of(fd -> Splice.sendfile(fd, file, 0, 1),
                            fd -> Splice.sendfile(pipe.writer(), fd, 1)),
                    Refused.SPLICE, List.of(fd -> Splice.splice(fd, pipe.writer(), 1, 0),
                            fd -> Splice.splice(pipe.reader(), fd, 1, 0)),
                    Refused.READ, List.of(fd -> fd.read(bytes, 0, 8), fd -> fd.read(ByteBuffer.wrap(bytes)))));
            calls.put(Refused.WRITE, List.of(fd -> fd.write(bytes, 0, 8), fd -> fd.write(ByteBuffer.wrap(bytes))));
            calls.put(Refused.RECVFROM, List.of(fd -> fd.recv(bytes, 0, 8, 0), fd -> fd.recv(arena.allocate(8), 0)));
            calls.put(Refused.SENDTO, List.of(fd -> fd.send(bytes, 0, 8, 0), fd -> fd.send(arena.allocate(8), 0)));
            // on a thread that may not read files no class can be loaded
            ErrnoException.of(Errno.ENOSYS, "rehearsal");
            for (Map.Entry<Refused, List<Mover>> call : calls.entrySet()) {
                String name = call.getKey().name().toLowerCase(Locale.ROOT);
                call.getKey().with(Errno.ENOSYS, () -> {
                    for (Mover mover : call.getValue()) {
                        String told = assertErrno(Errno.ENOSYS, () -> mover.move(pair.first())).getMessage();
                        assertTrue(told.contains("older than " + name), told);
                    }
                });
                for (Fd used : List.of(pair.first(), file, pipe.reader(), pipe.writer())) {
                    assertEquals(0, Support.users(used), name);
                }
                assertFalse(in.isBusy() || out.isBusy() || vector.isBusy() || in.get(1).address().isBusy(), name);
            }
            assertEquals(Fd.WOULD_BLOCK, pair.second().recvmmsg(in, 0), "nothing was sent");
            assertEquals(8, pair.first().sendmsg(out.get(0), 0));
            assertEquals(1, pair.second().recvmmsg(in, 0));
            assertEquals(1, in.get(0).control().descriptors());
        }
    }

    @Test
    void whereIoctlIsRefusedFcntlMakesNonBlocking() throws Exception {
        try (Pipe pipe = Pipe.create(0)) {
            for (int errno : new int[] {Errno.EPERM, Errno.ENOSYS, Errno.ENOTTY, Errno.EACCES}) {
                Refused.IOCTL.with(errno, () -> {
                    Fcntl.setNonBlocking(pipe.reader(), true);
                    assertTrue(Fcntl.isNonBlocking(pipe.reader()));
                    Fcntl.setNonBlocking(pipe.reader(), false);
                    assertFalse(Fcntl.isNonBlocking(pipe.reader()));
                });
            }
        }
    }

    /** Two that block in no test: to watch a file takes a file system that waits, such as FUSE. */
    @ParameterizedTest
    @EnumSource(names = {"INOTIFY_ADD_WATCH", "IOCTL"})
    void aCallThatSignalsInterruptIsMadeAgainUntilItsDescriptorIsClosed(Refused call) throws Exception {
        try (Pty pty = Pty.create(); Inotify inotify = Inotify.create()) {
            Termios settings = Termios.get(pty);
            Fd fd = call == Refused.IOCTL ? pty : inotify;
            FutureTask<Void> caller = start(() -> {
                call.with(Errno.EINTR, () -> assertClosed(() -> {
                    if (call == Refused.IOCTL) {
                        settings.set(pty, Termios.TCSADRAIN);
                    } else {
                        inotify.addWatch(folder, Inotify.IN_CREATE);
                    }
                }));
                return null;
            });
            awaitUsers(fd, 1);
            Thread.sleep(20);
            assertFalse(caller.isDone());
            fd.close();
            get(caller);
        }
    }
}
