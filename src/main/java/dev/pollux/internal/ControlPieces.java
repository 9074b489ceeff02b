package dev.pollux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Memory that the kernel writes control messages into, all zeros before and after. It is not the caller's, whose arena
 * may be closed as soon as the call has returned: the numbers of the descriptors that came would be gone with it.
 *
 * <p>Pieces are from the global arena, used again, and never freed: of each size, a power of two, there are as many as
 * threads were receiving at once.
 */
public final class ControlPieces {
    private static final int SMALLEST = 8; // 256 bytes
    private static final int SIZES = Integer.SIZE - 1 - SMALLEST;
    /** Those that are used next, without a lock; the next element is in another cache line. */
    private static final int STRIPES = 8;
    private static final int APART = 16;
    private static final AtomicReferenceArray<MemorySegment> NEXT =
            new AtomicReferenceArray<>(SIZES * STRIPES * APART);

    private static final MemorySegment[][] FREE = new MemorySegment[SIZES][4];
    private static final int[] FREE_COUNT = new int[SIZES];

    private ControlPieces() { }

    /** A piece of at least so many bytes, to be given back, and all zeros then. */
    public static MemorySegment take(int bytes) {
        int size = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(bytes - 1) - SMALLEST);
        MemorySegment piece = NEXT.getAndSet(slot(size), null);
        if (piece != null) {
            return piece;
        }
        synchronized (FREE) {
            if (FREE_COUNT[size] > 0) {
                return FREE[size][--FREE_COUNT[size]];
            }
        }
        return Arena.global().allocate(1L << size + SMALLEST, Long.BYTES);
    }

    public static void give(MemorySegment piece) {
        try {
            int size = Long.numberOfTrailingZeros(piece.byteSize()) - SMALLEST;
            if (NEXT.compareAndSet(slot(size), null, piece)) {
                return;
            }
            synchronized (FREE) {
                if (FREE_COUNT[size] == FREE[size].length) {
                    FREE[size] = Arrays.copyOf(FREE[size], 2 * FREE_COUNT[size]);
                }
                FREE[size][FREE_COUNT[size]++] = piece;
            }
        } catch (VirtualMachineError e) {
            // no stack or memory: the piece is lost, and not the result of the call that was made with it
        }
    }

    private static int slot(int size) {
        int stripe = (int) (Thread.currentThread().threadId() * 0x9E3779B9L >>> 16) & STRIPES - 1;
        return (size * STRIPES + stripe) * APART;
    }
}
