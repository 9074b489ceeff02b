package dev.pollux.examples.netlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.Inet;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What netlink's messages are taken for: true ones, and bytes that claim to be some. */
@Timeout(60)
class MessagesTest {
    private static ByteBuffer message(int type, int structBytes) {
        return ByteBuffer.allocate(256).order(ByteOrder.nativeOrder())
                .putInt(0, Messages.HEADER + structBytes).putShort(4, (short) type).position(Messages.HEADER + structBytes);
    }

    private static void attribute(ByteBuffer message, int type, byte... value) {
        message.putShort((short) (4 + value.length)).putShort((short) type).put(value);
        message.position(message.position() + 3 & ~3);
        message.putInt(0, message.position());
    }

    private static byte[] bytes(ByteBuffer... messages) {
        ByteBuffer all = ByteBuffer.allocate(1024);
        for (ByteBuffer each : messages) {
            all.put(each.array(), 0, each.position());
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    private static ByteBuffer link() {
        ByteBuffer link = message(State.RTM_NEWLINK, 16).putShort(Messages.HEADER + 2, (short) 1)
                .putInt(Messages.HEADER + 4, 7).putInt(Messages.HEADER + 8, 0x1003);
        attribute(link, 3, "e\033th".getBytes()); // with an escape sequence, and without a NUL
        attribute(link, 4, (byte) 0xdc, (byte) 5, (byte) 0, (byte) 0);
        attribute(link, 1, (byte) 2, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0xff);
        return link;
    }

    private static ByteBuffer address() {
        ByteBuffer address = message(State.RTM_NEWADDR, 8).put(Messages.HEADER, (byte) 2)
                .put(Messages.HEADER + 1, (byte) 24).put(Messages.HEADER + 2, (byte) 0x80).putInt(Messages.HEADER + 4, 7);
        attribute(address, 1, (byte) 10, (byte) 0, (byte) 0, (byte) 1);
        return address;
    }

    private static String lines(byte[] bytes) {
        State state = new State();
        StringBuilder lines = new StringBuilder();
        Messages messages = new Messages(MemorySegment.ofArray(bytes), bytes.length);
        while (messages.next()) {
            lines.append(state.take(messages, true)).append('\n');
        }
        return lines.toString();
    }

    @Test
    void linksAndAddressesAreOneLineEach() {
        assertEquals("""
                7: e\\x1bth: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 state UNKNOWN link/ether 02:00:00:00:00:ff
                7: e\\x1bth    inet 10.0.0.1/24 scope global
                """, lines(bytes(link(), address())));
        ByteBuffer bridge = link().put(Messages.HEADER, (byte) 7);
        assertEquals("null\n", lines(bytes(bridge)));
    }

    @Test
    void lengthsThatLieAreNotBelieved() {
        byte[] whole = bytes(link(), address());
        for (int length = 0; length <= whole.length; length++) {
            lines(Arrays.copyOf(whole, length));
        }
        Random random = new Random(49);
        for (int i = 0; i < 50_000; i++) {
            byte[] changed = whole.clone();
            for (int change = random.nextInt(1, 6); change > 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            }
            lines(Arrays.copyOf(changed, random.nextInt(changed.length + 1)));
        }
        // an attribute of no bytes does not hold up who looks for the next
        ByteBuffer stuck = message(State.RTM_NEWLINK, 16).putInt(0).putInt(0);
        stuck.putInt(0, stuck.position());
        Messages messages = new Messages(MemorySegment.ofArray(stuck.array()), stuck.position());
        assertTrue(messages.next());
        assertNull(messages.attribute(16, 3));
        // a message longer than there are bytes, and one shorter than its header
        for (int length : new int[] {-1, 0, 15, 10_000}) {
            byte[] wrong = link().putInt(0, length).array();
            assertFalse(new Messages(MemorySegment.ofArray(wrong), wrong.length).next());
        }
    }

    @Test
    void whatWasNotToldAgainIsGone() {
        State state = new State();
        byte[] both = bytes(link(), address());
        for (int round = 0; round < 2; round++) {
            state.begin();
            StringBuilder lines = new StringBuilder();
            Messages messages = new Messages(MemorySegment.ofArray(both), round == 0 ? both.length : link().position());
            while (messages.next()) {
                String line = state.take(messages, false);
                lines.append(line == null ? "" : line + "\n");
            }
            state.end(line -> lines.append(line).append('\n'));
            assertEquals(round == 0 ? 2 : 1, lines.toString().lines().count(), lines::toString);
            assertEquals(round == 1, lines.toString().startsWith("Deleted 7: e\\x1bth    inet 10.0.0.1/24"));
        }
        assertEquals("links: 1, addresses: 0", state.toString());
    }

    @Test
    void addressesAreWrittenAsOthersWriteThem() throws Exception {
        for (String text : new String[] {"10.0.255.1", "::", "::1", "1::", "fe80::1", "1:2:3:4:5:6:7:8", "1:0:2:3:4:5:6:7",
            "1::2:0:0:3", "2001:db8::ff00:42:8329", "0:1:2:3:4:5:6:7", "1:2:3:4:5:6:7:0"}) {
            assertEquals(text, Inet.text(InetAddress.getByName(text).getAddress()));
        }
    }
}
