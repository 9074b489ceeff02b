package dev.pollux;

import java.net.SocketAddress;

/**
 * The address of a socket on a CAN bus, {@code struct sockaddr_can}: a network interface, and for the ISO-TP protocol
 * the identifiers of what is received and sent.
 *
 * <p>Its layout is compared with the C compiler's; it has not been run on a kernel with CAN yet. Addresses of the J1939
 * protocol go as bytes: {@link SockaddrStorage#set(java.lang.foreign.MemorySegment)}.
 *
 * <p>It never changes, and may be used by any thread.
 *
 * @see <a href="https://docs.kernel.org/networking/can.html">SocketCAN</a>
 */
public final class CanAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    /** The number of the interface. */
    private final int interfaceIndex;

    /** What is received. */
    private final int rxId;

    /** What is sent. */
    private final int txId;

    private CanAddress(int interfaceIndex, int rxId, int txId) {
        this.interfaceIndex = interfaceIndex;
        this.rxId = rxId;
        this.txId = txId;
    }

    /**
     * The address of a bus.
     *
     * @param interfaceIndex the number of its interface, 0 for all
     * @return the address
     */
    public static CanAddress of(int interfaceIndex) {
        return of(interfaceIndex, 0, 0);
    }

    /**
     * The address of an ISO-TP socket.
     *
     * @param interfaceIndex the number of its interface
     * @param rxId the identifier of what is received, with CAN_EFF_FLAG (the highest bit) if it has 29 bits
     * @param txId the identifier of what is sent, likewise
     * @return the address
     */
    public static CanAddress of(int interfaceIndex, int rxId, int txId) {
        return new CanAddress(interfaceIndex, rxId, txId);
    }

    /**
     * {@code can_ifindex}.
     *
     * @return the number of the interface
     */
    public int interfaceIndex() {
        return interfaceIndex;
    }

    /**
     * {@code can_addr.tp.rx_id}.
     *
     * @return the identifier of what is received
     */
    public int rxId() {
        return rxId;
    }

    /**
     * {@code can_addr.tp.tx_id}.
     *
     * @return the identifier of what is sent
     */
    public int txId() {
        return txId;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CanAddress that && interfaceIndex == that.interfaceIndex && rxId == that.rxId
                && txId == that.txId;
    }

    @Override
    public int hashCode() {
        return 31 * (31 * interfaceIndex + rxId) + txId;
    }

    @Override
    public String toString() {
        return "can interface=" + interfaceIndex + (rxId == 0 && txId == 0 ? ""
                : " rx=0x" + Integer.toHexString(rxId) + " tx=0x" + Integer.toHexString(txId));
    }
}
