package dev.pollux;

import dev.pollux.generated.signalfd_h;
import dev.pollux.generated.signalfd_siginfo;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import dev.pollux.internal.ThreadMasks;
import dev.pollux.internal.ThreadMasks.Unblocked;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A signalfd: readable when a signal of its set is pending; reading takes the signal.
 *
 * <p><b>Only for signals that were blocked when the JVM was started.</b> A signal that is sent to a process goes to any
 * of its threads that does not block it, and never arrives at a signalfd if there is one. The JVM has many threads, and
 * nobody can make them block a signal later. So start it with the signal blocked, which all its threads inherit
 * ({@code env} of coreutils 8.31 or newer can do that):
 * <pre>{@code env --block-signal=USR1,CHLD java …}</pre>
 * This class looks at every thread of the process before it creates a signalfd, and throws an exception with the right
 * command if one of them does not block a signal of the set. (Native code that makes a thread of its own unblock the
 * signal afterwards goes unnoticed.) What is blocked stays pending until it is read: also what would have ended the
 * process.
 *
 * <p><b>Signals that are the JVM's own</b> (HotSpot, JDK 25):
 * <ul>
 * <li>SIGKILL and SIGSTOP cannot be blocked. SIGILL, SIGTRAP, SIGBUS, SIGFPE and SIGSEGV are how it learns of its own
 * faults, and it unblocks them. SIGUSR2, or the one that the environment variable {@code _JAVA_SR_SIGNUM} names, is how
 * it stops a thread to look at its stack. Signal 62 ends the blocking calls of {@code java.nio} when a channel is
 * closed or its thread interrupted; blocked, these would hang. All of them are refused.
 * <li>SIGHUP, SIGINT and SIGTERM begin its shutdown, and SIGQUIT prints its threads: it unblocks them, unless started
 * with {@code -Xrs}.
 * <li>SIGPROF is used by the sampling of CPU time of the flight recorder and by other profilers: blocked, they see
 * nothing.
 * <li>SIGPIPE and SIGXFSZ it ignores. They are sent to the thread whose write failed, and only that thread could read
 * them here.
 * <li>32 and 33 are libc's own.
 * </ul>
 * All others are free. Do not take SIGCHLD for a reason to wait for the children of {@link Process}: reaping them would
 * falsify its exit values; {@link PidFd} does not.
 *
 * <p><b>The general way</b>, for a program that does not choose how it is started, is a handler in Java that writes to
 * an {@link EventFd}, which a loop waits for. It takes any signal that the JVM leaves to the program, SIGINT and
 * SIGTERM included (without {@code -Xrs}), but tells nothing about the sender:
 * {@snippet file="dev/pollux/OnSignal.snippet" lang="java" region="signal"}
 * A handler in native code, or a method of Java as one by an upcall, is no way: it would crash the JVM.
 *
 * <p>All methods may be called by any thread. Like every pending signal, one that is sent again before it was read is
 * read once; those from 34 on are queued.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
 */
public final class SignalFd extends Fd {
    /** Close the descriptor when the process executes another program. */
    public static final int SFD_CLOEXEC = signalfd_h.SFD_CLOEXEC();
    /** A read returns at once where it would block. */
    public static final int SFD_NONBLOCK = signalfd_h.SFD_NONBLOCK();

    private static final int NEW = -1;
    private static final int THREADS_NAMED = 5;

    /** Of {@code java.nio}: SIGRTMAX - 2. */
    private static final int WAKES_CHANNELS = 62;

    private SignalFd(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code signalfd(-1, signals, SFD_CLOEXEC | SFD_NONBLOCK)}.
     *
     * @param signals the signals to read; a later change of the set changes nothing here
     * @return a new signalfd, owned by the caller
     * @throws ErrnoException if there is none to be had: EMFILE, ENFILE, ENODEV, ENOMEM
     * @throws IllegalArgumentException if one of the signals cannot be blocked, or is kept by the JVM
     * @throws IllegalStateException if one of them is not blocked by each thread of this process: with the command line
     *         that would have made it so
     * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
     */
    public static SignalFd create(SigSet signals) throws ErrnoException {
        return create(signals, SFD_CLOEXEC | SFD_NONBLOCK);
    }

