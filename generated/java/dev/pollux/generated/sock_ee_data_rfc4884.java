// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sock_ee_data_rfc4884 {
 *     __u16 len;
 *     __u8 flags;
 *     __u8 reserved;
 * }
 * }
 */
public final class sock_ee_data_rfc4884 {
    private sock_ee_data_rfc4884() { }

    public static long sizeof() {
        return 4;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(4, 2);
    }

    public static long len$offset() {
        return 0;
    }

    public static short len(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void len(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long flags$offset() {
        return 2;
    }

    public static byte flags(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 2);
    }

    public static void flags(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 2, value);
    }

    public static long reserved$offset() {
        return 3;
    }

    public static byte reserved(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 3);
    }

    public static void reserved(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 3, value);
    }
}
