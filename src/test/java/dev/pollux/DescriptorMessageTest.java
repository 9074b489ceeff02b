package dev.pollux;

import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.MSG_CTRUNC;
import static dev.pollux.SocketFd.MSG_DONTWAIT;
import static dev.pollux.SocketFd.MSG_PEEK;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.read;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Descriptors in messages: who owns them, from when to when. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DescriptorMessageTest {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment byteSegment = bytes(arena, "x");
    private SocketPair pair;
    private Message out;
    private Message in;
    /** Such as those of child processes, which the JDK closes when it likes. */
    private TreeSet<String> othersPipes;

    @BeforeEach
    void open() throws IOException {
        othersPipes = openFiles();
        othersPipes.removeIf(file -> !file.contains(" pipe:"));
        pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC | SocketFd.SOCK_NONBLOCK);
        out = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(Cmsg.SCM_MAX_FD)));
        in = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(Cmsg.SCM_MAX_FD)));
        out.buffer(byteSegment);
        in.buffer(arena.allocate(8));
    }

    @AfterEach
    void close() throws IOException {
        out.close();
        in.close();
        pair.close();
        arena.close();
    }

    private void send(Fd... fds) throws IOException {
        out.control().clear();
        out.control().addRights(fds);
        assertEquals(1, pair.first().sendmsg(out, 0));
    }

    private void receive(int flags) throws IOException {
        assertEquals(1, pair.second().recvmsg(in, flags));
    }

    /** What is open in this process, with its number, but for pipes that were there before the test. */
    private TreeSet<String> openNumbers() throws IOException {
        TreeSet<String> numbers = openFiles();
        numbers.removeAll(othersPipes);
        return numbers;
    }

    private static TreeSet<String> openFiles() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            TreeSet<String> files = new TreeSet<>();
            for (Path number : all.toList()) {
                try {
                    files.add(number.getFileName() + " " + Files.readSymbolicLink(number));
                } catch (NoSuchFileException e) {
                    // closed since
                }
            }
            files.removeIf(file -> file.endsWith("/fd")); // the directory that is read
            // those of a poller of virtual threads, which may end meanwhile
            files.removeIf(file -> file.endsWith("[eventpoll]") || file.endsWith("[eventfd]"));
            return files;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, Cmsg.SCM_MAX_FD})
    void descriptorsArriveInOrderCloseOnExecAndAreHandedOutOnce(int count) throws IOException {
        Pipe[] pipes = new Pipe[Math.min(count, 7)];
        Fd[] writers = new Fd[count];
        for (int i = 0; i < pipes.length; i++) {
            pipes[i] = Pipe.create();
        }
        for (int i = 0; i < count; i++) {
            writers[i] = pipes[i % pipes.length].writer();
        }
        send(writers);
        receive(0);
        assertEquals(0, in.flags() & MSG_CTRUNC);
        assertEquals(1, in.control().size());
        assertTrue(in.control().is(0, Cmsg.SCM_RIGHTS));
        assertEquals(count, in.control().descriptors());
        for (int i = 0; i < count; i++) {
            try (Fd taken = in.control().take(i)) {
                assertTrue(Fcntl.isCloseOnExec(taken));
                write(taken, "to " + i);
                assertEquals("to " + i, read(pipes[i % pipes.length].reader()));
            }
            int index = i;
            String text = assertThrows(IllegalStateException.class, () -> in.control().take(index)).getMessage();
            assertTrue(text.contains("taken already"), text);
        }
        assertThrows(IndexOutOfBoundsException.class, () -> in.control().take(count));
        for (Pipe pipe : pipes) {
            pipe.close();
        }
    }

    @Test
    void theNumbersAreShownToNobody() throws IOException {
        send(pair.first(), pair.second());
        receive(0);
        MemorySegment data = in.control().data(0);
        assertEquals(8, data.byteSize());
        assertEquals(-1, data.get(ValueLayout.JAVA_INT, 0));
        assertEquals(-1, data.get(ValueLayout.JAVA_INT, 4));
        assertTrue(data.isReadOnly());
    }

    @Test
    void whatNobodyTookIsClosedByTheNextReceiveAndByClose() throws IOException {
        TreeSet<String> before = openNumbers();
        for (int i = 0; i < 3; i++) {
            send(pair.first(), pair.first());
            receive(0);
            assertEquals(before.size() + 2, openNumbers().size(), "those of the last message");
        }
        try (Fd taken = in.control().take(1)) {
            assertEquals(Fd.WOULD_BLOCK, pair.second().recvmsg(in, 0));
            assertEquals(0, in.control().descriptors());
            assertEquals(before.size() + 1, openNumbers().size(), "also by a receive of nothing");
            assertTrue(taken.isOpen());
        }
        send(pair.first(), pair.first());
        receive(0);
        in.close();
        assertEquals(before, openNumbers());
        in.close();
    }

    @Test
    void whatCouldNotBeAdoptedCanStillBeTaken() throws IOException {
        send(pair.first());
        receive(0);
        assertThrows(UnsupportedOperationException.class, () -> in.control().take(0, number -> {
            throw new UnsupportedOperationException();
        }));
        try (Fd taken = in.control().take(0)) {
            assertTrue(taken.isOpen());
        }
    }

    /** In memory that is confined to a thread nothing else keeps that thread from it. */
    @Test
    void whoIsAdoptingItCannotTakeItOnceMore() throws IOException {
        try (Arena confined = Arena.ofConfined();
                Message own = Message.allocate(confined, 1, Cmsg.space(Cmsg.rights(1)))) {
            own.buffer(confined.allocate(1));
            send(pair.first());
            assertEquals(1, pair.second().recvmsg(own, 0));
            assertThrows(IllegalStateException.class, () -> own.control().take(0, number -> {
                own.control().take(0);
                return Fd.adopt(number);
            }));
            try (Fd taken = own.control().take(0)) {
                assertTrue(taken.isOpen());
            }
        }
    }

    @Test
    void everyPeekOpensThemAndTheNextReceiveClosesThem() throws IOException {
        send(pair.first());
        TreeSet<String> before = openNumbers();
        receive(MSG_PEEK);
        try (Fd peeked = in.control().take(0)) {
            receive(MSG_PEEK);
            receive(MSG_PEEK);
            receive(0);
            try (SocketFd taken = in.control().take(0, SocketFd::adopt)) {
                assertNotEquals(peeked.fd(), taken.fd());
                assertEquals(before.size() + 2, openNumbers().size());
            }
        }
        assertEquals(before, openNumbers());
    }

    @Test
    void tooLittleRoomKeepsTheDataAndThoseThatFit() throws IOException {
        Fd[] fds = new Fd[10];
        Arrays.fill(fds, pair.first());
        TreeSet<String> before = openNumbers();
        try (Message small = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(4)))) {
            small.buffer(arena.allocate(4));
            send(fds);
            assertEquals(1, pair.second().recvmsg(small, 0));
            assertTrue((small.flags() & MSG_CTRUNC) != 0, small::toString);
            assertEquals(4, small.control().descriptors());
            assertEquals(before.size() + 4, openNumbers().size());
        }
        try (Message none = Message.allocate(arena)) {
            none.buffer(arena.allocate(4));
            send(fds);
            assertEquals(1, pair.second().recvmsg(none, 0));
            assertTrue((none.flags() & MSG_CTRUNC) != 0, none::toString);
            assertEquals(0, none.control().size());
        }
        assertEquals(before, openNumbers());
    }

    @Test
    void numbersAreTakenWhenTheCallIsMadeAndKeptFromBeingClosed() throws IOException {
        try (Pipe pipe = Pipe.create(); Pipe other = Pipe.create()) {
            out.control().addRights(pipe.reader(), other.reader());
            other.reader().close();
            assertClosed(() -> pair.first().sendmsg(out, 0));
            assertEquals(0, Support.users(pipe.reader()));
            out.control().clear();
            out.control().addRights(pipe.reader());
            int number = pipe.reader().detach();
            assertClosed(() -> pair.first().sendmsg(out, 0));
            Fd.adopt(number).close();
            assertEquals(Fd.WOULD_BLOCK, pair.second().recvmsg(in, MSG_DONTWAIT), "nothing was sent");
            out.control().clear();
            out.control().addRights(pair.first());
            pair.first().sendmsg(out, 0);
            pair.first().sendmsg(out, 0);
            assertEquals(0, Support.users(pair.first()));
        }
        receive(0);
        receive(0);
        assertEquals(1, in.control().descriptors(), "it stays for the next call");
    }

    @Test
    void aStreamWithoutAByteIsRefusedAsItWouldLoseThem() throws IOException {
        try (SocketPair stream = SocketPair.create(AF_UNIX, SOCK_STREAM, 0, SOCK_CLOEXEC)) {
            out.control().addRights(pair.first());
            out.buffer(MemorySegment.NULL);
            assertThrows(IllegalArgumentException.class, () -> stream.first().sendmsg(out, 0));
            assertEquals(0, pair.first().sendmsg(out, 0), "a datagram may be empty");
            assertEquals(0, pair.second().recvmsg(in, 0));
            assertEquals(1, in.control().descriptors());
        }
    }

    /** The kernel gives what there is room for, and the data in any case. */
    @Test
    void atTheLimitOfOpenFilesTheDataIsKeptAndThoseThatCame() throws Exception {
        assertEquals("kept\n", Child.run(Child.withOpenFiles(120, AtTheLimit.class)));
    }

    static final class AtTheLimit {
        private AtTheLimit() { }

        public static void main(String[] args) throws IOException {
            assertFalse(false, "JUnit's jars are open");
            try (Arena arena = Arena.ofShared();
                    SocketPair pair = SocketPair.create(AF_UNIX, SOCK_DGRAM, 0, SOCK_CLOEXEC)) {
                Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(5)));
                message.buffer(bytes(arena, "data"));
                Fd one = pair.first();
                message.control().addRights(one, one, one, one, one);
                pair.first().sendmsg(message, 0);
                List<Fd> filling = OpenFilesLimitTest.fill();
                filling.removeLast().close();
                filling.removeLast().close();
                MemorySegment buffer = arena.allocate(8);
                message.buffer(buffer);
                if (pair.second().recvmsg(message, 0) != 4 || (message.flags() & MSG_CTRUNC) == 0
                        || message.control().descriptors() != 2 || !Support.text(buffer, 4).equals("data")) {
                    throw new AssertionError(message.toString());
                }
                message.close();
                Fcntl.dup(one).close(); // there is room again
                OpenFilesLimitTest.close(filling);
            }
            System.out.println("kept");
        }
    }

    /** A thread that closes the arena at the very moment when the call returns. */
    @Test
    void whatArrivesWhileTheArenaIsClosedIsNotLost() throws Exception {
        TreeSet<String> before = openNumbers();
        for (int i = 0; i < 1000; i++) {
            Arena own = Arena.ofShared();
            Message message = Message.allocate(own, 1, Cmsg.space(Cmsg.SCM_RIGHTS));
            message.buffer(own.allocate(1));
            FutureTask<Void> receiver = Support.start(() -> {
                for (;;) {
                    pair.second().recvmsg(message, 0);
                }
            });
            send(pair.first());
            while (own.scope().isAlive()) {
                try {
                    own.close();
                } catch (IllegalStateException e) {
                    Thread.onSpinWait(); // inside the call
                }
            }
            assertInstanceOf(IllegalStateException.class,
                    assertThrows(ExecutionException.class, () -> Support.get(receiver)).getCause());
            message.close();
            while (pair.second().recvmsg(in, 0) != Fd.WOULD_BLOCK) { }
        }
        assertEquals(before, openNumbers());
    }

    @Test
    void whatIsNoSetOfDescriptorsIsRefused() {
        ControlMessages control = out.control();
        assertThrows(IllegalArgumentException.class, control::addRights);
        assertThrows(IllegalArgumentException.class, () -> control.addRights(new Fd[254]));
        assertThrows(NullPointerException.class, () -> control.addRights(pair.first(), null));
        control.addRights(pair.first());
        assertThrows(IllegalStateException.class, () -> control.addRights(pair.first()));
        assertThrows(IllegalArgumentException.class, () -> control.add(SocketFd.SOL_SOCKET, 1, byteSegment));
        Message small = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(2)));
        assertThrows(IllegalArgumentException.class,
                () -> small.control().addRights(pair.first(), pair.first(), pair.first()));
        assertEquals(0, small.control().size());
        assertFalse(small.control().hasRights());
    }
}
