package dev.pollux.examples.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.OwnNetwork;
import java.io.BufferedReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command {@code packet}, beside {@code tcpdump}. */
@Timeout(180)
class PacketTest {
    /** UDP, TCP and echoes, over IPv4 and IPv6, and a question of ARP. */
    private static final String TRAFFIC = """
            use Socket qw(:all);
            my $l4 = inet_aton("127.0.0.1"); my $l6 = inet_pton(AF_INET6, "::1");
            socket(my $u, AF_INET, SOCK_DGRAM, 0) or die; bind($u, pack_sockaddr_in(4000, $l4)) or die;
            send($u, "hello", 0, pack_sockaddr_in(4000, $l4)) or die;
            socket(my $s, AF_INET6, SOCK_DGRAM, 0) or die; bind($s, pack_sockaddr_in6(4000, $l6)) or die;
            send($s, "hello, six", 0, pack_sockaddr_in6(4000, $l6)) or die;
            socket(my $t, AF_INET, SOCK_STREAM, 0) or die; bind($t, pack_sockaddr_in(4000, $l4)) or die; listen($t, 1);
            socket(my $c, AF_INET, SOCK_STREAM, 0) or die; connect($c, pack_sockaddr_in(4000, $l4)) or die;
            accept(my $a, $t) or die; syswrite($c, "x" x 1000); sysread($a, my $x, 2000);
            """;

    private static final int END = 9; // a datagram with so many bytes

    private static ExampleProcess start(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("packet"));
        arguments.addAll(List.of(options));
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ip link set lo up; exec \"$@\"", "sh"));
        command.addAll(ExampleProcess.command(arguments.toArray(String[]::new)));
        return new ExampleProcess(new ProcessBuilder(OwnNetwork.command(command)));
    }

    private static void traffic(ExampleProcess example) throws Exception {
        assertEquals(0, OwnNetwork.enter(example.process, "perl", "-e", TRAFFIC).start().waitFor());
        OwnNetwork.sh(example.process, "ping -c 2 -i 0.2 127.0.0.1; ping -c 1 ::1");
        String end = "use Socket qw(:all); socket(my $u, AF_INET, SOCK_DGRAM, 0); send($u, 'x' x " + END
                + ", 0, pack_sockaddr_in(4001, inet_aton('127.0.0.1')))";
        assertEquals(0, OwnNetwork.enter(example.process, "perl", "-e", end).start().waitFor());
    }

    /** Messages of the kernel's own, that somebody does not listen, are no use to compare: they repeat the packet. */
    private static boolean isCompared(String line) {
        return !line.contains("unreachable") && !line.contains("type 3,") && !line.contains("type 1,");
    }

    @Test
    void itPrintsWhatTcpdumpPrints() throws Exception {
        OwnNetwork.assumeAllowed();
        ExampleProcess.requireProgram("perl");
        assumeTrue(OwnNetwork.runs("ping", "-V"), "needs ping");
        assumeTrue(OwnNetwork.runs("tcpdump", "--version"), "needs tcpdump");
        try (ExampleProcess example = start()) {
            example.awaitLine("packet reads lo");
            Process tcpdump = OwnNetwork.enter(
                    example.process, "tcpdump", "-ntql", "--immediate-mode", "-i", "lo").start();
            try (BufferedReader reader = tcpdump.inputReader()) {
                List<String> said = new ArrayList<>();
                String line;
                do {
                    line = reader.readLine();
                    said.add(line);
                } while (line != null && !line.startsWith("listening on"));
                assumeTrue(line != null, () -> "tcpdump does not run here: " + said);
                traffic(example);
                List<String> theirs = new ArrayList<>();
                do {
                    line = reader.readLine();
                    if (isCompared(line)) {
                        theirs.add(line);
                    }
                } while (!line.contains("UDP, length " + END));
                List<String> ours = new ArrayList<>();
                do {
                    line = example.awaitLine("");
                    if (isCompared(line)) {
                        ours.add(line);
                    }
                } while (!line.contains("UDP, length " + END));
                assertEquals(String.join("\n", theirs), String.join("\n", ours));
                String all = ours.toString();
                assertTrue(ours.size() > 10 && all.contains("tcp 1000") && all.contains("ICMP6"), all);
            } finally {
                tcpdump.destroy();
            }
        }
    }

    /** Also where tcpdump does not run, as in a user namespace. */
    @Test
    void itPrintsPacketsOfItsOwnNetworkAndCountsThem() throws Exception {
        OwnNetwork.assumeAllowed();
        assumeTrue(OwnNetwork.runs("ping", "-V"), "needs ping");
        try (ExampleProcess example = start("--interface", "lo", "--count", "4")) {
            example.awaitLine("packet reads lo");
            OwnNetwork.sh(example.process, "ping -c 2 -i 0.2 -s 100 127.0.0.1");
            String request = example.awaitLine("echo request, id ");
            assertTrue(request.matches(
                    "IP 127\\.0\\.0\\.1 > 127\\.0\\.0\\.1: ICMP echo request, id \\d+, seq 1, length 108"), request);
            example.awaitLine("echo reply");
            example.awaitLine("seq 2");
            assertEquals(0, example.exitCode());
            assertEquals("packets: 4, lost: 0", example.restOfStdout().getLast());
        }
    }

    @Test
    void withoutRightsOrInterfaceItSaysSo() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("packet", "--interface", "none")) {
            assertEquals(2, example.exitCode());
            assertTrue(example.restOfStderr().toString().contains("no network interface none"));
        }
    }

    /** Any bytes, and true packets that are cut or changed anywhere. */
    @Test
    void whateverComesIsALine() {
        Random random = new Random(14);
        byte[] udp = HexFormat.of().parseHex("4500002100004000401100007f0000017f0000010fa00fa0000d000068656c6c6f");
        byte[] six = HexFormat.of().parseHex("6000000000083a4000000000000000000000000000000001"
                + "00000000000000000000000000000001" + "8000000000010002");
        byte[] arp = HexFormat.of().parseHex("0001080006040001020000000001" + "0a000001" + "000000000000" + "0a000002");
        assertEquals("IP 127.0.0.1.4000 > 127.0.0.1.4000: UDP, length 5", line(0x0800, udp));
        assertEquals("IP6 ::1 > ::1: ICMP6, echo request, id 1, seq 2, length 8", line(0x86dd, six));
        assertEquals("ARP, Request who-has 10.0.0.2 tell 10.0.0.1, length 28", line(0x0806, arp));
        assertEquals("ethertype 0x88b5, length 3", line(0x88b5, new byte[3]));
        for (byte[] packet : new byte[][] {udp, six, arp}) {
            int protocol = packet == udp ? 0x0800 : packet == six ? 0x86dd : 0x0806;
            for (int length = 0; length <= packet.length; length++) {
                byte[] cut = Arrays.copyOf(packet, length);
                line(protocol, cut);
                for (int i = 0; i < 50 && length > 0; i++) {
                    cut[random.nextInt(length)] = (byte) random.nextInt();
                    line(protocol, cut);
                }
            }
        }
    }

    private static String line(int protocol, byte[] packet) {
        String line = Line.of(protocol, MemorySegment.ofArray(packet).asReadOnly());
        assertTrue(!line.isEmpty() && line.indexOf('\n') < 0, line);
        return line;
    }
}
