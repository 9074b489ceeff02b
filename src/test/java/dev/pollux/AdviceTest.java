package dev.pollux;

import static dev.pollux.Support.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.Advice;
import dev.pollux.internal.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every row of the table of {@link Advice}, for every call that it is about: the kernel is made to fail the call, and
 * the message has this row's sentence. Where that takes another kernel, another user or a failing device, a filter
 * gives the kernel's answer.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AdviceTest {
    @TempDir
    static Path folder;

    private static final List<Case> CASES = new ArrayList<>();
    private static final Arena ARENA = Arena.ofShared();
    private static final MemorySegment BYTE = ARENA.allocate(1);
    private static final Map<String, List<String>> IN_BACKGROUND = new HashMap<>();

    /** How a call is made to fail, and a part of the advice that belongs to that. */
    private record Case(String call, int errno, String part, Callable<String> message) { }

    private static void real(String call, int errno, String part, Executable made) {
        CASES.add(new Case(call, errno, part, () -> assertErrno(errno, made).getMessage()));
    }

    private static void filtered(String call, int errno, String part, Refused refused, Executable made) {
        CASES.add(new Case(call, errno, part, () -> {
            String[] message = new String[1];
            refused.with(errno, () -> message[0] = assertErrno(errno, made).getMessage());
            return message[0];
        }));
    }

    /** Of a failure that cannot be had; its object is real. */
    private static void made(String call, int errno, String part, Callable<ErrnoException> made) {
        CASES.add(new Case(call, errno, part, () -> made.call().getMessage()));
    }

    /** The same, of one that is said to be about something else where there is a filter. */
    private static void unfiltered(String call, int errno, String part) {
        made(call, errno, part, () -> {
            assumeFalse(Files.readString(Path.of("/proc/thread-self/status")).contains("Seccomp:\t2"),
                    "all of this is filtered");
            return ErrnoException.of(errno, call);
        });
    }

    @BeforeAll
    static void cases() throws Exception {
        Refused.assumeAllowed();
        // on a thread that may not open or read files no class can be loaded
        assertErrno(Errno.ENOENT, () -> Fcntl.open(folder.resolve("none"), Fcntl.O_RDONLY));
        assertErrno(Errno.EIO, withDeadTerminal(fd -> fd.write(BYTE)));
        epoll();
        descriptors();
        files();
        moving();
        addresses();
        linkLocalAddresses();
        datagrams();
        inotify();
        terminals();
        processesAndTimers();
        bytesOfWhatHasNone();
        anyCall();
    }

    @AfterAll
    static void end() {
        ARENA.close();
    }

    // epoll and poll

    private static void epoll() {
        real("epoll_ctl", Errno.EPERM, "regular files", () -> {
            try (Epoll epoll = Epoll.create(); Fd devNull = Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDONLY)) {
                epoll.add(devNull, Epoll.EPOLLIN);
            }
        });
        real("epoll_ctl", Errno.EEXIST, "modify", () -> {
            try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create()) {
                epoll.add(fd, 0);
                epoll.add(fd, 0);
            }
        });
        real("epoll_ctl", Errno.ENOENT, "add it first", () -> {
            try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create()) {
                epoll.modify(fd, 0, fd.fd());
            }
        });
        filtered("epoll_ctl", Errno.ENOSPC, "/proc/sys/fs/epoll/max_user_watches", Refused.EPOLL_CTL, () -> {
            try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create()) {
                epoll.add(fd, 0);
            }
        });
        real("epoll_ctl", Errno.ELOOP, "circle", () -> {
            try (Epoll one = Epoll.create(); Epoll other = Epoll.create()) {
                one.add(other, Epoll.EPOLLIN);
                other.add(one, Epoll.EPOLLIN);
            }
        });
        real("epoll_ctl", Errno.EINVAL, "cannot watch itself", () -> {
            try (Epoll epoll = Epoll.create()) {
                epoll.add(epoll, Epoll.EPOLLIN);
            }
        });
        EpollEvents events = EpollEvents.allocate(ARENA, 1);
        real("epoll_wait", Errno.EINVAL, "not an epoll", () -> {
            try (Epoll wrong = Epoll.adopt(EventFd.create().detach())) {
                wrong.poll(events);
            }
        });
        real("epoll_pwait", Errno.EINVAL, "not an epoll", () -> {
            try (Epoll wrong = Epoll.adopt(EventFd.create().detach())) {
                wrong.awaitNanos(events, 0, SigSet.empty(ARENA));
            }
        });
        real("epoll_pwait2", Errno.EINVAL, "not an epoll", () -> {
            try (Epoll wrong = Epoll.adopt(EventFd.create().detach())) {
                wrong.awaitNanos(events, 1);
            }
        });
        PollFds none = PollFds.allocate(ARENA, 1);
        filtered("poll", Errno.EINVAL, "more entries", Refused.POLL, () -> Poll.poll(none));
        filtered("ppoll", Errno.EINVAL, "more entries", Refused.PPOLL, () -> Poll.awaitNanos(none, 1));
    }

    private static void descriptors() {
        real("fcntl", Errno.EBADF, "not a pipe", () -> {
            try (EventFd fd = EventFd.create()) {
                Fcntl.getPipeSize(fd);
            }
        });
        real("fcntl", Errno.EBUSY, "what is in it", () -> {
            try (Pipe pipe = Pipe.create()) {
                assertTrue(pipe.writer().write(ARENA.allocate(20_000)) > 4096);
                Fcntl.setPipeSize(pipe.writer(), 4096);
            }
        });
        filtered("fcntl", Errno.EPERM, "/proc/sys/fs/pipe-max-size", Refused.FCNTL, () -> {
            try (Pipe pipe = Pipe.create()) {
                Fcntl.setPipeSize(pipe.writer(), 1 << 30);
            }
        });
        filtered("fcntl", Errno.EPERM, "O_NOATIME", Refused.FCNTL, () -> {
            try (Pipe pipe = Pipe.create()) {
                Fcntl.setFlags(pipe.reader(), Fcntl.O_NOATIME);
            }
        });
        real("fcntl", Errno.EINVAL, "from 0 to below", () -> {
            try (EventFd fd = EventFd.create()) {
                Fcntl.dup(fd, -1);
            }
        });
        Path file = folder.resolve("file");
        filtered("open", Errno.EPERM, "O_NOATIME", Refused.OPENAT, () -> Fcntl.open(file, Fcntl.O_RDONLY));
    }

    // files

    private interface UseOfFile {
        void with(Fd directory, Fd file) throws IOException;
    }

    private static Executable withFile(UseOfFile use) {
        return () -> {
            Path file = folder.resolve("file");
            try (Fd fd = Fcntl.open(file, Fcntl.O_RDONLY | Fcntl.O_CREAT);
                    Fd directory = Fcntl.open(folder, Fcntl.O_PATH)) {
                use.with(directory, fd);
            }
        };
    }

    private static void files() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("link"));
        real("open", Errno.ELOOP, "O_NOFOLLOW", () -> Fcntl.open(link, Fcntl.O_RDONLY));
        real("openat", Errno.ELOOP, "O_NOFOLLOW",
                withFile((directory, file) -> Fcntl.openat(directory, Path.of("link"), Fcntl.O_RDONLY)));
        real("open", Errno.ENOTDIR, "something else",
                withFile((directory, file) -> Fcntl.open(folder.resolve("file/x"), Fcntl.O_RDONLY)));
        real("openat", Errno.ENOTDIR, "something else",
                withFile((directory, file) -> Fcntl.openat(directory, Path.of("file/x"), Fcntl.O_RDONLY)));
        real("openat", Errno.ENOTDIR, "from which the path begins",
                withFile((directory, file) -> Fcntl.openat(file, Path.of("x"), Fcntl.O_RDONLY)));
        filtered("openat", Errno.EPERM, "O_NOATIME", Refused.OPENAT, () -> {
            try (Pipe pipe = Pipe.create()) {
                Fcntl.openat(pipe.reader(), Path.of("x"), Fcntl.O_RDONLY);
            }
        });
        Flock write = Flock.writeLock(0, 0);
        real("fcntl", Errno.EBADF, "a read lock needs", withFile((directory, file) -> Locks.ofdSetlk(file, write)));
        real("fcntl", Errno.EINVAL, "in the file, not before it",
                withFile((directory, file) -> Locks.ofdGetlk(file, Flock.readLock(-1, 1))));
        real("fcntl", Errno.EOVERFLOW, "largest file",
                withFile((directory, file) -> Locks.getlk(file, Flock.readLock(Long.MAX_VALUE, 2))));
        // a real one, of two processes: LocksTest
        lock(Errno.EDEADLK, "end all locks", file -> Locks.setlkw(file, write));
        lock(Errno.ENOLCK, "no memory for one more lock", file -> Locks.setlk(file, write));
        lock(Errno.EACCES, "SELinux", file -> Locks.ofdSetlkw(file, write));
        real("fcntl", Errno.EBUSY, "F_SEAL_FUTURE_WRITE", () -> {
            try (MemFd memory = MemFd.create("mapped"); Arena arena = Arena.ofConfined();
                    FileChannel channel = FileChannel.open(Path.of("/proc/self/fd/" + memory.fd()),
                            StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.map(FileChannel.MapMode.READ_WRITE, 0, 1, arena);
                memory.addSeals(MemFd.F_SEAL_WRITE);
            }
        });
        real("fcntl", Errno.EPERM, "F_SEAL_SEAL", () -> {
            try (MemFd memory = MemFd.create("sealed", 0)) {
                memory.addSeals(MemFd.F_SEAL_GROW);
            }
        });
        real("fcntl", Errno.EINVAL, "only files in memory", () -> {
            try (EventFd fd = EventFd.create()) { // a file of a tmpfs has seals, too
                MemFd.borrow(fd.fd()).getSeals();
            }
        });
        real("memfd_create", Errno.EINVAL, "249", () -> MemFd.create("x".repeat(250)));
        filtered("memfd_create", Errno.EACCES, "MFD_NOEXEC_SEAL", Refused.MEMFD_CREATE, () -> MemFd.create("x"));
    }

    private interface UseOfLock {
        void with(Fd file) throws IOException;
    }

    private static void lock(int errno, String part, UseOfLock use) {
        filtered("fcntl", errno, part, Refused.FCNTL, () -> {
            try (EventFd any = EventFd.create()) {
                use.with(any);
            }
        });
    }

    private static void moving() {
        real("sendfile", Errno.EINVAL, "O_APPEND", () -> {
            try (EventFd in = EventFd.create(); Pipe pipe = Pipe.create()) {
                Splice.sendfile(pipe.writer(), in, 1);
            }
        });
        real("splice", Errno.EINVAL, "one of the two", () -> {
            try (MemFd one = MemFd.create("one"); MemFd other = MemFd.create("other")) {
                Splice.splice(one, other, 1, 0);
            }
        });
        real("sendfile", Errno.ESPIPE, "no offsets", () -> {
            try (Pipe in = Pipe.create(); Pipe pipe = Pipe.create()) {
                Splice.sendfile(pipe.writer(), in.reader(), 0, 1);
            }
        });
        real("splice", Errno.ESPIPE, "no offsets", () -> {
            try (Pipe in = Pipe.create(); Pipe pipe = Pipe.create()) {
                Splice.splice(in.reader(), 0, pipe.writer(), 1, 0);
            }
        });
        real("sendfile", Errno.EPERM, "sealed", () -> {
            try (MemFd out = sealed(); MemFd in = MemFd.create("in")) {
                in.write(BYTE);
                Splice.sendfile(out, in, 0, 1);
            }
        });
        real("splice", Errno.EPERM, "sealed", () -> {
            try (MemFd out = sealed(); Pipe in = Pipe.create()) {
                in.writer().write(BYTE);
                Splice.splice(in.reader(), out, 1, 0);
            }
        });
    }

    private static MemFd sealed() throws ErrnoException {
        MemFd memory = MemFd.create("sealed");
        memory.addSeals(MemFd.F_SEAL_WRITE);
        return memory;
    }

    // sockets

    private static SocketFd socket(int domain, int type) throws ErrnoException {
        return SocketFd.create(domain, type, 0, SocketFd.SOCK_CLOEXEC);
    }

    private static SocketFd stream() throws ErrnoException {
        return socket(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
    }

    private static SocketFd datagram() throws ErrnoException {
        return socket(SocketFd.AF_INET, SocketFd.SOCK_DGRAM);
    }

    private static SocketFd unix(int type) throws ErrnoException {
        return socket(SocketFd.AF_UNIX, type);
    }

    private static InetSocketAddress at(String host, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    /** An address of IPv6 with the number of a network interface, which need not be there. */
    private static InetSocketAddress at(String host, int scope, int port) throws IOException {
        byte[] bytes = InetAddress.getByName(host).getAddress();
        return new InetSocketAddress(Inet6Address.getByAddress(null, bytes, scope), port);
    }

    private static void addresses() throws IOException {
        real("socket", Errno.EAFNOSUPPORT, "use AF_INET", () -> socket(12345, 0));
        filtered("socket", Errno.EPERM, "CAP_NET_RAW", Refused.SOCKET, AdviceTest::stream);
        real("socketpair", Errno.EOPNOTSUPP, "AF_UNIX only",
                () -> SocketPair.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, 0));

        real("bind", Errno.EADDRINUSE, "delete it", () -> {
            UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("in use"));
            try (SocketFd one = unix(SocketFd.SOCK_STREAM); SocketFd other = unix(SocketFd.SOCK_STREAM)) {
                one.bind(path);
                other.bind(path);
            }
        });
        real("bind", Errno.EADDRINUSE, "SO_REUSEADDR", () -> {
            try (SocketFd one = stream(); SocketFd other = stream()) {
                one.bind(at("127.0.0.1", 0));
                other.bind(one.getsockname());
            }
        });
        real("listen", Errno.EADDRINUSE, "SO_REUSEADDR", () -> {
            try (SocketFd one = stream(); SocketFd other = stream()) {
                one.setsockopt(Sockopt.SO_REUSEADDR, true);
                other.setsockopt(Sockopt.SO_REUSEADDR, true);
                one.bind(at("127.0.0.1", 0));
                other.bind(one.getsockname());
                one.listen(1);
                other.listen(1);
            }
        });
        filtered("bind", Errno.EACCES, "directory", Refused.BIND, () -> {
            try (SocketFd fd = unix(SocketFd.SOCK_STREAM)) {
                fd.bind(UnixDomainSocketAddress.of("/s"));
            }
        });
        filtered("bind", Errno.EACCES, "ip_unprivileged_port_start", Refused.BIND, () -> {
            try (SocketFd fd = stream()) {
                fd.bind(at("127.0.0.1", 80));
            }
        });
        filtered("bind", Errno.EPERM, "SocketBindDeny=", Refused.BIND, () -> {
            try (SocketFd fd = stream()) {
                fd.bind(at("127.0.0.1", 0));
            }
        });
        real("bind", Errno.EADDRNOTAVAIL, "no network interface of this machine", () -> {
            try (SocketFd fd = stream()) {
                fd.bind(at("192.0.2.1", 0)); // for documentation
            }
        });
        real("bind", Errno.EINVAL, "an address already", () -> {
            try (SocketFd fd = stream()) {
                fd.bind(at("127.0.0.1", 0));
                fd.bind(at("127.0.0.1", 0));
            }
        });
        real("accept4", Errno.EINVAL, "call listen first", () -> {
            try (SocketFd fd = stream()) {
                fd.accept();
            }
        });
        filtered("accept4", Errno.EPERM, "firewall", Refused.ACCEPT4, () -> {
            try (SocketFd fd = stream()) {
                fd.listen(1);
                fd.accept();
            }
        });
        real("connect", Errno.ECONNREFUSED, "left over", () -> {
            UnixDomainSocketAddress path = leftOver("stream", SocketFd.SOCK_STREAM);
            try (SocketFd fd = unix(SocketFd.SOCK_STREAM)) {
                fd.connect(path);
            }
        });
        real("connect", Errno.ECONNREFUSED, "start the server", () -> {
            InetSocketAddress free;
            try (SocketFd fd = stream()) {
                fd.bind(at("127.0.0.1", 0));
                free = (InetSocketAddress) fd.getsockname();
            }
            try (SocketFd fd = stream()) {
                fd.connect(free);
            }
        });
        for (int errno : new int[] {Errno.EADDRNOTAVAIL, Errno.EAGAIN}) {
            filtered("connect", errno, "ip_local_port_range", Refused.CONNECT, () -> {
                try (SocketFd fd = stream()) {
                    fd.connect(at("127.0.0.1", 9));
                }
            });
        }
        filtered("connect", Errno.EACCES, "file of a Unix-domain socket", Refused.CONNECT, () -> {
            try (SocketFd fd = unix(SocketFd.SOCK_STREAM)) {
                fd.connect(UnixDomainSocketAddress.of("/s"));
            }
        });
        filtered("connect", Errno.EPERM, "firewall", Refused.CONNECT, () -> {
            try (SocketFd fd = stream()) {
                fd.connect(at("127.0.0.1", 9));
            }
        });
        real("connect", Errno.EINVAL, "stay connected", () -> {
            try (SocketPair pair = SocketPair.create()) {
                pair.first().disconnect();
            }
        });
        real("getsockopt", Errno.ENOPROTOOPT, "only be set", () -> {
            try (SocketFd fd = stream()) {
                fd.getsockopt(Sockopt.SO_RCVBUFFORCE);
            }
        });
        real("getsockopt", Errno.EOPNOTSUPP, "no such option", () -> {
            try (SocketFd fd = datagram()) {
                fd.getsockopt(Sockopt.TCP_NODELAY);
            }
        });
        real("setsockopt", Errno.ENOPROTOOPT, "come first", () -> {
            try (SocketFd fd = datagram()) { // SO_BROADCAST and its level in the wrong order
                fd.setsockopt(6, SocketFd.SOL_SOCKET, ARENA.allocate(4));
            }
        });
        real("getsockopt", Errno.EINVAL, "too little room", () -> {
            try (SocketFd fd = datagram()) {
                fd.getsockopt(Sockopt.SO_COOKIE.level(), Sockopt.SO_COOKIE.number(), BYTE);
            }
        });
        real("setsockopt", Errno.EINVAL, "its value is longer", () -> {
            try (SocketFd fd = datagram()) {
                fd.setsockopt(new Sockopt.Int("SO_LINGER", SocketFd.SOL_SOCKET, Sockopt.SO_LINGER.number()), 1);
            }
        });
        filtered("setsockopt", Errno.EPERM, "this option, or this value of it", Refused.SETSOCKOPT, () -> {
            try (SocketFd fd = stream()) {
                fd.setsockopt(Sockopt.SO_RCVBUF, 4096);
            }
        });
        filtered("setsockopt", Errno.EPERM, "tcp_allowed_congestion_control", Refused.SETSOCKOPT, () -> {
            try (SocketFd fd = stream()) {
                fd.setsockopt(Sockopt.TCP_CONGESTION, "vegas");
            }
        });
        real("setsockopt", Errno.ENOENT, "tcp_available_congestion_control", () -> {
            try (SocketFd fd = stream()) {
                fd.setsockopt(Sockopt.TCP_CONGESTION, "none such");
            }
        });
        real("setsockopt", Errno.ENODEV, "no such network interface", () -> {
            try (SocketFd fd = stream()) {
                fd.setsockopt(Sockopt.SO_BINDTODEVICE, "none such");
            }
        });
        InetAddress group = InetAddress.getByName("239.1.2.3");
        real("setsockopt", Errno.EADDRINUSE, "joined that group already", () -> {
            try (SocketFd fd = datagram()) {
                fd.setsockopt(Sockopt.MCAST_JOIN_GROUP, new Sockopt.GroupReq(1, group));
                fd.setsockopt(Sockopt.MCAST_JOIN_GROUP, new Sockopt.GroupReq(1, group));
            }
        });
        real("setsockopt", Errno.EADDRNOTAVAIL, "has not joined", () -> {
            try (SocketFd fd = datagram()) {
                fd.setsockopt(Sockopt.MCAST_LEAVE_GROUP, new Sockopt.GroupReq(1, group));
            }
        });
        real("setsockopt", Errno.ENOBUFS, "igmp_max_memberships", () -> {
            try (SocketFd fd = datagram()) {
                for (int i = 1; i < 1_000; i++) {
                    byte[] address = {(byte) 239, 1, (byte) (i >> 8), (byte) i};
                    fd.setsockopt(Sockopt.MCAST_JOIN_GROUP,
                            new Sockopt.GroupReq(1, InetAddress.getByAddress(address)));
                }
            }
        });
    }

    /** The path of a socket that nobody has any more. */
    private static UnixDomainSocketAddress leftOver(String name, int type) throws ErrnoException {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve(name));
        try (SocketFd server = unix(type)) {
            server.bind(path);
        }
        return path;
    }

    private static void linkLocalAddresses() throws IOException {
        InetSocketAddress unscoped = at("fe80::1", 9);
        SockaddrStorage stored = SockaddrStorage.allocate(ARENA);
        stored.set(unscoped, SocketFd.AF_INET6);
        for (int errno : new int[] {Errno.EINVAL, Errno.EADDRNOTAVAIL, Errno.ENETUNREACH}) {
            if (errno != Errno.ENETUNREACH) {
                filtered("bind", errno, "fe80::1%eth0", Refused.BIND, () -> {
                    try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_STREAM)) {
                        fd.bind(unscoped);
                    }
                });
            }
            message(errno, "fe80::1%eth0", errno, () -> socket(SocketFd.AF_INET6, SocketFd.SOCK_DGRAM), unscoped,
                    _ -> { });
            filtered("connect", errno, "fe80::1%eth0", Refused.CONNECT, () -> {
                try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_STREAM)) {
                    fd.connect(unscoped);
                }
            });
            filtered("sendto", errno, "fe80::1%eth0", Refused.SENDTO, () -> {
                try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_DGRAM)) {
                    fd.sendto(BYTE, 0, unscoped);
                }
            });
            filtered("sendto", errno, "fe80::1%eth0", Refused.SENDTO, () -> {
                try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_DGRAM)) {
                    fd.sendto(BYTE, 0, stored);
                }
            });
        }
        filtered("bind", Errno.EADDRNOTAVAIL, "after the %, does not have it", Refused.BIND, () -> {
            try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_STREAM)) {
                fd.bind(at("fe80::1", 1, 9));
            }
        });
        filtered("bind", Errno.ENODEV, "no network interface with the number", Refused.BIND, () -> {
            try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_STREAM)) {
                fd.bind(at("fe80::1", 77777, 9));
            }
        });
        if (!Files.exists(Path.of("/proc/net/if_inet6"))) {
            return;
        }
        real("bind", Errno.EINVAL, "fe80::1%eth0", () -> {
            try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_DGRAM)) {
                fd.bind(unscoped);
            }
        });
        real("connect", Errno.EINVAL, "fe80::1%eth0", () -> {
            try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_STREAM)) {
                fd.connect(unscoped);
            }
        });
        real("bind", Errno.EADDRNOTAVAIL, "after the %, does not have it", () -> {
            try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_STREAM)) {
                fd.bind(at("fe80::dead:beef", 1, 9));
            }
        });
        real("bind", Errno.ENODEV, "no network interface with the number", () -> {
            try (SocketFd fd = socket(SocketFd.AF_INET6, SocketFd.SOCK_STREAM)) {
                fd.bind(at("fe80::1", 77777, 9));
            }
        });
    }

    private static void datagrams() throws IOException {
        InetSocketAddress broadcast = at("127.255.255.255", 9);
        real("connect", Errno.EACCES, "SO_BROADCAST", () -> {
            try (SocketFd fd = datagram()) {
                fd.connect(broadcast);
            }
        });
        real("sendto", Errno.EACCES, "SO_BROADCAST", () -> {
            try (SocketFd fd = datagram()) {
                fd.sendto(BYTE, 0, broadcast);
            }
        });
        filtered("sendto", Errno.EACCES, "file of a Unix-domain socket", Refused.SENDTO, () -> {
            try (SocketFd fd = unix(SocketFd.SOCK_DGRAM)) {
                fd.sendto(BYTE, 0, UnixDomainSocketAddress.of("/s"));
            }
        });
        real("sendto", Errno.ECONNREFUSED, "left over", () -> {
            UnixDomainSocketAddress path = leftOver("datagrams", SocketFd.SOCK_DGRAM);
            try (SocketFd fd = unix(SocketFd.SOCK_DGRAM)) {
                fd.sendto(BYTE, 0, path);
            }
        });
        InetSocketAddress discard = at("127.0.0.1", 9);
        MemorySegment tooLong = ARENA.allocate(65_508);
        real("sendto", Errno.EMSGSIZE, "65507", () -> {
            try (SocketFd fd = datagram()) {
                fd.sendto(tooLong, 0, discard);
            }
        });
        real("send", Errno.EMSGSIZE, "65507", () -> {
            try (SocketFd fd = datagram()) {
                fd.connect(discard);
                fd.send(tooLong, 0);
            }
        });
        real("write", Errno.EMSGSIZE, "65507", () -> {
            try (SocketFd fd = datagram()) {
                fd.connect(discard);
                fd.write(tooLong);
            }
        });
        filtered("sendto", Errno.EPERM, "firewall", Refused.SENDTO, () -> {
            try (SocketFd fd = datagram()) {
                fd.sendto(BYTE, 0, discard);
            }
        });
        filtered("send", Errno.EPERM, "firewall", Refused.SENDTO, () -> {
            try (SocketFd fd = datagram()) {
                fd.connect(discard);
                fd.send(BYTE, 0);
            }
        });
        filtered("write", Errno.EPERM, "sealed", Refused.WRITE, () -> {
            try (SocketFd fd = datagram()) {
                fd.connect(discard);
                fd.write(BYTE);
            }
        });
        messages(discard);
        otherFamilies(discard);
        real("sendto", Errno.EINVAL, "port of the address is 0", () -> {
            try (SocketFd fd = datagram()) {
                fd.sendto(BYTE, 0, at("127.0.0.1", 0));
            }
        });
    }

    /** Of one message, alone or in an array: the same advice for both calls. */
    private static void messages(InetSocketAddress discard) throws IOException {
        message(Errno.EACCES, "SO_BROADCAST", null, AdviceTest::datagram, at("127.255.255.255", 9), _ -> { });
        message(Errno.EPERM, "firewall", Errno.EPERM, AdviceTest::datagram, discard, _ -> { });
        message(Errno.EMSGSIZE, "65507", null, AdviceTest::datagram, discard,
                message -> message.buffer(ARENA.allocate(65_508)));
        message(Errno.EINVAL, "port of the address is 0", null, AdviceTest::datagram, at("127.0.0.1", 0), _ -> { });
        message(Errno.EINVAL, "control messages", null, AdviceTest::datagram, discard,
                message -> message.control().add(Cmsg.IP_TTL, 1000));
        message(Errno.EINVAL, "use localAddress", null, AdviceTest::datagram, discard,
                message -> message.control().addPacketInfo(InetAddress.ofLiteral("255.255.255.255"), 0));
        message(Errno.ENETUNREACH, "use localAddress", null, AdviceTest::datagram, discard,
                message -> message.control().addPacketInfo(InetAddress.ofLiteral("127.255.255.255"), 0));
        message(Errno.EMSGSIZE, "than a single datagram could have", null, AdviceTest::datagram, discard, message -> {
            message.buffer(ARENA.allocate(65_508));
            message.control().add(Cmsg.UDP_SEGMENT, 1400);
        });
        message(Errno.EINVAL, "fits into the MTU", Errno.EINVAL, AdviceTest::datagram, discard,
                message -> message.control().add(Cmsg.UDP_SEGMENT, 65_000));
        message(Errno.EIO, "send single datagrams", Errno.EIO, AdviceTest::datagram, discard,
                message -> message.control().add(Cmsg.UDP_SEGMENT, 100));
        Callable<SocketFd> unix = () -> unix(SocketFd.SOCK_DGRAM);
        message(Errno.EACCES, "file of a Unix-domain socket", Errno.EACCES, unix, UnixDomainSocketAddress.of("/s"),
                _ -> { });
        message(Errno.ECONNREFUSED, "left over", null, unix, leftOver("messages", SocketFd.SOCK_DGRAM), _ -> { });
        message(Errno.EPERM, "CAP_SETUID", Errno.EPERM, unix, null,
                message -> message.control().addCredentials(1, 2, 3));
        message(Errno.EBADF, "descriptors to be sent is not open", null, unix, null,
                message -> message.control().addRights(Fd.borrow(Integer.MAX_VALUE)));
        message(Errno.ETOOMANYREFS, "on their way", Errno.ETOOMANYREFS, unix, null,
                message -> message.control().addRights(Fd.borrow(0)));
    }

    private interface MessageUse {
        void of(Message message) throws IOException;
    }

    private static void message(int errno, String part, @Nullable Integer filtered, Callable<SocketFd> create,
            @Nullable SocketAddress to, MessageUse use) {
        for (boolean many : new boolean[] {false, true}) {
            Executable made = withSocket(create, fd -> {
                Messages messages = Messages.allocate(ARENA, 1, 1, 64);
                Message message = messages.get(0);
                message.buffer(BYTE);
                if (to != null) {
                    message.address(SockaddrStorage.allocate(ARENA));
                    message.address().set(to, fd.getsockopt(Sockopt.SO_DOMAIN));
                }
                use.of(message);
                if (many) {
                    fd.sendmmsg(messages, 0, 1, 0);
                } else {
                    fd.sendmsg(message, 0);
                }
            });
            if (filtered == null) {
                real(many ? "sendmmsg" : "sendmsg", errno, part, made);
            } else {
                filtered(many ? "sendmmsg" : "sendmsg", errno, part, many ? Refused.SENDMMSG : Refused.SENDMSG, made);
            }
        }
    }

    /** IPv6 on a socket of IPv4, and IPv4 on one of another kind: the kernel's errors differ. */
    private static void otherFamilies(InetSocketAddress discard) {
        SockaddrStorage four = SockaddrStorage.allocate(ARENA);
        SockaddrStorage six = SockaddrStorage.allocate(ARENA);
        four.set(discard, SocketFd.AF_INET);
        six.set(discard, SocketFd.AF_INET6);
        String part = "another family";
        real("bind", Errno.EAFNOSUPPORT, part, withSocket(AdviceTest::datagram, fd -> fd.bind(six)));
        real("connect", Errno.EAFNOSUPPORT, part, withSocket(AdviceTest::datagram, fd -> fd.connect(six)));
        real("sendto", Errno.EAFNOSUPPORT, part, withSocket(AdviceTest::datagram, fd -> fd.sendto(BYTE, 0, six)));
        Callable<SocketFd> unix = () -> unix(SocketFd.SOCK_DGRAM);
        real("bind", Errno.EINVAL, part, withSocket(unix, fd -> fd.bind(four)));
        real("connect", Errno.EINVAL, part, withSocket(unix, fd -> fd.connect(four)));
        real("sendto", Errno.EINVAL, part, withSocket(unix, fd -> fd.sendto(BYTE, 0, four)));
        Messages both = Messages.allocate(ARENA, 2, 1, 0);
        both.get(0).address(six);
        both.get(1).address(four);
        for (int i = 0; i < 2; i++) {
            int index = i;
            int errno = i == 0 ? Errno.EAFNOSUPPORT : Errno.EINVAL;
            Callable<SocketFd> socket = i == 0 ? AdviceTest::datagram : unix;
            real("sendmsg", errno, part, withSocket(socket, fd -> fd.sendmsg(both.get(index), 0)));
            real("sendmmsg", errno, part, withSocket(socket, fd -> fd.sendmmsg(both, index, 1, 0)));
        }
        SockaddrStorage from = SockaddrStorage.allocate(ARENA);
        MemorySegment buffer = ARENA.allocate(4096);
        Messages in = Messages.allocate(ARENA, 1, 1, 0);
        in.get(0).buffer(buffer);
        String lost = "messages were lost";
        real("recv", Errno.ENOBUFS, lost, withSocket(AdviceTest::overflowed, fd -> fd.recv(buffer, 0)));
        real("recvfrom", Errno.ENOBUFS, lost, withSocket(AdviceTest::overflowed, fd -> fd.recvfrom(buffer, 0, from)));
        real("recvmsg", Errno.ENOBUFS, lost, withSocket(AdviceTest::overflowed, fd -> fd.recvmsg(in.get(0), 0)));
        real("recvmmsg", Errno.ENOBUFS, lost, withSocket(AdviceTest::overflowed, fd -> fd.recvmmsg(in, 0)));
        real("read", Errno.ENOBUFS, lost, withSocket(AdviceTest::overflowed, fd -> fd.read(buffer)));
    }

    private interface SocketUse {
        void of(SocketFd fd) throws IOException;
    }

    private static Executable withSocket(Callable<SocketFd> create, SocketUse use) {
        return () -> {
            try (SocketFd fd = create.call()) {
                use.of(fd);
            }
        };
    }

    /** A netlink socket that has asked for more answers than fit into its queue. */
    static SocketFd overflowed() throws IOException {
        SocketFd netlink = SocketFd.create(
                SocketFd.AF_NETLINK, SocketFd.SOCK_RAW, NetlinkAddress.NETLINK_ROUTE, SocketFd.SOCK_NONBLOCK);
        netlink.setsockopt(Sockopt.SO_RCVBUF, 1);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(16, 4); // struct nlmsghdr, of a type that there is not
            request.set(ValueLayout.JAVA_INT, 0, 16);
            request.set(ValueLayout.JAVA_SHORT, 4, (short) 0x7fff);
            request.set(ValueLayout.JAVA_SHORT, 6, (short) 5); // NLM_F_REQUEST | NLM_F_ACK
            for (int i = 0; i < 1000; i++) {
                netlink.send(request, 0);
            }
        }
        return netlink;
    }

    // files

    private static void inotify() {
        filtered("inotify_init1", Errno.EMFILE, "/proc/sys/fs/inotify/max_user_instances", Refused.INOTIFY_INIT1,
                Inotify::create);
        filtered("inotify_add_watch", Errno.ENOSPC, "/proc/sys/fs/inotify/max_user_watches",
                Refused.INOTIFY_ADD_WATCH, () -> watchTwice(Inotify.IN_CREATE));
        real("inotify_add_watch", Errno.EEXIST, "IN_MASK_CREATE",
                () -> watchTwice(Inotify.IN_CREATE | Inotify.IN_MASK_CREATE));
        real("inotify_add_watch", Errno.EINVAL, "needs an event", () -> watchTwice(0));
        filtered("inotify_add_watch", Errno.EACCES, "readable", Refused.INOTIFY_ADD_WATCH,
                () -> watchTwice(Inotify.IN_CREATE));
        real("inotify_rm_watch", Errno.EINVAL, "no such watch", () -> {
            try (Inotify inotify = Inotify.create()) {
                inotify.removeWatch(1);
            }
        });
    }

    private static void watchTwice(int mask) throws ErrnoException {
        try (Inotify inotify = Inotify.create()) {
            inotify.addWatch(folder, mask);
            inotify.addWatch(folder, mask);
        }
    }

    // terminals

    @FunctionalInterface
    private interface Use {
        void of(Fd fd) throws IOException;
    }

    private static Executable withMaster(Use use) {
        return () -> {
            try (Pty pty = Pty.create()) {
                pty.openTerminal().close();
                use.of(pty);
            }
        };
    }

    private static Executable withTerminal(Use use) {
        return () -> {
            try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
                use.of(terminal);
            }
        };
    }

    private static Executable withDeadTerminal(Use use) {
        return () -> {
            Pty pty = Pty.create();
            try (Fd terminal = pty.openTerminal()) {
                pty.close();
                use.of(terminal);
            }
        };
    }

    private static void terminals() {
        int eio = Errno.EIO;
        real("read", eio, "nobody has the other side", withMaster(fd -> fd.read(BYTE)));
        String dead = "close it, and open another";
        filtered("read", eio, dead, Refused.READ, withDeadTerminal(fd -> fd.read(BYTE))); // really, that is 0
        real("write", eio, dead, withDeadTerminal(fd -> fd.write(BYTE)));
        real("ioctl", eio, dead, withDeadTerminal(Termios::get));
        real("ioctl", eio, dead, withDeadTerminal(AdviceTest::change));
        String alive = "has hung up, or this process is in its background";
        filtered("read", eio, alive, Refused.READ, withTerminal(fd -> fd.read(BYTE)));
        filtered("write", eio, alive, Refused.WRITE, withTerminal(fd -> fd.write(BYTE)));
        made("ioctl", eio, alive, () -> {
            try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
                return ErrnoException.onFd(eio, "ioctl", terminal.fd());
            }
        });
        String background = "in the background of its terminal";
        CASES.add(new Case("read", eio, background, () -> inBackground("block").get(0)));
        CASES.add(new Case("read", eio, background, () -> inBackground("orphan").get(0)));
        CASES.add(new Case("write", eio, background, () -> inBackground("orphan").get(1)));
        CASES.add(new Case("ioctl", eio, background, () -> inBackground("orphan").get(2)));

        real("ioctl", Errno.ENOTTY, "not a terminal", () -> {
            try (EventFd fd = EventFd.create()) {
                Termios.get(fd);
            }
        });
        real("ioctl", Errno.ENOTTY, "not a terminal", () -> {
            try (EventFd fd = EventFd.create()) {
                change(fd);
            }
        });
        real("ptsname_r", Errno.ENOTTY, "posix_openpt returns", () -> {
            try (EventFd fd = EventFd.create()) {
                Pty.borrow(fd.fd()).path();
            }
        });
        real("ioctl", Errno.ENOTTY, "older than 4.13", () -> {
            try (EventFd fd = EventFd.create()) {
                Pty.borrow(fd.fd()).openTerminal();
            }
        });
        made("ioctl", Errno.ENODEV, "another one", () -> {
            ErrnoException[] thrown = new ErrnoException[1];
            try (Pty pty = Pty.create()) {
                Refused.IOCTL.with(Errno.ENODEV, () -> thrown[0] = assertErrno(Errno.ENODEV, pty::openTerminal));
            }
            return thrown[0];
        });
        real("ioctl", eio, "unlockpt is for", () -> {
            try (Pty locked = Pty.adopt(Fcntl.open(Path.of("/dev/ptmx"), Fcntl.O_RDWR | Fcntl.O_NOCTTY).detach())) {
                locked.openTerminal();
            }
        });
        real("ioctl", Errno.ENOTTY, "not the controlling terminal", withTerminal(Terminal::tcgetpgrp));
        real("ioctl", Errno.ENOTTY, "has no modem lines", withTerminal(Terminal::modemLines));
        real("ioctl", Errno.ENOTTY, "has no such request", () -> {
            try (EventFd fd = EventFd.create()) {
                Ioctl.available(fd);
            }
        });
        filtered("ioctl", Errno.EPERM, "of this process's session", Refused.IOCTL, () -> {
            try (EventFd fd = EventFd.create()) {
                Terminal.tcsetpgrp(fd, 1);
            }
        });
        for (int errno : new int[] {Errno.EPERM, Errno.EBUSY}) {
            filtered("ioctl", errno, errno == Errno.EPERM ? "CAP_NET_ADMIN" : "such an interface already",
                    Refused.IOCTL, () -> {
                        try (EventFd fd = EventFd.create()) {
                            Ioctl.ioctl(fd, Ioctl.TUNSETIFF, ARENA.allocate(Ioctl.TUNSETIFF.bytes()));
                        }
                    });
        }
        filtered("open", Errno.EBUSY, "TIOCEXCL", Refused.OPENAT,
                () -> Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDONLY));
        filtered("posix_openpt", Errno.ENOSPC, "/proc/sys/kernel/pty/max", Refused.OPENAT, Pty::create);
    }

    private static void change(Fd terminal) throws IOException {
        try (Pty another = Pty.create()) {
            Termios.get(another).set(terminal, Termios.TCSANOW);
        }
    }

    /** What {@link InBackground} prints, in the background of a terminal that stops for output, too. */
    private static List<String> inBackground(String how) throws Exception {
        List<String> found = IN_BACKGROUND.get(how);
        if (found == null) {
            found = startInBackground(how);
            IN_BACKGROUND.put(how, found);
        }
        return found;
    }

    private static List<String> startInBackground(String how) throws Exception {
        Process env = new ProcessBuilder("env", "--block-signal", "true").redirectErrorStream(true).start();
        assumeTrue(env.waitFor() == 0, "this env has no --block-signal");
        Path output = folder.resolve("in background, " + how);
        try (Pty pty = Pty.create()) {
            List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c",
                    """
                    exec <>"$0" >&0 2>&0
                    how=$1 output=$2
                    shift 2
                    stty tostop
                    set -m
                    case $how in
                    block) env --block-signal=TTIN,TTOU "$@" >"$output" 2>&1 & ;;
                    orphan) ("$@" <>"$0" >"$output" 2>&1 &) & ;;
                    esac
                    read -r end
                    """, pty.path().toString(), how, output.toString()));
            command.addAll(Child.java(InBackground.class).command());
            Process shell = new ProcessBuilder(command).start();
            Support.awaitTrue(() -> Files.exists(output) && Files.readString(output).endsWith(InBackground.END));
            Support.write(pty, "end\n");
            shell.waitFor();
            return Files.readAllLines(output);
        }
    }

    /** Uses the terminal that is its standard input, and prints a line for each error. */
    static final class InBackground {
        static final String END = "end\n";

        private InBackground() { }

        public static void main(String[] args) throws IOException {
            Fd terminal = Fd.borrow(Fd.STDIN_FILENO);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment bytes = arena.allocate(1);
                for (Use use : List.<Use>of(fd -> fd.read(bytes), fd -> fd.write(bytes),
                        fd -> Ioctl.ioctl(fd, Ioctl.TCFLSH, Terminal.TCIFLUSH))) {
                    try {
                        use.of(terminal);
                        System.out.println("no error");
                    } catch (ErrnoException e) {
                        System.out.println(e.getMessage());
                    }
                }
            }
            System.out.print(END);
        }
    }

    // processes and timers

    private static void processesAndTimers() {
        long self = ProcessHandle.current().pid();
        real("pidfd_open", Errno.ESRCH, "waitFor()", () -> PidFd.open(Integer.MAX_VALUE));
        for (int errno : new int[] {Errno.EINVAL, Errno.ENOENT}) {
            filtered("pidfd_open", errno, "number of a thread", Refused.PIDFD_OPEN, () -> PidFd.open(self));
        }
        filtered("pidfd_open", Errno.ENOSYS, "Linux 5.3", Refused.PIDFD_OPEN, () -> PidFd.open(self));
        filtered("pidfd_open", Errno.EPERM, "another user's", Refused.PIDFD_OPEN, () -> PidFd.open(self));
        filtered("pidfd_send_signal", Errno.ENOSYS, "Linux 5.1", Refused.PIDFD_SEND_SIGNAL, () -> signal(self, 0));
        filtered("pidfd_send_signal", Errno.EPERM, "another user's", Refused.PIDFD_SEND_SIGNAL, () -> signal(self, 0));
        real("pidfd_send_signal", Errno.EINVAL, "no such signal", () -> signal(self, 12345));
        real("pidfd_send_signal", Errno.EBADF, "not a pidfd", () -> {
            try (EventFd fd = EventFd.create()) {
                PidFd.borrow(fd.fd()).sendSignal(0);
            }
        });
        real("waitid", Errno.EBADF, "not a pidfd", () -> {
            try (EventFd fd = EventFd.create()) {
                PidFd.borrow(fd.fd()).status();
            }
        });
        filtered("waitid", Errno.EINVAL, "Linux 5.4", Refused.WAITID, () -> {
            try (PidFd fd = PidFd.open(self)) {
                fd.status();
            }
        });

        for (int clock : new int[] {TimerFd.CLOCK_REALTIME_ALARM, TimerFd.CLOCK_BOOTTIME_ALARM}) {
            filtered("timerfd_create", Errno.EPERM, "CAP_WAKE_ALARM", Refused.TIMERFD_CREATE,
                    () -> TimerFd.create(clock));
        }
        real("timerfd_create", Errno.EINVAL, "no such clock", () -> TimerFd.create(5));
        real("timerfd_settime", Errno.EINVAL, "not a timerfd", () -> {
            try (EventFd fd = EventFd.create()) {
                TimerFd.borrow(fd.fd()).disarm();
            }
        });
        real("timerfd_gettime", Errno.EINVAL, "not a timerfd", () -> {
            try (EventFd fd = EventFd.create()) {
                TimerFd.borrow(fd.fd()).remaining();
            }
        });
    }

    private static void signal(long pid, int signal) throws ErrnoException {
        try (PidFd fd = PidFd.open(pid)) {
            fd.sendSignal(signal);
        }
    }

    // any call

    private static void bytesOfWhatHasNone() {
        real("read", Errno.EINVAL, "an eventfd is", () -> {
            try (EventFd fd = EventFd.create()) {
                fd.read(BYTE);
            }
        });
        real("write", Errno.EINVAL, "an eventfd is", () -> {
            try (EventFd fd = EventFd.create()) {
                fd.write(-1);
            }
        });
        real("read", Errno.EINVAL, "a timerfd is", () -> {
            try (TimerFd fd = TimerFd.create()) {
                fd.read(BYTE);
            }
        });
        real("write", Errno.EINVAL, "a timerfd is", () -> {
            try (TimerFd fd = TimerFd.create()) {
                fd.write(BYTE);
            }
        });
        real("read", Errno.EINVAL, "inotify is read", () -> {
            try (Inotify fd = Inotify.create()) {
                fd.addWatch(folder, Inotify.IN_CREATE);
                Files.delete(Files.createTempFile(folder, "event", null));
                fd.read(BYTE);
            }
        });
        real("read", Errno.EINVAL, "a pidfd has no bytes", () -> {
            try (PidFd fd = PidFd.open(ProcessHandle.current().pid())) {
                fd.read(BYTE);
            }
        });
        real("write", Errno.EINVAL, "a pidfd has no bytes", () -> {
            try (PidFd fd = PidFd.open(ProcessHandle.current().pid())) {
                fd.write(BYTE);
            }
        });
        real("read", Errno.EBADF, "for writing only", () -> {
            try (Pipe pipe = Pipe.create()) {
                pipe.writer().read(BYTE);
            }
        });
        real("write", Errno.EBADF, "for reading only", () -> {
            try (Pipe pipe = Pipe.create()) {
                pipe.reader().write(BYTE);
            }
        });
        real("read", Errno.ENOTCONN, "not connected: call connect", () -> {
            try (SocketFd fd = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
                fd.read(BYTE);
            }
        });
    }

    private static void anyCall() {
        filtered("eventfd", Errno.EMFILE, "ulimit -n", Refused.EVENTFD2, EventFd::create);
        filtered("eventfd", Errno.ENFILE, "/proc/sys/fs/file-max", Refused.EVENTFD2, EventFd::create);
        real("fcntl", Errno.EBADF, "owner's back", () -> Fcntl.getFlags(Fd.borrow(Integer.MAX_VALUE)));
        real("write", Errno.EPIPE, "nobody reads", () -> {
            try (Pipe pipe = Pipe.create()) {
                pipe.reader().close();
                pipe.writer().write(BYTE);
            }
        });
        real("getsockname", Errno.ENOTSOCK, "not a socket", () -> {
            try (EventFd fd = EventFd.create()) {
                SocketFd.borrow(fd.fd()).getsockname();
            }
        });
        filtered("timerfd_create", Errno.EPERM, "refuse {call}: allow it", Refused.TIMERFD_CREATE, TimerFd::create);
        filtered("eventfd", Errno.EPERM, "refuse {call}: allow it", Refused.EVENTFD2, EventFd::create);
        filtered("eventfd", Errno.ENOSYS, "refuse {call}: allow it", Refused.EVENTFD2, EventFd::create);
        unfiltered("eventfd", Errno.ENOSYS, "this kernel is older than {call}, or was built");
        unfiltered("ioctl", Errno.ENOSYS, "the driver has no such request");
    }

    // the test

    private static boolean isFor(Case made, Advice.Row row) {
        return made.errno == row.errno() && (row.calls().isEmpty() || row.calls().contains(made.call))
                && row.sentence().contains(made.part);
    }

    static Stream<Arguments> rows() {
        return Advice.TABLE.stream().flatMap(row -> (row.calls().isEmpty() ? List.of("any call") : row.calls()).stream()
                .map(call -> Arguments.of(call, Errno.name(row.errno()), row)));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("rows")
    void everyRowIsTheAdviceOfAnErrorThatItIsFor(String call, String errno, Advice.Row row) throws Exception {
        List<Case> cases = CASES.stream().filter(made -> isFor(made, row))
                .filter(made -> row.calls().isEmpty() || made.call.equals(call)).toList();
        assertFalse(cases.isEmpty(), "a row without a case in this test");
        Pattern advice = Pattern.compile(Stream.of(row.sentence().split("(?=[{])|(?<=[}])"))
                .map(part -> part.equals("{call}") ? "[a-z0-9_]+"
                        : part.equals("{limit}") ? "soft limit [0-9]+, hard limit [0-9]+" : Pattern.quote(part))
                .collect(Collectors.joining()));
        for (Case made : cases) {
            String message = made.message.call();
            int end = message.indexOf("): " + errno + " (" + Errno.text(row.errno()) + "): ");
            assertTrue(message.startsWith(made.call + "(") && end > 0, message);
            String found = message.substring(end + ("): " + errno + " (" + Errno.text(row.errno()) + "): ").length());
            assertTrue(advice.matcher(found).matches(), message);
        }
    }

    @Test
    void noCaseIsForTwoRowsOrForOneThatIsGone() {
        for (Case made : CASES) {
            assertEquals(1, Advice.TABLE.stream().filter(row -> isFor(made, row)).count(), made::toString);
        }
    }

    /** A call with several buffers, or with bytes of the heap, fails as the one with native memory. */
    @Test
    void theAdviceOfReadAndWriteIsThatOfTheirOtherForms() throws Exception {
        IoVec vector = IoVec.allocate(ARENA, 1);
        vector.add(ARENA.allocate(65_508));
        byte[] bytes = new byte[65_508];
        Executable[] tooLong = new Executable[] {withSocket(AdviceTest::connected, fd -> fd.writev(vector)),
            withSocket(AdviceTest::connected, fd -> fd.write(bytes, 0, bytes.length)),
            withSocket(AdviceTest::connected, fd -> fd.write(ByteBuffer.wrap(bytes))),
            withSocket(AdviceTest::connected, fd -> fd.send(bytes, 0, bytes.length, 0))};
        for (Executable call : tooLong) {
            assertAdvice(Errno.EMSGSIZE, "65507", call);
        }
        for (SocketUse use : new SocketUse[] {fd -> fd.readv(vector), fd -> fd.read(bytes, 0, 100),
            fd -> fd.recv(bytes, 0, bytes.length, 0), fd -> fd.recv(ByteBuffer.wrap(bytes), 0)}) {
            assertAdvice(Errno.ENOBUFS, "messages were lost", withSocket(AdviceTest::overflowed, use));
        }
        assertAdvice(Errno.EIO, "nobody has the other side", withMaster(fd -> fd.readv(vector)));
        assertAdvice(Errno.EIO, "nobody has the other side", withMaster(fd -> fd.read(bytes, 0, 1)));
        assertAdvice(Errno.EIO, "close it, and open another", withDeadTerminal(fd -> fd.writev(vector)));
        try (MemFd memory = sealed()) {
            assertAdvice(Errno.EPERM, "sealed", () -> memory.writev(vector));
            assertAdvice(Errno.EPERM, "sealed", () -> memory.write(bytes, 0, 1));
        }
    }

    private static SocketFd connected() throws IOException {
        SocketFd socket = datagram();
        socket.connect(at("127.0.0.1", 9));
        return socket;
    }

    private static void assertAdvice(int errno, String part, Executable call) {
        String message = assertErrno(errno, call).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void whatAFilterRefusesIsNamedAsTheFilterKnowsIt() throws Exception {
        String[] message = new String[1];
        Refused.EVENTFD2.with(Errno.EPERM,
                () -> message[0] = assertErrno(Errno.EPERM, EventFd::create).getMessage());
        assertTrue(message[0].startsWith("eventfd(0, ") && message[0].contains("refuse eventfd2: "), message[0]);
    }

    /** No advice rather than a wrong one, and never another exception than that of the call. */
    @Test
    void aConditionThatCannotBeFoundOutDoesNotHold() {
        List<String> unreadable = new AbstractList<>() {
            @Override
            public String get(int index) {
                throw new UncheckedIOException(new IOException("nothing can be read"));
            }

            @Override
            public int size() {
                return 1;
            }
        };
        assertEquals("", Advice.of(new Failure(Errno.EINVAL, "fcntl", 0, unreadable)));
        assertTrue(Advice.of(new Failure(Errno.EPERM, "fcntl", 0, unreadable)).contains("O_NOATIME"));
        assertTrue(Advice.of(new Failure(Errno.EADDRINUSE, "bind", 0, unreadable)).contains("another socket"));
    }
}
