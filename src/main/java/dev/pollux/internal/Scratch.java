package dev.pollux.internal;

import dev.pollux.generated.itimerspec;
import dev.pollux.generated.sockaddr_storage;
import dev.pollux.generated.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * The calling thread's few bytes of native memory: where errno is captured, and the small structs that calls take by
 * pointer. One per thread, freed by the garbage collector some time after its thread has ended.
 */
public final class Scratch {
    private static final long BYTES = 256;
    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** Where the downcalls of this thread leave errno. */
    final MemorySegment capture;

    /** One {@code epoll_event}. */
    public final MemorySegment event;

    /** One {@code timespec}, or one {@code timeval}, which is laid out alike. */
    public final MemorySegment timeout;

    /** Eight bytes, for a number passed by pointer. */
    public final MemorySegment word;

    private final SegmentAllocator block;
    private MemorySegment address;
    private MemorySegment timer;

    private Scratch() {
        // one allocation for all: a thread may be virtual, and there may be many
        block = SegmentAllocator.slicingAllocator(Arena.ofAuto().allocate(BYTES, Long.BYTES));
        capture = block.allocate(Link.CAPTURE);
        event = block.allocate(EpollEvent.SIZE, Long.BYTES);
        timeout = block.allocate(timespec.layout());
        word = block.allocate(ValueLayout.JAVA_LONG);
    }

    /** Room for any socket address; its layout costs those who have sockets 15 ms, and only them. */
    public MemorySegment address() {
        if (address == null) {
            address = block.allocate(sockaddr_storage.layout());
        }
        return address;
    }

    /** What the kernel tells of a signal or a process: the same bytes, as no call needs both. */
    public MemorySegment info() {
        return address();
    }

    /** One {@code itimerspec}. */
    public MemorySegment timer() {
        if (timer == null) {
            timer = block.allocate(itimerspec.layout());
        }
        return timer;
    }

    public static Scratch get() {
        return OF_THREAD.get();
    }
}
