// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct ifmap {
 *     unsigned long mem_start;
 *     unsigned long mem_end;
 *     unsigned short base_addr;
 *     unsigned char irq;
 *     unsigned char dma;
 *     unsigned char port;
 * }
 * }
 */
public final class ifmap {
    private ifmap() { }

    public static long sizeof() {
        return 24;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(24, 8);
    }

    public static long mem_start$offset() {
        return 0;
    }

    public static long mem_start(MemorySegment struct) {
        return struct.get(JAVA_LONG, 0);
    }

    public static void mem_start(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 0, value);
    }

    public static long mem_end$offset() {
        return 8;
    }

    public static long mem_end(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void mem_end(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }

    public static long base_addr$offset() {
        return 16;
    }

    public static short base_addr(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 16);
    }

    public static void base_addr(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 16, value);
    }

    public static long irq$offset() {
        return 18;
    }

    public static byte irq(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 18);
    }

    public static void irq(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 18, value);
    }

    public static long dma$offset() {
        return 19;
    }

    public static byte dma(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 19);
    }

    public static void dma(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 19, value);
    }

    public static long port$offset() {
        return 20;
    }

    public static byte port(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 20);
    }

    public static void port(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 20, value);
    }
}
