// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct in6_addr {
 *     union {
 *         uint8_t __u6_addr8[16];
 *         uint16_t __u6_addr16[8];
 *         uint32_t __u6_addr32[4];
 *     } __in6_u;
 * }
 * }
 */
public final class in6_addr {
    private in6_addr() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 4);
    }

    public static long __in6_u$offset() {
        return 0;
    }

    public static long __in6_u$__u6_addr8$offset() {
        return 0;
    }

    public static long __in6_u$__u6_addr16$offset() {
        return 0;
    }

    public static long __in6_u$__u6_addr32$offset() {
        return 0;
    }
}
