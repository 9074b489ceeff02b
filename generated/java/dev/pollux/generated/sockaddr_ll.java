// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_ll {
 *     unsigned short sll_family;
 *     __be16 sll_protocol;
 *     int sll_ifindex;
 *     unsigned short sll_hatype;
 *     unsigned char sll_pkttype;
 *     unsigned char sll_halen;
 *     unsigned char sll_addr[8];
 * }
 * }
 */
public final class sockaddr_ll {
    private sockaddr_ll() { }

    public static long sizeof() {
        return 20;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(20, 4);
    }

    public static long sll_family$offset() {
        return 0;
    }

    public static short sll_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void sll_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long sll_protocol$offset() {
        return 2;
    }

    public static short sll_protocol(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 2);
    }

    public static void sll_protocol(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 2, value);
    }

    public static long sll_ifindex$offset() {
        return 4;
    }

    public static int sll_ifindex(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void sll_ifindex(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long sll_hatype$offset() {
        return 8;
    }

    public static short sll_hatype(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 8);
    }

    public static void sll_hatype(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 8, value);
    }

    public static long sll_pkttype$offset() {
        return 10;
    }

    public static byte sll_pkttype(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 10);
    }

    public static void sll_pkttype(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 10, value);
    }

    public static long sll_halen$offset() {
        return 11;
    }

    public static byte sll_halen(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 11);
    }

    public static void sll_halen(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 11, value);
    }

    public static long sll_addr$offset() {
        return 12;
    }
}
