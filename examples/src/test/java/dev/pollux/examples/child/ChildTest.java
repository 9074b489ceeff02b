package dev.pollux.examples.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ChildTest {
    @Test
    void whatItWritesIsPrintedWhileItRunsAndThenItsExitCode() throws Exception {
        try (ExampleProcess child = ExampleProcess.start("child", "--input", "go",
                "echo one; read word; echo $word >&2; sleep 2; printf two; exit 7")) {
            child.awaitLine("out  one");
            child.awaitLine("err  go");
            assertEquals(List.of("out  two", "exit 7"), child.restOfStdout());
            assertEquals(0, child.exitCode());
        }
    }

    @Test
    void oneThatIsGoneAtOnceIsToldToo() throws Exception {
        for (int i = 0; i < 5; i++) {
            try (ExampleProcess child = ExampleProcess.start("child", "exit 3")) {
                assertEquals(List.of("exit 3"), child.restOfStdout());
            }
        }
    }

    /** Whom it leaves behind has its output, too. */
    @Test
    void itsEndIsNotTheEndOfItsOutput() throws Exception {
        try (ExampleProcess child = ExampleProcess.start("child", "sleep 60 & echo one; exit 4")) {
            assertEquals(List.of("out  one", "exit 4"), child.restOfStdout());
        }
    }

    @Test
    void itsInputAndOutputMayBeASocket() throws Exception {
        ExampleProcess.requireProgram("perl");
        try (ExampleProcess child = ExampleProcess.start("child", "--socket", "--input", "hello",
                "cat; readlink /proc/self/fd/0; exit 5")) {
            List<String> lines = child.restOfStdout();
            assertEquals("out  hello", lines.getFirst());
            assertTrue(lines.get(1).startsWith("out  socket:["), lines::toString);
            assertEquals("exit 5", lines.getLast());
        }
    }

    @Test
    void itMayHaveATerminalOfItsOwn() throws Exception {
        ExampleProcess.requireProgram("setsid");
        try (ExampleProcess child = ExampleProcess.start("child", "--terminal", "--input", "hello",
                "stty size; test -t 0 && cat && echo ended >/dev/tty; exit 6")) {
            List<String> lines = child.restOfStdout();
            assertTrue(lines.contains("out  24 80\\r"), lines::toString);
            assertEquals(2, lines.stream().filter("out  hello\\r"::equals).count(), "its echo, and cat's");
            assertEquals(List.of("out  ended\\r", "exit 6"), lines.subList(lines.size() - 2, lines.size()));
        }
    }

    @Test
    void aSignalEndsBoth() throws Exception {
        try (ExampleProcess child = ExampleProcess.start("child", "echo $$; exec sleep 60")) {
            long pid = Long.parseLong(child.awaitLine("out  ").substring(5));
            child.signal("TERM");
            assertEquals(143, child.exitCode());
            ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
        }
    }
}
