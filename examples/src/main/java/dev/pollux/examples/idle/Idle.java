package dev.pollux.examples.idle;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.examples.echo.Backend;
import dev.pollux.examples.echo.EchoServer;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code idle}. */
@Command(name = "idle",
        description = "Measures what connections that say nothing cost the echo server, which runs on a thread of its"
                + " own, while a few others echo 1 KiB over and over.",
        footer = {"", "select and poll go through all connections for each request; epoll looks at the ready ones"
                + " only."})
public final class Idle implements Callable<Integer> {
    private static final int REQUEST_BYTES = 1024;
    private static final long NANOS = 1_000_000_000;
    /** The listener, the epolls, the eventfds, and some for the JVM. */
    private static final int OTHER_FDS = 32;

    @Spec
    private CommandSpec command;

    @Option(names = "--backend", paramLabel = "NAME",
            description = "How the server waits: " + Backend.NAMES + "; may be given several times (default: all).")
    private List<Backend> backends = List.of(Backend.values());

    @Option(names = "--idle", paramLabel = "N", defaultValue = "1000",
            description = "Connections that say nothing (default: ${DEFAULT-VALUE}).")
    private int idle;

    @Option(names = "--active", paramLabel = "N", defaultValue = "10",
            description = "Connections that echo (default: ${DEFAULT-VALUE}).")
    private int active;

    @Option(names = "--seconds", paramLabel = "S", defaultValue = "3",
            description = "How long to measure each backend, after a second to warm up (default: ${DEFAULT-VALUE}).")
    private int seconds;

    /** What one backend did. */
    private record Result(long requests, long nanos, long cpuNanos) { }

    @Override
    public Integer call() throws IOException, InterruptedException {
        require(idle >= 0 && idle <= 1_000_000, "--idle is not from 0 to 1000000");
        require(active > 0 && active <= 1_000_000, "--active is not from 1 to 1000000");
        require(seconds > 0, "--seconds has to be at least 1");
        long needed = 2L * (idle + active) + OTHER_FDS;
        long limit = openFilesLimit();
        require(needed <= limit, "both ends of all connections are " + needed + " open files, and this process may"
                + " have " + limit + ": raise ulimit -n, or give a smaller --idle");

        System.out.printf(Locale.ROOT,
                "%d idle connections, %d that echo %d bytes, %d s each%n%n%-10s %12s %14s %16s%n",
                idle, active, REQUEST_BYTES, seconds, "backend", "requests/s", "server CPU", "CPU per request");
        try (StopSignal stop = new StopSignal()) {
            for (Backend backend : backends) {
                Stdio.check(); // else nobody is left to print for
                Result r = measure(backend, (int) needed, stop.eventFd);
                if (r == null) {
                    return 0; // the signal decides
                }
                System.out.printf(Locale.ROOT, "%-10s %12.0f %9.2f s %2d%% %13.1f µs%n", backend,
                        r.requests * (double) NANOS / r.nanos, r.cpuNanos / (double) NANOS, 100 * r.cpuNanos / r.nanos,
                        r.cpuNanos / 1000.0 / r.requests);
            }
        }
        return 0;
    }

    /** Runs the server on a thread of its own, and its clients here; null if stopped before the end. */
    private Result measure(Backend backend, int fdSetSize, EventFd stop) throws IOException, InterruptedException {
        try (Listener listener = Listener.open(InetAddress.getLoopbackAddress(), 0); EventFd done = EventFd.create()) {
            EchoServer.Options options = new EchoServer.Options(64 * 1024, fdSetSize, false);
            FutureTask<Void> server = new FutureTask<>(() -> {
                try (EchoServer echo = backend.open(listener, done, options)) {
                    echo.run();
                }
                return null;
            });
            Thread.ofPlatform().name("server").start(server);
            try (Clients clients = new Clients(stop)) {
                clients.connect(listener, idle, active);
                if (clients.echoFor(NANOS) < 0) {
                    return null;
                }
                ThreadMXBean threads = ManagementFactory.getThreadMXBean();
                long start = System.nanoTime();
                long cpuStart = cpuOfOthers(threads);
                long requests = clients.echoFor(seconds * NANOS);
                long cpuEnd = cpuOfOthers(threads);
                return requests < 0 ? null : new Result(requests, System.nanoTime() - start, cpuEnd - cpuStart);
            } finally {
                done.write(1);
                join(server);
            }
        }
    }

