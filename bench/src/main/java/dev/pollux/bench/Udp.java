package dev.pollux.bench;

import dev.pollux.Cmsg;
import dev.pollux.Message;
import dev.pollux.Messages;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToLongFunction;

/** A million datagrams, sent and received in one way and another. */
final class Udp extends Part {
    static final String TIME = "time of a million datagrams";
    static final String CHANNEL = "DatagramChannel";
    static final String SEGMENTS = "UDP_SEGMENT, UDP_GRO";
    static final String BATCHES = "sendmmsg, recvmmsg";
    static final String SINGLE = "send, recv";

    /** So many are sent, then received: the queue has room for them, and none is lost. */
    private static final int BATCH = 64;
    private static final int MILLION = 1_000_000;
    private static final List<Integer> SIZES = List.of(64, 1000);

    Udp() {
        super("udp", "A million datagrams", CHANNEL, "Over loopback, one thread that sends " + BATCH + " and then"
                + " receives them. × is here the ratio to " + CHANNEL + ".");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        run(plan, results, plan.pick(MILLION / 20, MILLION));
    }

    void run(Plan plan, Results results, int datagrams) throws Exception {
        if (datagrams < MILLION) {
            results.cutShort(datagrams + " datagrams, reckoned up to a million");
        }
        int rounds = plan.rounds(results, 1, 5);
        for (int size : SIZES) {
            if (plan.wants(name(size))) {
                plan.progress("udp, " + name(size));
                Plan.collect(Plan.java(Udp.class, size, datagrams, rounds), results);
            }
        }
    }

    private static String name(int size) {
        return size + " bytes";
    }

    /**
     * Prints the time of each way, in turns.
     *
     * @param args how many bytes a datagram has, how many datagrams, how many rounds
     */
    public static void main(String[] args) throws Throwable {
        int size = Integer.parseInt(args[0]);
        int batches = Integer.parseInt(args[1]) / BATCH;
        int rounds = Integer.parseInt(args[2]);
        try (Ways ways = new Ways(size)) {
            for (int round = -1; round < rounds; round++) { // the first one, for the compiler, is not reported
                for (Contestant way : ways.get()) {
                    long before = System.nanoTime();
                    way.run(batches);
                    double millis = (System.nanoTime() - before) / 1e6 * MILLION / (batches * BATCH);
                    if (round >= 0) {
                        System.out.println(new Sample(way.row(), way.name(), TIME, "ms", millis));
                    }
                }
            }
        }
    }

    /** Each has sockets of its own, and expects as many bytes as were sent. */
    private static final class Ways extends Row {
        private final int size;
        private final IntToLongFunction expected;

        Ways(int size) throws IOException {
            super(Optional.empty());
            this.size = size;
            expected = n -> (long) n * BATCH * size;
            channel();
            single();
            batches();
            segments();
        }

        private void add(String way, Contestant.Step step) {
            add(name(size), way, step, expected);
        }

        private void channel() throws IOException {
            DatagramChannel receiver = opened(DatagramChannel.open().bind(ANY_PORT));
            DatagramChannel sender = opened(DatagramChannel.open().connect(receiver.getLocalAddress()));
            receiver.connect(sender.getLocalAddress()); // else each receive makes an address
            ByteBuffer out = ByteBuffer.allocateDirect(size);
            ByteBuffer in = ByteBuffer.allocateDirect(size);
            add(CHANNEL, i -> {
                for (int k = 0; k < BATCH; k++) {
                    sender.write(out.clear());
                }
                long sum = 0;
                for (int k = 0; k < BATCH; k++) {
                    sum += receiver.read(in.clear());
                }
                return sum;
            });
        }

        private void single() throws IOException {
            SocketFd receiver = udp(0);
            SocketFd sender = udpTo(receiver);
            MemorySegment out = arena.allocate(size);
            MemorySegment in = arena.allocate(size);
            add(SINGLE, i -> {
                for (int k = 0; k < BATCH; k++) {
                    sender.send(out, 0);
                }
                long sum = 0;
                for (int k = 0; k < BATCH; k++) {
                    sum += receiver.recv(in, 0);
                }
                return sum;
            });
        }

        private void batches() throws IOException {
            SocketFd receiver = udp(0);
            SocketFd sender = udpTo(receiver);
            Messages out = messages(BATCH, size);
            Messages in = messages(BATCH, size);
            add(BATCHES, i -> {
                sender.sendmmsg(out, 0, BATCH, 0);
                return lengths(in, receiver.recvmmsg(in, 0));
            });
        }

        private void segments() throws IOException {
            SocketFd receiver = udp(0);
            receiver.setsockopt(Sockopt.UDP_GRO, true);
            SocketFd sender = udpTo(receiver);
            long all = (long) BATCH * size;
            Message out = segmented(BATCH, size);
            Message in = Message.allocate(arena, 1, Cmsg.space(Cmsg.UDP_GRO));
            in.buffer(arena.allocate(all));
            add(SEGMENTS, i -> {
                sender.sendmsg(out, 0);
                long sum = 0;
                while (sum < all) { // in one piece or in several, as the kernel has joined them
                    sum += receiver.recvmsg(in, 0);
                    if (in.control().number(Cmsg.UDP_GRO, size) != size) {
                        throw new IllegalStateException("other datagrams than were sent: " + in);
                    }
                }
                return sum;
            });
        }
    }
}
