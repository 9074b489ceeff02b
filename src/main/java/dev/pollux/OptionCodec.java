package dev.pollux;

import dev.pollux.generated.group_req;
import dev.pollux.generated.group_source_req;
import dev.pollux.generated.ip_mreqn;
import dev.pollux.generated.linger;
import dev.pollux.generated.packet_mreq;
import dev.pollux.generated.socket_h;
import dev.pollux.generated.timeval;
import dev.pollux.generated.tpacket_stats;
import dev.pollux.generated.ucred;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** How C has the value of a socket option. */
abstract class OptionCodec<T> {
    /** Of the names of interfaces, and of algorithms of TCP, with their NUL. */
    static final int NAME_BYTES = 16;

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static final int INT = Integer.BYTES;
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /** How much room is enough for any value, or to begin with, where the kernel says how much it needs (ERANGE). */
    abstract int bytes();

    /** Writes a value into zeroed memory, and returns how many bytes it takes. */
    int encode(T value, MemorySegment to) {
        throw new UnsupportedOperationException("this option can only be read");
    }

    /** Reads what the kernel wrote. */
    T decode(MemorySegment from, int length) {
        throw new UnsupportedOperationException("this option can only be set");
    }

    /** The level, for this value. */
    int level(T value, int level) {
        return level;
    }

    private static void requireLength(int length, long expected) {
        if (length != expected) {
            throw new IllegalArgumentException("the value has " + length + " bytes, and its type " + expected
                    + ": use getsockopt(level, option, MemorySegment)");
        }
    }

    static final class Time extends OptionCodec<Duration> {
        private final Sockopt.Unit unit;

        Time(Sockopt.Unit unit) {
            this.unit = Objects.requireNonNull(unit);
        }

        @Override
        int bytes() {
            return (int) timeval.sizeof();
        }

        private int perSecond() {
            return switch (unit) {
                case SECONDS -> 1;
                case MILLISECONDS -> 1_000;
                case MICROSECONDS, TIMEVAL -> 1_000_000;
            };
        }

        @Override
        int encode(Duration value, MemorySegment to) {
            if (value.isNegative()) {
                throw new IllegalArgumentException("negative time: " + value);
            }
            long nanosPerUnit = NANOS_PER_SECOND / perSecond();
            long seconds = value.getSeconds();
            long units = (value.getNano() + nanosPerUnit - 1) / nanosPerUnit;
            if (unit == Sockopt.Unit.TIMEVAL) {
                boolean carry = units == perSecond() && seconds < Long.MAX_VALUE;
                timeval.tv_sec(to, seconds + (carry ? 1 : 0));
                timeval.tv_usec(to, carry ? 0 : Math.min(units, perSecond() - 1));
                return bytes();
            }
            to.set(ValueLayout.JAVA_INT, 0, (int) Math.min(Integer.MAX_VALUE,
                    Math.min(seconds, Integer.MAX_VALUE) * perSecond() + units));
            return INT;
        }

        @Override
        Duration decode(MemorySegment from, int length) {
            if (unit == Sockopt.Unit.TIMEVAL) {
                requireLength(length, bytes());
                return Duration.ofSeconds(timeval.tv_sec(from), timeval.tv_usec(from) * 1_000);
            }
            requireLength(length, INT);
            long units = from.get(ValueLayout.JAVA_INT, 0);
            return Duration.ofNanos(units * (NANOS_PER_SECOND / perSecond()));
        }
    }

    static final class Linger extends OptionCodec<Optional<Duration>> {
        private static final Time SECONDS = new Time(Sockopt.Unit.SECONDS);

        @Override
        int bytes() {
            return (int) linger.sizeof();
        }

        @Override
        int encode(Optional<Duration> value, MemorySegment to) {
            linger.l_onoff(to, value.isPresent() ? 1 : 0);
            value.ifPresent(time -> SECONDS.encode(time, to.asSlice(linger.l_linger$offset())));
            return bytes();
        }

        @Override
        Optional<Duration> decode(MemorySegment from, int length) {
            requireLength(length, bytes());
            return linger.l_onoff(from) == 0
                    ? Optional.empty() : Optional.of(Duration.ofSeconds(linger.l_linger(from)));
        }
    }

    static final class Text extends OptionCodec<String> {
        private final int most;

        Text(int most) {
            if (most < 1 || most > 65_535) {
                throw new IllegalArgumentException("a text has from 1 to 65535 bytes at most, not " + most);
            }
            this.most = most;
        }

        @Override
        int bytes() {
            return most + 1;
        }

        @Override
        int encode(String value, MemorySegment to) {
            byte[] text = value.getBytes(StandardCharsets.UTF_8);
            if (text.length > most) { // the kernel would cut it
                throw new IllegalArgumentException(
                        "the value has at most " + most + " bytes, this one has " + text.length + ": " + value);
            }
            if (value.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("NUL in the value");
            }
            MemorySegment.copy(text, 0, to, BYTE, 0, text.length);
            return text.length;
        }

