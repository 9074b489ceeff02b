package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Fcntl.O_APPEND;
import static dev.pollux.Fcntl.O_CREAT;
import static dev.pollux.Fcntl.O_NOCTTY;
import static dev.pollux.Fcntl.O_NONBLOCK;
import static dev.pollux.Fcntl.O_RDWR;
import static dev.pollux.Fcntl.O_WRONLY;
import static dev.pollux.Inotify.IN_CREATE;
import static dev.pollux.Inotify.IN_IGNORED;
import static dev.pollux.Inotify.IN_MOVED_TO;
import static dev.pollux.Inotify.IN_ONLYDIR;
import static dev.pollux.MemFd.F_SEAL_GROW;
import static dev.pollux.MemFd.F_SEAL_SHRINK;
import static dev.pollux.MemFd.F_SEAL_WRITE;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_SEQPACKET;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.TcpInfo.Field.TCPI_MIN_RTT;
import static dev.pollux.TcpInfo.Field.TCPI_RTT;
import static dev.pollux.TcpInfo.Field.TCPI_TOTAL_RETRANS;
import static dev.pollux.Termios.Flag.CRTSCTS;
import static dev.pollux.Termios.Flag.CSTOPB;
import static dev.pollux.Termios.Flag.ECHO;
import static dev.pollux.Termios.TCSAFLUSH;
import static dev.pollux.Termios.TCSANOW;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.channels.FileChannel.MapMode.READ_WRITE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The code that the Javadoc shows, kept compiling, and run by {@link SnippetsTest}. */
final class Snippets {
    private Snippets() { }

    // @start region="ioctl"
    // #define TUNSETQUEUE _IOW('T', 217, int), with a struct ifreq as its argument
    static final Ioctl.Pointer TUNSETQUEUE = new Ioctl.Pointer("TUNSETQUEUE", Ioctl._IOW('T', 217, 4), 40);
    // @end

    // @start region="option"
    // #define TCP_INQ 36
    static final Sockopt.Flag TCP_INQ = new Sockopt.Flag("TCP_INQ", SocketFd.IPPROTO_TCP, 36);
    // @end

    // @start region="controlMessage"
    // setsockopt(fd, SOL_SOCKET, SO_TXTIME, …), then with each message
    static final Cmsg.Number SCM_TXTIME = new Cmsg.Number("SCM_TXTIME", SocketFd.SOL_SOCKET, 61, Long.BYTES);
    // @end

    // @start region="supported"
    /** Waits by whatever there is. */
    static String waiting() {
        return Pollux.isSupported() ? "by epoll" : "by a Selector";
    }
    // @end

