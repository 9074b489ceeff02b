package dev.pollux.examples.kv;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.examples.kv.Resp.Failure;
import dev.pollux.examples.kv.Resp.Malformed;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import dev.pollux.examples.shared.Listener;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The loop: one thread, level-triggered epoll. All connections share one buffer to read to, where their requests are
 * parsed and executed, and one that collects the answers of a turn for one write.
 */
final class KvServer implements Commands.Session, Closeable {
    private static final String REDIS_VERSION = "7.0.15"; // whose commands these are; clients look at it
    private static final int READ_SIZE = 64 << 10;
    private static final int REPLY_SIZE = 256 << 10;
    /** Of a client that does not read its answers no more requests are executed. */
    private static final int MOST_UNREAD = 1 << 20;
    private static final String PROTOCOL_ERROR = "NOPROTO unsupported protocol version";

    private final Listener listener;
    private final EventFd stop;
    private final Options options;
    private final Store store;
    private final Commands commands;
    private final Log log;
    private final Epoll epoll = Epoll.create();
    private final EpollEvents events = EpollEvents.allocate(Arena.ofAuto(), 1024);
    private final MemorySegment scratch = Arena.ofAuto().allocate(READ_SIZE);
    private final Request request;
    private final Reply reply = new Reply(Arena.ofAuto().allocate(REPLY_SIZE), this::send);
    private final Map<String, Set<Connection>> subscribers = new HashMap<>();
    private final List<Connection> dirty = new ArrayList<>();
    private final ArrayDeque<Connection> held = new ArrayDeque<>();
    /** For one client, which may ask for the largest string, or for many of them. */
    private final long mostOutput;
    private final long started = System.nanoTime();
    private Connection[] byNumber = new Connection[64];
    private int connections;
    private int generation;
    /** The client whose requests are executed. */
    private Connection current;
    /** To whom it publishes at this moment, or null. */
    private Connection receiver;
    private long executed;

    /**
     * @param memory how many bytes the keys and values may take
     * @param largest the size of a request in bytes above which it is refused
     * @param output how many bytes are kept for a subscriber that does not read
     * @param log where the append-only file is, or null for none
     */
    record Options(long memory, int largest, long output, Path log, Log.Fsync fsync) { }

    KvServer(Listener listener, EventFd stop, Options options) throws IOException {
        this.listener = listener;
        this.stop = stop;
        this.options = options;
        mostOutput = Math.max(options.output(), 4L * options.largest());
        request = new Request(options.largest() + 1024L);
        store = new Store(options.memory());
        commands = new Commands(store, options.largest());
        if (options.log() == null) {
            log = null;
        } else {
            commands.loading();
            Reply nobody = new Reply(Arena.ofAuto().allocate(REPLY_SIZE), (memory, size) -> { });
            log = Log.open(options.log(), options.fsync(), options.largest() + 1024L, logged -> {
                commands.execute(logged, nobody, this);
                if (nobody.size > 0 && nobody.memory.get(Resp.BYTE, 0) == '-') {
                    throw new IOException(options.log() + " cannot be loaded: "
                            + new String(nobody.memory.asSlice(1, nobody.size - 1).toArray(Resp.BYTE),
                            StandardCharsets.UTF_8).strip());
                }
                nobody.size = 0;
            });
            epoll.add(log.progress, EPOLLIN);
            commands.logTo(log);
        }
        epoll.add(stop, EPOLLIN);
        epoll.add(listener.socket, EPOLLIN);
    }

    void run() throws IOException {
        boolean listening = true;
        boolean stopped = false;
        while (!stopped) {
            if (listening == listener.isPaused()) {
                listening = !listening;
                epoll.modify(listener.socket, listening ? EPOLLIN : 0, listener.socket.fd());
            }
            int n = await();
            commands.tick(System.currentTimeMillis());
            boolean accept = false;
            for (int i = 0; i < n; i++) {
                long data = events.data(i);
                if (data == stop.fd()) {
                    stopped = true; // after this turn, whose changes may have been acknowledged
                } else if (data == listener.socket.fd()) {
                    accept = true;
                } else if (log != null && data == log.progress.fd()) {
                    log.progress.read();
                } else {
                    Connection connection = byNumber[(int) data];
                    if (connection != null && connection.id == data) {
                        serve(connection, events.events(i));
                    }
                }
            }
            sendMessages();
            if (log != null) {
                log.endTurn();
                release();
            }
            if (accept) {
                listener.accept(this::begin);
            }
        }
    }

