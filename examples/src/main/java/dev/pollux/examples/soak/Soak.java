package dev.pollux.examples.soak;

import dev.pollux.EventFd;
import dev.pollux.FdSet;
import dev.pollux.examples.echo.Backend;
import dev.pollux.examples.shared.Proc;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import dev.pollux.examples.soak.SoakClient.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code soak}. */
@Command(name = "soak",
        description = "Abuses the echo servers, one after another, each in a process of its own: clients that come and"
                + " go, reset, half-close, trickle, never read, and are killed; more of them than the server may have"
                + " open files. Whatever comes back is compared byte for byte.",
        footer = {"", "Ends with 0 if all of it held, with 1 and one line that says what did not."})
public final class Soak implements Callable<Integer> {
    private static final int WARM_UP = 4;
    private static final int LEAST_FILES = 64;
    private static final long SECOND = 1_000_000_000;
    private static final long SAMPLE_NANOS = SECOND / 5;
    private static final long PATIENCE_NANOS = 20 * SECOND;
    /** Of an answer, and for each connection at once: most of them wait for a place. */
    private static final double SLOWEST_MILLIS = 10_000;
    private static final double SLOWEST_MILLIS_EACH = 10;
    /** For what the JVM does besides, such as compiling. */
    private static final int SLACK = 16 * 1024 * 1024;
    private static final double MIB = 1024 * 1024;

    @Spec
    private CommandSpec command;

    @Option(names = "--backend", paramLabel = "NAME",
            description = "How the server waits: " + Backend.NAMES + "; may be given several times (default: all).")
    private List<Backend> backends = List.of(Backend.values());

    @Option(names = "--connections", paramLabel = "N", defaultValue = "250000",
            description = "Connections to each server (default: ${DEFAULT-VALUE}).")
    private long connections;

    @Option(names = "--open", paramLabel = "N", defaultValue = "600",
            description = "Connections open at once; the server may have three quarters as many open files"
                    + " (default: ${DEFAULT-VALUE}).")
    private int open;

    @Option(names = "--seconds", paramLabel = "S",
            description = "Begins no more connections after so long, for each server (default: no limit).")
    private Integer seconds;

    @Option(names = "--seed", paramLabel = "X",
            description = "What the lots are drawn by: who does what, and sends what (default: any; it is printed).")
    private Long seed;

    @Option(names = "--port", paramLabel = "N",
            description = "Abuses the server that listens on this port of 127.0.0.1 already, of which then only the"
                    + " answers are checked.")
    private Integer port;

    @Override
    public Integer call() throws IOException {
        require(connections > 0, "--connections has to be at least 1");
        require(open >= 10 && open <= 13_500, "--open is not from 10 to 13500");
        require(seconds == null || seconds > 0, "--seconds has to be at least 1");
        require(port == null || port > 0 && port <= 0xffff, "--port is not from 1 to 65535");
        if (seed == null) {
            seed = new Random().nextLong();
        }
        System.out.printf("%d connections to each server, up to %d at once, seed %d%n", connections, open, seed);
        try (StopSignal stop = new StopSignal()) {
            if (port != null) {
                orFailure("port " + port, stop.eventFd, () -> abuse(stop.eventFd));
                return 0;
            }
            SoakResult sum = new SoakResult();
            for (Backend backend : backends) {
                Stdio.check(); // else nobody is left to print for
                SoakResult result = orFailure(backend.toString(), stop.eventFd, () -> abuse(backend, stop.eventFd));
                if (result == null) {
                    return 0; // the signal decides
                }
                sum.add(result);
            }
            print("all of it held", sum);
            for (Way way : Way.values()) {
                System.out.printf("%10d %s%n", sum.done[way.ordinal()], way.text);
            }
        }
        return 0;
    }

    private interface Abuse {
        SoakResult run() throws IOException;
    }

    /** Null if stopped before the end. */
    private SoakResult orFailure(String server, EventFd stop, Abuse abuse) throws IOException {
        try {
            return abuse.run();
        } catch (IOException e) {
            sleep(200);
            if (stop.read() != 0) { // told to stop; and so was, or has been, the server
                return null;
            }
            throw new IOException(server + ", seed " + seed + ": " + e.getMessage(), e);
        }
    }

    /** A server that someone else has started. */
    private SoakResult abuse(EventFd stop) throws IOException {
        InetSocketAddress server = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
        boolean[] said = new boolean[1];
        SoakResult result = run(server, seed, connections, stop, (soFar, now) -> {
            if (!said[0] && soFar.connections > open) {
                said[0] = true;
                System.out.println(SoakVictims.UNDER_WAY);
            }
        });
        if (result != null) {
            print("port " + port, result);
        }
        return result;
    }

    /** Null if stopped before the end. */
    private SoakResult abuse(Backend backend, EventFd stop) throws IOException {
        int files = Math.max(LEAST_FILES, open * 3 / 4);
        if (backend == Backend.SELECT) {
            files = Math.min(files, FdSet.FD_SETSIZE);
        }
        try (SoakServer server = new SoakServer(backend, files);
                SoakVictims victims = new SoakVictims(server.address.getPort(), seed)) {
            try {
                return abuse(backend, server, files, victims, stop);
            } catch (IOException e) {
                String end = server.isAlive() ? "" : "; the server has ended";
                throw new IOException(e.getMessage() + end + (server.complaints().isEmpty() ? ""
                        : "; it said: " + String.join(" / ", server.complaints())), e);
            }
        }
    }

