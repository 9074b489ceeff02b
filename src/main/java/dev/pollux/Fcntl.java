package dev.pollux;

import dev.pollux.generated.arch_h;
import dev.pollux.generated.errno_h;
import dev.pollux.generated.f_owner_ex;
import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.ioctl_h;
import dev.pollux.generated.libc_h;
import dev.pollux.internal.Closing;
import dev.pollux.internal.FileName;
import dev.pollux.internal.Guarded;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Link;
import dev.pollux.internal.PlatformThreads;
import dev.pollux.internal.Scratch;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@code fcntl}, {@code open} and {@code openat}: opening files, the flags of descriptors, and duplicates of them. The
 * locks of {@code fcntl} are in {@link Locks}, its seals in {@link MemFd}. All methods may be called by any thread.
 *
 * <p>Of the two kinds of flags, close-on-exec belongs to a descriptor. The status flags, {@link #O_NONBLOCK} among
 * them, belong to the open file behind it, which duplicates share, also those in other processes: made non-blocking on
 * standard input, a terminal stays so for the shell that started this program. Whoever sets it there has to restore it.
 *
 * <p><b>Locks.</b> Closing any descriptor of a file releases all record locks of this process on that file (those of
 * {@code F_SETLK}, and of {@link java.nio.channels.FileChannel#lock() FileChannel}), whoever took them, and by whatever
 * descriptor. A program that locks a file neither opens that file a second time nor duplicates a descriptor of it, or
 * closes those only once it no longer needs the lock.
 *
 * <p>Close-on-exec is for programs that native code starts. A child of {@link Process} never has more than its
 * descriptors 0, 1 and 2: the JDK closes all others in it, whatever their flags. A pipe, a terminal or a file goes to
 * it as one of these three, by {@link ProcessBuilder#redirectInput(java.io.File)}, for example, with {@code
 * /proc/self/fd/7} as the file, where that may be opened; a socket or an eventfd does not.
 *
 * <p>The cookbook ({@code examples/src/main/java/dev/pollux/examples/cookbook}) shows it: {@code SerialLine},
 * {@code SocketActivation}, {@code TailFile}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/fcntl.2.html">fcntl(2)</a>
 */
public final class Fcntl {
    static {
        Link.require();
    }

    /** Open for reading: 0. */
    public static final int O_RDONLY = fcntl_h.O_RDONLY();
    /** Open for writing. */
    public static final int O_WRONLY = fcntl_h.O_WRONLY();
    /** Open for reading and writing. */
    public static final int O_RDWR = fcntl_h.O_RDWR();
    /** The bits of the three above in the flags. */
    public static final int O_ACCMODE = libc_h.O_ACCMODE();
    /** Create the file if there is none. */
    public static final int O_CREAT = fcntl_h.O_CREAT();
    /** With {@link #O_CREAT}: fail if there is one. */
    public static final int O_EXCL = fcntl_h.O_EXCL();
    /** A terminal that is opened does not become the controlling one. */
    public static final int O_NOCTTY = fcntl_h.O_NOCTTY();
    /** Empty the file. */
    public static final int O_TRUNC = fcntl_h.O_TRUNC();
    /** Write at the end of the file. */
    public static final int O_APPEND = fcntl_h.O_APPEND();
    /** Calls return {@link Fd#WOULD_BLOCK} where they would block. */
    public static final int O_NONBLOCK = fcntl_h.O_NONBLOCK();
    /** Writes wait for the data to be stored. */
    public static final int O_DSYNC = fcntl_h.O_DSYNC();
    /** Writes wait for data and metadata to be stored. */
    public static final int O_SYNC = fcntl_h.O_SYNC();
    /** The same as {@link #O_SYNC}. */
    public static final int O_RSYNC = fcntl_h.O_RSYNC();
    /** Send the owner SIGIO when the descriptor is ready. */
    public static final int O_ASYNC = fcntl_h.O_ASYNC();
    /** Do not record when the file was read. */
    public static final int O_NOATIME = fcntl_h.O_NOATIME();
    /** Close the descriptor when the process executes another program. */
    public static final int O_CLOEXEC = fcntl_h.O_CLOEXEC();
    /** Only name the file, without opening it. */
    public static final int O_PATH = fcntl_h.O_PATH();
    /** An {@link Owner} is a thread. */
    public static final int F_OWNER_TID = fcntl_h.F_OWNER_TID();
    /** An {@link Owner} is a process. */
    public static final int F_OWNER_PID = fcntl_h.F_OWNER_PID();
    /** An {@link Owner} is a process group. */
    public static final int F_OWNER_PGRP = fcntl_h.F_OWNER_PGRP();
    /** Bypass the page cache; on a pipe: packets. */
    public static final int O_DIRECT = arch_h.O_DIRECT();
    /** Fail if the path is no directory. */
    public static final int O_DIRECTORY = arch_h.O_DIRECTORY();
    /** Fail if the path is a symbolic link. */
    public static final int O_NOFOLLOW = arch_h.O_NOFOLLOW();
    /** Create a file without a name in the given directory. */
    public static final int O_TMPFILE = arch_h.O_TMPFILE();

    private static final int EINTR = errno_h.EINTR();

    private Fcntl() { }

    /**
     * {@code open(path, flags | O_CLOEXEC, 0666)}: opens a file. Clear close-on-exec afterwards where it is not wanted.
     * When the descriptor is closed, the record locks of this process on the file are gone.
     *
     * <p>This may block: for a FIFO until somebody opens its other end, for a terminal until there is a carrier, for a
     * file on a stalled network mount. With {@link #O_NONBLOCK} the first two do not: a FIFO opened in this way for
     * reading returns 0 until its first writer comes, and for writing, without a reader, it fails with ENXIO. For a
     * virtual thread a platform thread of the library makes the call, and an interrupt gives it up: what is opened in
     * the end is closed again, a file that {@link #O_CREAT} creates is left behind, and that platform thread stays
     * until then.
     *
     * @param path the file; a relative one is that of {@link java.nio.file.Files}, also where {@code user.dir} is
     *        not the directory of the process
     * @param flags one of {@link #O_RDONLY}, {@link #O_WRONLY} and {@link #O_RDWR}, and others
     * @return its descriptor, owned by the caller
     * @throws ErrnoException if the kernel refuses: ENOENT (also for the empty path), EACCES, EISDIR, EMFILE, ENXIO …
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws IllegalArgumentException if the path is not of the default file system
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
     */
    public static Fd open(Path path, int flags) throws IOException {
        return open(path, flags, 0666);
    }

    /**
     * {@code open(path, flags | O_CLOEXEC, mode)}: opens a file, as {@link #open(Path, int)}, which also says when it
     * blocks. When the descriptor is closed, the record locks of this process on the file are gone.
     *
     * @param path the file; a relative one is that of {@link java.nio.file.Files}, also where {@code user.dir} is
     *        not the directory of the process
     * @param flags one of {@link #O_RDONLY}, {@link #O_WRONLY} and {@link #O_RDWR}, and others
     * @param mode the permissions of a file that {@link #O_CREAT} creates, before the umask
     * @return its descriptor, owned by the caller
     * @throws ErrnoException if the kernel refuses: ENOENT (also for the empty path), EACCES, EISDIR, EMFILE, ENXIO …
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws IllegalArgumentException if the path is not of the default file system
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">open(2)</a>
     */
    public static Fd open(Path path, int flags, int mode) throws IOException {
        Path file = FileName.resolve(path);
        byte[] name = FileName.encode(file);
        Closing.requireStack();
        int fd = Thread.currentThread().isVirtual()
                ? PlatformThreads.open(() -> open(name, flags, mode)) : open(name, flags, mode);
        return opened(fd, file, flags);
    }

    /** For what does not block, and is no relative path. */
    static Fd openAtOnce(Path path, int flags) throws ErrnoException {
        byte[] name = FileName.encode(path);
        Closing.requireStack();
        return opened(open(name, flags, 0), path, flags);
    }

    private static Fd opened(int fd, Path path, int flags) throws ErrnoException {
        if (fd < 0) {
            throw ErrnoException.of(-fd, "open", "\"" + path + "\"",
                    "flags=" + ErrnoException.octal(flags | O_CLOEXEC));
        }
        return owned(fd);
    }

    /** The owner of a number that has just been opened. */
    private static Fd owned(int fd) {
        try {
            return Fd.adopt(fd);
        } catch (VirtualMachineError e) {
            throw Closing.unowned(fd, e);
        }
    }

    private static int open(byte[] name, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment string = string(arena, name);
            int fd;
            do {
                fd = Libc.open(string.address(), flags | O_CLOEXEC, mode);
            } while (fd == -EINTR);
            return fd;
        }
    }

    /**
     * {@code openat(directory, path, flags | O_CLOEXEC, 0666)}: opens a file by its path from a directory,
     * as {@link #openat(Fd, Path, int, int)}, which also says when it blocks.
     *
     * @param directory a descriptor of a directory, also one that was opened with {@link #O_PATH}
     * @param path the file, as {@link #openat(Fd, Path, int, int)}
     * @param flags one of {@link #O_RDONLY}, {@link #O_WRONLY} and {@link #O_RDWR}, and others
     * @return its descriptor, owned by the caller
     * @throws ErrnoException as {@link #openat(Fd, Path, int, int)}
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws IllegalArgumentException if the path is not of the default file system
     * @throws IllegalStateException if {@code directory} is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</a>
     */
    public static Fd openat(Fd directory, Path path, int flags) throws IOException {
        return openat(directory, path, flags, 0666);
    }

    /**
     * {@code openat(directory, path, flags | O_CLOEXEC, mode)}: opens a file by its path from a directory, wherever
     * that has been moved since it was opened. The kernel goes this way alone: neither the JVM's {@code user.dir} nor
     * the working directory of the process plays a part.
     *
     * <p>An absolute path leaves the directory out, {@code ..} leads out of it, and symbolic links lead anywhere;
     * {@link #O_NOFOLLOW} is about the last part of the path only.
     *
     * <p>It may block where {@link #open(Path, int)} may, as for a FIFO, and is ended in the same ways. Closing the
     * directory meanwhile does not end it; the number of the directory stays open until then.
     *
     * @param directory a descriptor of a directory, also one that was opened with {@link #O_PATH}
     * @param path the file
     * @param flags one of {@link #O_RDONLY}, {@link #O_WRONLY} and {@link #O_RDWR}, and others
     * @param mode the permissions of a file that {@link #O_CREAT} creates, before the umask
     * @return its descriptor, owned by the caller
     * @throws ErrnoException if the kernel refuses: ENOENT (also for the empty path), ENOTDIR (also where {@code
     *         directory} is none), ELOOP (a symbolic link, and {@link #O_NOFOLLOW}), EACCES, EISDIR, EMFILE, ENXIO …
     * @throws InterruptedIOException if the calling thread is virtual and is or becomes interrupted
     * @throws IllegalArgumentException if the path is not of the default file system
     * @throws IllegalStateException if {@code directory} is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/open.2.html">openat(2)</a>
     */
    public static Fd openat(Fd directory, Path path, int flags, int mode) throws IOException {
        byte[] name = FileName.encode(path);
        // the guard is entered by whoever makes the call, who may be left behind in it
        int fd = Thread.currentThread().isVirtual()
                ? PlatformThreads.open(() -> openat(directory, name, flags, mode))
                : openat(directory, name, flags, mode);
        if (fd < 0) {
            throw directory.failed(fd, "openat", "\"" + path + "\"",
                    "flags=" + ErrnoException.octal(flags | O_CLOEXEC));
        }
        return Fd.adopt(fd);
    }

    private static int openat(Fd directory, byte[] name, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            return Guarded.openat(directory.guard, string(arena, name).address(), flags | O_CLOEXEC, mode);
        }
    }

    private static MemorySegment string(Arena arena, byte[] name) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, Arrays.copyOf(name, name.length + 1));
    }

    /**
     * {@code fcntl(fd, F_GETFL)}: the status flags and the access mode.
     *
     * @param fd the descriptor
     * @return a mask of bits such as {@link #O_NONBLOCK}; {@code & O_ACCMODE} is the access mode
     * @throws ErrnoException if the kernel refuses: EBADF
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETFL.2const.html">F_GETFL(2const)</a>
     */
    public static int getFlags(Fd fd) throws ErrnoException {
        return get(fd, fcntl_h.F_GETFL(), "F_GETFL");
    }

    /**
     * {@code fcntl(fd, F_SETFL, flags)}: sets the status flags of the open file, for all its duplicates.
     *
     * <p>All of them at once: to change one, others are read first, and what another thread or process changes between
     * {@link #getFlags} and this call is lost. For {@link #O_NONBLOCK} there is {@link #setNonBlocking}, which changes
     * nothing else; it, too, may be undone by a call of this method that was prepared before.
     *
     * @param fd the descriptor
     * @param flags a mask of {@link #O_APPEND}, {@link #O_ASYNC}, {@link #O_DIRECT}, {@link #O_NOATIME} and {@link
     *        #O_NONBLOCK}; the kernel ignores others
     * @throws ErrnoException if the kernel refuses: EBADF, EINVAL, EPERM
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETFL.2const.html">F_SETFL(2const)</a>
     */
    public static void setFlags(Fd fd, int flags) throws ErrnoException {
        call(fd, fcntl_h.F_SETFL(), "F_SETFL", flags);
    }

    /**
     * {@code fcntl(fd, F_GETFL) & O_NONBLOCK}.
     *
     * @param fd the descriptor
     * @return whether calls return {@link Fd#WOULD_BLOCK} instead of blocking
     * @throws ErrnoException as {@link #getFlags}
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETFL.2const.html">F_GETFL(2const)</a>
     */
    public static boolean isNonBlocking(Fd fd) throws ErrnoException {
        return (getFlags(fd) & O_NONBLOCK) != 0;
    }

    /**
     * {@code ioctl(fd, FIONBIO, &nonBlocking)}: sets or clears {@link #O_NONBLOCK}, for all duplicates of the open
     * file. The other flags stay as they are, whoever changes them at the same time. Where a filter of system calls
     * refuses this (seccomp), {@code fcntl} does it, with {@code F_GETFL} and {@code F_SETFL}: then what {@link
     * #setFlags} says of other threads holds.
     *
     * @param fd the descriptor
     * @param nonBlocking whether calls return {@link Fd#WOULD_BLOCK} instead of blocking
     * @throws ErrnoException as {@link #setFlags}
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/ioctl.2.html">ioctl(2)</a>
     */
    public static void setNonBlocking(Fd fd, boolean nonBlocking) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD, nonBlocking ? 1 : 0);
            if (Guarded.ioctl(s, fd.guard, ioctl_h.FIONBIO(), s.address() + Scratch.WORD) >= 0) {
                return;
            }
        } finally {
            Scratch.give(s);
        }
        int flags = getFlags(fd);
        int wanted = nonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        if (wanted != flags) {
            setFlags(fd, wanted);
        }
    }

    /**
     * {@code fcntl(fd, F_GETFD) & FD_CLOEXEC}.
     *
     * @param fd the descriptor
     * @return whether it closes when the process executes another program
     * @throws ErrnoException if the kernel refuses: EBADF
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETFD.2const.html">F_GETFD(2const)</a>
     */
    public static boolean isCloseOnExec(Fd fd) throws ErrnoException {
        return (call(fd, fcntl_h.F_GETFD(), "F_GETFD", 0) & fcntl_h.FD_CLOEXEC()) != 0;
    }

    /**
     * {@code fcntl(fd, F_SETFD, FD_CLOEXEC or 0)}. A child of {@link Process} does not get the descriptor either way.
     *
     * @param fd the descriptor
     * @param closeOnExec whether it closes when the process executes another program
     * @throws ErrnoException if the kernel refuses: EBADF
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETFD.2const.html">F_SETFD(2const)</a>
     */
    public static void setCloseOnExec(Fd fd, boolean closeOnExec) throws ErrnoException {
        call(fd, fcntl_h.F_SETFD(), "F_SETFD", closeOnExec ? fcntl_h.FD_CLOEXEC() : 0);
    }

    /**
     * {@code fcntl(fd, F_DUPFD_CLOEXEC, 0)}: another descriptor of the same open file, which shares its status flags
     * and, where it has one, its position. An epoll that watches one of them goes on doing so when it is closed while
     * the other is open. When the first of the two is closed, the record locks of this process on the file are gone.
     *
     * @param fd the descriptor
     * @return the duplicate, owned by the caller
     * @throws ErrnoException if the kernel refuses: EBADF, EMFILE
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_DUPFD.2const.html">F_DUPFD_CLOEXEC(2const)</a>
     */
    public static Fd dup(Fd fd) throws ErrnoException {
        return dup(fd, 0);
    }

    /**
     * {@code fcntl(fd, F_DUPFD_CLOEXEC, least)}: as {@link #dup(Fd)}, with a number not below {@code least}.
     *
     * @param fd the descriptor
     * @param least the smallest number wanted
     * @return the duplicate, owned by the caller
     * @throws ErrnoException if the kernel refuses: EBADF, EMFILE, EINVAL (a number outside of the process's limit)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_DUPFD.2const.html">F_DUPFD_CLOEXEC(2const)</a>
     */
    public static Fd dup(Fd fd, int least) throws ErrnoException {
        Closing.requireStack();
        return owned(call(fd, fcntl_h.F_DUPFD_CLOEXEC(), "F_DUPFD_CLOEXEC", least));
    }

    /**
     * {@code fcntl(fd, F_GETPIPE_SZ)}: how much fits into a pipe.
     *
     * @param fd either end of a pipe
     * @return bytes
     * @throws ErrnoException if the kernel refuses: EBADF (not a pipe)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETPIPE_SZ.2const.html">F_GETPIPE_SZ(2const)</a>
     */
    public static int getPipeSize(Fd fd) throws ErrnoException {
        return call(fd, fcntl_h.F_GETPIPE_SZ(), "F_GETPIPE_SZ", 0);
    }

    /**
     * {@code fcntl(fd, F_SETPIPE_SZ, bytes)}: sets how much fits into a pipe.
     *
     * @param fd either end of a pipe
     * @param bytes the wish; the kernel rounds it up
     * @return the new size in bytes
     * @throws ErrnoException if the kernel refuses: EBADF (not a pipe), EBUSY (more is in it), EPERM (above
     *         /proc/sys/fs/pipe-max-size), EINVAL
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETPIPE_SZ.2const.html">F_SETPIPE_SZ(2const)</a>
     */
    public static int setPipeSize(Fd fd, int bytes) throws ErrnoException {
        return call(fd, fcntl_h.F_SETPIPE_SZ(), "F_SETPIPE_SZ", bytes);
    }

    /**
     * {@code fcntl(fd, F_GETOWN_EX, &owner)}: who is sent SIGIO (with {@link #O_ASYNC}) and SIGURG.
     *
     * @param fd the descriptor
     * @return the owner
     * @throws ErrnoException if the kernel refuses: EBADF
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETSIG.2const.html">F_GETOWN_EX(2const)</a>
     */
    public static Owner getOwner(Fd fd) throws ErrnoException {
        return call(fd, fcntl_h.F_GETOWN_EX(), "F_GETOWN_EX", new Owner(0, 0));
    }

    /**
     * {@code fcntl(fd, F_SETOWN_EX, &owner)}: sets who is sent SIGIO (with {@link #O_ASYNC}) and SIGURG. A process
     * that has no handler for SIGIO is ended by it.
     *
     * @param fd the descriptor
     * @param owner the new owner
     * @throws ErrnoException if the kernel refuses: EBADF, EINVAL (no such type), ESRCH (no such process or thread)
     * @throws IllegalStateException if the descriptor is closed
     * @see <a href="https://man7.org/linux/man-pages/man2/F_GETSIG.2const.html">F_SETOWN_EX(2const)</a>
     */
    public static void setOwner(Fd fd, Owner owner) throws ErrnoException {
        call(fd, fcntl_h.F_SETOWN_EX(), "F_SETOWN_EX", owner);
    }

    /**
     * {@code struct f_owner_ex}.
     *
     * @param type {@link #F_OWNER_TID}, {@link #F_OWNER_PID} or {@link #F_OWNER_PGRP}
     * @param id the number of that thread, process or process group; 0 for nobody
     */
    public record Owner(int type, int id) { }

    private static int get(Fd fd, int command, String name) throws ErrnoException {
        int number = fd.guard.enter();
        try {
            int result = Libc.fcntl_plain(number, command, 0);
            if (result < 0) { // a question can be asked again, now for errno
                result = Libc.fcntl(number, command, 0);
            }
            if (result < 0) {
                throw ErrnoException.of(-result, "fcntl", "fd=" + number, name);
            }
            return result;
        } finally {
            fd.guard.leave();
        }
    }

    private static int call(Fd fd, int command, String name, int argument) throws ErrnoException {
        int result = Guarded.fcntl(fd.guard, command, argument);
        if (result < 0) {
            throw ErrnoException.of(-result, "fcntl", "fd=" + fd.guard.number(), name,
                    name.equals("F_SETFL") ? ErrnoException.octal(argument) : Integer.toString(argument));
        }
        return result;
    }

    private static Owner call(Fd fd, int command, String name, Owner owner) throws ErrnoException {
        MemorySegment s = Scratch.take();
        try {
            s.set(ValueLayout.JAVA_INT, Scratch.WORD + f_owner_ex.type$offset(), owner.type());
            s.set(ValueLayout.JAVA_INT, Scratch.WORD + f_owner_ex.pid$offset(), owner.id());
            int result = Guarded.fcntl(s, fd.guard, command, s.address() + Scratch.WORD);
            if (result < 0) {
                throw ErrnoException.of(-result, "fcntl", "fd=" + fd.guard.number(), name,
                        "{" + owner.type() + ", " + owner.id() + "}");
            }
            return new Owner(s.get(ValueLayout.JAVA_INT, Scratch.WORD + f_owner_ex.type$offset()),
                    s.get(ValueLayout.JAVA_INT, Scratch.WORD + f_owner_ex.pid$offset()));
        } finally {
            Scratch.give(s);
        }
    }
}
