package dev.pollux.bench;

import java.nio.file.Path;
import java.util.List;

/** What the ways cost in which the library could make its calls: the reasons for the ones it takes. */
final class Variants extends Part {
    Variants() {
        super("variants", "Variants of a call", "", "`wait` is an `epoll_wait` that finds nothing, `read` a `read`"
                + " that gives EAGAIN, by FFM directly and, in the last line of each, by the library.");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        String library = plan.library("calls").map(Path::toString).orElse("-");
        int rounds = plan.rounds(results, 1, 9);
        for (int round = 1; round <= rounds; round++) {
            plan.progress("variants: JVM " + round + " of " + rounds + " for each row");
            for (String row : List.of("wait", "read")) {
                if (plan.wants(row)) {
                    Plan.collect(Plan.java(Slices.class, name, library, plan.pick(100, 500), 60, row), results);
                }
            }
        }
    }
}
