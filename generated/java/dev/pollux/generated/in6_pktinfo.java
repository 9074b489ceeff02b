// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct in6_pktinfo {
 *     struct in6_addr ipi6_addr;
 *     unsigned int ipi6_ifindex;
 * }
 * }
 */
public final class in6_pktinfo {
    private in6_pktinfo() { }

    public static long sizeof() {
        return 20;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(20, 4);
    }

    public static long ipi6_addr$offset() {
        return 0;
    }

    public static long ipi6_ifindex$offset() {
        return 16;
    }

    public static int ipi6_ifindex(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void ipi6_ifindex(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }
}
