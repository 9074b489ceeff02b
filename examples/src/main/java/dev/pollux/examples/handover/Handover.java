package dev.pollux.examples.handover;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.SocketFd;
import dev.pollux.SocketPair;
import dev.pollux.Sockopt;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code handover}: answers each line with its process id and the line. */
@Command(name = "handover",
        description = "A server that, started once more, takes the listening socket and all live connections over from"
                + " the one that runs, which then ends: no client notices.",
        footer = {"", "Try: examples/run handover --socket /tmp/handover & nc localhost 7000, and then the same command"
            + " again.", "", "Ends with 0 when a successor has taken over, 130 after SIGINT, 143 after SIGTERM."})
public final class Handover implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int EVENTS = 64;

    @Mixin
    private ListenOptions options;

    @Option(names = "--socket", paramLabel = "PATH", required = true,
            description = "Where the successor finds the server that runs.")
    private Path path;

    private final Map<Integer, Connection> connections = new HashMap<>();
    private Listener listener;
    private Epoll epoll;

    @Override
    public Integer call() throws IOException {
        try (StopSignal stop = new StopSignal(); Epoll watching = Epoll.create()) {
            epoll = watching;
            List<Connection> taken = begin();
            try (SocketFd successors = successors()) {
                // from now on a successor finds it, too
                System.out.println("handover listening on " + ListenOptions.text(listener.address())
                        + ", pid " + ProcessHandle.current().pid() + ", connections taken over: " + taken.size());
                epoll.add(listener.socket, Epoll.EPOLLIN);
                for (Connection connection : taken) {
                    watch(connection);
                }
                epoll.add(successors, Epoll.EPOLLIN);
                epoll.add(stop.eventFd, Epoll.EPOLLIN);
                if (!serve(stop, successors)) {
                    Files.deleteIfExists(path);
                }
            } finally {
                listener.close();
                for (Connection connection : connections.values()) {
                    connection.close();
                }
            }
        }
        return 0;
    }

    /** From the predecessor, if there is one. */
    private List<Connection> begin() throws IOException {
        List<Connection> taken = List.of();
        SocketFd predecessor = predecessor();
        if (predecessor == null) {
            listener = options.listen();
        } else {
            try (Transfer transfer = new Transfer(predecessor)) {
                Transfer.Taken all = transfer.take();
                listener = new Listener(all.listener());
                taken = all.connections();
            }
        }
        return taken;
    }

    private SocketFd socket() throws IOException {
        SocketFd socket = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_SEQPACKET, 0, SocketFd.SOCK_CLOEXEC);
        socket.setsockopt(Sockopt.SO_RCVTIMEO, PATIENCE);
        socket.setsockopt(Sockopt.SO_SNDTIMEO, PATIENCE);
        return socket;
    }

    private SocketFd predecessor() throws IOException {
        SocketFd socket = socket();
        try {
            socket.connect(UnixDomainSocketAddress.of(path));
            return socket;
        } catch (ErrnoException e) {
            socket.close();
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.ECONNREFUSED) {
                return null;
            }
            throw e;
        }
    }

    /** Under a name of its own first: then it takes the place of the predecessor's at once. */
    private SocketFd successors() throws IOException {
        Path own = path.resolveSibling(path.getFileName() + "." + ProcessHandle.current().pid());
        SocketFd socket = socket();
        try {
            socket.bind(UnixDomainSocketAddress.of(own));
            socket.listen(1);
            Files.move(own, path, StandardCopyOption.ATOMIC_MOVE);
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void watch(Connection connection) throws IOException {
        connections.put(connection.socket.fd(), connection);
        epoll.add(connection.socket, connection.hasUnsent() ? Epoll.EPOLLOUT : Epoll.EPOLLIN);
    }

    /** True if a successor has taken over. */
    private boolean serve(StopSignal stop, SocketFd successors) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, EVENTS);
            MemorySegment buffer = arena.allocate(Connection.ANSWER_BYTES);
            for (;;) {
                Stdio.check(); // else nobody is left to print for
                int n = epoll.await(events, Duration.ofNanos(listener.nanosToWait()));
                boolean successor = false;
                for (int i = 0; i < n; i++) {
                    int fd = events.fd(i);
                    if (fd == stop.eventFd.fd()) {
                        return false;
                    } else if (fd == successors.fd()) {
                        successor = true; // when the rest of these events is done with
                    } else if (fd == listener.socket.fd()) {
                        if (!listener.isPaused()) {
                            listener.accept(socket -> watch(new Connection(socket)));
                        }
                    } else if (connections.containsKey(fd)) {
                        serve(connections.get(fd), buffer);
                    }
                }
                if (successor && isGiven(successors)) {
                    return true;
                }
            }
        }
    }

    private void serve(Connection connection, MemorySegment buffer) throws IOException {
        boolean goesOn = false;
        try {
            goesOn = connection.serve(buffer);
            if (goesOn) {
                int fd = connection.socket.fd();
                epoll.modify(connection.socket, connection.hasUnsent() ? Epoll.EPOLLOUT : Epoll.EPOLLIN, fd);
            }
        } catch (IOException | OutOfMemoryError e) { // it concerns nobody else
            listener.lost(e);
            goesOn = false;
        }
        if (!goesOn) {
            connections.remove(connection.socket.fd());
            epoll.remove(connection.socket);
            connection.close();
            listener.resume();
        }
    }

    /** Nobody serves meanwhile: what clients send waits in their sockets, and new clients in the listener's queue. */
    private boolean isGiven(SocketFd successors) {
        try (Transfer transfer = new Transfer(accept(successors))) {
            transfer.give(listener.socket, connections.values());
            System.out.println("connections given away: " + connections.size());
            return true;
        } catch (IOException e) {
            listener.complain("no successor: " + e.getMessage());
            return false;
        }
    }

    private static SocketFd accept(SocketFd successors) throws IOException {
        SocketFd successor = successors.accept(SocketFd.SOCK_CLOEXEC);
        if (successor == null) {
            throw new IOException("whoever came is gone");
        }
        try (SocketPair pair = SocketPair.create()) {
            int self = pair.first().getsockopt(Sockopt.SO_PEERCRED).uid();
            int its = successor.getsockopt(Sockopt.SO_PEERCRED).uid();
            if (its != self && its != 0) {
                throw new IOException("user " + Integer.toUnsignedString(its) + " is somebody else");
            }
            successor.setsockopt(Sockopt.SO_RCVTIMEO, PATIENCE);
            successor.setsockopt(Sockopt.SO_SNDTIMEO, PATIENCE);
            return successor;
        } catch (IOException | RuntimeException e) {
            successor.close();
            throw e;
        }
    }
}
