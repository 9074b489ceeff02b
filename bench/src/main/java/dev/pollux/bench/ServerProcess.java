package dev.pollux.bench;

import dev.pollux.bench.echo.Server;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server, on core 0 if it is not started otherwise, and where it listens. */
final class ServerProcess implements Closeable {
    /** Of a JVM that is as small as its work. */
    static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx64m");
    private static final int STARTUP_SECONDS = 30;
    private static final Pattern READY = Pattern.compile("listening on .*:(\\d+)|Ready to accept connections");

    final Child child;
    final int port;

    ServerProcess(List<String> command) throws IOException, InterruptedException {
        this(new Child(Child.pinned(0, command)), 0);
    }

    /** @param port where it will listen, or 0 if it says so itself */
    ServerProcess(Child child, int port) throws IOException, InterruptedException {
        this.child = child;
        try {
            Matcher ready = child.find(READY, STARTUP_SECONDS);
            this.port = port == 0 ? Integer.parseInt(ready.group(1)) : port;
        } catch (IOException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    /** One of {@link Server}'s in a JVM of its own. */
    static ServerProcess java(String kind, String... options) throws IOException, InterruptedException {
        return new ServerProcess(Plan.java(SMALL, List.of(options), Server.class, kind));
    }

    /** The key-value server of the examples, with the options of {@code examples/run}, and others. */
    static ServerProcess kv(String... options) throws IOException, InterruptedException {
        return new ServerProcess(Plan.java("@" + Main.bench().resolveSibling("examples/jvm-options"), List.of(options),
                Server.class, "kv"));
    }

    /** The redis-server that is on the path, which keeps nothing in files. */
    static ServerProcess redis() throws IOException, InterruptedException {
        int port;
        try (ServerSocket any = new ServerSocket(0)) {
            port = any.getLocalPort();
        }
        return new ServerProcess(new Child(Child.pinned(0, List.of("redis-server", "--port", Integer.toString(port),
                "--save", "", "--appendonly", "no", "--maxclients", "20000"))), port);
    }

    @Override
    public void close() {
        child.close();
    }
}
