package dev.pollux.internal;

import dev.pollux.generated.cmsghdr;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Control messages as C lays them out: writing them, and walking over them.
 *
 * <p>What is walked over is not trusted. A message is there if its header fits into what is left, and the length in the
 * header is neither shorter than a header nor longer than what is left. No offset is formed of a length that has not
 * been checked.
 */
public final class ControlData {
    /** {@code CMSG_LEN(0)}: where the data begins. */
    public static final int HEADER = (int) cmsghdr.sizeof();

    private static final long LEN = cmsghdr.cmsg_len$offset();
    private static final long LEVEL = cmsghdr.cmsg_level$offset();
    private static final long TYPE = cmsghdr.cmsg_type$offset();

    private ControlData() { }

    /** {@code CMSG_ALIGN(bytes)}. */
    public static int align(int bytes) {
        return bytes + Long.BYTES - 1 & -Long.BYTES;
    }

    /** {@code CMSG_SPACE(bytes)}. */
    public static int space(int bytes) {
        return HEADER + align(bytes);
    }

    /** Writes the header of a message with so many bytes of data. */
    public static void put(MemorySegment control, long offset, int level, int type, int bytes) {
        control.set(ValueLayout.JAVA_LONG, offset + LEN, HEADER + bytes);
        control.set(ValueLayout.JAVA_INT, offset + LEVEL, level);
        control.set(ValueLayout.JAVA_INT, offset + TYPE, type);
    }

    public static int level(MemorySegment control, long offset) {
        return control.get(ValueLayout.JAVA_INT, offset + LEVEL);
    }

    public static int type(MemorySegment control, long offset) {
        return control.get(ValueLayout.JAVA_INT, offset + TYPE);
    }

    /**
     * Finds the messages in the first {@code used} bytes from {@code base} on, up to the first one that cannot be.
     *
     * @param offsets receives where they begin, from {@code base}
     * @param lengths receives how many bytes of data they have
     * @return how many there are
     */
    public static int walk(MemorySegment control, long base, int used, int[] offsets, int[] lengths) {
        int count = 0;
        int at = 0;
        while (used - at >= HEADER && count < offsets.length) {
            long length = control.get(ValueLayout.JAVA_LONG, base + at + LEN);
            if (length < HEADER || length > used - at) {
                break;
            }
            offsets[count] = at;
            lengths[count++] = (int) length - HEADER;
            at += Math.min(align((int) length), used - at);
        }
        return count;
    }
}
