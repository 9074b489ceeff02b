package dev.pollux.bench;

import java.util.Optional;

/**
 * One line of the table of targets.
 *
 * @param what the thing measured: "poll(events), none ready"
 * @param goal what it must be: "≤ 1.08 × C"
 * @param measured what it was: "1.06 × C"
 * @param met whether that is enough
 */
record Target(String what, String goal, String measured, boolean met) {
    /** A figure that must not be above its limit. */
    static Target atMost(String what, double limit, String unit, double measured) {
        return new Target(what, "≤ " + Markdown.number(limit) + unit, shown(measured) + unit, measured <= limit);
    }

    /** A figure that must not be below its limit. */
    static Target atLeast(String what, double limit, String unit, double measured) {
        return new Target(what, "≥ " + Markdown.number(limit) + unit, shown(measured) + unit, measured >= limit);
    }

    /** A median ratio that must not be above its limit; nothing if it was not measured. */
    static Optional<Target> atMost(String what, double limit, Optional<Results.Series> ratio, String baseline) {
        return ratio.map(r -> atMost(what, limit, " × " + baseline, r.median()));
    }

    /** Exactly enough to see on which side of the limit a ratio is. */
    private static String shown(double measured) {
        return measured > 0 && measured < 10 ? Markdown.fixed(measured, 3) : Markdown.number(measured);
    }
}
