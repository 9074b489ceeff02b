package dev.pollux.bench;

import java.util.List;

/** One part of the bench: what it measures, and how that is reported. */
interface Part {
    /** The name on the command line, and in the results. */
    String name();

    /** The heading in the report. */
    String title();

    /** Measures, and puts every sample into the results. */
    void run(Plan plan, Results results) throws Exception;

    /** Writes this part's tables, charts left out; without the heading. */
    default void report(Results results, Markdown out) {
        for (String metric : results.metrics(name())) {
            out.metric(results, name(), metric);
        }
    }

    /** What was to be reached, beside what was measured; only of what was measured. */
    default List<Target> targets(Results results) {
        return List.of();
    }

    /** The charts of what was measured. */
    default List<Charts.Figure> charts(Results results) {
        return List.of();
    }
}
