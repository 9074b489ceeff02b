package dev.pollux.bench;

import java.util.List;

/** One part of the bench: what it measures, and how that is reported. */
abstract class Part {
    /** On the command line, and in the results. */
    final String name;
    /** The heading in the report. */
    final String title;

    Part(String name, String title) {
        this.name = name;
        this.title = title;
    }

    /** Measures, and puts every sample into the results. */
    abstract void run(Plan plan, Results results) throws Exception;

    /** Writes this part's tables: one for each metric, with ratios to C. */
    void report(Results results, Markdown out) {
        results.metrics().forEach(metric -> out.metric(metric, Results.C));
    }

    /** What was to be reached, beside what was measured; only of what was measured. */
    List<Target> targets(Results results) {
        return List.of();
    }

    /** The charts of what was measured. */
    List<Charts.Figure> charts(Results results) {
        return List.of();
    }
}
