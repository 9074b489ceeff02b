package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.signal_h;
import dev.pollux.generated.sigset_t;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Link;
import dev.pollux.internal.Names;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code sigset_t}: a set of signals, for the waits that take a mask. During such a wait the signals in the set are
 * blocked for the waiting thread, and no others; a signal that is delivered ends the wait.
 *
 * <p>The memory belongs to the caller's arena. One thread at a time may change a set; several may wait with it.
 *
 * <p>A signal sent to the process may be delivered to any thread that has not blocked it, and the JVM has many. Only a
 * signal sent to the waiting thread is certain to end its wait. To receive a signal as an event, let a handler ({@code
 * sun.misc.Signal}) write to an {@link EventFd}. This class cannot change a thread's own mask, because the JVM needs
 * some signals on every thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/sigsetops.3.html">sigsetops(3)</a>
 */
public final class SigSet {
    static {
        Link.require();
    }

    /** What a wait with a signal mask returns when a signal ended it: {@code -EINTR}. */
    public static final int INTERRUPTED = -errno_h.EINTR();

    /** {@code SIGHUP}, 1: hang-up of the terminal. */
    public static final int SIGHUP = signal_h.SIGHUP();
    /** {@code SIGINT}, 2: interrupt from the terminal. */
    public static final int SIGINT = signal_h.SIGINT();
    /** {@code SIGQUIT}, 3: quit from the terminal; the JVM prints its threads. */
    public static final int SIGQUIT = signal_h.SIGQUIT();
    /** {@code SIGILL}, 4. */
    public static final int SIGILL = signal_h.SIGILL();
    /** {@code SIGTRAP}, 5. */
    public static final int SIGTRAP = signal_h.SIGTRAP();
    /** {@code SIGABRT}, 6. */
    public static final int SIGABRT = signal_h.SIGABRT();
    /** {@code SIGBUS}, 7. */
    public static final int SIGBUS = signal_h.SIGBUS();
    /** {@code SIGFPE}, 8. */
    public static final int SIGFPE = signal_h.SIGFPE();
    /** {@code SIGKILL}, 9: cannot be blocked. */
    public static final int SIGKILL = signal_h.SIGKILL();
    /** {@code SIGUSR1}, 10: for the application; without a handler it ends the process. */
    public static final int SIGUSR1 = signal_h.SIGUSR1();
    /** {@code SIGSEGV}, 11. */
    public static final int SIGSEGV = signal_h.SIGSEGV();
    /** {@code SIGUSR2}, 12: used by the JVM itself. */
    public static final int SIGUSR2 = signal_h.SIGUSR2();
    /** {@code SIGPIPE}, 13: a write to a pipe or socket without a reader. */
    public static final int SIGPIPE = signal_h.SIGPIPE();
    /** {@code SIGALRM}, 14: a timer of alarm(2). */
    public static final int SIGALRM = signal_h.SIGALRM();
    /** {@code SIGTERM}, 15: termination. */
    public static final int SIGTERM = signal_h.SIGTERM();
    /** {@code SIGSTKFLT}, 16. */
    public static final int SIGSTKFLT = signal_h.SIGSTKFLT();
    /** {@code SIGCHLD}, 17: a child process stopped or ended. */
    public static final int SIGCHLD = signal_h.SIGCHLD();
    /** {@code SIGCONT}, 18: go on, after a stop. */
    public static final int SIGCONT = signal_h.SIGCONT();
    /** {@code SIGSTOP}, 19: cannot be blocked. */
    public static final int SIGSTOP = signal_h.SIGSTOP();
    /** {@code SIGTSTP}, 20: stop from the terminal. */
    public static final int SIGTSTP = signal_h.SIGTSTP();
    /** {@code SIGTTIN}, 21: a background process reads from its terminal. */
    public static final int SIGTTIN = signal_h.SIGTTIN();
    /** {@code SIGTTOU}, 22: a background process writes to its terminal. */
    public static final int SIGTTOU = signal_h.SIGTTOU();
    /** {@code SIGURG}, 23: out-of-band data arrived. */
    public static final int SIGURG = signal_h.SIGURG();
    /** {@code SIGXCPU}, 24. */
    public static final int SIGXCPU = signal_h.SIGXCPU();
    /** {@code SIGXFSZ}, 25. */
    public static final int SIGXFSZ = signal_h.SIGXFSZ();
    /** {@code SIGVTALRM}, 26. */
    public static final int SIGVTALRM = signal_h.SIGVTALRM();
    /** {@code SIGPROF}, 27. */
    public static final int SIGPROF = signal_h.SIGPROF();
    /** {@code SIGWINCH}, 28: the terminal changed its size. */
    public static final int SIGWINCH = signal_h.SIGWINCH();
    /** {@code SIGIO}, 29: a descriptor set to O_ASYNC is ready. */
    public static final int SIGIO = signal_h.SIGIO();
    /** {@code SIGPWR}, 30. */
    public static final int SIGPWR = signal_h.SIGPWR();
    /** {@code SIGSYS}, 31. */
    public static final int SIGSYS = signal_h.SIGSYS();
    /** The last signal. */
    static final int LAST = Long.SIZE;

