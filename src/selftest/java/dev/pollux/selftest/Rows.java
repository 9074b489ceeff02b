package dev.pollux.selftest;

import static dev.pollux.selftest.SelfTest.Answer.supported;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.FdSet;
import dev.pollux.Flock;
import dev.pollux.Inotify;
import dev.pollux.InotifyEvents;
import dev.pollux.Locks;
import dev.pollux.MemFd;
import dev.pollux.NetlinkAddress;
import dev.pollux.PidFd;
import dev.pollux.Pipe;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.Pty;
import dev.pollux.Select;
import dev.pollux.SigSet;
import dev.pollux.SignalEvents;
import dev.pollux.SignalFd;
import dev.pollux.SockaddrStorage;
import dev.pollux.SocketFd;
import dev.pollux.SocketPair;
import dev.pollux.Sockopt;
import dev.pollux.TcpInfo;
import dev.pollux.Termios;
import dev.pollux.TimerFd;
import dev.pollux.UnixAbstractAddress;
import dev.pollux.Winsize;
import dev.pollux.generated.arch_h;
import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;
import dev.pollux.generated.iovec;
import dev.pollux.generated.membarrier_h;
import dev.pollux.generated.msghdr;
import dev.pollux.generated.rlimit;
import dev.pollux.internal.EpollEvent;
import dev.pollux.internal.FileType;
import dev.pollux.internal.Libc;
import dev.pollux.selftest.SelfTest.Answer;
import dev.pollux.selftest.SelfTest.Check;
import dev.pollux.selftest.SelfTest.Result;
import dev.pollux.selftest.SelfTest.Row;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** What {@link SelfTest} tries: each call, and each layout by what the kernel makes of it. */
final class Rows {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final long MILLI = 1_000_000;

