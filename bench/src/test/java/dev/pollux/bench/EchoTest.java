package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EchoTest {
    /** The load generator compares what every server sends with what it was sent. */
    @Test
    void everyServerAnswersInEveryScenario() throws Exception {
        Plan plan = new Plan(true, 0, List.of(), new NativeCode(Main.bench()));
        Results results = new Results();
        new Echo().run(plan, results, new Echo.Size(1, 10, 2, 20));
        Set<String> rows = results.rows("echo", "requests");
        assertEquals(6, rows.size());
        for (String metric : List.of(
                "requests", "CPU per request", "latency p50", "latency p99.9", "resident memory")) {
            Set<String> contestants = results.contestants("echo", metric);
            assertTrue(contestants.containsAll(Set.of("Pollux", CallRow.CONSUMER, CallRow.KEYS, "Netty NIO")),
                    contestants::toString);
            assertEquals(NativeCode.onPath("cc"), contestants.contains("C"));
            for (String contestant : contestants) {
                double sum = 0;
                for (String row : rows) {
                    double[] samples = results.find("echo", row, contestant, metric).orElseThrow().samples();
                    assertEquals(2, samples.length);
                    assertTrue(samples[0] >= 0 && samples[1] >= 0, () -> contestant + ", " + row + ", " + metric);
                    sum += samples[0] + samples[1];
                }
                assertTrue(sum > 0, () -> contestant + ", " + metric);
            }
        }
    }
}
