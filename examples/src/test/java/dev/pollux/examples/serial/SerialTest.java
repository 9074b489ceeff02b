package dev.pollux.examples.serial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code serial}, on both ends of a line that socat makes. */
@Timeout(180)
class SerialTest {
    @TempDir
    Path folder;

    private Process socat;
    private String one;
    private String other;

    @BeforeEach
    void connect() throws Exception {
        one = folder.resolve("one").toString();
        other = folder.resolve("other").toString();
        try {
            socat = new ProcessBuilder("socat", "pty,link=" + one, "pty,raw,echo=0,link=" + other).start();
        } catch (IOException e) {
            assumeTrue(false, "needs socat: " + e.getMessage());
        }
        while (!Files.exists(Path.of(one)) || !Files.exists(Path.of(other))) {
            assertTrue(socat.isAlive());
            Thread.sleep(5);
        }
    }

    @AfterEach
    void disconnect() {
        if (socat != null) {
            socat.destroy();
        }
    }

    private static String stty(String device) throws Exception {
        Process stty = new ProcessBuilder("stty", "-a", "-F", device).redirectErrorStream(true).start();
        String output = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, stty.waitFor(), output);
        return words(output);
    }

    /** How it is broken into lines depends on the width of the terminal. */
    private static String words(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    @Test
    void settingsAreThoseThatSttyPrints() throws Exception {
        for (String device : List.of(one, other)) {
            try (ExampleProcess example = ExampleProcess.start("serial", device)) {
                assertEquals(0, example.exitCode());
                assertEquals(stty(device), words(String.join("\n", example.restOfStdout())));
            }
        }
    }

    @Test
    void framesArriveAt250000BaudAndTheLineIsRestored() throws Exception {
        String before = stty(one);
        try (ExampleProcess listener = ExampleProcess.start("serial", one, "--baud", "250000", "--silence", "300")) {
            assertTrue(listener.awaitLine("baud").startsWith("speed 250000 baud;"));
            listener.awaitLine("isig");
            try (ExampleProcess _ = ExampleProcess.start("serial", other, "--baud", "250000", "--ask",
                    "010300000002")) {
                assertEquals("frame 01 03 00 00 00 02 c4 0b", listener.awaitLine("frame"));
                Files.write(Path.of(other), new byte[] {1, 2, 3, 4, 5});
                assertEquals("frame 01 02 03 04 05 (wrong checksum)", listener.awaitLine("frame"));
            }
            listener.signal("TERM");
            assertEquals(143, listener.exitCode());
        }
        assertEquals(before, stty(one));
    }

    @Test
    void whatTheLineCannotDoIsOneLineAndExitCodeTwo() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("serial", one, "--baud", "9600", "--parity", "even")) {
            assertEquals(2, example.exitCode());
            List<String> complaint = example.restOfStderr();
            assertEquals(1, complaint.size(), complaint::toString);
            assertTrue(complaint.getFirst().contains("c_cflag is without PARENB"), complaint::toString);
        }
    }
}
