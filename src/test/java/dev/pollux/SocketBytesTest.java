package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.MSG_DONTWAIT;
import static dev.pollux.SocketFd.MSG_OOB;
import static dev.pollux.SocketFd.MSG_PEEK;
import static dev.pollux.SocketFd.MSG_TRUNC;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.read;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.text;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent and received, with which flags and bounds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketBytesTest extends SocketFixture {
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
                server.setsockopt(Sockopt.SO_OOBINLINE, true);
                assertEquals(1, client.send(bytes(arena, "!"), MSG_OOB));
                ready(server, POLLIN);
                assertEquals("!", read(server));
                assertErrno(Errno.EINVAL, () -> server.recv(buffer, MSG_OOB));
            }
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
}
