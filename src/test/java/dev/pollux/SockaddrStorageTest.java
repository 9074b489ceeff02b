package dev.pollux;

import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_INET6;
import static dev.pollux.SocketFd.AF_NETLINK;
import static dev.pollux.SocketFd.AF_PACKET;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.AF_VSOCK;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_NONBLOCK;
import static dev.pollux.SocketFd.SOCK_RAW;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitBusy;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.get;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static dev.pollux.Support.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Addresses as bytes and a length, in the calls that take them; and those of families that have a type. */
@Timeout(60)
class SockaddrStorageTest {
    private static final int LOOPBACK = 1;
    private static final int ETH_P_ALL = 3;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final Arena arena = Arena.ofShared();
    private final SockaddrStorage storage = SockaddrStorage.allocate(arena);

    @AfterEach
    void end() {
        arena.close();
    }

    private static InetSocketAddress loopback(int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    }

    /** {@code struct sockaddr_un}, without a NUL after the path. */
    private static MemorySegment unix(String path) {
        MemorySegment address = MemorySegment.ofArray(new byte[2 + path.length()]);
        address.set(SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path.getBytes(StandardCharsets.ISO_8859_1), 0, address, ValueLayout.JAVA_BYTE, 2,
                path.length());
        return address;
    }

    // bytes and a length

    @Test
    void bytesAreKeptAsTheyAreAndTheLengthWithThem() {
        assertEquals(0, storage.family());
        assertNull(storage.get());
        byte[] unknown = {77, 0, 1, 2, 3};
        storage.set(MemorySegment.ofArray(unknown));
        assertEquals(5, storage.length());
        assertEquals(77, storage.family());
        assertArrayEquals(unknown, storage.segment().asSlice(0, 5).toArray(ValueLayout.JAVA_BYTE));
        String message = assertThrows(UnsupportedOperationException.class, storage::get).getMessage();
        assertTrue(message.contains("address family 77 with 5 bytes"), message);
        assertTrue(storage.toString().contains("77"), storage::toString);
        // nothing stays of a longer one
        storage.set(MemorySegment.ofArray(new byte[128]));
        storage.set(MemorySegment.ofArray(new byte[] {1}));
        assertEquals(1, storage.length());
        assertEquals(0, storage.family(), "half of one is none");
        storage.set(MemorySegment.NULL);
        assertNull(storage.get());
        assertThrows(IllegalArgumentException.class, () -> storage.set(MemorySegment.ofArray(new byte[129])));
    }

    @Test
    void anAddressTooShortForItsFamilyIsNotReadBeyondItsEnd() throws IOException {
        for (SocketAddress whole : new SocketAddress[] {loopback(7), new InetSocketAddress("::1", 7),
            NetlinkAddress.of(7, 1), PacketAddress.of(8, 1), VsockAddress.of(7, 7), CanAddress.of(1)}) {
            int domain = switch (whole) {
                case NetlinkAddress _ -> AF_NETLINK;
                case PacketAddress _ -> AF_PACKET;
                case VsockAddress _ -> AF_VSOCK;
                case CanAddress _ -> SocketFd.AF_CAN;
                case InetSocketAddress inet -> inet.getAddress().getAddress().length == 4 ? AF_INET : AF_INET6;
                default -> throw new AssertionError(whole);
            };
            storage.set(whole, domain);
            assertEquals(whole, storage.get());
            byte[] all = storage.segment().asSlice(0, storage.length()).toArray(ValueLayout.JAVA_BYTE);
            int least = whole instanceof PacketAddress ? 12 : all.length; // hardware addresses have any length
            for (int length = 1; length < least; length++) {
                storage.set(MemorySegment.ofArray(all).asSlice(0, length));
                assertThrows(UnsupportedOperationException.class, storage::get);
            }
        }
        // a hardware address that claims to be longer than what there is
        storage.set(PacketAddress.of(8, 1, new byte[] {1, 2, 3}), AF_PACKET);
        storage.segment().set(ValueLayout.JAVA_BYTE, 11, (byte) -1);
        assertEquals(8, ((PacketAddress) storage.get()).address().length);
    }

