package dev.pollux;

import static dev.pollux.Poll.POLLERR;
import static dev.pollux.Poll.POLLHUP;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.Poll.POLLRDHUP;
import static dev.pollux.Poll.POLLRDNORM;
import static dev.pollux.Poll.POLLWRNORM;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors of which each is watched by one epoll, one poll array and the sets of select, and a model of each. The
 * ends of the steps are numbers of this class, so that a step can be left out: what then has no end does nothing.
 */
final class Agreement implements AutoCloseable {
    /** Where a descriptor must be readable, writable or exceptional for select: POLLIN_SET and so on in the kernel. */
    private static final int READ_SET = POLLIN | POLLRDNORM | POLLHUP | POLLERR;
    private static final int WRITE_SET = POLLOUT | POLLWRNORM | POLLERR;
    private static final int EXCEPT_SET = POLLPRI;

    private static final int UNMASKABLE = POLLERR | POLLHUP;
    private static final int READABLE = POLLIN | POLLRDNORM;
    private static final int WRITABLE = POLLOUT | POLLWRNORM;

    private static final int CHUNK = 1 << 16;
    private static final int MOST_ENDS = 64;

    /** The most that an eventfd counts, unsigned. */
    private static final long FULL = -2;

    /** So that what an eventfd is given does not fit into an int. */
    private static final long BOTH_HALVES = 0x1_0000_0001L;

    /** Until it is read, an attribute of sysfs shows POLLPRI: the one thing here that does. This one never changes. */
    private static final Path ATTRIBUTE = Path.of("/sys/kernel/fscaps");

    enum Kind { READER, WRITER, SOCKET, EVENTFD, ATTRIBUTE }

    /** What is done; the ends of a step that opens two are {@code end} and the one after it. */
    enum Act {
        PIPE, SOCKETS, EVENTFD, ATTRIBUTE, WRITE, READ, FILL, DRAIN, SHUT_WR, SHUT_RD, TAKE_ERROR, WATCH, CLOSE
    }

    /** The amount is a number of bytes; with an opening, the least descriptor; with CLOSE, whether to remove first. */
    record Step(Act act, int end, int amount, int interest, long data) {
        @Override
        public String toString() {
            return switch (act) {
                case PIPE, SOCKETS -> act + " " + end + " and " + (end + 1) + opened();
                case EVENTFD, ATTRIBUTE -> act + " " + end + opened();
                case WATCH -> act + " " + end + ", " + Poll.toString(interest) + withData();
                case READ, WRITE -> act + " " + end + ", " + amount;
                case CLOSE -> act + " " + end + (amount == 0 ? ", not removed from epoll" : "");
                default -> act + " " + end;
            };
        }

        private String opened() {
            return ", descriptors from " + amount + ", " + Poll.toString(interest) + withData();
        }

        private String withData() {
            return ", data=0x" + Long.toHexString(data);
        }
    }

    /** Whether a write finds room: the kernel's threshold is not modelled, only what is beyond doubt. */
    private enum Room { YES, UNKNOWN, NO }

    /** One direction of a pipe or a pair of sockets. */
    private static final class Channel {
        long bytes;
        Room room = Room.YES;
        boolean noReader;
        boolean noWriter;

        void shut() {
            noReader = true;
            noWriter = true;
        }

        int writable() {
            return room == Room.YES ? WRITABLE : 0;
        }

        void write(Fd fd, MemorySegment buffer) throws IOException {
            if (noReader) {
                Support.assertErrno(Errno.EPIPE, () -> fd.write(buffer));
                return;
            }
            long n = fd.write(buffer);
            if (n == Fd.WOULD_BLOCK) {
                assertTrue(room != Room.YES, "a write to an empty channel would block");
                room = Room.NO;
            } else {
                assertTrue(n > 0 && n <= buffer.byteSize(), () -> "written: " + n);
                bytes += n;
                room = n < buffer.byteSize() || room == Room.NO ? Room.NO : Room.UNKNOWN;
            }
        }

        void read(Fd fd, MemorySegment buffer) throws IOException {
            long n = fd.read(buffer);
            if (bytes == 0) {
                assertEquals(noWriter ? 0 : Fd.WOULD_BLOCK, n, "read from an empty channel");
            } else {
                assertEquals(Math.min(bytes, buffer.byteSize()), n, () -> "read, of " + bytes);
                bytes -= n;
                room = bytes == 0 ? Room.YES : Room.UNKNOWN;
            }
        }
    }

