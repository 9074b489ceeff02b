package dev.pollux;

import static dev.pollux.Poll.POLLERR;
import static dev.pollux.Poll.POLLHUP;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.Poll.POLLRDHUP;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_INET6;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.IN_PROGRESS;
import static dev.pollux.SocketFd.IPPROTO_TCP;
import static dev.pollux.SocketFd.MSG_DONTWAIT;
import static dev.pollux.SocketFd.MSG_OOB;
import static dev.pollux.SocketFd.MSG_PEEK;
import static dev.pollux.SocketFd.MSG_TRUNC;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_NONBLOCK;
import static dev.pollux.SocketFd.SOCK_SEQPACKET;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.SocketFd.SOL_SOCKET;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.read;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.text;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.SocketOptions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketFdTest {
    private Arena arena;
    private MemorySegment buffer;

    @BeforeEach
    void open() {
        arena = Arena.ofShared();
        buffer = arena.allocate(64);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static InetAddress ip(int... bytes) throws UnknownHostException {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        return InetAddress.getByAddress(address);
    }

    private static InetSocketAddress loopback4(int port) throws UnknownHostException {
        return new InetSocketAddress(ip(127, 0, 0, 1), port);
    }

    private static InetSocketAddress loopback6(int port) throws UnknownHostException {
        return new InetSocketAddress(ip(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1), port);
    }

    private static SocketFd listen(int domain, SocketAddress address) throws IOException {
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

    private static int port(SocketFd socket) throws IOException {
        return ((InetSocketAddress) socket.getsockname()).getPort();
    }

    private static void assumeIpv6() throws IOException {
        try (SocketFd probe = SocketFd.create(AF_INET6, SOCK_STREAM)) {
            probe.bind(loopback6(0));
        } catch (ErrnoException e) {
            Assumptions.abort("no IPv6 here: " + e.getMessage());
        }
    }

    private static SocketFd accept(SocketFd listener) throws IOException {
        ready(listener, POLLIN);
        SocketFd accepted = listener.accept();
        assertNotNull(accepted);
        return accepted;
    }

    /** Connects a non-blocking socket, however long it takes. */
    private static void connect(SocketFd client, SocketAddress address) throws IOException {
        if (client.connect(address) == IN_PROGRESS) {
            ready(client, POLLOUT);
            assertEquals(0, client.takeError());
        }
    }

    /** Both ways through a connection from a client to a listener, and to the end of it. */
    private static void assertConverses(SocketFd listener, SocketFd client) throws IOException {
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

    // connections

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
    void unixDomainStreams(@TempDir Path folder) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve(Support.fileName()));
        try (SocketFd listener = listen(AF_UNIX, address); SocketFd client = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            assertTrue(Files.exists(address.getPath()));
            assertEquals(0, client.connect(address));
            assertEquals(address, client.getpeername());
            assertEquals(address, listener.getsockname());
            assertEquals(UnixDomainSocketAddress.of(""), client.getsockname());
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
            assertEquals(AF_INET, usual.getsockopt(SOL_SOCKET, SocketFd.SO_DOMAIN));
            assertEquals(SOCK_STREAM, usual.getsockopt(SOL_SOCKET, SocketFd.SO_TYPE));
            assertEquals(SOCK_DGRAM, adopted.getsockopt(SOL_SOCKET, SocketFd.SO_TYPE));
            assertEquals(SocketFd.IPPROTO_UDP, plain.getsockopt(SOL_SOCKET, SocketFd.SO_PROTOCOL));
        }
    }

    // errors

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
            assertErrno(Errno.ENOPROTOOPT, () -> socket.getsockopt(SOL_SOCKET, 12_345));
            assertErrno(Errno.ENOPROTOOPT, () -> socket.setsockopt(IPPROTO_TCP, 12_345, 1));
            for (Executable call : new Executable[] {() -> noSocket.listen(1), noSocket::accept, noSocket::takeError,
                noSocket::disconnect, noSocket::getsockname, noSocket::getpeername, () -> noSocket.bind(loopback4(0)),
                () -> noSocket.connect(loopback4(1)), () -> noSocket.shutdown(0), () -> noSocket.recv(buffer, 0),
                () -> noSocket.send(buffer, 0), () -> noSocket.setsockopt(SOL_SOCKET, SocketFd.SO_RCVBUF, 1)}) {
                assertErrno(Errno.ENOTSOCK, call);
            }
        }
    }

    @Test
    void aConnectWithoutAFreeLocalPortIsAnErrorAndNotOneToRepeat() throws IOException {
        int ipLevel = 0;
        int ipLocalPortRange = 51; // Linux 6.3
        try (SocketFd taken = SocketFd.create(AF_INET, SOCK_DGRAM);
                SocketFd client = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            taken.bind(new InetSocketAddress(ip(0, 0, 0, 0), 0));
            int port = port(taken);
            try {
                client.setsockopt(ipLevel, ipLocalPortRange, port << 16 | port);
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
    void theLongestPathFitsAndALongerOneIsRefused(@TempDir Path folder) throws IOException {
        int room = 107 - folder.toString().length() - 1;
        Assumptions.assumeTrue(room > 0, "the folder of the test has too long a name");
        UnixDomainSocketAddress longest = UnixDomainSocketAddress.of(folder.resolve("x".repeat(room)));
        UnixDomainSocketAddress longer = UnixDomainSocketAddress.of(folder.resolve("x".repeat(room + 1)));
        try (SocketFd listener = listen(AF_UNIX, longest); SocketFd client = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            assertEquals(longest, listener.getsockname());
            assertEquals(0, client.connect(longest));
            String message = assertThrows(IllegalArgumentException.class, () -> client.bind(longer)).getMessage();
            assertTrue(message.contains("107") && message.contains("108"), message);
        }
    }

    @Test
    void theEmptyPathMakesUpAnAbstractName() throws IOException {
        try (SocketFd autobound = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            assertEquals(UnixDomainSocketAddress.of(""), autobound.getsockname());
            autobound.bind(UnixDomainSocketAddress.of(""));
            assertTrue(autobound.getsockname().toString().matches("@[0-9a-f]{5}"));
        }
    }

    @Test
    void abstractNamesNeedNoFileAndAreFreeAgain() throws IOException {
        String name = "pollux\0" + System.nanoTime();
        UnixAbstractAddress address = UnixAbstractAddress.of(name);
        for (int round = 0; round < 2; round++) {
            try (SocketFd listener = listen(AF_UNIX, address);
                    SocketFd client = SocketFd.create(AF_UNIX, SOCK_STREAM);
                    SocketFd other = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
                assertEquals(address, listener.getsockname());
                assertErrno(Errno.EADDRINUSE, () -> other.bind(address));
                assertErrno(Errno.ECONNREFUSED, () -> other.connect(UnixAbstractAddress.of(name + "\0")));
                assertEquals(0, client.connect(address));
                assertEquals(address, client.getpeername());
                assertConverses(listener, client);
            }
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        SocketFd closed = SocketFd.create(AF_INET, SOCK_STREAM);
        closed.close();
        for (Executable call : new Executable[] {() -> closed.bind(loopback4(0)), () -> closed.listen(1),
                closed::accept,
            () -> closed.connect(loopback4(1)), closed::takeError, () -> closed.shutdown(0),
            () -> closed.recv(buffer, 0), () -> closed.send(buffer, 0), () -> closed.getsockopt(SOL_SOCKET, 1),
            () -> closed.setsockopt(SOL_SOCKET, 1, 1), () -> closed.getsockopt(SOL_SOCKET, 1, buffer),
            () -> closed.setsockopt(SOL_SOCKET, 1, buffer), closed::disconnect,
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

    // bytes

    @Test
    void peekingLeavesTheBytes() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            write(pair.first(), "abc");
            assertEquals(2, pair.second().recv(buffer.asSlice(0, 2), MSG_PEEK));
            assertEquals("ab", text(buffer, 2));
            assertEquals("abc", read(pair.second()));
            assertEquals(Fd.WOULD_BLOCK, pair.second().recv(buffer, MSG_PEEK));
        }
    }

    @Test
    void dontwaitAppliesToOneCall() throws IOException {
        try (SocketPair pair = SocketPair.create(AF_UNIX, SOCK_STREAM, 0, SOCK_CLOEXEC)) {
            assertEquals(Fd.WOULD_BLOCK, pair.first().recv(buffer, MSG_DONTWAIT));
            assertFalse(Fcntl.isNonBlocking(pair.first()));
            MemorySegment much = arena.allocate(1 << 20);
            long sent = 0;
            long n;
            while ((n = pair.first().send(much, MSG_DONTWAIT)) > 0) {
                sent += n;
            }
            assertEquals(Fd.WOULD_BLOCK, n);
            assertTrue(sent > 0);
        }
    }

    // libuv poll_oob
    @Test
    void outOfBandDataPassesBesideTheStream() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            connect(client, listener.getsockname());
            try (SocketFd server = accept(listener)) {
                assertErrno(Errno.EINVAL, () -> server.recv(buffer, MSG_OOB));
                assertEquals(2, client.send(bytes(arena, "ab"), 0));
                assertEquals(1, client.send(bytes(arena, "!"), MSG_OOB));
                assertEquals(POLLPRI, ready(server, POLLPRI));
                assertEquals(1, server.recv(buffer, MSG_OOB));
                assertEquals("!", text(buffer, 1));
                ready(server, POLLIN);
                assertEquals("ab", read(server));
            }
        }
    }

    @Test
    void outOfBandDataCanBeLeftInTheStream() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            connect(client, listener.getsockname());
            try (SocketFd server = accept(listener)) {
                server.setsockopt(SOL_SOCKET, SocketFd.SO_OOBINLINE, 1);
                assertEquals(1, client.send(bytes(arena, "!"), MSG_OOB));
                ready(server, POLLIN);
                assertEquals("!", read(server));
                assertErrno(Errno.EINVAL, () -> server.recv(buffer, MSG_OOB));
            }
        }
    }

    @Test
    void heapAndReadOnlyMemoryIsRefused() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            MemorySegment heap = MemorySegment.ofArray(new byte[1]);
            assertThrows(IllegalArgumentException.class, () -> pair.first().send(heap, 0));
            assertThrows(IllegalArgumentException.class, () -> pair.first().recv(heap, 0));
            assertThrows(IllegalArgumentException.class, () -> pair.first().recv(buffer.asReadOnly(), 0));
            assertEquals(64, pair.first().send(buffer.asReadOnly(), 0));
        }
    }

    @Test
    void sendingToAGonePeerIsEpipe() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            pair.second().close();
            assertErrno(Errno.EPIPE, () -> pair.first().send(buffer, 0));
            assertErrno(Errno.EPIPE, () -> pair.first().send(buffer, SocketFd.MSG_NOSIGNAL));
        }
    }

    @Test
    void shuttingDownReadingIsTheEnd() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            pair.first().shutdown(SocketFd.SHUT_RD);
            assertEquals("", read(pair.first()));
            write(pair.first(), "x");
            assertErrno(Errno.EPIPE, () -> write(pair.second(), "x"));
            pair.first().shutdown(SocketFd.SHUT_RDWR);
            assertEquals("x", read(pair.second()));
            assertEquals("", read(pair.second()));
            assertErrno(Errno.EINVAL, () -> pair.first().shutdown(3));
        }
    }

    // datagrams

    @Test
    void datagramsKeepTheirBounds() throws IOException {
        try (SocketFd first = SocketFd.create(AF_INET, SOCK_DGRAM);
                SocketFd second = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            first.bind(loopback4(0));
            second.bind(loopback4(0));
            assertEquals(0, first.connect(second.getsockname()));
            assertEquals(0, second.connect(first.getsockname()));
            assertEquals(Fd.WOULD_BLOCK, second.recv(buffer, 0));
            assertEquals(5, first.send(bytes(arena, "hello"), 0));
            assertEquals(0, first.send(arena.allocate(0), 0));
            assertEquals(3, first.write(bytes(arena, "you")));
            ready(second, POLLIN);
            assertEquals(5, second.recv(buffer.asSlice(0, 2), MSG_PEEK | MSG_TRUNC));
            assertEquals(2, second.recv(buffer.asSlice(0, 2), 0));
            assertEquals("he", text(buffer, 2));
            ready(second, POLLIN);
            assertEquals(0, second.recv(buffer, 0));
            ready(second, POLLIN);
            assertEquals("you", read(second));
            assertEquals(Fd.WOULD_BLOCK, second.recv(buffer, 0));
            assertErrno(Errno.EMSGSIZE, () -> first.send(arena.allocate(70_000), 0));
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

    @Test
    void aFullUnixQueueIsNotAConnectionInProgress(@TempDir Path folder) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (SocketFd listener = SocketFd.create(AF_UNIX, SOCK_SEQPACKET)) {
            listener.bind(address);
            listener.listen(0);
            List<SocketFd> clients = new ArrayList<>();
            int result;
            do {
                clients.add(SocketFd.create(AF_UNIX, SOCK_SEQPACKET));
                result = clients.getLast().connect(address);
            } while (result == 0 && clients.size() < 10_000);
            assertEquals(Fd.WOULD_BLOCK, result);
            assertErrno(Errno.ENOTCONN, () -> clients.getLast().send(buffer, 0));
            accept(listener).close();
            assertEquals(0, clients.getLast().connect(address));
            for (SocketFd client : clients) {
                client.close();
            }
        }
    }

    // options

    @Test
    void optionsAreSetAndRead() throws IOException {
        try (SocketFd listener = listen(AF_INET, loopback4(0));
                SocketFd socket = SocketFd.create(AF_INET, SOCK_STREAM)) {
            assertEquals(0, socket.getsockopt(IPPROTO_TCP, SocketFd.TCP_NODELAY));
            socket.setsockopt(IPPROTO_TCP, SocketFd.TCP_NODELAY, 1);
            assertNotEquals(0, socket.getsockopt(IPPROTO_TCP, SocketFd.TCP_NODELAY));
            socket.setsockopt(SOL_SOCKET, SocketFd.SO_RCVBUF, 10_000);
            assertEquals(20_000, socket.getsockopt(SOL_SOCKET, SocketFd.SO_RCVBUF));
            socket.setsockopt(IPPROTO_TCP, SocketFd.TCP_KEEPIDLE, 77);
            assertEquals(77, socket.getsockopt(IPPROTO_TCP, SocketFd.TCP_KEEPIDLE));
            socket.setsockopt(IPPROTO_TCP, SocketFd.TCP_USER_TIMEOUT, 1234);
            assertEquals(1234, socket.getsockopt(IPPROTO_TCP, SocketFd.TCP_USER_TIMEOUT));
            assertEquals(0, socket.getsockopt(SOL_SOCKET, SocketFd.SO_ACCEPTCONN));
            assertEquals(1, listener.getsockopt(SOL_SOCKET, SocketFd.SO_ACCEPTCONN));
            assertErrno(Errno.EINVAL, () -> socket.setsockopt(IPPROTO_TCP, SocketFd.TCP_KEEPCNT, -1));
        }
    }

    private static final int SO_LINGER = 13;
    private static final int SO_GET_FILTER = 26;
    private static final int TCP_INFO = 11;
    private static final int TCP_CONGESTION = 13;

    @Test
    void aValueThatIsNoIntIsNotCutToOne() throws IOException {
        int noBytes = 25; // SO_BINDTODEVICE, of a socket that is bound to none
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_STREAM)) {
            for (int[] wide : new int[][] {{SOL_SOCKET, SO_LINGER}, {SOL_SOCKET, 17}, {SOL_SOCKET, 20},
                {SOL_SOCKET, 57}, {SOL_SOCKET, noBytes}, {IPPROTO_TCP, TCP_INFO}, {IPPROTO_TCP, TCP_CONGESTION}}) {
                String message = assertThrows(IllegalArgumentException.class,
                        () -> socket.getsockopt(wide[0], wide[1])).getMessage();
                assertTrue(message.startsWith("level=" + wide[0] + ", optname=" + wide[1] + ": the value is no int")
                        && message.contains("getsockopt(level, option, MemorySegment)"), message);
            }
            int multicastTtl = 33; // of IPPROTO_IP, a byte where there is room for one only
            try (SocketFd udp = SocketFd.create(AF_INET, SOCK_DGRAM)) {
                udp.setsockopt(0, multicastTtl, 200);
                assertEquals(200, udp.getsockopt(0, multicastTtl));
            }
        }
    }

    @Test
    void valuesOfAnyTypeAreSetAndRead() throws IOException {
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_STREAM)) {
            MemorySegment linger = MemorySegment.ofArray(new int[] {1, 7});
            socket.setsockopt(SOL_SOCKET, SO_LINGER, linger);
            MemorySegment value = arena.allocate(64);
            assertEquals(8, socket.getsockopt(SOL_SOCKET, SO_LINGER, value));
            assertEquals(-1, linger.mismatch(value.asSlice(0, 8)));
            // what does not fit is cut, and nothing is written beyond
            value.fill((byte) 0x55);
            assertEquals(4, socket.getsockopt(SOL_SOCKET, SO_LINGER, value.asSlice(0, 4)));
            assertEquals(0x55, value.get(ValueLayout.JAVA_BYTE, 4));
            assertEquals(0, socket.getsockopt(SOL_SOCKET, SO_LINGER, MemorySegment.NULL));
            assertEquals(16, socket.getsockopt(IPPROTO_TCP, TCP_CONGESTION, value));
            String name = value.getString(0);
            socket.setsockopt(IPPROTO_TCP, TCP_CONGESTION, MemorySegment.ofArray(name.getBytes()));
            assertTrue(socket.getsockopt(IPPROTO_TCP, TCP_INFO, arena.allocate(1024)) > 100);

            assertThrows(IllegalArgumentException.class,
                    () -> socket.getsockopt(SOL_SOCKET, SO_LINGER, value.asReadOnly()));
            socket.setsockopt(SOL_SOCKET, SO_LINGER, linger.asReadOnly());
            MemorySegment huge = arena.allocate((1 << 20) + 1);
            assertThrows(IllegalArgumentException.class, () -> socket.getsockopt(SOL_SOCKET, SO_LINGER, huge));
            assertThrows(IllegalArgumentException.class, () -> socket.setsockopt(SOL_SOCKET, SO_LINGER, huge));
            ErrnoException thrown = assertErrno(Errno.EINVAL,
                    () -> socket.setsockopt(SOL_SOCKET, SO_LINGER, value.asSlice(0, 4)));
            assertEquals("setsockopt(fd=" + socket.fd() + ", level=1, optname=13, optlen=4)", thrown.call());
        }
    }

    /** Its length counts instructions of 8 bytes, so that the kernel writes more bytes than it is told there are. */
    @Test
    void aFilterIsReadWithoutWritingBeyondTheMemory() throws IOException {
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            int instructions = 16;
            MemorySegment program = arena.allocate(instructions * 8L, 8); // struct sock_filter: return 0xffff
            for (int i = 0; i < instructions; i++) {
                program.set(ValueLayout.JAVA_SHORT, i * 8L, (short) 6);
                program.set(ValueLayout.JAVA_INT, i * 8L + 4, 0xffff);
            }
            MemorySegment filter = arena.allocate(16, 8); // struct sock_fprog
            filter.set(ValueLayout.JAVA_SHORT, 0, (short) instructions);
            filter.set(ValueLayout.ADDRESS, 8, program);
            socket.setsockopt(SOL_SOCKET, SO_GET_FILTER, filter);
            MemorySegment value = arena.allocate(64);
            value.fill((byte) 0x55);
            assertEquals(instructions, socket.getsockopt(SOL_SOCKET, SO_GET_FILTER, value.asSlice(0, instructions)));
            assertEquals(6, value.get(ValueLayout.JAVA_SHORT, 0));
            assertEquals(0x55, value.get(ValueLayout.JAVA_BYTE, instructions));
            assertThrows(IllegalArgumentException.class, () -> socket.getsockopt(SOL_SOCKET, SO_GET_FILTER));
        }
    }

    /** The level that an option with this name has. */
    private static int level(String option) {
        return option.startsWith("SO_") ? SOL_SOCKET
                : option.startsWith("TCP_") ? IPPROTO_TCP
                : option.startsWith("IPV6_") ? SocketFd.IPPROTO_IPV6 : -1;
    }

    @Test
    void anOptionBeforeItsLevelIsRefused() throws Exception {
        List<String> notRefused = new ArrayList<>();
        try (SocketFd tcp = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd udp = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            for (Field constant : SocketFd.class.getFields()) {
                int level = level(constant.getName());
                if (level < 0) {
                    continue;
                }
                int option = constant.getInt(null);
                assertTrue(SocketOptions.has(level, option), constant::getName);
                assertFalse(SocketOptions.inWrongOrder(level, option), constant::getName);
                List<Executable> swapped = List.of(() -> tcp.getsockopt(option, level),
                        () -> tcp.setsockopt(option, level, 1), () -> tcp.getsockopt(option, level, buffer),
                        () -> tcp.setsockopt(option, level, buffer));
                if (SocketOptions.has(option, level) && !constant.getName().equals("TCP_NODELAY")) {
                    notRefused.add(constant.getName());
                    continue;
                }
                for (Executable call : swapped) {
                    Exception thrown = assertThrows(IllegalArgumentException.class, call, constant.getName());
                    assertTrue(thrown.getMessage().contains("the level comes first"), thrown::getMessage);
                }
            }
            // the one is the same either way, the other is TCP_NODELAY, which datagrams do not have
            assertEquals(List.of("SO_BROADCAST", "TCP_KEEPCNT"), notRefused.stream().sorted().toList());
            assertErrno(Errno.ENOPROTOOPT, () -> udp.setsockopt(SocketFd.SO_BROADCAST, SOL_SOCKET, 1));
            udp.setsockopt(SOL_SOCKET, SocketFd.SO_BROADCAST, 1);
            assertEquals(1, udp.getsockopt(SOL_SOCKET, SocketFd.SO_BROADCAST));
            for (int[] unknown : new int[][] {{-1, SOL_SOCKET}, {64, SOL_SOCKET}, {SOL_SOCKET, -1}, {SOL_SOCKET, 64}}) {
                assertFalse(SocketOptions.has(unknown[0], unknown[1]));
                assertFalse(SocketOptions.inWrongOrder(unknown[0], unknown[1]));
            }
        }
    }

    // disconnecting

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
            assertEquals(0, listener.getsockopt(SOL_SOCKET, SocketFd.SO_ACCEPTCONN));
        }
    }

    @Test
    void aUnixStreamCannotBeDisconnected() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            ErrnoException thrown = assertErrno(Errno.EINVAL, pair.first()::disconnect);
            assertEquals("connect(fd=" + pair.first().fd() + ", AF_UNSPEC)", thrown.call());
            write(pair.first(), "still there");
            assertEquals("still there", read(pair.second()));
        }
    }

    @Test
    void reuseportSharesAnAddress() throws IOException {
        try (SocketFd first = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd second = SocketFd.create(AF_INET, SOCK_STREAM)) {
            first.setsockopt(SOL_SOCKET, SocketFd.SO_REUSEPORT, 1);
            second.setsockopt(SOL_SOCKET, SocketFd.SO_REUSEPORT, 1);
            first.bind(loopback4(0));
            second.bind(first.getsockname());
            assertEquals(first.getsockname(), second.getsockname());
        }
    }

    @Test
    void v6onlyKeepsIpv4Away() throws IOException {
        assumeIpv6();
        try (SocketFd socket = SocketFd.create(AF_INET6, SOCK_STREAM, 0, SOCK_CLOEXEC | SOCK_NONBLOCK)) {
            socket.setsockopt(SocketFd.IPPROTO_IPV6, SocketFd.IPV6_V6ONLY, 1);
            assertErrno(Errno.ENETUNREACH, () -> socket.connect(loopback4(1)));
        }
    }
}
