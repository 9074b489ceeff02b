package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.rlimit;
import dev.pollux.internal.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A C call that failed: its name and arguments, the errno with name and text, and for the common ones what to do.
 *
 * <p>EAGAIN, EINTR and the end of a file never arrive as this exception where they are ordinary results.
 */
public final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;

    private static final String HUNG_UP = "it has hung up: nobody has the other side of this pseudo-terminal open";

    /** The number. */
    private final int errno;

    /** The call. */
    private final String call;

    private ErrnoException(int errno, String call, String advice) {
        super(call + ": " + Errno.name(errno) + " (" + Errno.text(errno) + ")"
                + (advice.isEmpty() ? "" : ": " + advice));
        this.errno = errno;
        this.call = call;
    }

    static ErrnoException of(int errno, String function, String... arguments) {
        return new ErrnoException(errno, function + "(" + String.join(", ", arguments) + ")",
                advice(errno, function, arguments));
    }

    /** Flags, as C's headers have them. (Here, because no other class can be loaded at the limit of open files.) */
    static String octal(int flags) {
        return (flags >>> 3 == 0 ? "" : "0") + Integer.toOctalString(flags);
    }

    /**
     * The error number, to be compared with the constants of {@link Errno}.
     *
     * @return {@code errno} as the call left it
     */
    public int errno() {
        return errno;
    }

    /**
     * The C name of the error number.
     *
     * @return for example {@code EADDRINUSE}
     */
    public String errnoName() {
        return Errno.name(errno);
    }

    /**
     * The C call that failed, with its arguments.
     *
     * @return for example {@code epoll_ctl(epfd=4, EPOLL_CTL_ADD, fd=7, EPOLLIN)}
     */
    public String call() {
        return call;
    }

    private static String advice(int errno, String function, String... arguments) {
        String advice = switch (function) {
            case "epoll_ctl" -> epollCtl(errno);
            case "bind" -> bind(errno);
            case "poll", "ppoll" -> errno == Errno.EINVAL
                    ? "more entries than this process may have open files (" + openFiles() + ")" : "";
            case "fcntl" -> fcntl(errno, arguments.length > 1 ? arguments[1] : "");
            case "socket" -> errno == Errno.EAFNOSUPPORT
                    ? "this system has no sockets of that domain; where IPv6 is switched off, use AF_INET" : "";
            case "socketpair" -> errno == Errno.EOPNOTSUPP ? "Linux has pairs of AF_UNIX only" : "";
            case "epoll_wait" -> errno == Errno.EINVAL ? "this descriptor is no epoll" : "";
            case "inotify_init1" -> errno == Errno.EMFILE
                    ? "this user has as many inotify instances as /proc/sys/fs/inotify/max_user_instances lets, or "
                            + anywhere(errno) : "";
            case "inotify_add_watch" -> inotifyAddWatch(errno);
            case "inotify_rm_watch" -> errno == Errno.EINVAL
                    ? "there is no such watch any more, because a watch ends by itself when its file is gone; or that is no"
                    + " inotify" : "";
            case "sendto" -> sendto(errno);
            case "posix_openpt" -> errno == Errno.ENOSPC
                    ? "as many pseudo-terminals are open as /proc/sys/kernel/pty/max lets" : "";
            case "read", "write" -> errno == Errno.EIO ? "if this is a terminal, " + HUNG_UP : "";
            case "tcgetattr", "tcsetattr" -> errno == Errno.ENOTTY ? "this descriptor is no terminal"
                    : errno == Errno.EIO ? HUNG_UP : "";
            case "ptsname_r" -> errno == Errno.ENOTTY ? "this descriptor is no pseudo-terminal's, or not the side that"
                    + " posix_openpt returns" : "";
            case "pidfd_open", "pidfd_send_signal", "waitid" -> process(errno, function);
            case "timerfd_create" -> errno == Errno.EPERM ? "a clock that wakes the machine needs CAP_WAKE_ALARM"
                    : errno == Errno.EINVAL ? "there is no such clock for timers, or no such flag" : "";
            case "timerfd_settime" -> errno == Errno.EINVAL ? "this descriptor is no timerfd, or there is no such flag"
                    : "";
            case "timerfd_gettime" -> errno == Errno.EINVAL ? "this descriptor is no timerfd" : "";
            case "connect" -> errno == Errno.ECONNREFUSED
                    ? "nobody listens there; the file of a Unix-domain socket may be left over from a server that ended"
                    : "";
            default -> "";
        };
        return advice.isEmpty() ? anywhere(errno) : advice;
    }

    private static String epollCtl(int errno) {
        if (errno == Errno.EPERM) {
            return "epoll cannot watch regular files, directories or devices like /dev/null, because they are always"
                    + " ready: read them directly, or use poll or select, which take them";
        } else if (errno == Errno.EEXIST) {
            return "this epoll watches that descriptor already: use modify";
        } else if (errno == Errno.ENOENT) {
            return "this epoll does not watch that descriptor: it has to be added first, and closing the last duplicate"
                    + " of a descriptor removes it";
        } else if (errno == Errno.ENOSPC) {
            return "the limit of watches per user, /proc/sys/fs/epoll/max_user_watches, is reached";
        } else if (errno == Errno.ELOOP) {
            return "epolls that watch each other may not form a circle, nor be nested more than 5 deep";
        } else if (errno == Errno.EINVAL) {
            return "an epoll cannot watch itself; EPOLLEXCLUSIVE goes only with add, with IN, OUT, ERR, HUP, WAKEUP and"
                    + " ET, and not with an epoll descriptor; nor may hundreds of epolls lead to one descriptor by"
                    + " way of another epoll";
        }
        return "";
    }

    private static String inotifyAddWatch(int errno) {
        if (errno == Errno.ENOSPC) {
            return "this user has as many watches as /proc/sys/fs/inotify/max_user_watches lets";
        } else if (errno == Errno.EEXIST) {
            return "this inotify watches that file already: without IN_MASK_CREATE its mask is changed";
        } else if (errno == Errno.EINVAL) {
            return "the mask needs an event, and not both of IN_MASK_ADD and IN_MASK_CREATE; or this descriptor is no"
                    + " inotify";
        } else if (errno == Errno.EACCES) {
            return "what is watched must be readable";
        }
        return "";
    }

    private static String fcntl(int errno, String operation) {
        if (errno == Errno.EBADF && operation.endsWith("PIPE_SZ")) {
            return "this descriptor is no pipe, or not open";
        } else if (errno == Errno.EINVAL && operation.startsWith("F_DUPFD")) {
            return "the number of a descriptor is from 0 to below the limit of open files (" + openFiles() + ")";
        } else if (errno == Errno.EBUSY) {
            return "a pipe cannot shrink below what is in it";
        } else if (errno == Errno.EPERM) {
            return "without privileges a pipe cannot grow past /proc/sys/fs/pipe-max-size, O_NOATIME is for the owner"
                    + " of a file, and a file that is append-only stays so";
        }
        return "";
    }

    private static String process(int errno, String function) {
        if (errno == Errno.ESRCH) {
            return "there is no such process: it has ended and was reaped, or there never was one; how a child of"
                    + " Process has ended, its waitFor() says";
        } else if (errno == Errno.EBADF) {
            return "this descriptor is no pidfd, or not open";
        } else if (errno == Errno.EINVAL && function.equals("pidfd_send_signal")) {
            return "there is no such signal, or the process is outside of this one's namespace";
        } else if (errno == Errno.ENOSYS) {
            return "this needs Linux 5.3 or newer, or a container that allows it";
        } else if (errno == Errno.EPERM) {
            return "that process is another user's, or a container's filter of system calls forbids this";
        } else if (function.equals("pidfd_open") && (errno == Errno.EINVAL || errno == Errno.ENOENT)) {
            return "this is the number of a thread, not of a process";
        }
        return "";
    }

    private static String bind(int errno) {
        if (errno == Errno.EADDRINUSE) {
            return "another socket has this address: choose another port, or end its owner (SO_REUSEADDR helps only"
                    + " against connections that are being closed); or the file of a Unix-domain socket exists: delete"
                    + " it, if no server uses it any more";
        } else if (errno == Errno.EACCES) {
            return "a port below /proc/sys/net/ipv4/ip_unprivileged_port_start needs CAP_NET_BIND_SERVICE; the"
                    + " folder of a Unix domain socket must be writable";
        } else if (errno == Errno.EADDRNOTAVAIL) {
            return "no network interface of this machine has that address";
        } else if (errno == Errno.EINVAL) {
            return "this socket has an address already, which connect and sendto give it, too; or the address is of"
                    + " another domain";
        }
        return "";
    }

    private static String sendto(int errno) {
        if (errno == Errno.EACCES) {
            return "a broadcast needs SO_BROADCAST; the file of a Unix-domain socket must be writable";
        } else if (errno == Errno.EMSGSIZE) {
            return "a datagram has at most 65507 bytes over IPv4, 65527 over IPv6, and over Unix-domain sockets what"
                    + " SO_SNDBUF lets";
        } else if (errno == Errno.EAFNOSUPPORT || errno == Errno.EINVAL) {
            return "the address is of another domain than the socket, or its port is 0";
        }
        return "";
    }

    private static String anywhere(int errno) {
        if (errno == Errno.EMFILE) {
            return "this process has as many files open as it may (" + openFiles()
                    + "): close some, or raise the limit with ulimit -n, or LimitNOFILE= of its systemd unit";
        } else if (errno == Errno.ENFILE) {
            return "the whole system has as many files open as it may: /proc/sys/fs/file-max";
        } else if (errno == Errno.EBADF) {
            return "the descriptor is not open (was it closed behind its owner's back?), or not open for this: reading,"
                    + " writing …";
        } else if (errno == Errno.EPIPE) {
            return "nobody reads at the other end any more, or the socket is not connected";
        } else if (errno == Errno.ENOTSOCK) {
            return "this descriptor is no socket";
        }
        return "";
    }

    private static String openFiles() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(rlimit.layout());
            Libc.getrlimit(errno_h.RLIMIT_NOFILE(), limit.address());
            return "soft limit " + Long.toUnsignedString(rlimit.rlim_cur(limit))
                    + ", hard limit " + Long.toUnsignedString(rlimit.rlim_max(limit));
        }
    }
}
