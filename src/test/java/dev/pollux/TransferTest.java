package dev.pollux;

import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.get;
import static dev.pollux.Support.read;
import static dev.pollux.Support.start;
import static dev.pollux.Support.text;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What read, recv, write and send have in common: memory, ends, and nothing to do yet. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TransferTest {
    /** The calls. */
    enum Call {
        READ(true, Fd::read),
        RECV(true, (socket, memory) -> socket.recv(memory, 0)),
        WRITE(false, Fd::write),
        SEND(false, (socket, memory) -> socket.send(memory, 0));

        private final boolean receives;
        private final Transfer transfer;

        Call(boolean receives, Transfer transfer) {
            this.receives = receives;
            this.transfer = transfer;
        }

        long on(SocketFd socket, MemorySegment memory) throws IOException {
            return transfer.on(socket, memory);
        }
    }

    private interface Transfer {
        long on(SocketFd socket, MemorySegment memory) throws IOException;
    }

    private Arena arena;
    private SocketPair pair;

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        pair = SocketPair.create();
    }

    @AfterEach
    void close() throws IOException {
        pair.close();
        arena.close();
    }

    @ParameterizedTest
    @EnumSource
    void aSliceIsAllThatIsUsed(Call call) throws IOException {
        MemorySegment memory = bytes(arena, "12345678");
        if (call.receives) {
            write(pair.second(), "abcd");
        }
        assertEquals(3, call.on(pair.first(), memory.asSlice(2, 3)));
        assertEquals(call.receives ? "12abc678" : "12345678", text(memory, 8));
        assertEquals(call.receives ? "d" : "345", read(call.receives ? pair.first() : pair.second()));
    }

    @ParameterizedTest
    @EnumSource
    void anEmptySegmentMovesNothing(Call call) throws IOException {
        write(pair.second(), "x");
        assertEquals(0, call.on(pair.first(), arena.allocate(0)));
        assertEquals("x", read(pair.first()));
        assertNull(read(pair.second()));
    }

    @ParameterizedTest
    @EnumSource
    void whatHasToWaitWouldBlock(Call call) throws IOException {
        MemorySegment memory = arena.allocate(10_000);
        long result;
        do {
            result = call.on(pair.first(), memory);
        } while (result > 0);
        assertEquals(Fd.WOULD_BLOCK, result);
    }

    @ParameterizedTest
    @EnumSource
    void aGonePeerIsTheEndOrEpipe(Call call) throws IOException {
        pair.second().close();
        MemorySegment memory = arena.allocate(8);
        for (int i = 0; i < 2; i++) {
            if (call.receives) {
                assertEquals(0, call.on(pair.first(), memory));
            } else {
                assertErrno(Errno.EPIPE, () -> call.on(pair.first(), memory));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsDoneAfterClose(Call call) throws IOException {
        pair.first().close();
        assertClosed(() -> call.on(pair.first(), arena.allocate(8)));
    }

    @ParameterizedTest
    @EnumSource
    void memoryOnTheHeapIsRefusedWithAdvice(Call call) {
        String message = assertThrows(IllegalArgumentException.class,
                () -> call.on(pair.first(), MemorySegment.ofArray(new byte[8]))).getMessage();
        assertTrue(message.contains("Arena"), message);
    }

    @ParameterizedTest
    @EnumSource
    void readOnlyMemoryIsOnlySent(Call call) throws IOException {
        MemorySegment readOnly = bytes(arena, "const").asReadOnly();
        if (call.receives) {
            write(pair.second(), "x");
            String message =
                    assertThrows(IllegalArgumentException.class, () -> call.on(pair.first(), readOnly)).getMessage();
            assertTrue(message.contains("read-only"), message);
            assertEquals("x", read(pair.first()));
        } else {
            assertEquals(5, call.on(pair.first(), readOnly));
            assertEquals("const", read(pair.second()));
        }
        assertEquals("const", text(readOnly, 5));
    }

    @ParameterizedTest
    @EnumSource
    void memoryOfAClosedOrForeignArenaIsRefused(Call call) throws Exception {
        MemorySegment freed;
        try (Arena shorter = Arena.ofShared()) {
            freed = shorter.allocate(8);
        }
        write(pair.second(), "x");
        assertThrows(IllegalStateException.class, () -> call.on(pair.first(), freed));
        try (Arena own = Arena.ofConfined()) {
            MemorySegment confined = own.allocate(8);
            get(start(() -> assertThrows(WrongThreadException.class, () -> call.on(pair.first(), confined))));
        }
        assertEquals("x", read(pair.first()));
        assertNull(read(pair.second()));
    }
}
