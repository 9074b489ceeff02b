package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;
import dev.pollux.generated.poll_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets virtual threads wait for descriptors without their carriers: one platform thread waits for all of them, with one
 * epoll. Neither is there before a virtual thread has to wait.
 *
 * <p>A number is registered once, for what all its waiters ask for together, and reports once; then it is armed again
 * for those who still wait. A registration has a generation, so that a report that was under way when it changed is
 * passed over: the kernel reports again what is still true. The registration of a descriptor that is owned stays,
 * disarmed, until it is closed or a wait on it is given up; that of a borrowed one goes with its last waiter.
 */
public final class Poller {
    /** What a wait ends with that has to look again: the descriptor is being closed, or the wait was given up. */
    public static final int LOOK_AGAIN = 1 << 27;

    private static final int ADD = epoll_h.EPOLL_CTL_ADD();
    private static final int MOD = epoll_h.EPOLL_CTL_MOD();
    private static final int DEL = epoll_h.EPOLL_CTL_DEL();
    private static final int ALWAYS = epoll_h.EPOLLERR() | epoll_h.EPOLLHUP();
    private static final int BATCH = 256;
    private static final long REST_NANOS = 1_000_000;

    private static final Object CREATION = new Object();

    private final int epfd;
    private final MemorySegment reports;
    private final AtomicInteger generations = new AtomicInteger();
    private final Object growth = new Object();
    private volatile AtomicReferenceArray<@Nullable Watch> table = new AtomicReferenceArray<>(64);

    /** A thread that waits. */
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        final int events;
        volatile int found;
        @Nullable Waiter next;

