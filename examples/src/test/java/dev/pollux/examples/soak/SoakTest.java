package dev.pollux.examples.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.EventFd;
import dev.pollux.examples.echo.Backend;
import dev.pollux.examples.echo.EchoProcess;
import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The command {@code soak}: a short form of it, and that it finds what is wrong. */
@Timeout(180)
class SoakTest {
    @ParameterizedTest
    @EnumSource
    void theServerHolds(Backend backend) throws Exception {
        try (ExampleProcess soak = ExampleProcess.start("soak", "--backend", backend.toString(),
                "--connections", "2500", "--open", "200", "--seed", "1")) {
            int code = soak.exitCode();
            List<String> output = soak.restOfStdout();
            assertEquals(List.of(), soak.restOfStderr(), output::toString);
            assertEquals(0, code, output::toString);
            assertTrue(output.stream().anyMatch(line -> line.startsWith("all of it held: 2500 connections in ")),
                    output::toString);
            for (SoakClient.Way way : SoakClient.Way.values()) {
                assertTrue(output.stream().anyMatch(line -> line.matches(" *[1-9]\\d* " + way.text)),
                        () -> "somebody did '" + way.text + "': " + output);
            }
        }
    }

    @Test
    void signalEndsItAndItsServer() throws Exception {
        try (ExampleProcess soak = ExampleProcess.start("soak", "--backend", "poll")) {
            soak.awaitLine("seed");
            EchoProcess.await("the server to be there", () -> soak.process.descendants().count() > 0);
            List<ProcessHandle> others = soak.process.descendants().toList();
            soak.signal("INT");
            assertEquals(130, soak.exitCode());
            assertEquals(List.of(), soak.restOfStderr());
            EchoProcess.await("all others to be gone", () -> others.stream().noneMatch(ProcessHandle::isAlive));
        }
    }

    @Test
    void aServerOfSomeoneElseIsTakenAtItsAnswers() throws Exception {
        try (EchoProcess server = EchoProcess.start("epoll");
                ExampleProcess soak = soak(server.port())) {
            assertEquals(0, soak.exitCode());
            assertTrue(soak.restOfStdout().getLast().startsWith("port " + server.port() + ": 500 connections in "));
            server.awaitSockets(1);
        }
    }

    /** What a server might do to its clients. */
    private enum Lie {
        LOSES_A_BYTE("is not the one that was sent"),
        CHANGES_A_BYTE("is not the one that was sent"),
        SWAPS_TWO_BYTES("is not the one that was sent"),
        SAYS_IT_TWICE("is not the one that was sent"),
        TELLS_IT_ANOTHER("is not the one that was sent"),
        KEEPS_THE_LAST_BYTE("the end of the stream after"),
        ADDS_A_BYTE("is not the one that was sent"),
        LEAVES("the end of the stream"),
        RESETS("ECONNRESET");

        final String complaint;

        Lie(String complaint) {
            this.complaint = complaint;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLieOfAServerIsFound(Lie lie) throws Exception {
        AtomicInteger count = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    while (true) {
                        Socket socket = listener.accept();
                        // one in twenty is lied to
                        Lie how = count.incrementAndGet() % 20 == 0 ? lie : null;
                        Thread.ofVirtual().start(() -> echo(socket, how));
                    }
                } catch (IOException e) {
                    // closed
                }
            });
            InetSocketAddress server = (InetSocketAddress) listener.getLocalSocketAddress();
            try (EventFd stop = EventFd.create(); SoakClients clients = new SoakClients(server, 20, 5, stop)) {
                String complaint = assertThrows(IOException.class,
                        () -> clients.run(500, Long.MAX_VALUE, (soFar, now) -> { })).getMessage();
                assertTrue(complaint.matches("connection \\d+ \\(.*" + lie.complaint + ".*"), complaint);
            }
        }
    }

    @Test
    void whatDoesNotHoldIsOneLineWithTheSeedAndExitCodeOne() throws Exception {
        try (EchoProcess server = EchoProcess.start("poll", "--once"); ExampleProcess soak = soak(server.port())) {
            assertEquals(1, soak.exitCode());
            List<String> complaint = soak.restOfStderr();
            assertEquals(1, complaint.size(), complaint::toString);
            assertTrue(complaint.getFirst().startsWith("soak: port " + server.port() + ", seed 5: "),
                    complaint::toString);
        }
    }

    private static ExampleProcess soak(int port) throws IOException {
        return ExampleProcess.start(
                "soak", "--port", Integer.toString(port), "--connections", "500", "--open", "20", "--seed", "5");
    }

    private static byte[] another = new byte[0];

    private static void echo(Socket socket, Lie lie) {
        try (socket) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[10_000];
            byte held = 0;
            boolean holds = false;
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                byte[] answer = Arrays.copyOf(buffer, n);
                switch (lie) {
                    case null -> another = answer;
                    case LOSES_A_BYTE -> answer = Arrays.copyOfRange(answer, 1, n);
                    case CHANGES_A_BYTE -> answer[n - 1]++;
                    case SWAPS_TWO_BYTES -> {
                        answer[0] = buffer[n - 1];
                        answer[n - 1] = buffer[0];
                    }
                    case SAYS_IT_TWICE -> out.write(answer);
                    case TELLS_IT_ANOTHER -> System.arraycopy(another, 0, answer, 0, Math.min(n, another.length));
                    case KEEPS_THE_LAST_BYTE -> {
                        if (holds) {
                            out.write(held);
                        }
                        held = answer[n - 1];
                        holds = true;
                        answer = Arrays.copyOf(answer, n - 1);
                    }
                    case ADDS_A_BYTE -> answer = Arrays.copyOf(answer, n + 1);
                    case LEAVES -> {
                        return;
                    }
                    case RESETS -> {
                        socket.setSoLinger(true, 0);
                        return;
                    }
                }
                out.write(answer);
            }
        } catch (IOException e) {
            // the client is gone
        }
    }
}
