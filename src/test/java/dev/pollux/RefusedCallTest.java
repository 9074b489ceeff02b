package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.SigSet.SIGTERM;
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
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.Architecture;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Seccomp;
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
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Errors that no test can provoke, because they need an older kernel, another user, a container's filter, or a device
 * that fails: here a filter gives the kernel's answer, to one thread.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RefusedCallTest {
    /** The descriptor has this number, which nobody else takes when it is free. */
    private static final int HIGH = 907;

    /** System calls by their numbers: of x86_64, and of asm-generic/unistd.h, which has no poll. */
    private enum Call {
        POLL(7, 73), PPOLL(271, 73), CLOSE(3, 57), IOCTL(16, 29), BIND(49, 200), INOTIFY_ADD_WATCH(254, 27),
        TIMERFD_CREATE(283, 85), PIDFD_SEND_SIGNAL(424, 424), PIDFD_OPEN(434, 434);

        final int number;

        Call(int x86, int generic) {
            number = Architecture.CURRENT == Architecture.X86_64 ? x86 : generic;
        }
    }

    @TempDir
    Path folder;

    @BeforeAll
    static void filtersAreAllowed() throws Exception {
        String problem = get(start(() -> Seccomp.refuse(Call.BIND.number, Errno.EPERM)));
        assumeTrue(problem == null, problem);
    }

    /** On a thread of its own, for which the call fails from now on. */
    private static void refused(Call refused, int errno, Executable test) throws Exception {
        get(start(() -> {
            assertNull(Seccomp.refuse(refused.number, errno));
            try {
                test.execute();
            } catch (Throwable e) {
                throw new AssertionError(refused + " refused with " + Errno.name(errno), e);
            }
            return null;
        }));
    }

    @Test
    void aWaitForOneThatTheKernelRefusesIsAnErrorWithItsArguments() throws Exception {
        try (EventFd fd = EventFd.create()) {
            refused(Call.PPOLL, Errno.ENOMEM, () -> assertEquals("ppoll(fd=" + fd.fd() + ", POLLIN, 5000000000 ns)",
                    assertErrno(Errno.ENOMEM, () -> fd.await(POLLIN, Duration.ofSeconds(5))).call()));
            refused(Call.POLL, Errno.ENOMEM, () -> {
                int number = fd.fd();
                assertEquals("poll(fd=" + number + ", POLLIN, 0 ns)",
                        assertErrno(Errno.ENOMEM, () -> fd.awaitNanos(POLLIN, 0)).call());
            });
            assertEquals(0, fd.awaitNanos(POLLIN, 0));
            assertEquals(0, Support.users(fd));
        }
    }

    @ParameterizedTest
    @CsvSource({"PIDFD_OPEN, ENOSYS, Linux 5.3", "PIDFD_OPEN, EPERM, filter of system calls",
        "PIDFD_OPEN, EINVAL, number of a thread", "PIDFD_OPEN, ENOENT, number of a thread",
        "PIDFD_OPEN, EMFILE, ulimit -n", "PIDFD_OPEN, ENOMEM, ''", "PIDFD_SEND_SIGNAL, EPERM, another user's",
        "PIDFD_SEND_SIGNAL, EINVAL, no such signal", "PIDFD_SEND_SIGNAL, ENOMEM, ''"})
    void aProcessThatCannotBeReachedIsSaidWhy(Call call, String errno, String advice) throws Exception {
        int number = Errno.class.getField(errno).getInt(null);
        Process child = new ProcessBuilder("sleep", "100").start();
        try (PidFd fd = PidFd.of(child.toHandle())) {
            refused(call, number, () -> {
                ErrnoException thrown = assertErrno(number, () -> {
                    if (call == Call.PIDFD_OPEN) {
                        PidFd.of(child.toHandle()).close();
                    } else {
                        fd.sendSignal(SIGTERM);
                    }
                });
                String plain = thrown.call() + ": " + errno + " (" + Errno.text(number) + ")";
                assertTrue(thrown.getMessage().startsWith(plain), thrown.getMessage());
                assertEquals(advice.isEmpty(), thrown.getMessage().equals(plain), thrown.getMessage());
                assertTrue(thrown.getMessage().contains(advice), thrown.getMessage());
            });
            assertTrue(child.isAlive());
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void theAdviceOfATimerIsForTheClockThatNeedsIt() throws Exception {
        refused(Call.TIMERFD_CREATE, Errno.EPERM, () -> {
            ErrnoException thrown = assertErrno(Errno.EPERM, () -> TimerFd.create(TimerFd.CLOCK_BOOTTIME_ALARM));
            assertTrue(thrown.getMessage().contains("CAP_WAKE_ALARM"), thrown.getMessage());
        });
        refused(Call.TIMERFD_CREATE, Errno.ENOMEM, () -> {
            ErrnoException thrown = assertErrno(Errno.ENOMEM, () -> TimerFd.create());
            assertFalse(thrown.getMessage().contains("CAP_WAKE_ALARM"), thrown.getMessage());
        });
    }

    @Test
    void whatMayNotBeReadIsNotWatchedAndThatIsSaid() throws Exception {
        try (Inotify inotify = Inotify.create()) {
            refused(Call.INOTIFY_ADD_WATCH, Errno.EACCES, () -> {
                ErrnoException thrown =
                        assertErrno(Errno.EACCES, () -> inotify.addWatch(folder, Inotify.IN_CREATE));
                assertTrue(thrown.getMessage().contains("readable"), thrown.getMessage());
            });
            assertEquals(1, inotify.addWatch(folder, Inotify.IN_CREATE));
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
            refused(Call.CLOSE, errno, () -> {
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
            refused(Call.BIND, Errno.EINTR, () -> assertErrno(Errno.EINTR, () -> socket.bind(any)));
            assertTrue(socket.isOpen());
            socket.bind(any);
        }
    }

    /** Two that block in no test: to watch a file takes a file system that waits, such as FUSE. */
    @ParameterizedTest
    @EnumSource(names = {"INOTIFY_ADD_WATCH", "IOCTL"})
    void aCallThatSignalsInterruptIsMadeAgainUntilItsDescriptorIsClosed(Call call) throws Exception {
        try (Pty pty = Pty.create(); Inotify inotify = Inotify.create()) {
            Termios settings = Termios.get(pty);
            Fd fd = call == Call.IOCTL ? pty : inotify;
            FutureTask<Void> caller = start(() -> {
                refused(call, Errno.EINTR, () -> assertClosed(() -> {
                    if (call == Call.IOCTL) {
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
