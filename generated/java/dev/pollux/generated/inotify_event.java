// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct inotify_event {
 *     int wd;
 *     uint32_t mask;
 *     uint32_t cookie;
 *     uint32_t len;
 *     char name[];
 * }
 * }
 */
public final class inotify_event {
    private inotify_event() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 4);
    }

    public static long wd$offset() {
        return 0;
    }

    public static int wd(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void wd(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long mask$offset() {
        return 4;
    }

    public static int mask(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void mask(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long cookie$offset() {
        return 8;
    }

    public static int cookie(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void cookie(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }

    public static long len$offset() {
        return 12;
    }

    public static int len(MemorySegment struct) {
        return struct.get(JAVA_INT, 12);
    }

    public static void len(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 12, value);
    }

    public static long name$offset() {
        return 16;
    }
}
