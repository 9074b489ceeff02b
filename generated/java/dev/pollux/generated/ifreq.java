// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct ifreq {
 *     union {
 *         char ifrn_name[16];
 *     } ifr_ifrn;
 *     union {
 *         struct sockaddr ifru_addr;
 *         struct sockaddr ifru_dstaddr;
 *         struct sockaddr ifru_broadaddr;
 *         struct sockaddr ifru_netmask;
 *         struct sockaddr ifru_hwaddr;
 *         short ifru_flags;
 *         int ifru_ivalue;
 *         int ifru_mtu;
 *         struct ifmap ifru_map;
 *         char ifru_slave[16];
 *         char ifru_newname[16];
 *         __caddr_t ifru_data;
 *     } ifr_ifru;
 * }
 * }
 */
public final class ifreq {
    private ifreq() { }

    public static long sizeof() {
        return 40;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(40, 8);
    }

    public static long ifr_ifrn$offset() {
        return 0;
    }

    public static long ifr_ifrn$ifrn_name$offset() {
        return 0;
    }

    public static long ifr_ifru$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_addr$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_dstaddr$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_broadaddr$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_netmask$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_hwaddr$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_flags$offset() {
        return 16;
    }

    public static short ifr_ifru$ifru_flags(MemorySegment struct) {
        return struct.get(JAVA_SHORT, 16);
    }

    public static void ifr_ifru$ifru_flags(MemorySegment struct, short value) {
        struct.set(JAVA_SHORT, 16, value);
    }

    public static long ifr_ifru$ifru_ivalue$offset() {
        return 16;
    }

    public static int ifr_ifru$ifru_ivalue(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void ifr_ifru$ifru_ivalue(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long ifr_ifru$ifru_mtu$offset() {
        return 16;
    }

    public static int ifr_ifru$ifru_mtu(MemorySegment struct) {
        return struct.get(JAVA_INT, 16);
    }

    public static void ifr_ifru$ifru_mtu(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 16, value);
    }

    public static long ifr_ifru$ifru_map$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_slave$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_newname$offset() {
        return 16;
    }

    public static long ifr_ifru$ifru_data$offset() {
        return 16;
    }

    public static MemorySegment ifr_ifru$ifru_data(MemorySegment struct) {
        return struct.get(ADDRESS, 16);
    }

    public static void ifr_ifru$ifru_data(MemorySegment struct, MemorySegment value) {
        struct.set(ADDRESS, 16, value);
    }
}
