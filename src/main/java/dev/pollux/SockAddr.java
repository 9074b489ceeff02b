package dev.pollux;

import dev.pollux.generated.sockaddr;
import dev.pollux.generated.sockaddr_can;
import dev.pollux.generated.sockaddr_in;
import dev.pollux.generated.sockaddr_in6;
import dev.pollux.generated.sockaddr_ll;
import dev.pollux.generated.sockaddr_nl;
import dev.pollux.generated.sockaddr_un;
import dev.pollux.generated.sockaddr_vm;
import dev.pollux.generated.socket_h;
import dev.pollux.internal.Closing;
import dev.pollux.internal.FileName;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Socket addresses as the kernel's {@code sockaddr_in}, {@code sockaddr_in6}, {@code sockaddr_un} and others. */
final class SockAddr {
    static final int AF_UNSPEC = socket_h.AF_UNSPEC();
    private static final int AF_UNIX = socket_h.AF_UNIX();
    private static final int AF_INET = socket_h.AF_INET();
    private static final int AF_INET6 = socket_h.AF_INET6();
    private static final int AF_NETLINK = socket_h.AF_NETLINK();
    private static final int AF_PACKET = socket_h.AF_PACKET();
    private static final int AF_CAN = socket_h.AF_CAN();
    private static final int AF_VSOCK = socket_h.AF_VSOCK();
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final long SUN_PATH = sockaddr_un.sun_path$offset();
    private static final long SLL_ADDR = sockaddr_ll.sll_addr$offset();

    private SockAddr() { }

    /** Loads what addresses of such sockets need: at the limit of open files it would fail for the whole process. */
    static void prepare(int domain) {
        if (domain == AF_UNIX) {
            Closing.preparePaths();
        } else {
            Closing.prepareAddresses();
        }
    }

    /** Writes {@code address} as a socket of {@code domain} wants it, and returns its length. */
    static int encode(SocketAddress address, int domain, MemorySegment to) {
        to.fill((byte) 0);
        switch (address) {
            case UnixDomainSocketAddress unix when domain == AF_UNIX -> {
                Path file = FileName.resolve(unix.getPath());
                byte[] path = FileName.encode(file);
                if (path.length > UnixAbstractAddress.LONGEST) {
                    throw new IllegalArgumentException("the path of a Unix domain socket has at most "
                            + UnixAbstractAddress.LONGEST + " bytes, this one has " + path.length + ": " + file);
                }
                sockaddr_un.sun_family(to, (short) AF_UNIX);
                MemorySegment.copy(path, 0, to, ValueLayout.JAVA_BYTE, SUN_PATH, path.length);
                return (int) SUN_PATH + path.length + (path.length == 0 ? 0 : 1);
            }
            case UnixAbstractAddress unix when domain == AF_UNIX -> {
                byte[] name = unix.name();
                sockaddr_un.sun_family(to, (short) AF_UNIX);
                MemorySegment.copy(name, 0, to, ValueLayout.JAVA_BYTE, SUN_PATH + 1, name.length);
                return (int) SUN_PATH + 1 + name.length;
            }
            case InetSocketAddress inet when domain == AF_INET || domain == AF_INET6 -> {
                InetAddress host = inet.getAddress();
                if (host == null) {
                    throw new IllegalArgumentException("unresolved address: " + inet);
                }
                return domain == AF_INET ? encode4(host, inet.getPort(), to) : encode6(host, inet.getPort(), to);
            }
            case NetlinkAddress netlink when domain == AF_NETLINK -> {
                sockaddr_nl.nl_family(to, (short) AF_NETLINK);
                sockaddr_nl.nl_pid(to, netlink.pid());
                sockaddr_nl.nl_groups(to, netlink.groups());
                return (int) sockaddr_nl.sizeof();
            }
            case PacketAddress packet when domain == AF_PACKET -> {
                byte[] hardware = packet.address();
                sockaddr_ll.sll_family(to, (short) AF_PACKET);
                to.set(NETWORK_SHORT, sockaddr_ll.sll_protocol$offset(), (short) packet.protocol());
                sockaddr_ll.sll_ifindex(to, packet.interfaceIndex());
                sockaddr_ll.sll_hatype(to, (short) packet.hatype());
                sockaddr_ll.sll_pkttype(to, (byte) packet.pkttype());
                sockaddr_ll.sll_halen(to, (byte) hardware.length);
                MemorySegment.copy(hardware, 0, to, ValueLayout.JAVA_BYTE, SLL_ADDR, hardware.length);
                return (int) Math.max(sockaddr_ll.sizeof(), SLL_ADDR + hardware.length);
            }
            case VsockAddress vsock when domain == AF_VSOCK -> {
                sockaddr_vm.svm_family(to, (short) AF_VSOCK);
                sockaddr_vm.svm_port(to, vsock.port());
                sockaddr_vm.svm_cid(to, vsock.cid());
                return (int) sockaddr_vm.sizeof();
            }
            case CanAddress can when domain == AF_CAN -> {
                sockaddr_can.can_family(to, (short) AF_CAN);
                sockaddr_can.can_ifindex(to, can.interfaceIndex());
                to.set(ValueLayout.JAVA_INT, sockaddr_can.can_addr$tp$rx_id$offset(), can.rxId());
                to.set(ValueLayout.JAVA_INT, sockaddr_can.can_addr$tp$tx_id$offset(), can.txId());
                return (int) sockaddr_can.sizeof();
            }
            default -> throw new IllegalArgumentException(
                    address.getClass().getSimpleName() + " " + address + " does not fit a socket of " + name(domain));
        }
    }

