// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct pollfd {
 *     int fd;
 *     short events;
 *     short revents;
 * }
 * }
 */
public final class pollfd {
    private pollfd() { }

    public static long sizeof() {
        return 8;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(8, 4);
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

    public static long events$offset() {
        return 4;
    }

    public static short events(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 4);
    }

    public static void events(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 4, value);
    }

    public static long revents$offset() {
        return 6;
    }

    public static short revents(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 6);
    }

    public static void revents(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 6, value);
    }
}
