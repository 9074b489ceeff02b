package dev.pollux.examples.dbus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Fd;
import dev.pollux.UnixAbstractAddress;
import dev.pollux.examples.shared.ExampleProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code dbus}, on a bus of its own; {@code gdbus}, which passes descriptors, is at the other end. */
@Timeout(180)
class DbusTest {
    /** With a daemon. */
    @Nested
    class OnABus {
        @TempDir
        Path folder;

        private Process daemon;
        private String address;
        private ExampleProcess service;

        @BeforeEach
        void start() throws Exception {
            ExampleProcess.requireProgram("dbus-daemon");
            Path configuration = Files.writeString(folder.resolve("bus.conf"), """
                    <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
                     "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
                    <busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth>
                    <policy context="default"><allow send_destination="*" eavesdrop="true"/>
                    <allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
                    """.formatted(folder.resolve("bus")));
            daemon = new ProcessBuilder("dbus-daemon", "--nofork", "--print-address=1",
                    "--config-file=" + configuration).redirectError(ProcessBuilder.Redirect.DISCARD).start();
            address = new BufferedReader(daemon.inputReader()).readLine();
            assumeTrue(address != null, "dbus-daemon does not run here");
            service = ExampleProcess.start("dbus", "--address", address);
            service.awaitLine("dbus serves dev.pollux.Example");
        }

        @AfterEach
        void end() {
            if (service != null) {
                service.close();
            }
            if (daemon != null) {
                daemon.destroy();
            }
        }

        private Process gdbus(ProcessBuilder.Redirect input, String method, String... arguments) throws IOException {
            ExampleProcess.requireProgram("gdbus");
            List<String> command = new ArrayList<>(List.of("gdbus", "call", "--address", address, "--dest",
                    "dev.pollux.Example", "--object-path", "/dev/pollux/Example", "--method",
                    "dev.pollux.Example." + method));
            command.addAll(List.of(arguments));
            return new ProcessBuilder(command).redirectInput(input).redirectErrorStream(true).start();
        }

        private String gdbus(Path input, String method, String... arguments) throws Exception {
            Process process = gdbus(ProcessBuilder.Redirect.from(input.toFile()), method, arguments);
            String output = String.join("\n", process.inputReader().readAllLines());
            process.waitFor();
            return output;
        }

        @Test
        void gdbusPassesADescriptorAndIsPassedOne() throws Exception {
            Path file = Files.writeString(folder.resolve("file"), "one\ntwo\nthree\n");
            assertEquals("(uint32 3,)", gdbus(file, "Lines", "handle 0"));
            service.awaitLine("Lines, for :");
            assertEquals("(handle 0,)", gdbus(file, "Text", "'hello'"));
            assertEquals("Text, for ", service.awaitLine(": hello").substring(0, 10));
            service.signal("TERM");
            assertEquals(143, service.exitCode());
        }

        @Test
        void theClientPassesADescriptorAndReadsTheOneThatItIsPassed() throws Exception {
            Path file = Files.writeString(folder.resolve("file"), "line\n".repeat(100_000));
            try (ExampleProcess client = ExampleProcess.start("dbus", "--address", address,
                    "--lines", file.toString(), "--text", "f\u00fcr dich\u001b")) {
                assertEquals(0, client.exitCode());
                assertEquals(List.of("100000", "f\u00fcr dich\\x1b"), client.restOfStdout());
            }
        }

        /** Its descriptors are closed, whatever was asked for: as many as before are open. */
        @Test
        void whatIsWrongIsTheCallersErrorAndLeavesNothingOpen() throws Exception {
            Path file = Files.writeString(folder.resolve("file"), "");
            Path numbers = Path.of("/proc/" + service.process.pid() + "/fd");
            assertEquals("(uint32 0,)", gdbus(file, "Lines", "handle 0"));
            long before = count(numbers);
            assertTrue(gdbus(file, "None").contains("Lines(h) and Text(s)"));
            assertTrue(gdbus(file, "Lines", "uint32 0").contains("Lines(h) and Text(s)"));
            assertTrue(gdbus(file, "Lines", "handle 0", "handle 0").contains("Lines(h) and Text(s)"));
            Process silent = gdbus(ProcessBuilder.Redirect.PIPE, "Lines", "handle 0");
            assertTrue(silent.inputReader().readLine().contains("does not come to an end in time"));
            silent.destroy();
            assertTrue(gdbus(Path.of("/dev/zero"), "Lines", "handle 0").contains("more than"));
            assertTrue(gdbus(file, "Text", "'" + "x".repeat(70_000) + "'").contains("does not fit"));
            assertEquals("(uint32 0,)", gdbus(file, "Lines", "handle 0"));
            assertEquals(before, count(numbers));
        }

