package dev.pollux;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.rlimit;
import dev.pollux.internal.Libc;
import dev.pollux.internal.Scratch;
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
        return new ErrnoException(errno, function + "(" + String.join(", ", arguments) + ")", advice(errno, function));
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

    private static String advice(int errno, String function) {
        String advice = switch (function) {
            case "epoll_ctl" -> epollCtl(errno);
            case "bind" -> bind(errno);
            case "poll", "ppoll" -> errno == Errno.EINVAL
                    ? "more entries than this process may have open files (" + openFiles() + ")" : "";
            case "fcntl" -> fcntl(errno);
            case "socketpair" -> errno == Errno.EOPNOTSUPP ? "Linux has pairs of AF_UNIX only" : "";
            case "epoll_wait" -> errno == Errno.EINVAL ? "this descriptor is no epoll" : "";
            case "inotify_init1" -> errno == Errno.EMFILE
                    ? "this user has as many inotify instances as /proc/sys/fs/inotify/max_user_instances lets, or "
                            + anywhere(errno) : "";
            case "inotify_add_watch" -> inotifyAddWatch(errno);
            case "inotify_rm_watch" -> errno == Errno.EINVAL
                    ? "there is no such watch any more: a watch ends by itself when its file is gone" : "";
            case "sendto" -> errno == Errno.EACCES
                    ? "a broadcast needs SO_BROADCAST; the file of a Unix-domain socket must be writable"
                    : errno == Errno.EMSGSIZE ? "a datagram has at most 65507 bytes over IPv4, 65527 over IPv6, and"
                            + " over Unix-domain sockets what SO_SNDBUF lets" : "";
            case "posix_openpt" -> errno == Errno.ENOSPC
                    ? "as many pseudo-terminals are open as /proc/sys/kernel/pty/max lets" : "";
            case "tcgetattr", "tcsetattr" -> errno == Errno.ENOTTY ? "this descriptor is no terminal" : "";
            case "pidfd_open", "pidfd_send_signal" -> process(errno, function);
            case "timerfd_create" -> errno == Errno.EPERM
                    ? "a clock that wakes the machine needs CAP_WAKE_ALARM" : "";
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
                    + " ET, and not with an epoll descriptor";
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

    private static String fcntl(int errno) {
        if (errno == Errno.EBUSY) {
            return "a pipe cannot shrink below what is in it";
        } else if (errno == Errno.EPERM) {
            return "without privileges a pipe cannot grow past /proc/sys/fs/pipe-max-size, O_NOATIME is for the owner"
                    + " of a file, and a file that is append-only stays so";
        }
        return "";
    }

    private static String process(int errno, String function) {
        if (errno == Errno.ESRCH) {
            return "there is no such process: it has ended and was reaped, or there never was one";
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
        }
        return "";
    }

    private static String openFiles() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = arena.allocate(rlimit.layout());
            Libc.getrlimit(Scratch.get(), errno_h.RLIMIT_NOFILE(), limit);
            return "soft limit " + Long.toUnsignedString(rlimit.rlim_cur(limit))
                    + ", hard limit " + Long.toUnsignedString(rlimit.rlim_max(limit));
        }
    }
}
