package dev.pollux;

import dev.pollux.generated.arch_h;
import dev.pollux.generated.errno_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.flock;
import dev.pollux.internal.Blocking;
import dev.pollux.internal.Deadline;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Link;
import dev.pollux.internal.Scratch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;

/**
 * {@code fcntl} with a {@code struct flock}: locks on ranges of files. They are advisory: they exclude only others that
 * ask for a lock, not reads and writes. All methods may be called by any thread.
 *
 * <p>There are two kinds, which differ in who holds a lock. A holder is never refused what it has itself: it changes
 * the lock of the range instead. The two kinds exclude each other, also within one process, and {@code lslocks} shows
 * both, as OFDLCK and POSIX.
 * <ul>
 * <li><b>Locks of an open file</b> ({@code F_OFD_SETLK}; {@link #ofdSetlk}, {@link #ofdSetlkw}, {@link #ofdGetlk}). All
 * duplicates of the descriptor hold them together, those in other processes included; a file that is opened twice has
 * two holders, also in one process, so that threads with an open file each exclude each other. They end when the last
 * duplicate is closed. Prefer these, unless other programs use the other kind.
 * <li><b>Record locks</b> ({@code F_SETLK}; {@link #setlk}, {@link #setlkw}, {@link #getlk}). The process holds them,
 * so that its threads do not exclude each other. <em>All of its record locks of a file end when it closes any
 * descriptor of that file</em>, whoever had opened it and what for: a library that looks into the file is enough. They
 * are what {@link java.nio.channels.FileChannel#lock()} takes. (A channel refuses overlapping locks of channels in the
 * same JVM, but does not know of those that are taken here: the process holds both.)
 * </ul>
 *
 * <p>A read lock needs a descriptor that is open for reading, a write lock one that is open for writing.
 *
 * <p><b>Waiting.</b> No poll tells anything about locks, so there are two ways to wait for one:
 * <ul>
 * <li>{@link #ofdSetlkw} and {@link #setlkw} wait in the kernel, which wakes them when the lock in the way is gone. No
 * interrupt and no timeout ends that. For a virtual thread, a platform thread of the library waits, one for each
 * concurrent call: the carrier is free meanwhile.
 * <li>{@link #ofdSetlk(Fd, Flock, Duration)} and {@link #setlk(Fd, Flock, Duration)} try again and again, at first
 * after a millisecond, then less and less often, down to sixty times a second. An interrupt, the timeout and closing
 * end them. They need no other thread, but those that wait in the kernel overtake them.
 * </ul>
 * There is no wait in the kernel with a timeout, and leaving a thread behind in the call would not make one: the kernel
 * would give it the lock in the end, and giving that back would also give back what the same holder had locked in the
 * range before, or has since.
 *
 * {@snippet class="dev.pollux.Snippets" region="lock"}
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl_locking.2.html">fcntl_locking(2)</a>
 */
public final class Locks {
    static {
        Link.require();
    }

    /** The commands of fcntl, under their own names. */
    private enum Command {
        F_SETLK(arch_h.F_SETLK()),
        F_SETLKW(arch_h.F_SETLKW()),
        F_GETLK(arch_h.F_GETLK()),
        F_OFD_SETLK(fcntl_h.F_OFD_SETLK()),
        F_OFD_SETLKW(fcntl_h.F_OFD_SETLKW()),
        F_OFD_GETLK(fcntl_h.F_OFD_GETLK());

        private final int number;

        Command(int number) {
            this.number = number;
        }
    }

    private static final int EACCES = errno_h.EACCES();
    private static final int EAGAIN = errno_h.EAGAIN();
    private static final int EINTR = errno_h.EINTR();

    private Locks() { }

    /**
     * {@code fcntl(fd, F_OFD_SETLK, &lock)}: takes a lock for the open file, changes or ends one. It does not
     * block, apart from the time that a network file system takes to ask its server. With {@link
     * Flock#F_UNLCK} the result is always true.
     *
     * @param fd a descriptor of the file
     * @param lock the range, and the lock that it gets; the pid is ignored
     * @return true if it is set; false if another holder's lock is in the way (EAGAIN, EACCES), and nothing has
     *         changed
     * @throws ErrnoException if the kernel refuses: EBADF (not open, or not open for reading or writing as the lock
     *         needs it), EINVAL, EOVERFLOW (no such range), ENOLCK
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html">F_OFD_SETLK(2const)</a>
     */
    public static boolean ofdSetlk(Fd fd, Flock lock) throws ErrnoException {
        return set(fd, Command.F_OFD_SETLK, lock);
    }

