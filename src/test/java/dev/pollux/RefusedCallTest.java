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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
