package dev.pollux.examples.echo;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What a client has sent and does not read back yet: a bounded queue of bytes that has no memory while it is empty. */
final class PendingBytes {
    private final long limit;
    private Arena arena;
    private MemorySegment memory;
    private long start;
    private long end;

    PendingBytes(long limit) {
        this.limit = limit;
    }

    boolean isEmpty() {
        return start == end;
    }

    long room() {
        return limit - (end - start);
    }

    /** Appends bytes for which there is room. */
    void append(MemorySegment bytes) {
        long n = bytes.byteSize();
        if (n == 0) {
            return;
        }
        if (arena == null) {
            arena = Arena.ofConfined();
            memory = arena.allocate(limit);
        }
        if (end + n > limit) {
            MemorySegment.copy(memory, start, memory, 0, end - start);
            end -= start;
            start = 0;
        }
        MemorySegment.copy(bytes, 0, memory, end, n);
        end += n;
    }

    MemorySegment bytes() {
        return memory.asSlice(start, end - start);
    }

    /** Removes the first n bytes. */
    void remove(long n) {
        start += n;
        if (isEmpty()) {
            free();
        }
    }

    void free() {
        if (arena != null) {
            arena.close();
            arena = null;
            memory = null;
        }
        start = 0;
        end = 0;
    }
}
