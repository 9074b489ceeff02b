package dev.pollux.internal;

import dev.pollux.generated.errno_h;
import dev.pollux.generated.fcntl_h;
import dev.pollux.generated.timerfd_h;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to do about a call that failed: a table of calls, errno, a condition, and a sentence. What an errno means
 * depends on the call and on its object, and a condition may ask the {@link Failure} about both. The first row that
 * fits gives its sentence, so a row with a condition stands above one for the same call and errno without, and the rows
 * for any call stand at the end.
 *
 * <p>The next advice is one more row, and one more case in {@code AdviceTest}, which goes over all rows. A sentence
 * says what was wrong, then what to do. It ends a longer one: it begins in lower case and has no full stop.
 *
 * <p>Nothing here is loaded before a call fails. A condition that cannot be checked does not hold.
 */
public final class Advice {
    /** What must be true for a row to fit. (Not method references, which would slow down the first error.) */
    enum Condition {
        PATH, LACKS_SCOPE, HAS_SCOPE, MASTER, DEAD_TERMINAL, TERMINAL, IN_BACKGROUND, FILTERED, ABOUT_PIPE, ABOUT_LOCK,
        ABOUT_SEALS, DUPLICATING, NO_DIRECTORY, CLOCK_THAT_WAKES, OTHER_SIDE, DISCONNECTING, ABOUT_TERMINAL,
        NOT_CONTROLLING, NOT_OUR_GROUP, ABOUT_NETWORK, ABOUT_CONGESTION, ABOUT_GROUP,
        OTHER_FAMILY, SEGMENTED, CREDENTIALS, RIGHTS, PACKET_INFO,
        READ_ONLY, WRITE_ONLY, EVENTFD, TIMERFD, INOTIFY, PIDFD;

        private boolean holds(Failure failure) throws IOException {
            return switch (this) {
                case PATH -> failure.isPath();
                case LACKS_SCOPE -> failure.lacksScope();
                case HAS_SCOPE -> failure.hasScope();
                case MASTER -> failure.isMaster();
                case DEAD_TERMINAL -> failure.isDeadTerminal();
                case TERMINAL -> failure.isTerminal();
                case IN_BACKGROUND -> failure.isInBackground();
                case FILTERED -> failure.isFiltered();
                case ABOUT_PIPE -> failure.has("F_GETPIPE_SZ") || failure.has("F_SETPIPE_SZ");
                case ABOUT_LOCK -> failure.has("F_SETLK") || failure.has("F_SETLKW") || failure.has("F_GETLK")
                        || failure.has("F_OFD_SETLK") || failure.has("F_OFD_SETLKW") || failure.has("F_OFD_GETLK");
                case ABOUT_SEALS -> failure.has("F_ADD_SEALS") || failure.has("F_GET_SEALS");
                case NO_DIRECTORY -> failure.isNoDirectory();
                case DUPLICATING -> failure.has("F_DUPFD_CLOEXEC");
                case CLOCK_THAT_WAKES -> failure.has("clockid=" + timerfd_h.CLOCK_REALTIME_ALARM())
                        || failure.has("clockid=" + timerfd_h.CLOCK_BOOTTIME_ALARM());
                case OTHER_SIDE -> failure.has("TIOCGPTPEER");
                case DISCONNECTING -> failure.has("AF_UNSPEC");
                case ABOUT_TERMINAL -> failure.isAboutTerminal();
                case NOT_CONTROLLING -> (failure.has("TIOCGPGRP") || failure.has("TIOCSPGRP")) && failure.isTerminal();
                case NOT_OUR_GROUP -> failure.has("TIOCSPGRP");
                case OTHER_FAMILY -> failure.hasDomain();
                case SEGMENTED -> failure.has("UDP_SEGMENT");
                case CREDENTIALS -> failure.has("SCM_CREDENTIALS");
                case RIGHTS -> failure.has("SCM_RIGHTS");
                case READ_ONLY -> failure.isOpenFor(fcntl_h.O_RDONLY());
                case WRITE_ONLY -> failure.isOpenFor(fcntl_h.O_WRONLY());
                case EVENTFD -> failure.isKind("eventfd");
                case TIMERFD -> failure.isKind("timerfd");
                case INOTIFY -> failure.isKind("inotify");
                case PIDFD -> failure.isKind("pidfd");
                case PACKET_INFO -> failure.has("IP_PKTINFO") || failure.has("IPV6_PKTINFO");
                case ABOUT_CONGESTION -> failure.has("TCP_CONGESTION");
                case ABOUT_GROUP -> failure.has("MCAST_JOIN_GROUP") || failure.has("MCAST_JOIN_SOURCE_GROUP");
                case ABOUT_NETWORK -> failure.has("TUNSETIFF") || failure.arguments().toString().contains("SIOCSIF");
            };
        }
    }

