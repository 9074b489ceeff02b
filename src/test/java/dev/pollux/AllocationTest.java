package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Poll.POLLIN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is called for every event allocates nothing, once compiled. */
@Timeout(180)
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int CALLS = 20_000;
    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private interface Call {
        void run() throws IOException;
    }

    private static Arena arena;
    private static Epoll epoll;
    private static Pipe empty;
    private static Pipe full;
    private static EventFd eventFd;
    private static final Map<String, Call> CALLS_BY_NAME = new LinkedHashMap<>();

    @BeforeAll
    static void open() throws IOException {
        // an automatic arena, because JUnit may run the tests on threads of its own
        arena = Arena.ofAuto();
        epoll = Epoll.create();
        empty = Pipe.create();
        full = Pipe.create();
        eventFd = EventFd.create();
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
        SigSet none = SigSet.empty(arena);
        MemorySegment one = arena.allocate(1);

        CALLS_BY_NAME.put("Epoll.await", () -> require(epoll.await(events) == 1 && events.data(0) == 42));
        CALLS_BY_NAME.put("Epoll.poll, nothing ready", () -> require(idle.poll(events) == 0));
        CALLS_BY_NAME.put("Epoll.awaitNanos, timed out", () -> require(idle.awaitNanos(events, 1) == 0));
        CALLS_BY_NAME.put("Epoll.await with a mask", () -> require(epoll.await(events, none) == 1));
        CALLS_BY_NAME.put("Epoll.modify", () -> epoll.modify(full.reader(), EPOLLIN, 42));
        CALLS_BY_NAME.put("Epoll.add and remove", () -> {
            epoll.add(full.writer(), EPOLLOUT);
            epoll.remove(full.writer());
        });
        CALLS_BY_NAME.put("Poll.await", () -> require(Poll.await(ready) == 1 && ready.revents(0) == POLLIN));
        CALLS_BY_NAME.put("Poll.awaitNanos, timed out", () -> require(Poll.awaitNanos(unready, 1) == 0));
        CALLS_BY_NAME.put("Select.await", () -> {
            set.copyFrom(watched);
            require(Select.await(set, null, null) == 1 && set.next(0) == full.reader().fd());
        });
        CALLS_BY_NAME.put("Select.awaitNanos", () -> {
            set.copyFrom(watched);
            require(Select.awaitNanos(set, null, null, 1000) == 1);
        });
        CALLS_BY_NAME.put("write and read", () -> require(full.writer().write(one) == 1 && full.reader().read(one) == 1));
        CALLS_BY_NAME.put("read of a part of a buffer", () -> {
            full.writer().write(one);
            require(full.reader().read(buffer.asSlice(8, 1)) == 1);
        });
        CALLS_BY_NAME.put("read that would block", () -> require(empty.reader().read(one) == Fd.WOULD_BLOCK));
        CALLS_BY_NAME.put("EventFd", () -> require(eventFd.write(1) && eventFd.read() == 1 && eventFd.read() == 0));
        CALLS_BY_NAME.put("Fcntl.getFlags", () -> Fcntl.getFlags(full.reader()));
    }

    @AfterAll
    static void close() throws IOException {
        epoll.close();
        empty.close();
        full.close();
        eventFd.close();
    }

    static Stream<String> calls() {
        return CALLS_BY_NAME.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void allocatesNothing(String name) throws IOException {
        Call call = CALLS_BY_NAME.get(name);
        long end = System.nanoTime() + PATIENCE_NANOS;
        long bytes;
        do {
            // until the compiler has seen enough of it
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
        } while (bytes != 0 && System.nanoTime() < end);
        assertEquals(0, bytes, () -> "bytes allocated by " + CALLS + " calls of " + name);
    }

    private static void require(boolean expected) {
        if (!expected) {
            throw new AssertionError();
        }
    }
}
