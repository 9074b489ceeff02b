// Written by generated/regenerate from what jextract made of C's headers. Do not edit.

package dev.pollux.generated;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * {@snippet lang=c :
 * struct itimerspec {
 *     struct timespec it_interval;
 *     struct timespec it_value;
 * }
 * }
 */
public final class itimerspec {
    private itimerspec() { }

    public static long sizeof() {
        return 32;
    }

    public static MemorySegment allocate(SegmentAllocator allocator) {
        return allocator.allocate(32, 8);
    }

    public static long it_interval$offset() {
        return 0;
    }

    public static long it_value$offset() {
        return 16;
    }
}
