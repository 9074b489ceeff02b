// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct group_source_req {
 *     uint32_t gsr_interface;
 *     struct sockaddr_storage gsr_group;
 *     struct sockaddr_storage gsr_source;
 * }
 * }
 */
public final class group_source_req {
    private group_source_req() { }

    public static long sizeof() {
        return 264;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(264, 8);
    }

    public static long gsr_interface$offset() {
        return 0;
    }

    public static int gsr_interface(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void gsr_interface(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long gsr_group$offset() {
        return 8;
    }

    public static long gsr_source$offset() {
        return 136;
    }
}
