package dev.pollux.examples.kv;

import static dev.pollux.examples.kv.Resp.BYTE;
import static dev.pollux.examples.kv.Resp.INT;
import static dev.pollux.examples.kv.Resp.LONG;

import dev.pollux.MemFd;
import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Request;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The keys and their strings, outside the Java heap. One record for each key, known by its offset:
 *
 * <pre>
 *  0  long  next record of the bucket: its offset in 48 bits, 16 bits of its hash above; 0 is none
 *  8  int   hash
 * 12  int   length of the key; bit 30 is set if the value is a collection
 * 16  int   where the expiry has it; -1: it does not expire
 * 20  int   length of the value, or the number of the collection
 * 24        key, value
 * </pre>
 *
 * <p>The table grows by one bucket at a time (linear hashing): no insertion waits until all keys have moved, and SCAN,
 * which goes through the buckets upwards, misses nothing, since a key can only move upwards. Freed records are kept in
 * lists by size, and used again for that size only.
 */
final class Store {
    private static final long OFFSET = (1L << 48) - 1;
    private static final int HASH = 8;
    private static final int KEY_LENGTH = 12;
    private static final int TIMER = 16;
    private static final int VALUE = 20;
    private static final int KEY = 24;
    private static final int IS_COLLECTED = 1 << 30;
    private static final int SMALL = 1024;
    private static final int SMALL_CLASSES = SMALL / 8 + 1;
    private static final int FIRST_BUCKETS = 16;
    private static final long PRIME_1 = 0xa0761d6478bd642fL;
    private static final long PRIME_2 = 0xe7037ed1a0b428dbL;

    final MemorySegment memory;
    final Expiry expiry = new Expiry(this);
    private final MemorySegment table;
    /** How many bytes may be in use. */
    final long limit;
    private final long mostBuckets;
    /** Nobody can know which keys collide. */
    private final long seed = new SplittableRandom().nextLong();
    private final long[] free = new long[SMALL_CLASSES + 8 * 32];
    private long top;
    private long used;
    private long mask;
    private long split;
    private long size;
    /** By their numbers; null where one is free. */
    private final List<Collected> collected = new ArrayList<>();
    private final ArrayDeque<Integer> freeNumbers = new ArrayDeque<>();
    /** What they take, about. */
    long collectedBytes;

    Store(long limit) throws IOException {
        this.limit = limit;
        mostBuckets = Math.max(FIRST_BUCKETS, Long.highestOneBit(limit / 16));
        // twice as much as may be in use, because what was freed is used again for its own size only
        memory = map("kv-records", 2 * limit + SMALL);
        table = map("kv-table", mostBuckets * Long.BYTES);
        clear();
    }

    /** Memory that is there when it is first touched. */
    private static MemorySegment map(String name, long bytes) throws IOException {
        try (MemFd file = MemFd.create(name);
                FileChannel channel = FileChannel.open(Path.of("/proc/self/fd/" + file.fd()),
                        StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, Arena.ofAuto());
        }
    }

    void clear() {
        if (table != null) {
            table.asSlice(0, buckets() * Long.BYTES).fill((byte) 0);
        }
        Arrays.fill(free, 0);
        top = Long.BYTES; // so that 0 is no record
        used = 0;
        mask = FIRST_BUCKETS - 1;
        split = 0;
        size = 0;
        collected.clear();
        freeNumbers.clear();
        collectedBytes = 0;
        expiry.clear();
    }

    long size() {
        return size;
    }

    /** How many bytes are in use. */
    long used() {
        return used + collectedBytes;
    }

    /** For SCAN. */
    long buckets() {
        return mask + 1 + split;
    }

    /** The first record of a bucket, or 0. */
    long first(long bucket) {
        return table.get(LONG, bucket * Long.BYTES) & OFFSET;
    }

    /** The record after it in its bucket, or 0. */
    long next(long record) {
        return memory.get(LONG, record) & OFFSET;
    }

