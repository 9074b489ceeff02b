package dev.pollux.examples.cookbook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Fd;
import dev.pollux.FdStreams;
import dev.pollux.Pty;
import dev.pollux.examples.Main;
import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.Strace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every program of the cookbook, in a process of its own. */
@Timeout(120)
class CookbookTest {
    private static final Path SOURCES = Path.of("src/main/java/dev/pollux/examples/cookbook");
    private static final int LONGEST = 30;

    @TempDir
    private Path folder;

    private static List<String> command(Class<?> program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(ExampleProcess.command(arguments));
        command.replaceAll(part -> part.endsWith("/" + Main.class.getName())
                ? part.replace(Main.class.getName(), program.getName()) : part);
        return command;
    }

    private static ExampleProcess start(Class<?> program, String... arguments) throws IOException {
        return new ExampleProcess(new ProcessBuilder(command(program, arguments)));
    }

    private static int port(ExampleProcess program) throws Exception {
        return Integer.parseInt(program.awaitLine("port ").substring("port ".length()));
    }

    private static void type(ExampleProcess program, String text) throws IOException {
        program.process.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        program.process.getOutputStream().flush();
    }

    private static void assertEnds(ExampleProcess program) throws Exception {
        assertEquals(0, program.exitCode());
        assertEquals(List.of(), program.restOfStderr());
    }

