package dev.pollux.bench.variants;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/** Measures the variants of one row in one JVM: short slices, of one after the other. */
public final class VariantsFork {
    private static final int CALLS = 2000;
    private static final int UNMEASURED = 60;

    private VariantsFork() { }

    /**
     * Prints for each variant the median of its slices, in nanoseconds a call, and the median of how much longer each
     * was than that of the plain call of the same turn.
     *
     * @param args C's library or "-", the number of slices, the row
     */
    public static void main(String[] args) throws Throwable {
        Optional<Path> c = args[0].equals("-") ? Optional.empty() : Optional.of(Path.of(args[0]));
        int slices = Integer.parseInt(args[1]);
        try (Variant variant = new Variant()) {
            Map<String, Variant.Body> all = variant.all(c);
            all.keySet().removeIf(name -> !name.startsWith(args[2] + ":"));
            List<String> names = new ArrayList<>(all.keySet());
            Map<String, double[]> nanos = new HashMap<>();
            for (int i = -UNMEASURED; i < slices; i++) {
                for (int k = 0; k < names.size(); k++) {
                    String name = names.get(Math.floorMod(i + k, names.size()));
                    long start = System.nanoTime();
                    long sum = all.get(name).run(CALLS);
                    double took = (System.nanoTime() - start) / (double) CALLS;
                    if (sum != (args[2].equals("wait") ? 0 : CALLS)) {
                        throw new IllegalStateException(name + ": the sum is " + sum);
                    }
                    if (i >= 0) {
                        nanos.computeIfAbsent(name, n -> new double[slices])[i] = took;
                    }
                }
            }
            for (String name : names) {
                double[] more = nanos.get(name).clone();
                for (int i = 0; i < slices; i++) {
                    more[i] -= nanos.get(args[2] + ":plain")[i];
                }
                System.out.println(name + ":" + new Median().evaluate(nanos.get(name)) + ":"
                        + new Median().evaluate(more));
            }
        }
    }
}
