package dev.pollux.examples.shared;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TerminalTest {
    private static final int TERMINAL = 136 << 8 | 3;
    private static final int DEV_NULL = 1 << 8 | 3;

    @Test
    void terminalIsOutOfReachInTheBackgroundOnly() {
        String stat = "7 (a) b) S 1 %d 5 " + TERMINAL + " %d 4194304 0 0";
        assertFalse(Terminal.isOutOfReach(stat.formatted(70, 70), TERMINAL));
        assertTrue(Terminal.isOutOfReach(stat.formatted(70, 71), TERMINAL));
        assertTrue(Terminal.isOutOfReach(stat.formatted(70, 71), 5 << 8), "/dev/tty");
        assertFalse(Terminal.isOutOfReach(stat.formatted(70, 71), DEV_NULL));
        assertFalse(Terminal.isOutOfReach(stat.formatted(70, 71), TERMINAL + 1), "another terminal");
        assertFalse(Terminal.isOutOfReach("7 (java) S 1 70 5 0 -1 4194304 0 0", TERMINAL), "no controlling terminal");
        assertFalse(Terminal.isOutOfReach("7 (java) S 1 70 5 0 -1 4194304 0 0", 0), "a pipe");
    }
}
