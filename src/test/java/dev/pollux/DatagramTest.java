package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Poll.POLLERR;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_INET6;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.MSG_DONTWAIT;
import static dev.pollux.SocketFd.MSG_PEEK;
import static dev.pollux.SocketFd.MSG_TRUNC;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.SocketFd.SOL_SOCKET;
import static dev.pollux.SocketFd.SO_BROADCAST;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.get;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static dev.pollux.Support.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams with addresses: {@link SocketFd#recvfrom}, {@link SocketFd#sendto} and {@link SockaddrStorage}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DatagramTest {
    private Arena arena;
    private MemorySegment buffer;
    private SockaddrStorage peer;

    @BeforeEach
    void open() {
        arena = Arena.ofShared();
        buffer = arena.allocate(64);
        peer = SockaddrStorage.allocate(arena);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static InetSocketAddress at(String literal, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(literal), port);
    }

    private static SocketFd bound(int domain, SocketAddress address) throws IOException {
        SocketFd socket = SocketFd.create(domain, SOCK_DGRAM);
        try {
            socket.bind(address);
            return socket;
        } catch (ErrnoException e) {
            socket.close();
            throw e;
        }
    }

    private static SocketFd bound6(String literal) throws IOException {
        try {
            return bound(AF_INET6, at(literal, 0));
        } catch (ErrnoException e) {
            Assumptions.abort("no IPv6 here: " + e.getMessage());
            throw e;
        }
    }

    private String receive(SocketFd socket) throws IOException {
        ready(socket, POLLIN);
        return text(buffer, socket.recvfrom(buffer, 0, peer));
    }

    /** A question to a server, which answers to whoever asked. */
    private void assertAnswered(SocketFd client, SocketFd server, SocketAddress to) throws IOException {
        assertEquals(3, client.sendto(bytes(arena, "who"), 0, to));
        assertEquals("who", receive(server));
        assertEquals(client.getsockname(), peer.get());
        assertEquals("SockaddrStorage[" + client.getsockname() + "]", peer.toString());
        assertEquals(3, server.sendto(bytes(arena, "you"), 0, peer));
        assertEquals("you", receive(client));
    }

    @Test
    void aServerAnswersWhoeverAskedOverIpv4() throws IOException {
        try (SocketFd server = bound(AF_INET, at("127.0.0.1", 0));
                SocketFd client = bound(AF_INET, at("127.0.0.1", 0))) {
            assertAnswered(client, server, server.getsockname());
            assertEquals(server.getsockname(), peer.get());
        }
    }

    @Test
    void aServerAnswersWhoeverAskedOverIpv6() throws IOException {
        try (SocketFd server = bound6("::1"); SocketFd client = bound6("::1")) {
            assertAnswered(client, server, server.getsockname());
            assertEquals(server.getsockname(), peer.get());
        }
    }

    @Test
    void anIpv6SocketAnswersIpv4() throws IOException {
        try (SocketFd server = bound6("::"); SocketFd client = bound(AF_INET, at("127.0.0.1", 0))) {
            InetSocketAddress address = at("127.0.0.1", ((InetSocketAddress) server.getsockname()).getPort());
            assertAnswered(client, server, address);
            assertEquals(address, peer.get());
            assertEquals(1, server.sendto(bytes(arena, "x"), 0, client.getsockname()), "an address as Java has it");
            assertEquals("x", receive(client));
        }
    }

    @Test
    void aServerAnswersWhoeverAskedOverUnixDomainSockets(@TempDir Path folder) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("server"));
        try (SocketFd server = bound(AF_UNIX, address);
                SocketFd client = bound(AF_UNIX, UnixDomainSocketAddress.of(folder.resolve("client")))) {
            assertAnswered(client, server, address);
            assertEquals(address, peer.get());
        }
    }

    @Test
    void aServerAnswersWhoeverAskedUnderAbstractNames() throws IOException {
        UnixAbstractAddress address = UnixAbstractAddress.of("pollux" + System.nanoTime());
        try (SocketFd server = bound(AF_UNIX, address);
                SocketFd client = bound(AF_UNIX, UnixDomainSocketAddress.of(""))) {
            assertTrue(client.getsockname() instanceof UnixAbstractAddress);
            assertAnswered(client, server, address);
            assertEquals(address, peer.get());
        }
    }

    @Test
    void oneHolderServesManyClients() throws IOException {
        try (SocketFd server = bound(AF_INET, at("127.0.0.1", 0)); Epoll epoll = Epoll.create()) {
            epoll.add(server, EPOLLIN);
            Set<SocketAddress> clients = new HashSet<>();
            Set<SocketAddress> seen = new HashSet<>();
            SocketFd[] sockets = new SocketFd[20];
            for (int i = 0; i < sockets.length; i++) {
                sockets[i] = SocketFd.create(AF_INET, SOCK_DGRAM);
                sockets[i].connect(server.getsockname());
                clients.add(sockets[i].getsockname());
                Support.write(sockets[i], "question " + i);
            }
            EpollEvents events = EpollEvents.allocate(arena, 1);
            while (seen.size() < clients.size()) {
                assertEquals(1, epoll.await(events));
                long n = server.recvfrom(buffer, 0, peer);
                seen.add(peer.get());
                assertEquals(n, server.sendto(buffer.asSlice(0, n), 0, peer));
            }
            assertEquals(clients, seen);
            assertEquals(Fd.WOULD_BLOCK, server.recvfrom(buffer, 0, peer));
            for (int i = 0; i < sockets.length; i++) {
                ready(sockets[i], POLLIN);
                assertEquals("question " + i, Support.read(sockets[i]));
                sockets[i].close();
            }
        }
    }

    @Test
    void aDatagramThatDoesNotFitIsSeenToBeTruncated() throws IOException {
        try (SocketFd server = bound(AF_INET, at("127.0.0.1", 0));
                SocketFd client = bound(AF_INET, at("127.0.0.1", 0))) {
            client.sendto(bytes(arena, "hello"), 0, server.getsockname());
            client.sendto(bytes(arena, "next"), 0, server.getsockname());
            ready(server, POLLIN);
            MemorySegment two = buffer.asSlice(0, 2);
            assertEquals(5, server.recvfrom(two, MSG_TRUNC | MSG_PEEK, peer));
            assertEquals(2, server.recvfrom(two, MSG_PEEK, peer), "without the flag it is not");
            assertEquals(5, server.recvfrom(two, MSG_TRUNC, peer));
            assertEquals(client.getsockname(), peer.get());
            assertEquals("he", text(buffer, 2));
            assertEquals(0, buffer.get(ValueLayout.JAVA_BYTE, 2), "beside it nothing is written");
            assertEquals("next", receive(server));
        }
    }

    @Test
    void anEmptyDatagramHasASender() throws IOException {
        try (SocketFd server = bound(AF_INET, at("127.0.0.1", 0));
                SocketFd client = bound(AF_INET, at("127.0.0.1", 0))) {
            peer.set(server.getsockname(), AF_INET);
            assertEquals(0, client.sendto(arena.allocate(0), 0, peer));
            assertEquals(0, client.sendto(MemorySegment.NULL, 0, server.getsockname()));
            for (int i = 0; i < 2; i++) {
                ready(server, POLLIN);
                assertEquals(0, server.recvfrom(buffer, 0, peer));
                assertEquals(client.getsockname(), peer.get());
            }
            assertEquals(Fd.WOULD_BLOCK, server.recvfrom(buffer, 0, peer));
        }
    }

    @Test
    void withoutADatagramThereIsNoSender() throws IOException {
        try (SocketFd server = bound(AF_INET, at("127.0.0.1", 0))) {
            peer.set(server.getsockname(), AF_INET);
            assertEquals(Fd.WOULD_BLOCK, server.recvfrom(buffer, 0, peer));
            assertNull(peer.get());
            assertEquals(0, peer.length());
            assertThrows(IllegalStateException.class, () -> server.sendto(buffer, 0, peer));
        }
    }

    // mio regressions issue_1403
    @Test
    void anUnboundUnixSocketIsNoSender() throws IOException {
        UnixAbstractAddress address = UnixAbstractAddress.of("pollux" + System.nanoTime());
        try (SocketFd server = bound(AF_UNIX, address); SocketFd client = SocketFd.create(AF_UNIX, SOCK_DGRAM)) {
            client.sendto(bytes(arena, "who"), 0, address);
            assertEquals("who", receive(server));
            assertNull(peer.get());
            assertEquals("SockaddrStorage[null]", peer.toString());
        }
    }

    @Test
    void aConnectedStreamTellsNoSender() throws IOException {
        try (SocketFd listener = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            listener.bind(at("127.0.0.1", 0));
            listener.listen(1);
            client.connect(listener.getsockname());
            ready(listener, POLLIN);
            try (SocketFd server = listener.accept()) {
                peer.set(listener.getsockname(), AF_INET);
                assertEquals(2, server.sendto(bytes(arena, "hi"), 0, peer), "the address does not matter");
                assertEquals("hi", receive(client));
                assertNull(peer.get());
            }
        }
    }

    @Test
    void aDatagramThatNobodyTakesIsAnErrorOnceOnAConnectedSocketOnly() throws IOException {
        try (SocketFd client = bound(AF_INET, at("127.0.0.1", 0));
                SocketFd plain = bound(AF_INET, at("127.0.0.1", 0));
                SocketFd other = bound(AF_INET, at("127.0.0.1", 0))) {
            // it keeps the port from others, and takes datagrams from itself only
            other.connect(other.getsockname());
            client.connect(other.getsockname());
            peer.set(other.getsockname(), AF_INET);
            client.sendto(buffer, 0, peer);
            assertNotEquals(0, ready(client, POLLIN) & POLLERR);
            assertErrno(Errno.ECONNREFUSED, () -> client.recvfrom(buffer, 0, peer));
            assertNull(peer.get());
            assertEquals(Fd.WOULD_BLOCK, client.recvfrom(buffer, 0, peer));
            plain.sendto(buffer, 0, other.getsockname());
            assertEquals(Fd.WOULD_BLOCK, plain.recvfrom(buffer, 0, peer));
            assertEquals(0, plain.takeError());
        }
    }

    private void assertDisconnects(SocketFd client, SocketFd peer, SocketFd other) throws IOException {
        client.connect(peer.getsockname());
        assertEquals(peer.getsockname(), client.getpeername());
        client.send(bytes(arena, "to the peer"), 0);
        assertEquals("to the peer", receive(peer));
        client.disconnect();
        assertErrno(Errno.ENOTCONN, client::getpeername);
        assertEquals(5, client.sendto(bytes(arena, "hello"), 0, other.getsockname()));
        assertEquals("hello", receive(other));
        assertEquals(5, other.sendto(bytes(arena, "reply"), 0, this.peer));
        assertEquals("reply", receive(client));
        client.connect(other.getsockname());
        assertEquals(other.getsockname(), client.getpeername());
    }

    @Test
    void disconnectedItTalksToEverybodyAgain(@TempDir Path folder) throws IOException {
        try (SocketFd peer = bound(AF_INET, at("127.0.0.1", 0)); SocketFd other = bound(AF_INET, at("127.0.0.1", 0));
                SocketFd client = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            client.disconnect(); // from nobody
            assertDisconnects(client, peer, other);
        }
        try (SocketFd peer = bound(AF_UNIX, UnixDomainSocketAddress.of(folder.resolve("peer")));
                SocketFd other = bound(AF_UNIX, UnixDomainSocketAddress.of(folder.resolve("other")));
                SocketFd client = bound(AF_UNIX, UnixDomainSocketAddress.of(folder.resolve("client")))) {
            assertDisconnects(client, peer, other);
        }
        try (SocketFd peer = bound6("::1"); SocketFd other = bound6("::1");
                SocketFd client = SocketFd.create(AF_INET6, SOCK_DGRAM)) {
            assertDisconnects(client, peer, other);
        }
    }

    @Test
    void disconnectedItKeepsTheAddressThatItWasBoundTo() throws IOException {
        InetSocketAddress free;
        try (SocketFd probe = bound(AF_INET, at("127.0.0.1", 0))) {
            free = (InetSocketAddress) probe.getsockname();
        }
        try (SocketFd peer = bound(AF_INET, at("127.0.0.1", 0)); SocketFd client = bound(AF_INET, free)) {
            client.connect(peer.getsockname());
            client.disconnect();
            assertEquals(free, client.getsockname());
            assertEquals(5, peer.sendto(bytes(arena, "hello"), 0, free));
            assertEquals("hello", receive(client));
        }
    }

    @Test
    void aBroadcastHasToBeAllowed() throws IOException {
        try (SocketFd server = bound(AF_INET, at("0.0.0.0", 0)); SocketFd client = bound(AF_INET, at("127.0.0.1", 0))) {
            InetSocketAddress all = at("127.255.255.255", ((InetSocketAddress) server.getsockname()).getPort());
            ErrnoException thrown = assertErrno(Errno.EACCES, () -> client.sendto(buffer, 0, all));
            assertTrue(thrown.getMessage().contains("SO_BROADCAST") && thrown.call().contains(all.toString()),
                    thrown.getMessage());
            client.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
            assertEquals(5, client.sendto(bytes(arena, "hello"), 0, all));
            assertEquals("hello", receive(server));
            assertEquals(client.getsockname(), peer.get());
        }
    }

    @Test
    void whatIsTooLongForADatagramIsRefused() throws IOException {
        try (SocketFd socket = bound(AF_INET, at("127.0.0.1", 0))) {
            ErrnoException thrown = assertErrno(Errno.EMSGSIZE,
                    () -> socket.sendto(arena.allocate(65_508), 0, socket.getsockname()));
            assertTrue(thrown.getMessage().contains("count=65508") && thrown.getMessage().contains("65507"),
                    thrown.getMessage());
            assertEquals(65_507, socket.sendto(arena.allocate(65_507), 0, socket.getsockname()));
        }
    }

    @Test
    void whereNobodyIsIsAnError(@TempDir Path folder) throws IOException {
        try (SocketFd socket = SocketFd.create(AF_UNIX, SOCK_DGRAM)) {
            assertErrno(Errno.ENOENT,
                    () -> socket.sendto(buffer, 0, UnixDomainSocketAddress.of(folder.resolve("none"))));
            assertErrno(Errno.ECONNREFUSED,
                    () -> socket.sendto(buffer, 0, UnixAbstractAddress.of("nobody" + System.nanoTime())));
            assertErrno(Errno.ENOTCONN, () -> socket.send(buffer, 0));
        }
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            assertErrno(Errno.EDESTADDRREQ, () -> socket.send(buffer, 0));
            assertErrno(Errno.EINVAL, () -> socket.sendto(buffer, 0, at("127.0.0.1", 0)));
        }
    }

    @Test
    void aFullQueueWouldBlockAndIsWaitedFor() throws IOException {
        UnixAbstractAddress address = UnixAbstractAddress.of("pollux" + System.nanoTime());
        try (SocketFd server = bound(AF_UNIX, address); SocketFd client = SocketFd.create(AF_UNIX, SOCK_DGRAM)) {
            client.connect(address);
            peer.set(address, AF_UNIX);
            long n = 0;
            int sent = 0;
            while (n == 0 && sent < 100_000) {
                n = client.sendto(arena.allocate(0), 0, peer);
                sent += n == 0 ? 1 : 0;
            }
            assertEquals(Fd.WOULD_BLOCK, n);
            for (; sent > 0; sent--) {
                assertEquals(0, server.recvfrom(buffer, 0, SockaddrStorage.allocate(arena)));
            }
            assertEquals(POLLOUT, ready(client, POLLOUT));
            assertEquals(0, client.sendto(arena.allocate(0), 0, peer));
        }
    }

    /** Unconnected, a loop that waits for POLLOUT would spin; connected, it does not. */
    @Test
    void anUnconnectedUnixSocketCanBeWrittenWhileItsReceiverIsFull() throws IOException {
        UnixAbstractAddress address = UnixAbstractAddress.of("pollux" + System.nanoTime());
        try (SocketFd server = bound(AF_UNIX, address); SocketFd client = SocketFd.create(AF_UNIX, SOCK_DGRAM);
                SocketFd connected = SocketFd.create(AF_UNIX, SOCK_DGRAM)) {
            while (client.sendto(arena.allocate(1), 0, address) == 1) { }
            for (int i = 0; i < 10; i++) {
                assertEquals(POLLOUT, client.awaitNanos(POLLOUT, 1_000_000_000));
                assertEquals(Fd.WOULD_BLOCK, client.sendto(arena.allocate(1), 0, address));
            }
            connected.connect(address);
            assertEquals(0, connected.awaitNanos(POLLOUT, 20_000_000));
            for (boolean full = true; full; full = server.recv(buffer, 0) >= 0) { }
            assertEquals(POLLOUT, connected.await(POLLOUT));
            assertEquals(1, connected.write(arena.allocate(1)));
        }
    }

    @Test
    void anAddressOfAnotherDomainIsRefused(@TempDir Path folder) throws IOException {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("s"));
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            assertThrows(IllegalArgumentException.class, () -> socket.sendto(buffer, 0, path));
            assertThrows(IllegalArgumentException.class, () -> socket.sendto(buffer, 0, at("::1", 1)));
            peer.set(path, AF_UNIX);
            assertErrno(Errno.EAFNOSUPPORT, () -> socket.sendto(buffer, 0, peer));
        }
        peer.set(at("127.0.0.1", 1), AF_INET);
        for (Executable call : new Executable[] {() -> peer.set(at("127.0.0.1", 1), AF_UNIX),
            () -> peer.set(InetSocketAddress.createUnresolved("localhost", 1), AF_INET),
            () -> peer.set(at("::1", 1), AF_INET), () -> peer.set(path, 0)}) {
            assertThrows(IllegalArgumentException.class, call);
            assertNull(peer.get(), "not half of it");
        }
    }

    @Test
    void theHolderCanBeLookedInto() throws IOException {
        peer.set(at("127.0.0.1", 0x1234), AF_INET);
        assertEquals(16, peer.length());
        assertEquals(128, peer.segment().byteSize());
        assertEquals(0x12, peer.segment().get(ValueLayout.JAVA_BYTE, 2));
        peer.set(at("::1", 1), AF_INET6);
        assertEquals(28, peer.length());
        assertEquals(at("::1", 1), peer.get());
        peer.segment().set(ValueLayout.JAVA_SHORT, 0, (short) 16);
        assertThrows(UnsupportedOperationException.class, peer::get);
        assertTrue(peer.toString().contains("16"), peer::toString);
    }

    @Test
    void aSignalDoesNotEndIt() throws Exception {
        try (SocketFd server = SocketFd.create(AF_INET, SOCK_DGRAM, 0, SOCK_CLOEXEC);
                SocketFd client = bound(AF_INET, at("127.0.0.1", 0))) {
            server.bind(at("127.0.0.1", 0));
            FutureTask<Long> waiter = start(() -> {
                try (Signals.Storm _ = Signals.storm(1_000_000)) {
                    return server.recvfrom(buffer, 0, peer);
                }
            });
            Thread.sleep(50);
            assertFalse(waiter.isDone());
            client.sendto(bytes(arena, "late"), 0, server.getsockname());
            assertEquals(4, get(waiter));
            assertEquals(client.getsockname(), peer.get());
        }
    }

    @Test
    void oneHolderIsNotReceivedIntoByTwoThreads() throws Exception {
        try (SocketFd server = SocketFd.create(AF_INET, SOCK_DGRAM, 0, SOCK_CLOEXEC)) {
            server.bind(at("127.0.0.1", 0));
            FutureTask<Long> waiter = start(() -> server.recvfrom(buffer, 0, peer));
            awaitUsers(server, 1);
            assertThrows(IllegalStateException.class, () -> server.recvfrom(arena.allocate(8), MSG_DONTWAIT, peer));
            assertThrows(IllegalStateException.class, () -> peer.set(server.getsockname(), AF_INET));
            server.sendto(bytes(arena, "x"), 0, server.getsockname());
            assertEquals(1, get(waiter));
            assertEquals(server.getsockname(), peer.get());
        }
    }

    @Test
    void memoryThatTheKernelCannotUseIsRefused() throws Exception {
        try (SocketFd socket = bound(AF_INET, at("127.0.0.1", 0))) {
            peer.set(socket.getsockname(), AF_INET);
            MemorySegment heap = MemorySegment.ofArray(new byte[8]);
            assertThrows(IllegalArgumentException.class, () -> socket.recvfrom(heap, 0, peer));
            assertThrows(IllegalArgumentException.class, () -> socket.recvfrom(buffer.asReadOnly(), 0, peer));
            assertThrows(IllegalArgumentException.class, () -> socket.sendto(heap, 0, peer));
            assertThrows(IllegalArgumentException.class, () -> socket.sendto(heap, 0, socket.getsockname()));
            assertEquals(64, socket.sendto(buffer.asReadOnly(), 0, peer));
            SockaddrStorage closed;
            try (Arena confined = Arena.ofConfined()) {
                closed = SockaddrStorage.allocate(confined);
                assertEquals(64, socket.recvfrom(buffer, 0, closed));
                FutureTask<Long> stranger = start(() -> socket.recvfrom(buffer, MSG_DONTWAIT, closed));
                assertTrue(assertThrows(ExecutionException.class, () -> get(stranger)).getCause()
                        instanceof WrongThreadException);
            }
            assertThrows(IllegalStateException.class, () -> socket.recvfrom(buffer, 0, closed));
            assertThrows(IllegalStateException.class, () -> socket.sendto(buffer, 0, closed));
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        SocketFd closed = bound(AF_INET, at("127.0.0.1", 0));
        SocketAddress address = closed.getsockname();
        peer.set(address, AF_INET);
        closed.close();
        assertClosed(() -> closed.sendto(buffer, 0, peer));
        assertClosed(() -> closed.sendto(buffer, 0, address));
        assertClosed(() -> closed.recvfrom(buffer, 0, peer));
    }
}
