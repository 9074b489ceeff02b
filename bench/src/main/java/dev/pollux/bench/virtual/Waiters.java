package dev.pollux.bench.virtual;

import dev.pollux.EventFd;
import dev.pollux.Poll;
import dev.pollux.bench.ProcessTimes;
import dev.pollux.bench.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The JVM in which many virtual threads wait for one descriptor, which then has an event for each of them. */
public final class Waiters {
    private static final int WARM_UPS = 30;
    private static final int UNMEASURED = 1000;
    private static final int TIMEOUT_SECONDS = 100;

    private Waiters() { }

    /**
     * Prints how long it takes until all are awake.
     *
     * @param args the number of rounds, and the numbers of threads
     */
    public static void main(String[] args) throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            measure(UNMEASURED, false);
        }
        for (int round = 0; round < Integer.parseInt(args[0]); round++) {
            for (int i = 1; i < args.length; i++) {
                measure(Integer.parseInt(args[i]), true);
            }
        }
    }

    private static void measure(int count, boolean print) throws Exception {
        CountDownLatch awake = new CountDownLatch(count);
        AtomicInteger waiting = new AtomicInteger();
        try (EventFd events = EventFd.create(0,
                EventFd.EFD_CLOEXEC | EventFd.EFD_NONBLOCK | EventFd.EFD_SEMAPHORE)) {
            Thread last = null;
            for (int i = 0; i < count; i++) {
                last = Thread.ofVirtual().start(() -> take(events, waiting, awake));
            }
            while (waiting.get() < count || last.getState() != Thread.State.WAITING) {
                Thread.sleep(10);
            }
            Bystanders bystanders = new Bystanders(() -> awake.getCount() == 0);
            long cpu = ProcessTimes.cpuNanos(ProcessHandle.current().pid());
            long start = System.nanoTime();
            events.write(count);
            if (!awake.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(awake.getCount() + " of " + count + " threads still wait");
            }
            long nanos = System.nanoTime() - start;
            cpu = ProcessTimes.cpuNanos(ProcessHandle.current().pid()) - cpu;
            long late = bystanders.lateness().getMaxValue();
            if (print) {
                print(count, "until all are awake", "ms", nanos / 1e6);
                print(count, "CPU until all are awake, each", "µs", cpu / 1e3 / count);
                print(count, "bystander late at most", "ms", late / 1e6);
            }
        }
    }

    private static void take(EventFd events, AtomicInteger waiting, CountDownLatch awake) {
        waiting.incrementAndGet();
        try {
            do {
                events.await(Poll.POLLIN);
            } while (events.read() != 1);
            awake.countDown();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void print(int count, String metric, String unit, double value) {
        System.out.println(new Sample(count + " on one", Kind.POLLUX_VIRTUAL.contestant(), metric, unit, value));
    }
}
