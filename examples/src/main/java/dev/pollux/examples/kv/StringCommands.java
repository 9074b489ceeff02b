package dev.pollux.examples.kv;

import static dev.pollux.examples.kv.Commands.NEVER;

import dev.pollux.examples.kv.Commands.Kind;
import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongPredicate;

/** The commands on keys of any type, and on strings. A record is a key with its value in the store; 0 is none. */
final class StringCommands {
    private final Commands commands;
    private final Store store;
    private final int longest;

    /** @param longest bytes that a string may have */
    StringCommands(Commands commands, int longest) {
        this.commands = commands;
        this.store = commands.store;
        this.longest = longest;

        commands.add("GET", 2, Kind.READ, (request, reply) -> value(commands.findString(request, 1), reply));
        commands.add("SET", -3, Kind.ADD, this::set);
        commands.add("MGET", -2, Kind.READ, -1, 1, this::getMany);
        commands.add("MSET", -3, Kind.ADD, -1, 2, this::setMany);
        commands.add("INCR", 2, Kind.ADD, (request, reply) -> increment(request, reply, 1));
        commands.add("DECR", 2, Kind.ADD, (request, reply) -> increment(request, reply, -1));
        commands.add("INCRBY", 3, Kind.ADD, (request, reply) -> increment(request, reply, request.integer(2)));
        commands.add("APPEND", 3, Kind.ADD, this::append);
        commands.add("STRLEN", 2, Kind.READ, this::length);
        commands.add("GETDEL", 2, Kind.WRITE, this::getAndDelete);

        LongPredicate remove = commands::remove;
        LongPredicate exists = record -> record != 0;
        commands.add("DEL", -2, Kind.WRITE, -1, 1, (request, reply) -> reply.integer(count(request, remove)));
        commands.add("EXISTS", -2, Kind.READ, -1, 1, (request, reply) -> reply.integer(count(request, exists)));
        commands.add("EXPIRE", 3, Kind.WRITE, (request, reply) -> expire(request, reply, 1000, commands.now));
        commands.add("PEXPIRE", 3, Kind.WRITE, (request, reply) -> expire(request, reply, 1, commands.now));
        commands.add("PEXPIREAT", 3, Kind.WRITE, (request, reply) -> expire(request, reply, 1, 0));
        commands.add("TTL", 2, Kind.READ, (request, reply) -> timeToLive(request, reply, 1000));
        commands.add("PTTL", 2, Kind.READ, (request, reply) -> timeToLive(request, reply, 1));
        commands.add("PERSIST", 2, Kind.WRITE, this::persist);
        commands.add("TYPE", 2, Kind.READ, this::type);
        commands.add("SCAN", -2, Kind.READ, 0, 0, this::scan);
        commands.add("DBSIZE", 1, Kind.READ, 0, 0, (request, reply) -> reply.integer(store.size()));
        commands.add("FLUSHALL", -1, Kind.WRITE, 0, 0, this::flush);
    }

    private void value(long record, Reply reply) {
        if (record == 0) {
            reply.nil();
        } else {
            reply.bulk(store.memory, store.valueAt(record), store.valueLength(record));
        }
    }

    /** Makes an argument the value of another one. */
    private long put(Request request, int key, int value, boolean keepTime) {
        long record = reserve(request, key, request.length[value], keepTime);
        MemorySegment.copy(
                request.memory, request.offset[value], store.memory, store.valueAt(record), request.length[value]);
        commands.changed = true;
        return record;
    }

    /** A record for a string of a length, which is still to be written. */
    private long reserve(Request request, int key, int length, boolean keepTime) {
        long record = commands.find(request, key);
        if (record != 0 && store.isString(record)) {
            record = store.resize(record, length);
            if (!keepTime) {
                store.expiry.cancel(record);
            }
            return record;
        }
        long when = NEVER;
        if (record != 0) {
            when = store.expiry.of(record);
            store.remove(record);
        }
        record = store.add(request, key, length);
        if (keepTime && when != NEVER) {
            store.expiry.set(record, when);
        }
        return record;
    }

