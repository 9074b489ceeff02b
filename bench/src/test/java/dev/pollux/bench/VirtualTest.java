package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.bench.virtual.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class VirtualTest {
    /** The load generator compares what every server sends with what it was sent. */
    @Test
    void everyKindOfThreadWaitsIsWokenAndAnswers() throws Exception {
        Plan plan = new Plan(true, 0, List.of("all cores", "120", "150"), new NativeCode(Main.bench()));
        Results results = new Results();
        new Virtual().run(plan, results, new Virtual.Size(1, 100, 100, List.of(120, 150), 1, 20, 20));

        Set<String> all = Arrays.stream(Kind.values()).map(Kind::contestant).collect(Collectors.toSet());
        for (String metric : Virtual.TRIPS) {
            assertEquals(all, results.contestants("virtual", metric));
            assertEquals(Set.of("all cores"), results.rows("virtual", metric));
        }
        Set<String> servers = results.contestants("virtual", Virtual.RATE);
        assertTrue(servers.containsAll(Set.of("Pollux virtual", "JDK virtual", "Pollux platform")), servers::toString);
        for (String server : servers) {
            for (String row : List.of("120", "150")) {
                assertTrue(results.find("virtual", row, server, Virtual.RATE).orElseThrow().median() > 0);
                double threads = results.find("virtual", row, server, Virtual.THREADS).orElseThrow().median();
                boolean virtual = server.contains("virtual");
                assertEquals(!virtual, threads > Integer.parseInt(row), server + " has " + threads + " threads");
            }
            assertTrue(results.find("virtual", "150", server, Virtual.MEMORY).isPresent());
            assertTrue(results.find("virtual", "under load, 150", server, "bystander late p99").isPresent());
        }
        assertTrue(Report.text(new Virtual(), results).contains("| JDK virtual"), "tables");
    }
}
