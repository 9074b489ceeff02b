package dev.pollux;

import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitBusy;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static dev.pollux.Support.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class IoVecTest {
    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void end() {
        arena.close();
    }

    @Test
    void whatIsWrittenFromSeveralBuffersIsReadIntoSeveralOthers() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            IoVec out = IoVec.allocate(arena, 3);
            out.buffers(bytes(arena, "one "), arena.allocate(0), bytes(arena, "two"));
            assertEquals(7, out.byteSize());
            assertEquals(7, pipe.writer().writev(out));
            MemorySegment buffer = arena.allocate(8);
            MemorySegment global = Arena.global().allocate(4);
            IoVec in = IoVec.allocate(arena, 2);
            in.add(buffer, 2, 3);
            in.add(global);
            assertEquals(7, pipe.reader().readv(in));
            assertEquals("\0\0one\0\0\0", text(buffer, 8));
            assertEquals(" two", text(global, 4));
            assertEquals(Fd.WOULD_BLOCK, pipe.reader().readv(in));
            in.clear();
            assertEquals(0, pipe.reader().readv(in));
            pipe.writer().close();
            in.add(buffer);
            assertEquals(0, pipe.reader().readv(in));
        }
    }

    /** By one byte more each time, so that each bound between two buffers is met. */
    @Test
    void theRestIsWrittenAfterAnAdvance() throws IOException {
        for (int step = 1; step <= 10; step++) {
            IoVec out = IoVec.allocate(arena, 5);
            out.buffers(arena.allocate(0), bytes(arena, "ab"), bytes(arena, "c"), arena.allocate(0),
                    bytes(arena, "defghij"));
            try (Pipe pipe = Pipe.create()) {
                for (int done = step; done < 10; done += step) {
                    out.advance(step);
                    assertEquals(10 - done, out.byteSize());
                    assertEquals(10 - done, pipe.writer().writev(out));
                    assertEquals("abcdefghij".substring(done), Support.read(pipe.reader()));
                }
                out.advance(out.byteSize());
                assertEquals(0, out.size());
                out.add(bytes(arena, "again"));
                assertEquals(5, pipe.writer().writev(out));
            }
        }
    }

    @Test
    void onlyWhatHasBeenThereCanHaveBeenMoved() {
        IoVec vector = IoVec.allocate(arena, 1);
        vector.add(arena.allocate(3));
        for (long wrong : new long[] {4, -1, Fd.WOULD_BLOCK, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> vector.advance(wrong));
        }
        assertEquals(3, vector.byteSize());
    }

    /** To FFM what an iovec points to is a number: nothing else would keep it from being freed during a call. */
    @Test
    void memoryThatNothingWouldKeepAliveIsRefused() throws IOException {
        try (Arena other = Arena.ofConfined(); Arena shared = Arena.ofShared(); Pipe pipe = Pipe.create()) {
            IoVec vector = IoVec.allocate(arena, 2);
            vector.add(bytes(arena, "x"));
            for (MemorySegment foreign : new MemorySegment[] {other.allocate(1), shared.allocate(1),
                Arena.ofAuto().allocate(1), MemorySegment.ofArray(new byte[1])}) {
                assertThrows(IllegalArgumentException.class, () -> vector.add(foreign));
                assertThrows(IllegalArgumentException.class, () -> vector.buffers(bytes(arena, "y"), foreign));
            }
            MemorySegment one = arena.allocate(1);
            String message = assertThrows(IllegalArgumentException.class, () -> vector.buffers(one, one, one))
                    .getMessage();
            assertTrue(message.contains("room for 2"), message);
            assertThrows(IndexOutOfBoundsException.class, () -> vector.add(one, 1, 1));
            assertThrows(IndexOutOfBoundsException.class, () -> vector.add(one, -1, 1));
            assertEquals(1, pipe.writer().writev(vector)); // as it was
            assertEquals("x", Support.read(pipe.reader()));
            vector.buffers(arena.allocate(1).asReadOnly(), one);
            assertEquals(2, pipe.writer().writev(vector));
            assertThrows(IllegalArgumentException.class, () -> pipe.reader().readv(vector));
            vector.clear();
            vector.add(one);
            assertEquals(1, pipe.reader().readv(vector));
            assertThrows(IllegalArgumentException.class, () -> vector.buffers(one, one, one));
            for (int wrong : new int[] {0, -1, IoVec.IOV_MAX + 1}) {
                assertThrows(IllegalArgumentException.class, () -> IoVec.allocate(arena, wrong));
            }
        }
    }

    @Test
    void asManyBuffersAsThereCanBeAreWritten() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            IoVec vector = IoVec.allocate(arena, IoVec.IOV_MAX);
            for (int i = 0; i < IoVec.IOV_MAX; i++) {
                vector.add(bytes(arena, "z"));
            }
            assertEquals(IoVec.IOV_MAX, pipe.writer().writev(vector));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void memoryCannotBeFreedDuringABlockedCallAndNobodyElseUsesTheArray(boolean reads) throws Exception {
        try (Pipe pipe = Pipe.create(SocketFd.SOCK_CLOEXEC); Arena shared = Arena.ofShared()) {
            MemorySegment full = arena.allocate(Fcntl.getPipeSize(pipe.writer()));
            if (!reads) {
                pipe.writer().write(full);
            }
            IoVec vector = IoVec.allocate(shared, 1);
            vector.add(shared.allocate(4));
            FutureTask<Long> blocked = Support.startAsleep(
                    () -> reads ? pipe.reader().readv(vector) : pipe.writer().writev(vector));
            awaitBusy(vector);
            assertThrows(IllegalStateException.class, shared::close);
            assertThrows(IllegalStateException.class, vector::clear);
            assertThrows(IllegalStateException.class, () -> vector.advance(1));
            assertThrows(IllegalStateException.class, () -> pipe.writer().writev(vector));
            assertThrows(IllegalStateException.class, () -> pipe.reader().readv(vector));
            if (reads) {
                Support.write(pipe.writer(), "abcd");
            } else {
                pipe.reader().read(full);
            }
            assertEquals(4, get(blocked));
            vector.clear();
        }
    }

    @Test
    void ofAClosedArenaOrOfAnotherThreadItIsRefused() throws Exception {
        try (Pipe pipe = Pipe.create()) {
            IoVec vector;
            try (Arena shared = Arena.ofShared()) {
                vector = IoVec.allocate(shared, 1);
                vector.add(shared.allocate(1));
            }
            assertThrows(IllegalStateException.class, () -> pipe.reader().readv(vector));
            assertThrows(IllegalStateException.class, () -> pipe.writer().writev(vector));
            assertThrows(IllegalStateException.class, () -> vector.advance(1));
            IoVec confined = IoVec.allocate(arena, 1);
            get(start(() -> assertThrows(WrongThreadException.class, () -> pipe.writer().writev(confined))));
            pipe.writer().close();
            assertClosed(() -> pipe.writer().writev(confined));
            pipe.reader().close();
            assertClosed(() -> pipe.reader().readv(confined));
        }
    }

    @Test
    void anErrorTellsHowManyBuffersThereWere() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            IoVec vector = IoVec.allocate(arena, 2);
            vector.buffers(arena.allocate(1), arena.allocate(1));
            assertEquals("readv(fd=" + pipe.writer().fd() + ", iovcnt=2)",
                    assertErrno(Errno.EBADF, () -> pipe.writer().readv(vector)).call());
            pipe.reader().close();
            assertErrno(Errno.EPIPE, () -> pipe.writer().writev(vector));
        }
    }
}
