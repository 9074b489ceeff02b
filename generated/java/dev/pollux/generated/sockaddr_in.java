// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_in {
 *     sa_family_t sin_family;
 *     in_port_t sin_port;
 *     struct in_addr sin_addr;
 *     unsigned char sin_zero[8];
 * }
 * }
 */
public final class sockaddr_in {
    private sockaddr_in() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 4);
    }

    public static long sin_family$offset() {
        return 0;
    }

    public static short sin_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void sin_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long sin_port$offset() {
        return 2;
    }

    public static short sin_port(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 2);
    }

    public static void sin_port(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 2, value);
    }

    public static long sin_addr$offset() {
        return 4;
    }

    public static long sin_zero$offset() {
        return 8;
    }
}
