package dev.pollux;

import dev.pollux.generated.eventfd_h;
import dev.pollux.internal.Closing;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An eventfd: a 64-bit counter in the kernel, readable while it is not zero. With it one thread wakes another that
 * waits in {@link Epoll}, {@link Poll} or {@link Select}.
 *
 * <p>All methods may be called by any thread. Nothing is lost if there are more writes than reads: writes add up.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code WakeLoop}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
 */
public final class EventFd extends Fd {
    /** Close the descriptor when the process executes another program. */
    public static final int EFD_CLOEXEC = eventfd_h.EFD_CLOEXEC();
    /** Reads and writes return at once where they would block. */
    public static final int EFD_NONBLOCK = eventfd_h.EFD_NONBLOCK();
    /** A read takes 1 from the counter, instead of all. */
    public static final int EFD_SEMAPHORE = eventfd_h.EFD_SEMAPHORE();


    private EventFd(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)}.
     *
     * @return a new eventfd, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, ENODEV, ENOMEM
     * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
     */
    public static EventFd create() throws ErrnoException {
        return create(0, EFD_CLOEXEC | EFD_NONBLOCK);
    }

    /**
     * {@code eventfd(initval, flags)}, with exactly these flags.
     *
     * @param initval the counter's first value, unsigned
     * @param flags {@link #EFD_CLOEXEC}, {@link #EFD_NONBLOCK}, {@link #EFD_SEMAPHORE}, or 0
     * @return a new eventfd, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, ENODEV, ENOMEM; EINVAL for unknown flags
     * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
     */
    public static EventFd create(int initval, int flags) throws ErrnoException {
        Closing.requireStack();
        int fd = Libc.eventfd(initval, flags);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "eventfd", Integer.toUnsignedString(initval),
                    "flags=" + ErrnoException.octal(flags));
        }
        try {
            return new EventFd(fd, true);
        } catch (VirtualMachineError e) {
            throw Closing.unowned(fd, e);
        }
    }

    /**
     * Takes over an open eventfd: from now on this object closes it, and nobody else may. Its flags stay as they are.
     *
     * @param fd the number of an open eventfd; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static EventFd adopt(int fd) {
        return new EventFd(fd, true);
    }

    /**
     * Names an eventfd that someone else owns and keeps open. Closing the result only makes the result unusable.
     *
     * @param fd the number of an open eventfd; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static EventFd borrow(int fd) {
        return new EventFd(fd, false);
    }

    /**
     * {@code read(fd, &value, 8)}: takes the counter and sets it to 0; with {@link #EFD_SEMAPHORE}, takes 1 from it.
     *
     * @return the counter, unsigned; 0 only if the counter was 0 and the eventfd is non-blocking
     * @throws ErrnoException if the kernel refuses
     * @throws IllegalStateException if this object is closed, or is not an eventfd: it gave fewer than 8 bytes
     * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
     */
    public long read() throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            long n = Guarded.read(s, guard, s.address() + Scratch.WORD, Long.BYTES);
            if (n == WOULD_BLOCK) {
                return 0;
            }
            if (n < 0) {
                throw failed(n, "read", "eventfd");
            }
            if (n != Long.BYTES) {
                throw new IllegalStateException("fd " + guard.number() + " is not an eventfd: it gave " + n + " bytes");
            }
            return s.get(ValueLayout.JAVA_LONG, Scratch.WORD);
        } finally {
            Scratch.give(s);
        }
    }

    /**
     * {@code write(fd, &value, 8)}: adds to the counter. {@code write(1)} wakes whoever waits for it.
     *
     * @param value how much to add, unsigned; any value but the largest, -1
     * @return true; or false if the counter would exceed 2<sup>64</sup> - 2 and the eventfd is non-blocking: it is
     *         unchanged and readable, so a waiter wakes all the same
     * @throws ErrnoException if the kernel refuses: EINVAL for -1
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/eventfd.2.html">eventfd(2)</a>
     */
    public boolean write(long value) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_LONG, Scratch.WORD, value);
            long n = Guarded.write(s, guard, s.address() + Scratch.WORD, Long.BYTES);
            if (n < 0 && n != WOULD_BLOCK) {
                throw failed(n, "write", "eventfd " + Long.toUnsignedString(value));
            }
            return n > 0;
        } finally {
            Scratch.give(s);
        }
    }
}
