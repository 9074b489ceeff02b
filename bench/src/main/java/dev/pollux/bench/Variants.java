package dev.pollux.bench;

import dev.pollux.bench.variants.VariantsFork;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the ways cost in which the library could make its calls: the reasons for the ones it takes. */
final class Variants implements Part {
    private static final String TIME = "time of a call";
    private static final String MORE = "more than plain";
    private static final int LINES = 30;
    private static final int TIMEOUT_SECONDS = 120;

    @Override
    public String name() {
        return "variants";
    }

    @Override
    public String title() {
        return "Variants of a call";
    }

    @Override
    public void run(Plan plan, Results results) throws Exception {
        Optional<Path> c = plan.library("calls");
        int rounds = plan.rounds(1, 9);
        for (int round = 1; round <= rounds; round++) {
            plan.progress("variants: JVM " + round + " of " + rounds + " for each row");
            for (String row : List.of("wait", "read")) {
                if (plan.wants(row)) {
                    measure(c, plan.pick(100, 500), row, results);
                }
            }
        }
    }

    private void measure(Optional<Path> c, int slices, String row, Results results) throws Exception {
        try (Child child = new Child(Plan.java(VariantsFork.class.getName(),
                c.map(Path::toString).orElse("-"), "" + slices, row))) {
            String last = row.equals("wait") ? "Epoll.poll" : "Fd.read";
            for (int line = 0; line < LINES; line++) {
                // row, variant, nanoseconds, and those beyond plain
                String[] words = child.readLine(TIMEOUT_SECONDS).split(":");
                results.add(name(), words[1], words[0], TIME, "ns", Double.parseDouble(words[2]));
                results.add(name(), words[1], words[0], MORE, "ns", Double.parseDouble(words[3]));
                if (words[1].equals(last)) {
                    return;
                }
            }
        }
    }

    @Override
    public void report(Results results, Markdown out) {
        out.paragraph("`wait` is an `epoll_wait` that finds nothing, `read` a `read` that gives EAGAIN, by FFM "
                + "directly and, in the last line of each, by the library.");
        out.metric(results, name(), TIME, Optional.empty());
        out.metric(results, name(), MORE, Optional.empty());
    }
}
