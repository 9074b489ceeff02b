package dev.pollux;

import dev.pollux.generated.socket_h;
import java.net.SocketAddress;

/**
 * The address of a socket between a virtual machine and its host, {@code struct sockaddr_vm}: a machine and a port,
 * both unsigned.
 *
 * <p>Its layout is compared with the C compiler's, and {@code bind} and {@code getsockname} were run with it. No
 * connection was ever made with it: there was no machine to connect to.
 *
 * <p>It never changes, and may be used by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/vsock.7.html">vsock(7)</a>
 */
public final class VsockAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    /** For {@link SocketFd#bind(SocketAddress)}: any address of this machine. */
    public static final int VMADDR_CID_ANY = socket_h.VMADDR_CID_ANY();
    /** The hypervisor. */
    public static final int VMADDR_CID_HYPERVISOR = socket_h.VMADDR_CID_HYPERVISOR();
    /** This machine. */
    public static final int VMADDR_CID_LOCAL = socket_h.VMADDR_CID_LOCAL();
    /** The host. */
    public static final int VMADDR_CID_HOST = socket_h.VMADDR_CID_HOST();
    /** For {@link SocketFd#bind(SocketAddress)}: a port that the kernel chooses. */
    public static final int VMADDR_PORT_ANY = socket_h.VMADDR_PORT_ANY();

    /** The machine. */
    private final int cid;

    /** The port. */
    private final int port;

    private VsockAddress(int cid, int port) {
        this.cid = cid;
        this.port = port;
    }

    /**
     * The address of a port.
     *
     * @param cid the number of the machine, {@link #VMADDR_CID_HOST} or another
     * @param port the port
     * @return the address
     */
    public static VsockAddress of(int cid, int port) {
        return new VsockAddress(cid, port);
    }

    /**
     * {@code svm_cid}.
     *
     * @return the number of the machine, unsigned
     */
    public int cid() {
        return cid;
    }

    /**
     * {@code svm_port}.
     *
     * @return the port, unsigned
     */
    public int port() {
        return port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VsockAddress that && cid == that.cid && port == that.port;
    }

    @Override
    public int hashCode() {
        return 31 * cid + port;
    }

    @Override
    public String toString() {
        return "vsock " + Integer.toUnsignedString(cid) + ":" + Integer.toUnsignedString(port);
    }
}
