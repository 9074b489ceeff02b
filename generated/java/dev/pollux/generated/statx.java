// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct statx {
 *     __u32 stx_mask;
 *     __u32 stx_blksize;
 *     __u64 stx_attributes;
 *     __u32 stx_nlink;
 *     __u32 stx_uid;
 *     __u32 stx_gid;
 *     __u16 stx_mode;
 *     __u16 __spare0[1];
 *     __u64 stx_ino;
 *     __u64 stx_size;
 *     __u64 stx_blocks;
 *     __u64 stx_attributes_mask;
 *     struct statx_timestamp stx_atime;
 *     struct statx_timestamp stx_btime;
 *     struct statx_timestamp stx_ctime;
 *     struct statx_timestamp stx_mtime;
 *     __u32 stx_rdev_major;
 *     __u32 stx_rdev_minor;
 *     __u32 stx_dev_major;
 *     __u32 stx_dev_minor;
 *     __u64 stx_mnt_id;
 *     __u32 stx_dio_mem_align;
 *     __u32 stx_dio_offset_align;
 *     __u64 __spare3[12];
 * }
 * }
 */
public final class statx {
    private statx() { }

    public static long sizeof() {
        return 256;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(256, 8);
    }

    public static long stx_mask$offset() {
        return 0;
    }

    public static int stx_mask(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void stx_mask(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long stx_blksize$offset() {
        return 4;
    }

    public static int stx_blksize(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void stx_blksize(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long stx_attributes$offset() {
        return 8;
    }

    public static long stx_attributes(MemorySegment struct) {
        return struct.get(JAVA_LONG, 8);
    }

    public static void stx_attributes(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 8, value);
    }

    public static long stx_nlink$offset() {
        return 16;
    }

    public static int stx_nlink(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void stx_nlink(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long stx_uid$offset() {
        return 20;
    }

    public static int stx_uid(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void stx_uid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long stx_gid$offset() {
        return 24;
    }

    public static int stx_gid(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void stx_gid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long stx_mode$offset() {
        return 28;
    }

    public static short stx_mode(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 28);
    }

    public static void stx_mode(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 28, value);
    }

    public static long __spare0$offset() {
        return 30;
    }

    public static long stx_ino$offset() {
        return 32;
    }

    public static long stx_ino(MemorySegment struct) {
        return struct.get(JAVA_LONG, 32);
    }

    public static void stx_ino(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 32, value);
    }

    public static long stx_size$offset() {
        return 40;
    }

    public static long stx_size(MemorySegment struct) {
        return struct.get(JAVA_LONG, 40);
    }

    public static void stx_size(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 40, value);
    }

    public static long stx_blocks$offset() {
        return 48;
    }

    public static long stx_blocks(MemorySegment struct) {
        return struct.get(JAVA_LONG, 48);
    }

    public static void stx_blocks(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 48, value);
    }

    public static long stx_attributes_mask$offset() {
        return 56;
    }

    public static long stx_attributes_mask(MemorySegment struct) {
        return struct.get(JAVA_LONG, 56);
    }

    public static void stx_attributes_mask(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 56, value);
    }

    public static long stx_atime$offset() {
        return 64;
    }

    public static long stx_btime$offset() {
        return 80;
    }

    public static long stx_ctime$offset() {
        return 96;
    }

    public static long stx_mtime$offset() {
        return 112;
    }

    public static long stx_rdev_major$offset() {
        return 128;
    }

    public static int stx_rdev_major(MemorySegment struct) {
        return struct.get(JAVA_INT, 128);
    }

    public static void stx_rdev_major(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 128, value);
    }

    public static long stx_rdev_minor$offset() {
        return 132;
    }

    public static int stx_rdev_minor(MemorySegment struct) {
        return struct.get(JAVA_INT, 132);
    }

    public static void stx_rdev_minor(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 132, value);
    }

    public static long stx_dev_major$offset() {
        return 136;
    }

    public static int stx_dev_major(MemorySegment struct) {
        return struct.get(JAVA_INT, 136);
    }

    public static void stx_dev_major(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 136, value);
    }

    public static long stx_dev_minor$offset() {
        return 140;
    }

    public static int stx_dev_minor(MemorySegment struct) {
        return struct.get(JAVA_INT, 140);
    }

    public static void stx_dev_minor(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 140, value);
    }

    public static long stx_mnt_id$offset() {
        return 144;
    }

    public static long stx_mnt_id(MemorySegment struct) {
        return struct.get(JAVA_LONG, 144);
    }

    public static void stx_mnt_id(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 144, value);
    }

    public static long stx_dio_mem_align$offset() {
        return 152;
    }

    public static int stx_dio_mem_align(MemorySegment struct) {
        return struct.get(JAVA_INT, 152);
    }

    public static void stx_dio_mem_align(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 152, value);
    }

    public static long stx_dio_offset_align$offset() {
        return 156;
    }

    public static int stx_dio_offset_align(MemorySegment struct) {
        return struct.get(JAVA_INT, 156);
    }

    public static void stx_dio_offset_align(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 156, value);
    }

    public static long __spare3$offset() {
        return 160;
    }
}
