package dev.pollux.examples.loop;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Why the loop has a heap: the command {@code timers}. */
@Command(name = "timers",
        description = "What a timer costs, in a hierarchy of wheels, and in the loop's heap with four children: all are started, each"
                + " is started anew (as by a client that has sent something), half are stopped, and the rest end, a"
                + " millisecond of the clock at a time. Medians in nanoseconds for each timer.")
public final class TimersCost implements Callable<Integer> {
    private static final String[] STEPS = {"start", "anew", "stop", "end", "longest ms"};

    @Spec
    private CommandSpec command;

    @Option(names = "--timers", paramLabel = "N", defaultValue = "1000000",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(names = "--timeout", paramLabel = "MS", defaultValue = "60000",
            description = "The longest one; each is drawn by lot from half of it to all (default: ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "7",
            description = "How often to measure, the two in turn, after two rounds to warm up (default:"
                    + " ${DEFAULT-VALUE}).")
    private int rounds;

    @Override
    public Integer call() throws Exception {
        if (count < 2 || timeout < 2 || rounds < 1) {
            throw new ParameterException(command.commandLine(),
                    "--timers and --timeout have to be 2 at least, and --rounds 1");
        }
        try (Loop loop = new Loop((_, e) -> e.printStackTrace())) {
            Timer[] timers = new Timer[count];
            Arrays.setAll(timers, _ -> loop.timer(() -> { }));
            double[][] wheel = new double[STEPS.length][rounds];
            double[][] heap = new double[STEPS.length][rounds];
            for (int round = -2; round < rounds; round++) {
                measure(timers, new Random(round), ofWheel(loop), wheel, round);
                measure(timers, new Random(round), ofHeap(), heap, round);
            }
            System.out.printf(Locale.ROOT, "%-12s %10s %10s%n", "ns", "wheel", "heap");
            for (int step = 0; step < STEPS.length; step++) {
                System.out.printf(Locale.ROOT, "%-12s %10.1f %10.1f%n", STEPS[step], median(wheel[step]),
                        median(heap[step]));
            }
        }
        return 0;
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /** One of the two; {@code end} takes what ends by a time, and says how many that were. */
    private record Queue(Consumer<Timer> add, Consumer<Timer> remove, LongFunction<Integer> end) { }

    private static Queue ofWheel(Loop loop) {
        TimerWheel wheel = new TimerWheel(loop);
        return new Queue(wheel::add, wheel::remove, now -> {
            int n = 0;
            for (wheel.advance(now); wheel.take() != null;) {
                n++;
            }
            return n;
        });
    }

    private static Queue ofHeap() {
        TimerHeap heap = new TimerHeap();
        return new Queue(heap::add, heap::remove, now -> {
            int n = 0;
            while (heap.take(now, Long.MAX_VALUE) != null) {
                n++;
            }
            return n;
        });
    }

    private void measure(Timer[] timers, Random random, Queue queue, double[][] results, int round) {
        int n = timers.length;
        long[] times = new long[STEPS.length + 1];
        times[0] = System.nanoTime();
        for (Timer timer : timers) {
            timer.deadline = drawn(random);
            queue.add.accept(timer);
        }
        times[1] = System.nanoTime();
        shuffle(timers, random);
        times[2] = System.nanoTime();
        for (Timer timer : timers) {
            queue.remove.accept(timer);
            timer.deadline = drawn(random) + 1000;
            queue.add.accept(timer);
        }
        times[3] = System.nanoTime();
        for (int i = 0; i < n / 2; i++) {
            queue.remove.accept(timers[i]);
        }
        times[4] = System.nanoTime();
        int ended = 0;
        long longest = 0;
        long before = times[4];
        for (long now = 0; now <= timeout + 1000; now++) {
            ended += queue.end.apply(now);
            long after = System.nanoTime();
            longest = Math.max(longest, after - before);
            before = after;
        }
        times[5] = before;
        if (ended != n - n / 2) {
            throw new IllegalStateException(ended + " ended, not " + (n - n / 2));
        }
        if (round >= 0) {
            results[0][round] = (double) (times[1] - times[0]) / n;
            results[1][round] = (double) (times[3] - times[2]) / n;
            results[2][round] = (double) (times[4] - times[3]) / (n / 2);
            results[3][round] = (double) (times[5] - times[4]) / ended;
            results[4][round] = longest / 1e6;
        }
    }

    private long drawn(Random random) {
        return timeout / 2 + random.nextInt(timeout - timeout / 2) + 1;
    }

    private static void shuffle(Timer[] timers, Random random) {
        for (int i = timers.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            Timer timer = timers[i];
            timers[i] = timers[other];
            timers[other] = timer;
        }
    }
}
