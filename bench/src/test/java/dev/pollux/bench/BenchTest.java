package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    static Stream<String> rows() {
        return Stream.concat(CallRow.ROWS.stream(),
                Stream.of("select-64", "poll-64", "epoll-64", "select-fd3000", "poll-fd3000", "epoll-fd3000"));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyContestantOfARowReadsWhatItMust(String row) throws Throwable {
        try (CallRow call = new CallRow(row, CODE.library("calls"))) {
            assertTrue(call.contestants().size() > 1 || !NativeCode.onPath("cc"), "a comparison");
            for (int n : new int[] {1, 3, 600}) {
                for (CallRow.Contestant contestant : call.contestants()) {
                    contestant.run(n);
                }
            }
        }
    }

    @Test
    void aContestantThatReadsSomethingElseIsFoundOut() {
        CallRow.Contestant lazy = new CallRow.Contestant("lazy", n -> n - 1, n -> n);
        assertThrows(IllegalStateException.class, () -> lazy.run(10));
    }

    @Test
    void everyContestantOfTheWakeUpIsReported() throws Exception {
        Results results = new Results();
        new Wakeup().run(new Plan(true, 1, List.of("all cores"), CODE), results);
        assertTrue(results.contestants("wakeup", "p50").containsAll(List.of(Results.POLLUX, Wakeup.SELECTOR)));
        results.all().forEach(series -> assertTrue(series.median() > 0, series::toString));
    }

    @Test
    void aReportHasTablesTargetsChartsAndTheMachine(@TempDir Path directory) throws Exception {
        Results results = new Results();
        Calls.measure("calls", new String[] {"poll1"}, CODE.library("calls"), 20, 50, 0, results);
        List<Part> parts = List.of(new Calls());
        Map<String, String> machine = new LinkedHashMap<>(Map.of("date", "today"));
        Report.write(directory, parts, true, machine, results);

        String report = Files.readString(directory.resolve("report.md"));
        assertTrue(report.contains("| poll1 "), report);
        assertTrue(report.contains("today"), report);
        if (CODE.library("calls").isPresent()) {
            assertTrue(report.contains("≤ 1.08 × C"), report);
            assertTrue(Files.readString(directory.resolve("calls-dark.svg")).contains("</svg>"));
            assertTrue(report.contains("calls-light.svg"), report);
        }
        Report.Document read = Report.read(directory);
        assertEquals(results.all().size(), read.samples().size());
        assertEquals(results.find("calls", "poll1", Results.POLLUX, Calls.TIME).map(Results.Series::median),
                read.samples().stream().filter(s -> s.contestant().equals(Results.POLLUX)
                        && s.metric().equals(Calls.TIME)).findFirst().map(Results.Series::median));
    }

    @Test
    void aRatioIsTakenRoundByRound() {
        Results results = new Results();
        for (int round = 1; round <= 3; round++) { // a machine that gets slower and slower
            results.add("part", "row", Results.C, "time", "ns", 10 * round);
            results.add("part", "row", Results.POLLUX, "time", "ns", 11 * round);
        }
        Results.Series ratio = results.ratio("part", "row", Results.POLLUX, Results.C, "time").orElseThrow();
        assertEquals(1.1, ratio.median(), 1e-9);
        assertEquals(1.1, ratio.max(), 1e-9);
        assertEquals(Optional.empty(), results.ratio("part", "row", "nobody", Results.C, "time"));
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
