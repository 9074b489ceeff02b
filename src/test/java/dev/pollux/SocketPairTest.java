package dev.pollux;

import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_UNIX;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_SEQPACKET;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.read;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SocketPairTest {
    @Test
    void bytesGoBothWays() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            assertNull(read(pair.first()));
            write(pair.first(), "ping");
            assertNull(read(pair.first()));
            assertEquals("ping", read(pair.second()));
            write(pair.second(), "pong");
            assertEquals("pong", read(pair.first()));
            pair.second().close();
            assertEquals("", read(pair.first()));
        }
    }

    @Test
    void theFlagsAreThoseAskedFor() throws IOException {
        try (SocketPair usual = SocketPair.create(); SocketPair plain = SocketPair.create(AF_UNIX, SOCK_STREAM, 0, 0)) {
            for (SocketFd socket : new SocketFd[] {usual.first(), usual.second()}) {
                assertTrue(Fcntl.isCloseOnExec(socket) && Fcntl.isNonBlocking(socket));
            }
            for (SocketFd socket : new SocketFd[] {plain.first(), plain.second()}) {
                assertFalse(Fcntl.isCloseOnExec(socket) || Fcntl.isNonBlocking(socket));
            }
        }
    }

    @Test
    void messagesKeepTheirBounds() throws IOException {
        for (int type : new int[] {SOCK_DGRAM, SOCK_SEQPACKET}) {
            try (SocketPair pair = SocketPair.create(AF_UNIX, type)) {
                write(pair.first(), "one");
                write(pair.first(), "two");
                assertEquals("one", read(pair.second()));
                assertEquals("two", read(pair.second()));
            }
        }
    }

    @Test
    void otherDomainsHaveNoPairs() {
        assertErrno(Errno.EOPNOTSUPP, () -> SocketPair.create(AF_INET, SOCK_STREAM, 0, 0));
        assertErrno(Errno.EAFNOSUPPORT, () -> SocketPair.create(12_345, SOCK_STREAM, 0, 0));
        ErrnoException thrown =
                assertErrno(Errno.EPROTONOSUPPORT, () -> SocketPair.create(AF_UNIX, SOCK_STREAM, 77, 0));
        assertEquals("socketpair(domain=1, type=1, protocol=77)", thrown.call());
    }

    @Test
    void closeClosesBothOnce() throws IOException {
        SocketPair pair = SocketPair.create();
        pair.first().close();
        pair.close();
        assertFalse(pair.first().isOpen() || pair.second().isOpen());
        pair.close();
    }
}
