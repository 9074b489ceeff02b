// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct mmsghdr {
 *     struct msghdr msg_hdr;
 *     unsigned int msg_len;
 * }
 * }
 */
public final class mmsghdr {
    private mmsghdr() { }

    public static long sizeof() {
        return 64;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(64, 8);
    }

    public static long msg_hdr$offset() {
        return 0;
    }

    public static long msg_len$offset() {
        return 56;
    }

    public static int msg_len(MemorySegment struct) {
        return struct.get(JAVA_INT, 56);
    }

    public static void msg_len(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 56, value);
    }
}
