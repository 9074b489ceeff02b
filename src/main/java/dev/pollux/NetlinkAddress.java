package dev.pollux;

import dev.pollux.generated.sockaddr_nl;
import dev.pollux.generated.socket_h;
import java.net.SocketAddress;

/**
 * The address of a netlink socket, {@code struct sockaddr_nl}: a number, to which messages are sent, and the groups
 * whose messages it receives.
 *
 * <p>The number of the kernel is 0. Any process may send to a netlink socket, so look at the sender of what claims to
 * come from the kernel: {@link #pid(SockaddrStorage)}.
 *
 * <p>It is immutable, and may be used by any thread.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/netlink.7.html">netlink(7)</a>
 */
public final class NetlinkAddress extends SocketAddress {
    private static final long serialVersionUID = 1;

    /** Protocol of {@link SocketFd#AF_NETLINK}: links, addresses, routes. See rtnetlink(7). */
    public static final int NETLINK_ROUTE = socket_h.NETLINK_ROUTE();
    /** Protocol of {@link SocketFd#AF_NETLINK}: devices that come and go, as udev hears of them. */
    public static final int NETLINK_KOBJECT_UEVENT = socket_h.NETLINK_KOBJECT_UEVENT();

    /** The number. */
    private final int pid;

    /** The groups. */
    private final int groups;

    private NetlinkAddress(int pid, int groups) {
        this.pid = pid;
        this.groups = groups;
    }

    /**
     * The address of a socket.
     *
     * @param pid its number; 0 is the kernel, and for {@link SocketFd#bind(SocketAddress)} one that the kernel chooses
     * @param groups a bit for each of the first 32 groups, the lowest for group 1; {@link
     *        Sockopt#NETLINK_ADD_MEMBERSHIP} takes any
     * @return the address
     */
    public static NetlinkAddress of(int pid, int groups) {
        return new NetlinkAddress(pid, groups);
    }

    /**
     * {@code nl_pid}.
     *
     * @return the number of the socket, unsigned; 0 for the kernel
     */
    public int pid() {
        return pid;
    }

    /**
     * {@code nl_groups}.
     *
     * @return a bit for each of the first 32 groups
     */
    public int groups() {
        return groups;
    }

    /**
     * {@code nl_pid} of an address that was received, without allocating anything.
     *
     * @param from what {@link SocketFd#recvfrom} wrote
     * @return the number of the sender, unsigned; 0 for the kernel
     * @throws IllegalStateException if there is no address, or one of another family
     */
    public static int pid(SockaddrStorage from) {
        from.require(socket_h.AF_NETLINK(), sockaddr_nl.sizeof());
        return sockaddr_nl.nl_pid(from.segment);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetlinkAddress that && pid == that.pid && groups == that.groups;
    }

    @Override
    public int hashCode() {
        return 31 * pid + groups;
    }

    @Override
    public String toString() {
        return "netlink pid=" + Integer.toUnsignedString(pid) + (groups == 0 ? "" : " groups=0x"
                + Integer.toHexString(groups));
    }
}
