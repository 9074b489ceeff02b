// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct timeval {
 *     __time_t tv_sec;
 *     __suseconds_t tv_usec;
 * }
 * }
 */
public final class timeval {
    private timeval() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 8);
    }

    public static long tv_sec$offset() {
        return 0;
    }

    public static long tv_sec(MemorySegment struct) {
        return struct.get(JAVA_LONG, 0);
    }

    public static void tv_sec(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 0, value);
    }

    public static long tv_usec$offset() {
        return 8;
    }

    public static long tv_usec(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void tv_usec(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }
}
