package dev.pollux;

import static dev.pollux.Epoll.EPOLLERR;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.read;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static dev.pollux.Support.termios;
import static dev.pollux.Support.write;
import static dev.pollux.Termios.TCSADRAIN;
import static dev.pollux.Termios.TCSAFLUSH;
import static dev.pollux.Termios.TCSANOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.Libc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pseudo-terminals, and {@link Termios} on both of their sides. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PtyTest {
    private Pty pty;
    private Fd terminal;
    private Epoll epoll;
    private Arena arena;
    private EpollEvents events;

    @BeforeEach
    void open() throws IOException {
        pty = Pty.create();
        terminal = pty.openTerminal();
        epoll = Epoll.create();
        arena = Arena.ofShared();
        events = EpollEvents.allocate(arena, 4);
    }

    @AfterEach
    void close() throws IOException {
        epoll.close();
        terminal.close();
        pty.close();
        arena.close();
    }

    /** All that comes until it ends in {@code end}. */
    private static String readTo(Fd fd, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith(end)) {
            ready(fd, Poll.POLLIN);
            text.append(read(fd));
        }
        return text.toString();
    }

    private int poll() throws IOException {
        return epoll.poll(events) == 0 ? 0 : events.events(0);
    }

    @Test
    void aNewOneIsCloseOnExecAndNonBlockingUnlessToldOtherwise() throws IOException {
        for (Fd fd : new Fd[] {pty, terminal}) {
            assertTrue(Fcntl.isCloseOnExec(fd));
            assertTrue(Fcntl.isNonBlocking(fd));
        }
        try (Pty plain = Pty.create(Fcntl.O_RDWR | Fcntl.O_NOCTTY)) {
            assertFalse(Fcntl.isCloseOnExec(plain));
            assertFalse(Fcntl.isNonBlocking(plain));
            assertNotEquals(pty.path(), plain.path());
        }
    }

    @Test
    void thePathIsThatOfTheTerminal() throws IOException {
        Path path = pty.path();
        assertTrue(path.toString().matches("/dev/pts/[0-9]+"), path::toString);
        assertEquals(path, Files.readSymbolicLink(Path.of("/proc/self/fd/" + terminal.fd())));
    }

    /** Only who leads a session, and has no terminal yet, can get one by opening it. */
    @Test
    void theTerminalDoesNotBecomeTheControllingOne() throws Exception {
        Process leader;
        try {
            leader = new ProcessBuilder("setsid", "--wait",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED", "-cp", "target/classes:target/test-classes",
                    Leader.class.getName()).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("no setsid here: " + e.getMessage());
            return;
        }
        String output = new String(leader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, leader.waitFor(), output);
        assertEquals("leads its session, terminal 0\nleads its session, terminal 0\n", output);
    }

    static final class Leader {
        private Leader() { }

        public static void main(String[] args) throws IOException {
            try (Pty pty = Pty.create()) {
                print();
                try (Fd _ = pty.openTerminal()) {
                    print();
                }
            }
        }

        private static void print() throws IOException {
            // after the name in parentheses: state, parent, process group, session, terminal
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            System.out.println((Long.parseLong(fields[3]) == ProcessHandle.current().pid()
                    ? "leads its session, " : "does not lead a session, ") + "terminal " + fields[4]);
        }
    }

    @Test
    void aTerminalHandsOnWholeLinesAndEchoes() throws IOException {
        epoll.add(terminal, EPOLLIN);
        write(pty, "one");
        assertEquals("one", readTo(pty, "one"), "the echo");
        assertEquals(0, poll());
        assertNull(read(terminal));
        write(pty, "\nt\u007fwo\nth");
        readTo(pty, "th");
        assertEquals(EPOLLIN, poll());
        assertEquals("one\n", read(terminal), "one line, though two are there");
        assertEquals("wo\n", read(terminal), "the erased letter is gone");
        assertEquals(0, poll());
        write(terminal, "out\n");
        assertEquals("out\r\n", readTo(pty, "\n"));
    }

    @Test
    void endOfFileIsTypedAndNoHangUp() throws IOException {
        write(pty, "\u0004");
        assertEquals(Poll.POLLIN, ready(terminal, Poll.POLLIN));
        assertEquals("", read(terminal));
        assertNull(read(terminal), "and the terminal goes on");
    }

    @Test
    void aRawLineHandsOnEveryByteAtOnce() throws Exception {
        termios(terminal).raw().set(terminal, TCSANOW);
        epoll.add(terminal, EPOLLIN, 1);
        epoll.add(pty, EPOLLIN, 2);
        assertEquals(0, poll());
        FutureTask<Integer> waiter = start(() -> epoll.await(events));
        awaitUsers(epoll, 1);
        write(pty, "\u0003");
        assertEquals(1, get(waiter));
        assertEquals(1, events.data(0));
        assertEquals(EPOLLIN, events.events(0));
        assertEquals("\u0003", read(terminal), "a byte like any other, without a line's end");
        assertEquals(0, poll(), "and nothing was echoed");
        StringBuilder all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        write(terminal, all.toString());
        assertEquals(1, epoll.await(events));
        assertEquals(2, events.data(0));
        assertEquals(all.toString(), readTo(pty, "\u00ff"));
        write(pty, all.toString());
        assertEquals(all.toString(), readTo(terminal, "\u00ff"));
    }

    @Test
    void pollAndSelectWaitForBothSides() throws IOException {
        termios(terminal).raw().set(terminal, TCSANOW);
        FdSet set = FdSet.allocate(arena);
        for (Fd[] way : new Fd[][] {{pty, terminal}, {terminal, pty}}) {
            set.set(way[1].fd());
            assertEquals(0, Select.poll(set, null, null));
            write(way[0], "x");
            assertEquals(Poll.POLLIN, ready(way[1], Poll.POLLIN));
            set.set(way[1].fd());
            assertEquals(1, Select.await(set, null, null));
            assertEquals("x", read(way[1]));
            set.clear(way[1]);
        }
    }

    @Test
    void aFullLineWouldBlockAndIsWaitedFor() throws Exception {
        termios(terminal).raw().set(terminal, TCSANOW);
        long sent = 0;
        long n;
        epoll.add(terminal, EPOLLOUT);
        do {
            while ((n = terminal.write(arena.allocate(4096))) > 0) {
                sent += n;
                assertTrue(sent < 100_000_000);
            }
            assertEquals(Fd.WOULD_BLOCK, n);
            Thread.sleep(20); // the kernel moves bytes on behind our back, and then there is room again
        } while (poll() != 0);
        for (long got = 0; got < sent; got += n) {
            ready(pty, Poll.POLLIN);
            n = pty.read(arena.allocate(4096));
        }
        assertEquals(1, epoll.await(events));
        assertEquals(EPOLLOUT, events.events(0));
    }

    @Test
    void whileNobodyHasTheTerminalOpenAReadIsEioAndWaitsReportAHangUp() throws IOException {
        epoll.add(pty, EPOLLIN);
        write(terminal, "last words");
        terminal.close();
        assertEquals(EPOLLIN | EPOLLHUP, waitFor(EPOLLHUP));
        assertEquals("last words", read(pty));
        assertErrno(Errno.EIO, () -> read(pty));
        assertErrno(Errno.EIO, () -> read(pty));
        assertEquals(EPOLLHUP, poll());
        try (Fd again = pty.openTerminal()) {
            assertEquals(0, poll());
            assertNull(read(pty));
            write(again, "again");
            assertEquals("again", readTo(pty, "again"));
        }
        waitFor(EPOLLHUP);
    }

    @Test
    void beforeAnybodyHasOpenedTheTerminalThereIsNoHangUp() throws IOException {
        try (Pty fresh = Pty.create()) {
            epoll.add(fresh, EPOLLIN | EPOLLOUT);
            assertEquals(EPOLLOUT, poll());
            assertNull(read(fresh));
        }
    }

    @Test
    void aTerminalWhoseOtherSideIsClosedHangsUp() throws IOException {
        epoll.add(terminal, EPOLLIN);
        pty.close();
        assertEquals(EPOLLIN | EPOLLHUP, waitFor(EPOLLHUP) & ~EPOLLERR);
        assertEquals("", read(terminal));
        assertErrno(Errno.EIO, () -> write(terminal, "x"));
        assertErrno(Errno.EIO, () -> Termios.get(terminal));
    }

    private int waitFor(int event) throws IOException {
        do {
            assertEquals(1, epoll.await(events));
        } while ((events.events(0) & event) == 0);
        return events.events(0);
    }

    // settings

    @Test
    void theSettingsAreRestored() throws IOException {
        Termios before = termios(terminal);
        Termios raw = before.raw();
        assertNotEquals(before, raw);
        assertEquals(before, termios(terminal), "raw() alone sets nothing");
        assertNotEquals(before, before.toString());
        raw.speed(115_200).set(terminal, TCSADRAIN);
        Termios set = termios(terminal);
        assertNotEquals(before, set);
        assertEquals(set, Termios.get(pty), "both sides have the same");
        assertEquals(raw.speed(115_200), set);
        terminal.close();
        try (Fd again = pty.openTerminal()) {
            assertEquals(set, Termios.get(again), "they stay while one side is open");
            before.set(again, TCSANOW);
            assertEquals(before, Termios.get(again));
            assertEquals(before.hashCode(), Termios.get(again).hashCode());
            write(pty, "line\n");
            assertEquals("line\r\n", readTo(pty, "\n"), "it echoes again");
            assertEquals("line\n", read(again));
        }
    }

    @Test
    void aSpeedIsANumberOfItsOwn() throws IOException {
        Termios termios = termios(terminal).raw();
        for (int baud : new int[] {0, 50, 300, 9600, 38_400, 115_200, 921_600, 4_000_000}) {
            assertEquals(termios.speed(baud), termios.speed(baud).speed(baud));
        }
        assertNotEquals(termios.speed(9600), termios.speed(115_200));
        assertThrows(IllegalArgumentException.class, () -> termios.speed(-1));
    }

    @Test
    void flushingThrowsAwayWhatWasNotRead() throws IOException {
        Termios raw = termios(terminal).raw();
        raw.set(terminal, TCSANOW);
        write(pty, "old");
        ready(terminal, Poll.POLLIN);
        raw.set(terminal, TCSAFLUSH);
        assertNull(read(terminal));
        write(pty, "new");
        ready(terminal, Poll.POLLIN);
        assertEquals("new", read(terminal));
    }

    @Test
    void whatIsNoTerminalIsRefused() throws IOException {
        Termios termios = termios(terminal);
        assertEquals("Termios[c_iflag=ICRNL|IXON, c_oflag=OPOST|ONLCR, c_cflag=CS8|CREAD,"
                + " c_lflag=ISIG|ICANON|ECHO|ECHOE|ECHOK|ECHOCTL|ECHOKE|IEXTEN, c_ispeed=38400, c_ospeed=38400]",
                termios.toString());
        try (Pipe pipe = Pipe.create()) {
            ErrnoException thrown = assertErrno(Errno.ENOTTY, () -> Termios.get(pipe.reader()));
            assertTrue(thrown.getMessage().contains("not a terminal"), thrown.getMessage());
            assertErrno(Errno.ENOTTY, () -> termios.set(pipe.reader(), TCSANOW));
            assertErrno(Errno.ENOTTY, () -> Pty.borrow(pipe.reader().fd()).path());
        }
        assertThrows(IllegalArgumentException.class, () -> termios.set(terminal, 77));
        assertErrno(Errno.ENOTTY, () -> Pty.borrow(terminal.fd()).path());
        assertErrno(Errno.EIO, () -> Pty.borrow(terminal.fd()).openTerminal());
    }

    // another devpts

    @Test
    void theTerminalIsItsOwnWhereItsPathIsThatOfAnother(@TempDir Path folder) throws Exception {
        String mount = "mount -t devpts -o newinstance,ptmxmode=0666 none ";
        List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
                mount + "\"$1\" || exit 77\nshift\nexec \"$@\"", "sh", folder.toString()));
        command.addAll(Child.java(OtherDevpts.class, folder.toString(), mount + "/dev/pts").command());
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("no unshare here: " + e.getMessage());
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeFalse(process.waitFor() != 0 && !output.contains("Exception"),
                () -> "namespaces of users and mounts are not allowed here: " + output);
        List<String> lines = output.lines().toList();
        assertEquals(3, lines.size(), output);
        assertEquals("mine: to me", lines.get(0));
        assertEquals("another's: null", lines.get(1));
        assertTrue(lines.get(2).matches("ioctl\\(fd=[0-9]+, TIOCGPTPEER, flags=02004402\\): ENODEV .*"), output);
    }

    /** Has two pseudo-terminals with the same path, because another devpts is mounted on a folder. */
    static final class OtherDevpts {
        private OtherDevpts() { }

        public static void main(String[] args) throws Exception {
            try (Pty another = Pty.create(); Fd _ = another.openTerminal();
                    Pty mine = withPath(another.path(), Path.of(args[0], "ptmx"))) {
                try (Fd terminal = mine.openTerminal()) {
                    write(terminal, "to me");
                    System.out.println("mine: " + read(mine));
                    System.out.println("another's: " + read(another));
                }
                new ProcessBuilder("sh", "-c", args[1]).inheritIO().start().waitFor();
                mine.openTerminal().close();
                System.out.println(assertErrno(Errno.ENODEV, another::openTerminal).getMessage());
            }
        }

        /** From the other devpts, which counts from 0. */
        private static Pty withPath(Path path, Path ptmx) throws IOException {
            for (;;) {
                Fd opened = Fcntl.open(ptmx, Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_NONBLOCK);
                Pty pty = Pty.adopt(opened.detach());
                Libc.unlockpt(pty.fd());
                if (pty.path().equals(path)) {
                    return pty;
                }
            }
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        Termios termios = termios(terminal);
        terminal.close();
        pty.close();
        pty.close();
        assertClosed(pty::path);
        assertClosed(pty::openTerminal);
        assertClosed(() -> Termios.get(terminal));
        assertClosed(() -> termios.set(terminal, TCSANOW));
    }

    @Test
    void adoptedItIsClosedAndBorrowedItStays() throws IOException {
        Pty borrowed = Pty.borrow(pty.fd());
        assertEquals(pty.path(), borrowed.path());
        borrowed.close();
        Pty adopted = Pty.adopt(pty.detach());
        write(terminal, "x");
        assertEquals("x", readTo(adopted, "x"));
        int number = adopted.fd();
        adopted.close();
        assertFalse(Support.isOpen(number));
    }

    @Test
    void aProgramRunsOnTheTerminal() throws Exception {
        terminal.close();
        Process shell = new ProcessBuilder("sh", "-c", "test -t 0 && read answer && echo \"got $answer\"")
                .redirectInput(pty.path().toFile()).redirectOutput(pty.path().toFile())
                .redirectError(pty.path().toFile()).start();
        write(pty, "yes\n");
        assertEquals("yes\r\ngot yes\r\n", readTo(pty, "got yes\r\n"));
        assertEquals(0, shell.waitFor());
        epoll.add(pty, EPOLLIN);
        waitFor(EPOLLHUP);
    }

    @Test
    void oneThatCannotBeMadeIsAnErrorAndLeavesNothingOpen() throws IOException {
        ErrnoException thrown = assertErrno(Errno.ENOTDIR, () -> Pty.create(Fcntl.O_RDWR | Fcntl.O_DIRECTORY));
        assertEquals("posix_openpt(flags=0" + Integer.toOctalString(Fcntl.O_RDWR | Fcntl.O_DIRECTORY) + ")",
                thrown.call());
        // one that is only a place in the file system opens, and then takes no calls
        String call = assertErrno(Errno.EBADF, () -> Pty.create(Fcntl.O_PATH)).call();
        assertTrue(call.matches("grantpt\\(fd=[0-9]+\\)"), call);
        int number = Integer.parseInt(call.replaceAll("[^0-9]", ""));
        Path link = Path.of("/proc/self/fd/" + number);
        // another thread's may be there by now
        assertFalse(Files.isSymbolicLink(link) && Files.readSymbolicLink(link).toString().contains("ptmx"), call);
    }
}