    private abstract static class End {
        final Fd fd;
        int interest;
        long data;

        End(Fd fd) {
            this.fd = fd;
        }

        /** What must be ready. */
        abstract int mask();

        /** What may be ready or not. */
        int doubtful() {
            return 0;
        }

        void write(MemorySegment bytes) throws IOException { }

        void read(MemorySegment bytes) throws IOException { }

        void fill(MemorySegment chunk) throws IOException { }

        void drain(MemorySegment chunk) throws IOException { }

        void shutdown(int how) throws IOException { }

        void takeError() throws IOException { }

        /** What its closing does to others. */
        void closed() { }
    }

    private static final class Reader extends End {
        private final Channel channel;

        Reader(Fd fd, Channel channel) {
            super(fd);
            this.channel = channel;
        }

        @Override
        int mask() {
            return (channel.bytes > 0 ? READABLE : 0) | (channel.noWriter ? POLLHUP : 0);
        }

        @Override
        void read(MemorySegment bytes) throws IOException {
            channel.read(fd, bytes);
        }

        @Override
        void drain(MemorySegment chunk) throws IOException {
            while (channel.bytes > 0) {
                channel.read(fd, chunk);
            }
            channel.read(fd, chunk);
        }

        @Override
        void closed() {
            channel.noReader = true;
        }
    }

    private static final class Writer extends End {
        private final Channel channel;

        Writer(Fd fd, Channel channel) {
            super(fd);
            this.channel = channel;
        }

        @Override
        int mask() {
            return channel.writable() | (channel.noReader ? POLLERR : 0);
        }

        @Override
        int doubtful() {
            return channel.room == Room.UNKNOWN ? WRITABLE : 0;
        }

        @Override
        void write(MemorySegment bytes) throws IOException {
            channel.write(fd, bytes);
        }

        @Override
        void fill(MemorySegment chunk) throws IOException {
            do {
                channel.write(fd, chunk);
            } while (channel.room != Room.NO && !channel.noReader);
        }

        @Override
        void closed() {
            channel.noWriter = true;
        }
    }

    private static final class Socket extends End {
        private final Channel in;
        private final Channel out;
        private @Nullable Socket peer;
        private boolean reset;

        Socket(Fd fd, Channel in, Channel out) {
            super(fd);
            this.in = in;
            this.out = out;
        }

        @Override
        int mask() {
            return (in.bytes > 0 || in.noWriter ? READABLE : 0) | (in.noWriter ? POLLRDHUP : 0)
                    | (in.noWriter && out.noReader ? POLLHUP : 0) | (reset ? POLLERR : 0) | out.writable();
        }

        @Override
        int doubtful() {
            return out.room == Room.UNKNOWN ? WRITABLE : 0;
        }

        @Override
        void write(MemorySegment bytes) throws IOException {
            out.write(fd, bytes);
        }

        @Override
        void read(MemorySegment bytes) throws IOException {
            if (in.bytes == 0 && reset) {
                Support.assertErrno(Errno.ECONNRESET, () -> fd.read(bytes));
                reset = false;
            } else {
                in.read(fd, bytes);
            }
        }

        @Override
        void fill(MemorySegment chunk) throws IOException {
            do {
                out.write(fd, chunk);
            } while (out.room != Room.NO && !out.noReader);
        }

        @Override
        void drain(MemorySegment chunk) throws IOException {
            while (in.bytes > 0) {
                in.read(fd, chunk);
            }
            read(chunk);
        }

        @Override
        void shutdown(int how) throws IOException {
            ((SocketFd) fd).shutdown(how);
            (how == SocketFd.SHUT_RD ? in : out).shut();
        }

        @Override
        void takeError() throws IOException {
            assertEquals(reset ? Errno.ECONNRESET : 0, ((SocketFd) fd).takeError());
            reset = false;
        }

        @Override
        void closed() {
            if (peer != null) {
                peer.peer = null;
                peer.reset = in.bytes > 0;
            }
            in.bytes = 0;
            in.room = Room.YES;
            in.shut();
            out.shut();
        }
    }

    private static final class Counter extends End {
        private long count;

        Counter(EventFd fd) {
            super(fd);
        }

        @Override
        int mask() {
            return (count != 0 ? POLLIN : 0) | (count != FULL ? POLLOUT : 0);
        }

