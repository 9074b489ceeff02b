package dev.pollux.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A network of its own for an example, and for the programs that look at it, or change it. */
public final class OwnNetwork {
    /** Who may make one gets no user namespace: in one, tcpdump does not run. */
    private static final boolean PRIVILEGED = runs("unshare", "-n", "true");

    private OwnNetwork() { }

    /** Whether a command runs, and ends well. */
    public static boolean runs(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.onExit().join().exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Skips the test where there is no such network, or no pair of interfaces in it. */
    public static void assumeAllowed() {
        assumeTrue(runs("ip", "-V"), "needs ip (Debian: iproute2)");
        List<String> pair = List.of("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
        assumeTrue(runs(command(pair).toArray(String[]::new)), "needs unshare -rn, and veth");
    }

    /** The command line that runs another in a new network, of which it is root. */
    public static List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(List.of("unshare", PRIVILEGED ? "-n" : "-rn"));
        all.addAll(command);
        return all;
    }

    /** A process in the network of another. */
    public static ProcessBuilder enter(Process other, String... command) {
        List<String> all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(other.pid()), "-n"));
        all.addAll(PRIVILEGED ? List.of("--") : List.of("-U", "--preserve-credentials", "--"));
        all.addAll(List.of(command));
        return new ProcessBuilder(all).redirectErrorStream(true);
    }

    /** Runs lines of a shell there; returns what they print. */
    public static String sh(Process other, String lines) throws IOException, InterruptedException {
        Process process = enter(other, "sh", "-ec", lines).start();
        String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        return output;
    }
}
