// Written by generated/regenerate from generated/functions. Do not edit.

package dev.pollux.internal;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * The C functions, one method each, with C's names and arguments. A method returns what its function returns, or the
 * negated errno if that failed; it decides nothing else. Where memory is the library's own, it is passed as an address,
 * which nobody but the caller keeps alive; {@code s} is a piece of {@link Scratch} that the caller has filled. The
 * methods named {@code _plain} do not ask for errno and return -1.
 *
 * <p>Each handle has a holder of its own, so that a program links only what it calls.
 */
public final class Libc {
    private Libc() { }

    private static final class epoll_create1 {
        static final MethodHandle HANDLE = Link.captured("epoll_create1");
    }

    /** {@code int epoll_create1(int flags)} */
    public static int epoll_create1(int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) epoll_create1.HANDLE.invokeExact(
                    s, (long) flags, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class epoll_ctl_plain {
        static final MethodHandle HANDLE = Link.plain("epoll_ctl");
    }

    /** {@code int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)} */
    public static int epoll_ctl_plain(int epfd, MemorySegment op, int fd, long event) {
        try {
            return (int) (long) epoll_ctl_plain.HANDLE.invokeExact((long) epfd, op, (long) fd, event, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_ctl {
        static final MethodHandle HANDLE = Link.captured("epoll_ctl");
    }

    /** {@code int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)} */
    public static int epoll_ctl(MemorySegment s, int epfd, MemorySegment op, int fd, long event) {
        try {
            return Link.orErrno((int) (long) epoll_ctl.HANDLE.invokeExact(
                    s, (long) epfd, op, (long) fd, event, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_wait_plain {
        static final MethodHandle HANDLE = Link.plain("epoll_wait");
    }

    /** {@code int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)} */
    public static int epoll_wait_plain(int epfd, MemorySegment events, int maxevents, int timeout) {
        try {
            return (int) (long) epoll_wait_plain.HANDLE.invokeExact(
                    (long) epfd, events, (long) maxevents, (long) timeout, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_wait {
        static final MethodHandle HANDLE = Link.captured("epoll_wait");
    }

    /** {@code int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)} */
    public static int epoll_wait(int epfd, MemorySegment events, int maxevents, int timeout) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) epoll_wait.HANDLE.invokeExact(
                    s, (long) epfd, events, (long) maxevents, (long) timeout, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class epoll_pwait_2_5 {
        static final MethodHandle HANDLE = Link.captured("epoll_pwait", 2, 5);
    }

    /**
     * {@code int epoll_pwait(int epfd, struct epoll_event *events, int maxevents, int timeout, const sigset_t *ss)}
     */
    public static int epoll_pwait(int epfd, MemorySegment events, int maxevents, int timeout, MemorySegment ss) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) epoll_pwait_2_5.HANDLE.invokeExact(
                    s, (long) epfd, events, (long) maxevents, (long) timeout, ss, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class epoll_pwait2_plain {
        static final MethodHandle HANDLE = Link.plain("epoll_pwait2");
    }

    /**
     * {@code int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents, const struct timespec *timeout,
     * const sigset_t *ss)}
     */
    public static int epoll_pwait2_plain(int epfd, MemorySegment events, int maxevents, long timeout, long ss) {
        try {
            return (int) (long) epoll_pwait2_plain.HANDLE.invokeExact(
                    (long) epfd, events, (long) maxevents, timeout, ss, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_pwait2 {
        static final MethodHandle HANDLE = Link.captured("epoll_pwait2");
    }

    /**
     * {@code int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents, const struct timespec *timeout,
     * const sigset_t *ss)}
     */
    public static int epoll_pwait2(
            MemorySegment s, int epfd, MemorySegment events, int maxevents, long timeout, long ss) {
        try {
            return Link.orErrno((int) (long) epoll_pwait2.HANDLE.invokeExact(
                    s, (long) epfd, events, (long) maxevents, timeout, ss, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_pwait2_2_5 {
        static final MethodHandle HANDLE = Link.captured("epoll_pwait2", 2, 5);
    }

    /**
     * {@code int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents, const struct timespec *timeout,
     * const sigset_t *ss)}
     */
    public static int epoll_pwait2(
            MemorySegment s, int epfd, MemorySegment events, int maxevents, long timeout, MemorySegment ss) {
        try {
            return Link.orErrno((int) (long) epoll_pwait2_2_5.HANDLE.invokeExact(
                    s, (long) epfd, events, (long) maxevents, timeout, ss, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class poll_plain_1 {
        static final MethodHandle HANDLE = Link.plain("poll", 1);
    }

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)} */
    public static int poll_plain(MemorySegment fds, long nfds, int timeout) {
        try {
            return (int) (long) poll_plain_1.HANDLE.invokeExact(fds, nfds, (long) timeout, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class poll_1 {
        static final MethodHandle HANDLE = Link.captured("poll", 1);
    }

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)} */
    public static int poll(MemorySegment fds, long nfds, int timeout) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) poll_1.HANDLE.invokeExact(s, fds, nfds, (long) timeout, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class poll_plain {
        static final MethodHandle HANDLE = Link.plain("poll");
    }

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)} */
    public static int poll_plain(long fds, MemorySegment nfds, int timeout) {
        try {
            return (int) (long) poll_plain.HANDLE.invokeExact(fds, nfds, (long) timeout, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class poll {
        static final MethodHandle HANDLE = Link.captured("poll");
    }

    /** {@code int poll(struct pollfd *fds, nfds_t nfds, int timeout)} */
    public static int poll(MemorySegment s, long fds, MemorySegment nfds, int timeout) {
        try {
            return Link.orErrno((int) (long) poll.HANDLE.invokeExact(s, fds, nfds, (long) timeout, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ppoll_1_4 {
        static final MethodHandle HANDLE = Link.captured("ppoll", 1, 4);
    }

    /** {@code int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *ss)} */
    public static int ppoll(MemorySegment s, MemorySegment fds, long nfds, long timeout, MemorySegment ss) {
        try {
            return Link.orErrno((int) (long) ppoll_1_4.HANDLE.invokeExact(s, fds, nfds, timeout, ss, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ppoll_plain_1 {
        static final MethodHandle HANDLE = Link.plain("ppoll", 1);
    }

    /** {@code int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *ss)} */
    public static int ppoll_plain(MemorySegment fds, long nfds, long timeout, long ss) {
        try {
            return (int) (long) ppoll_plain_1.HANDLE.invokeExact(fds, nfds, timeout, ss, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ppoll_1 {
        static final MethodHandle HANDLE = Link.captured("ppoll", 1);
    }

    /** {@code int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *ss)} */
    public static int ppoll(MemorySegment s, MemorySegment fds, long nfds, long timeout, long ss) {
        try {
            return Link.orErrno((int) (long) ppoll_1.HANDLE.invokeExact(s, fds, nfds, timeout, ss, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ppoll_plain {
        static final MethodHandle HANDLE = Link.plain("ppoll");
    }

    /** {@code int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *ss)} */
    public static int ppoll_plain(long fds, MemorySegment nfds, long timeout, long ss) {
        try {
            return (int) (long) ppoll_plain.HANDLE.invokeExact(fds, nfds, timeout, ss, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ppoll {
        static final MethodHandle HANDLE = Link.captured("ppoll");
    }

    /** {@code int ppoll(struct pollfd *fds, nfds_t nfds, const struct timespec *timeout, const sigset_t *ss)} */
    public static int ppoll(MemorySegment s, long fds, MemorySegment nfds, long timeout, long ss) {
        try {
            return Link.orErrno((int) (long) ppoll.HANDLE.invokeExact(s, fds, nfds, timeout, ss, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class select_plain_2_3_4 {
        static final MethodHandle HANDLE = Link.plain("select", 2, 3, 4);
    }

    /**
     * {@code int select(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
     * struct timeval *restrict timeout)}
     */
    public static int select_plain(
            int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds, long timeout) {
        try {
            return (int) (long) select_plain_2_3_4.HANDLE.invokeExact(
                    (long) nfds, readfds, writefds, exceptfds, timeout, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class select_2_3_4 {
        static final MethodHandle HANDLE = Link.captured("select", 2, 3, 4);
    }

    /**
     * {@code int select(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
     * struct timeval *restrict timeout)}
     */
    public static int select(
            MemorySegment s, int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds,
            long timeout) {
        try {
            return Link.orErrno((int) (long) select_2_3_4.HANDLE.invokeExact(
                    s, (long) nfds, readfds, writefds, exceptfds, timeout, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class pselect_2_3_4_6 {
        static final MethodHandle HANDLE = Link.captured("pselect", 2, 3, 4, 6);
    }

    /**
     * {@code int pselect(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
     * const struct timespec *restrict timeout, const sigset_t *restrict sigmask)}
     */
    public static int pselect(
            MemorySegment s, int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds,
            long timeout, MemorySegment sigmask) {
        try {
            return Link.orErrno((int) (long) pselect_2_3_4_6.HANDLE.invokeExact(
                    s, (long) nfds, readfds, writefds, exceptfds, timeout, sigmask), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class pselect_plain_2_3_4 {
        static final MethodHandle HANDLE = Link.plain("pselect", 2, 3, 4);
    }

    /**
     * {@code int pselect(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
     * const struct timespec *restrict timeout, const sigset_t *restrict sigmask)}
     */
    public static int pselect_plain(
            int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds, long timeout,
            long sigmask) {
        try {
            return (int) (long) pselect_plain_2_3_4.HANDLE.invokeExact(
                    (long) nfds, readfds, writefds, exceptfds, timeout, sigmask);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class pselect_2_3_4 {
        static final MethodHandle HANDLE = Link.captured("pselect", 2, 3, 4);
    }

    /**
     * {@code int pselect(int nfds, fd_set *restrict readfds, fd_set *restrict writefds, fd_set *restrict exceptfds,
     * const struct timespec *restrict timeout, const sigset_t *restrict sigmask)}
     */
    public static int pselect(
            MemorySegment s, int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds,
            long timeout, long sigmask) {
        try {
            return Link.orErrno((int) (long) pselect_2_3_4.HANDLE.invokeExact(
                    s, (long) nfds, readfds, writefds, exceptfds, timeout, sigmask), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class splice {
        static final MethodHandle HANDLE = Link.captured("splice");
    }

    /**
     * {@code ssize_t splice(int fdin, off64_t *offin, int fdout, off64_t *offout, size_t len, unsigned int flags)}
     */
    public static long splice(MemorySegment s, int fdin, long offin, int fdout, long offout, long len, int flags) {
        try {
            return Link.orErrno((long) splice.HANDLE.invokeExact(
                    s, (long) fdin, MemorySegment.ofAddress(offin), (long) fdout, offout, len, (long) flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class open {
        static final MethodHandle HANDLE = Link.captured("open");
    }

    /** {@code int open(const char *file, int oflag, ...)} */
    public static int open(long file, int oflag, int arg) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) open.HANDLE.invokeExact(
                    s, file, MemorySegment.ofAddress(oflag), (long) arg, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class openat {
        static final MethodHandle HANDLE = Link.captured("openat");
    }

    /** {@code int openat(int fd, const char *file, int oflag, ...)} */
    public static int openat(int fd, long file, int oflag, int arg) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) openat.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(file), (long) oflag, (long) arg, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class fcntl_plain {
        static final MethodHandle HANDLE = Link.plain("fcntl");
    }

    /** {@code int fcntl(int fd, int cmd, ...)} */
    public static int fcntl_plain(int fd, int cmd, int arg) {
        try {
            return (int) (long) fcntl_plain.HANDLE.invokeExact(
                    (long) fd, MemorySegment.ofAddress(cmd), (long) arg, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class fcntl {
        static final MethodHandle HANDLE = Link.captured("fcntl");
    }

    /** {@code int fcntl(int fd, int cmd, ...)} */
    public static int fcntl(int fd, int cmd, int arg) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) fcntl.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(cmd), (long) arg, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code int fcntl(int fd, int cmd, ...)} */
    public static int fcntl(MemorySegment s, int fd, int cmd, long arg) {
        try {
            return Link.orErrno((int) (long) fcntl.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(cmd), arg, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class read {
        static final MethodHandle HANDLE = Link.captured("read");
    }

    /** {@code ssize_t read(int fd, void *buf, size_t nbytes)} */
    public static long read(int fd, MemorySegment buf, long nbytes) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) read.HANDLE.invokeExact(s, (long) fd, buf, nbytes, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code ssize_t read(int fd, void *buf, size_t nbytes)} */
    public static long read(MemorySegment s, int fd, long buf, long nbytes) {
        try {
            return Link.orErrno((long) read.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(buf), nbytes, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class write {
        static final MethodHandle HANDLE = Link.captured("write");
    }

    /** {@code ssize_t write(int fd, const void *buf, size_t n)} */
    public static long write(int fd, MemorySegment buf, long n) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) write.HANDLE.invokeExact(s, (long) fd, buf, n, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code ssize_t write(int fd, const void *buf, size_t n)} */
    public static long write(MemorySegment s, int fd, long buf, long n) {
        try {
            return Link.orErrno((long) write.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(buf), n, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sendfile {
        static final MethodHandle HANDLE = Link.captured("sendfile");
    }

    /** {@code ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count)} */
    public static long sendfile(MemorySegment s, int out_fd, int in_fd, long offset, long count) {
        try {
            return Link.orErrno((long) sendfile.HANDLE.invokeExact(
                    s, (long) out_fd, MemorySegment.ofAddress(in_fd), offset, count, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class close_plain {
        static final MethodHandle HANDLE = Link.plain("close");
    }

    /** {@code int close(int fd)} */
    public static int close_plain(int fd) {
        try {
            return (int) (long) close_plain.HANDLE.invokeExact((long) fd, MemorySegment.NULL, 0L, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class close {
        static final MethodHandle HANDLE = Link.captured("close");
    }

    /** {@code int close(int fd)} */
    public static int close(int fd) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) close.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code int close(int fd)} */
    public static int close(MemorySegment s, int fd) {
        try {
            return Link.orErrno((int) (long) close.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class pipe2 {
        static final MethodHandle HANDLE = Link.captured("pipe2");
    }

    /** {@code int pipe2(int pipedes[2], int flags)} */
    public static int pipe2(MemorySegment s, long pipedes, int flags) {
        try {
            return Link.orErrno((int) (long) pipe2.HANDLE.invokeExact(
                    s, pipedes, MemorySegment.ofAddress(flags), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class syscall_plain {
        static final MethodHandle HANDLE = Link.plain("syscall");
    }

    /** {@code long syscall(long sysno, ...)} */
    public static long syscall_plain(long sysno, long arg1, long arg2, long arg3, long arg4) {
        try {
            return (long) syscall_plain.HANDLE.invokeExact(sysno, MemorySegment.ofAddress(arg1), arg2, arg3, arg4, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class syscall {
        static final MethodHandle HANDLE = Link.captured("syscall");
    }

    /** {@code long syscall(long sysno, ...)} */
    public static long syscall(long sysno, long arg1, long arg2, long arg3, long arg4) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) syscall.HANDLE.invokeExact(
                    s, sysno, MemorySegment.ofAddress(arg1), arg2, arg3, arg4, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code long syscall(long sysno, ...)} */
    public static long syscall(long sysno, long arg1, long arg2, long arg3, long arg4, long arg5) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) syscall.HANDLE.invokeExact(
                    s, sysno, MemorySegment.ofAddress(arg1), arg2, arg3, arg4, arg5), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class syscall_plain_3 {
        static final MethodHandle HANDLE = Link.plain("syscall", 3);
    }

    /** {@code long syscall(long sysno, ...)} */
    public static long syscall_plain(long sysno, long arg1, MemorySegment arg2, long arg3, long arg4, long arg5) {
        try {
            return (long) syscall_plain_3.HANDLE.invokeExact(sysno, arg1, arg2, arg3, arg4, arg5);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class syscall_3 {
        static final MethodHandle HANDLE = Link.captured("syscall", 3);
    }

    /** {@code long syscall(long sysno, ...)} */
    public static long syscall(
            MemorySegment s, long sysno, long arg1, MemorySegment arg2, long arg3, long arg4, long arg5) {
        try {
            return Link.orErrno((long) syscall_3.HANDLE.invokeExact(s, sysno, arg1, arg2, arg3, arg4, arg5), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class syscall_3_6_7 {
        static final MethodHandle HANDLE = Link.captured("syscall", 3, 6, 7);
    }

    /** {@code long syscall(long sysno, ...)} */
    public static long syscall(
            MemorySegment s, long sysno, long arg1, MemorySegment arg2, long arg3, long arg4, MemorySegment arg5,
            MemorySegment arg6) {
        try {
            return Link.orErrno((long) syscall_3_6_7.HANDLE.invokeExact(
                    s, sysno, arg1, arg2, arg3, arg4, arg5, arg6), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class getpgrp {
        static final MethodHandle HANDLE = Link.captured("getpgrp");
    }

    /** {@code pid_t getpgrp()} */
    public static int getpgrp() {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) getpgrp.HANDLE.invokeExact(s, 0L, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class eventfd {
        static final MethodHandle HANDLE = Link.captured("eventfd");
    }

    /** {@code int eventfd(unsigned int count, int flags)} */
    public static int eventfd(int count, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) eventfd.HANDLE.invokeExact(
                    s, (long) count, MemorySegment.ofAddress(flags), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class memfd_create {
        static final MethodHandle HANDLE = Link.captured("memfd_create");
    }

    /** {@code int memfd_create(const char *name, unsigned int flags)} */
    public static int memfd_create(long name, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) memfd_create.HANDLE.invokeExact(
                    s, name, MemorySegment.ofAddress(flags), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class timerfd_create {
        static final MethodHandle HANDLE = Link.captured("timerfd_create");
    }

    /** {@code int timerfd_create(clockid_t clock_id, int flags)} */
    public static int timerfd_create(int clock_id, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) timerfd_create.HANDLE.invokeExact(
                    s, (long) clock_id, MemorySegment.ofAddress(flags), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class timerfd_settime {
        static final MethodHandle HANDLE = Link.captured("timerfd_settime");
    }

    /** {@code int timerfd_settime(int ufd, int flags, const struct itimerspec *utmr, struct itimerspec *otmr)} */
    public static int timerfd_settime(MemorySegment s, int ufd, int flags, long utmr, long otmr) {
        try {
            return Link.orErrno((int) (long) timerfd_settime.HANDLE.invokeExact(
                    s, (long) ufd, MemorySegment.ofAddress(flags), utmr, otmr, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class timerfd_gettime {
        static final MethodHandle HANDLE = Link.captured("timerfd_gettime");
    }

    /** {@code int timerfd_gettime(int ufd, struct itimerspec *otmr)} */
    public static int timerfd_gettime(MemorySegment s, int ufd, long otmr) {
        try {
            return Link.orErrno((int) (long) timerfd_gettime.HANDLE.invokeExact(
                    s, (long) ufd, MemorySegment.ofAddress(otmr), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class signalfd {
        static final MethodHandle HANDLE = Link.captured("signalfd");
    }

    /** {@code int signalfd(int fd, const sigset_t *mask, int flags)} */
    public static int signalfd(int fd, MemorySegment mask, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) signalfd.HANDLE.invokeExact(
                    s, (long) fd, mask, (long) flags, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class waitid {
        static final MethodHandle HANDLE = Link.captured("waitid");
    }

    /** {@code int waitid(idtype_t idtype, id_t id, siginfo_t *infop, int options)} */
    public static int waitid(int idtype, int id, long infop, int options) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) waitid.HANDLE.invokeExact(
                    s, (long) idtype, MemorySegment.ofAddress(id), infop, (long) options, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class socket {
        static final MethodHandle HANDLE = Link.captured("socket");
    }

    /** {@code int socket(int domain, int type, int protocol)} */
    public static int socket(int domain, int type, int protocol) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) socket.HANDLE.invokeExact(
                    s, (long) domain, MemorySegment.ofAddress(type), (long) protocol, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class socketpair {
        static final MethodHandle HANDLE = Link.captured("socketpair");
    }

    /** {@code int socketpair(int domain, int type, int protocol, int fds[2])} */
    public static int socketpair(MemorySegment s, int domain, int type, int protocol, long fds) {
        try {
            return Link.orErrno((int) (long) socketpair.HANDLE.invokeExact(
                    s, (long) domain, MemorySegment.ofAddress(type), (long) protocol, fds, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class bind {
        static final MethodHandle HANDLE = Link.captured("bind");
    }

    /** {@code int bind(int fd, const struct sockaddr *addr, socklen_t len)} */
    public static int bind(int fd, MemorySegment addr, int len) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) bind.HANDLE.invokeExact(s, (long) fd, addr, (long) len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code int bind(int fd, const struct sockaddr *addr, socklen_t len)} */
    public static int bind(MemorySegment s, int fd, long addr, int len) {
        try {
            return Link.orErrno((int) (long) bind.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(addr), (long) len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class listen {
        static final MethodHandle HANDLE = Link.captured("listen");
    }

    /** {@code int listen(int fd, int n)} */
    public static int listen(int fd, int n) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) listen.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(n), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class accept4 {
        static final MethodHandle HANDLE = Link.captured("accept4");
    }

    /** {@code int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict addr_len, int flags)} */
    public static int accept4(int fd, long addr, long addr_len, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) accept4.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(addr), addr_len, (long) flags, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code int accept4(int fd, struct sockaddr *restrict addr, socklen_t *restrict addr_len, int flags)} */
    public static int accept4(MemorySegment s, int fd, MemorySegment addr, long addr_len, int flags) {
        try {
            return Link.orErrno((int) (long) accept4.HANDLE.invokeExact(
                    s, (long) fd, addr, addr_len, (long) flags, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class connect {
        static final MethodHandle HANDLE = Link.captured("connect");
    }

    /** {@code int connect(int fd, const struct sockaddr *addr, socklen_t len)} */
    public static int connect(int fd, MemorySegment addr, int len) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) connect.HANDLE.invokeExact(
                    s, (long) fd, addr, (long) len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code int connect(int fd, const struct sockaddr *addr, socklen_t len)} */
    public static int connect(MemorySegment s, int fd, long addr, int len) {
        try {
            return Link.orErrno((int) (long) connect.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(addr), (long) len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class shutdown {
        static final MethodHandle HANDLE = Link.captured("shutdown");
    }

    /** {@code int shutdown(int fd, int how)} */
    public static int shutdown(int fd, int how) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) shutdown.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(how), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class getsockname {
        static final MethodHandle HANDLE = Link.captured("getsockname");
    }

    /** {@code int getsockname(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)} */
    public static int getsockname(MemorySegment s, int fd, MemorySegment addr, long len) {
        try {
            return Link.orErrno((int) (long) getsockname.HANDLE.invokeExact(s, (long) fd, addr, len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    /** {@code int getsockname(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)} */
    public static int getsockname(MemorySegment s, int fd, long addr, long len) {
        try {
            return Link.orErrno((int) (long) getsockname.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(addr), len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class getpeername {
        static final MethodHandle HANDLE = Link.captured("getpeername");
    }

    /** {@code int getpeername(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)} */
    public static int getpeername(MemorySegment s, int fd, MemorySegment addr, long len) {
        try {
            return Link.orErrno((int) (long) getpeername.HANDLE.invokeExact(s, (long) fd, addr, len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    /** {@code int getpeername(int fd, struct sockaddr *restrict addr, socklen_t *restrict len)} */
    public static int getpeername(MemorySegment s, int fd, long addr, long len) {
        try {
            return Link.orErrno((int) (long) getpeername.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(addr), len, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class getsockopt {
        static final MethodHandle HANDLE = Link.captured("getsockopt");
    }

    /** {@code int getsockopt(int fd, int level, int optname, void *restrict optval, socklen_t *restrict optlen)} */
    public static int getsockopt(MemorySegment s, int fd, int level, int optname, long optval, long optlen) {
        try {
            return Link.orErrno((int) (long) getsockopt.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(level), (long) optname, optval, optlen, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class setsockopt {
        static final MethodHandle HANDLE = Link.captured("setsockopt");
    }

    /** {@code int setsockopt(int fd, int level, int optname, const void *optval, socklen_t optlen)} */
    public static int setsockopt(MemorySegment s, int fd, int level, int optname, long optval, int optlen) {
        try {
            return Link.orErrno((int) (long) setsockopt.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(level), (long) optname, optval, (long) optlen, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class recv {
        static final MethodHandle HANDLE = Link.captured("recv");
    }

    /** {@code ssize_t recv(int fd, void *buf, size_t n, int flags)} */
    public static long recv(int fd, MemorySegment buf, long n, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) recv.HANDLE.invokeExact(s, (long) fd, buf, n, (long) flags, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class send {
        static final MethodHandle HANDLE = Link.captured("send");
    }

    /** {@code ssize_t send(int fd, const void *buf, size_t n, int flags)} */
    public static long send(int fd, MemorySegment buf, long n, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) send.HANDLE.invokeExact(s, (long) fd, buf, n, (long) flags, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class recvfrom_2_5 {
        static final MethodHandle HANDLE = Link.captured("recvfrom", 2, 5);
    }

    /**
     * {@code ssize_t recvfrom(int fd, void *restrict buf, size_t n, int flags, struct sockaddr *restrict addr,
     * socklen_t *restrict addr_len)}
     */
    public static long recvfrom(
            MemorySegment s, int fd, MemorySegment buf, long n, int flags, MemorySegment addr, long addr_len) {
        try {
            return Link.orErrno((long) recvfrom_2_5.HANDLE.invokeExact(
                    s, (long) fd, buf, n, (long) flags, addr, addr_len), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sendto_2_5 {
        static final MethodHandle HANDLE = Link.captured("sendto", 2, 5);
    }

    /**
     * {@code ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *addr,
     * socklen_t addr_len)}
     */
    public static long sendto(int fd, MemorySegment buf, long n, int flags, MemorySegment addr, int addr_len) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) sendto_2_5.HANDLE.invokeExact(
                    s, (long) fd, buf, n, (long) flags, addr, (long) addr_len), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sendto {
        static final MethodHandle HANDLE = Link.captured("sendto");
    }

    /**
     * {@code ssize_t sendto(int fd, const void *buf, size_t n, int flags, const struct sockaddr *addr,
     * socklen_t addr_len)}
     */
    public static long sendto(MemorySegment s, int fd, MemorySegment buf, long n, int flags, long addr, int addr_len) {
        try {
            return Link.orErrno((long) sendto.HANDLE.invokeExact(
                    s, (long) fd, buf, n, (long) flags, addr, (long) addr_len), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sendmsg {
        static final MethodHandle HANDLE = Link.captured("sendmsg");
    }

    /** {@code ssize_t sendmsg(int fd, const struct msghdr *message, int flags)} */
    public static long sendmsg(int fd, MemorySegment message, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) sendmsg.HANDLE.invokeExact(s, (long) fd, message, (long) flags, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class recvmsg {
        static final MethodHandle HANDLE = Link.captured("recvmsg");
    }

    /** {@code ssize_t recvmsg(int fd, struct msghdr *message, int flags)} */
    public static long recvmsg(int fd, MemorySegment message, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) recvmsg.HANDLE.invokeExact(s, (long) fd, message, (long) flags, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sendmmsg {
        static final MethodHandle HANDLE = Link.captured("sendmmsg");
    }

    /** {@code int sendmmsg(int fd, struct mmsghdr *vmessages, unsigned int vlen, int flags)} */
    public static int sendmmsg(int fd, MemorySegment vmessages, int vlen, int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) sendmmsg.HANDLE.invokeExact(
                    s, (long) fd, vmessages, (long) vlen, (long) flags, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class recvmmsg {
        static final MethodHandle HANDLE = Link.captured("recvmmsg");
    }

    /** {@code int recvmmsg(int fd, struct mmsghdr *vmessages, unsigned int vlen, int flags, struct timespec *tmo)} */
    public static int recvmmsg(int fd, MemorySegment vmessages, int vlen, int flags, long tmo) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) recvmmsg.HANDLE.invokeExact(
                    s, (long) fd, vmessages, (long) vlen, (long) flags, tmo, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class readv {
        static final MethodHandle HANDLE = Link.captured("readv");
    }

    /** {@code ssize_t readv(int fd, const struct iovec *iovec, int count)} */
    public static long readv(int fd, MemorySegment iovec, int count) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) readv.HANDLE.invokeExact(s, (long) fd, iovec, (long) count, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class writev {
        static final MethodHandle HANDLE = Link.captured("writev");
    }

    /** {@code ssize_t writev(int fd, const struct iovec *iovec, int count)} */
    public static long writev(int fd, MemorySegment iovec, int count) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((long) writev.HANDLE.invokeExact(s, (long) fd, iovec, (long) count, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class inotify_init1 {
        static final MethodHandle HANDLE = Link.captured("inotify_init1");
    }

    /** {@code int inotify_init1(int flags)} */
    public static int inotify_init1(int flags) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) inotify_init1.HANDLE.invokeExact(
                    s, (long) flags, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class inotify_add_watch {
        static final MethodHandle HANDLE = Link.captured("inotify_add_watch");
    }

    /** {@code int inotify_add_watch(int fd, const char *name, uint32_t mask)} */
    public static int inotify_add_watch(int fd, long name, int mask) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) inotify_add_watch.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(name), (long) mask, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class inotify_rm_watch {
        static final MethodHandle HANDLE = Link.captured("inotify_rm_watch");
    }

    /** {@code int inotify_rm_watch(int fd, int wd)} */
    public static int inotify_rm_watch(int fd, int wd) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) inotify_rm_watch.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(wd), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class posix_openpt {
        static final MethodHandle HANDLE = Link.captured("posix_openpt");
    }

    /** {@code int posix_openpt(int oflag)} */
    public static int posix_openpt(int oflag) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) posix_openpt.HANDLE.invokeExact(
                    s, (long) oflag, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class grantpt {
        static final MethodHandle HANDLE = Link.captured("grantpt");
    }

    /** {@code int grantpt(int fd)} */
    public static int grantpt(int fd) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) grantpt.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class unlockpt {
        static final MethodHandle HANDLE = Link.captured("unlockpt");
    }

    /** {@code int unlockpt(int fd)} */
    public static int unlockpt(int fd) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) unlockpt.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.NULL, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class ptsname_r {
        static final MethodHandle HANDLE = Link.captured("ptsname_r");
    }

    /** {@code int ptsname_r(int fd, char *buf, size_t buflen)} */
    public static int ptsname_r(int fd, long buf, long buflen) {
        MemorySegment s = Scratch.take();
        try {
            return -(int) (long) ptsname_r.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(buf), buflen, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class ioctl {
        static final MethodHandle HANDLE = Link.captured("ioctl");
    }

    /** {@code int ioctl(int fd, unsigned long request, ...)} */
    public static int ioctl(int fd, long request, long arg) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) ioctl.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(request), arg, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** {@code int ioctl(int fd, unsigned long request, ...)} */
    public static int ioctl(MemorySegment s, int fd, long request, long arg) {
        try {
            return Link.orErrno((int) (long) ioctl.HANDLE.invokeExact(
                    s, (long) fd, MemorySegment.ofAddress(request), arg, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ioctl_3 {
        static final MethodHandle HANDLE = Link.captured("ioctl", 3);
    }

    /** {@code int ioctl(int fd, unsigned long request, ...)} */
    public static int ioctl(int fd, long request, MemorySegment arg) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) ioctl_3.HANDLE.invokeExact(s, (long) fd, request, arg, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sigemptyset_1 {
        static final MethodHandle HANDLE = Link.captured("sigemptyset", 1);
    }

    /** {@code int sigemptyset(sigset_t *set)} */
    public static int sigemptyset(MemorySegment set) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) sigemptyset_1.HANDLE.invokeExact(s, set, 0L, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sigfillset_1 {
        static final MethodHandle HANDLE = Link.captured("sigfillset", 1);
    }

    /** {@code int sigfillset(sigset_t *set)} */
    public static int sigfillset(MemorySegment set) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) sigfillset_1.HANDLE.invokeExact(s, set, 0L, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sigaddset_1 {
        static final MethodHandle HANDLE = Link.captured("sigaddset", 1);
    }

    /** {@code int sigaddset(sigset_t *set, int signo)} */
    public static int sigaddset(MemorySegment set, int signo) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) sigaddset_1.HANDLE.invokeExact(s, set, (long) signo, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sigdelset_1 {
        static final MethodHandle HANDLE = Link.captured("sigdelset", 1);
    }

    /** {@code int sigdelset(sigset_t *set, int signo)} */
    public static int sigdelset(MemorySegment set, int signo) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) sigdelset_1.HANDLE.invokeExact(s, set, (long) signo, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sigismember_1 {
        static final MethodHandle HANDLE = Link.captured("sigismember", 1);
    }

    /** {@code int sigismember(const sigset_t *set, int signo)} */
    public static int sigismember(MemorySegment set, int signo) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) sigismember_1.HANDLE.invokeExact(
                    s, set, (long) signo, 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class sigprocmask {
        static final MethodHandle HANDLE = Link.captured("sigprocmask");
    }

    /** {@code int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict oset)} */
    public static int sigprocmask(int how, long set, long oset) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) sigprocmask.HANDLE.invokeExact(
                    s, (long) how, MemorySegment.ofAddress(set), oset, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class getrlimit {
        static final MethodHandle HANDLE = Link.captured("getrlimit");
    }

    /** {@code int getrlimit(rlimit_resource_t resource, struct rlimit *rlimits)} */
    public static int getrlimit(int resource, long rlimits) {
        MemorySegment s = Scratch.take();
        try {
            return Link.orErrno((int) (long) getrlimit.HANDLE.invokeExact(
                    s, (long) resource, MemorySegment.ofAddress(rlimits), 0L, 0L, 0L, 0L), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    private static final class __xpg_strerror_r {
        static final MethodHandle HANDLE = Link.captured("__xpg_strerror_r");
    }

    /** {@code int __xpg_strerror_r(int errnum, char *buf, size_t buflen)} */
    public static int __xpg_strerror_r(int errnum, long buf, long buflen) {
        MemorySegment s = Scratch.take();
        try {
            return -(int) (long) __xpg_strerror_r.HANDLE.invokeExact(
                    s, (long) errnum, MemorySegment.ofAddress(buf), buflen, 0L, 0L, 0L);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        } finally {
            Scratch.give(s);
        }
    }

    /** Links, ahead of the first call, what may be needed when nothing can be loaded any more. */
    static void linkEarly() {
        Objects.requireNonNull(close.HANDLE);
        Objects.requireNonNull(close_plain.HANDLE);
        Objects.requireNonNull(syscall.HANDLE);
        Objects.requireNonNull(syscall_plain.HANDLE);
    }
}
