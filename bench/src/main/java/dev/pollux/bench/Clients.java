package dev.pollux.bench;

import com.google.gson.Gson;
import dev.pollux.bench.echo.Load;
import dev.pollux.bench.echo.LoadGenerator;
import dev.pollux.bench.kv.KvLoad;
import java.io.Closeable;
import java.io.IOException;

/** The clients of all servers: one process on core 1, so that they are the same for all. */
final class Clients implements Closeable {
    private static final int PATIENCE_SECONDS = 30;

    private final Child child;

    Clients() throws IOException {
        child = new Child(Child.pinned(1, Plan.java("-XX:+UseSerialGC", "-Xmx256m", LoadGenerator.class)));
    }

    /** Connects to a server: clients that say nothing, and clients that will send. */
    void open(String name, ServerProcess server, int idle, int active) throws IOException, InterruptedException {
        ask(0, "open", name, server.port, server.child.pid(), idle, active);
    }

    /** Has all that send keep requests in flight. */
    Load.Result run(String name, int size, int inFlight, long millis, long count)
            throws IOException, InterruptedException {
        return run(name, size, inFlight, Integer.MAX_VALUE, millis, count);
    }

    /** Has so many at a time keep requests in flight. */
    Load.Result run(String name, int size, int inFlight, int connections, long millis, long count)
            throws IOException, InterruptedException {
        String answer = ask(millis / 1000, "run", name, size, inFlight, connections, millis, count);
        return new Gson().fromJson(answer, Load.Result.class);
    }

    void close(String name) throws IOException, InterruptedException {
        ask(0, "close", name);
    }

    /** The same of a key-value server. */
    void openKv(String name, ServerProcess server, int idle, int active) throws IOException, InterruptedException {
        ask(0, "kv-open", name, server.port, server.child.pid(), idle, active);
    }

    /** Sets so many keys. */
    void fillKv(String name, long keys) throws IOException, InterruptedException {
        ask(60, "kv-fill", name, keys);
    }

    /** Sends batches of requests, at a rate or, if that is 0, as fast as they are answered. */
    Load.Result runKv(String name, KvLoad.Kind kind, int depth, long rate, long millis)
            throws IOException, InterruptedException {
        String answer = ask(millis / 1000, "kv-run", name, kind.ordinal(), depth, rate, millis);
        return new Gson().fromJson(answer, Load.Result.class);
    }

    void closeKv(String name) throws IOException, InterruptedException {
        ask(0, "kv-close", name);
    }

    private String ask(long seconds, String command, String name, Object... arguments)
            throws IOException, InterruptedException {
        StringBuilder line = new StringBuilder(command + " " + name.replace(' ', '-'));
        for (Object argument : arguments) {
            line.append(' ').append(argument);
        }
        return child.ask(line.toString(), PATIENCE_SECONDS + seconds);
    }

    @Override
    public void close() {
        child.close();
    }
}
