// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct statx_timestamp {
 *     __s64 tv_sec;
 *     __u32 tv_nsec;
 *     __s32 __reserved;
 * }
 * }
 */
public final class statx_timestamp {
    private statx_timestamp() { }

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

    public static int tv_nsec(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void tv_nsec(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long __reserved$offset() {
        return 12;
    }

    public static int __reserved(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void __reserved(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }
}
