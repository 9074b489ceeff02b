package dev.pollux.bench;

import static dev.pollux.Epoll.EPOLLIN;

import dev.pollux.Cmsg;
import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.FdSet;
import dev.pollux.Message;
import dev.pollux.Messages;
import dev.pollux.Pipe;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.Select;
import dev.pollux.SocketFd;
import dev.pollux.SocketPair;
import dev.pollux.Sockopt;
import io.netty.channel.epoll.Native;
import io.netty.channel.epoll.NettyEpoll;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntToLongFunction;

/** A row of calls: the same work for each contestant, on the same kernel objects wherever that is possible. */
public final class CallRow extends Row {
    static final String NETTY = "Netty";
    static final String KEYS = "Selector, keys";
    static final String CONSUMER = "Selector, consumer";
    static final String JDK = "JDK";
    static final String JNA = "JNA";

    /** The rows of the part "calls". */
    static final List<String> ROWS = List.of("poll0", "poll1", "poll64", "await1", "awaitTimeout1", "awaitNanos1",
            "nanoTime", "modify", "addRemove", "getFlags", "pipe", "socket", "wouldBlock", "array1", "array4096",
            "array65536", "pollFds1none", "pollFds1", "pollFds64none", "pollFds64", "pollFds1000none", "pollFds1000",
            "recvmmsg64", "segments44", "rights", "select1none", "select1", "select64none", "select64",
            "select1000none", "select1000");

    /** How many are ready in the rows of the part "idle". */
    private static final int READY_OF_IDLE = 10;
    /** How many events a wait can bring, if no row wants more. */
    private static final int CAPACITY = 64;
    /** Out of the way of those that are watched. */
    private static final int FAR = 2048;
    private static final IntToLongFunction ONE_EACH = n -> n;

    /** Also loads its library. */
    private final boolean hasNetty = io.netty.channel.epoll.Epoll.isAvailable();
    /** In which contestants are added. */
    private String row;