    private void set(Request request, Reply reply) {
        boolean ifAbsent = false;
        boolean ifPresent = false;
        boolean get = false;
        boolean keep = false;
        int time = 0;
        for (int i = 3; i < request.count; i++) {
            if (request.is(i, "NX") && !ifPresent) {
                ifAbsent = true;
            } else if (request.is(i, "XX") && !ifAbsent) {
                ifPresent = true;
            } else if (request.is(i, "GET")) {
                get = true;
            } else if (request.is(i, "KEEPTTL") && time == 0) {
                keep = true;
            } else if (isTime(request, i) && time == 0 && !keep && i + 1 < request.count) {
                time = ++i;
            } else {
                throw new Failure(Commands.SYNTAX);
            }
        }
        long when = time == 0 ? NEVER : time(request, time);
        long record = get ? commands.findString(request, 1) : ifAbsent || ifPresent ? commands.find(request, 1) : 0;
        if (get) {
            value(record, reply);
        }
        if (ifAbsent && record != 0 || ifPresent && record == 0) {
            if (!get) {
                reply.nil();
            }
            return;
        }
        record = put(request, 1, 2, keep);
        if (when != NEVER) {
            store.expiry.set(record, when);
        }
        if (request.count > 3 && commands.log != null) {
            commands.log.set(request, when, keep); // instead of what was requested
            commands.changed = false;
        }
        if (!get) {
            reply.ok();
        }
    }

    private static boolean isTime(Request request, int i) {
        return request.is(i, "EX") || request.is(i, "PX") || request.is(i, "EXAT") || request.is(i, "PXAT");
    }

    /** When, in milliseconds since 1970, by an argument and the word before it. */
    private long time(Request request, int i) {
        long amount = request.integer(i);
        long unit = request.is(i - 1, "EX") || request.is(i - 1, "EXAT") ? 1000 : 1;
        long from = request.length[i - 1] == 2 ? commands.now : 0;
        if (amount <= 0 || amount > (Long.MAX_VALUE - from) / unit) {
            throw new Failure("ERR invalid expire time in 'set' command");
        }
        return from + amount * unit;
    }

    private void getMany(Request request, Reply reply) {
        reply.array(request.count - 1);
        for (int i = 1; i < request.count && !reply.lost; i++) {
            long record = commands.find(request, i);
            value(record != 0 && store.isString(record) ? record : 0, reply);
        }
    }

    private void setMany(Request request, Reply reply) {
        if (request.count % 2 == 0) {
            throw Commands.wrongArguments("mset");
        }
        for (int i = 1; i < request.count; i += 2) {
            put(request, i, i + 1, false);
        }
        reply.ok();
    }

    private void increment(Request request, Reply reply, long amount) {
        long record = commands.findString(request, 1);
        long old = record == 0 ? 0 : Resp.integer(store.memory, store.valueAt(record), store.valueLength(record));
        long value = old + amount;
        if (((old ^ value) & (amount ^ value)) < 0) {
            throw new Failure("ERR increment or decrement would overflow");
        }
        int digits = Resp.digits(value);
        record = reserve(request, 1, digits, true);
        Resp.putDigits(store.memory, store.valueAt(record), value, digits);
        commands.changed = true;
        reply.integer(value);
    }

