package dev.pollux.examples.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A client that sends a stream of its own, unlike any other client's, and takes nothing back but that stream from its
 * start: whatever it receives that is not the next byte of what it sent is a failure.
 */
final class EchoClient implements Closeable {
    private static final AtomicLong SEEDS = new AtomicLong();
    private static final int TIMEOUT_MS = (int) EchoProcess.PATIENCE.toMillis();

    private final Socket socket = new Socket();
    // repeats at a length that no buffer has, so that a lost or doubled buffer shows
    private final byte[] stream = new byte[10_007];
    private final byte[] buffer = new byte[16 * 1024];
    private final AtomicLong sent = new AtomicLong();
    private long received;

    EchoClient(EchoProcess server) throws IOException {
        this(server, 0);
    }

    /** With little room for what it does not read: the server's writes are held back soon. */
    static EchoClient withLittleRoom(EchoProcess server) throws IOException {
        return new EchoClient(server, 16 * 1024);
    }

    private EchoClient(EchoProcess server, int receiveBuffer) throws IOException {
        new Random(SEEDS.incrementAndGet()).nextBytes(stream);
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), TIMEOUT_MS);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    long sent() {
        return sent.get();
    }

    long received() {
        return received;
    }

    /** Sends the next bytes of the stream. */
    void send(long count) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (long rest = count; rest > 0;) {
            int position = (int) (sent.get() % stream.length);
            int chunk = (int) Math.min(rest, stream.length - position);
            sent.addAndGet(chunk); // first: the echo may be here before the write returns
            out.write(stream, position, chunk);
            rest -= chunk;
        }
    }

    /** Receives that many bytes, which have to be the next ones of the stream. */
    void receive(long count) throws IOException {
        for (long rest = count; rest > 0;) {
            int n = receiveSome((int) Math.min(rest, buffer.length));
            if (n < 0) {
                fail("the end of the stream after " + received + " bytes, before " + rest + " more");
            }
            rest -= n;
        }
    }

    void roundTrip(int count) throws IOException {
        send(count);
        receive(count);
    }

    /** Receives to the end of the stream, which has to come after all that was sent, and not before. */
    void receiveRestAndEnd() throws IOException {
        while (receiveSome(buffer.length) >= 0) {
            // counted and compared already
        }
        assertEquals(sent.get(), received, "bytes that came back");
    }

    /**
     * Receives until the server ends the connection, in whichever way: a part of the stream is enough.
     *
     * @return whether it was the whole stream
     */
    boolean receiveUntilGone() throws IOException {
        try {
            while (receiveSome(buffer.length) >= 0) {
                // counted and compared already
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // a reset is an end as well
        }
        assertTrue(received <= sent.get(), () -> "sent " + sent.get() + ", received " + received);
        return received == sent.get();
    }

    /** The number of bytes that came, at most that many, or -1 at the end of the stream. */
    int receiveSome(int max) throws IOException {
        int n = socket.getInputStream().read(buffer, 0, Math.min(max, buffer.length));
        for (int done = 0; done < n;) {
            int position = (int) ((received + done) % stream.length);
            int chunk = Math.min(n - done, stream.length - position);
            int wrong = Arrays.mismatch(buffer, done, done + chunk, stream, position, position + chunk);
            if (wrong >= 0) {
                fail("byte " + (received + done + wrong) + " of the echo is not the byte that was sent");
            }
            done += chunk;
        }
        received += Math.max(n, 0);
        return n;
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes by an RST, whatever is under way. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