    /**
     * {@code fcntl(fd, F_OFD_SETLK, &lock)}, made again until the lock is set or the timeout ends. The thread sleeps
     * in between, and a virtual one leaves its carrier to others. An interrupt ends the wait on any thread, and the
     * interrupt status stays set; so does closing the descriptor. With a timeout of zero there is no wait, and an
     * interrupt is left alone.
     *
     * @param fd a descriptor of the file
     * @param lock the range, and the lock that it gets; the pid is ignored
     * @param timeout how long to try; zero tries once, more than 292 years are cut to that
     * @return true if it is set; false if another holder's lock was in the way until the timeout, and nothing has
     *         changed
     * @throws AsynchronousCloseException if the descriptor is closed meanwhile
     * @throws InterruptedIOException if the calling thread is or becomes interrupted
     * @throws ErrnoException as {@link #ofdSetlk(Fd, Flock)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html">F_OFD_SETLK(2const)</a>
     */
    public static boolean ofdSetlk(Fd fd, Flock lock, Duration timeout) throws IOException {
        return set(fd, Command.F_OFD_SETLK, lock, Deadline.nanos(timeout));
    }

    /**
     * {@code fcntl(fd, F_OFD_SETLKW, &lock)}: as {@link #ofdSetlk(Fd, Flock)}, waiting until no other holder's lock is
     * in the way. For a virtual thread, a platform thread waits, unless there is nothing to wait for. The kernel does
     * not detect deadlocks between these locks.
     *
     * <p>Neither a signal nor an interrupt (its status is kept) ends the wait, nor does closing the descriptor: when
     * the kernel's call returns, this throws, and the number is closed. If that call got the lock, the lock goes with
     * the number, if no duplicate of the descriptor is open, otherwise with the last of them, or when one of them
     * unlocks it. (Unlocking it here could take away what a duplicate has locked meanwhile.)
     *
     * @param fd a descriptor of the file
     * @param lock the range, and the lock that it gets; the pid is ignored
     * @throws AsynchronousCloseException if the descriptor was closed meanwhile
     * @throws ErrnoException as {@link #ofdSetlk(Fd, Flock)}
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html">F_OFD_SETLKW(2const)</a>
     */
    public static void ofdSetlkw(Fd fd, Flock lock) throws IOException {
        await(fd, Command.F_OFD_SETLK, Command.F_OFD_SETLKW, lock);
    }

    /**
     * {@code fcntl(fd, F_OFD_GETLK, &lock)}: which lock, of either kind, would be in the way of this one. It may be
     * gone when the answer arrives. This does not block.
     *
     * @param fd a descriptor of the file
     * @param lock the lock that could be wanted. From Linux 6.6 on, one of type {@link Flock#F_UNLCK} asks for those
     *        that this open file itself has in the range
     * @return a lock that is in the way, counted from {@link Flock#SEEK_SET}; or {@code lock}, with the type {@link
     *         Flock#F_UNLCK}, if none is
     * @throws ErrnoException if the kernel refuses: EBADF, EINVAL, EOVERFLOW (no such range)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html">F_OFD_GETLK(2const)</a>
     */
    public static Flock ofdGetlk(Fd fd, Flock lock) throws ErrnoException {
        return get(fd, Command.F_OFD_GETLK, lock);
    }

    /**
     * {@code fcntl(fd, F_SETLK, &lock)}: takes a record lock for the process, changes or ends one. It does not
     * block, apart from the time that a network file system takes to ask its server. With {@link
     * Flock#F_UNLCK} the result is always true.
     *
     * @param fd a descriptor of the file
     * @param lock the range, and the lock that it gets; the pid is ignored
     * @return true if it is set; false if another holder's lock is in the way (EAGAIN, EACCES), and nothing has
     *         changed
     * @throws ErrnoException as {@link #ofdSetlk(Fd, Flock)}
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETLK.2const.html">F_SETLK(2const)</a>
     */
    public static boolean setlk(Fd fd, Flock lock) throws ErrnoException {
        return set(fd, Command.F_SETLK, lock);
    }

    /**
     * {@code fcntl(fd, F_SETLK, &lock)}, made again until the lock is set or the timeout ends, as by {@link
     * #ofdSetlk(Fd, Flock, Duration)}.
     *
     * @param fd a descriptor of the file
     * @param lock the range, and the lock that it gets; the pid is ignored
     * @param timeout how long to try; zero tries once, more than 292 years are cut to that
     * @return true if it is set; false if another holder's lock was in the way until the timeout, and nothing has
     *         changed
     * @throws AsynchronousCloseException if the descriptor is closed meanwhile
     * @throws InterruptedIOException if the calling thread is or becomes interrupted
     * @throws ErrnoException as {@link #ofdSetlk(Fd, Flock)}
     * @throws IllegalArgumentException if the timeout is negative
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETLK.2const.html">F_SETLK(2const)</a>
     */
    public static boolean setlk(Fd fd, Flock lock, Duration timeout) throws IOException {
        return set(fd, Command.F_SETLK, lock, Deadline.nanos(timeout));
    }

