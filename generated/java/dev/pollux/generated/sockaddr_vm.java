// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct sockaddr_vm {
 *     __kernel_sa_family_t svm_family;
 *     unsigned short svm_reserved1;
 *     unsigned int svm_port;
 *     unsigned int svm_cid;
 *     __u8 svm_flags;
 *     unsigned char svm_zero[3];
 * }
 * }
 */
public final class sockaddr_vm {
    private sockaddr_vm() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 4);
    }

    public static long svm_family$offset() {
        return 0;
    }

    public static short svm_family(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 0);
    }

    public static void svm_family(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 0, value);
    }

    public static long svm_reserved1$offset() {
        return 2;
    }

    public static short svm_reserved1(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 2);
    }

    public static void svm_reserved1(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 2, value);
    }

    public static long svm_port$offset() {
        return 4;
    }

    public static int svm_port(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void svm_port(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long svm_cid$offset() {
        return 8;
    }

    public static int svm_cid(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void svm_cid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long svm_flags$offset() {
        return 12;
    }

    public static byte svm_flags(MemorySegment struct) {
        return struct.get(JAVA_BYTE, 12);
    }

    public static void svm_flags(MemorySegment struct, byte value) {
        struct.set(JAVA_BYTE, 12, value);
    }

    public static long svm_zero$offset() {
        return 13;
    }
}
