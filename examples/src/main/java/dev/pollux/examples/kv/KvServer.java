package dev.pollux.examples.kv;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.Fd;
import dev.pollux.IoVec;
import dev.pollux.SocketFd;
import dev.pollux.examples.kv.Resp.Malformed;
import dev.pollux.examples.kv.Resp.Reply;
import dev.pollux.examples.kv.Resp.Request;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.PendingBytes;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The loop: one thread, level-triggered epoll. All connections share one buffer to read to, where their requests are
 * parsed and executed, and one that collects the answers of a turn. They are sent at its end, one write for each
 * connection: clients that are woken together are woken for less.
 */
final class KvServer implements Closeable {
    private static final int MOST_EVENTS = 1024;
    /** Of a turn, before they are sent. Who is served may have two: what had to wait, and what is read. */
    private static final int MOST_ANSWERS = MOST_EVENTS + 2;
    private static final int READ_SIZE = 64 << 10;
    private static final int REPLY_SIZE = 256 << 10;
    /** Of a client that does not read its answers no more requests are executed. */
    private static final int MOST_UNREAD = 1 << 20;

    private final Listener listener;
    private final EventFd stop;
    private final Options options;
    private final Store store;
    private final Commands commands;
    private final ClientCommands clients;
    private final Log log;
    private final Epoll epoll = Epoll.create();
    private final Arena arena = Arena.ofAuto();
    private final EpollEvents events = EpollEvents.allocate(arena, MOST_EVENTS);
    private final MemorySegment scratch = arena.allocate(READ_SIZE);
    private final Request request;
    private final Reply reply = new Reply(arena.allocate(REPLY_SIZE), (_, size) -> send(size));
    /** A part of it: a slice of the segment would be garbage, as the compiler does not always see that it is none. */
    private final IoVec part = IoVec.allocate(arena, 1);
    /** Whose answers are in there, one behind the other, and where each ends; the first ones may have been sent. */
    private final Connection[] answered = new Connection[MOST_ANSWERS];
    private final long[] end = new long[MOST_ANSWERS];
    private int answers;
    private int sent;
    private final ArrayDeque<Connection> held = new ArrayDeque<>();
    /** For one client, which may ask for the largest string, or for many of them. */
    private final long mostOutput;
    private Connection[] byNumber = new Connection[64];
    int connections;
    private int generation;
    /** The client whose requests are executed. */
    Connection current;

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
        clients = new ClientCommands(this, commands, options);
        log = options.log() == null ? null : openLog();
        commands.log = log;
        epoll.add(stop, EPOLLIN);
        epoll.add(listener.socket, EPOLLIN);
    }

    /** Executes what is in the log. */
    private Log openLog() throws IOException {
        Reply nobody = new Reply(Arena.ofAuto().allocate(REPLY_SIZE), (memory, size) -> { });
        commands.loading = true;
        Log opened = Log.open(options.log(), options.fsync(), options.largest() + 1024L, logged -> {
            commands.execute(logged, nobody, null);
            if (nobody.size > 0 && nobody.memory.get(Resp.BYTE, 0) == '-') {
                throw new IOException(options.log() + " cannot be loaded: "
                        + Resp.text(nobody.memory, 1, nobody.size - 1).strip());
            }
            nobody.size = 0;
        });
        commands.loading = false;
        epoll.add(opened.progress, EPOLLIN);
        return opened;
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
            if (log != null) {
                release();
            }
            sendMessages(); // also of requests that had to wait for what has been released
            endAnswers();
            if (log != null) {
                log.endTurn();
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
        if (answers > MOST_ANSWERS - 2) {
            endAnswers();
        }
        if (connection.closed) {
            return;
        }
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
            if (!connection.answered) {
                watch(connection, found);
            }
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
        PendingBytes in = connection.in;
        // behind half a request there is not room for all that is announced: it may never come
        long n = connection.socket.read(in.isEmpty() ? scratch : in.room(READ_SIZE));
        if (n == Fd.WOULD_BLOCK) {
            return;
        }
        if (n == 0) {
            connection.ending = true;
            return;
        }
        if (in.isEmpty()) {
            long done = execute(connection, scratch, n);
            if (done < n) {
                in.append(scratch.asSlice(done, n - done));
            }
        } else {
            in.added(n);
            if (in.size() >= connection.needed) {
                execute(connection);
            }
        }
    }

    private void execute(Connection connection) {
        MemorySegment memory = connection.in.bytes();
        connection.in.remove(execute(connection, memory, memory.byteSize()));
    }

    /** Executes requests, and says up to where. */
    private long execute(Connection connection, MemorySegment memory, long to) {
        long at = 0;
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
                    commands.execute(request, reply, connection);
                }
                if (reply.lost && !connection.lost) { // an error came when it had got a part of the answer
                    lose(connection);
                }
            }
        } catch (Malformed e) {
            reply.line("-" + e.getMessage());
            connection.ending = true;
        } finally { // if there was no memory for a request, too: the answers before it are nobody else's
            current = null;
            connection.answered = true;
            answered[answers] = connection;
            end[answers++] = reply.size;
        }
        return connection.ending ? to : at;
    }

    /** Sends the answers that have been collected, the last of them to the client whose requests are executed. */
    private void send(long size) {
        long from = 0;
        for (; sent < answers; sent++) {
            send(answered[sent], from, end[sent]);
            from = end[sent];
        }
        if (from < size) {
            send(current, from, size);
        }
    }

    /** Sends answers to a client, unless others wait before them or the log has to be synced first. */
    private void send(Connection connection, long from, long to) {
        if (connection.closed || connection.lost || from == to) {
            return;
        }
        if (connection.out.size() + to - from > mostOutput) {
            listener.complain("a client that does not read was disconnected: " + connection.out.size()
                    + " bytes waited for it");
            lose(connection);
            return;
        }
        boolean allowed = log == null || log.allows(log.position());
        long at = from;
        try {
            if (connection.out.isEmpty() && allowed) {
                part.clear();
                part.add(reply.memory, from, to - from);
                at += Math.max(0, connection.socket.writev(part));
            }
            if (at < to) {
                connection.out.append(reply.memory.asSlice(at, to - at));
            }
        } catch (ErrnoException | OutOfMemoryError e) {
            lose(connection, e);
            return;
        }
        if (!allowed) {
            if (connection.held == 0) {
                held.add(connection);
            }
            connection.held = log.position();
        }
    }

    /** It gets nothing more, and is closed when its turn has ended. */
    private void lose(Connection connection) {
        connection.out.free();
        connection.ending = true;
        connection.lost = true;
        reply.lost |= connection == current;
    }

    void lose(Connection connection, Throwable e) {
        listener.lost(e);
        lose(connection);
    }

    void loseSubscriber(Connection connection) {
        listener.complain("a subscriber that does not read was disconnected: " + connection.out.size()
                + " bytes waited for it");
        lose(connection);
    }

    /** Sends what is left, and waits for what those clients want next. */
    private void endAnswers() throws IOException {
        reply.flush();
        for (int i = 0; i < answers; i++) {
            Connection connection = answered[i];
            answered[i] = null;
            connection.answered = false;
            if (!connection.closed) {
                try {
                    watch(connection, 0);
                } catch (ErrnoException e) {
                    close(connection);
                    listener.lost(e);
                }
            }
        }
        answers = 0;
        sent = 0;
    }

    private static void write(Connection connection) throws ErrnoException {
        long n = connection.socket.write(connection.out.bytes());
        if (n != Fd.WOULD_BLOCK) {
            connection.out.remove(n);
        }
    }

    /** Sends what the log has been synced for. */
    private void release() throws IOException {
        while (!held.isEmpty() && log.allows(held.peek().held)) {
            Connection connection = held.remove();
            connection.held = 0;
            serve(connection, 0);
        }
    }

    /** Messages to subscribers, which have been collected during the turn. */
    private void sendMessages() throws IOException {
        while (!clients.receivers.isEmpty()) {
            Connection connection = clients.receivers.removeFirst();
            if (connection.out.size() > options.output()) {
                loseSubscriber(connection);
            }
            serve(connection, 0);
        }
    }

    private void close(Connection connection) throws IOException {
        epoll.remove(connection.socket);
        byNumber[connection.socket.fd()] = null;
        connections--;
        connection.closed = true;
        clients.unsubscribeAll(connection);
        connection.free();
        connection.socket.close();
        listener.resume();
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