        private void add(long value) throws IOException {
            boolean fits = Long.compareUnsigned(value, FULL - count) <= 0;
            assertEquals(fits, ((EventFd) fd).write(value));
            count += fits ? value : 0;
        }

        @Override
        void write(MemorySegment bytes) throws IOException {
            add(bytes.byteSize() * BOTH_HALVES);
        }

        @Override
        void read(MemorySegment bytes) throws IOException {
            assertEquals(count, ((EventFd) fd).read());
            count = 0;
        }

        @Override
        void fill(MemorySegment chunk) throws IOException {
            add(FULL - count);
            add(1);
        }

        @Override
        void drain(MemorySegment chunk) throws IOException {
            read(chunk);
            read(chunk);
        }
    }

    private static final class Attribute extends End {
        private boolean read;

        Attribute(Fd fd) {
            super(fd);
        }

        @Override
        int mask() {
            return READABLE | WRITABLE | (read ? 0 : POLLERR | POLLPRI);
        }

        @Override
        void read(MemorySegment bytes) throws IOException {
            assertTrue(fd.read(bytes) >= 0);
            read = true;
        }

        @Override
        void drain(MemorySegment chunk) throws IOException {
            read(chunk);
        }
    }

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment chunk = arena.allocate(CHUNK);
    private final Map<Integer, End> ends = new TreeMap<>();

    private final Epoll epoll;
    private final EpollEvents events = EpollEvents.allocate(arena, MOST_ENDS);
    private final PollFds fds = PollFds.allocate(arena, MOST_ENDS);
    /** The ends in the order of the poll array, whose last entry takes the place of a removed one. */
    private final List<End> order = new ArrayList<>();
    private final List<FdSet> watched = sets();
    private final List<FdSet> found = sets();

    /** All bits that came. */
    private int seen;

    Agreement() throws IOException {
        epoll = Epoll.create();
    }

    private List<FdSet> sets() {
        return List.of(FdSet.allocate(arena), FdSet.allocate(arena), FdSet.allocate(arena));
    }

    /** Whether this machine has something that shows POLLPRI, as a container without sysfs has not. */
    static boolean hasAttribute() throws IOException {
        try (Fd fd = Fcntl.open(ATTRIBUTE, Fcntl.O_RDONLY)) {
            return (Support.ready(fd, POLLIN) & POLLERR) != 0;
        } catch (ErrnoException e) {
            return false;
        }
    }

    int seen() {
        return seen;
    }

    void apply(Step step) throws IOException {
        switch (step.act) {
            case PIPE -> {
                Pipe pipe = Pipe.create();
                Channel channel = new Channel();
                open(step, 0, new Reader(move(pipe.reader(), step), channel));
                open(step, 1, new Writer(move(pipe.writer(), step), channel));
            }
            case SOCKETS -> {
                SocketPair pair = SocketPair.create();
                Channel there = new Channel();
                Channel back = new Channel();
                Socket first = new Socket(SocketFd.adopt(move(pair.first(), step).detach()), back, there);
                Socket second = new Socket(SocketFd.adopt(move(pair.second(), step).detach()), there, back);
                first.peer = second;
                second.peer = first;
                open(step, 0, first);
                open(step, 1, second);
            }
            case EVENTFD -> open(step, 0, new Counter(EventFd.adopt(move(EventFd.create(), step).detach())));
            case ATTRIBUTE -> open(step, 0, new Attribute(move(Fcntl.open(ATTRIBUTE, Fcntl.O_RDONLY), step)));
            default -> {
                End end = ends.get(step.end);
                if (end != null) {
                    apply(step, end);
                }
            }
        }
    }

    private void apply(Step step, End end) throws IOException {
        switch (step.act) {
            case WRITE -> end.write(chunk.asSlice(0, step.amount));
            case READ -> end.read(chunk.asSlice(0, step.amount));
            case FILL -> end.fill(chunk);
            case DRAIN -> end.drain(chunk);
            case SHUT_WR -> end.shutdown(SocketFd.SHUT_WR);
            case SHUT_RD -> end.shutdown(SocketFd.SHUT_RD);
            case TAKE_ERROR -> end.takeError();
            case WATCH -> {
                epoll.modify(end.fd, step.interest, step.data);
                fds.setEvents(order.indexOf(end), step.interest);
                watch(end, step.interest, step.data);
            }
            case CLOSE -> close(step, end);
            default -> throw new AssertionError(step);
        }
    }

