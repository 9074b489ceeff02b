// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct serial_icounter_struct {
 *     int cts;
 *     int dsr;
 *     int rng;
 *     int dcd;
 *     int rx;
 *     int tx;
 *     int frame;
 *     int overrun;
 *     int parity;
 *     int brk;
 *     int buf_overrun;
 *     int reserved[9];
 * }
 * }
 */
public final class serial_icounter_struct {
    private serial_icounter_struct() { }

    public static long sizeof() {
        return 80;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(80, 4);
    }

    public static long cts$offset() {
        return 0;
    }

    public static int cts(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void cts(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long dsr$offset() {
        return 4;
    }

    public static int dsr(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void dsr(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long rng$offset() {
        return 8;
    }

    public static int rng(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void rng(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long dcd$offset() {
        return 12;
    }

    public static int dcd(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void dcd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long rx$offset() {
        return 16;
    }

    public static int rx(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void rx(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long tx$offset() {
        return 20;
    }

    public static int tx(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void tx(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long frame$offset() {
        return 24;
    }

    public static int frame(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void frame(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long overrun$offset() {
        return 28;
    }

    public static int overrun(MemorySegment struct) {
        return struct.get(JAVA_INT, 28);
    }

    public static void overrun(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 28, value);
    }

    public static long parity$offset() {
        return 32;
    }

    public static int parity(MemorySegment struct) {
        return struct.get(JAVA_INT, 32);
    }

    public static void parity(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 32, value);
    }

    public static long brk$offset() {
        return 36;
    }

    public static int brk(MemorySegment struct) {
        return struct.get(JAVA_INT, 36);
    }

    public static void brk(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 36, value);
    }

    public static long buf_overrun$offset() {
        return 40;
    }

    public static int buf_overrun(MemorySegment struct) {
        return struct.get(JAVA_INT, 40);
    }

    public static void buf_overrun(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 40, value);
    }

    public static long reserved$offset() {
        return 44;
    }
}
