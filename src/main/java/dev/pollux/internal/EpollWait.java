package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** {@code epoll_wait} and its two successors: which of the kernel's three epoll waits serves a call. */
public final class EpollWait extends KernelWait {
    private static final EpollWait KIND = new EpollWait();

    private static final int ENOSYS = errno_h.ENOSYS();
    private static final int EPERM = errno_h.EPERM();
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The kernel's, of 64 signals. */
    private static final MemorySegment SIZE_OF_MASK = MemorySegment.ofAddress(Long.BYTES);

    /** Where libc has no such function, which glibc lacks before 2.35, and musl, it is a system call. */
    static final boolean LIBC_HAS_PWAIT2 = Link.has("epoll_pwait2");

    /** Cleared for good by the first answer of a kernel before 5.11, or of an old seccomp filter. */
    static volatile boolean hasPwait2 = true;

    private EpollWait() { }

    /** Waits {@code nanos}, or {@link Deadline#NEVER}; the mask may be null. Returns the count, or -errno. */
    public static int await(
            Guard guard, int epfd, MemorySegment events, int maxevents, long nanos, @Nullable MemorySegment mask) {
        return KIND.await(guard, epfd, events, MemorySegment.NULL, MemorySegment.NULL, maxevents, nanos, mask);
    }

    /** If whole milliseconds express the timeout exactly, the older calls are used: they are cheaper in the kernel. */
    private static boolean needsPwait2(long nanos) {
        return nanos > 0 && hasPwait2 && Deadline.millis(nanos) * NANOS_PER_MILLI != nanos;
    }

    /** The name of the call, for a message about it. */
    public static String name(long nanos, boolean masked) {
        return needsPwait2(nanos) ? "epoll_pwait2" : masked ? "epoll_pwait" : "epoll_wait";
    }

    @Override
    int first(
            int epfd, MemorySegment events, MemorySegment b, MemorySegment c, int maxevents, long nanos,
            @Nullable MemorySegment mask) {
        if (mask != null) {
            return once(epfd, events, b, c, maxevents, nanos, mask);
        }
        if (!needsPwait2(nanos)) {
            return orFailed(Libc.epoll_wait_plain(epfd, events, maxevents, Deadline.millis(nanos)));
        }
        MemorySegment s = Scratch.take();
        try {
            long timeout = Deadline.timespec(s, nanos);
            return orFailed(LIBC_HAS_PWAIT2
                    ? Libc.epoll_pwait2_plain(epfd, events, maxevents, timeout, 0)
                    : (int) Libc.syscall_plain(epoll_h.SYS_epoll_pwait2(), epfd, events, maxevents, timeout, 0));
        } finally {
            Scratch.give(s);
        }
    }

    @Override
    int once(
            int epfd, MemorySegment events, MemorySegment b, MemorySegment c, int maxevents, long nanos,
            @Nullable MemorySegment mask) {
        if (needsPwait2(nanos)) {
            int n;
            MemorySegment s = Scratch.take();
            try {
                n = pwait2(s, epfd, events, maxevents, Deadline.timespec(s, nanos), mask);
            } finally {
                Scratch.give(s);
            }
            if (n != -ENOSYS && n != -EPERM) {
                return n;
            }
            hasPwait2 = false;
        }
        int millis = Deadline.millis(nanos);
        return mask == null
                ? Libc.epoll_wait(epfd, events, maxevents, millis)
                : Libc.epoll_pwait(epfd, events, maxevents, millis, mask);
    }

    static int pwait2(
            MemorySegment s, int epfd, MemorySegment events, int maxevents, long timeout,
            @Nullable MemorySegment mask) {
        if (LIBC_HAS_PWAIT2) {
            return mask == null
                    ? Libc.epoll_pwait2(s, epfd, events, maxevents, timeout, 0)
                    : Libc.epoll_pwait2(s, epfd, events, maxevents, timeout, mask);
        }
        long number = epoll_h.SYS_epoll_pwait2();
        return (int) (mask == null
                ? Libc.syscall(s, number, epfd, events, maxevents, timeout, 0)
                : Libc.syscall(s, number, epfd, events, maxevents, timeout, mask, SIZE_OF_MASK));
    }
}
