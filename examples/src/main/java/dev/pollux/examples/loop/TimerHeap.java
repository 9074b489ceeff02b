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
    private long lastOrder;

    void add(Timer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
            deadlines = Arrays.copyOf(deadlines, 2 * size);
            orders = Arrays.copyOf(orders, 2 * size);
        }
        up(size++, timer, timer.deadline, ++lastOrder);
    }

    void remove(Timer timer) {
        int place = timer.place;
        timer.place = Timer.NOWHERE;
        Timer moved = heap[--size];
        heap[size] = null;
        if (moved != timer) {
            long deadline = deadlines[size];
            long order = orders[size];
            if (place > 0 && isBefore(deadline, order, (place - 1) / CHILDREN)) {
                up(place, moved, deadline, order);
            } else {
                down(place, moved, deadline, order);
            }
        }
    }

    /** The first deadline; Long.MAX_VALUE: never. */
    long next() {
        return size == 0 ? Long.MAX_VALUE : deadlines[0];
    }

    /** The order of the one that was added last. */
    long lastOrder() {
        return lastOrder;
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

    private void up(int place, Timer timer, long deadline, long order) {
        while (place > 0 && isBefore(deadline, order, (place - 1) / CHILDREN)) {
            int parent = (place - 1) / CHILDREN;
            put(place, heap[parent], deadlines[parent], orders[parent]);
            place = parent;
        }
        put(place, timer, deadline, order);
    }

    private void down(int place, Timer timer, long deadline, long order) {
        for (;;) {
            int child = place * CHILDREN + 1;
            if (child >= size) {
                break;
            }
            int least = child;
            for (int other = child + 1; other < Math.min(child + CHILDREN, size); other++) {
                if (isBefore(deadlines[other], orders[other], least)) {
                    least = other;
                }
            }
            if (isBefore(deadline, order, least)) {
                break;
            }
            put(place, heap[least], deadlines[least], orders[least]);
            place = least;
        }
        put(place, timer, deadline, order);
    }

    private void put(int place, Timer timer, long deadline, long order) {
        heap[place] = timer;
        deadlines[place] = deadline;
        orders[place] = order;
        timer.place = place;
    }
}
