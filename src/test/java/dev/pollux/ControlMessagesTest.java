package dev.pollux;

import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_INET6;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.IPPROTO_IP;
import static dev.pollux.SocketFd.IPPROTO_IPV6;
import static dev.pollux.SocketFd.IPPROTO_UDP;
import static dev.pollux.SocketFd.MSG_CTRUNC;
import static dev.pollux.SocketFd.MSG_ERRQUEUE;
import static dev.pollux.SocketFd.MSG_ZEROCOPY;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOL_SOCKET;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.ControlData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Control messages of each kind, as the kernel sends them, and as nobody should. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlMessagesTest {
    private static final int ROOM = 512;

    private final Arena arena = Arena.ofShared();
    private final Message message = Message.allocate(arena, 1, ROOM);
    private final MemorySegment buffer = arena.allocate(65_536);

    @AfterEach
    void close() {
        message.close();
        arena.close();
    }

    private static InetSocketAddress at(String literal, int port) throws IOException {
        return new InetSocketAddress(InetAddress.getByName(literal), port);
    }

    private static SocketFd bound(int domain, String address) throws IOException {
        SocketFd socket = SocketFd.create(domain, SOCK_DGRAM);
        socket.bind(at(address, 0));
        return socket;
    }

    private static int port(SocketFd socket) throws IOException {
        return ((InetSocketAddress) socket.getsockname()).getPort();
    }

    private long receive(SocketFd socket, Message into, int flags) throws IOException {
        ready(socket, flags == MSG_ERRQUEUE ? 0 : Poll.POLLIN);
        into.buffer(buffer);
        return socket.recvmsg(into, flags);
    }

    private static int loopback() throws IOException {
        return NetworkInterface.getByName("lo").getIndex();
    }

    @Test
    void ofIpv4ItIsToldToWhomHowFarAndWhen() throws IOException {
        try (SocketFd server = bound(AF_INET, "0.0.0.0"); SocketFd client = bound(AF_INET, "127.0.0.1")) {
            server.setsockopt(Sockopt.IP_PKTINFO, true);
            server.setsockopt(Sockopt.IP_RECVTTL, true);
            server.setsockopt(Sockopt.IP_RECVTOS, true);
            server.setsockopt(Sockopt.SO_TIMESTAMPNS, true);
            Message out = Message.allocate(arena, 1, Cmsg.space(Cmsg.IP_TTL, Cmsg.IP_TOS));
            out.buffer(bytes(arena, "hello"));
            SockaddrStorage to = SockaddrStorage.allocate(arena);
            to.set(at("127.0.0.2", port(server)), AF_INET);
            out.address(to);
            out.control().add(Cmsg.IP_TTL, 33);
            out.control().add(Cmsg.IP_TOS, 0x2a);
            long before = nanos();
            assertEquals(5, client.sendmsg(out, 0));

            SockaddrStorage from = SockaddrStorage.allocate(arena);
            Message exact = Message.allocate(arena, 1,
                    Cmsg.space(Cmsg.IP_PKTINFO, Cmsg.IP_TTL, Cmsg.IP_TOS, Cmsg.SCM_TIMESTAMPNS));
            exact.address(from);
            assertEquals(5, receive(server, exact, 0));
            ControlMessages control = exact.control();
            assertEquals(0, exact.flags() & MSG_CTRUNC);
            assertEquals(4, control.size(), control::toString);
            assertEquals(33, control.number(Cmsg.IP_TTL, -1));
            assertEquals(0x2a, control.number(Cmsg.IP_TOS, -1));
            assertEquals(-1, control.number(Cmsg.IPV6_HOPLIMIT, -1));
            int info = control.indexOf(Cmsg.IP_PKTINFO);
            assertEquals(InetAddress.getByName("127.0.0.2"), control.destination(info));
            assertEquals(InetAddress.getByName("127.0.0.2"), control.localAddress(info));
            assertEquals(loopback(), control.ifindex(info));
            long received = control.timestampNanos(control.indexOf(Cmsg.SCM_TIMESTAMPNS));
            assertTrue(before - 1_000_000 <= received && received <= nanos(), before + " to " + received);

            // an answer from the address that was asked
            Message answer = Message.allocate(arena, 1, Cmsg.space(Cmsg.IP_PKTINFO));
            answer.buffer(bytes(arena, "answer"));
            answer.address(from);
            answer.control().addPacketInfo(control.destination(info), 0);
            assertEquals(6, server.sendmsg(answer, 0));
            assertEquals(6, receive(client, exact, 0));
            assertEquals(at("127.0.0.2", port(server)), from.get());
        }
    }

    @Test
    void whatDidNotComeIsSaid() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            pair.first().send(bytes(arena, "data"), 0);
            assertEquals(4, receive(pair.second(), message, 0));
            ControlMessages control = message.control();
            String taken = assertThrows(IndexOutOfBoundsException.class, () -> control.take(0)).getMessage();
            assertTrue(taken.contains("none came") && taken.contains("MSG_CTRUNC"), taken);
            String found = assertThrows(IndexOutOfBoundsException.class,
                    () -> control.destination(control.indexOf(Cmsg.IP_PKTINFO))).getMessage();
            assertTrue(found.contains("indexOf"), found);
        }
    }

    @Test
    void aBroadcastIsAnsweredFromTheLocalAddress() throws IOException {
        try (SocketFd server = bound(AF_INET, "0.0.0.0"); SocketFd client = bound(AF_INET, "0.0.0.0")) {
            server.setsockopt(Sockopt.IP_PKTINFO, true);
            client.setsockopt(Sockopt.SO_BROADCAST, true);
            client.sendto(bytes(arena, "all"), 0, at("127.255.255.255", port(server)));
            SockaddrStorage from = SockaddrStorage.allocate(arena);
            message.address(from);
            assertEquals(3, receive(server, message, 0));
            ControlMessages control = message.control();
            int info = control.indexOf(Cmsg.IP_PKTINFO);
            InetAddress destination = control.destination(info);
            InetAddress local = control.localAddress(info);
            assertEquals(InetAddress.getByName("127.255.255.255"), destination);
            assertEquals(InetAddress.getByName("127.0.0.1"), local);

            Message answer = Message.allocate(arena, 1, Cmsg.space(Cmsg.IP_PKTINFO));
            answer.address(from);
            answer.buffer(bytes(arena, "answer"));
            answer.control().addPacketInfo(destination, 0);
            int errno = assertThrows(ErrnoException.class, () -> server.sendmsg(answer, 0)).errno();
            assertTrue(errno == Errno.ENETUNREACH || errno == Errno.EINVAL, () -> Errno.name(errno));
            answer.control().clear();
            answer.control().addPacketInfo(local, 0);
            assertEquals(6, server.sendmsg(answer, 0));
            assertEquals(6, receive(client, message, 0));
            assertEquals(at("127.0.0.1", port(server)), from.get());
        }
    }

    private static long nanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    @Test
    void ofIpv6ItIsToldToWhomAndHowFar() throws IOException {
        try (SocketFd server = bound(AF_INET6, "::"); SocketFd client = bound(AF_INET6, "::1")) {
            server.setsockopt(Sockopt.IPV6_RECVPKTINFO, true);
            server.setsockopt(Sockopt.IPV6_RECVHOPLIMIT, true);
            server.setsockopt(Sockopt.IPV6_RECVTCLASS, true);
            SockaddrStorage peer = SockaddrStorage.allocate(arena);
            peer.set(at("::1", port(server)), AF_INET6);
            message.address(peer);
            message.buffer(bytes(arena, "six"));
            message.control().add(Cmsg.IPV6_HOPLIMIT, 77);
            message.control().add(Cmsg.IPV6_TCLASS, 3);
            message.control().addPacketInfo(InetAddress.getByName("::1"), loopback());
            assertEquals(3, client.sendmsg(message, 0));
            assertEquals(3, receive(server, message, 0));
            ControlMessages control = message.control();
            assertEquals(77, control.number(Cmsg.IPV6_HOPLIMIT, -1));
            assertEquals(3, control.number(Cmsg.IPV6_TCLASS, -1));
            int info = control.indexOf(Cmsg.IPV6_PKTINFO);
            assertEquals(InetAddress.getByName("::1"), control.destination(info));
            assertEquals(control.destination(info), control.localAddress(info));
            assertEquals(loopback(), control.ifindex(info));
            assertThrows(IllegalStateException.class, () -> control.pid(info));
            assertThrows(IllegalStateException.class, () -> control.number(info));
            assertThrows(IllegalStateException.class, () -> control.extendedError(info));
        }
    }

    @Test
    void withTooLittleRoomTheLastOnesAreMissingAndItIsSaid() throws IOException {
        try (SocketFd server = bound(AF_INET, "127.0.0.1"); SocketFd client = bound(AF_INET, "127.0.0.1")) {
            server.setsockopt(Sockopt.IP_RECVTTL, true);
            server.setsockopt(Sockopt.SO_TIMESTAMPNS, true);
            client.connect(server.getsockname());
            int all = Cmsg.space(Cmsg.IP_TTL, Cmsg.SCM_TIMESTAMPNS);
            for (int room = 8; room <= all; room += 8) {
                client.send(bytes(arena, "data"), 0);
                Message small = Message.allocate(arena, 1, room);
                assertEquals(4, receive(server, small, 0));
                assertEquals("data", text(buffer, 4));
                assertEquals(room < all, (small.flags() & MSG_CTRUNC) != 0, small::toString);
                ControlMessages control = small.control();
                assertTrue(control.size() <= 2);
                for (int i = 0; i < control.size(); i++) {
                    int index = i;
                    if (control.is(i, Cmsg.SCM_TIMESTAMPNS) && control.length(i) < 16) {
                        String text = assertThrows(IllegalStateException.class, () -> control.timestampNanos(index))
                                .getMessage();
                        assertTrue(text.contains("was cut"), text);
                    }
                }
            }
        }
    }

    @Test
    void credentialsAreThoseOfTheSender() throws Exception {
        try (SocketPair pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, 0)) {
            pair.second().setsockopt(Sockopt.SO_PASSCRED, true);
            int pid = (int) ProcessHandle.current().pid();
            int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            int gid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:gid");
            for (int i = 0; i < 2; i++) {
                message.buffer(bytes(arena, "who"));
                message.control().clear();
                if (i == 1) {
                    message.control().addCredentials(pid, uid, gid);
                }
                assertEquals(3, pair.first().sendmsg(message, 0));
                assertEquals(3, receive(pair.second(), message, 0));
                int found = message.control().indexOf(Cmsg.SCM_CREDENTIALS);
                assertEquals(pid, message.control().pid(found));
                assertEquals(uid, message.control().uid(found));
                assertEquals(gid, message.control().gid(found));
            }
            message.buffer(bytes(arena, "who"));
            message.control().clear();
            message.control().addCredentials(Integer.MAX_VALUE - 1, uid, gid);
            assertThrows(ErrnoException.class, () -> pair.first().sendmsg(message, 0));
        }
    }

    @Test
    void thePidfdOfTheSenderIsHandedOutOnce() throws Exception {
        try (SocketPair pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, 0)) {
            try {
                pair.second().setsockopt(Sockopt.SO_PASSPIDFD, true);
            } catch (ErrnoException e) {
                assumeTrue(false, "no SO_PASSPIDFD before Linux 6.5");
            }
            long before = open();
            for (int i = 0; i < 3; i++) {
                pair.first().send(bytes(arena, "x"), 0);
                receive(pair.second(), message, 0);
                assertEquals(before + 1, open(), "that of the last message");
            }
            assertEquals(0, message.control().descriptors());
            int index = message.control().indexOf(Cmsg.SCM_PIDFD);
            assertEquals(-1, message.control().number(index), "the number is shown to nobody");
            try (PidFd sender = message.control().takePidFd()) {
                assertNotNull(sender);
                assertTrue(sender.sendSignal(0));
                assertTrue(Fcntl.isCloseOnExec(sender));
                assertThrows(IllegalStateException.class, () -> message.control().takePidFd());
            }
            pair.second().setsockopt(Sockopt.SO_PASSPIDFD, false);
            pair.first().send(bytes(arena, "x"), 0);
            receive(pair.second(), message, 0);
            assertNull(message.control().takePidFd());
            assertEquals(before, open());
        }
    }

    /** But for those of a poller of virtual threads, which may end meanwhile. */
    private static long open() throws IOException {
        long count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path number : all) {
                try {
                    String file = Files.readSymbolicLink(number).toString();
                    count += file.endsWith("[eventpoll]") || file.endsWith("[eventfd]") ? 0 : 1;
                } catch (NoSuchFileException e) {
                    // closed since
                }
            }
        }
        return count;
    }

    /** As the kernel writes it where it could not make one. */
    @Test
    void aPidfdThatTheKernelCouldNotMakeIsAnError() {
        MemorySegment piece = arena.allocate(ROOM, Long.BYTES);
        ControlData.put(piece, 0, SOL_SOCKET, Cmsg.SCM_PIDFD.type(), Integer.BYTES);
        piece.set(ValueLayout.JAVA_INT, ControlData.HEADER, -Errno.ESRCH);
        message.control().received(piece, 0, 24);
        assertErrno(Errno.ESRCH, () -> message.control().takePidFd());
    }

    @Test
    void whatTheQueueHasDroppedIsCounted() throws IOException {
        try (SocketFd server = bound(AF_INET, "127.0.0.1"); SocketFd client = bound(AF_INET, "127.0.0.1")) {
            server.setsockopt(Sockopt.SO_RXQ_OVFL, true);
            server.setsockopt(Sockopt.SO_RCVBUF, 4096);
            client.connect(server.getsockname());
            for (int i = 0; i < 50; i++) {
                client.send(buffer.asSlice(0, 1000), 0);
            }
            long dropped = 0;
            message.buffer(buffer);
            int received = 0;
            while (server.recvmsg(message, 0) != Fd.WOULD_BLOCK) {
                received++;
            }
            client.send(buffer.asSlice(0, 1), 0);
            receive(server, message, 0);
            dropped = message.control().number(Cmsg.SO_RXQ_OVFL, -1);
            assertEquals(50, received + dropped);
            assertTrue(dropped > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void theErrorQueueTellsWhatBecameOfWhatWasSent(int version) throws IOException {
        int domain = version == 4 ? AF_INET : AF_INET6;
        String host = version == 4 ? "127.0.0.1" : "::1";
        int closed;
        try (SocketFd gone = bound(domain, host)) {
            closed = port(gone);
        }
        try (SocketFd client = bound(domain, host)) {
            client.setsockopt(version == 4 ? Sockopt.IP_RECVERR : Sockopt.IPV6_RECVERR, true);
            assertEquals(Fd.WOULD_BLOCK, client.recvmsg(message, MSG_ERRQUEUE), "it never blocks");
            SockaddrStorage address = SockaddrStorage.allocate(arena);
            address.set(at(host, closed), domain);
            client.sendto(bytes(arena, "to nobody"), 0, address);
            Message exact = Message.allocate(arena, 1,
                    Cmsg.space(version == 4 ? Cmsg.IP_RECVERR : Cmsg.IPV6_RECVERR));
            exact.address(address);
            assertEquals(9, receive(client, exact, MSG_ERRQUEUE));
            assertTrue((exact.flags() & MSG_ERRQUEUE) != 0, exact::toString);
            assertEquals(0, exact.flags() & MSG_CTRUNC, exact::toString);
            assertEquals("to nobody", text(buffer, 9));
            assertEquals(at(host, closed), address.get());
            SockExtendedErr error = exact.control().extendedError(0);
            assertEquals(Errno.ECONNREFUSED, error.errno());
            assertEquals(version == 4 ? SockExtendedErr.SO_EE_ORIGIN_ICMP : SockExtendedErr.SO_EE_ORIGIN_ICMP6,
                    error.origin());
            assertEquals(version == 4 ? 3 : 1, error.type());
            assertEquals(version == 4 ? 3 : 4, error.code());
            assertEquals(InetAddress.getByName(host), ((InetSocketAddress) error.offender()).getAddress());
        }
    }

    @Test
    void anErrorOfThisHostHasNoOffender() throws IOException {
        try (SocketFd client = bound(AF_INET, "127.0.0.1"); SocketFd server = bound(AF_INET, "127.0.0.1")) {
            client.setsockopt(Sockopt.IP_RECVERR, true);
            client.setsockopt(Sockopt.IP_MTU_DISCOVER, Sockopt.IP_PMTUDISC_DO);
            client.connect(server.getsockname());
            MemorySegment huge = arena.allocate(65_510);
            assertErrno(Errno.EMSGSIZE, () -> client.send(huge, 0));
            receive(client, message, MSG_ERRQUEUE);
            SockExtendedErr error = message.control().extendedError(0);
            assertEquals(Errno.EMSGSIZE, error.errno());
            assertEquals(SockExtendedErr.SO_EE_ORIGIN_LOCAL, error.origin());
            assertNull(error.offender());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void whatIsSentWithoutCopyingIsToldToBeDoneWithIfThatWasAskedFor(int version) throws IOException {
        int domain = version == 4 ? AF_INET : AF_INET6;
        String host = version == 4 ? "127.0.0.1" : "::1";
        try (SocketFd server = bound(domain, host); SocketFd client = bound(domain, host)) {
            client.connect(server.getsockname());
            MemorySegment data = arena.allocate(8192, 4096);
            assertEquals(8192, client.send(data, MSG_ZEROCOPY));
            assertEquals(8192, receive(server, message, 0));
            assertEquals(Fd.WOULD_BLOCK, client.recvmsg(message, MSG_ERRQUEUE), "the flag alone does nothing");
            client.setsockopt(Sockopt.SO_ZEROCOPY, true);
            Message out = Message.allocate(arena);
            out.buffer(data);
            for (int i = 0; i < 3; i++) {
                assertEquals(8192, client.sendmsg(out, MSG_ZEROCOPY));
                assertEquals(8192, receive(server, message, 0));
            }
            Message exact = Message.allocate(
                    arena, 1, Cmsg.space(version == 4 ? Cmsg.IP_RECVERR : Cmsg.IPV6_RECVERR));
            for (int next = 0; next < 3;) {
                assertEquals(0, receive(client, exact, MSG_ERRQUEUE), "no data comes with it");
                assertEquals(0, exact.flags() & MSG_CTRUNC, exact::toString);
                SockExtendedErr done = exact.control().extendedError(0);
                assertEquals(SockExtendedErr.SO_EE_ORIGIN_ZEROCOPY, done.origin());
                assertEquals(0, done.errno());
                assertEquals(SockExtendedErr.SO_EE_CODE_ZEROCOPY_COPIED, done.code(), "over the loopback device");
                assertEquals(next, done.info());
                assertTrue(done.data() >= next && done.data() < 3, done::toString);
                next = done.data() + 1;
            }
            assertEquals(Fd.WOULD_BLOCK, client.recvmsg(exact, MSG_ERRQUEUE));
        }
    }

    @Test
    void oneCallSendsManyDatagramsAndReceivesThemJoined() throws IOException {
        try (SocketFd server = bound(AF_INET, "127.0.0.1"); SocketFd client = bound(AF_INET, "127.0.0.1")) {
            client.connect(server.getsockname());
            message.buffer(arena.allocate(3500));
            message.control().add(Cmsg.UDP_SEGMENT, 1000);
            assertEquals(3500, client.sendmsg(message, 0));
            Message in = Message.allocate(arena, 1, Cmsg.space(Cmsg.UDP_GRO));
            for (int length : new int[] {1000, 1000, 1000, 500}) {
                assertEquals(length, receive(server, in, 0));
                assertEquals(0, in.control().size());
            }
            server.setsockopt(Sockopt.UDP_GRO, true);
            assertEquals(3500, client.sendmsg(message, 0), "it was added once");
            assertEquals(3500, receive(server, in, 0));
            assertEquals(1000, in.control().number(Cmsg.UDP_GRO, -1));
        }
    }

    @Test
    void whatHasNoTypeIsReadAndWrittenAsBytes() throws IOException {
        try (SocketFd server = bound(AF_INET, "127.0.0.1"); SocketFd client = bound(AF_INET, "127.0.0.1")) {
            int timestamp = 29;
            server.setsockopt(new Sockopt.Flag("SO_TIMESTAMP", SOL_SOCKET, timestamp), true);
            server.setsockopt(Sockopt.IP_RECVTTL, true);
            client.connect(server.getsockname());
            message.buffer(bytes(arena, "x"));
            message.control().add(IPPROTO_IP, Cmsg.IP_TTL.type(), MemorySegment.ofArray(new int[] {9}));
            assertEquals(1, client.sendmsg(message, 0));
            receive(server, message, 0);
            ControlMessages control = message.control();
            assertEquals(2, control.size());
            for (int i = 0; i < 2; i++) {
                if (control.is(i, Cmsg.IP_TTL)) {
                    assertEquals(9, control.data(i).get(ValueLayout.JAVA_INT, 0));
                } else {
                    assertEquals(SOL_SOCKET, control.level(i));
                    assertEquals(timestamp, control.type(i));
                    assertEquals(16, control.length(i));
                    assertEquals(16, control.data(i).byteSize());
                    assertTrue(control.data(i).isReadOnly());
                }
            }
            assertThrows(IndexOutOfBoundsException.class, () -> control.level(2));
            assertThrows(IndexOutOfBoundsException.class, () -> control.data(-1));
        }
    }

    @Test
    void whatWasReceivedIsNotSentUnlessItIsAdded() throws IOException {
        try (SocketPair pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, 0)) {
            pair.second().setsockopt(Sockopt.SO_PASSCRED, true);
            pair.first().send(bytes(arena, "x"), 0);
            receive(pair.second(), message, 0);
            assertEquals(1, message.control().size());
            assertEquals(0, message.control().toSend());
            message.buffer(bytes(arena, "y"));
            assertEquals(1, pair.second().sendmsg(message, 0));
            message.control().addCredentials(1, 2, 3);
            assertEquals(1, message.control().size(), "what was received is gone with the first that is added");
            assertEquals(Cmsg.space(Cmsg.SCM_CREDENTIALS), message.control().toSend());
        }
    }

    @Test
    void numbersThatDoNotFitAndRoomThatIsNotThereAreRefused() {
        Message small = Message.allocate(arena, 1, Cmsg.space(Cmsg.UDP_SEGMENT));
        ControlMessages control = small.control();
        assertThrows(IllegalArgumentException.class, () -> control.add(Cmsg.UDP_SEGMENT, 65_536));
        assertThrows(IllegalArgumentException.class, () -> control.add(Cmsg.UDP_SEGMENT, -32_769));
        assertThrows(IllegalArgumentException.class, () -> control.add(Cmsg.IP_TTL, 1L << 32));
        control.add(Cmsg.UDP_SEGMENT, 65_535);
        assertEquals(65_535, control.number(0));
        String text = assertThrows(IllegalArgumentException.class, () -> control.add(Cmsg.IP_TTL, 1)).getMessage();
        assertTrue(text.contains("Cmsg.space"), text);
        control.clear();
        assertThrows(IllegalArgumentException.class, () -> control.addCredentials(1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> control.add(1, 2, arena.allocate(9)));
        assertThrows(IllegalArgumentException.class, () -> control.add(1, 2, arena.allocate(100_000)));
        control.add(1, 2, arena.allocate(8));
        control.clear();
        control.add(new Cmsg.Number("BYTE", 1, 2, 1), 255);
        assertEquals(255, control.number(0));
        control.clear();
        control.add(new Cmsg.Number("LONG", 1, 2, 8), Long.MIN_VALUE);
        assertEquals(Long.MIN_VALUE, control.number(0));
        assertThrows(IllegalArgumentException.class, () -> new Cmsg.Number("ODD", 1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> new Cmsg.Struct("LARGE", 1, 2, 65_536));
        assertThrows(IllegalArgumentException.class, () -> Cmsg.rights(0));
        assertThrows(IllegalArgumentException.class, () -> Cmsg.rights(254));
        ControlMessages none = Message.allocate(arena).control();
        assertThrows(IllegalArgumentException.class, () -> none.add(1, 2, MemorySegment.NULL));
        assertEquals(0, none.capacity());
    }

    /** Numbers that this process does not have: closing them does nothing. */
    @Test
    void cutOrLyingAtAnyPlaceNothingIsReadBeyondAndNoNumberIsShown() {
        SplittableRandom random = new SplittableRandom(3);
        MemorySegment piece = arena.allocate(ROOM, Long.BYTES);
        ControlMessages control = message.control();
        Cmsg.Kind[] kinds = {Cmsg.rights(3), Cmsg.SCM_CREDENTIALS, Cmsg.SCM_PIDFD, Cmsg.IP_PKTINFO, Cmsg.IPV6_PKTINFO,
            Cmsg.SCM_TIMESTAMPNS, Cmsg.IP_RECVERR, Cmsg.IPV6_RECVERR, Cmsg.IP_TOS};
        for (int round = 0; round < 20_000 / Support.PATIENCE; round++) {
            int at = 0;
            while (at < 400) {
                Cmsg.Kind kind = kinds[random.nextInt(kinds.length)];
                int bytes = random.nextInt(3) == 0 ? random.nextInt(40) : kind.bytes();
                ControlData.put(piece, at, kind.level(), kind.type(), bytes);
                for (int i = 0; i < bytes / 4; i++) {
                    piece.set(ValueLayout.JAVA_INT, at + ControlData.HEADER + i * 4L, random.nextInt(1 << 29, 1 << 30));
                }
                if (random.nextInt(8) == 0) {
                    piece.set(ValueLayout.JAVA_LONG, at, random.nextLong());
                }
                at += ControlData.space(bytes);
            }
            control.beginReceive();
            control.received(piece, 0, random.nextBoolean() ? random.nextInt(ROOM) : random.nextLong());
            assertTrue(control.size() <= ROOM / 16);
            for (int i = 0; i < control.size(); i++) {
                MemorySegment data = control.data(i);
                if (control.is(i, Cmsg.SCM_RIGHTS)) {
                    for (int n = 0; n + 4 <= data.byteSize(); n += 4) {
                        assertEquals(-1, data.get(ValueLayout.JAVA_INT, n));
                    }
                }
                int index = i;
                for (Runnable read : new Runnable[] {() -> control.pid(index), () -> control.destination(index),
                    () -> control.localAddress(index), () -> control.ifindex(index), () -> control.number(index),
                    () -> control.timestampNanos(index), () -> control.extendedError(index)}) {
                    try {
                        read.run();
                    } catch (IllegalStateException e) {
                        // of another kind, or cut
                    }
                }
            }
            control.closeNumbers();
            piece.fill((byte) 0);
        }
        assertFalse(message.toString().isEmpty());
    }
}