    /** Writes the address of a family that has none, which undoes a connection, and returns its length. */
    public static int encodeNone(MemorySegment to) {
        to.fill((byte) 0);
        sockaddr.sa_family(to, (short) AF_UNSPEC);
        return (int) sockaddr.sizeof();
    }

    private static int encode4(InetAddress host, int port, MemorySegment to) {
        byte[] bytes = host.getAddress();
        if (bytes.length != 4) {
            if (!host.isAnyLocalAddress()) {
                throw new IllegalArgumentException(host + " is an IPv6 address and the socket is of AF_INET");
            }
            bytes = new byte[4];
        }
        sockaddr_in.sin_family(to, (short) AF_INET);
        to.set(NETWORK_SHORT, sockaddr_in.sin_port$offset(), (short) port);
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, sockaddr_in.sin_addr$offset(), 4);
        return (int) sockaddr_in.sizeof();
    }

    private static int encode6(InetAddress host, int port, MemorySegment to) {
        sockaddr_in6.sin6_family(to, (short) AF_INET6);
        to.set(NETWORK_SHORT, sockaddr_in6.sin6_port$offset(), (short) port);
        long at = sockaddr_in6.sin6_addr$offset();
        byte[] bytes = host.getAddress();
        if (bytes.length == 16) {
            MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at, 16);
            sockaddr_in6.sin6_scope_id(to, ((Inet6Address) host).getScopeId());
        } else if (!host.isAnyLocalAddress()) {
            // ::ffff:a.b.c.d; the wildcard stays ::, as it does in the JDK
            to.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 10, (short) -1);
            MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, at + 12, 4);
        }
        return (int) sockaddr_in6.sizeof();
    }

    /** Reads an address that the kernel wrote. */
    static SocketAddress decode(MemorySegment from, int length) {
        int family = length < Short.BYTES ? AF_UNSPEC : Short.toUnsignedInt(sockaddr.sa_family(from));
        if (family == AF_UNIX) {
            long end = Math.min(length, from.byteSize());
            long zero = SUN_PATH;
            while (zero < end && from.get(ValueLayout.JAVA_BYTE, zero) != 0) {
                zero++;
            }
            if (zero == SUN_PATH && end > SUN_PATH) {
                long name = Math.min(UnixAbstractAddress.LONGEST, end - zero - 1);
                return UnixAbstractAddress.of(from.asSlice(zero + 1, name).toArray(ValueLayout.JAVA_BYTE));
            }
            byte[] path = from.asSlice(SUN_PATH, Math.max(0, zero - SUN_PATH)).toArray(ValueLayout.JAVA_BYTE);
            return UnixDomainSocketAddress.of(FileName.decode(path));
        }
        if (family == AF_INET && length >= sockaddr_in.sizeof()) {
            return address(inet(from, sockaddr_in.sin_addr$offset(), 4, 0), from, sockaddr_in.sin_port$offset());
        }
        if (family == AF_INET6 && length >= sockaddr_in6.sizeof()) {
            return address(inet(from, sockaddr_in6.sin6_addr$offset(), 16, sockaddr_in6.sin6_scope_id(from)), from,
                    sockaddr_in6.sin6_port$offset());
        }
        if (family == AF_NETLINK && length >= sockaddr_nl.sizeof()) {
            return NetlinkAddress.of(sockaddr_nl.nl_pid(from), sockaddr_nl.nl_groups(from));
        }
        if (family == AF_PACKET && length >= SLL_ADDR) {
            int hardware = Math.min(Byte.toUnsignedInt(sockaddr_ll.sll_halen(from)), length - (int) SLL_ADDR);
            return new PacketAddress(
                    Short.toUnsignedInt(from.get(NETWORK_SHORT, sockaddr_ll.sll_protocol$offset())),
                    sockaddr_ll.sll_ifindex(from), Short.toUnsignedInt(sockaddr_ll.sll_hatype(from)),
                    Byte.toUnsignedInt(sockaddr_ll.sll_pkttype(from)),
                    from.asSlice(SLL_ADDR, hardware).toArray(ValueLayout.JAVA_BYTE));
        }
        if (family == AF_VSOCK && length >= sockaddr_vm.sizeof()) {
            return VsockAddress.of(sockaddr_vm.svm_cid(from), sockaddr_vm.svm_port(from));
        }
        if (family == AF_CAN && length >= sockaddr_can.sizeof()) {
            return CanAddress.of(sockaddr_can.can_ifindex(from),
                    from.get(ValueLayout.JAVA_INT, sockaddr_can.can_addr$tp$rx_id$offset()),
                    from.get(ValueLayout.JAVA_INT, sockaddr_can.can_addr$tp$tx_id$offset()));
        }
        throw new UnsupportedOperationException(
                "an address of " + name(family) + " with " + length + " bytes, for which Java has no type");
    }

    static InetAddress inet(MemorySegment from, long offset, int bytes) {
        return inet(from, offset, bytes, 0);
    }

    private static InetAddress inet(MemorySegment from, long offset, int bytes, int scope) {
        byte[] host = from.asSlice(offset, bytes).toArray(ValueLayout.JAVA_BYTE);
        try {
            return scope == 0 ? InetAddress.getByAddress(host) : Inet6Address.getByAddress(null, host, scope);
        } catch (UnknownHostException e) {
            throw new AssertionError("only for a wrong number of bytes", e);
        }
    }

    private static InetSocketAddress address(InetAddress host, MemorySegment from, long portOffset) {
        return new InetSocketAddress(host, Short.toUnsignedInt(from.get(NETWORK_SHORT, portOffset)));
    }

    /** The name of a family, for messages. */
    static String name(int domain) {
        return domain == AF_UNIX ? "AF_UNIX"
                : domain == AF_INET ? "AF_INET"
                : domain == AF_INET6 ? "AF_INET6"
                : domain == AF_NETLINK ? "AF_NETLINK"
                : domain == AF_PACKET ? "AF_PACKET"
                : domain == AF_CAN ? "AF_CAN"
                : domain == AF_VSOCK ? "AF_VSOCK" : "address family " + domain;
    }
}
