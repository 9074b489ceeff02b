package dev.pollux.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * How much to measure, and with what.
 *
 * @param quick whether a look is enough
 * @param rounds how often, if not as often as each part does it by itself; 0 for that
 * @param rows the only rows to measure; none means all
 * @param against an older jar of the library, to be measured beside this one
 * @param code the C code that is measured beside
 */
record Plan(boolean quick, int rounds, List<String> rows, Optional<Path> against, NativeCode code) {
    private static final int SILENCE_SECONDS = 120;

    /** One of two amounts. */
    <T> T pick(T whenQuick, T whenFull) {
        return quick ? whenQuick : whenFull;
    }

    /** How often to measure, unless the command line says it; fewer rounds than in a full run are reported. */
    int rounds(Results results, int whenQuick, int whenFull) {
        int planned = rounds > 0 ? rounds : pick(whenQuick, whenFull);
        if (planned < whenFull) {
            results.cutShort("rounds: " + planned + " instead of " + whenFull);
        }
        return planned;
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

    /** Runs a program that prints samples, one a line, until it ends by itself. */
    static void collect(List<String> command, Results results) throws IOException, InterruptedException {
        try (Child child = new Child(command)) {
            child.readAll(SILENCE_SECONDS, line -> results.add(Sample.parse(line)));
            child.expectSuccess();
        }
    }

    /**
     * The command of another JVM like this one: the JDK, the class path, the permissions; then options, the class and
     * its arguments, some of them in lists.
     */
    static List<String> java(Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow",
                "-cp", System.getProperty("java.class.path")));
        for (Object argument : arguments) {
            switch (argument) {
                case Class<?> main -> command.add(main.getName());
                case List<?> several -> several.forEach(one -> command.add(one.toString()));
                default -> command.add(argument.toString());
            }
        }
        return command;
    }

    /** All of them, each time beginning with another one. */
    static <T> List<T> inTurn(Collection<T> all, int round) {
        List<T> turned = new ArrayList<>(all);
        Collections.rotate(turned, -round);
        return turned;
    }
}
