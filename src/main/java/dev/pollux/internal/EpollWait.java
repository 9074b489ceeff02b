package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import java.lang.foreign.MemorySegment;

/** Which of the kernel's three epoll waits serves a call. */
public final class EpollWait {
    private static final int ENOSYS = errno_h.ENOSYS();
    private static final int EPERM = errno_h.EPERM();
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Cleared for good by the first answer of a kernel before 5.11, an old seccomp filter or an old glibc. */
    static volatile boolean hasPwait2 = true;

    private EpollWait() { }

    /** Where milliseconds say it exactly the older calls do, which cost the kernel a sixth less. */
    private static boolean needsPwait2(long nanos) {
        return nanos > 0 && hasPwait2 && Deadline.millis(nanos) * NANOS_PER_MILLI != nanos;
    }

    /** The name of the call, for a message about it. */
    public static String name(long nanos, boolean masked) {
        return needsPwait2(nanos) ? "epoll_pwait2" : masked ? "epoll_pwait" : "epoll_wait";
    }

    /** What a wait returns that did not ask for errno. */
    public static final int FAILED = -1;

    /**
     * Waits {@code nanos}, or {@link Deadline#NEVER}. Returns the count, or {@link #FAILED}: then the call is to be
     * made again with the other method, which says why. A wait that fails leaves nothing behind, and errno costs every
     * call.
     */
    public static int call(Scratch s, int epfd, MemorySegment events, int maxevents, long nanos) {
        if (needsPwait2(nanos)) {
            return Libc.epoll_pwait2(epfd, events, maxevents, Deadline.timespec(s.timeout, nanos), MemorySegment.NULL);
        }
        return Libc.epoll_wait(epfd, events, maxevents, Deadline.millis(nanos));
    }

    /** Waits {@code nanos}, or {@link Deadline#NEVER}; the mask may be NULL. Returns the count, or -errno. */
    public static int call(
            Scratch s, int epfd, MemorySegment events, int maxevents, long nanos, MemorySegment sigmask) {
        if (needsPwait2(nanos)) {
            MemorySegment timeout = Deadline.timespec(s.timeout, nanos);
            int n = Libc.epoll_pwait2(s, epfd, events, maxevents, timeout, sigmask);
            if (n != -ENOSYS && n != -EPERM) {
                return n;
            }
            hasPwait2 = false;
        }
        int millis = Deadline.millis(nanos);
        return sigmask.equals(MemorySegment.NULL)
                ? Libc.epoll_wait(s, epfd, events, maxevents, millis)
                : Libc.epoll_pwait(s, epfd, events, maxevents, millis, sigmask);
    }
}
