package dev.pollux.examples.workers;

import dev.pollux.Epoll;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import dev.pollux.examples.loop.Loop;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** HTTP by a pool behind a loop, or by several loops: the command {@code workers}. */
@Command(name = "workers",
        description = "An HTTP/1.1 server: GET / says hello, POST /hash answers with the SHA-256 of the body, GET"
                + " /files/NAME is a file of --directory.",
        footer = {"", "Ends when what was begun is answered, after 4 seconds at most: with 130 after SIGINT, 143 after"
                + " SIGTERM. It says then how many connections each loop has accepted."})
public final class Workers implements Callable<Integer> {
    /** Who does the work. */
    enum Shape { pool, reuseport, exclusive }

    @Spec
    private CommandSpec command;

    @Mixin
    private ListenOptions where;

    @Option(names = "--shape", paramLabel = "NAME", defaultValue = "pool",
            description = "pool: one thread waits, others work. reuseport: each thread waits and works by itself, with a"
                    + " listener of its own (SO_REUSEPORT); exclusive: the same, with one listener for all"
                    + " (EPOLLEXCLUSIVE) (default: ${DEFAULT-VALUE}).")
    private Shape shape;

    @Option(names = "--threads", paramLabel = "N", description = "How many work (default: one for each processor).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--queue", paramLabel = "N", defaultValue = "64",
            description = "pool: how many requests may wait for a worker before reading stops (default:"
                    + " ${DEFAULT-VALUE}).")
    private int queue;

    @Option(names = "--patience", paramLabel = "TIME", defaultValue = "PT10S",
            description = "pool: how long a worker may take for an answer, as ISO 8601 has it (default:"
                    + " ${DEFAULT-VALUE}).")
    private Duration patience;

    @Option(names = "--idle", paramLabel = "TIME", defaultValue = "PT1M",
            description = "How long a client may take for a request, or to read an answer (default: ${DEFAULT-VALUE}).")
    private Duration idle;

    @Option(names = "--body", paramLabel = "BYTES", defaultValue = "1048576",
            description = "The longest body of a request (default: ${DEFAULT-VALUE}).")
    private int mostBody;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "1000",
            description = "How many clients each loop takes at once (default: ${DEFAULT-VALUE}).")
    private int connections;

    @Option(names = "--directory", paramLabel = "DIR", description = "Whose files to serve (default: none).")
    private Path directory;

    @Option(names = "--faults", description = "pool: also serves /throw, /hang, and /deaf, which hangs and ignores interrupts.")
    private boolean faults;

    @Override
    public Integer call() throws Exception {
        require(threads > 0 && threads <= 1000, "--threads is not from 1 to 1000");
        require(queue > 0, "--queue is not positive");
        require(patience.isPositive() && patience.toDays() < 365, "--patience is not more than 0 and less than a year");
        require(idle.isPositive(), "--idle is not positive");
        require(mostBody >= 0 && mostBody <= 1 << 30, "--body is not from 0 to " + (1 << 30));
        require(connections > 0, "--connections is not positive");
        require(directory == null || Files.isDirectory(directory), "--directory is not a directory");
        require(!faults || shape == Shape.pool, "--faults is for --shape pool only");
        try (StopSignal stop = new StopSignal(); Listener listener = where.listen(shape == Shape.reuseport)) {
            System.out.println("workers (" + shape + ", " + threads + ") listening on "
                    + ListenOptions.text(listener.address()) + ", pid " + ProcessHandle.current().pid());
            Stdio.check();
            if (shape == Shape.pool) {
                runPool(stop, listener);
            } else {
                runLoops(stop, listener);
            }
            Stdio.check();
        }
        return 0;
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), complaint);
        }
    }

    private HttpServer server(Loop loop, Listener listener, int events, Pool pool, Arena arena) throws IOException {
        return new HttpServer(loop, listener, events, new Site(directory, faults), pool,
                new HttpServer.Limits(idle, mostBody, connections), arena);
    }

    private void runPool(StopSignal stop, Listener listener) throws IOException {
        try (Arena arena = Arena.ofConfined(); Loop loop = new Loop((_, e) -> listener.lost(e));
                Pool pool = new Pool(loop, threads, queue, patience)) {
            HttpServer server = server(loop, listener, Epoll.EPOLLIN, pool, arena);
            loop.watch(stop.eventFd, Epoll.EPOLLIN, _ -> {
                stop.eventFd.read();
                server.drain();
            });
            loop.run();
            System.out.println("accepted " + server.accepted());
        }
    }

    /** One of the loops, and its thread. */
    private final class Worker implements Runnable {
        private final Listener listener;
        private final StopSignal stop;
        private final CompletableFuture<Loop> ready = new CompletableFuture<>();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        private final Thread thread;
        private volatile HttpServer server;

        Worker(Listener listener, int number, StopSignal stop) {
            this.listener = listener;
            this.stop = stop;
            thread = Thread.ofPlatform().name("loop-" + number).start(this);
        }

        @Override
        public void run() {
            try (Arena arena = Arena.ofConfined(); Loop loop = new Loop((_, e) -> listener.lost(e))) {
                int exclusive = shape == Shape.exclusive ? Epoll.EPOLLEXCLUSIVE : 0;
                server = server(loop, listener, Epoll.EPOLLIN | exclusive, null, arena);
                ready.complete(loop);
                loop.run();
            } catch (Throwable e) {
                failure.set(e);
            }
            ready.complete(null);
            try {
                stop.eventFd.write(1); // if it ends by itself, so do all: its listener would have connections still
            } catch (IOException e) {
                listener.lost(e);
            }
        }

        void drain() {
            Loop loop = ready.join();
            if (loop != null) {
                try {
                    loop.post(server::drain);
                } catch (RejectedExecutionException e) {
                    // it has ended
                }
            }
        }
    }

    private void runLoops(StopSignal stop, Listener first) throws Exception {
        List<Listener> listeners = new ArrayList<>(List.of(first));
        List<Worker> workers = new ArrayList<>();
        try {
            for (int i = 1; i < threads; i++) { // all of them first: connections go to whoever listens
                listeners.add(shape == Shape.reuseport
                        ? Listener.open(first.address().getAddress(), first.address().getPort(), true)
                        : new Listener(SocketFd.borrow(first.socket.fd())));
            }
            for (Listener listener : listeners) {
                workers.add(new Worker(listener, workers.size() + 1, stop));
            }
            stop.eventFd.await(Poll.POLLIN);
        } finally {
            for (Worker worker : workers) {
                worker.drain();
            }
            for (Worker worker : workers) {
                worker.thread.join();
            }
            for (Listener listener : listeners) {
                listener.close();
            }
        }
        for (Worker worker : workers) {
            if (worker.failure.get() != null) {
                throw new IOException(worker.thread.getName() + " ended: " + worker.failure.get(), worker.failure.get());
            }
        }
        System.out.println("accepted " + workers.stream().map(worker -> Long.toString(worker.server.accepted()))
                .collect(Collectors.joining(" ")));
    }
}
