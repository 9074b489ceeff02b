// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct packet_mreq {
 *     int mr_ifindex;
 *     unsigned short mr_type;
 *     unsigned short mr_alen;
 *     unsigned char mr_address[8];
 * }
 * }
 */
public final class packet_mreq {
    private packet_mreq() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 4);
    }

    public static long mr_ifindex$offset() {
        return 0;
    }

    public static int mr_ifindex(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void mr_ifindex(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long mr_type$offset() {
        return 4;
    }

    public static short mr_type(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 4);
    }

    public static void mr_type(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 4, value);
    }

    public static long mr_alen$offset() {
        return 6;
    }

    public static short mr_alen(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 6);
    }

    public static void mr_alen(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 6, value);
    }

    public static long mr_address$offset() {
        return 8;
    }
}
