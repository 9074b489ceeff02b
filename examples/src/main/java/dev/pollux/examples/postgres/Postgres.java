package dev.pollux.examples.postgres;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import dev.pollux.examples.shared.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code postgres}: a descriptor that belongs to another native library, waited for beside one's own. There
 * is one thread, and nothing but the epoll ever blocks it.
 */
@Command(name = "postgres",
        description = "One epoll waits for stdin and for the socket of libpq, the client library of PostgreSQL: prints"
                + " the notifications of a channel as they come, and sends each line of stdin as a query.",
        footer = {"", "Try: NOTIFY pollux, 'hello'", "Ends with 0 when all of stdin is answered, 1 when the server is"
                + " gone, 130 after SIGINT, 143 after SIGTERM."})
public final class Postgres implements Callable<Integer> {
    /** What an event is about: the data of its registration. */
    private enum What { STOP, STDIN, SERVER }

    private static final What[] WHAT = What.values();
    private static final int READ_SIZE = 64 * 1024;
    private static final int LONGEST_LINE = 64 * 1024 * 1024;
    /** NAMEDATALEN - 1: the server would cut it, and listen to another channel. */
    private static final int LONGEST_NAME = 63;

    @Spec
    private CommandSpec command;

    @Mixin
    private PgOptions where;

    @Option(names = "--listen", paramLabel = "CHANNEL", defaultValue = "pollux",
            description = "Channel to listen to; may be given several times (default: ${DEFAULT-VALUE}).")
    private List<String> channels;

    private final Fd stdin = Stdio.stdin();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Queue<byte[]> queries = new ArrayDeque<>();

    private Epoll epoll;
    private PgConnection connection;
    /** Borrowed, and in the epoll; null where it is not there. */
    private Fd socket;
    private int socketEvents;
    private boolean connected;
    private boolean listening;
    private boolean queryUnderWay;
    private boolean stdinWatched;
    private boolean stdinLeftOut;
    private boolean stdinEnded;
    private ErrnoException stdinFailure;

    @Override
    public Integer call() throws IOException {
        channels.forEach(this::requireName);
        where.loadLibrary();
        try (StopSignal stop = new StopSignal(); Epoll all = Epoll.create(); Arena arena = Arena.ofConfined();
                PgConnection server = where.start(message -> sayLines("notice", message))) {
            epoll = all;
            connection = server;
            epoll.add(stop.eventFd, EPOLLIN, What.STOP.ordinal());
            watchSocket();
            try {
                run(EpollEvents.allocate(arena, WHAT.length), arena.allocate(READ_SIZE));
            } finally {
                ignoreSocket();
            }
        }
        return 0;
    }

