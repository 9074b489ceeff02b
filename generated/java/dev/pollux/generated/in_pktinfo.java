// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct in_pktinfo {
 *     int ipi_ifindex;
 *     struct in_addr ipi_spec_dst;
 *     struct in_addr ipi_addr;
 * }
 * }
 */
public final class in_pktinfo {
    private in_pktinfo() { }

    public static long sizeof() {
        return 12;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(12, 4);
    }

    public static long ipi_ifindex$offset() {
        return 0;
    }

    public static int ipi_ifindex(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void ipi_ifindex(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long ipi_spec_dst$offset() {
        return 4;
    }

    public static long ipi_addr$offset() {
        return 8;
    }
}
