// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct timespec {
 *     __time_t tv_sec;
 *     __syscall_slong_t tv_nsec;
 * }
 * }
 */
public final class timespec {
    private timespec() { }

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

    public static long tv_nsec$offset() {
        return 8;
    }

    public static long tv_nsec(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void tv_nsec(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }
}
