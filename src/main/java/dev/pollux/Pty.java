package dev.pollux;

import dev.pollux.generated.ioctl_h;
import dev.pollux.internal.FileName;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/**
 * A pseudo-terminal: the side of the program that plays the terminal, C's "master". What is written here is typed
 * there, and what is printed there is read here. The other side is a terminal with a {@linkplain #path path}, which
 * another program opens, or {@link #openTerminal}.
 *
 * <p>At first that terminal is what programs expect: it echoes, hands on whole lines only, and turns {@code ^C} into a
 * signal. {@link Termios#raw} makes it a plain line in both directions.
 *
 * <p>While nobody has it open, after somebody had, a read here is EIO and no end of file, and waits report a hang-up
 * ({@link Epoll#EPOLLHUP}) for as long as that is so; what was printed before is read first. It may be opened again.
 * When this side is closed, the terminal hangs up: a read there is 0, a write EIO.
 * {@snippet class="dev.pollux.Snippets" region="pty"}
 *
 * <p>A program gets the terminal as its controlling one, which {@code ^C} and changes of the window's size need, if it
 * leads a session and opens the terminal itself. {@code setsid} of util-linux begins the session:
 * {@snippet class="dev.pollux.Snippets" region="shell"}
 *
 * <p>{@link ProcessBuilder#redirectInput(java.io.File)} does not do: the JVM itself opens the terminal then, which
 * becomes its own controlling one if it leads a session without, as the first process of a container does.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/pty.7.html">pty(7)</a>
 */
public final class Pty extends Fd {
    /** More than {@code /dev/pts/2147483647} needs. */
    private static final int LONGEST_NAME = 128;

    private Pty(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)}, {@code grantpt}, {@code unlockpt}.
     *
     * @return a new pseudo-terminal, owned by the caller
     * @throws ErrnoException if the kernel refuses: ENOSPC, EMFILE, ENFILE, ENOENT (no {@code /dev/ptmx}) …
     * @see <a href="https://man7.org/linux/man-pages/man3/posix_openpt.3.html">posix_openpt(3)</a>
     */
    public static Pty create() throws ErrnoException {
        return create(Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK);
    }

    /**
     * {@code posix_openpt(flags)}, with exactly these flags, {@code grantpt}, {@code unlockpt}.
     *
     * @param flags {@link Fcntl#O_RDWR}, {@link Fcntl#O_NOCTTY}, {@link Fcntl#O_CLOEXEC}, {@link Fcntl#O_NONBLOCK}
     * @return a new pseudo-terminal, owned by the caller
     * @throws ErrnoException if the kernel refuses: ENOSPC, EMFILE, ENFILE, ENOENT (no {@code /dev/ptmx}) …
     * @see <a href="https://man7.org/linux/man-pages/man3/posix_openpt.3.html">posix_openpt(3)</a>
     */
    public static Pty create(int flags) throws ErrnoException {
        int fd = Libc.posix_openpt(flags);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "posix_openpt", "flags=" + ErrnoException.octal(flags));
        }
        String function = "grantpt";
        int result = Libc.grantpt(fd);
        if (result >= 0) {
            function = "unlockpt";
            result = Libc.unlockpt(fd);
        }
        if (result < 0) {
            Libc.close(fd);
            throw ErrnoException.of(-result, function, "fd=" + fd);
        }
        return new Pty(fd, true);
    }

    /**
     * Takes over the open side of a pseudo-terminal that {@code posix_openpt} and the like return: from now on this
     * object closes it, and nobody else may. Its flags stay as they are.
     *
     * @param fd the number of the open "master" of a pseudo-terminal; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Pty adopt(int fd) {
        return new Pty(fd, true);
    }

    /**
     * Names the side of a pseudo-terminal that {@code posix_openpt} and the like return, and that someone else owns and
     * keeps open. Closing the result only makes the result unusable.
     *
     * @param fd the number of the open "master" of a pseudo-terminal; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Pty borrow(int fd) {
        return new Pty(fd, false);
    }

    /**
     * {@code ptsname_r(fd, …)}: where the other side is opened. A program that opens it without
     * {@link Fcntl#O_NOCTTY}, leads a session and has no terminal yet, gets it as its controlling terminal. The path
     * holds where the devpts that this pseudo-terminal comes from is mounted on {@code /dev/pts}; elsewhere, as in
     * another container, there is no such file, or it is another terminal.
     *
     * @return the path of the terminal, such as {@code /dev/pts/3}
     * @throws ErrnoException if the kernel refuses: ENOTTY (no pseudo-terminal)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man3/ptsname.3.html">ptsname_r(3)</a>
     */
    public Path path() throws ErrnoException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(LONGEST_NAME);
            int result = Guarded.ptsname_r(guard, name.address(), LONGEST_NAME);
            if (result < 0) {
                throw failed(result, "ptsname_r", "buflen=" + LONGEST_NAME);
            }
            int end = 0;
            while (name.get(ValueLayout.JAVA_BYTE, end) != 0) {
                end++;
            }
            return FileName.decode(name.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    /**
     * {@code ioctl(fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)}: opens the other side, without it
     * becoming this process's controlling terminal. It is the other side of this pseudo-terminal wherever that comes
     * from: opened by its {@link #path}, it would be somebody else's if another devpts is mounted there, as in a
     * container or after {@code chroot}.
     *
     * @return the terminal, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, EIO (locked: an adopted one for which nobody has called
     *         {@code unlockpt}), ENODEV (another devpts has been mounted over its own), ENOTTY (no pseudo-terminal, or
     *         Linux older than 4.13) …
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/TIOCGPTPEER.2const.html">TIOCGPTPEER(2const)</a>
     */
    public Fd openTerminal() throws ErrnoException {
        int flags = Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK;
        MemorySegment s = Scratch.take();
        try {
            int terminal = Guarded.ioctl(s, guard, ioctl_h.TIOCGPTPEER(), flags);
            if (terminal < 0) {
                throw failed(terminal, "ioctl", "TIOCGPTPEER", "flags=" + ErrnoException.octal(flags));
            }
            return Fd.adopt(terminal);
        } finally {
            Scratch.give(s);
        }
    }
}
