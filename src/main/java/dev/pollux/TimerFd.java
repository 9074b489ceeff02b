package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.itimerspec;
import dev.pollux.generated.timerfd_h;
import dev.pollux.generated.timespec;
import dev.pollux.internal.Closing;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/**
 * A timerfd: a timer of the kernel, readable once it has expired.
 *
 * <p>It expires once, or repeatedly at an interval; never early, perhaps late. Time is in nanoseconds, as a {@code
 * long} or a {@link Duration}; more than 292 years is cut to that. A new timer is stopped. Setting a timer again
 * forgets the expirations that nobody has read yet.
 *
 * <p>A time of 0, or one in the past, expires at once. (In C, 0 stops the timer; here {@link #disarm} does.)
 *
 * <p>All methods may be called by any thread. Those that take or return nanoseconds allocate nothing.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code TenThousandTimers}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</a>
 */
public final class TimerFd extends Fd {
    /** The time of day, since 1970 in UTC: it jumps when somebody sets the clock. */
    public static final int CLOCK_REALTIME = timerfd_h.CLOCK_REALTIME();
    /** Time that never jumps, and stands still while the machine sleeps; that of {@link System#nanoTime}. */
    public static final int CLOCK_MONOTONIC = timerfd_h.CLOCK_MONOTONIC();
    /** As {@link #CLOCK_MONOTONIC}, but goes on while the machine sleeps. */
    public static final int CLOCK_BOOTTIME = timerfd_h.CLOCK_BOOTTIME();
    /** As {@link #CLOCK_REALTIME}, and wakes the machine from its sleep: needs CAP_WAKE_ALARM. */
    public static final int CLOCK_REALTIME_ALARM = timerfd_h.CLOCK_REALTIME_ALARM();
    /** As {@link #CLOCK_BOOTTIME}, and wakes the machine from its sleep: needs CAP_WAKE_ALARM. */
    public static final int CLOCK_BOOTTIME_ALARM = timerfd_h.CLOCK_BOOTTIME_ALARM();

    /** Close the descriptor when the process executes another program. */
    public static final int TFD_CLOEXEC = timerfd_h.TFD_CLOEXEC();
    /** A read returns at once where it would block. */
    public static final int TFD_NONBLOCK = timerfd_h.TFD_NONBLOCK();

    /** The first expiration is at an absolute time of the timer's clock, not relative to now. */
    public static final int TFD_TIMER_ABSTIME = timerfd_h.TFD_TIMER_ABSTIME();
    /**
     * With {@link #TFD_TIMER_ABSTIME} on {@link #CLOCK_REALTIME} or {@link #CLOCK_REALTIME_ALARM}: when that clock is
     * set, the timer becomes readable and the read returns {@link #CANCELED}. For other clocks the kernel ignores it.
     */
    public static final int TFD_TIMER_CANCEL_ON_SET = timerfd_h.TFD_TIMER_CANCEL_ON_SET();

    /** The clock was set, and the timer was to report that: {@code -ECANCELED}. */
    public static final int CANCELED = -errno_h.ECANCELED();

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long VALUE = Scratch.TIMER + itimerspec.it_value$offset();
    private static final long INTERVAL = Scratch.TIMER + itimerspec.it_interval$offset();
    private static final long SECONDS = timespec.tv_sec$offset();
    private static final long NANOS = timespec.tv_nsec$offset();

