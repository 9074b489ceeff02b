package dev.pollux;

import dev.pollux.internal.EpollEvent;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * An array of {@code struct epoll_event} into which {@link Epoll#await} writes what is ready.
 *
 * <p>The memory belongs to the caller's arena. A confined arena makes the cheapest waits. Entries are read by index,
 * below the count that the last wait returned, and stay as they are until the next wait. One thread at a time may wait
 * with this array; a second one gets an {@code IllegalStateException}.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/epoll_event.3type.html">epoll_event(3type)</a>
 */
public final class EpollEvents extends NativeArray {
    private final int capacity;
    private int size;

    private EpollEvents(Arena arena, int capacity) {
        super(arena, requireCapacity(capacity, Integer.MAX_VALUE / EpollEvent.SIZE) * EpollEvent.SIZE);
        this.capacity = capacity;
    }

    /**
     * Allocates an array. A few hundred entries are plenty: what does not fit comes with the next wait.
     *
     * @param arena owns the memory; the array can be used until the arena is closed
     * @param capacity how many events one wait may return: {@code maxevents} in C
     * @return an array without events
     * @throws IllegalArgumentException if the capacity is below 1 or too large for the kernel
     */
    public static EpollEvents allocate(Arena arena, int capacity) {
        return new EpollEvents(arena, capacity);
    }

    /**
     * How many events a wait can return.
     *
     * @return the capacity given when allocated
     */
    public int capacity() {
        return capacity;
    }

    /**
     * How many events the last wait returned.
     *
     * @return that count; 0 before the first wait and after one that failed
     */
    public int size() {
        return size;
    }

    void size(int count) {
        size = count;
    }

    /**
     * {@code events[index].events}: what is ready, a mask of bits such as {@code EPOLLIN}. Bits that this library does
     * not know are kept.
     *
     * @param index from 0 to below {@link #size}
     * @return the mask
     * @throws IndexOutOfBoundsException if the last wait returned no such event
     */
    public int events(int index) {
        return EpollEvent.events(segment, Objects.checkIndex(index, size));
    }

    /**
     * {@code events[index].data.u64}: the 64 bits that were registered with the descriptor.
     *
     * @param index from 0 to below {@link #size}
     * @return the data as given to {@link Epoll#add(Fd, int, long)}
     * @throws IndexOutOfBoundsException if the last wait returned no such event
     */
    public long data(int index) {
        return EpollEvent.data(segment, Objects.checkIndex(index, size));
    }

    /**
     * {@code events[index].data.fd}: the lower 32 bits of the data, which are the descriptor's number if it was
     * registered without data of its own. Handling an earlier event of the same batch may have closed that number, and
     * another descriptor may have got it.
     *
     * @param index from 0 to below {@link #size}
     * @return the number
     * @throws IndexOutOfBoundsException if the last wait returned no such event
     */
    public int fd(int index) {
        return (int) data(index);
    }

    /**
     * The whole array, for direct access.
     *
     * @return the memory: {@link #capacity} structs, of which the first {@link #size} hold events
     */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("EpollEvents[");
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ", ").append(Epoll.toString(events(i))).append(" data=0x")
                    .append(Long.toHexString(data(i)));
        }
        return text.append(']').toString();
    }
}
