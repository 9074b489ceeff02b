package dev.pollux;

import dev.pollux.generated.iovec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * An array of {@code struct iovec} somewhere in memory of the caller's. What it points to is a number to the JVM, which
 * keeps alive only the array, by its scope: so all of it has that scope, or the global one.
 */
final class IoVecArray {
    /** {@code UIO_MAXIOV}: what the kernel takes at most. */
    static final int MOST = 1024;
    static final long BYTES_EACH = iovec.sizeof();

    private static final long BASE = iovec.iov_base$offset();
    private static final long LENGTH = iovec.iov_len$offset();
    private static final MemorySegment.Scope GLOBAL = Arena.global().scope();

    private final MemorySegment segment;
    private final long from;
    private final int capacity;
    private int count;
    private boolean readOnly;

    IoVecArray(MemorySegment segment, long from, int capacity) {
        this.segment = segment;
        this.from = from;
        this.capacity = capacity;
    }

    int capacity() {
        return capacity;
    }

    int count() {
        return count;
    }

    /** How many bytes all of them have; of more than a long can tell, as many as that can. */
    long byteSize() {
        long sum = 0;
        for (int i = 0; i < count && sum >= 0; i++) {
            sum += length(i);
        }
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    void clear() {
        count = 0;
        readOnly = false;
    }

    /** Nothing changes if it is refused. */
    void set(MemorySegment buffer) {
        requireOurs(buffer, segment, "the buffer");
        clear();
        put(buffer, 0, buffer.byteSize());
    }

    /** Nothing changes if one of them is refused. */
    void set(MemorySegment[] buffers) {
        if (buffers.length > capacity) {
            throw full();
        }
        for (MemorySegment buffer : buffers) {
            requireOurs(buffer, segment, "a buffer");
        }
        clear();
        for (MemorySegment buffer : buffers) {
            put(buffer, 0, buffer.byteSize());
        }
    }

    void add(MemorySegment buffer, long offset, long bytes) {
        if (count == capacity) {
            throw full();
        }
        requireOurs(buffer, segment, "a buffer");
        put(buffer, offset, bytes);
    }

    private IllegalArgumentException full() {
        return new IllegalArgumentException("there is room for " + capacity + " buffers: allocate it for more");
    }

    private void put(MemorySegment buffer, long offset, long bytes) {
        put(count++, buffer.address() + offset, bytes);
        readOnly |= buffer.isReadOnly();
    }

    private void put(int index, long address, long bytes) {
        long at = from + index * BYTES_EACH;
        segment.set(ValueLayout.JAVA_LONG, at + BASE, address);
        segment.set(ValueLayout.JAVA_LONG, at + LENGTH, bytes);
    }

    private long address(int index) {
        return segment.get(ValueLayout.JAVA_LONG, from + index * BYTES_EACH + BASE);
    }

    private long length(int index) {
        return segment.get(ValueLayout.JAVA_LONG, from + index * BYTES_EACH + LENGTH);
    }

    /** Takes away what a call has moved; at most what there is. */
    void advance(long bytes) {
        int first = 0;
        long left = bytes;
        while (first < count && left >= length(first)) {
            left -= length(first++);
        }
        if (first < count) {
            put(first, address(first) + left, length(first) - left);
        }
        count -= first;
        MemorySegment.copy(segment, from + first * BYTES_EACH, segment, from, count * BYTES_EACH);
    }

    void requireWritable() {
        if (readOnly) {
            throw new IllegalArgumentException("the kernel would write into a read-only segment");
        }
    }

    /** Refuses what would not be kept alive by a call that does so with {@code array}. */
    static void requireOurs(MemorySegment segment, MemorySegment array, String what) {
        Memory.requireNative(segment);
        MemorySegment.Scope scope = segment.scope();
        if (!scope.equals(array.scope()) && !scope.equals(GLOBAL)) {
            throw new IllegalArgumentException(what + " is of another arena than what points to it, and could be freed"
                    + " while the kernel uses it: allocate both from the same arena, or " + what
                    + " from Arena.global()");
        }
    }
}