    /**
     * A row of the table.
     *
     * @param calls the names of the functions, empty for any
     * @param errno the error number
     * @param when what else has to be so
     * @param sentence the advice, in which {@code {limit}} stands for the limits of open files, and {@code {call}} for
     *        the system call
     */
    public record Row(List<String> calls, int errno, @Nullable Condition when, String sentence) {
        private boolean fits(Failure failure) {
            if (errno != failure.errno() || !calls.isEmpty() && !calls.contains(failure.withOneBuffer())) {
                return false;
            }
            try {
                return when == null || when.holds(failure);
            } catch (Exception | LinkageError e) { // no file to ask, no class to be had at the limit of open files
                return false;
            }
        }

        @Override
        public String toString() {
            return (calls.isEmpty() ? "any call" : String.join(", ", calls)) + ", errno " + errno
                    + (when == null ? "" : ", " + when) + ": " + sentence;
        }
    }

    private static final String ANY = "";

    private static final String TOO_MANY_FILES = "this process has as many files open as it may ({limit}): close some,"
            + " or raise the limit with ulimit -n, or LimitNOFILE= of its systemd unit";
    private static final String NO_SCOPE = "a link-local address belongs to one network interface, and this one does"
            + " not say to which: add its scope, as in fe80::1%eth0";
    private static final String NOT_A_TERMINAL = "this descriptor is not a terminal";
    private static final String NOT_A_TIMER = "this descriptor is not a timerfd";
    private static final String NOT_A_PIDFD = "this descriptor is not a pidfd, or not open";
    private static final String A_THREAD = "this is the number of a thread, not of a process";
    private static final String GONE = "there is no such process: it has ended and was reaped, or there never was one;"
            + " for a child of Process, waitFor() says how it ended";
    private static final String NOT_MY_PROCESS = "that process is another user's, or a filter of system calls (seccomp:"
            + " a container's, a systemd unit's, a sandbox's) refuses {call}";
    private static final String NO_LOCAL_ADDRESS = "there is no local address for this connection, or no local port is"
            + " left: /proc/sys/net/ipv4/ip_local_port_range";
    private static final String NO_SUCH_OPTION = "this socket has no such option: it is another kind of socket, or the"
            + " kernel is too old; or the option can only be set, or only be read; or, by numbers, the level is not the"
            + " option's, or does not come first";
    private static final String OTHER_FAMILY = "the address is of another family than this socket, whose domain is the"
            + " last argument shown: create a socket of the address's family, or, where that is IPv4 and the socket's"
            + " IPv6, give the address as a SocketAddress";
    private static final String REFUSED = "a filter of system calls (seccomp) is in force for this thread, and seems to"
            + " refuse {call}: allow it in the profile of the container, SystemCallFilter= of the systemd unit, or the"
            + " sandbox that set it";

    private static final String EMULATED = "this program runs in an emulator of single programs (qemu-user) that does"
            + " not know";

