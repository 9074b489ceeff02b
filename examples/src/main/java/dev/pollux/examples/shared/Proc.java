package dev.pollux.examples.shared;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code /proc/PID} says of a process. */
public record Proc(long pid) {
    private static final double TICKS_PER_SECOND = 100;

    /** What its descriptors are, as the kernel names them. */
    public List<String> descriptors() throws IOException {
        List<String> targets = new ArrayList<>();
        try (DirectoryStream<Path> links = Files.newDirectoryStream(file("fd"))) {
            for (Path link : links) {
                try {
                    targets.add(Files.readSymbolicLink(link).toString());
                } catch (NoSuchFileException e) {
                    // closed since it was listed
                }
            }
        }
        return targets;
    }

    public long sockets() throws IOException {
        return descriptors().stream().filter(target -> target.startsWith("socket:")).count();
    }

    /** Memory of its own that it has in RAM: not its mapped files, and not the kernel's socket buffers. */
    public long residentBytes() throws IOException {
        for (String line : Files.readAllLines(file("status"))) {
            if (line.startsWith("RssAnon:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("no RssAnon in " + file("status"));
    }

    /** The CPU time that it has used. */
    public double cpuSeconds() throws IOException {
        String[] stat = stat();
        return (Long.parseLong(stat[11]) + Long.parseLong(stat[12])) / TICKS_PER_SECOND;
    }

    /** The fields of its stat from the state on, which is the first. */
    public String[] stat() throws IOException {
        String stat = Files.readString(file("stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    private Path file(String name) {
        return Path.of("/proc", Long.toString(pid), name);
    }
}
