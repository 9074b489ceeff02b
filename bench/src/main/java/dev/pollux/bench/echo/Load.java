package dev.pollux.bench.echo;

import dev.pollux.Epoll;
import dev.pollux.Fd;
import dev.pollux.SocketFd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/**
 * The clients of one echo server: some that say nothing, and some that keep a number of requests in flight each. Each
 * of these sends a stream of its own, and takes nothing back but the same stream.
 */
public final class Load extends Connections {
    private static final long NANOS_PER_MILLI = 1_000_000;
    /** A length that no buffer has, so that a lost or doubled buffer shows. */
    private static final int PERIOD = 10_007;

    private final MemorySegment pattern = arena.allocate(PERIOD + CHUNK);
    private final Client[] clients;

    private int size;
    private int inFlight;
    private int busy;
    private int turnOf;
    private long requests;
    private long from;
    private boolean stopped;

    private static final class Client {
        final SocketFd socket;
        final int index;
        long[] sentAt;
        long asked;
        long answered;
        long toSend;
        /** Positions in the stream. */
        long sent;
        long received;
        /** Bytes of a request that is not answered in full. */
        long part;
        boolean held;

        Client(SocketFd socket, int index) {
            this.socket = socket;
            this.index = index;
            sent = 31L * index; // what another client sent is wrong here
            received = sent;
        }
    }

    /** Connects, as {@link Connections#Connections} says. */
    public Load(int port, long server, int idleCount, int activeCount) throws IOException {
        super(port, server, idleCount, activeCount);
        byte[] period = new byte[PERIOD];
        new Random(PERIOD).nextBytes(period);
        for (int at = 0; at < pattern.byteSize(); at += PERIOD) {
            int n = (int) Math.min(PERIOD, pattern.byteSize() - at);
            MemorySegment.copy(period, 0, pattern, ValueLayout.JAVA_BYTE, at, n);
        }
        clients = new Client[activeCount];
        for (int i = 0; i < activeCount; i++) {
            clients[i] = new Client(active[i], i);
        }
    }

    /**
     * Keeps requests in flight, for a time or until a number of them is answered.
     *
     * @param requestSize bytes of one
     * @param atOnce how many at once, on each connection
     * @param connections on how many connections at a time: of the others one is next when all of another's requests
     *        are answered, so that all have their turn
     * @param millis how long, after a short beginning that is not measured; longer if nothing is answered until then
     * @param count how many at most
     * @return what was measured
     */
    public Result run(int requestSize, int atOnce, int connections, long millis, long count) throws IOException {
        if ((long) requestSize * atOnce > CHUNK) {
            throw new IllegalArgumentException(atOnce + " requests of " + requestSize + " bytes are too many");
        }
        size = requestSize;
        inFlight = atOnce;
        busy = Math.min(connections, clients.length);
        stopped = false;
        from = Long.MAX_VALUE;
        long now = System.nanoTime();
        for (Client client : clients) {
            client.sentAt = new long[inFlight];
            client.asked = 0;
            client.answered = 0;
            client.part = 0;
        }
        for (int i = 0; i < busy; i++) {
            ask(next(), inFlight, now);
        }
        requests = 0;
        serveUntil(now + Math.min(millis / 20, 25) * NANOS_PER_MILLI, Long.MAX_VALUE);
        requests = 0;
        from = begin();
        serveUntil(from + millis * NANOS_PER_MILLI, count);
        Result result = end(requests);
        stopped = true;
        while (unanswered()) {
            turn();
        }
        return result.withAll(Arrays.stream(clients).mapToLong(client -> client.answered).sum());
    }

    private boolean unanswered() {
        return Arrays.stream(clients).anyMatch(client -> client.answered < client.asked);
    }

    private long serveUntil(long end, long count) throws IOException {
        for (;;) {
            long now = turn();
            if (end - now <= 0 && requests > 0 || requests >= count) {
                return now;
            }
        }
    }

    private long turn() throws IOException {
        int n = await(PATIENCE);
        long now = 0;
        for (int i = 0; i < n; i++) {
            Client client = clients[events.fd(i)];
            if ((events.events(i) & ~Epoll.EPOLLOUT) != 0) {
                now = receive(client);
            } else {
                now = System.nanoTime();
                send(client);
            }
        }
        return now;
    }

    private long receive(Client client) throws IOException {
        long n = client.socket.read(buffer);
        long now = System.nanoTime();
        if (n <= 0) {
            if (n == Fd.WOULD_BLOCK) {
                return now;
            }
            throw new IOException("the server has closed a connection");
        }
        long at = client.received % PERIOD;
        if (client.received + n > client.sent || MemorySegment.mismatch(buffer, 0, n, pattern, at, at + n) >= 0) {
            throw new IOException("the server has sent what it was not sent");
        }
        client.received += n;
        client.part += n;
        int answered = (int) (client.part / size);
        client.part -= (long) answered * size;
        for (int i = 0; i < answered; i++) {
            long sentAt = client.sentAt[(int) (client.answered++ % client.sentAt.length)];
            if (sentAt >= from) {
                latencies.recordValue(Math.min(now - sentAt, PATIENCE));
            }
        }
        requests += answered;
        if (!stopped) {
            if (busy == clients.length) {
                ask(client, answered, now);
            } else if (client.answered == client.asked && answered > 0) {
                ask(next(), inFlight, now);
            }
        }
        return now;
    }

    /** The next connection that has nothing in flight; there is one. */
    private Client next() {
        for (;;) {
            Client client = clients[turnOf];
            turnOf = (turnOf + 1) % clients.length;
            if (client.answered == client.asked) {
                return client;
            }
        }
    }

    private void ask(Client client, int count, long now) throws IOException {
        if (count > 0) {
            for (int i = 0; i < count; i++) {
                client.sentAt[(int) (client.asked++ % client.sentAt.length)] = now;
            }
            client.toSend += (long) count * size;
            if (!client.held) {
                send(client);
            }
        }
    }

    private void send(Client client) throws IOException {
        long n = client.socket.write(pattern.asSlice(client.sent % PERIOD, client.toSend));
        if (n > 0) {
            client.sent += n;
            client.toSend -= n;
        }
        boolean held = client.toSend > 0;
        if (held != client.held) {
            client.held = held;
            epoll.modify(client.socket, held ? Epoll.EPOLLIN | Epoll.EPOLLOUT : Epoll.EPOLLIN, client.index);
        }
    }
}