    /** In the order in which they are looked at. */
    public static final List<Row> TABLE = List.of(
            // epoll
            row("epoll_ctl", errno_h.EPERM(), "epoll cannot watch regular files, directories or devices such as"
                    + " /dev/null, because they are always ready: read them directly, or use poll or select, which take"
                    + " them"),
            row("epoll_ctl", errno_h.EEXIST(), "this epoll watches that descriptor already: use modify"),
            row("epoll_ctl", errno_h.ENOENT(), "this epoll does not watch that descriptor: add it first, or again if"
                    + " its last duplicate has been closed meanwhile, which removes it"),
            row("epoll_ctl", errno_h.ENOSPC(), "this user has as many watches as /proc/sys/fs/epoll/max_user_watches"
                    + " allows: remove some, or raise it"),
            row("epoll_ctl", errno_h.ELOOP(), "epolls that watch each other must not form a circle, nor be nested more"
                    + " than 5 deep"),
            row("epoll_ctl", errno_h.EINVAL(), "an epoll cannot watch itself; EPOLLEXCLUSIVE goes only with add, with"
                    + " IN, OUT, ERR, HUP, WAKEUP and ET, and not with an epoll descriptor; hundreds of epolls must not"
                    + " lead to one descriptor by way of another epoll; and what was adopted as an epoll has to be"
                    + " one"),
            row("epoll_wait epoll_pwait epoll_pwait2", errno_h.EINVAL(), "this descriptor is not an epoll"),
            row("poll ppoll", errno_h.EINVAL(), "there are more entries than this process may have open files"
                    + " ({limit}): ignored ones count, too, so remove some"),

            // descriptors
            row("fcntl", errno_h.EBADF(), Condition.ABOUT_PIPE, "this descriptor is not a pipe, or not open"),
            row("fcntl", errno_h.EBADF(), Condition.ABOUT_LOCK, "a read lock needs a descriptor that is open for"
                    + " reading, and a write lock one that is open for writing (with O_PATH it is open for neither)"),
            row("fcntl", errno_h.EINVAL(), Condition.ABOUT_LOCK, "the range of a lock begins in the file, not before"
                    + " it; F_GETLK takes no lock of type F_UNLCK; and locks of open files need Linux 3.15 or newer,"
                    + " and a file system that has them"),
            row("fcntl", errno_h.EOVERFLOW(), Condition.ABOUT_LOCK, "the range of a lock ends where the largest file"
                    + " does, at 2^63 - 1: a length of 0 is all from the start on"),
            row("fcntl", errno_h.EDEADLK(), "the process that has this lock waits for a lock of this one (its threads"
                    + " are all the same to the kernel): end all locks, and begin again; or use those of open files,"
                    + " for which the kernel does not look"),
            row("fcntl", errno_h.ENOLCK(), "the kernel has no memory for one more lock; or this is a network file"
                    + " system, whose server gives no locks"),
            row("fcntl", errno_h.EACCES(), Condition.ABOUT_LOCK, "a security module (SELinux, AppArmor) forbids this"
                    + " process to lock that file"),
            row("fcntl", errno_h.EBUSY(), Condition.ABOUT_SEALS, "the memory is mapped for writing: unmap it first, or"
                    + " use F_SEAL_FUTURE_WRITE, which leaves such mappings alone"),
            row("fcntl", errno_h.EPERM(), Condition.ABOUT_SEALS, "the memory takes no more seals (it has F_SEAL_SEAL,"
                    + " as memfd_create without MFD_ALLOW_SEALING gives it), or this descriptor is not open for"
                    + " writing"),
            row("fcntl", errno_h.EINVAL(), Condition.ABOUT_SEALS, "only files in memory (memfd_create) have seals; or"
                    + " there is no such seal"),
            row("memfd_create", errno_h.EINVAL(), "the name has at most 249 bytes; or there is no such flag"),
            row("memfd_create", errno_h.EACCES(), "/proc/sys/vm/memfd_noexec demands memory that cannot be executed:"
                    + " add the flag MFD_NOEXEC_SEAL of Linux 6.3, which is 8"),
            row("fcntl", errno_h.EBUSY(), "a pipe cannot shrink below what is in it: read that first"),
            row("fcntl", errno_h.EPERM(), Condition.ABOUT_PIPE, "without privileges a pipe cannot grow past"
                    + " /proc/sys/fs/pipe-max-size"),
            row("fcntl", errno_h.EPERM(), "O_NOATIME is for the owner of a file, and a file that is append-only stays"
                    + " so"),
            row("fcntl", errno_h.EINVAL(), Condition.DUPLICATING, "the number of a descriptor is from 0 to below"
                    + " the limit of open files ({limit})"),
            row("openat", errno_h.ENOTDIR(), Condition.NO_DIRECTORY, "the descriptor from which the path begins is not"
                    + " of a directory: open one with O_DIRECTORY"),
            row("open openat", errno_h.ENOTDIR(), "a part of the path that should be a directory is something else;"
                    + " with O_DIRECTORY its last part, too"),
            row("open openat", errno_h.ELOOP(), "the last part of the path is a symbolic link, which O_NOFOLLOW"
                    + " refuses; or there are more than 40 links on the way, perhaps in a circle"),
            row("open openat", errno_h.EPERM(), "O_NOATIME is for the owner of a file; one that is append-only is"
                    + " opened with O_APPEND and without O_TRUNC, and one that is immutable is not opened for writing"
                    + " (lsattr shows which are)"),

            // sockets
            row("socket", errno_h.EAFNOSUPPORT(), "this system has no sockets of that domain: where IPv6 is switched"
                    + " off, use AF_INET"),
            row("socket", errno_h.EPERM(), "raw and packet sockets need CAP_NET_RAW; for others, a filter of system"
                    + " calls (seccomp) or the rules of a container or systemd unit refuse {call}"),
            row("socketpair", errno_h.EOPNOTSUPP(), "Linux has pairs of AF_UNIX only"),
            row("bind", errno_h.EADDRINUSE(), Condition.PATH, "there is such a file already: choose another path,"
                    + " or delete it if no server uses it any more"),
            row("bind listen", errno_h.EADDRINUSE(), "another socket has this address: choose another port, or end its"
                    + " owner (SO_REUSEADDR helps only against connections that are being closed)"),
            row("bind", errno_h.EACCES(), Condition.PATH, "the directory of a Unix-domain socket must be writable"),
            row("bind", errno_h.EACCES(), "a port below /proc/sys/net/ipv4/ip_unprivileged_port_start needs"
                    + " CAP_NET_BIND_SERVICE"),
            row("bind", errno_h.EPERM(), "the rules of a container or systemd unit (SocketBindDeny=), or a filter of"
                    + " system calls (seccomp), refuse {call}"),
            row("bind connect sendto sendmsg sendmmsg", errno_h.EAFNOSUPPORT(), Condition.OTHER_FAMILY, OTHER_FAMILY),
            row("bind connect sendto sendmsg sendmmsg", errno_h.EINVAL(), Condition.OTHER_FAMILY, OTHER_FAMILY),
            row("bind connect sendto sendmsg sendmmsg", errno_h.EINVAL(), Condition.LACKS_SCOPE, NO_SCOPE),
            row("bind connect sendto sendmsg sendmmsg", errno_h.EADDRNOTAVAIL(), Condition.LACKS_SCOPE,
                    NO_SCOPE),
            row("connect sendto sendmsg sendmmsg", errno_h.ENETUNREACH(), Condition.LACKS_SCOPE, NO_SCOPE),
            row("bind", errno_h.EADDRNOTAVAIL(), Condition.HAS_SCOPE, "the network interface that is the scope of this"
                    + " address, after the %, does not have it"),
            row("bind", errno_h.ENODEV(), Condition.HAS_SCOPE, "there is no network interface with the number that is"
                    + " the scope of this address, after the %"),
            row("bind", errno_h.EADDRNOTAVAIL(), "no network interface of this machine has that address"),
            row("bind", errno_h.EINVAL(), "this socket has an address already, which connect and sendto give it, too;"
                    + " or the address is of another domain"),
            row("accept4", errno_h.EINVAL(), "this socket does not listen: call listen first; or there is no such"
                    + " flag"),
            row("accept4", errno_h.EPERM(), "a firewall of this machine refuses this connection: the next may be good"),
            row("connect sendto sendmsg sendmmsg", errno_h.ECONNREFUSED(), Condition.PATH, "no server has this socket"
                    + " open: its file may be left over from one that has ended"),
            row("connect", errno_h.ECONNREFUSED(), "nobody listens at that address and port: start the"
                    + " server first"),
            row("connect", errno_h.EINVAL(), Condition.DISCONNECTING, "sockets of this kind stay connected: close it,"
                    + " and create another"),
            row("connect", errno_h.EADDRNOTAVAIL(), NO_LOCAL_ADDRESS),
            row("connect", errno_h.EAGAIN(), NO_LOCAL_ADDRESS),
            row("connect sendto sendmsg sendmmsg", errno_h.EACCES(), Condition.PATH, "the file of a Unix-domain socket"
                    + " must be writable"),
            row("connect sendto sendmsg sendmmsg", errno_h.EACCES(), "a broadcast needs SO_BROADCAST"),
            row("sendmsg sendmmsg", errno_h.EPERM(), Condition.CREDENTIALS, "SCM_CREDENTIALS may name another process"
                    + " with CAP_SYS_ADMIN only, and another user or group with CAP_SETUID or CAP_SETGID"),
            row("sendmsg sendmmsg", errno_h.EBADF(), Condition.RIGHTS, "one of the descriptors to be sent is not open,"
                    + " or this one is not"),
            row("sendmsg sendmmsg", errno_h.ETOOMANYREFS(), "more descriptors of this user are on their way, received"
                    + " by nobody yet, than it may have open ({limit}); or sockets are sent over each other too deep"),
            row("sendmsg sendmmsg", errno_h.EIO(), Condition.SEGMENTED, "the way to that address does not take"
                    + " segments: its device computes no checksums (ethtool -k), or there is IPsec on it; send single"
                    + " datagrams, and do so for good, as this may come after it has worked"),
            row("sendmsg sendmmsg", errno_h.EINVAL(), Condition.SEGMENTED, "a segment (UDP_SEGMENT) has to be a"
                    + " datagram that fits into the MTU of the way to that address, and there may be 128 of them, 64"
                    + " before Linux 6.9; or checksums are off (SO_NO_CHECK); or this is no UDP socket"),
            row("sendmsg sendmmsg", errno_h.EMSGSIZE(), Condition.SEGMENTED, "a segment (UDP_SEGMENT) does not fit into"
                    + " the MTU of the way to that address; or there is more data than a single datagram could have"),
            row("connect send sendto sendmsg sendmmsg", errno_h.EPERM(), "a firewall of this machine, or IPAddressDeny="
                    + " of a systemd unit, refuses this"),
            row("write sendfile splice", errno_h.EPERM(), "if this is a socket, a firewall of this machine refuses"
                    + " this; if it is memory (memfd_create), it is sealed"),
            row("sendto", errno_h.EINVAL(), "the port of the address is 0, or the address is too short"),
            row("sendmsg sendmmsg", errno_h.ENETUNREACH(), Condition.PACKET_INFO, "there is no way to that address from"
                    + " the source in IP_PKTINFO or IPV6_PKTINFO, which may be no address of this host, but that of a"
                    + " broadcast: use localAddress"),
            row("sendmsg sendmmsg", errno_h.EINVAL(), Condition.PACKET_INFO, "the source in IP_PKTINFO or IPV6_PKTINFO is"
                    + " no address of this host, such as a group or a broadcast: use localAddress, for a group of IPv6"
                    + " the address ::; or another control message is not for this socket; or the address has port 0"),
            row("sendmsg sendmmsg", errno_h.EINVAL(), "this socket does not take one of the control messages; or the"
                    + " port of the address is 0, or the address is too short"),
            row("recv recvfrom recvmsg recvmmsg read", errno_h.ENOBUFS(), "messages were lost, because the queue of"
                    + " this socket was full: ask again for all that they might have told, then go on; a larger"
                    + " SO_RCVBUF makes that rarer"),
            row("send sendto sendmsg sendmmsg write", errno_h.EMSGSIZE(), "a datagram has at most 65507 bytes over"
                    + " IPv4, 65527 over IPv6, and over Unix-domain sockets what SO_SNDBUF allows"),
            row("getsockopt setsockopt", errno_h.ENOPROTOOPT(), NO_SUCH_OPTION),
            row("getsockopt", errno_h.EOPNOTSUPP(), NO_SUCH_OPTION),
            row("getsockopt", errno_h.EINVAL(), "there is too little room for the value of this option; or this kind of"
                    + " socket, or this state of it, does not have it"),
            row("setsockopt", errno_h.EINVAL(), "the option does not have this value, or not in this state of the"
                    + " socket; or its value is longer: setsockopt(level, option, MemorySegment) takes any"),
            row("setsockopt", errno_h.EPERM(), Condition.ABOUT_CONGESTION, "without CAP_NET_ADMIN only those of"
                    + " /proc/sys/net/ipv4/tcp_allowed_congestion_control"),
            row("setsockopt", errno_h.ENOENT(), Condition.ABOUT_CONGESTION, "this system has no algorithm of that name:"
                    + " /proc/sys/net/ipv4/tcp_available_congestion_control has all"),
            row("setsockopt", errno_h.EPERM(), "this option, or this value of it, needs CAP_NET_ADMIN or CAP_NET_RAW"),
            row("setsockopt", errno_h.ENODEV(), "there is no such network interface: ip link shows which there are"),
            row("setsockopt", errno_h.EADDRINUSE(), "this socket has joined that group already, by that interface"),
            row("setsockopt", errno_h.EADDRNOTAVAIL(), "this socket has not joined that group, by that interface or"
                    + " from that sender; or the interface has no address of that kind"),
            row("setsockopt", errno_h.ENOBUFS(), Condition.ABOUT_GROUP, "this socket has joined as many groups as"
                    + " /proc/sys/net/ipv4/igmp_max_memberships allows"),

            // from one descriptor to another
            row("sendfile", errno_h.EINVAL(), "what is sent from has to be a file, or another descriptor that splice"
                    + " can read, and what is sent to is not open with O_APPEND"),
            row("splice", errno_h.EINVAL(), "one of the two has to be a pipe, and not both the same one; the other has"
                    + " to be one that splice can use (an eventfd or a terminal may not be), has offsets if one is"
                    + " given, and is not open with O_APPEND"),
            row("sendfile splice", errno_h.ESPIPE(), "a pipe or a socket has no offsets"),

            // inotify
            row("inotify_init1", errno_h.EMFILE(), "this user has as many inotify instances as"
                    + " /proc/sys/fs/inotify/max_user_instances allows, or " + TOO_MANY_FILES),
            row("inotify_add_watch", errno_h.ENOSPC(), "this user has as many watches as"
                    + " /proc/sys/fs/inotify/max_user_watches allows: remove some, or raise it"),
            row("inotify_add_watch", errno_h.EEXIST(), "this inotify watches that file already: without IN_MASK_CREATE"
                    + " its mask is changed"),
            row("inotify_add_watch", errno_h.EINVAL(), "the mask needs an event, and not both IN_MASK_ADD and"
                    + " IN_MASK_CREATE; or this descriptor is not an inotify"),
            row("inotify_add_watch", errno_h.EACCES(), "what is watched must be readable"),
            row("inotify_rm_watch", errno_h.EINVAL(), "there is no such watch any more, because a watch ends by itself"
                    + " when its file is gone; or this descriptor is not an inotify"),

            // terminals
            row("read", errno_h.EIO(), Condition.MASTER, "it has hung up: nobody has the other side of this"
                    + " pseudo-terminal open; wait until somebody opens it"),
            row("read write ioctl", errno_h.EIO(), Condition.DEAD_TERMINAL, "this terminal has hung up:"
                    + " the other side of the pseudo-terminal is closed, or there is no device behind the serial line;"
                    + " close it, and open another"),
            row("read write ioctl", errno_h.EIO(), Condition.IN_BACKGROUND, "this process is in the background of"
                    + " its terminal, where that is not allowed, and the signal that would stop it (SIGTTIN, SIGTTOU)"
                    + " is blocked or ignored, or its process group is orphaned: run it in the foreground, or give it"
                    + " another input and output"),
            row("ioctl", errno_h.ENOTTY(), Condition.OTHER_SIDE, "this descriptor is not the side of a pseudo-terminal"
                    + " that posix_openpt returns; or the kernel is older than 4.13: there, open its path, if /dev/pts"
                    + " is where it comes from"),
            row("ioctl", errno_h.ENODEV(), Condition.OTHER_SIDE, "the devpts that this pseudo-terminal comes from is"
                    + " not beside its ptmx any more, but another one: open the terminal before that is mounted there"),
            row("ioctl", errno_h.EIO(), Condition.OTHER_SIDE, "this pseudo-terminal is locked, and unlockpt is for"
                    + " whoever opened it; or this descriptor is the other side already"),
            row("read write ioctl", errno_h.EIO(), Condition.TERMINAL, "this terminal has hung up, or this process"
                    + " is in its background (with SIGTTIN blocked or ignored, or in an orphaned process group): open"
                    + " it again, or run in the foreground"),
            row("ioctl", errno_h.ENOTTY(), Condition.NOT_CONTROLLING, "this is not the controlling terminal of this"
                    + " process, which alone has a process group in the foreground that the process may know"),
            row("ioctl", errno_h.ENOTTY(), Condition.TERMINAL, "this terminal has nothing of that kind: a"
                    + " pseudo-terminal, for example, has no modem lines"),
            row("ioctl", errno_h.ENOTTY(), Condition.ABOUT_TERMINAL, NOT_A_TERMINAL),
            row("ioctl", errno_h.EPERM(), Condition.NOT_OUR_GROUP, "that process group is not of this process's"
                    + " session"),
            row("open", errno_h.EBUSY(), "somebody has it open for one program alone (TIOCEXCL), or it is a device that"
                    + " only one can have open"),
            row("ptsname_r", errno_h.ENOTTY(), "this descriptor is not a pseudo-terminal's, or not the side that"
                    + " posix_openpt returns"),
            row("posix_openpt", errno_h.ENOSPC(), "as many pseudo-terminals are open as /proc/sys/kernel/pty/max"
                    + " allows: close some, or raise it"),

            // other requests
            row("ioctl", errno_h.ENOTTY(), "this descriptor is of a kind that has no such request"),
            row("ioctl", errno_h.EPERM(), Condition.ABOUT_NETWORK, "this needs CAP_NET_ADMIN: be root, or have a"
                    + " network of your own by unshare -rn"),
            row("ioctl", errno_h.EBUSY(), Condition.ABOUT_NETWORK, "there is such an interface already, and another"
                    + " process has it open"),

            // processes and timers
            row("pidfd_open", errno_h.ESRCH(), GONE),
            row("pidfd_send_signal waitid", errno_h.EBADF(), NOT_A_PIDFD),
            row("pidfd_send_signal", errno_h.EINVAL(), "there is no such signal, or the process is outside of this"
                    + " one's namespace"),
            row("pidfd_open", errno_h.EINVAL(), A_THREAD),
            row("pidfd_open", errno_h.ENOENT(), A_THREAD),
            row("waitid", errno_h.EINVAL(), "this needs Linux 5.4 or newer"),
            row("pidfd_open", errno_h.ENOSYS(), "this needs Linux 5.3 or newer, or a container that allows {call}"),
            row("pidfd_send_signal", errno_h.ENOSYS(), "this needs Linux 5.1 or newer, or a container that allows"
                    + " {call}"),
            row("pidfd_open pidfd_send_signal", errno_h.EPERM(), NOT_MY_PROCESS),
            row("timerfd_create", errno_h.EPERM(), Condition.CLOCK_THAT_WAKES, "a clock that wakes the machine needs"
                    + " CAP_WAKE_ALARM; or a filter of system calls (seccomp) refuses {call}"),
            row("timerfd_create", errno_h.EINVAL(), "there is no such clock for timers, or no such flag"),
            row("timerfd_settime", errno_h.EINVAL(), NOT_A_TIMER + ", or there is no such flag"),
            row("timerfd_gettime", errno_h.EINVAL(), NOT_A_TIMER),

            // bytes of what has none
            row("read write", errno_h.EINVAL(), Condition.EVENTFD, "an eventfd is read and written by eight bytes: use"
                    + " EventFd.read() and write(long), for any value but -1"),
            row("read write", errno_h.EINVAL(), Condition.TIMERFD, "a timerfd is read by TimerFd.read(), and not"
                    + " written"),
            row("read", errno_h.EINVAL(), Condition.INOTIFY, "inotify is read by Inotify.read(InotifyEvents), into"
                    + " memory that has room for an event with its name"),
            row("read write", errno_h.EINVAL(), Condition.PIDFD, "a pidfd has no bytes: await POLLIN, and ask"
                    + " PidFd.status()"),

            // any call
            row("read", errno_h.EBADF(), Condition.WRITE_ONLY, "this descriptor is open for writing only, as the"
                    + " writer of a Pipe is"),
            row("write", errno_h.EBADF(), Condition.READ_ONLY, "this descriptor is open for reading only, as the"
                    + " reader of a Pipe is"),
            row(ANY, errno_h.ENOTCONN(), "this socket is not connected: call connect first; one that listens has no"
                    + " data, but connections, which accept gives"),
            row(ANY, errno_h.EMFILE(), TOO_MANY_FILES),
            row(ANY, errno_h.ENFILE(), "the whole system has as many files open as it may: /proc/sys/fs/file-max"),
            row(ANY, errno_h.EBADF(), "the descriptor is not open (was it closed behind its owner's back?), or not open"
                    + " for this: reading, writing …"),
            row(ANY, errno_h.EPIPE(), "nobody reads at the other end any more, or the socket is not connected"),
            row(ANY, errno_h.ENOTSOCK(), "this descriptor is not a socket"),
            row(ANY, errno_h.EPERM(), Condition.FILTERED, REFUSED),
            row(ANY, errno_h.ENOSYS(), Condition.FILTERED, REFUSED + "; or this kernel is older than {call}"),
            // below the one about filters, which comes first for any call
            row("ioctl", errno_h.ENOSYS(), "the driver has no such request; or " + EMULATED + " this request"),
            row(ANY, errno_h.ENOSYS(), "this kernel is older than {call}, or was built without it; or " + EMULATED
                    + " the call"));

    private Advice() { }

    private static Row row(String calls, int errno, String sentence) {
        return row(calls, errno, null, sentence);
    }

    private static Row row(String calls, int errno, @Nullable Condition when, String sentence) {
        return new Row(calls.isEmpty() ? List.of() : List.of(calls.split(" ")), errno, when, sentence);
    }

    /** What to do, or an empty string. */
    public static String of(Failure failure) {
        for (Row row : TABLE) {
            if (row.fits(failure)) {
                String sentence = row.sentence;
                return !sentence.contains("{") ? sentence : sentence.replace("{call}", failure.systemCall())
                        .replace("{limit}", sentence.contains("{limit}") ? Failure.openFiles() : "");
            }
        }
        return "";
    }
}
