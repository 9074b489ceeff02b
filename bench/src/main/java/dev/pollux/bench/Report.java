package dev.pollux.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a run found, as {@code results.json}, {@code report.md} and the charts. */
final class Report {
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private final Map<String, String> machine;
    private final boolean quick;
    private final Map<Part, Results> parts = new LinkedHashMap<>();

    /** The whole of a results.json. What was cut short is missing in older ones. */
    private record Document(Map<String, String> machine, boolean quick, List<String> notes,
            Map<String, List<String>> cutShort, List<Results.Series> samples) { }

    Report(Map<String, String> machine, boolean quick) {
        this.machine = machine;
        this.quick = quick;
    }

    /** Reads back what a run wrote about the parts that there are. */
    static Report read(Path directory, List<Part> known) throws IOException {
        Document document = GSON.fromJson(Files.readString(directory.resolve("results.json")), Document.class);
        Report report = new Report(document.machine, document.quick);
        for (Part part : known) {
            Results results = report.of(part);
            document.samples.stream().filter(s -> s.part().equals(part.name)).forEach(results::add);
            String prefix = part.name + ": ";
            document.notes.stream().filter(note -> note.startsWith(prefix))
                    .forEach(note -> results.note(note.substring(prefix.length())));
            if (document.cutShort != null) {
                document.cutShort.getOrDefault(part.name, List.of()).forEach(results::cutShort);
            }
        }
        return report;
    }

    /** Makes room for parts that are measured again. */
    Report without(List<Part> again, Map<String, String> machine) {
        for (Part part : again) {
            parts.put(part, new Results(part.name));
            of(part).note("measured in a run of its own, " + machine.entrySet().stream()
                    .map(fact -> fact.getKey() + " " + fact.getValue()).collect(Collectors.joining("; ")));
        }
        return this;
    }

    /** The results of a part, to be filled. */
    synchronized Results of(Part part) {
        return parts.computeIfAbsent(part, p -> new Results(p.name));
    }

    /** The text of one part, as it is also printed when the part is done. */
    static String text(Part part, Results results) {
        Markdown out = new Markdown(results);
        if (!results.cuts().isEmpty()) {
            out.paragraph("**Cut short: " + String.join("; ", results.cuts()) + ".**");
        }
        part.report(results, out);
        return out.toString();
    }

    /** Writes all files; called after each part, so that a run that ends early leaves what it has. */
    synchronized void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<String> notes = new ArrayList<>();
        Map<String, List<String>> cuts = new LinkedHashMap<>();
        List<Results.Series> samples = new ArrayList<>();
        Markdown out = new Markdown(new Results("report")).heading(1, "What Pollux costs");
        out.paragraph("Measured on " + machine.get("date") + " by `bench/run`. The figures are medians, with their "
                + "quartiles in brackets; × is the ratio to C, taken round by round." + (quick
                ? " **This was a quick run: a look, not a measurement.**" : ""));
        targets(out);
        for (Map.Entry<Part, Results> entry : parts.entrySet()) {
            Part part = entry.getKey();
            Results results = entry.getValue();
            results.notes().forEach(note -> notes.add(part.name + ": " + note));
            if (results.isEmpty()) {
                continue;
            }
            samples.addAll(results.all());
            if (!results.cuts().isEmpty()) {
                cuts.put(part.name, results.cuts());
            }
            out.heading(2, part.title);
            Optional<Charts.Figure> chart = part.chart(results).filter(figure -> !figure.isEmpty());
            if (chart.isPresent()) {
                Charts.write(chart.get(), directory);
                out.paragraph(Charts.markdown(chart.get()));
            }
            out.append(text(part, results));
        }
        if (!notes.isEmpty()) {
            out.heading(2, "Notes");
            notes.forEach(note -> out.paragraph("- " + note));
        }
        List<List<String>> facts = new ArrayList<>();
        machine.forEach((name, value) -> facts.add(List.of(name, value)));
        out.heading(2, "The machine").table(List.of("", ""), facts);
        Files.writeString(directory.resolve("results.json"),
                GSON.toJson(new Document(machine, quick, notes, cuts, samples)) + "\n");
        Files.writeString(directory.resolve("report.md"), out.toString().stripTrailing() + "\n");
    }

    private void targets(Markdown out) {
        List<List<String>> rows = new ArrayList<>();
        parts.forEach((part, results) -> part.targets(results).forEach(target -> rows.add(List.of(target.what(),
                target.goal(), target.measured(), (target.met() ? "met" : "**missed**")
                + (results.cuts().isEmpty() ? "" : ", cut short")))));
        if (!rows.isEmpty()) {
            out.heading(2, "Targets").table(List.of("through the public API", "goal", "measured", ""), rows);
        }
    }
}
