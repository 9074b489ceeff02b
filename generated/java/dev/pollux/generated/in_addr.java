// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct in_addr {
 *     in_addr_t s_addr;
 * }
 * }
 */
public final class in_addr {
    private in_addr() { }

    public static long sizeof() {
        return 4;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(4, 4);
    }

    public static long s_addr$offset() {
        return 0;
    }

    public static int s_addr(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void s_addr(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }
}
