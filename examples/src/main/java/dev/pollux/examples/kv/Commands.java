package dev.pollux.examples.kv;

import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The table of commands, and what is the same for all of them: whether a request may be executed, whether a key has
 * expired, what is logged. What they do is in {@link StringCommands}, {@link CollectionCommands} and {@link
 * ClientCommands}. The texts of errors are those of Redis, because clients parse them.
 */
final class Commands {
    static final String SYNTAX = "ERR syntax error";
    static final String OUT_OF_MEMORY = "OOM command not allowed when used memory > 'maxmemory'.";
    /** No time, where one may be given. */
    static final long NEVER = -1;
    /** How many keys expire before those who wait have their turn again. */
    private static final int EXPIRED_PER_TURN = 1000;
    /** How much of a client's words an error shows. */
    private static final int SHOWN = 128;

    /** What a command does to the keys, and how COMMAND says it; or that its second word is one: {@code CLIENT ID}. */
    enum Kind {
        CONTAINER, NONE, READ("readonly"), WRITE("write"), ADD("write", "denyoom");

        final List<String> flags;

        Kind(String... flags) {
            this.flags = List.of(flags);
        }
    }

    /** Executes a request, writes the reply, and says by {@link #changed} whether it is to be logged. */
    interface Action {
        void execute(Request request, Reply reply);
    }

    /**
     * One command.
     *
     * @param arity how many words it has, its name among them; negative: at least so many
     * @param lastKey which word is the last key, if the first one is word 1: 0 for none at all, -1 for the last word
     * @param step from key to key
     */
    record Command(String name, int arity, Kind kind, int lastKey, int step, Action action) {
        boolean takes(int words) {
            return arity > 0 ? words == arity : words >= -arity;
        }
    }

    final Store store;
    /** Milliseconds since 1970, of this turn. */
    long now;
    /** Whether the command has changed something that is to be logged as it was requested. */
    boolean changed;
    /** Where changes are written to, or null. */
    Log log;
    /** While the log is read nothing expires: that a key expired is in it. */
    boolean loading;

    private final Map<String, Command> byName = new TreeMap<>();
    /** By the first letter and the length of the name: few have both the same. */
    private final Command[][] table = new Command[512][0];

    Commands(Store store, int longestString) {
        this.store = store;
        new StringCommands(this, longestString);
        new CollectionCommands(this);
    }

    /** A command that is not about keys. */
    void add(String name, int arity, Action action) {
        add(name, arity, Kind.NONE, 0, 0, action);
    }

    /** A command about one key. */
    void add(String name, int arity, Kind kind, Action action) {
        add(name, arity, kind, 1, 1, action);
    }

    void add(String name, int arity, Kind kind, int lastKey, int step, Action action) {
        Command command = new Command(name, arity, kind, lastKey, step, action);
        byName.put(name, command);
        int slot = slot(name.charAt(0), name.length());
        table[slot] = Arrays.copyOf(table[slot], table[slot].length + 1);
        table[slot][table[slot].length - 1] = command;
    }

    /** All of them, the second words of {@code CLIENT ID} and others not counted. */
    List<Command> all() {
        return byName.values().stream().filter(command -> command.name.indexOf('|') < 0).toList();
    }

    private static int slot(int letter, int length) {
        return (letter & 0x1f) << 4 | Math.min(length, 15);
    }

    private Command find(Request request) {
        Command command = null;
        for (Command candidate : table[slot(request.memory.get(Resp.BYTE, request.offset[0]), request.length[0])]) {
            if (request.is(0, candidate.name)) {
                command = candidate;
            }
        }
        if (command == null) {
            StringBuilder rest = new StringBuilder();
            for (int i = 1; i < request.count && rest.length() < SHOWN; i++) {
                rest.append("'" + shown(request, i, SHOWN - rest.length()) + "' ");
            }
            throw new Failure("ERR unknown command '" + shown(request, 0, SHOWN) + "', with args beginning with: "
                    + rest);
        }
        if (command.kind == Kind.CONTAINER && request.count > 1) {
            String second = shown(request, 1, SHOWN);
            String name = command.name;
            command = byName.get(name + "|" + second.toUpperCase(Locale.ROOT));
            if (command == null) {
                throw new Failure("ERR unknown subcommand '" + second + "'. Try " + name + " HELP.");
            }
        }
        return command;
    }

    private static String shown(Request request, int i, int most) {
        String text = request.text(i);
        return text.substring(0, Math.min(text.length(), most));
    }

    static Failure wrongArguments(String name) {
        return new Failure("ERR wrong number of arguments for '" + name.toLowerCase(Locale.ROOT) + "' command");
    }

    /**
     * Executes one request, and writes its reply.
     *
     * @param client whose request it is, or null while the log is read
     */
    void execute(Request request, Reply reply, Connection client) {
        reply.begin();
        changed = false;
        try {
            Command command = find(request);
            if (!command.takes(request.count)) {
                throw wrongArguments(command.name);
            }
            if (client != null && client.onlySubscribes() && !ClientCommands.isForSubscribers(command.name)) {
                throw new Failure("ERR Can't execute '" + command.name.toLowerCase(Locale.ROOT) + "': only"
                        + " (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");
            }
            if (command.kind == Kind.ADD && store.used() > store.limit && !loading) {
                throw new Failure(OUT_OF_MEMORY);
            }
            if (client != null || command.kind != Kind.NONE) { // in the log are changes only
                command.action.execute(request, reply);
            }
        } catch (Failure e) {
            reply.instead(e.getMessage());
        } catch (OutOfMemoryError e) { // of the Java heap; this command needed too much
            reply.instead(OUT_OF_MEMORY);
        }
        if (changed && log != null) {
            log.request(request);
        }
    }

    /** Begins a turn: what is due expires now. */
    void tick(long millis) {
        now = millis;
        for (int i = 0; i < EXPIRED_PER_TURN && store.expiry.next() <= now; i++) {
            expire(store.expiry.first());
        }
    }

    void expire(long record) {
        if (log != null) {
            log.delete(store, record);
        }
        store.remove(record);
    }

    /** The record of a key, or 0. */
    long find(Request request, int i) {
        long record = store.find(request, i);
        if (record != 0 && !loading && isOver(record)) {
            expire(record);
            return 0;
        }
        return record;
    }

    /** Whether a record is to go, if that has not happened yet. */
    boolean isOver(long record) {
        return store.timer(record) != Expiry.NEVER && store.expiry.of(record) <= now;
    }

    /** The record of a key, which has to be of a string, or 0. */
    long findString(Request request, int i) {
        long record = find(request, i);
        if (record != 0 && !store.isString(record)) {
            throw wrongType();
        }
        return record;
    }

    static Failure wrongType() {
        return new Failure("WRONGTYPE Operation against a key holding the wrong kind of value");
    }

    /** Whether there was one. */
    boolean remove(long record) {
        if (record == 0) {
            return false;
        }
        store.remove(record);
        changed = true;
        return true;
    }
}
