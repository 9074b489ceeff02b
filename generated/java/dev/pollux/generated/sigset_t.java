// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * typedef __sigset_t sigset_t
 * }
 */
public final class sigset_t {
    private sigset_t() { }

    public static long sizeof() {
        return 128;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(128, 8);
    }

    public static long __val$offset() {
        return 0;
    }
}
