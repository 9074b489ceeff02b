package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Poll.POLLRDHUP;
import static dev.pollux.SocketFd.AF_INET6;
import static dev.pollux.SocketFd.IN_PROGRESS;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.read;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** Memory for each test; listeners, connections, and the addresses of this machine. */
abstract class SocketFixture {
    Arena arena;
    MemorySegment buffer;

    @BeforeEach
    void open() {
        arena = Arena.ofShared();
        buffer = arena.allocate(64);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    static InetAddress ip(int... bytes) throws UnknownHostException {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        return InetAddress.getByAddress(address);
    }

    static InetSocketAddress loopback4(int port) throws UnknownHostException {
        return new InetSocketAddress(ip(127, 0, 0, 1), port);
    }

    static InetSocketAddress loopback6(int port) throws UnknownHostException {
        return new InetSocketAddress(ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), port);
    }

    static SocketFd listen(int domain, SocketAddress address) throws IOException {
        SocketFd listener = SocketFd.create(domain, SOCK_STREAM);
        try {
            listener.bind(address);
            listener.listen(16);
            return listener;
        } catch (ErrnoException e) {
            listener.close();
            throw e;
        }
    }

    static int port(SocketFd socket) throws IOException {
        return ((InetSocketAddress) socket.getsockname()).getPort();
    }

    static void assumeIpv6() throws IOException {
        try (SocketFd probe = SocketFd.create(AF_INET6, SOCK_STREAM)) {
            probe.bind(loopback6(0));
        } catch (ErrnoException e) {
            Assumptions.abort("no IPv6 here: " + e.getMessage());
        }
    }

    static SocketFd accept(SocketFd listener) throws IOException {
        ready(listener, POLLIN);
        SocketFd accepted = listener.accept();
        assertNotNull(accepted);
        return accepted;
    }

    /** Connects a non-blocking socket, however long it takes. */
    static void connect(SocketFd client, SocketAddress address) throws IOException {
        if (client.connect(address) == IN_PROGRESS) {
            ready(client, POLLOUT);
            assertEquals(0, client.takeError());
        }
    }

    /** Both ways through a connection from a client to a listener, and to the end of it. */
    static void assertConverses(SocketFd listener, SocketFd client) throws IOException {
        try (SocketFd server = accept(listener)) {
            assertNull(read(server));
            write(client, "ping");
            ready(server, POLLIN);
            assertEquals("ping", read(server));
            write(server, "pong");
            ready(client, POLLIN);
            assertEquals("pong", read(client));
            client.shutdown(SocketFd.SHUT_WR);
            assertEquals(POLLIN | POLLRDHUP, ready(server, POLLIN | POLLRDHUP));
            assertEquals("", read(server));
            write(server, "still");
            ready(client, POLLIN);
            assertEquals("still", read(client));
            assertErrno(Errno.EPIPE, () -> write(client, "x"));
        }
        ready(client, POLLIN);
        assertEquals("", read(client));
    }
}