    /** Opens what the row needs. Its calls are for this thread only. */
    public CallRow(String row, Optional<Path> library) throws Exception {
        super(library);
        this.row = row;
        try {
            open();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private void open() throws Exception {
        String digits = row.replaceAll("\\D", "");
        int number = digits.isEmpty() ? 0 : Integer.parseInt(digits);
        switch (row.replaceAll("\\d", "")) {
            case "poll", "epoll-" -> epoll(number == 0 ? List.of() : readers(number));
            case "await" -> await();
            case "awaitTimeout" -> awaitTimeout();
            case "awaitNanos" -> awaitNanos();
            case "nanoTime" -> nanoTime();
            case "modify" -> modify();
            case "addRemove" -> addRemove();
            case "getFlags" -> getFlags();
            case "pipe" -> pipe();
            case "socket" -> socket();
            case "wouldBlock" -> wouldBlock();
            case "array" -> array(number);
            case "recvmmsg" -> recvmmsg(number);
            case "segments" -> segments(number);
            case "rights" -> rights();
            case "pollFds" -> poll(lastReady(number));
            case "pollFdsnone" -> poll(noneReady(number));
            case "select" -> select(lastReady(number));
            case "selectnone" -> select(noneReady(number));
            case "poll-" -> poll(allReady(readers(number)));
            case "select-" -> select(allReady(readers(number)));
            case "epoll-fd" -> epoll(numbered(number));
            case "poll-fd" -> poll(allReady(numbered(number)));
            case "select-fd" -> select(allReady(numbered(number)));
            case "idle-" -> idle(number);
            case "idleChannels-" -> idleChannels(number);
            default -> throw new IllegalArgumentException("there is no row '" + row + "'");
        }
    }

    private void c(String function, IntToLongFunction expected, long... arguments) {
        addC(row, Results.C, function, expected, arguments);
    }

    private void add(String contestant, Contestant.Step step, IntToLongFunction expected) {
        if (!contestant.equals(NETTY) || hasNetty) {
            add(row, contestant, step, expected);
        }
    }

    // ---- what is watched

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
    private List<Fd> numbered(int number) throws IOException {
        return List.of(opened(Fcntl.dup(readers(1).getFirst(), number)));
    }

    /** What is watched, and those of it that are ready. */
    private record Watched(List<Fd> all, List<Fd> ready) { }

    private static Watched allReady(List<Fd> ready) {
        return new Watched(ready, ready);
    }

    /** Eventfds, the cheapest to be asked. */
    private Watched noneReady(int count) throws IOException {
        List<Fd> fds = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            fds.add(eventFd());
        }
        return new Watched(fds, List.of());
    }

    private Watched lastReady(int count) throws IOException {
        List<Fd> fds = noneReady(count).all;
        ((EventFd) fds.getLast()).write(1);
        return new Watched(fds, List.of(fds.getLast()));
    }

    private EventFd eventFd() throws IOException {
        return opened(EventFd.create(0, EventFd.EFD_CLOEXEC | EventFd.EFD_NONBLOCK));
    }

    // ---- waiting on an epoll

    private Epoll epoll;
    private EpollEvents events;
    private NettyEpoll netty;
    private Selector selector;
    private IntToLongFunction sum;
    private IntToLongFunction selectorSum;
    private long consumed;
    private final Consumer<SelectionKey> consumer = key -> consumed += key.readyOps();

    private void open(Watched watched) throws IOException {
        int capacity = Math.max(CAPACITY, watched.ready.size());
        epoll = opened(Epoll.create());
        events = EpollEvents.allocate(arena, capacity);
        if (hasNetty) {
            netty = opened(new NettyEpoll(epoll.fd(), capacity));
        }
        for (Fd fd : watched.all) {
            epoll.add(fd, EPOLLIN);
        }
        long each = watched.ready.stream().mapToLong(fd -> 1 + fd.fd() + EPOLLIN).sum();
        sum = n -> n * each;
    }

    private void openSelector(int ready) throws IOException {
        selector = opened(Selector.open());
        for (int i = 0; i < ready; i++) {
            nioPipe(true);
        }
        selectorSum = n -> 2L * n * ready * SelectionKey.OP_READ;
    }

    /** A pipe of the JDK's, neither end of which blocks. */
    private java.nio.channels.Pipe nioPipe() throws IOException {
        java.nio.channels.Pipe pipe = java.nio.channels.Pipe.open();
        opened(pipe.sink()).configureBlocking(false);
        opened(pipe.source()).configureBlocking(false);
        return pipe;
    }

    /** One more for the selector. */
    private void nioPipe(boolean ready) throws IOException {
        java.nio.channels.Pipe pipe = nioPipe();
        pipe.source().register(selector, SelectionKey.OP_READ);
        if (ready) {
            pipe.sink().write(ByteBuffer.allocate(1));
        }
    }

    /** An epoll and a selector that watch as many, which are ready; or one that is not. */
    private void ready(List<Fd> ready) throws IOException {
        open(new Watched(ready.isEmpty() ? List.of(opened(Pipe.create()).reader()) : ready, ready));
        openSelector(ready.size());
        if (ready.isEmpty()) {
            nioPipe(false);
        }
    }

    private long read(int count) {
        long sum = count;
        for (int i = 0; i < count; i++) {
            sum += events.data(i) + events.events(i);
        }
        return sum;
    }

    private long readNetty(int count) {
        long sum = count;
        for (int i = 0; i < count; i++) {
            sum += netty.fd(i) + netty.events(i);
        }
        return sum;
    }

    private long readKeys(int count) {
        long sum = count;
        for (SelectionKey key : selector.selectedKeys()) {
            sum += key.readyOps();
        }
        selector.selectedKeys().clear();
        return sum;
    }

    private long readConsumed(int count) {
        long sum = count + consumed;
        consumed = 0;
        return sum;
    }

    private void epoll(List<Fd> ready) throws IOException {
        ready(ready);
        waits("call_epoll_poll", i -> read(epoll.poll(events)), i -> readNetty(netty.await(0)),
                i -> readKeys(selector.selectNow()), i -> readConsumed(selector.selectNow(consumer)));
        if (ready.isEmpty()) {
            JnaEpoll jna = new JnaEpoll(epoll.fd(), CAPACITY);
            add(JNA, i -> jna.poll(), sum);
        }
    }

    private void cEpoll(String function) {
        c(function, sum, epoll.fd(), events.capacity());
    }

    private void waits(String c, Contestant.Step pollux, Contestant.Step netty, Contestant.Step keys,
            Contestant.Step consumer) {
        cEpoll(c);
        add(Results.POLLUX, pollux, sum);
        add(NETTY, netty, sum);
        add(KEYS, keys, selectorSum);
        add(CONSUMER, consumer, selectorSum);
    }

    private void await() throws IOException {
        ready(readers(1));
        waits("call_epoll_await", i -> read(epoll.await(events)), i -> readNetty(netty.await(-1)),
                i -> readKeys(selector.select()), i -> readConsumed(selector.select(consumer)));
    }

    private void awaitTimeout() throws IOException {
        ready(readers(1));
        Duration second = Duration.ofSeconds(1);
        waits("call_epoll_second", i -> read(epoll.await(events, second)), i -> readNetty(netty.await(1000)),
                i -> readKeys(selector.select(1000)), i -> readConsumed(selector.select(consumer, 1000)));
    }

    private void awaitNanos() throws IOException {
        ready(readers(1));
        cEpoll("call_epoll_pwait2_second");
        add(Results.POLLUX, i -> read(epoll.awaitNanos(events, 1_000_000_001)), sum);
    }

    // ---- other calls

    /** What a finite timeout costs in addition: it is no call of the library's own. */
    private void nanoTime() {
        c("call_clock", ONE_EACH);
        add(JDK, i -> System.nanoTime() != 0 ? 1 : 0, ONE_EACH);
    }

    private void modify() throws IOException {
        ready(List.of());
        Fd fd = opened(Pipe.create()).reader();
        epoll.add(fd, EPOLLIN);
        int epfd = epoll.fd();
        int number = fd.fd();
        c("call_epoll_modify", ONE_EACH, epfd, number);
        add(Results.POLLUX, i -> {
            epoll.modify(fd, EPOLLIN, number);
            return 1;
        }, ONE_EACH);
        add(NETTY, i -> {
            Native.epollCtlMod(epfd, number, EPOLLIN);
            return 1;
        }, ONE_EACH);
    }

    private void addRemove() throws IOException {
        ready(List.of());
        Fd fd = opened(Pipe.create()).reader();
        int epfd = epoll.fd();
        int number = fd.fd();
        c("call_epoll_add_remove", ONE_EACH, epfd, number);
        add(Results.POLLUX, i -> {
            epoll.add(fd, EPOLLIN);
            epoll.remove(fd);
            return 1;
        }, ONE_EACH);
        add(NETTY, i -> {
            Native.epollCtlAdd(epfd, number, EPOLLIN);
            Native.epollCtlDel(epfd, number);
            return 1;
        }, ONE_EACH);
    }

    private void getFlags() throws IOException {
        Fd fd = opened(Pipe.create()).reader();
        long flags = Fcntl.getFlags(fd);
        c("call_get_flags", n -> n * flags, fd.fd());
        add(Results.POLLUX, i -> Fcntl.getFlags(fd), n -> n * flags);
    }

    // ---- a byte there and back

    private final MemorySegment out = arena.allocate(1);
    private final MemorySegment in = arena.allocate(1);

    private static long sumOfBytes(int n) {
        long rest = n % 256;
        return n / 256 * (255L * 256 / 2) + rest * (rest - 1) / 2;
    }

    private MemorySegment put(int i) {
        out.set(ValueLayout.JAVA_BYTE, 0, (byte) i);
        return out;
    }

    /** What came back; nothing that fits into the sum if the calls did not write and read one byte. */
    private long got(long written, long read) {
        return written == 1 && read == 1 ? Byte.toUnsignedInt(in.get(ValueLayout.JAVA_BYTE, 0)) : Integer.MIN_VALUE;
    }

    private void writeRead(Fd writer, Fd reader) {
        c("call_write_read", CallRow::sumOfBytes, reader.fd(), writer.fd());
        add(Results.POLLUX, i -> got(writer.write(put(i)), reader.read(in)), CallRow::sumOfBytes);
    }

    /** As many bytes as the buffers have room for, the first of which is looked at. */
    private void nioWriteRead(WritableByteChannel writer, ReadableByteChannel reader, ByteBuffer from, ByteBuffer to) {
        int length = from.capacity();
        add(JDK, i -> {
            int written = writer.write(from.clear().put(0, (byte) i));
            int read = reader.read(to.clear());
            return written == length && read == length ? Byte.toUnsignedInt(to.get(0)) : Integer.MIN_VALUE;
        }, CallRow::sumOfBytes);
    }

    private void pipe() throws IOException {
        Pipe pipe = opened(Pipe.create());
        writeRead(pipe.writer(), pipe.reader());
        FileDescriptor writer = new FileDescriptor(pipe.writer().fd());
        FileDescriptor reader = new FileDescriptor(pipe.reader().fd());
        add(NETTY, i -> got(writer.writeAddress(put(i).address(), 0, 1), reader.readAddress(in.address(), 0, 1)),
                CallRow::sumOfBytes);
        java.nio.channels.Pipe nioPipe = nioPipe();
        nioWriteRead(nioPipe.sink(), nioPipe.source(), ByteBuffer.allocateDirect(1), ByteBuffer.allocateDirect(1));
    }

    private void socket() throws IOException {
        SocketPair pair = opened(SocketPair.create());
        writeRead(pair.second(), pair.first());
        Socket writer = new Socket(pair.second().fd());
        Socket reader = new Socket(pair.first().fd());
        add(NETTY, i -> got(writer.sendAddress(put(i).address(), 0, 1), reader.recvAddress(in.address(), 0, 1)),
                CallRow::sumOfBytes);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(null)) {
            UnixDomainSocketAddress address = (UnixDomainSocketAddress) server.getLocalAddress();
            SocketChannel first = opened(SocketChannel.open(address));
            SocketChannel second = opened(server.accept());
            Files.delete(address.getPath());
            first.configureBlocking(false);
            second.configureBlocking(false);
            nioWriteRead(first, second, ByteBuffer.allocateDirect(1), ByteBuffer.allocateDirect(1));
        }
    }

