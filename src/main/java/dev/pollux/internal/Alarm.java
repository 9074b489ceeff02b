package dev.pollux.internal;

import dev.pollux.generated.eventfd_h;
import dev.pollux.generated.poll_h;

/**
 * What wakes the threads that wait on an epoll when it is closed: one eventfd that is always readable, for all epolls.
 * It is opened with the first of them and closed with the last, so that waking needs no number, when there may be none.
 * Nobody reads it, and who does by mistake takes one of four billion.
 */
public final class Alarm {
    private static final int NONE = -1;
    private static final int READS = -1;
    private static final int FLAGS =
            eventfd_h.EFD_CLOEXEC() | eventfd_h.EFD_NONBLOCK() | eventfd_h.EFD_SEMAPHORE();

    private static int number = NONE;
    private static int epolls;

    private Alarm() { }

    /**
     * To be called for every epoll, and followed by a {@link #release}.
     *
     * @return 0; or the negated errno of why there is no alarm, which is counted all the same. What is thrown is not
     */
    public static synchronized int hold() {
        epolls++;
        boolean held = false;
        try {
            int result = number == NONE ? start() : 0;
            held = true;
            return result;
        } finally {
            if (!held) {
                release();
            }
        }
    }

    private static int start() {
        int eventfd = open();
        if (eventfd < 0) {
            return eventfd;
        }
        number = eventfd;
        // links what closing at the limit of open files will call
        isReadable(number);
        EpollEvent.control(NONE, EpollEvent.DEL, number, 0, 0);
        return 0;
    }

    /** To be called when an epoll is closed, or given away. */
    public static synchronized void release() {
        if (epolls == 1 && number != NONE) {
            Closing.close(number);
            number = NONE;
        }
        epolls--;
    }

    /** The alarm; another one if other code has closed it; or a negated errno. */
    static synchronized int number() {
        if (number == NONE || !isReadable(number)) {
            int another = open();
            if (another < 0) {
                return another;
            }
            number = another;
        }
        return number;
    }

    /** One that somebody else has to close. */
    static int open() {
        return Libc.eventfd(READS, FLAGS);
    }

    private static boolean isReadable(int eventfd) {
        return PollWait.now(eventfd, poll_h.POLLIN()) == poll_h.POLLIN();
    }
}
