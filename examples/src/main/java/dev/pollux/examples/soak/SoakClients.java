package dev.pollux.examples.soak;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import dev.pollux.examples.soak.SoakClient.Way;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.SplittableRandom;

/** Many clients of an echo server, on one thread. */
final class SoakClients implements Closeable {
    private static final int POLITE = 8;
    private static final int STARTS_PER_TURN = 100;
    private static final int WAVES = 10;
    private static final long TICK_NANOS = 5_000_000;
    private static final long STOP = -1;
    /** A port that a client has closed first is in TIME_WAIT for a minute, but only for the one address. */
    private static final int ADDRESSES = 200;

    /** Something else to be done now and then. */
    interface Ticker {
        void tick(SoakResult result, long now) throws IOException;
    }

    private final Arena arena = Arena.ofConfined();
    private final Epoll epoll = Epoll.create();
    private final EpollEvents events = EpollEvents.allocate(arena, 256);
    private final MemorySegment buffer = arena.allocate(SoakStream.CHUNK);
    private final InetSocketAddress[] from = new InetSocketAddress[ADDRESSES];
    private final InetSocketAddress server;
    private final SoakStream stream;
    private final SoakResult result = new SoakResult();
    private final SoakClient[] slots;
    private final int[] free;
    private int freeCount;
    private int deaf;
    private boolean stopped;

    /** At most {@code open} connections at once. */
    SoakClients(InetSocketAddress server, int open, long seed, EventFd stop) throws IOException {
        this.server = server;
        stream = new SoakStream(arena, seed);
        slots = new SoakClient[open + POLITE];
        free = new int[slots.length];
        for (int i = 0; i < free.length; i++) {
            free[freeCount++] = i;
        }
        for (int i = 0; i < ADDRESSES; i++) {
            from[i] = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (1 + i)}), 0);
        }
        epoll.add(stop, Epoll.EPOLLIN, STOP);
    }

    /**
     * Connects that many times, and ends when all clients have done what they planned. In every other tenth of the
     * connections, or of the time if that is shorter, only a third of the clients is there at once.
     *
     * @param endNanos when to begin no more
     * @return null if stopped before the end
     */
    SoakResult run(long connections, long endNanos, Ticker ticker) throws IOException {
        long begin = System.nanoTime();
        long started = 0;
        long nextTick = begin;
        for (; started < POLITE; started++) {
            start(Way.POLITE, started, begin);
        }
        for (;;) {
            long now = System.nanoTime();
            boolean ending = started >= connections || now - endNanos > 0;
            double done = Math.max((double) started / connections, (double) (now - begin) / (endNanos - begin));
            boolean calm = (int) (done * WAVES) % 2 == 0;
            int room = freeCount - (calm ? (slots.length - POLITE) * 2 / 3 : 0);
            for (int i = Math.min(room, STARTS_PER_TURN); i > 0 && !ending; i--) {
                start(started++, now);
                ending = started >= connections;
            }
            if (ending && freeCount == slots.length) {
                result.nanos = System.nanoTime() - begin;
                return result;
            }
            handle(epoll.awaitNanos(events, room > 0 && !ending ? 0 : TICK_NANOS));
            if (stopped) {
                return null;
            }
            now = System.nanoTime();
            if (now - nextTick >= 0) {
                tick(ending, now);
                ticker.tick(result, now);
                nextTick = now + TICK_NANOS;
            }
        }
    }

    private void start(long number, long now) throws IOException {
        SplittableRandom random = stream.random(number);
        Way way = Way.draw(random);
        if (way == Way.RESET) {
            reset(number, random);
            result.add(way);
        } else {
            start(way, number, random, now);
        }
    }

    private void start(Way way, long number, long now) throws IOException {
        start(way, number, stream.random(number), now);
    }

    private void start(Way way, long number, SplittableRandom random, long now) throws IOException {
        SoakClient client = new SoakClient(way, number, stream, random, from(number), server, now);
        int slot = free[--freeCount];
        slots[slot] = client;
        if (client.isDeaf()) {
            result.mostDeaf = Math.max(result.mostDeaf, ++deaf);
        }
        epoll.add(client.socket, client.interest, slot);
    }

    private InetSocketAddress from(long number) {
        return from[(int) (number % ADDRESSES)];
    }

    /** Perhaps sends a little, and resets at once, before anything can have come back: that takes SO_LINGER. */
    private void reset(long number, SplittableRandom random) throws IOException {
        try (SocketChannel channel = SocketChannel.open()) {
            channel.bind(from(number));
            channel.connect(server);
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.write(ByteBuffer.allocate(random.nextInt(3) * 50));
        }
    }

    private void handle(int n) throws IOException {
        long now = System.nanoTime();
        for (int i = 0; i < n; i++) {
            if (events.data(i) == STOP) {
                stopped = true;
                return;
            }
            int slot = (int) events.data(i);
            if (slots[slot].step(events.events(i), buffer, result, now)) {
                end(slot);
            } else {
                update(slot);
            }
        }
    }

    private void tick(boolean ending, long now) throws IOException {
        for (int slot = 0; slot < slots.length; slot++) {
            if (slots[slot] != null) {
                if (slots[slot].tick(ending, now)) {
                    end(slot);
                } else {
                    update(slot);
                }
            }
        }
    }

    private void update(int slot) throws IOException {
        SoakClient client = slots[slot];
        int interest = client.wants();
        if (interest != client.interest) {
            client.interest = interest;
            epoll.modify(client.socket, interest, slot);
        }
    }

    private void end(int slot) throws IOException {
        SoakClient client = slots[slot];
        slots[slot] = null;
        deaf -= client.isDeaf() ? 1 : 0;
        free[freeCount++] = slot;
        epoll.remove(client.socket);
        client.socket.close();
        result.add(client.way);
    }

    @Override
    public void close() throws IOException {
        for (SoakClient client : slots) {
            if (client != null) {
                client.socket.close();
            }
        }
        epoll.close();
        arena.close();
    }
}
