package dev.pollux.examples.inherit;

import dev.pollux.ErrnoException;
import dev.pollux.Fcntl;
import dev.pollux.FdSet;
import dev.pollux.SocketFd;
import dev.pollux.examples.echo.Backend;
import dev.pollux.examples.echo.EchoServer;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
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
    /** SD_LISTEN_FDS_START */
    private static final int FIRST = 3;
    private static final int BUFFER_SIZE = 64 * 1024;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int count = count();
        List<String> names = names(count);
        for (int i = 0; i < count; i++) {
            requireListening(FIRST + i);
        }
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            listeners.add(inherit(FIRST + i));
            System.out.println("echo (" + Escaped.of(names.get(i)) + ") listening on "
                    + Escaped.of(text(listeners.get(i).socket)) + ", pid " + ProcessHandle.current().pid());
        }
        Stdio.check();
        try (StopSignal stop = new StopSignal(); ExecutorService threads = Executors.newFixedThreadPool(count)) {
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

    /** LISTEN_FDS, if they are for this process. */
    private int count() {
        long count = number("LISTEN_FDS");
        long pid = number("LISTEN_PID");
        long own = ProcessHandle.current().pid();
        require(pid == own, "LISTEN_PID is " + pid + ", but this process is " + own
                + ": the sockets are not for it");
        require(count > 0 && count <= Integer.MAX_VALUE - FIRST, "LISTEN_FDS is " + count + ": there is no socket");
        return (int) count;
    }

    private long number(String variable) {
        String value = System.getenv(variable);
        require(value != null, variable + " is not set: nobody has passed a socket");
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ParameterException(command.commandLine(), variable + " is no number: '" + value + "'", e);
        }
    }

    /** LISTEN_FDNAMES, which may be missing. */
    private List<String> names(int count) {
        String all = System.getenv("LISTEN_FDNAMES");
        if (all == null) {
            return Collections.nCopies(count, "unknown");
        }
        List<String> names = List.of(all.split(":", -1));
        require(names.size() == count, "LISTEN_FDNAMES has " + names.size() + " names, but LISTEN_FDS is " + count);
        return names;
    }

    /** Before it is taken over: the number may be one of the JVM's own. */
    private void requireListening(int fd) {
        SocketFd socket = SocketFd.borrow(fd);
        try {
            require(socket.getsockopt(SocketFd.SOL_SOCKET, SocketFd.SO_ACCEPTCONN) == 1
                    && socket.getsockopt(SocketFd.SOL_SOCKET, SocketFd.SO_TYPE) == SocketFd.SOCK_STREAM,
                    "descriptor " + fd + " is a socket, but not a stream socket that listens");
        } catch (ErrnoException e) {
            throw new ParameterException(command.commandLine(),
                    "descriptor " + fd + " is no listening socket: " + e.getMessage(), e);
        }
    }

    private static Listener inherit(int fd) throws ErrnoException {
        SocketFd socket = SocketFd.adopt(fd);
        Fcntl.setCloseOnExec(socket, true);
        Fcntl.setNonBlocking(socket, true);
        return new Listener(socket);
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

    private static String text(SocketFd socket) throws ErrnoException {
        try {
            return socket.getsockname() instanceof InetSocketAddress address
                    ? ListenOptions.text(address) : socket.getsockname().toString();
        } catch (UnsupportedOperationException e) {
            return "an abstract address";
        }
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), complaint);
        }
    }
}
