package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.pidfd_h;
import dev.pollux.generated.pidfd_info;
import dev.pollux.generated.poll_h;
import dev.pollux.generated.siginfo_t;
import dev.pollux.internal.Closing;
import dev.pollux.internal.Libc;
import dev.pollux.internal.PollWait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A pidfd: a process, readable once it has ended. It need not be a child of this one.
 *
 * <p>Unlike a process id, it stays with its process. The id of a process that has ended is given to another one sooner
 * or later, and a signal sent to that number then hits the wrong process.
 *
 * <p><b>Nobody is reaped.</b> A child's exit status is for the JDK, or whoever started it, to take. If another took it,
 * it would be lost there, and {@link Process#exitValue} would say 0. {@link #status} asks the kernel without taking it.
 *
 * <p>A child with a limit, and its output while it runs:
 * {@snippet class="dev.pollux.Snippets" region="output"}
 *
 * <p>All methods may be called by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
 */
public final class PidFd extends Fd {
    private static final int ECHILD = errno_h.ECHILD();
    private static final int ESRCH = errno_h.ESRCH();
    private static final long SYS_PIDFD_OPEN = pidfd_h.SYS_pidfd_open();
    private static final long SYS_PIDFD_SEND_SIGNAL = pidfd_h.SYS_pidfd_send_signal();
    private static final int PEEK = pidfd_h.WEXITED() | pidfd_h.WNOHANG() | pidfd_h.WNOWAIT();
    private static final long INFO_EXIT = pidfd_h.PIDFD_INFO_EXIT();
    private static final long REAPING_NANOS = 100_000_000;

    /** What is known of the end of a process. */
    public sealed interface Status permits Running, Exited, Killed, Unknown { }

    /** It has not ended. */
    public record Running() implements Status { }

    /**
     * It ended by itself.
     *
     * @param code its exit code, from 0 to 255
     */
    public record Exited(int code) implements Status { }

    /**
     * A signal ended it.
     *
     * @param signal the number of the signal, such as {@link SigSet#SIGKILL}
     * @param coreDumped whether its memory was written to a core file
     */
    public record Killed(int signal, boolean coreDumped) implements Status { }

    /**
     * It has ended, and this process cannot know how: it is not a child of this one, and its parent has not asked for
     * its status yet, or has and this kernel is older than 6.15.
     */
    public record Unknown() implements Status { }

    private PidFd(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code pidfd_open(pid, 0)}, close-on-exec. The number is trusted: if its process has ended and been reaped, it
     * may be another's by now. The number of a child of this process that nobody else reaps is safe. For a child that
     * {@link Process} started, and for processes that are not children, use {@link #of}.
     *
     * @param pid the number of a process that is running, or has ended and has not been reaped yet
     * @return its pidfd, owned by the caller
     * @throws ErrnoException if the kernel refuses: ESRCH (no such process), EINVAL or ENOENT (a thread, not a
     *         process), EMFILE, ENFILE, ENODEV, ENOMEM; ENOSYS before Linux 5.3
     * @throws IllegalArgumentException if {@code pid} cannot be a process: below 1, or not a C {@code int}
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
     */
    public static PidFd open(long pid) throws ErrnoException {
        if (pid < 1 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("no process can have the number " + pid);
        }
        Closing.requireStack();
        long fd = Libc.syscall(SYS_PIDFD_OPEN, pid, 0, 0, 0);
        if (fd < 0) {
            throw ErrnoException.of((int) -fd, "pidfd_open", "pid=" + pid, "flags=0");
        }
        return opened((int) fd);
    }

    /** The owner of a number that the kernel has just told: whoever asked it had the stack for this. */
    static PidFd opened(int fd) {
        try {
            return new PidFd(fd, true);
        } catch (VirtualMachineError e) {
            throw Closing.unowned(fd, e);
        }
    }

    /**
     * {@code pidfd_open(process.pid(), 0)}, close-on-exec. This is certain to be that process, not one that has been
     * given its number since: after opening, the handle is asked whether its process, identified by its start time, is
     * still alive.
     *
     * <p>The JDK reaps its children as soon as they end, and a short-lived one may end before this call. So expect
     * ESRCH for any child; {@link Process#waitFor()} then has its status at once.
     *
     * @param process the process; {@link Process#toHandle} for a {@link Process}
     * @return its pidfd, owned by the caller
     * @throws ErrnoException as {@link #open}; ESRCH also if the process has ended and been reaped meanwhile
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
     */
    public static PidFd of(ProcessHandle process) throws ErrnoException {
        long pid = process.pid();
        PidFd opened = open(pid);
        boolean alive = false;
        try {
            alive = process.isAlive();
        } finally {
            if (!alive) {
                opened.close();
            }
        }
        if (!alive) {
            throw ErrnoException.of(ESRCH, "pidfd_open", "pid=" + pid, "flags=0");
        }
        return opened;
    }

    /**
     * Takes over an open pidfd: from now on this object closes it, and nobody else may.
     *
     * @param fd the number of an open pidfd; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static PidFd adopt(int fd) {
        return new PidFd(fd, true);
    }

    /**
     * Names a pidfd that someone else owns and keeps open. Closing the result only makes the result unusable.
     *
     * @param fd the number of an open pidfd; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static PidFd borrow(int fd) {
        return new PidFd(fd, false);
    }

    /**
     * {@code waitid(P_PIDFD, fd, &info, WEXITED | WNOHANG | WNOWAIT)}, or {@code ioctl(fd, PIDFD_GET_INFO, &info)}:
     * what became of the process. This neither waits nor takes the status away from anybody.
     *
     * <p>The status of a child of this process is known until it is reaped, which the JDK does with its own at once,
     * and from Linux 6.15 on also after that. The status of another process is known from Linux 6.15 on, once its
     * parent has reaped it, which may be some time after its end. Otherwise it is {@link Unknown}; for a child that the
     * JDK started, {@link Process#exitValue} has it then.
     *
     * @return {@link Running}, {@link Exited}, {@link Killed}, or {@link Unknown}
     * @throws ErrnoException if the kernel refuses: EBADF (not a pidfd), EINVAL (before Linux 5.4)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/waitid.2.html">waitid(2)</a>
     */
    public Status status() throws ErrnoException {
        int fd = guard.enter();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = siginfo_t.allocate(arena);
            int result = Libc.waitid(pidfd_h.P_PIDFD(), fd, info.address(), PEEK);
            if (result == 0) {
                return ofChild(siginfo_t.si_code(info), siginfo_t._sifields$_sigchld$si_status(info));
            }
            if (result != -ECHILD) {
                throw failed(result, "waitid", "P_PIDFD");
            }
            return hasEnded(fd) ? ofReaped(fd, pidfd_info.allocate(arena)) : new Running();
        } finally {
            guard.leave();
        }
    }

    private static Status ofChild(int code, int status) {
        if (code == 0) { // as it was before the call
            return new Running();
        }
        return code == pidfd_h.CLD_EXITED() ? new Exited(status) : new Killed(status, code == pidfd_h.CLD_DUMPED());
    }

    private static Status ofReaped(int fd, MemorySegment info) {
        long start = System.nanoTime();
        boolean gone = false;
        do {
            pidfd_info.mask(info.fill((byte) 0), INFO_EXIT);
            int result = Libc.ioctl(fd, pidfd_h.PIDFD_GET_INFO(), info);
            if (result >= 0 && (pidfd_info.mask(info) & INFO_EXIT) != 0) {
                int status = pidfd_info.exit_code(info); // as wait(2) has it
                int signal = status & 0x7f;
                return signal == 0 ? new Exited(status >> 8 & 0xff) : new Killed(signal, (status & 0x80) != 0);
            }
            // reaped while the kernel was looking: the next time it knows; before 6.15 it never does
            boolean justGone = result == -ESRCH && !gone;
            // a child of ours that waitid no longer knows: somebody is reaping it at this very moment
            boolean going = result >= 0 && pidfd_info.ppid(info) == ProcessHandle.current().pid();
            if (!justGone && !going) {
                break;
            }
            gone = justGone;
            Thread.yield();
        } while (System.nanoTime() - start < REAPING_NANOS);
        return new Unknown();
    }

    private boolean hasEnded(int fd) throws ErrnoException {
        int found = PollWait.one(null, fd, poll_h.POLLIN(), 0); // made again when a signal interrupts it
        if (found < 0) {
            throw failed(found, "poll", "POLLIN");
        }
        return found > 0;
    }

    /**
     * {@code pidfd_send_signal(fd, signal, NULL, 0)}: like kill(2), but it cannot hit another process that has been
     * given the same number.
     *
     * @param signal the signal, such as {@link SigSet#SIGTERM}; 0 sends none, and only asks whether the process exists
     * @return true if it was sent, even to a process that has ended and has not been reaped yet; false if the process
     *         is gone
     * @throws ErrnoException if the kernel refuses: EPERM (not permitted), EINVAL (no such signal, or a process outside
     *         this one's namespace), EBADF (not a pidfd); ENOSYS before Linux 5.1
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_send_signal.2.html">pidfd_send_signal(2)</a>
     */
    public boolean sendSignal(int signal) throws ErrnoException {
        int fd = guard.enter();
        try {
            long result = Libc.syscall(SYS_PIDFD_SEND_SIGNAL, fd, signal, 0, 0);
            if (result < 0 && result != -ESRCH) {
                throw failed(result, "pidfd_send_signal", "signal=" + signal);
            }
            return result >= 0;
        } finally {
            guard.leave();
        }
    }
}
