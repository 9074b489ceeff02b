// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct msghdr {
 *     void *msg_name;
 *     socklen_t msg_namelen;
 *     struct iovec *msg_iov;
 *     size_t msg_iovlen;
 *     void *msg_control;
 *     size_t msg_controllen;
 *     int msg_flags;
 * }
 * }
 */
public final class msghdr {
    private msghdr() { }

    public static long sizeof() {
        return 56;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(56, 8);
    }

    public static long msg_name$offset() {
        return 0;
    }

    public static MemorySegment msg_name(MemorySegment struct) {
        return struct.get(ADDRESS, 0);
    }

    public static void msg_name(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 0, value);
    }

    public static long msg_namelen$offset() {
        return 8;
    }

    public static int msg_namelen(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void msg_namelen(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long msg_iov$offset() {
        return 16;
    }

    public static MemorySegment msg_iov(MemorySegment struct) {
        return struct.get(ADDRESS, 16);
    }

    public static void msg_iov(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 16, value);
    }

    public static long msg_iovlen$offset() {
        return 24;
    }

    public static long msg_iovlen(MemorySegment struct) {
        return struct.get(JAVA_LONG, 24);
    }

    public static void msg_iovlen(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 24, value);
    }

    public static long msg_control$offset() {
        return 32;
    }

    public static MemorySegment msg_control(MemorySegment struct) {
        return struct.get(ADDRESS, 32);
    }

    public static void msg_control(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 32, value);
    }

    public static long msg_controllen$offset() {
        return 40;
    }

    public static long msg_controllen(MemorySegment struct) {
        return struct.get(JAVA_LONG, 40);
    }

    public static void msg_controllen(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 40, value);
    }

    public static long msg_flags$offset() {
        return 48;
    }

    public static int msg_flags(MemorySegment struct) {
        return struct.get(JAVA_INT, 48);
    }

    public static void msg_flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 48, value);
    }
}
