// Written by generated/regenerate from the public constants. Do not edit.

package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.inotify_h;
import dev.pollux.generated.ioctl_h;
import dev.pollux.generated.poll_h;
import dev.pollux.generated.signal_h;
import dev.pollux.generated.socket_h;
import java.util.function.ObjIntConsumer;

/**
 * What C calls the bits and numbers that are printed: each name with its value, in the order in which the public
 * class declares them. Where two names have one value, the first is the usual one.
 */
public final class Names {
    private Names() { }

    /** Those of {@code Epoll}. */
    public static void epollEvents(ObjIntConsumer<String> names) {
        names.accept("EPOLLIN", epoll_h.EPOLLIN());
        names.accept("EPOLLPRI", epoll_h.EPOLLPRI());
        names.accept("EPOLLOUT", epoll_h.EPOLLOUT());
        names.accept("EPOLLERR", epoll_h.EPOLLERR());
        names.accept("EPOLLHUP", epoll_h.EPOLLHUP());
        names.accept("EPOLLRDNORM", epoll_h.EPOLLRDNORM());
        names.accept("EPOLLRDBAND", epoll_h.EPOLLRDBAND());
        names.accept("EPOLLWRNORM", epoll_h.EPOLLWRNORM());
        names.accept("EPOLLWRBAND", epoll_h.EPOLLWRBAND());
        names.accept("EPOLLMSG", epoll_h.EPOLLMSG());
        names.accept("EPOLLRDHUP", epoll_h.EPOLLRDHUP());
        names.accept("EPOLLEXCLUSIVE", epoll_h.EPOLLEXCLUSIVE());
        names.accept("EPOLLWAKEUP", epoll_h.EPOLLWAKEUP());
        names.accept("EPOLLONESHOT", epoll_h.EPOLLONESHOT());
        names.accept("EPOLLET", epoll_h.EPOLLET());
    }

    /** Those of {@code Poll}. */
    public static void pollEvents(ObjIntConsumer<String> names) {
        names.accept("POLLIN", poll_h.POLLIN());
        names.accept("POLLPRI", poll_h.POLLPRI());
        names.accept("POLLOUT", poll_h.POLLOUT());
        names.accept("POLLERR", poll_h.POLLERR());
        names.accept("POLLHUP", poll_h.POLLHUP());
        names.accept("POLLNVAL", poll_h.POLLNVAL());
        names.accept("POLLRDNORM", poll_h.POLLRDNORM());
        names.accept("POLLRDBAND", poll_h.POLLRDBAND());
        names.accept("POLLWRNORM", poll_h.POLLWRNORM());
        names.accept("POLLWRBAND", poll_h.POLLWRBAND());
        names.accept("POLLMSG", poll_h.POLLMSG());
        names.accept("POLLREMOVE", poll_h.POLLREMOVE());
        names.accept("POLLRDHUP", poll_h.POLLRDHUP());
    }

