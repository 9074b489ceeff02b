package dev.pollux.examples.kv;

import static dev.pollux.examples.kv.Resp.BYTE;

import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the commands on keys and strings do, with Redis's own texts of errors. The other types are in {@link
 * TypedCommands}.
 */
final class Commands {
    static final String OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";
    static final String SYNTAX = "ERR syntax error";
    private static final String WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
    private static final String[] EXPIRE_OPTIONS = {"NX", "XX", "GT", "LT"};
    private static final int SHOWN = 128;
    private static final long NO_TIME = Long.MIN_VALUE;
    /** How many keys expire before those who wait have their turn again. */
    private static final int EXPIRED_PER_TURN = 1000;

    /** What a client says of itself and to others, and what is the server's. */
    interface Session {
        void execute(Command command, Request request, Reply reply);

        /** Whether it may only subscribe, unsubscribe and ping. */
        boolean isSubscribed();
    }

    final Store store;
    private final TypedCommands typed;
    private final MemorySegment digits = Arena.ofAuto().allocate(Resp.DIGITS);
    private final int longestString;
    /** Where changes are written to, or null. */
    private Log log;
    /** While the log is read nothing expires: that a key expired is in it. */
    private boolean loading;
    /** Whether the command has changed something that is to be logged as it was requested. */
    boolean changed;
    /** Milliseconds since 1970, of this turn. */
    private long now;

    /** @param longestString of a value, in bytes */
    Commands(Store store, int longestString) {
        this.store = store;
        this.longestString = longestString;
        typed = new TypedCommands(this);
    }

    /** Says that the log is read, until there is one to be written. */
    void loading() {
        loading = true;
    }

    void logTo(Log newLog) {
        log = newLog;
        loading = false;
    }

    /** Begins a turn: what is due expires now. */
    void tick(long millis) {
        now = millis;
        for (int i = 0; i < EXPIRED_PER_TURN && store.expiry.next() <= now; i++) {
            expire(store.expiry.first());
        }
    }

    private void expire(long record) {
        if (log != null) {
            log.command("DEL", store.memory, store.keyAt(record), store.keyLength(record), NO_TIME);
        }
        store.remove(record);
    }

    /** Executes one request, and writes its reply. */
    void execute(Request request, Reply reply, Session session) {
        Command command = Command.of(request);
        long before = reply.size;
        try {
            if (command == null) {
                throw new Failure(unknown(request));
            }
            String name = command.lower;
            int arity = command.arity;
            if (!command.subcommands.isEmpty() && request.count > 1) {
                String subcommand = request.text(1).toLowerCase(Locale.ROOT);
                if (!command.subcommands.containsKey(subcommand)) {
                    throw new Failure("ERR unknown subcommand '" + request.shown(1, SHOWN) + "'. Try " + command
                            + " HELP.");
                }
                name += "|" + subcommand;
                arity = command.subcommands.get(subcommand);
            }
            if (!Command.takes(arity, request.count)) {
                throw wrongArguments(name);
            }
            if (session.isSubscribed() && command != Command.PING && command != Command.SUBSCRIBE
                    && command != Command.UNSUBSCRIBE && command != Command.QUIT) {
                throw new Failure("ERR Can't execute '" + name + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE"
                        + " / PING / QUIT / RESET are allowed in this context");
            }
            if (command.kind == Command.Kind.ADD && store.used() > store.limit() && !loading) {
                throw new Failure(OUT_OF_MEMORY);
            }
            changed = false;
            execute(command, request, reply, session);
        } catch (Failure e) {
            reply.size = Math.min(before, reply.size); // one reply
            reply.error(e.getMessage());
        } catch (OutOfMemoryError e) { // of the Java heap; this command needed too much
            reply.size = Math.min(before, reply.size);
            reply.error(OUT_OF_MEMORY);
        }
        if (changed && log != null) {
            log.request(request);
        }
    }

    private static String unknown(Request request) {
        StringBuilder arguments = new StringBuilder();
        for (int i = 1; i < request.count && arguments.length() < SHOWN; i++) {
            arguments.append("'" + request.shown(i, SHOWN - arguments.length()) + "' ");
        }
        return "ERR unknown command '" + request.shown(0, SHOWN) + "', with args beginning with: " + arguments;
    }

    static Failure wrongArguments(String name) {
        return new Failure("ERR wrong number of arguments for '" + name + "' command");
    }

