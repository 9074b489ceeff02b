package dev.pollux;

import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.MSG_CTRUNC;
import static dev.pollux.SocketFd.MSG_DONTWAIT;
import static dev.pollux.SocketFd.MSG_PEEK;
import static dev.pollux.SocketFd.MSG_TRUNC;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitBusy;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.get;
import static dev.pollux.Support.startAsleep;
import static dev.pollux.Support.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link SocketFd#sendmsg} and {@link SocketFd#recvmsg}: data, addresses, and whose memory it is. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageTest {
    private Arena arena;
    private SocketPair pair;

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC);
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    @Test
    void severalBuffersAreOneMessage() throws IOException {
        Message out = Message.allocate(arena, 3, 0);
        out.buffers(bytes(arena, "one"), bytes(Arena.global(), "-and-"), bytes(arena, "two"));
        assertEquals(11, pair.first().sendmsg(out, 0));
        assertEquals(11, out.length());

        Message in = Message.allocate(arena, 2, 0);
        MemorySegment head = arena.allocate(4);
        MemorySegment tail = arena.allocate(20);
        in.buffers(head, tail);
        assertEquals(11, pair.second().recvmsg(in, 0));
        assertEquals("one-", text(head, 4));
        assertEquals("and-two", text(tail, 7));
        assertEquals(11, in.length());
        assertEquals(SocketFd.MSG_CMSG_CLOEXEC, in.flags());
    }

    @Test
    void theSameMessageIsUsedAgainAndWithOtherBuffers() throws IOException {
        Message message = Message.allocate(arena, 2, 0);
        MemorySegment buffer = arena.allocate(8);
        for (String text : new String[] {"a", "bcd", "", "efgh"}) {
            message.buffers(bytes(arena, text), MemorySegment.NULL);
            assertEquals(text.length(), pair.first().sendmsg(message, 0));
            message.buffer(buffer);
            assertEquals(text.length(), pair.second().recvmsg(message, 0));
            assertEquals(text, text(buffer, message.length()));
        }
        message.buffers();
        assertEquals(0, pair.first().sendmsg(message, 0));
        assertEquals(0, pair.second().recvmsg(message, 0));
    }

    @Test
    void whatIsCutIsToldByTheFlagsAndItsLengthOnRequest() throws IOException {
        Message message = Message.allocate(arena);
        MemorySegment data = bytes(arena, "longer than that");
        MemorySegment buffer = arena.allocate(6);
        message.buffer(data);
        pair.first().sendmsg(message, 0);
        message.buffer(buffer);
        assertEquals(6, pair.second().recvmsg(message, MSG_PEEK));
        assertTrue((message.flags() & MSG_TRUNC) != 0, message::toString);
        assertEquals(data.byteSize(), pair.second().recvmsg(message, MSG_TRUNC));
        assertTrue((message.flags() & MSG_TRUNC) != 0, message::toString);
        assertEquals("longer", text(buffer, 6));

        pair.first().send(buffer, 0);
        assertEquals(6, pair.second().recvmsg(message, 0));
        assertEquals(0, message.flags() & (MSG_TRUNC | MSG_CTRUNC), "of this message, and not of the one before");
    }

    @Test
    void nothingYetIsAResultAndLeavesNothingOfTheMessageBefore() throws IOException {
        Message message = Message.allocate(arena);
        message.buffer(arena.allocate(1));
        pair.first().send(bytes(arena, "xy"), 0);
        assertEquals(1, pair.second().recvmsg(message, 0));
        assertEquals(Fd.WOULD_BLOCK, pair.second().recvmsg(message, MSG_DONTWAIT));
        assertEquals(0, message.flags());
        assertEquals(0, message.length());
    }

    @Test
    void anAddressIsSentToAndThatOfTheSenderIsReceived() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        try (SocketFd server = SocketFd.create(AF_INET, SOCK_DGRAM); SocketFd client = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            server.bind(any);
            client.bind(any);
            SockaddrStorage address = SockaddrStorage.allocate(arena);
            address.set(server.getsockname(), AF_INET);
            Message message = Message.allocate(arena);
            message.address(address);
            message.buffer(bytes(arena, "ask"));
            assertEquals(3, client.sendmsg(message, 0));
            Support.ready(server, Poll.POLLIN);
            assertEquals(3, server.recvmsg(message, 0));
            assertEquals(client.getsockname(), address.get());
            message.buffer(bytes(arena, "answer"));
            assertEquals(6, server.sendmsg(message, 0), "as it was received, back to its sender");
            Support.ready(client, Poll.POLLIN);
            assertEquals("answer", Support.read(client));
            assertEquals(Fd.WOULD_BLOCK, server.recvmsg(message, 0));
            assertNull(address.get(), "of nobody");
            ErrnoException none = assertErrno(Errno.EDESTADDRREQ, () -> server.sendmsg(message, 0));
            assertTrue(none.getMessage().contains("sendmsg(fd="), none::getMessage);
        }
    }

    @Test
    void memoryThatTheCallWouldNotKeepAliveIsRefused() {
        Message message = Message.allocate(arena, 2, 0);
        MemorySegment own = arena.allocate(4);
        try (Arena other = Arena.ofShared(); Arena confined = Arena.ofConfined()) {
            for (MemorySegment foreign : new MemorySegment[] {other.allocate(4), confined.allocate(4),
                    Arena.ofAuto().allocate(4), MemorySegment.ofBuffer(ByteBuffer.allocateDirect(4)),
                    MemorySegment.ofArray(new byte[4])}) {
                assertThrows(IllegalArgumentException.class, () -> message.buffer(foreign));
                assertThrows(IllegalArgumentException.class, () -> message.buffers(own, foreign));
            }
            SockaddrStorage foreign = SockaddrStorage.allocate(other);
            String text = assertThrows(IllegalArgumentException.class, () -> message.address(foreign)).getMessage();
            assertTrue(text.contains("another arena"), text);
            message.address(SockaddrStorage.allocate(Arena.global()));
            Message confinedOne = Message.allocate(confined);
            assertThrows(IllegalArgumentException.class, () -> confinedOne.buffer(own));
            confinedOne.buffer(confined.allocate(4).asSlice(1, 2).asReadOnly());
        }
        message.buffers(own, own.asSlice(2));
        assertThrows(IllegalArgumentException.class, () -> message.buffers(own, own, own));
    }

    @ParameterizedTest
    @EnumSource(names = "RECV.*", mode = EnumSource.Mode.MATCH_ALL)
    void anAddressCanBeUsedAgainWhereTheArenaOfItsMessageWasClosed(Call call) {
        SockaddrStorage address = SockaddrStorage.allocate(Arena.global());
        Messages messages = Messages.allocate(arena, 1, 1, 0);
        messages.get(0).address(address);
        arena.close();
        assertThrows(IllegalStateException.class, () -> {
            if (call == Call.RECVMSG) {
                pair.second().recvmsg(messages.get(0), MSG_DONTWAIT);
            } else {
                pair.second().recvmmsg(messages, MSG_DONTWAIT);
            }
        });
        address.set(MemorySegment.NULL);
        assertFalse(address.isBusy());
    }

    @Test
    void readOnlyMemoryIsForSendingOnly() throws IOException {
        Message message = Message.allocate(arena, 2, 0);
        message.buffers(arena.allocate(1), bytes(arena, "x").asReadOnly());
        assertEquals(2, pair.first().sendmsg(message, 0));
        assertThrows(IllegalArgumentException.class, () -> pair.second().recvmsg(message, 0));
        message.buffer(arena.allocate(2));
        assertEquals(2, pair.second().recvmsg(message, 0));
    }

    enum Call { RECVMSG, RECVMMSG, SENDMSG, SENDMMSG }

    @ParameterizedTest
    @EnumSource
    void anArenaIsNotClosedUnderACallThatIsBlocked(Call call) throws Exception {
        boolean sends = call == Call.SENDMSG || call == Call.SENDMMSG;
        try (Arena own = Arena.ofShared()) {
            Arena used = Arena.ofShared();
            Messages messages = Messages.allocate(used, 1, 1, 64);
            Message message = messages.get(0);
            message.address(SockaddrStorage.allocate(used));
            MemorySegment buffer = bytes(used, "text");
            message.buffer(buffer);
            MemorySegment data = bytes(own, "data");
            while (sends && pair.second().send(data, MSG_DONTWAIT) > 0) { }
            FutureTask<Long> blocked = startAsleep(() -> switch (call) {
                case RECVMSG -> pair.second().recvmsg(message, 0);
                case RECVMMSG -> (long) pair.second().recvmmsg(messages, 0);
                case SENDMSG -> pair.second().sendmsg(message, 0);
                case SENDMMSG -> (long) pair.second().sendmmsg(messages, 0, 1, 0);
            });
            assertThrows(IllegalStateException.class, used::close);
            if (sends) {
                while (!text(data, 4).equals("text")) {
                    pair.first().recv(data, 0);
                }
            } else {
                assertEquals(4, pair.first().send(data, 0));
            }
            assertEquals(call == Call.RECVMSG || call == Call.SENDMSG ? 4 : 1, get(blocked));
            assertEquals(sends ? "text" : "data", text(buffer, 4));
            used.close();
            for (Executable later : new Executable[] {() -> pair.second().recvmsg(message, MSG_DONTWAIT),
                    () -> pair.first().sendmsg(message, 0), () -> message.buffer(MemorySegment.NULL), message::flags}) {
                assertThrows(IllegalStateException.class, later);
            }
            message.close();
        }
    }

    @Test
    void aMessageInUseByOneThreadRefusesAnother() throws Exception {
        Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.SCM_RIGHTS));
        message.buffer(arena.allocate(4));
        FutureTask<Long> blocked = startAsleep(() -> pair.second().recvmsg(message, 0));
        awaitBusy(message.memory());
        for (Executable call : new Executable[] {() -> pair.first().recvmsg(message, MSG_DONTWAIT),
                () -> pair.first().sendmsg(message, 0), () -> message.buffer(MemorySegment.NULL),
                () -> message.buffers(), () -> message.address(null), () -> message.control().clear(),
                () -> message.control().addRights(pair.first()), () -> message.control().takePidFd(),
                message::close}) {
            String text = assertThrows(IllegalStateException.class, call).getMessage();
            assertTrue(text.contains("another thread is using"), text);
        }
        pair.first().send(arena.allocate(1), 0);
        assertEquals(1, get(blocked));
        assertFalse(message.memory().isBusy());
        message.close();
    }

    @Test
    void aClosedMessageIsRefused() throws IOException {
        Message message = Message.allocate(arena);
        message.close();
        message.close();
        assertClosed(() -> pair.first().sendmsg(message, 0));
        assertClosed(() -> pair.first().recvmsg(message, 0));
    }

    @Test
    void sizesThatCannotBeAreRefused() {
        for (int[] sizes : new int[][] {{0, 0}, {-1, 0}, {1025, 0}, {1, -1}, {1, 65_537}}) {
            assertThrows(IllegalArgumentException.class, () -> Message.allocate(arena, sizes[0], sizes[1]));
        }
        assertThrows(IllegalArgumentException.class, () -> Messages.allocate(arena, 0, 1, 0));
        assertThrows(IllegalArgumentException.class, () -> Messages.allocate(arena, 1025, 1, 0));
        Message largest = Message.allocate(arena, 1024, 65_536);
        assertEquals(65_536, largest.control().capacity());
    }

    @Test
    void aStreamThatEndsIsZero() throws IOException {
        try (SocketPair stream = SocketPair.create(AF_UNIX, SOCK_STREAM, 0, SOCK_CLOEXEC)) {
            Message message = Message.allocate(arena);
            message.buffer(arena.allocate(8));
            stream.first().shutdown(SocketFd.SHUT_WR);
            assertEquals(0, stream.second().recvmsg(message, 0));
            assertErrno(Errno.EPIPE, () -> stream.first().sendmsg(message, 0));
        }
    }
}