    /** Those of {@code Inotify}. */
    public static void inotifyEvents(ObjIntConsumer<String> names) {
        names.accept("IN_ACCESS", inotify_h.IN_ACCESS());
        names.accept("IN_MODIFY", inotify_h.IN_MODIFY());
        names.accept("IN_ATTRIB", inotify_h.IN_ATTRIB());
        names.accept("IN_CLOSE_WRITE", inotify_h.IN_CLOSE_WRITE());
        names.accept("IN_CLOSE_NOWRITE", inotify_h.IN_CLOSE_NOWRITE());
        names.accept("IN_CLOSE", inotify_h.IN_CLOSE());
        names.accept("IN_OPEN", inotify_h.IN_OPEN());
        names.accept("IN_MOVED_FROM", inotify_h.IN_MOVED_FROM());
        names.accept("IN_MOVED_TO", inotify_h.IN_MOVED_TO());
        names.accept("IN_MOVE", inotify_h.IN_MOVE());
        names.accept("IN_CREATE", inotify_h.IN_CREATE());
        names.accept("IN_DELETE", inotify_h.IN_DELETE());
        names.accept("IN_DELETE_SELF", inotify_h.IN_DELETE_SELF());
        names.accept("IN_MOVE_SELF", inotify_h.IN_MOVE_SELF());
        names.accept("IN_ALL_EVENTS", inotify_h.IN_ALL_EVENTS());
        names.accept("IN_UNMOUNT", inotify_h.IN_UNMOUNT());
        names.accept("IN_Q_OVERFLOW", inotify_h.IN_Q_OVERFLOW());
        names.accept("IN_IGNORED", inotify_h.IN_IGNORED());
        names.accept("IN_ISDIR", inotify_h.IN_ISDIR());
        names.accept("IN_ONLYDIR", inotify_h.IN_ONLYDIR());
        names.accept("IN_DONT_FOLLOW", inotify_h.IN_DONT_FOLLOW());
        names.accept("IN_EXCL_UNLINK", inotify_h.IN_EXCL_UNLINK());
        names.accept("IN_MASK_CREATE", inotify_h.IN_MASK_CREATE());
        names.accept("IN_MASK_ADD", inotify_h.IN_MASK_ADD());
        names.accept("IN_ONESHOT", inotify_h.IN_ONESHOT());
    }

    /** Those of {@code SocketFd}. */
    public static void messageFlags(ObjIntConsumer<String> names) {
        names.accept("MSG_OOB", socket_h.MSG_OOB());
        names.accept("MSG_PEEK", socket_h.MSG_PEEK());
        names.accept("MSG_DONTWAIT", socket_h.MSG_DONTWAIT());
        names.accept("MSG_NOSIGNAL", socket_h.MSG_NOSIGNAL());
        names.accept("MSG_TRUNC", socket_h.MSG_TRUNC());
        names.accept("MSG_WAITALL", socket_h.MSG_WAITALL());
        names.accept("MSG_MORE", socket_h.MSG_MORE());
        names.accept("MSG_EOR", socket_h.MSG_EOR());
        names.accept("MSG_CTRUNC", socket_h.MSG_CTRUNC());
        names.accept("MSG_ERRQUEUE", socket_h.MSG_ERRQUEUE());
        names.accept("MSG_CMSG_CLOEXEC", socket_h.MSG_CMSG_CLOEXEC());
        names.accept("MSG_WAITFORONE", socket_h.MSG_WAITFORONE());
        names.accept("MSG_ZEROCOPY", socket_h.MSG_ZEROCOPY());
    }

    /** Those of {@code Terminal}. */
    public static void modemLines(ObjIntConsumer<String> names) {
        names.accept("TIOCM_LE", ioctl_h.TIOCM_LE());
        names.accept("TIOCM_DTR", ioctl_h.TIOCM_DTR());
        names.accept("TIOCM_RTS", ioctl_h.TIOCM_RTS());
        names.accept("TIOCM_ST", ioctl_h.TIOCM_ST());
        names.accept("TIOCM_SR", ioctl_h.TIOCM_SR());
        names.accept("TIOCM_CTS", ioctl_h.TIOCM_CTS());
        names.accept("TIOCM_CD", ioctl_h.TIOCM_CD());
        names.accept("TIOCM_RI", ioctl_h.TIOCM_RI());
        names.accept("TIOCM_DSR", ioctl_h.TIOCM_DSR());
    }

    /** Those of {@code MemFd}. */
    public static void seals(ObjIntConsumer<String> names) {
        names.accept("F_SEAL_SEAL", fcntl_h.F_SEAL_SEAL());
        names.accept("F_SEAL_SHRINK", fcntl_h.F_SEAL_SHRINK());
        names.accept("F_SEAL_GROW", fcntl_h.F_SEAL_GROW());
        names.accept("F_SEAL_WRITE", fcntl_h.F_SEAL_WRITE());
        names.accept("F_SEAL_FUTURE_WRITE", fcntl_h.F_SEAL_FUTURE_WRITE());
    }

