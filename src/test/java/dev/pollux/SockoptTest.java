package dev.pollux;

import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.AF_INET6;
import static dev.pollux.SocketFd.IPPROTO_TCP;
import static dev.pollux.SocketFd.SOCK_CLOEXEC;
import static dev.pollux.SocketFd.SOCK_DGRAM;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static dev.pollux.SocketFd.SOL_SOCKET;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.bytes;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.jspecify.annotations.Nullable;

/** Each option is set and read back, on a socket that has it; level and number are the compiler's: {@code AbiTest}. */
@Timeout(60)
class SockoptTest {
    private static final int LOOPBACK = 1; // the index of lo in every network namespace

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void end() {
        arena.close();
    }

    // kinds of sockets

    private interface Kind {
        SocketFd create() throws IOException;
    }

    private static SocketFd tcp() throws IOException {
        return SocketFd.create(AF_INET, SOCK_STREAM);
    }

    private static SocketFd udp() throws IOException {
        return SocketFd.create(AF_INET, SOCK_DGRAM);
    }

    private static SocketFd connected() throws IOException {
        SocketFd udp = udp();
        udp.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 9));
        return udp;
    }

    private static SocketFd listener() throws IOException {
        SocketFd tcp = tcp();
        tcp.listen(1);
        return tcp;
    }

    private static SocketFd unix() throws IOException {
        return SocketFd.create(SocketFd.AF_UNIX, SOCK_STREAM);
    }

    private static SocketFd paired() throws IOException {
        SocketPair pair = SocketPair.create();
        pair.first().close();
        return pair.second();
    }

    private static SocketFd tcp6() throws IOException {
        assumeIpv6();
        return SocketFd.create(AF_INET6, SOCK_STREAM);
    }

    private static SocketFd udp6() throws IOException {
        assumeIpv6();
        return SocketFd.create(AF_INET6, SOCK_DGRAM);
    }

    private static SocketFd connected6() throws IOException {
        SocketFd udp = udp6();
        udp.connect(new InetSocketAddress(InetAddress.getByName("::1"), 9));
        return udp;
    }

    private static void assumeIpv6() {
        Assumptions.assumeTrue(Files.exists(Path.of("/proc/net/if_inet6")), "this system has no IPv6");
    }

    private static SocketFd netlink() throws IOException {
        return SocketFd.create(SocketFd.AF_NETLINK, SocketFd.SOCK_RAW);
    }

    private static SocketFd packet() throws IOException {
        return privileged(() -> SocketFd.create(SocketFd.AF_PACKET, SocketFd.SOCK_RAW));
    }

    private interface Call<T> {
        T make() throws IOException;
    }

    private static <T> T privileged(Call<T> call) throws IOException {
        try {
            return call.make();
        } catch (ErrnoException e) {
            Assumptions.assumeFalse(e.errno() == Errno.EPERM, "needs rights: " + e.getMessage());
            throw e;
        }
    }

    // each option

    /** What is set, if that is possible, and what is read then, if that is possible. */
    private record Case(Sockopt.Option option, Kind socket, @Nullable Object set, @Nullable Predicate<Object> read) {
        @Override
        public String toString() {
            return option.name() + (set == null ? "" : " = " + set);
        }
    }

    private static final List<Case> CASES = new ArrayList<>();

    private static void both(Sockopt.Option option, Kind socket, Object value) {
        both(option, socket, value, value);
    }

    private static void both(Sockopt.Option option, Kind socket, Object value, Object read) {
        CASES.add(new Case(option, socket, value, read::equals));
    }

    private static void readOnly(Sockopt.Option option, Kind socket, Predicate<Object> read) {
        CASES.add(new Case(option, socket, null, read));
    }

    private static void setOnly(Sockopt.Option option, Kind socket, Object value) {
        CASES.add(new Case(option, socket, value, null));
    }

    static Stream<Case> cases() throws IOException {
        CASES.clear();
        readOnly(Sockopt.SO_ERROR, SockoptTest::tcp, v -> v.equals(0));
        readOnly(Sockopt.SO_TYPE, SockoptTest::tcp, v -> v.equals(SOCK_STREAM));
        readOnly(Sockopt.SO_DOMAIN, SockoptTest::tcp, v -> v.equals(AF_INET));
        readOnly(Sockopt.SO_PROTOCOL, SockoptTest::tcp, v -> v.equals(IPPROTO_TCP));
        readOnly(Sockopt.SO_ACCEPTCONN, SockoptTest::tcp, v -> v.equals(false));
        readOnly(Sockopt.SO_ACCEPTCONN, SockoptTest::listener, v -> v.equals(true));
        readOnly(Sockopt.SO_COOKIE, SockoptTest::tcp, v -> !v.equals(0L));
        for (Sockopt.Flag flag : List.of(Sockopt.SO_REUSEADDR, Sockopt.SO_REUSEPORT, Sockopt.SO_KEEPALIVE,
                Sockopt.SO_OOBINLINE, Sockopt.SO_DONTROUTE, Sockopt.IP_FREEBIND, Sockopt.IP_BIND_ADDRESS_NO_PORT,
                Sockopt.TCP_NODELAY, Sockopt.TCP_CORK, Sockopt.TCP_FASTOPEN_CONNECT, Sockopt.TCP_FASTOPEN_NO_COOKIE,
                Sockopt.IP_TRANSPARENT)) {
            both(flag, SockoptTest::tcp, true);
            both(flag, SockoptTest::tcp, false);
        }
        both(Sockopt.TCP_QUICKACK, SockoptTest::tcp, true);
        both(Sockopt.SO_BROADCAST, SockoptTest::udp, true);
        both(Sockopt.SO_RCVBUF, SockoptTest::tcp, 10_000, 20_000);
        both(Sockopt.SO_SNDBUF, SockoptTest::tcp, 10_000, 20_000);
        setOnly(Sockopt.SO_RCVBUFFORCE, SockoptTest::tcp, 1 << 20);
        setOnly(Sockopt.SO_SNDBUFFORCE, SockoptTest::tcp, 1 << 20);
        both(Sockopt.SO_RCVLOWAT, SockoptTest::tcp, 3);
        both(Sockopt.SO_ZEROCOPY, SockoptTest::tcp, true);
        both(Sockopt.SO_PRIORITY, SockoptTest::tcp, 5);
        both(Sockopt.SO_MARK, SockoptTest::tcp, 77);
        both(Sockopt.SO_INCOMING_CPU, SockoptTest::tcp, 0);
        both(Sockopt.SO_PEEK_OFF, SockoptTest::unix, 5);
        both(Sockopt.SO_BUSY_POLL, SockoptTest::udp, Duration.ofNanos(50_000));
        both(Sockopt.SO_MAX_PACING_RATE, SockoptTest::tcp, 1_000_000_000_000L);
        both(Sockopt.SO_LINGER, SockoptTest::tcp, Optional.of(Duration.ofSeconds(7)));
        both(Sockopt.SO_LINGER, SockoptTest::tcp, Optional.of(Duration.ZERO));
        both(Sockopt.SO_LINGER, SockoptTest::tcp, Optional.empty());
        both(Sockopt.SO_LINGER, SockoptTest::tcp, Optional.of(Duration.ofNanos(1)), Optional.of(Duration.ofSeconds(1)));
        both(Sockopt.SO_RCVTIMEO, SockoptTest::tcp, Duration.ofMillis(2_500));
        both(Sockopt.SO_SNDTIMEO, SockoptTest::tcp, Duration.ofMillis(2_500));
        both(Sockopt.SO_RCVTIMEO, SockoptTest::tcp, Duration.ofSeconds(Long.MAX_VALUE, 999_999_999), Duration.ZERO);
        CASES.add(new Case(Sockopt.SO_RCVTIMEO, SockoptTest::tcp, Duration.ofNanos(1),
                time -> ((Duration) time).isPositive()));
        both(Sockopt.SO_RCVTIMEO, SockoptTest::tcp, Duration.ofNanos(1_999_999_999), Duration.ofSeconds(2));
        both(Sockopt.SO_BINDTODEVICE, SockoptTest::tcp, "lo");
        both(Sockopt.SO_BINDTODEVICE, SockoptTest::tcp, "");
        both(Sockopt.SO_BINDTOIFINDEX, SockoptTest::tcp, LOOPBACK);

        for (Sockopt.Flag flag : List.of(Sockopt.SO_PASSCRED, Sockopt.SO_PASSPIDFD, Sockopt.SO_PASSSEC)) {
            both(flag, SockoptTest::unix, true);
        }
        readOnly(Sockopt.SO_PEERCRED, SockoptTest::unix, Sockopt.Ucred.NONE::equals);
        readOnly(Sockopt.SO_PEERCRED, SockoptTest::tcp, Sockopt.Ucred.NONE::equals);
        readOnly(Sockopt.SO_PEERCRED, SockoptTest::paired, v -> ((Sockopt.Ucred) v).equals(self()));
        readOnly(Sockopt.SO_PEERGROUPS, SockoptTest::paired, v -> Arrays.equals((int[]) v, groups()));
        readOnly(Sockopt.SO_PEERPIDFD, SockoptTest::paired, v -> isSelf((PidFd) v));

        both(Sockopt.IP_TOS, SockoptTest::udp, 0xb8);
        for (Sockopt.Flag flag : List.of(Sockopt.IP_PKTINFO, Sockopt.IP_RECVTTL, Sockopt.IP_RECVTOS,
                Sockopt.IP_RECVERR, Sockopt.SO_TIMESTAMPNS, Sockopt.SO_RXQ_OVFL, Sockopt.UDP_GRO)) {
            both(flag, SockoptTest::udp, true);
        }
        both(Sockopt.UDP_SEGMENT, SockoptTest::udp, 1200);
        both(Sockopt.IP_TTL, SockoptTest::udp, 42);
        readOnly(Sockopt.IP_MTU, SockoptTest::connected, mtu -> (int) mtu >= 1500);
        both(Sockopt.IP_MTU_DISCOVER, SockoptTest::udp, Sockopt.IP_PMTUDISC_PROBE);
        setOnly(Sockopt.IP_MULTICAST_IF, SockoptTest::udp, LOOPBACK);
        both(Sockopt.IP_MULTICAST_TTL, SockoptTest::udp, 200); // a byte, where there is room for one only
        both(Sockopt.IP_MULTICAST_LOOP, SockoptTest::udp, false);
        both(Sockopt.IP_MULTICAST_ALL, SockoptTest::udp, false);
        Sockopt.GroupReq group = new Sockopt.GroupReq(LOOPBACK, InetAddress.getByName("239.77.1.2"));
        Sockopt.GroupReq group6 = new Sockopt.GroupReq(LOOPBACK, InetAddress.getByName("ff02::77:1"));
        setOnly(Sockopt.MCAST_JOIN_GROUP, SockoptTest::udp, group);
        setOnly(Sockopt.MCAST_JOIN_GROUP, SockoptTest::udp6, group6);
        setOnly(Sockopt.MCAST_JOIN_GROUP, SockoptTest::udp6, group); // IPv4, on a socket of IPv6
        setOnly(Sockopt.MCAST_LEAVE_GROUP, () -> joined(udp(), group), group);
        setOnly(Sockopt.MCAST_LEAVE_GROUP, () -> joined(udp6(), group6), group6);
        Sockopt.GroupSourceReq source =
                new Sockopt.GroupSourceReq(LOOPBACK, group.group(), InetAddress.getByName("127.0.0.1"));
        Sockopt.GroupSourceReq source6 =
                new Sockopt.GroupSourceReq(LOOPBACK, group6.group(), InetAddress.getByName("::1"));
        setOnly(Sockopt.MCAST_JOIN_SOURCE_GROUP, SockoptTest::udp, source);
        setOnly(Sockopt.MCAST_JOIN_SOURCE_GROUP, SockoptTest::udp6, source6);
        setOnly(Sockopt.MCAST_LEAVE_SOURCE_GROUP, () -> {
            SocketFd socket = udp();
            socket.setsockopt(Sockopt.MCAST_JOIN_SOURCE_GROUP, source);
            return socket;
        }, source);
        setOnly(Sockopt.MCAST_BLOCK_SOURCE, () -> joined(udp(), group), source);
        setOnly(Sockopt.MCAST_UNBLOCK_SOURCE, () -> {
            SocketFd socket = joined(udp(), group);
            socket.setsockopt(Sockopt.MCAST_BLOCK_SOURCE, source);
            return socket;
        }, source);

        both(Sockopt.IPV6_V6ONLY, SockoptTest::tcp6, true);
        both(Sockopt.IPV6_UNICAST_HOPS, SockoptTest::udp6, 42);
        both(Sockopt.IPV6_MULTICAST_IF, SockoptTest::udp6, LOOPBACK);
        both(Sockopt.IPV6_MULTICAST_HOPS, SockoptTest::udp6, 9);
        both(Sockopt.IPV6_MULTICAST_LOOP, SockoptTest::udp6, false);
        both(Sockopt.IPV6_MULTICAST_ALL, SockoptTest::udp6, false);
        both(Sockopt.IPV6_TCLASS, SockoptTest::udp6, 0xb8);
        for (Sockopt.Flag flag : List.of(Sockopt.IPV6_RECVPKTINFO, Sockopt.IPV6_RECVHOPLIMIT, Sockopt.IPV6_RECVTCLASS,
                Sockopt.IPV6_RECVERR)) {
            both(flag, SockoptTest::udp6, true);
        }
        both(Sockopt.IPV6_FREEBIND, SockoptTest::udp6, true);
        both(Sockopt.IPV6_TRANSPARENT, SockoptTest::udp6, true);
        CASES.add(new Case(Sockopt.IPV6_MTU, SockoptTest::connected6, 1400, mtu -> (int) mtu >= 1280));
        both(Sockopt.IPV6_MTU_DISCOVER, SockoptTest::udp6, Sockopt.IP_PMTUDISC_DO);
        both(Sockopt.IPV6_DONTFRAG, SockoptTest::udp6, true);
        both(Sockopt.IPV6_AUTOFLOWLABEL, SockoptTest::udp6, false);

        both(Sockopt.TCP_KEEPIDLE, SockoptTest::tcp, Duration.ofSeconds(77));
        both(Sockopt.TCP_KEEPIDLE, SockoptTest::tcp, Duration.ofMillis(76_001), Duration.ofSeconds(77));
        both(Sockopt.TCP_KEEPINTVL, SockoptTest::tcp, Duration.ofSeconds(7));
        both(Sockopt.TCP_KEEPCNT, SockoptTest::tcp, 3);
        both(Sockopt.TCP_USER_TIMEOUT, SockoptTest::tcp, Duration.ofMillis(1_234));
        both(Sockopt.TCP_USER_TIMEOUT, SockoptTest::tcp, Duration.ofNanos(1), Duration.ofMillis(1));
        both(Sockopt.TCP_USER_TIMEOUT, SockoptTest::tcp, Duration.ofDays(36_500), Duration.ofMillis(Integer.MAX_VALUE));
        CASES.add(new Case(Sockopt.TCP_DEFER_ACCEPT, SockoptTest::tcp, Duration.ofSeconds(5),
                time -> ((Duration) time).toSeconds() >= 5));
        both(Sockopt.TCP_MAXSEG, SockoptTest::tcp, 1000);
        both(Sockopt.TCP_SYNCNT, SockoptTest::tcp, 4);
        both(Sockopt.TCP_LINGER2, SockoptTest::tcp, 30);
        both(Sockopt.TCP_WINDOW_CLAMP, SockoptTest::tcp, 20_000);
        both(Sockopt.TCP_NOTSENT_LOWAT, SockoptTest::tcp, 4096);
        both(Sockopt.TCP_CONGESTION, SockoptTest::tcp, "reno");
        both(Sockopt.TCP_FASTOPEN, SockoptTest::listener, 5);
        readOnly(Sockopt.TCP_INFO, SockoptTest::tcp, info -> info instanceof TcpInfo);

        setOnly(Sockopt.NETLINK_ADD_MEMBERSHIP, SockoptTest::netlink, 1);
        setOnly(Sockopt.NETLINK_DROP_MEMBERSHIP, SockoptTest::netlink, 1);
        for (Sockopt.Flag flag : List.of(Sockopt.NETLINK_BROADCAST_ERROR, Sockopt.NETLINK_NO_ENOBUFS,
                Sockopt.NETLINK_CAP_ACK, Sockopt.NETLINK_EXT_ACK, Sockopt.NETLINK_GET_STRICT_CHK)) {
            both(flag, SockoptTest::netlink, true);
        }

        Sockopt.PacketMreq all = Sockopt.PacketMreq.promiscuous(LOOPBACK);
        setOnly(Sockopt.PACKET_ADD_MEMBERSHIP, SockoptTest::packet, all);
        setOnly(Sockopt.PACKET_DROP_MEMBERSHIP, () -> {
            SocketFd socket = packet();
            socket.setsockopt(Sockopt.PACKET_ADD_MEMBERSHIP, all);
            return socket;
        }, all);
        readOnly(Sockopt.PACKET_STATISTICS, SockoptTest::packet, v -> v.equals(new Sockopt.PacketStats(0, 0)));
        both(Sockopt.PACKET_IGNORE_OUTGOING, SockoptTest::packet, true);
        both(Sockopt.PACKET_QDISC_BYPASS, SockoptTest::packet, true);
        return CASES.stream();
    }

    /** What the kernel tells of this process: the effective user, group, or the supplementary groups. */
    private static int[] ofStatus(String line) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String found = lines.filter(each -> each.startsWith(line + ":")).findFirst().orElseThrow();
            return Arrays.stream(found.substring(line.length() + 1).split("\\s+")).filter(word -> !word.isEmpty())
                    .mapToInt(Integer::parseUnsignedInt).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int[] groups() {
        return ofStatus("Groups");
    }

    private static Sockopt.Ucred self() {
        return new Sockopt.Ucred((int) ProcessHandle.current().pid(), ofStatus("Uid")[1], ofStatus("Gid")[1]);
    }

    private static boolean isSelf(PidFd process) {
        try (process) {
            String info = Files.readString(Path.of("/proc/self/fdinfo/" + process.fd()));
            return Fcntl.isCloseOnExec(process)
                    && info.contains("\nPid:\t" + ProcessHandle.current().pid() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SocketFd joined(SocketFd socket, Sockopt.GroupReq group) throws IOException {
        socket.setsockopt(Sockopt.MCAST_JOIN_GROUP, group);
        return socket;
    }

    @SuppressWarnings("unchecked")
    private static void set(SocketFd socket, Sockopt.Option option, Object value) throws IOException {
        switch (option) {
            case Sockopt.Int number -> socket.setsockopt(number, (int) value);
            case Sockopt.Flag flag -> socket.setsockopt(flag, (boolean) value);
            case Sockopt.Int64 number -> socket.setsockopt(number, (long) value);
            case Sockopt.Value<?> other -> socket.setsockopt((Sockopt.Writable<Object>) other, value);
        }
    }

    private static Object get(SocketFd socket, Sockopt.Option option) throws IOException {
        return switch (option) {
            case Sockopt.Int number -> socket.getsockopt(number);
            case Sockopt.Flag flag -> socket.getsockopt(flag);
            case Sockopt.Int64 number -> socket.getsockopt(number);
            case Sockopt.Value<?> other -> socket.getsockopt(other);
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachIsSetAndReadBack(Case c) throws IOException {
        try (SocketFd socket = c.socket().create()) {
            if (c.set() != null) {
                privileged(() -> {
                    set(socket, c.option(), c.set());
                    return null;
                });
            } else if (c.option() instanceof Sockopt.Value<?>) {
                assertThrows(UnsupportedOperationException.class, () -> set(socket, c.option(), ""));
            } else {
                Object value = c.option() instanceof Sockopt.Int ? (Object) 1
                        : c.option() instanceof Sockopt.Flag ? (Object) true : (Object) 1L;
                assertErrno(Errno.ENOPROTOOPT, () -> set(socket, c.option(), value));
            }
            if (c.read() != null) {
                Object read = get(socket, c.option());
                assertTrue(c.read().test(read), () -> "read " + read);
            } else if (c.option() instanceof Sockopt.Value<?> value) {
                // where the kernel tells anything at all
                Exception thrown = assertThrows(Exception.class, () -> socket.getsockopt(value));
                assertTrue(thrown instanceof UnsupportedOperationException || thrown instanceof ErrnoException,
                        thrown::toString);
            } else {
                assertErrno(Errno.ENOPROTOOPT, () -> get(socket, c.option()));
            }
        }
    }

    @Test
    void noOptionIsLeftOut() throws Exception {
        Set<String> tested = new HashSet<>();
        cases().forEach(c -> tested.add(c.option().name()));
        for (Field field : Sockopt.class.getFields()) {
            if (field.get(null) instanceof Sockopt.Option option) {
                assertTrue(tested.remove(option.name()), option::name);
            }
        }
        assertEquals(Set.of(), tested);
    }

    // what is not the option's type

    @Test
    void aValueOfAnotherLengthIsRefusedAndNotCut() throws IOException {
        try (SocketFd socket = tcp()) {
            for (Sockopt.Option wide : List.of(Sockopt.SO_LINGER, Sockopt.SO_RCVTIMEO, Sockopt.SO_COOKIE,
                    Sockopt.SO_BINDTODEVICE, Sockopt.TCP_INFO, Sockopt.TCP_CONGESTION)) {
                String message = assertThrows(IllegalArgumentException.class, () -> socket.getsockopt(
                        new Sockopt.Int(wide.name(), wide.level(), wide.number()))).getMessage();
                assertTrue(message.startsWith(wide.name() + ": the value has ") && message.contains("its type 4")
                        && message.contains("getsockopt(level, option, MemorySegment)"), message);
            }
            assertThrows(IllegalArgumentException.class,
                    () -> socket.getsockopt(new Sockopt.Int64("SO_TYPE", SOL_SOCKET, Sockopt.SO_TYPE.number())));
            int type = Sockopt.SO_TYPE.number();
            assertThrows(IllegalArgumentException.class, () -> socket.getsockopt(
                    Sockopt.Value.duration("SO_TYPE", SOL_SOCKET, type, Sockopt.Unit.TIMEVAL)));
            int linger = Sockopt.SO_LINGER.number();
            assertThrows(IllegalArgumentException.class, () -> socket.getsockopt(
                    Sockopt.Value.duration("SO_LINGER", SOL_SOCKET, linger, Sockopt.Unit.SECONDS)));
            assertErrno(Errno.EINVAL, () -> socket.setsockopt(new Sockopt.Int("SO_LINGER", SOL_SOCKET, linger), 1));
        }
    }

    @Test
    void whatTheKernelWouldCutOrTakeOtherwiseIsRefused() throws IOException {
        try (SocketFd socket = tcp()) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> socket.setsockopt(Sockopt.SO_BINDTODEVICE, "a-name-of-16-byt")).getMessage();
            assertTrue(message.contains("at most 15 bytes") && message.contains("16"), message);
            assertThrows(IllegalArgumentException.class, () -> socket.setsockopt(Sockopt.TCP_CONGESTION, "re\0no"));
            assertThrows(IllegalArgumentException.class,
                    () -> socket.setsockopt(Sockopt.SO_RCVTIMEO, Duration.ofNanos(-1)));
            assertThrows(IllegalArgumentException.class,
                    () -> socket.setsockopt(Sockopt.SO_LINGER, Optional.of(Duration.ofSeconds(-1))));
            assertThrows(NullPointerException.class, () -> socket.setsockopt(Sockopt.TCP_CONGESTION, null));
            InetAddress one = InetAddress.getByName("192.0.2.1");
            InetAddress group = InetAddress.getByName("239.1.2.3");
            assertThrows(IllegalArgumentException.class, () -> new Sockopt.GroupReq(1, one));
            assertThrows(IllegalArgumentException.class, () -> new Sockopt.GroupReq(-1, group));
            assertThrows(IllegalArgumentException.class,
                    () -> new Sockopt.GroupSourceReq(1, group, InetAddress.getByName("::1")));
            assertThrows(IllegalArgumentException.class, () -> new Sockopt.PacketMreq(1, 0, new byte[9]));
            assertThrows(IllegalArgumentException.class, () -> new Sockopt.PacketMreq(1, 1 << 16, new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> new Sockopt.Int("", 1, 1));
            assertThrows(IllegalArgumentException.class, () -> Sockopt.Value.text("T", 1, 1, 0));
        }
    }

    @Test
    void anErrorNamesTheLevelTheOptionAndTheValue() throws IOException {
        try (SocketFd socket = tcp()) {
            assertEquals("setsockopt(fd=" + socket.fd() + ", IPPROTO_TCP, TCP_KEEPCNT, -1)",
                    assertErrno(Errno.EINVAL, () -> socket.setsockopt(Sockopt.TCP_KEEPCNT, -1)).call());
            assertEquals("setsockopt(fd=" + socket.fd() + ", SOL_SOCKET, SO_BINDTODEVICE, none such)",
                    assertErrno(Errno.ENODEV,
                            () -> socket.setsockopt(Sockopt.SO_BINDTODEVICE, "none such")).call());
            assertEquals("setsockopt(fd=" + socket.fd() + ", IPPROTO_TCP, TCP_KEEPIDLE, PT0S)",
                    assertErrno(Errno.EINVAL,
                            () -> socket.setsockopt(Sockopt.TCP_KEEPIDLE, Duration.ZERO)).call());
            assertEquals("getsockopt(fd=" + socket.fd() + ", level=4711, NONE)", assertErrno(Errno.EOPNOTSUPP,
                    () -> socket.getsockopt(new Sockopt.Flag("NONE", 4711, 1))).call());
        }
    }

    // what they do

    @Test
    void aCallOnABlockingSocketEndsAfterItsTimeout() throws IOException {
        try (SocketFd socket = SocketFd.create(AF_INET, SOCK_DGRAM, 0, SOCK_CLOEXEC);
                SocketFd listener = SocketFd.create(AF_INET, SOCK_STREAM, 0, SOCK_CLOEXEC)) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            socket.setsockopt(Sockopt.SO_RCVTIMEO, Duration.ofMillis(60));
            long start = System.nanoTime();
            assertEquals(Fd.WOULD_BLOCK, socket.read(arena.allocate(8)));
            assertTrue(System.nanoTime() - start >= 50_000_000);
            listener.listen(1);
            listener.setsockopt(Sockopt.SO_RCVTIMEO, Duration.ofMillis(10));
            assertNull(listener.accept());
        }
    }

    @Test
    void aLingerOfZeroResets() throws IOException {
        try (SocketFd listener = listener()) {
            SocketFd client = tcp();
            client.connect(new InetSocketAddress(InetAddress.getByName("127.0.0.1"),
                    ((InetSocketAddress) listener.getsockname()).getPort()));
            ready(listener, Poll.POLLIN);
            try (SocketFd server = listener.accept()) {
                client.setsockopt(Sockopt.SO_LINGER, Optional.of(Duration.ZERO));
                client.close();
                ready(server, Poll.POLLIN);
                assertErrno(Errno.ECONNRESET, () -> server.read(arena.allocate(1)));
            }
        }
    }

    @Test
    void aGroupIsReceivedByWhoHasJoinedIt() throws IOException {
        NetworkInterface loopback = NetworkInterface.getByIndex(LOOPBACK);
        InetAddress group = InetAddress.getByName("239.77.1.3");
        try (SocketFd receiver = Snippets.receiver(group, 0, loopback); SocketFd sender = udp()) {
            sender.setsockopt(Sockopt.IP_MULTICAST_IF, LOOPBACK);
            assertReceives(receiver, sender, group);
            receiver.setsockopt(Sockopt.MCAST_LEAVE_GROUP, Sockopt.GroupReq.of(loopback, group));
            receiver.setsockopt(Sockopt.IP_MULTICAST_ALL, false);
            assertReceivesNothing(receiver, sender, group);
        }
    }

    /** Not by the loopback interface, to which no route for groups of IPv6 leads. */
    @Test
    void aGroupOfIpv6IsReceivedByWhoHasJoinedIt() throws IOException {
        NetworkInterface by = null;
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && each.supportsMulticast() && !each.isLoopback()
                    && each.inetAddresses().anyMatch(Inet6Address.class::isInstance)) {
                by = each;
            }
        }
        Assumptions.assumeTrue(by != null, "no interface has IPv6, and groups");
        InetAddress group = InetAddress.getByName("ff15::77:1:3");
        try (SocketFd receiver = udp6(); SocketFd sender = udp6()) {
            receiver.bind(new InetSocketAddress(InetAddress.getByName("::"), 0));
            receiver.setsockopt(Sockopt.IPV6_MULTICAST_ALL, false);
            sender.setsockopt(Sockopt.IPV6_MULTICAST_IF, by.getIndex());
            assertReceivesNothing(receiver, sender, group);
            receiver.setsockopt(Sockopt.MCAST_JOIN_GROUP, Sockopt.GroupReq.of(by, group));
            assertReceives(receiver, sender, group);
        }
    }

    @Test
    void ofAGroupOnlyTheSendersThatWereAskedForAreReceived() throws IOException {
        NetworkInterface loopback = NetworkInterface.getByIndex(LOOPBACK);
        InetAddress group = InetAddress.getByName("232.77.1.3");
        InetAddress wanted = InetAddress.getByName("127.0.0.1");
        try (SocketFd receiver = udp(); SocketFd sender = udp(); SocketFd stranger = udp()) {
            receiver.setsockopt(Sockopt.IP_MULTICAST_ALL, false);
            receiver.bind(new InetSocketAddress(group, 0));
            receiver.setsockopt(
                    Sockopt.MCAST_JOIN_SOURCE_GROUP, Sockopt.GroupSourceReq.of(loopback, group, wanted));
            sender.bind(new InetSocketAddress(wanted, 0));
            stranger.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
            for (SocketFd each : List.of(sender, stranger)) {
                each.setsockopt(Sockopt.IP_MULTICAST_IF, LOOPBACK);
            }
            assertReceivesNothing(receiver, stranger, group);
            assertReceives(receiver, sender, group);
        }
    }

    private void send(SocketFd receiver, SocketFd sender, InetAddress group) throws IOException {
        int port = ((InetSocketAddress) receiver.getsockname()).getPort();
        assertEquals(5, sender.sendto(bytes(arena, "hello"), 0, new InetSocketAddress(group, port)));
    }

    private void assertReceives(SocketFd receiver, SocketFd sender, InetAddress group) throws IOException {
        send(receiver, sender, group);
        ready(receiver, Poll.POLLIN);
        MemorySegment buffer = arena.allocate(16);
        assertEquals("hello", text(buffer, receiver.read(buffer)));
    }

    /** On the loopback interface a datagram is there when the call that sends it returns. */
    private void assertReceivesNothing(SocketFd receiver, SocketFd sender, InetAddress group) throws IOException {
        send(receiver, sender, group);
        assertEquals(0, receiver.awaitNanos(Poll.POLLIN, 20_000_000));
    }

    @Test
    void thePidfdOfAPeerIsItsCallersAndThereIsNoneWithoutAPeer() throws IOException {
        try (SocketFd alone = unix(); SocketFd socket = paired();
                PidFd one = socket.getsockopt(Sockopt.SO_PEERPIDFD);
                PidFd other = socket.getsockopt(Sockopt.SO_PEERPIDFD)) {
            assertNotEquals(one.fd(), other.fd());
            assertEquals(new PidFd.Running(), one.status());
            assertErrno(Errno.ENODATA, () -> alone.getsockopt(Sockopt.SO_PEERPIDFD));
            assertErrno(Errno.ENODATA, () -> alone.getsockopt(Sockopt.SO_PEERGROUPS));
        }
    }

    /** More than there is room for at first: the kernel says how many. */
    @Test
    void ofAPeerInManyGroupsAllAreTold() throws Exception {
        String many = IntStream.range(1000, 1300).mapToObj(Integer::toString).collect(Collectors.joining(","));
        Assumptions.assumeTrue(Child.succeeds("setpriv", "--groups", many, "true"), "no setpriv, or not allowed");
        ProcessBuilder java = Child.java(InManyGroups.class);
        java.command().addAll(0, List.of("setpriv", "--groups", many));
        assertEquals(many, Child.run(java));
    }

    static final class InManyGroups {
        private InManyGroups() { }

        public static void main(String[] args) throws IOException {
            try (SocketPair pair = SocketPair.create()) {
                System.out.print(Arrays.stream(pair.first().getsockopt(Sockopt.SO_PEERGROUPS))
                        .mapToObj(Integer::toString).collect(Collectors.joining(",")));
            }
        }
    }

    @Test
    void bufferSizesAreForcedBeyondTheLimit() throws IOException {
        int limit = Integer.parseInt(Files.readAllLines(Path.of("/proc/sys/net/core/rmem_max")).getFirst());
        try (SocketFd socket = udp()) {
            socket.setsockopt(Sockopt.SO_RCVBUF, 2 * limit);
            assertEquals(2 * limit, socket.getsockopt(Sockopt.SO_RCVBUF));
            privileged(() -> {
                socket.setsockopt(Sockopt.SO_RCVBUFFORCE, 2 * limit);
                return null;
            });
            assertEquals(4 * limit, socket.getsockopt(Sockopt.SO_RCVBUF));
        }
    }

    // by numbers

    @Test
    void valuesOfAnyTypeAreSetAndReadByNumbers() throws IOException {
        int number = Sockopt.SO_LINGER.number();
        try (SocketFd socket = tcp()) {
            MemorySegment linger = MemorySegment.ofArray(new int[] {1, 7});
            socket.setsockopt(SOL_SOCKET, number, linger);
            MemorySegment value = arena.allocate(64);
            assertEquals(8, socket.getsockopt(SOL_SOCKET, number, value));
            assertEquals(-1, linger.mismatch(value.asSlice(0, 8)));
            // what does not fit is cut, and nothing is written beyond
            value.fill((byte) 0x55);
            assertEquals(4, socket.getsockopt(SOL_SOCKET, number, value.asSlice(0, 4)));
            assertEquals(0x55, value.get(ValueLayout.JAVA_BYTE, 4));
            assertEquals(0, socket.getsockopt(SOL_SOCKET, number, MemorySegment.NULL));
            socket.setsockopt(SOL_SOCKET, Sockopt.SO_BINDTODEVICE.number(), MemorySegment.NULL); // no bytes

            assertThrows(IllegalArgumentException.class,
                    () -> socket.getsockopt(SOL_SOCKET, number, value.asReadOnly()));
            socket.setsockopt(SOL_SOCKET, number, linger.asReadOnly());
            MemorySegment huge = arena.allocate((1 << 20) + 1);
            assertThrows(IllegalArgumentException.class, () -> socket.getsockopt(SOL_SOCKET, number, huge));
            assertThrows(IllegalArgumentException.class, () -> socket.setsockopt(SOL_SOCKET, number, huge));
            ErrnoException thrown = assertErrno(Errno.EINVAL,
                    () -> socket.setsockopt(SOL_SOCKET, number, value.asSlice(0, 4)));
            assertEquals("setsockopt(fd=" + socket.fd() + ", level=1, optname=13, optlen=4)", thrown.call());
        }
    }

    /** Its length counts instructions of 8 bytes, so that the kernel writes more bytes than it is told there are. */
    @Test
    void aFilterIsReadWithoutWritingBeyondTheMemory() throws IOException {
        int getFilter = 26; // SO_GET_FILTER, and SO_ATTACH_FILTER
        try (SocketFd socket = udp()) {
            int instructions = 16;
            MemorySegment program = arena.allocate(instructions * 8L, 8); // struct sock_filter: return 0xffff
            for (int i = 0; i < instructions; i++) {
                program.set(ValueLayout.JAVA_SHORT, i * 8L, (short) 6);
                program.set(ValueLayout.JAVA_INT, i * 8L + 4, 0xffff);
            }
            MemorySegment filter = arena.allocate(16, 8); // struct sock_fprog
            filter.set(ValueLayout.JAVA_SHORT, 0, (short) instructions);
            filter.set(ValueLayout.ADDRESS, 8, program);
            socket.setsockopt(SOL_SOCKET, getFilter, filter);
            MemorySegment value = arena.allocate(64);
            value.fill((byte) 0x55);
            assertEquals(instructions, socket.getsockopt(SOL_SOCKET, getFilter, value.asSlice(0, instructions)));
            assertEquals(6, value.get(ValueLayout.JAVA_SHORT, 0));
            assertEquals(0x55, value.get(ValueLayout.JAVA_BYTE, instructions));
            for (Sockopt.Option wrong : List.of(new Sockopt.Int("SO_GET_FILTER", SOL_SOCKET, getFilter),
                    new Sockopt.Int64("SO_GET_FILTER", SOL_SOCKET, getFilter))) {
                assertThrows(IllegalArgumentException.class, () -> get(socket, wrong));
            }
            Object text = get(socket, Sockopt.Value.text("SO_GET_FILTER", SOL_SOCKET, getFilter, 16));
            assertNotEquals("", text);
            assertFalse(text.toString().length() > 16);
        }
    }
}
