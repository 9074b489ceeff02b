package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Poll.POLLIN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is called for every event allocates nothing: a wait at all, the rest once compiled. Until then a call that
 * captures errno leaves a slice of 40 bytes, on a busy machine for 60,000 calls; so each has to be free of garbage in one
 * of a few fresh JVMs.
 */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AllocationTest {
    private static final int JVMS = 8;

    @TempDir
    private Path folder;

    @Test
    void whatIsCalledForEveryEventAllocatesNothing() throws Exception {
        List<String> allocating = List.of();
        for (int jvm = 0; jvm < JVMS; jvm++) {
            List<String> output = measured(List.of(), allocating);
            if (output.isEmpty()) {
                return;
            }
            allocating = output.stream().map(line -> line.substring(line.indexOf(' ') + 1)).toList();
            System.out.println("bytes per call in JVM " + jvm + ": " + output);
        }
        fail("allocated in each of " + JVMS + " JVMs: " + allocating);
    }

    /** No compiler has to find out that an object is not needed: it is not there. */
    @Test
    void aWaitMakesNoObject() throws Exception {
        assertEquals(List.of(), measured(List.of("-XX:-DoEscapeAnalysis"), List.of(
                "Epoll.await", "Epoll.poll, nothing ready", "Epoll.awaitNanos, timed out", "Epoll.modify",
                "Epoll.add and remove", "Poll.await", "Poll.poll, nothing ready", "Poll.awaitNanos, timed out",
                "Select.await", "Select.awaitNanos", "Select.poll, nothing ready", "Fd.await", "Fd.await, timed out")));
    }

    /** Which of the calls of these names, or of all, allocate in a JVM with these options, and how much. */
    private List<String> measured(List<String> options, List<String> names) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", "target/classes:target/test-classes"));
        command.addAll(options);
        command.add(Measured.class.getName());
        command.add(folder.toString());
        command.addAll(names);
        Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> output = new ArrayList<>(child.inputReader().readAllLines());
        assertEquals(0, child.waitFor());
        assertEquals("measured", output.removeLast());
        return output;
    }

    /** Measures the calls named, or all, in a JVM of its own, with a file in a directory; prints those that allocate. */
    static final class Measured {
        private static final int CALLS = 10_000;
        private static final int ROUNDS = 12;

        private Measured() { }

        private interface Call {
            void run() throws IOException;
        }

        public static void main(String[] args) throws IOException {
            List<String> names = List.of(args).subList(1, args.length);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            Map<String, Call> calls = calls(Path.of(args[0]));
            require(calls.keySet().containsAll(names));
            for (Map.Entry<String, Call> call : calls.entrySet()) {
                if (names.isEmpty() || names.contains(call.getKey())) {
                    long bytes = 0;
                    for (int round = 0; round == 0 || bytes > 0 && round < ROUNDS; round++) {
                        long before = threads.getCurrentThreadAllocatedBytes();
                        for (int i = 0; i < CALLS; i++) {
                            call.getValue().run();
                        }
                        bytes = threads.getCurrentThreadAllocatedBytes() - before;
                    }
                    if (bytes > 0) {
                        System.out.println((double) bytes / CALLS + " " + call.getKey());
                    }
                }
            }
            System.out.println("measured");
        }

        private static Map<String, Call> calls(Path folder) throws IOException {
            Map<String, Call> calls = new LinkedHashMap<>();
            Arena arena = Arena.ofConfined();
            Epoll epoll = Epoll.create();
            Pipe empty = Pipe.create();
            Pipe full = Pipe.create();
            EventFd eventFd = EventFd.create();
            MemorySegment buffer = arena.allocate(64);
            full.writer().write(buffer);
            epoll.add(full.reader(), EPOLLIN, 42);

            Epoll idle = Epoll.create();
            idle.add(empty.reader(), EPOLLIN);
            EpollEvents events = EpollEvents.allocate(arena, 16);
            PollFds ready = PollFds.allocate(arena, 1);
            ready.add(full.reader(), POLLIN);
            PollFds unready = PollFds.allocate(arena, 1);
            unready.add(empty.reader(), POLLIN);
            FdSet watched = FdSet.allocate(arena);
            watched.set(full.reader().fd());
            FdSet set = FdSet.allocate(arena);
            FdSet large = FdSet.allocate(arena, 2 * FdSet.FD_SETSIZE);
            SigSet none = SigSet.empty(arena);
            MemorySegment one = arena.allocate(1);

            Fd file = Fcntl.open(folder.resolve("file"), Fcntl.O_WRONLY | Fcntl.O_CREAT);
            Inotify inotify = Inotify.create();
            int watch = inotify.addWatch(folder, Inotify.IN_MODIFY);
            InotifyEvents changes = InotifyEvents.allocate(arena, 4096);
            SocketFd udp = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM);
            udp.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            SockaddrStorage self = SockaddrStorage.allocate(arena);
            self.set(udp.getsockname(), SocketFd.AF_INET);
            SockaddrStorage sender = SockaddrStorage.allocate(arena);

            calls.put("Epoll.await", () -> require(epoll.await(events) == 1 && events.data(0) == 42));
            calls.put("Epoll.poll, nothing ready", () -> require(idle.poll(events) == 0));
            calls.put("Epoll.awaitNanos, timed out", () -> require(idle.awaitNanos(events, 1) == 0));
            calls.put("Epoll.await with a mask", () -> require(epoll.await(events, none) == 1));
            calls.put("Epoll.modify", () -> epoll.modify(full.reader(), EPOLLIN, 42));
            calls.put("Epoll.add and remove", () -> {
                epoll.add(full.writer(), EPOLLOUT);
                epoll.remove(full.writer());
            });
            calls.put("Poll.await", () -> require(Poll.await(ready) == 1 && ready.revents(0) == POLLIN));
            calls.put("Poll.poll, nothing ready", () -> require(Poll.poll(unready) == 0));
            calls.put("Poll.awaitNanos, timed out", () -> require(Poll.awaitNanos(unready, 1) == 0));
            calls.put("Select.await", () -> {
                set.copyFrom(watched);
                require(Select.await(set, null, null) == 1 && set.next(0) == full.reader().fd());
            });
            calls.put("Select.awaitNanos", () -> {
                set.copyFrom(watched);
                require(Select.awaitNanos(set, null, null, 1000) == 1);
            });
            calls.put("Select.poll, nothing ready", () -> {
                set.zero();
                set.set(empty.reader());
                large.copyFrom(set);
                require(Select.poll(large, null, null) == 0);
            });
            calls.put("Fd.await", () -> require(full.reader().await(POLLIN) == POLLIN));
            calls.put("Fd.await, timed out", () -> require(empty.reader().awaitNanos(POLLIN, 1) == 0));
            calls.put("write and read", () -> require(full.writer().write(one) == 1 && full.reader().read(one) == 1));
            calls.put("read of a part of a buffer", () -> {
                full.writer().write(one);
                require(full.reader().read(buffer.asSlice(8, 1)) == 1);
            });
            byte[] bytes = new byte[100_000];
            ByteBuffer heap = ByteBuffer.wrap(bytes);
            ByteBuffer direct = arena.allocate(64).asByteBuffer();
            calls.put("write and read of an array", () -> require(full.writer().write(bytes, 1, 3000) == 3000
                    && full.reader().read(bytes, 5, 3000) == 3000));
            calls.put("write and read of a ByteBuffer on the heap", () -> require(
                    full.writer().write(heap.clear().limit(3000)) == 3000
                    && full.reader().read(heap.clear().limit(3000)) == 3000 && heap.position() == 3000));
            calls.put("write and read of a direct ByteBuffer", () -> require(full.writer().write(direct.clear()) == 64
                    && full.reader().read(direct.clear()) == 64 && direct.position() == 64));
            calls.put("send and recv of an array", () -> require(
                    udp.sendto(one, 0, self) == 1 && udp.recv(bytes, 0, bytes.length, 0) == 1));
            calls.put("read of an array that would block", () -> require(
                    empty.reader().read(bytes, 0, bytes.length) == Fd.WOULD_BLOCK));
            calls.put("read that would block", () -> require(empty.reader().read(one) == Fd.WOULD_BLOCK));
            IoVec vector = IoVec.allocate(arena, 2);
            calls.put("writev and readv", () -> {
                vector.clear();
                vector.add(buffer, 8, 3);
                vector.add(one);
                require(full.writer().writev(vector) == 4);
                vector.advance(1);
                require(vector.byteSize() == 3 && full.reader().readv(vector) == 3);
                vector.advance(2);
                require(full.reader().readv(vector) == 1);
            });
            MemFd memory = MemFd.create("allocation");
            memory.write(buffer);
            Pipe between = Pipe.create(); // empty: each piece takes a page of it
            calls.put("sendfile and splice", () -> require(Splice.sendfile(between.writer(), memory, 0, 3) == 3
                    && Splice.splice(memory, 0, between.writer(), 2, 0) == 2
                    && Splice.splice(between.reader(), memory, 4096, 5, 0) == 5
                    && Splice.splice(between.reader(), memory, 1, 0) == Fd.WOULD_BLOCK));
            calls.put("EventFd", () -> require(eventFd.write(1) && eventFd.read() == 1 && eventFd.read() == 0));
            calls.put("Inotify.read", () -> require(file.write(one) == 1 && inotify.read(changes) == 1
                    && changes.wd(0) == watch && changes.mask(0) == Inotify.IN_MODIFY && changes.cookie(0) == 0
                    && !changes.isOverflow(0) && changes.offset(0) == 0));
            calls.put("Inotify.read, nothing there", () -> require(inotify.read(changes) == 0));
            calls.put("sendto and recvfrom", () -> require(udp.sendto(one, 0, self) == 1
                    && udp.recvfrom(buffer, 0, sender) == 1 && sender.length() == self.length()
                    && udp.sendto(one, 0, sender) == 1 && udp.recvfrom(buffer, 0, sender) == 1));
            calls.put("recvfrom that would block", () -> require(udp.recvfrom(one, 0, sender) == Fd.WOULD_BLOCK));
            Message out = Message.allocate(arena, 2, Cmsg.space(Cmsg.IP_TTL));
            out.buffers(one, one);
            out.address(self);
            out.control().add(Cmsg.IP_TTL, 7);
            Message in = Message.allocate(arena, 1, Cmsg.space(Cmsg.IP_TTL, Cmsg.SCM_TIMESTAMPNS));
            in.buffer(buffer);
            in.address(sender);
            SocketFd told = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_DGRAM);
            told.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            told.setsockopt(Sockopt.IP_RECVTTL, true);
            told.setsockopt(Sockopt.SO_TIMESTAMPNS, true);
            SockaddrStorage toTold = SockaddrStorage.allocate(arena);
            toTold.set(told.getsockname(), SocketFd.AF_INET);
            calls.put("sendmsg and recvmsg with control messages", () -> {
                out.address(toTold);
                require(udp.sendmsg(out, 0) == 2 && told.recvmsg(in, 0) == 2
                        && in.control().number(Cmsg.IP_TTL, 0) == 7 && sender.length() == self.length()
                        && in.control().timestampNanos(in.control().indexOf(Cmsg.SCM_TIMESTAMPNS)) > 0);
            });
            calls.put("control messages written for each message", () -> {
                out.control().clear();
                out.control().add(Cmsg.IP_TTL, 9);
                out.buffer(one);
                require(udp.sendmsg(out, 0) == 1 && told.recvmsg(in, 0) == 1
                        && in.control().number(Cmsg.IP_TTL, 0) == 9);
            });
            calls.put("recvmsg that would block", () -> require(told.recvmsg(in, 0) == Fd.WOULD_BLOCK));
            Messages many = Messages.allocate(arena, 8, 1, 0);
            for (int i = 0; i < many.capacity(); i++) {
                many.get(i).buffer(arena.allocate(8));
                many.get(i).address(SockaddrStorage.allocate(arena));
                many.get(i).address().set(udp.getsockname(), SocketFd.AF_INET);
            }
            calls.put("sendmmsg and recvmmsg", () -> {
                require(udp.sendmmsg(many, 0, 8, 0) == 8 && udp.recvmmsg(many, 0) == 8 && many.get(7).length() == 8);
                require(udp.sendmmsg(many, 2, 3, 0) == 3 && udp.recvmmsg(many, 0) == 3);
                for (int i = 3; i < 8; i++) { // of nobody, until it is sent to again
                    many.get(i).address().set(self.segment().asSlice(0, self.length()));
                }
            });
            SocketPair pair = SocketPair.create(SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM, 0, SocketFd.SOCK_NONBLOCK);
            Message rights = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(2)));
            rights.buffer(one);
            rights.control().addRights(eventFd, udp);
            Message untaken = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(2)));
            untaken.buffer(buffer);
            calls.put("descriptors sent, received, and taken by nobody", () -> require(pair.first().sendmsg(rights, 0) == 1
                    && pair.second().recvmsg(untaken, 0) == 1 && untaken.control().descriptors() == 2));
            calls.put("getsockopt and setsockopt of numbers", () -> {
                udp.setsockopt(Sockopt.SO_PRIORITY, 3);
                udp.setsockopt(Sockopt.SO_BROADCAST, true);
                udp.setsockopt(Sockopt.SO_MAX_PACING_RATE, 1_000_000_000_000L);
                require(udp.getsockopt(Sockopt.SO_PRIORITY) == 3 && udp.getsockopt(Sockopt.SO_BROADCAST)
                        && udp.getsockopt(Sockopt.SO_COOKIE) != 0);
            });
            calls.put("getsockname and connect with bytes", () -> {
                udp.getsockname(sender);
                require(udp.connect(sender) == 0);
                udp.disconnect();
                require(sender.family() == SocketFd.AF_INET);
            });
            SocketFd idleListener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
            idleListener.listen(1);
            calls.put("accept with an address, nobody there", () -> require(idleListener.accept(sender) == null));
            SocketFd netlink = SocketFd.create(
                    SocketFd.AF_NETLINK, SocketFd.SOCK_RAW, NetlinkAddress.NETLINK_ROUTE, SocketFd.SOCK_NONBLOCK);
            MemorySegment request = arena.allocate(16, 4); // of a type that there is not: an error is the answer
            request.set(ValueLayout.JAVA_INT, 0, 16);
            request.set(ValueLayout.JAVA_INT, 4, 0x0001_7fff);
            calls.put("recvfrom of netlink, and its sender", () -> require(netlink.send(request, 0) == 16
                    && netlink.recvfrom(buffer, 0, sender) > 16 && NetlinkAddress.pid(sender) == 0));
            TimerFd timer = TimerFd.create();
            calls.put("TimerFd.setNanos and read", () -> {
                timer.setNanos(TimerFd.TFD_TIMER_ABSTIME, 0, 0);
                require(timer.read() == 1 && timer.read() == 0);
            });
            calls.put("TimerFd.setNanos, relative, and remainingNanos", () -> {
                timer.setNanos(Long.MAX_VALUE, 7_000_000_000L);
                require(timer.remainingNanos() > 0 && timer.intervalNanos() == 7_000_000_000L);
            });
            PidFd itself = PidFd.of(ProcessHandle.current());
            calls.put("PidFd.sendSignal", () -> require(itself.sendSignal(0)));
            Flock lock = Flock.writeLock(0, 1);
            Flock unlock = Flock.unlock(0, 1);
            calls.put("Locks.ofdSetlk and setlk", () -> require(Locks.ofdSetlk(file, lock)
                    && Locks.ofdSetlk(file, unlock) && Locks.setlk(file, lock) && Locks.setlk(file, unlock)));
            Pty pty = Pty.create();
            MemorySegment window = arena.allocate(Ioctl.TIOCGWINSZ.bytes());
            calls.put("Ioctl.available", () -> require(Ioctl.available(empty.reader()) == 0));
            calls.put("Ioctl.ioctl", () -> require(Ioctl.ioctl(pty, Ioctl.TIOCGWINSZ, window) == 0
                    && Ioctl.ioctl(pty, Ioctl.TIOCNXCL) == 0));
            calls.put("Fcntl.getFlags", () -> Fcntl.getFlags(full.reader()));
            return calls;
        }

        private static void require(boolean expected) {
            if (!expected) {
                throw new AssertionError();
            }
        }
    }
}
