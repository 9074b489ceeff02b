package dev.pollux;

import dev.pollux.generated.select_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code fd_set}: a set of descriptor numbers, one bit each, in whole 64-bit words as the kernel writes them.
 *
 * <p>It holds numbers below its capacity, which is {@link #FD_SETSIZE} unless another is asked for. Linux takes sets of
 * any size, and every access is checked. The numbers are trusted, as in C, until they are cleared. {@link Select}
 * overwrites its sets: keep the set to watch, and pass a {@linkplain #copyFrom copy}. The memory belongs to the
 * caller's arena.
 *
 * <p>One thread at a time may use a set.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/FD_SET.3.html">FD_SET(3)</a>
 */
public final class FdSet extends NativeArray {
    /** The capacity of C's {@code fd_set}, 1024: the default here, not a limit. */
    public static final int FD_SETSIZE = select_h.FD_SETSIZE();

    private static final int WORD_BITS = Long.SIZE;

    private final int words;

    private FdSet(Arena arena, int words) {
        super(arena, words * (long) Long.BYTES);
        this.words = words;
        zero();
    }

    /**
     * Allocates a set for numbers below {@link #FD_SETSIZE}.
     *
     * @param arena owns the memory; the set can be used until the arena is closed
     * @return an empty set
     */
    public static FdSet allocate(Arena arena) {
        return allocate(arena, FD_SETSIZE);
    }

    /**
     * Allocates a set for numbers below a capacity of the caller's choice.
     *
     * @param arena owns the memory; the set can be used until the arena is closed
     * @param capacity one more than the largest number that must fit; rounded up to whole 64-bit words
     * @return an empty set
     * @throws IllegalArgumentException if the capacity is below 1
     */
    public static FdSet allocate(Arena arena, int capacity) {
        return new FdSet(arena, (requireCapacity(capacity, Integer.MAX_VALUE - WORD_BITS) - 1) / WORD_BITS + 1);
    }

    /**
     * One more than the largest number that fits.
     *
     * @return a multiple of 64
     */
    public int capacity() {
        return words * WORD_BITS;
    }

    /**
     * {@code FD_SET(fd, set)}.
     *
     * @param fd the number of a descriptor
     * @throws IndexOutOfBoundsException if it is negative or not below the capacity
     */
    public void set(int fd) {
        int word = word(fd);
        word(word, wordAt(word) | 1L << fd);
    }

    /**
     * {@code FD_CLR(fd, set)}.
     *
     * @param fd the number of a descriptor
     * @throws IndexOutOfBoundsException if it is negative or not below the capacity
     */
    public void clear(int fd) {
        int word = word(fd);
        word(word, wordAt(word) & ~(1L << fd));
    }

    /**
     * {@code FD_ISSET(fd, set)}.
     *
     * @param fd the number of a descriptor
     * @return whether it is in the set
     * @throws IndexOutOfBoundsException if it is negative or not below the capacity
     */
    public boolean isSet(int fd) {
        return (wordAt(word(fd)) & 1L << fd) != 0;
    }

    /**
     * {@code FD_SET(fd, set)}.
     *
     * @param fd a descriptor; its number is trusted until it is cleared
     * @throws IndexOutOfBoundsException if its number is not below the capacity
     * @throws IllegalStateException if it is closed
     */
    public void set(Fd fd) {
        set(fd.fd());
    }

    /**
     * {@code FD_CLR(fd, set)}.
     *
     * @param fd a descriptor that is open: clear it before closing it
     * @throws IndexOutOfBoundsException if its number is not below the capacity
     * @throws IllegalStateException if it is closed
     */
    public void clear(Fd fd) {
        clear(fd.fd());
    }

    /**
     * {@code FD_ISSET(fd, set)}.
     *
     * @param fd a descriptor that is open
     * @return whether its number is in the set
     * @throws IndexOutOfBoundsException if its number is not below the capacity
     * @throws IllegalStateException if it is closed
     */
    public boolean isSet(Fd fd) {
        return isSet(fd.fd());
    }

    /** {@code FD_ZERO(set)}: empties the set. */
    public void zero() {
        segment.fill((byte) 0);
    }

    /**
     * Makes this set equal to another one.
     *
     * @param other a set with no number at or above this set's capacity
     * @throws IllegalArgumentException if a number of {@code other} does not fit; this set is unchanged then
     */
    public void copyFrom(FdSet other) {
        if (other.words > words && other.next(capacity()) >= 0) {
            throw new IllegalArgumentException(
                    "fd " + other.next(capacity()) + " does not fit into a set of capacity " + capacity());
        }
        long common = Math.min(words, other.words) * (long) Long.BYTES;
        MemorySegment.copy(other.segment, 0, segment, 0, common);
        segment.asSlice(common).fill((byte) 0);
    }

    /**
     * The smallest number in the set that is not below {@code fd}. This loop visits all of them and allocates nothing:
     * {@code for (int fd = set.next(0); fd >= 0; fd = set.next(fd + 1))}.
     *
     * @param fd where to begin
     * @return the number, or -1 if there is none
     * @throws IndexOutOfBoundsException if {@code fd} is negative
     */
    public int next(int fd) {
        if (fd < 0) {
            throw outOfBounds(fd);
        }
        int word = fd / WORD_BITS;
        if (word >= words) {
            return -1;
        }
        long bits = wordAt(word) & -1L << fd;
        while (bits == 0) {
            if (++word == words) {
                return -1;
            }
            bits = wordAt(word);
        }
        return word * WORD_BITS + Long.numberOfTrailingZeros(bits);
    }

    /**
     * One more than the largest number in the set: {@code nfds} in C.
     *
     * @return 0 if the set is empty
     */
    public int nfds() {
        for (int word = words - 1; word >= 0; word--) {
            long bits = wordAt(word);
            if (bits != 0) {
                return (word + 1) * WORD_BITS - Long.numberOfLeadingZeros(bits);
            }
        }
        return 0;
    }

    /**
     * The bits, for direct access.
     *
     * @return the memory: {@link #capacity} bits
     */
    public MemorySegment segment() {
        return segment;
    }

    private int word(int fd) {
        if (fd < 0 || fd >= capacity()) {
            throw outOfBounds(fd);
        }
        return fd / WORD_BITS;
    }

    private IndexOutOfBoundsException outOfBounds(int fd) {
        return new IndexOutOfBoundsException("fd " + fd + " is not from 0 to below the capacity of this FdSet, "
                + capacity() + (fd < 0 ? "" : "; allocate a larger one"));
    }

    private long wordAt(int word) {
        return segment.getAtIndex(ValueLayout.JAVA_LONG, word);
    }

    private void word(int word, long bits) {
        segment.setAtIndex(ValueLayout.JAVA_LONG, word, bits);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("FdSet[");
        for (int fd = next(0); fd >= 0; fd = next(fd + 1)) {
            text.append(text.length() == 6 ? "" : ", ").append(fd);
        }
        return text.append(']').toString();
    }
}
