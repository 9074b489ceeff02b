// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct tpacket_stats {
 *     unsigned int tp_packets;
 *     unsigned int tp_drops;
 * }
 * }
 */
public final class tpacket_stats {
    private tpacket_stats() { }

    public static long sizeof() {
        return 8;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(8, 4);
    }

    public static long tp_packets$offset() {
        return 0;
    }

    public static int tp_packets(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void tp_packets(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long tp_drops$offset() {
        return 4;
    }

    public static int tp_drops(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void tp_drops(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }
}
