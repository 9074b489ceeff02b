package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class HostileCallsTest {
    private static final long CALLS = 300_000 / Support.PATIENCE;

    /** Where the calls bind sockets to names of random bytes, which are relative ones as a rule. */
    @TempDir
    Path directory;

    @Test
    void throwOnlyWhatIsDocumentedAndCrashNothing() throws Exception {
        long seed = System.nanoTime();
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xmx512m", "-XX:-CreateCoredumpOnCrash",
                "-cp", Path.of("target", "classes").toAbsolutePath() + ":"
                        + Path.of("target", "test-classes").toAbsolutePath(),
                HostileCalls.class.getName(), Long.toString(seed), Long.toString(CALLS))
                .directory(directory.toFile()).redirectErrorStream(true).start();
        child.onExit().orTimeout(150 * Support.PATIENCE, TimeUnit.SECONDS).exceptionally(e -> child.destroyForcibly());
        String output = new String(child.getInputStream().readAllBytes());
        assertEquals(0, child.waitFor(), output);
        assertTrue(output.contains("returned="), output);
    }
}
