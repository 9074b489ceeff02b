package dev.pollux.examples.inherit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The command {@code inherit}, started with sockets from descriptor 3 on. A child of Java has no descriptor but 0, 1
 * and 2, so Perl, which Debian always has, opens them and becomes the JVM.
 */
@Timeout(180)
class InheritTest {
    /** Its arguments: what to open, separated by commas; a path for Unix sockets; the command to become. */
    private static final String ACTIVATE = """
            use Socket;
            $^F = 100;
            $| = 1;
            my ($kinds, $path) = (shift, shift);
            my @fds;
            for my $kind (split /,/, $kinds) {
                my $fd;
                if ($kind eq 'file') {
                    open($fd, '<', '/dev/null') or die $!;
                } elsif ($kind eq 'unix') {
                    socket($fd, PF_UNIX, SOCK_STREAM, 0) or die $!;
                    bind($fd, pack_sockaddr_un($path)) && listen($fd, 9) or die $!;
                } else {
                    socket($fd, PF_INET, $kind eq 'udp' ? SOCK_DGRAM : SOCK_STREAM, 0) or die $!;
                    bind($fd, pack_sockaddr_in(0, INADDR_LOOPBACK)) or die $!;
                    $kind ne 'tcp' or listen($fd, 9) or die $!;
                    my ($port) = unpack_sockaddr_in(getsockname($fd));
                    print "opened $port\\n" if $kind eq 'tcp';
                }
                fileno($fd) == 3 + @fds or die "descriptor " . fileno($fd);
                push @fds, $fd;
            }
            $ENV{LISTEN_FDS} = @fds;
            $ENV{LISTEN_PID} = $$;
            exec @ARGV or die $!;
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void perlIsThere() {
        ExampleProcess.requireProgram("perl"); // which is to pass the sockets
    }

    @Test
    void whoConnectsBeforeTheServerRunsIsServed() throws Exception {
        try (ExampleProcess server = start("tcp"); Socket client = connect(openedPort(server))) {
            client.getOutputStream().write("early".getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            assertEquals("early", new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII));
        }
    }

    @Test
    void theSocketIsTheInheritedOneNonBlockingAndCloseOnExec() throws Exception {
        try (ExampleProcess server = start("tcp")) {
            int opened = openedPort(server);
            assertEquals(opened, server.port());
            assertTrue(server.stdout().getLast().contains("(unknown)"), server.stdout()::toString);
            echoes(opened);
            String info = Files.readString(Path.of("/proc/" + server.process.pid() + "/fdinfo/3"));
            int flags = Integer.parseInt(info.lines().filter(line -> line.startsWith("flags:")).findFirst()
                    .orElseThrow().substring(6).strip(), 8);
            assertEquals(02004000, flags & 02004000, "O_CLOEXEC and O_NONBLOCK: " + info);
        }
    }

    @Test
    void eachSocketIsServedUnderItsNameUntilTheSignal() throws Exception {
        Path path = folder.resolve("socket");
        try (ExampleProcess server = start("tcp,unix,tcp", "env", "LISTEN_FDNAMES=first:second:")) {
            int first = openedPort(server);
            int last = openedPort(server);
            for (String name : List.of("(first) listening on 127.0.0.1:" + first, "(second) listening on " + path,
                    "() listening on 127.0.0.1:" + last)) {
                String line = server.awaitLine("listening on");
                assertTrue(line.startsWith("echo " + name + ", pid "), line);
            }
            echoes(first);
            echoes(last);
            try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                client.connect(UnixDomainSocketAddress.of(path));
                client.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
                client.shutdownOutput();
                ByteBuffer answer = ByteBuffer.allocate(10);
                while (client.read(answer) >= 0) {
                    // to the end
                }
                assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3}), answer.flip());
            }
            server.signal("TERM");
            assertEquals(143, server.exitCode());
            assertEquals(List.of(), server.restOfStderr());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tcp, -u LISTEN_FDS, LISTEN_FDS is not set",
        "tcp, -u LISTEN_PID, LISTEN_PID is not set",
        "tcp, LISTEN_PID=1, LISTEN_PID is 1",
        "tcp, LISTEN_PID=self, 'self'",
        "tcp, LISTEN_FDS=0, LISTEN_FDS is 0",
        "tcp, LISTEN_FDS=-1, LISTEN_FDS is -1",
        "tcp, LISTEN_FDS=, LISTEN_FDS is no number",
        "tcp, LISTEN_FDS=1000000, descriptor 4 is no listening socket",
        "tcp, LISTEN_FDNAMES=a:b, LISTEN_FDNAMES has 2 names",
        "file, A=b, ENOTSOCK",
        "'tcp,file', A=b, descriptor 4",
        "idle, A=b, descriptor 3",
        "udp, A=b, descriptor 3",
    })
    void withoutAListeningSocketItIsOneLineAndExitCodeTwo(String kinds, String env, String named) throws Exception {
        List<String> change = new ArrayList<>(List.of("env"));
        change.addAll(List.of(env.split(" ")));
        try (ExampleProcess server = start(kinds, change.toArray(new String[0]))) {
            assertEquals(2, server.exitCode());
            List<String> complaint = server.restOfStderr();
            assertEquals(1, complaint.size(), complaint::toString);
            assertTrue(complaint.getFirst().startsWith("inherit: "), complaint::toString);
            assertTrue(complaint.getFirst().contains(named), complaint::toString);
            assertTrue(server.restOfStdout().stream().noneMatch(line -> line.contains("listening")));
        }
    }

    /** The launcher's last command is to become the JVM, with the same pid. */
    private ExampleProcess start(String kinds, String... launcher) throws IOException {
        List<String> command = new ArrayList<>(List.of("perl", "-e", ACTIVATE, kinds, folder + "/socket"));
        command.addAll(List.of(launcher));
        command.addAll(ExampleProcess.command("inherit"));
        return new ExampleProcess(new ProcessBuilder(command));
    }

    private static int openedPort(ExampleProcess server) throws InterruptedException {
        return Integer.parseInt(server.awaitLine("opened ").substring("opened ".length()));
    }

    private static void echoes(int port) throws IOException {
        byte[] request = new byte[100_000];
        request[99_999] = 1;
        try (Socket client = connect(port)) {
            client.getOutputStream().write(request);
            assertArrayEquals(request, client.getInputStream().readNBytes(request.length));
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) ExampleProcess.PATIENCE_SECONDS * 1000);
        return socket;
    }
}
