package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StartTest {
    @Test
    void everyProgramHasItsEventWithAndWithoutACache() throws Exception {
        Plan plan = new Plan(true, 0, List.of(), new NativeCode(Main.bench()));
        Results results = new Results();
        new Start().run(plan, results, 1);
        for (String row : List.of("cold", "AOT-cache")) {
            for (String contestant : List.of("Pollux", "Selector", "empty main")) {
                assertTrue(results.find("start", row, contestant, "first event").orElseThrow().median() > 0);
            }
        }
        assertEquals(2, new Start().targets(results).size());
    }
}
