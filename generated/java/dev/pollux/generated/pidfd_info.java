// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct pidfd_info {
 *     __u64 mask;
 *     __u64 cgroupid;
 *     __u32 pid;
 *     __u32 tgid;
 *     __u32 ppid;
 *     __u32 ruid;
 *     __u32 rgid;
 *     __u32 euid;
 *     __u32 egid;
 *     __u32 suid;
 *     __u32 sgid;
 *     __u32 fsuid;
 *     __u32 fsgid;
 *     __s32 exit_code;
 * }
 * }
 */
public final class pidfd_info {
    private pidfd_info() { }

    public static long sizeof() {
        return 64;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(64, 8);
    }

    public static long mask$offset() {
        return 0;
    }

    public static long mask(MemorySegment struct) {
        return struct.get(JAVA_LONG, 0);
    }

    public static void mask(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 0, value);
    }

    public static long cgroupid$offset() {
        return 8;
    }

    public static long cgroupid(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void cgroupid(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }

    public static long pid$offset() {
        return 16;
    }

    public static int pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long tgid$offset() {
        return 20;
    }

    public static int tgid(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void tgid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long ppid$offset() {
        return 24;
    }

    public static int ppid(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void ppid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long ruid$offset() {
        return 28;
    }

    public static int ruid(MemorySegment struct) {
        return struct.get(JAVA_INT, 28);
    }

    public static void ruid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 28, value);
    }

    public static long rgid$offset() {
        return 32;
    }

    public static int rgid(MemorySegment struct) {
        return struct.get(JAVA_INT, 32);
    }

    public static void rgid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 32, value);
    }

    public static long euid$offset() {
        return 36;
    }

    public static int euid(MemorySegment struct) {
        return struct.get(JAVA_INT, 36);
    }

    public static void euid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 36, value);
    }

    public static long egid$offset() {
        return 40;
    }

    public static int egid(MemorySegment struct) {
        return struct.get(JAVA_INT, 40);
    }

    public static void egid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 40, value);
    }

    public static long suid$offset() {
        return 44;
    }

    public static int suid(MemorySegment struct) {
        return struct.get(JAVA_INT, 44);
    }

    public static void suid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 44, value);
    }

    public static long sgid$offset() {
        return 48;
    }

    public static int sgid(MemorySegment struct) {
        return struct.get(JAVA_INT, 48);
    }

    public static void sgid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 48, value);
    }

    public static long fsuid$offset() {
        return 52;
    }

    public static int fsuid(MemorySegment struct) {
        return struct.get(JAVA_INT, 52);
    }

    public static void fsuid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 52, value);
    }

    public static long fsgid$offset() {
        return 56;
    }

    public static int fsgid(MemorySegment struct) {
        return struct.get(JAVA_INT, 56);
    }

    public static void fsgid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 56, value);
    }

    public static long exit_code$offset() {
        return 60;
    }

    public static int exit_code(MemorySegment struct) {
        return struct.get(JAVA_INT, 60);
    }

    public static void exit_code(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 60, value);
    }
}
