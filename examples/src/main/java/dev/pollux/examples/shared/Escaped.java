package dev.pollux.examples.shared;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * What others have written, to be printed: names of files, lines of stdin, answers of a server. With a line break in it,
 * it could pass for a line of ours; with an ESC, a terminal would obey it. Both are shown instead, as C writes them, and
 * a backslash is doubled, so that one can tell.
 */
public final class Escaped {
    private Escaped() { }

    public static String of(String text) {
        StringBuilder shown = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(shown, c));
        return shown.toString();
    }

    /** The text that is UTF-8, and the rest as {@code \xNN}. */
    public static String of(byte[] bytes, int offset, int length) {
        StringBuilder shown = new StringBuilder(length);
        ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
        CharBuffer text = CharBuffer.allocate(length);
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        for (;;) {
            CoderResult result = decoder.decode(rest, text, true);
            text.flip().codePoints().forEach(c -> append(shown, c));
            text.clear();
            if (result.isUnderflow()) {
                return shown.toString();
            }
            for (int i = 0; i < result.length(); i++) {
                appendByte(shown, Byte.toUnsignedInt(rest.get()));
            }
        }
    }

    private static void append(StringBuilder shown, int c) {
        switch (c) {
            case '\\' -> shown.append("\\\\");
            case '\n' -> shown.append("\\n");
            case '\r' -> shown.append("\\r");
            case '\t' -> shown.append("\\t");
            default -> {
                switch (Character.getType(c)) {
                    // the second half of them changes the direction of the text, or is another end of a line
                    case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR,
                            Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> {
                        if (c < 0x80) {
                            appendByte(shown, c);
                        } else {
                            shown.append(String.format(c <= 0xffff ? "\\u%04x" : "\\U%08x", c));
                        }
                    }
                    default -> shown.appendCodePoint(c);
                }
            }
        }
    }

    private static void appendByte(StringBuilder shown, int b) {
        shown.append("\\x").append(Character.forDigit(b >> 4, 16)).append(Character.forDigit(b & 0xf, 16));
    }
}
