// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sock_extended_err {
 *     __u32 ee_errno;
 *     __u8 ee_origin;
 *     __u8 ee_type;
 *     __u8 ee_code;
 *     __u8 ee_pad;
 *     __u32 ee_info;
 *     union {
 *         __u32 ee_data;
 *         struct sock_ee_data_rfc4884 ee_rfc4884;
 *     };
 * }
 * }
 */
public final class sock_extended_err {
    private sock_extended_err() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 4);
    }

    public static long ee_errno$offset() {
        return 0;
    }

    public static int ee_errno(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void ee_errno(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long ee_origin$offset() {
        return 4;
    }

    public static byte ee_origin(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 4);
    }

    public static void ee_origin(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 4, value);
    }

    public static long ee_type$offset() {
        return 5;
    }

    public static byte ee_type(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 5);
    }

    public static void ee_type(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 5, value);
    }

    public static long ee_code$offset() {
        return 6;
    }

    public static byte ee_code(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 6);
    }

    public static void ee_code(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 6, value);
    }

    public static long ee_pad$offset() {
        return 7;
    }

    public static byte ee_pad(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 7);
    }

    public static void ee_pad(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 7, value);
    }

    public static long ee_info$offset() {
        return 8;
    }

    public static int ee_info(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void ee_info(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long ee_data$offset() {
        return 12;
    }

    public static int ee_data(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void ee_data(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long ee_rfc4884$offset() {
        return 12;
    }
}
