package dev.pollux.examples.kv;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * A value that is no string: plain Java collections, which say how large they are, about. An element is a text whose
 * chars are bytes.
 */
abstract sealed class Collected {
    /** As TYPE calls it. */
    final String type;
    private final Store store;
    /** What an element takes beside its bytes: strings, nodes and numbers. */
    private final int overhead;
    private int size;
    private long bytes;

    private Collected(String type, Store store, int overhead) {
        this.type = type;
        this.store = store;
        this.overhead = overhead;
    }

    /** How many elements it has. */
    final int size() {
        return size;
    }

    /** What it takes, about. */
    final long bytes() {
        return bytes;
    }

    /** There are so many elements more or less, and so many bytes in them. */
    final void changed(int elements, int length) {
        size += elements;
        long change = length + (long) elements * overhead;
        bytes += change;
        store.collectedBytes += change;
    }

    /** A list. */
    static final class Elements extends Collected {
        final ArrayDeque<String> elements = new ArrayDeque<>();

        Elements(Store store) {
            super("list", store, 52);
        }

        void push(String element, boolean left) {
            if (left) {
                elements.addFirst(element);
            } else {
                elements.addLast(element);
            }
            changed(1, element.length());
        }

        /** Removes one from an end; null if there is none. */
        String pop(boolean left) {
            String element = left ? elements.pollFirst() : elements.pollLast();
            if (element != null) {
                changed(-1, -element.length());
            }
            return element;
        }
    }

    /** A set from which any member can be taken, each with the same chance. */
    static final class Members extends Collected {
        private static final SplittableRandom RANDOM = new SplittableRandom();

        final List<String> members = new ArrayList<>();
        private final Map<String, Integer> places = new HashMap<>();

        Members(Store store) {
            super("set", store, 120);
        }

        /** Whether it is new. */
        boolean add(String member) {
            if (places.putIfAbsent(member, size()) != null) {
                return false;
            }
            members.add(member);
            changed(1, member.length());
            return true;
        }

        boolean remove(String member) {
            Integer place = places.remove(member);
            if (place == null) {
                return false;
            }
            String last = members.removeLast();
            if (place < members.size()) {
                members.set(place, last);
                places.put(last, place);
            }
            changed(-1, -member.length());
            return true;
        }

        /** Removes any of them; null if there is none. */
        String pop() {
            if (members.isEmpty()) {
                return null;
            }
            String member = members.get(RANDOM.nextInt(size()));
            remove(member);
            return member;
        }
    }

    /** A hash. */
    static final class Fields extends Collected {
        final Map<String, String> fields = new HashMap<>();

        Fields(Store store) {
            super("hash", store, 128);
        }

        /** Whether the field is new. */
        boolean put(String field, String value) {
            String old = fields.put(field, value);
            changed(old == null ? 1 : 0, value.length() + (old == null ? field.length() : -old.length()));
            return old == null;
        }

        boolean remove(String field) {
            String old = fields.remove(field);
            if (old != null) {
                changed(-1, -field.length() - old.length());
            }
            return old != null;
        }
    }

    /** A member of a sorted set with its score. */
    record Scored(double score, String member) implements Comparable<Scored> {
        @Override
        public int compareTo(Scored other) {
            return score == other.score ? member.compareTo(other.member) : Double.compare(score, other.score);
        }
    }

    /** A sorted set. */
    static final class Scores extends Collected {
        final Map<String, Double> scores = new HashMap<>();
        final TreeSet<Scored> order = new TreeSet<>();

        Scores(Store store) {
            super("zset", store, 192);
        }

        void put(String member, double score) {
            Double old = scores.put(member, score);
            if (old == null) {
                changed(1, member.length());
            } else {
                order.remove(new Scored(old, member));
            }
            order.add(new Scored(score, member));
        }

        /** Removes the first one; null if there is none. */
        Scored pop() {
            Scored first = order.pollFirst();
            if (first != null) {
                scores.remove(first.member);
                changed(-1, -first.member.length());
            }
            return first;
        }
    }
}
