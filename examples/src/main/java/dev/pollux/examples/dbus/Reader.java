package dev.pollux.examples.dbus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The same, read from bytes that anybody may have written: what does not fit is an {@code IOException}. */
final class Reader {
    private static final int DEPTH = 64;
    private static final String FIXED = "ybnqiuxtdh";
    private static final int[] SIZES = {1, 4, 2, 2, 4, 4, 8, 8, 8, 4};

    private final ByteBuffer bytes;

    /** With the byte order set, and its beginning where alignment is counted from. */
    Reader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    int position() {
        return bytes.position();
    }

    private void require(long length) throws IOException {
        if (length < 0 || length > bytes.remaining()) {
            throw new IOException("a D-Bus message ends before its values do");
        }
    }

    private byte[] take(long length) throws IOException {
        require(length);
        byte[] taken = new byte[(int) length];
        bytes.get(taken);
        return taken;
    }

    Reader align(int size) throws IOException {
        int padding = -bytes.position() & size - 1;
        require(padding);
        bytes.position(bytes.position() + padding);
        return this;
    }

    int u8() throws IOException {
        require(1);
        return Byte.toUnsignedInt(bytes.get());
    }

    /** Negative above 2^31: no length may be so large. */
    int u32() throws IOException {
        align(Integer.BYTES).require(Integer.BYTES);
        return bytes.getInt();
    }

    String text() throws IOException {
        return text(take(u32()));
    }

    String signature() throws IOException {
        return text(take(u8()));
    }

    private String text(byte[] utf8) throws IOException {
        if (u8() != 0) {
            throw new IOException("a D-Bus text does not end with NUL");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException("a D-Bus text is not UTF-8", e);
        }
    }

    /** Goes over values of any types. */
    void skip(String signature) throws IOException {
        for (int at = 0; at < signature.length();) {
            at = skip(signature, at, 0);
        }
    }

    /** Goes over one value, and returns where the next type begins. */
    private int skip(String signature, int at, int depth) throws IOException {
        if (depth > DEPTH || at >= signature.length()) {
            throw new IOException("no D-Bus signature: " + signature);
        }
        char type = signature.charAt(at);
        int fixed = FIXED.indexOf(type);
        if (fixed >= 0) {
            align(SIZES[fixed]).take(SIZES[fixed]);
            return at + 1;
        }
        switch (type) {
            case 's', 'o' -> text();
            case 'g' -> signature();
            case 'v' -> {
                String inner = signature();
                if (skip(inner, 0, depth + 1) != inner.length()) {
                    throw new IOException("a D-Bus variant has more than one value");
                }
            }
            case 'a' -> {
                int length = u32();
                int end = end(signature, at + 1, depth + 1);
                align(alignment(signature.charAt(at + 1))).take(length);
                return end;
            }
            case '(', '{' -> {
                align(Long.BYTES);
                int inner = at + 1;
                while (inner < signature.length() && ")}".indexOf(signature.charAt(inner)) < 0) {
                    inner = skip(signature, inner, depth + 1);
                }
                return end(signature, at, depth);
            }
            default -> throw new IOException("no D-Bus signature: " + signature);
        }
        return at + 1;
    }

    private static int alignment(char type) {
        int fixed = FIXED.indexOf(type);
        return fixed >= 0 ? SIZES[fixed] : switch (type) {
            case '(', '{' -> Long.BYTES;
            case 'g', 'v' -> 1;
            default -> Integer.BYTES;
        };
    }

    /** Where the type that begins there ends. */
    private static int end(String signature, int at, int depth) throws IOException {
        if (depth > DEPTH || at >= signature.length()) {
            throw new IOException("no D-Bus signature: " + signature);
        }
        char type = signature.charAt(at);
        if (type == 'a') {
            return end(signature, at + 1, depth + 1);
        }
        if (type != '(' && type != '{') {
            return at + 1;
        }
        int inner = at + 1;
        while (inner < signature.length() && signature.charAt(inner) != (type == '(' ? ')' : '}')) {
            inner = end(signature, inner, depth + 1);
        }
        if (inner >= signature.length()) {
            throw new IOException("no D-Bus signature: " + signature);
        }
        return inner + 1;
    }
}
