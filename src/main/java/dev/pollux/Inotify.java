package dev.pollux;

import dev.pollux.generated.inotify_h;
import dev.pollux.internal.Blocking;
import dev.pollux.internal.Closing;
import dev.pollux.internal.FileName;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Names;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An inotify instance: a queue in the kernel of what happens to the files and directories that it watches. It is
 * readable while it holds an event.
 * {@snippet class="dev.pollux.Snippets" region="watches"}
 *
 * <p>The watch of a directory also reports what happens to its entries, by name, but nothing below them. A watch
 * belongs to the file itself, not to its path: two paths to the same file share one watch, and a file that is moved
 * stays watched. A file that is deleted while it is open is gone only once it is closed, and a directory only once that
 * has happened to everything in it. Until then the file reports no more than an {@link #IN_ATTRIB}, and the directory
 * nothing; its parent reports {@link #IN_DELETE}.
 *
 * <p>All methods may be called by any thread. Closing an instance that has watches may block for milliseconds, while
 * the kernel waits for other processors: do not do it on the thread of an event loop.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code TailFile}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
public final class Inotify extends Fd {
    static {
        Closing.preparePaths();
    }

    /** Close the descriptor when the process executes another program. */
    public static final int IN_CLOEXEC = inotify_h.IN_CLOEXEC();
    /** Reads return at once where they would block. */
    public static final int IN_NONBLOCK = inotify_h.IN_NONBLOCK();

    /** Read, or executed. */
    public static final int IN_ACCESS = inotify_h.IN_ACCESS();
    /** Written, or truncated. */
    public static final int IN_MODIFY = inotify_h.IN_MODIFY();
    /**
     * Permissions, times, owner or the number of links changed; also when a watched file loses its last name: of one
     * that you have open, {@code Files.getAttribute(Path.of("/proc/self/fd/" + file.fd()), "unix:nlink")} is 0 then.
     */
    public static final int IN_ATTRIB = inotify_h.IN_ATTRIB();
    /** A file that was open for writing was closed. */
    public static final int IN_CLOSE_WRITE = inotify_h.IN_CLOSE_WRITE();
    /** A file or directory that was open for reading only was closed. */
    public static final int IN_CLOSE_NOWRITE = inotify_h.IN_CLOSE_NOWRITE();
    /** Both ways of closing. */
    public static final int IN_CLOSE = inotify_h.IN_CLOSE();
    /** Opened. */
    public static final int IN_OPEN = inotify_h.IN_OPEN();
    /** An entry was moved away, or renamed: this is its old name. */
    public static final int IN_MOVED_FROM = inotify_h.IN_MOVED_FROM();
    /** An entry was moved here, or renamed: this is its new name, with the cookie of the old one. */
    public static final int IN_MOVED_TO = inotify_h.IN_MOVED_TO();
    /** Both sides of a move. */
    public static final int IN_MOVE = inotify_h.IN_MOVE();
    /** An entry was created. */
    public static final int IN_CREATE = inotify_h.IN_CREATE();
    /** An entry was deleted. */
    public static final int IN_DELETE = inotify_h.IN_DELETE();
    /**
     * The watched file itself was deleted; the last event before {@link #IN_IGNORED}. Not while anybody has the file
     * open, you included: see {@link #IN_ATTRIB}.
     */
    public static final int IN_DELETE_SELF = inotify_h.IN_DELETE_SELF();
    /** The watched file itself was moved. */
    public static final int IN_MOVE_SELF = inotify_h.IN_MOVE_SELF();
    /** All of the above. */
    public static final int IN_ALL_EVENTS = inotify_h.IN_ALL_EVENTS();

    /** Only an event: the file system was unmounted; the last one before {@link #IN_IGNORED}. */
    public static final int IN_UNMOUNT = inotify_h.IN_UNMOUNT();
    /** Only an event, of no watch (-1): the queue was full, and events are lost. */
    public static final int IN_Q_OVERFLOW = inotify_h.IN_Q_OVERFLOW();
    /** Only an event: the watch is gone, and this is its last event. */
    public static final int IN_IGNORED = inotify_h.IN_IGNORED();
    /** Only in an event: it is about a directory. */
    public static final int IN_ISDIR = inotify_h.IN_ISDIR();

    /** For {@link #addWatch}: ENOTDIR if the path is not a directory. */
    public static final int IN_ONLYDIR = inotify_h.IN_ONLYDIR();
    /** For {@link #addWatch}: if the path is a symbolic link, watch the link. */
    public static final int IN_DONT_FOLLOW = inotify_h.IN_DONT_FOLLOW();
    /** For {@link #addWatch}: no further events of entries that were deleted but are still open. */
    public static final int IN_EXCL_UNLINK = inotify_h.IN_EXCL_UNLINK();
    /** For {@link #addWatch}: EEXIST if the file is watched already. */
    public static final int IN_MASK_CREATE = inotify_h.IN_MASK_CREATE();
    /** For {@link #addWatch}: if the file is watched already, add to its mask instead of replacing it. */
    public static final int IN_MASK_ADD = inotify_h.IN_MASK_ADD();
    /** For {@link #addWatch}: the watch ends with its first event. */
    public static final int IN_ONESHOT = inotify_h.IN_ONESHOT();

    private Inotify(int fd, boolean owned) {
        super(fd, owned);
    }

    /**
     * {@code inotify_init1(IN_CLOEXEC | IN_NONBLOCK)}.
     *
     * @return a new instance, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE (also at this user's limit of instances), ENFILE, ENOMEM
     * @see <a href="https://man7.org/linux/man-pages/man2/inotify_init.2.html">inotify_init1(2)</a>
     */
    public static Inotify create() throws ErrnoException {
        return create(IN_CLOEXEC | IN_NONBLOCK);
    }

    /**
     * {@code inotify_init1(flags)}, with exactly these flags.
     *
     * @param flags {@link #IN_CLOEXEC}, {@link #IN_NONBLOCK}, or 0
     * @return a new instance, owned by the caller
     * @throws ErrnoException if the kernel refuses: EMFILE, ENFILE, ENOMEM; EINVAL for unknown flags
     * @see <a href="https://man7.org/linux/man-pages/man2/inotify_init.2.html">inotify_init1(2)</a>
     */
    public static Inotify create(int flags) throws ErrnoException {
        Closing.requireStack();
        int fd = Libc.inotify_init1(flags);
        if (fd < 0) {
            throw ErrnoException.of(-fd, "inotify_init1", "flags=" + ErrnoException.octal(flags));
        }
        try {
            return new Inotify(fd, true);
        } catch (VirtualMachineError e) {
            throw Closing.unowned(fd, e);
        }
    }

    /**
     * Takes over an open inotify instance: from now on this object closes it, and nobody else may. Its flags stay as
     * they are.
     *
     * @param fd the number of an open inotify instance; trusted, as in C
     * @return its owner
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Inotify adopt(int fd) {
        return new Inotify(fd, true);
    }

    /**
     * Names an inotify instance that someone else owns and keeps open. Closing the result only makes the result
     * unusable.
     *
     * @param fd the number of an open inotify instance; trusted, as in C
     * @return a view of it that does not own it
     * @throws IllegalArgumentException if {@code fd} is negative
     */
    public static Inotify borrow(int fd) {
        return new Inotify(fd, false);
    }

    /**
     * {@code inotify_add_watch(fd, path, mask)}: watches a file or directory, or changes what is watched of it. It may
     * block where a network file system does not answer: the call of a virtual thread is made by a platform thread, and
     * no interrupt ends it.
     *
     * @param path the file, which must be readable; a symbolic link is followed. A relative one is that of {@link
     *        java.nio.file.Files}, also where {@code user.dir} is not the directory of the process
     * @param mask what to report, such as {@link #IN_CREATE} and {@link #IN_MODIFY}, and how, such as {@link
     *        #IN_ONLYDIR}
     * @return the number of the watch, at least 1. If the file is watched already, that is the number of the existing
     *         watch, whose mask is replaced. Numbers count up, and are used again only after 2<sup>31</sup> others
     * @throws ErrnoException if the kernel refuses: ENOENT, EACCES, ENOTDIR, EEXIST, ENOSPC (the limit of watches of
     *         this user), EINVAL (no event in the mask, or not an inotify) …
     * @throws IllegalArgumentException if the path is not of the default file system
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/inotify_add_watch.2.html">inotify_add_watch(2)</a>
     */
    public int addWatch(Path path, int mask) throws ErrnoException {
        Path file = FileName.resolve(path);
        byte[] name = FileName.encode(file);
        int wd = Blocking.call(guard, fd -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment string = arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(name, name.length + 1));
                return Libc.inotify_add_watch(fd, string.address(), mask);
            }
        });
        if (wd < 0) {
            throw failed(wd, "inotify_add_watch", "\"" + file + "\", " + toString(mask));
        }
        return wd;
    }

    /**
     * {@code inotify_rm_watch(fd, wd)}: ends a watch. Events that are in the queue already are still read; the last one
     * is {@link #IN_IGNORED}. So forget the number at that event, not at this call. A watch also ends by itself, with
     * the same event: when the file is gone, when its file system is unmounted, and after the one event of {@link
     * #IN_ONESHOT}.
     *
     * @param wd a number that {@link #addWatch} returned
     * @throws ErrnoException if the kernel refuses: EINVAL (no such watch any more, or not an inotify)
     * @throws IllegalStateException if this object is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/inotify_rm_watch.2.html">inotify_rm_watch(2)</a>
     */
    public void removeWatch(int wd) throws ErrnoException {
        int result = Guarded.inotify_rm_watch(guard, wd);
        if (result < 0) {
            throw failed(result, "inotify_rm_watch", "wd=" + wd);
        }
    }

    /**
     * {@code read(fd, events, byteSize)}: takes events out of the queue, as many as fit. A call that a signal
     * interrupts is made again.
     *
     * @param events receives the events, and loses those that it held
     * @return how many there are, at least 1; 0 if there is none and the inotify is non-blocking
     * @throws ErrnoException if the kernel refuses: EINVAL (the next event's name, from a foreign file system, is
     *         longer than {@code NAME_MAX} and needs a larger array)
     * @throws IllegalStateException if this object is closed or not an inotify, or the array is in use by another
     *         thread
     * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
     */
    public int read(InotifyEvents events) throws ErrnoException {
        events.begin();
        try {
            events.clear();
            long n = Guarded.read(guard, events.segment, events.segment.byteSize());
            if (n == WOULD_BLOCK) {
                return 0;
            }
            if (n < 0) {
                throw failed(n, "read", "inotify, count=" + events.segment.byteSize());
            }
            if (!events.accept(n)) {
                throw new IllegalStateException(
                        "fd " + guard.number() + " is not an inotify: it gave " + n + " other bytes");
            }
            return events.size();
        } finally {
            events.end();
        }
    }

    /**
     * A mask of events, or of a watch, as text.
     *
     * @param mask a mask of bits such as {@link #IN_CREATE}
     * @return for example {@code IN_CREATE|IN_ISDIR}; bits without a name as a number, and no bits as {@code 0}
     */
    public static String toString(int mask) {
        return Mask.toString(mask, Names::inotifyEvents);
    }
}