    /** Numbers far apart, so that the sets of select have several words. */
    private static Fd move(Fd fd, Step step) throws IOException {
        try (fd) {
            return Fcntl.dup(fd, step.amount);
        }
    }

    private void open(Step step, int which, End end) throws IOException {
        ends.put(step.end + which, end);
        long data = step.data + which;
        epoll.add(end.fd, step.interest, data);
        assertEquals(order.size(), fds.add(end.fd, step.interest));
        order.add(end);
        watch(end, step.interest, data);
    }

    private void watch(End end, int interest, long data) {
        end.interest = interest;
        end.data = data;
        for (int i = 0; i < watched.size(); i++) {
            if ((interest & List.of(POLLIN, POLLOUT, POLLPRI).get(i)) != 0) {
                watched.get(i).set(end.fd);
            } else {
                watched.get(i).clear(end.fd);
            }
        }
    }

    private void close(Step step, End end) throws IOException {
        if (step.amount != 0) {
            epoll.remove(end.fd);
        }
        int index = order.indexOf(end);
        fds.remove(index);
        order.set(index, order.getLast());
        order.removeLast();
        watch(end, 0, 0);
        ends.remove(step.end);
        end.fd.close();
        end.closed();
    }

    /** Asks all three, and compares. */
    void check() throws IOException {
        int count = epoll.poll(events);
        Map<Long, Integer> byEpoll = new HashMap<>();
        for (int i = 0; i < count; i++) {
            assertNull(byEpoll.put(events.data(i), events.events(i)), "epoll names an end twice");
        }
        Map<Long, Integer> byPoll = new HashMap<>();
        count = Poll.poll(fds);
        List<TreeSet<Integer>> expected = List.of(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        for (int i = 0; i < order.size(); i++) {
            End end = order.get(i);
            int revents = fds.revents(i);
            seen |= revents;
            String about = name(end);
            assertEquals(end.fd.fd(), fds.fd(i), "the order of the poll array");
            int certain = ~end.doubtful();
            assertMask(end.mask() & (end.interest | UNMASKABLE) & certain, revents & certain, "poll, model: " + about);
            assertMask(revents, byEpoll.getOrDefault(end.data, 0), "epoll, poll: " + about);
            if (revents != 0) {
                byPoll.put(end.data, revents);
            }
            expect(expected.get(0), end, POLLIN, revents & READ_SET);
            expect(expected.get(1), end, POLLOUT, revents & WRITE_SET);
            expect(expected.get(2), end, POLLPRI, revents & EXCEPT_SET);
        }
        assertEquals(byPoll, byEpoll, "poll, epoll: data and masks");
        assertEquals(byPoll.size(), count, "the result of poll");

        for (int i = 0; i < found.size(); i++) {
            found.get(i).copyFrom(watched.get(i));
        }
        count = Select.poll(found.get(0), found.get(1), found.get(2));
        List<TreeSet<Integer>> bySelect = found.stream().map(Agreement::numbers).toList();
        assertEquals(expected, bySelect, "poll, select: readable, writable, exceptional descriptors");
        for (End end : order) {
            for (int i = 0; i < found.size(); i++) {
                assertEquals(expected.get(i).contains(end.fd.fd()), found.get(i).isSet(end.fd), "FdSet.isSet");
            }
        }
        assertEquals(expected.stream().mapToInt(TreeSet::size).sum(), count, "the result of select");
    }

    private static void expect(TreeSet<Integer> set, End end, int asked, int ready) {
        if ((end.interest & asked) != 0 && ready != 0) {
            set.add(end.fd.fd());
        }
    }

    private static TreeSet<Integer> numbers(FdSet set) {
        TreeSet<Integer> numbers = new TreeSet<>();
        // bounded, because a wrong next could stay where it is
        for (int fd = set.next(0); fd >= 0 && fd < set.capacity() && numbers.add(fd);) {
            fd = set.next(fd + 1);
        }
        return numbers;
    }

    private static void assertMask(int expected, int actual, String about) {
        assertEquals(Poll.toString(expected), Poll.toString(actual), about);
    }

    private String name(End end) {
        return ends.entrySet().stream().filter(e -> e.getValue() == end).findFirst().orElseThrow().getKey() + ", "
                + end.getClass().getSimpleName() + " " + end.fd + " watched for " + Poll.toString(end.interest);
    }

    @Override
    public void close() throws IOException {
        for (End end : ends.values()) {
            end.fd.close();
        }
        epoll.close();
        arena.close();
    }
}
