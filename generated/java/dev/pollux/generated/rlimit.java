// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct rlimit {
 *     rlim_t rlim_cur;
 *     rlim_t rlim_max;
 * }
 * }
 */
public final class rlimit {
    private rlimit() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 8);
    }

    public static long rlim_cur$offset() {
        return 0;
    }

    public static long rlim_cur(MemorySegment struct) {
        return struct.get(JAVA_LONG, 0);
    }

    public static void rlim_cur(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 0, value);
    }

    public static long rlim_max$offset() {
        return 8;
    }

    public static long rlim_max(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void rlim_max(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }
}
