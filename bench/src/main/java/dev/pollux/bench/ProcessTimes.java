package dev.pollux.bench;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says about a process. */
public final class ProcessTimes {
    static {
        Native.register(ProcessTimes.class, "c");
    }

    private ProcessTimes() { }

    private static native int clock_getcpuclockid(int pid, int[] clock);

    private static native int clock_gettime(int clock, long[] time);

    /**
     * The CPU time of all threads that a process has and has had, in nanoseconds: {@code /proc/PID/stat} counts in
     * hundredths of a second, and the sum of {@code /proc/PID/task} forgets the threads that have ended.
     */
    public static long cpuNanos(long pid) throws IOException {
        int[] clock = new int[1];
        long[] time = new long[2];
        if (clock_getcpuclockid((int) pid, clock) != 0 || clock_gettime(clock[0], time) != 0) {
            throw new IOException("no CPU time of process " + pid);
        }
        return time[0] * 1_000_000_000 + time[1];
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
