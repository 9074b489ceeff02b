package dev.pollux;

import java.lang.foreign.MemorySegment;

/** What the kernel may be given: FFM checks bounds and lifetime by itself, but not these two. */
final class Memory {
    private static final Thread STRANGER = new Thread(null, null, "never started", 0, false);

    private Memory() { }

    /** Whether another thread can use this segment, too. */
    static boolean isShared(MemorySegment segment) {
        return segment.isAccessibleBy(STRANGER);
    }

    /**
     * The same memory for a platform thread that makes a call for the calling virtual thread. If it is confined, only
     * this thread can close its arena, which it does not do while it waits for the call.
     */
    static MemorySegment lend(MemorySegment segment) {
        if (isShared(segment)) {
            return segment;
        }
        // what FFM would refuse, it cannot see any more on the other thread
        if (!segment.isAccessibleBy(Thread.currentThread())) {
            throw new WrongThreadException("this memory is confined to another thread");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("Already closed");
        }
        return MemorySegment.ofAddress(segment.address()).reinterpret(segment.byteSize());
    }

    static void requireNative(MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("the kernel cannot use memory on the Java heap; take it from an Arena");
        }
    }

    static void requireWritable(MemorySegment segment) {
        requireNative(segment);
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("the kernel would write into a read-only segment");
        }
    }
}
