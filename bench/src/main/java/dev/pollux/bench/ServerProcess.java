package dev.pollux.bench;

import dev.pollux.bench.echo.Server;
import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server on core 0, and where it listens. */
final class ServerProcess implements Closeable {
    private static final int STARTUP_SECONDS = 30;
    private static final String REDIS_READY = "Ready to accept connections";
    private static final Pattern PORT = Pattern.compile("listening on .*:(\\d+)");

    final Child child;
    final int port;

    ServerProcess(List<String> command) throws IOException, InterruptedException {
        this(command, 0);
    }

    /** @param port where it will listen, or 0 if it says so itself, first of all */
    private ServerProcess(List<String> command, int port) throws IOException, InterruptedException {
        child = new Child(Child.pinned(0, command));
        try {
            String line = child.readLine(STARTUP_SECONDS);
            while (port != 0 && !line.contains(REDIS_READY)) {
                line = child.readLine(STARTUP_SECONDS);
            }
            Matcher matcher = PORT.matcher(line);
            if (port == 0 && !matcher.find()) {
                throw new IOException("not a server that is ready: " + line);
            }
            this.port = port == 0 ? Integer.parseInt(matcher.group(1)) : port;
        } catch (IOException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    /** One of {@link Server}'s in a JVM of its own, as small as its work. */
    static ServerProcess java(String kind, String... options) throws IOException, InterruptedException {
        List<Object> arguments = new ArrayList<>(List.of("-XX:+UseSerialGC", "-Xms64m", "-Xmx64m"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(Server.class, kind));
        return new ServerProcess(Plan.java(arguments.toArray()));
    }

    /** The key-value server of the examples, with the options of {@code examples/run}, and others. */
    static ServerProcess kv(String... options) throws IOException, InterruptedException {
        List<Object> arguments = new ArrayList<>(List.of("@" + Main.bench().resolveSibling("examples/jvm-options")));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of(Server.class, "kv"));
        return new ServerProcess(Plan.java(arguments.toArray()));
    }

    /** The redis-server that is on the path, which keeps nothing in files. */
    static ServerProcess redis() throws IOException, InterruptedException {
        int port;
        try (ServerSocket any = new ServerSocket(0)) {
            port = any.getLocalPort();
        }
        return new ServerProcess(List.of("redis-server", "--port", Integer.toString(port), "--save", "",
                "--appendonly", "no", "--maxclients", "20000"), port);
    }

    @Override
    public void close() {
        try {
            child.terminate();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        child.close();
    }
}
