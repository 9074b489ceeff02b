package dev.pollux;

import static dev.pollux.Poll.POLLERR;
import static dev.pollux.Poll.POLLHUP;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.IN_PROGRESS;
import static dev.pollux.SocketFd.IPPROTO_TCP;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.SocketFd.SOL_SOCKET;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.read;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What fails on a socket, which errno says so, and how often. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketErrorTest extends SocketFixture {
    @Test
    void socketsThatDoNotExistAreRefused() {
        assertErrno(Errno.EAFNOSUPPORT, () -> SocketFd.create(12_345, SOCK_STREAM));
        assertErrno(Errno.EPROTONOSUPPORT, () -> SocketFd.create(AF_INET, SOCK_STREAM, SocketFd.IPPROTO_UDP, 0));
        assertErrno(Errno.EINVAL, () -> SocketFd.create(AF_INET, SOCK_STREAM, 0, 1 << 30));
    }

    @Test
    void aRefusedConnectionIsSaidOnce() throws IOException {
        try (SocketFd bound = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            // bound and not listening: nobody else can take the port, and nobody answers on it
            bound.bind(loopback4(0));
            int error;
            try {
                assertEquals(IN_PROGRESS, client.connect(bound.getsockname()));
                assertNotEquals(0, ready(client, POLLOUT) & (POLLERR | POLLHUP));
                error = client.takeError();
            } catch (ErrnoException e) {
                error = e.errno();
            }
            assertEquals(Errno.ECONNREFUSED, error);
            assertEquals(0, client.takeError());
            SocketFd blocking = SocketFd.create(AF_INET, SOCK_STREAM, 0, SOCK_CLOEXEC);
            ErrnoException thrown = assertErrno(Errno.ECONNREFUSED, () -> blocking.connect(bound.getsockname()));
            assertTrue(thrown.call().startsWith("connect(fd=" + blocking.fd() + ", /127.0.0.1:"), thrown.call());
            blocking.close();
        }
    }

    @Test
    void aResetIsReportedOnceAndThenTheEnd() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0))) {
            SocketFd server;
            try (Socket client = new Socket(ip(127, 0, 0, 1), port(listener))) {
                server = accept(listener);
                client.setSoLinger(true, 0);
            }
            assertNotEquals(0, ready(server, POLLIN) & POLLERR);
            assertErrno(Errno.ECONNRESET, () -> server.read(buffer));
            assertEquals(0, server.read(buffer));
            assertErrno(Errno.EPIPE, () -> server.write(buffer));
            server.close();
        }
    }

    @Test
    void aResetCanBeTakenAsTheErrorInstead() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0))) {
            SocketFd server;
            try (Socket client = new Socket(ip(127, 0, 0, 1), port(listener))) {
                server = accept(listener);
                client.setSoLinger(true, 0);
            }
            ready(server, POLLIN);
            assertEquals(Errno.ECONNRESET, server.takeError());
            assertEquals(0, server.takeError());
            server.close();
        }
    }

    @Test
    void anAddressInUseComesWithAdvice(@TempDir Path folder) throws IOException {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (SocketFd listener = listen(AF_INET, loopback4(0)); SocketFd second = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd first = listen(AF_UNIX, path); SocketFd third = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            assertEquals(path, first.getsockname());
            for (Executable call : new Executable[] {
                () -> second.bind(listener.getsockname()), () -> third.bind(path)}) {
                ErrnoException thrown = assertErrno(Errno.EADDRINUSE, call);
                assertTrue(thrown.getMessage().contains("choose another"), thrown.getMessage());
                assertTrue(thrown.call().startsWith("bind(fd="), thrown.call());
            }
        }
    }

    @Test
    void callsOutOfPlaceCarryTheirErrno(@TempDir Path folder) throws IOException {
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd udp = SocketFd.create(AF_INET, SOCK_DGRAM);
                SocketFd unix = SocketFd.create(AF_UNIX, SOCK_STREAM); EventFd fd = EventFd.create();
                SocketFd noSocket = SocketFd.adopt(Fcntl.dup(fd).fd())) {
            assertErrno(Errno.EINVAL, socket::accept);
            assertErrno(Errno.EOPNOTSUPP, () -> udp.listen(1));
            assertErrno(Errno.EOPNOTSUPP, udp::accept);
            assertErrno(Errno.ENOTCONN, socket::getpeername);
            assertErrno(Errno.ENOTCONN, () -> socket.recv(buffer, 0));
            assertErrno(Errno.ENOTCONN, () -> socket.shutdown(SocketFd.SHUT_RDWR));
            assertErrno(Errno.EDESTADDRREQ, () -> udp.send(buffer, 0));
            assertErrno(Errno.ENOENT, () -> unix.connect(UnixDomainSocketAddress.of(folder.resolve("missing"))));
            assertErrno(Errno.EADDRNOTAVAIL, () -> socket.bind(new InetSocketAddress(ip(192, 0, 2, 1), 0)));
            Sockopt.Int unknown = new Sockopt.Int("SO_UNKNOWN", SocketFd.IPPROTO_TCP, 12_345);
            assertErrno(Errno.ENOPROTOOPT, () -> socket.getsockopt(unknown));
            assertErrno(Errno.ENOPROTOOPT, () -> socket.setsockopt(unknown, 1));
            for (Executable call : new Executable[] {() -> noSocket.listen(1), noSocket::accept, noSocket::takeError,
                noSocket::disconnect, noSocket::getsockname, noSocket::getpeername, () -> noSocket.bind(loopback4(0)),
                () -> noSocket.connect(loopback4(1)), () -> noSocket.shutdown(0), () -> noSocket.recv(buffer, 0),
                () -> noSocket.send(buffer, 0), () -> noSocket.setsockopt(Sockopt.SO_RCVBUF, 1)}) {
                assertErrno(Errno.ENOTSOCK, call);
            }
        }
    }

    @Test
    void aConnectWithoutAFreeLocalPortIsAnErrorAndNotOneToRepeat() throws IOException {
        Sockopt.Int ipLocalPortRange = new Sockopt.Int("IP_LOCAL_PORT_RANGE", SocketFd.IPPROTO_IP, 51); // Linux 6.3
        try (SocketFd taken = SocketFd.create(AF_INET, SOCK_DGRAM);
                SocketFd client = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            taken.bind(new InetSocketAddress(ip(0, 0, 0, 0), 0));
            int port = port(taken);
            try {
                client.setsockopt(ipLocalPortRange, port << 16 | port);
            } catch (ErrnoException e) {
                assertEquals(Errno.ENOPROTOOPT, e.errno());
                Assumptions.abort("this kernel cannot be told which ports to choose from");
            }
            ErrnoException thrown = assertErrno(Errno.EAGAIN, () -> client.connect(loopback4(port)));
            assertTrue(thrown.call().startsWith("connect("), thrown.call());
        }
    }

    @Test
    void connectingTwiceIsAnError() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            connect(client, listener.getsockname());
            try (SocketFd server = accept(listener)) {
                // the first call after a connection in the background only says that it is there
                client.connect(listener.getsockname());
                assertErrno(Errno.EISCONN, () -> client.connect(listener.getsockname()));
                assertEquals(client.getsockname(), server.getpeername());
            }
        }
    }

    @Test
    void anAddressThatDoesNotFitTheDomainIsRefused(@TempDir Path folder) throws IOException {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (SocketFd ipv4 = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd unix = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            for (Executable call : new Executable[] {() -> ipv4.bind(path), () -> ipv4.connect(path),
                () -> unix.bind(loopback4(0)), () -> unix.connect(loopback4(1)), () -> ipv4.connect(loopback6(1)),
                () -> ipv4.bind(loopback6(0)),
                () -> ipv4.connect(InetSocketAddress.createUnresolved("localhost", 1))}) {
                assertThrows(IllegalArgumentException.class, call);
            }
            assertFalse(Files.exists(path.getPath()));
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        SocketFd closed = SocketFd.create(AF_INET, SOCK_STREAM);
        closed.close();
        for (Executable call : new Executable[] {() -> closed.bind(loopback4(0)), () -> closed.listen(1),
                closed::accept,
            () -> closed.connect(loopback4(1)), closed::takeError, () -> closed.shutdown(0),
            () -> closed.recv(buffer, 0), () -> closed.send(buffer, 0), () -> closed.getsockopt(SOL_SOCKET, 1, buffer),
            () -> closed.setsockopt(SOL_SOCKET, 1, buffer), () -> closed.getsockopt(Sockopt.SO_TYPE),
            () -> closed.getsockopt(Sockopt.SO_COOKIE), () -> closed.getsockopt(Sockopt.SO_LINGER),
            () -> closed.setsockopt(Sockopt.SO_MARK, 1), () -> closed.setsockopt(Sockopt.SO_REUSEADDR, true),
            () -> closed.setsockopt(Sockopt.SO_BINDTODEVICE, "lo"), closed::disconnect,
            closed::getsockname, closed::getpeername}) {
            assertClosed(call);
        }
    }

    @Test
    void aSignalLeavesABlockingTcpConnectInProgress() throws Exception {
        try (SocketFd listener = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd queued = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM, 0, SOCK_CLOEXEC)) {
            listener.bind(loopback4(0));
            listener.listen(0);
            connect(queued, listener.getsockname());
            ready(listener, POLLIN);
            try (Signals.Storm _ = Signals.storm(1_000_000)) {
                assertEquals(IN_PROGRESS, client.connect(listener.getsockname()));
            }
            accept(listener).close();
            // the kernel asks again after a second
            assertEquals(POLLOUT, ready(client, POLLOUT));
            assertEquals(0, client.takeError());
            accept(listener).close();
        }
    }

    @Test
    void aDatagramThatNobodyTakesIsAnErrorOnce() throws IOException {
        try (SocketFd client = SocketFd.create(AF_INET, SOCK_DGRAM);
                SocketFd other = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            // it keeps the port from others, and takes datagrams from itself only
            other.bind(loopback4(0));
            other.connect(other.getsockname());
            client.connect(other.getsockname());
            client.send(buffer, 0);
            assertNotEquals(0, ready(client, POLLIN) & POLLERR);
            assertErrno(Errno.ECONNREFUSED, () -> client.recv(buffer, 0));
            assertEquals(Fd.WOULD_BLOCK, client.recv(buffer, 0));
        }
    }
}
