package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GarbageTest {
    @Test
    void requestsAreCountedAndTheCollectorsLogIsRead() throws Exception {
        Plan plan = new Plan(true, 0, List.of(), new NativeCode(Main.bench()));
        Results results = new Results();
        new Garbage().run(plan, results, new Garbage.Size(1, 100, 100_000, 20_000));
        assertTrue(results.find("garbage", "50x16B-pipelined", "Pollux", "requests answered").orElseThrow().median()
                >= 100_000);
        assertTrue(results.contestants("garbage", Garbage.COLLECTIONS).containsAll(List.of("Pollux", CallRow.KEYS)));
        // not compiled yet, all of them leave something
        double[] allocated = results.contestants("garbage", "allocated").stream().mapToDouble(
                c -> results.find("garbage", "50x16B-pipelined", c, "allocated").orElseThrow().median()).toArray();
        assertTrue(Arrays.stream(allocated).anyMatch(bytes -> bytes > 0));
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
