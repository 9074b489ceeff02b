package dev.pollux.examples.inherit;

import dev.pollux.FdSet;
import dev.pollux.examples.echo.Backend;
import dev.pollux.examples.echo.EchoServer;
import dev.pollux.examples.shared.ListenFds;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The command {@code inherit}. Who starts it, systemd for example, has opened the sockets, and says by the environment
 * which descriptors they are and that they are for this process.
 */
@Command(name = "inherit",
        description = "The echo server by epoll, on listening sockets that are passed to it, as systemd does:"
                + " LISTEN_FDS of them, from descriptor 3 on, for the process LISTEN_PID.",
        footer = {"", "Try: systemd-socket-activate -l 7000 examples/run inherit",
            "Ends with 130 after SIGINT, 143 after SIGTERM."})
public final class Inherit implements Callable<Integer> {
    private static final int BUFFER_SIZE = 64 * 1024;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Listener> listeners = ListenFds.take("echo", command.commandLine());
        try (StopSignal stop = new StopSignal(); ExecutorService threads = Executors.newFixedThreadPool(listeners.size())) {
            List<Future<?>> servers = new ArrayList<>();
            for (Listener listener : listeners) {
                servers.add(threads.submit(() -> {
                    serve(listener, stop);
                    return null;
                }));
            }
            for (Future<?> server : servers) {
                server.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
        return 0;
    }

    /** Serves until the stop signal; if this listener fails, the others end too. */
    private static void serve(Listener listener, StopSignal stop) throws IOException {
        try (listener; EchoServer server = Backend.EPOLL.open(listener, stop.eventFd,
                new EchoServer.Options(BUFFER_SIZE, FdSet.FD_SETSIZE, false))) {
            server.run();
        } finally {
            stop.eventFd.write(1);
        }
    }
}