    @Test
    void bindConnectSendtoAndTheNamesTakeItAsItIs() throws IOException {
        try (SocketFd server = SocketFd.create(AF_INET, SOCK_DGRAM);
                SocketFd client = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            storage.set(loopback(0), AF_INET);
            server.bind(storage);
            server.getsockname(storage);
            assertEquals(server.getsockname(), storage.get());
            assertEquals(1, client.sendto(bytes(arena, "1"), 0, storage));
            assertEquals(0, client.connect(storage));
            SockaddrStorage peer = SockaddrStorage.allocate(arena);
            client.getpeername(peer);
            assertEquals(storage.get(), peer.get());
            assertErrno(Errno.ENOTCONN, () -> server.getpeername(peer));
            assertNull(peer.get(), "not the one before");
        }
    }

    @Test
    void theLengthOfAUnixPathIsExact(@TempDir Path folder) throws IOException {
        // 108 bytes fill the struct; the kernel adds a NUL beyond it, and tells 111
        Assumptions.assumeTrue(folder.toString().length() < 100, "the folder of the test has too long a name");
        String longest = folder + "/" + "x".repeat(107 - folder.toString().length());
        try (SocketFd listener = SocketFd.create(AF_UNIX, SOCK_STREAM);
                SocketFd client = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            storage.set(unix(longest));
            assertEquals(110, storage.length());
            listener.bind(storage);
            assertTrue(Files.exists(Path.of(longest)));
            listener.listen(1);
            assertEquals(0, client.connect(storage));
            assertEquals(UnixDomainSocketAddress.of(longest), client.getpeername());
            client.getpeername(storage);
            assertEquals(111, storage.length());
        }
        // and an abstract name may end with NULs, which count
        String name = "\0pollux\0" + System.nanoTime() + "\0\0";
        try (SocketFd listener = SocketFd.create(AF_UNIX, SOCK_STREAM);
                SocketFd client = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            storage.set(unix(name));
            listener.bind(storage);
            listener.listen(1);
            listener.getsockname(storage);
            assertEquals(2 + name.length(), storage.length());
            assertEquals(UnixAbstractAddress.of(name.substring(1)), storage.get());
            storage.set(unix(name.substring(0, name.length() - 1)));
            assertErrno(Errno.ECONNREFUSED, () -> client.connect(storage));
            storage.set(unix(name));
            assertEquals(0, client.connect(storage));
        }
    }

    @Test
    void acceptTellsWhoHasConnected() throws IOException {
        try (SocketFd listener = SocketFd.create(AF_INET, SOCK_STREAM);
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            listener.bind(loopback(0));
            listener.listen(1);
            storage.set(loopback(1), AF_INET);
            assertNull(listener.accept(storage));
            assertNull(storage.get(), "not the one before");
            client.connect(listener.getsockname());
            ready(listener, Poll.POLLIN);
            try (SocketFd server = listener.accept(storage)) {
                assertEquals(client.getsockname(), storage.get());
                assertEquals(server.getpeername(), storage.get());
                assertTrue(Fcntl.isCloseOnExec(server) && Fcntl.isNonBlocking(server));
            }
            String call = assertErrno(Errno.EINVAL, () -> listener.accept(storage, 1)).call();
            assertTrue(call.contains("&addr, &addrlen"), call);
        }
    }

    @Test
    void aPeerWithoutAnAddressHasNone() throws IOException {
        UnixAbstractAddress name = UnixAbstractAddress.of("pollux" + System.nanoTime());
        try (SocketFd listener = SocketFd.create(AF_UNIX, SOCK_STREAM);
                SocketFd client = SocketFd.create(AF_UNIX, SOCK_STREAM)) {
            listener.bind(name);
            listener.listen(1);
            client.connect(name);
            listener.accept(storage).close();
            assertEquals(2, storage.length()); // the family alone
            assertEquals(UnixDomainSocketAddress.of(""), storage.get());
        }
    }

