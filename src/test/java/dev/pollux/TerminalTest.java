package dev.pollux;

import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static dev.pollux.Support.startAsleep;
import static dev.pollux.Termios.TCSADRAIN;
import static dev.pollux.Termios.TCSAFLUSH;
import static dev.pollux.Termios.TCSANOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Termios.Flag;
import dev.pollux.internal.Seccomp;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a line does that is more than a pseudo-terminal, and calls on terminals that really block. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TerminalTest {
    private static final Duration LONG = Duration.ofNanos(Support.LONG_NANOS);

    private final FakeLine line = new FakeLine();
    private Pty pty;
    private Fd terminal;
    /** The same, for others. */
    private Fd other;

    @BeforeEach
    void open() throws IOException {
        pty = Pty.create();
        terminal = pty.openTerminal();
        other = Fcntl.dup(terminal);
        Support.termios(terminal).raw().set(terminal, TCSANOW);
    }

    @AfterEach
    void close() throws IOException {
        terminal.close();
        other.close();
        pty.close();
    }

    private interface OnLine {
        void run(Fd fd) throws Exception;
    }

    /** On a thread whose every ioctl goes to the fake line. */
    private void onLine(OnLine test) throws Exception {
        Refused.assumeAllowed();
        try (EventFd any = EventFd.create()) {
            Refused.IOCTL.answered(line, () -> test.run(any));
        }
    }

    // modem lines, breaks, and the rest of a serial line

    @Test
    void modemLinesAreReadRaisedAndDroppedOneByOne() throws Exception {
        onLine(fd -> {
            assertEquals("TIOCM_CTS", Terminal.modemLines(Terminal.modemLines(fd)));
            Terminal.raiseModemLines(fd, Terminal.TIOCM_DTR | Terminal.TIOCM_RTS);
            Terminal.dropModemLines(fd, Terminal.TIOCM_RTS);
            assertEquals(Terminal.TIOCM_DTR | Terminal.TIOCM_CTS, Terminal.modemLines(fd));
            Terminal.awaitModemLines(fd, Terminal.TIOCM_CTS | Terminal.TIOCM_RI);
        });
        assertEquals(List.of("TIOCMIWAIT TIOCM_CTS|TIOCM_RI"), line.calls);
    }

    @Test
    void drainsAndBreaksAreTheCallsOfC() throws Exception {
        onLine(fd -> {
            Terminal.tcdrain(fd);
            assertTrue(Terminal.tcdrain(fd, Duration.ZERO));
            Terminal.tcsendbreak(fd);
            Terminal.setBreak(fd, true);
            Terminal.setBreak(fd, false);
            Ioctl.ioctl(fd, Ioctl.TCSBRKP, 3);
        });
        assertEquals(List.of("TCSBRK 1", "TCSBRK 1", "TCSBRK 0", "TIOCSBRK", "TIOCCBRK", "TCSBRKP 3"), line.calls);
    }

    @Test
    void countersLowLatencyAndRs485AreTheStructsOfC() throws Exception {
        onLine(fd -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment counters = arena.allocate(Ioctl.TIOCGICOUNT.bytes(), 4);
                Ioctl.ioctl(fd, Ioctl.TIOCGICOUNT, counters);
                assertEquals(8, counters.get(ValueLayout.JAVA_INT, 8 * 4), "parity");
                MemorySegment serial = arena.allocate(Ioctl.TIOCGSERIAL.bytes(), 8);
                Ioctl.ioctl(fd, Ioctl.TIOCGSERIAL, serial);
                int asyncLowLatency = 1 << 13;
                serial.set(ValueLayout.JAVA_INT, 16, serial.get(ValueLayout.JAVA_INT, 16) | asyncLowLatency);
                Ioctl.ioctl(fd, Ioctl.TIOCSSERIAL, serial);
                MemorySegment rs485 = arena.allocate(Ioctl.TIOCSRS485.bytes(), 4);
                rs485.set(ValueLayout.JAVA_INT, 0, 3); // SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND
                rs485.set(ValueLayout.JAVA_INT, 4, 5);
                Ioctl.ioctl(fd, Ioctl.TIOCSRS485, rs485);
                assertEquals(0, rs485.get(ValueLayout.JAVA_INT, 4), "what the driver made of it");
            }
        });
        assertEquals(List.of("TIOCSSERIAL flags=0x2004", "TIOCSRS485 flags=3 before=5"), line.calls);
    }

    @Test
    void parityStopBitsAndFlowControlOfARealLineAreTaken() throws Exception {
        onLine(fd -> {
            Termios wanted = Termios.get(fd).raw().speed(250_000)
                    .with(Flag.CS7, Flag.PARENB, Flag.PARODD, Flag.CMSPAR, Flag.CSTOPB, Flag.CRTSCTS, Flag.CREAD);
            wanted.set(fd, TCSANOW);
            assertEquals(wanted, Termios.get(fd));
        });
        // <asm-generic/termbits.h>: CMSPAR | CRTSCTS | BOTHER | PARODD | PARENB | CREAD | CSTOPB | CS7
        assertEquals(0x40000000 | 0x80000000 | 0x1000 | 0x200 | 0x100 | 0x80 | 0x40 | 0x20, line.flags(8));
        assertEquals(250_000, line.flags(36));
        assertEquals(250_000, line.flags(40));
    }

    /** As USB adapters do, which divide 48 MHz: 115200 is 115384 there, and nobody wants an exception for it. */
    @Test
    void aSpeedThatTheDeviceMissesByLittleIsTakenAndByMuchIsNot() throws Exception {
        onLine(fd -> {
            Termios wanted = Termios.get(fd).speed(115_200);
            line.quirk = _ -> line.speeds(115_384, 115_384);
            wanted.set(fd, TCSANOW);
            assertEquals(115_384, Termios.get(fd).outputSpeed());
            assertFalse(wanted.equals(Termios.get(fd)), "it is another speed all the same");
            Termios.Change change = Termios.change(fd, t -> t.speed(115_200), TCSANOW);
            change.close();
            for (int far : new int[] {117_505, 112_895, 0, -1, Integer.MIN_VALUE}) {
                line.quirk = _ -> line.speeds(115_200, far);
                TermiosException thrown = assertThrows(TermiosException.class, () -> wanted.set(fd, TCSANOW));
                assertTrue(thrown.getMessage().contains("(c_ospeed is " + Integer.toUnsignedString(far)
                        + ", not 115200)"), thrown.getMessage());
            }
            for (int near : new int[] {117_504, 112_896}) {
                line.quirk = _ -> line.speeds(near, near);
                wanted.set(fd, TCSANOW);
            }
        });
    }

    /** Whatever it answers, it is what is shown, and the next call works. */
    @Test
    void settingsOfAHostileDriverAreShownAndComparedAsTheyAre() throws Exception {
        onLine(fd -> {
            line.settings.fill((byte) 0xff);
            Termios all = Termios.get(fd);
            assertEquals(255, all.cc(Termios.VMIN));
            assertEquals(255, all.line());
            assertEquals(List.of(), all.differences(Termios.get(fd)));
            assertTrue(all.toString().contains("c_ospeed=4294967295"), all::toString);
            assertTrue(all.toString().contains("|0"), "bits without a name");
            all.set(fd, TCSANOW);
            line.quirk = settings -> settings.fill((byte) 0);
            TermiosException thrown = assertThrows(TermiosException.class, () -> all.set(fd, TCSANOW));
            assertTrue(thrown.getMessage().contains("c_line is 0, not 255; c_ispeed is 0, not 4294967295"),
                    thrown.getMessage());
            assertTrue(thrown.getMessage().contains("c_cc[17] is 0, not 255"), thrown.getMessage());
            assertFalse(thrown.taken().has(Flag.ECHO));
        });
    }

    // what is no terminal, or no more

    /** Every call with a descriptor and no more than a number, a few of which no terminal knows. */
    private static List<OnLine> everyCall(Termios settings) {
        return List.of(Terminal::tcdrain, fd -> Terminal.tcdrain(fd, Duration.ZERO), Terminal::tcsendbreak,
                fd -> Terminal.tcflush(fd, -1), fd -> Terminal.tcflow(fd, Integer.MIN_VALUE),
                fd -> Terminal.setBreak(fd, true), fd -> Terminal.setBreak(fd, false), Terminal::modemLines,
                fd -> Terminal.raiseModemLines(fd, -1), fd -> Terminal.dropModemLines(fd, -1),
                fd -> Terminal.awaitModemLines(fd, 0), fd -> Terminal.setExclusive(fd, true), Terminal::isExclusive,
                Terminal::tcgetpgrp, fd -> Terminal.tcsetpgrp(fd, 1), Termios::get,
                fd -> settings.set(fd, TCSADRAIN), fd -> Termios.change(fd, Termios::raw, TCSANOW), Winsize::get,
                fd -> new Winsize(1, 1).set(fd));
    }

    @Test
    void whatIsNoTerminalOrHungUpOrClosedIsAnErrorOfEveryCall() throws Exception {
        List<OnLine> calls = everyCall(Termios.get(terminal));
        assertTrue(Terminal.isatty(terminal) && Terminal.isatty(pty));
        try (EventFd noTerminal = EventFd.create()) {
            for (OnLine call : calls) {
                assertErrno(Errno.ENOTTY, () -> call.run(noTerminal));
            }
            assertFalse(Terminal.isatty(noTerminal) || Terminal.isInBackground(noTerminal));
        }
        assertErrno(Errno.EINVAL, () -> Terminal.tcflush(terminal, -1));
        assertErrno(Errno.EINVAL, () -> Terminal.tcflow(terminal, Integer.MIN_VALUE));
        assertErrno(Errno.EINVAL, () -> Terminal.tcsetpgrp(terminal, -1));
        Terminal.setBreak(terminal, true); // of which a pseudo-terminal has none
        pty.close();
        for (OnLine call : calls) {
            ErrnoException thrown = assertThrows(ErrnoException.class, () -> call.run(terminal));
            assertTrue(thrown.errno() == Errno.EIO || thrown.errno() == Errno.ENOTTY, thrown::getMessage);
        }
        assertFalse(Terminal.isatty(terminal));
        other.close();
        terminal.close();
        for (OnLine call : calls) {
            assertClosed(() -> call.run(terminal));
        }
        assertClosed(() -> Terminal.isatty(terminal));
        assertClosed(() -> Terminal.isInBackground(terminal));
    }

    // with a timeout

    @Test
    void aDrainWithATimeoutEndsWhenAllIsSentAndNotBeforeTheTimeout() throws Exception {
        line.unsent = 7;
        onLine(fd -> {
            Support.assertTimesOut(0, () -> Terminal.tcdrain(fd, Duration.ZERO) ? 1 : 0);
            Support.assertTimesOut(30_000_000, () -> Terminal.tcdrain(fd, Duration.ofMillis(30)) ? 1 : 0);
            assertThrows(IllegalArgumentException.class, () -> Terminal.tcdrain(fd, Duration.ofNanos(-1)));
            assertEquals(List.of(), line.calls, "nothing that blocks");
            Thread.currentThread().interrupt();
            assertThrows(InterruptedIOException.class, () -> Terminal.tcdrain(fd, LONG));
            assertTrue(Thread.interrupted());
            FutureTask<Void> device = start(() -> {
                Thread.sleep(30);
                line.unsent = 0;
                return null;
            });
            assertTrue(Terminal.tcdrain(fd, LONG));
            get(device);
            assertEquals(List.of("TCSBRK 1"), line.calls);
            line.unsent = 1;
            FutureTask<Void> closer = start(() -> {
                Thread.sleep(30);
                fd.close();
                return null;
            });
            assertThrows(AsynchronousCloseException.class, () -> Terminal.tcdrain(fd, LONG));
            get(closer);
            assertClosed(() -> Terminal.tcdrain(fd, LONG));
        });
        assertErrno(Errno.ENOTTY, () -> {
            try (EventFd fd = EventFd.create()) {
                Terminal.tcdrain(fd, Duration.ZERO);
            }
        });
    }

    // what blocks

    /** A thread in a write to a line that is stopped, which nobody else may write to meanwhile. */
    private FutureTask<Long> stop() throws Exception {
        Fcntl.setNonBlocking(other, false);
        Terminal.tcflow(other, Terminal.TCOOFF);
        return startAsleep(() -> {
            try (Arena arena = Arena.ofConfined()) {
                return other.write(arena.allocate(1));
            }
        });
    }

    private void go(FutureTask<Long> writer) throws Exception {
        Terminal.tcflow(other, Terminal.TCOON);
        assertEquals(1L, get(writer));
    }

    private static <T> FutureTask<T> startCall(boolean virtual, Callable<T> call) {
        FutureTask<T> task = new FutureTask<>(call);
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon()).start(task);
        return task;
    }

    /** Since Linux 6.4. It always waits for what a driver has still to send, but a pseudo-terminal has nothing. */
    private static boolean settingWaitsForWriters() {
        String[] version = System.getProperty("os.version").split("[^0-9]");
        return Integer.parseInt(version[0]) * 1000 + Integer.parseInt(version[1]) >= 6004;
    }

    /** What blocks on a stopped line. */
    private List<Callable<?>> blocking() throws IOException {
        Termios settings = Termios.get(terminal);
        List<Callable<?>> calls = new ArrayList<>();
        for (int when : settingWaitsForWriters() ? new int[] {TCSADRAIN, TCSAFLUSH} : new int[0]) {
            calls.add(() -> {
                settings.set(terminal, when);
                return null;
            });
        }
        for (int action : new int[] {Terminal.TCIOFF, Terminal.TCION}) {
            calls.add(() -> {
                Terminal.tcflow(terminal, action);
                return null;
            });
        }
        return calls;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatBlocksOnAStoppedLineEndsWhenItGoesOnAndAnInterruptIsKept(boolean virtual) throws Exception {
        for (Callable<?> call : blocking()) {
            FutureTask<Long> writer = stop();
            Thread[] thread = new Thread[1];
            FutureTask<Boolean> caller = startCall(virtual, () -> {
                thread[0] = Thread.currentThread();
                call.call();
                return Thread.interrupted();
            });
            Support.awaitUsers(terminal, 1);
            thread[0].interrupt();
            Thread.sleep(30);
            assertFalse(caller.isDone());
            assertEquals(1, Support.users(terminal));
            go(writer);
            assertTrue(get(caller));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closedMeanwhileItKeepsTheNumberUntilTheLineGoesOn(boolean virtual) throws Exception {
        FutureTask<Long> writer = stop();
        FutureTask<Void> caller = startCall(virtual, () -> {
            Terminal.tcflow(terminal, Terminal.TCION);
            return null;
        });
        Support.awaitUsers(terminal, 1);
        Thread.sleep(30);
        int number = terminal.fd();
        terminal.close();
        assertClosed(() -> Terminal.tcflow(terminal, Terminal.TCOON));
        Thread.sleep(30);
        assertFalse(caller.isDone());
        assertTrue(Support.isOpen(number));
        go(writer);
        get(caller);
        assertFalse(Support.isOpen(number));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHangUpEndsWhatBlocks(boolean virtual) throws Exception {
        for (int call = 0; call < blocking().size(); call++) {
            Callable<?> blocked = blocking().get(call);
            FutureTask<Long> writer = stop();
            FutureTask<Object> caller = startCall(virtual, () -> blocked.call());
            Support.awaitUsers(terminal, 1);
            Thread.sleep(30);
            assertFalse(caller.isDone());
            pty.close();
            assertThrows(ExecutionException.class, () -> get(writer));
            try {
                get(caller);
            } catch (ExecutionException e) {
                assertEquals(Errno.EIO, assertInstanceOf(ErrnoException.class, e.getCause()).errno());
            }
            close();
            open();
        }
    }

    /** FFM does not let the memory go while the kernel may use it. */
    @Test
    void memoryOfABlockedIoctlCannotBeFreed() throws Exception {
        assumeTrue(settingWaitsForWriters(), "needs Linux 6.4");
        FutureTask<Long> writer = stop();
        Arena arena = Arena.ofShared();
        MemorySegment settings = arena.allocate(Ioctl.TCSETSW2.bytes(), 8);
        Ioctl.ioctl(terminal, Ioctl.TCGETS2, settings);
        FutureTask<Integer> caller = start(() -> Ioctl.ioctl(terminal, Ioctl.TCSETSW2, settings));
        Support.awaitUsers(terminal, 1);
        Thread.sleep(30);
        assertThrows(IllegalStateException.class, arena::close);
        assertTrue(settings.scope().isAlive());
        go(writer);
        assertEquals(0, get(caller));
        arena.close();
        assertThrows(IllegalStateException.class, () -> Ioctl.ioctl(terminal, Ioctl.TCSETSW2, settings));
    }

    /** There is one carrier. */
    @Test
    void noCallThatBlocksHoldsTheOnlyCarrier() throws Exception {
        Refused.assumeAllowed();
        assertEquals("done\n", Child.run(Child.java(List.of("--enable-native-access=ALL-UNNAMED",
                "-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1"),
                OneCarrier.class)));
    }

    /** All of its threads are of those whose ioctl goes to the fake line, but the first, which is the line. */
    static final class OneCarrier {
        private OneCarrier() { }

        public static void main(String[] args) throws Exception {
            FakeLine line = new FakeLine();
            CompletableFuture<Integer> listener = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> {
                for (int fd = listener.join();;) {
                    Seccomp.answer(fd, line);
                }
            });
            listener.complete(Seccomp.listen(Refused.IOCTL.number()));
            try (EventFd fd = EventFd.create()) {
                Termios settings = Termios.get(fd);
                for (OnLine call : List.<OnLine>of(Terminal::tcdrain, Terminal::tcsendbreak,
                        f -> Terminal.setBreak(f, true), f -> Terminal.awaitModemLines(f, Terminal.TIOCM_CTS),
                        f -> settings.set(f, TCSADRAIN), f -> settings.set(f, TCSAFLUSH),
                        f -> Termios.change(f, Termios::raw, TCSADRAIN).close(),
                        f -> assertTrue(Terminal.tcdrain(f, LONG)))) {
                    CountDownLatch sent = new CountDownLatch(1);
                    line.blocking = sent;
                    FutureTask<Boolean> caller = new FutureTask<>(() -> {
                        call.run(fd);
                        return Thread.interrupted();
                    });
                    Thread thread = Thread.ofVirtual().start(caller);
                    Support.awaitUsers(fd, 1);
                    Thread.sleep(20);
                    CountDownLatch ran = new CountDownLatch(1);
                    Thread.ofVirtual().start(ran::countDown);
                    assertTrue(ran.await(Support.LONG_NANOS, TimeUnit.NANOSECONDS), "the carrier is held");
                    thread.interrupt();
                    Thread.sleep(20);
                    assertFalse(caller.isDone());
                    sent.countDown();
                    assertTrue(get(caller), "the interrupt");
                }
            }
            System.out.print("done\n");
        }
    }
}
