package dev.pollux.examples.kv;

import dev.pollux.examples.kv.Commands.Command;
import dev.pollux.examples.kv.Commands.Kind;
import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The commands on the connection and the server, many of which only a client's handshake needs; and messages. */
final class ClientCommands {
    private static final String REDIS_VERSION = "7.0.15"; // whose commands these are; clients look at it
    private static final int MESSAGE_SIZE = 16 << 10;
    private static final Set<String> FOR_SUBSCRIBERS = Set.of("PING", "SUBSCRIBE", "UNSUBSCRIBE", "QUIT");

    private final KvServer server;
    private final Commands commands;
    private final KvServer.Options options;
    private final long started = System.nanoTime();
    private final Map<String, Set<Connection>> subscribers = new HashMap<>();
    /** Who has got messages that are still to be sent. */
    final LinkedHashSet<Connection> receivers = new LinkedHashSet<>();
    private Connection receiver;
    private final Reply message = new Reply(Arena.ofAuto().allocate(MESSAGE_SIZE), this::keep);

    ClientCommands(KvServer server, Commands commands, KvServer.Options options) {
        this.server = server;
        this.commands = commands;
        this.options = options;

        commands.add("PING", -1, this::ping);
        commands.add("ECHO", 2, (request, reply) -> reply.bulk(request, 1));
        commands.add("SELECT", 2, this::select);
        commands.add("AUTH", -2, this::auth);
        commands.add("HELLO", -1, this::hello);
        commands.add("QUIT", -1, this::quit);
        commands.add("INFO", -1, this::info);
        commands.add("COMMAND", -1, Kind.CONTAINER, 0, 0, this::describeAll);
        commands.add("COMMAND|COUNT", 2, (request, reply) -> reply.integer(commands.all().size()));
        commands.add("COMMAND|DOCS", -2, (request, reply) -> reply.map(0)); // for redis-cli's hints: there are none
        commands.add("CLIENT", -2, Kind.CONTAINER, 0, 0, null);
        commands.add("CLIENT|ID", 2, (request, reply) -> reply.integer(id()));
        commands.add("CLIENT|GETNAME", 2, this::getName);
        commands.add("CLIENT|SETNAME", 3, this::setName);
        commands.add("CLIENT|SETINFO", 4, (request, reply) -> reply.ok()); // newer than 7.0, but all send it
        commands.add("CONFIG", -2, Kind.CONTAINER, 0, 0, null);
        commands.add("CONFIG|GET", -3, this::config);
        commands.add("SUBSCRIBE", -2, this::subscribe);
        commands.add("UNSUBSCRIBE", -1, this::unsubscribe);
        commands.add("PUBLISH", 3, this::publish);
    }

    static boolean isForSubscribers(String name) {
        return FOR_SUBSCRIBERS.contains(name);
    }

    private long id() {
        return server.current.id >>> Integer.SIZE;
    }

    private void ping(Request request, Reply reply) {
        if (request.count > 2) {
            throw Commands.wrongArguments("ping");
        }
        boolean asMessage = server.current.onlySubscribes();
        if (asMessage) {
            reply.array(2);
            reply.bulks("pong");
        }
        if (request.count == 2) {
            reply.bulk(request, 1);
        } else if (asMessage) {
            reply.bulks("");
        } else {
            reply.pong();
        }
    }

    private void select(Request request, Reply reply) {
        if (request.integer(1) != 0) {
            throw new Failure("ERR DB index is out of range");
        }
        reply.ok();
    }

    private void auth(Request request, Reply reply) {
        if (request.count > 3) {
            throw new Failure(Commands.SYNTAX);
        }
        if (request.count == 2) {
            throw new Failure("ERR AUTH <password> called without any password configured for the default user."
                    + " Are you sure your configuration is correct?");
        }
        authenticate(request.text(1));
        reply.ok();
    }

    private static void authenticate(String user) {
        if (!user.equals("default")) { // who has no password
            throw new Failure("WRONGPASS invalid username-password pair or user is disabled.");
        }
    }

    private void hello(Request request, Reply reply) {
        long version = server.current.version;
        String name = server.current.name;
        if (request.count > 1) {
            try {
                version = request.integer(1);
            } catch (Failure e) {
                throw new Failure("ERR Protocol version is not an integer or out of range");
            }
            if (version != 2 && version != 3) {
                throw new Failure("NOPROTO unsupported protocol version");
            }
        }
        for (int i = 2; i < request.count; i++) {
            if (request.is(i, "AUTH") && i + 2 < request.count) {
                authenticate(request.text(i + 1));
                i += 2;
            } else if (request.is(i, "SETNAME") && i + 1 < request.count) {
                name = name(request, ++i);
            } else {
                throw new Failure("ERR Syntax error in HELLO option '" + request.text(i) + "'");
            }
        }
        server.current.version = (int) version;
        server.current.name = name;
        reply.version = (int) version;
        reply.map(7);
        reply.bulks("server", "redis", "version", REDIS_VERSION, "proto");
        reply.integer(version);
        reply.bulks("id");
        reply.integer(id());
        reply.bulks("mode", "standalone", "role", "master", "modules");
        reply.array(0);
    }

    private void quit(Request request, Reply reply) {
        reply.ok();
        server.current.ending = true;
    }