    private int await() throws IOException {
        long nanos = listener.nanosToWait();
        long next = store.expiry.next();
        if (next != Long.MAX_VALUE) {
            long millis = Math.max(0, next - System.currentTimeMillis());
            nanos = Math.min(nanos, TimeUnit.MILLISECONDS.toNanos(millis));
        }
        return nanos == Long.MAX_VALUE ? epoll.await(events) : epoll.awaitNanos(events, nanos);
    }

    private void begin(SocketFd socket) throws IOException {
        int fd = socket.fd();
        long id = (long) ++generation << Integer.SIZE | fd;
        if (fd >= byNumber.length) {
            byNumber = Arrays.copyOf(byNumber, Math.max(fd + 1, 2 * byNumber.length));
        }
        Connection connection = new Connection(socket, id);
        try {
            epoll.add(socket, EPOLLIN, id);
        } catch (ErrnoException e) { // ENOSPC: the user's limit of watches
            listener.complain("refused a connection: " + e.getMessage());
            socket.close();
            return;
        }
        connection.interest = EPOLLIN;
        byNumber[fd] = connection;
        connections++;
    }

    private void serve(Connection connection, int found) throws IOException {
        try {
            boolean stopped = connection.held != 0 || connection.ending;
            if (connection.held == 0 && !connection.out.isEmpty()) {
                write(connection);
            }
            if (connection.out.isEmpty() && !stopped && !connection.in.isEmpty()
                    && connection.in.size() >= connection.needed) {
                execute(connection); // what had to wait until the answers were read
            }
            if (connection.out.isEmpty() && connection.held == 0 && !connection.ending && (found & ~EPOLLOUT) != 0) {
                read(connection);
            }
            watch(connection, found);
        } catch (ErrnoException | OutOfMemoryError e) {
            close(connection);
            listener.lost(e);
        }
    }

    /** Waits for what the connection wants now; closes it if that is nothing. */
    private void watch(Connection connection, int found) throws IOException {
        if (connection.ending && connection.out.isEmpty()) {
            close(connection);
            return;
        }
        int wanted = connection.out.isEmpty() ? EPOLLIN : EPOLLOUT;
        if (connection.held != 0) { // its answer will come soon: until it sends more, there is nothing to change
            wanted = found == 0 ? connection.interest : 0;
        }
        if (wanted != connection.interest) {
            connection.interest = wanted;
            epoll.modify(connection.socket, wanted, connection.id);
        }
        if (connection.held != 0 && (found & (Epoll.EPOLLHUP | Epoll.EPOLLERR)) != 0) {
            close(connection);
        }
    }

    private void read(Connection connection) throws IOException {
        Buffer in = connection.in;
        MemorySegment memory = scratch;
        if (!in.isEmpty()) {
            in.reserve(READ_SIZE); // not all that is announced: it may never come
            memory = in.memory.asSlice(in.end);
        }
        long n = connection.socket.read(memory);
        if (n == Fd.WOULD_BLOCK) {
            return;
        }
        if (n == 0) {
            connection.ending = true;
            return;
        }
        if (in.isEmpty()) {
            long done = execute(connection, scratch, 0, n);
            in.append(scratch, done, n - done);
        } else {
            in.end += n;
            if (in.size() >= connection.needed) {
                execute(connection);
            }
        }
    }

    private void execute(Connection connection) throws IOException {
        Buffer in = connection.in;
        in.remove(execute(connection, in.memory, in.start, in.end) - in.start);
    }

    /** Executes requests, and says up to where. */
    private long execute(Connection connection, MemorySegment memory, long from, long to) throws IOException {
        long at = from;
        current = connection;
        reply.lost = false;
        reply.version = connection.version;
        connection.needed = 0;
        try {
            while (at < to && !connection.ending && connection.out.size() < MOST_UNREAD) {
                if (!request.parse(memory, at, to)) {
                    connection.needed = request.needed;
                    break;
                }
                at = request.end;
                if (request.count > 0) {
                    executed++;
                    commands.execute(request, reply, this);
                }
            }
        } catch (Malformed e) {
            reply.error(e.getMessage());
            connection.ending = true;
        }
        if (connection.ending) {
            at = to;
        }
        reply.flush();
        if (log != null && !connection.out.isEmpty() && !log.allows(log.position())) {
            if (connection.held == 0) {
                held.add(connection);
            }
            connection.held = log.position();
        }
        current = null;
        return at;
    }

