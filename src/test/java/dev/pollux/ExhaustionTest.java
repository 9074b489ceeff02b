package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_NONBLOCK;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.startAsleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.Buffers;
import dev.pollux.internal.Poller;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls where there is no stack or no heap left: one may fail, but nothing is lost, and what is closed is closed. */
@Timeout(150)
class ExhaustionTest {
    private static final String DONE = "done\n";
    private static final int HIGH = 500;

    private static String run(List<String> options, Class<?> main, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        all.addAll(options);
        return Child.run(Child.java(all, main, arguments));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-XX:+TieredCompilation"})
    void closedAtAnyDepthOfTheStackANumberIsClosed(String mode) throws Exception {
        assertEquals(DONE, run(List.of(mode), CloseAtEveryDepth.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-XX:+TieredCompilation"})
    void whoeverIsWokenAtAnyDepthOfTheStackOfAnotherGoesOn(String mode) throws Exception {
        assertEquals(DONE, run(List.of(mode, "-Ddev.pollux.quietMillis=200"), WakeAtEveryDepth.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:-TieredCompilation", "-XX:+TieredCompilation"})
    void aCallThatOverflowsTheStackLeavesNothingBehind(String mode) throws Exception {
        assertEquals(DONE, run(List.of(mode), CallAtEveryDepth.class, mode));
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform", "virtual"})
    void withoutHeapANumberIsClosed(String thread) throws Exception {
        assertEquals(DONE, run(List.of("-Xms32m", "-Xmx32m", "-XX:+UseSerialGC"), CloseWithoutHeap.class, thread));
    }

    /** The kernel has given a number, and there is no memory for its owner. */
    @Test
    void aNumberForWhoseOwnerThereIsNoHeapIsClosed() throws Exception {
        assertEquals(DONE, run(List.of("-Xms32m", "-Xmx32m", "-XX:+UseSerialGC"), CreateWithoutHeap.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xint", "-XX:+TieredCompilation"})
    void aNumberForWhoseOwnerThereIsNoStackIsClosed(String mode) throws Exception {
        assertEquals(DONE, run(List.of(mode), CreateAtEveryDepth.class));
    }

    /** One whose number the JVM itself is not given when it is free. */
    private static EventFd eventFd(EventFd original) throws IOException {
        return EventFd.adopt(Fcntl.dup(original, HIGH).detach());
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Recurses until the stack is full, and takes the step at each depth near that, on the way back. */
    private static final class Descent {
        private static final int STEPS = 200;

        private final Step step;
        private int taken;
        private long sum;

        Descent(Step step) {
            this.step = step;
        }

        void run(int phase) {
            if (phase > 0) {
                shift(phase, 1, 2, 3);
            } else {
                down(1, 2, 3, 4, 5, 6);
            }
        }

        /** Frames of another size: the depths of the next descent lie between those of the last. */
        private void shift(int phase, long a, long b, long c) {
            run(phase - 1);
        }

        /** What it does with its arguments keeps its frames large where they are compiled, too. */
        private void down(long a, long b, long c, long d, long e, long f) {
            try {
                down(b + 1, c + 1, d + 1, e + 1, f + 1, a + 1);
            } catch (StackOverflowError x) {
                // this is where it begins
            }
            sum += a ^ b ^ c ^ d ^ e ^ f;
            if (taken < STEPS) {
                taken++;
                try {
                    step.run();
                } catch (VirtualMachineError x) {
                    // may be: what matters is what it leaves behind
                } catch (IOException x) {
                    throw new AssertionError(x);
                }
            }
        }

        static void onAllKindsOfThreads(int phase, Step step) throws Exception {
            Descent platform = new Descent(step);
            Thread thread = new Thread(null, () -> platform.run(phase), "descent", 512 << 10);
            thread.start();
            thread.join();
            Descent virtual = new Descent(step);
            Thread.ofVirtual().start(() -> virtual.run(phase)).join();
            assertEquals(2 * STEPS, platform.taken + virtual.taken);
        }
    }

    static final class CloseAtEveryDepth {
        private CloseAtEveryDepth() { }

        public static void main(String[] args) throws Exception {
            try (EventFd original = EventFd.create()) {
                original.write(1);
                // so that virtual threads have a poller
                new Waiting<>(() -> original.awaitNanos(Poll.POLLPRI, 1_000_000)).result();
                for (int phase = 0; phase < 12; phase++) {
                    // used by nobody; used first by another thread; and used by this one
                    for (int use = 0; use < 3; use++) {
                        closeAll(original, phase, use);
                    }
                }
            }
            System.out.print(DONE);
        }

        private static void closeAll(EventFd original, int phase, int use) throws Exception {
            List<EventFd> fds = new ArrayList<>();
            for (int i = 0; i < 2 * Descent.STEPS; i++) {
                EventFd fd = eventFd(original);
                if (use == 1) {
                    fd.write(1);
                }
                fds.add(fd);
            }
            int[] next = new int[1];
            Descent.onAllKindsOfThreads(phase, () -> {
                EventFd fd = fds.get(next[0]++);
                if (use == 2) {
                    fd.write(1);
                }
                fd.close();
            });
            // which also goes on with what could not be done
            List<Integer> numbers = fds.stream().map(fd -> fd.guard.number()).toList();
            EventFd.create().close();
            int open = 0;
            for (int i = 0; i < fds.size(); i++) {
                open += fds.get(i).isOpen() ? 1 : 0;
                assertEquals(fds.get(i).isOpen(), isOpen(numbers.get(i)), "number " + i + " of " + phase + ", " + use);
            }
            // where not even close could be called
            assertTrue(open < fds.size() / 2, open + " of " + fds.size());
            for (EventFd fd : fds) {
                fd.close();
            }
        }
    }

    /** Virtual threads wait for what is closed: one that the JDK has unparked by half is never unparked again. */
    static final class WakeAtEveryDepth {
        private WakeAtEveryDepth() { }

        public static void main(String[] args) throws Exception {
            for (int phase = 0; phase < 4; phase++) {
                List<EventFd> fds = new ArrayList<>();
                List<Waiting<Integer>> waits = new ArrayList<>();
                for (int i = 0; i < 2 * Descent.STEPS; i++) {
                    EventFd fd = EventFd.create();
                    fds.add(fd);
                    waits.add(new Waiting<>(() -> fd.await(POLLIN)));
                }
                for (Waiting<Integer> wait : waits) {
                    wait.parked();
                }
                int[] next = new int[1];
                Descent.onAllKindsOfThreads(phase, () -> fds.get(next[0]++).close());
                for (EventFd fd : fds) {
                    fd.close();
                }
                for (Waiting<Integer> wait : waits) {
                    assertInstanceOf(AsynchronousCloseException.class, wait.thrown());
                }
            }
            System.out.print(DONE);
        }
    }

    static final class CallAtEveryDepth {
        private CallAtEveryDepth() { }

        public static void main(String[] args) throws Exception {
            try (Arena arena = Arena.ofShared(); EventFd original = EventFd.create(); Epoll lower = Epoll.create();
                    SocketPair pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_NONBLOCK)) {
                boolean interpreted = args[0].equals("-Xint");
                for (int phase = 0; phase < 6; phase++) {
                    int[] numbers = callAll(arena, original, lower, pair, phase);
                    if (interpreted) {
                        assertEquals(0, Support.users(pair.first()) + Support.users(pair.second()));
                    }
                    EventFd.create().close();
                    for (int number : numbers) {
                        if (interpreted) {
                            assertFalse(isOpen(number), "phase " + phase);
                        }
                        // a frame that was compiled, and is no more, has had the stack to enter and not that to leave
                        awaitTrue(() -> !isOpen(number) || isClosedWhenNobodyHoldsIt(number));
                    }
                    awaitTrue(() -> Poller.running() == null || !Poller.running().knows(numbers[0]));
                }
            }
            System.out.print(DONE);
        }

        private static boolean isClosedWhenNobodyHoldsIt(int number) throws IOException {
            System.gc();
            EventFd.create().close();
            return !isOpen(number);
        }

        /** Returns the numbers that were called, and closed. */
        private static int[] callAll(Arena arena, EventFd original, Epoll lower, SocketPair pair, int phase)
                throws Exception {
            EventFd fd = eventFd(original);
            Epoll epoll = Epoll.adopt(Fcntl.dup(lower, HIGH).detach());
            List<Step> steps = List.of(() -> fd.write(1), fd::read, () -> fd.awaitNanos(POLLIN, 0),
                    () -> fd.awaitNanos(Poll.POLLPRI, 20_000), () -> waitAlone(epoll, fd),
                    () -> epoll.add(Fd.borrow(fd.fd()), 0), () -> epoll.remove(fd),
                    () -> moveAlone(pair, fd), () -> moveArray(pair),
                    () -> Splice.splice(fd, pair.first(), 1, 0), () -> Splice.sendfile(pair.first(), fd, 1));
            for (Step step : steps) {
                Step tried = () -> {
                    try {
                        step.run();
                    } catch (ErrnoException e) {
                        // added twice, or not at all
                    }
                };
                // the JDK would not try again to initialize what it does not have the stack for
                for (int i = 0; i < 2; i++) {
                    tried.run();
                    new Waiting<>(() -> {
                        tried.run();
                        return 0;
                    }).result();
                }
                Descent.onAllKindsOfThreads(phase, tried);
            }
            // usable, and waited for by nobody
            fd.read();
            fd.write(1);
            assertEquals(1, fd.read());
            assertEquals(0, epoll.poll(EpollEvents.allocate(arena, 1)));
            assertEquals(0, Buffers.taken());
            int[] numbers = {fd.fd(), epoll.fd()};
            fd.close();
            epoll.close();
            return numbers;
        }
    }

    /** With arrays of its own: one that is shared may stay in use by a thread without the stack to end that. */
    private static void waitAlone(Epoll epoll, Fd fd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            epoll.awaitNanos(EpollEvents.allocate(arena, 1), 20_000);
            PollFds fds = PollFds.allocate(arena, 1);
            fds.add(fd, POLLIN);
            Poll.awaitNanos(fds, 20_000);
        }
    }

    /** A descriptor is sent, and received by nobody. */
    private static void moveAlone(SocketPair pair, Fd sent) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            IoVec vector = IoVec.allocate(arena, 1);
            vector.add(arena.allocate(1));
            Messages messages = Messages.allocate(arena, 1, 1, Cmsg.space(Cmsg.SCM_RIGHTS));
            messages.get(0).buffer(arena.allocate(1));
            messages.get(0).control().addRights(sent);
            pair.first().sendmsg(messages.get(0), 0);
            pair.second().readv(vector);
            pair.first().sendmmsg(messages, 0, 1, 0);
            pair.second().readv(vector);
            pair.first().writev(vector);
            pair.second().recvmmsg(messages, 0);
        }
    }

    private static void moveArray(SocketPair pair) throws IOException {
        byte[] bytes = new byte[100];
        pair.first().write(bytes, 0, bytes.length);
        pair.second().read(bytes, 0, bytes.length);
        pair.first().send(bytes, 0, bytes.length, 0);
        pair.second().recv(bytes, 0, bytes.length, 0);
    }

    /** All that opens something, each with what it opens of. */
    private static final class Creators implements AutoCloseable {
        private static final int CLIENTS = 1000;

        private interface Creator {
            Closeable create() throws IOException;
        }

        /** Not to be closed: a thread without the stack to say that its call has ended leaves it in use. */
        private final Arena arena = Arena.ofAuto();
        private final EventFd original = EventFd.create();
        private final SigSet none = SigSet.empty(arena);
        private final ProcessHandle self = ProcessHandle.current();
        private final Path root = Path.of("/");
        private final SocketFd listener = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM);
        private final List<SocketFd> clients = new ArrayList<>();
        private final SocketPair pair = SocketPair.create(
                SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM, 0, SocketFd.SOCK_NONBLOCK | SocketFd.SOCK_CLOEXEC);
        private final List<Message> messages = new ArrayList<>();
        private int used;
        final Creator inotify = Inotify::create;
        final List<Creator> all = List.of(EventFd::create, TimerFd::create, () -> SignalFd.create(none),
                () -> PidFd.of(self), inotify, Pty::create, Pipe::create, SocketPair::create, Epoll::create,
                () -> SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM), () -> Fcntl.open(root, Fcntl.O_RDONLY),
                () -> Fcntl.dup(original), () -> listener.accept(), this::receive);

        Creators() throws IOException {
            listener.bind(UnixAbstractAddress.of(new byte[0]));
            listener.listen(CLIENTS);
        }

        /** A descriptor that arrives: with a message that no thread without a stack has left in use. */
        private Closeable receive() throws IOException {
            Message message = messages.get(used);
            Message sent = messages.get(used + 1);
            used += 2;
            pair.first().sendmsg(sent, 0);
            pair.second().recvmsg(message, 0);
            return message.control().take(0);
        }

        /** With what nobody took. */
        void closeMessages() {
            messages.forEach(Message::close);
        }

        /** So many connections to be accepted. */
        void connect(int connections) throws IOException {
            for (int i = 0; i < connections; i++) {
                messages.add(Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS)));
                messages.add(Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS)));
                messages.getLast().control().addRights(original);
                SocketFd client = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM);
                assertEquals(0, client.connect(listener.getsockname()));
                clients.add(client);
            }
        }

        void disconnect() throws IOException {
            for (SocketFd client : clients) {
                client.close();
            }
            clients.clear();
            messages.clear();
            used = 0;
            for (SocketFd accepted = listener.accept(); accepted != null; accepted = listener.accept()) {
                accepted.close();
            }
        }

        /** Of the kinds that are opened here; the JVM opens others when it likes. */
        static long open() throws IOException {
            try (Stream<Path> numbers = Files.list(Path.of("/proc/self/fd"))) {
                return numbers.filter(number -> Files.isSymbolicLink(number)).map(Creators::target)
                        .filter(file -> file.equals("/") || file.startsWith("/dev/pt") || file.startsWith("pipe:")
                                || file.startsWith("socket:") || file.startsWith("anon_inode:")
                                || file.startsWith("pidfd:"))
                        .count();
            }
        }

        private static String target(Path link) {
            try {
                return Files.readSymbolicLink(link).toString();
            } catch (IOException e) { // closed since
                return "";
            }
        }

        @Override
        public void close() throws IOException {
            disconnect();
            listener.close();
            original.close();
            pair.close();
        }
    }

    static final class CreateWithoutHeap {
        private static final int TRIES = 20;

        private CreateWithoutHeap() { }

        public static void main(String[] args) throws Exception {
            try (Creators creators = new Creators()) {
                Closeable[] made = new Closeable[TRIES];
                for (Creators.Creator creator : creators.all) {
                    creators.connect(TRIES + 1);
                    creator.create().close(); // loads what it needs
                    long before = Creators.open();
                    int failed = 0;
                    Heap.fill();
                    for (int i = 0; i < TRIES; i++) {
                        try {
                            made[i] = creator.create();
                        } catch (OutOfMemoryError e) {
                            failed++;
                        }
                    }
                    Heap.clear();
                    assertEquals(TRIES, failed);
                    EventFd.create().close();
                    creators.closeMessages();
                    assertEquals(before, Creators.open(), "of " + creators.all.indexOf(creator));
                    creators.disconnect();
                }
            }
            System.out.print(DONE);
        }
    }

    static final class CreateAtEveryDepth {
        private CreateAtEveryDepth() { }

        public static void main(String[] args) throws Exception {
            try (Creators creators = new Creators()) {
                for (int phase = 0; phase < 4; phase++) {
                    for (Creators.Creator creator : creators.all) {
                        if (creator == creators.inotify) { // of which a user has few
                            continue;
                        }
                        creators.connect(2);
                        creator.create().close();
                        new Waiting<>(() -> {
                            creator.create().close();
                            return 0;
                        }).result();
                        creators.connect(2 * Descent.STEPS);
                        long before = Creators.open();
                        Closeable[] made = new Closeable[2 * Descent.STEPS];
                        int[] next = new int[1];
                        Descent.onAllKindsOfThreads(phase, () -> made[next[0]++] = creator.create());
                        int succeeded = 0;
                        for (Closeable each : made) {
                            if (each != null) {
                                each.close();
                                succeeded++;
                            }
                        }
                        assertTrue(succeeded > 0, "none");
                        EventFd.create().close();
                        creators.closeMessages();
                        assertEquals(before, Creators.open(), "of " + creators.all.indexOf(creator));
                        creators.disconnect();
                    }
                }
            }
            System.out.print(DONE);
        }
    }

    /** All of it. */
    private static final class Heap {
        private static Object[] last;

        private Heap() { }

        /** Until not even the smallest array is to be had; with little that each of the many collections has to read. */
        static void fill() {
            for (int size = 1 << 22; size > 0; size /= 2) {
                try {
                    for (;;) {
                        Object[] next = new Object[Math.min(size, 2)];
                        next[0] = last;
                        last = next;
                        if (size > 2) {
                            next[1] = new byte[size];
                        }
                    }
                } catch (OutOfMemoryError e) {
                    // smaller ones
                }
            }
        }

        static void clear() {
            last = null;
        }
    }

    static final class CloseWithoutHeap {
        private CloseWithoutHeap() { }

        public static void main(String[] args) throws Exception {
            EventFd original = EventFd.create();
            List<EventFd> fds = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                fds.add(eventFd(original));
            }
            int[] numbers = fds.stream().mapToInt(EventFd::fd).toArray();
            EventFd inside = EventFd.adopt(Fcntl.dup(EventFd.create(), HIGH - 1).detach());
            Fd same = Fcntl.dup(inside);
            // on the way into the kernel it would still need memory
            FutureTask<Integer> user = startAsleep(() -> inside.await(POLLIN));
            Throwable[] thrown = new Throwable[1];
            CountDownLatch over = new CountDownLatch(1);
            Thread main = Thread.currentThread();
            Runnable closing = () -> {
                while (main.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                Heap.fill();
                try {
                    inside.close();
                    for (int i = 0; i < fds.size(); i++) { // an iterator would be memory
                        fds.get(i).close();
                    }
                } catch (Throwable e) {
                    thrown[0] = e;
                }
                Heap.clear();
                over.countDown();
            };
            if (args[0].equals("virtual")) {
                Thread.ofVirtual().start(closing);
            } else {
                Thread.ofPlatform().start(closing);
            }
            over.await();
            if (thrown[0] != null) {
                throw new AssertionError(thrown[0]);
            }
            EventFd.create().close();
            for (int number : numbers) {
                assertFalse(isOpen(number));
            }
            assertTrue(isOpen(inside.guard.number()), "with a call inside");
            assertEquals(Long.BYTES, same.write(Arena.global().allocateFrom(ValueLayout.JAVA_LONG, 1)));
            assertInstanceOf(AsynchronousCloseException.class,
                    assertThrows(ExecutionException.class, () -> get(user)).getCause());
            assertFalse(isOpen(inside.guard.number()));
            System.out.print(DONE);
        }
    }
}
