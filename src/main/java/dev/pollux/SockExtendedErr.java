package dev.pollux;

import dev.pollux.generated.sock_extended_err;
import dev.pollux.generated.sockaddr;
import dev.pollux.generated.socket_h;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct sock_extended_err}: what became of something that was sent, as {@link SocketFd#recvmsg} with {@link
 * SocketFd#MSG_ERRQUEUE} tells it, and {@link ControlMessages#extendedError}. The data that comes with it is the
 * beginning of what was sent, its address that to which it was sent.
 *
 * @param errno {@code ee_errno}, to be compared with the constants of {@link Errno}: ECONNREFUSED, EHOSTUNREACH,
 *        EMSGSIZE (of which {@code info} is the largest size that passes) and others
 * @param origin {@code ee_origin}: {@link #SO_EE_ORIGIN_ICMP} or another
 * @param type {@code ee_type}: that of the ICMP message
 * @param code {@code ee_code}: that of the ICMP message
 * @param info {@code ee_info}
 * @param data {@code ee_data}
 * @param offender {@code SO_EE_OFFENDER}: who says so; {@code null} if that is not known, as of an error of this host
 * @see <a href="https://man7.org/linux/man-pages/man7/ip.7.html">ip(7)</a>
 */
@SuppressWarnings("exports") // JSpecify: a module that uses this one need not have it
public record SockExtendedErr(int errno, int origin, int type, int code, int info, int data,
        @Nullable SocketAddress offender) {
    /** This host found the error. */
    public static final int SO_EE_ORIGIN_LOCAL = socket_h.SO_EE_ORIGIN_LOCAL();
    /** It came by ICMP. */
    public static final int SO_EE_ORIGIN_ICMP = socket_h.SO_EE_ORIGIN_ICMP();
    /** It came by ICMP of IPv6. */
    public static final int SO_EE_ORIGIN_ICMP6 = socket_h.SO_EE_ORIGIN_ICMP6();
    /**
     * No error ({@code errno} is 0): the calls with {@link SocketFd#MSG_ZEROCOPY} from number {@code info} up to and
     * including number {@code data} are done with their memory. The numbers are unsigned, and begin again after 2^32 -
     * 1.
     */
    public static final int SO_EE_ORIGIN_ZEROCOPY = socket_h.SO_EE_ORIGIN_ZEROCOPY();
    /** The {@code code} of such a message, if the kernel had to copy after all: over the loopback device, say. */
    public static final int SO_EE_CODE_ZEROCOPY_COPIED = socket_h.SO_EE_CODE_ZEROCOPY_COPIED();

    /** Reads one, and the address behind it. */
    static SockExtendedErr decode(MemorySegment from) {
        MemorySegment address = from.asSlice(sock_extended_err.sizeof());
        SocketAddress offender = null;
        if (address.byteSize() >= Short.BYTES && sockaddr.sa_family(address) != SockAddr.AF_UNSPEC) {
            try {
                offender = SockAddr.decode(address, (int) address.byteSize());
            } catch (UnsupportedOperationException e) {
                // of a family that has no type, or cut: it is not known then
            }
        }
        return new SockExtendedErr(sock_extended_err.ee_errno(from),
                Byte.toUnsignedInt(sock_extended_err.ee_origin(from)),
                Byte.toUnsignedInt(sock_extended_err.ee_type(from)),
                Byte.toUnsignedInt(sock_extended_err.ee_code(from)),
                sock_extended_err.ee_info(from), sock_extended_err.ee_data(from), offender);
    }
}
