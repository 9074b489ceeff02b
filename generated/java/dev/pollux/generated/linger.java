// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct linger {
 *     int l_onoff;
 *     int l_linger;
 * }
 * }
 */
public final class linger {
    private linger() { }

    public static long sizeof() {
        return 8;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(8, 4);
    }

    public static long l_onoff$offset() {
        return 0;
    }

    public static int l_onoff(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void l_onoff(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long l_linger$offset() {
        return 4;
    }

    public static int l_linger(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void l_linger(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }
}
