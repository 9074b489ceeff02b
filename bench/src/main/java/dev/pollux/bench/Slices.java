package dev.pollux.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * Contestants that take turns in one thread, each for half a millisecond, so that what disturbs one disturbs them all.
 * As a program, the JVM that measures the rows of some parts.
 */
final class Slices {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long SLICE_NANOS = 500_000;
    private static final long WARM_UP_NANOS = 2_000_000_000;
    private static final int WARM_UP_CALLS = 20_000;
    /** Turns before those that count, in which each finds its number of calls. */
    private static final int UNMEASURED = 8;

    /** One of them, and what its slices took. */
    private static final class Turn {
        final Contestant contestant;
        final DescriptiveStatistics nanos = new DescriptiveStatistics();
        final DescriptiveStatistics bytes = new DescriptiveStatistics();
        int n = 16;

        Turn(Contestant contestant) {
            this.contestant = contestant;
        }

        void slice() throws Throwable {
            long bytesBefore = THREADS.getCurrentThreadAllocatedBytes();
            long before = System.nanoTime();
            contestant.run(n);
            long took = System.nanoTime() - before;
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - bytesBefore;
            nanos.addValue((double) took / n);
            bytes.addValue((double) allocated / n);
            // towards the wanted length by small steps: one slice may have been disturbed
            n = Math.clamp(n * SLICE_NANOS / Math.max(1, took), Math.max(1, n / 2), n * 2);
        }
    }

    private final Turn[] turns;
    private int played;

    Slices(List<Contestant> contestants) {
        turns = contestants.stream().map(Turn::new).toArray(Turn[]::new);
    }

    /** Has everything compiled: where a call takes long, by their number, which is what the compiler counts. */
    void warmUp() throws Throwable {
        for (Turn turn : turns) {
            if (!turn.contestant.name().equals(Results.C)) {
                long end = System.nanoTime() + WARM_UP_NANOS;
                for (int calls = 0; calls < WARM_UP_CALLS && System.nanoTime() < end; calls += turn.n) {
                    turn.slice();
                }
            }
        }
    }

    /** A slice of each, forwards and backwards, each time from another one on. */
    void play() throws Throwable {
        int first = played / 2 % turns.length;
        for (int i = 0; i < turns.length; i++) {
            turns[(first + ((played & 1) == 0 ? i : turns.length - i)) % turns.length].slice();
        }
        played++;
    }

    void play(int times) throws Throwable {
        for (int i = 0; i < times; i++) {
            play();
        }
    }

    /** Forgets what was measured. */
    void clear() {
        for (Turn turn : turns) {
            turn.nanos.clear();
            turn.bytes.clear();
        }
    }

    /** The medians of the slices. */
    void medians(String time, Consumer<Sample> out) {
        for (Turn turn : turns) {
            out.accept(sample(turn, time, "ns", turn.nanos));
            out.accept(sample(turn, Calls.BYTES, "bytes", turn.bytes));
        }
    }

    /** How much longer the slices were than those of one row in the same turns. */
    void more(String row, Consumer<Sample> out) {
        for (Turn plain : turns) {
            for (Turn turn : plain.contestant.row().equals(row) ? turns : new Turn[0]) {
                DescriptiveStatistics more = new DescriptiveStatistics();
                for (int i = 0; i < turn.nanos.getN(); i++) {
                    more.addValue(turn.nanos.getElement(i) - plain.nanos.getElement(i));
                }
                out.accept(sample(turn, "more than " + row, "ns", more));
            }
        }
    }

    private static Sample sample(Turn turn, String metric, String unit, DescriptiveStatistics values) {
        return new Sample(turn.contestant.row(), turn.contestant.name(), metric, unit, values.getPercentile(50));
    }

    /**
     * Prints the medians of each row.
     *
     * @param args the part, C's library or "-", how many slices, how many for the warm-up, the rows
     */
    public static void main(String[] args) throws Throwable {
        Optional<Path> c = args[1].equals("-") ? Optional.empty() : Optional.of(Path.of(args[1]));
        int slices = Integer.parseInt(args[2]);
        measure(args[0], args[4], c, Integer.parseInt(args[3]), sample -> { });
        for (String row : List.of(args).subList(4, args.length)) {
            measure(args[0], row, c, slices, System.out::println);
        }
    }

    private static void measure(String part, String row, Optional<Path> c, int slices, Consumer<Sample> out)
            throws Throwable {
        boolean variants = part.equals("variants");
        try (Row opened = variants ? new VariantRow(row, c) : new CallRow(row, c)) {
            Slices turns = new Slices(opened.get());
            turns.play(UNMEASURED);
            turns.clear();
            turns.play(slices);
            turns.medians(variants ? Calls.TIME : Idle.TIME, out);
            if (variants) {
                turns.more(VariantRow.PLAIN, out);
            }
        }
    }
}
