package dev.pollux;

import java.lang.foreign.MemorySegment;

/** What the kernel may be given: FFM checks bounds and lifetime by itself, but not these two. */
final class Memory {
    private Memory() { }

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
