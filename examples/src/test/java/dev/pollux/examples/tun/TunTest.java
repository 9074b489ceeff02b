package dev.pollux.examples.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command {@code tun}, and ping. */
@Timeout(180)
class TunTest {
    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void everybodyInItsNetworkAnswersPing() throws Exception {
        assumeTrue(runs("ping", "-V"), "needs ping");
        assumeTrue(runs("unshare", "-rn", "sh", "-c", "exec 3<>/dev/net/tun"), "needs unshare -rn, and /dev/net/tun");
        List<String> command = new ArrayList<>(List.of("unshare", "-rn"));
        command.addAll(ExampleProcess.command("tun", "--", "ping", "-c", "3", "-i", "0.2", "-s", "1400", "10.9.0.77"));
        try (ExampleProcess example = new ExampleProcess(new ProcessBuilder(command))) {
            assertEquals(0, example.exitCode(), () -> example.stderr().toString());
            assertTrue(example.restOfStdout().toString().contains("3 received"), () -> example.stdout().toString());
        }
    }
}