        private static long count(Path folder) throws IOException {
            try (var files = Files.list(folder)) {
                return files.count();
            }
        }

        @Test
        void aSecondServiceSaysThatThereIsOne() throws Exception {
            try (ExampleProcess second = ExampleProcess.start("dbus", "--address", address)) {
                assertEquals(1, second.exitCode());
                assertTrue(second.restOfStderr().toString().contains("another service has the name"));
            }
        }
    }

    @Test
    void withoutABusItSaysSo() throws Exception {
        try (ExampleProcess example = ExampleProcess.start("dbus", "--address", "unix:path=/nobody/is/here")) {
            assertEquals(1, example.exitCode());
            assertTrue(example.restOfStderr().toString().contains("ENOENT"));
        }
    }

    @Test
    void addressesAreReadAsTheyAreEscaped() throws IOException {
        assertEquals(UnixDomainSocketAddress.of("/tmp/a b+"), Bus.parse("tcp:host=x;unix:path=/tmp/a%20b+,guid=7"));
        assertEquals(UnixAbstractAddress.of("x"), Bus.parse("unix:guid=7,abstract=x"));
        for (String wrong : List.of("", "tcp:host=x", "unix:", "unix:path=%zz", "unix:runtime=yes")) {
            assertThrows(IOException.class, () -> Bus.parse(wrong), wrong);
        }
    }

    private static BusMessage parse(byte[] bytes) throws IOException {
        int length = BusMessage.length(bytes);
        if (length > bytes.length) {
            throw new IOException("not whole");
        }
        return BusMessage.of(Arrays.copyOf(bytes, length), count -> {
            if (count < 0 || count > 2) {
                throw new IOException("not so many");
            }
            return new ArrayList<>(List.of(Fd.borrow(0), Fd.borrow(1)).subList(0, count));
        });
    }

    @Test
    void aMessageIsReadAsItWasWritten() throws IOException {
        BusMessage sent = BusMessage.call("dest.x", "/o", "i.f", "Member", "sh", new Writer().text("\u00e4").u32(1),
                List.of(Fd.borrow(0), Fd.borrow(1)));
        BusMessage read = parse(sent.toBytes(7));
        assertEquals(List.of(7, "dest.x", "/o", "i.f", "Member", "sh", 2), List.of(read.serial(), read.destination(),
                read.path(), read.iface(), read.member(), read.signature(), read.fds().size()));
        Reader values = read.values();
        assertEquals("\u00e4", values.text());
        assertEquals(1, read.fd(values.u32()).fd());
        assertThrows(IOException.class, values::u32);
        assertThrows(IOException.class, () -> read.fd(2));
        assertThrows(IOException.class, () -> read.fd(-1));
    }

    /** Cut at each byte, changed anywhere, and any bytes at all: an IOException, and nothing else. */
    @Test
    void whateverComesIsAMessageOrAnError() {
        Random random = new Random(14);
        byte[] good = BusMessage.call("dest.x", "/o", "i.f", "M", "sh", new Writer().text("text").u32(1),
                List.of(Fd.borrow(0))).toBytes(7);
        int read = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = good.clone();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(random.nextBoolean() ? 256 : 9);
            }
            bytes = Arrays.copyOf(bytes, random.nextInt(8) == 0
                    ? Math.max(BusMessage.FIXED_BYTES, random.nextInt(bytes.length)) : bytes.length);
            try {
                BusMessage message = parse(bytes);
                read++;
                message.values().skip(message.signature());
                message.fd(message.values().u32());
            } catch (IOException e) {
                // as it should be
            }
        }
        assertTrue(read > 1000, "only " + read + " were messages");
    }

    @Test
    void signaturesThatLieAreRefused() {
        for (String wrong : List.of("a", "(", "(s", "{sv", "a(", "z", "a".repeat(100) + "y", "(".repeat(100), ")")) {
            ByteBuffer zeros = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);
            assertThrows(IOException.class, () -> new Reader(zeros).skip(wrong), wrong);
        }
    }
}
