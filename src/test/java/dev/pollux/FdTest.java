package dev.pollux;

import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.read;
import static dev.pollux.Support.start;
import static dev.pollux.Support.text;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FdTest {
    private static final int HIGH = 900;

    @Test
    void anAdoptedNumberIsClosedByItsOwner() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            Fd owner = dupTo(pipe.reader(), HIGH);
            assertTrue(isOpen(HIGH));
            owner.close();
            assertFalse(isOpen(HIGH));
            assertFalse(owner.isOpen());
        }
    }

    @Test
    void closingTwiceDoesNotCloseTheNextOwnerOfTheNumber() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            Fd first = dupTo(pipe.reader(), HIGH);
            first.close();
            try (Fd second = dupTo(pipe.writer(), HIGH)) {
                first.close();
                assertEquals(HIGH, second.fd());
                assertTrue(isOpen(HIGH));
            }
        }
    }

    @Test
    void aBorrowedNumberIsLeftOpen() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            Fd borrowed = Fd.borrow(pipe.writer().fd());
            write(borrowed, "x");
            borrowed.close();
            assertClosed(borrowed::fd);
            assertTrue(isOpen(pipe.writer().fd()));
            assertEquals("x", read(pipe.reader()));
        }
    }

    @Test
    void numbersAreNotNegative() {
        for (Executable call : new Executable[] {() -> Fd.adopt(-1), () -> Fd.borrow(Integer.MIN_VALUE),
            () -> SocketFd.adopt(-1), () -> Epoll.adopt(-1)}) {
            assertThrows(IllegalArgumentException.class, call);
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            Fd fd = Fcntl.dup(pipe.reader());
            int number = fd.fd();
            fd.close();
            MemorySegment buffer = arena.allocate(8);
            assertClosed(fd::fd);
            assertClosed(() -> fd.read(buffer));
            assertClosed(() -> fd.write(buffer));
            assertClosed(() -> Fcntl.dup(fd));
            assertEquals("Fd[fd=" + number + ", closed]", fd.toString());
            assertEquals("Fd[fd=" + pipe.reader().fd() + "]", pipe.reader().toString());
        }
    }

    @Test
    void bytesGoThroughAPipeInOrder() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            write(pipe.writer(), "abc");
            write(pipe.writer(), "def");
            MemorySegment buffer = arena.allocate(4);
            assertEquals(4, pipe.reader().read(buffer));
            assertEquals("abcd", text(buffer, 4));
            assertEquals(2, pipe.reader().read(buffer));
            assertEquals("efcd", text(buffer, 4));
        }
    }

    @Test
    void readTellsNothingYetFromTheEnd() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8);
            assertEquals(Fd.WOULD_BLOCK, pipe.reader().read(buffer));
            assertTrue(Fd.WOULD_BLOCK < 0);
            write(pipe.writer(), "x");
            pipe.writer().close();
            assertEquals(1, pipe.reader().read(buffer));
            assertEquals(0, pipe.reader().read(buffer));
            assertEquals(0, pipe.reader().read(buffer));
        }
    }

    @Test
    void writeTakesWhatFitsAndThenWouldBlock() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            int size = Fcntl.getPipeSize(pipe.writer());
            MemorySegment tooMuch = arena.allocate(size + 10_000L);
            assertEquals(size, pipe.writer().write(tooMuch));
            assertEquals(Fd.WOULD_BLOCK, pipe.writer().write(tooMuch));
            assertEquals(size, pipe.reader().read(tooMuch));
            assertEquals(size, pipe.writer().write(tooMuch));
        }
    }

    @Test
    void anEmptyBufferMovesNothing() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            MemorySegment empty = arena.allocate(0);
            assertEquals(0, pipe.reader().read(empty));
            assertEquals(0, pipe.writer().write(empty));
            assertNull(read(pipe.reader()));
            write(pipe.writer(), "x");
            assertEquals(0, pipe.reader().read(empty));
            assertEquals("x", read(pipe.reader()));
        }
    }

    @Test
    void writingWithoutAReaderIsAnErrorAndNotTheEndOfTheJvm() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            pipe.reader().close();
            ErrnoException thrown = assertErrno(Errno.EPIPE, () -> write(pipe.writer(), "x"));
            assertEquals("write(fd=" + pipe.writer().fd() + ", count=1)", thrown.call());
        }
    }

    @Test
    void errorsOfReadAndWriteCarryTheirErrno() throws IOException {
        try (Pipe pipe = Pipe.create(); Fd directory = Fcntl.open(Path.of("/"), Fcntl.O_RDONLY);
                Fd full = Fcntl.open(Path.of("/dev/full"), Fcntl.O_WRONLY)) {
            assertErrno(Errno.EISDIR, () -> read(directory));
            assertErrno(Errno.EBADF, () -> read(pipe.writer()));
            assertErrno(Errno.EBADF, () -> write(pipe.reader(), "x"));
            assertErrno(Errno.ENOSPC, () -> write(full, "x"));
        }
    }

    @Test
    void aNumberInUseIsKeptUntilItsLastUserHasLeft() throws Exception {
        try (Pipe pipe = Pipe.create(Fcntl.O_CLOEXEC)) {
            Fd reader = dupTo(pipe.reader(), HIGH);
            FutureTask<String> first = start(() -> read(reader));
            FutureTask<String> second = start(() -> read(reader));
            awaitUsers(reader, 2);
            reader.close();
            assertFalse(reader.isOpen());
            assertClosed(reader::fd);
            assertClosed(() -> read(reader));
            assertTrue(isOpen(HIGH));
            reader.close();
            assertTrue(isOpen(HIGH));
            write(pipe.writer(), "x".repeat(1024));
            awaitUsers(reader, 1);
            Thread.sleep(20);
            assertTrue(isOpen(HIGH));
            write(pipe.writer(), "x".repeat(1024));
            assertEquals(1024, get(first).length());
            assertEquals(1024, get(second).length());
            assertFalse(isOpen(HIGH));
        }
    }

    @Test
    void aBorrowedNumberInUseIsNotClosedByItsLastUserEither() throws Exception {
        try (Pipe pipe = Pipe.create(Fcntl.O_CLOEXEC)) {
            Fd borrowed = Fd.borrow(pipe.reader().fd());
            FutureTask<String> reader = start(() -> read(borrowed));
            awaitUsers(borrowed, 1);
            borrowed.close();
            write(pipe.writer(), "x");
            assertEquals("x", get(reader));
            assertTrue(isOpen(pipe.reader().fd()));
        }
    }

    @Test
    void aFailedCallIsAUserThatHasLeft() throws Exception {
        try (Pipe pipe = Pipe.create()) {
            Fd fd = dupTo(pipe.reader(), HIGH);
            assertErrno(Errno.EBADF, () -> write(fd, "x"));
            awaitUsers(fd, 0);
            fd.close();
            assertFalse(isOpen(HIGH));
        }
    }

    @Test
    void aDetachedNumberIsOpenAndItsFormerOwnerClosed() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            Fd former = dupTo(pipe.reader(), HIGH);
            assertEquals(HIGH, former.detach());
            assertFalse(former.isOpen());
            assertClosed(former::detach);
            former.close();
            assertTrue(isOpen(HIGH));
            Fd.adopt(HIGH).close();
            assertFalse(isOpen(HIGH));
        }
    }

    @Test
    void whatIsBorrowedOrInUseCannotBeDetached() throws Exception {
        try (Pipe pipe = Pipe.create(Fcntl.O_CLOEXEC); Arena shared = Arena.ofShared()) {
            assertThrows(IllegalStateException.class, Fd.borrow(pipe.reader().fd())::detach);
            MemorySegment buffer = shared.allocate(8);
            FutureTask<Long> reader = start(() -> pipe.reader().read(buffer));
            awaitUsers(pipe.reader(), 1);
            assertThrows(IllegalStateException.class, pipe.reader()::detach);
            assertTrue(pipe.reader().isOpen());
            write(pipe.writer(), "x");
            assertEquals(1, get(reader));
        }
    }

    @Test
    void viewsOfASocketAndAnEventFdDoWhatTheirOwnersDo() throws IOException {
        try (SocketPair pair = SocketPair.create(); EventFd owner = EventFd.create()) {
            SocketFd socket = SocketFd.borrow(pair.first().fd());
            assertEquals(SocketFd.SOCK_STREAM, socket.getsockopt(Sockopt.SO_TYPE));
            socket.close();
            assertTrue(pair.first().isOpen() && isOpen(pair.first().fd()));

            EventFd view = EventFd.borrow(owner.fd());
            view.write(7);
            view.close();
            assertEquals(7, owner.read());

            EventFd adopted = EventFd.adopt(Fcntl.dup(owner).detach());
            int number = adopted.fd();
            adopted.write(8);
            adopted.close();
            assertFalse(isOpen(number));
            assertEquals(8, owner.read());
        }
    }

    @Test
    void moreThan31BitsOfBytesAreCounted() throws IOException {
        try (Fd sink = Fcntl.open(Path.of("/dev/null"), Fcntl.O_WRONLY); Arena arena = Arena.ofConfined()) {
            // untouched memory costs nothing, and /dev/null does not look at it
            MemorySegment big = arena.allocate(ValueLayout.JAVA_BYTE, 1).reinterpret(3L << 30);
            long n = sink.write(big);
            assertTrue(n > Integer.MAX_VALUE - (1 << 20), () -> "only " + n);
        }
    }

    @Test
    void theStandardStreamsHaveTheirNumbers() {
        assertEquals(0, Fd.STDIN_FILENO);
        assertEquals(1, Fd.STDOUT_FILENO);
        assertEquals(2, Fd.STDERR_FILENO);
    }
}
