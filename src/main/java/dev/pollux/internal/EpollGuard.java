package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.eventfd_h;

/** Of an epoll, whose waiters have to be woken when it is closed. */
public final class EpollGuard extends Guard {
    private static final int ADD = epoll_h.EPOLL_CTL_ADD();
    private static final int EPOLLIN = epoll_h.EPOLLIN();
    private static final int NONE = -1;

    /** The always-readable eventfd by which closing wakes the threads that wait. */
    private int alarm = NONE;

    public EpollGuard(int number, Object owner) {
        super(number, true, owner);
    }

    /**
     * Registers something always ready: level-triggered, it wakes one waiter after the other, and those yet to come.
     */
    @Override
    void wakeUsers() {
        super.wakeUsers();
        int eventfd = Libc.eventfd(1, eventfd_h.EFD_CLOEXEC());
        if (eventfd >= 0) {
            alarm = eventfd;
            EpollEvent.control(number(), ADD, eventfd, EPOLLIN, NONE);
        }
    }

    @Override
    int closeNumbers() {
        if (alarm != NONE) {
            Libc.close(alarm);
        }
        return super.closeNumbers();
    }
}
