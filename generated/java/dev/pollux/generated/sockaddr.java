// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr {
 *     sa_family_t sa_family;
 *     char sa_data[14];
 * }
 * }
 */
public final class sockaddr {
    private sockaddr() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 2);
    }

    public static long sa_family$offset() {
        return 0;
    }

    public static short sa_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void sa_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long sa_data$offset() {
        return 2;
    }
}
