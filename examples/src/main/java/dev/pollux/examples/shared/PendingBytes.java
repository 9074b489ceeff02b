package dev.pollux.examples.shared;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;

/** Bytes outside the heap, added at the end and removed from the start. It has no memory while it is empty. */
public final class PendingBytes {
    private static final int FIRST_SIZE = 16 << 10;
    private static final int LARGE = 64 << 20;

    private final Supplier<Arena> arenas;
    private Arena arena;
    private MemorySegment memory;
    private long start;
    private long end;

    /** For one thread. */
    public PendingBytes() {
        this(Arena::ofConfined);
    }

    /** @param arenas whose memory may be used by all the threads that will use it */
    public PendingBytes(Supplier<Arena> arenas) {
        this.arenas = arenas;
    }

    public boolean isEmpty() {
        return start == end;
    }

    public long size() {
        return end - start;
    }

    /** All of them, unless there are none. */
    public MemorySegment bytes() {
        return memory.asSlice(start, end - start);
    }

    public void append(MemorySegment bytes) {
        if (bytes.byteSize() > 0) {
            room(bytes.byteSize()).copyFrom(bytes);
            end += bytes.byteSize();
        }
    }

    /** The memory behind the end, for at least so many bytes; then say how many of them were {@link #added}. */
    public MemorySegment room(long bytes) {
        if (memory == null || memory.byteSize() - end < bytes) {
            long size = size();
            if (memory != null && memory.byteSize() - size >= bytes && start >= size) {
                MemorySegment.copy(memory, start, memory, 0, size);
            } else {
                grow(Math.max(FIRST_SIZE, Math.max(2 * size, size + bytes)));
            }
            start = 0;
            end = size;
        }
        return memory.asSlice(end);
    }

    private void grow(long capacity) {
        Arena larger = arenas.get();
        MemorySegment copy = larger.allocate(capacity);
        if (arena != null) {
            MemorySegment.copy(memory, start, copy, 0, size());
            arena.close();
        }
        arena = larger;
        memory = copy;
    }

    public void added(long bytes) {
        end += bytes;
    }

    /** Removes so many bytes from the start. */
    public void remove(long bytes) {
        start += bytes;
        if (isEmpty()) {
            free();
        }
    }

    /** Removes all, and keeps the memory for what comes next, unless so much will hardly be needed again. */
    public void clear() {
        start = 0;
        end = 0;
        if (memory != null && memory.byteSize() > LARGE) {
            free();
        }
    }

    public void free() {
        if (arena != null) {
            arena.close();
        }
        arena = null;
        memory = null;
        start = 0;
        end = 0;
    }
}