    private void getName(Request request, Reply reply) {
        reply.bulk(server.current.name.isEmpty() ? null : server.current.name);
    }

    private void setName(Request request, Reply reply) {
        server.current.name = name(request, 2);
        reply.ok();
    }

    private static String name(Request request, int i) {
        String name = request.text(i);
        if (name.chars().anyMatch(c -> c < '!' || c > '~')) {
            throw new Failure("ERR Client names cannot contain spaces, newlines or special characters.");
        }
        return name;
    }

    /** All of it, whichever sections are asked for. */
    private void info(Request request, Reply reply) {
        Store store = commands.store;
        reply.verbatim(String.join("\r\n",
                "# Server", "redis_version:" + REDIS_VERSION, "redis_mode:standalone",
                "process_id:" + ProcessHandle.current().pid(),
                "uptime_in_seconds:" + (System.nanoTime() - started) / 1_000_000_000, "",
                "# Clients", "connected_clients:" + server.connections, "",
                "# Memory", "used_memory:" + store.used(), "maxmemory:" + store.limit, "",
                "# Persistence", "loading:0", "aof_enabled:" + (commands.log == null ? 0 : 1), "",
                "# Stats", "pubsub_channels:" + subscribers.size(), "",
                "# Replication", "role:master", "connected_slaves:0", "",
                "# Keyspace", store.size() == 0 ? ""
                        : "db0:keys=" + store.size() + ",expires=" + store.expiry.size() + ",avg_ttl=0\r\n"));
    }

    private void config(Request request, Reply reply) {
        Map<String, String> found = new TreeMap<>(Map.of("save", "", "appendonly", commands.log == null ? "no" : "yes",
                "appendfsync", options.fsync().toString(), "databases", "1",
                "maxmemory", Long.toString(commands.store.limit), "maxmemory-policy", "noeviction",
                "proto-max-bulk-len", Integer.toString(options.largest())));
        found.keySet().removeIf(key -> IntStream.range(2, request.count)
                .noneMatch(i -> Glob.matches(request.text(i).toLowerCase(Locale.ROOT), key)));
        reply.map(found.size());
        found.forEach(reply::bulks);
    }

    /** Names, how many arguments, and which of them are keys. */
    private void describeAll(Request request, Reply reply) {
        List<Command> all = commands.all();
        reply.array(all.size());
        for (Command command : all) {
            reply.array(6);
            reply.bulks(command.name().toLowerCase(Locale.ROOT));
            reply.integer(command.arity());
            reply.set(command.kind().flags.size());
            command.kind().flags.forEach(flag -> reply.line("+" + flag));
            reply.integer(command.step() == 0 ? 0 : 1);
            reply.integer(command.lastKey());
            reply.integer(command.step());
        }
    }

    private void subscribe(Request request, Reply reply) {
        for (int i = 1; i < request.count; i++) {
            String channel = request.text(i);
            if (server.current.channels.add(channel)) {
                subscribers.computeIfAbsent(channel, none -> new LinkedHashSet<>()).add(server.current);
            }
            subscription("subscribe", channel, reply);
        }
    }

    private void unsubscribe(Request request, Reply reply) {
        List<String> channels = new ArrayList<>(request.count == 1 ? server.current.channels : List.of());
        for (int i = 1; i < request.count; i++) {
            channels.add(request.text(i));
        }
        for (String channel : channels) {
            if (server.current.channels.remove(channel)) {
                leave(server.current, channel);
            }
            subscription("unsubscribe", channel, reply);
        }
        if (channels.isEmpty()) {
            subscription("unsubscribe", null, reply);
        }
    }

    private void subscription(String kind, String channel, Reply reply) {
        reply.push(3);
        reply.bulks(kind);
        reply.bulk(channel);
        reply.integer(server.current.channels.size());
    }

    /** Of a connection that ends. */
    void unsubscribeAll(Connection connection) {
        connection.channels.forEach(channel -> leave(connection, channel));
    }

    private void leave(Connection connection, String channel) {
        Set<Connection> others = subscribers.get(channel);
        others.remove(connection);
        if (others.isEmpty()) {
            subscribers.remove(channel);
        }
    }

    private void publish(Request request, Reply reply) {
        Set<Connection> all = subscribers.getOrDefault(request.text(1), Set.of());
        for (Connection each : all) {
            if (each.answered || each == server.current) {
                reply.flush(); // what they were answered before comes before the message
                break;
            }
        }
        for (Connection each : all) {
            receiver = each;
            receivers.add(each);
            message.version = each.version;
            message.push(3);
            message.bulks("message");
            message.bulk(request, 1);
            message.bulk(request, 2);
            message.flush();
        }
        reply.integer(all.size());
    }

    /** A message, or a part of it, until the end of the turn; who does not get all of it gets nothing more. */
    private void keep(MemorySegment memory, long size) {
        if (receiver.ending) { // behind its last answer comes nothing
            return;
        }
        if (receiver.out.size() > options.output()) {
            server.loseSubscriber(receiver);
            return;
        }
        try {
            receiver.out.append(memory.asSlice(0, size));
        } catch (OutOfMemoryError e) { // the others are to get theirs
            server.lose(receiver, e);
        }
    }
}
