// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * typedef __sigval_t sigval_t
 * }
 */
public final class sigval_t {
    private sigval_t() { }

    public static long sizeof() {
        return 8;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(8, 8);
    }

    public static long sival_int$offset() {
        return 0;
    }

    public static int sival_int(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void sival_int(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long sival_ptr$offset() {
        return 0;
    }

    public static MemorySegment sival_ptr(MemorySegment struct) {
        return struct.get(ADDRESS, 0);
    }

    public static void sival_ptr(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 0, value);
    }
}