    /** If the server has failed, that is why the clients have, or why nothing was answered. */
    private static void join(FutureTask<Void> server) throws IOException, InterruptedException {
        try {
            server.get();
        } catch (ExecutionException e) {
            throw new IOException("the server has failed: " + e.getCause().getMessage(), e);
        }
    }

    /** Of all threads but the clients', which is this one: virtual threads run on some that the JVM has started. */
    private static long cpuOfOthers(ThreadMXBean threads) {
        return LongStream.of(threads.getAllThreadIds()).filter(id -> id != Thread.currentThread().threadId())
                .map(threads::getThreadCpuTime).filter(nanos -> nanos > 0).sum();
    }

    /** The clients: the active ones have one request under way each. */
    private static final class Clients implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private final Epoll epoll = Epoll.create();
        private final EpollEvents events = EpollEvents.allocate(arena, 256);
        private final MemorySegment request = arena.allocate(REQUEST_BYTES);
        private final MemorySegment answer = arena.allocate(REQUEST_BYTES);
        private final List<SocketFd> idle = new ArrayList<>();
        private final List<SocketFd> active = new ArrayList<>();
        private long[] missing;
        private final EventFd stop;

        Clients(EventFd stop) throws IOException {
            this.stop = stop;
            epoll.add(stop, Epoll.EPOLLIN, -1);
        }

        void connect(Listener listener, int idleCount, int activeCount) throws IOException {
            for (int i = 0; i < idleCount; i++) {
                idle.add(connect(listener));
            }
            missing = new long[activeCount];
            for (int i = 0; i < activeCount; i++) {
                SocketFd socket = connect(listener);
                active.add(socket);
                socket.setsockopt(SocketFd.IPPROTO_TCP, SocketFd.TCP_NODELAY, 1);
                epoll.add(socket, Epoll.EPOLLIN, i);
                send(i);
            }
        }

        private static SocketFd connect(Listener listener) throws IOException {
            SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC);
            socket.connect(listener.address());
            return socket;
        }

        private void send(int i) throws IOException {
            active.get(i).write(request);
            missing[i] = REQUEST_BYTES;
        }

        /** How many requests were answered, or -1 if the program is told to stop. */
        long echoFor(long nanos) throws IOException {
            long requests = 0;
            for (long end = System.nanoTime() + nanos; end - System.nanoTime() > 0;) {
                int n = epoll.awaitNanos(events, Math.max(0, end - System.nanoTime()));
                for (int k = 0; k < n; k++) {
                    int i = events.fd(k);
                    if (i < 0) {
                        return -1;
                    }
                    long bytes = active.get(i).read(answer.asSlice(0, missing[i]));
                    if (bytes == 0) {
                        throw new IOException("the server has closed a connection");
                    }
                    missing[i] -= bytes;
                    if (missing[i] == 0) {
                        requests++;
                        send(i);
                    }
                }
            }
            return requests;
        }

        @Override
        public void close() throws IOException {
            for (Fd socket : idle) {
                socket.close();
            }
            for (Fd socket : active) {
                epoll.remove(socket);
                socket.close();
            }
            epoll.close();
            arena.close();
        }
    }

    /** The soft limit of RLIMIT_NOFILE; the JVM has raised it to the hard one when it started. */
    private static long openFilesLimit() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            String soft = lines.filter(line -> line.startsWith("Max open files")).findFirst().orElseThrow()
                    .split(" +")[3];
            return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
        }
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), complaint);
        }
    }
}
