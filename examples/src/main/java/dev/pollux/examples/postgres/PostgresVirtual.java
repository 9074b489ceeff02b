package dev.pollux.examples.postgres;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;

import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command {@code postgres-virtual}: the same library on virtual threads, where waiting for its descriptor reads
 * like blocking. libpq's own blocking functions would hold a carrier each.
 */
@Command(name = "postgres-virtual",
        description = "One query on many connections of libpq at once, each with a virtual thread, which waits for the"
                + " socket without its carrier.")
public final class PostgresVirtual implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Mixin
    private PgOptions where;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "10",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Parameters(paramLabel = "SQL", arity = "0..1", defaultValue = "SELECT pg_sleep(1)",
            description = "The query (default: ${DEFAULT-VALUE}).")
    private String sql;

    @Override
    public Integer call() throws Exception {
        if (connections < 1) {
            throw new ParameterException(command.commandLine(), "--connections " + connections + " is less than one");
        }
        where.loadLibrary();
        long start = System.nanoTime();
        try (StopSignal stop = new StopSignal();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletionService<String> answers = new ExecutorCompletionService<>(threads);
            threads.submit(() -> {
                stop.eventFd.await(POLLIN);
                return threads.shutdownNow(); // an interrupt ends every wait
            });
            try {
                for (int i = 0; i < connections; i++) {
                    answers.submit(this::answer);
                }
                for (int i = 0; i < connections; i++) {
                    System.out.println(Escaped.of(answers.take().get()));
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Exception cause && !(cause instanceof InterruptedIOException)) {
                    throw cause;
                }
            } catch (RejectedExecutionException e) {
                // the stop signal was faster
            } finally {
                threads.shutdownNow();
            }
        }
        System.out.printf("connections: %d, processors: %d, seconds: %.3f%n", connections,
                Runtime.getRuntime().availableProcessors(), (System.nanoTime() - start) / 1e9);
        return 0;
    }

    /** All that happens on a connection. */
    private String answer() throws IOException {
        try (PgConnection connection = where.start(notice -> { })) {
            do {
                await(connection);
            } while (!where.connect(connection));
            connection.send(sql);
            StringBuilder answer = new StringBuilder("server process " + Libpq.PQbackendPID(connection.conn));
            for (MemorySegment result = next(connection); !result.equals(MemorySegment.NULL);
                    result = next(connection)) {
                try {
                    answer.append(": ").append(text(result));
                } finally {
                    Libpq.PQclear(result);
                }
            }
            return answer.toString();
        }
    }

    /** As {@code PQgetResult}, which would block. */
    private static MemorySegment next(PgConnection connection) throws IOException {
        connection.exchange();
        while (Libpq.PQisBusy(connection.conn)) {
            await(connection);
            connection.exchange();
        }
        return Libpq.PQgetResult(connection.conn);
    }

    /** Each time for a new {@code Fd}: while it connects, libpq may have another socket by now. */
    private static void await(PgConnection connection) throws IOException {
        connection.socket().await(
                (connection.wantsToRead() ? POLLIN : 0) | (connection.wantsToWrite() ? POLLOUT : 0));
    }

    private static String text(MemorySegment result) throws IOException {
        return switch (Libpq.PQresultStatus(result)) {
            case Libpq.PGRES_TUPLES_OK -> Libpq.PQntuples(result) == 1
                    ? PgConnection.rowText(result, 0) : "rows: " + Libpq.PQntuples(result);
            case Libpq.PGRES_COMMAND_OK -> Libpq.PQcmdStatus(result);
            case Libpq.PGRES_EMPTY_QUERY -> "nothing";
            case Libpq.PGRES_FATAL_ERROR, Libpq.PGRES_BAD_RESPONSE ->
                    throw new IOException(PgConnection.oneLine(Libpq.PQresultErrorMessage(result)));
            default -> throw new IOException("COPY, or what else this was, is more than this example can");
        };
    }
}
