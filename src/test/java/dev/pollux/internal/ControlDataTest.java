package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ControlDataTest {
    private static final int BYTES = 128;

    private final Arena arena = Arena.ofConfined();
    /** All of it is control data: what would be read beyond fails. */
    private final MemorySegment control = arena.allocate(BYTES, Long.BYTES);
    private final int[] offsets = new int[BYTES / ControlData.HEADER];
    private final int[] lengths = new int[BYTES / ControlData.HEADER];

    @AfterEach
    void close() {
        arena.close();
    }

    private int walk(int used) {
        return ControlData.walk(control, 0, used, offsets, lengths);
    }

    @Test
    void lengthsAndPlacesAreThoseOfC() {
        assertEquals(16, ControlData.space(0));
        assertEquals(24, ControlData.space(1));
        assertEquals(24, ControlData.space(8));
        assertEquals(32, ControlData.space(9));
    }

    @Test
    void cutAtEveryByteThereAreTheMessagesThatAreWhole() {
        int[] payloads = {4, 8, 0, 1, 20};
        int at = 0;
        for (int i = 0; i < payloads.length; i++) {
            ControlData.put(control, at, 1, i, payloads[i]);
            at += ControlData.space(payloads[i]);
        }
        for (int used = 0; used <= BYTES; used++) {
            int whole = 0;
            int begin = 0;
            for (int payload : payloads) {
                if (begin + ControlData.HEADER + payload > used) {
                    break;
                }
                whole++;
                begin += ControlData.space(payload);
            }
            // zeros follow: no message
            assertEquals(whole, walk(used), "of " + used + " bytes");
            for (int i = 0; i < whole; i++) {
                assertEquals(payloads[i], lengths[i]);
                assertEquals(i, ControlData.type(control, offsets[i]));
            }
        }
    }

    @Test
    void aMessageWithoutDataAtTheVeryEndIsThere() {
        ControlData.put(control, 0, 1, 2, BYTES - 2 * ControlData.HEADER);
        ControlData.put(control, BYTES - ControlData.HEADER, 3, 4, 0);
        assertEquals(2, walk(BYTES));
        assertEquals(0, lengths[1]);
        assertEquals(4, ControlData.type(control, offsets[1]));
    }

    @Test
    void aLengthThatLiesEndsTheWalk() {
        for (long lie : new long[] {0, 1, 15, -1, Long.MIN_VALUE, Long.MAX_VALUE, Integer.MAX_VALUE, 1L << 32, -16,
                (1L << 32) + 16, BYTES - ControlData.space(4) + 1, 0x7fff_ffff_ffff_fff8L}) {
            control.fill((byte) 0x55);
            ControlData.put(control, 0, 1, 1, 4);
            control.set(ValueLayout.JAVA_LONG, ControlData.space(4), lie);
            assertEquals(1, walk(BYTES), "length " + lie);
            assertEquals(0, offsets[0]);
            control.set(ValueLayout.JAVA_LONG, 0, lie);
            assertEquals(lie == BYTES - ControlData.space(4) + 1 ? 1 : 0, walk(BYTES), "length " + lie);
        }
    }

    @Test
    void whateverIsThereNoMessageReachesBeyondWhatIsUsed() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 200_000; i++) {
            for (int at = 0; at < BYTES; at += Long.BYTES) {
                control.set(ValueLayout.JAVA_LONG, at,
                        random.nextInt(3) == 0 ? random.nextLong() : random.nextLong(0, 60));
            }
            int used = random.nextInt(BYTES + 1);
            int count = walk(used);
            for (int m = 0, end = 0; m < count; m++) {
                assertTrue(offsets[m] >= end && offsets[m] % Long.BYTES == 0 && lengths[m] >= 0);
                end = offsets[m] + ControlData.HEADER + lengths[m];
                assertTrue(end <= used);
            }
        }
    }

    @Test
    void aPieceIsLargeEnoughZeroAndUsedAgain() {
        for (int bytes : new int[] {1, 255, 256, 257, 4096, 4097, 1 << 26}) {
            MemorySegment piece = ControlPieces.take(bytes);
            assertTrue(piece.byteSize() >= bytes);
            assertEquals(-1, piece.mismatch(arena.allocate(piece.byteSize())));
            MemorySegment other = ControlPieces.take(bytes);
            assertTrue(piece.asOverlappingSlice(other).isEmpty());
            ControlPieces.give(other);
            ControlPieces.give(piece);
            MemorySegment first = ControlPieces.take(bytes);
            MemorySegment second = ControlPieces.take(bytes);
            assertTrue(first.address() == other.address() && second.address() == piece.address());
            ControlPieces.give(first);
            ControlPieces.give(second);
        }
    }
}
