package dev.pollux.bench.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadTest {
    /** What a server does with what it has read. */
    private interface Answer {
        /** How many of the bytes to send back, perhaps changed. */
        int change(byte[] bytes, int count, long before);
    }

    private static Load.Result run(Answer answer, int size, int inFlight, int count) throws IOException {
        return run(answer, size, inFlight, 3, count);
    }

    private static Load.Result run(Answer answer, int size, int inFlight, int connections, int count)
            throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofPlatform().daemon().start(() -> serve(listener, answer));
            try (Load load = new Load(listener.getLocalPort(), ProcessHandle.current().pid(), 2, 3)) {
                return load.run(size, inFlight, connections, 10_000, count);
            }
        }
    }

    private static void serve(ServerSocket listener, Answer answer) {
        try {
            for (;;) {
                Socket socket = listener.accept();
                Thread.ofPlatform().daemon().start(() -> serve(socket, answer));
            }
        } catch (IOException e) {
            // the end of the test
        }
    }

    private static void serve(Socket socket, Answer answer) {
        byte[] buffer = new byte[1000]; // requests are cut and joined anywhere
        try (socket; InputStream in = socket.getInputStream(); OutputStream out = socket.getOutputStream()) {
            long before = 0;
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                int count = answer.change(buffer, n, before);
                if (count < 0) {
                    return;
                }
                out.write(buffer, 0, count);
                before += n;
            }
        } catch (IOException e) {
            // the end of the test
        }
    }

    @Test
    void requestsAreCountedWhateverPiecesTheyComeIn() throws Exception {
        Load.Result result = run((bytes, count, before) -> count, 64, 16, 300);
        assertTrue(result.requests() >= 300 && result.requests() < 400, result::toString);
        assertTrue(result.p50() > 0 && result.p50() <= result.p99() && result.p99() <= result.p999(), result::toString);
        assertTrue(result.nanos() > 0 && result.serverCpu() > 0, result::toString);
    }

    @Test
    void connectionsTakeTurns() throws Exception {
        Set<Long> answerers = ConcurrentHashMap.newKeySet();
        Answer answer = (bytes, count, before) -> {
            answerers.add(Thread.currentThread().threadId());
            return count;
        };
        assertTrue(run(answer, 64, 4, 1, 30).requests() >= 30);
        assertEquals(3, answerers.size());
        assertTrue(run(answer, 64, 4, 2, 300).requests() >= 300);
    }

    /** More than the sockets take at once: client and server both have to keep what does not fit. */
    @Test
    void requestsMayFillTheSockets() throws Exception {
        assertTrue(run((bytes, count, before) -> count, 65_536, 1, 20).requests() >= 20);
    }

    @Test
    void aChangedByteIsFound() {
        IOException e = assertThrows(IOException.class, () -> run((bytes, count, before) -> {
            if (before >= 1000) {
                bytes[count - 1] ^= 1;
            }
            return count;
        }, 64, 2, 300));
        assertEquals("the server has sent what it was not sent", e.getMessage());
    }

    @Test
    void aLostByteIsFound() {
        IOException e = assertThrows(IOException.class,
                () -> run((bytes, count, before) -> before == 0 ? count - 1 : count, 64, 2, 300));
        assertEquals("the server has sent what it was not sent", e.getMessage());
    }

    @Test
    void aConnectionThatTheServerClosesIsAnError() {
        IOException e = assertThrows(IOException.class,
                () -> run((bytes, count, before) -> before < 500 ? count : -1, 64, 2, 300));
        assertTrue(e.getMessage().matches(".*(closed|ECONNRESET|EPIPE).*"), e::getMessage);
    }
}
