package dev.pollux.examples.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.SigSet;
import dev.pollux.examples.shared.ExampleProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Signals as watchers. A signal has to be blocked when the JVM is started, so the loop is in a process of its own. */
@Timeout(60)
class SignalTest {
    /** libuv's we_get_signals and we_get_signal_one_shot. */
    @Test
    void eachWatcherGetsItsSignalUntilItIsClosed() throws Exception {
        Path tests = Path.of(System.getProperty("basedir", ""), "target", "test-classes");
        List<String> command = new ArrayList<>(List.of("env", "--block-signal=USR1,URG"));
        command.addAll(ExampleProcess.command());
        int module = command.indexOf("--module");
        command.set(module + 1, "dev.pollux.examples/" + SignalChild.class.getName());
        command.addAll(module, List.of("--patch-module", "dev.pollux.examples=" + tests));
        try (ExampleProcess child = new ExampleProcess(new ProcessBuilder(command))) {
            child.awaitLine("waiting");
            for (int i = 1; i <= 3; i++) {
                child.signal("USR1");
                assertEquals("USR1 " + i, child.awaitLine("USR1"));
            }
            child.signal("URG");
            assertEquals("URG 1", child.awaitLine("URG"));
            child.signal("URG"); // nobody reads it any more, and it ends nothing
            child.signal("USR1");
            assertEquals("USR1 4", child.awaitLine("USR"));
            assertEquals(0, child.exitCode(), child.stderr()::toString);
            assertEquals(List.of(), child.restOfStdout());
        }
    }

    @Test
    void signalThatIsNotBlockedIsRefusedWithTheCommandThatHelps() throws Exception {
        try (Loop loop = new Loop((_, e) -> e.printStackTrace())) {
            assertTrue(assertThrows(IllegalStateException.class, () -> loop.signal(SigSet.SIGUSR1, _ -> { }))
                    .getMessage().contains("--block-signal"));
            assertEquals(0, loop.counted);
        }
    }
}
