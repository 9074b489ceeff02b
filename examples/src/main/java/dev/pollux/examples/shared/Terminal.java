package dev.pollux.examples.shared;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What job control of the shell means for a process that reads its terminal; see credentials(7) and proc_pid_stat(5).
 */
public final class Terminal {
    private static final Path STDIN = Path.of("/proc/self/fd/0");
    private static final Path STAT = Path.of("/proc/self/stat");

    /** The number of /dev/tty, major 5 and minor 0: the controlling terminal, whichever it is. */
    private static final long DEV_TTY = 5 << 8;

    private Terminal() { }

    /**
     * Whether stdin is a terminal of which this process is in the background: a read from it would raise SIGTTIN, which
     * stops the process. It changes with every {@code fg} and {@code bg}.
     */
    public static boolean stdinIsOutOfReach() throws IOException {
        return isOutOfReach(Files.readString(STAT), ((Number) Files.getAttribute(STDIN, "unix:rdev")).longValue());
    }

    static boolean isOutOfReach(String stat, long device) {
        // "pid (name) state ppid pgrp session tty_nr tpgid ...", and the name may hold anything
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        int processGroup = Integer.parseInt(fields[2]);
        int terminal = Integer.parseInt(fields[4]);
        int foregroundGroup = Integer.parseInt(fields[5]);
        boolean stdinIsTerminal = terminal != 0 && (device == terminal || device == DEV_TTY);
        return stdinIsTerminal && processGroup != foregroundGroup;
    }
}
