package dev.pollux;

import dev.pollux.internal.Link;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** Memory that a wait, or a read, hands to the kernel: the caller's, and used by one at a time. */
abstract sealed class NativeArray
        permits EpollEvents, FdSet, InotifyEvents, IoVec, Messages, PollFds, SignalEvents, SockaddrStorage {
    static {
        Link.require();
    }

    final MemorySegment segment;

    /** Memory of a confined arena cannot be waited on by two threads: nothing to guard there. */
    private final boolean shared;
    private final AtomicInteger busy = new AtomicInteger();

    NativeArray(Arena arena, long bytes) {
        segment = arena.allocate(bytes, Long.BYTES);
        Memory.requireWritable(segment);
        if (segment.byteSize() != bytes) {
            throw new IllegalArgumentException(
                    "the arena gave " + segment.byteSize() + " bytes of memory instead of " + bytes);
        }
        shared = Memory.isShared(segment);
    }

    static int requireCapacity(int capacity, long limit) {
        if (capacity < 1 || capacity > limit) {
            throw new IllegalArgumentException("capacity " + capacity + " is not from 1 to " + limit);
        }
        return capacity;
    }

    /** Begins a wait; two at once would overwrite each other's results. */
    final void begin() {
        if (!shared) {
            // FFM would refuse it too, but only after the wait has cleared the owner's count
            if (!segment.isAccessibleBy(Thread.currentThread())) {
                throw new WrongThreadException(
                        "this " + getClass().getSimpleName() + " is in memory that is confined to another thread");
            }
        } else if (!busy.compareAndSet(0, 1)) {
            throw new IllegalStateException(
                    "another thread is using this " + getClass().getSimpleName() + "; use one per thread");
        }
    }

    final void end() {
        if (shared) {
            try {
                busy.lazySet(0);
            } catch (VirtualMachineError e) { // which takes more stack than to begin
                busy.set(0);
            }
        }
    }

    /** Whether a thread is using this array, which is in shared memory: for tests. */
    final boolean isBusy() {
        return busy.get() != 0;
    }
}