    /** Those of {@code SigSet}. */
    public static void signals(ObjIntConsumer<String> names) {
        names.accept("SIGHUP", signal_h.SIGHUP());
        names.accept("SIGINT", signal_h.SIGINT());
        names.accept("SIGQUIT", signal_h.SIGQUIT());
        names.accept("SIGILL", signal_h.SIGILL());
        names.accept("SIGTRAP", signal_h.SIGTRAP());
        names.accept("SIGABRT", signal_h.SIGABRT());
        names.accept("SIGBUS", signal_h.SIGBUS());
        names.accept("SIGFPE", signal_h.SIGFPE());
        names.accept("SIGKILL", signal_h.SIGKILL());
        names.accept("SIGUSR1", signal_h.SIGUSR1());
        names.accept("SIGSEGV", signal_h.SIGSEGV());
        names.accept("SIGUSR2", signal_h.SIGUSR2());
        names.accept("SIGPIPE", signal_h.SIGPIPE());
        names.accept("SIGALRM", signal_h.SIGALRM());
        names.accept("SIGTERM", signal_h.SIGTERM());
        names.accept("SIGSTKFLT", signal_h.SIGSTKFLT());
        names.accept("SIGCHLD", signal_h.SIGCHLD());
        names.accept("SIGCONT", signal_h.SIGCONT());
        names.accept("SIGSTOP", signal_h.SIGSTOP());
        names.accept("SIGTSTP", signal_h.SIGTSTP());
        names.accept("SIGTTIN", signal_h.SIGTTIN());
        names.accept("SIGTTOU", signal_h.SIGTTOU());
        names.accept("SIGURG", signal_h.SIGURG());
        names.accept("SIGXCPU", signal_h.SIGXCPU());
        names.accept("SIGXFSZ", signal_h.SIGXFSZ());
        names.accept("SIGVTALRM", signal_h.SIGVTALRM());
        names.accept("SIGPROF", signal_h.SIGPROF());
        names.accept("SIGWINCH", signal_h.SIGWINCH());
        names.accept("SIGIO", signal_h.SIGIO());
        names.accept("SIGPWR", signal_h.SIGPWR());
        names.accept("SIGSYS", signal_h.SIGSYS());
    }

