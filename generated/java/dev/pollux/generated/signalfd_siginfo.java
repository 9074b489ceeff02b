// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct signalfd_siginfo {
 *     uint32_t ssi_signo;
 *     int32_t ssi_errno;
 *     int32_t ssi_code;
 *     uint32_t ssi_pid;
 *     uint32_t ssi_uid;
 *     int32_t ssi_fd;
 *     uint32_t ssi_tid;
 *     uint32_t ssi_band;
 *     uint32_t ssi_overrun;
 *     uint32_t ssi_trapno;
 *     int32_t ssi_status;
 *     int32_t ssi_int;
 *     uint64_t ssi_ptr;
 *     uint64_t ssi_utime;
 *     uint64_t ssi_stime;
 *     uint64_t ssi_addr;
 *     uint16_t ssi_addr_lsb;
 *     uint16_t __pad2;
 *     int32_t ssi_syscall;
 *     uint64_t ssi_call_addr;
 *     uint32_t ssi_arch;
 *     uint8_t __pad[28];
 * }
 * }
 */
public final class signalfd_siginfo {
    private signalfd_siginfo() { }

    public static long sizeof() {
        return 128;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(128, 8);
    }

    public static long ssi_signo$offset() {
        return 0;
    }

    public static int ssi_signo(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void ssi_signo(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long ssi_errno$offset() {
        return 4;
    }

    public static int ssi_errno(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void ssi_errno(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long ssi_code$offset() {
        return 8;
    }

    public static int ssi_code(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void ssi_code(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long ssi_pid$offset() {
        return 12;
    }

    public static int ssi_pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void ssi_pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long ssi_uid$offset() {
        return 16;
    }

    public static int ssi_uid(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void ssi_uid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long ssi_fd$offset() {
        return 20;
    }

    public static int ssi_fd(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void ssi_fd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long ssi_tid$offset() {
        return 24;
    }

    public static int ssi_tid(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void ssi_tid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long ssi_band$offset() {
        return 28;
    }

    public static int ssi_band(MemorySegment struct) {
        return struct.get(JAVA_INT, 28);
    }

    public static void ssi_band(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 28, value);
    }

    public static long ssi_overrun$offset() {
        return 32;
    }

    public static int ssi_overrun(MemorySegment struct) {
        return struct.get(JAVA_INT, 32);
    }

    public static void ssi_overrun(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 32, value);
    }

    public static long ssi_trapno$offset() {
        return 36;
    }

    public static int ssi_trapno(MemorySegment struct) {
        return struct.get(JAVA_INT, 36);
    }

    public static void ssi_trapno(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 36, value);
    }

    public static long ssi_status$offset() {
        return 40;
    }

    public static int ssi_status(MemorySegment struct) {
        return struct.get(JAVA_INT, 40);
    }

    public static void ssi_status(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 40, value);
    }

    public static long ssi_int$offset() {
        return 44;
    }

    public static int ssi_int(MemorySegment struct) {
        return struct.get(JAVA_INT, 44);
    }

    public static void ssi_int(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 44, value);
    }

    public static long ssi_ptr$offset() {
        return 48;
    }

    public static long ssi_ptr(MemorySegment struct) {
        return struct.get(JAVA_LONG, 48);
    }

    public static void ssi_ptr(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 48, value);
    }

    public static long ssi_utime$offset() {
        return 56;
    }

    public static long ssi_utime(MemorySegment struct) {
        return struct.get(JAVA_LONG, 56);
    }

    public static void ssi_utime(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 56, value);
    }

    public static long ssi_stime$offset() {
        return 64;
    }

    public static long ssi_stime(MemorySegment struct) {
        return struct.get(JAVA_LONG, 64);
    }

    public static void ssi_stime(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 64, value);
    }

    public static long ssi_addr$offset() {
        return 72;
    }

    public static long ssi_addr(MemorySegment struct) {
        return struct.get(JAVA_LONG, 72);
    }

    public static void ssi_addr(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 72, value);
    }

    public static long ssi_addr_lsb$offset() {
        return 80;
    }

    public static short ssi_addr_lsb(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 80);
    }

    public static void ssi_addr_lsb(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 80, value);
    }

    public static long __pad2$offset() {
        return 82;
    }

    public static short __pad2(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 82);
    }

    public static void __pad2(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 82, value);
    }

    public static long ssi_syscall$offset() {
        return 84;
    }

    public static int ssi_syscall(MemorySegment struct) {
        return struct.get(JAVA_INT, 84);
    }

    public static void ssi_syscall(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 84, value);
    }

    public static long ssi_call_addr$offset() {
        return 88;
    }

    public static long ssi_call_addr(MemorySegment struct) {
        return struct.get(JAVA_LONG, 88);
    }

    public static void ssi_call_addr(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 88, value);
    }

    public static long ssi_arch$offset() {
        return 96;
    }

    public static int ssi_arch(MemorySegment struct) {
        return struct.get(JAVA_INT, 96);
    }

    public static void ssi_arch(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 96, value);
    }

    public static long __pad$offset() {
        return 100;
    }
}