    private void requireName(String channel) {
        int length = channel.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > LONGEST_NAME) {
            throw new ParameterException(command.commandLine(),
                    "--listen '" + channel + "' is not from 1 to " + LONGEST_NAME + " bytes long");
        }
    }

    private void run(EpollEvents events, MemorySegment buffer) throws IOException {
        for (;;) {
            Stdio.check(); // else nobody is left to print for
            int n = epoll.await(events);
            for (int i = 0; i < n; i++) {
                switch (WHAT[(int) events.data(i)]) {
                    case STOP -> {
                        return;
                    }
                    case STDIN -> readStdin(buffer);
                    case SERVER -> {
                        if (connected) {
                            converse();
                        } else {
                            connect();
                        }
                    }
                }
            }
            if (stdinEnded && !queryUnderWay) {
                if (stdinFailure != null) {
                    throw new IOException("stdin has not come to its end: " + stdinFailure.getMessage(), stdinFailure);
                }
                return;
            }
            watchStdin();
        }
    }

    /**
     * One step. libpq may close its socket in it and open another, which then often has the same number, although the
     * epoll has forgotten it: so it is taken out before, and added anew.
     */
    private void connect() throws IOException {
        ignoreSocket();
        connected = where.connect(connection);
        if (connected) {
            queries.add(channels.stream().map(channel -> "LISTEN " + quoted(channel))
                    .collect(Collectors.joining("; ")).getBytes(StandardCharsets.UTF_8));
        }
        watchSocket();
        if (connected) {
            converse();
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private void watchSocket() throws IOException {
        socket = connection.socket();
        socketEvents = wanted();
        epoll.add(socket, socketEvents, What.SERVER.ordinal());
    }

    private int wanted() {
        return (connection.wantsToRead() ? EPOLLIN : 0) | (connection.wantsToWrite() ? EPOLLOUT : 0);
    }

    /** Before libpq closes it. If it has done so already, because the server is gone, the number may be another's. */
    private void ignoreSocket() throws IOException {
        if (socket != null && connection.hasSocket()) {
            epoll.remove(socket);
        }
        socket = null;
    }

    /** All that can be done now. It is called after sending, too: while it writes, libpq also reads. */
    private void converse() throws IOException {
        do {
            connection.exchange();
            printResults();
            printNotifications();
            connection.requireConnection();
        } while (sendQuery());
        if (socketEvents != wanted()) {
            socketEvents = wanted();
            epoll.modify(socket, socketEvents, What.SERVER.ordinal());
        }
    }

    private boolean sendQuery() throws IOException {
        if (queryUnderWay || queries.isEmpty()) {
            return false;
        }
        connection.send(queries.remove());
        Libpq.PQsetSingleRowMode(connection.conn); // or libpq keeps all rows until the last has come
        queryUnderWay = true;
        return true;
    }

    private void printResults() throws IOException {
        while (queryUnderWay && !Libpq.PQisBusy(connection.conn)) {
            MemorySegment result = Libpq.PQgetResult(connection.conn);
            if (result.equals(MemorySegment.NULL)) {
                queryUnderWay = false;
                if (!listening) {
                    listening = true;
                    announce();
                }
            } else {
                try {
                    print(result);
                } finally {
                    Libpq.PQclear(result);
                }
            }
        }
    }

    private void announce() {
        System.out.println("postgres listening to " + Escaped.of(channels.stream().map(Postgres::quoted)
                .collect(Collectors.joining(", "))) + ", PostgreSQL "
                + Escaped.of(String.valueOf(Libpq.PQparameterStatus(connection.conn, "server_version")))
                + ", server process "
                + Libpq.PQbackendPID(connection.conn) + ", pid " + ProcessHandle.current().pid());
    }

    private void print(MemorySegment result) throws IOException {
        switch (Libpq.PQresultStatus(result)) {
            case Libpq.PGRES_SINGLE_TUPLE -> say("row", PgConnection.rowText(result, 0));
            case Libpq.PGRES_TUPLES_OK, Libpq.PGRES_COMMAND_OK -> {
                if (listening) {
                    say("result", Libpq.PQcmdStatus(result));
                }
            }
            case Libpq.PGRES_EMPTY_QUERY -> { }
            case Libpq.PGRES_FATAL_ERROR, Libpq.PGRES_BAD_RESPONSE -> {
                if (!listening) {
                    throw new IOException("cannot listen: "
                            + PgConnection.oneLine(Libpq.PQresultErrorMessage(result)));
                }
                sayLines("error", Libpq.PQresultErrorMessage(result));
            }
            default -> throw new IOException("COPY, or what else this was, is more than this example can");
        }
    }

    private void printNotifications() {
        for (;;) {
            MemorySegment notify = Libpq.PQnotifies(connection.conn);
            if (notify.equals(MemorySegment.NULL)) {
                return;
            }
            say("notify", Libpq.relname(notify) + ": " + Libpq.extra(notify) + " (from server process "
                    + Libpq.be_pid(notify) + ")");
            Libpq.PQfreemem(notify);
        }
    }

    private static void say(String kind, String text) {
        System.out.println((kind + " ".repeat(11)).substring(0, 11) + Escaped.of(text));
    }

    /** One line for each of the text's, the first with its kind. */
    private static void sayLines(String kind, String text) {
        String[] lines = text.stripTrailing().split("\n");
        for (int i = 0; i < lines.length; i++) {
            say(i == 0 ? kind : "", lines[i]);
        }
    }

    /**
     * Only while there is nothing else to send: who types faster than the server answers has to wait. Out of the epoll,
     * and not with an empty mask, which would still report that the writer of a pipe is gone, again and again.
     */
    private void watchStdin() throws IOException {
        boolean wanted = listening && !queryUnderWay && !stdinEnded && !stdinLeftOut;
        if (wanted == stdinWatched) {
            return;
        }
        stdinWatched = wanted;
        if (!wanted) {
            epoll.remove(stdin);
            return;
        }
        try {
            epoll.add(stdin, EPOLLIN, What.STDIN.ordinal());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPERM && e.errno() != Errno.EBADF) {
                throw e;
            }
            stdinWatched = false;
            stdinLeftOut = true;
            say("stdin", "is nothing that epoll could wait for; a file: cat FILE | examples/run postgres");
        }
    }

    private void readStdin(MemorySegment buffer) throws IOException {
        if (Terminal.stdinIsOutOfReach()) { // it would stop us; what is typed is for others, so not until restarted
            stdinLeftOut = true;
            return;
        }
        long n;
        try {
            n = stdin.read(buffer);
        } catch (ErrnoException e) { // ECONNRESET, EIO: half a query is none
            stdinEnded = true;
            stdinFailure = e;
            return;
        }
        if (n == 0) {
            stdinEnded = true;
            endLine(); // it may have no end of its own
        } else if (n != Fd.WOULD_BLOCK) {
            split(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
        }
        if (!queries.isEmpty()) {
            converse();
        }
    }

    private void split(byte[] bytes) throws IOException {
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                line.write(bytes, start, i - start);
                endLine();
                start = i + 1;
            }
        }
        line.write(bytes, start, bytes.length - start);
        if (line.size() > LONGEST_LINE) {
            throw new IOException("a line of more than " + LONGEST_LINE + " bytes");
        }
    }

    private void endLine() {
        byte[] query = line.toByteArray();
        line.reset();
        for (byte b : query) {
            if (b == 0) {
                say("error", "a query cannot contain a zero byte");
                return;
            }
        }
        if (query.length > 0) {
            queries.add(query);
        }
    }
}
