// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct termios2 {
 *     tcflag_t c_iflag;
 *     tcflag_t c_oflag;
 *     tcflag_t c_cflag;
 *     tcflag_t c_lflag;
 *     cc_t c_line;
 *     cc_t c_cc[19];
 *     speed_t c_ispeed;
 *     speed_t c_ospeed;
 * }
 * }
 */
public final class termios2 {
    private termios2() { }

    public static long sizeof() {
        return 44;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(44, 4);
    }

    public static long c_iflag$offset() {
        return 0;
    }

    public static int c_iflag(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void c_iflag(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long c_oflag$offset() {
        return 4;
    }

    public static int c_oflag(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void c_oflag(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long c_cflag$offset() {
        return 8;
    }

    public static int c_cflag(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void c_cflag(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long c_lflag$offset() {
        return 12;
    }

    public static int c_lflag(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void c_lflag(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long c_line$offset() {
        return 16;
    }

    public static byte c_line(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 16);
    }

    public static void c_line(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 16, value);
    }

    public static long c_cc$offset() {
        return 17;
    }

    public static long c_ispeed$offset() {
        return 36;
    }

    public static int c_ispeed(MemorySegment struct) {
        return struct.get(JAVA_INT, 36);
    }

    public static void c_ispeed(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 36, value);
    }

    public static long c_ospeed$offset() {
        return 40;
    }

    public static int c_ospeed(MemorySegment struct) {
        return struct.get(JAVA_INT, 40);
    }

    public static void c_ospeed(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 40, value);
    }
}
