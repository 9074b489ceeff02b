// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct winsize {
 *     unsigned short ws_row;
 *     unsigned short ws_col;
 *     unsigned short ws_xpixel;
 *     unsigned short ws_ypixel;
 * }
 * }
 */
public final class winsize {
    private winsize() { }

    public static long sizeof() {
        return 8;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(8, 2);
    }

    public static long ws_row$offset() {
        return 0;
    }

    public static short ws_row(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void ws_row(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long ws_col$offset() {
        return 2;
    }

    public static short ws_col(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 2);
    }

    public static void ws_col(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 2, value);
    }

    public static long ws_xpixel$offset() {
        return 4;
    }

    public static short ws_xpixel(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 4);
    }

    public static void ws_xpixel(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 4, value);
    }

    public static long ws_ypixel$offset() {
        return 6;
    }

    public static short ws_ypixel(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 6);
    }

    public static void ws_ypixel(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 6, value);
    }
}
