package dev.pollux.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/** Every sample of one part, and what its reader must know. */
final class Results {
    /** The contestant that others are compared with. */
    static final String C = "C";
    /** The contestant that this is about. */
    static final String POLLUX = "Pollux";

    /** The samples of one contestant in one row: one of each round, in the same order for all contestants. */
    record Series(String part, String row, String contestant, String metric, String unit, double[] samples) {
        double median() {
            return percentile(50);
        }

        double percentile(double percent) {
            return new Percentile(percent).withEstimationType(Percentile.EstimationType.R_7).evaluate(samples);
        }

        double max() {
            return Arrays.stream(samples).max().orElseThrow();
        }

        @Override
        public String toString() {
            return contestant + ", " + row + ", " + metric + ": " + Arrays.toString(samples) + " " + unit;
        }
    }

    private record Key(String row, String contestant, String metric) { }

    private final String part;
    private final Map<Key, Series> all = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();
    private final Set<String> cuts = new LinkedHashSet<>();

    Results(String part) {
        this.part = part;
    }

    /** Adds the sample of one round. Samples are added while another thread writes a report of an interrupted run. */
    synchronized void add(Sample sample) {
        double[] one = {sample.value()};
        add(new Series(part, sample.row(), sample.contestant(), sample.metric(), sample.unit(), one));
    }

    void add(String row, String contestant, String metric, String unit, double value) {
        add(new Sample(row, contestant, metric, unit, value));
    }

    synchronized void add(Series series) {
        all.merge(new Key(series.row, series.contestant, series.metric), series, (old, more) -> {
            double[] samples = Arrays.copyOf(old.samples, old.samples.length + more.samples.length);
            System.arraycopy(more.samples, 0, samples, old.samples.length, more.samples.length);
            return new Series(part, old.row, old.contestant, old.metric, old.unit, samples);
        });
    }

    /** Adds something that the reader must know: what was left out, and why. */
    synchronized void note(String text) {
        notes.add(text);
    }

    /** Says why there is less here than a full run would have. */
    synchronized void cutShort(String why) {
        cuts.add(why);
    }

    synchronized List<Series> all() {
        return List.copyOf(all.values());
    }

    synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    synchronized List<String> cuts() {
        return List.copyOf(cuts);
    }

    /** Whether nothing came of this part, not even a failure. */
    boolean isEmpty() {
        return all().isEmpty() && cuts().isEmpty();
    }

    /** One contestant's samples, if it has any. */
    synchronized Optional<Series> find(String row, String contestant, String metric) {
        return Optional.ofNullable(all.get(new Key(row, contestant, metric)));
    }

    /** One contestant's medians by row, in the order in which they were measured. */
    Map<String, Double> medians(String contestant, String metric) {
        Map<String, Double> medians = new LinkedHashMap<>();
        all().stream().filter(series -> series.contestant.equals(contestant) && series.metric.equals(metric))
                .forEach(series -> medians.put(series.row, series.median()));
        return medians;
    }

    /** Those of the rows "epoll-10", "epoll-30", … by their number. */
    NavigableMap<Integer, Double> mediansByCount(String call, String contestant, String metric) {
        NavigableMap<Integer, Double> medians = new TreeMap<>();
        medians(contestant, metric).forEach((row, median) -> {
            if (row.matches(call + "-\\d+")) {
                medians.put(Integer.valueOf(row.substring(call.length() + 1)), median);
            }
        });
        return medians;
    }

    /**
     * One contestant against another, round by round, so that what disturbs both falls out.
     *
     * @return how many times as much, one of each round; nothing if one of the two was not measured
     */
    Optional<Series> ratio(String row, String contestant, String baseline, String metric) {
        Optional<Series> one = find(row, contestant, metric);
        Optional<Series> other = find(row, baseline, metric);
        if (one.isEmpty() || other.isEmpty() || other.get().median() == 0) {
            return Optional.empty();
        }
        double[] a = one.get().samples;
        double[] b = other.get().samples;
        double[] ratios = new double[Math.min(a.length, b.length)];
        Arrays.setAll(ratios, i -> a[i] / b[i]);
        return Optional.of(new Series(part, row, contestant, metric + " / " + baseline, "", ratios));
    }

    Set<String> metrics() {
        return distinct(Series::metric, "");
    }

    Set<String> rows(String metric) {
        return distinct(Series::row, metric);
    }

    Set<String> contestants(String metric) {
        return distinct(Series::contestant, metric);
    }

    /** In the order in which they were measured. */
    private Set<String> distinct(Function<Series, String> side, String metric) {
        Set<String> result = new LinkedHashSet<>();
        all().stream().filter(s -> metric.isEmpty() || s.metric.equals(metric)).map(side).forEach(result::add);
        return result;
    }
}