    private void execute(Command command, Request request, Reply reply, Session session) {
        switch (command) {
            case GET -> value(findString(request, 1), reply);
            case SET -> set(request, reply);
            case INCR -> add(request, reply, 1);
            case DECR -> add(request, reply, -1);
            case INCRBY -> add(request, reply, request.integer(2));
            case DECRBY -> add(request, reply, negated(request.integer(2)));
            case MGET -> {
                reply.array(request.count - 1);
                for (int i = 1; i < request.count && !reply.lost; i++) {
                    long record = find(request, i);
                    value(record != 0 && store.isString(record) ? record : 0, reply);
                }
            }
            case MSET -> {
                if (request.count % 2 == 0) {
                    throw wrongArguments("mset");
                }
                for (int i = 1; i < request.count; i += 2) {
                    put(request, i, i + 1, false);
                    changed = true;
                }
                reply.ok();
            }
            case APPEND -> append(request, reply);
            case STRLEN -> {
                long record = findString(request, 1);
                reply.integer(record == 0 ? 0 : store.valueLength(record));
            }
            case GETDEL -> {
                long record = findString(request, 1);
                value(record, reply);
                remove(record);
            }
            case DEL -> {
                int n = 0;
                for (int i = 1; i < request.count; i++) {
                    n += remove(find(request, i)) ? 1 : 0;
                }
                reply.integer(n);
            }
            case EXISTS -> {
                int n = 0;
                for (int i = 1; i < request.count; i++) {
                    n += find(request, i) == 0 ? 0 : 1;
                }
                reply.integer(n);
            }
            case EXPIRE -> expire(command, request, reply, 1000, now);
            case PEXPIRE -> expire(command, request, reply, 1, now);
            case EXPIREAT -> expire(command, request, reply, 1000, 0);
            case PEXPIREAT -> expire(command, request, reply, 1, 0);
            case TTL -> timeToLive(request, reply, 1000);
            case PTTL -> timeToLive(request, reply, 1);
            case PERSIST -> {
                long record = find(request, 1);
                changed = record != 0 && store.expiry.cancel(record);
                reply.integer(changed ? 1 : 0);
            }
            case TYPE -> {
                long record = find(request, 1);
                reply.line(record == 0 ? "+none" : "+" + type(record));
            }
            case SCAN -> scan(request, reply);
            case DBSIZE -> reply.integer(store.size());
            case FLUSHALL -> {
                if (request.count > 2 || request.count == 2 && !request.is(1, "SYNC") && !request.is(1, "ASYNC")) {
                    throw new Failure(SYNTAX);
                }
                store.clear();
                changed = true;
                reply.ok();
            }
            case ECHO -> reply.bulk(request.memory, request.offset[1], request.length[1]);
            default -> {
                if (command.kind == Command.Kind.NONE) {
                    session.execute(command, request, reply);
                } else {
                    typed.execute(command, request, reply);
                }
            }
        }
    }

    /** The record of a key, or 0. */
    long find(Request request, int i) {
        long record = store.find(request.memory, request.offset[i], request.length[i]);
        if (record != 0 && store.timer(record) != Expiry.NEVER && store.expiry.of(record) <= now && !loading) {
            expire(record);
            return 0;
        }
        return record;
    }

    private long findString(Request request, int i) {
        long record = find(request, i);
        if (record != 0 && !store.isString(record)) {
            throw wrongType();
        }
        return record;
    }

    static Failure wrongType() {
        return new Failure(WRONG_TYPE);
    }

    boolean remove(long record) {
        if (record == 0) {
            return false;
        }
        store.remove(record);
        changed = true;
        return true;
    }

    private String type(long record) {
        return store.isString(record) ? "string" : ((Collected) store.object(record)).type;
    }

    private void value(long record, Reply reply) {
        if (record == 0) {
            reply.nil();
        } else {
            reply.bulk(store.memory, store.valueAt(record), store.valueLength(record));
        }
    }

    /** Makes an argument the value of another one. */
    private long put(Request request, int key, int value, boolean keepTimer) {
        long record = reserve(request, key, request.length[value], keepTimer);
        MemorySegment.copy(
                request.memory, request.offset[value], store.memory, store.valueAt(record), request.length[value]);
        return record;
    }

    /** A record for a value of a length, which is still to be written. */
    private long reserve(Request request, int key, int length, boolean keepTimer) {
        long record = find(request, key);
        if (record != 0 && !store.isString(record)) {
            long time = store.expiry.of(record);
            store.remove(record);
            record = store.add(request.memory, request.offset[key], request.length[key], length);
            if (keepTimer && time >= 0) {
                store.expiry.set(record, time);
            }
        } else if (record != 0) {
            record = store.resize(record, length);
            if (!keepTimer) {
                store.expiry.cancel(record);
            }
        } else {
            record = store.add(request.memory, request.offset[key], request.length[key], length);
        }
        return record;
    }

