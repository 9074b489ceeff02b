// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct cmsghdr {
 *     size_t cmsg_len;
 *     int cmsg_level;
 *     int cmsg_type;
 *     unsigned char __cmsg_data[];
 * }
 * }
 */
public final class cmsghdr {
    private cmsghdr() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 8);
    }

    public static long cmsg_len$offset() {
        return 0;
    }

    public static long cmsg_len(MemorySegment struct) {
        return struct.get(JAVA_LONG, 0);
    }

    public static void cmsg_len(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 0, value);
    }

    public static long cmsg_level$offset() {
        return 8;
    }

    public static int cmsg_level(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void cmsg_level(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long cmsg_type$offset() {
        return 12;
    }

    public static int cmsg_type(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void cmsg_type(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long __cmsg_data$offset() {
        return 16;
    }
}
