package dev.pollux.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EscapedTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "plain", "grüße", "日本語", "a b", "\"x'", "\ud83d\ude00"})
    void textStaysAsItIs(String text) {
        assertEquals(text, Escaped.of(text));
        assertEquals(text, ofBytes(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatEndsALineOrIsObeyedByATerminalIsShown() {
        String text = "\n\r\t\\\0\033[A\177\u0085\u009b\u2028\u2029\u200e\u202e\u2066\udb40\udc01";
        String shown = "\\n\\r\\t\\\\\\x00\\x1b[A\\x7f\\u0085\\u009b\\u2028\\u2029\\u200e\\u202e\\u2066\\U000e0001";
        assertEquals(shown, Escaped.of(text));
        assertEquals(shown, ofBytes(text.getBytes(StandardCharsets.UTF_8)));
        assertEquals("\\ud800x", Escaped.of("\ud800x"), "half a character");
    }

    @Test
    void bytesThatAreNoUtf8AreShownEach() {
        assertEquals("a\\xffb", ofBytes('a', 0xff, 'b'));
        assertEquals("\\xc3", ofBytes(0xc3));
        assertEquals("\\xc3ü\\x80", ofBytes(0xc3, 0xc3, 0xbc, 0x80));
        assertEquals("\\xe2\\x82x", ofBytes(0xe2, 0x82, 'x'));
        assertEquals("\\xed\\xa0\\x80", ofBytes(0xed, 0xa0, 0x80), "half a character");
        assertEquals("\\xc0\\xaf", ofBytes(0xc0, 0xaf), "too long a form");
        assertEquals("b\\xff", Escaped.of(new byte[] {'a', 'b', -1, 'c'}, 1, 2));
    }

    private static String ofBytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ofBytes(bytes);
    }

    private static String ofBytes(byte[] bytes) {
        return Escaped.of(bytes, 0, bytes.length);
    }
}
