package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UnixAbstractAddressTest {
    @Test
    void aNameIsItsBytes() {
        byte[] bytes = {0, 'x', (byte) 0xff};
        UnixAbstractAddress address = UnixAbstractAddress.of(bytes);
        UnixAbstractAddress same = UnixAbstractAddress.of(bytes.clone());
        assertEquals(same, address);
        assertEquals(same.hashCode(), address.hashCode());
        bytes[1] = 'y';
        address.name()[1] = 'z';
        assertArrayEquals(new byte[] {0, 'x', (byte) 0xff}, address.name());
        assertNotEquals(UnixAbstractAddress.of(bytes), address);
        assertEquals(UnixAbstractAddress.of(new byte[] {(byte) 0xc3, (byte) 0xa4}), UnixAbstractAddress.of("\u00e4"));
        assertNotEquals(UnixAbstractAddress.of(""), UnixAbstractAddress.of("\0"));
        assertNotEquals(address, UnixDomainSocketAddress.of("name"));
        assertNotEquals(address, null);
    }

    @Test
    void itIsPrintedAsOtherToolsDo() {
        assertEquals("@a@b", UnixAbstractAddress.of("a\0b").toString());
    }

    @Test
    void aNameHasAtMost107Bytes() {
        assertEquals(107, UnixAbstractAddress.of("x".repeat(107)).name().length);
        String message = assertThrows(IllegalArgumentException.class,
                () -> UnixAbstractAddress.of("\u00e4".repeat(54))).getMessage();
        assertTrue(message.contains("107") && message.contains("108"), message);
    }

    @Test
    void itSurvivesSerialization() throws Exception {
        UnixAbstractAddress address = UnixAbstractAddress.of("name");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(address);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertEquals(address, in.readObject());
        }
    }
}
