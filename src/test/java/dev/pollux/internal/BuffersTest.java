package dev.pollux.internal;

import static dev.pollux.Support.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Child;
import dev.pollux.Fcntl;
import dev.pollux.Pipe;
import dev.pollux.Support;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BuffersTest {
    @Test
    void eachOfThemIsAnothersAndThenThereIsNone() {
        List<Integer> pieces = new ArrayList<>();
        Set<Long> addresses = new HashSet<>();
        try {
            for (int piece; (piece = Buffers.take()) >= 0;) {
                pieces.add(piece);
                addresses.add(Buffers.memory(piece).fill((byte) piece).address());
            }
            assertEquals(Buffers.PIECES, pieces.size());
            assertEquals(Buffers.PIECES, addresses.size());
        } finally {
            pieces.forEach(Buffers::give);
        }
        assertEquals(0, Buffers.taken());
    }

    @Test
    void oneThreadAfterAnotherMakesNoMoreOfThem() throws Exception {
        Set<Integer> pieces = new HashSet<>();
        for (int i = 0; i < 500; i++) {
            Thread.ofPlatform().start(() -> {
                int piece = Buffers.take();
                pieces.add(piece);
                Buffers.give(piece);
            }).join();
        }
        assertNotEquals(0, pieces.size());
        assertTrue(pieces.size() <= 2 * Runtime.getRuntime().availableProcessors(), pieces::toString);
    }

    @Test
    void whereMoreThreadsAreBlockedThanThereAreEachStillReadsItsOwn() throws Exception {
        List<Pipe> pipes = new ArrayList<>();
        List<FutureTask<Integer>> reads = new ArrayList<>();
        try {
            for (int i = 0; i < Buffers.PIECES + 20; i++) {
                Pipe pipe = Pipe.create();
                pipes.add(pipe);
                Fcntl.setNonBlocking(pipe.reader(), false);
                reads.add(Support.start(() -> {
                    byte[] bytes = new byte[10];
                    int n = pipe.reader().read(bytes, 3, 7);
                    return n == 1 ? (int) bytes[3] : -1;
                }));
                Support.awaitUsers(pipe.reader(), 1);
            }
            assertEquals(Buffers.PIECES, Buffers.taken());
            for (int i = 0; i < pipes.size(); i++) {
                pipes.get(i).writer().write(new byte[] {(byte) i}, 0, 1);
            }
            for (int i = 0; i < pipes.size(); i++) {
                assertEquals(i, Byte.toUnsignedInt((byte) (int) get(reads.get(i))));
            }
        } finally {
            for (Pipe pipe : pipes) {
                pipe.close();
            }
        }
        assertEquals(0, Buffers.taken());
    }

    @Test
    void nothingCountsAgainstTheLimitOfDirectMemory() throws Exception {
        assertEquals("4000 of 4000", Child.run(Child.java(List.of(
                "--enable-native-access=ALL-UNNAMED", "-XX:MaxDirectMemorySize=1k"), ManyThreads.class)).strip());
    }

    static final class ManyThreads {
        private ManyThreads() { }

        public static void main(String[] args) throws Exception {
            AtomicInteger done = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                byte mark = (byte) i;
                threads.add((i % 2 == 0 ? Thread.ofVirtual() : Thread.ofPlatform()).start(() -> {
                    byte[] written = new byte[4096];
                    byte[] read = new byte[4096];
                    Arrays.fill(written, mark);
                    try (Pipe pipe = Pipe.create()) {
                        for (int round = 0; round < 20; round++) {
                            Arrays.fill(read, (byte) 0);
                            boolean all = pipe.writer().write(written, 0, 4096) == 4096
                                    && pipe.reader().read(read, 0, 4096) == 4096 && Arrays.equals(written, read);
                            done.addAndGet(all ? 1 : 0);
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println(done + " of 4000");
        }
    }
}
