package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Child;
import dev.pollux.EventFd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ScratchTest {
    @Test
    void aPlatformThreadHasOnePiece() {
        MemorySegment first = Scratch.take();
        assertEquals(first, Scratch.take());
        Scratch.give(first);
        assertEquals(first, Scratch.take());
        assertEquals(Scratch.BYTES, first.byteSize());
    }

    /** In the first round they come from slabs; then from the pool, which has been filled by what was given back. */
    @RepeatedTest(5)
    void twoVirtualThreadsNeverHoldTheSamePiece() throws Exception {
        for (int round = 0; round < 3; round++) {
            Set<Long> held = new HashSet<>();
            CountDownLatch all = new CountDownLatch(200);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    MemorySegment piece = Scratch.take();
                    synchronized (held) {
                        held.add(piece.address());
                    }
                    all.countDown();
                    try {
                        all.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    Scratch.give(piece);
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            assertEquals(200, held.size(), "round " + round);
        }
    }

    /** It would give up its carrier meanwhile, and may hold what others wait for who do not give up theirs. */
    @Test
    void aVirtualThreadWaitsForNobodyWhoTakesOne() throws Exception {
        Field lock = Scratch.class.getDeclaredField("LOCK");
        lock.setAccessible(true);
        synchronized (lock.get(null)) {
            Thread thread = Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 500; i++) { // more than there are, and than there are in one slab
                    Scratch.take();
                }
            });
            assertTrue(thread.join(Duration.ofSeconds(20)), "it waits");
        }
    }

    @Test
    void thePiecesOfThreadsThatEndedAreUsedAgain() throws Exception {
        for (int i = 0; i < 2000; i++) {
            Thread thread = Thread.ofPlatform().start(Scratch::take);
            thread.join();
        }
        assertTrue(Scratch.held() < 1000, () -> "held: " + Scratch.held());
    }

    /** Its threads clear their thread locals between tasks. */
    @Test
    void aThreadOfTheCommonPoolKeepsItsPiece() throws Exception {
        Set<Long> pieces = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            Future<Long> task = ForkJoinPool.commonPool().submit(() -> Scratch.take().address());
            pieces.add(task.get());
        }
        assertTrue(pieces.size() <= ForkJoinPool.commonPool().getParallelism() + 1, pieces::toString);
        assertNotEquals(0, pieces.size());
    }

    @Test
    void nothingCountsAgainstTheLimitOfDirectMemory() throws Exception {
        assertEquals("20000 of 20000", Child.run(Child.java(List.of(
                "--enable-native-access=ALL-UNNAMED", "-XX:MaxDirectMemorySize=1k"), ManyThreads.class)).strip());
    }

    static final class ManyThreads {
        private ManyThreads() { }

        public static void main(String[] args) throws Exception {
            AtomicInteger done = new AtomicInteger();
            for (int round = 0; round < 100; round++) {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    threads.add(Thread.ofVirtual().start(() -> {
                        try (EventFd fd = EventFd.create()) {
                            fd.write(1);
                            done.addAndGet(fd.read() == 1 ? 1 : 0);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }));
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            }
            System.out.println(done + " of 20000");
        }
    }
}
