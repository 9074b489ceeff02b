package dev.pollux;

import dev.pollux.generated.signalfd_h;
import dev.pollux.generated.signalfd_siginfo;
import dev.pollux.internal.Closing;
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
 * <p><b>Only for signals that were blocked when the JVM was started.</b> A signal sent to a process goes to any thread
 * that does not block it, and if there is one, never arrives at a signalfd. The JVM has many threads, and nothing can
 * make them block a signal later. So start the JVM with the signal blocked; all its threads inherit that ({@code env}
 * of coreutils 8.31 or newer does it):
 * <pre>{@code env --block-signal=USR1,CHLD java …}</pre>
 * Before it creates a signalfd, this class looks at every thread of the process. If one of them does not block a signal
 * of the set, it throws an exception that names the right command. (It does not notice native code that unblocks the
 * signal in a thread of its own later.) A blocked signal stays pending until it is read, even one that would have ended
 * the process.
 *
 * <p><b>Signals that are the JVM's own</b> (HotSpot, JDK 25):
 * <ul>
 * <li>SIGKILL and SIGSTOP cannot be blocked. The JVM learns of its own faults by SIGILL, SIGTRAP, SIGBUS, SIGFPE and
 * SIGSEGV, and unblocks them. It stops a thread to look at its stack by SIGUSR2, or by the signal that the environment
 * variable {@code _JAVA_SR_SIGNUM} names. Signal 62 ends blocking calls of {@code java.nio} when a channel is closed or
 * its thread is interrupted; if it were blocked, they would hang. All of these are refused.
 * <li>SIGHUP, SIGINT and SIGTERM begin the JVM's shutdown, and SIGQUIT prints its threads: it unblocks them unless it
 * was started with {@code -Xrs}.
 * <li>SIGPROF is used by the flight recorder's CPU-time sampling and by other profilers: if it is blocked, they see
 * nothing.
 * <li>SIGPIPE and SIGXFSZ are ignored by the JVM. They are sent to the thread whose write failed, and only that thread
 * could read them.
 * <li>32 and 33 belong to libc.
 * </ul>
 * All others are free. On SIGCHLD, do not wait for the children of {@link Process}: reaping them would falsify its exit
 * values. {@link PidFd} does not reap.
 *
 * <p><b>A program that does not choose how it is started</b> can start itself once more, as the same process, with the
 * signals blocked. That takes the time of a JVM's start, and nothing but calls of C:
 * {@snippet class="dev.pollux.Snippets" region="blocked"}
 *
 * <p><b>The other way</b> is a handler in Java that writes to an {@link EventFd} on which a loop waits. It works for
 * every signal that the JVM leaves to the program, SIGINT and SIGTERM included (without {@code -Xrs}), but says nothing
 * about the sender:
 * {@snippet file="dev/pollux/OnSignal.snippet" lang="java" region="signal"}
 * The JDK has no supported API for that: {@code sun.misc} is in the module {@code jdk.unsupported}, and neither an
 * annotation nor {@code -Xlint} turns off javac's warning about it. With {@code -Werror} it has to be called by
 * reflection. For SIGHUP, SIGINT and SIGTERM, where the program is to end, a shutdown hook ({@link
 * Runtime#addShutdownHook}) can write to the {@code EventFd} and wait for the loop instead.
 *
 * <p>Do not install a native handler, nor a Java method as one by an upcall: it would crash the JVM.
 *
 * <p>All methods may be called by any thread. A signal that is sent again before it is read is read once, as every
 * pending signal; those from 34 on are queued.
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
     * @param signals the signals to read; the set is copied
     * @return a new signalfd, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, ENODEV, ENOMEM
     * @throws IllegalArgumentException if one of the signals cannot be blocked, or is kept by the JVM
     * @throws IllegalStateException if a thread of this process does not block one of them; the message has the command
     *         line that would
     * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
     */
    public static SignalFd create(SigSet signals) throws ErrnoException {
        return create(signals, SFD_CLOEXEC | SFD_NONBLOCK);
    }

    /**
     * {@code signalfd(-1, signals, flags)}, with exactly these flags.
     *
     * @param signals the signals to read; the set is copied
     * @param flags {@link #SFD_CLOEXEC}, {@link #SFD_NONBLOCK}, or 0
     * @return a new signalfd, owned by the caller
     * @throws ErrnoException as {@link #create(SigSet)}; for unknown flags EINVAL
     * @throws IllegalArgumentException as {@link #create(SigSet)}
     * @throws IllegalStateException as {@link #create(SigSet)}
     * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
     */
    public static SignalFd create(SigSet signals, int flags) throws ErrnoException {
        requireBlocked(signals);
        Closing.requireStack();
        int fd = Libc.signalfd(NEW, signals.segment(), flags);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "signalfd", "-1", "signals", "flags=" + ErrnoException.octal(flags));
        }
        try {
            return new SignalFd(fd, true);
        } catch (VirtualMachineError e) {
            throw Closing.unowned(fd, e);
        }
    }

    /**
     * Takes over an open signalfd: from now on this object closes it, and nobody else may. Whether its signals are
     * blocked is not checked.
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
     * @param signals the signals to read; the set is copied
     * @throws ErrnoException if the kernel refuses: EINVAL (not a signalfd)
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
     * @throws IllegalStateException if this object is closed or not a signalfd
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
     * @param signals receives them
     * @return how many; 0 if there are none yet and the signalfd is non-blocking
     * @throws ErrnoException if the kernel refuses
     * @throws IllegalStateException if this object is closed or not a signalfd, or {@code signals} is in use by another
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
            throw new IllegalStateException("fd " + guard.number() + " is not a signalfd: it gave " + n + " bytes");
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
            return "the JVM learns of its own faults by it, and unblocks it";
        } else if (signal == suspends()) {
            return "the JVM stops its threads by it, and unblocks it; the environment variable"
                    + " _JAVA_SR_SIGNUM names another one for that";
        } else if (signal == WAKES_CHANNELS) {
            return "java.nio ends blocking calls by it, and they would hang if it were blocked";
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
        return "a signalfd gets only signals that every thread of the process blocks. Start the JVM with them blocked:"
                + " env --block-signal=" + String.join(",", names) + " java " + (unlessXrs
                ? "-Xrs … (without -Xrs the JVM takes SIGHUP, SIGINT, SIGQUIT and SIGTERM for itself)" : "…")
                + "; or let a handler of sun.misc.Signal write to an EventFd. Not blocked: "
                + String.join("; ", problems);
    }

    private static long bit(int signal) {
        return 1L << signal - 1;
    }

    private static List<Unblocked> unblocked(long mask) throws ErrnoException {
        String tasks = "/proc/self/task";
        int room = Closing.preparePaths();
        if (room < 0) {
            throw ErrnoException.of(-room, "open", "\"" + tasks + "\"");
        }
        Fcntl.openAtOnce(Path.of(tasks), Fcntl.O_RDONLY).close(); // if no file can be opened, this says why
        try {
            return ThreadMasks.notBlocking(mask);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "cannot find out which signals the threads block: " + e.getMessage() + "; try again", e);
        }
    }
}
