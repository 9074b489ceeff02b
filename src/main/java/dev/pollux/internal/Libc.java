package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * The C functions, one method each, with C's names and arguments. A method returns what its function returns, or the
 * negated errno if that failed; it decides nothing else. The {@link Scratch} is the calling thread's. A method that
 * takes none does not ask for errno and returns -1.
 *
 * <p>Each handle has a holder of its own, named after the function, so that a program links only what it calls.
 */
public final class Libc {
    private static final ValueLayout.OfInt C_INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong C_LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout C_POINTER = ValueLayout.ADDRESS;

    private Libc() { }

    private static int orErrno(int result, Scratch s) {
        return result >= 0 ? result : -Link.errno(s.capture);
    }

    private static long orErrno(long result, Scratch s) {
        return result >= 0 ? result : -Link.errno(s.capture);
    }

    // epoll

    private static final class epoll_create1 {
        static final MethodHandle HANDLE = Link.downcall(epoll_create1.class, C_INT, C_INT);
    }

    public static int epoll_create1(Scratch s, int flags) {
        try {
            return orErrno((int) epoll_create1.HANDLE.invokeExact(s.capture, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_ctl {
        static final MethodHandle HANDLE = Link.downcall(epoll_ctl.class, C_INT, C_INT, C_INT, C_INT, C_POINTER);
    }

    private static final class epoll_ctl_plain {
        static final MethodHandle HANDLE = Link.plain(epoll_ctl.class, C_INT, C_INT, C_INT, C_INT, C_POINTER);
    }

    public static int epoll_ctl(int epfd, int op, int fd, MemorySegment event) {
        try {
            return (int) epoll_ctl_plain.HANDLE.invokeExact(epfd, op, fd, event);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    public static int epoll_ctl(Scratch s, int epfd, int op, int fd, MemorySegment event) {
        try {
            return orErrno((int) epoll_ctl.HANDLE.invokeExact(s.capture, epfd, op, fd, event), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_wait {
        static final MethodHandle HANDLE = Link.downcall(epoll_wait.class, C_INT, C_INT, C_POINTER, C_INT, C_INT);
    }

    private static final class epoll_wait_plain {
        static final MethodHandle HANDLE = Link.plain(epoll_wait.class, C_INT, C_INT, C_POINTER, C_INT, C_INT);
    }

    public static int epoll_wait(int epfd, MemorySegment events, int maxevents, int timeout) {
        try {
            return (int) epoll_wait_plain.HANDLE.invokeExact(epfd, events, maxevents, timeout);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    public static int epoll_wait(Scratch s, int epfd, MemorySegment events, int maxevents, int timeout) {
        try {
            return orErrno((int) epoll_wait.HANDLE.invokeExact(s.capture, epfd, events, maxevents, timeout), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_pwait {
        static final MethodHandle HANDLE =
                Link.downcall(epoll_pwait.class, C_INT, C_INT, C_POINTER, C_INT, C_INT, C_POINTER);
    }

    public static int epoll_pwait(
            Scratch s, int epfd, MemorySegment events, int maxevents, int timeout, MemorySegment sigmask) {
        try {
            return orErrno(
                    (int) epoll_pwait.HANDLE.invokeExact(s.capture, epfd, events, maxevents, timeout, sigmask), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class epoll_pwait2 {
        static final MethodHandle HANDLE = Link.has(epoll_pwait2.class)
                ? Link.downcall(epoll_pwait2.class, C_INT, C_INT, C_POINTER, C_INT, C_POINTER, C_POINTER)
                : null;
    }

    private static final class epoll_pwait2_plain {
        static final MethodHandle HANDLE = Link.has(epoll_pwait2.class)
                ? Link.plain(epoll_pwait2.class, C_INT, C_INT, C_POINTER, C_INT, C_POINTER, C_POINTER)
                : null;
    }

    /** glibc has this function from 2.35 on; without it the call fails. */
    public static int epoll_pwait2(
            int epfd, MemorySegment events, int maxevents, MemorySegment timeout, MemorySegment sigmask) {
        if (epoll_pwait2_plain.HANDLE == null) {
            return -1;
        }
        try {
            return (int) epoll_pwait2_plain.HANDLE.invokeExact(epfd, events, maxevents, timeout, sigmask);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    /** Where libc lacks this function, the answer is the one of a kernel without it. */
    public static int epoll_pwait2(
            Scratch s, int epfd, MemorySegment events, int maxevents, MemorySegment timeout, MemorySegment sigmask) {
        if (epoll_pwait2.HANDLE == null) {
            return -errno_h.ENOSYS();
        }
        try {
            return orErrno(
                    (int) epoll_pwait2.HANDLE.invokeExact(s.capture, epfd, events, maxevents, timeout, sigmask), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // poll and select

    private static final class poll {
        static final MethodHandle HANDLE = Link.downcall(poll.class, C_INT, C_POINTER, C_LONG, C_INT);
    }

    public static int poll(Scratch s, MemorySegment fds, long nfds, int timeout) {
        try {
            return orErrno((int) poll.HANDLE.invokeExact(s.capture, fds, nfds, timeout), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ppoll {
        static final MethodHandle HANDLE =
                Link.downcall(ppoll.class, C_INT, C_POINTER, C_LONG, C_POINTER, C_POINTER);
    }

    public static int ppoll(Scratch s, MemorySegment fds, long nfds, MemorySegment timeout, MemorySegment sigmask) {
        try {
            return orErrno((int) ppoll.HANDLE.invokeExact(s.capture, fds, nfds, timeout, sigmask), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class select {
        static final MethodHandle HANDLE =
                Link.downcall(select.class, C_INT, C_INT, C_POINTER, C_POINTER, C_POINTER, C_POINTER);
    }

    public static int select(
            Scratch s, int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds,
            MemorySegment timeout) {
        try {
            return orErrno((int) select.HANDLE.invokeExact(s.capture, nfds, readfds, writefds, exceptfds, timeout), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class pselect {
        static final MethodHandle HANDLE =
                Link.downcall(pselect.class, C_INT, C_INT, C_POINTER, C_POINTER, C_POINTER, C_POINTER, C_POINTER);
    }

    public static int pselect(
            Scratch s, int nfds, MemorySegment readfds, MemorySegment writefds, MemorySegment exceptfds,
            MemorySegment timeout, MemorySegment sigmask) {
        try {
            return orErrno((int) pselect.HANDLE.invokeExact(
                    s.capture, nfds, readfds, writefds, exceptfds, timeout, sigmask), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // descriptors

    private static final class open {
        static final MethodHandle HANDLE = Link.variadic(open.class, 2, C_INT, C_POINTER, C_INT, C_INT);
    }

    public static int open(Scratch s, MemorySegment path, int flags, int mode) {
        try {
            return orErrno((int) open.HANDLE.invokeExact(s.capture, path, flags, mode), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class fcntl {
        static final MethodHandle HANDLE = Link.variadic(fcntl.class, 2, C_INT, C_INT, C_INT, C_INT);
    }

    public static int fcntl(Scratch s, int fd, int cmd, int arg) {
        try {
            return orErrno((int) fcntl.HANDLE.invokeExact(s.capture, fd, cmd, arg), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class fcntl_plain {
        static final MethodHandle HANDLE = Link.plainVariadic(fcntl.class, 2, C_INT, C_INT, C_INT, C_INT);
    }

    public static int fcntl(int fd, int cmd, int arg) {
        try {
            return (int) fcntl_plain.HANDLE.invokeExact(fd, cmd, arg);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class fcntl_pointer {
        static final MethodHandle HANDLE = Link.variadic(fcntl.class, 2, C_INT, C_INT, C_INT, C_POINTER);
    }

    public static int fcntl(Scratch s, int fd, int cmd, MemorySegment arg) {
        try {
            return orErrno((int) fcntl_pointer.HANDLE.invokeExact(s.capture, fd, cmd, arg), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class read {
        static final MethodHandle HANDLE = Link.downcall(read.class, C_LONG, C_INT, C_POINTER, C_LONG);
    }

    public static long read(Scratch s, int fd, MemorySegment buf, long count) {
        try {
            return orErrno((long) read.HANDLE.invokeExact(s.capture, fd, buf, count), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class write {
        static final MethodHandle HANDLE = Link.downcall(write.class, C_LONG, C_INT, C_POINTER, C_LONG);
    }

    public static long write(Scratch s, int fd, MemorySegment buf, long count) {
        try {
            return orErrno((long) write.HANDLE.invokeExact(s.capture, fd, buf, count), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class close {
        static final MethodHandle HANDLE = Link.downcall(close.class, C_INT, C_INT);
    }

    /** Links {@code close}, and loads what else closing may need, ahead of the first call. */
    public static void prepareClose() {
        Objects.requireNonNull(close.HANDLE);
        Objects.requireNonNull(syscall.class);
        Membarrier.prepare();
    }

    public static int close(Scratch s, int fd) {
        try {
            return orErrno((int) close.HANDLE.invokeExact(s.capture, fd), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class syscall {
        static final MethodHandle HANDLE =
                Link.variadic(syscall.class, 1, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG, C_LONG);
    }

    /** For what libc has no function for: the number is one of {@code SYS_}, four more arguments are passed. */
    public static long syscall(Scratch s, long number, long first, long second, long third, long fourth) {
        try {
            return orErrno((long) syscall.HANDLE.invokeExact(s.capture, number, first, second, third, fourth), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class pipe2 {
        static final MethodHandle HANDLE = Link.downcall(pipe2.class, C_INT, C_POINTER, C_INT);
    }

    public static int pipe2(Scratch s, MemorySegment pipefd, int flags) {
        try {
            return orErrno((int) pipe2.HANDLE.invokeExact(s.capture, pipefd, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class eventfd {
        static final MethodHandle HANDLE = Link.downcall(eventfd.class, C_INT, C_INT, C_INT);
    }

    public static int eventfd(Scratch s, int initval, int flags) {
        try {
            return orErrno((int) eventfd.HANDLE.invokeExact(s.capture, initval, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // timers, signals and processes as descriptors

    private static final class timerfd_create {
        static final MethodHandle HANDLE = Link.downcall(timerfd_create.class, C_INT, C_INT, C_INT);
    }

    public static int timerfd_create(Scratch s, int clockid, int flags) {
        try {
            return orErrno((int) timerfd_create.HANDLE.invokeExact(s.capture, clockid, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class timerfd_settime {
        static final MethodHandle HANDLE =
                Link.downcall(timerfd_settime.class, C_INT, C_INT, C_INT, C_POINTER, C_POINTER);
    }

    public static int timerfd_settime(Scratch s, int fd, int flags, MemorySegment newValue, MemorySegment oldValue) {
        try {
            return orErrno((int) timerfd_settime.HANDLE.invokeExact(s.capture, fd, flags, newValue, oldValue), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class timerfd_gettime {
        static final MethodHandle HANDLE = Link.downcall(timerfd_gettime.class, C_INT, C_INT, C_POINTER);
    }

    public static int timerfd_gettime(Scratch s, int fd, MemorySegment currValue) {
        try {
            return orErrno((int) timerfd_gettime.HANDLE.invokeExact(s.capture, fd, currValue), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class signalfd {
        static final MethodHandle HANDLE = Link.downcall(signalfd.class, C_INT, C_INT, C_POINTER, C_INT);
    }

    public static int signalfd(Scratch s, int fd, MemorySegment mask, int flags) {
        try {
            return orErrno((int) signalfd.HANDLE.invokeExact(s.capture, fd, mask, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class waitid {
        static final MethodHandle HANDLE = Link.downcall(waitid.class, C_INT, C_INT, C_INT, C_POINTER, C_INT);
    }

    public static int waitid(Scratch s, int idtype, int id, MemorySegment infop, int options) {
        try {
            return orErrno((int) waitid.HANDLE.invokeExact(s.capture, idtype, id, infop, options), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ioctl {
        static final MethodHandle HANDLE = Link.variadic(ioctl.class, 2, C_INT, C_INT, C_LONG, C_POINTER);
    }

    public static int ioctl(Scratch s, int fd, long request, MemorySegment argument) {
        try {
            return orErrno((int) ioctl.HANDLE.invokeExact(s.capture, fd, request, argument), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // sockets

    private static final class socket {
        static final MethodHandle HANDLE = Link.downcall(socket.class, C_INT, C_INT, C_INT, C_INT);
    }

    public static int socket(Scratch s, int domain, int type, int protocol) {
        try {
            return orErrno((int) socket.HANDLE.invokeExact(s.capture, domain, type, protocol), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class socketpair {
        static final MethodHandle HANDLE = Link.downcall(socketpair.class, C_INT, C_INT, C_INT, C_INT, C_POINTER);
    }

    public static int socketpair(Scratch s, int domain, int type, int protocol, MemorySegment sv) {
        try {
            return orErrno((int) socketpair.HANDLE.invokeExact(s.capture, domain, type, protocol, sv), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class bind {
        static final MethodHandle HANDLE = Link.downcall(bind.class, C_INT, C_INT, C_POINTER, C_INT);
    }

    public static int bind(Scratch s, int fd, MemorySegment addr, int addrlen) {
        try {
            return orErrno((int) bind.HANDLE.invokeExact(s.capture, fd, addr, addrlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class listen {
        static final MethodHandle HANDLE = Link.downcall(listen.class, C_INT, C_INT, C_INT);
    }

    public static int listen(Scratch s, int fd, int backlog) {
        try {
            return orErrno((int) listen.HANDLE.invokeExact(s.capture, fd, backlog), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class accept4 {
        static final MethodHandle HANDLE = Link.downcall(accept4.class, C_INT, C_INT, C_POINTER, C_POINTER, C_INT);
    }

    public static int accept4(Scratch s, int fd, MemorySegment addr, MemorySegment addrlen, int flags) {
        try {
            return orErrno((int) accept4.HANDLE.invokeExact(s.capture, fd, addr, addrlen, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class connect {
        static final MethodHandle HANDLE = Link.downcall(connect.class, C_INT, C_INT, C_POINTER, C_INT);
    }

    public static int connect(Scratch s, int fd, MemorySegment addr, int addrlen) {
        try {
            return orErrno((int) connect.HANDLE.invokeExact(s.capture, fd, addr, addrlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class shutdown {
        static final MethodHandle HANDLE = Link.downcall(shutdown.class, C_INT, C_INT, C_INT);
    }

    public static int shutdown(Scratch s, int fd, int how) {
        try {
            return orErrno((int) shutdown.HANDLE.invokeExact(s.capture, fd, how), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class getsockname {
        static final MethodHandle HANDLE = Link.downcall(getsockname.class, C_INT, C_INT, C_POINTER, C_POINTER);
    }

    public static int getsockname(Scratch s, int fd, MemorySegment addr, MemorySegment addrlen) {
        try {
            return orErrno((int) getsockname.HANDLE.invokeExact(s.capture, fd, addr, addrlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class getpeername {
        static final MethodHandle HANDLE = Link.downcall(getpeername.class, C_INT, C_INT, C_POINTER, C_POINTER);
    }

    public static int getpeername(Scratch s, int fd, MemorySegment addr, MemorySegment addrlen) {
        try {
            return orErrno((int) getpeername.HANDLE.invokeExact(s.capture, fd, addr, addrlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class getsockopt {
        static final MethodHandle HANDLE =
                Link.downcall(getsockopt.class, C_INT, C_INT, C_INT, C_INT, C_POINTER, C_POINTER);
    }

    public static int getsockopt(
            Scratch s, int fd, int level, int optname, MemorySegment optval, MemorySegment optlen) {
        try {
            return orErrno((int) getsockopt.HANDLE.invokeExact(s.capture, fd, level, optname, optval, optlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class setsockopt {
        static final MethodHandle HANDLE =
                Link.downcall(setsockopt.class, C_INT, C_INT, C_INT, C_INT, C_POINTER, C_INT);
    }

    public static int setsockopt(Scratch s, int fd, int level, int optname, MemorySegment optval, int optlen) {
        try {
            return orErrno((int) setsockopt.HANDLE.invokeExact(s.capture, fd, level, optname, optval, optlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class recv {
        static final MethodHandle HANDLE = Link.downcall(recv.class, C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
    }

    public static long recv(Scratch s, int fd, MemorySegment buf, long len, int flags) {
        try {
            return orErrno((long) recv.HANDLE.invokeExact(s.capture, fd, buf, len, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class send {
        static final MethodHandle HANDLE = Link.downcall(send.class, C_LONG, C_INT, C_POINTER, C_LONG, C_INT);
    }

    public static long send(Scratch s, int fd, MemorySegment buf, long len, int flags) {
        try {
            return orErrno((long) send.HANDLE.invokeExact(s.capture, fd, buf, len, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class recvfrom {
        static final MethodHandle HANDLE =
                Link.downcall(recvfrom.class, C_LONG, C_INT, C_POINTER, C_LONG, C_INT, C_POINTER, C_POINTER);
    }

    public static long recvfrom(
            Scratch s, int fd, MemorySegment buf, long len, int flags, MemorySegment addr, MemorySegment addrlen) {
        try {
            return orErrno((long) recvfrom.HANDLE.invokeExact(s.capture, fd, buf, len, flags, addr, addrlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sendto {
        static final MethodHandle HANDLE =
                Link.downcall(sendto.class, C_LONG, C_INT, C_POINTER, C_LONG, C_INT, C_POINTER, C_INT);
    }

    public static long sendto(
            Scratch s, int fd, MemorySegment buf, long len, int flags, MemorySegment addr, int addrlen) {
        try {
            return orErrno((long) sendto.HANDLE.invokeExact(s.capture, fd, buf, len, flags, addr, addrlen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // inotify

    private static final class inotify_init1 {
        static final MethodHandle HANDLE = Link.downcall(inotify_init1.class, C_INT, C_INT);
    }

    public static int inotify_init1(Scratch s, int flags) {
        try {
            return orErrno((int) inotify_init1.HANDLE.invokeExact(s.capture, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class inotify_add_watch {
        static final MethodHandle HANDLE = Link.downcall(inotify_add_watch.class, C_INT, C_INT, C_POINTER, C_INT);
    }

    public static int inotify_add_watch(Scratch s, int fd, MemorySegment pathname, int mask) {
        try {
            return orErrno((int) inotify_add_watch.HANDLE.invokeExact(s.capture, fd, pathname, mask), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class inotify_rm_watch {
        static final MethodHandle HANDLE = Link.downcall(inotify_rm_watch.class, C_INT, C_INT, C_INT);
    }

    public static int inotify_rm_watch(Scratch s, int fd, int wd) {
        try {
            return orErrno((int) inotify_rm_watch.HANDLE.invokeExact(s.capture, fd, wd), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // terminals

    private static final class posix_openpt {
        static final MethodHandle HANDLE = Link.downcall(posix_openpt.class, C_INT, C_INT);
    }

    public static int posix_openpt(Scratch s, int flags) {
        try {
            return orErrno((int) posix_openpt.HANDLE.invokeExact(s.capture, flags), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class grantpt {
        static final MethodHandle HANDLE = Link.downcall(grantpt.class, C_INT, C_INT);
    }

    public static int grantpt(Scratch s, int fd) {
        try {
            return orErrno((int) grantpt.HANDLE.invokeExact(s.capture, fd), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class unlockpt {
        static final MethodHandle HANDLE = Link.downcall(unlockpt.class, C_INT, C_INT);
    }

    public static int unlockpt(Scratch s, int fd) {
        try {
            return orErrno((int) unlockpt.HANDLE.invokeExact(s.capture, fd), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class ptsname_r {
        static final MethodHandle HANDLE = Link.downcall(ptsname_r.class, C_INT, C_INT, C_POINTER, C_LONG);
    }

    /** Returns the error number, not negated, if it fails. */
    public static int ptsname_r(Scratch s, int fd, MemorySegment buf, long buflen) {
        try {
            return orErrno((int) ptsname_r.HANDLE.invokeExact(s.capture, fd, buf, buflen), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class tcgetattr {
        static final MethodHandle HANDLE = Link.downcall(tcgetattr.class, C_INT, C_INT, C_POINTER);
    }

    public static int tcgetattr(Scratch s, int fd, MemorySegment termios) {
        try {
            return orErrno((int) tcgetattr.HANDLE.invokeExact(s.capture, fd, termios), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class tcsetattr {
        static final MethodHandle HANDLE = Link.downcall(tcsetattr.class, C_INT, C_INT, C_INT, C_POINTER);
    }

    public static int tcsetattr(Scratch s, int fd, int actions, MemorySegment termios) {
        try {
            return orErrno((int) tcsetattr.HANDLE.invokeExact(s.capture, fd, actions, termios), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class cfmakeraw {
        static final MethodHandle HANDLE = Link.downcallVoid(cfmakeraw.class, C_POINTER);
    }

    public static void cfmakeraw(Scratch s, MemorySegment termios) {
        try {
            cfmakeraw.HANDLE.invokeExact(s.capture, termios);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class cfsetspeed {
        static final MethodHandle HANDLE = Link.downcall(cfsetspeed.class, C_INT, C_POINTER, C_INT);
    }

    public static int cfsetspeed(Scratch s, MemorySegment termios, int speed) {
        try {
            return orErrno((int) cfsetspeed.HANDLE.invokeExact(s.capture, termios, speed), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // signal sets

    private static final class sigemptyset {
        static final MethodHandle HANDLE = Link.downcall(sigemptyset.class, C_INT, C_POINTER);
    }

    public static int sigemptyset(Scratch s, MemorySegment set) {
        try {
            return orErrno((int) sigemptyset.HANDLE.invokeExact(s.capture, set), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sigfillset {
        static final MethodHandle HANDLE = Link.downcall(sigfillset.class, C_INT, C_POINTER);
    }

    public static int sigfillset(Scratch s, MemorySegment set) {
        try {
            return orErrno((int) sigfillset.HANDLE.invokeExact(s.capture, set), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sigaddset {
        static final MethodHandle HANDLE = Link.downcall(sigaddset.class, C_INT, C_POINTER, C_INT);
    }

    public static int sigaddset(Scratch s, MemorySegment set, int signum) {
        try {
            return orErrno((int) sigaddset.HANDLE.invokeExact(s.capture, set, signum), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sigdelset {
        static final MethodHandle HANDLE = Link.downcall(sigdelset.class, C_INT, C_POINTER, C_INT);
    }

    public static int sigdelset(Scratch s, MemorySegment set, int signum) {
        try {
            return orErrno((int) sigdelset.HANDLE.invokeExact(s.capture, set, signum), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class sigismember {
        static final MethodHandle HANDLE = Link.downcall(sigismember.class, C_INT, C_POINTER, C_INT);
    }

    public static int sigismember(Scratch s, MemorySegment set, int signum) {
        try {
            return orErrno((int) sigismember.HANDLE.invokeExact(s.capture, set, signum), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    // limits and texts

    private static final class getrlimit {
        static final MethodHandle HANDLE = Link.downcall(getrlimit.class, C_INT, C_INT, C_POINTER);
    }

    public static int getrlimit(Scratch s, int resource, MemorySegment rlim) {
        try {
            return orErrno((int) getrlimit.HANDLE.invokeExact(s.capture, resource, rlim), s);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }

    private static final class strerror_r {
        static final MethodHandle HANDLE = Link.downcall(strerror_r.class, C_POINTER, C_INT, C_POINTER, C_LONG);
    }

    public static MemorySegment strerror_r(Scratch s, int errnum, MemorySegment buf, long buflen) {
        try {
            return (MemorySegment) strerror_r.HANDLE.invokeExact(s.capture, errnum, buf, buflen);
        } catch (Throwable t) {
            throw Link.rethrow(t);
        }
    }
}
