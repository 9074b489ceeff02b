package dev.pollux.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** That the benchmarks run; what they measure here means nothing. */
@Timeout(120)
class EpollBenchTest {
    @Test
    void runsWithEachParameter() throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder().include(EpollBench.class.getName())
                .forks(0).warmupIterations(0).measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(50)).shouldFailOnError(true).verbosity(VerboseMode.SILENT)
                .build()).run();
        assertEquals(6, results.size());
        for (RunResult result : results) {
            assertTrue(result.getPrimaryResult().getScore() > 0);
        }
    }
}
