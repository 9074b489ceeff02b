package dev.pollux.bench;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One row of the calls in one JVM. An invocation gives every contestant a slice of half a millisecond, so that what
 * disturbs one disturbs them all.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"})
public class CallsBench {
    /** Where the C code is; absent if there is no compiler. */
    static final String LIBRARY = "pollux.bench.calls";

    private static final long SLICE_NANOS = 500_000;

    /** Which one. */
    @Param("")
    public String row;

    private CallRow call;
    private Runner[] runners;
    private int invocations;

    /** Opens the row. */
    @Setup(Level.Trial)
    public void open() throws Throwable {
        call = new CallRow(row, Optional.ofNullable(System.getProperty(LIBRARY)).map(Path::of));
        runners = call.contestants().stream().map(Runner::new).toArray(Runner[]::new);
        // where a call takes long, the time of a warm-up is not enough for the compiler, which counts them
        for (Runner runner : runners) {
            if (!runner.contestant.name().equals(Results.C)) {
                long end = System.nanoTime() + 2_000_000_000L;
                for (int calls = 0; calls < 20_000 && System.nanoTime() < end; calls += runner.n) {
                    runner.slice();
                }
            }
        }
    }

    /** Forgets what the warm-up measured. */
    @Setup(Level.Iteration)
    public void begin() {
        for (Runner runner : runners) {
            runner.nanos.clear();
            runner.bytes.clear();
        }
    }

    /** Closes the row. */
    @TearDown(Level.Trial)
    public void close() throws Exception {
        call.close();
    }

    /** A slice of each, forwards and backwards, each time from another one on. */
    @Benchmark
    public void slices(Figures figures) throws Throwable {
        figures.bench = this;
        int count = runners.length;
        int first = invocations / 2 % count;
        for (int i = 0; i < count; i++) {
            runners[(first + ((invocations & 1) == 0 ? i : count - i)) % count].slice();
        }
        invocations++;
    }

    /** One contestant, and what its slices took. */
    private static final class Runner {
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        private final CallRow.Contestant contestant;
        private final DescriptiveStatistics nanos = new DescriptiveStatistics();
        private final DescriptiveStatistics bytes = new DescriptiveStatistics();
        private int n = 16;

        private Runner(CallRow.Contestant contestant) {
            this.contestant = contestant;
        }

        private void slice() throws Throwable {
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

    /** What a fork found: of each contestant the median of its slices; NaN for one that is not in the row. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        private CallsBench bench;

        private double median(String contestant, boolean nanos) {
            for (Runner runner : bench.runners) {
                if (runner.contestant.name().equals(contestant)) {
                    return (nanos ? runner.nanos : runner.bytes).getPercentile(50);
                }
            }
            return Double.NaN;
        }

        // JMH finds these by reflection; their names are position and side, as Calls reads them

        /** Nanoseconds of a call. */
        public double nanos0() {
            return median(CallRow.CONTESTANTS.get(0), true);
        }

        /** Nanoseconds of a call. */
        public double nanos1() {
            return median(CallRow.CONTESTANTS.get(1), true);
        }

        /** Nanoseconds of a call. */
        public double nanos2() {
            return median(CallRow.CONTESTANTS.get(2), true);
        }

        /** Nanoseconds of a call. */
        public double nanos3() {
            return median(CallRow.CONTESTANTS.get(3), true);
        }

        /** Nanoseconds of a call. */
        public double nanos4() {
            return median(CallRow.CONTESTANTS.get(4), true);
        }

        /** Nanoseconds of a call. */
        public double nanos5() {
            return median(CallRow.CONTESTANTS.get(5), true);
        }

        /** Nanoseconds of a call. */
        public double nanos6() {
            return median(CallRow.CONTESTANTS.get(6), true);
        }

        /** Bytes that a call allocated. */
        public double bytes0() {
            return median(CallRow.CONTESTANTS.get(0), false);
        }

        /** Bytes that a call allocated. */
        public double bytes1() {
            return median(CallRow.CONTESTANTS.get(1), false);
        }

        /** Bytes that a call allocated. */
        public double bytes2() {
            return median(CallRow.CONTESTANTS.get(2), false);
        }

        /** Bytes that a call allocated. */
        public double bytes3() {
            return median(CallRow.CONTESTANTS.get(3), false);
        }

        /** Bytes that a call allocated. */
        public double bytes4() {
            return median(CallRow.CONTESTANTS.get(4), false);
        }

        /** Bytes that a call allocated. */
        public double bytes5() {
            return median(CallRow.CONTESTANTS.get(5), false);
        }

        /** Bytes that a call allocated. */
        public double bytes6() {
            return median(CallRow.CONTESTANTS.get(6), false);
        }
    }
}
