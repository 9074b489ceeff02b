// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct iovec {
 *     void *iov_base;
 *     size_t iov_len;
 * }
 * }
 */
public final class iovec {
    private iovec() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 8);
    }

    public static long iov_base$offset() {
        return 0;
    }

    public static MemorySegment iov_base(MemorySegment struct) {
        return struct.get(ADDRESS, 0);
    }

    public static void iov_base(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 0, value);
    }

    public static long iov_len$offset() {
        return 8;
    }

    public static long iov_len(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void iov_len(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }
}
