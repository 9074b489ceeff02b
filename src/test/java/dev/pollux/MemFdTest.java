package dev.pollux;

import static dev.pollux.MemFd.F_SEAL_FUTURE_WRITE;
import static dev.pollux.MemFd.F_SEAL_GROW;
import static dev.pollux.MemFd.F_SEAL_SEAL;
import static dev.pollux.MemFd.F_SEAL_SHRINK;
import static dev.pollux.MemFd.F_SEAL_WRITE;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemFdTest {
    private static Path file(Fd fd) {
        return Path.of("/proc/self/fd/" + fd.fd());
    }

    @Test
    void itIsAnEmptyFileWithTheNameAndTheFlagsAskedFor() throws IOException {
        try (MemFd memory = MemFd.create("some/n\u00e4me"); MemFd plain = MemFd.create("", 0)) {
            assertEquals(0, Files.size(file(memory)));
            assertTrue(Files.readSymbolicLink(file(memory)).toString().startsWith("/memfd:some/n"));
            assertTrue(Fcntl.isCloseOnExec(memory));
            assertFalse(Fcntl.isCloseOnExec(plain));
            assertEquals(0, memory.getSeals());
            assertEquals(F_SEAL_SEAL, plain.getSeals());
            Support.write(memory, "abc");
            assertEquals("abc", Files.readString(file(memory)));
        }
    }

    @Test
    void sealsAddUpForAllDescriptorsAndKeepWhatTheySay() throws IOException {
        try (MemFd memory = MemFd.create("sealed");
                MemFd again = MemFd.adopt(Fcntl.open(file(memory), Fcntl.O_RDWR).detach());
                Arena arena = Arena.ofConfined()) {
            Support.write(memory, "abc");
            memory.addSeals(F_SEAL_GROW);
            assertErrno(Errno.EPERM, () -> memory.write(arena.allocate(1)));
            again.addSeals(F_SEAL_SHRINK);
            assertEquals(F_SEAL_GROW | F_SEAL_SHRINK, memory.getSeals());
            try (FileChannel channel = FileChannel.open(file(memory), StandardOpenOption.WRITE)) {
                assertThrows(IOException.class, () -> channel.truncate(1));
            }
            Support.write(again, "x");
            assertEquals("xbc", Files.readString(file(memory)));
            memory.addSeals(F_SEAL_WRITE | F_SEAL_SEAL);
            assertTrue(assertErrno(Errno.EPERM, () -> again.write(arena.allocate(1))).getMessage()
                    .contains("it is sealed"));
            assertEquals(F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_WRITE | F_SEAL_SEAL, again.getSeals());
            assertErrno(Errno.EPERM, () -> memory.addSeals(F_SEAL_FUTURE_WRITE));
        }
    }

    @Test
    void mappedForWritingItTakesTheSealOfTheFutureOnly() throws IOException {
        try (MemFd memory = MemFd.create("mapped"); Arena arena = Arena.ofConfined();
                FileChannel channel =
                        FileChannel.open(file(memory), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 3, arena);
            assertEquals("fcntl(fd=" + memory.fd() + ", F_ADD_SEALS, F_SEAL_WRITE)",
                    assertErrno(Errno.EBUSY, () -> memory.addSeals(F_SEAL_WRITE)).call());
            memory.addSeals(F_SEAL_FUTURE_WRITE);
            assertErrno(Errno.EPERM, () -> memory.write(arena.allocate(1)));
            mapped.copyFrom(Support.bytes(arena, "abc"));
            assertEquals("abc", Files.readString(file(memory)));
        }
    }

    @Test
    void whatCannotBeIsRefused() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> MemFd.create("a\0b"));
        assertErrno(Errno.EINVAL, () -> MemFd.create("x".repeat(250)));
        assertEquals("memfd_create(\"x\", flags=040000)",
                assertErrno(Errno.EINVAL, () -> MemFd.create("x", 1 << 14)).call());
        MemFd.create("x".repeat(249)).close();
        try (Pipe pipe = Pipe.create(); MemFd memory = MemFd.create("x");
                Fd reader = Fcntl.open(file(memory), Fcntl.O_RDONLY)) {
            MemFd none = MemFd.borrow(pipe.reader().fd());
            assertErrno(Errno.EINVAL, none::getSeals);
            assertErrno(Errno.EINVAL, () -> memory.addSeals(1 << 30));
            assertErrno(Errno.EPERM, () -> MemFd.borrow(reader.fd()).addSeals(F_SEAL_GROW));
        }
        MemFd closed = MemFd.create("x");
        closed.close();
        assertClosed(closed::getSeals);
        assertClosed(() -> closed.addSeals(0));
    }

    @Test
    void sealsHaveTheirNames() {
        assertEquals("F_SEAL_SHRINK|F_SEAL_GROW", MemFd.toString(F_SEAL_GROW | F_SEAL_SHRINK));
        assertEquals("F_SEAL_SEAL|0x40000000", MemFd.toString(F_SEAL_SEAL | 1 << 30));
        assertEquals("0", MemFd.toString(0));
    }
}
