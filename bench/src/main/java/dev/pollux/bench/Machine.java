package dev.pollux.bench;

import io.netty.util.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the figures were measured on. */
final class Machine {
    private Machine() { }

    /** Names and values, taken at the start of a run. */
    static Map<String, String> describe() throws IOException, InterruptedException {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("CPU", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
        facts.put("load average at the start", Files.readString(Path.of("/proc/loadavg")).strip());
        facts.put("memory", memory());
        facts.put("kernel", "Linux " + Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
        facts.put("libc", output("getconf", "GNU_LIBC_VERSION"));
        facts.put("C compiler", output("cc", "--version"));
        facts.put("JDK", System.getProperty("java.vm.name") + " " + Runtime.version());
        facts.put("Netty", String.valueOf(Version.identify().get("netty-transport-classes-epoll")));
        facts.put("JNA", com.sun.jna.Native.VERSION);
        return facts;
    }

    /** A line of a file in /proc, or nothing. */
    private static Optional<String> line(String file, String prefix) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", file))) {
            return lines.filter(line -> line.startsWith(prefix)).findFirst();
        }
    }

    private static String cpu() throws IOException {
        return line("cpuinfo", "model name").map(line -> line.substring(line.indexOf(':') + 1).strip())
                .orElse(System.getProperty("os.arch"));
    }

    private static String memory() throws IOException {
        return line("meminfo", "MemTotal").map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .map(kib -> Markdown.fixed(kib / 1048576.0, 1) + " GiB").orElse("unknown");
    }

    /** The hard or the soft limit of RLIMIT_NOFILE; the JVM raises its own to the hard one when it starts. */
    static long openFiles(boolean hard) throws IOException {
        String limit = line("self/limits", "Max open files").orElseThrow().split(" {2,}")[hard ? 2 : 1];
        return limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit);
    }

    private static String output(String... command) throws IOException, InterruptedException {
        if (!NativeCode.onPath(command[0])) {
            return "none";
        }
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.lines().findFirst().orElse("unknown");
    }
}
