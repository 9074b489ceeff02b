package dev.pollux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** What the kernel may be given: FFM checks bounds and lifetime by itself, but not these two. */
final class Memory {
    private static final Thread STRANGER = new Thread(null, null, "never started", 0, false);

    private Memory() { }

    /** Whether another thread can use this segment, too. */
    static boolean isShared(MemorySegment segment) {
        return segment.isAccessibleBy(STRANGER);
    }

    /** What is in memory that may be confined to the calling thread, for another one; nothing stays nothing. */
    static byte @Nullable [] copy(@Nullable MemorySegment segment) {
        return segment == null ? null : segment.toArray(ValueLayout.JAVA_BYTE);
    }

    static void requireNative(MemorySegment segment) {
        if (!segment.isNative()) {
            throw new IllegalArgumentException("the kernel cannot use memory on the Java heap; take it from an Arena");
        }
    }

    static void requireWritable(MemorySegment segment) {
        requireNative(segment);
        if (segment.isReadOnly()) {
            throw new IllegalArgumentException("the kernel would write into a read-only segment");
        }
    }
}
