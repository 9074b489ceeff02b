package dev.pollux.examples.kv;

import dev.pollux.examples.kv.Collected.Elements;
import dev.pollux.examples.kv.Collected.Fields;
import dev.pollux.examples.kv.Collected.Members;
import dev.pollux.examples.kv.Collected.Scored;
import dev.pollux.examples.kv.Collected.Scores;
import dev.pollux.examples.kv.Commands.Kind;
import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The commands on lists, sets, hashes and sorted sets. */
final class CollectionCommands {
    // possessive: no text takes long to be refused
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d++\\.?\\d*+|\\.\\d++)(e[+-]?\\d++)?+");
    private static final Pattern INFINITY = Pattern.compile("[+-]?inf(inity)?");

    private final Commands commands;
    private final Store store;

    CollectionCommands(Commands commands) {
        this.commands = commands;
        this.store = commands.store;

        commands.add("LPUSH", -3, Kind.ADD, (request, reply) -> push(request, reply, true));
        commands.add("RPUSH", -3, Kind.ADD, (request, reply) -> push(request, reply, false));
        commands.add("LPOP", 2, Kind.WRITE, (request, reply) -> pop(request, reply, true));
        commands.add("RPOP", 2, Kind.WRITE, (request, reply) -> pop(request, reply, false));
        commands.add("LRANGE", 4, Kind.READ, this::lrange);
        commands.add("LLEN", 2, Kind.READ, (request, reply) -> reply.integer(list(request).size()));

        commands.add("SADD", -3, Kind.ADD, this::sadd);
        commands.add("SREM", -3, Kind.WRITE, this::srem);
        commands.add("SPOP", 2, Kind.WRITE, this::spop);
        commands.add("SMEMBERS", 2, Kind.READ, this::smembers);

        commands.add("HSET", -4, Kind.ADD, this::hset);
        commands.add("HGET", 3, Kind.READ, (request, reply) -> reply.bulk(hash(request).fields.get(request.text(2))));
        commands.add("HDEL", -3, Kind.WRITE, this::hdel);
        commands.add("HGETALL", 2, Kind.READ, this::hgetall);

        commands.add("ZADD", -4, Kind.ADD, this::zadd);
        commands.add("ZSCORE", 3, Kind.READ,
                (request, reply) -> reply.number(sortedSet(request).scores.get(request.text(2))));
        commands.add("ZPOPMIN", 2, Kind.WRITE, this::zpopmin);
        commands.add("ZRANGE", -4, Kind.READ, this::zrange);
    }

    private Elements list(Request request) {
        return get(request, Elements.class, Elements::new);
    }

    private Members set(Request request) {
        return get(request, Members.class, Members::new);
    }

    private Fields hash(Request request) {
        return get(request, Fields.class, Fields::new);
    }

    private Scores sortedSet(Request request) {
        return get(request, Scores.class, Scores::new);
    }

    /** The value of the key, which is argument 1; if there is none, an empty one that is not in the store. */
    private <T extends Collected> T get(Request request, Class<T> type, Function<Store, T> maker) {
        long record = commands.find(request, 1);
        if (record == 0) {
            return maker.apply(store);
        }
        if (store.isString(record) || !type.isInstance(store.collected(record))) {
            throw Commands.wrongType();
        }
        return type.cast(store.collected(record));
    }

    /** Puts what {@link #get} has made into the store, since there will be something in it; no other one is empty. */
    private <T extends Collected> T keep(Request request, T value) {
        if (value.size() == 0) {
            store.add(request, 1, value);
        }
        return value;
    }

    private void removeIfEmpty(Request request, Collected value) {
        commands.changed = true;
        if (value.size() == 0) {
            store.remove(commands.find(request, 1));
        }
    }

    private int removeAll(Request request, Collected value, Predicate<String> remover) {
        int n = 0;
        for (int i = 2; i < request.count; i++) {
            n += remover.test(request.text(i)) ? 1 : 0;
        }
        if (n > 0) {
            removeIfEmpty(request, value);
        }
        return n;
    }

    /** Where a range begins, if its index may count from the end. */
    private static int first(long index, int size) {
        return (int) Math.min(Math.max(0, index < 0 ? index + size : index), size);
    }

    private static int last(long index, int size) {
        return (int) Math.min(Math.max(-1, index < 0 ? index + size : index), size - 1);
    }

    private void push(Request request, Reply reply, boolean left) {
        Elements list = keep(request, list(request));
        for (int i = 2; i < request.count; i++) {
            list.push(request.text(i), left);
        }
        commands.changed = true;
        reply.integer(list.size());
    }

    private void pop(Request request, Reply reply, boolean left) {
        Elements list = list(request);
        String element = list.pop(left);
        if (element != null) {
            removeIfEmpty(request, list);
        }
        reply.bulk(element);
    }

    private void lrange(Request request, Reply reply) {
        long from = request.integer(2);
        long to = request.integer(3);
        Elements list = list(request);
        int first = first(from, list.size());
        int n = Math.max(0, last(to, list.size()) - first + 1);
        reply.array(n);
        list.elements.stream().skip(first).limit(n).forEach(reply::bulk);
    }

    private void sadd(Request request, Reply reply) {
        Members set = keep(request, set(request));
        int n = 0;
        for (int i = 2; i < request.count; i++) {
            n += set.add(request.text(i)) ? 1 : 0;
        }
        commands.changed = n > 0;
        reply.integer(n);
    }

    private void srem(Request request, Reply reply) {
        Members set = set(request);
        reply.integer(removeAll(request, set, set::remove));
    }

    private void smembers(Request request, Reply reply) {
        Members set = set(request);
        reply.set(set.size());
        set.members.forEach(reply::bulk);
    }

    private void spop(Request request, Reply reply) {
        Members set = set(request);
        String member = set.pop();
        if (member != null) {
            removeIfEmpty(request, set);
            if (commands.log != null) { // which it was is not in the request
                commands.log.remove(request, member);
                commands.changed = false;
            }
        }
        reply.bulk(member);
    }

    private void hset(Request request, Reply reply) {
        if (request.count % 2 != 0) {
            throw Commands.wrongArguments("hset");
        }
        Fields hash = keep(request, hash(request));
        int n = 0;
        for (int i = 2; i < request.count; i += 2) {
            n += hash.put(request.text(i), request.text(i + 1)) ? 1 : 0;
        }
        commands.changed = true;
        reply.integer(n);
    }

    private void hdel(Request request, Reply reply) {
        Fields hash = hash(request);
        reply.integer(removeAll(request, hash, hash::remove));
    }

    private void hgetall(Request request, Reply reply) {
        Fields hash = hash(request);
        reply.map(hash.size());
        hash.fields.forEach(reply::bulks);
    }

    private static double score(Request request, int i) {
        String text = request.text(i).toLowerCase(Locale.ROOT);
        if (INFINITY.matcher(text).matches()) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (!NUMBER.matcher(text).matches()) {
            throw new Failure("ERR value is not a valid float");
        }
        return Double.parseDouble(text);
    }

    private void zadd(Request request, Reply reply) {
        if (request.count % 2 != 0) {
            throw new Failure(Commands.SYNTAX);
        }
        double[] scores = new double[request.count / 2 - 1];
        for (int i = 0; i < scores.length; i++) { // all of them before anything changes
            scores[i] = score(request, 2 * i + 2);
        }
        Scores set = keep(request, sortedSet(request));
        int before = set.size();
        for (int i = 0; i < scores.length; i++) {
            String member = request.text(2 * i + 3);
            Double old = set.scores.get(member);
            if (old == null || old != scores[i]) {
                set.put(member, scores[i]);
                commands.changed = true;
            }
        }
        reply.integer(set.size() - before);
    }

    private void zpopmin(Request request, Reply reply) {
        Scores set = sortedSet(request);
        Scored first = set.pop();
        reply.array(first == null ? 0 : 2);
        if (first != null) {
            removeIfEmpty(request, set);
            reply.bulk(first.member());
            reply.number(first.score());
        }
    }

    private void zrange(Request request, Reply reply) {
        boolean reverse = false;
        boolean withScores = false;
        for (int i = 4; i < request.count; i++) {
            if (request.is(i, "REV")) {
                reverse = true;
            } else if (request.is(i, "WITHSCORES")) {
                withScores = true;
            } else {
                throw new Failure(Commands.SYNTAX);
            }
        }
        long from = request.integer(2);
        long to = request.integer(3);
        Scores set = sortedSet(request);
        NavigableSet<Scored> order = reverse ? set.order.descendingSet() : set.order;
        int first = first(from, set.size());
        int n = Math.max(0, last(to, set.size()) - first + 1);
        boolean pairs = withScores && reply.version == 3;
        reply.array(withScores && !pairs ? 2L * n : n);
        for (Scored scored : (Iterable<Scored>) order.stream().skip(first).limit(n)::iterator) {
            if (pairs) {
                reply.array(2);
            }
            reply.bulk(scored.member());
            if (withScores) {
                reply.number(scored.score());
            }
        }
    }
}