        @Override
        String decode(MemorySegment from, int length) {
            int end = 0;
            while (end < Math.min(length, bytes()) && from.get(BYTE, end) != 0) {
                end++;
            }
            return new String(from.asSlice(0, end).toArray(BYTE), StandardCharsets.UTF_8);
        }
    }

    /** {@code struct ip_mreqn}, with an interface only: a plain {@code int} would be taken for an address. */
    static final class MulticastInterface extends OptionCodec<Integer> {
        @Override
        int bytes() {
            return (int) ip_mreqn.sizeof();
        }

        @Override
        int encode(Integer value, MemorySegment to) {
            to.set(ValueLayout.JAVA_INT, ip_mreqn.imr_ifindex$offset(), value);
            return bytes();
        }
    }

    private static int levelOf(InetAddress group) {
        return group.getAddress().length == INT ? socket_h.IPPROTO_IP() : socket_h.IPPROTO_IPV6();
    }

    private static void address(InetAddress address, MemorySegment to, long offset) {
        int domain = address.getAddress().length == INT ? socket_h.AF_INET() : socket_h.AF_INET6();
        SockAddr.encode(new InetSocketAddress(address, 0), domain, to.asSlice(offset, SockaddrStorage.BYTES));
    }

    static final class Group extends OptionCodec<Sockopt.GroupReq> {
        @Override
        int bytes() {
            return (int) group_req.sizeof();
        }

        @Override
        int encode(Sockopt.GroupReq value, MemorySegment to) {
            group_req.gr_interface(to, value.interfaceIndex());
            address(value.group(), to, group_req.gr_group$offset());
            return bytes();
        }

        @Override
        int level(Sockopt.GroupReq value, int level) {
            return levelOf(value.group());
        }
    }

    static final class Source extends OptionCodec<Sockopt.GroupSourceReq> {
        @Override
        int bytes() {
            return (int) group_source_req.sizeof();
        }

        @Override
        int encode(Sockopt.GroupSourceReq value, MemorySegment to) {
            group_source_req.gsr_interface(to, value.interfaceIndex());
            address(value.group(), to, group_source_req.gsr_group$offset());
            address(value.source(), to, group_source_req.gsr_source$offset());
            return bytes();
        }

        @Override
        int level(Sockopt.GroupSourceReq value, int level) {
            return levelOf(value.group());
        }
    }

    static final class Membership extends OptionCodec<Sockopt.PacketMreq> {
        static final int ADDRESS_BYTES = (int) (packet_mreq.sizeof() - packet_mreq.mr_address$offset());

        @Override
        int bytes() {
            return (int) packet_mreq.sizeof();
        }

        @Override
        int encode(Sockopt.PacketMreq value, MemorySegment to) {
            byte[] address = value.address();
            packet_mreq.mr_ifindex(to, value.interfaceIndex());
            packet_mreq.mr_type(to, (short) value.type());
            packet_mreq.mr_alen(to, (short) address.length);
            MemorySegment.copy(address, 0, to, BYTE, packet_mreq.mr_address$offset(), address.length);
            return bytes();
        }
    }

    static final class Statistics extends OptionCodec<Sockopt.PacketStats> {
        @Override
        int bytes() {
            return (int) tpacket_stats.sizeof();
        }

        @Override
        Sockopt.PacketStats decode(MemorySegment from, int length) {
            requireLength(length, bytes());
            return new Sockopt.PacketStats(Integer.toUnsignedLong(tpacket_stats.tp_packets(from)),
                    Integer.toUnsignedLong(tpacket_stats.tp_drops(from)));
        }
    }

    static final class Credentials extends OptionCodec<Sockopt.Ucred> {
        @Override
        int bytes() {
            return (int) ucred.sizeof();
        }

        @Override
        Sockopt.Ucred decode(MemorySegment from, int length) {
            requireLength(length, bytes());
            return new Sockopt.Ucred(ucred.pid(from), ucred.uid(from), ucred.gid(from));
        }
    }

    static final class PeerPidFd extends OptionCodec<PidFd> {
        @Override
        int bytes() {
            return INT;
        }

        @Override
        PidFd decode(MemorySegment from, int length) {
            requireLength(length, INT);
            return PidFd.opened(from.get(ValueLayout.JAVA_INT, 0));
        }
    }

    static final class Groups extends OptionCodec<int[]> {
        private static final int USUAL = 32;

        @Override
        int bytes() {
            return USUAL * INT;
        }

        @Override
        int[] decode(MemorySegment from, int length) {
            return from.asSlice(0, Math.clamp(length, 0, from.byteSize()) / INT * INT).toArray(ValueLayout.JAVA_INT);
        }
    }

    /** {@code struct tcp_info}, which grows: the kernel's may be shorter, and longer. */
    static final class Info extends OptionCodec<TcpInfo> {
        @Override
        int bytes() {
            return TcpInfo.ROOM;
        }

        @Override
        TcpInfo decode(MemorySegment from, int length) {
            return new TcpInfo(from.asSlice(0, Math.clamp(length, 0, bytes())).toArray(BYTE));
        }
    }
}