        Waiter(int events) {
            this.events = events;
        }
    }

    /** The registration of a number, and who waits for it; its monitor guards it. */
    private static final class Watch {
        final int number;
        @Nullable Waiter first;
        int generation;
        boolean registered;
        boolean kept;
        boolean gone;

        Watch(int number) {
            this.number = number;
        }

        int union() {
            int all = 0;
            for (Waiter w = first; w != null; w = w.next) {
                all |= w.events;
            }
            return all;
        }

        void remove(Waiter waiter) {
            if (first == waiter) {
                first = waiter.next;
            } else {
                for (Waiter w = first; w != null; w = w.next) {
                    if (w.next == waiter) {
                        w.next = waiter.next;
                    }
                }
            }
            waiter.next = null;
        }

        /** Wakes those who wait for something of what was found, and keeps the others. */
        void wake(int found) {
            Waiter w = first;
            while (w != null) {
                Waiter next = w.next;
                int his = found & (w.events | ALWAYS | LOOK_AGAIN | poll_h.POLLNVAL());
                if (his != 0) {
                    w.found = his;
                    LockSupport.unpark(w.thread); // where that fails, he is still here when it is tried again
                    remove(w);
                }
                w = next;
            }
        }
    }

    /** The poller, if a virtual thread has had to wait. */
    public static @Nullable Poller running() {
        return Closing.poller;
    }

    private Poller(int epfd, MemorySegment reports) {
        this.epfd = epfd;
        this.reports = reports;
    }

    /** The poller, started if need be; or null if there is no descriptor left for it. */
    private static @Nullable Poller start() {
        Poller poller = Closing.poller;
        if (poller != null) {
            return poller;
        }
        synchronized (CREATION) {
            poller = Closing.poller;
            if (poller == null) {
                MemorySegment reports = Arena.ofAuto().allocate(BATCH * EpollEvent.SIZE, Long.BYTES);
                try {
                    // what its thread is to call: the descriptor below may be the last one, needed to read this class
                    Libc.epoll_wait_plain(-1, reports, BATCH, 0);
                } catch (NoClassDefFoundError e) { // none was left for that, either
                    return null;
                }
                int epfd = Libc.epoll_create1(epoll_h.EPOLL_CLOEXEC());
                if (epfd < 0) {
                    return null;
                }
                poller = new Poller(epfd, reports);
                try {
                    Thread.ofPlatform().daemon().name("pollux-poller").inheritInheritableThreadLocals(false)
                            .start(poller::run);
                } catch (Throwable e) { // no memory for a thread
                    Closing.close(epfd);
                    throw e;
                }
                Closing.poller = poller;
            }
            return poller;
        }
    }

    /**
     * Parks the calling virtual thread until the number, which is in use by the guard's owner, has one of the events, or is
     * closed, or the time is over, or the thread is interrupted.
     *
     * @return what was found; {@link #LOOK_AGAIN} if the descriptor was closed; 0 if the time is over or the thread is
     *         interrupted; a negative errno if the number cannot be waited for in this way
     */
    public static int await(Guard guard, int number, int events, long nanos) {
        Poller poller = start();
        if (poller == null) {
            return -errno_h.EMFILE();
        }
        long start = Deadline.start(nanos);
        Waiter me = new Waiter(events);
        Watch watch = null;
        while (watch == null) {
            watch = poller.watch(number);
            synchronized (watch) {
                if (watch.gone) {
                    watch = null;
                } else {
                    me.next = watch.first;
                    watch.first = me;
                    watch.kept |= guard.isOwned();
                    int error = poller.arm(watch);
                    if (error < 0) {
                        poller.giveUp(watch, me);
                        return error;
                    }
                }
            }
        }
        // whoever closes it wakes the waiters there are, and then come no more
        while (me.found == 0 && guard.isOpen()) {
            long left = Deadline.left(start, nanos);
            if (left == 0 || me.thread.isInterrupted()) {
                break;
            }
            if (left == Deadline.NEVER) {
                LockSupport.park(guard.owner());
            } else {
                LockSupport.parkNanos(guard.owner(), left);
            }
        }
        if (me.found == 0) {
            synchronized (watch) {
                if (me.found == 0) {
                    poller.giveUp(watch, me);
                    return guard.isOpen() ? 0 : LOOK_AGAIN;
                }
            }
        }
        return me.found;
    }

    /**
     * Ends the registration of a number, because an object that names it is being closed, or gives it away. Those who
     * wait look again then: some may do so by another object.
     */
    void forget(int number) {
        Watch watch = find(number);
        if (watch != null) {
            synchronized (watch) {
                end(watch);
                watch.wake(LOOK_AGAIN);
            }
        }
    }

    /**
     * Takes a number that is about to be closed out of the epoll, which a duplicate would keep in it. Those who wait
     * for it by another object, which borrows it, stay until it is closed, when {@link #forget} makes them look again.
     */
    void unregister(int number) {
        Watch watch = find(number);
        if (watch != null) {
            synchronized (watch) {
                if (!watch.gone && watch.registered) {
                    EpollEvent.control(epfd, DEL, number, 0, 0);
                    watch.registered = false;
                }
            }
        }
    }

    private void end(Watch watch) {
        if (!watch.gone) {
            drop(watch);
        }
    }

    /** The number of the epoll: for tests. */
    public int epfd() {
        return epfd;
    }

    /** Whether anything is kept about a number: for tests. */
    public boolean knows(int number) {
        return find(number) != null;
    }

    private @Nullable Watch find(int number) {
        AtomicReferenceArray<@Nullable Watch> now = table;
        return number < now.length() ? now.get(number) : null;
    }

    private Watch watch(int number) {
        Watch found = find(number);
        if (found != null) {
            return found;
        }
        synchronized (growth) {
            AtomicReferenceArray<@Nullable Watch> now = table;
            if (number >= now.length()) {
                AtomicReferenceArray<@Nullable Watch> larger =
                        new AtomicReferenceArray<>(Math.max(number + 1, 2 * now.length()));
                for (int i = 0; i < now.length(); i++) {
                    larger.setPlain(i, now.get(i));
                }
                table = larger;
                now = larger;
            }
            found = now.get(number);
            if (found == null) {
                found = new Watch(number);
                now.set(number, found);
            }
            return found;
        }
    }

    /** Sees to it that what the waiters of this number ask for will be reported; returns a negative errno, or 0. */
    private int arm(Watch watch) {
        int wanted = watch.union() | epoll_h.EPOLLONESHOT();
        int generation = generations.incrementAndGet();
        long data = (long) generation << Integer.SIZE | watch.number;
        int result = EpollEvent.control(epfd, watch.registered ? MOD : ADD, watch.number, wanted, data);
        if (result == -errno_h.ENOENT() && watch.registered) {
            // closed behind our back, and open again
            result = EpollEvent.control(epfd, ADD, watch.number, wanted, data);
        } else if (result == -errno_h.EEXIST()) {
            // closed behind our back while a duplicate was open, and now here again
            result = EpollEvent.control(epfd, MOD, watch.number, wanted, data);
            watch.registered = result == 0;
        }
        if (result == 0) { // else what is registered, if anything, still reports under its old generation
            watch.registered = true;
            watch.generation = generation;
        }
        return result;
    }

    private void giveUp(Watch watch, Waiter waiter) {
        watch.remove(waiter);
        if (watch.first == null && !watch.gone) {
            drop(watch);
        }
    }

    private void drop(Watch watch) {
        if (watch.registered) {
            EpollEvent.control(epfd, DEL, watch.number, 0, 0);
        }
        watch.gone = true;
        synchronized (growth) {
            table.set(watch.number, null);
        }
    }

    /** Never ends, whatever happens: with it would all waits to come, and nobody would be told. */
    private void run() {
        int next = 0;
        int n = 0;
        for (;;) {
            try {
                for (; next < n; next++) {
                    long data = EpollEvent.data(reports, next);
                    Watch watch = find((int) data);
                    if (watch != null) {
                        report(watch, (int) (data >>> Integer.SIZE), EpollEvent.events(reports, next));
                    }
                }
                n = Libc.epoll_wait_plain(epfd, reports, BATCH, -1); // fails only if a signal comes
                next = 0;
            } catch (Throwable e) { // no memory: the kernel does not make the same report again, so this does
                LockSupport.parkNanos(REST_NANOS);
            }
        }
    }

    private void report(Watch watch, int generation, int found) {
        synchronized (watch) {
            if (watch.gone || watch.generation != generation) {
                return;
            }
            watch.wake(found);
            if (watch.first != null) {
                if (arm(watch) < 0) {
                    watch.wake(LOOK_AGAIN); // the kernel will tell each of them why
                    drop(watch);
                }
            } else if (!watch.kept) {
                drop(watch);
            }
        }
    }
}
