package dev.pollux.examples.kv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Bytes outside the heap, appended at the end and taken from the start. */
final class Buffer {
    private static final int FIRST_SIZE = 16 << 10;
    private static final int LARGE = 64 << 20;

    private final Supplier<Arena> arenas;
    private Arena arena;
    MemorySegment memory;
    long start;
    long end;

    /** @param arenas of one thread or of several, as the buffer is */
    Buffer(Supplier<Arena> arenas) {
        this.arenas = arenas;
    }

    boolean isEmpty() {
        return start == end;
    }

    long size() {
        return end - start;
    }

    /** Makes room behind the end. */
    void reserve(long bytes) {
        if (memory != null && memory.byteSize() - end >= bytes) {
            return;
        }
        long size = size();
        if (memory != null && memory.byteSize() - size >= bytes && start >= size) {
            MemorySegment.copy(memory, start, memory, 0, size);
        } else {
            Arena larger = arenas.get();
            MemorySegment copy = larger.allocate(Math.max(FIRST_SIZE, Math.max(2 * size, size + bytes)));
            if (size > 0) {
                MemorySegment.copy(memory, start, copy, 0, size);
            }
            if (arena != null) {
                arena.close();
            }
            arena = larger;
            memory = copy;
        }
        start = 0;
        end = size;
    }

    void append(MemorySegment from, long at, long bytes) {
        if (bytes > 0) {
            reserve(bytes);
            MemorySegment.copy(from, at, memory, end, bytes);
            end += bytes;
        }
    }

    void remove(long bytes) {
        start += bytes;
        if (start == end) {
            free();
        }
    }

    /** Keeps the memory for what comes next, unless that was needed once only. */
    void clear() {
        start = 0;
        end = 0;
        if (memory != null && memory.byteSize() > LARGE) {
            free();
        }
    }

    void free() {
        if (arena != null) {
            arena.close();
        }
        arena = null;
        memory = null;
        start = 0;
        end = 0;
    }
}
