package dev.pollux.examples.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code terminal}, in a window of tmux. */
@Timeout(180)
class LineEditorTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir
    Path folder;

    private String tmux(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("tmux", "-u", "-S", folder.resolve("socket").toString(),
                "-f", "/dev/null"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @AfterEach
    void end() throws Exception {
        if (Files.exists(folder.resolve("socket"))) {
            tmux("kill-server");
        }
    }

    private void await(String text) throws Exception {
        long start = System.nanoTime();
        String screen;
        do {
            assertTrue(System.nanoTime() - start < PATIENCE_NANOS, "no '" + text + "' on the screen");
            Thread.sleep(20);
            screen = tmux("capture-pane", "-p");
        } while (!screen.contains(text));
    }

    @Test
    void linesAreEditedTheWindowChangesAndTheTerminalIsRestored() throws Exception {
        try {
            new ProcessBuilder("tmux", "-V").start().waitFor();
        } catch (IOException e) {
            assumeTrue(false, "needs tmux: " + e.getMessage());
        }
        String run = ExampleProcess.command("terminal").stream().map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        Path script = Files.writeString(folder.resolve("script"), "stty -a >" + folder + "/before\n" + run
                + "\necho ended $?\nstty -a >" + folder + "/after\necho compared\nexec cat\n");
        tmux("new-session", "-d", "-x", "80", "-y", "24", "sh " + script);
        await("window: 80 x 24");
        tmux("send-keys", "hllo", "Home", "Right", "e", "End", " w\u00f6rlx", "BSpace", "d");
        await("> hello w\u00f6rld");
        tmux("send-keys", "Enter");
        await("line: hello w\u00f6rld");
        tmux("resize-window", "-x", "60", "-y", "20");
        await("window: 60 x 20");
        tmux("send-keys", "C-d");
        await("ended 0");
        await("compared");
        String size = "rows \\d+; columns \\d+";
        assertEquals(Files.readString(folder.resolve("before")).replaceFirst(size, ""),
                Files.readString(folder.resolve("after")).replaceFirst(size, ""));
    }
}
