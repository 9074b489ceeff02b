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
 * <p>For a virtual thread a platform thread makes the call: it may block, and the mask has to be that of one thread.
 */
public final class TerminalCall {
    /** What may be done from the background. */
    public enum Background { REFUSED, ALLOWED }

    /** What a call returns that was refused because this process is in the background; no errno. */
    public static final int IN_BACKGROUND = Integer.MIN_VALUE;

    private TerminalCall() { }

    /**
     * Makes {@code ioctl(fd, request, argument)}. One that a signal interrupts is made again, unless the descriptor has
     * been closed meanwhile.
     *
     * @param argument a number, or the address of memory that the caller keeps alive
     * @return what the call returns, its negated errno, or {@link #IN_BACKGROUND}
     */
    public static int ioctl(Guard guard, Background background, long request, long argument) {
        return Thread.currentThread().isVirtual()
                ? PlatformThreads.call(() -> withoutStop(guard, background, request, argument))
                : withoutStop(guard, background, request, argument);
    }

    private static int withoutStop(Guard guard, Background background, long request, long argument) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment blocked = sigset_t.allocate(arena);
            MemorySegment before = sigset_t.allocate(arena);
            Libc.sigemptyset(blocked);
            Libc.sigaddset(blocked, signal_h.SIGTTOU());
            Libc.pthread_sigmask(signal_h.SIG_BLOCK(), blocked.address(), before.address());
            try {
                return background == Background.REFUSED && isInBackground(guard) ? IN_BACKGROUND
                        : Guarded.ioctl(guard, request, argument);
            } finally {
                Libc.pthread_sigmask(signal_h.SIG_SETMASK(), before.address(), 0);
            }
        }
    }

    /** Whether the descriptor is the controlling terminal of this process, which is in its background. */
    public static boolean isInBackground(Guard guard) {
        MemorySegment s = Scratch.take();
        try {
            // of a "master" this is the other side's group, which is no business of ours
            long number = s.address() + Scratch.WORD;
            if (Guarded.ioctl(s, guard, ioctl_h.TIOCGPTN(), number) >= 0
                    || Guarded.ioctl(s, guard, ioctl_h.TIOCGPGRP(), number) < 0) {
                return false;
            }
            // 0 is one of which this process's namespace knows nothing
            int foreground = s.get(ValueLayout.JAVA_INT, Scratch.WORD);
            return foreground > 0 && foreground != Libc.getpgrp();
        } finally {
            Scratch.give(s);
        }
    }
}
