package dev.pollux.examples.soak;

import dev.pollux.examples.echo.Backend;
import dev.pollux.examples.shared.Jvm;
import dev.pollux.examples.shared.Proc;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An echo server in a process of its own. */
final class SoakServer implements Closeable {
    private static final Pattern READY = Pattern.compile("echo \\(.*\\) listening on 127.0.0.1:(\\d+), pid \\d+");
    /** A heap that is in memory from the start: what grows later is native memory. */
    private static final int HEAP_KIB = 16 * 1024;
    private static final int HEAP_KIB_PER_CLIENT = 4;

    /** What it keeps for a client that does not read: so much that it is often written in parts. */
    static final int BUFFER = 2 * 1024 * 1024;

    final InetSocketAddress address;
    final Proc proc;
    private final Process process;
    private final AtomicInteger emfile = new AtomicInteger();
    /** Whatever else it said. */
    private final List<String> complaints = new ArrayList<>();

    /** Starts one that may have that many open files. */
    SoakServer(Backend backend, int openFiles) throws IOException {
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "ulimit -n \"$0\" && exec \"$@\"", Integer.toString(openFiles)));
        String heap = HEAP_KIB + HEAP_KIB_PER_CLIENT * openFiles + "k";
        command.addAll(Jvm.command(
                List.of("-XX:+UseSerialGC", "-Xms" + heap, "-Xmx" + heap, "-XX:+AlwaysPreTouch"), "echo", "--backend",
                backend.toString(), "--port", "0", "--buffer", Integer.toString(BUFFER)));
        ProcessBuilder builder = new ProcessBuilder(command);
        // a malloc that gives what is kept for a client back to the kernel, rather than one that learns to keep some
        builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
        process = Jvm.start(builder);
        proc = new Proc(process.pid());
        Thread.ofPlatform().daemon().start(() -> listen(process.errorReader()));
        String line = process.inputReader().readLine();
        Matcher ready = READY.matcher(line == null ? "" : line);
        if (!ready.matches()) {
            close();
            throw new IOException("the server does not listen: " + line + " " + complaints());
        }
        address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), Integer.parseInt(ready.group(1)));
    }

    private void listen(BufferedReader stderr) {
        try (stderr) {
            for (String line = stderr.readLine(); line != null; line = stderr.readLine()) {
                if (line.contains("EMFILE")) {
                    emfile.incrementAndGet();
                } else {
                    synchronized (complaints) {
                        complaints.add(line);
                    }
                }
            }
        } catch (IOException e) {
            // it has ended
        }
    }

    /** How often it said, at most once a second, that it had no descriptor for a new connection. */
    int emfile() {
        return emfile.get();
    }

    List<String> complaints() {
        synchronized (complaints) {
            return List.copyOf(complaints);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
