package dev.pollux.bench;

import dev.pollux.bench.echo.Server;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server, on core 0 if it is not started otherwise, and where it listens. */
final class ServerProcess implements Closeable {
    private static final int STARTUP_SECONDS = 30;
    private static final Pattern PORT = Pattern.compile("listening on .*:(\\d+)");

    final Child child;
    final int port;

    ServerProcess(List<String> command) throws IOException, InterruptedException {
        this(new Child(Child.pinned(0, command)));
    }

    /** A server on whichever cores it was started. */
    ServerProcess(Child child) throws IOException, InterruptedException {
        this.child = child;
        try {
            String line = child.readLine(STARTUP_SECONDS);
            Matcher matcher = PORT.matcher(line);
            if (!matcher.find()) {
                throw new IOException("not a server that is ready: " + line);
            }
            port = Integer.parseInt(matcher.group(1));
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

    @Override
    public void close() {
        child.close();
    }
}
