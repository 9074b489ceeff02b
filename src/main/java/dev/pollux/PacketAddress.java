package dev.pollux;

import dev.pollux.generated.sockaddr_ll;
import dev.pollux.generated.socket_h;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The address of a packet socket, {@code struct sockaddr_ll}: a network interface and a protocol; for a received packet
 * also the sender's hardware address, and whom the packet was for.
 *
 * <p>It is immutable, and may be used by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/packet.7.html">packet(7)</a>
 */
public final class PacketAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    /** {@link #pkttype}: for this host. */
    public static final int PACKET_HOST = socket_h.PACKET_HOST();
    /** {@link #pkttype}: for all hosts of the network. */
    public static final int PACKET_BROADCAST = socket_h.PACKET_BROADCAST();
    /** {@link #pkttype}: for a group. */
    public static final int PACKET_MULTICAST = socket_h.PACKET_MULTICAST();
    /** {@link #pkttype}: for another host, seen by {@link Sockopt#PACKET_MR_PROMISC}. */
    public static final int PACKET_OTHERHOST = socket_h.PACKET_OTHERHOST();
    /** {@link #pkttype}: sent by this host. */
    public static final int PACKET_OUTGOING = socket_h.PACKET_OUTGOING();

    /** More bytes than any kind of hardware address has. */
    private static final int MOST = 32;

    /** The number of the Ethernet protocol. */
    private final int protocol;

    /** The number of the interface. */
    private final int interfaceIndex;

    /** The kind of hardware. */
    private final int hatype;

    /** For whom it was. */
    private final int pkttype;

    /** The hardware address. */
    private final byte[] address;

    PacketAddress(int protocol, int interfaceIndex, int hatype, int pkttype, byte[] address) {
        this.protocol = protocol;
        this.interfaceIndex = interfaceIndex;
        this.hatype = hatype;
        this.pkttype = pkttype;
        this.address = address;
    }

    /**
     * For {@link SocketFd#bind(SocketAddress)}: what to receive.
     *
     * @param protocol the number of an Ethernet protocol, such as 0x0800 for IPv4, as it is written: C's {@code htons}
     *        is done here; 3 (ETH_P_ALL) for all; 0 for none, until it is bound again
     * @param interfaceIndex the number of an interface, 0 for all
     * @return the address
     * @throws IllegalArgumentException if the protocol does not fit into 16 bits, or the number is negative
     */
    public static PacketAddress of(int protocol, int interfaceIndex) {
        return of(protocol, interfaceIndex, new byte[0]);
    }

    /**
     * For {@link SocketFd#sendto(java.lang.foreign.MemorySegment, int, SocketAddress)} on a socket of {@link
     * SocketFd#SOCK_DGRAM}, for which the kernel writes the link-layer header: the destination.
     *
     * @param protocol the number of an Ethernet protocol, such as 0x0800 for IPv4, as it is written
     * @param interfaceIndex the number of the interface
     * @param address the receiver's hardware address, at most 32 bytes
     * @return the address
     * @throws IllegalArgumentException if the protocol does not fit into 16 bits, the number is negative, or the
     *         address is too long
     */
    public static PacketAddress of(int protocol, int interfaceIndex, byte[] address) {
        if (protocol < 0 || protocol > 0xffff) {
            throw new IllegalArgumentException("the number of a protocol has 16 bits: " + protocol);
        }
        if (interfaceIndex < 0) {
            throw new IllegalArgumentException("the number of an interface is not negative: " + interfaceIndex);
        }
        if (address.length > MOST) {
            throw new IllegalArgumentException(
                    "a hardware address has at most " + MOST + " bytes, this one has " + address.length);
        }
        return new PacketAddress(protocol, interfaceIndex, 0, 0, address.clone());
    }

    /**
     * {@code ntohs(sll_protocol)}.
     *
     * @return the number of the Ethernet protocol, such as 0x0800 for IPv4
     */
    public int protocol() {
        return protocol;
    }

    /**
     * {@code sll_ifindex}.
     *
     * @return the number of the interface
     */
    public int interfaceIndex() {
        return interfaceIndex;
    }

    /**
     * {@code sll_hatype}.
     *
     * @return the kind of hardware, as ARP numbers it: 1 is Ethernet, 772 the loopback interface
     */
    public int hatype() {
        return hatype;
    }

    /**
     * {@code sll_pkttype}: for whom a packet was.
     *
     * @return {@link #PACKET_HOST} or another
     */
    public int pkttype() {
        return pkttype;
    }

    /**
     * {@code sll_addr}: the hardware address.
     *
     * @return a copy of its bytes, none if it is not known
     */
    public byte[] address() {
        return address.clone();
    }

    /**
     * {@code ntohs(sll_protocol)} of an address that was received, without allocating anything.
     *
     * @param from what {@link SocketFd#recvfrom} wrote
     * @return the number of the Ethernet protocol
     * @throws IllegalStateException if there is no address, or one of another family
     */
    public static int protocol(SockaddrStorage from) {
        return Short.toUnsignedInt(Short.reverseBytes(sockaddr_ll.sll_protocol(required(from).segment)));
    }

    /**
     * {@code sll_ifindex} of an address that was received, without allocating anything.
     *
     * @param from what {@link SocketFd#recvfrom} wrote
     * @return the number of the interface
     * @throws IllegalStateException if there is no address, or one of another family
     */
    public static int interfaceIndex(SockaddrStorage from) {
        return sockaddr_ll.sll_ifindex(required(from).segment);
    }

    /**
     * {@code sll_pkttype} of an address that was received, without allocating anything.
     *
     * @param from what {@link SocketFd#recvfrom} wrote
     * @return {@link #PACKET_HOST} or another
     * @throws IllegalStateException if there is no address, or one of another family
     */
    public static int pkttype(SockaddrStorage from) {
        return Byte.toUnsignedInt(sockaddr_ll.sll_pkttype(required(from).segment));
    }

    private static SockaddrStorage required(SockaddrStorage from) {
        from.require(socket_h.AF_PACKET(), sockaddr_ll.sll_addr$offset());
        return from;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PacketAddress that && protocol == that.protocol
                && interfaceIndex == that.interfaceIndex && hatype == that.hatype && pkttype == that.pkttype
                && Arrays.equals(address, that.address);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * protocol + interfaceIndex) + Arrays.hashCode(address);
    }

    @Override
    public String toString() {
        return "packet protocol=0x" + HexFormat.of().toHexDigits((short) protocol) + " interface=" + interfaceIndex
                + (address.length == 0 ? "" : " address=" + HexFormat.ofDelimiter(":").formatHex(address));
    }
}