    @Test
    void eachIsShortAndInTheListOfQuestions() throws IOException {
        String page = Files.readString(SOURCES.resolve("README.md"));
        int programs = 0;
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")
                    && !path.endsWith("package-info.java")).toList()) {
                String name = file.getFileName().toString();
                long lines = Files.readAllLines(file).stream().dropWhile(line -> !line.startsWith("final class")).count();
                assertTrue(lines <= LONGEST, name + " has " + lines);
                assertTrue(page.contains("(" + name + ")"), name);
                programs++;
            }
        }
        assertEquals(16, programs);
    }

    @Test
    void aLineIsReadAndOneThatDoesNotEndIsTooLate() throws Exception {
        try (ExampleProcess program = start(ReadLine.class)) {
            type(program, "hello\nmore");
            program.awaitLine("line: hello");
            assertEnds(program);
        }
        try (ExampleProcess program = start(ReadLine.class)) {
            type(program, "half");
            program.awaitLine("too late: half");
            assertEnds(program);
        }
        try (ExampleProcess program = start(ReadLine.class)) {
            program.process.getOutputStream().close();
            program.awaitLine("end of file");
            assertEnds(program);
        }
    }

    @Test
    void aKeyIsReadWithoutEnter() throws Exception {
        ExampleProcess.requireProgram("setsid");
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal()) {
            List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", "exec <>\"$0\"; exec \"$@\"",
                    pty.path().toString()));
            command.addAll(command(AwaitKey.class));
            try (ExampleProcess program = new ExampleProcess(new ProcessBuilder(command))) {
                program.awaitLine("press a key");
                FdStreams.outputStream(Fd.borrow(pty.fd())).write('q');
                program.awaitLine("key q");
                assertEnds(program);
            }
            assertTrue(terminal.isOpen());
        }
    }

    @Test
    void theChildsOutputComesWhileItRunsAndThenItsExitCode() throws Exception {
        try (ExampleProcess program = start(ChildOutput.class)) {
            program.awaitLine("child: one");
            program.awaitLine("child: two");
            program.awaitLine("exit code 7");
            assertEnds(program);
        }
    }

    @Test
    void whatIsAppendedIsPrintedUntilTheFileIsGone() throws Exception {
        Path file = Files.writeString(folder.resolve("log"), "first\n");
        try (ExampleProcess program = start(TailFile.class, file.toString())) {
            program.awaitLine("first");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            Files.setLastModifiedTime(file, FileTime.fromMillis(0));
            Files.writeString(file, "second\n", StandardOpenOption.APPEND);
            program.awaitLine("second");
            Files.writeString(file, "new\n"); // truncates it
            program.awaitLine("new");
            Files.delete(file);
            assertEnds(program);
        }
    }

    @Test
    void theSerialLineIsAskedAndItsAnswerPrinted() throws Exception {
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal();
                ExampleProcess program = start(SerialLine.class, pty.path().toString())) {
            try (InputStream in = FdStreams.inputStream(Fd.borrow(pty.fd()))) {
                assertEquals("AT\r", new String(in.readNBytes(3), StandardCharsets.US_ASCII));
            }
            try (OutputStream out = FdStreams.outputStream(Fd.borrow(pty.fd()))) {
                out.write("OK\n".getBytes(StandardCharsets.US_ASCII));
            }
            program.awaitLine("OK");
            assertEnds(program);
            assertTrue(terminal.isOpen());
        }
    }

    @Test
    void timersEndALoopIsWokenAndDescriptorsAreHandedOver() throws Exception {
        try (ExampleProcess timers = start(TenThousandTimers.class); ExampleProcess wake = start(WakeLoop.class);
                ExampleProcess library = start(LibraryDescriptor.class);
                ExampleProcess handOver = start(HandOverSocket.class);
                ExampleProcess shared = start(SharedEpoll.class)) {
            shared.awaitLine("all done");
            assertEnds(shared);
            timers.awaitLine("all over");
            assertEnds(timers);
            wake.awaitLine("done by main");
            assertEnds(wake);
            library.awaitLine("POLLIN");
            assertEnds(library);
            handOver.awaitLine("5 bytes: hello");
            assertEnds(handOver);
        }
    }

    @Test
    void theSocketOfAnotherIsServed() throws Exception {
        ExampleProcess.requireProgram("perl");
        List<String> command = new ArrayList<>(List.of("perl", "-e", """
                use Socket; $^F = 9; $| = 1;
                socket(my $fd, PF_INET, SOCK_STREAM, 0) or die $!;
                bind($fd, pack_sockaddr_in(0, INADDR_LOOPBACK)) && listen($fd, 9) or die $!;
                my ($port) = unpack_sockaddr_in(getsockname($fd));
                print "port $port\\n"; $ENV{LISTEN_FDS} = 1; $ENV{LISTEN_PID} = $$; exec @ARGV or die $!;
                """));
        command.addAll(command(SocketActivation.class));
        try (ExampleProcess program = new ExampleProcess(new ProcessBuilder(command));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), port(program))) {
            assertEquals("hello\n", new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
            assertEnds(program);
        }
        try (ExampleProcess program = start(SocketActivation.class)) {
            program.awaitLine("nobody has passed a socket");
        }
    }

    @Test
    void theSignalComes() throws Exception {
        try (ExampleProcess program = start(AwaitSignal.class)) {
            program.awaitLine("kill -USR1 ");
            program.signal("USR1");
            program.awaitLine("signals: 1");
            assertEnds(program);
        }
    }

    @Test
    void theAnswerComesFromTheAddressThatWasAsked() throws Exception {
        try (ExampleProcess program = start(AskedAddress.class); DatagramSocket client = new DatagramSocket()) {
            int port = port(program);
            for (String host : List.of("127.0.0.1", "127.0.0.2", "127.0.0.3")) {
                byte[] question = host.getBytes(StandardCharsets.US_ASCII);
                client.setSoTimeout(20_000);
                client.send(new DatagramPacket(question, question.length, new InetSocketAddress(host, port)));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                client.receive(answer);
                assertEquals(host, answer.getAddress().getHostAddress());
                assertEquals(host, new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
            }
            client.send(new DatagramPacket(new byte[3], 3, new InetSocketAddress("127.255.255.255", port)));
            DatagramPacket answer = new DatagramPacket(new byte[100], 100);
            client.receive(answer);
            assertEquals("127.0.0.1", answer.getAddress().getHostAddress(), "a broadcast is answered by this host");
        }
    }

    @Test
    void whoIsSlowIsDisconnectedAndWhoIsNotHasAll() throws Exception {
        try (ExampleProcess program = start(SlowClient.class)) {
            int port = port(program);
            try (Socket slow = new Socket();
                    Socket fast = new Socket(InetAddress.getLoopbackAddress(), port)) {
                slow.setReceiveBufferSize(16 * 1024); // else a kernel may take all that it does not read
                slow.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                assertEquals(10_000_000, fast.getInputStream().readAllBytes().length);
                program.awaitLine("too slow, after ");
                assertTrue(slow.isConnected());
            }
        }
    }

    @Test
    void theKernelSaysWhoHasConnected() throws Exception {
        Path path = folder.resolve("socket");
        try (ExampleProcess program = start(PeerUid.class, path.toString())) {
            program.awaitLine("listening");
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
                program.awaitLine("uid " + uid + ", pid " + ProcessHandle.current().pid());
                assertEquals("hello\n", new String(Channels.newInputStream(client).readAllBytes(),
                        StandardCharsets.US_ASCII));
            }
        }
    }

    @Test
    void anotherUserIsNotLetInAndAnOldSocketIsNotInTheWay() throws Exception {
        ExampleProcess.requireProgram("perl");
        Assumptions.assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        Path path = folder.resolve("socket");
        try (ServerSocketChannel old = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            old.bind(UnixDomainSocketAddress.of(path));
        }
        try (ExampleProcess program = start(PeerUid.class, path.toString())) {
            program.awaitLine("listening");
            for (Path open : List.of(folder, path)) {
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            Process client = new ProcessBuilder("perl", "-e", """
                    use Socket; $< = $> = 65534;
                    socket(my $fd, PF_UNIX, SOCK_STREAM, 0) or die $!;
                    connect($fd, pack_sockaddr_un("socket")) or die $!;
                    print <$fd>;
                    """).directory(folder.toFile()).redirectErrorStream(true).start();
            assertEquals("", new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            assertEquals(0, client.waitFor());
            assertTrue(program.awaitLine("uid 65534, pid " + client.pid()).endsWith(": not let in"));
        }
    }

    @Test
    void aServerGoesOnAfterTooManyClients() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"));
        command.addAll(command(VirtualEcho.class));
        try (ExampleProcess program = new ExampleProcess(new ProcessBuilder(command))) {
            int port = port(program);
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            Thread.sleep(500); // it meets the limit
            for (Socket client : clients) {
                client.close();
            }
            try (Socket next = new Socket(InetAddress.getLoopbackAddress(), port)) {
                next.getOutputStream().write(7);
                assertEquals(7, next.getInputStream().read());
            }
        }
    }

    @Test
    void aHundredClientsAreEchoed() throws Exception {
        try (ExampleProcess program = start(VirtualEcho.class)) {
            int port = port(program);
            List<Socket> clients = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                clients.add(new Socket(InetAddress.getLoopbackAddress(), port));
                clients.get(i).getOutputStream().write(i);
            }
            for (int i = 0; i < 100; i++) {
                clients.get(i).shutdownOutput();
                assertArrayEquals(new byte[] {(byte) i}, clients.get(i).getInputStream().readAllBytes());
                clients.get(i).close();
            }
            assertTrue(program.process.isAlive());
        }
    }

    @ParameterizedTest
    @ValueSource(classes = {VirtualEcho.class, SlowClient.class})
    void anErrorOfAcceptNeitherEndsAServerNorMakesItSpin(Class<?> server) throws Exception {
        Strace.require();
        try (ExampleProcess program = start(server)) {
            int port = port(program);
            try (Strace strace = Strace.attach(program.process.pid(), "accept4", "error=EPROTO")) {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                program.awaitLine("not accepted: accept4(");
                Thread.sleep(500);
                int calls = strace.calls("accept4").size();
                assertTrue(calls > 0 && calls < 20, calls + " calls");
            }
            try (Socket next = new Socket(InetAddress.getLoopbackAddress(), port)) {
                next.getOutputStream().write(1);
                assertTrue(next.getInputStream().read() >= 0);
            }
        }
    }
}