    // @start region="echo"
    static void echo(SocketFd listener) throws IOException {
        Map<Integer, SocketFd> clients = new HashMap<>();
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 256);
            MemorySegment buffer = arena.allocate(4096);
            epoll.add(listener, EPOLLIN);
            while (true) {
                int n = epoll.await(events);
                for (int i = 0; i < n; i++) {
                    if (events.fd(i) == listener.fd()) {
                        SocketFd client = listener.accept(); // a real server goes on after most errors of this
                        if (client != null) {
                            clients.put(client.fd(), client);
                            epoll.add(client, EPOLLIN);
                        }
                    } else {
                        SocketFd client = clients.get(events.fd(i));
                        boolean done;
                        try {
                            long bytes = client.read(buffer);
                            if (bytes > 0) {
                                client.write(buffer.asSlice(0, bytes)); // a real server keeps what did not fit
                            }
                            done = bytes == 0;
                        } catch (ErrnoException e) { // a reset ends this client, not the server
                            done = true;
                        }
                        if (done) {
                            epoll.remove(client);
                            clients.remove(client.fd()).close();
                        }
                    }
                }
            }
        }
    }
    // @end

    // @start region="options"
    static void configure(SocketFd socket) throws IOException {
        socket.setsockopt(Sockopt.TCP_NODELAY, true);
        socket.setsockopt(Sockopt.SO_RCVBUF, 1 << 20);
        socket.setsockopt(Sockopt.TCP_USER_TIMEOUT, Duration.ofSeconds(20));
        System.out.println("congestion control: " + socket.getsockopt(Sockopt.TCP_CONGESTION));
    }
    // @end

    // @start region="groups"
    static SocketFd receiver(InetAddress group, int port, NetworkInterface by) throws IOException {
        SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM);
        socket.setsockopt(Sockopt.SO_REUSEADDR, true);
        socket.bind(new InetSocketAddress(group, port)); // to the group: nothing else is received
        socket.setsockopt(Sockopt.MCAST_JOIN_GROUP, Sockopt.GroupReq.of(by, group));
        return socket;
    }
    // @end

    // @start region="family"
    static SocketFd hash(String algorithm, Arena arena) throws IOException {
        int afAlg = 38; // the kernel's cryptography, for whose addresses there is no type
        MemorySegment alg = arena.allocate(88, 4); // struct sockaddr_alg
        alg.set(JAVA_SHORT, 0, (short) afAlg);
        alg.setString(2, "hash");
        alg.setString(24, algorithm);
        SockaddrStorage address = SockaddrStorage.allocate(arena);
        address.set(alg);
        try (SocketFd socket = SocketFd.create(afAlg, SOCK_SEQPACKET)) {
            socket.bind(address);
            return socket.accept();
        }
    }
    // @end

    // @start region="quality"
    static void quality(SocketFd connection) throws IOException {
        TcpInfo info = connection.getsockopt(Sockopt.TCP_INFO);
        System.out.println("round trip " + info.get(TCPI_RTT) + " us, sent again " + info.get(TCPI_TOTAL_RETRANS));
        if (info.has(TCPI_MIN_RTT)) { // since Linux 4.6
            System.out.println("at best " + info.get(TCPI_MIN_RTT) + " us");
        }
    }
    // @end

    // @start region="listen"
    static SocketFd listen(int port) throws IOException {
        SocketFd listener = SocketFd.create(AF_INET, SOCK_STREAM);
        listener.setsockopt(Sockopt.SO_REUSEADDR, true);
        listener.bind(new InetSocketAddress("127.0.0.1", port));
        listener.listen(SocketFd.SOMAXCONN);
        return listener;
    }
    // @end

    // @start region="accept"
    static void serve(SocketFd listener, Consumer<SocketFd> server) throws IOException, InterruptedException {
        while (listener.await(POLLIN) != 0) {
            try {
                SocketFd client = listener.accept();
                if (client != null) { // or it is gone again
                    server.accept(client);
                }
            } catch (ErrnoException e) { // EMFILE, which would come again at once
                Thread.sleep(100);
            }
        }
    }
    // @end

    // @start region="connect"
    static SocketFd connect(SocketAddress server, Duration timeout) throws IOException {
        SocketFd socket = SocketFd.create(AF_INET, SOCK_STREAM);
        try {
            if (socket.connect(server) == SocketFd.IN_PROGRESS) {
                if (socket.await(POLLOUT, timeout) == 0) {
                    throw new SocketTimeoutException("no answer from " + server);
                }
                int errno = socket.takeError();
                if (errno != 0) {
                    throw new ConnectException(server + ": " + Errno.name(errno));
                }
            }
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
    // @end

    // @start region="output"
    /** A command's exit code, and its output as it comes. After the limit it is killed. */
    static int run(Duration limit, Consumer<byte[]> output, String... command)
            throws IOException, InterruptedException {
        try (Pipe pipe = Pipe.create(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 2);
            Process child = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(new File("/proc/self/fd/" + pipe.writer().fd())).start();
            pipe.writer().close(); // the child has its own
            long end = System.nanoTime() + limit.toNanos();
            try (PidFd process = PidFd.of(child.toHandle())) {
                epoll.add(pipe.reader(), EPOLLIN);
                epoll.add(process, EPOLLIN);
                boolean reading = true;
                for (boolean running = true; running;) {
                    int n = epoll.awaitNanos(events, Math.max(0, end - System.nanoTime()));
                    if (n == 0) {
                        process.sendSignal(SigSet.SIGKILL);
                    }
                    running = n != 0;
                    for (int i = 0; i < n; i++) {
                        running &= events.fd(i) != process.fd();
                    }
                    if (reading && !drain(pipe.reader(), output)) {
                        epoll.remove(pipe.reader()); // nobody has the other end, which is reported again and again
                        reading = false;
                    }
                }
            } catch (ErrnoException e) {
                if (e.errno() != Errno.ESRCH) {
                    throw e;
                } // it has ended already
            }
            int code = child.waitFor();
            drain(pipe.reader(), output); // what is there; a grandchild may have the pipe for longer
            return code;
        }
    }

    private static boolean drain(Fd pipe, Consumer<byte[]> output) throws IOException {
        byte[] bytes = new byte[4096];
        int n;
        while ((n = pipe.read(bytes, 0, bytes.length)) > 0) {
            output.accept(Arrays.copyOf(bytes, n));
        }
        return n != 0; // 0 is the end
    }
    // @end

    // @start region="virtual"
    static long receive(SocketFd socket, MemorySegment buffer) throws IOException {
        while (true) {
            long n = socket.read(buffer);
            if (n != Fd.WOULD_BLOCK) {
                return n; // 0 at the end
            }
            socket.await(POLLIN);
        }
    }

    static void send(SocketFd socket, MemorySegment buffer) throws IOException {
        long sent = 0;
        while (sent < buffer.byteSize()) {
            long n = socket.write(buffer.asSlice(sent));
            if (n == Fd.WOULD_BLOCK) {
                socket.await(POLLOUT);
            } else {
                sent += n;
            }
        }
    }
    // @end

    // @start region="request"
    static byte[] request(SocketFd server, byte[] request, int length) throws IOException {
        byte[] answer = new byte[length];
        FdStreams.writeFully(server, request, 0, request.length, Duration.ofMillis(500));
        try {
            FdStreams.readFully(server, answer, 0, length, Duration.ofMillis(500));
        } catch (TimedOutException e) {
            throw new IOException("the answer ends after " + e.moved() + " bytes", e);
        }
        return answer;
    }
    // @end

    // @start region="inotify"
    static void watch(String folder) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle inotifyInit1 = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("inotify_init1"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        MethodHandle inotifyAddWatch = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("inotify_add_watch"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined();
                Epoll epoll = Epoll.create();
                Fd inotify = Fd.adopt((int) inotifyInit1.invokeExact(Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK))) {
            int created = 0x100; // IN_CREATE
            int watch = (int) inotifyAddWatch.invokeExact(inotify.fd(), arena.allocateFrom(folder), created);
            epoll.add(inotify, EPOLLIN);
            EpollEvents events = EpollEvents.allocate(arena, 1);
            MemorySegment buffer = arena.allocate(4096);
            if (epoll.await(events, Duration.ofSeconds(10)) > 0 && inotify.read(buffer) > 0) {
                System.out.println("watch " + watch + ": " + buffer.getString(16)); // inotify_event.name
            }
        }
    }
    // @end

    // @start region="watches"
    static void watch(Inotify inotify, Path folder) throws IOException {
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents ready = EpollEvents.allocate(arena, 16);
            InotifyEvents events = InotifyEvents.allocate(arena, 16 * 1024);
            epoll.add(inotify, EPOLLIN);
            int watch = inotify.addWatch(folder, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
            while (epoll.await(ready) > 0) {
                int n = inotify.read(events);
                for (int i = 0; i < n; i++) {
                    if (events.isOverflow(i)) {
                        System.out.println("too fast: look into the folder itself");
                    } else if (events.wd(i) == watch && (events.mask(i) & IN_IGNORED) != 0) {
                        return; // the folder is gone
                    } else if (events.name(i) instanceof Path name) { // an unmount, for one, has none
                        System.out.println("there is " + folder.resolve(name));
                    }
                }
            }
        }
    }
    // @end

    // @start region="pty"
    static void terminal(Pty pty) throws IOException {
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents ready = EpollEvents.allocate(arena, 16);
            MemorySegment buffer = arena.allocate(4096);
            epoll.add(pty, EPOLLIN);
            while (epoll.await(ready) > 0) {
                try {
                    long n = pty.read(buffer);
                    if (n > 0) {
                        System.out.write(buffer.asSlice(0, n).toArray(JAVA_BYTE));
                    }
                } catch (ErrnoException e) {
                    if (e.errno() != Errno.EIO) {
                        throw e;
                    }
                    return; // nobody has the terminal open any more
                }
            }
        }
    }
    // @end

    // @start region="shell"
    static Process start(Pty pty, String... command) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("setsid", "sh", "-c",
                "exec <>\"$0\" >&0 2>&0; exec \"$@\"", pty.path().toString()));
        arguments.addAll(List.of(command));
        new Winsize(24, 80).set(pty);
        return new ProcessBuilder(arguments).start();
    }
    // @end

    // @start region="serial"
    static void serial(Path device, Consumer<MemorySegment> received) throws IOException {
        try (Fd line = Fcntl.open(device, O_RDWR | O_NOCTTY | O_NONBLOCK);
                var _ = Termios.change(line, t -> t.raw().without(CSTOPB, CRTSCTS).speed(115_200), TCSAFLUSH);
                Epoll epoll = Epoll.create();
                Arena arena = Arena.ofConfined()) {
            EpollEvents ready = EpollEvents.allocate(arena, 1);
            MemorySegment buffer = arena.allocate(4096);
            epoll.add(line, EPOLLIN);
            while (epoll.await(ready, Duration.ofSeconds(10)) > 0) {
                long n = line.read(buffer);
                if (n == 0) {
                    return; // hung up
                } else if (n > 0) {
                    received.accept(buffer.asSlice(0, n));
                }
            }
        }
    }
    // @end

    // @start region="lock"
    static void append(Path path, MemorySegment line) throws IOException {
        Flock whole = Flock.writeLock(0, 0);
        try (Fd file = Fcntl.open(path, O_WRONLY | O_APPEND | O_CREAT)) {
            if (!Locks.ofdSetlk(file, whole, Duration.ofSeconds(10))) {
                throw new IOException(path + " is locked: " + Locks.ofdGetlk(file, whole));
            }
            file.write(line);
        } // the lock ends with the open file
    }
    // @end

    // @start region="writev"
    static void writeAll(Fd out, IoVec buffers) throws IOException {
        while (buffers.byteSize() > 0) {
            long n = out.writev(buffers);
            if (n != Fd.WOULD_BLOCK) {
                buffers.advance(n);
            } else {
                out.await(Poll.POLLOUT);
            }
        }
    }
    // @end

    // @start region="sendfile"
    static void send(SocketFd socket, Fd file) throws IOException {
        for (long n; (n = Splice.sendfile(socket, file, Long.MAX_VALUE)) != 0; ) {
            if (n == Fd.WOULD_BLOCK) {
                socket.await(Poll.POLLOUT);
            }
        }
    }
    // @end

    // @start region="memfd"
    static void fill(MemFd memory, MemorySegment contents) throws IOException {
        Path path = Path.of("/proc/self/fd/" + memory.fd());
        try (FileChannel channel = FileChannel.open(path, READ, WRITE); Arena arena = Arena.ofConfined()) {
            channel.map(READ_WRITE, 0, contents.byteSize(), arena).copyFrom(contents);
        }
        memory.addSeals(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE); // now that it is not mapped for writing any more
    }
    // @end

    // @start region="blocked"
    /** For the first line of main: if these signals are not blocked, the program begins anew, as the same process. */
    @SuppressWarnings("restricted")
    static void requireBlocked(SigSet signals) throws Throwable {
        try {
            SignalFd.create(signals).close();
            return;
        } catch (IllegalStateException notBlocked) {
            if (System.getenv("BEGUN_ANEW") != null) {
                throw notBlocked; // such as SIGTERM without -Xrs: the JVM unblocks it
            }
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        MethodHandle sigmask = linker.downcallHandle(libc.findOrThrow("sigprocmask"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
        MethodHandle setenv = linker.downcallHandle(libc.findOrThrow("setenv"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        MethodHandle execv = linker.downcallHandle(libc.findOrThrow("execv"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        byte[] commandLine = Files.readAllBytes(Path.of("/proc/self/cmdline")); // arguments that end with NUL
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment arguments = arena.allocateFrom(JAVA_BYTE, commandLine);
            MemorySegment argv = arena.allocate(ADDRESS, commandLine.length + 1); // all NULL
            for (int i = 0, n = 0; i < commandLine.length; i++) {
                if (i == 0 || commandLine[i - 1] == 0) {
                    argv.setAtIndex(ADDRESS, n++, arguments.asSlice(i));
                }
            }
            MemorySegment program = arena.allocateFrom("/proc/self/exe");
            int blocked = (int) sigmask.invokeExact(0 /* SIG_BLOCK */, signals.segment(), MemorySegment.NULL);
            int set = (int) setenv.invokeExact(arena.allocateFrom("BEGUN_ANEW"), arena.allocateFrom("1"), 1);
            int failed = (int) execv.invokeExact(program, argv); // returns only if it fails
            throw new IllegalStateException("sigprocmask, setenv, execv: " + blocked + ", " + set + ", " + failed);
        }
    }
    // @end

    // @start region="cbreak"
    static int key(Fd terminal) throws IOException {
        try (var _ = Termios.change(terminal, t -> t.cbreak().without(ECHO), TCSANOW);
                Arena arena = Arena.ofConfined()) {
            MemorySegment key = arena.allocate(1);
            terminal.await(POLLIN);
            return terminal.read(key) == 1 ? key.get(JAVA_BYTE, 0) : -1;
        }
    }
    // @end

    // @start region="message"
    static void send(SocketFd socket, Fd file, Message message, MemorySegment data) throws IOException {
        message.buffer(data);
        message.control().clear();
        message.control().addRights(file); // allocated with Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS))
        socket.sendmsg(message, 0);
    }

    static Fd receive(SocketFd socket, Message message, MemorySegment data) throws IOException {
        message.buffer(data);
        long n = socket.recvmsg(message, 0);
        if (n <= 0 || message.control().descriptors() != 1) {
            throw new IOException("no descriptor came: " + message); // if too many came, the next receive closes them
        }
        return message.control().take(0); // ours to close
    }
    // @end

    // @start region="control"
    static void print(Message received) {
        ControlMessages control = received.control();
        for (int i = 0; i < control.size(); i++) {
            if (control.is(i, Cmsg.IP_TTL)) {
                System.out.println("hops left: " + control.number(i));
            } else if (control.is(i, Cmsg.IP_PKTINFO)) {
                System.out.println("to " + control.destination(i) + ", interface " + control.ifindex(i));
            } else {
                System.out.println(control.level(i) + ", " + control.type(i) + ": " + control.data(i));
            }
        }
    }
    // @end

    // @start region="recvmmsg"
    static void answer(SocketFd udp) throws IOException {
        try (Arena arena = Arena.ofConfined(); Messages messages = Messages.allocate(arena, 64, 1, 0)) {
            MemorySegment[] buffers = new MemorySegment[messages.capacity()];
            for (int i = 0; i < buffers.length; i++) {
                buffers[i] = arena.allocate(1500);
                messages.get(i).address(SockaddrStorage.allocate(arena));
            }
            for (;;) {
                for (int i = 0; i < buffers.length; i++) {
                    messages.get(i).buffer(buffers[i]);
                }
                int n = udp.recvmmsg(messages, 0);
                if (n == Fd.WOULD_BLOCK) {
                    return;
                }
                for (int i = 0; i < n; i++) { // back to its sender, as long as it is
                    messages.get(i).buffer(buffers[i].asSlice(0, messages.get(i).length()));
                }
                udp.sendmmsg(messages, 0, n, 0);
            }
        }
    }
    // @end
}
