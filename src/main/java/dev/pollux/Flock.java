package dev.pollux;

import dev.pollux.generated.fcntl_h;
import dev.pollux.internal.Link;

/**
 * {@code struct flock}: a lock on a range of a file, wanted or found. {@link Locks} has the calls. (The function
 * flock(2) is about other locks, and uses no such struct.)
 *
 * <p>It is an immutable value: any thread may use it, any number of times.
 *
 * @param type {@link #F_RDLCK}, {@link #F_WRLCK}, or {@link #F_UNLCK}
 * @param whence what {@code start} counts from: {@link #SEEK_SET}, {@link #SEEK_CUR} or {@link #SEEK_END}
 * @param start the first byte; of an end or a position it may be negative
 * @param len how many bytes; 0 for all from {@code start} on, however far the file grows; negative for those that
 *        lie before {@code start}
 * @param pid in a lock that was found: the process that holds it, or -1 if an open file does; 0 if the process is
 *        outside this one's namespace. In a lock to be set it is ignored
 * @see <a href="https://man7.org/linux/man-pages/man2/F_GETLK.2const.html">F_GETLK(2const)</a>
 */
public record Flock(int type, int whence, long start, long len, int pid) {
    static {
        Link.require();
    }

    /** A shared lock: others may hold read locks at the same time, but no write lock. */
    public static final int F_RDLCK = fcntl_h.F_RDLCK();
    /** An exclusive lock: no one else may hold a lock at the same time. */
    public static final int F_WRLCK = fcntl_h.F_WRLCK();
    /** No lock: setting it removes those of the range. */
    public static final int F_UNLCK = fcntl_h.F_UNLCK();
    /** From the beginning of the file: 0. */
    public static final int SEEK_SET = fcntl_h.SEEK_SET();
    /** From the position of the open file. */
    public static final int SEEK_CUR = fcntl_h.SEEK_CUR();
    /** From the end of the file, where it is at the time of the call. */
    public static final int SEEK_END = fcntl_h.SEEK_END();

    /**
     * A lock.
     *
     * @throws IllegalArgumentException if {@code type} or {@code whence} is none of C's
     */
    public Flock {
        if (type != F_RDLCK && type != F_WRLCK && type != F_UNLCK) {
            throw new IllegalArgumentException(
                    "the type of a lock is F_RDLCK, F_WRLCK or F_UNLCK, and none of them is " + type);
        }
        if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) {
            throw new IllegalArgumentException(
                    "a lock starts from SEEK_SET, SEEK_CUR or SEEK_END, and none of them is " + whence);
        }
    }

    /**
     * <code>{F_RDLCK, SEEK_SET, start, len}</code>: a read lock.
     *
     * @param start the first byte
     * @param len how many bytes; 0 for all from {@code start} on, so that 0 and 0 are the whole file
     * @return the lock
     */
    public static Flock readLock(long start, long len) {
        return new Flock(F_RDLCK, SEEK_SET, start, len, 0);
    }

    /**
     * <code>{F_WRLCK, SEEK_SET, start, len}</code>: a write lock.
     *
     * @param start the first byte
     * @param len how many bytes; 0 for all from {@code start} on, so that 0 and 0 are the whole file
     * @return the lock
     */
    public static Flock writeLock(long start, long len) {
        return new Flock(F_WRLCK, SEEK_SET, start, len, 0);
    }

    /**
     * <code>{F_UNLCK, SEEK_SET, start, len}</code>: the end of all locks of this range.
     *
     * @param start the first byte
     * @param len how many bytes; 0 for all from {@code start} on, so that 0 and 0 are the whole file
     * @return the lock
     */
    public static Flock unlock(long start, long len) {
        return new Flock(F_UNLCK, SEEK_SET, start, len, 0);
    }

    /**
     * Another lock of the same range.
     *
     * @param type {@link #F_RDLCK}, {@link #F_WRLCK}, or {@link #F_UNLCK}
     * @return the lock
     * @throws IllegalArgumentException if {@code type} is none of these
     */
    public Flock withType(int type) {
        return new Flock(type, whence, start, len, 0);
    }

    /**
     * The lock as C would write it.
     *
     * @return for example <code>{F_WRLCK, SEEK_SET, 0, 100}</code>; with the pid if that is not 0
     */
    @Override
    public String toString() {
        return "{" + (type == F_RDLCK ? "F_RDLCK" : type == F_WRLCK ? "F_WRLCK" : "F_UNLCK")
                + (whence == SEEK_SET ? ", SEEK_SET, " : whence == SEEK_CUR ? ", SEEK_CUR, " : ", SEEK_END, ")
                + start + ", " + len + (pid == 0 ? "" : ", " + pid) + "}";
    }
}
