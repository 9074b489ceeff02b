package dev.pollux.examples.notify;

import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import dev.pollux.UnixAbstractAddress;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The socket NOTIFY_SOCKET, to which a service writes how it is, a datagram each time. See sd_notify(3). */
final class NotifySocket implements Closeable {
    /** A manager that does not read for so long is not waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final SocketFd socket;

    private NotifySocket(SocketFd socket) {
        this.socket = socket;
    }

    /** Connects to it: a path, or a name without a file, which begins with an at sign. */
    static NotifySocket open(String name) throws IOException {
        SocketFd socket = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM, 0, SocketFd.SOCK_CLOEXEC);
        try {
            socket.setsockopt(Sockopt.SO_SNDTIMEO, PATIENCE);
            socket.connect(address(name));
            return new NotifySocket(socket);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static SocketAddress address(String name) throws IOException {
        return switch (name.isEmpty() ? 0 : name.charAt(0)) {
            case '/' -> UnixDomainSocketAddress.of(name);
            case '@' -> UnixAbstractAddress.of(name.substring(1));
            default -> throw new IOException(
                    "NOTIFY_SOCKET is '" + name + "': neither a path from the root on, nor a name after an @");
        };
    }

    /** Assignments, one a line, such as {@code READY=1}. */
    void send(String... assignments) throws IOException {
        byte[] text = String.join("\n", assignments).getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
            if (socket.send(message, SocketFd.MSG_NOSIGNAL) == Fd.WOULD_BLOCK) {
                throw new IOException("whoever has NOTIFY_SOCKET has not read it for " + PATIENCE.toSeconds() + " s");
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
