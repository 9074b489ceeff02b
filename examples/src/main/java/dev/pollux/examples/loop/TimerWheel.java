package dev.pollux.examples.loop;

import java.util.Arrays;

/**
 * The other way to keep timers, which {@link TimersCost} measures beside {@link TimerHeap}: a hierarchy of wheels with
 * 64 slots each. A slot of the first is a millisecond, one of the next is 64 of them, and so on. A timer is in the wheel of the highest digit, to base 64, in which its deadline differs
 * from the time now; when that digit is reached, all timers of the slot move to lower wheels. To add and to remove takes
 * the same few steps however many there are, and keeps their order.
 */
final class TimerWheel {
    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;
    private static final int WHEELS = (Long.SIZE + BITS - 1) / BITS;

    /** Each is a ring of timers, which begins with one that never runs. */
    private final Timer[] slots = new Timer[WHEELS * SLOTS];
    /** For each wheel, which slots may have a timer: one that was removed leaves its bit. All are after the current one. */
    private final long[] occupied = new long[WHEELS];
    /** Two rings more: of those to be taken now, and of those whose time has come, but not before the next time. */
    private Timer due;
    private Timer late;
    private long current;

    TimerWheel(Loop loop) {
        Arrays.setAll(slots, _ -> new Timer(loop, null));
        due = new Timer(loop, null);
        late = new Timer(loop, null);
    }

    void add(Timer timer) {
        Timer ring = late;
        if (timer.deadline > current) {
            int wheel = (Long.SIZE - 1 - Long.numberOfLeadingZeros(timer.deadline ^ current)) / BITS;
            int slot = (int) (timer.deadline >>> wheel * BITS) & SLOTS - 1;
            occupied[wheel] |= 1L << slot;
            ring = slots[wheel * SLOTS + slot];
        }
        timer.previous = ring.previous;
        timer.next = ring;
        ring.previous.next = timer;
        ring.previous = timer;
    }

    /** Its slot may be empty then: whoever comes there finds out. */
    void remove(Timer timer) {
        timer.previous.next = timer.next;
        timer.next.previous = timer.previous;
        timer.previous = timer;
        timer.next = timer;
    }

    private static boolean isEmpty(Timer ring) {
        return ring.next == ring;
    }

    /** When to look again: when the first slot begins that has a timer. Long.MAX_VALUE: never. */
    long next() {
        return isDue() ? current : begin(firstWheel());
    }

    /** The lowest wheel with a timer, or WHEELS; all timers of higher ones end later. Its first slot is one that has some. */
    private int firstWheel() {
        for (int wheel = 0; wheel < WHEELS; wheel++) {
            for (; occupied[wheel] != 0; occupied[wheel] &= occupied[wheel] - 1) {
                if (!isEmpty(firstSlot(wheel))) {
                    return wheel;
                }
            }
        }
        return WHEELS;
    }

    private Timer firstSlot(int wheel) {
        return slots[wheel * SLOTS + Long.numberOfTrailingZeros(occupied[wheel])];
    }

    /** When its first slot begins. */
    private long begin(int wheel) {
        if (wheel == WHEELS) {
            return Long.MAX_VALUE;
        }
        int shift = wheel * BITS;
        long higherDigits = shift + BITS < Long.SIZE ? -1L << shift + BITS : 0;
        return current & higherDigits | (long) Long.numberOfTrailingZeros(occupied[wheel]) << shift;
    }

    /** Moves the time on, and timers to lower wheels. */
    void turn(long now) {
        for (int wheel = firstWheel(); begin(wheel) <= now; wheel = firstWheel()) {
            current = begin(wheel);
            for (Timer ring = firstSlot(wheel); !isEmpty(ring); ) {
                Timer timer = ring.next;
                remove(timer);
                add(timer); // to a lower wheel, or its time has come
            }
        }
        current = Math.max(current, now);
    }

    /** Whether there is one whose time has come. */
    boolean isDue() {
        return !isEmpty(late);
    }

    /** Moves the time on, when all timers have been taken whose time had come before. */
    void advance(long now) {
        turn(now);
        Timer empty = due;
        due = late;
        late = empty;
    }

    /** Takes the next one whose time had come when the time was moved on, or null. */
    Timer take() {
        Timer timer = due.next;
        remove(timer);
        return timer == due ? null : timer;
    }
}