    /** Sends answers at once, unless others wait before them or the log has to be synced first. */
    private void send(MemorySegment memory, long size) {
        if (receiver != null) {
            if (receiver.out.size() <= options.output()) { // one for whom more waits is disconnected, see sendMessages
                receiver.out.append(memory, 0, size);
            }
            return;
        }
        if (reply.lost) {
            return;
        }
        if (current.out.size() + size > mostOutput) {
            listener.complain("a client that does not read was disconnected: " + current.out.size()
                    + " bytes waited for it");
            current.out.free();
            current.ending = true;
            reply.lost = true; // the rest of it, too
            return;
        }
        long sent = 0;
        try {
            if (current.out.isEmpty() && !current.closed && (log == null || log.allows(log.position()))) {
                sent = Math.max(0, current.socket.write(memory.asSlice(0, size)));
            }
        } catch (ErrnoException e) { // the next read says so, too
            current.ending = true;
            return;
        }
        current.out.append(memory, sent, size - sent);
    }

    private static void write(Connection connection) throws ErrnoException {
        Buffer out = connection.out;
        long n = connection.socket.write(out.memory.asSlice(out.start, out.size()));
        if (n != Fd.WOULD_BLOCK) {
            out.remove(n);
        }
    }

    /** Sends what the log has been synced for. */
    private void release() throws IOException {
        while (!held.isEmpty() && log.allows(held.peek().held)) {
            Connection connection = held.remove();
            if (!connection.closed) {
                connection.held = 0;
                serve(connection, 0);
            }
        }
    }

    /** Messages to subscribers, which have been collected during the turn. */
    private void sendMessages() throws IOException {
        for (int i = 0; i < dirty.size(); i++) {
            Connection connection = dirty.get(i);
            connection.dirty = false;
            if (connection.out.size() > options.output()) {
                listener.complain("a subscriber that does not read was disconnected: " + connection.out.size()
                        + " bytes waited for it");
                close(connection);
            } else if (!connection.closed) {
                serve(connection, 0);
            }
        }
        dirty.clear();
    }

    private void close(Connection connection) throws IOException {
        epoll.remove(connection.socket);
        byNumber[connection.socket.fd()] = null;
        connections--;
        connection.closed = true;
        for (String channel : connection.channels) {
            leave(connection, channel);
        }
        connection.free();
        connection.socket.close();
        listener.resume();
    }

    private void leave(Connection connection, String channel) {
        Set<Connection> others = subscribers.get(channel);
        others.remove(connection);
        if (others.isEmpty()) {
            subscribers.remove(channel);
        }
    }

    @Override
    public boolean isSubscribed() {
        return current != null && current.version == 2 && !current.channels.isEmpty();
    }

    @Override
    public void execute(Command command, Request request, Reply reply) {
        if (current == null) {
            return; // in the log are changes only
        }
        switch (command) {
            case PING -> ping(request, reply);
            case SELECT -> {
                if (request.integer(1) != 0) {
                    throw new Failure("ERR DB index is out of range");
                }
                reply.ok();
            }
            case AUTH -> {
                if (request.count > 3) {
                    throw new Failure(Commands.SYNTAX);
                }
                if (request.count == 2) {
                    throw new Failure("ERR AUTH <password> called without any password configured for the default"
                            + " user. Are you sure your configuration is correct?");
                }
                authenticate(request.text(1));
                reply.ok();
            }
            case HELLO -> hello(request, reply);
            case INFO -> reply.verbatim(info(request));
            case CLIENT -> client(request, reply);
            case CONFIG -> config(request, reply);
            case COMMAND -> command(request, reply);
            case QUIT -> {
                reply.ok();
                current.ending = true;
            }
            case SUBSCRIBE -> {
                for (int i = 1; i < request.count; i++) {
                    String channel = request.text(i);
                    if (current.channels.add(channel)) {
                        subscribers.computeIfAbsent(channel, none -> new LinkedHashSet<>()).add(current);
                    }
                    subscription("subscribe", request.bytes(i), reply);
                }
            }
            case UNSUBSCRIBE -> unsubscribe(request, reply);
            case PUBLISH -> publish(request, reply);
            default -> throw new IllegalStateException(command.name());
        }
    }

