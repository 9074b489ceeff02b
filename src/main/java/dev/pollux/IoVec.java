package dev.pollux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * An array of {@code struct iovec}, for {@link Fd#readv} and {@link Fd#writev}: several buffers that are read into, or
 * written, one after the other by one call. It is allocated once, and used again and again; only {@link #buffers}
 * allocates anything.
 * {@snippet class="dev.pollux.Snippets" region="writev"}
 *
 * <p><b>Memory.</b> The array and its buffers belong to the caller's arena, which has to be the same for all of them;
 * buffers may be in {@link Arena#global} as well. A call keeps that arena from being closed until it returns; of what a
 * struct points to, the JVM knows nothing.
 *
 * <p>One thread at a time may use the array; a second one gets an {@code IllegalStateException}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/readv.2.html">readv(2)</a>
 */
public final class IoVec extends NativeArray {
    /** How many buffers one call takes, at most. */
    public static final int IOV_MAX = IoVecArray.MOST;

    final IoVecArray buffers;

    private IoVec(Arena arena, int capacity) {
        super(arena, capacity * IoVecArray.BYTES_EACH);
        buffers = new IoVecArray(segment, 0, capacity);
    }

    /**
     * Allocates an array.
     *
     * @param arena owns the memory; the array can be used until the arena is closed
     * @param capacity how many buffers there can be, from 1 to {@link #IOV_MAX}
     * @return an array without buffers
     * @throws IllegalArgumentException if the capacity is too small or too large
     */
    public static IoVec allocate(Arena arena, int capacity) {
        return new IoVec(arena, requireCapacity(capacity, IOV_MAX));
    }

    /**
     * How many buffers there can be.
     *
     * @return the capacity given when allocated
     */
    public int capacity() {
        return buffers.capacity();
    }

    /**
     * How many buffers there are.
     *
     * @return that count
     */
    public int size() {
        return buffers.count();
    }

    /**
     * How many bytes all of the buffers have.
     *
     * @return their sum; 0 when all has been moved
     * @throws IllegalStateException if the arena is closed
     */
    public long byteSize() {
        return buffers.byteSize();
    }

    /**
     * Sets the buffers, in place of all that were there before.
     *
     * @param buffers native memory of the same arena as this array, or of the global one; none for no data
     * @throws IllegalArgumentException if one is on the heap, or of another arena, or there are more than the capacity
     * @throws IllegalStateException if another thread is using this array, or the arena is closed
     */
    public void buffers(MemorySegment... buffers) {
        MemorySegment[] all = buffers.clone();
        begin();
        try {
            this.buffers.set(all);
        } finally {
            end();
        }
    }

    /**
     * Removes all buffers.
     *
     * @throws IllegalStateException if another thread is using this array
     */
    public void clear() {
        begin();
        try {
            buffers.clear();
        } finally {
            end();
        }
    }

    /**
     * Adds a buffer at the end.
     *
     * @param buffer native memory of the same arena as this array, or of the global one
     * @throws IllegalArgumentException if it is on the heap, or of another arena, or the array is full
     * @throws IllegalStateException if another thread is using this array, or the arena is closed
     */
    public void add(MemorySegment buffer) {
        add(buffer, 0, buffer.byteSize());
    }

    /**
     * Adds a part of a buffer at the end, without a slice of it being made.
     *
     * @param buffer native memory of the same arena as this array, or of the global one
     * @param offset where the part begins, in bytes
     * @param bytes how many bytes it has
     * @throws IllegalArgumentException if it is on the heap, or of another arena, or the array is full
     * @throws IndexOutOfBoundsException if the buffer has no such part
     * @throws IllegalStateException if another thread is using this array, or the arena is closed
     */
    public void add(MemorySegment buffer, long offset, long bytes) {
        Objects.checkFromIndexSize(offset, bytes, buffer.byteSize());
        begin();
        try {
            buffers.add(buffer, offset, bytes);
        } finally {
            end();
        }
    }

    /**
     * Takes away from the beginning what a call has moved, so that the next one goes on with the rest: buffers that are
     * done with, and a part of one.
     *
     * @param bytes how many bytes, at most {@link #byteSize}
     * @throws IllegalArgumentException if there are not as many, or it is negative, such as {@link Fd#WOULD_BLOCK}
     * @throws IllegalStateException if another thread is using this array, or the arena is closed
     */
    public void advance(long bytes) {
        begin();
        try {
            if (bytes < 0 || bytes > buffers.byteSize()) {
                throw new IllegalArgumentException(
                        bytes + " bytes cannot have been moved: the buffers have " + buffers.byteSize());
            }
            buffers.advance(bytes);
        } finally {
            end();
        }
    }
}