    private void set(Request request, Reply reply) {
        if (request.count == 3) {
            put(request, 1, 2, false);
            changed = true;
            reply.ok();
            return;
        }
        boolean ifAbsent = false;
        boolean ifPresent = false;
        boolean get = false;
        boolean keep = false;
        int time = 0;
        boolean inMillis = false;
        boolean absolute = false;
        for (int i = 3; i < request.count; i++) {
            if (request.is(i, "NX") && !ifPresent) {
                ifAbsent = true;
            } else if (request.is(i, "XX") && !ifAbsent) {
                ifPresent = true;
            } else if (request.is(i, "GET")) {
                get = true;
            } else if (request.is(i, "KEEPTTL") && time == 0) {
                keep = true;
            } else if (!keep && i + 1 < request.count && isTime(request, i) && (time == 0
                    || request.upper(i, 0) == request.upper(time - 1, 0))) { // the same one again: the last one counts
                inMillis = request.is(i, "PX") || request.is(i, "PXAT");
                absolute = request.length[i] == 4;
                time = ++i;
            } else {
                throw new Failure(SYNTAX);
            }
        }
        long when = NO_TIME;
        if (time != 0) {
            long amount = request.integer(time);
            long unit = inMillis ? 1 : 1000;
            long base = absolute ? 0 : now;
            if (amount <= 0 || amount > (Long.MAX_VALUE - base) / unit) {
                throw new Failure("ERR invalid expire time in 'set' command");
            }
            when = base + amount * unit;
        }
        long record = find(request, 1);
        if (get) {
            if (record != 0 && !store.isString(record)) {
                throw wrongType();
            }
            value(record, reply);
        }
        if (ifAbsent && record != 0 || ifPresent && record == 0) {
            if (!get) {
                reply.nil();
            }
            return;
        }
        record = put(request, 1, 2, keep);
        if (when != NO_TIME) {
            store.expiry.set(record, when);
        }
        if (log != null) {
            log.set(request, when, keep);
        }
        if (!get) {
            reply.ok();
        }
    }

    private static boolean isTime(Request request, int i) {
        return request.is(i, "EX") || request.is(i, "PX") || request.is(i, "EXAT") || request.is(i, "PXAT");
    }

    private static long negated(long amount) {
        if (amount == Long.MIN_VALUE) {
            throw new Failure("ERR decrement would overflow");
        }
        return -amount;
    }

    private void add(Request request, Reply reply, long amount) {
        long record = findString(request, 1);
        long old = record == 0 ? 0 : Request.integer(store.memory, store.valueAt(record), store.valueLength(record));
        long value = old + amount;
        if (((old ^ value) & (amount ^ value)) < 0) {
            throw new Failure("ERR increment or decrement would overflow");
        }
        int length = Resp.digits(value);
        record = reserve(request, 1, length, true);
        Resp.putDigits(store.memory, store.valueAt(record), value, length);
        changed = true;
        reply.integer(value);
    }

    private void append(Request request, Reply reply) {
        long record = findString(request, 1);
        int old = record == 0 ? 0 : store.valueLength(record);
        long length = (long) old + request.length[2];
        if (length > longestString) {
            throw new Failure("ERR string exceeds maximum allowed size (proto-max-bulk-len)");
        }
        record = reserve(request, 1, (int) length, true);
        MemorySegment.copy(
                request.memory, request.offset[2], store.memory, store.valueAt(record) + old, request.length[2]);
        changed = true;
        reply.integer(length);
    }

    private void expire(Command command, Request request, Reply reply, long unit, long base) {
        int options = request.options(3, EXPIRE_OPTIONS);
        if (request.next < request.count) {
            throw new Failure("ERR Unsupported option " + request.shown(request.next, Integer.MAX_VALUE));
        }
        boolean ifNone = (options & 1) != 0;
        boolean ifAny = (options & 2) != 0;
        boolean ifLater = (options & 4) != 0;
        boolean ifEarlier = (options & 8) != 0;
        if (ifNone && (ifAny || ifLater || ifEarlier)) {
            throw new Failure("ERR NX and XX, GT or LT options at the same time are not compatible");
        }
        if (ifLater && ifEarlier) {
            throw new Failure("ERR GT and LT options at the same time are not compatible");
        }
        long amount = request.integer(2);
        if (amount > (Long.MAX_VALUE - base) / unit || amount < Long.MIN_VALUE / unit) {
            throw new Failure("ERR invalid expire time in '" + command.lower + "' command");
        }
        long when = amount * unit + base;
        long record = find(request, 1);
        long old = record == 0 ? -1 : store.expiry.of(record);
        if (record == 0 || ifNone && old >= 0 || ifAny && old < 0 || ifLater && (old < 0 || when <= old)
                || ifEarlier && old >= 0 && when >= old) {
            reply.integer(0);
            return;
        }
        if (when <= now && !loading) {
            expire(record);
        } else {
            store.expiry.set(record, Math.max(0, when));
            if (log != null) {
                log.command("PEXPIREAT", request.memory, request.offset[1], request.length[1], when);
            }
        }
        reply.integer(1);
    }