    @Test
    void oneThreadAtATimeAcceptsIntoIt() throws Exception {
        try (SocketFd listener = SocketFd.create(AF_INET, SOCK_STREAM, 0, SOCK_CLOEXEC);
                SocketFd client = SocketFd.create(AF_INET, SOCK_STREAM)) {
            listener.bind(loopback(0));
            listener.listen(1);
            Arena own = Arena.ofShared();
            SockaddrStorage peer = SockaddrStorage.allocate(own);
            FutureTask<SocketFd> waiter = start(() -> listener.accept(peer));
            awaitBusy(peer);
            Support.awaitUsers(listener, 1);
            for (Executable use : new Executable[] {() -> listener.accept(peer), () -> listener.getsockname(peer),
                () -> peer.set(MemorySegment.NULL)}) {
                String message = assertThrows(IllegalStateException.class, use).getMessage();
                assertTrue(message.contains("another thread"), message);
            }
            // the kernel will write to it: FFM does not give the memory back
            assertThrows(IllegalStateException.class, own::close);
            client.connect(listener.getsockname());
            get(waiter).close();
            assertEquals(client.getsockname(), peer.get());
            own.close();
        }
    }

    // what is wrong with it

    @Test
    void whereThereIsNoAddressNothingIsCalled() throws IOException {
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            for (Executable call : new Executable[] {() -> socket.bind(storage), () -> socket.connect(storage),
                () -> socket.sendto(bytes(arena, "1"), 0, storage)}) {
                String message = assertThrows(IllegalStateException.class, call).getMessage();
                assertTrue(message.contains("there is no address"), message);
            }
        }
    }

    @Test
    void anAddressOfAnotherFamilyIsToldApart() throws IOException {
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            storage.set(loopback(9), AF_INET6);
            ErrnoException thrown = assertErrno(Errno.EAFNOSUPPORT, () -> socket.connect(storage));
            assertEquals("connect(fd=" + socket.fd() + ", " + storage.get() + ", domain=AF_INET)", thrown.call());
            assertTrue(thrown.getMessage().contains("another family"), thrown.getMessage());
            for (SocketAddress other : new SocketAddress[] {NetlinkAddress.of(1, 0), PacketAddress.of(8, 1),
                VsockAddress.of(1, 1), CanAddress.of(1)}) {
                String message = assertThrows(IllegalArgumentException.class, () -> socket.bind(other)).getMessage();
                assertTrue(message.contains(other.toString()) && message.endsWith("socket of AF_INET"), message);
            }
        }
    }

    @Test
    void aLinkLocalAddressWithoutScopeComesWithAdviceAlsoAsBytes() throws IOException {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this system has no IPv6");
        try (SocketFd socket = SocketFd.create(AF_INET6, SOCK_DGRAM)) {
            storage.set(new InetSocketAddress(InetAddress.getByName("fe80::1"), 9), AF_INET6);
            for (Executable call : new Executable[] {() -> socket.bind(storage), () -> socket.connect(storage)}) {
                ErrnoException thrown = assertErrno(Errno.EINVAL, call);
                assertTrue(thrown.getMessage().contains("fe80::1%eth0"), thrown.getMessage());
            }
        }
    }

    // netlink

    /** {@code struct nlmsghdr} and {@code struct ifinfomsg}: a request for all links. */
    private MemorySegment requestForLinks() {
        MemorySegment request = arena.allocate(32, 4);
        request.set(ValueLayout.JAVA_INT, 0, 32);
        request.set(ValueLayout.JAVA_SHORT, 4, (short) 18); // RTM_GETLINK
        request.set(ValueLayout.JAVA_SHORT, 6, (short) 0x301); // NLM_F_REQUEST | NLM_F_DUMP
        return request;
    }

    @Test
    void netlinkIsAskedAndAnswersFromNumberZero() throws IOException {
        try (SocketFd socket = SocketFd.create(AF_NETLINK, SOCK_RAW, NetlinkAddress.NETLINK_ROUTE, SOCK_CLOEXEC)) {
            socket.bind(NetlinkAddress.of(0, 1)); // RTMGRP_LINK
            NetlinkAddress own = (NetlinkAddress) socket.getsockname();
            assertNotEquals(0, own.pid());
            assertEquals(1, own.groups());
            assertEquals(32, socket.sendto(requestForLinks(), 0, NetlinkAddress.of(0, 0)));
            MemorySegment answer = arena.allocate(32 * 1024);
            assertTrue(socket.recvfrom(answer, 0, storage) >= 32);
            assertEquals(16, answer.get(ValueLayout.JAVA_SHORT, 4)); // RTM_NEWLINK
            assertEquals(0, NetlinkAddress.pid(storage));
            assertEquals(NetlinkAddress.of(0, 0), storage.get());
            try (SocketFd other = SocketFd.create(AF_NETLINK, SOCK_RAW)) {
                assertErrno(Errno.EADDRINUSE, () -> other.bind(NetlinkAddress.of(own.pid(), 0)));
            }
        }
    }

    @Test
    void aMessageOfAnotherProcessDoesNotComeFromNumberZero() throws IOException {
        int userSockets = 2; // NETLINK_USERSOCK
        try (SocketFd socket = SocketFd.create(AF_NETLINK, SOCK_RAW, userSockets, SOCK_NONBLOCK | SOCK_CLOEXEC);
                SocketFd stranger = SocketFd.create(AF_NETLINK, SOCK_RAW, userSockets, SOCK_NONBLOCK | SOCK_CLOEXEC)) {
            socket.bind(NetlinkAddress.of(0, 0));
            stranger.bind(NetlinkAddress.of(0, 0));
            stranger.sendto(requestForLinks(), 0, socket.getsockname());
            assertEquals(32, socket.recvfrom(arena.allocate(64), 0, storage));
            assertEquals(((NetlinkAddress) stranger.getsockname()).pid(), NetlinkAddress.pid(storage));
            assertNotEquals(0, NetlinkAddress.pid(storage));
        }
    }

    @Test
    void aQueueThatOverflowsSaysSoOnceAndGoesOn() throws IOException {
        try (SocketFd socket = AdviceTest.overflowed()) {
            MemorySegment buffer = arena.allocate(4096);
            assertErrno(Errno.ENOBUFS, () -> socket.recv(buffer, 0));
            assertTrue(socket.recv(buffer, 0) > 0, "what was in the queue before");
        }
    }

    @Test
    void aMessageLongerThanTheBufferTellsItsLengthWithTrunc() throws IOException {
        try (SocketFd socket = SocketFd.create(AF_NETLINK, SOCK_RAW, NetlinkAddress.NETLINK_ROUTE, SOCK_CLOEXEC)) {
            socket.send(requestForLinks(), 0);
            long length = socket.recv(arena.allocate(8), SocketFd.MSG_PEEK | SocketFd.MSG_TRUNC);
            assertTrue(length > 8, () -> "" + length);
            assertEquals(length, socket.recv(arena.allocate(length), SocketFd.MSG_TRUNC));
        }
    }

    @Test
    void aViewOfAnAddressOfAnotherFamilyIsRefused() throws IOException {
        for (Executable view : new Executable[] {() -> NetlinkAddress.pid(storage),
            () -> PacketAddress.pkttype(storage),
            () -> PacketAddress.interfaceIndex(storage), () -> PacketAddress.protocol(storage)}) {
            storage.set(MemorySegment.NULL);
            assertEquals("there is no address", assertThrows(IllegalStateException.class, view).getMessage());
            storage.set(loopback(1), AF_INET);
            String message = assertThrows(IllegalStateException.class, view).getMessage();
            assertTrue(message.contains("AF_INET with 16 bytes"), message);
        }
    }

    // packet

    private static SocketFd packets(int type) throws IOException {
        try {
            return SocketFd.create(AF_PACKET, type);
        } catch (ErrnoException e) {
            Assumptions.assumeFalse(e.errno() == Errno.EPERM, "needs CAP_NET_RAW");
            throw e;
        }
    }

    @Test
    void packetsAreReceivedWithTheirInterfaceAndKind() throws IOException {
        try (SocketFd packets = packets(SOCK_DGRAM); SocketFd udp = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            int ipv4 = 0x0800;
            packets.bind(PacketAddress.of(ipv4, LOOPBACK));
            PacketAddress own = (PacketAddress) packets.getsockname();
            assertEquals(ipv4, own.protocol());
            assertEquals(LOOPBACK, own.interfaceIndex());
            assertEquals(772, own.hatype());
            String marker = "pollux" + System.nanoTime();
            udp.sendto(bytes(arena, marker), 0, loopback(9));
            MemorySegment packet = arena.allocate(65_536);
            long start = System.nanoTime();
            // what others send by the loopback interface comes as well, and each packet twice
            for (boolean here = false; !here;) {
                assertTrue(System.nanoTime() - start < LONG_NANOS, "nothing came");
                ready(packets, Poll.POLLIN);
                long bytes = packets.recvfrom(packet, 0, storage);
                here = text(packet, Math.max(0, bytes)).endsWith(marker)
                        && PacketAddress.pkttype(storage) == PacketAddress.PACKET_HOST;
            }
            assertEquals(LOOPBACK, PacketAddress.interfaceIndex(storage));
            assertEquals(ipv4, PacketAddress.protocol(storage));
            assertArrayEquals(new byte[6], ((PacketAddress) storage.get()).address());
            assertTrue(packets.getsockopt(Sockopt.PACKET_STATISTICS).packets() >= 2);
        }
    }

    @Test
    void aPacketIsSentWithItsProtocolInNetworkOrder() throws IOException {
        try (SocketFd sender = packets(SOCK_DGRAM); SocketFd receiver = packets(SOCK_RAW)) {
            int localExperiment = 0x88b5; // IEEE 802
            receiver.bind(PacketAddress.of(localExperiment, LOOPBACK));
            byte[] to = {2, 0, 0, 0, 0, 1};
            assertEquals(5, sender.sendto(bytes(arena, "hello"), 0, PacketAddress.of(localExperiment, LOOPBACK, to)));
            ready(receiver, Poll.POLLIN);
            MemorySegment packet = arena.allocate(2048);
            assertEquals(19, receiver.recvfrom(packet, 0, storage));
            assertArrayEquals(to, packet.asSlice(0, 6).toArray(ValueLayout.JAVA_BYTE));
            assertEquals((short) localExperiment, packet.get(SHORT.withOrder(ByteOrder.BIG_ENDIAN), 12));
            assertEquals("hello", text(packet.asSlice(14), 5));
            assertErrno(Errno.ENODEV, () -> receiver.bind(PacketAddress.of(ETH_P_ALL, 99_999)));
        }
    }

    // vsock and can

    @Test
    void vsockIsBoundWhereTheKernelHasIt() throws IOException {
        SocketFd socket;
        try {
            socket = SocketFd.create(AF_VSOCK, SOCK_STREAM);
        } catch (ErrnoException e) {
            assertEquals(Errno.EAFNOSUPPORT, e.errno());
            Assumptions.abort("this kernel has no AF_VSOCK");
            return;
        }
        try (socket) {
            socket.bind(VsockAddress.of(VsockAddress.VMADDR_CID_ANY, VsockAddress.VMADDR_PORT_ANY));
            VsockAddress bound = (VsockAddress) socket.getsockname();
            assertNotEquals(VsockAddress.VMADDR_PORT_ANY, bound.port());
            socket.listen(1);
        }
    }

    @Test
    void addressesAreEqualByWhatTheyAreAndSayIt() {
        byte[] hardware = {1, 2, 3, 4, 5, (byte) 0xff};
        Object[][] same = {{NetlinkAddress.of(-1, 3), NetlinkAddress.of(-1, 3), "netlink pid=4294967295 groups=0x3"},
            {NetlinkAddress.of(7, 0), NetlinkAddress.of(7, 0), "netlink pid=7"},
            {PacketAddress.of(0x88b5, 2, hardware), PacketAddress.of(0x88b5, 2, hardware.clone()),
                "packet protocol=0x88b5 interface=2 address=01:02:03:04:05:ff"},
            {VsockAddress.of(-1, 9), VsockAddress.of(-1, 9), "vsock 4294967295:9"},
            {CanAddress.of(3, 0x123, 0x80000001), CanAddress.of(3, 0x123, 0x80000001),
                "can interface=3 rx=0x123 tx=0x80000001"},
            {CanAddress.of(3), CanAddress.of(3), "can interface=3"}};
        for (int i = 0; i < same.length; i++) {
            assertEquals(same[i][0], same[i][1]);
            assertEquals(same[i][0].hashCode(), same[i][1].hashCode());
            assertEquals(same[i][2], same[i][0].toString());
            assertNotEquals(same[i][0], same[(i + 1) % same.length][0]);
        }
        assertNotEquals(PacketAddress.of(1, 2, new byte[6]), PacketAddress.of(1, 2, hardware));
        assertThrows(IllegalArgumentException.class, () -> PacketAddress.of(0x10000, 1));
        assertThrows(IllegalArgumentException.class, () -> PacketAddress.of(1, -1));
        assertThrows(IllegalArgumentException.class, () -> PacketAddress.of(1, 1, new byte[33]));
    }
}
