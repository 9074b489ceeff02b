// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_storage {
 *     sa_family_t ss_family;
 *     char __ss_padding[118];
 *     unsigned long __ss_align;
 * }
 * }
 */
public final class sockaddr_storage {
    private sockaddr_storage() { }

    public static long sizeof() {
        return 128;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(128, 8);
    }

    public static long ss_family$offset() {
        return 0;
    }

    public static short ss_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void ss_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long __ss_padding$offset() {
        return 2;
    }

    public static long __ss_align$offset() {
        return 120;
    }

    public static long __ss_align(MemorySegment struct) {
        return struct.get(JAVA_LONG, 120);
    }

    public static void __ss_align(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 120, value);
    }
}
