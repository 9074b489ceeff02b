package dev.pollux.bench.kv;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.bench.echo.Load;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class KvLoadTest {
    private static final int SET_SIZE = 107;

    /** A server that gives each SET the same answer. */
    private static void serve(ServerSocket listener, String answer, long delayMillis) {
        try {
            while (true) {
                Socket socket = listener.accept();
                Thread.ofPlatform().daemon().start(() -> {
                    try (socket) {
                        while (socket.getInputStream().readNBytes(SET_SIZE).length == SET_SIZE) {
                            Thread.sleep(delayMillis);
                            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                        }
                    } catch (IOException | InterruptedException e) {
                        // the end of the client
                    }
                });
            }
        } catch (IOException e) {
            // the end of the test
        }
    }

    private static Load.Result run(String answer, int depth, long rate) throws IOException {
        return run(answer, 0, 200, depth, rate, 300);
    }

    private static Load.Result run(String answer, long delayMillis, int keys, int depth, long rate, long millis)
            throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(listener, answer, delayMillis));
            try (KvLoad load = new KvLoad(listener.getLocalPort(), ProcessHandle.current().pid(), 1, 3)) {
                load.fill(keys);
                return load.run(KvLoad.Kind.SET, depth, rate, millis);
            }
        }
    }

    @Test
    void answersAreCounted() throws Exception {
        Load.Result result = run("+OK\r\n", 8, 0);
        assertTrue(result.requests() > 0);
        assertEquals(0, result.requests() % 8);
        assertTrue(result.p50() > 0 && result.p50() <= result.p999());
    }

    @Test
    void theRateIsKept() throws Exception {
        Load.Result result = run("+OK\r\n", 4, 2000);
        double rate = result.requests() / (result.nanos() / 1e9);
        assertTrue(rate < 2400, () -> rate + " requests a second"); // less on a busy machine
    }

    @Test
    void answerThatComesLateIsWaitedFor() throws Exception {
        Load.Result result = run("+OK\r\n", 200, 0, 1, 0, 20);
        assertTrue(result.requests() > 0 && result.p50() >= 200_000_000, result::toString);
        assertTrue(result.nanos() > 100_000_000, result::toString);
    }

    @Test
    void anErrorAndASurplusAreNoAnswers() {
        String message = assertThrows(IOException.class, () -> run("-ERR\r\n", 1, 0)).getMessage();
        assertTrue(message.contains("-ERR"), message);
        assertThrows(IOException.class, () -> run("+OK\r\n+OK\r\n", 1, 0));
    }
}
