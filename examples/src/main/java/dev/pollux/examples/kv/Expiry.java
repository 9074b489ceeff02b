package dev.pollux.examples.kv;

import java.util.Arrays;

/** When keys expire: a heap, whose first entry is what the loop waits for. A record knows its place in it. */
final class Expiry {
    /** The place of a record that does not expire. */
    static final int NEVER = -1;

    private final Store store;
    private long[] when = new long[16];
    private long[] record = new long[16];
    private int size;

    Expiry(Store store) {
        this.store = store;
    }

    void clear() {
        when = new long[16];
        record = new long[16];
        size = 0;
    }

    int size() {
        return size;
    }

    /** The time in milliseconds at which the next key expires; {@code Long.MAX_VALUE} if none does. */
    long next() {
        return size == 0 ? Long.MAX_VALUE : when[0];
    }

    /** The key that expires next. */
    long first() {
        return record[0];
    }

    /** The time in milliseconds at which a key expires, or -1. */
    long of(long key) {
        int place = store.timer(key);
        return place == NEVER ? -1 : when[place];
    }

    void set(long key, long millis) {
        int place = store.timer(key);
        if (place == NEVER) {
            if (size == when.length) {
                when = Arrays.copyOf(when, 2 * size);
                record = Arrays.copyOf(record, 2 * size);
            }
            place = size++;
        }
        settle(place, key, millis);
    }

    boolean cancel(long key) {
        int place = store.timer(key);
        if (place == NEVER) {
            return false;
        }
        store.setTimer(key, NEVER);
        size--;
        if (place != size) {
            settle(place, record[size], when[size]);
        }
        return true;
    }

    /** A record that has been copied to another place in memory. */
    void moved(long key) {
        int place = store.timer(key);
        if (place != NEVER) {
            record[place] = key;
        }
    }

    /** Up or down from a place that is free, to where it belongs. */
    private void settle(int from, long key, long millis) {
        int place = from;
        while (place > 0 && when[(place - 1) / 2] > millis) {
            put(place, record[(place - 1) / 2], when[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && when[child + 1] < when[child]) {
                child++;
            }
            if (when[child] >= millis) {
                break;
            }
            put(place, record[child], when[child]);
            place = child;
        }
        put(place, key, millis);
    }

    private void put(int place, long key, long millis) {
        when[place] = millis;
        record[place] = key;
        store.setTimer(key, place);
    }
}