    private TimerFd(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)}.
     *
     * @return a new timer, stopped, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, ENODEV, ENOMEM
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</a>
     */
    public static TimerFd create() throws ErrnoException {
        return create(CLOCK_MONOTONIC);
    }

    /**
     * {@code timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK)}.
     *
     * @param clock {@link #CLOCK_MONOTONIC}, {@link #CLOCK_REALTIME}, {@link #CLOCK_BOOTTIME} …
     * @return a new timer, stopped, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, ENODEV, ENOMEM; EINVAL for another clock; EPERM for
     *         one that wakes the machine
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</a>
     */
    public static TimerFd create(int clock) throws ErrnoException {
        return create(clock, TFD_CLOEXEC | TFD_NONBLOCK);
    }

    /**
     * {@code timerfd_create(clock, flags)}, with exactly these flags.
     *
     * @param clock {@link #CLOCK_MONOTONIC}, {@link #CLOCK_REALTIME}, {@link #CLOCK_BOOTTIME} …
     * @param flags {@link #TFD_CLOEXEC}, {@link #TFD_NONBLOCK}, or 0
     * @return a new timer, stopped, owned by the caller
     * @throws ErrnoException as {@link #create(int)}; for unknown flags EINVAL
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</a>
     */
    public static TimerFd create(int clock, int flags) throws ErrnoException {
        Closing.requireStack();
        int fd = Libc.timerfd_create(clock, flags);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "timerfd_create", "clockid=" + clock, "flags=" + ErrnoException.octal(flags));
        }
        try {
            return new TimerFd(fd, true);
        } catch (VirtualMachineError e) {
            throw Closing.unowned(fd, e);
        }
    }

    /**
     * Takes over an open timerfd: from now on this object closes it, and nobody else may. It goes on as it was set.
     *
     * @param fd the number of an open timerfd; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static TimerFd adopt(int fd) {
        return new TimerFd(fd, true);
    }

    /**
     * Names a timerfd that someone else owns and keeps open. Closing the result only makes the result unusable.
     *
     * @param fd the number of an open timerfd; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static TimerFd borrow(int fd) {
        return new TimerFd(fd, false);
    }

    /**
     * {@code timerfd_settime(fd, 0, {value=timeout, interval=0}, NULL)}: expires once.
     *
     * @param timeout from now; 0 expires at once
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</a>
     */
    public void set(Duration timeout) throws ErrnoException {
        expire(0, nanos(timeout), 0);
    }

    /**
     * {@code timerfd_settime(fd, 0, {value=timeout, interval=0}, NULL)}: expires once.
     *
     * @param timeoutNanos nanoseconds from now; 0 expires at once
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</a>
     */
    public void setNanos(long timeoutNanos) throws ErrnoException {
        expire(0, nanos(timeoutNanos), 0);
    }

    /**
     * {@code timerfd_settime(fd, 0, {value=initial, interval}, NULL)}: expires repeatedly.
     *
     * @param initial from now to the first expiration; 0 expires at once
     * @param interval from one expiration to the next, however late they are read; 0 for none
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalArgumentException if either is negative
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</a>
     */
    public void set(Duration initial, Duration interval) throws ErrnoException {
        expire(0, nanos(initial), nanos(interval));
    }

    /**
     * {@code timerfd_settime(fd, 0, {value=initial, interval}, NULL)}: expires repeatedly.
     *
     * @param initialNanos nanoseconds from now to the first expiration; 0 expires at once
     * @param intervalNanos nanoseconds from one expiration to the next, however late they are read; 0 for none
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalArgumentException if either is negative
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</a>
     */
    public void setNanos(long initialNanos, long intervalNanos) throws ErrnoException {
        expire(0, nanos(initialNanos), nanos(intervalNanos));
    }

    /**
     * {@code timerfd_settime(fd, flags, {value, interval}, NULL)}, with exactly these flags. At a time of day: {@code
     * set(TFD_TIMER_ABSTIME, Duration.between(Instant.EPOCH, instant), Duration.ZERO)}.
     *
     * @param flags {@link #TFD_TIMER_ABSTIME}, {@link #TFD_TIMER_CANCEL_ON_SET}, or 0
     * @param value the first expiration: with {@link #TFD_TIMER_ABSTIME} a time of the timer's clock, which counts from
     *        1970 for the time of day and from the machine's start for the others; otherwise from now
     * @param interval from one expiration to the next, however late they are read; 0 for none
     * @return 0; or {@link #CANCELED} if the clock was set while the timer was to report that, and nobody has read it:
     *         the timer is now set all the same
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd, or unknown flags)
     * @throws IllegalArgumentException if either is negative
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</a>
     */
    public int set(int flags, Duration value, Duration interval) throws ErrnoException {
        return expire(flags, nanos(value), nanos(interval));
    }

    /**
     * {@code timerfd_settime(fd, flags, {value, interval}, NULL)}, as {@link #set(int, Duration, Duration)}.
     *
     * @param flags {@link #TFD_TIMER_ABSTIME}, {@link #TFD_TIMER_CANCEL_ON_SET}, or 0
     * @param valueNanos nanoseconds to the first expiration, or the clock's time at it
     * @param intervalNanos nanoseconds from one expiration to the next; 0 for none
     * @return 0, or {@link #CANCELED}
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd, or unknown flags)
     * @throws IllegalArgumentException if either is negative
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</a>
     */
    public int setNanos(int flags, long valueNanos, long intervalNanos) throws ErrnoException {
        return expire(flags, nanos(valueNanos), nanos(intervalNanos));
    }

    /**
     * {@code timerfd_settime(fd, 0, {0, 0}, NULL)}: stops the timer. Expirations that nobody has read are forgotten.
     *
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_settime(2)</a>
     */
    public void disarm() throws ErrnoException {
        settime(0, 0, 0);
    }

    /**
     * {@code timerfd_gettime(fd, &curr_value)}: how long until the next expiration.
     *
     * @return that time, counted from now even if the timer was set to a time of its clock; 0 if it is stopped, or has
     *         expired and has no interval, and for the moment from when an expiration is due until the kernel has seen
     *         to it
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_gettime(2)</a>
     */
    public Duration remaining() throws ErrnoException {
        return Duration.ofNanos(remainingNanos());
    }

    /**
     * {@code timerfd_gettime(fd, &curr_value)}: how long until the next expiration.
     *
     * @return nanoseconds, as {@link #remaining}
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_gettime(2)</a>
     */
    public long remainingNanos() throws ErrnoException {
        return gettime(VALUE);
    }

    /**
     * {@code timerfd_gettime(fd, &curr_value)}: from one expiration to the next.
     *
     * @return the interval; 0 if the timer has none, or is stopped
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_gettime(2)</a>
     */
    public Duration interval() throws ErrnoException {
        return Duration.ofNanos(intervalNanos());
    }

    /**
     * {@code timerfd_gettime(fd, &curr_value)}: from one expiration to the next.
     *
     * @return nanoseconds, as {@link #interval}
     * @throws ErrnoException if the kernel refuses: EINVAL (not a timerfd)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_gettime(2)</a>
     */
    public long intervalNanos() throws ErrnoException {
        return gettime(INTERVAL);
    }

    /**
     * {@code read(fd, &expirations, 8)}: how often the timer has expired since it was last set or read.
     *
     * @return the expirations, unsigned; 0 if there are none yet and the timerfd is non-blocking; or {@link #CANCELED}
     *         if the clock was set and the timer was to report that: it is still set then
     * @throws ErrnoException if the kernel refuses
     * @throws IllegalStateException if this object is closed or not a timerfd
     * @see <a href="https://man7.org/linux/man-pages/man2/timerfd_create.2.html">timerfd_create(2)</a>
     */
    public long read() throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            long n = Guarded.read(s, guard, s.address() + Scratch.WORD, Long.BYTES);
            if (n == WOULD_BLOCK) {
                return 0;
            }
            if (n == CANCELED) {
                return CANCELED;
            }
            if (n < 0) {
                throw failed(n, "read", "timerfd");
            }
            if (n != Long.BYTES) {
                throw new IllegalStateException("fd " + guard.number() + " is not a timerfd: it gave " + n + " bytes");
            }
            return s.get(ValueLayout.JAVA_LONG, Scratch.WORD);
        } finally {
            Scratch.give(s);
        }
    }

    private int expire(int flags, long value, long interval) throws ErrnoException {
        return settime(flags, Math.max(1, value), interval); // 0 would stop it
    }

    private int settime(int flags, long value, long interval) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            put(s, VALUE, value);
            put(s, INTERVAL, interval);
            int result = Guarded.timerfd_settime(s, guard, flags, s.address() + Scratch.TIMER, 0);
            if (result < 0 && result != CANCELED) {
                throw failed(result, "timerfd_settime", "flags=" + ErrnoException.octal(flags));
            }
            return result;
        } finally {
            Scratch.give(s);
        }
    }

    private long gettime(long part) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            int result = Guarded.timerfd_gettime(s, guard, s.address() + Scratch.TIMER);
            if (result < 0) {
                throw failed(result, "timerfd_gettime", "timerfd");
            }
            // no overflow: the kernel counts these in nanoseconds itself
            return s.get(ValueLayout.JAVA_LONG, part + SECONDS) * NANOS_PER_SECOND
                    + s.get(ValueLayout.JAVA_LONG, part + NANOS);
        } finally {
            Scratch.give(s);
        }
    }

    private static void put(MemorySegment s, long part, long nanos) {
        s.set(ValueLayout.JAVA_LONG, part + SECONDS, nanos / NANOS_PER_SECOND);
        s.set(ValueLayout.JAVA_LONG, part + NANOS, nanos % NANOS_PER_SECOND);
    }

    private static long nanos(Duration time) {
        if (time.isNegative()) {
            throw negative(time.toString());
        }
        return Deadline.nanos(time);
    }

    private static long nanos(long time) {
        if (time < 0) {
            throw negative(time + " ns");
        }
        return time;
    }

    private static IllegalArgumentException negative(String time) {
        return new IllegalArgumentException("negative time: " + time + "; 0 expires at once, and disarm stops a timer");
    }
}
