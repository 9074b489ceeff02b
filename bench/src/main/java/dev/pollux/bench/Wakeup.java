package dev.pollux.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How long it takes two threads to wake each other. */
final class Wakeup extends Part {
    static final String SELECTOR = "Selector.wakeup";

    Wakeup() {
        super("wakeup", "Waking up", Results.C,
                "The way there and back: two wake-ups, two waits, two reads, between two threads.");
    }

    @Override
    void run(Plan plan, Results results) throws Exception {
        PingPong.measure(plan, results, "", plan.rounds(results, 3, 15), plan.pick(5_000, 50_000),
                plan.library("wakeup").map(Path::toString).orElse("-"));
    }

    @Override
    List<Target> targets(Results results) {
        List<Target> targets = new ArrayList<>();
        for (String row : results.rows("p50")) {
            String what = "wake-up p50, " + row;
            Target.atMost(what, 1.08, results.ratio(row, Results.POLLUX, Results.C, "p50"), Results.C)
                    .ifPresent(targets::add);
            Target.atMost(what, 1, results.ratio(row, Results.POLLUX, CallRow.NETTY, "p50"), CallRow.NETTY)
                    .ifPresent(targets::add);
        }
        return targets;
    }
}
