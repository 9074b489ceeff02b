package dev.pollux.bench;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says about a process. */
public final class ProcessTimes {
    private static final MethodHandle GETCPUCLOCKID =
            function("clock_getcpuclockid", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    private static final MethodHandle GETTIME =
            function("clock_gettime", ValueLayout.JAVA_INT, ValueLayout.ADDRESS);

    private ProcessTimes() { }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, ValueLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments));
    }

    /**
     * The CPU time of all threads that a process has and has had, in nanoseconds: {@code /proc/PID/stat} counts in
     * hundredths of a second, and the sum of {@code /proc/PID/task} forgets the threads that have ended.
     */
    public static long cpuNanos(long pid) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment clock = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            if ((int) GETCPUCLOCKID.invokeExact((int) pid, clock) != 0
                    || (int) GETTIME.invokeExact(clock.get(ValueLayout.JAVA_INT, 0), time) != 0) {
                throw new IOException("no CPU time of process " + pid);
            }
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** The memory that the process has in RAM: VmRSS, in bytes. */
    public static long residentBytes(long pid) throws IOException {
        return status(pid, "VmRSS") * 1024;
    }

    /** The part of it that no file has: RssAnon, in bytes. */
    public static long anonymousBytes(long pid) throws IOException {
        return status(pid, "RssAnon") * 1024;
    }

    /** How many threads the process has, for the kernel. */
    public static long threads(long pid) throws IOException {
        return status(pid, "Threads");
    }

    private static long status(long pid, String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no " + field + " in /proc/" + pid + "/status");
    }
}
