package dev.pollux.bench.kv;

import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.bench.echo.Connections;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Random;

/**
 * The clients of one key-value server. A client sends a batch of requests that was prepared, and the next one when it
 * is answered; all answers to a kind of request have the same length, so that they are counted, not parsed.
 */
public final class KvLoad extends Connections {
    /** Keys that requests are about, each of 16 bytes; and batches that were prepared of each kind. */
    private static final int KEYS = 10_000;
    private static final int BATCHES = 256;
    private static final String VALUE = "v".repeat(64);
    /** Batches on their way while keys are written. */
    private static final int FILL = 64;
    /** At a rate, what is due within so long is sent together: to be woken for each would take the loader's core. */
    private static final long GROUP_NANOS = 300_000;

    /** What is asked for, and what a server has to answer. */
    public enum Kind {
        /** Of a key that there is. */
        GET("*2\r\n$3\r\nGET\r\n$16\r\nkey:%012d\r\n", "$64\r\n" + VALUE + "\r\n"),
        /** To a value of 64 bytes. */
        SET("*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$64\r\n" + VALUE + "\r\n", "+OK\r\n");

        private final String request;
        private final String reply;

        Kind(String request, String reply) {
            this.request = request;
            this.reply = reply;
        }

        private byte[] request(long key) {
            return request.formatted(key).getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private static final class Client {
        final SocketFd socket;
        /** Since when it has waited for an answer. */
        long since;
        long missing;

        Client(SocketFd socket) {
            this.socket = socket;
        }
    }

    private final Client[] clients;
    private final ArrayDeque<Client> free = new ArrayDeque<>();

    private MemorySegment batches;
    private long batchSize;
    private int nextBatch;
    private long replySize;
    private byte firstByte;
    private int depth;
    /** How many batches are due at once. */
    private int group;
    private long requests;
    /** Answers to what was asked earlier are not in the latencies. */
    private long from;

    /** Connects, as {@link Connections#Connections} says. */
    public KvLoad(int port, long server, int idleCount, int activeCount) throws IOException {
        super(port, server, idleCount, activeCount);
        clients = new Client[activeCount];
        for (int i = 0; i < activeCount; i++) {
            clients[i] = new Client(active[i]);
            free.add(clients[i]);
        }
    }

    /** Sets so many keys, from the first one. */
    public void fill(long keys) throws IOException {
        try (Arena own = Arena.ofConfined()) {
            prepare(Kind.SET, FILL, own, 1);
            from = Long.MAX_VALUE;
            requests = 0;
            byte[] bytes = new byte[(int) batchSize];
            int size = bytes.length / FILL;
            for (long key = 0; key < keys;) {
                while (free.isEmpty()) {
                    receive(PATIENCE);
                }
                for (int i = 0; i < FILL; i++, key++) {
                    System.arraycopy(Kind.SET.request(key % keys), 0, bytes, i * size, size);
                }
                MemorySegment.copy(bytes, 0, batches, ValueLayout.JAVA_BYTE, 0, bytes.length);
                send(free.remove(), System.nanoTime());
            }
            finish();
        }
    }

    /** Batches about keys drawn by lot. */
    private void prepare(Kind kind, int requestsEach, Arena own, int count) {
        byte[] one = kind.request(0);
        depth = requestsEach;
        batchSize = (long) one.length * depth;
        replySize = (long) kind.reply.length() * depth;
        firstByte = (byte) kind.reply.charAt(0);
        batches = own.allocate(batchSize * count);
        nextBatch = 0;
        Random random = new Random(count);
        for (long at = 0; at < batches.byteSize(); at += one.length) {
            MemorySegment.copy(kind.request(random.nextInt(KEYS)), 0, batches, ValueLayout.JAVA_BYTE, at, one.length);
        }
    }

    /**
     * Sends batches to all clients in turn, at a rate or as fast as they are answered.
     *
     * @param kind of request
     * @param batch how many requests are sent at once
     * @param rate requests a second; 0 for as many as there are answers to
     * @param millis how long, after a short beginning that is not measured; longer if nothing is answered until then
     * @return what was measured. A latency is that of a batch; it counts from the time at which the batch was due if
     *         that was late because every client still waited for the server
     */
    public Result run(Kind kind, int batch, long rate, long millis) throws IOException {
        try (Arena own = Arena.ofConfined()) {
            prepare(kind, batch, own, BATCHES);
            double each = rate == 0 ? 0 : batch * 1e9 / rate;
            group = rate == 0 ? 1 : Math.clamp((int) (GROUP_NANOS / each), 1, clients.length);
            long interval = rate == 0 ? 0 : Math.max(1, (long) (group * each));
            from = Long.MAX_VALUE;
            long now = System.nanoTime();
            long due = serve(now, now + Math.min(millis / 20, 25) * 1_000_000, interval);
            requests = 0;
            from = begin();
            do {
                due = serve(due, System.nanoTime() + millis * 1_000_000, interval);
            } while (latencies.getTotalCount() == 0);
            Result result = end(requests);
            finish();
            return result;
        }
    }

    /** The result is when the next batch is due. */
    private long serve(long firstDue, long end, long interval) throws IOException {
        long due = firstDue;
        long sent = 0;
        boolean starved = false;
        for (long now = System.nanoTime(); now < end; now = System.nanoTime()) {
            while (due <= now && !free.isEmpty()) {
                send(free.remove(), starved ? due : now);
                if (++sent % group == 0) {
                    due = interval == 0 ? now : due + interval;
                    starved &= due <= now;
                }
            }
            starved |= interval > 0 && due <= now;
            receive(free.isEmpty() ? PATIENCE : Math.max(0, Math.min(due, end) - now));
        }
        return due;
    }

    private void finish() throws IOException {
        while (free.size() < clients.length) {
            receive(PATIENCE);
        }
    }

    private void send(Client client, long since) throws IOException {
        long at = nextBatch * batchSize;
        nextBatch = (nextBatch + 1) % (int) (batches.byteSize() / batchSize);
        client.since = since;
        client.missing = replySize;
        if (client.socket.write(batches.asSlice(at, batchSize)) != batchSize) { // nothing else is on its way
            throw new IOException("a socket does not take " + batchSize + " bytes at once");
        }
    }

    private void receive(long nanos) throws IOException {
        int n = await(nanos);
        for (int i = 0; i < n; i++) {
            Client client = clients[events.fd(i)];
            long read = client.socket.read(buffer);
            if (read == Fd.WOULD_BLOCK) {
                continue;
            }
            if (read <= 0 || read > client.missing
                    || client.missing == replySize && buffer.get(ValueLayout.JAVA_BYTE, 0) != firstByte) {
                throw new IOException("not the answers to be counted: "
                        + new String(buffer.asSlice(0, Math.clamp(read, 0, 100)).toArray(ValueLayout.JAVA_BYTE),
                                StandardCharsets.ISO_8859_1));
            }
            client.missing -= read;
            if (client.missing == 0) {
                if (client.since >= from) {
                    latencies.recordValue(Math.clamp(System.nanoTime() - client.since, 0, PATIENCE));
                }
                requests += depth;
                free.add(client);
            }
        }
    }
}
