package dev.pollux.bench.idle;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** Measures the waits in one JVM: slices of about a millisecond, of one contestant after the other. */
public final class IdleFork {
    private static final long SLICE_NANOS = 1_000_000;
    private static final int UNMEASURED = 3;

    /** The line after the last. */
    public static final String DONE = "done";

    private IdleFork() { }

    /**
     * Prints for each count and contestant the median of its slices, in nanoseconds a wait.
     *
     * @param args C's library or "-", the number of slices, slices to warm up, and the counts of descriptors
     */
    @SuppressWarnings("restricted")
    public static void main(String[] args) throws Throwable {
        SymbolLookup c = args[0].equals("-") ? null : SymbolLookup.libraryLookup(Path.of(args[0]), Arena.global());
        int slices = Integer.parseInt(args[1]);
        int[] counts = Arrays.stream(args).skip(3).mapToInt(Integer::parseInt).toArray();
        measure(c, counts[0], Integer.parseInt(args[2])); // nobody looks at it
        for (int count : counts) {
            measure(c, count, slices).forEach((name, nanos) -> System.out.println(count + ":" + name + ":" + nanos));
        }
        System.out.println(DONE);
    }

    private static Map<String, Double> measure(SymbolLookup c, int count, int slices) throws Throwable {
        Map<String, Double> medians = new LinkedHashMap<>();
        // one after the other: together they may need more descriptors than there are
        try (Watched watched = new Watched(count)) {
            medians.putAll(measure(watched.contestants(c), slices));
        }
        try (WatchedChannels channels = new WatchedChannels(count)) {
            medians.putAll(measure(channels.contestants(), slices));
        }
        return medians;
    }

    private static Map<String, Double> measure(Map<String, Watched.Waits> contestants, int slices) throws Throwable {
        List<String> names = new ArrayList<>(contestants.keySet());
        Map<String, Long> length = new LinkedHashMap<>();
        Map<String, double[]> nanos = new LinkedHashMap<>();
        for (String name : names) {
            double once = slice(contestants.get(name), 1);
            for (int i = 0; i < UNMEASURED; i++) {
                once = slice(contestants.get(name), Math.max(1, (long) (SLICE_NANOS / once)));
            }
            length.put(name, Math.max(1, (long) (SLICE_NANOS / once)));
            nanos.put(name, new double[slices]);
        }
        for (int i = 0; i < slices; i++) {
            for (int k = 0; k < names.size(); k++) {
                String name = names.get((i + k) % names.size());
                nanos.get(name)[i] = slice(contestants.get(name), length.get(name));
            }
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        nanos.forEach((name, values) -> medians.put(name, new Median().evaluate(values)));
        return medians;
    }

    private static double slice(Watched.Waits waits, long count) throws Throwable {
        long start = System.nanoTime();
        long found = waits.run(count);
        long time = System.nanoTime() - start;
        if (found != count * Watched.READY) {
            throw new IOException(count + " waits have found " + found + " events");
        }
        return Math.max(1, time) / (double) count;
    }
}