    private long hash(MemorySegment from, long at, int length) {
        long h = seed ^ length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            h = mix(h ^ from.get(LONG, at + i), PRIME_1);
        }
        long tail = 0;
        for (; i < length; i++) {
            tail = tail << Byte.SIZE | from.get(BYTE, at + i) & 0xff;
        }
        return mix(h ^ tail, PRIME_2);
    }

    private static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ a * b;
    }

    private long slot(int hash) {
        long bucket = hash & (2 * mask + 1);
        return (bucket < buckets() ? bucket : bucket & mask) * Long.BYTES;
    }

    /** The record of a key, or 0. */
    long find(Request request, int key) {
        MemorySegment from = request.memory;
        long at = request.offset[key];
        int length = request.length[key];
        long hash = hash(from, at, length);
        long link = table.get(LONG, slot((int) hash));
        while (link != 0) {
            long record = link & OFFSET;
            if (link >>> 48 == hash >>> 48 && keyLength(record) == length && MemorySegment.mismatch(
                    memory, keyAt(record), keyAt(record) + length, from, at, at + length) < 0) {
                return record;
            }
            link = memory.get(LONG, record);
        }
        return 0;
    }

    int keyLength(long record) {
        return memory.get(INT, record + KEY_LENGTH) & ~IS_COLLECTED;
    }

    long keyAt(long record) {
        return record + KEY;
    }

    boolean isString(long record) {
        return (memory.get(INT, record + KEY_LENGTH) & IS_COLLECTED) == 0;
    }

    int valueLength(long record) {
        return memory.get(INT, record + VALUE);
    }

    long valueAt(long record) {
        return record + KEY + keyLength(record);
    }

    int timer(long record) {
        return memory.get(INT, record + TIMER);
    }

    void setTimer(long record, int timer) {
        memory.set(INT, record + TIMER, timer);
    }

    Collected collected(long record) {
        return collected.get(memory.get(INT, record + VALUE));
    }

    /** A new record, whose value is still to be written. The key must not be there yet. */
    long add(Request request, int key, int valueLength) {
        MemorySegment from = request.memory;
        long at = request.offset[key];
        int length = request.length[key];
        long record = allocate(KEY + (long) length + valueLength);
        long hash = hash(from, at, length);
        MemorySegment.copy(from, at, memory, record + KEY, length);
        memory.set(INT, record + HASH, (int) hash);
        memory.set(INT, record + KEY_LENGTH, length);
        memory.set(INT, record + TIMER, Expiry.NEVER);
        memory.set(INT, record + VALUE, valueLength);
        long slot = slot((int) hash);
        memory.set(LONG, record, table.get(LONG, slot));
        table.set(LONG, slot, record | hash & ~OFFSET);
        size++;
        if (size > buckets() - buckets() / 4 && buckets() < mostBuckets) {
            splitBucket();
        }
        return record;
    }

    void add(Request request, int key, Collected value) {
        if (freeNumbers.isEmpty()) {
            freeNumbers.add(collected.size());
            collected.add(null);
        }
        long record = add(request, key, 0);
        memory.set(INT, record + KEY_LENGTH, request.length[key] | IS_COLLECTED);
        memory.set(INT, record + VALUE, freeNumbers.getLast());
        collected.set(freeNumbers.removeLast(), value);
    }

    /** Some of the keys of one bucket go to a new bucket. */
    private void splitBucket() {
        long half = mask + 1;
        long link = table.get(LONG, split * Long.BYTES);
        long stay = 0;
        long go = 0;
        while (link != 0) {
            long record = link & OFFSET;
            long following = memory.get(LONG, record);
            if ((memory.get(INT, record + HASH) & half) == 0) {
                memory.set(LONG, record, stay);
                stay = link;
            } else {
                memory.set(LONG, record, go);
                go = link;
            }
            link = following;
        }
        table.set(LONG, split * Long.BYTES, stay);
        table.set(LONG, (split + half) * Long.BYTES, go);
        if (++split == half) {
            mask = 2 * mask + 1;
            split = 0;
        }
    }

    /**
     * Gives a string another length; as many bytes of the value as it still has are kept.
     *
     * @return the record, which may have moved
     */
    long resize(long record, int valueLength) {
        int old = valueLength(record);
        long fixed = KEY + (long) keyLength(record);
        if (classOf(fixed + valueLength) != classOf(fixed + old)) {
            long moved = allocate(fixed + valueLength);
            MemorySegment.copy(memory, record, memory, moved, fixed + Math.min(old, valueLength));
            relink(record, moved);
            release(record, fixed + old);
            expiry.moved(moved);
            record = moved;
        }
        memory.set(INT, record + VALUE, valueLength);
        return record;
    }

    void remove(long record) {
        expiry.cancel(record);
        relink(record, 0);
        size--;
        if (isString(record)) {
            release(record, KEY + (long) keyLength(record) + valueLength(record));
            return;
        }
        int number = memory.get(INT, record + VALUE);
        collectedBytes -= collected.set(number, null).bytes();
        freeNumbers.add(number);
        release(record, KEY + (long) keyLength(record));
    }

    /** Lets what leads to a record lead to another one, or past it. */
    private void relink(long record, long other) {
        long slot = slot(memory.get(INT, record + HASH));
        MemorySegment segment = table;
        long at = slot;
        long link = segment.get(LONG, at);
        while ((link & OFFSET) != record) {
            segment = memory;
            at = link & OFFSET;
            link = segment.get(LONG, at);
        }
        segment.set(LONG, at, other == 0 ? memory.get(LONG, record) : other | link & ~OFFSET);
    }

    /** Sizes up to 1 KiB in steps of 8 bytes, then eight steps to the double. */
    private static int classOf(long bytes) {
        if (bytes <= SMALL) {
            return (int) (bytes + 7 >>> 3);
        }
        int log = Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes - 1);
        return SMALL_CLASSES + (log - 10) * 8 + (int) (bytes - 1 - (1L << log) >>> log - 3);
    }

    private static long sizeOf(int sizeClass) {
        if (sizeClass < SMALL_CLASSES) {
            return 8L * sizeClass;
        }
        int log = (sizeClass - SMALL_CLASSES) / 8 + 10;
        return (1L << log) + ((sizeClass - SMALL_CLASSES) % 8 + 1L << log - 3);
    }

    private long allocate(long bytes) {
        int sizeClass = classOf(bytes);
        long block = sizeOf(sizeClass);
        long record = free[sizeClass];
        if (record != 0) {
            free[sizeClass] = memory.get(LONG, record);
        } else if (block <= memory.byteSize() - top) {
            record = top;
            top += block;
        } else {
            throw new Failure(Commands.OUT_OF_MEMORY);
        }
        used += block;
        return record;
    }

    private void release(long record, long bytes) {
        int sizeClass = classOf(bytes);
        memory.set(LONG, record, free[sizeClass]);
        free[sizeClass] = record;
        used -= sizeOf(sizeClass);
    }
}
