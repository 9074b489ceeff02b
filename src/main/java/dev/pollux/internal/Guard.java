package dev.pollux.internal;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a number for as long as calls use it. Closing marks it closed at once; the number itself is closed by the last
 * call to leave.
 *
 * <p><b>The argument.</b> A thread that is not the favourite adds itself to the state atomically, and leaves so. The
 * favourite, the thread that used the number first and most often the only one, stores "inside", then loads the state;
 * the closing thread stores the state, then loads "inside". On each side the store must come before the load for the
 * others too, or both would miss each other; a fence for that in every call is what costs. So the favourite only keeps
 * the compiler from swapping the two ({@code storeStoreFence}: no instruction on x86_64, a cheap one elsewhere), and
 * the closing thread makes the processors of all running threads do a full barrier ({@link Membarrier}). Either that
 * came before the favourite's load, which then sees the state, or after its store, which is then seen.
 *
 * <p><b>Where processors swap more</b> than a store with a later load, as on aarch64 and riscv64, the same holds:
 * <ul>
 * <li>Entering. Let B be the point in the favourite's program where the barrier takes place that the closing thread
 *     demands after storing the state. A store of "inside" before B is seen by the load that follows the demand. If it
 *     is after B, so is the favourite's load of the state, which sees what was stored before the demand. Nothing else
 *     about the order of these two is needed.
 * <li>Leaving. A closing thread that loads "not inside" must not close under a system call that has yet to look the
 *     number up. The kernel branches on what it has loaded from the table of descriptors, and neither architecture
 *     makes a store visible that comes after a branch which is not decided: so the look-up is before the store.
 *     Besides, the VM has a full barrier on its way back from native code.
 * <li>The favourite is a plain field, which a thread compares with an id that only itself can have stored: what it may
 *     see of others is unequal in any case. Becoming the favourite, and all that follows on a closed state, are atomic
 *     operations of Java's, which are sequentially consistent.
 * <li>Where there is no membarrier, a safepoint stands for it: a thread in Java code stops there, and one in native
 *     code has made its stores visible before, by the release store that says that it is in native code.
 * </ul>
 * Linux has the barrier wherever it switches threads; on riscv64 that is so from 6.9 on, or in a kernel that has taken
 * that correction over. No emulator on x86_64 shows another order than that of x86_64. But herd7 finds in its models of
 * both architectures that neither can go wrong, and that it could without the barrier, or without the branch: {@code
 * src/test/litmus}.
 *
 * <p>Callers are told apart by their thread's id, which is never used again.
 *
 * <p><b>Without stack or memory.</b> Leaving and closing take effect by a single atomic change of the state, or of a
 * field that only one thread writes. What follows from it and cannot be done for a {@code StackOverflowError} or an
 * {@code OutOfMemoryError} is written down, which needs neither, and done later. To write it down {@link #leave} has to
 * be called; and where {@link #enter} was compiled into its caller, whose frame is replaced by the larger ones of the
 * interpreter because an error is thrown in it, there may be stack for the one and not for the other. Such a thread
 * stays counted. That is found out, once this is closed, by the garbage collector: {@link Abandoned}.
 */
public class Guard {
    static {
        Closing.prepare();
        Abandoned.areThere(); // initialized while there is a stack for it
    }

    /** What {@link #close} returns where the kernel reported an error, and there was no memory to be told which. */
    public static final int UNKNOWN = Integer.MIN_VALUE;

    private static final int CLOSED = Integer.MIN_VALUE;
    private static final int DETACHING = Integer.MIN_VALUE >> 1;
    /** Once closed: the favourite is one of the users. */
    private static final int COUNTED = 1 << 29;
    /** Once closed: the favourite is not to be counted any more. */
    private static final int GONE = 1 << 28;
    private static final int USERS = GONE - 1;

    private final int number;
    private final boolean owned;
    private final Object owner;

    /** How many calls are using the number now, those of the favourite not counted; negative once closed. */
    private final AtomicInteger state = new AtomicInteger();

    /** Whether there is a favourite. */
    private final AtomicBoolean taken = new AtomicBoolean();

    /** The id of the thread that used the number first: it counts its calls in {@link #inside} without atomics. */
    private long favourite;

    /** How many calls the favourite is inside of; written by it alone. */
    private int inside;

    /** How far closing has come; used by the closing thread. */
    private int step;

    private volatile boolean keptFromPoller;

    /** Whether the number is closed; of the last one out. */
    private boolean numberClosed;

    /** Once closed, while others are inside. */
    private @Nullable Abandoned abandoned;

    /**
     * Guards a number.
     *
     * @param owned whether the number is closed with its owner
     * @param owner what messages and thread dumps name
     */
    public Guard(int number, boolean owned, Object owner) {
        if (number < 0) {
            throw new IllegalArgumentException("a file descriptor is not negative: " + number);
        }
        this.number = number;
        this.owned = owned;
        this.owner = owner;
        payAllDebts();
    }

    /** The number, which may be anybody's once this is closed: for messages. */
    public final int number() {
        return number;
    }

    /** Whether the number is closed with its owner. */
    public final boolean isOwned() {
        return owned;
    }

    /** Whose number it is. */
    final Object owner() {
        return owner;
    }

    public final boolean isOpen() {
        int now = state.get();
        return now >= 0 || now == DETACHING;
    }

    /**
     * Keeps virtual threads from parking for this number by the {@link Poller}, to which events of it would be lost;
     * who does so already looks again.
     */
    public final void keepFromPoller() {
        if (!keptFromPoller) {
            keptFromPoller = true;
            Closing.forget(number);
        }
    }

    /** Whether {@link #keepFromPoller} was called. */
    public final boolean isKeptFromPoller() {
        return keptFromPoller;
    }

    /** Begins a use of the number by the calling thread; every one is followed by a {@link #leave}. */
    public final int enter() {
        if (favourite != Thread.currentThread().threadId()) {
            return enterShared();
        }
        inside++;
        int left = 0;
        int debt = LEAVE;
        try {
            VarHandle.storeStoreFence();
            if (state.get() >= 0) {
                return number;
            }
            inside--;
            left = 1;
            VarHandle.storeStoreFence();
            if (leaveAtLast()) {
                debt = NUMBERS;
                closeNumbers();
            }
        } catch (Throwable e) {
            inside -= 1 - left;
            synchronized (DEBTS) { // no call: there may be no stack for one
                debts = debts | debt;
                if (!isDebtor) {
                    isDebtor = true;
                    nextDebtor = debtors;
                    debtors = this;
                }
            }
            throw e;
        }
        return enterAgain();
    }

    /** Ends a use. It does not fail: what it has no stack or memory for is done later. */
    public final void leave() {
        boolean counted = favourite != Thread.currentThread().threadId();
        int debt = counted ? COUNT : LEAVE;
        try {
            boolean last;
            if (counted) {
                int now = state.decrementAndGet();
                last = now < 0 && (now & USERS) == 0;
            } else {
                inside--;
                VarHandle.storeStoreFence();
                last = state.get() < 0 && leaveAtLast();
            }
            if (last) {
                debt = NUMBERS;
                closeNumbers();
            }
        } catch (Throwable e) {
            synchronized (DEBTS) { // no call: there may be no stack for one
                debts = debt == COUNT ? debts + COUNT : debts | debt;
                if (!isDebtor) {
                    isDebtor = true;
                    nextDebtor = debtors;
                    debtors = this;
                }
            }
        }
    }

    private int enterShared() {
        if (!taken.get() && taken.compareAndSet(false, true)) {
            favourite = Thread.currentThread().threadId();
            return enter();
        }
        for (;;) {
            int users = state.get();
            if (users >= 0) {
                if (state.compareAndSet(users, users + 1)) {
                    return number;
                }
            } else if (users == DETACHING) {
                Thread.onSpinWait();
            } else {
                throw closed();
            }
        }
    }

    /** The favourite's, where it found the state negative, and has left. */
    private int enterAgain() {
        while (state.get() == DETACHING) {
            Thread.onSpinWait();
        }
        if (state.get() < 0) {
            throw closed();
        }
        return enter();
    }

    /**
     * The favourite's, where it found the state negative: if it was counted as a user, it leaves as one. Returns
     * whether it was the last.
     */
    private boolean leaveAtLast() {
        int now;
        int next;
        do {
            now = state.get();
            if (inside != 0 || now >= 0 || now == DETACHING || (now & GONE) != 0) {
                return false;
            }
            next = ((now & COUNTED) == 0 ? now : now - COUNTED - 1) | GONE;
        } while (!state.compareAndSet(now, next));
        return (now & COUNTED) != 0 && (next & USERS) == 0;
    }

    /**
     * Closes the number, once: at once if nobody uses it, else when the last user leaves. Once it has begun it does not
     * fail: what it has no stack or memory for is done later.
     *
     * @return 0, or the negated errno of a close that was made at once, or {@link #UNKNOWN}
     */
    public final int close() {
        payAllDebts();
        int users;
        do {
            users = state.get();
            if (users < 0 && users != DETACHING) {
                return 0;
            }
            // counted as a user itself, so that the number stays this object's until all are told
        } while (users == DETACHING || !state.compareAndSet(users, CLOSED + users + 1));
        try {
            return finish();
        } catch (Throwable e) {
            synchronized (DEBTS) { // no call: there may be no stack for one
                debts = debts | REST;
                if (!isDebtor) {
                    isDebtor = true;
                    nextDebtor = debtors;
                    debtors = this;
                }
            }
            return 0;
        }
    }

    /** The rest of closing: where it stops for want of stack or memory, it is begun again at that step. */
    private int finish() {
        if (step == 0) {
            // if this cannot be found out, the number stays open: better than closed under a call
            if (isFavouriteInside()) {
                countFavourite();
            }
            step = 1;
        }
        if (step == 1) {
            if ((state.get() & USERS) != 1) {
                wakeUsers();
            }
            step = 2;
        }
        if (step == 2) {
            if (owned && abandoned == null && (state.get() & USERS) != 1) {
                try {
                    abandoned = abandoned();
                    abandoned.begin();
                } catch (VirtualMachineError e) {
                    // the others will leave, and most likely be able to say so
                }
            }
            step = (state.decrementAndGet() & USERS) == 0 ? 3 : 4;
        }
        return step == 3 ? closeNumbers() : 0;
    }

    private void countFavourite() {
        int now;
        do {
            now = state.get();
        } while ((now & (COUNTED | GONE)) == 0 && !state.compareAndSet(now, now + 1 | COUNTED));
    }

    /**
     * Gives the number up without closing it.
     *
     * @return the number
     * @throws IllegalStateException if this is closed, or borrows its number, or another thread is inside a call
     */
    public final int detach() {
        if (!owned) {
            throw new IllegalStateException(owner + " only borrows its number: it is not its to give");
        }
        if (!state.compareAndSet(0, DETACHING)) {
            throw isOpen() ? inUse() : closed();
        }
        boolean free = false;
        try {
            if (!isFavouriteInside()) {
                giveAway();
                free = true;
            }
        } finally {
            state.set(free ? CLOSED : 0); // others spin until then
        }
        if (!free) {
            throw inUse();
        }
        return number;
    }

    /** Called by the thread that gives the number away, while no call is inside. */
    void giveAway() {
        Closing.forget(number);
    }

    /** Called by the thread that closes, while others are inside a call; again, if it fails. */
    void wakeUsers() {
        Closing.forget(number);
    }

    /** What is to be closed if nobody says to be the last. */
    Abandoned abandoned() {
        return new Abandoned(this, number);
    }

    /** Called when nobody uses the number any more; again, if it fails. */
    int closeNumbers() {
        int result = 0;
        if (owned) {
            if (!numberClosed) {
                if (abandoned != null) {
                    abandoned.end();
                }
                Closing.unregister(number);
                result = Closing.close(number);
                numberClosed = true;
            }
            Closing.forget(number);
        }
        return result;
    }

    /** Whether another thread that needs no atomics is inside a call. The state is negative: none will enter. */
    private boolean isFavouriteInside() {
        if (!taken.get() || favourite == Thread.currentThread().threadId()) {
            return false;
        }
        Membarrier.everyThread();
        return inside != 0;
    }

    // what could not be done when it was due

    /** The favourite has left, and may still be counted. */
    private static final int LEAVE = 1;
    /** The rest of closing. */
    private static final int REST = 2;
    /** The last one is out, and the numbers are still open. */
    private static final int NUMBERS = 4;
    /** One of the others has left, and is still counted; as often as this is in the sum. */
    private static final int COUNT = 8;

    private static final Object DEBTS = new Object();

    /**
     * Those who owe something, one after the other. It is paid by whoever opens or closes something next, or finds
     * nothing in a wait.
     */
    private static volatile @Nullable Guard debtors;

    private static volatile boolean paying;

    private int debts;
    private boolean isDebtor;
    private @Nullable Guard nextDebtor;

    /** Does what has been left to be done; what there is still no stack or memory for stays. */
    static void payDebts() {
        if (debtors != null && !paying) {
            pay();
        }
    }

    /** The same, and closes what nobody holds any more, which takes longer to find out. */
    private static void payAllDebts() {
        if ((debtors != null || Abandoned.areThere()) && !paying) {
            pay();
        }
    }

    private static void pay() {
        synchronized (DEBTS) {
            if (paying) {
                return;
            }
            paying = true;
        }
        try {
            for (Guard guard = debtors; guard != null; guard = guard.nextDebtor) {
                guard.payOwn();
            }
            Abandoned.closeAll();
        } catch (Throwable e) {
            // next time
        } finally {
            synchronized (DEBTS) {
                Guard left = null;
                for (Guard guard = debtors; guard != null;) {
                    Guard next = guard.nextDebtor;
                    guard.isDebtor = guard.debts != 0;
                    guard.nextDebtor = guard.isDebtor ? left : null;
                    left = guard.isDebtor ? guard : left;
                    guard = next;
                }
                debtors = left;
                paying = false;
            }
        }
    }

    private void payOwn() {
        if ((debts & LEAVE) != 0) {
            if (!isOpen()) { // else the favourite may be inside another call by now, without this being seen
                Membarrier.everyThread();
            }
            boolean last = leaveAtLast();
            synchronized (DEBTS) {
                debts = debts & ~LEAVE | (last ? NUMBERS : 0);
            }
        }
        while (debts >= COUNT) {
            synchronized (DEBTS) {
                int now = state.decrementAndGet();
                debts = debts - COUNT | (now < 0 && (now & USERS) == 0 ? NUMBERS : 0);
            }
        }
        if ((debts & REST) != 0) {
            finish();
            synchronized (DEBTS) {
                debts &= ~REST;
            }
        }
        if ((debts & NUMBERS) != 0) {
            closeNumbers();
            synchronized (DEBTS) {
                debts &= ~NUMBERS;
            }
        }
    }

    /** What a call on this throws once it is closed. */
    public final IllegalStateException closed() {
        return new IllegalStateException(owner.getClass().getSimpleName() + " is closed (it was fd " + number + ")");
    }

    private IllegalStateException inUse() {
        return new IllegalStateException("another thread is inside a call on " + owner);
    }

    /** For tests: how many calls are inside, also once this is closed. */
    public final int users() {
        int now = state.get();
        return now < 0 ? now & USERS : now + inside;
    }
}