    private final MemorySegment segment;

    private SigSet(Arena arena) {
        segment = sigset_t.allocate(arena);
        Memory.requireWritable(segment);
    }

    /**
     * {@code sigemptyset(set)}: an empty set.
     *
     * @param arena owns the memory; the set can be used until the arena is closed
     * @return the set
     */
    public static SigSet empty(Arena arena) {
        SigSet set = new SigSet(arena);
        Libc.sigemptyset(set.segment);
        return set;
    }

    /**
     * {@code sigfillset(set)}: a set of all signals.
     *
     * @param arena owns the memory; the set can be used until the arena is closed
     * @return the set
     */
    public static SigSet full(Arena arena) {
        SigSet set = new SigSet(arena);
        Libc.sigfillset(set.segment);
        return set;
    }

    /**
     * {@code sigaddset(set, signal)}.
     *
     * @param signal the number of a signal
     * @return this set
     * @throws IllegalArgumentException if there is no such signal, or libc keeps it for itself (32 and 33)
     */
    public SigSet add(int signal) {
        require(Libc.sigaddset(segment, signal), signal);
        return this;
    }

    /**
     * {@code sigdelset(set, signal)}.
     *
     * @param signal the number of a signal
     * @return this set
     * @throws IllegalArgumentException if there is no such signal, or libc keeps it for itself (32 and 33)
     */
    public SigSet remove(int signal) {
        require(Libc.sigdelset(segment, signal), signal);
        return this;
    }

    /**
     * {@code sigismember(set, signal)}.
     *
     * @param signal the number of a signal
     * @return whether it is in the set
     * @throws IllegalArgumentException if there is no such signal
     */
    public boolean contains(int signal) {
        return require(Libc.sigismember(segment, signal), signal) != 0;
    }

    /** The name of a signal without its {@code SIG}, as kill(1) and env(1) take it; its number if it has none. */
    static String name(int signal) {
        List<String> found = new ArrayList<>(1);
        Names.signals((name, number) -> {
            if (number == signal) {
                found.add(name.substring("SIG".length()));
            }
        });
        return found.isEmpty() ? Integer.toString(signal) : found.getFirst();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("SigSet[");
        for (int signal = 1; signal <= LAST; signal++) {
            if (contains(signal)) {
                text.append(text.length() == 7 ? "" : ", ").append("SIG").append(name(signal));
            }
        }
        return text.append(']').toString();
    }

    private static int require(int result, int signal) {
        if (result < 0) {
            throw new IllegalArgumentException("signal " + signal + " does not exist, or libc keeps it for itself");
        }
        return result;
    }

    /**
     * The set, for direct access.
     *
     * @return the memory: one {@code sigset_t}
     */
    public MemorySegment segment() {
        return segment;
    }
}
