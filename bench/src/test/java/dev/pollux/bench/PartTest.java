package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.bench.virtual.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** That each part measures all of its rows; what it measures here means nothing. */
@Timeout(120)
class PartTest {
    private static final NativeCode CODE = new NativeCode(Main.bench());

    private final Results results = new Results("part");

    static Plan plan(String... rows) {
        return new Plan(true, 1, List.of(rows), Optional.empty(), CODE);
    }

    private double median(String row, String contestant, String metric) {
        return results.find(row, contestant, metric).orElseThrow().median();
    }

    @Test
    void theWakeUpsOfEveryContestantAreReported() throws Exception {
        new Wakeup().run(plan("all cores"), results);
        assertTrue(results.contestants("p50").containsAll(List.of(Results.POLLUX, Wakeup.SELECTOR)));
        assertEquals(NativeCode.onPath("cc"), results.contestants("p50").contains(Results.C));
        assertEquals(Set.of("p50", "p99", "p99.9"), results.metrics());
        results.all().forEach(series -> assertTrue(series.median() > 0, series::toString));
    }

    /** A wait that finds anything but the ten that are ready ends the measurement. */
    @Test
    void everyWayToWaitFindsTheTenThatAreReady() throws Exception {
        new Idle().run(plan(), results, new Idle.Size(1, 1, 3, 200));
        assertEquals(Set.of("epoll-10", "poll-10", "select-10", "epoll-30", "poll-30", "select-30", "epoll-100",
                "poll-100", "select-100", "epoll-200", "poll-200", "select-200"), results.rows(Idle.TIME));
        for (String row : List.of("epoll-200", "poll-200", "select-200")) {
            assertTrue(median(row, Results.POLLUX, Idle.TIME) > 0);
        }
        assertTrue(results.contestants(Idle.TIME).containsAll(List.of(CallRow.CONSUMER, CallRow.KEYS)));
        assertEquals(NativeCode.onPath("cc"), results.find("poll-200", Results.C, Idle.TIME).isPresent());
        assertEquals(1, new Idle().targets(results).size());
    }

    @Test
    void everyVariantIsComparedWithThePlainCall() throws Exception {
        new Variants().run(plan(), results);
        String more = "more than " + VariantRow.PLAIN;
        assertEquals(0, median(VariantRow.PLAIN, "wait", more));
        assertEquals(results.rows(Calls.TIME), results.rows(more));
        assertTrue(results.rows(more).containsAll(List.of("Epoll.poll", "Fd.read", "syscall(2)")));
    }

    /** The load generator compares what every server sends with what it was sent. */
    @Test
    void everyServerAnswersInEveryScenario() throws Exception {
        new Echo().run(plan(), results, new Echo.Size(1, 10, 2, 20));
        Set<String> rows = results.rows(Echo.RATE);
        assertEquals(6, rows.size());
        for (String metric : List.of(Echo.RATE, Echo.CPU, "latency p50", "latency p99.9", "resident memory")) {
            Set<String> contestants = results.contestants(metric);
            assertTrue(contestants.containsAll(Set.of(Results.POLLUX, CallRow.CONSUMER, CallRow.KEYS, "Netty NIO")),
                    contestants::toString);
            assertEquals(NativeCode.onPath("cc"), contestants.contains(Results.C));
            for (String contestant : contestants) {
                double sum = 0;
                for (String row : rows) {
                    double[] samples = results.find(row, contestant, metric).orElseThrow().samples();
                    assertEquals(2, samples.length);
                    assertTrue(samples[0] >= 0 && samples[1] >= 0, () -> contestant + ", " + row + ", " + metric);
                    sum += samples[0] + samples[1];
                }
                assertTrue(sum > 0, () -> contestant + ", " + metric);
            }
        }
    }