    private void ping(Request request, Reply reply) {
        if (request.count > 2) {
            throw Commands.wrongArguments("ping");
        }
        if (isSubscribed()) {
            reply.array(2);
            reply.bulks("pong");
        }
        if (request.count == 2) {
            reply.bulk(request.memory, request.offset[1], request.length[1]);
        } else if (isSubscribed()) {
            reply.bulks("");
        } else {
            reply.pong();
        }
    }

    private static void authenticate(String user) {
        if (!user.equals("default")) { // who has no password
            throw new Failure("WRONGPASS invalid username-password pair or user is disabled.");
        }
    }

    private void hello(Request request, Reply reply) {
        int version = current.version;
        String name = current.name;
        if (request.count > 1) {
            long wanted;
            try {
                wanted = request.integer(1);
            } catch (Failure e) {
                throw new Failure("ERR Protocol version is not an integer or out of range");
            }
            if (wanted != 2 && wanted != 3) {
                throw new Failure(PROTOCOL_ERROR);
            }
            version = (int) wanted;
        }
        for (int i = 2; i < request.count; i++) {
            if (request.is(i, "AUTH") && i + 2 < request.count) {
                authenticate(request.text(i + 1));
                i += 2;
            } else if (request.is(i, "SETNAME") && i + 1 < request.count) {
                name = name(request.text(++i));
            } else {
                throw new Failure("ERR Syntax error in HELLO option '" + request.shown(i, Integer.MAX_VALUE) + "'");
            }
        }
        current.version = version;
        current.name = name;
        reply.version = version;
        reply.map(7);
        reply.bulks("server", "redis", "version", REDIS_VERSION, "proto");
        reply.integer(version);
        reply.bulks("id");
        reply.integer(current.id >>> Integer.SIZE);
        reply.bulks("mode", "standalone", "role", "master", "modules");
        reply.array(0);
    }

    private static String name(String name) {
        if (name.chars().anyMatch(c -> c < '!' || c > '~')) {
            throw new Failure("ERR Client names cannot contain spaces, newlines or special characters.");
        }
        return name;
    }

    private String info(Request request) {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put("Server", "redis_version:" + REDIS_VERSION + "\r\nredis_mode:standalone\r\nos:"
                + System.getProperty("os.name") + "\r\nprocess_id:" + ProcessHandle.current().pid()
                + "\r\nuptime_in_seconds:" + (System.nanoTime() - started) / 1_000_000_000 + "\r\n");
        sections.put("Clients", "connected_clients:" + connections + "\r\n");
        sections.put("Memory", "used_memory:" + store.used() + "\r\nmaxmemory:" + store.limit() + "\r\n");
        sections.put("Persistence", "loading:0\r\naof_enabled:" + (log == null ? 0 : 1) + "\r\n");
        sections.put("Stats", "total_commands_processed:" + executed + "\r\npubsub_channels:" + subscribers.size()
                + "\r\n");
        sections.put("Replication", "role:master\r\nconnected_slaves:0\r\n");
        sections.put("Keyspace", store.size() == 0 ? "" : "db0:keys=" + store.size() + ",expires="
                + store.expiry.size() + ",avg_ttl=0\r\n");
        Set<String> all = Set.of("ALL", "DEFAULT", "EVERYTHING");
        Set<String> wanted = new HashSet<>();
        for (int i = 1; i < request.count; i++) {
            wanted.add(request.text(i).toUpperCase(Locale.ROOT));
        }
        return sections.entrySet().stream()
                .filter(section -> request.count == 1 || !Collections.disjoint(wanted, all)
                        || wanted.contains(section.getKey().toUpperCase(Locale.ROOT)))
                .map(section -> "# " + section.getKey() + "\r\n" + section.getValue())
                .collect(Collectors.joining("\r\n"));
    }

    private static String line(Connection connection) throws ErrnoException {
        return "id=" + (connection.id >>> Integer.SIZE)
                + " addr=" + connection.socket.getpeername().toString().substring(1)
                + " fd=" + connection.socket.fd() + " name=" + connection.name + " db=0 sub="
                + connection.channels.size() + " qbuf=" + connection.in.size() + " omem=" + connection.out.size()
                + " resp=" + connection.version + "\n";
    }