    private void append(Request request, Reply reply) {
        long record = commands.findString(request, 1);
        int old = record == 0 ? 0 : store.valueLength(record);
        long length = (long) old + request.length[2];
        if (length > longest) {
            throw new Failure("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
        record = reserve(request, 1, (int) length, true);
        MemorySegment.copy(
                request.memory, request.offset[2], store.memory, store.valueAt(record) + old, request.length[2]);
        commands.changed = true;
        reply.integer(length);
    }

    private void length(Request request, Reply reply) {
        long record = commands.findString(request, 1);
        reply.integer(record == 0 ? 0 : store.valueLength(record));
    }

    private void getAndDelete(Request request, Reply reply) {
        long record = commands.findString(request, 1);
        value(record, reply);
        commands.remove(record);
    }

    private int count(Request request, LongPredicate test) {
        int n = 0;
        for (int i = 1; i < request.count; i++) {
            n += test.test(commands.find(request, i)) ? 1 : 0;
        }
        return n;
    }

    private void expire(Request request, Reply reply, long unit, long from) {
        long amount = request.integer(2);
        if (amount > (Long.MAX_VALUE - from) / unit || amount < Long.MIN_VALUE / unit) {
            throw new Failure("ERR invalid expire time in '" + request.text(0).toLowerCase(Locale.ROOT) + "' command");
        }
        long when = Math.max(0, from + amount * unit);
        long record = commands.find(request, 1);
        if (record != 0 && when <= commands.now && !commands.loading) {
            commands.expire(record);
        } else if (record != 0) {
            store.expiry.set(record, when);
            if (commands.log != null) {
                commands.log.expire(request, when);
            }
        }
        reply.integer(record == 0 ? 0 : 1);
    }

    private void timeToLive(Request request, Reply reply, long unit) {
        long record = commands.find(request, 1);
        long when = record == 0 ? NEVER : store.expiry.of(record);
        reply.integer(record == 0 ? -2 : when == NEVER ? -1 : (Math.max(0, when - commands.now) + unit / 2) / unit);
    }

    private void persist(Request request, Reply reply) {
        long record = commands.find(request, 1);
        commands.changed = record != 0 && store.expiry.cancel(record);
        reply.integer(commands.changed ? 1 : 0);
    }

    private void type(Request request, Reply reply) {
        long record = commands.find(request, 1);
        reply.line(record == 0 ? "+none" : store.isString(record) ? "+string" : "+" + store.collected(record).type);
    }

    private void flush(Request request, Reply reply) {
        if (request.count > 2 || request.count == 2 && !request.is(1, "SYNC") && !request.is(1, "ASYNC")) {
            throw new Failure(Commands.SYNTAX);
        }
        store.clear();
        commands.changed = true;
        reply.ok();
    }

    /** The cursor is the number of a bucket of the store. */
    private void scan(Request request, Reply reply) {
        String pattern = "*";
        long wanted = 10;
        long bucket;
        try {
            bucket = Long.parseUnsignedLong(request.text(1));
        } catch (NumberFormatException e) {
            throw new Failure("ERR invalid cursor");
        }
        for (int i = 2; i < request.count; i += 2) {
            if (i + 1 < request.count && request.is(i, "COUNT")) {
                wanted = request.integer(i + 1);
            } else if (i + 1 < request.count && request.is(i, "MATCH")) {
                pattern = request.text(i + 1);
            } else {
                throw new Failure(Commands.SYNTAX);
            }
        }
        if (wanted < 1) {
            throw new Failure(Commands.SYNTAX);
        }
        List<String> keys = new ArrayList<>();
        long steps = Math.min(wanted, Long.MAX_VALUE / 16) * 16; // empty buckets cost, too
        for (long seen = 0; bucket >= 0 && bucket < store.buckets() && seen < wanted && steps > 0; bucket++, steps--) {
            for (long record = store.first(bucket); record != 0; record = store.next(record)) {
                seen++;
                String key = Resp.text(store.memory, store.keyAt(record), store.keyLength(record));
                if (!commands.isOver(record) && Glob.matches(pattern, key)) {
                    keys.add(key);
                }
            }
        }
        reply.array(2);
        reply.bulks(bucket < 0 || bucket >= store.buckets() ? "0" : Long.toString(bucket));
        reply.array(keys.size());
        keys.forEach(reply::bulk);
    }
}
