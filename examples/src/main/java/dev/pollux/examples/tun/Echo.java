package dev.pollux.examples.tun;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** ICMP's echo, RFC 792. What comes may be anything: nothing is believed that has not been compared with the length. */
final class Echo {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    private static final int ICMP = 1;
    private static final int REQUEST = 8;
    private static final int FRAGMENT = 0x3fff;
    private static final int SOURCE = 12;
    private static final int DESTINATION = 16;
    private static final int SMALLEST_HEADER = 20;
    private static final int ICMP_HEADER = 8;

    private Echo() { }

    /** Makes the reply of a request, in its place; false if it is none. */
    static boolean reply(MemorySegment packet, long bytes) {
        if (bytes < SMALLEST_HEADER || (packet.get(BYTE, 0) & 0xf0) != 0x40) { // not IPv4
            return false;
        }
        int header = (packet.get(BYTE, 0) & 0xf) * 4;
        if (header < SMALLEST_HEADER || bytes < header + ICMP_HEADER
                || Short.toUnsignedInt(packet.get(SHORT, 2)) != bytes || (packet.get(SHORT, 6) & FRAGMENT) != 0
                || packet.get(BYTE, 9) != ICMP || packet.get(BYTE, header) != REQUEST
                || checksum(packet, header, bytes) != 0) {
            return false;
        }
        int source = packet.get(INT, SOURCE);
        packet.set(INT, SOURCE, packet.get(INT, DESTINATION));
        packet.set(INT, DESTINATION, source); // the header's checksum does not care for the order
        packet.set(BYTE, header, (byte) 0);
        packet.set(SHORT, header + 2, (short) 0);
        packet.set(SHORT, header + 2, (short) checksum(packet, header, bytes));
        return true;
    }

    private static int checksum(MemorySegment packet, long from, long to) {
        long sum = 0;
        long i = from;
        for (; i + 1 < to; i += 2) {
            sum += Short.toUnsignedInt(packet.get(SHORT, i));
        }
        if (i < to) {
            sum += Byte.toUnsignedInt(packet.get(BYTE, i)) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (int) ~sum & 0xffff;
    }
}
