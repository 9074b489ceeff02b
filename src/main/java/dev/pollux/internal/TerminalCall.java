package dev.pollux.internal;

import dev.pollux.generated.ioctl_h;
import dev.pollux.generated.signal_h;
import dev.pollux.generated.sigset_t;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Calls on a terminal that change it, or wait for it. From the background of the controlling terminal, the kernel would
 * answer them with SIGTTOU, which stops the process: all of the JVM. So that signal is blocked during the call, for the
 * one thread that makes it; the kernel takes that for leave to go on. What would disturb those in the foreground is
 * not done then, however, but refused.
 *
 * <p>They are {@link Blocking} calls: the mask has to be that of one platform thread, too.
 */
public final class TerminalCall {
    /** What may be done from the background. */
    public enum Background { REFUSED, ALLOWED }

    /** What a call returns that was refused because this process is in the background; no errno. */
    public static final int IN_BACKGROUND = Integer.MIN_VALUE;

    private TerminalCall() { }

    /** The argument of a call: a number, or the address of memory that the thread making the call takes from here. */
    public interface Argument {
        long in(Arena arena);
    }

    /**
     * Makes {@code ioctl(fd, request, argument)}. One that a signal interrupts is made again, unless the descriptor has
     * been closed meanwhile, or the process is in the background by then.
     *
     * @return what the call returns, its negated errno, or {@link #IN_BACKGROUND}
     */
    public static int ioctl(Guard guard, Background background, long request, Argument argument) {
        return Blocking.call(guard, number -> withoutStop(number, background, request, argument));
    }

    private static int withoutStop(int number, Background background, long request, Argument argument) {
        try (Arena arena = Arena.ofConfined()) {
            long value = argument.in(arena);
            MemorySegment blocked = sigset_t.allocate(arena);
            MemorySegment before = sigset_t.allocate(arena);
            Libc.sigemptyset(blocked);
            Libc.sigaddset(blocked, signal_h.SIGTTOU());
            // of this thread, as pthread_sigmask's, which not every glibc has in libc itself
            Libc.sigprocmask(signal_h.SIG_BLOCK(), blocked.address(), before.address());
            try {
                return background == Background.REFUSED && isInBackground(number) ? IN_BACKGROUND
                        : Libc.ioctl(number, request, value);
            } finally {
                Libc.sigprocmask(signal_h.SIG_SETMASK(), before.address(), 0);
            }
        }
    }

    /** Whether the descriptor is the controlling terminal of this process, which is in its background. */
    public static boolean isInBackground(Guard guard) {
        int number = guard.enter();
        try {
            return isInBackground(number);
        } finally {
            guard.leave();
        }
    }

    static boolean isInBackground(int fd) {
        MemorySegment s = Scratch.take();
        try {
            // of a "master" this is the other side's group, which is no business of ours
            long number = s.address() + Scratch.WORD;
            if (Libc.ioctl(s, fd, ioctl_h.TIOCGPTN(), number) >= 0
                    || Libc.ioctl(s, fd, ioctl_h.TIOCGPGRP(), number) < 0) {
                return false;
            }
            // a group outside of this process's namespace is 0, also if it is its own
            return s.get(ValueLayout.JAVA_INT, Scratch.WORD) != Libc.getpgrp();
        } finally {
            Scratch.give(s);
        }
    }
}
