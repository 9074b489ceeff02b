package dev.pollux;

import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests can fail: each of these faults is found by the test that is there for it, within a minute. */
@Timeout(150)
class BrokenTwinTest {
    private static final long MINUTE = 60_000_000_000L * Support.PATIENCE;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource
    void aTestCatchesIt(BrokenTwin twin) throws Exception {
        assumeTrue(twin != BrokenTwin.NO_BARRIER || aLoadPassesAStore(),
                "no load passes a store here: a single processor, or an emulator that keeps stronger order");
        long start = System.nanoTime();
        String output = twin.run(directory, true);
        long took = System.nanoTime() - start;
        assertTrue(twin.isCaught(output), () -> twin + ": " + output);
        assertTrue(took < MINUTE, () -> twin + " took " + took);
    }

    /** So it is the fault that is caught, and not that the class was read and written. */
    @ParameterizedTest
    @EnumSource
    void withoutTheFaultTheSameTestPasses(BrokenTwin twin) throws Exception {
        String output = twin.run(directory, false);
        assertTrue(BrokenTwin.isPassed(output), () -> twin + ": " + output);
    }

    /**
     * Whether one thread's load can come before its store for another thread, which is what the barrier is against: the
     * first stores and loads, the other has a fence between the two.
     */
    private static boolean aLoadPassesAStore() throws Exception {
        AtomicInteger round = new AtomicInteger();
        AtomicInteger first = new AtomicInteger();
        AtomicInteger second = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        FutureTask<Void> other = start(() -> {
            byte[] far = new byte[1 << 24];
            long random = 1;
            for (int i = 1; round.get() >= 0; i++) {
                while (round.get() >= 0 && round.get() < i) {
                    Thread.onSpinWait();
                }
                // stores that miss the cache hold up the one that follows
                for (int store = 0; store < 4; store++) {
                    random = random * 0x5DEECE66DL + 11;
                    far[(int) (random >>> 40)] = 1;
                }
                first.setOpaque(i);
                boolean missed = second.getOpaque() != i;
                seen.set(missed ? -i : i);
            }
            return null;
        });
        boolean passes = false;
        long start = System.nanoTime();
        for (int i = 1; !passes && System.nanoTime() - start < MINUTE / 6; i++) {
            round.set(i);
            for (int pause = i % 512; pause > 0; pause--) {
                Thread.onSpinWait();
            }
            second.set(i);
            boolean missed = first.get() != i;
            while (Math.abs(seen.get()) != i) {
                Thread.onSpinWait();
            }
            passes = missed && seen.get() == -i;
        }
        round.set(-1);
        get(other);
        return passes;
    }
}