    /** Bytes of the Java heap: an array, and a channel's heap buffer. */
    private void array(int length) throws IOException {
        byte[] arrayOut = new byte[length];
        byte[] arrayIn = new byte[length];
        Pipe pipe = opened(Pipe.create());
        add(Results.POLLUX, i -> {
            arrayOut[0] = (byte) i;
            int written = pipe.writer().write(arrayOut, 0, length);
            int read = pipe.reader().read(arrayIn, 0, length);
            return written == length && read == length ? Byte.toUnsignedInt(arrayIn[0]) : Integer.MIN_VALUE;
        }, CallRow::sumOfBytes);
        java.nio.channels.Pipe nioPipe = nioPipe();
        nioWriteRead(nioPipe.sink(), nioPipe.source(), ByteBuffer.allocate(length), ByteBuffer.allocate(length));
    }

    private void wouldBlock() throws IOException {
        Fd reader = opened(Pipe.create()).reader();
        c("call_would_block", ONE_EACH, reader.fd());
        add(Results.POLLUX, i -> reader.read(in) == Fd.WOULD_BLOCK ? 1 : 0, ONE_EACH);
        FileDescriptor nettyReader = new FileDescriptor(reader.fd());
        add(NETTY, i -> nettyReader.readAddress(in.address(), 0, 1) == 0 ? 1 : 0, ONE_EACH);
        java.nio.channels.Pipe nioPipe = nioPipe();
        ByteBuffer nioIn = ByteBuffer.allocateDirect(1);
        add(JDK, i -> nioPipe.source().read(nioIn) == 0 ? 1 : 0, ONE_EACH);
    }

