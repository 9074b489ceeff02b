package dev.pollux.examples.tun;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.OwnNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command {@code tun}, and ping. */
@Timeout(180)
class TunTest {
    @Test
    void everybodyInItsNetworkAnswersPing() throws Exception {
        assumeTrue(OwnNetwork.runs("ping", "-V"), "needs ping");
        assumeTrue(OwnNetwork.runs("unshare", "-rn", "sh", "-c", "exec 3<>/dev/net/tun"),
                "needs unshare -rn, and /dev/net/tun");
        List<String> command = OwnNetwork.command(
                ExampleProcess.command("tun", "--", "ping", "-c", "3", "-i", "0.2", "-s", "1400", "10.9.0.77"));
        try (ExampleProcess example = new ExampleProcess(new ProcessBuilder(command))) {
            assertEquals(0, example.exitCode(), () -> example.stderr().toString());
            assertTrue(example.restOfStdout().toString().contains("3 received"), () -> example.stdout().toString());
        }
    }
}
