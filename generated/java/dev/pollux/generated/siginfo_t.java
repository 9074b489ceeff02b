// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct {
 *     int si_signo;
 *     int si_errno;
 *     int si_code;
 *     int __pad0;
 *     union {
 *         int _pad[28];
 *         struct {
 *             __pid_t si_pid;
 *             __uid_t si_uid;
 *         } _kill;
 *         struct {
 *             int si_tid;
 *             int si_overrun;
 *             __sigval_t si_sigval;
 *         } _timer;
 *         struct {
 *             __pid_t si_pid;
 *             __uid_t si_uid;
 *             __sigval_t si_sigval;
 *         } _rt;
 *         struct {
 *             __pid_t si_pid;
 *             __uid_t si_uid;
 *             int si_status;
 *             __clock_t si_utime;
 *             __clock_t si_stime;
 *         } _sigchld;
 *         struct {
 *             void *si_addr;
 *             short si_addr_lsb;
 *             union {
 *                 struct {
 *                     void *_lower;
 *                     void *_upper;
 *                 } _addr_bnd;
 *                 __uint32_t _pkey;
 *             } _bounds;
 *         } _sigfault;
 *         struct {
 *             long si_band;
 *             int si_fd;
 *         } _sigpoll;
 *         struct {
 *             void *_call_addr;
 *             int _syscall;
 *             unsigned int _arch;
 *         } _sigsys;
 *     } _sifields;
 * }
 * }
 */
public final class siginfo_t {
    private siginfo_t() { }

    public static long sizeof() {
        return 128;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(128, 8);
    }

    public static long si_signo$offset() {
        return 0;
    }

