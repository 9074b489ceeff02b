// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct f_owner_ex {
 *     enum __pid_type type;
 *     __pid_t pid;
 * }
 * }
 */
public final class f_owner_ex {
    private f_owner_ex() { }

    public static long sizeof() {
        return 8;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(8, 4);
    }

    public static long type$offset() {
        return 0;
    }

    public static int type(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void type(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long pid$offset() {
        return 4;
    }

    public static int pid(MemorySegment struct) {
        return struct.get(JAVA_INT, 4);
    }

    public static void pid(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 4, value);
    }
}