    // ---- messages

    /** Filled by a single call, so that most of the time goes into receiving. */
    private void recvmmsg(int count) throws IOException {
        int bytes = 32;
        SocketFd receiver = udp(0); // waits, should the last datagrams take some time
        SocketFd sender = udpTo(receiver);
        Message fill = segmented(count, bytes);
        Messages messages = messages(count, 64);
        IntToLongFunction expected = n -> (long) n * count * bytes;
        c("call_recvmmsg", expected, receiver.fd(), sender.fd(), count, bytes);
        add(Results.POLLUX, i -> {
            sender.sendmsg(fill, 0);
            return lengths(messages, receiver.recvmmsg(messages, 0));
        }, expected);
    }

    /** To one whose queue is full: what is received is no part of it. */
    private void segments(int count) throws IOException {
        int bytes = 1400;
        SocketFd sink = udp(SocketFd.SOCK_NONBLOCK);
        sink.setsockopt(Sockopt.UDP_GRO, true);
        sink.setsockopt(Sockopt.SO_RCVBUF, 1);
        SocketFd sender = udpTo(sink);
        Message message = segmented(count, bytes);
        IntToLongFunction expected = n -> (long) n * count * bytes;
        c("call_send_segments", expected, sender.fd(), (long) count * bytes, bytes);
        add(Results.POLLUX, i -> sender.sendmsg(message, 0), expected);
        DatagramChannel channel = opened(DatagramChannel.open());
        channel.connect(sink.getsockname());
        ByteBuffer datagram = ByteBuffer.allocateDirect(bytes);
        add(JDK, i -> {
            long sum = 0;
            for (int k = 0; k < count; k++) {
                sum += channel.write(datagram.clear());
            }
            return sum;
        }, expected);
    }

