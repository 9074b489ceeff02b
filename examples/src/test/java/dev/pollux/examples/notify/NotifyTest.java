package dev.pollux.examples.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Poll;
import dev.pollux.SocketFd;
import dev.pollux.UnixAbstractAddress;
import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code notify}: the test is its manager, and reads NOTIFY_SOCKET; systemd passes the sockets. */
@Timeout(180)
class NotifyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(4096);
    private SocketFd manager;

    @AfterEach
    void close() throws IOException {
        if (manager != null) {
            manager.close();
        }
        arena.close();
    }

    private void manage(SocketAddress address) throws IOException {
        manager = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM);
        manager.bind(address);
    }

    private String manage() throws IOException {
        Path path = folder.resolve("notify");
        manage(UnixDomainSocketAddress.of(path));
        return path.toString();
    }

    private String next() throws IOException {
        assertEquals(Poll.POLLIN, manager.await(Poll.POLLIN, PATIENCE), "no message");
        byte[] bytes = buffer.asSlice(0, manager.read(buffer)).toArray(ValueLayout.JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static ExampleProcess start(List<String> environment, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("notify"));
        all.addAll(List.of(arguments));
        List<String> command = new ArrayList<>(List.of("env"));
        command.addAll(environment);
        command.addAll(ExampleProcess.command(all.toArray(String[]::new)));
        return new ExampleProcess(new ProcessBuilder(command));
    }

    private static String ask(int port) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private void assertServesAndTells(ExampleProcess service, int port) throws Exception {
        assertEquals("READY=1\nSTATUS=Waiting for the first client\nMAINPID=" + service.process.pid(), next());
        assertEquals("You are number 1\n", ask(port));
        assertEquals("STATUS=Served 1", next());
        assertEquals("You are number 2\n", ask(port));
        assertEquals("STATUS=Served 2", next());
        service.signal("TERM");
        assertEquals("STOPPING=1\nSTATUS=Served 2", next());
        assertEquals(143, service.exitCode());
    }

    @Test
    void itTellsWhenItIsReadyWhatItDoesAndThatItEnds() throws Exception {
        try (ExampleProcess service = start(List.of("NOTIFY_SOCKET=" + manage()), "--port", "0")) {
            assertServesAndTells(service, service.port());
        }
    }

    @Test
    void theSocketMayHaveANameWithoutAFile() throws Exception {
        String name = "pollux-notify-" + ProcessHandle.current().pid();
        manage(UnixAbstractAddress.of(name));
        try (ExampleProcess service = start(List.of("NOTIFY_SOCKET=@" + name), "--port", "0")) {
            assertServesAndTells(service, service.port());
        }
    }

    @Test
    void itServesTheSocketsThatSystemdHasOpened() throws Exception {
        ExampleProcess.requireProgram("systemd-socket-activate");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        List<String> command = new ArrayList<>(List.of("systemd-socket-activate", "-l", "127.0.0.1:" + port,
                "--fdname=web", "-E", "NOTIFY_SOCKET=" + manage()));
        command.addAll(ExampleProcess.command("notify"));
        try (ExampleProcess service = new ExampleProcess(new ProcessBuilder(command))) {
            // whoever comes first starts it
            String first = null;
            while (first == null) {
                try {
                    first = ask(port);
                } catch (ConnectException e) {
                    assertTrue(service.process.isAlive(), service.stderr()::toString);
                    Thread.sleep(20);
                }
            }
            assertEquals("You are number 1\n", first);
            String line = service.awaitLine("listening on");
            assertTrue(line.startsWith("notify (web) listening on 127.0.0.1:" + port), line);
            assertEquals("READY=1\nSTATUS=Waiting for the first client\nMAINPID=" + service.process.pid(), next());
            assertEquals("STATUS=Served 1", next());
            service.signal("TERM");
            assertEquals("STOPPING=1\nSTATUS=Served 1", next());
            assertEquals(143, service.exitCode());
        }
    }

    @Test
    void itSaysThatItIsAliveAsOftenAsItIsAsked() throws Exception {
        List<String> environment = List.of("NOTIFY_SOCKET=" + manage(), "WATCHDOG_USEC=400000");
        try (ExampleProcess service = start(environment, "--port", "0")) {
            assertTrue(next().startsWith("READY=1"));
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                assertEquals("WATCHDOG=1", next());
            }
            assertTrue(System.nanoTime() - start >= 700_000_000, "sooner than every 200 ms");
            service.signal("STOP"); // what hangs is not alive
            while (manager.await(Poll.POLLIN, Duration.ofSeconds(1)) != 0) {
                manager.read(buffer);
            }
            service.signal("CONT");
            assertEquals("WATCHDOG=1", next());
        }
    }

    @Test
    void theWatchdogOfAnotherProcessIsNotFed() throws Exception {
        List<String> environment = List.of("NOTIFY_SOCKET=" + manage(), "WATCHDOG_USEC=100000", "WATCHDOG_PID=1");
        try (ExampleProcess service = start(environment, "--port", "0")) {
            assertTrue(next().startsWith("READY=1"));
            assertEquals(0, manager.await(Poll.POLLIN, Duration.ofMillis(500)));
            assertTrue(service.process.isAlive());
        }
    }

    @Test
    void withoutAManagerItServesAllTheSame() throws Exception {
        try (ExampleProcess service = start(List.of(), "--port", "0")) {
            assertEquals("You are number 1\n", ask(service.port()));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "NOTIFY_SOCKET=notify            | 1 | neither a path",
        "NOTIFY_SOCKET=                  | 1 | neither a path",
        "NOTIFY_SOCKET=/nobody/reads/it  | 1 | ENOENT",
        "NOTIFY_SOCKET=@nobody-reads-it  | 1 | ECONNREFUSED",
        "WATCHDOG_USEC=often             | 2 | no number",
        "LISTEN_FDS=1                    | 2 | LISTEN_PID is not set",
    })
    void whatIsWrongIsOneLine(String variable, int exitCode, String complaint) throws Exception {
        try (ExampleProcess service = start(List.of(variable), "--port", "0")) {
            assertEquals(exitCode, service.exitCode());
            List<String> lines = service.restOfStderr();
            assertTrue(lines.size() == 1 && lines.getFirst().contains(complaint), lines::toString);
        }
    }
}
