// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_un {
 *     sa_family_t sun_family;
 *     char sun_path[108];
 * }
 * }
 */
public final class sockaddr_un {
    private sockaddr_un() { }

    public static long sizeof() {
        return 110;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(110, 2);
    }

    public static long sun_family$offset() {
        return 0;
    }

    public static short sun_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void sun_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long sun_path$offset() {
        return 2;
    }
}
