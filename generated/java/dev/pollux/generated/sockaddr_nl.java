// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_nl {
 *     __kernel_sa_family_t nl_family;
 *     unsigned short nl_pad;
 *     __u32 nl_pid;
 *     __u32 nl_groups;
 * }
 * }
 */
public final class sockaddr_nl {
    private sockaddr_nl() { }

    public static long sizeof() {
        return 12;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(12, 4);
    }

    public static long nl_family$offset() {
        return 0;
    }

    public static short nl_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void nl_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long nl_pad$offset() {
        return 2;
    }

    public static short nl_pad(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 2);
    }

    public static void nl_pad(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 2, value);
    }

    public static long nl_pid$offset() {
        return 4;
    }

    public static int nl_pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void nl_pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long nl_groups$offset() {
        return 8;
    }

    public static int nl_groups(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void nl_groups(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }
}