    /** A descriptor there, and closed. */
    private void rights() throws IOException {
        SocketPair pair = opened(SocketPair.create(SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM, 0, SocketFd.SOCK_NONBLOCK));
        Fd sent = opened(EventFd.create());
        Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS));
        message.buffer(out);
        message.control().addRights(sent);
        Message received = opened(Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS)));
        received.buffer(in);
        c("call_rights", ONE_EACH, pair.first().fd(), pair.second().fd(), sent.fd());
        add(Results.POLLUX, i -> {
            pair.second().sendmsg(message, 0);
            long n = pair.first().recvmsg(received, 0);
            received.control().take(0).close();
            return n;
        }, ONE_EACH);
    }

    // ---- poll and select

    private void poll(Watched watched) {
        PollFds fds = PollFds.allocate(arena, watched.all.size());
        watched.all.forEach(fd -> fds.add(fd, Poll.POLLIN));
        long each = watched.ready.stream().mapToLong(fd -> 1 + Poll.POLLIN + fd.fd()).sum();
        c("call_poll", n -> n * each, fds.segment().address(), watched.all.size());
        add(Results.POLLUX, i -> {
            int left = Poll.poll(fds);
            long sum = left;
            for (int k = -1; left > 0; left--) {
                k = fds.next(k + 1);
                sum += fds.revents(k) + fds.fd(k);
            }
            return sum;
        }, n -> n * each);
    }

    private void select(Watched watched) {
        int highest = watched.all.stream().mapToInt(Fd::fd).max().orElseThrow();
        int size = Math.max(FdSet.FD_SETSIZE, Math.ceilDiv(highest + 1, Long.SIZE) * Long.SIZE);
        FdSet all = FdSet.allocate(arena, size);
        watched.all.forEach(all::set);
        FdSet set = FdSet.allocate(arena, size);
        long each = watched.ready.stream().mapToLong(fd -> 1 + fd.fd()).sum();
        c("call_select", n -> n * each, all.segment().address(), all.segment().byteSize(), all.nfds());
        add(Results.POLLUX, i -> {
            set.copyFrom(all);
            int left = Select.poll(set, null, null);
            long sum = left;
            for (int fd = -1; left > 0; left--) {
                fd = set.next(fd + 1);
                sum += fd;
            }
            return sum;
        }, n -> n * each);
    }

    // ---- a few ready of many

    /** Whether it is the next ready one's turn, if they are spread evenly. */
    private static boolean isReady(int i, int readyBefore, int count) {
        return i == (2L * readyBefore + 1) * count / (2 * READY_OF_IDLE);
    }

    /** The three ways to watch the same descriptors: rows of their own. */
    private void idle(int count) throws IOException {
        List<Fd> all = new ArrayList<>();
        List<Fd> ready = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (isReady(i, ready.size(), count)) {
                ready.addAll(readers(1));
                all.add(ready.getLast());
            } else {
                all.add(eventFd());
            }
        }
        Watched watched = new Watched(all, ready);
        row = "epoll-" + count;
        open(watched);
        cEpoll("call_epoll_poll");
        add(Results.POLLUX, i -> read(epoll.poll(events)), sum);
        row = "poll-" + count;
        poll(watched);
        row = "select-" + count;
        select(watched);
    }

    /** The same for a selector: the ready ones are pipes as well, the idle ones what costs one descriptor each. */
    private void idleChannels(int count) throws IOException {
        openSelector(0);
        for (int i = 0, ready = 0; i < count; i++) {
            if (isReady(i, ready, count)) {
                ready++;
                nioPipe(true);
            } else {
                DatagramChannel channel = opened(DatagramChannel.open());
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ);
            }
        }
        IntToLongFunction expected = n -> 2L * n * READY_OF_IDLE * SelectionKey.OP_READ;
        row = "epoll-" + count;
        add(CONSUMER, i -> readConsumed(selector.selectNow(consumer)), expected);
        add(KEYS, i -> readKeys(selector.selectNow()), expected);
    }
}
