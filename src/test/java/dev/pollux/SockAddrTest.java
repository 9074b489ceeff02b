package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.SocketFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SockAddrTest {
    private static final int UNIX = SocketFd.AF_UNIX;
    private static final int INET = SocketFd.AF_INET;
    private static final int INET6 = SocketFd.AF_INET6;

    private Arena arena;
    private MemorySegment memory;

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
        memory = arena.allocate(128, 8).fill((byte) -1);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    /** The address as bytes, after the two of the family, which are in the order of the machine. */
    private byte[] encode(SocketAddress address, int domain) {
        int length = SockAddr.encode(address, domain, memory);
        assertEquals(domain, memory.get(ValueLayout.JAVA_SHORT, 0));
        return memory.asSlice(2, length - 2).toArray(ValueLayout.JAVA_BYTE);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static InetSocketAddress inet(int port, int... host) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByAddress(bytes(host)), port);
    }

    @Test
    void ipv4IsInNetworkOrder() throws UnknownHostException {
        assertArrayEquals(bytes(0xfe, 0xdc, 192, 168, 1, 255, 0, 0, 0, 0, 0, 0, 0, 0),
                encode(inet(0xfedc, 192, 168, 1, 255), INET));
    }

    @Test
    void ipv6IsInNetworkOrder() throws UnknownHostException {
        int[] host = {0xfd, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff};
        byte[] expected = new byte[26];
        expected[0] = (byte) 0x80;
        expected[1] = 0x01;
        System.arraycopy(bytes(host), 0, expected, 6, 16);
        assertArrayEquals(expected, encode(inet(0x8001, host), INET6));
    }

    @Test
    void theScopeOfALinkLocalAddressIsKept() throws UnknownHostException {
        byte[] host = bytes(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        InetSocketAddress scoped = new InetSocketAddress(Inet6Address.getByAddress(null, host, 7), 80);
        int length = SockAddr.encode(scoped, INET6, memory);
        assertEquals(28, length);
        assertEquals(7, memory.get(ValueLayout.JAVA_INT, 24));
        InetSocketAddress decoded = (InetSocketAddress) SockAddr.decode(memory, length);
        assertEquals(scoped, decoded);
        assertEquals(7, ((Inet6Address) decoded.getAddress()).getScopeId());
    }

    @Test
    void ipv4OnAnIpv6SocketIsMapped() throws UnknownHostException {
        byte[] encoded = encode(inet(80, 10, 0, 0, 255), INET6);
        assertArrayEquals(bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 255),
                Arrays.copyOfRange(encoded, 6, 22));
        InetSocketAddress decoded = (InetSocketAddress) SockAddr.decode(memory, 28);
        assertEquals(inet(80, 10, 0, 0, 255), decoded);
        assertTrue(decoded.getAddress() instanceof Inet4Address);
    }

    @Test
    void theWildcardIsThatOfTheSocket() throws UnknownHostException {
        byte[] none = new byte[14];
        none[1] = 80;
        assertArrayEquals(none, encode(inet(80, new int[16]), INET));
        assertArrayEquals(none, encode(new InetSocketAddress(80), INET));
        none = new byte[26];
        none[1] = 80;
        assertArrayEquals(none, encode(inet(80, 0, 0, 0, 0), INET6));
        assertArrayEquals(none, encode(inet(80, new int[16]), INET6));
    }

    @Test
    void everyAddressComesBackAsItWent() throws UnknownHostException {
        for (int port : new int[] {0, 1, 255, 256, 32_767, 32_768, 65_535}) {
            for (InetSocketAddress address : new InetSocketAddress[] {inet(port, 127, 0, 0, 1), inet(port, 0, 0, 0, 0),
                inet(port, 255, 255, 255, 255)}) {
                assertEquals(address, SockAddr.decode(memory, SockAddr.encode(address, INET, memory)));
            }
            InetSocketAddress six = inet(port, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff);
            assertEquals(six, SockAddr.decode(memory, SockAddr.encode(six, INET6, memory)));
        }
        for (String path : new String[] {"/a", "relative", "/" + "x".repeat(106), ""}) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
            assertEquals(address, SockAddr.decode(memory, SockAddr.encode(address, UNIX, memory)));
        }
    }

    @Test
    void aPathEndsWithNulAndTheLengthCountsIt() {
        assertArrayEquals(bytes('/', 'a', 'b', 0), encode(UnixDomainSocketAddress.of("/ab"), UNIX));
        assertEquals(2, SockAddr.encode(UnixDomainSocketAddress.of(""), UNIX, memory));
    }

    @Test
    void aPathHasAtMost107Bytes() {
        UnixDomainSocketAddress longest = UnixDomainSocketAddress.of("/" + "x".repeat(106));
        assertEquals(110, SockAddr.encode(longest, UNIX, memory));
        assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 109));
        UnixDomainSocketAddress longer = UnixDomainSocketAddress.of("/" + "x".repeat(107));
        String message = assertThrows(IllegalArgumentException.class,
                () -> SockAddr.encode(longer, UNIX, memory)).getMessage();
        assertTrue(message.contains("107") && message.contains("108"), message);
    }

    @Test
    void aPathWithoutNulIsReadToItsEnd() {
        memory.fill((byte) 'x').set(ValueLayout.JAVA_SHORT, 0, (short) UNIX);
        assertEquals(UnixDomainSocketAddress.of("x".repeat(108)), SockAddr.decode(memory, 110));
        assertEquals(UnixDomainSocketAddress.of("xxx"), SockAddr.decode(memory, 5));
        // a length that the kernel gives for an address that did not fit must not lead beyond the memory
        assertEquals(UnixDomainSocketAddress.of("x".repeat(126)), SockAddr.decode(memory, 1000));
    }

    @Test
    void anAddressWithoutAPathIsTheEmptyPath() {
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) UNIX);
        assertEquals(UnixDomainSocketAddress.of(""), SockAddr.decode(memory, 2));
    }

    @Test
    void anAbstractNameBeginsWithNulAndTheLengthEndsIt() {
        assertArrayEquals(bytes(0, 'a', 0, 'b', 0xff),
                encode(UnixAbstractAddress.of(bytes('a', 0, 'b', 0xff)), UNIX));
        for (byte[] name : new byte[][] {{}, {0}, {'a', 0, -1}, new byte[107], "n\u00e4me".getBytes()}) {
            UnixAbstractAddress address = UnixAbstractAddress.of(name);
            int length = SockAddr.encode(address, UNIX, memory);
            assertEquals(3 + name.length, length);
            assertEquals(address, SockAddr.decode(memory, length));
        }
        // a length that the kernel gives for an address that did not fit must not lead beyond the struct
        SockAddr.encode(UnixAbstractAddress.of("x"), UNIX, memory);
        assertEquals(107, ((UnixAbstractAddress) SockAddr.decode(memory, 1000)).name().length);
        assertThrows(IllegalArgumentException.class, () -> UnixAbstractAddress.of(new byte[108]));
    }

    @Test
    void whatJavaHasNoTypeForIsRefused() {
        memory.fill((byte) 0);
        memory.set(ValueLayout.JAVA_SHORT, 0, (short) 16);
        String message =
                assertThrows(UnsupportedOperationException.class, () -> SockAddr.decode(memory, 12)).getMessage();
        assertTrue(message.contains("16"), message);
        assertThrows(UnsupportedOperationException.class, () -> SockAddr.decode(memory, 0));
    }

    @Test
    void whatDoesNotFitTheDomainIsRefused() throws UnknownHostException {
        InetSocketAddress four = inet(1, 127, 0, 0, 1);
        InetSocketAddress six = inet(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of("/a");
        Object[][] wrong = {{four, UNIX}, {six, UNIX}, {six, INET}, {path, INET}, {path, INET6}, {four, 16}, {path, 0},
            {InetSocketAddress.createUnresolved("localhost", 1), INET},
            {InetSocketAddress.createUnresolved("localhost", 1), INET6},
            {UnixAbstractAddress.of("x"), INET}};
        for (Object[] each : wrong) {
            assertThrows(IllegalArgumentException.class,
                    () -> SockAddr.encode((SocketAddress) each[0], (int) each[1], memory), () -> Arrays.toString(each));
        }
    }
}
