// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated.riscv64;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct epoll_event {
 *     uint32_t events;
 *     epoll_data_t data;
 * }
 * }
 */
public final class epoll_event {
    private epoll_event() { }

    public static long sizeof() {
        return 16;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(16, 8);
    }

    public static long events$offset() {
        return 0;
    }

    public static int events(MemorySegment struct) {
        return struct.get(JAVA_INT, 0);
    }

    public static void events(MemorySegment struct, int value) {
        struct.set(JAVA_INT, 0, value);
    }

    public static long data$offset() {
        return 8;
    }
}
