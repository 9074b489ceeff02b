package dev.pollux.examples.netlink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What netlink is made of: messages, one after another, each with a header, a struct, and attributes. Any length may
 * lie: nothing is read that has not been compared with the end. Numbers are in the order of the machine.
 */
final class Messages {
    // <linux/netlink.h>
    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final int NLM_F_REQUEST = 1;
    static final int NLM_F_DUMP_INTR = 0x10;
    static final int NLM_F_DUMP = 0x300;
    static final int HEADER = 16;
    private static final int ATTRIBUTE_HEADER = 4;
    private static final int ATTRIBUTE_TYPE = 0x3fff;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private final MemorySegment bytes;
    private final long end;
    private long at;
    private long next;

    Messages(MemorySegment buffer, long length) {
        bytes = buffer;
        end = Math.min(length, buffer.byteSize());
    }

    /** Goes to the next message; false after the last, and before one that is cut. */
    boolean next() {
        at = next;
        if (end - at < HEADER) {
            return false;
        }
        long length = Integer.toUnsignedLong(bytes.get(INT, at));
        if (length < HEADER || length > end - at) {
            return false;
        }
        next = Math.min(end, at + aligned(length));
        return true;
    }

    private static long aligned(long length) {
        return length + 3 & ~3L;
    }

    private long length() {
        return Integer.toUnsignedLong(bytes.get(INT, at));
    }

    int type() {
        return Short.toUnsignedInt(bytes.get(SHORT, at + 4));
    }

    int flags() {
        return Short.toUnsignedInt(bytes.get(SHORT, at + 6));
    }

    int sequence() {
        return bytes.get(INT, at + 8);
    }

    /** The number of the socket that this answers, or that caused it. */
    int portId() {
        return bytes.get(INT, at + 12);
    }

    /** Whether the struct behind the header is there. */
    boolean has(int structBytes) {
        return length() >= HEADER + structBytes;
    }

    int u8(int offset) {
        return Byte.toUnsignedInt(bytes.get(BYTE, at + HEADER + offset));
    }

    int u16(int offset) {
        return Short.toUnsignedInt(bytes.get(SHORT, at + HEADER + offset));
    }

    int i32(int offset) {
        return bytes.get(INT, at + HEADER + offset);
    }

    /** The value of an attribute behind a struct; null without it. */
    byte[] attribute(int structBytes, int type) {
        long last = at + length();
        for (long a = at + HEADER + aligned(structBytes); last - a >= ATTRIBUTE_HEADER;) {
            int length = Short.toUnsignedInt(bytes.get(SHORT, a));
            if (length < ATTRIBUTE_HEADER || length > last - a) {
                return null;
            }
            if ((bytes.get(SHORT, a + 2) & ATTRIBUTE_TYPE) == type) {
                return bytes.asSlice(a + ATTRIBUTE_HEADER, length - ATTRIBUTE_HEADER).toArray(BYTE);
            }
            a += aligned(length);
        }
        return null;
    }

    /** The value of an attribute that is a number. */
    int number(int structBytes, int type, int otherwise) {
        byte[] value = attribute(structBytes, type);
        return value == null || value.length < Integer.BYTES ? otherwise : MemorySegment.ofArray(value).get(INT, 0);
    }

    /** Writes a request for all that there is of a kind. */
    static void dump(MemorySegment request, int type, int sequence) {
        request.fill((byte) 0);
        request.set(INT, 0, (int) request.byteSize());
        request.set(SHORT, 4, (short) type);
        request.set(SHORT, 6, (short) (NLM_F_REQUEST | NLM_F_DUMP));
        request.set(INT, 8, sequence);
    }
}
