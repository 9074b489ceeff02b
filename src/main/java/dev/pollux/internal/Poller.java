package dev.pollux.internal;

import dev.pollux.generated.epoll_h;
import dev.pollux.generated.errno_h;
import dev.pollux.generated.fcntl_h;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets virtual threads wait for descriptors without their carriers. All that they wait for is registered with one
 * epoll, the inner one, which is polled on the carriers:
 * <ul>
 * <li>by each thread that is about to park, for all: what it finds is often what another one, or it itself, waits for;
 * <li>by the <em>sub-poller</em>, a virtual thread that polls and yields for as long as there is something. When there
 * is not, it parks.
 * </ul>
 * While the sub-poller is parked the inner epoll is watched by the <em>master</em>, a daemon platform thread, which
 * unparks it. So an event takes no switch to another thread of the kernel's while there is work, and nothing runs while
 * there is none.
 *
 * <p><b>Registrations.</b> A number is registered once, for what all its waiters ask for together, and reports once
 * (EPOLLONESHOT); then it is armed again for those who still wait. Its generation changes whenever it is armed, so that
 * a report that was under way then is passed over: the kernel reports again what is still true. The registration of a
 * descriptor that is owned stays, disarmed, until it is closed or a wait for it is given up; that of a borrowed one
 * goes with its last waiter. An epoll that is waited for is registered with the master's own epoll, the outer one,
 * because epolls may be nested only so deep.
 *
 * <p><b>No event is missed.</b> A waiter publishes itself, then arms, then parks. To arm makes the kernel look, so what
 * was there before is reported too, and whoever delivers it finds the waiter. The sub-poller says that it is armed,
 * then arms the inner epoll, which makes the kernel look as well, then parks; the master takes that back before it
 * unparks. So a report that comes between the last empty poll and parking is the master's, and it unparks what is or
 * will be parked.
 *
 * <p><b>No one is starved.</b> Where carriers are held by waiters that are pinned, the sub-poller cannot run: while it
 * is not parked, the master looks every few milliseconds whether it has had a turn, and polls itself if not. A carrier
 * runs what is in its own queue before anything else, and a queue that threads refill by waking each other is never
 * empty. So every four milliseconds those who are about to park stop polling until the sub-poller has been in the
 * queue of those whose time is over.
 *
 * <p><b>Errors.</b> What is thrown in the middle (no memory, no stack) loses no report: where a batch was left, and
 * whom it could not wake, is kept where the next who polls finds it; and where a watch may not be what its waiters need
 * all watches are put right. To write that down, and to give back what is held, takes assignments and no call.
 *
 * <p><b>The end.</b> Nothing of this is there before a virtual thread has to wait, and it ends when none has waited for
 * a while: threads that lived on would keep the library's class loader alive. It ends in two steps. While it is ending
 * no watch can be changed, and those that were being changed are waited for; if nobody is found waiting then it has
 * ended, else it runs on. Who comes in between waits for that, and by another poller if it has ended. So it is, too,
 * where other code has closed the number of an epoll, which is nobody's or something else's then: all waiters look
 * again, by the next poller. It is noticed by the first call that fails, or after a quiet time.
 */
public final class Poller {
    /** What a wait ends with that has to look again: the descriptor is being closed, or another event was found. */
    public static final int LOOK_AGAIN = 1 << 27;
    /** Found without parking. */
    public static final int AT_ONCE = 1 << 28;

    private static final int ONESHOT = epoll_h.EPOLLONESHOT();
    private static final int SETSIG = fcntl_h.F_SETSIG();
    private static final int GETSIG = fcntl_h.F_GETSIG();
    private static final int BATCH = 64;
    private static final long REST_NANOS = 1_000_000;

    /** Those who park poll until this long after the sub-poller's last turn for others. */
    private static final long FAIR_NANOS = 4_000_000;
    /** How often the sub-poller yields to another thread that polls before it leaves it alone. */
    private static final int BUSY_YIELDS = 4;
    /** How long the sub-poller may be without a turn before the master polls. */
    private static final int TICK_MILLIS = 10;

