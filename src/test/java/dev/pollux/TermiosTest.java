package dev.pollux;

import static dev.pollux.Support.write;
import static dev.pollux.Termios.TCSANOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Termios.Flag;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of terminals and serial lines, compared with what {@code stty} says and does. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TermiosTest {
    @TempDir
    Path folder;

    private Pty pty;
    private Fd terminal;

    @BeforeEach
    void open() throws IOException {
        pty = Pty.create();
        terminal = pty.openTerminal();
        Support.termios(terminal);
    }

    @AfterEach
    void close() throws IOException {
        terminal.close();
        pty.close();
    }

    private String stty(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("stty", "-F", pty.path().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /** Every flag that stty has a name for, set here and seen there. */
    @Test
    void flagsAreThoseThatSttySees() throws Exception {
        Termios sane = Termios.get(terminal);
        for (Flag flag : Flag.values()) {
            // a pseudo-terminal always has the ones, and stty does not know the other
            if (Set.of(Flag.PARENB, Flag.CS5, Flag.CS6, Flag.CS7, Flag.PENDIN).contains(flag)) {
                continue;
            }
            sane.with(flag).set(terminal, TCSANOW);
            String all = " " + stty("-a").replaceAll("[;\\n]", " ") + " ";
            assertTrue(all.contains(" " + flag.name().toLowerCase(Locale.ROOT) + " "), () -> flag + " is not in" + all);
            assertTrue(Termios.get(terminal).has(flag));
        }
        stty("-echo", "min", "7", "time", "3", "-icanon", "intr", "^X");
        Termios set = Termios.get(terminal);
        assertFalse(set.has(Flag.ECHO));
        assertEquals(7, set.cc(Termios.VMIN));
        assertEquals(3, set.cc(Termios.VTIME));
        assertEquals('X' - 64, set.cc(Termios.VINTR));
    }

    @Test
    void aValueOfAFieldReplacesAnother() throws IOException {
        Termios settings = Termios.get(terminal).with(Flag.CS7, Flag.TAB3);
        assertTrue(settings.has(Flag.CS7) && !settings.has(Flag.CS8) && settings.has(Flag.TAB3));
        assertFalse(settings.with(Flag.TAB0).has(Flag.TAB3));
        assertThrows(IllegalArgumentException.class, () -> settings.without(Flag.CS7));
        assertThrows(IndexOutOfBoundsException.class, () -> settings.cc(19));
        assertThrows(IllegalArgumentException.class, () -> settings.cc(Termios.VMIN, 256));
    }

    @Test
    void anySpeedIsSetAndTheUsualOnesAreSeenByOthers() throws Exception {
        Termios raw = Termios.get(terminal).raw();
        for (int baud : new int[] {250_000, 31_250, 9600, 115_200, 4_000_000, 12_345_678}) {
            raw.speed(baud).set(terminal, TCSANOW);
            Termios taken = Termios.get(terminal);
            assertEquals(baud, taken.inputSpeed());
            assertEquals(baud, taken.outputSpeed());
            if (baud == 9600 || baud == 115_200) {
                assertEquals(baud + "\n", stty("speed"));
            }
        }
        stty("19200");
        assertEquals(19_200, Termios.get(terminal).outputSpeed());
        raw.speed(1200, 250_000).set(terminal, TCSANOW);
        assertEquals(1200, Termios.get(terminal).inputSpeed());
        assertEquals(250_000, Termios.get(terminal).outputSpeed());
        assertEquals(300, raw.speed(0, 300).inputSpeed());
    }

    /** A pseudo-terminal has 8 bits and no parity, whatever it is told. */
    @Test
    void whatTheDriverDoesNotTakeIsNoticed() throws IOException {
        Termios before = Termios.get(terminal);
        Termios wanted = before.with(Flag.PARENB, Flag.PARODD, Flag.CS7).cc(Termios.VMIN, 9);
        TermiosException thrown = assertThrows(TermiosException.class, () -> wanted.set(terminal, TCSANOW));
        assertTrue(thrown.getMessage().contains("(c_cflag is without CS7; c_cflag is without PARENB)"),
                thrown.getMessage());
        assertEquals(9, thrown.taken().cc(Termios.VMIN), "the rest is in force");
        assertEquals(List.of("c_cc[VMIN] is 1, not 9"),
                thrown.taken().cc(Termios.VMIN, 1).differences(thrown.taken()));
        before.set(terminal, TCSANOW);
        assertThrows(TermiosException.class, () -> Termios.change(terminal, _ -> wanted, TCSANOW));
        assertEquals(before, Termios.get(terminal), "a change that fails is undone");
    }

    @Test
    void aChangeIsUndoneOnce() throws IOException {
        Termios before = Termios.get(terminal).speed(250_000);
        before.set(terminal, TCSANOW);
        Termios.Change change = Termios.change(terminal, t -> t.raw().speed(9600), Termios.TCSAFLUSH);
        assertEquals(before, change.before());
        assertFalse(Termios.get(terminal).has(Flag.ICANON));
        change.close();
        assertEquals(before, Termios.get(terminal), "also a speed that is none of C's");
        Termios.get(terminal).cbreak().set(terminal, TCSANOW);
        change.close();
        assertTrue(!Termios.get(terminal).has(Flag.ICANON) && Termios.get(terminal).has(Flag.ISIG));
        write(pty, "x");
        Support.ready(terminal, Poll.POLLIN);
        assertEquals("x", Support.read(terminal));
    }

    @Test
    void aTerminalThatHasHungUpHasNothingToRestore() throws IOException {
        try (Termios.Change change = Termios.change(terminal, Termios::raw, TCSANOW)) {
            assertTrue(change.before().has(Flag.ICANON));
            pty.close();
            assertEquals(Errno.EIO, assertThrows(ErrnoException.class, () -> Termios.get(terminal)).errno());
        }
    }

    @Test
    void aChangeThatIsClosedAfterItsDescriptorSaysSo() throws IOException {
        Termios.Change change = Termios.change(terminal, Termios::raw, TCSANOW);
        terminal.close();
        String message = assertThrows(IllegalStateException.class, change::close).getMessage();
        assertTrue(message.endsWith("settings were not restored; close the Change before the descriptor"), message);
    }

    @Test
    void xonAndXoffStopAndStartTheLineBothWays() throws Exception {
        Termios.get(terminal).raw().with(Flag.IXON).set(terminal, TCSANOW);
        write(pty, "\023");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment x = Support.bytes(arena, "x");
            Support.awaitTrue(() -> terminal.write(x) == Fd.WOULD_BLOCK);
            while (pty.await(Poll.POLLIN, Duration.ofMillis(50)) != 0) {
                Support.read(pty); // what was written before
            }
            assertEquals(Fd.WOULD_BLOCK, terminal.write(x));
            write(pty, "\021");
            Support.awaitTrue(() -> terminal.write(x) == 1);
            Support.ready(pty, Poll.POLLIN);
            assertEquals("x", Support.read(pty));
        }
        Terminal.tcflow(terminal, Terminal.TCIOFF);
        Support.ready(pty, Poll.POLLIN);
        assertEquals("\023", Support.read(pty));
        Terminal.tcflow(terminal, Terminal.TCION);
        Support.ready(pty, Poll.POLLIN);
        assertEquals("\021", Support.read(pty));
    }

    private void minAndTime(int min, int time) throws IOException {
        Termios.get(terminal).raw().cc(Termios.VMIN, min).cc(Termios.VTIME, time).set(terminal, TCSANOW);
        Fcntl.setNonBlocking(terminal, false);
    }

    private FutureTask<String> startReading() throws Exception {
        return Support.startAsleep(() -> Support.read(terminal));
    }

    @Test
    void aReadWaitsForAsManyBytesAsVminSaysAndSoDoesAPoll() throws Exception {
        minAndTime(3, 0);
        FutureTask<String> reader = startReading();
        write(pty, "ab");
        Thread.sleep(50);
        assertFalse(reader.isDone());
        assertEquals(0, terminal.await(Poll.POLLIN, Duration.ofMillis(10)), "two are not enough for poll, either");
        write(pty, "c");
        assertEquals("abc", Support.get(reader));
        write(pty, "defg");
        Support.ready(terminal, Poll.POLLIN);
        assertEquals("defg", Support.read(terminal));
    }

    @Test
    void aReadEndsWhenNothingHasComeForVtimeAfterAByte() throws Exception {
        minAndTime(255, 3);
        FutureTask<String> reader = startReading();
        Thread.sleep(400);
        assertFalse(reader.isDone(), "the time begins with the first byte");
        write(pty, "ab");
        Thread.sleep(100);
        write(pty, "c");
        long last = System.nanoTime();
        assertEquals("abc", Support.get(reader));
        assertTrue(System.nanoTime() - last >= 200_000_000, "ended before the silence");
        write(pty, "d");
        assertEquals(Poll.POLLIN, Support.ready(terminal, Poll.POLLIN), "one byte is enough for poll");
    }

    @Test
    void withoutVminAReadOfNothingIsNoEndOfFile() throws Exception {
        minAndTime(0, 2);
        long start = System.nanoTime();
        assertEquals("", Support.read(terminal));
        assertTrue(System.nanoTime() - start >= 150_000_000, "ended before the time");
        write(pty, "a");
        assertEquals("a", Support.read(terminal));
        minAndTime(0, 0);
        Fcntl.setNonBlocking(terminal, true);
        assertEquals("", Support.read(terminal), "it would not block");
        write(pty, "b");
        Support.ready(terminal, Poll.POLLIN);
        assertEquals("b", Support.read(terminal));
    }

    @Test
    void theSizeOfTheWindowIsThatOfBothSides() throws Exception {
        assertEquals(new Winsize(0, 0), Winsize.get(terminal));
        new Winsize(50, 65_535, 3, 40_000).set(pty);
        assertEquals(new Winsize(50, 65_535, 3, 40_000), Winsize.get(terminal));
        assertEquals("50 65535\n", stty("size"));
        assertThrows(IllegalArgumentException.class, () -> new Winsize(65_536, 1));
        assertThrows(IllegalArgumentException.class, () -> new Winsize(1, -1));
    }

    @Test
    void whatIsUnderWayIsThrownAwayAndTheLineIsOnesOwn() throws Exception {
        Termios.get(terminal).raw().set(terminal, TCSANOW);
        write(pty, "old");
        Support.ready(terminal, Poll.POLLIN);
        assertEquals(3, Ioctl.available(terminal));
        Terminal.tcflush(terminal, Terminal.TCIFLUSH);
        assertEquals(0, Ioctl.available(terminal));
        Terminal.setExclusive(terminal, true);
        assertTrue(Terminal.isExclusive(terminal));
        Terminal.setExclusive(terminal, false);
        assertFalse(Terminal.isExclusive(terminal));
        Terminal.tcflow(terminal, Terminal.TCOOFF);
        assertEquals(Fd.WOULD_BLOCK, terminal.write(Support.bytes(Arena.ofAuto(), "x")));
        Terminal.tcflow(terminal, Terminal.TCOON);
        Terminal.tcsendbreak(terminal);
        Support.get(Support.start(() -> {
            Terminal.tcdrain(terminal);
            return null;
        }));
        Thread.ofVirtual().start(() -> {
            try {
                Terminal.tcdrain(terminal);
                Terminal.tcflush(terminal, Terminal.TCIOFLUSH);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }).join();
        assertEquals("TIOCM_DTR|TIOCM_CTS|0x100000",
                Terminal.modemLines(Terminal.TIOCM_DTR | Terminal.TIOCM_CTS | 0x100000));
        assertEquals(Errno.ENOTTY, assertThrows(ErrnoException.class,
                () -> Terminal.raiseModemLines(terminal, Terminal.TIOCM_DTR)).errno());
    }

    /**
     * SIGTTOU would stop the process, and this test would wait in vain; and where that is blocked or ignored, or nobody
     * is there who could send SIGCONT, the terminal would be changed.
     */
    @ParameterizedTest
    @ValueSource(strings = {"\"$@\" & wait", "env --block-signal=TTIN,TTOU \"$@\" & wait",
        "trap '' TTIN TTOU; \"$@\" & wait",
        "(\"$@\" <>\"$terminal\" &) & set +m; until grep -q '^end' \"$output\"; do sleep 0.05; done"})
    void inTheBackgroundTheTerminalIsLeftAloneAndTheJvmGoesOn(String script) throws Exception {
        assertEquals("""
                in background: true
                InBackgroundException
                InBackgroundException
                InBackgroundException
                drained
                taken: true
                in background: false
                set
                SIGTTOU blocked: %d
                end
                """.formatted(script.startsWith("env --block") ? 1 : 0),
                onTerminal("set -m; " + script, InBackground.class));
    }

    /** Who is in the foreground has no number in a namespace that it is not in. */
    @Test
    void whoIsInTheForegroundMayBeOutsideOfThisNamespace() throws Exception {
        assumeTrue(Child.succeeds("unshare", "-r", "--pid", "--fork", "--mount-proc", "true"), "no namespaces here");
        assumeTrue(Child.succeeds("perl", "-e", "1"), "no perl here");
        String unshare = "unshare -r --pid --fork --mount-proc ";
        assertEquals("in background: true\nend\n",
                onTerminal(unshare + "perl -e 'setpgrp; exec @ARGV' \"$@\"", IsInBackground.class));
        assertEquals("in background: false\nend\n", onTerminal(unshare + "\"$@\"", IsInBackground.class));
    }

    static final class IsInBackground {
        private IsInBackground() { }

        public static void main(String[] args) {
            System.out.print("in background: " + Terminal.isInBackground(Fd.borrow(Fd.STDIN_FILENO)) + "\nend\n");
        }
    }

    /** What a JVM prints that a shell starts, in whose session this is the terminal; the JVM is {@code "$@"}. */
    private String onTerminal(String script, Class<?> main) throws Exception {
        Path output = Files.createTempFile(folder, "output", "");
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c",
                """
                terminal=$0 output=$1
                exec <>"$0" >&0 2>&0
                shift
                exec 3>"$output"
                """ + script.replace("\"$@\"", "\"$@\" >&3 2>&3"), pty.path().toString(), output.toString()));
        // in a namespace of processes its file of performance data would have another JVM's name
        command.addAll(Child.java(List.of("-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED"), main).command());
        Process shell;
        try {
            shell = new ProcessBuilder(command).start();
        } catch (IOException e) {
            assumeTrue(false, "no setsid here: " + e.getMessage());
            return "";
        }
        Support.awaitTrue(() -> Files.readString(output).endsWith("end\n"));
        shell.waitFor();
        return Files.readString(output);
    }

    static final class InBackground {
        private InBackground() { }

        public static void main(String[] args) throws IOException {
            Fd terminal = Fd.borrow(Fd.STDIN_FILENO);
            System.out.println("in background: " + Terminal.isInBackground(terminal));
            Termios before = Termios.get(terminal);
            refused(() -> before.raw().set(terminal, TCSANOW));
            refused(() -> Terminal.tcflush(terminal, Terminal.TCIFLUSH));
            refused(() -> Termios.change(terminal, Termios::cbreak, TCSANOW));
            Terminal.tcdrain(terminal);
            System.out.println("drained");
            int own = Integer.parseInt(Files.readString(Path.of("/proc/self/stat")).replaceFirst(".*\\) ", "")
                    .split(" ")[2]);
            Terminal.tcsetpgrp(terminal, own);
            System.out.println("taken: " + (Terminal.tcgetpgrp(terminal) == own));
            System.out.println("in background: " + Terminal.isInBackground(terminal));
            before.raw().set(terminal, TCSANOW);
            before.set(terminal, TCSANOW);
            System.out.println("set");
            String blocked = Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                    .filter(line -> line.startsWith("SigBlk:")).findFirst().orElseThrow().substring(7).strip();
            System.out.println("SIGTTOU blocked: "
                    + (Long.parseUnsignedLong(blocked, 16) >>> SigSet.SIGTTOU - 1 & 1));
            System.out.print("end\n");
        }

        private interface Call {
            void run() throws IOException;
        }

        private static void refused(Call call) throws IOException {
            try {
                call.run();
                System.out.println("done");
            } catch (InBackgroundException e) {
                System.out.println(e.getClass().getSimpleName());
            }
        }
    }
}
