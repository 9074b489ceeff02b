package dev.pollux.examples.loop;

/**
 * Timers by their deadlines: a hierarchy of wheels with 64 slots each. A slot of the first is a millisecond, one of the
 * next is 64 of them, and so on. A timer is in the wheel of the highest digit, to base 64, in which its deadline differs
 * from the time now; when that digit is reached, all timers of the slot move to lower wheels. The slots are lists, linked
 * through the timers: to add and to remove takes the same few steps however many there are, and keeps their order.
 */
final class TimerWheel {
    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int WHEELS = (Long.SIZE + BITS - 1) / BITS;
    private static final int LISTS = WHEELS * SLOTS + 2;

    private final Timer[] first = new Timer[LISTS];
    private final Timer[] last = new Timer[LISTS];
    /** For each wheel, which slots have a timer. All are after the slot of the current time. */
    private final long[] occupied = new long[WHEELS];
    /** Two lists more: of those to be taken now, and of those whose time has come, but not before the next time. */
    private int due = WHEELS * SLOTS;
    private int late = due + 1;
    private long current;

    void add(Timer timer) {
        int place = late;
        if (timer.deadline > current) {
            int wheel = (Long.SIZE - 1 - Long.numberOfLeadingZeros(timer.deadline ^ current)) / BITS;
            int slot = (int) (timer.deadline >>> wheel * BITS) & SLOTS - 1;
            occupied[wheel] |= 1L << slot;
            place = wheel * SLOTS + slot;
        }
        timer.place = place;
        timer.previous = last[place];
        last[place] = timer;
        if (timer.previous == null) {
            first[place] = timer;
        } else {
            timer.previous.next = timer;
        }
    }

    void remove(Timer timer) {
        int place = timer.place;
        if (timer.previous == null) {
            first[place] = timer.next;
        } else {
            timer.previous.next = timer.next;
        }
        if (timer.next == null) {
            last[place] = timer.previous;
        } else {
            timer.next.previous = timer.previous;
        }
        if (first[place] == null && place < WHEELS * SLOTS) {
            occupied[place / SLOTS] &= ~(1L << place % SLOTS);
        }
        timer.previous = null;
        timer.next = null;
        timer.place = Timer.NOWHERE;
    }

    /** When to look again: when the first slot begins that has a timer. Long.MAX_VALUE: never. */
    long next() {
        int wheel = firstWheel();
        return first[late] != null ? current : wheel == WHEELS ? Long.MAX_VALUE : begin(wheel);
    }

    /** All timers of higher wheels end later. */
    private int firstWheel() {
        int wheel = 0;
        while (wheel < WHEELS && occupied[wheel] == 0) {
            wheel++;
        }
        return wheel;
    }

    /** When its first slot with a timer begins. */
    private long begin(int wheel) {
        int shift = wheel * BITS;
        long lowerDigits = shift + BITS < Long.SIZE ? (1L << shift + BITS) - 1 : -1;
        return current & ~lowerDigits | (long) Long.numberOfTrailingZeros(occupied[wheel]) << shift;
    }

    /** Moves the time on, and timers to lower wheels. */
    void turn(long now) {
        for (int wheel = firstWheel(); wheel < WHEELS && begin(wheel) <= now; wheel = firstWheel()) {
            int place = wheel * SLOTS + Long.numberOfTrailingZeros(occupied[wheel]);
            current = begin(wheel);
            for (Timer timer = first[place]; timer != null; timer = first[place]) {
                remove(timer);
                add(timer); // to a lower wheel, or its time has come
            }
        }
        current = Math.max(current, now);
    }

    /** Whether there is one whose time has come. */
    boolean isDue() {
        return first[late] != null;
    }

    /** Moves the time on, when all timers have been taken whose time had come before. */
    void advance(long now) {
        turn(now);
        int empty = due;
        due = late;
        late = empty;
    }

    /** Takes the next one whose time had come when the time was moved on, or null. */
    Timer take() {
        Timer timer = first[due];
        if (timer != null) {
            remove(timer);
        }
        return timer;
    }
}
