package dev.pollux.bench.virtual;

import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/** Virtual threads that sleep for a millisecond, over and over, and note how late they wake up. */
final class Bystanders {
    private static final int COUNT = 4;
    private static final long SLEEP_NANOS = 1_000_000;

    private final List<FutureTask<Histogram>> tasks;

    Bystanders(BooleanSupplier ended) {
        tasks = Stream.generate(() -> new FutureTask<>(() -> sleepUntil(ended))).limit(COUNT).toList();
        tasks.forEach(Thread.ofVirtual()::start);
    }

    /** In nanoseconds, once they have ended. */
    Histogram lateness() throws Exception {
        Histogram all = new Histogram(1, 60_000_000_000L, 3);
        for (FutureTask<Histogram> task : tasks) {
            all.add(task.get());
        }
        return all;
    }

    private static Histogram sleepUntil(BooleanSupplier ended) throws InterruptedException {
        Histogram late = new Histogram(1, 60_000_000_000L, 3);
        for (long before = System.nanoTime(); !ended.getAsBoolean();) {
            Thread.sleep(1);
            long after = System.nanoTime();
            late.recordValue(Math.max(0, after - before - SLEEP_NANOS));
            before = after;
        }
        return late;
    }
}
