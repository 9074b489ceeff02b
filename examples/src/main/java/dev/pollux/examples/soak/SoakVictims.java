package dev.pollux.examples.soak;

import dev.pollux.examples.shared.Jvm;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;

/** Processes full of clients, one after another, each killed at a moment drawn by lot. */
final class SoakVictims implements Closeable {
    static final String UNDER_WAY = "under way";
    /** Of those that do not read, more than it is ever likely to have. */
    static final int MOST_DEAF = 10;
    private static final int OPEN = 50;
    private static final int MAX_SECONDS = 60;
    private static final int LONGEST_MILLIS = 800;
    private static final long PAUSE_NANOS = 3_000_000_000L;

    private final int port;
    private final SplittableRandom random;
    private Process victim;
    private volatile boolean underWay;
    private boolean condemned;
    private long killAt;
    private long nextAt = System.nanoTime();
    private int killed;

    SoakVictims(int port, long seed) {
        this.port = port;
        random = new SplittableRandom(seed);
    }

    int killed() {
        return killed;
    }

    void tick(long now) throws IOException {
        if (victim == null && now - nextAt > 0) {
            start();
        } else if (victim != null && underWay) {
            if (!condemned) {
                condemned = true;
                killAt = now + random.nextInt(LONGEST_MILLIS) * 1_000_000L;
            } else if (now - killAt > 0) {
                kill();
                nextAt = now + PAUSE_NANOS;
            }
        } else if (victim != null && !victim.isAlive()) {
            throw new IOException("the client process to be killed ended by itself, with " + victim.exitValue());
        }
    }

    /** Kills the one that is there, but not before it has begun. */
    void finish() throws IOException {
        try {
            for (int i = 0; i < 1000 && victim != null && !underWay; i++) {
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (victim != null) {
            kill();
        }
    }

    private void start() throws IOException {
        underWay = false;
        condemned = false;
        victim = Jvm.start(new ProcessBuilder(Jvm.command(List.of("-XX:+UseSerialGC", "-Xmx64m"), "soak",
                "--port", Integer.toString(port), "--open", Integer.toString(OPEN),
                "--seconds", Integer.toString(MAX_SECONDS), "--connections", "1000000000",
                "--seed", Long.toString(random.nextLong())))
                .redirectError(ProcessBuilder.Redirect.DISCARD));
        BufferedReader stdout = victim.inputReader();
        Thread.ofPlatform().daemon().start(() -> {
            try (stdout) {
                for (String line = stdout.readLine(); line != null; line = stdout.readLine()) {
                    underWay |= line.contains(UNDER_WAY);
                }
            } catch (IOException e) {
                // it is gone
            }
        });
    }

    private void kill() throws IOException {
        boolean alive = victim.isAlive();
        victim.destroyForcibly().onExit().join();
        if (!alive) {
            throw new IOException("the client process to be killed ended by itself, with " + victim.exitValue());
        }
        victim = null;
        killed++;
    }

    @Override
    public void close() {
        if (victim != null) {
            victim.destroyForcibly().onExit().join();
        }
    }
}