    /** The load generator compares here, too. */
    @Test
    void everyKindOfThreadWaitsIsWokenAndAnswers() throws Exception {
        new Virtual().run(plan("all cores", "120", "150", "50 on one"), results,
                new Virtual.Size(1, 100, List.of(120, 150), List.of(50, 60), 1, 20, 20));
        Set<String> all = Arrays.stream(Kind.values()).map(Kind::contestant).collect(Collectors.toSet());
        for (String percent : List.of("p50", "p99", "p99.9")) {
            assertEquals(all, results.contestants(Virtual.TRIP + percent));
            assertEquals(Set.of("all cores"), results.rows(Virtual.TRIP + percent));
        }
        Set<String> servers = results.contestants(Echo.RATE);
        assertTrue(servers.containsAll(Set.of("Pollux virtual", "JDK virtual", "Pollux platform")), servers::toString);
        for (String server : servers) {
            for (String row : List.of("120", "150")) {
                assertTrue(median(row, server, Echo.RATE) > 0);
                double threads = median(row, server, Virtual.THREADS);
                assertEquals(!server.contains("virtual"), threads > Integer.parseInt(row), server + ": " + threads);
                // a read and a write at the least, but for requests that are under way at the end
                results.find(row, server, Virtual.SYSTEM_CALLS)
                        .ifPresent(calls -> assertTrue(calls.median() > 1.9 && calls.median() < 20, calls::toString));
                // of requests that are begun and not ended, or the other way round, one of the two
                results.find(row, server, Virtual.SYSTEM_CALLS_AT_SPEED)
                        .ifPresent(calls -> assertTrue(calls.median() > 1 && calls.median() < 20, calls::toString));
            }
            assertTrue(results.find("150", server, Virtual.MEMORY).isPresent());
            assertTrue(results.find("under load, 150", server, "bystander late p99").isPresent());
        }
        for (String counted : List.of(Virtual.SYSTEM_CALLS, Virtual.SYSTEM_CALLS_AT_SPEED)) {
            assertTrue(results.contestants(counted).equals(servers)
                    || results.notes().stream().anyMatch(note -> note.startsWith("no " + counted)), counted);
        }
        assertEquals(Set.of("50 on one"), results.rows(Virtual.ALL_AWAKE));
        assertTrue(median("50 on one", "Pollux virtual", Virtual.CPU_AWAKE) > 0);
        assertTrue(Report.text(new Virtual(), results).contains("| JDK virtual"), "tables");
    }

    /** Each way counts the bytes that it has received. */
    @Test
    void everyWayReceivesAllDatagrams() throws Exception {
        new Udp().run(plan(), results, 12_800);
        assertEquals(Set.of("64 bytes", "1000 bytes"), results.rows(Udp.TIME));
        assertEquals(Set.of(Udp.CHANNEL, Udp.SINGLE, Udp.BATCHES, Udp.SEGMENTS), results.contestants(Udp.TIME));
        results.all().forEach(series -> assertTrue(series.median() > 0, series::toString));
        assertTrue(results.cuts().getFirst().startsWith("12800 datagrams"));
    }

    @Test
    void everyShapeOfTheHttpServerAnswersAndItsAcceptsAreCounted() throws Exception {
        new Workers().run(plan(), results, new Workers.Size(1, 0, 1));
        if (!NativeCode.onPath("wrk")) {
            assertEquals(List.of("no wrk, so nothing is measured"), results.notes());
            return;
        }
        Set<String> rows = Set.of("hello", "hello-reconnect", "hash-64KiB");
        for (String metric : List.of(Echo.RATE, Echo.CPU, "latency p50", "latency p99")) {
            assertEquals(rows, results.rows(metric));
            for (String row : rows) {
                for (String contestant : List.of(Workers.POOL, "SO_REUSEPORT", "EPOLLEXCLUSIVE")) {
                    assertTrue(median(row, contestant, metric) > 0, () -> contestant + ", " + row + ", " + metric);
                }
            }
        }
        int loops = Runtime.getRuntime().availableProcessors();
        assertEquals(loops > 1 ? Set.of("SO_REUSEPORT", "EPOLLEXCLUSIVE") : Set.of(),
                results.contestants(Workers.BUSIEST));
        for (Results.Series series : results.all()) {
            if (series.metric().equals(Workers.BUSIEST)) {
                assertTrue(series.median() >= 100.0 / loops && series.median() <= 100, series::toString);
            }
        }
    }

    @Test
    void everyProgramHasItsEventWithAndWithoutACache() throws Exception {
        new Start().run(plan(), results, 1);
        for (String row : List.of("cold", "AOT-cache")) {
            for (String contestant : List.of(Results.POLLUX, "Selector", Start.DOWNCALL, "empty main")) {
                assertTrue(median(row, contestant, "first event") > 0);
            }
        }
        assertEquals(4, new Start().targets(results).size());
    }

