package dev.pollux;

import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.internal.Architecture;
import dev.pollux.internal.Seccomp;
import java.io.File;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.constant.ClassDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runnable jar that shows a user what works on a machine. */
@Timeout(120)
class SelfTestTest {
    private static final int NR_EPOLL_PWAIT2 = 441; // asm-generic/unistd.h

    @TempDir
    Path temporary;

    private record Run(int exit, String output) {
        /** What is said of the row with this name. */
        String row(String name) {
            return output.lines().filter(line -> line.contains(" " + name)).findFirst().orElseThrow(() ->
                    new AssertionError("no row " + name + " in\n" + output));
        }
    }

    private Process launch(List<String> options, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("-jar", jar()));
        all.addAll(List.of(arguments));
        return java(all);
    }

    private Process java(List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Djava.io.tmpdir=" + temporary);
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String jar() throws Exception {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of("target"), "pollux-*-selftest.jar")) {
            return jars.iterator().next().toString();
        }
    }

    private Run run(List<String> options, String... arguments) throws Exception {
        return ended(launch(options, arguments));
    }

    private static Run ended(Process process) throws Exception {
        process.onExit().orTimeout(100 * Support.PATIENCE, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly());
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private static boolean isFiltered() throws Exception {
        return Files.readString(Path.of("/proc/self/status")).contains("Seccomp:\t2");
    }

    @Test
    void hereNothingIsWrongAndNothingIsLeftBehind() throws Exception {
        Run run = run(List.of("--illegal-native-access=deny"));
        assertEquals(0, run.exit, run.output);
        assertTrue(run.output.contains("\nWRONG: 0\n"), run.output);
        assertFalse(run.output.contains("WARNING"), run.output);
        assertTrue(run.row("epoll_create1, epoll_ctl").contains("supported"), run.output);
        assertTrue(run.row("epoll_create1, epoll_ctl").contains("16 bytes")
                != (Architecture.CURRENT == Architecture.X86_64), run.output);
        assertTrue(run.output.contains("\nlibc ") && run.output.contains("\nJDK "), run.output);
        try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary)) {
            assertFalse(left.iterator().hasNext(), "something is left in the temporary directory");
        }
    }

    @Test
    void whatAFilterForbidsIsRefusedOrFallsBackAndIsNotWrong() throws Exception {
        Refused.assumeAllowed();
        assumeTrue(!isFiltered(), "there is a filter already");
        Process filtered = from(() -> {
            assertNull(Seccomp.refuse(NR_EPOLL_PWAIT2, Errno.EPERM));
            assertNull(Seccomp.refuse(Refused.MEMFD_CREATE.number(), Errno.ENOSYS));
            return launch(List.of());
        });
        Run run = ended(filtered);
        assertEquals(0, run.exit, run.output);
        assertTrue(run.row("epoll_pwait2").startsWith("falls back") && run.row("epoll_pwait2").contains("EPERM"),
                run.output);
        assertTrue(run.row("memfd_create").startsWith("refused") && run.row("memfd_create").contains("ENOSYS"),
                run.output);
        assertTrue(run.output.contains("with a filter of system calls"), run.output);
    }

    @Test
    void withoutACallThatItNeedsItFails() throws Exception {
        Refused.assumeAllowed();
        Run run = ended(from(() -> {
            assertNull(Seccomp.refuse(Refused.EVENTFD2.number(), Errno.EPERM));
            return launch(List.of());
        }));
        assertEquals(1, run.exit, run.output);
        assertTrue(run.row("eventfd, read, write").startsWith("WRONG"), run.output);
    }

    /** On a thread of its own, which alone has the filter, and what is started from it. */
    private static Process from(Callable<Process> call) throws Exception {
        FutureTask<Process> task = start(call);
        return Support.get(task);
    }

    @Test
    void theLayoutsOfAnotherArchitectureAreFoundToBeWrong() throws Exception {
        String here = Architecture.CURRENT.name().toLowerCase(Locale.ROOT);
        String other = Architecture.CURRENT == Architecture.X86_64 ? "aarch64" : "x86_64";
        Path twins = temporary.resolve("twins");
        for (String name : List.of("epoll_event", "arch_h")) {
            ClassDesc replaced = ClassDesc.of("dev.pollux.generated." + here + "." + name);
            Path file = twins.resolve("dev/pollux/generated/" + here + "/" + name + ".class");
            Files.createDirectories(file.getParent());
            String taken = "/dev/pollux/generated/" + other + "/" + name + ".class";
            try (InputStream in = Epoll.class.getResourceAsStream(taken)) {
                ClassFile classFile = ClassFile.of();
                ClassModel original = classFile.parse(in.readAllBytes()); // which does not mention itself
                Files.write(file, classFile.build(replaced, twin -> original.forEach(twin)));
            }
        }
        Run run = ended(java(List.of("--enable-native-access=ALL-UNNAMED", "-cp", twins + File.pathSeparator + jar(),
                "dev.pollux.selftest.SelfTest")));
        assertEquals(1, run.exit, run.output);
        assertTrue(run.row("epoll_create1, epoll_ctl").startsWith("WRONG"), run.output);
        assertTrue(run.row("open, openat; O_DIRECTORY").startsWith("WRONG"), run.output);
        assertTrue(run.row("poll; pollfd").startsWith("supported"), "what does not differ: " + run.output);
    }

    @Test
    void aRowWithoutAnAnswerIsWrongAndDoesNotKeepTheOthers() throws Exception {
        Run run = run(List.of(), "0");
        assertEquals(1, run.exit, run.output);
        assertTrue(run.row("timerfd").contains("no answer within 0 s"), run.output);
    }

    @Test
    void onAnotherSystemItSaysWhatTheLibrarySays() throws Exception {
        Run run = run(List.of("-Dos.name=Mac OS X"));
        assertEquals(1, run.exit, run.output);
        assertTrue(run.output.contains("WRONG: Pollux is for Linux, and this is Mac OS X"), run.output);
        assertNotEquals(-1, run.output.indexOf("isSupported false"), run.output);
    }
}
