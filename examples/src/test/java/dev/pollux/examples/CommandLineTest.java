package dev.pollux.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every example does with its arguments and with signals. */
@Timeout(180)
class CommandLineTest {
    @ParameterizedTest
    @ValueSource(strings = {"echo", "poll-stdin", "dbus", "handover", "idle", "inherit", "kv", "notify", "postgres",
        "postgres-virtual", "serial", "soak", "terminal", "timers", "tun", "watch", "chat", "child", "workers",
        "netlink", "packet"})
    void helpNamesTheCommandAndEndsWithZero(String name) {
        Said said = execute(name, "--help");
        assertEquals(0, said.exitCode);
        assertTrue(said.stdout.startsWith("Usage: examples/run " + name), said.stdout);
        assertTrue(said.stdout.contains("-h, --help"), said.stdout);
        assertEquals("", said.stderr);
    }

    @Test
    void helpOfAllNamesEachExample() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("--help")) {
            assertEquals(0, example.exitCode());
            String help = String.join("\n", example.restOfStdout());
            for (String name : List.of("echo", "poll-stdin", "dbus", "handover", "idle", "inherit", "kv", "notify",
                    "postgres", "postgres-virtual", "serial", "soak", "terminal", "timers", "tun", "watch", "chat",
                    "child", "workers", "netlink", "packet")) {
                assertTrue(help.contains("\n  " + name + " "), help);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "echo --backend kqueue, kqueue",
        "echo --port seven, seven",
        "echo --port 65536, 65536",
        "echo --port -1, -1",
        "echo --port, --port",
        "echo --host host.invalid, host.invalid",
        "echo --host 192.0.2.1 --port 0, EADDRNOTAVAIL",
        "echo --buffer 0, --buffer",
        "echo --backend poll --fd-set-size 64, --fd-set-size",
        "echo --backend select --fd-set-size 0, --fd-set-size",
        "echo --twice, --twice",
        "echo twice, twice",
        "poll-stdin --port x, x",
        "poll-stdin --backend poll, --backend",
        "idle --seconds 0, --seconds",
        "idle --active 0, --active",
        "idle --idle -1, --idle",
        "soak --connections 0, --connections",
        "soak --open 5, --open",
        "soak --seconds 0, --seconds",
        "soak --seed x, x",
        "soak --port 0, --port",
        "soak --backend kqueue, kqueue",
        "postgres --port 1, --port",
        "postgres-virtual --connections 0, --connections",
        "terminal, not a terminal",
        "serial /dev/null --stop 3, --stop",
        "serial /dev/null, not a terminal",
        "serial /dev/none, ENOENT",
        "serial /dev/null --ask xy, --ask",
        "chat --idle PT0S, --idle",
        "chat --lines 0, --lines",
        "timers --timers 1, --timers",
        "workers --shape fork, fork",
        "workers --threads 0, --threads",
        "workers --faults --shape reuseport, --faults",
        "workers --directory /dev/null, --directory",
        "kv --port x, x",
        "kv --max-memory 0, --max-memory",
        "kv --fsync sometimes --log x, --fsync",
        "kv --fsync always, --fsync",
        "watch --every 0, --every",
        "watch directory, directory",
    })
    void badArgumentIsOneLineAndExitCodeTwo(String arguments, String named) {
        assertOneLineAndExitCodeTwo(execute(arguments.split(" ")), named);
    }

    @ParameterizedTest
    @CsvSource({
        "wtch, watch",
        "ech --port 7000, echo",
        "pollstdin, poll-stdin",
        "postgres-virtul, postgres-virtual",
        "sock, soak",
        "echo --bakend poll, --backend",
        "idle --idel 3, --idle",
    })
    void misspeltNameOrOptionIsAnsweredWithTheRightOne(String arguments, String meant) {
        assertOneLineAndExitCodeTwo(execute(arguments.split(" ")), "; did you mean " + meant + "?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"wtch", "zzz", ""})
    void unknownNameIsAnsweredWithTheNamesThatThereAre(String name) {
        assertOneLineAndExitCodeTwo(execute(name.isEmpty() ? new String[0] : new String[] {name}),
                "The examples are echo, poll-stdin, dbus, handover, idle, inherit,"
                    + " postgres, postgres-virtual, chat, timers, workers, kv, child, netlink, notify, packet, serial,"
                    + " soak, terminal, tun, watch; see --help");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "poll-stdin", "chat", "workers"})
    void portInUseIsOneLineAndExitCodeTwo(String name) throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ExampleProcess example =
                        ExampleProcess.start(name, "--port", Integer.toString(other.getLocalPort()))) {
            assertOneLineAndExitCodeTwo(example, "EADDRINUSE");
        }
    }

    /** What a command said. */
    private record Said(int exitCode, String stdout, String stderr) { }

    /** In this JVM, for what ends before it starts anything. */
    private static Said execute(String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        System.setOut(new PrintStream(stdout, true));
        System.setErr(new PrintStream(stderr, true));
        try {
            return new Said(Main.commandLine().execute(args), stdout.toString(), stderr.toString());
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static void assertOneLineAndExitCodeTwo(Said said, String named) {
        assertEquals(2, said.exitCode);
        assertEquals(1, said.stderr.lines().count(), said.stderr);
        assertTrue(said.stderr.contains(named), said.stderr);
        assertEquals("", said.stdout);
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo --port seven", "kqueue", "terminal"})
    void badArgumentIsOneLineAndExitCodeTwoOfTheProcess(String arguments) throws Exception {
        try (ExampleProcess example = ExampleProcess.start(arguments.split(" "))) {
            assertOneLineAndExitCodeTwo(example, arguments.substring(arguments.lastIndexOf(' ') + 1));
        }
    }

    private static void assertOneLineAndExitCodeTwo(ExampleProcess example, String named) throws InterruptedException {
        assertOneLineAndExitCodeTwo(new Said(example.exitCode(), String.join("\n", example.restOfStdout()),
                String.join("\n", example.restOfStderr())), named);
    }

    @ParameterizedTest
    @CsvSource({
        "echo --backend select, INT, 130",
        "echo --backend select, TERM, 143",
        "echo --backend poll, INT, 130",
        "echo --backend poll, TERM, 143",
        "echo --backend epoll, INT, 130",
        "echo --backend epoll, TERM, 143",
        "echo --backend epoll-et, INT, 130",
        "echo --backend epoll-et, TERM, 143",
        "echo --backend virtual, INT, 130",
        "echo --backend virtual, TERM, 143",
        "chat, INT, 130",
        "chat, TERM, 143",
        "workers, INT, 130",
        "workers --shape exclusive, TERM, 143",
        "poll-stdin, INT, 130",
        "poll-stdin, TERM, 143",
    })
    void signalEndsTheServer(String arguments, String signal, int exitCode) throws Exception {
        try (ExampleProcess example = ExampleProcess.start((arguments + " --port 0").split(" "))) {
            example.port();
            example.signal(signal);
            assertEquals(exitCode, example.exitCode());
            assertEquals(List.of(), example.restOfStderr());
        }
    }

    @ParameterizedTest
    @CsvSource({"INT, 130", "TERM, 143"})
    void signalEndsAMeasurement(String signal, int exitCode) throws Exception {
        try (ExampleProcess example =
                ExampleProcess.start("idle", "--idle", "20", "--active", "2", "--seconds", "1000")) {
            example.awaitLine("requests/s");
            example.signal(signal);
            assertEquals(exitCode, example.exitCode());
            assertEquals(List.of(), example.restOfStderr());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"select", "poll", "epoll", "epoll-et", "virtual"})
    void signalEndsTheConnectionsCleanly(String backend) throws Exception {
        try (ExampleProcess example = ExampleProcess.start("echo", "--backend", backend, "--port", "0");
                Socket client = connect(example.port())) {
            client.getOutputStream().write('x');
            assertEquals('x', client.getInputStream().read());
            example.signal("TERM");
            assertEquals(-1, client.getInputStream().read());
            assertEquals(143, example.exitCode());
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) ExampleProcess.PATIENCE_SECONDS * 1000);
        return socket;
    }
}
