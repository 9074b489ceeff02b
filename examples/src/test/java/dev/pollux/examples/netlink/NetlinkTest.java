package dev.pollux.examples.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import dev.pollux.examples.shared.OwnNetwork;
import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command {@code netlink}, beside {@code ip}. */
@Timeout(180)
class NetlinkTest {
    @BeforeAll
    static void networks() throws Exception {
        OwnNetwork.assumeAllowed();
    }

    private static ExampleProcess start(String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("netlink"));
        arguments.addAll(List.of(options));
        return new ExampleProcess(new ProcessBuilder(
                OwnNetwork.command(ExampleProcess.command(arguments.toArray(String[]::new)))));
    }

    /** What ip -o prints, without what the example does not tell: the other end, queueing discipline, lifetimes. */
    private static String shortened(String line) {
        return line.replaceFirst("@[^ ]+:", ":").replace(",M-DOWN", "").replaceFirst(" qdisc [^ ]+", "")
                .replaceFirst("( mode [^ ]+)? group [^ ]+( qlen \\d+)? *\\\\ +link", " link")
                .replaceFirst("(link/.*) brd .*", "$1").replaceFirst(" *\\\\ .*", "").stripTrailing();
    }

    @Test
    void itPrintsWhatIpMonitorPrints() throws Exception {
        try (ExampleProcess example = start()) {
            assertTrue(example.awaitLine("knows all").contains("links: 1, addresses: 0"));
            Process monitor = OwnNetwork.enter(example.process, "ip", "-o", "monitor", "link", "address").start();
            try (BufferedReader reader = monitor.inputReader()) {
                // it does not say when it listens
                while (!reader.ready()) {
                    OwnNetwork.sh(example.process, "ip link set lo mtu 65535; ip link set lo mtu 65534; sleep 0.1");
                }
                OwnNetwork.sh(example.process, "ip link set lo mtu 65533");
                String seen;
                do {
                    seen = reader.readLine();
                } while (!seen.contains("mtu 65533"));
                example.awaitLine("mtu 65533");
                OwnNetwork.sh(example.process, """
                        ip link add v0 type veth peer name v1
                        ip link set v0 up
                        ip address add 10.1.2.3/24 dev v0
                        ip address add 10.1.2.4/24 brd + dev v0 label v0:1
                        ip address add 10.5.5.1 peer 10.5.5.2/32 dev v0
                        ip address add fd00:1::1/64 dev v0
                        ip link set v1 name 'odd\\n"name'
                        ip link set v0 mtu 1400
                        ip address del 10.1.2.3/24 dev v0
                        ip link del v0
                        ip link set lo mtu 65532
                        """);
                List<String> theirs = new ArrayList<>();
                for (String line = reader.readLine(); !line.contains("mtu 65532"); line = reader.readLine()) {
                    theirs.add(shortened(line));
                }
                List<String> ours = new ArrayList<>();
                for (String line = example.awaitLine(""); !line.contains("mtu 65532"); line = example.awaitLine("")) {
                    ours.add(line.replace("\\\\", "\\"));
                }
                assertEquals(String.join("\n", theirs), String.join("\n", ours));
                assertTrue(ours.size() >= 15, ours::toString);
            } finally {
                monitor.destroy();
            }
            example.signal("TERM");
            assertEquals(143, example.exitCode());
        }
    }

    @Test
    void afterLostMessagesItKnowsAllAgain() throws Exception {
        try (ExampleProcess example = start("--receive-buffer", "4096")) {
            example.awaitLine("knows all");
            example.signal("STOP");
            int addresses = 400;
            OwnNetwork.sh(example.process, """
                    ip link add gone type veth peer name gonepeer
                    ip link add v0 type veth peer name v1
                    i=0
                    while [ $i -lt %d ]; do
                        echo "address add 10.1.$((i / 200)).$((i %% 200 + 1))/16 dev v0"
                        i=$((i + 1))
                    done | ip -batch -
                    i=0
                    while [ $i -lt 50 ]; do
                        echo "address del 10.1.0.$((i + 2))/16 dev v0"
                        i=$((i + 1))
                    done | ip -batch -
                    ip link del gone
                    """.formatted(addresses));
            example.signal("CONT");
            example.awaitLine("messages were lost");
            // perhaps more than once, with so small a buffer
            TreeSet<String> expected = new TreeSet<>(OwnNetwork.sh(example.process, "ip -o link; ip -o address")
                    .lines().map(NetlinkTest::shortened).toList());
            int links = (int) expected.stream().filter(line -> line.contains(" mtu ")).count();
            assertEquals(3, links);
            example.awaitLine("knows all: links: " + links + ", addresses: " + (expected.size() - links));
            TreeSet<String> known = new TreeSet<>();
            for (String line : example.stdout()) {
                if (line.startsWith("Deleted ")) {
                    String what = line.substring(8);
                    known.removeIf(each -> key(each).equals(key(what)));
                } else if (line.matches("\\d+: .*")) {
                    known.removeIf(each -> key(each).equals(key(line)));
                    known.add(line);
                }
            }
            expected.removeIf(line -> line.startsWith("1: ")); // known from the beginning
            assertEquals(String.join("\n", expected), String.join("\n", known));
            // and goes on
            OwnNetwork.sh(example.process, "ip address add 10.99.9.9/32 dev v0");
            example.awaitLine("10.99.9.9/32");
        }
    }

    /** What a line is about: the link, or the address. */
    private static String key(String line) {
        return line.contains(" mtu ") ? line.substring(0, line.indexOf(':'))
                : line.replaceFirst("^(\\d+):.* (inet6? [^ ]+).*", "$1 $2");
    }
}
