package dev.pollux.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;

/** Every sample of a run. */
final class Results {
    /** The contestant that others are compared with. */
    static final String C = "C";
    /** The contestant that this is about. */
    static final String POLLUX = "Pollux";

    /**
     * The samples of one contestant in one row.
     *
     * @param part the part's name
     * @param row what was measured: "poll0"
     * @param contestant who: "C", "Pollux", "Netty"
     * @param metric which of its sides: "time"
     * @param unit of the samples: "ns"
     * @param samples one of each round, in the same order for all contestants of a row
     */
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
    }

    private final List<Series> all = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Takes over the results of another run. */
    synchronized void addAll(List<Series> series, List<String> otherNotes) {
        all.addAll(series);
        notes.addAll(otherNotes);
    }

    /** Adds the sample of one round. */
    synchronized void add(String part, String row, String contestant, String metric, String unit, double sample) {
        for (int i = 0; i < all.size(); i++) {
            Series s = all.get(i);
            if (s.part.equals(part) && s.row.equals(row) && s.contestant.equals(contestant)
                    && s.metric.equals(metric)) {
                double[] longer = Arrays.copyOf(s.samples, s.samples.length + 1);
                longer[s.samples.length] = sample;
                all.set(i, new Series(part, row, contestant, metric, unit, longer));
                return;
            }
        }
        all.add(new Series(part, row, contestant, metric, unit, new double[] {sample}));
    }

    /** Adds something that the reader must know: what was skipped, and why. */
    synchronized void note(String part, String text) {
        String note = part + ": " + text;
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    synchronized List<Series> all() {
        return List.copyOf(all);
    }

    synchronized List<String> notes() {
        return List.copyOf(notes);
    }

    /** One contestant's samples, if it has any. */
    Optional<Series> find(String part, String row, String contestant, String metric) {
        return all().stream().filter(s -> s.part.equals(part) && s.row.equals(row)
                && s.contestant.equals(contestant) && s.metric.equals(metric)).findFirst();
    }

    /**
     * One contestant against another, round by round, so that what disturbs both falls out.
     *
     * @return how many times as much, one of each round; nothing if one of the two was not measured
     */
    Optional<Series> ratio(String part, String row, String contestant, String baseline, String metric) {
        Optional<Series> one = find(part, row, contestant, metric);
        Optional<Series> other = find(part, row, baseline, metric);
        if (one.isEmpty() || other.isEmpty() || other.get().median() == 0) {
            return Optional.empty();
        }
        double[] a = one.get().samples;
        double[] b = other.get().samples;
        double[] ratios = new double[Math.min(a.length, b.length)];
        Arrays.setAll(ratios, i -> a[i] / b[i]);
        return Optional.of(new Series(part, row, contestant, metric + " / " + baseline, "", ratios));
    }

    Set<String> parts() {
        return distinct(all(), Series::part);
    }

    Set<String> metrics(String part) {
        return distinct(all().stream().filter(s -> s.part.equals(part)).toList(), Series::metric);
    }

    Set<String> rows(String part, String metric) {
        return distinct(of(part, metric), Series::row);
    }

    Set<String> contestants(String part, String metric) {
        return distinct(of(part, metric), Series::contestant);
    }

    private List<Series> of(String part, String metric) {
        return all().stream().filter(s -> s.part.equals(part) && s.metric.equals(metric)).toList();
    }

    /** In the order in which they were measured. */
    private static Set<String> distinct(List<Series> series, Function<Series, String> side) {
        Set<String> result = new LinkedHashSet<>();
        series.forEach(s -> result.add(side.apply(s)));
        return result;
    }
}
