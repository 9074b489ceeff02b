package dev.pollux.examples.serial;

import dev.pollux.Fd;
import dev.pollux.Poll;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;

/** Frames that end when nothing has come for a while, and whose last two bytes are a checksum: Modbus RTU's. */
final class Frames {
    private static final int LONGEST = 256;
    private static final int POLYNOMIAL = 0xa001;

    private final Fd line;
    private final long silenceNanos;
    private final MemorySegment buffer;

    Frames(Fd line, Duration silence, Arena arena) {
        this.line = line;
        this.silenceNanos = silence.toNanos();
        buffer = arena.allocate(LONGEST);
    }

    /** The next frame; null if the line has hung up, or none has begun within the time. */
    byte[] next(Duration patience) throws IOException {
        if (line.await(Poll.POLLIN, patience) == 0) {
            return null;
        }
        long length = 0;
        do {
            long n = line.read(buffer.asSlice(length));
            if (n == 0) {
                return null;
            }
            length += Math.max(0, n);
        } while (length < LONGEST && line.awaitNanos(Poll.POLLIN, silenceNanos) != 0);
        return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Sends a frame, with its checksum. */
    void send(byte[] body) throws IOException {
        byte[] frame = Arrays.copyOf(body, body.length + 2);
        int crc = crc(body, body.length);
        frame[body.length] = (byte) crc;
        frame[body.length + 1] = (byte) (crc >> 8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rest = arena.allocateFrom(ValueLayout.JAVA_BYTE, frame);
            while (rest.byteSize() > 0) {
                long n = line.write(rest);
                if (n == Fd.WOULD_BLOCK) {
                    line.await(Poll.POLLOUT);
                } else {
                    rest = rest.asSlice(n);
                }
            }
        }
    }

    static boolean isWhole(byte[] frame) {
        int length = frame.length - 2;
        return length > 1 && crc(frame, length)
                == (Byte.toUnsignedInt(frame[length]) | Byte.toUnsignedInt(frame[length + 1]) << 8);
    }

    private static int crc(byte[] bytes, int length) {
        int crc = 0xffff;
        for (int i = 0; i < length; i++) {
            crc ^= Byte.toUnsignedInt(bytes[i]);
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) != 0 ? crc >>> 1 ^ POLYNOMIAL : crc >>> 1;
            }
        }
        return crc;
    }
}
