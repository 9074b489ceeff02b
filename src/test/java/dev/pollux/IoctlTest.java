package dev.pollux;

import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests, their numbers and sizes, and calls with them. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class IoctlTest {
    @Test
    void numbersAreMadeAsTheHeadersMakeThem() {
        assertEquals(Ioctl.TCGETS2.number(), Ioctl._IOR('T', 0x2a, Ioctl.TCGETS2.bytes()));
        assertEquals(Ioctl.TCSETS2.number(), Ioctl._IOW('T', 0x2b, 44));
        assertEquals(Ioctl.TUNSETIFF.number(), Ioctl._IOW('T', 202, 4));
        assertEquals(0xc0000000 | 0x3fff << 16 | 0xffff, Ioctl._IOWR(255, 255, 16_383));
        assertEquals(0x5441, Ioctl._IO('T', 0x41));
        assertEquals(44, Ioctl._IOC_SIZE(Ioctl.TCGETS2.number()));
        assertEquals(0, Ioctl._IOC_SIZE(Ioctl.TIOCGWINSZ.number()));
        assertThrows(IllegalArgumentException.class, () -> Ioctl._IO(256, 0));
        assertThrows(IllegalArgumentException.class, () -> Ioctl._IO(0, -1));
        assertThrows(IllegalArgumentException.class, () -> Ioctl._IOR(0, 0, 16_384));
    }

    @Test
    void aRequestThatCannotBeIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Ioctl.Pointer("SMALL", Ioctl._IOR('T', 1, 8), 7));
        assertThrows(IllegalArgumentException.class, () -> new Ioctl.Pointer("NOTHING", 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Ioctl.Value("STRUCT", 1, 40));
        assertThrows(IllegalArgumentException.class, () -> new Ioctl.None("", 1));
    }

    /** The kernel writes as many bytes as the constant says, and not one more. */
    @Test
    void theKernelWritesAsMuchAsTheConstantSays() throws IOException {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal(); Arena arena = Arena.ofConfined()) {
            for (Ioctl.Pointer request : new Ioctl.Pointer[] {Ioctl.TCGETS2, Ioctl.TIOCGWINSZ, Ioctl.FIONREAD,
                Ioctl.TIOCOUTQ, Ioctl.TIOCGETD, Ioctl.TIOCGEXCL}) {
                boolean[] written = new boolean[request.bytes()];
                for (byte canary : new byte[] {0x5a, (byte) 0xa5}) {
                    MemorySegment all = arena.allocate(128);
                    all.fill(canary);
                    Ioctl.ioctl(terminal, request, all);
                    for (int i = 0; i < 128; i++) {
                        boolean changed = all.get(ValueLayout.JAVA_BYTE, i) != canary;
                        assertTrue(i < request.bytes() || !changed, request + " at " + i);
                        if (changed) {
                            written[i] = true;
                        }
                    }
                }
                assertTrue(written[request.bytes() - 1], request.toString());
                assertThrows(IllegalArgumentException.class,
                        () -> Ioctl.ioctl(terminal, request, arena.allocate(request.bytes() - 1)));
            }
        }
    }

    @Test
    void whatCanBeReadIsCounted() throws IOException {
        try (Pipe pipe = Pipe.create(); EventFd eventFd = EventFd.create(); SocketPair pair = SocketPair.create()) {
            assertEquals(0, Ioctl.available(pipe.reader()));
            write(pipe.writer(), "five!");
            assertEquals(5, Ioctl.available(pipe.reader()));
            write(pair.first(), "abc");
            assertEquals(3, Ioctl.available(pair.second()));
            assertTrue(Ioctl.unsent(pair.first()) >= 3);
            assertEquals("ioctl(fd=" + eventFd.fd() + ", FIONREAD)",
                    assertErrno(Errno.ENOTTY, () -> Ioctl.available(eventFd)).call());
        }
    }

    @Test
    void aNumberThatDoesNotFitAndMemoryThatDoesNotDoAreRefused() throws IOException {
        try (Pty pty = Pty.create(); Arena arena = Arena.ofConfined()) {
            assertThrows(IllegalArgumentException.class, () -> Ioctl.ioctl(pty, Ioctl.TCFLSH, 1L << 32));
            assertThrows(IllegalArgumentException.class, () -> Ioctl.ioctl(pty, Ioctl.TCFLSH, Long.MIN_VALUE));
            assertErrno(Errno.EINVAL, () -> Ioctl.ioctl(pty, Ioctl.TCFLSH, 0xffffffffL));
            assertErrno(Errno.EINVAL, () -> Ioctl.ioctl(pty, Ioctl.TCFLSH, -1));
            assertThrows(IllegalArgumentException.class,
                    () -> Ioctl.ioctl(pty, Ioctl.FIONREAD, MemorySegment.ofArray(new byte[4])));
            assertThrows(IllegalArgumentException.class,
                    () -> Ioctl.ioctl(pty, Ioctl.FIONREAD, arena.allocate(4).asReadOnly()));
            assertThrows(IllegalArgumentException.class, () -> Ioctl.getInt(pty, Ioctl.TCGETS2));
            assertThrows(IllegalArgumentException.class, () -> Ioctl.setInt(pty, Ioctl.TIOCSWINSZ, 1));
        }
    }

    @Test
    void aRawCallDemandsTheSizeInTheNumberAndPassesItZeroExtended() throws IOException {
        try (Pty pty = Pty.create(); Arena arena = Arena.ofConfined()) {
            int tcgets2 = Ioctl._IOR('T', 0x2a, 44);
            assertTrue(tcgets2 < 0);
            assertEquals(0, Ioctl.raw(pty, tcgets2, arena.allocate(44)));
            String message = assertThrows(IllegalArgumentException.class,
                    () -> Ioctl.raw(pty, tcgets2, arena.allocate(43))).getMessage();
            assertTrue(message.contains("44 bytes") && message.contains("0x802c542a"), message);
            assertEquals(0x802c542aL, Ioctl.wide(tcgets2));
            assertEquals(0, Ioctl.raw(pty, Ioctl.TCFLSH.number(), 0));
            assertErrno(Errno.ENOTTY, () -> Ioctl.raw(pty, 0x12345678, 0));
        }
    }

    @Test
    void packetModeTellsOfAFlush() throws IOException {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
            Ioctl.setInt(pty, Ioctl.TIOCPKT, 1);
            Terminal.tcflush(terminal, Terminal.TCIFLUSH);
            ready(pty, Poll.POLLIN);
            assertEquals("\001", Support.read(pty)); // TIOCPKT_FLUSHREAD
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        Pipe pipe = Pipe.create();
        pipe.close();
        assertClosed(() -> Ioctl.available(pipe.reader()));
        assertClosed(() -> Ioctl.ioctl(pipe.reader(), Ioctl.TIOCEXCL));
        assertClosed(() -> Ioctl.raw(pipe.reader(), 0, 0));
    }
}
