package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Epoll;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** That the bench works; what it measures here means nothing. */
@Timeout(120)
class BenchTest {
    private static final NativeCode CODE = new NativeCode(Main.bench());
    private static final Plan FULL = new Plan(false, 0, List.of(), Optional.empty(), CODE);

    static Stream<String> rows() {
        return Stream.concat(CallRow.ROWS.stream(), Stream.of("select-64", "poll-64", "epoll-64", "select-fd3000",
                "poll-fd3000", "epoll-fd3000", "idle-300", "idleChannels-300"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyContestantOfARowReadsWhatItMust(String row) throws Throwable {
        try (CallRow call = new CallRow(row, CODE.library("calls"))) {
            assertTrue(call.get().size() > 1 || !NativeCode.onPath("cc"), "a comparison");
            for (int n : new int[] {1, 3, 600}) {
                for (Contestant contestant : call.get()) {
                    contestant.run(n);
                }
            }
        }
    }

    @Test
    void aContestantThatReadsSomethingElseIsFoundOut() {
        Contestant lazy = new Contestant("row", "lazy", Contestant.loop(i -> i == 0 ? 0 : 1), n -> n);
        assertThrows(IllegalStateException.class, () -> lazy.run(10));
    }

    @Test
    void everyLoopHasAClassOfItsOwn() {
        Contestant.Step step = i -> 1;
        assertNotSame(Contestant.loop(step).getClass(), Contestant.loop(step).getClass());
    }

    /** The present library stands in for an old one: what counts is that its classes are others. */
    @Test
    void anOldLibraryDoesTheSameWorkWithClassesOfItsOwn(@TempDir Path directory) throws Throwable {
        Path jar = Start.jar(Epoll.class, directory);
        try (OldLibrary old = new OldLibrary(jar, "pipe"); CallRow call = new CallRow("pipe", Optional.empty())) {
            Contestant contestant = old.contestants().getFirst();
            assertEquals(List.of(OldLibrary.NAME), old.contestants().stream().map(Contestant::name).toList());
            contestant.run(600);
            assertFalse(call.getClass().isInstance(old.row()), "the same class");
        }
        Results results = new Results("calls");
        Calls.measure(new Plan(true, 1, List.of(), Optional.of(jar), CODE), List.of("poll1"), 20, 50, 0, results);
        assertTrue(results.ratio("poll1", Results.POLLUX, OldLibrary.NAME, Calls.TIME).isPresent());
        assertTrue(Report.text(new Calls(), results).contains("÷ old"));
    }

    @Test
    void aReportHasTablesTargetsChartsAndTheMachine(@TempDir Path directory) throws Exception {
        Report report = new Report(Map.of("date", "today"), false);
        Calls calls = new Calls();
        Results results = report.of(calls);
        Calls.measure(FULL, List.of("poll1"), 20, 50, 0, results);
        results.note("something");
        report.write(directory);

        String text = Files.readString(directory.resolve("report.md"));
        assertTrue(text.contains("| poll1 "), text);
        assertTrue(text.contains("today"), text);
        assertFalse(text.toLowerCase().contains("cut short"), text);
        if (CODE.library("calls").isPresent()) {
            assertTrue(text.contains("≤ 1.08 × C"), text);
            assertTrue(Files.readString(directory.resolve("calls-dark.svg")).contains("</svg>"));
            assertTrue(text.contains("calls-light.svg"), text);
        }
        Results read = Report.read(directory, List.of(calls)).of(calls);
        assertEquals(List.of("something"), read.notes());
        assertEquals(results.all().size(), read.all().size());
        assertEquals(results.find("poll1", Results.POLLUX, Calls.TIME).map(Results.Series::median),
                read.find("poll1", Results.POLLUX, Calls.TIME).map(Results.Series::median));
        Report.read(directory, List.of(calls)).write(directory);
        assertEquals(text, Files.readString(directory.resolve("report.md")));
    }

    /** A part with one sample, which then fails or does not. */
    private static Part part(boolean fails, int fullRounds) {
        return new Part("some", "Some part") {
            @Override
            void run(Plan plan, Results results) throws IOException {
                plan.rounds(results, 1, fullRounds);
                results.add("row", Results.POLLUX, "time", "ns", 1);
                if (fails) {
                    throw new IOException("no more of it");
                }
            }

            @Override
            List<Target> targets(Results results) {
                return List.of(Target.atMost("time", 2, " ns", 1));
            }
        };
    }

    @Test
    void aPartThatIsMeasuredAgainTakesItsPlaceBesideTheOthers(@TempDir Path directory) throws Exception {
        Part again = part(false, 5);
        Part other = new Part("other", "Another part") {
            @Override
            void run(Plan plan, Results results) {
                results.add("its row", Results.POLLUX, "time", "ns", 2);
            }
        };
        Report first = new Report(Map.of("date", "then"), false);
        Main.measure(again, FULL, first, directory);
        Main.measure(other, FULL, first, directory);
        Report second = Report.read(directory, List.of(again, other)).without(List.of(again), Map.of("date", "now"));
        Main.measure(again, FULL, second, directory);
        Report merged = Report.read(directory, List.of(again, other));
        assertEquals(1, merged.of(again).all().getFirst().samples().length);
        assertEquals(1, merged.of(other).all().size());
        assertEquals(List.of("measured in a run of its own, date now"), merged.of(again).notes());
        assertTrue(Files.readString(directory.resolve("report.md")).contains("Measured on then"));
    }

    /** Measures it, and reads the report that is made of the results.json. */
    private static String report(Path directory, Plan plan, boolean fails) throws Exception {
        Part part = part(fails, 5);
        assertEquals(!fails, Main.measure(part, plan, new Report(Map.of(), plan.quick()), directory));
        Report.read(directory, List.of(part)).write(directory);
        return Files.readString(directory.resolve("report.md"));
    }

    @Test
    void aPartThatWasCutShortSaysSoInItsTables(@TempDir Path directory) throws Exception {
        String full = report(directory, FULL, false);
        assertFalse(full.toLowerCase().contains("cut short"), full);

        String failed = report(directory, FULL, true);
        assertTrue(failed.contains("**Cut short: failed: no more of it.**"), failed);
        String quick = report(directory, new Plan(true, 0, List.of(), Optional.empty(), CODE), false);
        assertTrue(quick.contains("**Cut short: a quick run; rounds: 1 instead of 5.**"), quick);
        String fewRounds = report(directory, new Plan(false, 4, List.of(), Optional.empty(), CODE), false);
        assertTrue(fewRounds.contains("**Cut short: rounds: 4 instead of 5.**"), fewRounds);
        for (String text : List.of(failed, quick, fewRounds)) {
            assertTrue(text.contains("| time, ns (cut short) |"), text);
            assertTrue(text.contains("| met, cut short |"), text);
        }
    }

    @Test
    void aRatioIsTakenRoundByRound() {
        Results results = new Results("part");
        for (int round = 1; round <= 3; round++) { // a machine that gets slower and slower
            results.add("row", Results.C, "time", "ns", 10 * round);
            results.add("row", Results.POLLUX, "time", "ns", 11 * round);
        }
        Results.Series ratio = results.ratio("row", Results.POLLUX, Results.C, "time").orElseThrow();
        assertEquals(1.1, ratio.median(), 1e-9);
        assertEquals(1.1, ratio.max(), 1e-9);
        assertEquals(Optional.empty(), results.ratio("row", "nobody", Results.C, "time"));
    }

    @Test
    void figuresShowWhatCounts() {
        List<String> shown = new ArrayList<>();
        for (double value : new double[] {0, 0.01234, 1.076, 12.345, 134.72, 3952.4}) {
            shown.add(Markdown.number(value));
        }
        assertEquals(List.of("0", "0.0123", "1.08", "12.35", "134.7", "3952"), shown);
    }
}