    private static final Object CREATION = new Object();

    /** The number of the last signal there is. */
    private static final int MARKS = 64;

    /** A signal that the next poller's epolls would send if epolls sent any: what has another one is another's. */
    private static int nextMark;

    private static final int SEGMENT_BITS = 8;
    private static final int SEGMENT = 1 << SEGMENT_BITS;
    private static final long INNER = -1;
    private static final int NONE = -1;

    /** Results of joining that are no errno: what is armed already reports it; this poller, or watch, is not used. */
    private static final int ARMED = 0;
    private static final int COVERED = 1;
    private static final int TRY_AGAIN = 2;

    /** Another thread polls. */
    private static final int BUSY = Integer.MIN_VALUE;

    private static final int RUNNING = 0;
    private static final int ENDING = 1;
    private static final int ENDED = 2;

    private final Arena arena = Arena.ofShared();
    private final int outer;
    private final int inner;
    /** By which the epolls are known to be still this poller's; another one than that of those before it. */
    private final int mark;
    private volatile int state = RUNNING;
    private static final AtomicIntegerFieldUpdater<Poller> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Poller.class, "state");
    private final AtomicInteger generations = new AtomicInteger();

    /** All watches: parts of a table, which stay where they are when it grows. */
    private volatile @Nullable AtomicReferenceArray<@Nullable Watch>[] table = newTable(4);

    /** Waiters that an error kept from being woken; changed under the lock. */
    private volatile Watch.@Nullable Chain unwoken;
    private final Object unwokenLock = new Object();

    /** Whether a thread polls the inner epoll; what is found is its own until it is given back. */
    private volatile int polling;
    private static final AtomicIntegerFieldUpdater<Poller> POLLING =
            AtomicIntegerFieldUpdater.newUpdater(Poller.class, "polling");
    private final Batch found = new Batch();
    /** What the outer epoll reported; of the master. */
    private final Batch reports = new Batch();
    /** How often something was found; written by the thread that polls. */
    private volatile int polls;

    /** How many waiters were woken by a report and have not run since. */
    private final AtomicInteger underWay = new AtomicInteger();
    /** When others had their turn last. */
    private volatile long fairAt = System.nanoTime();

    private volatile @Nullable Thread sub;
    /** How many turns the sub-poller has had. */
    private volatile int turns;
    /** Whether the sub-poller parks, and the master has to unpark it. */
    private volatile boolean armed;
    /** Whether the sub-poller has been started, and has not ended. */
    private volatile boolean subRuns;
    /** Whether an epoll was found to be another's. */
    private volatile boolean broken;
    /** Whether an error has left something undone, so that all watches have to be gone over. */
    private volatile boolean unsettled;

    /** Reports that are being delivered, and how far that is. */
    private final class Batch {
        final MemorySegment reports = arena.allocate(BATCH * EpollEvent.SIZE, Long.BYTES);
        int at;
        int count;
        /** Who is to be woken by those that were delivered: a list, and its end. */
        private Watch.@Nullable Chain woken;
        private Watch.@Nullable Chain last;
        /** Who is being woken, by any thread that comes by. */
        private volatile Watch.@Nullable Chain listed;

        /** Delivers what has not been delivered. */
        void deliver() {
            wakeAll();
            wakeUnwoken();
            for (; at < count; at++) {
                long data = EpollEvent.data(reports, at);
                if (data == INNER) {
                    wakeSub();
                    continue;
                }
                Watch watch = find((int) data);
                if (watch != null) {
                    watch.leave(data >>> Integer.SIZE << Integer.SIZE | EpollEvent.events(reports, at));
                    Poller.this.deliver(watch, this);
                }
            }
            wakeAll();
        }

        private void wakeAll() {
            if (woken != null) {
                wakeListed();
                listed = woken;
                woken = null;
            }
            wakeListed();
        }

        /**
         * Those who are woken do this first: a carrier that had nothing to do starts with the first one, on a busy
         * machine in place of this thread, and would find nothing else to run, and sleep again, once for each.
         */
        void wakeListed() {
            if (listed != null) {
                Closing.requireStack();
            }
            for (Watch.Chain list = listed; list != null; list = listed) {
                if (LISTED.compareAndSet(this, list, list.otherList)) {
                    try {
                        unpark(list);
                    } catch (Throwable e) {
                        synchronized (unwokenLock) { // no call: there may be no stack for one
                            list.otherList = unwoken;
                            unwoken = list;
                        }
                    }
                }
            }
        }
    }

    private static final AtomicReferenceFieldUpdater<Batch, Watch.@Nullable Chain> LISTED =
            AtomicReferenceFieldUpdater.newUpdater(Batch.class, Watch.Chain.class, "listed");

    /** The poller, if there is one: for tests. */
    public static @Nullable Poller running() {
        return Closing.poller;
    }

    private Poller(int outer, int inner, int mark) {
        this.outer = outer;
        this.inner = inner;
        this.mark = mark;
    }

    /** The poller, started if need be; or null if there are no descriptors left for it. */
    private static @Nullable Poller start() {
        Poller poller = Closing.poller;
        if (poller != null && poller.state != ENDED) {
            return poller;
        }
        synchronized (CREATION) {
            poller = Closing.poller;
            if (poller == null || poller.state == ENDED) {
                poller = open();
                if (poller != null) {
                    try {
                        Thread.ofPlatform().daemon().name("pollux-poller").inheritInheritableThreadLocals(false)
                                .start(poller::master);
                    } catch (Throwable e) { // no memory for a thread
                        poller.closeNumbers();
                        throw e;
                    }
                }
                Closing.poller = poller;
            }
            return poller;
        }
    }

    private static @Nullable Poller open() {
        try {
            // what is to be called: the descriptors below may be the last ones, needed to read these classes
            Libc.epoll_wait_plain(NONE, MemorySegment.NULL, 1, 0);
            EpollEvent.control(NONE, EpollEvent.DEL, NONE, 0, 0);
            mark(NONE, 0);
            mark(NONE);
        } catch (NoClassDefFoundError e) { // none was left for that, either
            return null;
        }
        int outer = Libc.epoll_create1(epoll_h.EPOLL_CLOEXEC());
        int inner = outer < 0 ? outer : Libc.epoll_create1(epoll_h.EPOLL_CLOEXEC());
        boolean opened = false;
        try {
            int mark = 1 + nextMark++ % MARKS;
            if (inner >= 0 && mark(outer, mark) && mark(inner, mark)
                    && EpollEvent.control(outer, EpollEvent.ADD, inner, ONESHOT, INNER) == 0) {
                Poller poller = new Poller(outer, inner, mark);
                opened = true;
                return poller;
            }
            return null;
        } finally {
            if (!opened) {
                close(inner);
                close(outer);
            }
        }
    }

    private static boolean mark(int epfd, int mark) {
        return Libc.fcntl_plain(epfd, SETSIG, mark) == 0;
    }

    private static int mark(int epfd) {
        return Libc.fcntl_plain(epfd, GETSIG, 0);
    }

    /** Whether both numbers still are the epolls that were opened. */
    private boolean isWhole() {
        return mark(outer) == mark && mark(inner) == mark;
    }

    private static void close(int epfd) {
        if (epfd >= 0) {
            Closing.close(epfd);
        }
    }

    /**
     * Parks the calling virtual thread until the number, which is in use by the guard's owner, has one of the events,
     * or is closed, or the time is over, or the thread is interrupted.
     *
     * @param isEpoll whether the number is an epoll's; if it is said not to be, epolls are nested deeper
     * @return what was found, with {@link #AT_ONCE} if that took no parking; {@link #LOOK_AGAIN} if it has to be looked
     *         at; 0 if the time is over or the thread is interrupted; a negative errno if the number cannot be waited
     *         for in this way
     */
    public static int await(Guard guard, int number, int events, long nanos, boolean isEpoll) {
        Watch.Waiter me = new Watch.Waiter();
        Poller poller = null;
        try {
            for (;;) {
                poller = start();
                if (poller == null) {
                    return -errno_h.EMFILE();
                }
                Watch watch = poller.watch(number, isEpoll);
                int joined = poller.join(watch, me, events, guard.isOwned());
                if (joined >= 0 && joined != TRY_AGAIN) {
                    return poller.await(watch, me, joined, guard, nanos);
                }
                if (joined < 0 && !poller.abandonIfBroken()) {
                    return joined;
                }
            }
        } catch (Throwable e) { // no memory, no stack
            me.over = true;
            if (poller != null) {
                poller.unsettled = true;
            }
            throw e;
        }
    }

    private int await(Watch watch, Watch.Waiter me, int joined, Guard guard, long nanos) {
        long start = Deadline.start(nanos);
        int result = AT_ONCE;
        int found;
        try {
            pollForAll();
            // whoever closes it wakes the waiters there are, and then come no more
            while (me.found() == 0 && guard.isOpen() && !guard.isKeptFromPoller()) {
                long left = Deadline.left(start, nanos);
                if (left == 0 || Thread.currentThread().isInterrupted()) {
                    break;
                }
                result = 0;
                if (left == Deadline.NEVER) {
                    LockSupport.park(guard.owner());
                } else {
                    LockSupport.parkNanos(guard.owner(), left);
                }
            }
        } finally {
            found = leave(watch, me);
        }
        if (found == 0) {
            return guard.isOpen() && !guard.isKeptFromPoller() ? 0 : LOOK_AGAIN;
        }
        // what was armed for others may have reported what was true before this wait began
        return joined == COVERED ? LOOK_AGAIN : found | result;
    }

    /** Adds a waiter, and sees to it that what it asks for will be reported. */
    private int join(Watch watch, Watch.Waiter waiter, int events, boolean owned) {
        int joined = TRY_AGAIN;
        if (lock(watch)) {
            try {
                if (!watch.gone) {
                    watch.join(waiter, events);
                    watch.kept |= owned;
                    joined = watch.covers(events) ? COVERED : arm(watch);
                }
                if (joined == TRY_AGAIN || joined < 0) {
                    giveUp(watch, waiter);
                }
            } finally {
                watch.lock = Watch.FREE;
            }
            deliver(watch);
        }
        return joined;
    }

    /** Takes a waiter out; returns what was found for it, or 0. */
    private int leave(Watch watch, Watch.Waiter waiter) {
        int found = waiter.found();
        if (found == 0) {
            watch.lock();
            try {
                found = waiter.found();
                if (found == 0) {
                    giveUp(watch, waiter);
                }
            } finally {
                watch.lock = Watch.FREE;
            }
            deliver(watch);
        }
        if (found != 0 && waiter.isDelivered()) {
            underWay.getAndDecrement();
            this.found.wakeListed();
        }
        return found;
    }

    private void giveUp(Watch watch, Watch.Waiter waiter) {
        watch.leave(waiter);
        if (!watch.isAwaited() && !watch.gone && state != ENDED) {
            drop(watch);
        }
    }

    /**
     * Ends the registration of a number, because an object that names it is being closed, or gives it away. Those who
     * wait look again then: some may do so by another object.
     */
    void forget(int number) {
        Watch watch = find(number);
        if (watch != null) {
            endWaits(watch, false);
        }
    }

    /** Unless this poller has ended, or even then. */
    private void endWaits(Watch watch, boolean always) {
        if (always) {
            watch.lock();
        } else if (!lock(watch)) {
            return;
        }
        Watch.Chain woken = null;
        try {
            drop(watch);
            woken = watch.take(LOOK_AGAIN, false);
        } finally {
            watch.lock = Watch.FREE;
            if (woken != null) {
                try {
                    wake(woken);
                } catch (Throwable e) {
                    synchronized (unwokenLock) { // no call: there may be no stack for one
                        woken.otherList = unwoken;
                        unwoken = woken;
                    }
                }
            }
        }
    }

    /**
     * Takes a number that is about to be closed out of the epoll, which a duplicate would keep in it. Those who wait
     * for it by another object, which borrows it, stay until it is closed, when {@link #forget} makes them look again.
     */
    void unregister(int number) {
        Watch watch = find(number);
        if (watch != null && lock(watch)) {
            try {
                if (!watch.gone && watch.registered) {
                    EpollEvent.control(watch.nested ? outer : inner, EpollEvent.DEL, number, 0, 0);
                    watch.registered = false;
                    watch.armed = Watch.DISARMED;
                }
            } finally {
                watch.lock = Watch.FREE;
            }
            deliver(watch);
        }
    }

    /** Begins a change of a watch; false if the poller has ended, and with it all registrations. */
    private boolean lock(Watch watch) {
        for (;;) {
            watch.lock();
            int now = state;
            if (now == RUNNING) {
                return true;
            }
            watch.lock = Watch.FREE;
            if (now == ENDED) {
                return false;
            }
            Thread.yield(); // it will be known in a moment
        }
    }

    private void deliver(Watch watch) {
        deliver(watch, null);
    }

    /**
     * Delivers the report that was left with a watch, if there is one and nobody holds the watch; who does so then
     * delivers it when done.
     *
     * @param batch wakes those it concerns; null if that is to be done here
     */
    private void deliver(Watch watch, @Nullable Batch batch) {
        long report;
        while ((report = watch.missed.get()) != 0 && watch.tryLock()) {
            Watch.Chain woken = null;
            boolean delivered = false;
            try {
                if (!watch.gone && watch.generation == (int) (report >>> Integer.SIZE)) {
                    watch.armed = Watch.DISARMED;
                    woken = watch.take((int) report, true);
                    for (Watch.Chain c = woken; c != null; c = c.next) {
                        underWay.getAndAdd(c.size());
                    }
                    Watch.Chain last = woken;
                    while (last != null && last.next != null) {
                        last = last.next;
                    }
                    Watch.Chain others = settle(watch);
                    if (last == null) {
                        woken = others;
                    } else {
                        last.next = others;
                    }
                }
                watch.missed.compareAndSet(report, 0);
                delivered = true;
            } finally {
                if (!delivered) { // to deliver it twice does no harm
                    unsettled = true;
                }
                watch.lock = Watch.FREE;
                if (woken != null) {
                    if (batch == null) {
                        try {
                            wake(woken);
                        } catch (Throwable e) {
                            synchronized (unwokenLock) { // no call: there may be no stack for one
                                woken.otherList = unwoken;
                                unwoken = woken;
                            }
                        }
                    } else { // no call: there may be no stack for one
                        if (batch.woken == null) {
                            batch.woken = woken;
                        } else {
                            batch.last.otherList = woken;
                        }
                        batch.last = woken;
                    }
                }
            }
        }
    }

    /**
     * Arms for those who wait. If that fails they look by themselves, and the kernel tells each of them why.
     *
     * @return those who are to do so
     */
    private Watch.@Nullable Chain settle(Watch watch) {
        if (!watch.isAwaited()) {
            if (!watch.kept) {
                drop(watch);
            }
            return null;
        }
        try {
            if (arm(watch) == 0) {
                return null;
            }
        } catch (Throwable e) { // no memory, no stack
        }
        drop(watch);
        return watch.take(LOOK_AGAIN, false);
    }

    /** Puts right what an error may have left otherwise. */
    private void settleAll() {
        unsettled = false;
        boolean settled = false;
        try {
            forEachWatch(watch -> {
                if (lock(watch)) {
                    Watch.Chain woken = null;
                    try {
                        watch.leaveOver();
                        woken = settle(watch);
                    } finally {
                        watch.lock = Watch.FREE;
                        if (woken != null) {
                            try {
                                wake(woken);
                            } catch (Throwable e) {
                                synchronized (unwokenLock) { // no call: there may be no stack for one
                                    woken.otherList = unwoken;
                                    unwoken = woken;
                                }
                            }
                        }
                    }
                    deliver(watch);
                }
                return true;
            });
            settled = true;
        } finally {
            if (!settled) {
                unsettled = true;
            }
        }
    }

    /** Unparks, or throws, and unparks none: the next thread that polls does then. */
    private void wake(Watch.Chain woken) {
        Closing.requireStack();
        unpark(woken);
    }

    /**
     * Unparks, where it is known that there is stack for it: a virtual thread whose unparking was interrupted by an error
     * could never be unparked again. Those it cannot unpark all the same, the next thread that polls does.
     */
    private void unpark(Watch.Chain woken) {
        for (Watch.Chain c = woken; c != null;) {
            Watch.Chain next = c.next;
            try {
                c.wake();
            } catch (Throwable e) { // no memory, no stack
                synchronized (unwokenLock) {
                    c.next = null;
                    c.otherList = unwoken;
                    unwoken = c;
                }
            }
            c = next;
        }
    }

    private void wakeUnwoken() {
        if (unwoken != null) {
            Watch.Chain list;
            synchronized (unwokenLock) {
                list = unwoken;
                unwoken = null;
            }
            while (list != null) {
                Watch.Chain other = list.otherList;
                try {
                    wake(list);
                } catch (Throwable e) {
                    synchronized (unwokenLock) { // no call: there may be no stack for one
                        list.otherList = unwoken;
                        unwoken = list;
                    }
                }
                list = other;
            }
        }
    }

    /** The number of the epoll in which all but epolls are registered: for tests. */
    public int epfd() {
        return inner;
    }

    /** The number of the epoll in which epolls are registered, and the other one: for tests. */
    public int outerEpfd() {
        return outer;
    }

    /** Whether anything is kept about a number: for tests. */
    public boolean knows(int number) {
        Watch watch = find(number);
        return watch != null && !watch.gone;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable AtomicReferenceArray<@Nullable Watch>[] newTable(int segments) {
        return new AtomicReferenceArray[segments];
    }

    private @Nullable Watch find(int number) {
        AtomicReferenceArray<@Nullable Watch>[] now = table;
        int part = number >>> SEGMENT_BITS;
        AtomicReferenceArray<@Nullable Watch> segment = part < now.length ? now[part] : null;
        return segment == null ? null : segment.get(number & SEGMENT - 1);
    }

    private Watch watch(int number, boolean nested) {
        AtomicReferenceArray<@Nullable Watch> segment = segment(number >>> SEGMENT_BITS);
        for (;;) {
            Watch now = segment.get(number & SEGMENT - 1);
            if (now != null && !now.gone) {
                return now;
            }
            Watch added = new Watch(number, nested);
            if (segment.compareAndSet(number & SEGMENT - 1, now, added)) {
                return added;
            }
        }
    }

    private AtomicReferenceArray<@Nullable Watch> segment(int part) {
        AtomicReferenceArray<@Nullable Watch>[] now = table;
        AtomicReferenceArray<@Nullable Watch> segment = part < now.length ? now[part] : null;
        if (segment != null) {
            return segment;
        }
        synchronized (generations) { // which nobody else locks
            now = table;
            AtomicReferenceArray<@Nullable Watch>[] larger = newTable(Math.max(now.length, 2 * part + 1));
            System.arraycopy(now, 0, larger, 0, now.length);
            if (larger[part] == null) {
                larger[part] = new AtomicReferenceArray<>(SEGMENT);
                table = larger; // never changed afterwards
            }
            return larger[part];
        }
    }

    /** Sees to it that what the waiters of this number ask for will be reported; returns a negative errno, or 0. */
    private int arm(Watch watch) {
        int wanted = watch.union();
        int generation = generations.incrementAndGet();
        long data = (long) generation << Integer.SIZE | watch.number;
        int epfd = watch.nested ? outer : inner;
        int before = watch.armed;
        watch.armed = Watch.DISARMED; // should anything be thrown
        int result = EpollEvent.control(
                epfd, watch.registered ? EpollEvent.MOD : EpollEvent.ADD, watch.number, wanted | ONESHOT, data);
        if (result == -errno_h.ENOENT() && watch.registered) {
            // closed behind our back, and open again
            result = EpollEvent.control(epfd, EpollEvent.ADD, watch.number, wanted | ONESHOT, data);
        } else if (result == -errno_h.EEXIST()) {
            // closed behind our back while a duplicate was open, and now here again
            result = EpollEvent.control(epfd, EpollEvent.MOD, watch.number, wanted | ONESHOT, data);
            watch.registered = result == 0;
        }
        if (result == 0) {
            watch.registered = true;
            watch.generation = generation;
            watch.armed = wanted;
        } else { // what is registered, if anything, still reports under its old generation
            watch.armed = before;
        }
        return result;
    }

    /** Takes a watch out of use. Another can take its place once it says so: the registration is gone before that. */
    private void drop(Watch watch) {
        if (watch.gone) {
            return;
        }
        if (watch.registered && !broken) {
            EpollEvent.control(watch.nested ? outer : inner, EpollEvent.DEL, watch.number, 0, 0);
        }
        watch.registered = false;
        watch.gone = true;
        AtomicReferenceArray<@Nullable Watch> segment = table[watch.number >>> SEGMENT_BITS];
        if (segment != null) {
            segment.compareAndSet(watch.number & SEGMENT - 1, watch, null);
        }
    }

    /** Polls for all, unless another thread does. */
    private int poll() {
        if (polling != 0 || !POLLING.compareAndSet(this, 0, 1)) {
            return BUSY;
        }
        boolean reported = false;
        try {
            found.deliver(); // what an error left
            int n = Libc.epoll_wait_plain(inner, found.reports, BATCH, 0);
            if (n > 0) {
                found.at = 0;
                found.count = n;
                reported = true;
                polls++;
                found.deliver();
            }
            reported = true;
            return n;
        } finally {
            if (!reported) {
                unsettled = true;
            }
            polling = 0;
        }
    }

    /** What a thread does that is about to park. */
    private void pollForAll() {
        if (underWay.get() <= 0 && System.nanoTime() - fairAt < FAIR_NANOS) {
            try {
                poll();
            } catch (Throwable e) { // no memory, no stack: the next thread that polls goes on
            }
        }
    }

    /** The virtual thread. */
    private void subPoller() {
        try {
            int seen = polls;
            int busy = 0;
            while (state != ENDED) {
                try {
                    turns++;
                    if (System.nanoTime() - fairAt > FAIR_NANOS) {
                        letOthersRun();
                        seen = polls;
                    }
                    if (unsettled) {
                        settleAll();
                    }
                    int n = polls == seen ? poll() : 1;
                    seen = polls;
                    if (n > 0 || n == BUSY && busy++ < BUSY_YIELDS) {
                        busy = n > 0 ? 0 : busy;
                        Thread.yield();
                    } else {
                        busy = 0;
                        parkArmed();
                    }
                } catch (Throwable e) { // no memory
                    LockSupport.parkNanos(REST_NANOS);
                }
            }
        } finally {
            subRuns = false;
        }
    }

    /**
     * To yield would not do: a carrier goes on with the queue that its last task came from. Who parks for a time comes
     * back by the queue of those whose time is over, after them.
     */
    private void letOthersRun() {
        LockSupport.parkNanos(1);
        fairAt = System.nanoTime();
    }

    private void parkArmed() {
        armed = true;
        if (EpollEvent.control(outer, EpollEvent.MOD, inner, epoll_h.EPOLLIN() | ONESHOT, INNER) < 0) {
            armed = false;
            if (!abandonIfBroken()) { // no memory
                LockSupport.parkNanos(REST_NANOS);
            }
            return;
        }
        while (armed && state != ENDED) {
            LockSupport.park(this);
        }
        underWay.set(0); // some may have been interrupted by an error before they were counted
        fairAt = System.nanoTime();
    }

    private void wakeSub() {
        armed = false;
        LockSupport.unpark(sub);
    }

    /** The platform thread. It goes on whatever happens: with it would end all waits, and nobody would be told. */
    private void master() {
        int seenTurns = turns;
        int seenGenerations = generations.get();
        while (state != ENDED) {
            try {
                reports.deliver(); // what an error left
                if (unsettled) {
                    settleAll();
                }
                if (!subRuns) {
                    startSub();
                }
                boolean parked = armed;
                int n = Libc.epoll_wait_plain(outer, reports.reports, BATCH, parked ? Closing.QUIET_MILLIS : TICK_MILLIS);
                if (n > 0) {
                    reports.at = 0;
                    reports.count = n;
                    reports.deliver();
                } else if (parked || n < 0) {
                    int now = generations.get();
                    if (!abandonIfBroken()) {
                        poll(); // what errors have left
                        if (now == seenGenerations && n == 0) {
                            end();
                        }
                    }
                    seenGenerations = now;
                } else if (turns == seenTurns) {
                    while (poll() == BATCH) {
                        Thread.onSpinWait();
                    }
                }
                seenTurns = turns;
            } catch (Throwable e) { // no memory
                LockSupport.parkNanos(REST_NANOS);
            }
        }
        cleanUp();
    }

    private void startSub() {
        subRuns = true;
        boolean started = false;
        try {
            sub = Thread.ofVirtual().name("pollux-sub-poller").inheritInheritableThreadLocals(false)
                    .start(this::subPoller);
            started = true;
        } finally {
            subRuns &= started;
        }
    }

    /**
     * Leaves all waits to another poller if other code has closed a number of this one's, which then is nobody's or
     * something else's.
     *
     * @return whether this poller is not to be used any more
     */
    private boolean abandonIfBroken() {
        if (!broken && isWhole()) {
            return false;
        }
        broken = true;
        if (STATE.compareAndSet(this, RUNNING, ENDING)) {
            try {
                leaveAll();
            } finally {
                state = ENDED;
            }
        }
        return true;
    }

    private void leaveAll() {
        forEachWatch(watch -> {
            endWaits(watch, true);
            return true;
        });
    }

    /** Ends the poller, if nobody waits. */
    private void end() {
        if (STATE.compareAndSet(this, RUNNING, ENDING)) {
            boolean unused = false;
            try {
                unused = forEachWatch(watch -> {
                    watch.lock();
                    boolean awaited = watch.isAwaited();
                    watch.lock = Watch.FREE;
                    deliver(watch);
                    return !awaited;
                });
            } finally {
                state = unused ? ENDED : RUNNING;
            }
        }
    }

    /** Goes over the watches for as long as the action says so; whether it went over all. */
    private boolean forEachWatch(Predicate<Watch> action) {
        for (AtomicReferenceArray<@Nullable Watch> segment : table) {
            for (int i = 0; segment != null && i < SEGMENT; i++) {
                Watch watch = segment.get(i);
                if (watch != null && !action.test(watch)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What the master does last. Who finds this poller ended starts another. */
    private void cleanUp() {
        synchronized (CREATION) {
            if (Closing.poller == this) {
                Closing.poller = null;
            }
        }
        for (boolean left = broken; left || unwoken != null || subRuns;) {
            try {
                if (left) { // the thread that abandoned it may have been stopped by an error
                    leaveAll();
                    left = false;
                }
                wakeUnwoken();
                LockSupport.unpark(sub);
                LockSupport.parkNanos(REST_NANOS);
            } catch (Throwable e) { // no memory: again
            }
        }
        while (!POLLING.compareAndSet(this, 0, 1)) { // for good
            Thread.onSpinWait();
        }
        closeNumbers();
        arena.close();
        if (broken) {
            warn();
        }
    }

    /** Those that are still this poller's. */
    private void closeNumbers() {
        for (int epfd : new int[] {inner, outer}) {
            if (mark(epfd) == mark) {
                Closing.close(epfd);
            }
        }
    }

    private void warn() {
        String message = "other code has closed fd " + inner + " or " + outer + ", which were the epolls by which"
                + " Pollux waits for virtual threads; they wait by others now";
        try {
            int spare = Libc.epoll_create1(epoll_h.EPOLL_CLOEXEC());
            if (spare < 0) { // loggers would not be found, and never be looked for again
                System.err.println(message);
            } else {
                Closing.close(spare);
                System.getLogger("dev.pollux").log(System.Logger.Level.WARNING, message);
            }
        } catch (Throwable e) {
            // nothing else is wrong
        }
    }
}
