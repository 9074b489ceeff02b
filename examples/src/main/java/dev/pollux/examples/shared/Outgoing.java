package dev.pollux.examples.shared;

import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;

/** What a client is still to be sent: pieces that may be shared between clients, and are not copied until they are. */
public final class Outgoing {
    private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
    /** How much of the first one is written already. */
    private int offset;
    private long bytes;

    public void add(byte[] piece) {
        pieces.add(piece);
        bytes += piece.length;
    }

    public boolean isEmpty() {
        return bytes == 0;
    }

    /** How many there are. */
    public long bytes() {
        return bytes;
    }

    /**
     * Writes what fits, many small pieces by one call.
     *
     * @param scratch where to put them together: nothing stays in it
     */
    public void write(Fd fd, MemorySegment scratch) throws ErrnoException {
        while (bytes > 0) {
            int length = fill(scratch);
            long n = fd.write(scratch.asSlice(0, length));
            if (n == Fd.WOULD_BLOCK) {
                return;
            }
            remove(n);
            if (n < length) {
                return;
            }
        }
    }

    private int fill(MemorySegment scratch) {
        int length = 0;
        int from = offset;
        for (byte[] piece : pieces) {
            int n = (int) Math.min(piece.length - from, scratch.byteSize() - length);
            MemorySegment.copy(piece, from, scratch, ValueLayout.JAVA_BYTE, length, n);
            length += n;
            from = 0;
            if (length == scratch.byteSize()) {
                break;
            }
        }
        return length;
    }

    private void remove(long n) {
        bytes -= n;
        for (long left = n + offset; ; left -= pieces.remove().length) {
            if (pieces.isEmpty() || left < pieces.getFirst().length) {
                offset = (int) left;
                return;
            }
        }
    }
}