    /** Those of {@code Errno}. */
    public static void errors(ObjIntConsumer<String> names) {
        names.accept("EPERM", errno_h.EPERM());
        names.accept("ENOENT", errno_h.ENOENT());
        names.accept("ESRCH", errno_h.ESRCH());
        names.accept("EINTR", errno_h.EINTR());
        names.accept("EIO", errno_h.EIO());
        names.accept("ENXIO", errno_h.ENXIO());
        names.accept("E2BIG", errno_h.E2BIG());
        names.accept("ENOEXEC", errno_h.ENOEXEC());
        names.accept("EBADF", errno_h.EBADF());
        names.accept("ECHILD", errno_h.ECHILD());
        names.accept("EAGAIN", errno_h.EAGAIN());
        names.accept("EWOULDBLOCK", errno_h.EWOULDBLOCK());
        names.accept("ENOMEM", errno_h.ENOMEM());
        names.accept("EACCES", errno_h.EACCES());
        names.accept("EFAULT", errno_h.EFAULT());
        names.accept("ENOTBLK", errno_h.ENOTBLK());
        names.accept("EBUSY", errno_h.EBUSY());
        names.accept("EEXIST", errno_h.EEXIST());
        names.accept("EXDEV", errno_h.EXDEV());
        names.accept("ENODEV", errno_h.ENODEV());
        names.accept("ENOTDIR", errno_h.ENOTDIR());
        names.accept("EISDIR", errno_h.EISDIR());
        names.accept("EINVAL", errno_h.EINVAL());
        names.accept("ENFILE", errno_h.ENFILE());
        names.accept("EMFILE", errno_h.EMFILE());
        names.accept("ENOTTY", errno_h.ENOTTY());
        names.accept("ETXTBSY", errno_h.ETXTBSY());
        names.accept("EFBIG", errno_h.EFBIG());
        names.accept("ENOSPC", errno_h.ENOSPC());
        names.accept("ESPIPE", errno_h.ESPIPE());
        names.accept("EROFS", errno_h.EROFS());
        names.accept("EMLINK", errno_h.EMLINK());
        names.accept("EPIPE", errno_h.EPIPE());
        names.accept("EDOM", errno_h.EDOM());
        names.accept("ERANGE", errno_h.ERANGE());
        names.accept("EDEADLK", errno_h.EDEADLK());
        names.accept("EDEADLOCK", errno_h.EDEADLOCK());
        names.accept("ENAMETOOLONG", errno_h.ENAMETOOLONG());
        names.accept("ENOLCK", errno_h.ENOLCK());
        names.accept("ENOSYS", errno_h.ENOSYS());
        names.accept("ENOTEMPTY", errno_h.ENOTEMPTY());
        names.accept("ELOOP", errno_h.ELOOP());
        names.accept("ENOMSG", errno_h.ENOMSG());
        names.accept("EIDRM", errno_h.EIDRM());
        names.accept("ECHRNG", errno_h.ECHRNG());
        names.accept("EL2NSYNC", errno_h.EL2NSYNC());
        names.accept("EL3HLT", errno_h.EL3HLT());
        names.accept("EL3RST", errno_h.EL3RST());
        names.accept("ELNRNG", errno_h.ELNRNG());
        names.accept("EUNATCH", errno_h.EUNATCH());
        names.accept("ENOCSI", errno_h.ENOCSI());
        names.accept("EL2HLT", errno_h.EL2HLT());
        names.accept("EBADE", errno_h.EBADE());
        names.accept("EBADR", errno_h.EBADR());
        names.accept("EXFULL", errno_h.EXFULL());
        names.accept("ENOANO", errno_h.ENOANO());
        names.accept("EBADRQC", errno_h.EBADRQC());
        names.accept("EBADSLT", errno_h.EBADSLT());
        names.accept("EBFONT", errno_h.EBFONT());
        names.accept("ENOSTR", errno_h.ENOSTR());
        names.accept("ENODATA", errno_h.ENODATA());
        names.accept("ETIME", errno_h.ETIME());
        names.accept("ENOSR", errno_h.ENOSR());
        names.accept("ENONET", errno_h.ENONET());
        names.accept("ENOPKG", errno_h.ENOPKG());
        names.accept("EREMOTE", errno_h.EREMOTE());
        names.accept("ENOLINK", errno_h.ENOLINK());
        names.accept("EADV", errno_h.EADV());
        names.accept("ESRMNT", errno_h.ESRMNT());
        names.accept("ECOMM", errno_h.ECOMM());
        names.accept("EPROTO", errno_h.EPROTO());
        names.accept("EMULTIHOP", errno_h.EMULTIHOP());
        names.accept("EDOTDOT", errno_h.EDOTDOT());
        names.accept("EBADMSG", errno_h.EBADMSG());
        names.accept("EOVERFLOW", errno_h.EOVERFLOW());
        names.accept("ENOTUNIQ", errno_h.ENOTUNIQ());
        names.accept("EBADFD", errno_h.EBADFD());
        names.accept("EREMCHG", errno_h.EREMCHG());
        names.accept("ELIBACC", errno_h.ELIBACC());
        names.accept("ELIBBAD", errno_h.ELIBBAD());
        names.accept("ELIBSCN", errno_h.ELIBSCN());
        names.accept("ELIBMAX", errno_h.ELIBMAX());
        names.accept("ELIBEXEC", errno_h.ELIBEXEC());
        names.accept("EILSEQ", errno_h.EILSEQ());
        names.accept("ERESTART", errno_h.ERESTART());
        names.accept("ESTRPIPE", errno_h.ESTRPIPE());
        names.accept("EUSERS", errno_h.EUSERS());
        names.accept("ENOTSOCK", errno_h.ENOTSOCK());
        names.accept("EDESTADDRREQ", errno_h.EDESTADDRREQ());
        names.accept("EMSGSIZE", errno_h.EMSGSIZE());
        names.accept("EPROTOTYPE", errno_h.EPROTOTYPE());
        names.accept("ENOPROTOOPT", errno_h.ENOPROTOOPT());
        names.accept("EPROTONOSUPPORT", errno_h.EPROTONOSUPPORT());
        names.accept("ESOCKTNOSUPPORT", errno_h.ESOCKTNOSUPPORT());
        names.accept("EOPNOTSUPP", errno_h.EOPNOTSUPP());
        names.accept("ENOTSUP", errno_h.ENOTSUP());
        names.accept("EPFNOSUPPORT", errno_h.EPFNOSUPPORT());
        names.accept("EAFNOSUPPORT", errno_h.EAFNOSUPPORT());
        names.accept("EADDRINUSE", errno_h.EADDRINUSE());
        names.accept("EADDRNOTAVAIL", errno_h.EADDRNOTAVAIL());
        names.accept("ENETDOWN", errno_h.ENETDOWN());
        names.accept("ENETUNREACH", errno_h.ENETUNREACH());
        names.accept("ENETRESET", errno_h.ENETRESET());
        names.accept("ECONNABORTED", errno_h.ECONNABORTED());
        names.accept("ECONNRESET", errno_h.ECONNRESET());
        names.accept("ENOBUFS", errno_h.ENOBUFS());
        names.accept("EISCONN", errno_h.EISCONN());
        names.accept("ENOTCONN", errno_h.ENOTCONN());
        names.accept("ESHUTDOWN", errno_h.ESHUTDOWN());
        names.accept("ETOOMANYREFS", errno_h.ETOOMANYREFS());
        names.accept("ETIMEDOUT", errno_h.ETIMEDOUT());
        names.accept("ECONNREFUSED", errno_h.ECONNREFUSED());
        names.accept("EHOSTDOWN", errno_h.EHOSTDOWN());
        names.accept("EHOSTUNREACH", errno_h.EHOSTUNREACH());
        names.accept("EALREADY", errno_h.EALREADY());
        names.accept("EINPROGRESS", errno_h.EINPROGRESS());
        names.accept("ESTALE", errno_h.ESTALE());
        names.accept("EUCLEAN", errno_h.EUCLEAN());
        names.accept("ENOTNAM", errno_h.ENOTNAM());
        names.accept("ENAVAIL", errno_h.ENAVAIL());
        names.accept("EISNAM", errno_h.EISNAM());
        names.accept("EREMOTEIO", errno_h.EREMOTEIO());
        names.accept("EDQUOT", errno_h.EDQUOT());
        names.accept("ENOMEDIUM", errno_h.ENOMEDIUM());
        names.accept("EMEDIUMTYPE", errno_h.EMEDIUMTYPE());
        names.accept("ECANCELED", errno_h.ECANCELED());
        names.accept("ENOKEY", errno_h.ENOKEY());
        names.accept("EKEYEXPIRED", errno_h.EKEYEXPIRED());
        names.accept("EKEYREVOKED", errno_h.EKEYREVOKED());
        names.accept("EKEYREJECTED", errno_h.EKEYREJECTED());
        names.accept("EOWNERDEAD", errno_h.EOWNERDEAD());
        names.accept("ENOTRECOVERABLE", errno_h.ENOTRECOVERABLE());
        names.accept("ERFKILL", errno_h.ERFKILL());
        names.accept("EHWPOISON", errno_h.EHWPOISON());
    }
}