    private SoakResult abuse(Backend backend, SoakServer server, int files, SoakVictims victims, EventFd stop)
            throws IOException {
        Proc proc = server.proc;
        if (run(server.address, ~seed, WARM_UP * open, stop, (soFar, now) -> { }) == null) {
            return null;
        }
        await(() -> proc.sockets() == 1, () -> "the listener is one of " + proc.sockets() + " sockets");
        Sampler sampler = new Sampler(server);
        SoakResult result = run(server.address, seed, connections, stop, (soFar, now) -> {
            sampler.tick(now);
            victims.tick(now);
        });
        if (result == null) {
            return null;
        }
        victims.finish();
        await(() -> proc.descriptors().size() == sampler.filesBefore, () -> "it had " + sampler.filesBefore
                + " descriptors before, and afterwards " + proc.descriptors());
        awaitRest(proc);
        long memory = proc.residentBytes();
        print(backend.toString(), result);
        System.out.printf(Locale.ROOT, "  responses to %d polite requests: half within %.2f ms,"
                + " 99%% within %.2f ms, all within %.2f ms%n", result.responses(), result.responseMillis(0.5),
                result.responseMillis(0.99), result.responseMillis(1));
        System.out.printf("  client processes killed: %d; not reading at once: %d; EMFILE said %d times%n",
                victims.killed(), result.mostDeaf, server.emfile());
        System.out.printf(Locale.ROOT, "  server: descriptors %d, at most %d of %d, then %d; RssAnon %.1f MiB,"
                + " at most %.1f, then %.1f; CPU %.1f s%n", sampler.filesBefore, sampler.mostFiles, files,
                proc.descriptors().size(), sampler.memoryBefore / MIB, sampler.mostMemory / MIB, memory / MIB,
                proc.cpuSeconds() - sampler.cpuBefore);
        check(server.complaints().isEmpty(), "it complained");
        check(server.emfile() > 0, "it has never been at its limit of open files");
        check(result.responseMillis(1) < Math.max(SLOWEST_MILLIS, SLOWEST_MILLIS_EACH * open), "it answered too late");
        check(memory - sampler.memoryBefore < SLACK, "it has kept memory");
        check(sampler.mostMemory - sampler.memoryBefore
                < (result.mostDeaf + SoakVictims.MOST_DEAF) * (long) SoakServer.BUFFER + SLACK,
                "it has taken more memory than its buffers need");
        return result;
    }

    private SoakResult run(InetSocketAddress server, long seed, long connections, EventFd stop,
            SoakClients.Ticker ticker) throws IOException {
        long end = System.nanoTime() + (seconds == null ? Long.MAX_VALUE / 2 : seconds * SECOND);
        try (SoakClients clients = new SoakClients(server, open, seed, stop)) {
            return clients.run(connections, end, ticker);
        }
    }

    /** What the server has while it is abused. */
    private static final class Sampler {
        private final SoakServer server;
        private final int filesBefore;
        private final long memoryBefore;
        private final double cpuBefore;
        private int mostFiles;
        private long mostMemory;
        private long next = System.nanoTime();

        Sampler(SoakServer server) throws IOException {
            this.server = server;
            filesBefore = server.proc.descriptors().size();
            memoryBefore = server.proc.residentBytes();
            cpuBefore = server.proc.cpuSeconds();
        }

        void tick(long now) throws IOException {
            if (now - next > 0) {
                check(server.isAlive(), "the server is gone");
                mostFiles = Math.max(mostFiles, server.proc.descriptors().size());
                mostMemory = Math.max(mostMemory, server.proc.residentBytes());
                next = now + SAMPLE_NANOS;
            }
        }
    }

    private static void print(String server, SoakResult result) {
        System.out.printf(Locale.ROOT, "%s: %d connections in %.1f s (%.0f/s), %.0f MiB came back%n", server,
                result.connections, result.nanos / (double) SECOND,
                result.connections * (double) SECOND / result.nanos, result.bytes / MIB);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private interface Text {
        String get() throws IOException;
    }

    private static void await(Condition condition, Text complaint) throws IOException {
        for (long end = System.nanoTime() + PATIENCE_NANOS; !condition.holds(); sleep(10)) {
            if (System.nanoTime() - end > 0) {
                throw new IOException(complaint.get());
            }
        }
    }

    /** One that spins is at no time at rest, however busy the machine. */
    private static void awaitRest(Proc proc) throws IOException {
        await(() -> {
            double before = proc.cpuSeconds();
            sleep(200);
            return proc.cpuSeconds() - before < 0.03;
        }, () -> "it has nothing to do, and does not rest");
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e); // nobody does
        }
    }

    private static void check(boolean condition, String complaint) throws IOException {
        if (!condition) {
            throw new IOException(complaint);
        }
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), complaint);
        }
    }
}
