package dev.pollux.examples.dbus;

import dev.pollux.Fd;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message: a call, its return, or an error. Fields that are not there are empty, or 0.
 *
 * @param body values as {@code signature} has them, in {@code order}
 * @param fds the descriptors, which values of type h are indices of; owned by the message once it was received
 */
record BusMessage(int type, int flags, int serial, int replySerial, String path, String iface, String member,
        String error, String destination, String sender, String signature, ByteOrder order, byte[] body, List<Fd> fds)
        implements Closeable {
    static final int CALL = 1;
    static final int RETURN = 2;
    static final int ERROR = 3;
    static final int NO_REPLY_EXPECTED = 1;

    /** Of the header that has the lengths of the rest: up to that of the fields. */
    static final int FIXED_BYTES = 16;
    /** What is longer than this is refused; D-Bus allows much more. */
    static final int MOST_BYTES = 1 << 20;

    private static final int PATH = 1;
    private static final int INTERFACE = 2;
    private static final int MEMBER = 3;
    private static final int ERROR_NAME = 4;
    private static final int REPLY_SERIAL = 5;
    private static final int DESTINATION = 6;
    private static final int SENDER = 7;
    private static final int SIGNATURE = 8;
    private static final int UNIX_FDS = 9;

    static BusMessage call(String destination, String path, String iface, String member, String signature,
            Writer body, List<Fd> fds) {
        return new BusMessage(CALL, 0, 0, 0, path, iface, member, "", destination, "", signature,
                ByteOrder.LITTLE_ENDIAN, body.toArray(), fds);
    }

    BusMessage answer(String signature, Writer body, List<Fd> fds) {
        return new BusMessage(RETURN, NO_REPLY_EXPECTED, 0, serial, "", "", "", "", sender, "", signature,
                ByteOrder.LITTLE_ENDIAN, body.toArray(), fds);
    }

    BusMessage refusal(String error, String text) {
        return new BusMessage(ERROR, NO_REPLY_EXPECTED, 0, serial, "", "", "", error, sender, "", "s",
                ByteOrder.LITTLE_ENDIAN, new Writer().text(text).toArray(), List.of());
    }

    Reader values() {
        return new Reader(ByteBuffer.wrap(body).order(order));
    }

    byte[] toBytes(int serial) {
        Writer fields = new Writer(); // begins where a multiple of 8 is
        field(fields, PATH, "o", path);
        field(fields, INTERFACE, "s", iface);
        field(fields, MEMBER, "s", member);
        field(fields, ERROR_NAME, "s", error);
        field(fields, DESTINATION, "s", destination);
        if (replySerial != 0) {
            fields.align(Long.BYTES).u8(REPLY_SERIAL).signature("u").u32(replySerial);
        }
        if (!signature.isEmpty()) {
            fields.align(Long.BYTES).u8(SIGNATURE).signature("g").signature(signature);
        }
        if (!fds.isEmpty()) {
            fields.align(Long.BYTES).u8(UNIX_FDS).signature("u").u32(fds.size());
        }
        byte[] all = fields.toArray();
        return new Writer().u8('l').u8(type).u8(flags).u8(1).u32(body.length).u32(serial).u32(all.length)
                .raw(all).align(Long.BYTES).raw(body).toArray();
    }

    private static void field(Writer fields, int code, String type, String value) {
        if (!value.isEmpty()) {
            fields.align(Long.BYTES).u8(code).signature(type).text(value);
        }
    }

    /** How long a message is, by its first {@link #FIXED_BYTES}. */
    static int length(byte[] header) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(header).order(order(header));
        long body = Integer.toUnsignedLong(bytes.getInt(4));
        long fields = Integer.toUnsignedLong(bytes.getInt(12));
        long length = FIXED_BYTES + (fields + 7 & -8) + body;
        if (header[3] != 1 || length > MOST_BYTES) {
            throw new IOException("a D-Bus message of version " + header[3] + " with " + length + " bytes is refused");
        }
        return (int) length;
    }

    private static ByteOrder order(byte[] header) throws IOException {
        return switch (header[0]) {
            case 'l' -> ByteOrder.LITTLE_ENDIAN;
            case 'B' -> ByteOrder.BIG_ENDIAN;
            default -> throw new IOException("no D-Bus message begins with " + header[0]);
        };
    }

    /** Reads a whole message; {@code numbers} are told how many descriptors it has. */
    static BusMessage of(byte[] bytes, Descriptors numbers) throws IOException {
        ByteOrder order = order(bytes);
        ByteBuffer all = ByteBuffer.wrap(bytes).order(order);
        int bodyLength = all.getInt(4);
        int end = FIXED_BYTES + all.getInt(12);
        Reader reader = new Reader(all.duplicate().order(order).position(FIXED_BYTES).limit(end));
        String[] texts = new String[UNIX_FDS + 1];
        Arrays.fill(texts, "");
        int replySerial = 0;
        int fds = 0;
        while (reader.position() < end) {
            int code = reader.align(Long.BYTES).u8();
            String type = reader.signature();
            String expected = code == PATH ? "o" : code == REPLY_SERIAL || code == UNIX_FDS ? "u"
                    : code == SIGNATURE ? "g" : "s";
            if (code < 1 || code > UNIX_FDS) {
                reader.skip(type);
            } else if (!type.equals(expected)) {
                throw new IOException("the D-Bus field " + code + " is of type " + type);
            } else if (code == REPLY_SERIAL) {
                replySerial = reader.u32();
            } else if (code == UNIX_FDS) {
                fds = reader.u32();
            } else {
                texts[code] = code == SIGNATURE ? reader.signature() : reader.text();
            }
        }
        byte[] body = new byte[bodyLength];
        all.get(bytes.length - bodyLength, body);
        return new BusMessage(bytes[1], bytes[2], all.getInt(8), replySerial, texts[PATH], texts[INTERFACE],
                texts[MEMBER], texts[ERROR_NAME], texts[DESTINATION], texts[SENDER], texts[SIGNATURE], order, body,
                numbers.take(fds));
    }

    /** Those that have come with the bytes so far. */
    interface Descriptors {
        List<Fd> take(int count) throws IOException;
    }

    /** The descriptor that a value of type h means. */
    Fd fd(int index) throws IOException {
        if (index < 0 || index >= fds.size()) {
            throw new IOException("a D-Bus message has " + fds.size() + " descriptors, and none with index " + index);
        }
        return fds.get(index);
    }

    @Override
    public void close() throws IOException {
        for (Fd fd : new ArrayList<>(fds)) {
            fd.close();
        }
    }
}
