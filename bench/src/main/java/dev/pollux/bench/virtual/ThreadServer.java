package dev.pollux.bench.virtual;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.HdrHistogram.Histogram;

/**
 * An echo server with a thread for each connection, as a process of its own. It prints the address that it listens on,
 * answers each line on its standard input by one, and ends with it.
 */
public final class ThreadServer {
    private ThreadServer() { }

    /**
     * Serves.
     *
     * @param args the contestant
     */
    public static void main(String[] args) throws IOException {
        Kind kind = Kind.of(args[0]);
        Thread.ofPlatform().daemon().name("commands").start(() -> {
            try {
                obey(kind);
            } catch (Exception e) {
                e.printStackTrace();
            }
            Runtime.getRuntime().halt(0);
        });
        Kind.Listener listener = kind.listen();
        System.out.println("listening on 127.0.0.1:" + listener.port());
        for (;;) {
            Kind.Line line = listener.accept();
            kind.start(() -> serve(line));
        }
    }

    private static void serve(Kind.Line line) {
        try (line) {
            for (int n = line.read(); n > 0; n = line.read()) {
                line.write(n);
            }
        } catch (IOException e) {
            // reset by the client
        }
    }

    private static void obey(Kind kind) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            System.out.println(switch (words[0]) {
                case "start" -> canStart(kind, Integer.parseInt(words[1])); // how many threads
                case "heap" -> usedHeap();
                case "bystanders" -> lateness(Long.parseLong(words[1])); // for how many milliseconds
                default -> throw new IllegalArgumentException(line);
            });
        }
    }

    /** Whether so many threads can be had at all. */
    private static boolean canStart(Kind kind, int count) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        try {
            while (threads.size() < count) {
                threads.add(kind.start(() -> {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }));
            }
            return true;
        } catch (OutOfMemoryError e) { // unable to create native thread
            return false;
        } finally {
            end.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }

    /** What is in use after a full collection, in bytes. */
    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String lateness(long millis) throws Exception {
        long end = System.nanoTime() + millis * 1_000_000;
        Histogram late = new Bystanders(() -> System.nanoTime() - end >= 0).lateness();
        return late.getValueAtPercentile(50) + " " + late.getValueAtPercentile(99);
    }
}