    private void client(Request request, Reply reply) {
        if (request.is(1, "ID")) {
            reply.integer(current.id >>> Integer.SIZE);
        } else if (request.is(1, "GETNAME")) {
            reply.bulk(current.name.isEmpty() ? null : Commands.ascii(current.name));
        } else if (request.is(1, "SETNAME")) {
            current.name = name(request.text(2));
            reply.ok();
        } else if (request.is(1, "SETINFO")) { // newer than 7.0, but all send it
            reply.ok();
        } else { // INFO, LIST
            StringBuilder lines = new StringBuilder();
            try {
                for (Connection connection : byNumber) {
                    if (connection != null && (request.is(1, "LIST") || connection == current)) {
                        lines.append(line(connection));
                    }
                }
            } catch (ErrnoException e) {
                throw new Failure("ERR " + e.getMessage());
            }
            reply.verbatim(lines.toString());
        }
    }

    private void config(Request request, Reply reply) {
        if (request.is(1, "RESETSTAT")) {
            executed = 0;
            reply.ok();
            return;
        }
        Map<String, String> found = new TreeMap<>(Map.of("save", "", "appendonly", log == null ? "no" : "yes",
                "appendfsync", options.fsync().toString(), "databases", "1", "maxmemory", Long.toString(store.limit()),
                "maxmemory-policy", "noeviction", "proto-max-bulk-len", Integer.toString(options.largest())));
        found.keySet().removeIf(key -> IntStream.range(2, request.count).noneMatch(i -> Commands.matches(
                Commands.ascii(request.text(i).toLowerCase(Locale.ROOT)), Commands.ascii(key))));
        reply.map(found.size());
        found.forEach((key, value) -> reply.bulks(key, value));
    }

    private static void command(Request request, Reply reply) {
        if (request.count == 1) {
            reply.array(Command.values().length);
            Arrays.stream(Command.values()).forEach(command -> describe(command, reply));
        } else if (request.is(1, "COUNT")) {
            reply.integer(Command.values().length);
        } else if (request.is(1, "DOCS")) { // the texts of redis-cli's hints: there are none
            reply.map(0);
        } else { // INFO
            reply.array(request.count - 2);
            for (int i = 2; i < request.count; i++) {
                String name = request.text(i).toLowerCase(Locale.ROOT);
                Arrays.stream(Command.values()).filter(command -> command.lower.equals(name)).findFirst()
                        .ifPresentOrElse(command -> describe(command, reply), () -> reply.nil(true));
            }
        }
    }

    private static void describe(Command command, Reply reply) {
        reply.array(6);
        reply.bulks(command.lower);
        reply.integer(command.arity);
        reply.set(command.kind.flags.size());
        command.kind.flags.forEach(flag -> reply.line("+" + flag));
        reply.integer(command.firstKey);
        reply.integer(command.lastKey);
        reply.integer(command.step);
    }

    private void subscription(String kind, byte[] channel, Reply reply) {
        reply.push(3);
        reply.bulks(kind);
        reply.bulk(channel);
        reply.integer(current.channels.size());
    }

    private void unsubscribe(Request request, Reply reply) {
        List<String> channels = new ArrayList<>();
        for (int i = 1; i < request.count; i++) {
            channels.add(request.text(i));
        }
        if (channels.isEmpty()) {
            channels.addAll(current.channels);
        }
        for (String channel : channels) {
            if (current.channels.remove(channel)) {
                leave(current, channel);
            }
            subscription("unsubscribe", channel.getBytes(StandardCharsets.ISO_8859_1), reply);
        }
        if (channels.isEmpty()) {
            subscription("unsubscribe", null, reply);
        }
    }

    private void publish(Request request, Reply reply) {
        Set<Connection> receivers = subscribers.getOrDefault(request.text(1), Set.of());
        if (!receivers.isEmpty()) {
            reply.flush(); // the buffer is needed for the message
        }
        for (Connection to : receivers) {
            receiver = to;
            reply.version = to.version;
            reply.push(3);
            reply.bulks("message");
            reply.bulk(request.memory, request.offset[1], request.length[1]);
            reply.bulk(request.memory, request.offset[2], request.length[2]);
            reply.flush();
            if (!to.dirty) {
                to.dirty = true;
                dirty.add(to);
            }
        }
        receiver = null;
        reply.version = current.version;
        reply.integer(receivers.size());
    }

    @Override
    public void close() throws IOException {
        try (epoll; log) {
            for (Connection connection : byNumber) {
                if (connection != null) {
                    close(connection);
                }
            }
        }
    }
}
