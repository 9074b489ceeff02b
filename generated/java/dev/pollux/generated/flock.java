// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct flock {
 *     short l_type;
 *     short l_whence;
 *     __off_t l_start;
 *     __off_t l_len;
 *     __pid_t l_pid;
 * }
 * }
 */
public final class flock {
    private flock() { }

    public static long sizeof() {
        return 32;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(32, 8);
    }

    public static long l_type$offset() {
        return 0;
    }

    public static short l_type(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void l_type(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long l_whence$offset() {
        return 2;
    }

    public static short l_whence(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 2);
    }

    public static void l_whence(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 2, value);
    }

    public static long l_start$offset() {
        return 8;
    }

    public static long l_start(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void l_start(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }

    public static long l_len$offset() {
        return 16;
    }

    public static long l_len(MemorySegment struct) {
        return struct.get(JAVA_LONG, 16);
    }

    public static void l_len(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 16, value);
    }

    public static long l_pid$offset() {
        return 24;
    }

    public static int l_pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void l_pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }
}
