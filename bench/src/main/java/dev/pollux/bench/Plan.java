package dev.pollux.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How much to measure, and with what.
 *
 * @param quick whether a look is enough
 * @param rounds how often, if not as often as each part does it by itself; 0 for that
 * @param rows the only rows to measure; none means all
 * @param code the C code that is measured beside
 */
record Plan(boolean quick, int rounds, List<String> rows, NativeCode code) {
    /** One of two amounts. */
    <T> T pick(T whenQuick, T whenFull) {
        return quick ? whenQuick : whenFull;
    }

    /** How often to measure, unless the command line says it. */
    int rounds(int whenQuick, int whenFull) {
        return rounds > 0 ? rounds : pick(whenQuick, whenFull);
    }

    /** Whether a row is to be measured. */
    boolean wants(String row) {
        return rows.isEmpty() || rows.contains(row);
    }

    /** Tells whoever watches. */
    void progress(String message) {
        System.err.println("bench: " + message);
    }

    /** A shared library of {@code src/main/c/NAME.c}, or nothing if there is no C compiler. */
    Optional<Path> library(String name) throws Exception {
        return code.library(name);
    }

    /** An executable of {@code src/main/c/NAME.c}, or nothing if there is no C compiler. */
    Optional<Path> program(String name) throws Exception {
        return code.program(name);
    }

    /** The command of another JVM like this one: the JDK, the class path, the permissions; then options and class. */
    static List<String> java(String... optionsClassAndArguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(optionsClassAndArguments));
        return command;
    }
}
