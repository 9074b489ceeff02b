package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class IdleTest {
    /** A wait that finds anything but the ten that are ready ends the measurement. */
    @Test
    void everyWayToWaitFindsTheTenThatAreReady() throws Exception {
        Plan plan = new Plan(true, 0, List.of(), new NativeCode(Main.bench()));
        Results results = new Results();
        new Idle().run(plan, results, new Idle.Size(1, 1, 3, 200));
        assertEquals(Set.of("epoll-10", "poll-10", "select-10", "epoll-30", "poll-30", "select-30", "epoll-100",
                "poll-100", "select-100", "epoll-200", "poll-200", "select-200"),
                results.rows("idle", "time of one wait"));
        for (String row : List.of("epoll-200", "poll-200", "select-200")) {
            assertTrue(results.find("idle", row, "Pollux", "time of one wait").orElseThrow().median() > 0);
        }
        assertTrue(results.find("idle", "epoll-200", CallRow.CONSUMER, "time of one wait").isPresent());
        assertEquals(NativeCode.onPath("cc"), results.find("idle", "poll-200", "C", "time of one wait").isPresent());
        assertEquals(1, new Idle().targets(results).size());
    }
}
