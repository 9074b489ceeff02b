// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct ip_mreqn {
 *     struct in_addr imr_multiaddr;
 *     struct in_addr imr_address;
 *     int imr_ifindex;
 * }
 * }
 */
public final class ip_mreqn {
    private ip_mreqn() { }

    public static long sizeof() {
        return 12;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(12, 4);
    }

    public static long imr_multiaddr$offset() {
        return 0;
    }

    public static long imr_address$offset() {
        return 4;
    }

    public static long imr_ifindex$offset() {
        return 8;
    }

    public static int imr_ifindex(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void imr_ifindex(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }
}
