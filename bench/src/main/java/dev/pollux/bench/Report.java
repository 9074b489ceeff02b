package dev.pollux.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes what a run found: {@code results.json}, {@code report.md} and the charts. */
final class Report {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private Report() { }

    /** The whole of a results.json. */
    record Document(Map<String, String> machine, boolean quick, List<String> notes, List<Results.Series> samples) { }

    /** Reads back what a run wrote. */
    static Document read(Path directory) throws IOException {
        return GSON.fromJson(Files.readString(directory.resolve("results.json")), Document.class);
    }

    /** The text of one part, as it is also printed when the part is done. */
    static String text(Part part, Results results) {
        Markdown out = new Markdown();
        part.report(results, out);
        return out.toString();
    }

    static void write(Path directory, List<Part> parts, boolean quick, Map<String, String> machine, Results results)
            throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("results.json"),
                GSON.toJson(new Document(machine, quick, results.notes(), results.all())) + "\n");

        Markdown out = new Markdown().heading(1, "What Pollux costs");
        out.paragraph("Measured on " + machine.get("date") + " by `bench/run`. The figures are medians, with their "
                + "quartiles in brackets; × is the ratio to C, taken round by round." + (quick
                ? " **This was a quick run: a look, not a measurement.**" : ""));
        targets(parts, results, out);
        for (Part part : parts) {
            if (!results.parts().contains(part.name())) {
                continue;
            }
            out.heading(2, part.title());
            for (Charts.Figure figure : part.charts(results)) {
                Charts.write(figure, directory);
                out.paragraph(Charts.markdown(figure));
            }
            part.report(results, out);
        }
        if (!results.notes().isEmpty()) {
            out.heading(2, "Notes");
            results.notes().forEach(note -> out.paragraph("- " + note));
        }
        out.heading(2, "The machine");
        List<List<String>> facts = new ArrayList<>();
        machine.forEach((name, value) -> facts.add(List.of(name, value)));
        out.table(List.of("", ""), facts);
        Files.writeString(directory.resolve("report.md"), out.toString().stripTrailing() + "\n");
    }

    private static void targets(List<Part> parts, Results results, Markdown out) {
        List<List<String>> rows = new ArrayList<>();
        for (Part part : parts) {
            for (Target target : part.targets(results)) {
                rows.add(List.of(target.what(), target.goal(), target.measured(), target.met() ? "met" : "**missed**"));
            }
        }
        if (!rows.isEmpty()) {
            out.heading(2, "Targets").table(List.of("through the public API", "goal", "measured", ""), rows);
        }
    }
}
