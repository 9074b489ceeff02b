package dev.pollux.examples.soak;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/**
 * What the clients send: each its own part of one long random ring, so that the byte at each offset of each connection
 * follows from the seed, and a byte that is lost, doubled, swapped or another connection's is not the one expected.
 */
final class SoakStream {
    /** The most that is sent or compared at once. */
    static final int CHUNK = 64 * 1024;

    /** A prime, so that no buffer's length divides it. */
    private static final int RING = 1_048_573;

    private final long seed;
    /** The ring, and its first bytes once more: no chunk has to be put together. */
    private final MemorySegment bytes;

    SoakStream(Arena arena, long seed) {
        this.seed = seed;
        byte[] random = new byte[RING];
        new SplittableRandom(seed).nextBytes(random);
        bytes = arena.allocate(RING + CHUNK);
        MemorySegment.copy(random, 0, bytes, ValueLayout.JAVA_BYTE, 0, RING);
        MemorySegment.copy(bytes, 0, bytes, RING, CHUNK);
    }

    /** All that a connection is to draw by lot. */
    SplittableRandom random(long connection) {
        return new SplittableRandom(seed ^ connection * 0x9e3779b97f4a7c15L).split();
    }

    /** Where a connection's part begins. */
    static long start(SplittableRandom random) {
        return random.nextInt(RING);
    }

    /** The next bytes from an offset, at most a chunk. */
    MemorySegment slice(long start, long offset, long n) {
        return bytes.asSlice((start + offset) % RING, Math.min(n, CHUNK));
    }

    /** How many of the first n bytes of a buffer are those of the stream from an offset. */
    long match(MemorySegment buffer, long n, long start, long offset) {
        long from = (start + offset) % RING;
        long mismatch = MemorySegment.mismatch(buffer, 0, n, bytes, from, from + n);
        return mismatch < 0 ? n : mismatch;
    }
}
