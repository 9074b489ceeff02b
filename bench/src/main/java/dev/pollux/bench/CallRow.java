package dev.pollux.bench;

import static dev.pollux.Epoll.EPOLLIN;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.FdSet;
import dev.pollux.Pipe;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.Select;
import dev.pollux.SocketPair;
import io.netty.channel.epoll.Native;
import io.netty.channel.epoll.NettyEpoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;

/** One row of the calls: the same work for each contestant, on the same kernel objects wherever that is possible. */
final class CallRow implements Closeable {
    static final String NETTY = "Netty";
    static final String KEYS = "Selector, keys";
    static final String CONSUMER = "Selector, consumer";
    static final String JDK = "JDK";
    static final String JNA = "JNA";

    /** Every contestant, in the order of the report. */
    static final List<String> CONTESTANTS = List.of(Results.C, Results.POLLUX, NETTY, KEYS, CONSUMER, JDK, JNA);

    /** Every row. */
    static final List<String> ROWS = List.of("poll0", "poll1", "poll64", "await1", "awaitTimeout1", "awaitNanos1",
            "nanoTime", "modify", "addRemove", "getFlags", "pipe", "socket", "wouldBlock",
            "pollFds1none", "pollFds1", "pollFds64none", "pollFds64", "pollFds1000none", "pollFds1000",
            "select1none", "select1", "select64none", "select64", "select1000none", "select1000");

    /** How many events a wait can bring, if no row wants more. */
    private static final int CAPACITY = 64;
    /** Out of the way of those that are watched. */
    private static final int FAR = 2048;

    /** The work, n times. */
    interface Body {
        /** Returns the sum of all that was read. */
        long run(int n) throws Throwable;
    }

    /** A contestant with the sum that its work must have. */
    record Contestant(String name, Body body, IntToLongFunction expected) {
        /** Does the work n times. */
        void run(int n) throws Throwable {
            long sum = body.run(n);
            if (sum != expected.applyAsLong(n)) {
                throw new IllegalStateException(
                        name + ": the sum of " + n + " is " + sum + ", not " + expected.applyAsLong(n));
            }
        }
    }

