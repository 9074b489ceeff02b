// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_in6 {
 *     sa_family_t sin6_family;
 *     in_port_t sin6_port;
 *     uint32_t sin6_flowinfo;
 *     struct in6_addr sin6_addr;
 *     uint32_t sin6_scope_id;
 * }
 * }
 */
public final class sockaddr_in6 {
    private sockaddr_in6() { }

    public static long sizeof() {
        return 28;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(28, 4);
    }

    public static long sin6_family$offset() {
        return 0;
    }

    public static short sin6_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void sin6_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long sin6_port$offset() {
        return 2;
    }

    public static short sin6_port(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 2);
    }

    public static void sin6_port(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 2, value);
    }

    public static long sin6_flowinfo$offset() {
        return 4;
    }

    public static int sin6_flowinfo(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void sin6_flowinfo(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long sin6_addr$offset() {
        return 8;
    }

    public static long sin6_scope_id$offset() {
        return 24;
    }

    public static int sin6_scope_id(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void sin6_scope_id(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }
}
