package dev.pollux.bench;

import java.util.List;
import java.util.Optional;

/** One part of the bench: what it measures, and how that is reported. */
abstract class Part {
    /** On the command line, and in the results. */
    final String name;
    /** The heading in the report. */
    final String title;
    private final String baseline;
    private final String introduction;

    /** Compared with C. */
    Part(String name, String title) {
        this(name, title, Results.C, "");
    }

    /**
     * @param baseline the contestant to which its tables have ratios
     * @param introduction what stands above them, perhaps nothing
     */
    Part(String name, String title, String baseline, String introduction) {
        this.name = name;
        this.title = title;
        this.baseline = baseline;
        this.introduction = introduction;
    }

    /** Measures, and puts every sample into the results. */
    abstract void run(Plan plan, Results results) throws Exception;

    /** Writes this part's tables: one for each metric, but for what a call allocates, which is for {@link Calls}. */
    void report(Results results, Markdown out) {
        if (!introduction.isEmpty()) {
            out.paragraph(introduction);
        }
        results.metrics().stream().filter(metric -> !metric.equals(Calls.BYTES))
                .forEach(metric -> out.metric(metric, baseline));
    }

    /** What was to be reached, beside what was measured; only of what was measured. */
    List<Target> targets(Results results) {
        return List.of();
    }

    /** A picture of what was measured. */
    Optional<Charts.Figure> chart(Results results) {
        return Optional.empty();
    }
}
