// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_can {
 *     __kernel_sa_family_t can_family;
 *     int can_ifindex;
 *     union {
 *         struct {
 *             canid_t rx_id;
 *             canid_t tx_id;
 *         } tp;
 *         struct {
 *             __u64 name;
 *             __u32 pgn;
 *             __u8 addr;
 *         } j1939;
 *     } can_addr;
 * }
 * }
 */
public final class sockaddr_can {
    private sockaddr_can() { }

    public static long sizeof() {
        return 24;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(24, 8);
    }

    public static long can_family$offset() {
        return 0;
    }

    public static short can_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void can_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long can_ifindex$offset() {
        return 4;
    }

    public static int can_ifindex(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void can_ifindex(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long can_addr$offset() {
        return 8;
    }

    public static long can_addr$tp$offset() {
        return 8;
    }

    public static long can_addr$tp$rx_id$offset() {
        return 8;
    }

    public static int can_addr$tp$rx_id(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void can_addr$tp$rx_id(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long can_addr$tp$tx_id$offset() {
        return 12;
    }

    public static int can_addr$tp$tx_id(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void can_addr$tp$tx_id(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long can_addr$j1939$offset() {
        return 8;
    }

    public static long can_addr$j1939$name$offset() {
        return 8;
    }

    public static long can_addr$j1939$name(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void can_addr$j1939$name(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }

    public static long can_addr$j1939$pgn$offset() {
        return 16;
    }

    public static int can_addr$j1939$pgn(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void can_addr$j1939$pgn(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long can_addr$j1939$addr$offset() {
        return 20;
    }

    public static byte can_addr$j1939$addr(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 20);
    }

    public static void can_addr$j1939$addr(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 20, value);
    }
}
