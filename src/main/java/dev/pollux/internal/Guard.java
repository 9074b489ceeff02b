package dev.pollux.internal;

import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps a number for as long as calls use it: who uses it, and who closes it. Closing marks it closed at once; the
 * number is closed when the last call has left, by whoever is that.
 *
 * <p><b>The argument.</b> A thread that is not the favourite adds itself to the state atomically, and leaves so. The
 * favourite, the thread that used the number first and most often the only one, stores "inside", then loads the state;
 * who closes stores the state, then loads "inside". On each side the store must come before the load for the others
 * too, or both would miss each other; a fence for that in every call is what costs. So the favourite only keeps the
 * compiler from swapping the two ({@code storeStoreFence}: no instruction on x86_64, a cheap one on aarch64), and who
 * closes makes the processors of all running threads do a full barrier ({@link Membarrier}). Either that came before
 * the favourite's load, which then sees the state, or after its store, which is then seen.
 *
 * <p>Callers are told apart by their thread's id, which is never used again.
 */
public class Guard {
    static {
        Closing.prepare();
    }

    private static final int CLOSED = Integer.MIN_VALUE;
    private static final int DETACHING = Integer.MIN_VALUE >> 1;

    private static final int NOBODY = 0;
    private static final int UNCOUNTED = 1;
    private static final int COUNTED = 2;
    private static final int GONE = 3;

    private final int number;
    private final boolean owned;
    private final Object owner;

    /**
     * How many calls are using the number now, those of the favourite not counted; negative (CLOSED + users) once
     * closed.
     */
    private final AtomicInteger state = new AtomicInteger();

    /** Whether there is a favourite; once closed, whether it was counted in the state, or left before that. */
    private final AtomicInteger standing = new AtomicInteger();

    /** The id of the thread that used the number first: it counts its calls in {@link #inside} without atomics. */
    private long favourite;

    /** How many calls the favourite is inside of; written by it alone. */
    private int inside;

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

    /** Begins a use of the number by the calling thread; every one is followed by a {@link #leave}. */
    public final int enter() {
        if (favourite == Thread.currentThread().threadId()) {
            inside++;
            VarHandle.storeStoreFence();
            if (state.get() >= 0) {
                return number;
            }
            return enterAtLast();
        }
        return enterShared();
    }

    public final void leave() {
        if (favourite == Thread.currentThread().threadId()) {
            inside--;
            VarHandle.storeStoreFence();
            if (state.get() < 0) {
                leaveAtLast();
            }
        } else if (state.getAndAdd(-1) == CLOSED + 1) {
            closeNumbers();
        }
    }

    private int enterShared() {
        if (standing.get() == NOBODY && standing.compareAndSet(NOBODY, UNCOUNTED)) {
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

    /** The favourite's, where it found the state negative. */
    private int enterAtLast() {
        leave();
        while (state.get() == DETACHING) {
            Thread.onSpinWait();
        }
        if (state.get() < 0) {
            throw closed();
        }
        return enter();
    }

    /** The favourite's, where it found the state negative: if it was counted as a user, it leaves as one. */
    private void leaveAtLast() {
        int now = state.get();
        if (inside == 0 && now < 0 && now != DETACHING && !standing.compareAndSet(UNCOUNTED, GONE)
                && standing.compareAndSet(COUNTED, GONE) && state.getAndAdd(-1) == CLOSED + 1) {
            closeNumbers();
        }
    }

    /**
     * Closes the number, once: at once if nobody uses it, else when the last user leaves.
     *
     * @return 0, or the negated errno of a close that was made at once
     */
    public final int close() {
        int users;
        do {
            users = state.get();
            if (users < 0 && users != DETACHING) {
                return 0;
            }
            // counted as a user itself, so that the number stays this object's until all are told
        } while (users == DETACHING || !state.compareAndSet(users, CLOSED + users + 1));

        // if this cannot be found out, the number stays open until the favourite's next call: better than too early
        boolean favouriteInside = true;
        int result = 0;
        try {
            favouriteInside = isFavouriteInside();
        } finally {
            if (favouriteInside) {
                state.getAndAdd(1);
                if (!standing.compareAndSet(UNCOUNTED, COUNTED)) {
                    state.getAndAdd(-1);
                }
            }
            try {
                if (state.get() != CLOSED + 1) {
                    wakeUsers();
                }
            } finally {
                if (state.getAndAdd(-1) == CLOSED + 1) {
                    result = closeNumbers();
                }
            }
        }
        return result;
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
            free = !isFavouriteInside();
        } finally {
            state.set(free ? CLOSED : 0); // others spin until then
        }
        if (!free) {
            throw inUse();
        }
        givenAway();
        return number;
    }

    /** Called once, when the number is no longer this object's, and still open. */
    void givenAway() {
        Closing.forget(number);
    }

    /** Called once, by the thread that closes, while others are inside a call. */
    void wakeUsers() {
        Closing.forget(number);
    }

    /** Called once, when nobody uses the number any more. */
    int closeNumbers() {
        return owned ? Closing.close(number) : 0;
    }

    /** Whether another thread that needs no atomics is inside a call. The state is negative: none will enter. */
    private boolean isFavouriteInside() {
        if (standing.get() == NOBODY || favourite == Thread.currentThread().threadId()) {
            return false;
        }
        Membarrier.everyThread();
        return inside != 0;
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
        return now < 0 ? now & Integer.MAX_VALUE : now + inside;
    }
}