    /**
     * {@code signalfd(-1, signals, flags)}, with exactly these flags.
     *
     * @param signals the signals to read; a later change of the set changes nothing here
     * @param flags {@link #SFD_CLOEXEC}, {@link #SFD_NONBLOCK}, or 0
     * @return a new signalfd, owned by the caller
     * @throws ErrnoException as {@link #create(SigSet)}; for unknown flags EINVAL
     * @throws IllegalArgumentException as {@link #create(SigSet)}
     * @throws IllegalStateException as {@link #create(SigSet)}
     * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
     */
    public static SignalFd create(SigSet signals, int flags) throws ErrnoException {
        requireBlocked(signals);
        int fd = Libc.signalfd(NEW, signals.segment(), flags);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "signalfd", "-1", "signals", "flags=" + ErrnoException.octal(flags));
        }
        return new SignalFd(fd, true);
    }

    /**
     * Takes over an open signalfd: from now on this object closes it, and nobody else may. Whether its signals are
     * blocked is not looked at.
     *
     * @param fd the number of an open signalfd; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static SignalFd adopt(int fd) {
        return new SignalFd(fd, true);
    }

    /**
     * Names a signalfd that someone else owns and keeps open. Closing the result only makes the result unusable.
     *
     * @param fd the number of an open signalfd; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static SignalFd borrow(int fd) {
        return new SignalFd(fd, false);
    }

    /**
     * {@code signalfd(fd, signals, 0)}: reads these signals from now on, instead of those before.
     *
     * @param signals the signals to read; a later change of the set changes nothing here
     * @throws ErrnoException if the kernel refuses: EINVAL (no signalfd)
     * @throws IllegalArgumentException as {@link #create(SigSet)}
     * @throws IllegalStateException as {@link #create(SigSet)}, or if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
     */
    public void setSignals(SigSet signals) throws ErrnoException {
        requireBlocked(signals);
        int result = Guarded.signalfd(guard, signals.segment(), 0);
        if (result < 0) {
            throw failed(result, "signalfd", "signals");
        }
    }

    /**
     * {@code read(fd, &info, sizeof info)}: takes one signal.
     *
     * @return its number, such as {@link SigSet#SIGUSR1}; or 0 if there is none yet and the signalfd is non-blocking
     * @throws ErrnoException if the kernel refuses
     * @throws IllegalStateException if this object is closed, or no signalfd
     * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
     */
    public int read() throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            return count(Guarded.read(s, guard, s.address() + Scratch.ADDRESS, SignalEvents.SIZE)) == 0
                    ? 0 : s.get(ValueLayout.JAVA_INT, Scratch.ADDRESS + signalfd_siginfo.ssi_signo$offset());
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code read(fd, signals, capacity * sizeof(struct signalfd_siginfo))}: takes as many signals as fit.
     *
     * @param signals where to
     * @return how many; 0 if there are none yet and the signalfd is non-blocking
     * @throws ErrnoException if the kernel refuses
     * @throws IllegalStateException if this object is closed, or no signalfd, or {@code signals} is in use by another
     *         thread
     * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
     */
    public int read(SignalEvents signals) throws ErrnoException {
        signals.begin();
        try {
            signals.size(0);
            int count = count(Guarded.read(guard, signals.segment, signals.segment.byteSize()));
            signals.size(count);
            return count;
        } finally {
            signals.end();
        }
    }

    private int count(long n) throws ErrnoException {
        if (n == WOULD_BLOCK) {
            return 0;
        }
        if (n < 0) {
            throw failed(n, "read", "signalfd");
        }
        if (n == 0 || n % SignalEvents.SIZE != 0) {
            throw new IllegalStateException("fd " + guard.number() + " is no signalfd: it gave " + n + " bytes");
        }
        return (int) (n / SignalEvents.SIZE);
    }

    private static void requireBlocked(SigSet signals) throws ErrnoException {
        List<Integer> wanted = new ArrayList<>();
        long mask = 0;
        for (int signal = 1; signal <= SigSet.LAST; signal++) {
            if (signals.contains(signal)) {
                String why = kept(signal);
                if (why != null) {
                    throw new IllegalArgumentException("SIG" + SigSet.name(signal) + " cannot be read: " + why);
                }
                wanted.add(signal);
                mask |= bit(signal);
            }
        }
        List<Unblocked> threads = mask == 0 ? List.of() : unblocked(mask);
        if (!threads.isEmpty()) {
            throw new IllegalStateException(advice(wanted, threads));
        }
    }

    /** Why a signal can never be blocked by all threads of a JVM, or must not be; or null. */
    private static @Nullable String kept(int signal) {
        if (signal == SigSet.SIGKILL || signal == SigSet.SIGSTOP) {
            return "no process can block it";
        } else if (signal == SigSet.SIGILL || signal == SigSet.SIGTRAP || signal == SigSet.SIGBUS
                || signal == SigSet.SIGFPE || signal == SigSet.SIGSEGV) {
            return "the JVM learns by it of its own faults, and does not let it be blocked";
        } else if (signal == suspends()) {
            return "the JVM stops its threads by it, and does not let it be blocked; the environment variable"
                    + " _JAVA_SR_SIGNUM names another one for that";
        } else if (signal == WAKES_CHANNELS) {
            return "java.nio ends blocking calls by it, which would hang if it were blocked";
        }
        return null;
    }

    private static int suspends() {
        String number = System.getenv("_JAVA_SR_SIGNUM");
        try {
            int signal = number == null ? 0 : Integer.parseInt(number);
            return signal > SigSet.SIGSEGV && signal <= SigSet.LAST ? signal : SigSet.SIGUSR2;
        } catch (NumberFormatException e) {
            return SigSet.SIGUSR2;
        }
    }

    private static String advice(List<Integer> wanted, List<Unblocked> threads) {
        List<String> names = wanted.stream().map(SigSet::name).toList();
        List<String> problems = new ArrayList<>();
        boolean unlessXrs = false;
        for (int signal : wanted) {
            List<String> own =
                    threads.stream().filter(t -> (t.signals() & bit(signal)) != 0)
                            .map(t -> "thread " + t.id() + " (" + t.name() + ")").toList();
            if (!own.isEmpty()) {
                problems.add("SIG" + SigSet.name(signal) + " by "
                        + String.join(", ", own.subList(0, Math.min(THREADS_NAMED, own.size())))
                        + (own.size() > THREADS_NAMED ? " and " + (own.size() - THREADS_NAMED) + " more" : ""));
            }
            unlessXrs |= signal == SigSet.SIGHUP || signal == SigSet.SIGINT || signal == SigSet.SIGQUIT
                    || signal == SigSet.SIGTERM;
        }
        return "a signalfd gets only signals that every thread of the process blocks; not blocked is "
                + String.join("; ", problems) + ". Start the JVM with them blocked: env --block-signal="
                + String.join(",", names) + " java " + (unlessXrs ? "-Xrs … (without -Xrs the JVM takes SIGHUP,"
                + " SIGINT, SIGQUIT and SIGTERM for itself)" : "…")
                + "; or let a handler of sun.misc.Signal write to an EventFd";
    }

    private static long bit(int signal) {
        return 1L << signal - 1;
    }

    private static List<Unblocked> unblocked(long mask) throws ErrnoException {
        Fcntl.openAtOnce(Path.of("/proc/self/task"), Fcntl.O_RDONLY).close(); // if no file can be opened, this says why
        try {
            return ThreadMasks.notBlocking(mask);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "the threads of this process cannot be asked what they block: " + e.getMessage() + "; try again", e);
        }
    }
}
