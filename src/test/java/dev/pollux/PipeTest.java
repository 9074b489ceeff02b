package dev.pollux;

import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.read;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PipeTest {
    @Test
    void theEndsAreTheRightWayRound() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            assertNotEquals(pipe.reader().fd(), pipe.writer().fd());
            assertEquals(Fcntl.O_RDONLY, Fcntl.getFlags(pipe.reader()) & Fcntl.O_ACCMODE);
            assertEquals(Fcntl.O_WRONLY, Fcntl.getFlags(pipe.writer()) & Fcntl.O_ACCMODE);
            write(pipe.writer(), "x");
            assertEquals("x", read(pipe.reader()));
        }
    }

    @Test
    void theFlagsAreThoseAskedFor() throws IOException {
        try (Pipe usual = Pipe.create(); Pipe plain = Pipe.create(0)) {
            for (Fd end : new Fd[] {usual.reader(), usual.writer()}) {
                assertTrue(Fcntl.isCloseOnExec(end) && Fcntl.isNonBlocking(end));
            }
            for (Fd end : new Fd[] {plain.reader(), plain.writer()}) {
                assertFalse(Fcntl.isCloseOnExec(end) || Fcntl.isNonBlocking(end));
            }
        }
        ErrnoException thrown = assertErrno(Errno.EINVAL, () -> Pipe.create(Fcntl.O_APPEND));
        assertEquals("pipe2(flags=02000)", thrown.call());
    }

    @Test
    void packetsKeepTheirBounds() throws IOException {
        try (Pipe pipe = Pipe.create(Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK | Fcntl.O_DIRECT)) {
            write(pipe.writer(), "one");
            write(pipe.writer(), "two");
            assertEquals("one", read(pipe.reader()));
            assertEquals("two", read(pipe.reader()));
        }
    }

    @Test
    void closeClosesBothEvenIfOneFails() throws IOException {
        Pipe pipe = Pipe.create();
        pipe.reader().close();
        pipe.close();
        assertFalse(pipe.writer().isOpen());
        pipe.close();

        Pipe broken = Pipe.create();
        Fd.adopt(broken.writer().fd()).close();
        assertThrows(ErrnoException.class, broken::close);
        assertFalse(broken.reader().isOpen());
    }
}
