package dev.pollux.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A page in Markdown, whose tables can be read without rendering them, too. */
final class Markdown {
    private final StringBuilder text = new StringBuilder();
    private final Results results;
    private final String mark;

    /** A page about a part: where that was cut short, each table says so in its first cell. */
    Markdown(Results results) {
        this.results = results;
        mark = results.cuts().isEmpty() ? "" : " (cut short)";
    }

    Markdown heading(int level, String title) {
        text.append("#".repeat(level)).append(' ').append(title).append("\n\n");
        return this;
    }

    Markdown paragraph(String paragraph) {
        text.append(paragraph).append("\n\n");
        return this;
    }

    Markdown append(String markdown) {
        text.append(markdown);
        return this;
    }

    /** A table whose first column is text and whose others are figures. */
    Markdown table(List<String> header, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>(List.of(new ArrayList<>(header)));
        all.getFirst().set(0, header.getFirst() + mark);
        all.addAll(rows);
        int[] widths = new int[header.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(3, all.stream().mapToInt(row -> row.get(column).length()).max().orElseThrow());
        }
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                String space = " ".repeat(widths[i] - row.get(i).length());
                text.append("| ").append(i == 0 ? row.get(i) + space : space + row.get(i)).append(' ');
            }
            text.append("|\n");
            if (row == all.getFirst()) {
                for (int i = 0; i < widths.length; i++) {
                    text.append(i == 0 ? "| " + "-".repeat(widths[i]) + " " : "| " + "-".repeat(widths[i] - 1) + ": ");
                }
                text.append("|\n");
            }
        }
        text.append('\n');
        return this;
    }

    /** Rows × contestants of one metric: median (quartiles) ×ratio to a baseline, if that is a contestant. */
    Markdown metric(String metric, String baseline) {
        Set<String> contestants = results.contestants(metric);
        List<List<String>> rows = new ArrayList<>();
        String unit = "";
        for (String row : results.rows(metric)) {
            List<String> cells = new ArrayList<>(List.of(row));
            for (String contestant : contestants) {
                Optional<Results.Series> series = results.find(row, contestant, metric);
                unit = series.map(Results.Series::unit).orElse(unit);
                cells.add(series.map(Markdown::quartiles).orElse("") + (contestant.equals(baseline) ? ""
                        : results.ratio(row, contestant, baseline, metric).map(r -> " ×" + fixed(r.median(), 2))
                                .orElse("")));
            }
            rows.add(cells);
        }
        List<String> header = new ArrayList<>(List.of(metric + (unit.isEmpty() ? "" : ", " + unit)));
        header.addAll(contestants);
        return table(header, rows);
    }

    /** "134.7 (133–136)", or only the median where there is one sample. */
    static String quartiles(Results.Series s) {
        String median = number(s.median());
        return s.samples().length < 2 ? median
                : median + " (" + number(s.percentile(25)) + "–" + number(s.percentile(75)) + ")";
    }

    /** Four digits that count: 0.0123, 1.08, 134.7, 3952. */
    static String number(double value) {
        double size = Math.abs(value);
        if (value == Math.rint(value) && size < 1e9) {
            return fixed(value, 0);
        }
        return fixed(value, size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4);
    }

    static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
