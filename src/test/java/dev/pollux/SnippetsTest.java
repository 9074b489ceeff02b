package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SnippetsTest {
    @Test
    void theServerOfTheJavadocEchoesToTwoClients() throws Exception {
        SocketFd listener = Snippets.listen(0);
        InetSocketAddress address = (InetSocketAddress) listener.getsockname();
        // it serves until the process ends, as the one in the Javadoc does
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Snippets.echo(listener);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (Socket first = new Socket(address.getAddress(), address.getPort());
                Socket second = new Socket(address.getAddress(), address.getPort())) {
            byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
            for (Socket client : new Socket[] {second, first, second}) {
                client.getOutputStream().write(hello);
                assertArrayEquals(hello, client.getInputStream().readNBytes(hello.length));
            }
            first.shutdownOutput();
            assertEquals(-1, first.getInputStream().read());

            try (Socket resets = new Socket(address.getAddress(), address.getPort())) {
                resets.setSoLinger(true, 0);
            }
            second.getOutputStream().write(hello);
            assertArrayEquals(hello, second.getInputStream().readNBytes(hello.length), "after another client's reset");
        }
    }

    @Test
    void anAddressOfTheJavadocIsOfAFamilyThatTheLibraryDoesNotKnow() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            SocketFd hash;
            try {
                hash = Snippets.hash("sha256", arena);
            } catch (ErrnoException e) {
                Assumptions.abort("this kernel has no AF_ALG: " + e.getMessage());
                return;
            }
            try (hash) {
                hash.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, (byte) 'a', (byte) 'b', (byte) 'c'));
                MemorySegment digest = arena.allocate(32);
                assertEquals(32, hash.read(digest));
                assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(new byte[] {'a', 'b', 'c'}),
                        digest.toArray(ValueLayout.JAVA_BYTE));
            }
        }
    }

    @Test
    void aConnectionOfTheJavadocIsMadeAndServedOrRefused() throws Exception {
        SocketFd listener = Snippets.listen(0); // as long as the process: its server never ends
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Snippets.serve(listener, client -> {
                    try (client) {
                        client.write(new byte[] {7}, 0, 1);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        byte[] answer = new byte[1];
        try (SocketFd client = Snippets.connect(listener.getsockname(), Duration.ofSeconds(20))) {
            FdStreams.readFully(client, answer, 0, 1, Duration.ofSeconds(20));
            assertEquals(7, answer[0]);
        }
        InetSocketAddress closed;
        try (SocketFd other = Snippets.listen(0)) {
            closed = (InetSocketAddress) other.getsockname();
        }
        assertThrows(IOException.class, () -> Snippets.connect(closed, Duration.ofSeconds(20)));
    }

    @Test
    void aChildOfTheJavadocIsReadWhileItRunsAndKilledAtItsLimit() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        assertEquals(7, Snippets.run(Duration.ofSeconds(20), output::writeBytes, "sh", "-c",
                "echo one; sleep 0.1; echo two >&2; exec >/dev/null 2>&1; sleep 0.1; exit 7"));
        assertEquals("one\ntwo\n", output.toString(StandardCharsets.US_ASCII));
        assertEquals(128 + 9, Snippets.run(Duration.ofMillis(300), output::writeBytes, "sleep", "60"));
        assertEquals(0, Snippets.run(Duration.ofSeconds(20), output::writeBytes, "sh", "-c", "sleep 5 & exit 0"),
                "a grandchild has the pipe");
    }

    @Test
    void optionsOfTheJavadocAreSetAndRead() throws IOException {
        try (SocketFd listener = Snippets.listen(0);
                SocketFd client = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            Snippets.configure(client);
            assertTrue(client.getsockopt(Sockopt.TCP_NODELAY));
            assertEquals(Duration.ofSeconds(20), client.getsockopt(Sockopt.TCP_USER_TIMEOUT));
            client.connect(listener.getsockname());
            Snippets.quality(client);
        }
    }

    @Test
    void virtualThreadsOfTheJavadocSendAndReceiveAll() throws Throwable {
        byte[] sent = new byte[1 << 20];
        new Random(1).nextBytes(sent);
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        try (SocketPair sockets = SocketPair.create()) {
            FutureTask<Void> receiver = new FutureTask<>(() -> {
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment buffer = arena.allocate(4096);
                    for (long n; (n = Snippets.receive(sockets.second(), buffer)) > 0; ) {
                        received.writeBytes(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
                    }
                }
                return null;
            });
            FutureTask<Void> sender = new FutureTask<>(() -> {
                try (Arena arena = Arena.ofConfined()) {
                    Snippets.send(sockets.first(), arena.allocateFrom(ValueLayout.JAVA_BYTE, sent));
                }
                sockets.first().close();
                return null;
            });
            Thread.startVirtualThread(sender);
            Thread.startVirtualThread(receiver);
            Support.get(sender);
            Support.get(receiver);
        }
        assertArrayEquals(sent, received.toByteArray());
    }

    @Test
    void theRequestOfTheJavadocIsAnsweredOrSaysHowFarTheAnswerWent() throws IOException {
        try (SocketPair sockets = SocketPair.create()) {
            Support.write(sockets.second(), "answ");
            assertArrayEquals("answ".getBytes(StandardCharsets.US_ASCII),
                    Snippets.request(sockets.first(), "ask?".getBytes(StandardCharsets.US_ASCII), 4));
            assertEquals("ask?", Support.read(sockets.second()));
            Support.write(sockets.second(), "an");
            assertEquals("the answer ends after 2 bytes", assertThrows(IOException.class,
                    () -> Snippets.request(sockets.first(), new byte[1], 4)).getMessage());
        }
    }

    @Test
    void theInotifyOfTheJavadocSeesAFile(@TempDir Path folder) throws Throwable {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        Thread creates = Thread.ofPlatform().unstarted(() -> {
            try {
                // again and again, because the watch may not be there yet
                for (int i = 0; i < 100 && printed.size() == 0; i++) {
                    Files.createFile(folder.resolve("file" + i));
                    Thread.sleep(50);
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        System.setOut(new PrintStream(printed, true));
        try {
            creates.start();
            Snippets.watch(folder.toString());
        } finally {
            System.setOut(out);
            creates.join();
        }
        assertTrue(printed.toString().matches("watch 1: file[0-9]+\n"), printed::toString);
    }

    /** Runs something that prints, and returns what it printed. */
    private static String printed(Executable code) throws Throwable {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        System.setOut(new PrintStream(printed, true));
        try {
            code.execute();
        } finally {
            System.setOut(out);
        }
        return printed.toString();
    }

    @Test
    void theWatchOfTheJavadocTellsWhatIsNewUntilTheFolderIsGone(@TempDir Path parent) throws Throwable {
        Path folder = Files.createDirectory(parent.resolve("folder"));
        Path other = Files.createFile(parent.resolve("other"));
        try (Inotify inotify = Inotify.create()) {
            inotify.addWatch(other, Inotify.IN_ATTRIB); // its events have no name, as those of an unmount
            assertEquals("there is " + folder.resolve("file") + "\n", printed(() -> {
                FutureTask<?> watcher = Support.start(() -> {
                    Snippets.watch(inotify, folder);
                    return null;
                });
                while (!Files.readString(Path.of("/proc/self/fdinfo/" + inotify.fd())).contains("inotify wd:2")) {
                    Thread.sleep(1);
                }
                Files.delete(other);
                Files.createFile(folder.resolve("file"));
                Files.delete(folder.resolve("file"));
                Files.delete(folder);
                Support.get(watcher);
            }));
        }
    }

    @Test
    void theTerminalOfTheJavadocPrintsUntilNobodyHasItOpen() throws Throwable {
        try (Pty pty = Pty.create()) {
            try (Fd terminal = pty.openTerminal()) {
                Support.write(terminal, "hello\n");
            }
            assertEquals("hello\r\n", printed(() -> Snippets.terminal(pty)));
        }
    }

    @Test
    void theProgramOfTheJavadocHasItsWindowAndIsInterrupted() throws Throwable {
        try (Pty pty = Pty.create(); Arena arena = Arena.ofConfined()) {
            Process program;
            try {
                program = Snippets.start(pty, "sh", "-c", "stty size; tty; exec sleep 60");
            } catch (IOException e) {
                Assumptions.abort("no setsid here: " + e.getMessage());
                return;
            }
            MemorySegment buffer = arena.allocate(4096);
            String expected = "24 80\r\n" + pty.path() + "\r\n";
            StringBuilder printed = new StringBuilder();
            while (printed.length() < expected.length() && pty.await(Poll.POLLIN, Duration.ofSeconds(20)) != 0) {
                long n = pty.read(buffer);
                printed.append(StandardCharsets.US_ASCII.decode(buffer.asSlice(0, n).asByteBuffer()));
            }
            assertEquals(expected, printed.toString());
            Support.write(pty, "\003");
            assertTrue(program.waitFor(20, TimeUnit.SECONDS), "^C has not reached it");
            assertEquals(128 + SigSet.SIGINT, program.exitValue());
        }
    }

    @Test
    void theSerialLineOfTheJavadocIsRawWhileItIsUsedAndRestored() throws Exception {
        try (Pty pty = Pty.create(); Fd other = pty.openTerminal()) {
            Termios before = Termios.get(other);
            StringBuilder received = new StringBuilder();
            FutureTask<?> line = Support.start(() -> {
                Snippets.serial(pty.path(), bytes -> {
                    received.append(Support.text(bytes, bytes.byteSize()));
                    if (received.toString().endsWith("!")) {
                        throw new IllegalStateException("enough");
                    }
                });
                return null;
            });
            while (Termios.get(other).equals(before)) {
                Thread.sleep(1);
            }
            assertEquals(before.raw().speed(115_200), Termios.get(other));
            Support.write(pty, "\u0003\r!");
            assertEquals("enough", assertThrows(ExecutionException.class, () -> Support.get(line)).getCause()
                    .getMessage());
            assertEquals("\u0003\r!", received.toString());
            assertEquals(before, Termios.get(other));
        }
    }

    @Test
    void theLockOfTheJavadocKeepsLinesWhole(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("lines");
        try (Arena arena = Arena.ofConfined()) {
            Snippets.append(path, Support.bytes(arena, "one\n"));
            Snippets.append(path, Support.bytes(arena, "two\n"));
        }
        assertEquals("one\ntwo\n", Files.readString(path));
    }

    @Test
    void theMemoryOfTheJavadocIsFilledAndSealed() throws IOException {
        try (MemFd memory = MemFd.create("filled"); Arena arena = Arena.ofConfined()) {
            Snippets.fill(memory, Support.bytes(arena, "contents"));
            assertEquals("contents", Files.readString(Path.of("/proc/self/fd/" + memory.fd())));
            assertEquals("F_SEAL_SHRINK|F_SEAL_GROW|F_SEAL_WRITE", MemFd.toString(memory.getSeals()));
        }
    }

    @Test
    void theKeyOfTheJavadocIsReadWithoutALineAndTheTerminalIsRestored() throws Exception {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
            Termios before = Termios.get(terminal);
            FutureTask<Integer> key = Support.start(() -> Snippets.key(terminal));
            while (Termios.get(terminal).has(Termios.Flag.ICANON)) {
                Thread.sleep(1);
            }
            Support.write(pty, "q");
            assertEquals((int) 'q', Support.get(key));
            assertEquals(before, Termios.get(terminal));
        }
    }

    /** More than a socket takes at once. */
    @Test
    void buffersAndAFileAreSentWhole() throws Exception {
        try (SocketPair pair = SocketPair.create(); MemFd file = MemFd.create("file"); Arena arena = Arena.ofShared()) {
            MemorySegment much = arena.allocate(1 << 20).fill((byte) 'x');
            assertEquals(much.byteSize(), file.write(much));
            FutureTask<Long> reader = Support.start(() -> {
                try (Arena own = Arena.ofConfined()) {
                    MemorySegment buffer = own.allocate(10_000);
                    long sum = 0;
                    for (long n; (n = pair.second().read(buffer)) != 0; sum += Math.max(0, n)) {
                        if (n == Fd.WOULD_BLOCK) {
                            pair.second().await(Poll.POLLIN);
                        }
                    }
                    return sum;
                }
            });
            IoVec buffers = IoVec.allocate(arena, 2);
            buffers.buffers(much, much);
            Snippets.writeAll(pair.first(), buffers);
            try (Fd again = Fcntl.open(Path.of("/proc/self/fd/" + file.fd()), Fcntl.O_RDONLY)) {
                Snippets.send(pair.first(), again);
            }
            pair.first().close();
            assertEquals(3 * much.byteSize(), Support.get(reader));
        }
    }
}