    public static int si_signo(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void si_signo(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long si_errno$offset() {
        return 4;
    }

    public static int si_errno(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void si_errno(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long si_code$offset() {
        return 8;
    }

    public static int si_code(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void si_code(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long __pad0$offset() {
        return 12;
    }

    public static int __pad0(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void __pad0(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long _sifields$offset() {
        return 16;
    }

    public static long _sifields$_pad$offset() {
        return 16;
    }

    public static long _sifields$_kill$offset() {
        return 16;
    }

    public static long _sifields$_kill$si_pid$offset() {
        return 16;
    }

    public static int _sifields$_kill$si_pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void _sifields$_kill$si_pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long _sifields$_kill$si_uid$offset() {
        return 20;
    }

    public static int _sifields$_kill$si_uid(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void _sifields$_kill$si_uid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long _sifields$_timer$offset() {
        return 16;
    }

    public static long _sifields$_timer$si_tid$offset() {
        return 16;
    }

    public static int _sifields$_timer$si_tid(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void _sifields$_timer$si_tid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long _sifields$_timer$si_overrun$offset() {
        return 20;
    }

    public static int _sifields$_timer$si_overrun(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void _sifields$_timer$si_overrun(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long _sifields$_timer$si_sigval$offset() {
        return 24;
    }

    public static long _sifields$_rt$offset() {
        return 16;
    }

    public static long _sifields$_rt$si_pid$offset() {
        return 16;
    }

    public static int _sifields$_rt$si_pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void _sifields$_rt$si_pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long _sifields$_rt$si_uid$offset() {
        return 20;
    }

    public static int _sifields$_rt$si_uid(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void _sifields$_rt$si_uid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long _sifields$_rt$si_sigval$offset() {
        return 24;
    }

    public static long _sifields$_sigchld$offset() {
        return 16;
    }

    public static long _sifields$_sigchld$si_pid$offset() {
        return 16;
    }

    public static int _sifields$_sigchld$si_pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void _sifields$_sigchld$si_pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long _sifields$_sigchld$si_uid$offset() {
        return 20;
    }

    public static int _sifields$_sigchld$si_uid(MemorySegment struct) {
        return struct.get(JAVA_INT, 20);
    }

    public static void _sifields$_sigchld$si_uid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 20, value);
    }

    public static long _sifields$_sigchld$si_status$offset() {
        return 24;
    }

    public static int _sifields$_sigchld$si_status(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void _sifields$_sigchld$si_status(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long _sifields$_sigchld$si_utime$offset() {
        return 32;
    }

    public static long _sifields$_sigchld$si_utime(MemorySegment struct) {
        return struct.get(JAVA_LONG, 32);
    }

    public static void _sifields$_sigchld$si_utime(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 32, value);
    }

    public static long _sifields$_sigchld$si_stime$offset() {
        return 40;
    }

    public static long _sifields$_sigchld$si_stime(MemorySegment struct) {
        return struct.get(JAVA_LONG, 40);
    }

    public static void _sifields$_sigchld$si_stime(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 40, value);
    }

    public static long _sifields$_sigfault$offset() {
        return 16;
    }

    public static long _sifields$_sigfault$si_addr$offset() {
        return 16;
    }

    public static MemorySegment _sifields$_sigfault$si_addr(MemorySegment struct) {
        return struct.get(ADDRESS, 16);
    }

    public static void _sifields$_sigfault$si_addr(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 16, value);
    }

    public static long _sifields$_sigfault$si_addr_lsb$offset() {
        return 24;
    }

    public static short _sifields$_sigfault$si_addr_lsb(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 24);
    }

    public static void _sifields$_sigfault$si_addr_lsb(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 24, value);
    }

    public static long _sifields$_sigfault$_bounds$offset() {
        return 32;
    }

    public static long _sifields$_sigfault$_bounds$_addr_bnd$offset() {
        return 32;
    }

    public static long _sifields$_sigfault$_bounds$_addr_bnd$_lower$offset() {
        return 32;
    }

    public static MemorySegment _sifields$_sigfault$_bounds$_addr_bnd$_lower(MemorySegment struct) {
        return struct.get(ADDRESS, 32);
    }

    public static void _sifields$_sigfault$_bounds$_addr_bnd$_lower(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 32, value);
    }

    public static long _sifields$_sigfault$_bounds$_addr_bnd$_upper$offset() {
        return 40;
    }

    public static MemorySegment _sifields$_sigfault$_bounds$_addr_bnd$_upper(MemorySegment struct) {
        return struct.get(ADDRESS, 40);
    }

    public static void _sifields$_sigfault$_bounds$_addr_bnd$_upper(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 40, value);
    }

    public static long _sifields$_sigfault$_bounds$_pkey$offset() {
        return 32;
    }

    public static int _sifields$_sigfault$_bounds$_pkey(MemorySegment struct) {
        return struct.get(JAVA_INT, 32);
    }

    public static void _sifields$_sigfault$_bounds$_pkey(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 32, value);
    }

    public static long _sifields$_sigpoll$offset() {
        return 16;
    }

    public static long _sifields$_sigpoll$si_band$offset() {
        return 16;
    }

    public static long _sifields$_sigpoll$si_band(MemorySegment struct) {
        return struct.get(JAVA_LONG, 16);
    }

    public static void _sifields$_sigpoll$si_band(MemorySegment struct, long value) {
        struct.set(JAVA_LONG, 16, value);
    }

    public static long _sifields$_sigpoll$si_fd$offset() {
        return 24;
    }

    public static int _sifields$_sigpoll$si_fd(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void _sifields$_sigpoll$si_fd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long _sifields$_sigsys$offset() {
        return 16;
    }

    public static long _sifields$_sigsys$_call_addr$offset() {
        return 16;
    }

    public static MemorySegment _sifields$_sigsys$_call_addr(MemorySegment struct) {
        return struct.get(ADDRESS, 16);
    }

    public static void _sifields$_sigsys$_call_addr(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 16, value);
    }

    public static long _sifields$_sigsys$_syscall$offset() {
        return 24;
    }

    public static int _sifields$_sigsys$_syscall(MemorySegment struct) {
        return struct.get(JAVA_INT, 24);
    }

    public static void _sifields$_sigsys$_syscall(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 24, value);
    }

    public static long _sifields$_sigsys$_arch$offset() {
        return 28;
    }

    public static int _sifields$_sigsys$_arch(MemorySegment struct) {
        return struct.get(JAVA_INT, 28);
    }

    public static void _sifields$_sigsys$_arch(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 28, value);
    }
}
