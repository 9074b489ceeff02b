package dev.pollux;

import static dev.pollux.SocketFd.MSG_DONTWAIT;
import static dev.pollux.SocketFd.MSG_TRUNC;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HeapBytesTest {
    private static final int AT_ONCE = 65_536;

    @TempDir
    private Path folder;

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static SocketPair datagrams() throws IOException {
        return SocketPair.create(SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM, 0,
                SocketFd.SOCK_CLOEXEC | SocketFd.SOCK_NONBLOCK);
    }

    @Test
    void aPartOfAnArrayIsMovedAndTheRestStays() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            assertEquals(3, pipe.writer().write("-abc-".getBytes(StandardCharsets.US_ASCII), 1, 3));
            byte[] bytes = "0123456789".getBytes(StandardCharsets.US_ASCII);
            assertEquals(3, pipe.reader().read(bytes, 4, 6));
            assertEquals("0123abc789", new String(bytes, StandardCharsets.US_ASCII));
            assertEquals(Fd.WOULD_BLOCK, pipe.reader().read(bytes, 0, 10));
            assertEquals("0123abc789", new String(bytes, StandardCharsets.US_ASCII));
            assertEquals(0, pipe.reader().read(bytes, 10, 0));
            pipe.writer().close();
            assertEquals(0, pipe.reader().read(bytes, 0, 10));
        }
    }

    @Test
    void thePositionOfABufferOfEveryKindMovesByWhatWasMoved() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofShared()) {
            for (ByteBuffer buffer : List.of(ByteBuffer.allocate(20), ByteBuffer.allocate(30).slice(7, 20),
                    ByteBuffer.allocateDirect(20), ByteBuffer.allocateDirect(30).slice(7, 20),
                    arena.allocate(20).asByteBuffer(), MemorySegment.ofArray(new byte[30]).asSlice(7, 20)
                            .asByteBuffer())) {
                for (int i = 0; i < 20; i++) {
                    buffer.put(i, (byte) i);
                }
                for (ByteBuffer from : List.of(buffer, buffer.asReadOnlyBuffer())) {
                    assertEquals(6, pipe.writer().write(from.position(3).limit(9)));
                    assertEquals(List.of(9, 9), List.of(from.position(), from.limit()));
                    ByteBuffer to = from == buffer ? ByteBuffer.allocate(20) : buffer.duplicate().clear();
                    assertEquals(6, pipe.reader().read(to.position(5)));
                    assertEquals(11, to.position());
                    assertEquals(ByteBuffer.wrap(new byte[] {3, 4, 5, 6, 7, 8}), to.flip().position(5), from::toString);
                    assertEquals(Fd.WOULD_BLOCK, pipe.reader().read(to.clear().position(2)));
                    assertEquals(2, to.position());
                }
            }
        }
    }

    @Test
    void oneCallMovesAsMuchAsAPieceHasAndTheRestIsThere() throws IOException {
        byte[] bytes = random(AT_ONCE + 1000);
        Path path = folder.resolve("file");
        try (Fd file = Fcntl.open(path, Fcntl.O_RDWR | Fcntl.O_CREAT)) {
            assertEquals(AT_ONCE, file.write(bytes, 0, bytes.length));
            assertEquals(1000, file.write(bytes, AT_ONCE, 1000));
            assertArrayEquals(bytes, Files.readAllBytes(path));
            ByteBuffer readOnly = ByteBuffer.wrap(bytes).asReadOnlyBuffer();
            assertEquals(AT_ONCE, file.write(readOnly));
            assertEquals(1000, readOnly.remaining());
        }
        try (Fd file = Fcntl.open(path, Fcntl.O_RDONLY)) {
            byte[] read = new byte[bytes.length];
            assertEquals(AT_ONCE, file.read(read, 0, read.length));
            assertArrayEquals(new byte[1000], Arrays.copyOfRange(read, AT_ONCE, read.length));
            assertEquals(1000, file.read(read, AT_ONCE, 1000));
            assertArrayEquals(bytes, read);
        }
    }

    @Test
    void aDatagramLargerThanAPieceIsNeitherCutNorSplit() throws IOException {
        byte[] bytes = random(100_000);
        try (SocketPair pair = datagrams()) {
            byte[] received = new byte[bytes.length + 1];
            pair.first().setsockopt(Sockopt.SO_SNDBUF, 1 << 20);
            for (ByteBuffer buffer : List.of(ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes).asReadOnlyBuffer())) {
                assertEquals(bytes.length, pair.first().write(buffer));
                assertEquals(bytes.length, pair.second().read(received, 0, received.length));
                assertArrayEquals(bytes, Arrays.copyOf(received, bytes.length));
            }
            assertEquals(bytes.length, pair.first().send(bytes, 0, bytes.length, MSG_DONTWAIT));
            assertEquals(bytes.length, pair.second().recv(ByteBuffer.wrap(received), MSG_DONTWAIT));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void theLongestDatagramOfUdpComesWhole(String host) throws IOException {
        byte[] bytes = random(65_507);
        InetAddress address = InetAddress.getByName(host);
        try (SocketFd socket = SocketFd.create(address instanceof Inet4Address ? SocketFd.AF_INET : SocketFd.AF_INET6,
                SocketFd.SOCK_DGRAM)) {
            socket.bind(new InetSocketAddress(address, 0));
            socket.connect(socket.getsockname());
            byte[] received = new byte[100_000];
            assertEquals(bytes.length, socket.send(bytes, 0, bytes.length, 0));
            assertEquals(bytes.length, socket.recv(received, 0, received.length, MSG_DONTWAIT));
            assertArrayEquals(bytes, Arrays.copyOf(received, bytes.length));
        }
    }

    /** It is given segments of TCP as they were joined, or were not split yet: BIG TCP, on the loopback of its own. */
    @Test
    void whatARawSocketOfIpIsGivenComesWholeHoweverLongItIs() throws Exception {
        String large = "ip link set lo up && ip link set lo gso_max_size 196608";
        assumeTrue(Child.succeeds("unshare", "-n", "sh", "-c", large), "no network of our own, or no such segments");
        ProcessBuilder child = Child.java(LongSegments.class);
        child.command().addAll(0, List.of("unshare", "-n", "sh", "-c", large + " && exec \"$@\"", "sh"));
        assertEquals("whole", Child.run(child));
    }

    static final class LongSegments {
        private static final int LONG = 80_000;

        private LongSegments() { }

        public static void main(String[] args) throws Exception {
            InetAddress loopback = InetAddress.getByName("::1");
            try (ServerSocket server = new ServerSocket(0, 1, loopback);
                    SocketFd raw = SocketFd.create(SocketFd.AF_INET6, SocketFd.SOCK_RAW, SocketFd.IPPROTO_TCP,
                            SocketFd.SOCK_CLOEXEC | SocketFd.SOCK_NONBLOCK)) {
                Support.start(() -> server.accept().getInputStream().transferTo(OutputStream.nullOutputStream()));
                Support.start(() -> {
                    try (Socket client = new Socket(loopback, server.getLocalPort())) {
                        for (;;) {
                            client.getOutputStream().write(new byte[1 << 20]);
                        }
                    }
                });
                byte[] received = new byte[1_000_000];
                byte[] none = new byte[0];
                int length = 0;
                while (length < LONG) {
                    raw.await(Poll.POLLIN);
                    length = raw.recv(none, 0, 0, SocketFd.MSG_PEEK | SocketFd.MSG_TRUNC);
                    int n = raw.recv(received, 0, received.length, 0);
                    assertEquals(length, n);
                }
            }
            System.out.print("whole");
            System.exit(0);
        }
    }

    @Test
    void aDatagramThatDoesNotFitGivesItsLengthAndFillsWhatThereIs() throws IOException {
        try (SocketPair pair = datagrams()) {
            assertEquals(5, pair.first().send(new byte[] {1, 2, 3, 4, 5}, 0, 5, 0));
            ByteBuffer buffer = ByteBuffer.allocate(4).position(1);
            assertEquals(5, pair.second().recv(buffer, MSG_TRUNC));
            assertEquals(ByteBuffer.wrap(new byte[] {0, 1, 2, 3}), buffer.flip());
        }
    }

    @Test
    void bytesOfTcpThatAreThrownAwayLeaveTheArrayAsItWas() throws IOException {
        try (SocketFd listener = Snippets.listen(0); SocketFd client =
                SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC)) {
            client.connect(listener.getsockname());
            try (SocketFd server = listener.accept(0)) {
                assertEquals(4, client.write(new byte[] {9, 9, 9, 9}, 0, 4));
                byte[] bytes = {1, 2, 3, 4};
                assertEquals(4, server.recv(bytes, 0, 4, MSG_TRUNC));
                assertArrayEquals(new byte[] {1, 2, 3, 4}, bytes);
            }
        }
    }

    @Test
    void wrongArgumentsAndErrorsAreSaid() throws IOException {
        byte[] bytes = new byte[10];
        try (Pipe pipe = Pipe.create()) {
            for (int[] part : new int[][] {{-1, 1}, {0, 11}, {10, 1}, {5, -1}, {Integer.MAX_VALUE, Integer.MAX_VALUE}}) {
                assertThrows(IndexOutOfBoundsException.class, () -> pipe.reader().read(bytes, part[0], part[1]));
                assertThrows(IndexOutOfBoundsException.class, () -> pipe.writer().write(bytes, part[0], part[1]));
            }
            for (ByteBuffer buffer : List.of(ByteBuffer.allocate(1), ByteBuffer.allocateDirect(1))) {
                String message = assertThrows(IllegalArgumentException.class,
                        () -> pipe.reader().read(buffer.asReadOnlyBuffer())).getMessage();
                assertTrue(message.contains("read-only"), message);
            }
            String message = assertErrno(Errno.EBADF, () -> pipe.writer().read(bytes, 0, 10)).getMessage();
            assertTrue(message.contains("count=10"), message);
            assertErrno(Errno.EBADF, () -> pipe.reader().write(ByteBuffer.wrap(bytes)));
            assertErrno(Errno.ENOTSOCK, () -> SocketFd.borrow(pipe.reader().fd()).recv(bytes, 0, 10, 0));
            pipe.reader().close();
            assertErrno(Errno.EPIPE, () -> pipe.writer().write(bytes, 0, 10));
            assertClosed(() -> pipe.reader().read(bytes, 0, 10));
            assertClosed(() -> pipe.reader().read(ByteBuffer.wrap(bytes)));
        }
    }
}