    private void timeToLive(Request request, Reply reply, long unit) {
        long record = find(request, 1);
        long when = record == 0 ? -1 : store.expiry.of(record);
        reply.integer(record == 0 ? -2 : when < 0 ? -1 : (Math.max(0, when - now) + unit / 2) / unit);
    }

    private void scan(Request request, Reply reply) {
        long bucket;
        try {
            bucket = Long.parseUnsignedLong(request.text(1));
        } catch (NumberFormatException e) {
            throw new Failure("ERR invalid cursor");
        }
        byte[] pattern = null;
        String type = null;
        long wanted = 10;
        for (int i = 2; i < request.count; i += 2) {
            if (i + 1 == request.count) {
                throw new Failure(SYNTAX);
            }
            if (request.is(i, "COUNT")) {
                wanted = request.integer(i + 1);
                if (wanted < 1) {
                    throw new Failure(SYNTAX);
                }
            } else if (request.is(i, "MATCH")) {
                pattern = request.bytes(i + 1);
            } else if (request.is(i, "TYPE")) {
                type = request.text(i + 1).toLowerCase(Locale.ROOT);
            } else {
                throw new Failure(SYNTAX);
            }
        }
        List<byte[]> keys = new ArrayList<>();
        long steps = Math.min(wanted, Long.MAX_VALUE / 16) * 16; // empty buckets cost, too
        for (long seen = 0; bucket >= 0 && bucket < store.buckets() && seen < wanted && steps > 0; bucket++, steps--) {
            for (long record = store.first(bucket); record != 0; record = store.next(record)) {
                seen++;
                byte[] key = store.memory.asSlice(store.keyAt(record), store.keyLength(record)).toArray(BYTE);
                if ((store.timer(record) == Expiry.NEVER || store.expiry.of(record) > now)
                        && (pattern == null || matches(pattern, key))
                        && (type == null || type.equals(type(record)))) {
                    keys.add(key);
                }
            }
        }
        reply.array(2);
        reply.bulks(bucket < 0 || bucket >= store.buckets() ? "0" : Long.toString(bucket));
        reply.array(keys.size());
        keys.forEach(reply::bulk);
    }

    /** Redis's patterns: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, {@code \} before what stands for itself. */
    static boolean matches(byte[] pattern, byte[] text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length || p < pattern.length) {
            if (p < pattern.length && pattern[p] == '*') {
                star = ++p; // only the last star is ever tried again: no pattern takes for ever
                resume = t;
                continue;
            }
            int next = p < pattern.length && t < text.length ? afterMatch(pattern, p, text[t]) : -1;
            if (next >= 0) {
                p = next;
                t++;
            } else if (star >= 0 && resume < text.length) {
                p = star;
                t = ++resume;
            } else {
                return false;
            }
        }
        return true;
    }

    /** Where the pattern goes on behind what matches a byte, or -1 if that does not match. */
    private static int afterMatch(byte[] pattern, int from, byte b) {
        int p = from;
        if (pattern[p] == '?') {
            return p + 1;
        }
        if (pattern[p] != '[') {
            p += pattern[p] == '\\' && p + 1 < pattern.length ? 1 : 0;
            return pattern[p] == b ? p + 1 : -1;
        }
        p++;
        boolean negated = p < pattern.length && pattern[p] == '^';
        p += negated ? 1 : 0;
        boolean found = false;
        for (; p < pattern.length && pattern[p] != ']'; p++) {
            if (pattern[p] == '\\' && p + 1 < pattern.length) {
                found |= pattern[++p] == b;
            } else if (p + 2 < pattern.length && pattern[p + 1] == '-') {
                int low = Math.min(pattern[p] & 0xff, pattern[p + 2] & 0xff);
                int high = Math.max(pattern[p] & 0xff, pattern[p + 2] & 0xff);
                found |= (b & 0xff) >= low && (b & 0xff) <= high;
                p += 2;
            } else {
                found |= pattern[p] == b;
            }
        }
        return found == negated ? -1 : Math.min(p + 1, pattern.length);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    Log log() {
        return log;
    }
}
