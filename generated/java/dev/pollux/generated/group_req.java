// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct group_req {
 *     uint32_t gr_interface;
 *     struct sockaddr_storage gr_group;
 * }
 * }
 */
public final class group_req {
    private group_req() { }

    public static long sizeof() {
        return 136;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(136, 8);
    }

    public static long gr_interface$offset() {
        return 0;
    }

    public static int gr_interface(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void gr_interface(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long gr_group$offset() {
        return 8;
    }
}
