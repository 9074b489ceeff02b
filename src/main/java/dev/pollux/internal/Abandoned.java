package dev.pollux.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a guard that was closed while calls were inside. Whoever is inside a call holds the guard; so where
 * nobody holds it any more, nobody is inside: one has left, and had no stack to say so. Then the numbers are closed
 * here, instead of by the last one out.
 */
final class Abandoned extends PhantomReference<Guard> {
    private static final int NONE = -1;

    private static final ReferenceQueue<Guard> QUEUE = new ReferenceQueue<>();

    /** Those that may be found to be abandoned; which they are only as long as they are held themselves. */
    private static final Set<Abandoned> ALL = ConcurrentHashMap.newKeySet();

    /** Found, and not closed yet; of who pays. */
    private static @Nullable Abandoned found;

    private final int number;
    private boolean numberClosed;

    /** Of an epoll: what is registered to wake its waiters. */
    private int alarm = NONE;
    private boolean alarmIsOwn;
    private boolean holdsAlarm;

    Abandoned(Guard guard, int number) {
        super(guard, QUEUE);
        this.number = number;
    }

    /** The guard is that of an epoll, which has this alarm, or none if that is negative. */
    void ofEpoll(int alarm, boolean alarmIsOwn) {
        this.alarm = alarm;
        this.alarmIsOwn = alarmIsOwn && alarm >= 0;
        holdsAlarm = true;
    }

    void begin() {
        ALL.add(this);
    }

    /** To be called before the guard itself closes its numbers. */
    void end() {
        clear();
        ALL.remove(this);
    }

    /** Whether any guard was closed while calls were inside which still may be. */
    static boolean areThere() {
        return !ALL.isEmpty();
    }

    /** Closes what is found to be abandoned; one thread at a time. If it fails, the next goes on where it stopped. */
    static void closeAll() {
        do {
            if (found != null) {
                found.closeNumbers();
                ALL.remove(found);
            }
            found = (Abandoned) QUEUE.poll();
        } while (found != null);
    }

    private void closeNumbers() {
        if (!numberClosed) {
            if (alarm >= 0) {
                // closing the number would not do, if there is a duplicate
                Libc.epoll_ctl_plain(number, EpollEvent.DEL, alarm, 0);
            }
            Closing.unregister(number);
            Closing.close(number);
            numberClosed = true;
        }
        Closing.forget(number);
        if (alarmIsOwn) {
            Closing.close(alarm);
            alarmIsOwn = false;
        }
        if (holdsAlarm) {
            Alarm.release();
            holdsAlarm = false;
        }
    }
}
