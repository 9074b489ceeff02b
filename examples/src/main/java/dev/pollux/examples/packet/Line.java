package dev.pollux.examples.packet;

import dev.pollux.examples.shared.Inet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * A packet in a line, as {@code tcpdump -ntq} has it. What comes may be anything: nothing is believed that has not been
 * compared with the length.
 */
final class Line {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    // <linux/if_ether.h>
    static final int ETH_P_ALL = 3;
    private static final int IPV4 = 0x0800;
    private static final int ARP = 0x0806;
    private static final int IPV6 = 0x86dd;

    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;

    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;
    private static final int ECHO_HEADER = 8;
    private static final int ARP_BYTES = 28;

    private final MemorySegment packet;

    private Line(MemorySegment packet) {
        this.packet = packet;
    }

    /** Of a packet without the header of its hardware, or as much of it as was received. */
    static String of(int protocol, MemorySegment packet) {
        Line line = new Line(packet);
        return switch (protocol) {
            case IPV4 -> line.ipv4();
            case IPV6 -> line.ipv6();
            case ARP -> line.arp();
            default -> String.format("ethertype 0x%04x, length %d", protocol, packet.byteSize());
        };
    }

    private int u8(long at) {
        return Byte.toUnsignedInt(packet.get(BYTE, at));
    }

    private int u16(long at) {
        return Short.toUnsignedInt(packet.get(SHORT, at));
    }

    private String address(long at, int bytes) {
        return Inet.text(packet.asSlice(at, bytes).toArray(BYTE));
    }

    private String ipv4() {
        if (packet.byteSize() < IPV4_HEADER) {
            return "IP, cut";
        }
        int header = (u8(0) & 0xf) * 4;
        int length = u16(2);
        if (u8(0) >>> 4 != 4 || header < IPV4_HEADER || length < header || packet.byteSize() < length) {
            return "IP, cut or wrong";
        }
        if ((u16(6) & FRAGMENT_OFFSET) != 0) {
            return "IP " + address(12, 4) + " > " + address(16, 4) + ": fragment of protocol " + u8(9);
        }
        return "IP " + transport(u8(9), address(12, 4), address(16, 4), header, length - header);
    }

    private String ipv6() {
        if (packet.byteSize() < IPV6_HEADER || packet.byteSize() - IPV6_HEADER < u16(4) || u8(0) >>> 4 != 6) {
            return "IP6, cut or wrong";
        }
        return "IP6 " + transport(u8(6), address(8, 16), address(24, 16), IPV6_HEADER, u16(4));
    }

    /** {@code bytes} of {@code protocol} begin at {@code at}, and are there. */
    private String transport(int protocol, String source, String destination, int at, int bytes) {
        if (protocol == UDP && bytes >= UDP_HEADER || protocol == TCP && bytes >= TCP_HEADER) {
            String ports = source + "." + u16(at) + " > " + destination + "." + u16(at + 2) + ": ";
            if (protocol == UDP) {
                int length = u16(at + 4);
                return ports + "UDP, length " + (length < UDP_HEADER ? bytes - UDP_HEADER : length - UDP_HEADER);
            }
            int header = (u8(at + 12) >>> 4) * 4;
            return ports + "tcp " + (header < TCP_HEADER || header > bytes ? "with a wrong header" : bytes - header);
        }
        String hosts = source + " > " + destination + ": ";
        if (bytes >= ECHO_HEADER && (protocol == ICMP || protocol == ICMPV6)) {
            boolean six = protocol == ICMPV6;
            int type = u8(at);
            String echo = type == (six ? 128 : 8) ? "echo request" : type == (six ? 129 : 0) ? "echo reply" : "";
            String name = six ? "ICMP6, " : "ICMP ";
            return hosts + name + (echo.isEmpty() ? "type " + type
                    : echo + ", id " + u16(at + 4) + ", seq " + u16(at + 6)) + ", length " + bytes;
        }
        return hosts + "protocol " + protocol + ", length " + bytes;
    }

    /** Of Ethernet and IPv4, as nearly all of it is. */
    private String arp() {
        if (packet.byteSize() < ARP_BYTES || u16(0) != 1 || u16(2) != IPV4 || u8(4) != 6 || u8(5) != 4) {
            return "ARP, length " + packet.byteSize();
        }
        return switch (u16(6)) {
            case 1 -> "ARP, Request who-has " + address(24, 4) + " tell " + address(14, 4) + ", length "
                    + packet.byteSize();
            case 2 -> "ARP, Reply " + address(14, 4) + " is-at "
                    + HexFormat.ofDelimiter(":").formatHex(packet.asSlice(8, 6).toArray(BYTE)) + ", length "
                    + packet.byteSize();
            default -> "ARP, operation " + u16(6) + ", length " + packet.byteSize();
        };
    }
}
