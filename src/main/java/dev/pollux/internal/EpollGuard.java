package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;

/** Of an epoll, whose waiters have to be woken when it is closed. */
public final class EpollGuard extends Guard {
    private static final int EPOLLIN = epoll_h.EPOLLIN();
    private static final int ENOSPC = errno_h.ENOSPC();
    private static final int ENOMEM = errno_h.ENOMEM();
    private static final int NONE = -1;

    /** Numbers from here on are only given out where an administrator has raised {@code fs.nr_open}. */
    private static final int NUMBERS = 1 << 20;

    /** What is registered to wake the threads that wait. */
    private int alarm = NONE;

    /** Whether that is not the one of all epolls. */
    private boolean alarmIsOwn;

    private boolean released;

    public EpollGuard(int number, Object owner) {
        super(number, true, owner);
    }

    /**
     * Registers something always ready: level-triggered, it wakes one waiter after the other, and those yet to come.
     */
    @Override
    void wakeUsers() {
        super.wakeUsers();
        int shared = Alarm.number();
        if (alarm < 0 && shared >= 0) {
            int result = register(shared);
            if (result == 0) {
                alarm = shared;
                return;
            }
            if (isNoRoom(result)) {
                return; // nothing is watched, so nothing can be found either
            }
        }
        // a duplicate of this epoll is being closed too; or too many epolls are that are themselves watched by epolls
        if (alarm < 0) {
            alarm = Alarm.open();
            alarmIsOwn = alarm >= 0;
        }
        if (alarm >= 0 && register(alarm) != 0) {
            closeAlarm();
        }
    }

    private void closeAlarm() {
        if (alarmIsOwn) {
            Closing.close(alarm);
        }
        alarm = NONE;
    }

    /** Where the kernel has no room for it, it takes the place of something that is watched. */
    private int register(int eventfd) {
        int result = add(eventfd);
        for (int other = 0; other < NUMBERS && isNoRoom(result); other++) {
            if (Libc.epoll_ctl_plain(number(), EpollEvent.DEL, other, 0) == 0) {
                result = add(eventfd);
            }
        }
        return result;
    }

    private static boolean isNoRoom(int result) {
        return result == -ENOSPC || result == -ENOMEM;
    }

    private int add(int eventfd) {
        return EpollEvent.control(number(), EpollEvent.ADD, eventfd, EPOLLIN, NONE);
    }

    @Override
    Abandoned abandoned() {
        Abandoned abandoned = super.abandoned();
        abandoned.ofEpoll(alarm, alarmIsOwn);
        return abandoned;
    }

    @Override
    int closeNumbers() {
        if (alarm >= 0) {
            // closing the number would not do, if there is a duplicate
            Libc.epoll_ctl_plain(number(), EpollEvent.DEL, alarm, 0);
            closeAlarm();
        }
        int result = super.closeNumbers();
        release();
        return result;
    }

    @Override
    void giveAway() {
        super.giveAway();
        release();
    }

    private void release() {
        if (!released) {
            Alarm.release();
            released = true;
        }
    }
}
