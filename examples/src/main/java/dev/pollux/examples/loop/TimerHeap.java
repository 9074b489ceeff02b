package dev.pollux.examples.loop;

import java.util.Arrays;

/**
 * Timers by their deadlines, then by the order of adding: a heap in arrays, each timer with four children below it. Each
 * knows its place, so that it can be removed without looking for it. The command {@code timers} measures it beside a
 * {@link TimerWheel}.
 */
final class TimerHeap {
    private static final int CHILDREN = 4;

    private Timer[] heap = new Timer[1024];
    /** Beside the timers, so that comparing does not have to look into them. */
    private long[] deadlines = new long[heap.length];
    private long[] orders = new long[heap.length];
    private int size;
    /** The order of the one that was added last. */
    long lastOrder;

    void add(Timer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
            deadlines = Arrays.copyOf(deadlines, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
        }
        settle(size++, timer, timer.deadline, ++lastOrder);
    }

    void remove(Timer timer) {
        Timer last = heap[--size];
        heap[size] = null;
        if (last != timer) {
            settle(timer.place, last, deadlines[size], orders[size]);
        }
        timer.place = Timer.NOWHERE;
    }

    /** The first deadline; Long.MAX_VALUE: never. */
    long next() {
        return size == 0 ? Long.MAX_VALUE : deadlines[0];
    }

    /** Takes the first one that ends by then, and was not added after one of that order, or null. */
    Timer take(long now, long last) {
        if (size == 0 || deadlines[0] > now || orders[0] > last) {
            return null;
        }
        Timer timer = heap[0];
        remove(timer);
        return timer;
    }

    private boolean isBefore(long deadline, long order, int other) {
        return deadline < deadlines[other] || deadline == deadlines[other] && order < orders[other];
    }

    /** Puts a timer where it belongs, which is a free place, or above or below that. */
    private void settle(int free, Timer timer, long deadline, long order) {
        int place = free;
        for (int up = (place - 1) / CHILDREN; place > 0 && isBefore(deadline, order, up); up = (place - 1) / CHILDREN) {
            put(place, heap[up], deadlines[up], orders[up]);
            place = up;
        }
        for (int down = child(place); down < size && !isBefore(deadline, order, down); down = child(place)) {
            put(place, heap[down], deadlines[down], orders[down]);
            place = down;
        }
        put(place, timer, deadline, order);
    }

    /** The place of the first one below a place; at least the size: there is none. */
    private int child(int place) {
        int least = place * CHILDREN + 1;
        for (int other = least + 1, end = Math.min(least + CHILDREN, size); other < end; other++) {
            if (isBefore(deadlines[other], orders[other], least)) {
                least = other;
            }
        }
        return least;
    }

    private void put(int place, Timer timer, long deadline, long order) {
        heap[place] = timer;
        deadlines[place] = deadline;
        orders[place] = order;
        timer.place = place;
    }
}
