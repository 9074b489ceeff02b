package dev.pollux;

import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.SOCK_SEQPACKET;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.read;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only sockets of the Unix domain have. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnixSocketTest extends SocketFixture {
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

    @Test
    void aUnixStreamCannotBeDisconnected() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            ErrnoException thrown = assertErrno(Errno.EINVAL, pair.first()::disconnect);
            assertEquals("connect(fd=" + pair.first().fd() + ", AF_UNSPEC)", thrown.call());
            write(pair.first(), "still there");
            assertEquals("still there", read(pair.second()));
        }
    }
}
