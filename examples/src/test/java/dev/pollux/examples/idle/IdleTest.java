package dev.pollux.examples.idle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command {@code idle}. */
@Timeout(180)
class IdleTest {
    private static final Pattern ROW =
            Pattern.compile("(\\S+) +(\\d+) +(\\d+\\.\\d+) s +(\\d+)% +(\\d+\\.\\d+) µs");

    @Test
    void tableHasOneRowForEachBackend() throws Exception {
        assertEquals(List.of("select", "poll", "epoll", "epoll-et", "virtual"),
                backendsOf("idle", "--idle", "100", "--active", "3", "--seconds", "1"));
    }

    @Test
    void backendsMayBeChosen() throws Exception {
        assertEquals(List.of("epoll", "poll"), backendsOf(
                "idle", "--backend", "epoll", "--backend", "poll", "--idle", "5", "--active", "1", "--seconds", "1"));
    }

    private static List<String> backendsOf(String... args) throws Exception {
        try (ExampleProcess example = ExampleProcess.start(args)) {
            List<String> backends = new ArrayList<>();
            assertEquals(0, example.exitCode());
            List<String> output = example.restOfStdout();
            for (String line : output) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    backends.add(row.group(1));
                    assertTrue(Long.parseLong(row.group(2)) > 0, output::toString);
                    assertTrue(Double.parseDouble(row.group(3)) > 0, output::toString);
                    assertTrue(Double.parseDouble(row.group(5)) > 0, output::toString);
                }
            }
            assertEquals(List.of(), example.restOfStderr());
            return backends;
        }
    }

    @Test
    void tooFewOpenFilesIsOneLineAndExitCodeTwo() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"));
        command.addAll(ExampleProcess.command("idle", "--idle", "1000"));
        try (ExampleProcess example = new ExampleProcess(new ProcessBuilder(command))) {
            assertEquals(2, example.exitCode());
            List<String> complaint = example.restOfStderr();
            assertEquals(1, complaint.size(), complaint::toString);
            assertTrue(complaint.getFirst().contains("may have 100"), complaint::toString);
        }
    }
}
