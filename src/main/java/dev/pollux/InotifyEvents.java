package dev.pollux;

import dev.pollux.generated.inotify_event;
import dev.pollux.generated.inotify_h;
import dev.pollux.internal.FileName;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct inotify_event}, as many as fit: what {@link Inotify#read(InotifyEvents)} took out of the queue.
 *
 * <p>The memory belongs to the caller's arena. Events are read by index, below the count that the last read returned,
 * and stay as they are until the next read. Only {@link #name} allocates anything. One thread at a time may read into
 * this array; a second one gets an {@code IllegalStateException}.
 *
 * <p>Check {@link #isOverflow} first: it means that events were lost, and that the directories must be read again.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/inotify.7.html">inotify(7)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public final class InotifyEvents extends NativeArray {
    private static final int NAME = (int) inotify_event.name$offset();
    private static final long WD = inotify_event.wd$offset();
    private static final long MASK = inotify_event.mask$offset();
    private static final long COOKIE = inotify_event.cookie$offset();
    private static final long LEN = inotify_event.len$offset();

    /** The bytes of one event with the longest name, 272; with fewer the kernel might refuse to return an event. */
    public static final int MIN_BYTES = NAME + inotify_h.NAME_MAX() + 1;

    /** Where each event begins. */
    private final int[] offsets;
    private int size;

    private InotifyEvents(Arena arena, int bytes) {
        super(arena, bytes);
        offsets = new int[bytes / NAME];
    }

    /**
     * Allocates an array. An event takes 16 bytes, and its name, if it has one, up to 256 more, mostly 16 or 32. What
     * does not fit comes with the next read. (A quarter as much is also taken from the heap.)
     *
     * @param arena owns the memory; the array can be used until the arena is closed
     * @param bytes how many bytes one read may return, at least {@link #MIN_BYTES}
     * @return an array without events
     * @throws IllegalArgumentException if there are too few bytes
     */
    public static InotifyEvents allocate(Arena arena, int bytes) {
        if (bytes < MIN_BYTES) {
            throw new IllegalArgumentException(
                    bytes + " bytes are too few for an event with a long name; allocate at least " + MIN_BYTES);
        }
        return new InotifyEvents(arena, bytes);
    }

    /**
     * How many events the last read returned.
     *
     * @return that count; 0 before the first read and after one that failed
     */
    public int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Finds where each event begins; false if these bytes are not events. */
    boolean accept(long bytes) {
        int count = 0;
        long at = 0;
        while (at < bytes) {
            long length = bytes - at < NAME ? bytes : Integer.toUnsignedLong(len(at));
            if (length > bytes - at - NAME) {
                return false;
            }
            offsets[count++] = (int) at;
            at += NAME + length;
        }
        size = count;
        return count > 0;
    }

    private int len(long at) {
        return segment.get(ValueLayout.JAVA_INT_UNALIGNED, at + LEN);
    }

    private int get(int index, long field) {
        return segment.get(ValueLayout.JAVA_INT_UNALIGNED, offset(index) + field);
    }

    /**
     * {@code wd}: the watch.
     *
     * @param index from 0 to below {@link #size}
     * @return the number that {@link Inotify#addWatch} returned, perhaps of a watch that has been removed since; -1 for
     *         an {@linkplain #isOverflow overflow}
     * @throws IndexOutOfBoundsException if the last read returned no such event
     */
    public int wd(int index) {
        return get(index, WD);
    }

    /**
     * {@code mask}: what happened, such as {@link Inotify#IN_CREATE}, with {@link Inotify#IN_ISDIR} if it happened to a
     * directory. Bits that this library does not know are kept.
     *
     * @param index from 0 to below {@link #size}
     * @return the mask
     * @throws IndexOutOfBoundsException if the last read returned no such event
     */
    public int mask(int index) {
        return get(index, MASK);
    }

    /**
     * {@code cookie}: what the two events of a move, {@link Inotify#IN_MOVED_FROM} and {@link Inotify#IN_MOVED_TO},
     * have in common. Either may come alone, if only one of the two directories is watched, and other events or the end
     * of the array may come between them.
     *
     * @param index from 0 to below {@link #size}
     * @return the cookie; 0 for other events
     * @throws IndexOutOfBoundsException if the last read returned no such event
     */
    public int cookie(int index) {
        return get(index, COOKIE);
    }

    /**
     * {@link Inotify#IN_Q_OVERFLOW}: the queue was full ({@code /proc/sys/fs/inotify/max_queued_events}), and what
     * happened next is lost.
     *
     * @param index from 0 to below {@link #size}
     * @return true for an overflow
     * @throws IndexOutOfBoundsException if the last read returned no such event
     */
    public boolean isOverflow(int index) {
        return (mask(index) & Inotify.IN_Q_OVERFLOW) != 0;
    }

    /**
     * {@code name}: the entry of the watched directory that the event is about. This allocates.
     *
     * @param index from 0 to below {@link #size}
     * @return its name, to be resolved against the watched directory, with its exact bytes, even where its {@code
     *         String} cannot show them; {@code null} if the event is about the watched file itself
     * @throws IndexOutOfBoundsException if the last read returned no such event
     */
    public @Nullable Path name(int index) {
        long at = offset(index);
        long length = len(at);
        if (length < 0 || length > segment.byteSize() - at - NAME) {
            throw new IllegalStateException("event " + index + " was overwritten");
        }
        MemorySegment padded = segment.asSlice(at + NAME, length);
        int end = 0;
        while (end < length && padded.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        return end == 0 ? null : FileName.decode(padded.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE));
    }

    /**
     * Where the event begins in {@link #segment}, for direct access, such as reading a name without allocating: it
     * begins 16 bytes after this offset and ends with NUL.
     *
     * @param index from 0 to below {@link #size}
     * @return the offset in bytes
     * @throws IndexOutOfBoundsException if the last read returned no such event
     */
    public long offset(int index) {
        return offsets[Objects.checkIndex(index, size)];
    }

    /**
     * The whole array, for direct access.
     *
     * @return the memory, beginning with what the last read returned
     */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("InotifyEvents[");
        for (int i = 0; i < size; i++) {
            Path name = name(i);
            text.append(i == 0 ? "" : ", ").append("wd=").append(wd(i)).append(' ').append(Inotify.toString(mask(i)))
                    .append(cookie(i) == 0 ? "" : " cookie=" + cookie(i)).append(name == null ? "" : " " + name);
        }
        return text.append(']').toString();
    }
}
