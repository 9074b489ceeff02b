package dev.pollux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Native memory through which bytes of the Java heap pass: a piece is taken for one call of the kernel, and given back
 * after it. What was in it stays there.
 *
 * <p>A piece is made when as many calls are made at once as never before, up to a bound: then there is none, and the
 * caller takes memory of its own. It is from the global arena, which does not count against {@code
 * MaxDirectMemorySize}, and is never freed. Nobody waits here; a virtual thread holds a piece across nothing that parks
 * it.
 */
public final class Buffers {
    /** How large a piece is. */
    public static final int BYTES = 64 * 1024;

    private static final int PROCESSORS = Integer.highestOneBit(Runtime.getRuntime().availableProcessors());
    /** How many pieces there are at most. */
    static final int PIECES = Math.max(64, 8 * PROCESSORS);
    /** The threads begin to search at so many places, so that few threads make few pieces. */
    private static final int STARTS = 2 * PROCESSORS;
    /** The next element that is used is in another cache line. */
    private static final int APART = 16;

    private static final AtomicIntegerArray TAKEN = new AtomicIntegerArray(PIECES * APART);
    /** An element is read and written by whoever has taken its number. */
    private static final MemorySegment[] MEMORY = new MemorySegment[PIECES];

    /** One for each piece, for who has no stack left to {@link #give} it. */
    public static final Left[] LEFT = new Left[PIECES];

    static {
        for (int i = 0; i < PIECES; i++) {
            LEFT[i] = new Left();
        }
    }

    /**
     * To assign true gives a piece back. It is a volatile field, not an element of an array, because its assignment is
     * an instruction with its barriers: it calls nothing and allocates nothing. Whoever takes the piece has read true
     * from it, so all that its last user read or wrote happens before that, also where memory is weakly ordered.
     * (As after {@link #give}, whose release the next one's {@code compareAndSet} reads.)
     */
    public static final class Left {
        /** Whether the piece was given back in this way. */
        public volatile boolean left;

        private Left() { }
    }

    private Buffers() { }

    /** The number of a piece, for {@link #memory}, until it is given back; negative if all are taken. */
    public static int take() {
        int start = (int) (Thread.currentThread().threadId() * 0x9E3779B9L >>> 16) & STARTS - 1;
        for (int i = 0; i < PIECES; i++) {
            int piece = start + i & PIECES - 1;
            if (TAKEN.getPlain(piece * APART) == 0 && TAKEN.compareAndSet(piece * APART, 0, 1)) {
                return piece;
            }
            if (LEFT[piece].left && takeLeft(piece)) {
                return piece;
            }
        }
        return -1;
    }

    private static synchronized boolean takeLeft(int piece) {
        boolean left = LEFT[piece].left;
        LEFT[piece].left = false;
        return left;
    }

    /** The memory of a piece that the caller has taken: {@link #BYTES} of them. */
    public static MemorySegment memory(int piece) {
        MemorySegment memory = MEMORY[piece];
        if (memory == null) {
            memory = Arena.global().allocate(BYTES, Long.BYTES);
            MEMORY[piece] = memory;
        }
        return memory;
    }

    /** Gives back what {@link #take} gave. */
    public static void give(int piece) {
        TAKEN.setRelease(piece * APART, 0);
    }

    /** For tests: how many are taken. */
    public static int taken() {
        int taken = 0;
        for (int i = 0; i < PIECES; i++) {
            taken += LEFT[i].left ? 0 : TAKEN.get(i * APART);
        }
        return taken;
    }
}
