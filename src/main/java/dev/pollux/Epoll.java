package dev.pollux;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;
import dev.pollux.internal.Alarm;
import dev.pollux.internal.Closing;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.EpollEvent;
import dev.pollux.internal.EpollWait;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Lookout;
import dev.pollux.internal.Names;
import dev.pollux.internal.PlatformThreads;
import dev.pollux.internal.PollWait;
import dev.pollux.internal.Poller;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An epoll instance: the kernel's list of descriptors to watch, and the waits on it.
 *
 * <p><b>Waiting.</b> {@code await} blocks until an event comes or a timeout ends, {@code poll} never blocks. Timeouts
 * that are no whole milliseconds are passed on in nanoseconds where the kernel has {@code epoll_pwait2} (Linux 5.11,
 * with any libc), else rounded up; they never end early, and may end late by the kernel's timer slack (50 µs, or a
 * thousandth of the timeout). A signal does not end a wait, except in the forms that take a {@link SigSet}. {@link
 * Thread#interrupt} does not reach a wait of a platform thread: register an {@link EventFd} and write to it, or close
 * the epoll. A virtual thread waits without its carrier, and an interrupt ends its wait by an {@link
 * InterruptedIOException}, unless something is ready; the interrupt status stays set. With a {@link SigSet} a platform
 * thread of the library waits. Once a virtual thread has waited on an epoll, another epoll of the library watches it,
 * until it is closed. That adds one level of nesting, so an {@code add} below it may fail with ELOOP. An epoll that has
 * watched a plain {@link Fd}, or a borrowed descriptor, for {@link #EPOLLPRI} is not watched in this way, because
 * events could be lost: a platform thread waits on it instead.
 *
 * <p><b>Threads.</b> Every method may be called by any thread at any time, also while others wait; each waiting thread
 * needs its own {@link EpollEvents}.
 *
 * <p><b>Closing.</b> {@link #close close} wakes all threads that wait: they get an {@link AsynchronousCloseException},
 * and the number is free when the last has left. A thread that was between two waits gets an {@link
 * IllegalStateException} from the next one, so a loop that is ended in this way catches both. They are woken by an
 * eventfd, one for all epolls: it is opened with the first and closed when the last is, so that there is one also at
 * the limit of open files. Where the kernel has no room to watch one thing more (ENOSPC, ENOMEM), the library removes
 * something that this epoll watches to make room. A waiter is left waiting until it returns by itself, and the number
 * stays taken until then, only if there is no room and the epoll watches nothing; if a filter refuses eventfds; or if
 * the first epoll was adopted at the limit of open files, and that is still reached.
 *
 * <p><b>What can be watched.</b> Everything that can make a reader wait: sockets, pipes, terminals, eventfds, other
 * epolls … Regular files and {@code /dev/null} cannot (EPERM): they are always ready. EPOLLERR and EPOLLHUP are
 * reported whether asked for or not, until the descriptor is removed.
 *
 * <p><b>Remove, then close.</b> What is watched is an open file, under the number that it was added with. If that
 * number is closed first, and no duplicate is open, the epoll silently forgets it, and a wait goes on. If a duplicate
 * is open, the events go on as well, with the data of the closed descriptor, and only one that has both, the same open
 * file and the same number, can be used to remove it.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code WakeLoop}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/epoll.7.html">epoll(7)</a>
 */
public final class Epoll extends Fd {
    /** There is something to read, or the end of it. */
    public static final int EPOLLIN = epoll_h.EPOLLIN();
    /** There is an exceptional condition, such as out-of-band data of TCP. */
    public static final int EPOLLPRI = epoll_h.EPOLLPRI();
    /** Writing would not block. */
    public static final int EPOLLOUT = epoll_h.EPOLLOUT();
    /** An error is pending, or the reader of this pipe is gone. Always reported. */
    public static final int EPOLLERR = epoll_h.EPOLLERR();
    /**
     * Hang-up: both directions of a socket are shut, or the writers of this pipe are gone. Always reported.
     */
    public static final int EPOLLHUP = epoll_h.EPOLLHUP();
    /** Normal data can be read; the same as {@link #EPOLLIN} in practice. */
    public static final int EPOLLRDNORM = epoll_h.EPOLLRDNORM();
    /** Priority data can be read; unused on Linux outside of DECnet. */
    public static final int EPOLLRDBAND = epoll_h.EPOLLRDBAND();
    /** Normal data can be written; the same as {@link #EPOLLOUT} in practice. */
    public static final int EPOLLWRNORM = epoll_h.EPOLLWRNORM();
    /** Priority data can be written. */
    public static final int EPOLLWRBAND = epoll_h.EPOLLWRBAND();
    /** Ignored by the kernel. */
    public static final int EPOLLMSG = epoll_h.EPOLLMSG();
    /** The peer of a stream socket has closed it, or shut down its writing half. */
    public static final int EPOLLRDHUP = epoll_h.EPOLLRDHUP();
    /**
     * Of several epolls that watch the same descriptor, wake one or more, not all. For {@code add} only, with IN,
     * OUT, ERR, HUP, WAKEUP and ET, and not for an epoll descriptor.
     */
    public static final int EPOLLEXCLUSIVE = epoll_h.EPOLLEXCLUSIVE();
    /** Keep the system awake while the event is being handled; ignored without CAP_BLOCK_SUSPEND. */
    public static final int EPOLLWAKEUP = epoll_h.EPOLLWAKEUP();
    /** Report one event, then nothing until {@code modify} arms the descriptor again. */
    public static final int EPOLLONESHOT = epoll_h.EPOLLONESHOT();
    /** Edge-triggered: report a change once. Read or write until {@link Fd#WOULD_BLOCK} then. */
    public static final int EPOLLET = epoll_h.EPOLLET();
    /** For {@link #create(int)}: close the descriptor when the process executes another program. */
    public static final int EPOLL_CLOEXEC = epoll_h.EPOLL_CLOEXEC();

    private Epoll(int fd) {
        super(fd);
    }

    /** A view: nothing is registered in somebody else's epoll, not even to wake waiters. */
    private Epoll(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code epoll_create1(EPOLL_CLOEXEC)}.
     *
     * @return a new epoll, owned by the caller
     * @throws ErrnoException if the kernel refuses it, or the eventfd that the first one needs: EMFILE, ENFILE, ENOMEM
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_create.2.html">epoll_create(2)</a>
     */
    public static Epoll create() throws ErrnoException {
        return create(EPOLL_CLOEXEC);
    }

    /**
     * {@code epoll_create1(flags)}, with exactly these flags.
     *
     * @param flags {@link #EPOLL_CLOEXEC} or 0
     * @return a new epoll, owned by the caller
     * @throws ErrnoException if the kernel refuses it, or the eventfd that the first one needs: EMFILE, ENFILE, ENOMEM;
     *         EINVAL for unknown flags
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_create.2.html">epoll_create(2)</a>
     */
    public static Epoll create(int flags) throws ErrnoException {
        Closing.requireStack();
        int alarm = Alarm.hold();
        Epoll epoll = null;
        try {
            if (alarm == -errno_h.EMFILE() || alarm == -errno_h.ENFILE() || alarm == -errno_h.ENOMEM()) {
                throw ErrnoException.of(-alarm, "eventfd", "for all epolls");
            }
            int fd = Libc.epoll_create1(flags);
            if (fd < 0) {
                throw ErrnoException.of(-fd, "epoll_create1",
                        flags == EPOLL_CLOEXEC ? "EPOLL_CLOEXEC" : "flags=" + ErrnoException.octal(flags));
            }
            try {
                epoll = new Epoll(fd);
            } catch (VirtualMachineError e) {
                throw Closing.unowned(fd, e);
            }
        } finally {
            if (epoll == null) {
                Alarm.release();
            }
        }
        return epoll;
    }

    /**
     * Takes over an epoll descriptor that other code has opened. Nobody may wait on a duplicate of it: closing this
     * object would wake them for nothing, and may remove what they watch. {@link #borrow} one that others wait on. Nor
     * may anybody else close it: those who wait could not be woken any more.
     *
     * @param fd the number of an open epoll descriptor; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Epoll adopt(int fd) {
        Epoll epoll = new Epoll(fd);
        Alarm.hold();
        return epoll;
    }

    /**
     * Names an epoll that someone else owns and keeps open. Closing the result only makes the result unusable, and
     * wakes no platform thread that waits on it: that would wake those who wait by the owner, too. Such a thread gets
     * its {@link AsynchronousCloseException} when its wait ends by itself.
     *
     * @param fd the number of an open epoll descriptor; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Epoll borrow(int fd) {
        return new Epoll(fd, false);
    }

    /**
     * {@code epoll_ctl(epfd, EPOLL_CTL_ADD, fd, …)}: watches a descriptor, with its own number as data, which {@link
     * EpollEvents#fd} gives back.
     *
     * @param fd the descriptor to watch
     * @param events what to report: a mask of bits such as {@link #EPOLLIN}
     * @throws ErrnoException if the kernel refuses: EPERM (a regular file), EEXIST (watched already), EBADF, ELOOP
     *         (nested epolls), EINVAL (a flag that does not go with another, or the epoll itself), ENOSPC (too many
     *         watches), ENOMEM
     * @throws IllegalStateException if this epoll or the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</a>
     */
    public void add(Fd fd, int events) throws ErrnoException {
        add(fd, events, fd.fd());
    }

    /**
     * {@code epoll_ctl(epfd, EPOLL_CTL_ADD, fd, …)}: watches a descriptor.
     *
     * @param fd the descriptor to watch
     * @param events what to report: a mask of bits such as {@link #EPOLLIN}
     * @param data any 64 bits, which {@link EpollEvents#data} gives back with each event. Numbers of closed descriptors
     *        are used again, so a loop that closes descriptors while it works through a batch tells them apart by more
     *        than their number: a generation in the upper half, or the index of an object
     * @throws ErrnoException as {@link #add(Fd, int)}
     * @throws IllegalStateException if this epoll or the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</a>
     */
    public void add(Fd fd, int events, long data) throws ErrnoException {
        control(EpollEvent.ADD, "EPOLL_CTL_ADD", fd, events, data);
    }

    /**
     * {@code epoll_ctl(epfd, EPOLL_CTL_MOD, fd, …)}: changes what is reported of a descriptor, and arms it again after
     * {@link #EPOLLONESHOT}. The kernel replaces both, the events and the data, and does not tell the earlier ones.
     *
     * @param fd the descriptor, watched already
     * @param events what to report from now on
     * @param data 64 bits that replace the earlier ones: the same again, to keep them. Of a descriptor that was added
     *        without, they are its number, {@code fd.fd()}
     * @throws ErrnoException if the kernel refuses: ENOENT (not watched), EINVAL (EPOLLEXCLUSIVE cannot be modified),
     *         EBADF, ENOMEM
     * @throws IllegalStateException if this epoll or the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</a>
     */
    public void modify(Fd fd, int events, long data) throws ErrnoException {
        control(EpollEvent.MOD, "EPOLL_CTL_MOD", fd, events, data);
    }

    /**
     * {@code epoll_ctl(epfd, EPOLL_CTL_DEL, fd, NULL)}: stops watching a descriptor. To be called before closing it:
     * the kernel watches the open file behind a number, and that lives on while any duplicate of it does.
     *
     * @param fd the descriptor, watched until now
     * @throws ErrnoException if the kernel refuses: ENOENT (not watched), EBADF, EPERM
     * @throws IllegalStateException if this epoll or the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_ctl.2.html">epoll_ctl(2)</a>
     */
    public void remove(Fd fd) throws ErrnoException {
        control(EpollEvent.DEL, "EPOLL_CTL_DEL", fd, 0, 0);
    }

    private void control(MemorySegment op, String opName, Fd fd, int events, long data) throws ErrnoException {
        int epfd = guard.enter();
        try {
            int number = fd.guard.enter();
            try {
                if (op != EpollEvent.DEL && fd.mayLoseEvents(events)) {
                    guard.keepFromPoller();
                }
                int result = EpollEvent.control(epfd, op, number, events, data);
                if (result < 0) {
                    throw ErrnoException.of(-result, "epoll_ctl", "epfd=" + epfd, opName, "fd=" + number,
                            op == EpollEvent.DEL ? "NULL" : toString(events));
                }
            } finally {
                fd.guard.leave();
            }
        } finally {
            guard.leave();
        }
    }

    /**
     * {@code epoll_wait(epfd, events, capacity, -1)}: waits until something is ready. It never returns 0.
     *
     * @param events receives what is ready
     * @return how many events there are, at least 1
     * @throws AsynchronousCloseException if this epoll is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException if the kernel refuses: EINVAL or EBADF (an adopted number that is no epoll)
     * @throws IllegalStateException if this epoll is closed already, or {@code events} in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_wait(2)</a>
     */
    public int await(EpollEvents events) throws IOException {
        return await(events, Deadline.NEVER, null);
    }

    /**
     * {@code epoll_wait(epfd, events, capacity, 0)}: what is ready now, without waiting.
     *
     * @param events receives what is ready
     * @return how many events there are, perhaps 0
     * @throws AsynchronousCloseException if this epoll is closed meanwhile
     * @throws ErrnoException as {@link #await(EpollEvents)}
     * @throws IllegalStateException if this epoll is closed already, or {@code events} in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_wait(2)</a>
     */
    public int poll(EpollEvents events) throws IOException {
        return await(events, 0, null);
    }

    /**
     * {@code epoll_pwait2(epfd, events, capacity, timeout, NULL)}: waits until something is ready, or the timeout ends.
     *
     * @param events receives what is ready
     * @param timeout how long to wait; zero does not wait, more than 292 years are cut to that
     * @return how many events there are, 0 after the timeout
     * @throws AsynchronousCloseException if this epoll is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(EpollEvents)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if this epoll is closed already, or {@code events} in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_pwait2.2.html">epoll_pwait2(2)</a>
     */
    public int await(EpollEvents events, Duration timeout) throws IOException {
        return await(events, Deadline.nanos(timeout), null);
    }

    /**
     * {@code epoll_pwait2(epfd, events, capacity, timeout, NULL)}: as {@link #await(EpollEvents, Duration)}, for a time
     * in nanoseconds.
     *
     * @param events receives what is ready
     * @param timeoutNanos how long to wait, in nanoseconds; 0 does not wait
     * @return how many events there are, 0 after the timeout
     * @throws AsynchronousCloseException if this epoll is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(EpollEvents)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if this epoll is closed already, or {@code events} in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_pwait2.2.html">epoll_pwait2(2)</a>
     */
    public int awaitNanos(EpollEvents events, long timeoutNanos) throws IOException {
        return await(events, Deadline.nanos(timeoutNanos), null);
    }

    /**
     * {@code epoll_pwait(epfd, events, capacity, -1, sigmask)}: waits with another signal mask, until something is
     * ready or a signal comes.
     *
     * @param events receives what is ready
     * @param sigmask the signals that are blocked while this call waits
     * @return how many events there are, or {@link SigSet#INTERRUPTED}
     * @throws AsynchronousCloseException if this epoll is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(EpollEvents)}
     * @throws IllegalStateException if this epoll is closed already, or {@code events} in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_wait.2.html">epoll_pwait(2)</a>
     */
    public int await(EpollEvents events, SigSet sigmask) throws IOException {
        return await(events, Deadline.NEVER, sigmask.segment());
    }

    /**
     * {@code epoll_pwait2(epfd, events, capacity, timeout, sigmask)}: waits with another signal mask, until something
     * is ready, a signal comes, or the timeout ends.
     *
     * @param events receives what is ready
     * @param timeout how long to wait; zero does not wait, more than 292 years are cut to that
     * @param sigmask the signals that are blocked while this call waits
     * @return how many events there are, 0 after the timeout, or {@link SigSet#INTERRUPTED}
     * @throws AsynchronousCloseException if this epoll is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(EpollEvents)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if this epoll is closed already, or {@code events} in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_pwait2.2.html">epoll_pwait2(2)</a>
     */
    public int await(EpollEvents events, Duration timeout, SigSet sigmask) throws IOException {
        return await(events, Deadline.nanos(timeout), sigmask.segment());
    }

    /**
     * {@code epoll_pwait2(epfd, events, capacity, timeout, sigmask)}: as {@link #await(EpollEvents, Duration, SigSet)},
     * for a time in nanoseconds.
     *
     * @param events receives what is ready
     * @param timeoutNanos how long to wait, in nanoseconds; 0 does not wait
     * @param sigmask the signals that are blocked while this call waits
     * @return how many events there are, 0 after the timeout, or {@link SigSet#INTERRUPTED}
     * @throws AsynchronousCloseException if this epoll is closed meanwhile
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws ErrnoException as {@link #await(EpollEvents)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if this epoll is closed already, or {@code events} in use by another thread
     * @see <a href="https://man7.org/linux/man-pages/man2/epoll_pwait2.2.html">epoll_pwait2(2)</a>
     */
    public int awaitNanos(EpollEvents events, long timeoutNanos, SigSet sigmask) throws IOException {
        return await(events, Deadline.nanos(timeoutNanos), sigmask.segment());
    }

    private int await(EpollEvents events, long nanos, @Nullable MemorySegment mask) throws IOException {
        events.begin();
        try {
            events.size(0);
            int epfd = guard.enter();
            try {
                int n = nanos == 0 || !Thread.currentThread().isVirtual()
                        ? EpollWait.await(guard, epfd, events.segment, events.capacity(), nanos, mask)
                        : awaitParked(epfd, events, nanos, Memory.copy(mask));
                if (!isOpen()) {
                    throw new AsynchronousCloseException();
                }
                if (n < 0 && n != SigSet.INTERRUPTED) {
                    throw ErrnoException.of(-n, EpollWait.name(nanos, mask != null), "epfd=" + epfd,
                            "maxevents=" + events.capacity(), Deadline.toString(nanos));
                }
                events.size(Math.max(0, n));
                return n;
            } finally {
                guard.leave();
            }
        } finally {
            events.end();
        }
    }

    /**
     * Waits until this epoll is readable, and looks again: another thread may have been faster. With a mask, which is
     * one of the thread that the kernel knows, a platform thread waits.
     */
    private int awaitParked(int epfd, EpollEvents events, long nanos, byte @Nullable [] mask) throws IOException {
        long start = Deadline.start(nanos);
        for (;;) {
            int n = EpollWait.await(guard, epfd, events.segment, events.capacity(), 0, null);
            long left = Deadline.left(start, nanos);
            if (n != 0 || left == 0 || !isOpen()) {
                return n;
            }
            PlatformThreads.requireNotInterrupted();
            if (mask != null) {
                n = PlatformThreads.await(left, mask, (arena, bell, time, signals) ->
                        PollWait.await(arena, PollWait.entry(epfd, EPOLLIN), bell, time, signals));
                if (n < 0) {
                    return n;
                }
            } else if (guard.isKeptFromPoller()) {
                n = awaitOnPlatformThread(epfd, events, left);
                if (n != 0) {
                    return n;
                }
            } else if (Poller.await(guard, epfd, EPOLLIN, left, true) < 0) {
                Lookout.look(this, left, slice -> PollWait.one(guard, epfd, EPOLLIN, slice));
            }
        }
    }

    /** Waits for a moment: an epoll that another one watches may lose an event by being watched. */
    private int awaitOnPlatformThread(int epfd, EpollEvents events, long nanos) {
        MemorySegment[] found = new MemorySegment[1];
        int n = Lookout.look(this, nanos, slice -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment own = arena.allocate(events.segment.byteSize(), Long.BYTES);
                int count = EpollWait.await(guard, epfd, own, events.capacity(), slice, null);
                found[0] = MemorySegment.ofArray(own.asSlice(0, Math.max(0, count) * EpollEvent.SIZE)
                        .toArray(ValueLayout.JAVA_BYTE));
                return count;
            }
        });
        if (n > 0) {
            events.segment.copyFrom(found[0]);
        }
        return n;
    }

    /**
     * An event mask as text.
     *
     * @param events a mask of bits such as {@link #EPOLLIN}
     * @return for example {@code EPOLLIN|EPOLLRDHUP}; bits without a name as a number, no bits as {@code 0}
     */
    public static String toString(int events) {
        return Mask.toString(events, Names::epollEvents);
    }
}
