package dev.pollux.bench;

import com.google.gson.Gson;
import dev.pollux.bench.echo.Load;
import dev.pollux.bench.echo.LoadGenerator;
import dev.pollux.bench.kv.KvLoad;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Collectors;

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
        return result(ask(millis / 1000, "run", name, size, inFlight, connections, millis, count));
    }

    /** Connects to a key-value server. */
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
        return result(ask(millis / 1000, "kv-run", name, kind.ordinal(), depth, rate, millis));
    }

    /** Closes the connections to either. */
    void close(String name) throws IOException, InterruptedException {
        ask(0, "close", name);
    }

    private static Load.Result result(String answer) {
        return new Gson().fromJson(answer, Load.Result.class);
    }

    private String ask(long seconds, String command, String name, Object... arguments)
            throws IOException, InterruptedException {
        String numbers = Arrays.stream(arguments).map(Object::toString).collect(Collectors.joining(" "));
        return child.ask(command + " " + name.replace(' ', '-') + " " + numbers, PATIENCE_SECONDS + seconds);
    }

    @Override
    public void close() {
        child.close();
    }
}
