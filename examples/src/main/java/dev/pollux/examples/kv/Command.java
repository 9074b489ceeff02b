package dev.pollux.examples.kv;

import dev.pollux.examples.kv.Resp.Request;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The commands there are, with what COMMAND says of them: arity (negative: at least), where the keys are. */
enum Command {
    PING(-1), ECHO(2), SELECT(2), AUTH(-2), HELLO(-1), INFO(-1), QUIT(-1),
    CLIENT(-2, Map.of("id", 2, "getname", 2, "setname", 3, "setinfo", 4, "info", 2, "list", -2)),
    CONFIG(-2, Map.of("get", -3, "resetstat", 2)), COMMAND(-1, Map.of("count", 2, "docs", -2, "info", -2)),
    DBSIZE(1), FLUSHALL(-1, Kind.WRITE, 0, 0, 0),
    GET(2, Kind.READ, 1, 1, 1), SET(-3, Kind.ADD, 1, 1, 1), MGET(-2, Kind.READ, 1, -1, 1),
    MSET(-3, Kind.ADD, 1, -1, 2), INCR(2, Kind.ADD, 1, 1, 1), INCRBY(3, Kind.ADD, 1, 1, 1),
    DECR(2, Kind.ADD, 1, 1, 1), DECRBY(3, Kind.ADD, 1, 1, 1), APPEND(3, Kind.ADD, 1, 1, 1),
    STRLEN(2, Kind.READ, 1, 1, 1), GETDEL(2, Kind.WRITE, 1, 1, 1),
    DEL(-2, Kind.WRITE, 1, -1, 1), EXISTS(-2, Kind.READ, 1, -1, 1),
    EXPIRE(-3, Kind.WRITE, 1, 1, 1), PEXPIRE(-3, Kind.WRITE, 1, 1, 1), EXPIREAT(-3, Kind.WRITE, 1, 1, 1),
    PEXPIREAT(-3, Kind.WRITE, 1, 1, 1), TTL(2, Kind.READ, 1, 1, 1), PTTL(2, Kind.READ, 1, 1, 1),
    PERSIST(2, Kind.WRITE, 1, 1, 1), TYPE(2, Kind.READ, 1, 1, 1), SCAN(-2, Kind.READ, 0, 0, 0),
    LPUSH(-3, Kind.ADD, 1, 1, 1), RPUSH(-3, Kind.ADD, 1, 1, 1), LPOP(-2, Kind.WRITE, 1, 1, 1),
    RPOP(-2, Kind.WRITE, 1, 1, 1), LRANGE(4, Kind.READ, 1, 1, 1), LLEN(2, Kind.READ, 1, 1, 1),
    SADD(-3, Kind.ADD, 1, 1, 1), SREM(-3, Kind.WRITE, 1, 1, 1), SPOP(-2, Kind.WRITE, 1, 1, 1),
    SMEMBERS(2, Kind.READ, 1, 1, 1),
    HSET(-4, Kind.ADD, 1, 1, 1), HGET(3, Kind.READ, 1, 1, 1), HDEL(-3, Kind.WRITE, 1, 1, 1),
    HGETALL(2, Kind.READ, 1, 1, 1),
    ZADD(-4, Kind.ADD, 1, 1, 1), ZPOPMIN(-2, Kind.WRITE, 1, 1, 1), ZRANGE(-4, Kind.READ, 1, 1, 1),
    ZSCORE(3, Kind.READ, 1, 1, 1),
    SUBSCRIBE(-2), UNSUBSCRIBE(-1), PUBLISH(3);

    /** What a command does to the keys, and how COMMAND says it. */
    enum Kind {
        NONE, READ("readonly"), WRITE("write"), ADD("write", "denyoom");

        final List<String> flags;

        Kind(String... flags) {
            this.flags = List.of(flags);
        }
    }

    private static final int SLOTS = 256;
    private static final Command[] TABLE = new Command[SLOTS];

    static {
        for (Command command : values()) {
            int slot = slot(command.word, command.rest);
            while (TABLE[slot] != null) {
                slot = slot + 1 & SLOTS - 1;
            }
            TABLE[slot] = command;
        }
    }

    final int arity;
    final Kind kind;
    final int firstKey;
    final int lastKey;
    final int step;
    /** Those that it has, with the arity of each. */
    final Map<String, Integer> subcommands;
    final String lower = name().toLowerCase(Locale.ROOT);
    private final long word = word(name(), 0);
    private final long rest = word(name(), Long.BYTES);

    Command(int arity) {
        this(arity, Map.of(), Kind.NONE, 0, 0, 0);
    }

    Command(int arity, Map<String, Integer> subcommands) {
        this(arity, subcommands, Kind.NONE, 0, 0, 0);
    }

    Command(int arity, Kind kind, int firstKey, int lastKey, int step) {
        this(arity, Map.of(), kind, firstKey, lastKey, step);
    }

    Command(int arity, Map<String, Integer> subcommands, Kind kind, int firstKey, int lastKey, int step) {
        this.arity = arity;
        this.subcommands = subcommands;
        this.kind = kind;
        this.firstKey = firstKey;
        this.lastKey = lastKey;
        this.step = step;
    }

    private static long word(String name, int from) {
        long word = 0;
        for (int i = from; i < name.length() && i < from + Long.BYTES; i++) {
            word = word << Byte.SIZE | name.charAt(i);
        }
        return word;
    }

    private static int slot(long word, long rest) {
        return (int) ((word ^ rest) * 0x9e3779b97f4a7c15L >>> Long.SIZE - 8);
    }

    /** The command that a request names, or null. */
    static Command of(Request request) {
        int length = request.length[0];
        if (length > 2 * Long.BYTES) {
            return null;
        }
        long word = request.upper(0, 0);
        long rest = length > Long.BYTES ? request.upper(0, Long.BYTES) : 0;
        for (int slot = slot(word, rest); TABLE[slot] != null; slot = slot + 1 & SLOTS - 1) {
            Command command = TABLE[slot];
            if (command.word == word && command.rest == rest && command.lower.length() == length) {
                return command;
            }
        }
        return null;
    }

    static boolean takes(int arity, int arguments) {
        return arity > 0 ? arguments == arity : arguments >= -arity;
    }
}