    private Rows() { }

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        required(rows, "epoll_create1, epoll_ctl, epoll_wait; epoll_event", _ -> epoll());
        required(rows, "epoll_pwait; sigset_t", _ -> epollPwait());
        optional(rows, "epoll_pwait2", _ -> epollPwait2());
        required(rows, "poll; pollfd", _ -> poll());
        required(rows, "ppoll; timespec", _ -> ppoll());
        required(rows, "select; fd_set, timeval", _ -> select());
        required(rows, "pselect", _ -> pselect());
        required(rows, "closing an epoll that a thread waits on", _ -> closeUnderWaiter());
        optional(rows, "membarrier", _ -> membarrier());
        optional(rows, "virtual threads that wait", _ -> virtualThreads());
        required(rows, "eventfd, read, write", _ -> eventFd());
        required(rows, "pipe2; O_DIRECT", _ -> pipe());
        required(rows, "fcntl", _ -> fcntl());
        required(rows, "open, openat; O_DIRECTORY, O_NOFOLLOW", Rows::open);
        optional(rows, "open; O_TMPFILE", Rows::unnamedFile);
        optional(rows, "statx", Rows::statx);
        required(rows, "getrlimit; rlimit", _ -> limits());
        optional(rows, "fcntl(F_SETLK)", Rows::recordLock);
        optional(rows, "fcntl(F_OFD_SETLK, F_OFD_GETLK); flock", Rows::openFileLock);
        optional(rows, "memfd_create, F_ADD_SEALS", _ -> memFd());
        optional(rows, "inotify; inotify_event", Rows::inotify);
        optional(rows, "timerfd; itimerspec", _ -> timerFd());
        optional(rows, "signalfd", _ -> emptySignalFd());
        optional(rows, "signalfd_siginfo", _ -> signalFd());
        optional(rows, "pidfd_open, pidfd_send_signal, waitid", _ -> pidFd());
        optional(rows, "siginfo_t, PIDFD_GET_INFO", _ -> childStatus());
        optional(rows, "posix_openpt, ptsname_r, TIOCGPTPEER", _ -> pty());
        optional(rows, "TCGETS2, TCSETS2; termios2", _ -> termios());
        optional(rows, "TIOCGWINSZ, TIOCSWINSZ; winsize", _ -> winsize());
        required(rows, "socket, bind, listen, accept4, connect; sockaddr_in", _ -> stream("127.0.0.1"));
        optional(rows, "the same over IPv6; sockaddr_in6", _ -> stream("::1"));
        optional(rows, "Unix-domain sockets; sockaddr_un", Rows::unix);
        optional(rows, "socketpair, sendmsg, recvmsg; msghdr, iovec", _ -> messages());
        optional(rows, "sendto, recvfrom", _ -> datagrams());
        optional(rows, "netlink sockets; sockaddr_nl", _ -> netlink());
        required(rows, "getsockopt, setsockopt; timeval", _ -> options());
        optional(rows, "SO_COOKIE", _ -> cookie());
        optional(rows, "TCP_INFO; tcp_info", _ -> tcpInfo());
        optional(rows, "errno, strerror_r", _ -> errno());
        return rows;
    }

    private static void required(List<Row> rows, String name, Check check) {
        rows.add(new Row(name, true, check));
    }

    private static void optional(List<Row> rows, String name, Check check) {
        rows.add(new Row(name, false, check));
    }

    private static void check(boolean right, Object what) {
        if (!right) {
            throw new IllegalStateException("not as it should be: " + what);
        }
    }

    private static Answer epoll() throws IOException {
        long[] data = {0x8877665544332211L, 0x0123456789abcdefL, -1L << 32 | 1};
        try (Epoll epoll = Epoll.create(); EventFd first = EventFd.create(); EventFd second = EventFd.create();
                EventFd third = EventFd.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 4);
            epoll.add(first, Epoll.EPOLLIN, data[0]);
            epoll.add(second, Epoll.EPOLLIN | Epoll.EPOLLET, data[1]);
            epoll.add(third, Epoll.EPOLLIN, 0);
            epoll.modify(third, Epoll.EPOLLIN | Epoll.EPOLLOUT, data[2]);
            for (EventFd fd : List.of(first, second, third)) {
                fd.write(1);
            }
            check(epoll.await(events, LONG) == 3, events);
            Set<Long> found = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                found.add(events.data(i));
                int expected = events.data(i) == data[2] ? Epoll.EPOLLIN | Epoll.EPOLLOUT : Epoll.EPOLLIN;
                check(events.events(i) == expected, events);
            }
            check(found.equals(Set.of(data[0], data[1], data[2])), events);
            epoll.remove(first);
            epoll.remove(third);
            check(epoll.poll(events) == 0, "edge-triggered, and reported again: " + events);
            return supported(EpollEvent.SIZE + " bytes");
        }
    }

    private static Answer epollPwait() throws IOException {
        try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create(); Arena arena = Arena.ofConfined()) {
            SigSet mask = SigSet.empty(arena).add(SigSet.SIGUSR1);
            check(mask.contains(SigSet.SIGUSR1) && !mask.contains(SigSet.SIGUSR2), mask);
            EpollEvents events = EpollEvents.allocate(arena, 1);
            epoll.add(fd, Epoll.EPOLLIN);
            check(epoll.await(events, Duration.ofMillis(1), mask) == 0, events);
            fd.write(1);
            check(epoll.await(events, mask) == 1 && events.fd(0) == fd.fd(), events);
            return supported("");
        }
    }

    private static Answer epollPwait2() throws IOException {
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 1);
            MemorySegment timeout = arena.allocate(16, 8);
            timeout.set(ValueLayout.JAVA_LONG, 8, 1);
            long result = Libc.syscall(epoll_h.SYS_epoll_pwait2(), epoll.fd(), events.segment().address(), 1,
                    timeout.address(), 0);
            for (long nanos : new long[] {1, MILLI + 1, 20 * MILLI + 1}) {
                long start = System.nanoTime();
                check(epoll.awaitNanos(events, nanos) == 0, events);
                check(epoll.awaitNanos(events, nanos, SigSet.empty(arena)) == 0, events);
                check(System.nanoTime() - start >= 2 * nanos, "early");
            }
            if (result < 0) {
                return new Answer(Result.FALLS_BACK,
                        Errno.name((int) -result) + ": timeouts of an epoll are rounded up to milliseconds");
            }
            return supported(Linker.nativeLinker().defaultLookup().find("epoll_pwait2").isPresent() ? ""
                    : "by syscall(2), because libc does not have it");
        }
    }

    private static Answer poll() throws IOException {
        try (EventFd first = EventFd.create(); EventFd second = EventFd.create(); Arena arena = Arena.ofConfined()) {
            PollFds fds = PollFds.allocate(arena, 3);
            fds.add(first, Poll.POLLIN);
            fds.add(second, Poll.POLLIN | Poll.POLLOUT);
            second.write(1);
            check(Poll.await(fds, LONG) == 1 && fds.revents(0) == 0
                    && fds.revents(1) == (Poll.POLLIN | Poll.POLLOUT), fds);
            return supported("");
        }
    }

    private static Answer ppoll() throws IOException {
        try (EventFd fd = EventFd.create(); Arena arena = Arena.ofConfined()) {
            PollFds fds = PollFds.allocate(arena, 1);
            fds.add(fd, Poll.POLLIN);
            long nanos = 20 * MILLI + 1;
            long start = System.nanoTime();
            check(Poll.awaitNanos(fds, nanos, SigSet.full(arena)) == 0, fds);
            long took = System.nanoTime() - start;
            check(took >= nanos, took + " ns instead of " + nanos);
            fd.write(1);
            check(Poll.await(fds, SigSet.full(arena)) == 1 && fds.revents(0) == Poll.POLLIN, fds);
            return supported("");
        }
    }

    private static Answer select() throws IOException {
        try (EventFd low = EventFd.create(); Fd high = Fcntl.dup(low, 100); EventFd other = EventFd.create();
                Arena arena = Arena.ofConfined()) {
            FdSet readable = FdSet.allocate(arena);
            readable.set(high);
            readable.set(other);
            low.write(1);
            check(Select.await(readable, null, null, LONG) == 1 && readable.isSet(high) && !readable.isSet(other),
                    readable);
            readable.zero();
            readable.set(other);
            long start = System.nanoTime();
            check(Select.awaitNanos(readable, null, null, 20 * MILLI) == 0, readable);
            check(System.nanoTime() - start >= 20 * MILLI, "early");
            return supported("");
        }
    }

    private static Answer pselect() throws IOException {
        try (EventFd fd = EventFd.create(); Arena arena = Arena.ofConfined()) {
            FdSet writable = FdSet.allocate(arena);
            writable.set(fd);
            check(Select.await(null, writable, null, LONG, SigSet.full(arena)) == 1 && writable.isSet(fd), writable);
            return supported("");
        }
    }

    private static Answer closeUnderWaiter() throws Exception {
        try (Arena arena = Arena.ofShared()) {
            EpollEvents events = EpollEvents.allocate(arena, 1);
            Epoll epoll = Epoll.create();
            FutureTask<Integer> waiter = new FutureTask<>(() -> epoll.await(events));
            Thread thread = Thread.ofPlatform().daemon().start(waiter);
            while (Arrays.stream(thread.getStackTrace()).noneMatch(call -> call.getMethodName().startsWith("epoll_"))) {
                Thread.sleep(1);
            }
            Thread.sleep(10); // and now, most probably, in the kernel
            epoll.close();
            try {
                check(false, "woken with " + waiter.get(LONG.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                check(e.getCause() instanceof AsynchronousCloseException, e.getCause());
            }
            return supported("");
        }
    }

    private static Answer membarrier() {
        long commands = Libc.syscall(arch_h.SYS_membarrier(), 0, 0, 0, 0);
        return commands >= 0 && (commands & membarrier_h.MEMBARRIER_CMD_PRIVATE_EXPEDITED()) != 0 ? supported("")
                : new Answer(Result.FALLS_BACK, (commands < 0 ? Errno.name((int) -commands) : "not expedited")
                        + ": a close under a call makes a safepoint instead");
    }

    private static Answer virtualThreads() throws Exception {
        try (EventFd fd = EventFd.create()) {
            List<FutureTask<Integer>> waits = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                FutureTask<Integer> wait = new FutureTask<>(() -> fd.await(Poll.POLLIN, LONG));
                waits.add(wait);
                Thread.ofVirtual().start(wait);
            }
            Thread.sleep(20);
            fd.write(1);
            for (FutureTask<Integer> wait : waits) {
                check(wait.get(LONG.toSeconds(), TimeUnit.SECONDS) == Poll.POLLIN, "one was not woken");
            }
            return supported("");
        }
    }

    private static Answer eventFd() throws IOException {
        try (EventFd fd = EventFd.create()) {
            check(fd.read() == 0 && fd.write(40) && fd.write(2) && fd.read() == 42, "the sum");
            return supported("");
        }
    }

    private static Answer pipe() throws IOException {
        try (Pipe pipe = Pipe.create(Fcntl.O_DIRECT | Fcntl.O_NONBLOCK | Fcntl.O_CLOEXEC);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16);
            pipe.writer().write(buffer.asSlice(0, 3));
            pipe.writer().write(buffer.asSlice(0, 4));
            long first = pipe.reader().read(buffer);
            check(first == 3, "a packet of 3 bytes was read as " + first);
            check(pipe.reader().read(buffer) == 4 && pipe.reader().read(buffer) == Fd.WOULD_BLOCK, "packets");
            return supported("");
        }
    }

    private static Answer fcntl() throws IOException {
        try (Pipe pipe = Pipe.create(); Fd dup = Fcntl.dup(pipe.reader(), 100)) {
            check(dup.fd() >= 100 && Fcntl.isCloseOnExec(dup) && Fcntl.isNonBlocking(dup), dup);
            check((Fcntl.getFlags(pipe.writer()) & Fcntl.O_ACCMODE) == Fcntl.O_WRONLY, "the access mode");
            Fcntl.setNonBlocking(dup, false);
            check(!Fcntl.isNonBlocking(pipe.reader()), "a duplicate shares it");
            return supported("");
        }
    }

    private static void refused(int errno, Path path, int flags) throws IOException {
        try (Fd opened = Fcntl.open(path, flags)) {
            check(false, opened + " instead of " + Errno.name(errno));
        } catch (ErrnoException e) {
            check(e.errno() == errno, e);
        }
    }

    private static Answer open(Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        refused(Errno.ENOTDIR, file, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY);
        refused(Errno.ELOOP, link, Fcntl.O_RDONLY | Fcntl.O_NOFOLLOW);
        try (Fd opened = Fcntl.open(directory, Fcntl.O_RDONLY | Fcntl.O_DIRECTORY);
                Fd inside = Fcntl.openat(opened, Path.of("file"), Fcntl.O_RDONLY)) {
            check(inside.fd() != opened.fd(), inside);
            return supported("");
        }
    }

    private static Answer unnamedFile(Path directory) throws IOException {
        try (Fd unnamed = Fcntl.open(directory, Fcntl.O_RDWR | Fcntl.O_TMPFILE, 0600);
                Arena arena = Arena.ofConfined()) {
            check(unnamed.write(arena.allocate(5)) == 5, unnamed);
            check(FileType.of(unnamed.fd()) != FileType.DIRECTORY, "it opened the directory");
            return supported("");
        }
    }

    private static Answer statx(Path directory) throws IOException {
        try (Fd opened = Fcntl.open(directory, Fcntl.O_RDONLY);
                Fd file = Fcntl.open(directory.resolve("regular"), Fcntl.O_CREAT | Fcntl.O_RDWR)) {
            int type = FileType.of(opened.fd());
            if (type < 0) {
                return new Answer(Result.REFUSED, Errno.name(-type) + ": messages say less about files");
            }
            check(type == FileType.DIRECTORY && FileType.of(file.fd()) == FileType.REGULAR, type);
            return supported("");
        }
    }

    static String openFiles() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limit = rlimit.allocate(arena);
            check(Libc.getrlimit(errno_h.RLIMIT_NOFILE(), limit.address()) == 0, "getrlimit");
            return unlimited(rlimit.rlim_cur(limit)) + " of " + unlimited(rlimit.rlim_max(limit));
        }
    }

    private static String unlimited(long value) {
        return value == -1 ? "unlimited" : Long.toUnsignedString(value);
    }

    private static Answer limits() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
            if (line.startsWith("Max open files")) {
                String[] words = line.split("\\s+");
                check(openFiles().equals(words[3] + " of " + words[4]), openFiles() + " instead of " + line);
            }
        }
        return supported("");
    }

    private static Answer recordLock(Path directory) throws IOException {
        try (Fd file = Fcntl.open(directory.resolve("records"), Fcntl.O_CREAT | Fcntl.O_RDWR)) {
            check(Locks.setlk(file, Flock.writeLock(10, 20)), "its own lock is in the way");
            Flock found = Locks.getlk(file, Flock.writeLock(0, 100));
            check(found.type() == Flock.F_UNLCK, found);
            return supported("");
        }
    }

    private static Answer openFileLock(Path directory) throws IOException {
        Path path = directory.resolve("lock");
        try (Fd holder = Fcntl.open(path, Fcntl.O_CREAT | Fcntl.O_RDWR); Fd other = Fcntl.open(path, Fcntl.O_RDWR)) {
            long start = (1L << 40) + 3;
            check(Locks.ofdSetlk(holder, Flock.writeLock(start, 20)), "nobody holds it");
            Flock found = Locks.ofdGetlk(other, Flock.readLock(0, 0));
            check(found.type() == Flock.F_WRLCK && found.start() == start && found.len() == 20, found);
            check(!Locks.ofdSetlk(other, Flock.readLock(start, 1)), "two have it");
            check(Locks.ofdSetlk(other, Flock.readLock(start + 20, 1)), "behind it");
            return supported("");
        }
    }

    private static Answer memFd() throws IOException {
        try (MemFd fd = MemFd.create("pollux-selftest", MemFd.MFD_ALLOW_SEALING | MemFd.MFD_CLOEXEC);
                Arena arena = Arena.ofConfined()) {
            check(fd.write(arena.allocate(7)) == 7, fd);
            fd.addSeals(MemFd.F_SEAL_WRITE);
            check(fd.getSeals() == MemFd.F_SEAL_WRITE, fd.getSeals());
            try {
                check(fd.write(arena.allocate(1)) < 0, "written although it is sealed");
            } catch (ErrnoException e) {
                check(e.errno() == Errno.EPERM, e);
            }
            return supported("");
        }
    }

    private static Answer inotify(Path directory) throws IOException {
        Path watched = Files.createDirectory(directory.resolve("watched"));
        try (Inotify inotify = Inotify.create(); Arena arena = Arena.ofConfined()) {
            InotifyEvents events = InotifyEvents.allocate(arena, 4096);
            int wd = inotify.addWatch(watched, Inotify.IN_CREATE | Inotify.IN_DELETE);
            Files.delete(Files.createFile(watched.resolve("a longer name than any padding")));
            check(inotify.await(Poll.POLLIN, LONG) == Poll.POLLIN, "no event");
            check(inotify.read(events) == 2 && events.mask(0) == Inotify.IN_CREATE && events.wd(1) == wd
                    && events.mask(1) == Inotify.IN_DELETE, events);
            check(events.name(1).equals(Path.of("a longer name than any padding")), events);
            return supported("");
        }
    }

    private static Answer timerFd() throws IOException {
        try (TimerFd timer = TimerFd.create()) {
            timer.set(Duration.ofHours(1), Duration.ofSeconds(7, 123_456_789));
            check(timer.intervalNanos() == 7_123_456_789L, timer.interval());
            check(timer.remaining().compareTo(Duration.ofMinutes(59)) > 0, timer.remaining());
            long start = System.nanoTime();
            timer.setNanos(20 * MILLI);
            check(timer.await(Poll.POLLIN, LONG) == Poll.POLLIN && timer.read() == 1, "no expiration");
            check(System.nanoTime() - start >= 20 * MILLI, "early");
            return supported("");
        }
    }

    private static Answer emptySignalFd() throws IOException {
        try (Arena arena = Arena.ofConfined(); SignalFd fd = SignalFd.create(SigSet.empty(arena))) {
            check(fd.read() == 0, fd);
            return supported("");
        }
    }

    private static Answer signalFd() throws IOException {
        try (Arena arena = Arena.ofConfined(); PidFd self = PidFd.open(ProcessHandle.current().pid())) {
            SigSet set = SigSet.empty(arena).add(SigSet.SIGUSR1);
            try (SignalFd fd = SignalFd.create(set)) {
                SignalEvents events = SignalEvents.allocate(arena, 2);
                check(self.sendSignal(SigSet.SIGUSR1), "not sent");
                check(fd.await(Poll.POLLIN, LONG) == Poll.POLLIN && fd.read(events) == 1
                        && events.signal(0) == SigSet.SIGUSR1, events);
                return supported("");
            } catch (IllegalStateException e) {
                return new Answer(Result.NOT_TRIED,
                        "needs a blocked signal: start this with env --block-signal=USR1 java -jar …");
            }
        }
    }

    private static Answer pidFd() throws IOException {
        try (PidFd self = PidFd.open(ProcessHandle.current().pid())) {
            check(self.status() instanceof PidFd.Running, self.status());
            check(self.sendSignal(0), "this process is not there");
            return supported("");
        }
    }

    private static Answer childStatus() throws Exception {
        Process child;
        try {
            child = new ProcessBuilder("sh", "-c", "read line; exit 7").start();
        } catch (IOException e) {
            return new Answer(Result.NOT_TRIED, "no process can be started: " + e.getMessage().lines().findFirst()
                    .orElse(""));
        }
        try (PidFd fd = PidFd.of(child.toHandle())) {
            child.getOutputStream().close();
            check((fd.await(Poll.POLLIN, LONG) & Poll.POLLIN) != 0, "it does not end");
            check(child.waitFor() == 7, child.exitValue());
            return switch (fd.status()) {
                case PidFd.Exited(int code) when code == 7 -> supported("");
                case PidFd.Unknown() ->
                    new Answer(Result.FALLS_BACK, "what became of a process that was reaped is unknown");
                case PidFd.Status wrong -> throw new IllegalStateException(wrong + " instead of 7");
            };
        } finally {
            child.destroyForcibly();
        }
    }

    private static Answer pty() throws IOException {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal(); Arena arena = Arena.ofConfined()) {
            MemorySegment line = arena.allocateFrom("hello\n");
            check(pty.write(line.asSlice(0, 6)) == 6, pty);
            check(terminal.await(Poll.POLLIN, LONG) == Poll.POLLIN, "no line");
            MemorySegment read = arena.allocate(16);
            check(terminal.read(read) == 6 && read.getString(0).equals("hello\n"), read.getString(0));
            return supported(pty.path().toString());
        }
    }

    private static Answer termios() throws IOException {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
            Termios wanted = Termios.get(terminal).raw().cc(Termios.VMIN, 3).cc(Termios.VTIME, 9).speed(250_000);
            wanted.set(terminal, Termios.TCSANOW);
            Termios found = Termios.get(terminal);
            check(found.cc(Termios.VMIN) == 3 && found.cc(Termios.VTIME) == 9 && found.outputSpeed() == 250_000
                    && found.inputSpeed() == 250_000, found);
            return supported("");
        }
    }

    private static Answer winsize() throws IOException {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
            Winsize wanted = new Winsize(11, 222, 3333, 44444);
            wanted.set(terminal);
            check(Winsize.get(pty).equals(wanted), Winsize.get(pty));
            return supported("");
        }
    }

    private static Answer stream(String host) throws IOException {
        try (SocketFd listener = listener(host); Arena arena = Arena.ofConfined()) {
            SocketAddress address = listener.getsockname();
            SockaddrStorage peer = SockaddrStorage.allocate(arena);
            try (SocketFd client = connected(address); SocketFd server = accepted(listener, peer)) {
                check(client.getsockname().equals(peer.get()), peer);
                check(client.getpeername().equals(address), client.getpeername());
                check(client.write(arena.allocate(9)) == 9 && server.await(Poll.POLLIN, LONG) == Poll.POLLIN
                        && server.read(arena.allocate(99)) == 9, "bytes");
                return supported("");
            }
        }
    }

    private static SocketFd listener(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        SocketFd listener = SocketFd.create(host.contains(":") ? SocketFd.AF_INET6 : SocketFd.AF_INET,
                SocketFd.SOCK_STREAM);
        try {
            listener.bind(new InetSocketAddress(address, 0));
            listener.listen(16);
            InetSocketAddress bound = (InetSocketAddress) listener.getsockname();
            check(bound.getAddress().equals(address) && bound.getPort() > 0, bound);
            return listener;
        } catch (Throwable e) {
            listener.close();
            throw e;
        }
    }

    private static SocketFd connected(SocketAddress address) throws IOException {
        SocketFd client = SocketFd.create(((InetSocketAddress) address).getAddress().getAddress().length == 4
                ? SocketFd.AF_INET : SocketFd.AF_INET6, SocketFd.SOCK_STREAM);
        try {
            if (client.connect(address) == SocketFd.IN_PROGRESS) {
                check(client.await(Poll.POLLOUT, LONG) == Poll.POLLOUT && client.takeError() == 0, "no connection");
            }
            return client;
        } catch (Throwable e) {
            client.close();
            throw e;
        }
    }

    private static SocketFd accepted(SocketFd listener, SockaddrStorage peer) throws IOException {
        check(listener.await(Poll.POLLIN, LONG) == Poll.POLLIN, "nobody connects");
        SocketFd server = listener.accept(peer);
        check(server != null, "nobody is there");
        return server;
    }

    private static Answer unix(Path directory) throws IOException {
        List<SocketAddress> addresses = List.of(UnixDomainSocketAddress.of(directory.resolve("socket")),
                UnixAbstractAddress.of("pollux-selftest-" + UUID.randomUUID()));
        for (SocketAddress address : addresses) {
            try (SocketFd listener = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM)) {
                listener.bind(address);
                listener.listen(1);
                check(listener.getsockname().equals(address), listener.getsockname());
            }
        }
        return supported("");
    }

    private static Answer messages() throws IOException {
        try (SocketPair pair = SocketPair.create(SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM, 0, SocketFd.SOCK_CLOEXEC);
                Arena arena = Arena.ofConfined()) {
            MemorySegment message = msghdr.allocate(arena);
            msghdr.msg_iov(message, vector(arena, "two ", "parts"));
            msghdr.msg_iovlen(message, 2);
            int sent = (int) Libc.sendmsg(pair.first().fd(), message, 0);
            if (sent < 0) {
                return new Answer(Result.REFUSED, Errno.name(-sent));
            }
            MemorySegment in = vector(arena, "    ", "   ");
            msghdr.msg_iov(message, in);
            check(Libc.recvmsg(pair.second().fd(), message, 0) == 7
                    && (msghdr.msg_flags(message) & SocketFd.MSG_TRUNC) != 0, "7 of " + sent + " bytes, and cut");
            check(text(in, 0, 4).equals("two ") && text(in, 1, 3).equals("par"), text(in, 0, 4) + text(in, 1, 3));
            return supported("");
        }
    }

    private static MemorySegment vector(Arena arena, String... texts) {
        MemorySegment vector = arena.allocate(iovec.sizeof() * texts.length, Long.BYTES);
        for (int i = 0; i < texts.length; i++) {
            MemorySegment one = vector.asSlice(i * iovec.sizeof());
            iovec.iov_base(one, arena.allocateFrom(texts[i]));
            iovec.iov_len(one, texts[i].length());
        }
        return vector;
    }

    @SuppressWarnings("restricted")
    private static String text(MemorySegment vector, int index, int length) {
        return new String(iovec.iov_base(vector.asSlice(index * iovec.sizeof())).reinterpret(length)
                .toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    private static Answer datagrams() throws IOException {
        try (SocketFd first = datagramSocket(); SocketFd second = datagramSocket(); Arena arena = Arena.ofConfined()) {
            check(first.sendto(arena.allocate(6), 0, second.getsockname()) == 6, first);
            check(second.await(Poll.POLLIN, LONG) == Poll.POLLIN, "nothing came");
            SockaddrStorage from = SockaddrStorage.allocate(arena);
            check(second.recvfrom(arena.allocate(99), 0, from) == 6 && first.getsockname().equals(from.get()), from);
            return supported("");
        }
    }

    private static SocketFd datagramSocket() throws IOException {
        SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM);
        try {
            socket.bind(new InetSocketAddress("127.0.0.1", 0));
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    private static Answer netlink() throws IOException {
        try (SocketFd socket = SocketFd.create(SocketFd.AF_NETLINK, SocketFd.SOCK_RAW)) {
            socket.bind(NetlinkAddress.of(0, 1));
            check(socket.getsockname() instanceof NetlinkAddress found && found.pid() != 0 && found.groups() == 1,
                    socket.getsockname());
            return supported("");
        }
    }

    private static Answer options() throws IOException {
        try (SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            socket.setsockopt(Sockopt.TCP_NODELAY, true);
            check(socket.getsockopt(Sockopt.TCP_NODELAY), "TCP_NODELAY");
            socket.setsockopt(Sockopt.SO_RCVTIMEO, Duration.ofSeconds(5));
            check(socket.getsockopt(Sockopt.SO_RCVTIMEO).equals(Duration.ofSeconds(5)), "SO_RCVTIMEO");
            return supported("");
        }
    }

    private static Answer cookie() throws IOException {
        try (SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            check(socket.getsockopt(Sockopt.SO_COOKIE) != 0, "SO_COOKIE");
            return supported("");
        }
    }

    private static Answer tcpInfo() throws IOException {
        try (SocketFd listener = listener("127.0.0.1"); SocketFd client = connected(listener.getsockname())) {
            TcpInfo info = client.getsockopt(Sockopt.TCP_INFO);
            long state = info.get(TcpInfo.Field.TCPI_STATE);
            check(state == 1, "state " + state + " of a connection");
            return supported(info.segment().byteSize() + " bytes");
        }
    }

    private static Answer errno() throws IOException {
        try (Fd nothing = Fcntl.open(Path.of("/no/such/directory/at/all"), Fcntl.O_RDONLY)) {
            throw new IllegalStateException(nothing + " was opened");
        } catch (ErrnoException e) {
            check(e.errno() == Errno.ENOENT && !Errno.text(Errno.ENOENT).isEmpty(), e);
            return supported(Errno.text(Errno.ENOENT));
        }
    }
}
