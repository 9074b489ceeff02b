package dev.pollux.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Standard streams that are closed, and no file of the JVM has their number; the commands are in {@code OutputTest}. */
@Timeout(60)
class StdioTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"0", "1", "2", "0 1", "1 2", "0 1 2"})
    void aNumberThatIsFreeGoesToDevNull(String closed) throws Exception {
        List<String> expected = new ArrayList<>(List.of("pipe", "pipe", "pipe", "0"));
        for (String number : closed.split(" ")) {
            expected.set(Integer.parseInt(number), "/dev/null");
        }
        assertEquals(expected, run(closed.split(" ")));
    }

    @Test
    void whatIsOpenStaysAsItIs() throws Exception {
        assertEquals(List.of("pipe", "pipe", "pipe", "0"), run());
    }

    private List<String> run(String... closed) throws Exception {
        Path file = folder.resolve("targets");
        List<String> arguments = new ArrayList<>(List.of(file.toString()));
        arguments.addAll(List.of(closed));
        Path tests = Path.of(System.getProperty("basedir", ""), "target", "test-classes");
        List<String> command = ExampleProcess.command(List.of(), arguments.toArray(new String[0]));
        int module = command.indexOf("--module");
        command.set(module + 1, "dev.pollux.examples/" + StdioChild.class.getName());
        command.addAll(module, List.of("--patch-module", "dev.pollux.examples=" + tests));
        try (ExampleProcess child = new ExampleProcess(new ProcessBuilder(command))) {
            assertEquals(0, child.exitCode(), child.stderr()::toString);
            return Files.readAllLines(file);
        }
    }
}
