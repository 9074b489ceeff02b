package dev.pollux.examples.terminal;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** A line that is being edited: what keys do to it, and how it looks in a window of some width. */
final class Line {
    /** What a key has done. */
    enum Done { EDITED, ENTERED, ENDED }

    private static final int ESCAPE = 27;
    private static final int DELETE = 127;
    private static final int LONGEST = 10_000;

    private final StringBuilder text = new StringBuilder();
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer bytes = ByteBuffer.allocate(8);
    private final CharBuffer characters = CharBuffer.allocate(8);
    private final StringBuilder sequence = new StringBuilder();
    private int cursor;

    String take() {
        String line = text.toString();
        text.setLength(0);
        cursor = 0;
        return line;
    }

    Done key(byte key) {
        if (!sequence.isEmpty()) {
            escape((char) key);
            return Done.EDITED;
        }
        switch (key) {
            case '\r', '\n' -> {
                return Done.ENTERED;
            }
            case 'D' - 64 -> {
                if (text.isEmpty()) {
                    return Done.ENDED;
                }
                delete(cursor);
            }
            case 'A' - 64 -> cursor = 0;
            case 'E' - 64 -> cursor = text.length();
            case 'B' - 64 -> move(-1);
            case 'F' - 64 -> move(1);
            case 'K' - 64 -> text.setLength(cursor);
            case 'U' - 64 -> {
                text.delete(0, cursor);
                cursor = 0;
            }
            case '\b', DELETE -> {
                if (cursor > 0) {
                    move(-1);
                    delete(cursor);
                }
            }
            case ESCAPE -> sequence.append((char) key);
            default -> type(key);
        }
        return Done.EDITED;
    }

    /** ESC [ A and the like: the arrows, Home, End and Delete; others are passed over. */
    private void escape(char key) {
        sequence.append(key);
        if (sequence.length() == 2 ? key == '[' || key == 'O' : key < '@' && sequence.length() < 16) {
            return;
        }
        switch (sequence.substring(2)) {
            case "D" -> move(-1);
            case "C" -> move(1);
            case "H", "1~" -> cursor = 0;
            case "F", "4~" -> cursor = text.length();
            case "3~" -> delete(cursor);
            default -> { }
        }
        sequence.setLength(0);
    }

    private void move(int by) {
        int to = cursor + by;
        if (to >= 0 && to <= text.length()) {
            boolean inside = to > 0 && to < text.length() && Character.isSurrogatePair(text.charAt(to - 1),
                    text.charAt(to));
            cursor = inside ? to + by : to;
        }
    }

    private void delete(int at) {
        if (at < text.length()) {
            text.delete(at, at + Character.charCount(text.codePointAt(at)));
        }
    }

    private void type(byte key) {
        bytes.put(key).flip();
        decoder.decode(bytes, characters, false);
        bytes.compact();
        characters.flip();
        while (characters.hasRemaining()) {
            char c = characters.get();
            if (!Character.isISOControl(c) && text.length() < LONGEST) {
                text.insert(cursor++, c);
            }
        }
        characters.clear();
    }

    /** The line behind a prompt, in one row: as much of it as fits, with the cursor in it. */
    String shown(String prompt, int columns) {
        int room = Math.max(1, columns - prompt.length() - 1);
        int from = Math.max(0, cursor - room);
        String part = text.substring(from, Math.min(text.length(), from + room));
        return "\r\033[K" + prompt + part + "\r\033[" + (prompt.length() + cursor - from) + "C";
    }
}
