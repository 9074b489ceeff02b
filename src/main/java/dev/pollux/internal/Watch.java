package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.poll_h;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Poller} knows of a number: how it is registered, and who waits for it. Waiters with the same mask are
 * a chain, which is woken as a whole: joining, leaving and finding whom to wake take no longer when there are more.
 *
 * <p><b>Its lock</b> is a field. Whoever holds it computes and makes system calls, but never parks, so that it is given
 * back even where no virtual thread gets a carrier; and to give it back is an assignment, not a call, for which there
 * may be no stack. Whoever delivers a report does not wait for it
 * either: it leaves the report here, and the holder processes it when done. (A monitor would do neither: a virtual
 * thread that waits for it gives up its carrier, perhaps to one that waits pinned for this very report.)
 */
final class Watch {
    static final int FREE = 0;
    private static final int HELD = 1;
    private static final AtomicIntegerFieldUpdater<Watch> LOCK =
            AtomicIntegerFieldUpdater.newUpdater(Watch.class, "lock");
    private static final int SPINS = 100;

    private static final int ALWAYS = epoll_h.EPOLLERR() | epoll_h.EPOLLHUP() | poll_h.POLLNVAL() | Poller.LOOK_AGAIN;

    /** That nothing will be reported; not 0, with which errors and hang-ups are. */
    static final int DISARMED = -1;

    final int number;
    /** Whether it is an epoll. */
    final boolean nested;

    /** {@link #FREE}, which its holder sets it to when done. */
    volatile int lock;

    /** A report that came while the lock was held: its generation and what was found; or 0. */
    final AtomicLong missed = new AtomicLong();

    // the rest is for who holds the lock

    /** What the kernel will report. */
    int armed = DISARMED;
    /** Of the registration, so that a report of an earlier one can be told. */
    int generation;
    boolean registered;
    /** Whether the registration stays when nobody waits, because the number's owner will tell when it is closed. */
    boolean kept;
    /** Whether it is no longer used: another one takes its place. */
    boolean gone;
    private @Nullable Chain chains;

    /** A thread that waits. */
    static final class Waiter {
        private final Thread thread = Thread.currentThread();
        private @Nullable Chain chain;
        private @Nullable Waiter previous;
        private @Nullable Waiter next;
        /** Whether its wait is over, so that it has no business here any more. */
        volatile boolean over;

        /** What was found, or 0. */
        int found() {
            Chain joined = chain;
            return joined == null ? 0 : joined.found;
        }

        /** Whether it is one of those that were {@linkplain Chain#delivered delivered} by a report. */
        boolean isDelivered() {
            Chain joined = chain;
            return joined != null && joined.delivered;
        }
    }

    /** Those who wait with the same mask. Once something is found it is nobody's but that of whoever wakes them. */
    static final class Chain {
        private final int events;
        private volatile int found;
        private @Nullable Waiter first;
        private int size;
        /** Whether a report wakes them, and they are counted as under way until they run. */
        private boolean delivered;
        @Nullable Chain next;
        /** Once its waiters are to be woken: another report's, whose are as well. */
        @Nullable Chain otherList;

        private Chain(int events) {
            this.events = events;
        }

        int size() {
            return size;
        }

        /** Unparks them; goes on where an error stopped it when called again. */
        void wake() {
            for (Waiter w = first; w != null; w = w.next) {
                first = w;
                LockSupport.unpark(w.thread);
            }
            first = null;
        }
    }

    Watch(int number, boolean nested) {
        this.number = number;
        this.nested = nested;
    }

    boolean tryLock() {
        return LOCK.compareAndSet(this, FREE, HELD);
    }

    void lock() {
        for (int spins = 1; !tryLock(); spins++) {
            if (spins % SPINS == 0) {
                Thread.yield();
            } else {
                Thread.onSpinWait();
            }
        }
    }

    /**
     * Leaves a report here, unless there is one of a later registration: an earlier one may report for as long as a
     * duplicate is open.
     */
    void leave(long report) {
        long now;
        do {
            now = missed.get();
            if (now != 0 && (int) (now >>> Integer.SIZE) - (int) (report >>> Integer.SIZE) > 0) {
                return;
            }
        } while (!missed.compareAndSet(now, report));
    }

    boolean isAwaited() {
        return chains != null;
    }

    /** What all waiters together ask for. */
    int union() {
        int all = 0;
        for (Chain c = chains; c != null; c = c.next) {
            all |= c.events;
        }
        return all;
    }

    /** Whether what is armed reports all of these events. */
    boolean covers(int events) {
        return armed != DISARMED && (events & ~armed) == 0;
    }

    void join(Waiter waiter, int events) {
        Chain c = chains;
        while (c != null && c.events != events) {
            c = c.next;
        }
        if (c == null) {
            c = new Chain(events);
            c.next = chains;
            chains = c;
        }
        Waiter second = c.first;
        waiter.next = second;
        if (second != null) {
            second.previous = waiter;
        }
        c.first = waiter;
        c.size++;
        waiter.chain = c;
    }

    /** Takes out a waiter of whom nothing was found. */
    void leave(Waiter waiter) {
        Chain c = waiter.chain;
        waiter.chain = null;
        if (c == null) {
            return;
        }
        Waiter previous = waiter.previous;
        Waiter next = waiter.next;
        if (previous != null) {
            previous.next = next;
        } else {
            c.first = next;
        }
        if (next != null) {
            next.previous = previous;
        }
        c.size--;
        if (c.first == null) {
            remove(c);
        }
    }

    /** Takes out those whose wait is over, and whom an error kept from leaving. */
    void leaveOver() {
        for (Chain c = chains; c != null;) {
            Chain nextChain = c.next;
            for (Waiter w = c.first; w != null;) {
                Waiter next = w.next;
                if (w.over) {
                    leave(w);
                }
                w = next;
            }
            c = nextChain;
        }
    }

    private void remove(Chain chain) {
        if (chains == chain) {
            chains = chain.next;
            return;
        }
        for (Chain c = chains; c != null; c = c.next) {
            if (c.next == chain) {
                c.next = chain.next;
                return;
            }
        }
    }

    /** Takes out those who wait for something of what was found, to be woken. From here on they may go on. */
    @Nullable Chain take(int found, boolean delivered) {
        Chain taken = null;
        Chain left = null;
        for (Chain c = chains; c != null;) {
            Chain next = c.next;
            int its = found & (c.events | ALWAYS);
            if (its == 0) {
                c.next = left;
                left = c;
            } else {
                c.next = taken;
                taken = c;
                c.delivered = delivered;
                c.found = its;
            }
            c = next;
        }
        chains = left;
        return taken;
    }
}
