package dev.pollux.selftest;

import dev.pollux.ErrnoException;
import dev.pollux.Pollux;
import dev.pollux.internal.CLibrary;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Shows what of Pollux works on this machine, and that its layouts are the kernel's:
 *
 * <pre>java -jar pollux-VERSION-selftest.jar [SECONDS]</pre>
 *
 * A line for each call and each layout, and exit code 0 if nothing is wrong, else 1. What this kernel or a filter of
 * system calls refuses is not wrong, unless the library can do nothing without it. A row that has no answer after so
 * many seconds, 30 if not given, is wrong. It needs no network but that of the machine itself, and writes into a
 * temporary directory only, which it deletes.
 */
public final class SelfTest {
    /** What is said of a row. */
    enum Result {
        SUPPORTED("supported"),
        /** The kernel or libc does not have it, and the library does it in another way. */
        FALLS_BACK("falls back"),
        /** The kernel does not have it, or forbids it. */
        REFUSED("refused"),
        /** This machine or process does not allow to find out. */
        NOT_TRIED("not tried"),
        WRONG("WRONG");

        final String text;

        Result(String text) {
            this.text = text;
        }
    }

    /** The result of a row, and more about it. */
    record Answer(Result result, String detail) {
        static Answer supported(String detail) {
            return new Answer(Result.SUPPORTED, detail);
        }
    }

    /** Finds out; what it throws says that it is wrong, an {@link ErrnoException} that the kernel refuses. */
    @FunctionalInterface
    interface Check {
        Answer run(Path directory) throws Exception;
    }

    /** One line; nothing goes without what is required. */
    record Row(String name, boolean required, Check check) { }

    private SelfTest() { }

    /**
     * Prints the table.
     *
     * @param args the limit for each row in seconds, or nothing
     * @throws IOException if there is no temporary directory
     */
    public static void main(String[] args) throws IOException {
        long seconds = args.length == 0 ? 30 : Long.parseLong(args[0]);
        System.exit(new SelfTest().run(seconds) ? 0 : 1);
    }

    private boolean run(long seconds) throws IOException {
        String version = SelfTest.class.getPackage().getImplementationVersion();
        line("Pollux", version == null ? "of an unknown version" : version);
        line("system", System.getProperty("os.name") + " " + System.getProperty("os.version") + " on "
                + System.getProperty("os.arch") + ", processors: " + Runtime.getRuntime().availableProcessors());
        line("JDK", Runtime.version() + ", " + System.getProperty("java.vendor") + ", "
                + System.getProperty("java.vm.name"));
        line("isSupported", Boolean.toString(Pollux.isSupported()));
        List<Row> rows;
        try {
            line("libc", libc());
            line("process", process());
            rows = Rows.all();
        } catch (LinkageError e) {
            System.out.println("\n" + Result.WRONG.text + ": " + e.getMessage());
            return false;
        }
        Map<Result, Integer> counts = new EnumMap<>(Result.class);
        Path directory = Files.createTempDirectory("pollux-selftest");
        try {
            for (Row row : rows) {
                Answer answer = answer(row, directory, seconds);
                counts.merge(answer.result, 1, Integer::sum);
                System.out.printf("%-11s %-45s %s%n", answer.result.text, row.name, answer.detail);
            }
        } finally {
            delete(directory);
        }
        System.out.println();
        for (Result result : Result.values()) {
            System.out.println(result.text + ": " + counts.getOrDefault(result, 0));
        }
        return !counts.containsKey(Result.WRONG);
    }

    private static void line(String name, String value) {
        System.out.printf("%-11s %s%n", name, value);
    }

    /** Of a row, on a thread that is left behind if it does not come back. */
    private static Answer answer(Row row, Path directory, long seconds) {
        FutureTask<Answer> task = new FutureTask<>(() -> row.check.run(directory));
        Thread thread = Thread.ofPlatform().daemon().name("row").start(task);
        try {
            return task.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return answer(row, e.getCause());
        } catch (TimeoutException e) {
            StackTraceElement[] stack = thread.getStackTrace();
            return new Answer(Result.WRONG, "no answer within " + seconds + " s"
                    + (stack.length == 0 ? "" : ", at " + stack[0]));
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    private static Answer answer(Row row, Throwable thrown) {
        if (thrown instanceof ErrnoException refused) {
            return new Answer(row.required ? Result.WRONG : Result.REFUSED, refused.getMessage());
        }
        StackTraceElement[] stack = thrown.getStackTrace();
        return new Answer(Result.WRONG, thrown + (stack.length == 0 ? "" : ", at " + stack[0]));
    }

    /** The name of the C library, and of glibc the version. */
    @SuppressWarnings("restricted")
    private static String libc() {
        if (CLibrary.current() != CLibrary.GLIBC) {
            return "musl";
        }
        Linker linker = Linker.nativeLinker();
        SymbolLookup libc = linker.defaultLookup();
        try {
            MemorySegment version = (MemorySegment) linker.downcallHandle(
                    libc.findOrThrow("gnu_get_libc_version"), FunctionDescriptor.of(ValueLayout.ADDRESS)).invoke();
            return "glibc " + version.reinterpret(64).getString(0);
        } catch (Throwable e) {
            throw new IllegalStateException("gnu_get_libc_version", e);
        }
    }

    /** What may keep a process from what its kernel can do. */
    private static String process() throws IOException {
        String seccomp = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("Seccomp:")).map(line -> line.substring(8).strip())
                .findFirst().orElse("unknown");
        return switch (seccomp) {
            case "0" -> "no filter of system calls";
            case "unknown" -> "whether there is a filter of system calls is unknown";
            default -> "with a filter of system calls";
        } + ", open files: " + Rows.openFiles();
    }

    private static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException failed) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