    /** The load generator refuses answers of another length or kind. */
    @Test
    void bothKeyValueServersAnswerInEveryScenario() throws Exception {
        assumeTrue(NativeCode.onPath("redis-server"), "no redis-server: apt install redis-server");
        new Kv().run(plan(), results, new Kv.Size(1, 20, 2, 20, 50, 2000, 100, 200));
        Set<String> servers = Set.of(Results.POLLUX, Kv.REDIS);
        for (String row : List.of("GET-1", "SET-1", "GET-16", "SET-16", "GET-64", "SET-64")) {
            for (String server : servers) {
                assertEquals(2, results.find(row, server, Echo.CPU).orElseThrow().samples().length);
                assertTrue(median(row, server, Kv.MOST) > 0);
                assertTrue(median(row, server, Kv.LOADER) > 0);
            }
        }
        assertTrue(median("idle-100", Results.POLLUX, Echo.CPU) > 0);
        assertTrue(median("minute", Kv.REDIS, "latency p99.9") > 0);
        assertTrue(median("minute", Results.POLLUX, Kv.PAUSE) >= 0);
        assertTrue(median("million", Kv.REDIS, Kv.MEMORY) > 0);
        assertEquals(servers, results.contestants(Kv.BENCHMARK));
        assertTrue(results.rows(Kv.BENCHMARK).size() >= 20, () -> results.rows(Kv.BENCHMARK).toString());
        assertEquals(6 + 6 + 2 + 1 + 1 + 1 + 1, new Kv().targets(results).size());
        assertTrue(Report.text(new Kv(), results).contains("| GET-16"), "tables");
    }

    @Test
    void aRowWhoseLoaderWasTooBusyIsVoid() {
        for (String server : List.of(Results.POLLUX, Kv.REDIS)) {
            results.add("GET-1", server, Echo.CPU, "µs", 1);
            results.add("GET-1", server, Kv.LOADER, "%", server.equals(Kv.REDIS) ? 71 : 69);
        }
        Target target = new Kv().targets(results).getFirst();
        assertFalse(target.met());
        assertTrue(target.measured().startsWith("void, the loader was 71 % busy"), target.measured());
    }

    @Test
    void requestsAreCountedAndTheCollectorsLogIsRead() throws Exception {
        new Garbage().run(plan(), results, new Garbage.Size(1, 100, 100_000, 20_000));
        assertTrue(median("50x16B-pipelined", Results.POLLUX, "requests answered") >= 100_000);
        assertTrue(results.contestants(Garbage.COLLECTIONS).containsAll(List.of(Results.POLLUX, CallRow.KEYS)));
        // not compiled yet, all of them leave something
        assertTrue(results.contestants("allocated").stream()
                .anyMatch(contestant -> median("50x16B-pipelined", contestant, "allocated") > 0));
        assertEquals(List.of(), results.cuts());
    }

    @Test
    void fewerAnswersThanAskedForAreACutPart() throws Exception {
        new Garbage().run(plan(), results, new Garbage.Size(1, 10, 1_000_000_000L, 100));
        assertTrue(results.cuts().getFirst().matches("Pollux answered \\d+ of 1000000000 requests in 0 s"));
    }

    @Test
    void eachCollectionIsFoundOnceAndWithItsCause(@TempDir Path directory) throws Exception {
        Path log = Files.writeString(directory.resolve("gc.log"), """
                [0.003s][info][gc] Using Serial
                [3.363s][info][gc,start    ] GC(0) Pause Young (Allocation Failure)
                [3.365s][info][gc,heap     ] GC(0) DefNew: 17472K(19648K)->2176K(19648K)
                [3.365s][info][gc          ] GC(0) Pause Young (Allocation Failure) 18M->2M(61M) 1.766ms
                [3.821s][info][gc,start    ] GC(1) Pause Full (Diagnostic Command)
                [3.825s][info][gc          ] GC(1) Pause Full (Diagnostic Command) 3M->2M(61M) 3.480ms
                """);
        assertEquals(Map.of(0, "Pause Young (Allocation Failure)", 1, "Pause Full (Diagnostic Command)"),
                Garbage.pauses(log));
    }
}
