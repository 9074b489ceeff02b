// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct ucred {
 *     pid_t pid;
 *     uid_t uid;
 *     gid_t gid;
 * }
 * }
 */
public final class ucred {
    private ucred() { }

    public static long sizeof() {
        return 12;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(12, 4);
    }

    public static long pid$offset() {
        return 0;
    }

    public static int pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long uid$offset() {
        return 4;
    }

    public static int uid(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void uid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }

    public static long gid$offset() {
        return 8;
    }

    public static int gid(MemorySegment struct) {
        return struct.get(JAVA_INT, 8);
    }

    public static void gid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 8, value);
    }
}
