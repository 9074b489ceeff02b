package dev.pollux;

import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.MSG_DONTWAIT;
import static dev.pollux.SocketFd.MSG_TRUNC;
import static dev.pollux.SocketFd.MSG_WAITFORONE;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
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
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link SocketFd#sendmmsg} and {@link SocketFd#recvmmsg}. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MessageArrayTest {
    private static final int COUNT = 8;
    private static final int BYTES = 16;

    private Arena arena;
    private SocketPair pair;
    private Messages out;
    private Messages in;
    private MemorySegment[] buffers;

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC);
        out = Messages.allocate(arena, COUNT, 2, Cmsg.space(Cmsg.SCM_RIGHTS));
        in = Messages.allocate(arena, COUNT, 2, Cmsg.space(Cmsg.SCM_RIGHTS));
        buffers = new MemorySegment[COUNT];
        for (int i = 0; i < COUNT; i++) {
            buffers[i] = arena.allocate(BYTES);
            in.get(i).buffers(buffers[i].asSlice(0, 2), buffers[i].asSlice(2));
        }
    }

    @AfterEach
    void close() throws IOException {
        out.close();
        in.close();
        pair.close();
        arena.close();
    }

    private void send(String... texts) throws IOException {
        for (int i = 0; i < texts.length; i++) {
            out.get(i).buffer(bytes(arena, texts[i]));
        }
        assertEquals(texts.length, pair.first().sendmmsg(out, 0, texts.length, 0));
    }

    @Test
    void manyAreSentAndReceivedEachAsItIs() throws IOException {
        String[] texts = {"one", "", "three", "a message that is longer", "5"};
        send(texts);
        for (int i = 0; i < texts.length; i++) {
            assertEquals(texts[i].length(), out.get(i).length());
        }
        assertEquals(5, pair.second().recvmmsg(in, MSG_DONTWAIT));
        assertEquals(5, in.size());
        for (int i = 0; i < texts.length; i++) {
            boolean cut = texts[i].length() > BYTES;
            assertEquals(Math.min(BYTES, texts[i].length()), in.get(i).length());
            assertEquals(cut, (in.get(i).flags() & MSG_TRUNC) != 0);
            assertEquals(texts[i].substring(0, (int) in.get(i).length()), text(buffers[i], in.get(i).length()));
        }
        assertSame(in.get(3), in.get(3));
        assertEquals(COUNT, in.capacity());
        assertThrows(IndexOutOfBoundsException.class, () -> in.get(COUNT));

        send("next");
        assertEquals(1, pair.second().recvmmsg(in, MSG_DONTWAIT));
        assertEquals(4, in.get(0).length());
        for (int i = 1; i < COUNT; i++) {
            assertEquals(0, in.get(i).length(), "nothing is left of the messages before");
            assertEquals(0, in.get(i).flags());
        }
        assertEquals(Fd.WOULD_BLOCK, pair.second().recvmmsg(in, MSG_DONTWAIT));
        assertEquals(0, in.size());
        assertEquals(0, in.get(0).length());
    }

    @Test
    void anyPartOfThemIsSentAndOneAloneAsWell() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            out.get(i).buffer(bytes(arena, "m" + i));
        }
        assertEquals(2, pair.first().sendmmsg(out, 3, 2, 0));
        assertEquals(2, pair.first().sendmsg(out.get(7), 0));
        assertEquals(0, pair.first().sendmmsg(out, 8, 0, 0));
        assertEquals(3, pair.second().recvmmsg(in, MSG_DONTWAIT));
        assertEquals("m3", text(buffers[0], 2));
        assertEquals("m4", text(buffers[1], 2));
        assertEquals("m7", text(buffers[2], 2));
        for (int[] range : new int[][] {{0, 9}, {8, 1}, {-1, 1}, {0, -1}, {1, Integer.MAX_VALUE}}) {
            assertThrows(IndexOutOfBoundsException.class, () -> pair.first().sendmmsg(out, range[0], range[1], 0));
        }
    }

    @Test
    void ofAnErrorTheOnesBeforeItAreSentAndTheNextCallTellsIt() throws IOException {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM)) {
            socket.bind(any);
            SockaddrStorage self = SockaddrStorage.allocate(arena);
            self.set(socket.getsockname(), AF_INET);
            for (int i = 0; i < 4; i++) {
                out.get(i).buffer(i == 2 ? arena.allocate(100_000) : bytes(arena, "x"));
                out.get(i).address(self);
            }
            assertEquals(2, socket.sendmmsg(out, 0, 4, 0));
            assertEquals(0, out.get(2).length());
            ErrnoException thrown = assertErrno(Errno.EMSGSIZE, () -> socket.sendmmsg(out, 2, 2, 0));
            assertTrue(thrown.getMessage().startsWith("sendmmsg(fd=" + socket.fd() + ", vlen=2, iovlen=1, /127.0.0.1:"),
                    thrown::getMessage);
            assertEquals(1, socket.sendmmsg(out, 3, 1, 0));
            SockaddrStorage sender = SockaddrStorage.allocate(arena);
            in.get(1).address(sender);
            assertEquals(3, socket.recvmmsg(in, 0));
            assertEquals(self.get(), sender.get());
            assertEquals(Fd.WOULD_BLOCK, socket.recvmmsg(in, 0));
            assertNull(sender.get());
        }
    }

    @Test
    void ofABlockingSocketItWaitsForAllOrForOne() throws Exception {
        FutureTask<Integer> forAll = startAsleep(() -> pair.second().recvmmsg(in, 0));
        awaitBusy(in);
        for (int i = 0; i < COUNT; i++) {
            assertFalse(forAll.isDone());
            pair.first().send(bytes(arena, "x"), 0);
        }
        assertEquals(COUNT, get(forAll));
        FutureTask<Integer> forOne = startAsleep(() -> pair.second().recvmmsg(in, MSG_WAITFORONE));
        pair.first().send(bytes(arena, "x"), 0);
        assertEquals(1, get(forOne));
    }

    @Test
    void oneInUseRefusesTheOthersToAnotherThread() throws Exception {
        FutureTask<Long> blocked = startAsleep(() -> pair.second().recvmsg(in.get(2), 0));
        awaitBusy(in);
        assertThrows(IllegalStateException.class, () -> pair.second().recvmmsg(in, MSG_DONTWAIT));
        assertThrows(IllegalStateException.class, () -> pair.second().recvmsg(in.get(1), MSG_DONTWAIT));
        assertThrows(IllegalStateException.class, in::close);
        pair.first().send(bytes(arena, "x"), 0);
        assertEquals(1, get(blocked));
        assertEquals(1, in.get(2).length());
    }

    @Test
    void descriptorsComeWithTheirMessagesAndAreClosedByTheNextReceive() throws IOException {
        try (Pipe pipe = Pipe.create(); EventFd eventFd = EventFd.create()) {
            out.get(1).control().addRights(pipe.writer());
            out.get(3).control().addRights(eventFd);
            send("0", "1", "2", "3");
            assertEquals(0, Support.users(pipe.writer()));
            assertEquals(4, pair.second().recvmmsg(in, MSG_DONTWAIT));
            assertEquals(0, in.get(0).control().descriptors());
            assertEquals(1, in.get(3).control().descriptors());
            try (Fd writer = in.get(1).control().take(0)) {
                assertTrue(Fcntl.isCloseOnExec(writer));
                Support.write(writer, "through");
                assertEquals("through", Support.read(pipe.reader()));
            }
            int number = in.get(3).control().take(0, n -> EventFd.adopt(n)).detach();
            assertTrue(Support.isOpen(number));
            Fd.adopt(number).close();

            pipe.writer().close();
            assertClosed(() -> pair.first().sendmmsg(out, 0, 4, 0));
            assertEquals(0, Support.users(eventFd));
            assertEquals(Fd.WOULD_BLOCK, pair.second().recvmmsg(in, MSG_DONTWAIT), "and none was sent");
        }
    }

    @Test
    void closedTheyAreRefused() {
        in.close();
        in.close();
        assertClosed(() -> pair.second().recvmmsg(in, MSG_DONTWAIT));
        assertClosed(() -> pair.second().recvmsg(in.get(0), MSG_DONTWAIT));
        assertClosed(() -> pair.second().sendmmsg(in, 0, 1, MSG_DONTWAIT));
    }

    @Test
    void readOnlyMemoryInOneOfThemIsRefusedBeforeAnythingIsReceived() throws IOException {
        in.get(5).buffer(arena.allocate(4).asReadOnly());
        SockaddrStorage sender = SockaddrStorage.allocate(arena);
        in.get(0).address(sender);
        pair.first().send(bytes(arena, "x"), 0);
        assertThrows(IllegalArgumentException.class, () -> pair.second().recvmmsg(in, MSG_DONTWAIT));
        assertFalse(sender.isBusy());
        in.get(5).buffer(arena.allocate(4));
        assertEquals(1, pair.second().recvmmsg(in, MSG_DONTWAIT));
    }
}
