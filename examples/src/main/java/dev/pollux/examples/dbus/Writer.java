package dev.pollux.examples.dbus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** D-Bus's form of values: each aligned to its size, counted from the beginning, the least byte first. */
final class Writer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Writer align(int size) {
        while (bytes.size() % size != 0) {
            bytes.write(0);
        }
        return this;
    }

    Writer u8(int value) {
        bytes.write(value);
        return this;
    }

    Writer u32(int value) {
        align(Integer.BYTES);
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes.write(value >> shift);
        }
        return this;
    }

    /** Types s and o. */
    Writer text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        u32(utf8.length);
        bytes.writeBytes(utf8);
        bytes.write(0);
        return this;
    }

    /** Type g. */
    Writer signature(String signature) {
        bytes.write(signature.length());
        bytes.writeBytes(signature.getBytes(StandardCharsets.US_ASCII));
        bytes.write(0);
        return this;
    }

    Writer raw(byte[] other) {
        bytes.writeBytes(other);
        return this;
    }

    byte[] toArray() {
        return bytes.toByteArray();
    }
}