    /**
     * {@code fcntl(fd, F_SETLKW, &lock)}: as {@link #setlk(Fd, Flock)}, waiting until no other holder's lock is in the
     * way. For a virtual thread, a platform thread waits, unless there is nothing to wait for. Neither a signal nor an
     * interrupt (its status is kept) ends the wait.
     *
     * <p>Nor does closing the descriptor: when the kernel's call returns, this throws, and the number is closed, which
     * ends all record locks that the process holds on this file. If the number is only borrowed and the call got the
     * lock, the process keeps it.
     *
     * <p>The kernel treats all threads of a process as one. It refuses to wait (EDEADLK) for a process that itself
     * waits for this one, even if another thread is about to release what that process waits for.
     *
     * @param fd a descriptor of the file
     * @param lock the range, and the lock that it gets; the pid is ignored
     * @throws AsynchronousCloseException if the descriptor was closed meanwhile
     * @throws ErrnoException as {@link #ofdSetlk(Fd, Flock)}; and EDEADLK
     * @throws IllegalStateException if the descriptor is closed already
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETLK.2const.html">F_SETLKW(2const)</a>
     */
    public static void setlkw(Fd fd, Flock lock) throws IOException {
        await(fd, Command.F_SETLK, Command.F_SETLKW, lock);
    }

    /**
     * {@code fcntl(fd, F_GETLK, &lock)}: which lock, of either kind, would be in the way of this one. It may be gone
     * when the answer arrives. This does not block.
     *
     * @param fd a descriptor of the file
     * @param lock the lock that could be wanted
     * @return a lock that is in the way, counted from {@link Flock#SEEK_SET}; or {@code lock}, with the type {@link
     *         Flock#F_UNLCK}, if none is
     * @throws ErrnoException if the kernel refuses: EBADF, EINVAL (no such range, or a lock of type {@link
     *         Flock#F_UNLCK}), EOVERFLOW (no such range)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETLK.2const.html">F_GETLK(2const)</a>
     */
    public static Flock getlk(Fd fd, Flock lock) throws ErrnoException {
        return get(fd, Command.F_GETLK, lock);
    }

    private static boolean set(Fd fd, Command command, Flock lock) throws ErrnoException {
        int number = fd.guard.enter();
        try {
            int result;
            do {
                result = call(number, command, lock);
            } while (result == -EINTR && fd.isOpen()); // of a network file system
            if (result < 0 && result != -EAGAIN && result != -EACCES) {
                throw failed(fd, result, command, lock);
            }
            return result >= 0;
        } finally {
            fd.guard.leave();
        }
    }

    private static boolean set(Fd fd, Command command, Flock lock, long nanos) throws IOException {
        return Blocking.tryFor(nanos, "for a lock", () -> set(fd, command, lock));
    }

    private static void await(Fd fd, Command set, Command wait, Flock lock) throws IOException {
        if (Thread.currentThread().isVirtual() && set(fd, set, lock)) {
            return;
        }
        int result = Blocking.call(fd.guard, number -> call(number, wait, lock));
        if (!fd.isOpen()) {
            throw new AsynchronousCloseException();
        }
        if (result < 0) {
            throw failed(fd, result, wait, lock);
        }
    }

    private static Flock get(Fd fd, Command command, Flock lock) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            put(s, lock);
            int result = Guarded.fcntl(s, fd.guard, command.number, s.address() + Scratch.ADDRESS);
            if (result < 0) {
                throw failed(fd, result, command, lock);
            }
            return new Flock(s.get(ValueLayout.JAVA_SHORT, Scratch.ADDRESS + flock.l_type$offset()),
                    s.get(ValueLayout.JAVA_SHORT, Scratch.ADDRESS + flock.l_whence$offset()),
                    s.get(ValueLayout.JAVA_LONG, Scratch.ADDRESS + flock.l_start$offset()),
                    s.get(ValueLayout.JAVA_LONG, Scratch.ADDRESS + flock.l_len$offset()),
                    s.get(ValueLayout.JAVA_INT, Scratch.ADDRESS + flock.l_pid$offset()));
        } finally {
            Scratch.give(s);
        }
    }

    /** On whatever thread makes the call: scratch is its own. */
    private static int call(int number, Command command, Flock lock) {
        MemorySegment s = Scratch.take();
        try {
            put(s, lock);
            return Libc.fcntl(s, number, command.number, s.address() + Scratch.ADDRESS);
        } finally {
            Scratch.give(s);
        }
    }

    private static void put(MemorySegment s, Flock lock) {
        s.set(ValueLayout.JAVA_SHORT, Scratch.ADDRESS + flock.l_type$offset(), (short) lock.type());
        s.set(ValueLayout.JAVA_SHORT, Scratch.ADDRESS + flock.l_whence$offset(), (short) lock.whence());
        s.set(ValueLayout.JAVA_LONG, Scratch.ADDRESS + flock.l_start$offset(), lock.start());
        s.set(ValueLayout.JAVA_LONG, Scratch.ADDRESS + flock.l_len$offset(), lock.len());
        s.set(ValueLayout.JAVA_INT, Scratch.ADDRESS + flock.l_pid$offset(), 0); // else F_OFD_SETLK is EINVAL
    }

    private static ErrnoException failed(Fd fd, int result, Command command, Flock lock) {
        return fd.failed(result, "fcntl", command.name(), lock);
    }
}
