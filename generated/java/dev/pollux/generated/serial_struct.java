// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct serial_struct {
 *     int type;
 *     int line;
 *     unsigned int port;
 *     int irq;
 *     int flags;
 *     int xmit_fifo_size;
 *     int custom_divisor;
 *     int baud_base;
 *     unsigned short close_delay;
 *     char io_type;
 *     char reserved_char[1];
 *     int hub6;
 *     unsigned short closing_wait;
 *     unsigned short closing_wait2;
 *     unsigned char *iomem_base;
 *     unsigned short iomem_reg_shift;
 *     unsigned int port_high;
 *     unsigned long iomap_base;
 * }
 * }
 */
public final class serial_struct {
    private serial_struct() { }

    public static long sizeof() {
        return 72;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(72, 8);
    }

    public static long type$offset() {
        return 0;
    }

    public static int type(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void type(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long line$offset() {
        return 4;
    }

    public static int line(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void line(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long port$offset() {
        return 8;
    }

    public static int port(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long irq$offset() {
        return 12;
    }

    public static int irq(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void irq(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long flags$offset() {
        return 16;
    }

    public static int flags(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void flags(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long xmit_fifo_size$offset() {
        return 20;
    }

    public static int xmit_fifo_size(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void xmit_fifo_size(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long custom_divisor$offset() {
        return 24;
    }

    public static int custom_divisor(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void custom_divisor(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long baud_base$offset() {
        return 28;
    }

    public static int baud_base(MemorySegment struct) {
        return struct.get(JAVA_INT, 28);
    }

    public static void baud_base(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 28, value);
    }

    public static long close_delay$offset() {
        return 32;
    }

    public static short close_delay(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 32);
    }

    public static void close_delay(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 32, value);
    }

    public static long io_type$offset() {
        return 34;
    }

    public static byte io_type(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 34);
    }

    public static void io_type(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 34, value);
    }

    public static long reserved_char$offset() {
        return 35;
    }

    public static long hub6$offset() {
        return 36;
    }

    public static int hub6(MemorySegment struct) {
        return struct.get(JAVA_INT, 36);
    }

    public static void hub6(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 36, value);
    }

    public static long closing_wait$offset() {
        return 40;
    }

    public static short closing_wait(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 40);
    }

    public static void closing_wait(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 40, value);
    }

    public static long closing_wait2$offset() {
        return 42;
    }

    public static short closing_wait2(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 42);
    }

    public static void closing_wait2(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 42, value);
    }

    public static long iomem_base$offset() {
        return 48;
    }

    public static MemorySegment iomem_base(MemorySegment struct) {
        return struct.get(ADDRESS, 48);
    }

    public static void iomem_base(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 48, value);
    }

    public static long iomem_reg_shift$offset() {
        return 56;
    }

    public static short iomem_reg_shift(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 56);
    }

    public static void iomem_reg_shift(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 56, value);
    }

    public static long port_high$offset() {
        return 60;
    }

    public static int port_high(MemorySegment struct) {
        return struct.get(JAVA_INT, 60);
    }

    public static void port_high(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 60, value);
    }

    public static long iomap_base$offset() {
        return 64;
    }

    public static long iomap_base(MemorySegment struct) {
        return struct.get(JAVA_LONG, 64);
    }

    public static void iomap_base(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 64, value);
    }
}
