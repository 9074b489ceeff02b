package dev.pollux;

import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.memfd_h;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Names;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;

/**
 * A memfd: a file in memory that has no name in any directory. It goes away with its last descriptor and its last
 * mapping, and may be handed to another process, which maps it.
 *
 * <p><b>Seals</b> take away from everybody, for good, what could be done to the memory: who gets it from a stranger can
 * then read it without it changing, or shrinking under a mapping, which would be a SIGBUS.
 *
 * <p>Java's own way to its size and to a mapping is a channel of {@code /proc/self/fd}, which opens it once more:
 * {@snippet class="dev.pollux.Snippets" region="memfd"}
 *
 * <p>Creating one and sealing it do not block. All methods may be called by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>
 */
public final class MemFd extends Fd {
    /** Close the descriptor when the process executes another program. */
    public static final int MFD_CLOEXEC = memfd_h.MFD_CLOEXEC();
    /** Seals may be added. */
    public static final int MFD_ALLOW_SEALING = memfd_h.MFD_ALLOW_SEALING();
    /** In huge pages, of which the system has to have some: {@code /proc/sys/vm/nr_hugepages}. */
    public static final int MFD_HUGETLB = memfd_h.MFD_HUGETLB();
    /** No more seals. */
    public static final int F_SEAL_SEAL = fcntl_h.F_SEAL_SEAL();
    /** It does not become smaller. */
    public static final int F_SEAL_SHRINK = fcntl_h.F_SEAL_SHRINK();
    /** It does not become larger. */
    public static final int F_SEAL_GROW = fcntl_h.F_SEAL_GROW();
    /** Its contents do not change. */
    public static final int F_SEAL_WRITE = fcntl_h.F_SEAL_WRITE();
    /** Its contents change by the writable mappings that there are, and by nothing else. */
    public static final int F_SEAL_FUTURE_WRITE = fcntl_h.F_SEAL_FUTURE_WRITE();

    private MemFd(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)}.
     *
     * @param name what {@code /proc/self/fd} and {@code /proc/self/maps} show, for people; several may have the same.
     *        In UTF-8, at most 249 bytes
     * @return a new, empty file in memory, open for reading and writing, owned by the caller
     * @throws ErrnoException if there is none to be had: EMFILE, ENFILE, ENOMEM; EINVAL (the name is too long)
     * @throws IllegalArgumentException if the name has a NUL
     * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>
     */
    public static MemFd create(String name) throws ErrnoException {
        return create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }

    /**
     * {@code memfd_create(name, flags)}, with exactly these flags.
     *
     * @param name as {@link #create(String)}
     * @param flags {@link #MFD_CLOEXEC}, {@link #MFD_ALLOW_SEALING}, {@link #MFD_HUGETLB}, or 0
     * @return a new, empty file in memory, open for reading and writing, owned by the caller
     * @throws ErrnoException as {@link #create(String)}; EINVAL also for unknown flags; EACCES (the system wants memory
     *         that cannot be executed)
     * @throws IllegalArgumentException if the name has a NUL
     * @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">memfd_create(2)</a>
     */
    public static MemFd create(String name, int flags) throws ErrnoException {
        if (name.indexOf(0) >= 0) {
            throw new IllegalArgumentException("the name of a file in memory ends at a NUL, so it must not have one");
        }
        try (Arena arena = Arena.ofConfined()) {
            int fd = Libc.memfd_create(arena.allocateFrom(name, StandardCharsets.UTF_8).address(), flags);
            if (fd < 0) {
                throw ErrnoException.of(-fd, "memfd_create", "\"" + name + "\"",
                        "flags=" + ErrnoException.octal(flags));
            }
            return new MemFd(fd, true);
        }
    }

    /**
     * Takes over an open memfd, such as one that another process has sent: from now on this object closes it, and
     * nobody else may.
     *
     * @param fd the number of an open memfd; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static MemFd adopt(int fd) {
        return new MemFd(fd, true);
    }

    /**
     * Names a memfd that someone else owns and keeps open. Closing the result only makes the result unusable.
     *
     * @param fd the number of an open memfd; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static MemFd borrow(int fd) {
        return new MemFd(fd, false);
    }

    /**
     * {@code fcntl(fd, F_ADD_SEALS, seals)}: adds seals to the memory, for everybody and all descriptors of it. No seal
     * is ever taken away.
     *
     * @param seals a mask of {@link #F_SEAL_WRITE} and others; 0 adds none
     * @throws ErrnoException if the kernel refuses: EPERM (it has {@link #F_SEAL_SEAL}, as without {@link
     *         #MFD_ALLOW_SEALING}, or the descriptor is not open for writing), EBUSY (for {@link #F_SEAL_WRITE}: it is
     *         mapped for writing), EINVAL (no such seal, or no memfd), EBADF
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GET_SEALS.2const.html">F_ADD_SEALS(2const)</a>
     */
    public void addSeals(int seals) throws ErrnoException {
        int result = Guarded.fcntl(guard, fcntl_h.F_ADD_SEALS(), seals);
        if (result < 0) {
            throw failed(result, "fcntl", "F_ADD_SEALS", toString(seals));
        }
    }

    /**
     * {@code fcntl(fd, F_GET_SEALS)}: the seals of the memory.
     *
     * @return a mask of {@link #F_SEAL_WRITE} and others
     * @throws ErrnoException if the kernel refuses: EINVAL (no memfd), EBADF
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GET_SEALS.2const.html">F_GET_SEALS(2const)</a>
     */
    public int getSeals() throws ErrnoException {
        int result = Guarded.fcntl(guard, fcntl_h.F_GET_SEALS(), 0);
        if (result < 0) {
            throw failed(result, "fcntl", "F_GET_SEALS");
        }
        return result;
    }

    /**
     * A mask of seals as text.
     *
     * @param seals a mask of {@link #F_SEAL_WRITE} and others
     * @return for example {@code F_SEAL_SHRINK|F_SEAL_GROW}; bits without a name as a number, no bits as {@code 0}
     */
    public static String toString(int seals) {
        return Mask.toString(seals, Names::seals);
    }
}
