package dev.pollux;

import static dev.pollux.Support.ready;
import static dev.pollux.TcpInfo.Field.TCPI_ADVMSS;
import static dev.pollux.TcpInfo.Field.TCPI_BYTES_ACKED;
import static dev.pollux.TcpInfo.Field.TCPI_BYTES_RECEIVED;
import static dev.pollux.TcpInfo.Field.TCPI_LAST_DATA_SENT;
import static dev.pollux.TcpInfo.Field.TCPI_MAX_PACING_RATE;
import static dev.pollux.TcpInfo.Field.TCPI_RTT;
import static dev.pollux.TcpInfo.Field.TCPI_SACKED;
import static dev.pollux.TcpInfo.Field.TCPI_SND_WND;
import static dev.pollux.TcpInfo.Field.TCPI_STATE;
import static dev.pollux.TcpInfo.Field.TCPI_UNACKED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.AbiTest;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class TcpInfoTest {
    private static final int ESTABLISHED = 1;
    private static final int LISTEN = 10;

    @Test
    void itTellsOfAConnectionAndOfAListener() throws Exception {
        try (Arena arena = Arena.ofConfined();
                SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
                SocketFd client = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            listener.listen(7);
            client.connect(listener.getsockname());
            ready(listener, Poll.POLLIN);
            TcpInfo queue = listener.getsockopt(Sockopt.TCP_INFO);
            assertEquals(LISTEN, queue.get(TCPI_STATE));
            assertEquals(1, queue.get(TCPI_UNACKED), queue::toString);
            assertEquals(7, queue.get(TCPI_SACKED), queue::toString);
            try (SocketFd server = listener.accept()) {
                assertEquals(1000, client.write(arena.allocate(1000)));
                ready(server, Poll.POLLIN);
                assertEquals(1000, server.read(arena.allocate(1000)));
                TcpInfo info = client.getsockopt(Sockopt.TCP_INFO);
                assertEquals(ESTABLISHED, info.get(TCPI_STATE));
                assertTrue(info.get(TCPI_RTT) > 0 && info.get(TCPI_ADVMSS) > 500, info::toString);
                assertTrue(info.get(TCPI_LAST_DATA_SENT) < 60_000, info::toString);
                assertEquals(-1, info.get(TCPI_MAX_PACING_RATE), "no limit");
                assertEquals(1000, server.getsockopt(Sockopt.TCP_INFO).get(TCPI_BYTES_RECEIVED));
                assertTrue(info.toString().startsWith("TcpInfo[tcpi_state=1, "), info::toString);
            }
        }
    }

    /** A kernel that has fewer fields, and one that has more. */
    @Test
    void whatTheKernelDoesNotHaveIsNotMadeUpAndWhatItHasMoreIsKept() {
        byte[] old = new byte[104]; // Linux 2.6 to 3.14, up to tcpi_total_retrans
        old[0] = ESTABLISHED;
        TcpInfo shorter = new TcpInfo(old);
        assertEquals(ESTABLISHED, shorter.get(TCPI_STATE));
        assertTrue(shorter.has(TcpInfo.Field.TCPI_TOTAL_RETRANS));
        assertFalse(shorter.has(TCPI_BYTES_ACKED));
        String message =
                assertThrows(IllegalStateException.class, () -> shorter.get(TCPI_BYTES_ACKED)).getMessage();
        assertTrue(message.contains("104 bytes") && message.contains("TCPI_BYTES_ACKED"), message);
        assertFalse(shorter.toString().contains("tcpi_bytes_acked"), shorter::toString);
        // a field that is cut in its middle is not there
        assertFalse(new TcpInfo(new byte[107]).has(TcpInfo.Field.TCPI_PACING_RATE));
        assertFalse(new TcpInfo(new byte[0]).has(TCPI_STATE));

        TcpInfo longer = new TcpInfo(new byte[1000]);
        assertTrue(longer.has(TCPI_SND_WND));
        assertEquals(1000, longer.segment().byteSize());
        assertTrue(longer.segment().isReadOnly());
    }

    /** The bits share bytes, of which the generated layout has nothing. */
    @ParameterizedTest
    @MethodSource("dev.pollux.internal.AbiTest#targets")
    void everyFieldIsWhereTheCompilerPutsIt(String target, @TempDir Path folder) throws Exception {
        StringBuilder program = AbiTest.program("socket").append("unsigned char *b; unsigned i;\n");
        List<String> expected = new ArrayList<>();
        for (TcpInfo.Field field : TcpInfo.Field.values()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            // all ones in one field, and nothing elsewhere
            program.append("{ struct tcp_info t = {0}; t.").append(name).append(" = -1; b = (unsigned char *) &t;\n")
                    .append("for (i = 0; i < sizeof t; i++) printf(\"%02x\", b[i]); printf(\"\\n\"); }\n");
            expected.add(name);
        }
        List<String> lines = AbiTest.output(target, folder, program.append("return 0; }\n"));
        assertEquals(expected.size(), lines.size());
        for (int i = 0; i < lines.size(); i++) {
            TcpInfo info = new TcpInfo(HexFormat.of().parseHex(lines.get(i)));
            for (TcpInfo.Field field : TcpInfo.Field.values()) {
                boolean set = info.get(field) != 0;
                assertEquals(field.ordinal() == i, set, () -> field + " of " + info);
            }
            long ones = info.get(TcpInfo.Field.values()[i]);
            assertEquals(Long.bitCount(ones), bits(lines.get(i)), expected.get(i));
        }
    }

    private static int bits(String hex) {
        int bits = 0;
        for (byte b : HexFormat.of().parseHex(hex)) {
            bits += Integer.bitCount(Byte.toUnsignedInt(b));
        }
        return bits;
    }
}
