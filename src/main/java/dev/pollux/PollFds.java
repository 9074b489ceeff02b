package dev.pollux;

import dev.pollux.generated.pollfd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * An array of {@code struct pollfd}: what {@link Poll} watches, and what it found.
 *
 * <p>The memory belongs to the caller's arena. The array holds numbers, not objects: each stays, and is trusted, until
 * it is removed. Remove a descriptor before closing it. A number that is not open is reported as {@link Poll#POLLNVAL},
 * but closing one does not end a wait that watches it. An entry can be {@linkplain #ignore ignored} for a while without
 * being removed.
 *
 * <p>One thread at a time may use an array.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/poll.2.html">poll(2)</a>
 */
public final class PollFds extends NativeArray {
    private static final long BYTES = pollfd.sizeof();
    static final long FD = pollfd.fd$offset();
    static final long EVENTS = pollfd.events$offset();
    static final long REVENTS = pollfd.revents$offset();

    private final int capacity;
    private int size;

    private PollFds(Arena arena, int capacity) {
        super(arena, requireCapacity(capacity, Integer.MAX_VALUE) * BYTES);
        this.capacity = capacity;
    }

    /**
     * Allocates an array.
     *
     * @param arena owns the memory; the array can be used until the arena is closed
     * @param capacity how many descriptors it can hold
     * @return an array without entries
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public static PollFds allocate(Arena arena, int capacity) {
        return new PollFds(arena, capacity);
    }

    /**
     * How many entries fit.
     *
     * @return the capacity given when allocated
     */
    public int capacity() {
        return capacity;
    }

    /**
     * How many entries there are: {@code nfds} in C.
     *
     * @return that count
     */
    public int size() {
        return size;
    }

    /**
     * Appends an entry.
     *
     * @param fd the descriptor to watch; its number is trusted until it is removed
     * @param events what to look for: a mask of bits such as {@link Poll#POLLIN}; 0 for errors and hang-ups only
     * @return the index of the new entry
     * @throws IllegalArgumentException if the mask does not fit into C's {@code short}
     * @throws IllegalStateException if the array is full, or the descriptor closed
     */
    public int add(Fd fd, int events) {
        if (size == capacity) {
            throw new IllegalStateException("all " + capacity + " entries are in use; allocate a larger PollFds");
        }
        write(size * BYTES, fd, events);
        return size++;
    }

    /**
     * Replaces an entry.
     *
     * @param index from 0 to below {@link #size}
     * @param fd the descriptor to watch from now on
     * @param events what to look for
     * @throws IndexOutOfBoundsException if there is no such entry
     * @throws IllegalArgumentException if the mask does not fit into C's {@code short}
     * @throws IllegalStateException if the descriptor is closed
     */
    public void set(int index, Fd fd, int events) {
        write(at(index), fd, events);
    }

    private void write(long at, Fd fd, int events) {
        short mask = mask(events);
        segment.set(ValueLayout.JAVA_INT, at + FD, fd.fd());
        segment.set(ValueLayout.JAVA_SHORT, at + EVENTS, mask);
        segment.set(ValueLayout.JAVA_SHORT, at + REVENTS, (short) 0);
    }

    /**
     * Removes an entry. The last entry takes its place, so a loop that removes entries should go backwards.
     *
     * @param index from 0 to below {@link #size}
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public void remove(int index) {
        long at = at(index);
        size--;
        MemorySegment.copy(segment, size * BYTES, segment, at, BYTES);
    }

    /** Removes all entries. */
    public void clear() {
        size = 0;
    }

    /**
     * {@code fds[index].fd}.
     *
     * @param index from 0 to below {@link #size}
     * @return the number of the descriptor, even of an ignored one
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public int fd(int index) {
        int number = segment.get(ValueLayout.JAVA_INT, at(index) + FD);
        return number < 0 ? ~number : number;
    }

    /**
     * Makes {@code poll} skip an entry, or look at it again. Unlike a mask of 0, this also hides errors and hang-ups.
     *
     * @param index from 0 to below {@link #size}
     * @param ignored whether to skip it
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public void ignore(int index, boolean ignored) {
        // the kernel skips negative numbers
        segment.set(ValueLayout.JAVA_INT, at(index) + FD, ignored ? ~fd(index) : fd(index));
    }

    /**
     * Whether {@code poll} skips an entry.
     *
     * @param index from 0 to below {@link #size}
     * @return as last set by {@link #ignore}
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public boolean isIgnored(int index) {
        return segment.get(ValueLayout.JAVA_INT, at(index) + FD) < 0;
    }

    /**
     * {@code fds[index].events}.
     *
     * @param index from 0 to below {@link #size}
     * @return what is looked for
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public int events(int index) {
        return Short.toUnsignedInt(segment.get(ValueLayout.JAVA_SHORT, at(index) + EVENTS));
    }

    /**
     * Sets {@code fds[index].events}.
     *
     * @param index from 0 to below {@link #size}
     * @param events what to look for from now on
     * @throws IndexOutOfBoundsException if there is no such entry
     * @throws IllegalArgumentException if the mask does not fit into C's {@code short}
     */
    public void setEvents(int index, int events) {
        segment.set(ValueLayout.JAVA_SHORT, at(index) + EVENTS, mask(events));
    }

    /**
     * {@code fds[index].revents}: what the last {@code poll} found. {@link Poll#POLLERR}, {@link Poll#POLLHUP} and
     * {@link Poll#POLLNVAL} may be set though nobody asked for them.
     *
     * @param index from 0 to below {@link #size}
     * @return the mask, 0 if nothing was found
     * @throws IndexOutOfBoundsException if there is no such entry
     */
    public int revents(int index) {
        return Short.toUnsignedInt(segment.get(ValueLayout.JAVA_SHORT, at(index) + REVENTS));
    }

    /**
     * The first entry from {@code index} on for which the last {@code poll} found something. This loop visits all of
     * them: {@code for (int i = fds.next(0); i >= 0; i = fds.next(i + 1))}.
     *
     * @param index where to begin
     * @return the index of the entry, or -1 if there is none
     * @throws IndexOutOfBoundsException if {@code index} is negative
     */
    public int next(int index) {
        if (index < 0) {
            throw new IndexOutOfBoundsException(index);
        }
        MemorySegment entries = segment;
        int end = size;
        for (int i = index; i < end; i++) {
            if (entries.get(ValueLayout.JAVA_SHORT, i * BYTES + REVENTS) != 0) {
                return i;
            }
        }
        return -1;
    }

    /**
     * The whole array, for direct access.
     *
     * @return the memory: {@link #capacity} structs, of which the first {@link #size} are entries
     */
    public MemorySegment segment() {
        return segment;
    }

    private long at(int index) {
        return Objects.checkIndex(index, size) * BYTES;
    }

    static short mask(int events) {
        if ((events & ~0xffff) != 0) {
            throw new IllegalArgumentException(
                    "not a mask of POLL bits: 0x" + Integer.toHexString(events) + "; EPOLL bits are for Epoll");
        }
        return (short) events;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("PollFds[");
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ", ").append("fd=").append(fd(i)).append(isIgnored(i) ? " ignored " : " ")
                    .append(Poll.toString(events(i))).append(" -> ").append(Poll.toString(revents(i)));
        }
        return text.append(']').toString();
    }
}
