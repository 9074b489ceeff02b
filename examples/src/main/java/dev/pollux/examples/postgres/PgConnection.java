package dev.pollux.examples.postgres;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.pollux.Fd;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * A connection of libpq, used without blocking. It never waits: that is its user's part, by {@link #socket()}, which
 * belongs to libpq.
 */
final class PgConnection implements Closeable {
    final MemorySegment conn;
    private final Arena arena = Arena.ofConfined();
    private boolean connected;
    private boolean wantsToWrite = true; // "behave as if PQconnectPoll last returned PGRES_POLLING_WRITING"

    /**
     * Begins to connect.
     *
     * @param conninfo where to: as for psql, {@code key=value} or a URI; what it does not say is taken from PGHOST …
     * @param notices is told what the server says unasked
     */
    PgConnection(String conninfo, Consumer<String> notices) throws IOException {
        try (Arena strings = Arena.ofConfined()) {
            conn = Libpq.PQconnectStartParams(
                    strings(strings, "dbname", "client_encoding", "fallback_application_name"),
                    strings(strings, conninfo, "UTF8", "pollux"), true);
        }
        if (conn.equals(MemorySegment.NULL)) {
            arena.close();
            throw new IOException("libpq has no memory for a connection");
        }
        try {
            requireConnection();
            Libpq.PQsetNoticeProcessor(conn, notices, arena);
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** {@code char *[]}, with {@code NULL} at its end */
    private static MemorySegment strings(Arena arena, String... values) {
        MemorySegment array = arena.allocate(ADDRESS, values.length + 1);
        for (int i = 0; i < values.length; i++) {
            array.setAtIndex(ADDRESS, i, arena.allocateFrom(values[i]));
        }
        return array;
    }

    /**
     * Goes on connecting, as far as that is possible now. It may close the socket and open another, for the next host
     * or because the server does not know TLS, and that most often gets the same number.
     *
     * @return true once there is a connection
     */
    boolean connect() throws IOException {
        int status = Libpq.PQconnectPoll(conn);
        wantsToWrite = status == Libpq.PGRES_POLLING_WRITING;
        if (status == Libpq.PGRES_POLLING_FAILED) {
            throw failure();
        }
        if (status != Libpq.PGRES_POLLING_OK) {
            return false;
        }
        if (Libpq.PQsetnonblocking(conn, true) != 0) {
            throw failure();
        }
        connected = true;
        return true;
    }

    /** The descriptor to wait for now; until the next call of {@link #connect}, if that is under way. */
    Fd socket() {
        return Fd.borrow(Libpq.PQsocket(conn));
    }

    /** Whether libpq has not closed its socket. */
    boolean hasSocket() {
        return Libpq.PQsocket(conn) >= 0;
    }

    /** Whether to wait until there is something to read: while it connects, for either this or that. */
    boolean wantsToRead() {
        return connected || !wantsToWrite;
    }

    /** Whether to wait until something can be written: once connected, only while there is something to write. */
    boolean wantsToWrite() {
        return wantsToWrite;
    }

    /** Begins to send a query; {@link #exchange} goes on with that. */
    void send(byte[] query) throws IOException {
        try (Arena strings = Arena.ofConfined()) {
            MemorySegment string = strings.allocate(query.length + 1);
            MemorySegment.copy(MemorySegment.ofArray(query), 0, string, 0, query.length);
            if (Libpq.PQsendQuery(conn, string) == 0) {
                throw failure();
            }
        }
    }

    void send(String query) throws IOException {
        send(query.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads what is there, and writes what fits. */
    void exchange() throws IOException {
        if (Libpq.PQconsumeInput(conn) == 0) {
            throw failure();
        }
        int left = Libpq.PQflush(conn);
        if (left < 0) {
            throw failure();
        }
        wantsToWrite = left > 0;
    }

    void requireConnection() throws IOException {
        if (Libpq.PQstatus(conn) == Libpq.CONNECTION_BAD) {
            throw failure();
        }
    }

    private IOException failure() {
        return new IOException(oneLine(Libpq.PQerrorMessage(conn)));
    }

    /** A row of a result, as {@code name=value}. */
    static String rowText(MemorySegment result, int row) {
        StringBuilder text = new StringBuilder();
        for (int field = 0; field < Libpq.PQnfields(result); field++) {
            text.append(field == 0 ? "" : " ").append(Libpq.PQfname(result, field)).append('=')
                    .append(Libpq.PQgetisnull(result, row, field) ? "NULL" : Libpq.PQgetvalue(result, row, field));
        }
        return text.toString();
    }

    static String oneLine(String message) {
        return message.strip().replaceAll("\\s+", " ");
    }

    @Override
    public void close() {
        Libpq.PQfinish(conn);
        arena.close();
    }
}
