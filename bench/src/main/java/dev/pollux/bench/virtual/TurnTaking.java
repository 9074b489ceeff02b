package dev.pollux.bench.virtual;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/**
 * The JVM in which two threads of one kind wake each other over a connection: of each round and kind it prints a line,
 * the percentiles of the way there and back in nanoseconds.
 */
public final class TurnTaking {
    private static final long MAX_NANOS = 2_000_000_000;

    private TurnTaking() { }

    /**
     * Plays.
     *
     * @param args rounds, ways there and back before them, and in each
     */
    public static void main(String[] args) throws Exception {
        int rounds = Integer.parseInt(args[0]);
        int warmUp = Integer.parseInt(args[1]);
        int trips = Integer.parseInt(args[2]);
        List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
        for (Kind kind : kinds) {
            play(kind, warmUp);
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < kinds.size(); i++) {
                Kind kind = kinds.get((i + round) % kinds.size());
                Histogram histogram = play(kind, trips);
                System.out.println(kind.contestant() + "\t" + histogram.getValueAtPercentile(50)
                        + "\t" + histogram.getValueAtPercentile(99) + "\t" + histogram.getValueAtPercentile(99.9));
            }
        }
    }

    private static Histogram play(Kind kind, int trips) throws Exception {
        try (Kind.Listener listener = kind.listen();
                Kind.Line here = kind.connect(listener.port());
                Kind.Line there = listener.accept()) {
            FutureTask<Void> answers = new FutureTask<>(() -> {
                for (int n = there.read(); n == 1; n = there.read()) {
                    there.write(n);
                }
                return null;
            });
            FutureTask<Histogram> asks = new FutureTask<>(() -> ask(here, trips));
            kind.start(answers);
            kind.start(asks);
            Histogram histogram = asks.get();
            answers.get();
            return histogram;
        }
    }

    private static Histogram ask(Kind.Line line, int trips) throws IOException {
        try (line) {
            long[] nanos = new long[trips]; // recorded afterwards
            int done = 0;
            long begin = System.nanoTime();
            for (long before = begin; done < trips && before - begin < MAX_NANOS;) {
                line.write(1);
                if (line.read() != 1) {
                    throw new IOException("not answered by one byte");
                }
                long after = System.nanoTime();
                nanos[done++] = after - before;
                before = after;
            }
            Histogram histogram = new Histogram(1, 60_000_000_000L, 3);
            for (int i = 0; i < done; i++) {
                histogram.recordValue(nanos[i]);
            }
            return histogram;
        }
    }
}