    /** Also loads its library. */
    private final boolean hasNetty = io.netty.channel.epoll.Epoll.isAvailable();
    private final Arena arena = Arena.ofConfined();
    private final Optional<CalledC> c;
    private final List<Contestant> contestants = new ArrayList<>();
    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** Opens what the row needs. Its calls are for this thread only. */
    CallRow(String row, Optional<Path> library) throws Exception {
        c = library.map(path -> new CalledC(path, arena));
        try {
            open(row);
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    List<Contestant> contestants() {
        return contestants;
    }

    private void open(String row) throws Exception {
        switch (row) {
            case "poll0" -> epoll(0);
            case "poll1" -> epoll(1);
            case "poll64" -> epoll(64);
            case "await1" -> await();
            case "awaitTimeout1" -> awaitTimeout();
            case "awaitNanos1" -> awaitNanos();
            case "nanoTime" -> nanoTime();
            case "modify" -> modify();
            case "addRemove" -> addRemove();
            case "getFlags" -> getFlags();
            case "pipe" -> pipe();
            case "socket" -> socket();
            case "wouldBlock" -> wouldBlock();
            case String s when s.startsWith("epoll-fd") -> epoll(List.of(numbered(number(s))));
            case String s when s.startsWith("poll-fd") -> poll(List.of(numbered(number(s))), 1);
            case String s when s.startsWith("select-fd") -> select(List.of(numbered(number(s))), 1);
            case String s when s.startsWith("epoll-") -> epoll(number(s));
            case String s when s.startsWith("poll-") -> poll(readers(number(s)), number(s));
            case String s when s.startsWith("select-") -> select(readers(number(s)), number(s));
            case String s when s.startsWith("pollFds") -> poll(eventFds(s), s.endsWith("none") ? 0 : 1);
            case String s when s.startsWith("select") -> select(eventFds(s), s.endsWith("none") ? 0 : 1);
            default -> throw new IllegalArgumentException("there is no row '" + row + "'");
        }
    }

    private static int number(String row) {
        return Integer.parseInt(row.replaceAll("\\D", ""));
    }

    private void c(String function, IntToLongFunction expected, long... arguments) {
        c.ifPresent(code -> add(Results.C, code.body(function, arguments), expected));
    }

    private void add(String contestant, Body body, IntToLongFunction expected) {
        if (!contestant.equals(NETTY) || hasNetty) {
            contestants.add(new Contestant(contestant, body, expected));
        }
    }

    private <T extends Closeable> T opened(T object) {
        opened.push(object);
        return object;
    }

    // ---- waiting on an epoll

    private int capacity;
    private Epoll epoll;
    private EpollEvents events;
    private NettyEpoll netty;
    private Selector selector;
    private IntToLongFunction sum;
    private IntToLongFunction selectorSum;

    /** An epoll with so many pipes ready, or with one that is not; and a Selector that watches as many. */
    private void ready(int ready) throws IOException {
        epoll(ready > 0 ? readers(ready) : List.of(opened(Pipe.create()).reader()), ready);
    }

    private void epoll(List<Fd> fds, int ready) throws IOException {
        capacity = Math.max(CAPACITY, ready);
        epoll = opened(Epoll.create());
        events = EpollEvents.allocate(arena, capacity);
        if (hasNetty) {
            netty = opened(new NettyEpoll(epoll.fd(), capacity));
        }
        selector = opened(Selector.open());
        long each = ready;
        for (Fd fd : fds) {
            epoll.add(fd, EPOLLIN);
            java.nio.channels.Pipe nioPipe = java.nio.channels.Pipe.open();
            opened(nioPipe.sink());
            opened(nioPipe.source()).configureBlocking(false);
            nioPipe.source().register(selector, SelectionKey.OP_READ);
            if (ready > 0) {
                nioPipe.sink().write(ByteBuffer.allocate(1));
                each += fd.fd() + EPOLLIN;
            }
        }
        long eachWait = each;
        sum = n -> n * eachWait;
        selectorSum = n -> 2L * n * ready * SelectionKey.OP_READ;
    }

    /** The reading ends of pipes with a byte in them, numbered one after the other, as a server's clients are. */
    private List<Fd> readers(int count) throws IOException {
        List<Fd> readers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Pipe pipe = Pipe.create();
            readers.add(opened(pipe.reader()));
            try (Fd near = pipe.writer()) {
                opened(Fcntl.dup(near, FAR)).write(arena.allocate(1));
            }
        }
        return readers;
    }

    /** One that can be read, with this number or a larger one. */
    private Fd numbered(int number) throws IOException {
        return opened(Fcntl.dup(readers(1).getFirst(), number));
    }

    private static long read(EpollEvents events, int count) {
        long sum = count;
        for (int i = 0; i < count; i++) {
            sum += events.data(i) + events.events(i);
        }
        return sum;
    }

    private static long read(NettyEpoll events, int count) {
        long sum = count;
        for (int i = 0; i < count; i++) {
            sum += events.fd(i) + events.events(i);
        }
        return sum;
    }

    private static long readKeys(Selector selector, int count) {
        long sum = count;
        for (SelectionKey key : selector.selectedKeys()) {
            sum += key.readyOps();
        }
        selector.selectedKeys().clear();
        return sum;
    }

    /** Adds up what a Selector gives it. */
    private static final class Sum implements Consumer<SelectionKey> {
        private long sum;

        @Override
        public void accept(SelectionKey key) {
            sum += key.readyOps();
        }
    }

    private void epoll(int ready) throws IOException {
        ready(ready);
        poll();
        if (ready == 0) {
            JnaEpoll jna = new JnaEpoll(epoll.fd(), CAPACITY);
            add(JNA, n -> {
                long sum = 0;
                for (int i = 0; i < n; i++) {
                    sum += jna.poll();
                }
                return sum;
            }, sum);
        }
    }

    private void epoll(List<Fd> ready) throws IOException {
        epoll(ready, ready.size());
        poll();
    }

    private void poll() {
        c("call_epoll_poll", sum, epoll.fd(), capacity);
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += read(events, epoll.poll(events));
            }
            return sum;
        }, sum);
        add(NETTY, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += read(netty, netty.await(0));
            }
            return sum;
        }, sum);
        add(KEYS, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += readKeys(selector, selector.selectNow());
            }
            return sum;
        }, selectorSum);
        Sum consumer = new Sum();
        add(CONSUMER, n -> {
            consumer.sum = 0;
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += selector.selectNow(consumer);
            }
            return sum + consumer.sum;
        }, selectorSum);
    }

    private void await() throws IOException {
        ready(1);
        c("call_epoll_await", sum, epoll.fd(), capacity);
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += read(events, epoll.await(events));
            }
            return sum;
        }, sum);
        add(NETTY, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += read(netty, netty.await(-1));
            }
            return sum;
        }, sum);
        add(KEYS, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += readKeys(selector, selector.select());
            }
            return sum;
        }, selectorSum);
        Sum consumer = new Sum();
        add(CONSUMER, n -> {
            consumer.sum = 0;
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += selector.select(consumer);
            }
            return sum + consumer.sum;
        }, selectorSum);
    }

    private void awaitTimeout() throws IOException {
        ready(1);
        Duration second = Duration.ofSeconds(1);
        c("call_epoll_second", sum, epoll.fd(), capacity);
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += read(events, epoll.await(events, second));
            }
            return sum;
        }, sum);
        add(NETTY, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += read(netty, netty.await(1000));
            }
            return sum;
        }, sum);
        add(KEYS, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += readKeys(selector, selector.select(1000));
            }
            return sum;
        }, selectorSum);
        Sum consumer = new Sum();
        add(CONSUMER, n -> {
            consumer.sum = 0;
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += selector.select(consumer, 1000);
            }
            return sum + consumer.sum;
        }, selectorSum);
    }

    private void awaitNanos() throws IOException {
        ready(1);
        c("call_epoll_pwait2_second", sum, epoll.fd(), capacity);
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += read(events, epoll.awaitNanos(events, 1_000_000_001));
            }
            return sum;
        }, sum);
    }

    // ---- other calls

    /** What a finite timeout costs in addition: it is no call of the library's own. */
    private void nanoTime() {
        c("call_clock", n -> n);
        add(JDK, n -> {
            long read = 0;
            for (int i = 0; i < n; i++) {
                read += System.nanoTime() != 0 ? 1 : 0;
            }
            return read;
        }, n -> n);
    }

    private void modify() throws IOException {
        ready(0);
        Fd fd = opened(Pipe.create()).reader();
        epoll.add(fd, EPOLLIN);
        c("call_epoll_modify", n -> n, epoll.fd(), fd.fd());
        add(Results.POLLUX, n -> {
            for (int i = 0; i < n; i++) {
                epoll.modify(fd, EPOLLIN);
            }
            return n;
        }, n -> n);
        int epfd = epoll.fd();
        int number = fd.fd();
        add(NETTY, n -> {
            for (int i = 0; i < n; i++) {
                Native.epollCtlMod(epfd, number, EPOLLIN);
            }
            return n;
        }, n -> n);
    }

    private void addRemove() throws IOException {
        ready(0);
        Fd fd = opened(Pipe.create()).reader();
        c("call_epoll_add_remove", n -> n, epoll.fd(), fd.fd());
        add(Results.POLLUX, n -> {
            for (int i = 0; i < n; i++) {
                epoll.add(fd, EPOLLIN);
                epoll.remove(fd);
            }
            return n;
        }, n -> n);
        int epfd = epoll.fd();
        int number = fd.fd();
        add(NETTY, n -> {
            for (int i = 0; i < n; i++) {
                Native.epollCtlAdd(epfd, number, EPOLLIN);
                Native.epollCtlDel(epfd, number);
            }
            return n;
        }, n -> n);
    }

    private void getFlags() throws IOException {
        Fd fd = opened(Pipe.create()).reader();
        long flags = Fcntl.getFlags(fd);
        c("call_get_flags", n -> n * flags, fd.fd());
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += Fcntl.getFlags(fd);
            }
            return sum;
        }, n -> n * flags);
    }

    private static long sumOfBytes(int n) {
        long rest = n % 256;
        return n / 256 * (255L * 256 / 2) + rest * (rest - 1) / 2;
    }

    private void writeRead(Fd reader, Fd writer) {
        c("call_write_read", CallRow::sumOfBytes, reader.fd(), writer.fd());
        MemorySegment out = arena.allocate(1);
        MemorySegment in = arena.allocate(1);
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                out.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
                if (writer.write(out) != 1 || reader.read(in) != 1) {
                    return -1;
                }
                sum += Byte.toUnsignedInt(in.get(ValueLayout.JAVA_BYTE, 0));
            }
            return sum;
        }, CallRow::sumOfBytes);
    }

    private void nio(ReadableByteChannel reader, WritableByteChannel writer) {
        ByteBuffer out = ByteBuffer.allocateDirect(1);
        ByteBuffer in = ByteBuffer.allocateDirect(1);
        add(JDK, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                out.clear();
                out.put(0, (byte) i);
                in.clear();
                if (writer.write(out) != 1 || reader.read(in) != 1) {
                    return -1;
                }
                sum += Byte.toUnsignedInt(in.get(0));
            }
            return sum;
        }, CallRow::sumOfBytes);
    }

    private void pipe() throws IOException {
        Pipe pipe = opened(Pipe.create());
        writeRead(pipe.reader(), pipe.writer());
        FileDescriptor reader = new FileDescriptor(pipe.reader().fd());
        FileDescriptor writer = new FileDescriptor(pipe.writer().fd());
        MemorySegment out = arena.allocate(1);
        MemorySegment in = arena.allocate(1);
        add(NETTY, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                out.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
                if (writer.writeAddress(out.address(), 0, 1) != 1 || reader.readAddress(in.address(), 0, 1) != 1) {
                    return -1;
                }
                sum += Byte.toUnsignedInt(in.get(ValueLayout.JAVA_BYTE, 0));
            }
            return sum;
        }, CallRow::sumOfBytes);
        java.nio.channels.Pipe nioPipe = java.nio.channels.Pipe.open();
        opened(nioPipe.sink()).configureBlocking(false);
        opened(nioPipe.source()).configureBlocking(false);
        nio(nioPipe.source(), nioPipe.sink());
    }

    private void socket() throws IOException {
        SocketPair pair = opened(SocketPair.create());
        writeRead(pair.first(), pair.second());
        Socket reader = new Socket(pair.first().fd());
        Socket writer = new Socket(pair.second().fd());
        MemorySegment out = arena.allocate(1);
        MemorySegment in = arena.allocate(1);
        add(NETTY, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                out.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
                if (writer.sendAddress(out.address(), 0, 1) != 1 || reader.recvAddress(in.address(), 0, 1) != 1) {
                    return -1;
                }
                sum += Byte.toUnsignedInt(in.get(ValueLayout.JAVA_BYTE, 0));
            }
            return sum;
        }, CallRow::sumOfBytes);
        Path directory = Files.createTempDirectory("pollux");
        Path name = directory.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(name));
            SocketChannel first = opened(SocketChannel.open(UnixDomainSocketAddress.of(name)));
            SocketChannel second = opened(server.accept());
            first.configureBlocking(false);
            second.configureBlocking(false);
            nio(second, first);
        } finally {
            Files.deleteIfExists(name);
            Files.delete(directory);
        }
    }

    private void wouldBlock() throws IOException {
        Fd reader = opened(Pipe.create()).reader();
        c("call_would_block", n -> n, reader.fd());
        MemorySegment in = arena.allocate(1);
        add(Results.POLLUX, n -> {
            long blocked = 0;
            for (int i = 0; i < n; i++) {
                blocked += reader.read(in) == Fd.WOULD_BLOCK ? 1 : 0;
            }
            return blocked;
        }, n -> n);
        FileDescriptor nettyReader = new FileDescriptor(reader.fd());
        add(NETTY, n -> {
            long blocked = 0;
            for (int i = 0; i < n; i++) {
                blocked += nettyReader.readAddress(in.address(), 0, 1) == 0 ? 1 : 0;
            }
            return blocked;
        }, n -> n);
        java.nio.channels.Pipe nioPipe = java.nio.channels.Pipe.open();
        opened(nioPipe.sink());
        ReadableByteChannel source = opened(nioPipe.source());
        nioPipe.source().configureBlocking(false);
        ByteBuffer buffer = ByteBuffer.allocateDirect(1);
        add(JDK, n -> {
            long blocked = 0;
            for (int i = 0; i < n; i++) {
                blocked += source.read(buffer) == 0 ? 1 : 0;
            }
            return blocked;
        }, n -> n);
    }

    // ---- poll and select

    /** Eventfds, the cheapest to be asked; the last one is ready unless the row's name says "none". */
    private List<Fd> eventFds(String row) throws IOException {
        List<Fd> fds = new ArrayList<>();
        for (int i = 1; i < number(row); i++) {
            fds.add(opened(EventFd.create()));
        }
        fds.add(opened(EventFd.create(row.endsWith("none") ? 0 : 1, EventFd.EFD_CLOEXEC | EventFd.EFD_NONBLOCK)));
        return fds;
    }

    /** Watches all, and expects the last ones to be ready. */
    private void poll(List<Fd> watched, int ready) {
        PollFds fds = PollFds.allocate(arena, watched.size());
        watched.forEach(fd -> fds.add(fd, Poll.POLLIN));
        long each = watched.subList(watched.size() - ready, watched.size()).stream()
                .mapToLong(fd -> 1 + Poll.POLLIN + fd.fd()).sum();
        c("call_poll", n -> n * each, fds.segment().address(), watched.size());
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                int left = Poll.poll(fds);
                sum += left;
                for (int k = -1; left > 0; left--) {
                    k = fds.next(k + 1);
                    sum += fds.revents(k) + fds.fd(k);
                }
            }
            return sum;
        }, n -> n * each);
    }

    private void select(List<Fd> fds, int ready) {
        int highest = fds.stream().mapToInt(Fd::fd).max().orElseThrow();
        int size = Math.max(FdSet.FD_SETSIZE, Math.ceilDiv(highest + 1, Long.SIZE) * Long.SIZE);
        FdSet watched = FdSet.allocate(arena, size);
        fds.forEach(watched::set);
        FdSet set = FdSet.allocate(arena, size);
        long each = fds.subList(fds.size() - ready, fds.size()).stream().mapToLong(fd -> 1 + fd.fd()).sum();
        c("call_select", n -> n * each, watched.segment().address(), watched.segment().byteSize(), watched.nfds());
        add(Results.POLLUX, n -> {
            long sum = 0;
            for (int i = 0; i < n; i++) {
                set.copyFrom(watched);
                int found = Select.poll(set, null, null);
                sum += found;
                if (found > 0) {
                    for (int fd = set.next(0); fd >= 0; fd = set.next(fd + 1)) {
                        sum += fd;
                    }
                }
            }
            return sum;
        }, n -> n * each);
    }

    @Override
    public void close() throws IOException {
        while (!opened.isEmpty()) {
            opened.pop().close();
        }
        arena.close();
    }
}
