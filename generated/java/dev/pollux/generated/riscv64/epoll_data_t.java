// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated.riscv64;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * typedef union epoll_data {
 *     void *ptr;
 *     int fd;
 *     uint32_t u32;
 *     uint64_t u64;
 * } epoll_data_t
 * }
 */
public final class epoll_data_t {
    private epoll_data_t() { }

    public static long sizeof() {
        return 8;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(8, 8);
    }

    public static long ptr$offset() {
        return 0;
    }

    public static MemorySegment ptr(MemorySegment struct) {
        return struct.get(ADDRESS, 0);
    }

    public static void ptr(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 0, value);
    }

    public static long fd$offset() {
        return 0;
    }

    public static int fd(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void fd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long u32$offset() {
        return 0;
    }

    public static int u32(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void u32(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long u64$offset() {
        return 0;
    }

    public static long u64(MemorySegment struct) {
        return struct.get(JAVA_LONG, 0);
    }

    public static void u64(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 0, value);
    }
}
