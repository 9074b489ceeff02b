package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.SocketFd.AF_INET6;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.IN_PROGRESS;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_NONBLOCK;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.read;
import static dev.pollux.Support.ready;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sockets and their connections. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketFdTest extends SocketFixture {
    // mio regressions issue_776, poll drop_cancels_interest_and_shuts_down; libuv poll_duplex, poll_unidirectional
    @Test
    void tcpOverIpv4() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            assertNotEquals(0, port(listener));
            assertEquals(IN_PROGRESS, client.connect(listener.getsockname()));
            assertEquals(POLLOUT, ready(client, POLLOUT));
            assertEquals(0, client.takeError());
            assertEquals(loopback4(port(listener)), client.getpeername());
            assertConverses(listener, client);
        }
    }

    @Test
    void tcpOverIpv6() throws IOException {
        assumeIpv6();
        try (SocketFd listener = listen(AF_INET6, loopback6(0));
                SocketFd client = SocketFd.create(AF_INET6, SOCK_STREAM)) {
            connect(client, loopback6(port(listener)));
            assertEquals(loopback6(port(listener)), client.getpeername());
            assertConverses(listener, client);
        }
    }

    @Test
    void anIpv6SocketTakesIpv4Addresses() throws IOException {
        assumeIpv6();
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                SocketFd client = SocketFd.create(AF_INET6, SOCK_STREAM)) {
            connect(client, loopback4(port(listener)));
            assertEquals(loopback4(port(listener)), client.getpeername());
            assertConverses(listener, client);
        }
    }

    @Test
    void anIpv6ListenerServesIpv4() throws IOException {
        assumeIpv6();
        try (SocketFd listener = listen(AF_INET6, loopback4(0));
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            assertEquals(loopback4(port(listener)), listener.getsockname());
            connect(client, loopback4(port(listener)));
            assertConverses(listener, client);
        }
    }

    @Test
    void aJavaClientIsServed() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                Socket client = new Socket(ip(127, 0, 0, 1), port(listener)); SocketFd server = accept(listener)) {
            assertEquals(client.getLocalSocketAddress(), server.getpeername());
            assertEquals(client.getRemoteSocketAddress(), server.getsockname());
        }
    }

    @Test
    void acceptGivesNullWhenNobodyWaits() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0))) {
            assertNull(listener.accept());
            assertNull(listener.accept(0));
        }
    }

    @Test
    void anAcceptedSocketHasTheFlagsAskedFor() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                Socket first = new Socket(ip(127, 0, 0, 1), port(listener)); SocketFd usual = accept(listener);
                Socket second = new Socket(ip(127, 0, 0, 1), port(listener))) {
            assertTrue(first.isConnected() && second.isConnected());
            assertTrue(Fcntl.isCloseOnExec(usual));
            assertTrue(Fcntl.isNonBlocking(usual));
            ready(listener, POLLIN);
            try (SocketFd plain = listener.accept(0)) {
                assertFalse(Fcntl.isCloseOnExec(plain));
                assertFalse(Fcntl.isNonBlocking(plain));
            }
            assertErrno(Errno.EINVAL, () -> listener.accept(1));
        }
    }

    @Test
    void aNewSocketHasTheFlagsAskedFor() throws IOException {
        try (SocketFd usual = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd plain = SocketFd.create(AF_INET, SOCK_DGRAM, SocketFd.IPPROTO_UDP, 0);
                SocketFd adopted = SocketFd.adopt(Fcntl.dup(plain).fd())) {
            assertTrue(Fcntl.isCloseOnExec(usual) && Fcntl.isNonBlocking(usual));
            assertFalse(Fcntl.isCloseOnExec(plain) || Fcntl.isNonBlocking(plain));
            assertFalse(Fcntl.isNonBlocking(adopted));
            assertEquals(AF_INET, usual.getsockopt(Sockopt.SO_DOMAIN));
            assertEquals(SOCK_STREAM, usual.getsockopt(Sockopt.SO_TYPE));
            assertEquals(SOCK_DGRAM, adopted.getsockopt(Sockopt.SO_TYPE));
            assertEquals(SocketFd.IPPROTO_UDP, plain.getsockopt(Sockopt.SO_PROTOCOL));
        }
    }

    @Test
    void disconnectedAStreamIsResetAndConnectsAgain() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            client.disconnect(); // from nobody
            connect(client, listener.getsockname());
            try (SocketFd server = accept(listener)) {
                client.disconnect();
                assertErrno(Errno.ENOTCONN, client::getpeername);
                ready(server, POLLIN);
                assertErrno(Errno.ECONNRESET, () -> server.read(buffer));
            }
            connect(client, listener.getsockname());
            assertConverses(listener, client);
            listener.disconnect();
            assertFalse(listener.getsockopt(Sockopt.SO_ACCEPTCONN));
        }
    }

    @Test
    void reuseportSharesAnAddress() throws IOException {
        try (SocketFd first = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd second = SocketFd.create(AF_INET, SOCK_STREAM)) {
            first.setsockopt(Sockopt.SO_REUSEPORT, true);
            second.setsockopt(Sockopt.SO_REUSEPORT, true);
            first.bind(loopback4(0));
            second.bind(first.getsockname());
            assertEquals(first.getsockname(), second.getsockname());
        }
    }

    @Test
    void v6onlyKeepsIpv4Away() throws IOException {
        assumeIpv6();
        try (SocketFd socket = SocketFd.create(AF_INET6, SOCK_STREAM, 0, SOCK_CLOEXEC | SOCK_NONBLOCK)) {
            socket.setsockopt(Sockopt.IPV6_V6ONLY, true);
            assertErrno(Errno.ENETUNREACH, () -> socket.connect(loopback4(1)));
        }
    }
}
