package dev.pollux;

import static dev.pollux.Splice.SPLICE_F_NONBLOCK;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.read;
import static dev.pollux.Support.start;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SpliceTest {
    private static final int HIGH = 908;

    @TempDir
    Path folder;

    private Path name;

    @BeforeEach
    void file() throws IOException {
        name = Files.writeString(folder.resolve("file"), "0123456789");
    }

    private Fd open(int flags) throws IOException {
        return Fcntl.open(name, flags);
    }

    @Test
    void aFileIsSentFromWhereItIsAtAndFromAnOffset() throws IOException {
        try (Fd in = open(Fcntl.O_RDONLY); SocketPair pair = SocketPair.create()) {
            assertEquals(4, Splice.sendfile(pair.first(), in, 4));
            assertEquals("0123", read(pair.second()));
            assertEquals(2, Splice.sendfile(pair.first(), in, 1, 2));
            assertEquals("12", read(pair.second()));
            assertEquals(6, Splice.sendfile(pair.first(), in, 100)); // the offset did not move it
            assertEquals("456789", read(pair.second()));
            assertEquals(9, Splice.sendfile(pair.first(), in, 1, Long.MAX_VALUE));
            assertEquals("123456789", read(pair.second()));
            assertEquals(0, Splice.sendfile(pair.first(), in, 100));
            assertEquals(0, Splice.sendfile(pair.first(), in, 10, 100));
            assertEquals(0, Splice.sendfile(pair.first(), in, 4711, 100));
            assertEquals(0, Splice.sendfile(pair.first(), in, 0, 0));
        }
    }

    @Test
    void aPipeIsMovedIntoAFileAndAFileIntoAPipe() throws IOException {
        try (Fd file = open(Fcntl.O_RDWR); Pipe pipe = Pipe.create()) {
            assertEquals(3, Splice.splice(file, pipe.writer(), 3, 0));
            assertEquals("012", read(pipe.reader()));
            assertEquals(2, Splice.splice(file, 8, pipe.writer(), 100, 0));
            assertEquals("89", read(pipe.reader()));
            write(pipe.writer(), "abcd");
            assertEquals(1, Splice.splice(pipe.reader(), file, 1, 0));
            assertEquals(3, Splice.splice(pipe.reader(), file, 7, 100, 0));
            assertEquals("012a456bcd", Files.readString(name));
            assertEquals(Fd.WOULD_BLOCK, Splice.splice(pipe.reader(), file, 1, 0));
            pipe.writer().close();
            assertEquals(0, Splice.splice(pipe.reader(), file, 1, 0));
        }
    }

    @Test
    void whatWouldBlockIsNoError() throws IOException {
        try (Fd in = open(Fcntl.O_RDONLY); SocketPair pair = SocketPair.create(); Pipe blocking = Pipe.create(0);
                Pipe full = Pipe.create()) {
            while (Splice.sendfile(pair.first(), in, 0, 10) > 0) { }
            assertEquals(Fd.WOULD_BLOCK, Splice.sendfile(pair.first(), in, 0, 10));
            assertEquals(Fd.WOULD_BLOCK, Splice.splice(blocking.reader(), full.writer(), 1, SPLICE_F_NONBLOCK));
            while (Splice.splice(in, 0, full.writer(), 10, 0) > 0) { }
            assertEquals(Fd.WOULD_BLOCK, Splice.splice(in, 0, full.writer(), 10, 0));
        }
    }

    @Test
    void bothMayBeTheSameDescriptor() throws IOException {
        try (Fd file = open(Fcntl.O_RDWR); Pipe pipe = Pipe.create()) {
            assertEquals(5, Splice.sendfile(file, file, 5, 5)); // overwrites the beginning
            assertEquals("5678956789", Files.readString(name));
            assertEquals(0, Support.users(file));
            write(pipe.writer(), "x");
            assertErrno(Errno.EINVAL, () -> Splice.splice(pipe.reader(), pipe.writer(), 1, 0));
            assertErrno(Errno.EBADF, () -> Splice.splice(pipe.reader(), pipe.reader(), 1, 0));
            assertEquals(0, Support.users(pipe.reader()));
        }
    }

    @Test
    void ofTwoDescriptorsEitherMayBeClosed() throws IOException {
        Fd closed = open(Fcntl.O_RDWR);
        closed.close();
        try (Fd file = open(Fcntl.O_RDWR); Pipe pipe = Pipe.create()) {
            assertClosed(() -> Splice.sendfile(closed, file, 1));
            assertClosed(() -> Splice.sendfile(file, closed, 1));
            assertClosed(() -> Splice.sendfile(file, closed, 0, 1));
            assertClosed(() -> Splice.splice(closed, pipe.writer(), 1, 0));
            assertClosed(() -> Splice.splice(pipe.reader(), closed, 1, 0));
            assertClosed(() -> Splice.splice(closed, closed, 1, 0));
            assertEquals(0, Support.users(file) + Support.users(pipe.reader()) + Support.users(pipe.writer()));
        }
    }

    @Test
    void anErrorNamesBothDescriptors() throws IOException {
        try (Fd file = open(Fcntl.O_RDWR); Fd reading = open(Fcntl.O_RDONLY); Pipe pipe = Pipe.create()) {
            assertEquals("sendfile(fd=" + reading.fd() + ", in_fd=" + file.fd() + ", offset=3, count=9)",
                    assertErrno(Errno.EBADF, () -> Splice.sendfile(reading, file, 3, 9)).call());
            assertEquals("sendfile(fd=" + reading.fd() + ", in_fd=" + file.fd() + ", NULL, count=9)",
                    assertErrno(Errno.EBADF, () -> Splice.sendfile(reading, file, 9)).call());
            assertEquals("splice(fd=" + file.fd() + ", offset=1, fd_out=" + reading.fd() + ", NULL, len=9, flags=0)",
                    assertErrno(Errno.EBADF, () -> Splice.splice(file, 1, reading, 9, 0)).call());
            for (long wrong : new long[] {-1, Long.MIN_VALUE}) {
                assertThrows(IllegalArgumentException.class, () -> Splice.sendfile(file, reading, wrong));
                assertThrows(IllegalArgumentException.class, () -> Splice.sendfile(file, reading, wrong, 1));
                assertThrows(IllegalArgumentException.class, () -> Splice.splice(file, pipe.writer(), wrong, 0));
                assertThrows(IllegalArgumentException.class, () -> Splice.splice(file, wrong, pipe.writer(), 1, 0));
                assertThrows(IllegalArgumentException.class, () -> Splice.splice(pipe.reader(), file, wrong, 1, 0));
            }
        }
    }

    /** {@code BlockedCallTest} has the first of the two. */
    @Test
    void theSecondDescriptorKeepsItsNumberWhileTheCallIsBlocked() throws Exception {
        try (Pipe from = Pipe.create(0); Pipe to = Pipe.create(0)) {
            Fd out = Fd.adopt(dupTo(to.writer(), HIGH).detach());
            FutureTask<Long> caller = start(() -> Splice.splice(from.reader(), out, 10, 0));
            awaitUsers(out, 1);
            Thread.sleep(20);
            out.close();
            assertTrue(isOpen(HIGH));
            assertFalse(caller.isDone());
            write(from.writer(), "abc");
            assertEquals(3, get(caller));
            assertEquals("abc", read(to.reader()));
            assertFalse(isOpen(HIGH));
        }
    }
}
