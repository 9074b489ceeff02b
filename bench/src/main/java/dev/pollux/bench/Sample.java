package dev.pollux.bench;

/**
 * One figure, also as a line that one process of the bench prints for another.
 *
 * @param row what was measured: "poll0"
 * @param contestant who: "C", "Pollux", "Netty"
 * @param metric which of its sides: "time"
 * @param unit of the figure: "ns"
 */
public record Sample(String row, String contestant, String metric, String unit, double value) {
    static Sample parse(String line) {
        String[] words = line.split("\t");
        return new Sample(words[0], words[1], words[2], words[3], Double.parseDouble(words[4]));
    }

    @Override
    public String toString() {
        return String.join("\t", row, contestant, metric, unit, Double.toString(value));
    }
}
