package dev.pollux.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A page in Markdown, whose tables can be read without rendering them, too. */
final class Markdown {
    private final StringBuilder text = new StringBuilder();

    Markdown heading(int level, String title) {
        text.append("#".repeat(level)).append(' ').append(title).append("\n\n");
        return this;
    }

    Markdown paragraph(String paragraph) {
        text.append(paragraph).append("\n\n");
        return this;
    }

    /** A table whose first column is text and whose others are figures. */
    Markdown table(List<String> header, List<List<String>> rows) {
        int[] widths = new int[header.size()];
        List<List<String>> all = new ArrayList<>();
        all.add(header);
        all.addAll(rows);
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(Math.max(3, widths[i]), row.get(i).length());
            }
        }
        for (int r = 0; r < all.size(); r++) {
            for (int i = 0; i < widths.length; i++) {
                String cell = all.get(r).get(i);
                String space = " ".repeat(widths[i] - cell.length());
                text.append("| ").append(i == 0 ? cell + space : space + cell).append(' ');
            }
            text.append("|\n");
            if (r == 0) {
                for (int i = 0; i < widths.length; i++) {
                    text.append(i == 0 ? "| " + "-".repeat(widths[i]) + " " : "| " + "-".repeat(widths[i] - 1) + ": ");
                }
                text.append("|\n");
            }
        }
        text.append('\n');
        return this;
    }

    /** Rows × contestants of one metric: median (quartiles) ×ratio to C. */
    Markdown metric(Results results, String part, String metric) {
        return metric(results, part, metric, Optional.of(Results.C));
    }

    /** Rows × contestants of one metric, with the ratio to one of them, or without. */
    Markdown metric(Results results, String part, String metric, Optional<String> baseline) {
        Set<String> contestants = results.contestants(part, metric);
        List<List<String>> rows = new ArrayList<>();
        String unit = "";
        for (String row : results.rows(part, metric)) {
            List<String> cells = new ArrayList<>(List.of(row));
            for (String contestant : contestants) {
                Optional<Results.Series> series = results.find(part, row, contestant, metric);
                unit = series.map(Results.Series::unit).orElse(unit);
                cells.add(series.map(Markdown::quartiles).orElse("")
                        + baseline.map(b -> ratio(results, part, row, contestant, b, metric)).orElse(""));
            }
            rows.add(cells);
        }
        List<String> header = new ArrayList<>(List.of(metric + (unit.isEmpty() ? "" : ", " + unit)));
        header.addAll(contestants);
        return table(header, rows);
    }

    private static String ratio(
            Results results, String part, String row, String contestant, String baseline, String metric) {
        return contestant.equals(baseline) ? "" : results.ratio(part, row, contestant, baseline, metric)
                .map(r -> " ×" + fixed(r.median(), 2)).orElse("");
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
