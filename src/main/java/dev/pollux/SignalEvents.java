package dev.pollux;

import dev.pollux.generated.signalfd_siginfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * An array of {@code struct signalfd_siginfo} into which {@link SignalFd#read(SignalEvents)} writes what came.
 *
 * <p>The memory belongs to the caller's arena. Entries are read by index, below the count that the last read returned,
 * and stay as they are until the next one. One thread at a time may read into this array; a second one gets an {@code
 * IllegalStateException}. Which of the values mean something depends on who sent the signal and how: see sigaction(2).
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/signalfd.2.html">signalfd(2)</a>
 */
public final class SignalEvents extends NativeArray {
    static final int SIZE = Math.toIntExact(signalfd_siginfo.sizeof());

    private static final long SIGNO = signalfd_siginfo.ssi_signo$offset();
    private static final long CODE = signalfd_siginfo.ssi_code$offset();
    private static final long PID = signalfd_siginfo.ssi_pid$offset();
    private static final long UID = signalfd_siginfo.ssi_uid$offset();
    private static final long STATUS = signalfd_siginfo.ssi_status$offset();
    private static final long INT = signalfd_siginfo.ssi_int$offset();
    private static final long PTR = signalfd_siginfo.ssi_ptr$offset();
    private static final long FD = signalfd_siginfo.ssi_fd$offset();
    private static final long BAND = signalfd_siginfo.ssi_band$offset();

    private final int capacity;
    private int size;

    private SignalEvents(Arena arena, int capacity) {
        super(arena, (long) requireCapacity(capacity, Integer.MAX_VALUE / SIZE) * SIZE);
        this.capacity = capacity;
    }

    /**
     * Allocates an array. A few entries are plenty: what does not fit comes with the next read.
     *
     * @param arena owns the memory; the array can be used until the arena is closed
     * @param capacity how many signals one read may return
     * @return an array without signals
     * @throws IllegalArgumentException if the capacity is below 1 or too large for one read
     */
    public static SignalEvents allocate(Arena arena, int capacity) {
        return new SignalEvents(arena, capacity);
    }

    /**
     * How many signals a read can return.
     *
     * @return the capacity given when allocated
     */
    public int capacity() {
        return capacity;
    }

    /**
     * How many signals the last read returned.
     *
     * @return that count; 0 before the first read and after one that failed
     */
    public int size() {
        return size;
    }

    void size(int count) {
        size = count;
    }

    /**
     * {@code ssi_signo}: the signal.
     *
     * @param index from 0 to below {@link #size}
     * @return its number, such as {@link SigSet#SIGUSR1}
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int signal(int index) {
        return get(index, SIGNO);
    }

    /**
     * {@code ssi_code}: why it was sent.
     *
     * @param index from 0 to below {@link #size}
     * @return 0 (SI_USER) for kill(2), -1 (SI_QUEUE) for sigqueue(3), -6 (SI_TKILL) for tgkill(2); above 0 from the
     *         kernel, with a meaning that depends on the signal: see sigaction(2)
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int code(int index) {
        return get(index, CODE);
    }

    /**
     * {@code ssi_pid}: the sender, or with SIGCHLD the child.
     *
     * @param index from 0 to below {@link #size}
     * @return its process id; 0 if it is in another PID namespace
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int pid(int index) {
        return get(index, PID);
    }

    /**
     * {@code ssi_uid}: the sender's real user, or with SIGCHLD the child's.
     *
     * @param index from 0 to below {@link #size}
     * @return that user's number, unsigned
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int uid(int index) {
        return get(index, UID);
    }

    /**
     * {@code ssi_status}: with SIGCHLD, what became of the child. Signals of one number that arrive before it is read
     * become one, so not every child has an entry of its own; {@link PidFd} loses none.
     *
     * @param index from 0 to below {@link #size}
     * @return its exit code, or the signal that ended or stopped it
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int status(int index) {
        return get(index, STATUS);
    }

    /**
     * {@code ssi_int}: the number that sigqueue(3), a timer or a message queue sent along.
     *
     * @param index from 0 to below {@link #size}
     * @return {@code sival_int}; 0 where nothing was sent along
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int value(int index) {
        return get(index, INT);
    }

    /**
     * {@code ssi_ptr}: what was sent along, all 64 bits of it.
     *
     * @param index from 0 to below {@link #size}
     * @return {@code sival_ptr}, the lower half of which is {@link #value}; 0 where nothing was sent along
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public long pointer(int index) {
        return segment.get(ValueLayout.JAVA_LONG, at(index) + PTR);
    }

    /**
     * {@code ssi_fd}: with SIGIO, the descriptor that is ready; only for one with F_SETSIG.
     *
     * @param index from 0 to below {@link #size}
     * @return its number
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int fd(int index) {
        return get(index, FD);
    }

    /**
     * {@code ssi_band}: with SIGIO, what the descriptor is ready for; only for one with F_SETSIG.
     *
     * @param index from 0 to below {@link #size}
     * @return a mask of bits such as {@link Poll#POLLIN}
     * @throws IndexOutOfBoundsException if the last read returned no such signal
     */
    public int band(int index) {
        return get(index, BAND);
    }

    private int get(int index, long field) {
        return segment.get(ValueLayout.JAVA_INT, at(index) + field);
    }

    private long at(int index) {
        return (long) Objects.checkIndex(index, size) * SIZE;
    }

    /**
     * The whole array, for direct access.
     *
     * @return the memory: {@link #capacity} structs, of which the first {@link #size} hold signals
     */
    public MemorySegment segment() {
        return segment;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("SignalEvents[");
        for (int i = 0; i < size; i++) {
            text.append(i == 0 ? "" : ", ").append("SIG").append(SigSet.name(signal(i)))
                    .append(" code=").append(code(i)).append(" pid=").append(pid(i))
                    .append(" uid=").append(Integer.toUnsignedString(uid(i)));
        }
        return text.append(']').toString();
    }
}
