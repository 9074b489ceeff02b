package dev.pollux.examples.kv;

import dev.pollux.examples.kv.Resp.Failure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** A value that is no string: plain Java collections, which say how large they are, about. */
abstract sealed class Collected {
    /** As TYPE calls it. */
    final String type;
    private final Store store;
    /** What an element takes beside its bytes: arrays, nodes and numbers. */
    private final int overhead;
    private long bytes;

    private Collected(String type, Store store, int overhead) {
        this.type = type;
        this.store = store;
        this.overhead = overhead;
    }

    final long bytes() {
        return bytes;
    }

    final void grow(long length) {
        bytes += length + overhead;
        store.objectBytes += length + overhead;
    }

    final void shrink(long length) {
        bytes -= length + overhead;
        store.objectBytes -= length + overhead;
    }

    abstract int size();

    /** A byte array that is equal to another one with the same bytes, and is ordered by them. */
    record Bytes(byte[] bytes) implements Comparable<Bytes> {
        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public int compareTo(Bytes other) {
            return Arrays.compareUnsigned(bytes, other.bytes);
        }
    }

    /** A ring, which grows at both ends. */
    static final class Elements extends Collected {
        private byte[][] ring = new byte[8][];
        private int first;
        private int size;

        Elements(Store store) {
            super("list", store, 28);
        }

        @Override
        int size() {
            return size;
        }

        byte[] get(int i) {
            return ring[first + i & ring.length - 1];
        }

        void push(byte[] element, boolean left) {
            if (size == ring.length) {
                byte[][] larger = new byte[2 * size][];
                for (int i = 0; i < size; i++) {
                    larger[i] = get(i);
                }
                ring = larger;
                first = 0;
            }
            if (left) {
                first = first - 1 & ring.length - 1;
            }
            size++;
            ring[first + (left ? 0 : size - 1) & ring.length - 1] = element;
            grow(element.length);
        }

        byte[] pop(boolean left) {
            int at = first + (left ? 0 : size - 1) & ring.length - 1;
            byte[] element = ring[at];
            ring[at] = null;
            if (left) {
                first = first + 1 & ring.length - 1;
            }
            size--;
            shrink(element.length);
            return element;
        }
    }

    /** A set from which any member can be taken, each with the same chance. */
    static final class Members extends Collected {
        private static final SplittableRandom RANDOM = new SplittableRandom();

        private final Map<Bytes, Integer> places = new HashMap<>();
        private final List<Bytes> members = new ArrayList<>();

        Members(Store store) {
            super("set", store, 112);
        }

        @Override
        int size() {
            return members.size();
        }

        List<Bytes> all() {
            return members;
        }

        boolean add(byte[] bytes) {
            Bytes member = new Bytes(bytes);
            if (places.putIfAbsent(member, members.size()) != null) {
                return false;
            }
            members.add(member);
            grow(bytes.length);
            return true;
        }

        boolean remove(byte[] bytes) {
            Integer place = places.remove(new Bytes(bytes));
            if (place == null) {
                return false;
            }
            Bytes last = members.removeLast();
            if (place < members.size()) {
                members.set(place, last);
                places.put(last, place);
            }
            shrink(bytes.length);
            return true;
        }

        byte[] any() {
            return members.get(RANDOM.nextInt(members.size())).bytes;
        }
    }

    static final class Fields extends Collected {
        private final Map<Bytes, byte[]> fields = new HashMap<>();

        Fields(Store store) {
            super("hash", store, 112);
        }

        @Override
        int size() {
            return fields.size();
        }

        Map<Bytes, byte[]> all() {
            return fields;
        }

        /** Whether the field is new. */
        boolean put(byte[] field, byte[] value) {
            byte[] old = fields.put(new Bytes(field), value);
            grow(field.length + value.length);
            if (old != null) {
                shrink(field.length + old.length);
            }
            return old == null;
        }

        byte[] get(byte[] field) {
            return fields.get(new Bytes(field));
        }

        boolean remove(byte[] field) {
            byte[] old = fields.remove(new Bytes(field));
            if (old != null) {
                shrink(field.length + old.length);
            }
            return old != null;
        }
    }

    /** A member of a sorted set with its score. */
    record Scored(double score, Bytes member) implements Comparable<Scored> {
        @Override
        public int compareTo(Scored other) {
            // 0 and -0 are the same score
            return score < other.score ? -1 : score > other.score ? 1 : member.compareTo(other.member);
        }
    }

    static final class Scores extends Collected {
        private static final int MOST_BYTES = 64;
        private static final int MOST_MEMBERS = 128;

        private final Map<Bytes, Double> scores = new HashMap<>();
        private final TreeSet<Scored> order = new TreeSet<>();
        /** Redis keeps small sets in another way, which knows no negative zero. */
        private boolean large;

        Scores(Store store) {
            super("zset", store, 184);
        }

        @Override
        int size() {
            return order.size();
        }

        TreeSet<Scored> order() {
            return order;
        }

        Double score(byte[] member) {
            return scores.get(new Bytes(member));
        }

        void put(byte[] bytes, double score) {
            Bytes member = new Bytes(bytes);
            if (Double.isNaN(score)) {
                throw new Failure("ERR resulting score is not a number (NaN)");
            }
            large |= !scores.containsKey(member) && (bytes.length > MOST_BYTES || size() == MOST_MEMBERS);
            double kept = large ? score : score + 0.0;
            Double old = scores.put(member, kept);
            if (old != null) {
                order.remove(new Scored(old, member));
            } else {
                grow(bytes.length);
            }
            order.add(new Scored(kept, member));
        }

        Scored pop() {
            Scored first = order.pollFirst();
            scores.remove(first.member());
            shrink(first.member().bytes.length);
            return first;
        }
    }
}
