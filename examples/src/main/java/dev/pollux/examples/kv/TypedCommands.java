package dev.pollux.examples.kv;

import dev.pollux.examples.kv.Collected.Bytes;
import dev.pollux.examples.kv.Collected.Elements;
import dev.pollux.examples.kv.Collected.Fields;
import dev.pollux.examples.kv.Collected.Members;
import dev.pollux.examples.kv.Collected.Scored;
import dev.pollux.examples.kv.Collected.Scores;
import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What the commands on lists, sets, hashes and sorted sets do. */
final class TypedCommands {
    // possessive: no text takes long to be refused
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d++\\.?\\d*+|\\.\\d++)([eE][+-]?\\d++)?+");
    private static final Pattern HEXADECIMAL = Pattern.compile(
            "[+-]?0[xX](\\p{XDigit}++\\.?\\p{XDigit}*+|\\.\\p{XDigit}++)([pP][+-]?\\d++)?+");
    private static final Pattern ZERO = Pattern.compile("[-+0.xX]*+([eEpP].*)?+");
    private static final Pattern INFINITY = Pattern.compile("[+-]?inf(inity)?", Pattern.CASE_INSENSITIVE);

    private static final String[] ZADD_OPTIONS = {"NX", "XX", "GT", "LT", "CH", "INCR"};

    private final Commands commands;
    private final Store store;

    TypedCommands(Commands commands) {
        this.commands = commands;
        store = commands.store;
    }

    void execute(Command command, Request request, Reply reply) {
        switch (command) {
            case LPUSH, RPUSH -> {
                Elements list = make(request, Elements.class, Elements::new);
                for (int i = 2; i < request.count; i++) {
                    list.push(request.bytes(i), command == Command.LPUSH);
                }
                changed();
                reply.integer(list.size());
            }
            case LPOP, RPOP -> pop(request, reply, command);
            case LRANGE -> range(request, reply);
            case LLEN -> {
                Elements list = get(request, Elements.class, Elements::new);
                reply.integer(list.size());
            }
            case SADD -> {
                Members set = make(request, Members.class, Members::new);
                int n = 0;
                for (int i = 2; i < request.count; i++) {
                    n += set.add(request.bytes(i)) ? 1 : 0;
                }
                commands.changed = n > 0;
                reply.integer(n);
            }
            case SREM -> {
                Members set = get(request, Members.class, Members::new);
                reply.integer(removeAll(request, set, set::remove));
            }
            case SPOP -> spop(request, reply);
            case SMEMBERS -> {
                Members set = get(request, Members.class, Members::new);
                reply.set(set.size());
                set.all().forEach(member -> reply.bulk(member.bytes()));
            }
            case HSET -> {
                if (request.count % 2 != 0) {
                    throw Commands.wrongArguments("hset");
                }
                Fields hash = make(request, Fields.class, Fields::new);
                int n = 0;
                for (int i = 2; i < request.count; i += 2) {
                    n += hash.put(request.bytes(i), request.bytes(i + 1)) ? 1 : 0;
                }
                changed();
                reply.integer(n);
            }
            case HGET -> {
                Fields hash = get(request, Fields.class, Fields::new);
                reply.bulk(hash.get(request.bytes(2)));
            }
            case HDEL -> {
                Fields hash = get(request, Fields.class, Fields::new);
                reply.integer(removeAll(request, hash, hash::remove));
            }
            case HGETALL -> {
                Fields hash = get(request, Fields.class, Fields::new);
                reply.map(hash.size());
                hash.all().forEach((field, value) -> {
                    reply.bulk(field.bytes());
                    reply.bulk(value);
                });
            }
            case ZADD -> zadd(request, reply);
            case ZSCORE -> {
                Scores set = get(request, Scores.class, Scores::new);
                reply.number(set.score(request.bytes(2)));
            }
            case ZPOPMIN -> zpopmin(request, reply);
            case ZRANGE -> zrange(request, reply);
            default -> throw new IllegalStateException(command.name());
        }
    }

    private void changed() {
        commands.changed = true;
    }

    /** The value of the key, which is argument 1; if there is none, an empty one that is not in the store. */
    private <T extends Collected> T get(Request request, Class<T> type, Function<Store, T> maker) {
        long record = commands.find(request, 1);
        if (record == 0) {
            return maker.apply(store);
        }
        if (store.isString(record) || !type.isInstance(store.object(record))) {
            throw Commands.wrongType();
        }
        return type.cast(store.object(record));
    }

    private <T extends Collected> T make(Request request, Class<T> type, Function<Store, T> maker) {
        T value = get(request, type, maker);
        if (value.size() == 0) {
            store.add(request.memory, request.offset[1], request.length[1], value);
        }
        return value;
    }

    private void removeIfEmpty(Request request, Collected value) {
        changed();
        if (value.size() == 0) {
            store.remove(commands.find(request, 1));
        }
    }

    private int removeAll(Request request, Collected value, Predicate<byte[]> remover) {
        int n = 0;
        for (int i = 2; i < request.count; i++) {
            n += remover.test(request.bytes(i)) ? 1 : 0;
        }
        if (n > 0) {
            removeIfEmpty(request, value);
        }
        return n;
    }

    /** Argument 2, which is how many; one if there is none. */
    private static int count(Request request) {
        long n = -1;
        try {
            n = request.count == 2 ? 1 : request.integer(2);
        } catch (Failure e) {
            // another text follows
        }
        if (n < 0) {
            throw new Failure("ERR value is out of range, must be positive");
        }
        return (int) Math.min(n, Integer.MAX_VALUE);
    }

    private void pop(Request request, Reply reply, Command command) {
        if (request.count > 3) {
            throw Commands.wrongArguments(command.lower);
        }
        boolean left = command == Command.LPOP;
        boolean counted = request.count == 3;
        int wanted = count(request);
        Elements list = get(request, Elements.class, Elements::new);
        if (list.size() == 0) {
            reply.nil(counted);
            return;
        }
        int n = Math.min(wanted, list.size());
        if (counted) {
            reply.array(n);
        }
        for (int i = 0; i < n; i++) {
            reply.bulk(list.pop(left));
        }
        if (n > 0) {
            removeIfEmpty(request, list);
        }
    }

    private void range(Request request, Reply reply) {
        long from = request.integer(2);
        long to = request.integer(3);
        Elements list = get(request, Elements.class, Elements::new);
        int size = list.size();
        int first = first(from, size);
        int last = last(to, size);
        reply.array(Math.max(0, last - first + 1));
        for (int i = first; i <= last; i++) {
            reply.bulk(list.get(i));
        }
    }

    private static int first(long index, int size) {
        return (int) Math.min(Math.max(0, index < 0 ? index + size : index), size);
    }

    private static int last(long index, int size) {
        return (int) Math.min(Math.max(-1, index < 0 ? index + size : index), size - 1);
    }

    private void spop(Request request, Reply reply) {
        if (request.count > 3) {
            throw new Failure(Commands.SYNTAX);
        }
        boolean counted = request.count == 3;
        int wanted = count(request);
        Members set = get(request, Members.class, Members::new);
        int n = Math.min(wanted, set.size());
        if (counted) {
            reply.set(n);
        } else if (n == 0) {
            reply.nil();
        }
        List<byte[]> popped = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            byte[] member = set.any();
            set.remove(member);
            popped.add(member);
            reply.bulk(member);
        }
        if (n > 0) {
            if (commands.log() != null) { // which they were is not in the request
                commands.log().remove(request, popped);
            }
            if (set.size() == 0) {
                store.remove(commands.find(request, 1));
            }
            commands.changed = false;
        }
    }

    /** C's {@code strtod} of a whole text; NaN if that is no number. */
    private static double strtod(String text) {
        if (INFINITY.matcher(text).matches()) {
            return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (HEXADECIMAL.matcher(text).matches()) {
            return Double.parseDouble(text.indexOf('p') < 0 && text.indexOf('P') < 0 ? text + "p0" : text);
        }
        return DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    }

    private static double score(Request request, int i) {
        String text = request.text(i);
        double value = strtod(text);
        boolean outOfRange = Double.isInfinite(value) && !INFINITY.matcher(text).matches()
                || value == 0 && !ZERO.matcher(text).matches();
        if (Double.isNaN(value) || outOfRange) {
            throw new Failure("ERR value is not a valid float");
        }
        return value;
    }

    private void zadd(Request request, Reply reply) {
        int options = request.options(2, ZADD_OPTIONS);
        boolean ifAbsent = (options & 1) != 0;
        boolean ifPresent = (options & 2) != 0;
        boolean ifGreater = (options & 4) != 0;
        boolean ifLess = (options & 8) != 0;
        boolean countChanged = (options & 16) != 0;
        boolean increment = (options & 32) != 0;
        int i = request.next;
        int rest = request.count - i;
        if (rest == 0 || rest % 2 != 0) {
            throw new Failure(Commands.SYNTAX);
        }
        if (ifAbsent && ifPresent) {
            throw new Failure("ERR XX and NX options at the same time are not compatible");
        }
        if (ifAbsent && (ifGreater || ifLess) || ifGreater && ifLess) {
            throw new Failure("ERR GT, LT, and/or NX options at the same time are not compatible");
        }
        if (increment && rest > 2) {
            throw new Failure("ERR INCR option supports a single increment-element pair");
        }
        double[] scores = new double[rest / 2];
        for (int j = 0; j < scores.length; j++) {
            scores[j] = score(request, i + 2 * j);
        }
        Scores set = ifPresent ? get(request, Scores.class, Scores::new) : make(request, Scores.class, Scores::new);
        int added = 0;
        int updated = 0;
        double result = 0;
        boolean done = false;
        for (int j = 0; j < scores.length; j++) {
            byte[] member = request.bytes(i + 2 * j + 1);
            Double old = set.score(member);
            double score = increment && old != null ? old + scores[j] : scores[j];
            if (old == null ? ifPresent
                    : ifAbsent || ifGreater && score <= old || ifLess && score >= old) {
                continue;
            }
            if (old == null || old != score) {
                set.put(member, score);
                added += old == null ? 1 : 0;
                updated += old == null ? 0 : 1;
            }
            result = score;
            done = true;
        }
        commands.changed = added + updated > 0;
        if (!increment) {
            reply.integer(countChanged ? added + updated : added);
        } else if (done) {
            reply.number(result);
        } else {
            reply.nil();
        }
    }

    private void zpopmin(Request request, Reply reply) {
        if (request.count > 3) {
            throw new Failure(Commands.SYNTAX);
        }
        boolean counted = request.count == 3;
        int wanted = count(request);
        Scores set = get(request, Scores.class, Scores::new);
        int n = Math.min(wanted, set.size());
        boolean pairs = counted && reply.version == 3;
        reply.array(pairs ? n : 2L * n);
        for (int i = 0; i < n; i++) {
            Scored first = set.pop();
            if (pairs) {
                reply.array(2);
            }
            reply.bulk(first.member().bytes());
            reply.number(first.score());
        }
        if (n > 0) {
            removeIfEmpty(request, set);
        }
    }

    private void zrange(Request request, Reply reply) {
        boolean byScore = false;
        boolean byLex = false;
        boolean reverse = false;
        boolean withScores = false;
        long skip = 0;
        long most = -1;
        for (int i = 4; i < request.count; i++) {
            if (request.is(i, "BYSCORE") && !byScore && !byLex) {
                byScore = true;
            } else if (request.is(i, "BYLEX") && !byScore && !byLex) {
                byLex = true;
            } else if (request.is(i, "REV") && !reverse) {
                reverse = true;
            } else if (request.is(i, "WITHSCORES")) {
                withScores = true;
            } else if (request.is(i, "LIMIT") && i + 2 < request.count) {
                skip = request.integer(i + 1);
                most = request.integer(i + 2);
                i += 2;
            } else {
                throw new Failure(Commands.SYNTAX);
            }
        }
        if (most != -1 && !byScore && !byLex) {
            throw new Failure("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
        }
        if (withScores && byLex) {
            throw new Failure("ERR syntax error, WITHSCORES not supported in combination with BYLEX");
        }
        int low = reverse && (byScore || byLex) ? 3 : 2;
        List<Scored> found = new ArrayList<>();
        if (byScore || byLex) {
            Predicate<Scored> above = byScore ? scoreBound(request, low, true) : lexBound(request, low, true);
            Predicate<Scored> below = byScore ? scoreBound(request, 5 - low, false) : lexBound(request, 5 - low, false);
            Scores set = get(request, Scores.class, Scores::new);
            if (skip >= 0) {
                for (Scored scored : reverse ? set.order().descendingSet() : set.order()) {
                    if (most >= 0 && found.size() >= most) {
                        break;
                    }
                    if (above.test(scored) && below.test(scored) && skip-- <= 0) {
                        found.add(scored);
                    }
                }
            }
        } else {
            long from = request.integer(2);
            long to = request.integer(3);
            Scores set = get(request, Scores.class, Scores::new);
            int size = set.size();
            int first = first(from, size);
            int last = last(to, size);
            if (first <= last) {
                (reverse ? set.order().descendingSet() : set.order()).stream().skip(first).limit(last - first + 1L)
                        .forEach(found::add);
            }
        }
        boolean pairs = withScores && reply.version == 3;
        reply.array(withScores && !pairs ? 2L * found.size() : found.size());
        for (Scored scored : found) {
            if (pairs) {
                reply.array(2);
            }
            reply.bulk(scored.member().bytes());
            if (withScores) {
                reply.number(scored.score());
            }
        }
    }

    /** {@code 1.5}, or {@code (1.5} without that score itself; nothing is 0, and a zero ends it, as in C. */
    private static Predicate<Scored> scoreBound(Request request, int i, boolean low) {
        String text = request.text(i) + '\0';
        boolean open = text.startsWith("(");
        text = text.substring(open ? 1 : 0, text.indexOf('\0'));
        double bound = text.isEmpty() ? 0 : strtod(text.stripLeading());
        if (Double.isNaN(bound)) {
            throw new Failure("ERR min or max is not a float");
        }
        return low ? scored -> open ? scored.score() > bound : scored.score() >= bound
                : scored -> open ? scored.score() < bound : scored.score() <= bound;
    }

    /** {@code [a}, {@code (a} without it, {@code -} and {@code +} for all. */
    private static Predicate<Scored> lexBound(Request request, int i, boolean low) {
        String text = request.text(i);
        if (text.equals("-") || text.equals("+")) {
            boolean all = text.equals("-") == low;
            return scored -> all;
        }
        if (!text.startsWith("[") && !text.startsWith("(")) {
            throw new Failure("ERR min or max not valid string range item");
        }
        boolean open = text.startsWith("(");
        byte[] all = request.bytes(i);
        Bytes bound = new Bytes(Arrays.copyOfRange(all, 1, all.length));
        return scored -> {
            int order = low ? scored.member().compareTo(bound) : bound.compareTo(scored.member());
            return open ? order > 0 : order >= 0;
        };
    }
}
