package dev.pollux.examples.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * RESP, the protocol of Redis, versions 2 and 3. A request is parsed where it was read to, and its arguments stay
 * there; replies are collected in one buffer, to be sent by one write.
 */
final class Resp {
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    /** The longest text of a 64-bit number. */
    static final int DIGITS = 20;

    private Resp() { }

    /** What a client is told: {@code ERR …}, {@code WRONGTYPE …}. */
    static class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String text) {
            super(text, null, false, false);
        }
    }

    /** A request that cannot be told from the next one: the client is told, and its connection ends. */
    static final class Malformed extends Failure {
        private static final long serialVersionUID = 1;

        Malformed(String text) {
            super("ERR Protocol error: " + text);
        }
    }

    /** The number of digits, with the sign, of a number. */
    static int digits(long value) {
        if (value < 0) {
            return value == Long.MIN_VALUE ? DIGITS : 1 + digits(-value);
        }
        int n = 1;
        for (long power = 10; n < DIGITS - 1 && value >= power; power *= 10) {
            n++;
        }
        return n;
    }

    /** Writes a number as so many digits. */
    static void putDigits(MemorySegment memory, long at, long value, int digits) {
        long rest = value;
        for (long p = at + digits - 1; p >= at + (value < 0 ? 1 : 0); p--) {
            memory.set(BYTE, p, (byte) ('0' + Math.abs(rest % 10)));
            rest /= 10;
        }
        if (value < 0) {
            memory.set(BYTE, at, (byte) '-');
        }
    }

    /** One request: {@code *2\r\n$3\r\nGET\r\n$1\r\nk\r\n}, or a line of words. The object serves for all of them. */
    static final class Request {
        private static final int MOST_ARGUMENTS = 1 << 20;
        private static final int LONGEST_LINE = 1 << 16;
        private static final int MANY = 1024;
        private static final long UPPER = 0xdfdfdfdfdfdfdfdfL;

        private final long largest;
        MemorySegment memory;
        int count;
        long[] offset = new long[16];
        int[] length = new int[16];
        /** Where it begins and where the next one begins. */
        long start;
        long end;
        /** Of an incomplete one: without so many bytes it cannot be complete. */
        long needed;
        boolean inline;
        /** The argument behind the {@link #options}. */
        int next;
        private long cursor;
        private long number;

        /** @param largest the size in bytes above which a request is refused */
        Request(long largest) {
            this.largest = largest;
        }

        /**
         * Parses the request that begins at an offset.
         *
         * @return whether it is complete; one of no words has {@link #count} 0
         * @throws Malformed it is none
         */
        boolean parse(MemorySegment bytes, long from, long to) {
            memory = bytes;
            start = from;
            count = 0;
            needed = to - from + 1;
            if (offset.length > MANY) { // of a request that was an exception
                offset = new long[16];
                length = new int[16];
            }
            inline = bytes.get(BYTE, from) != '*';
            if (inline) {
                return parseLine(to);
            }
            cursor = from + 1;
            if (!readNumber(to, "too big mbulk count string", "invalid multibulk length")) {
                return false;
            }
            long arguments = number;
            if (arguments > MOST_ARGUMENTS) {
                throw new Malformed("invalid multibulk length");
            }
            for (long i = 0; i < arguments; i++) {
                if (cursor >= to) {
                    return incomplete(cursor, arguments - i);
                }
                if (!readShortLength(to)) {
                    byte kind = bytes.get(BYTE, cursor);
                    if (kind != '$') {
                        throw new Malformed("expected '$', got '" + (char) (kind & 0xff) + "'");
                    }
                    cursor++;
                    if (!readNumber(to, "too big bulk count string", "invalid bulk length")) {
                        return incomplete(cursor, arguments - i);
                    }
                }
                if (number < 0 || number > largest) {
                    throw new Malformed("invalid bulk length");
                }
                if (to - cursor < number + 2) {
                    return incomplete(cursor + number + 2, arguments - i - 1);
                }
                add(cursor, (int) number);
                cursor += number + 2;
            }
            end = cursor;
            return true;
        }

        /** The shortest argument has six bytes, {@code $0\r\n\r\n}: so a large request is not parsed at each read. */
        private boolean incomplete(long at, long more) {
            needed = Math.max(needed, at - start + 6 * more);
            if (needed > largest) {
                throw new Malformed("a request of more than " + largest + " bytes");
            }
            return false;
        }

        private void add(long at, int size) {
            if (count == offset.length) {
                offset = Arrays.copyOf(offset, 2 * count);
                length = Arrays.copyOf(length, 2 * count);
            }
            offset[count] = at;
            length[count++] = size;
        }

        /** {@code $5\r\n} or {@code $64\r\n}, which nearly all are, by one access to memory; false if it is another. */
        private boolean readShortLength(long to) {
            if (to - cursor < Long.BYTES) {
                return false;
            }
            long word = memory.get(LONG, cursor);
            int first = (int) (word >>> 8 & 0xff) - '0';
            int second = (int) (word >>> 16 & 0xff) - '0';
            if ((word & 0xff00ff) == ('$' | '\r' << 16) && first >= 0 && first <= 9) {
                number = first;
                cursor += 4;
                return true;
            }
            if ((word & 0xff0000ffL) == ('$' | (long) '\r' << 24) && first >= 0 && first <= 9
                    && second >= 0 && second <= 9) {
                number = 10L * first + second;
                cursor += 5;
                return true;
            }
            return false;
        }

        /** A number up to the end of the line; the line feed is taken for granted, as Redis does. */
        private boolean readNumber(long to, String tooLong, String invalid) {
            long p = cursor;
            boolean negative = p < to && memory.get(BYTE, p) == '-';
            if (negative) {
                p++;
            }
            long value = 0;
            long first = p;
            boolean valid = true;
            for (; p < to; p++) {
                int digit = memory.get(BYTE, p) - '0';
                if (digit == '\r' - '0') {
                    if (p + 1 == to) {
                        return false;
                    }
                    if (!valid || p == first) {
                        throw new Malformed(invalid);
                    }
                    cursor = p + 2;
                    number = negative ? -value : value;
                    return true;
                }
                valid &= digit >= 0 && digit <= 9 && p - first < DIGITS - 2;
                value = 10 * value + digit;
            }
            if (to - cursor > LONGEST_LINE) {
                throw new Malformed(tooLong);
            }
            return false;
        }

        private boolean parseLine(long to) {
            long line = start;
            while (line < to && memory.get(BYTE, line) != '\n') {
                line++;
            }
            if (line - start > LONGEST_LINE) {
                throw new Malformed("too big inline request");
            }
            if (line == to) {
                return false;
            }
            end = line + 1;
            if (line > start && memory.get(BYTE, line - 1) == '\r') {
                line--;
            }
            cursor = start;
            while (true) {
                while (cursor < line && isSpace(memory.get(BYTE, cursor))) {
                    cursor++;
                }
                if (cursor == line) {
                    return true;
                }
                readWord(line);
            }
        }

        private static boolean isSpace(byte b) {
            return b == ' ' || b >= '\t' && b <= '\r' || b == 0;
        }

        /** A word with its quotes and escapes undone, in place: it only becomes shorter. */
        private void readWord(long to) {
            long at = cursor;
            long write = cursor;
            byte quote = 0;
            for (; cursor < to; cursor++) {
                byte b = memory.get(BYTE, cursor);
                if (quote == 0 && isSpace(b)) {
                    break;
                }
                if (quote == 0 && (b == '"' || b == '\'')) {
                    quote = b;
                } else if (quote != 0 && b == quote) {
                    if (cursor + 1 < to && !isSpace(memory.get(BYTE, cursor + 1))) {
                        throw new Malformed("unbalanced quotes in request");
                    }
                    quote = 0;
                } else if (quote == '"' && b == '\\' && cursor + 1 < to) {
                    memory.set(BYTE, write++, unescaped(to));
                } else if (quote == '\'' && b == '\\' && cursor + 1 < to && memory.get(BYTE, cursor + 1) == '\'') {
                    cursor++;
                    memory.set(BYTE, write++, (byte) '\'');
                } else {
                    memory.set(BYTE, write++, b);
                }
            }
            if (quote != 0) {
                throw new Malformed("unbalanced quotes in request");
            }
            add(at, (int) (write - at));
        }

        private byte unescaped(long to) {
            byte b = memory.get(BYTE, ++cursor);
            if (b == 'x' && cursor + 2 < to) {
                int high = Character.digit(memory.get(BYTE, cursor + 1), 16);
                int low = Character.digit(memory.get(BYTE, cursor + 2), 16);
                if (high >= 0 && low >= 0) {
                    cursor += 2;
                    return (byte) (high << 4 | low);
                }
            }
            return switch (b) {
                case 'n' -> '\n';
                case 'r' -> '\r';
                case 't' -> '\t';
                case 'b' -> '\b';
                case 'a' -> 7;
                default -> b;
            };
        }

        byte[] bytes(int i) {
            return memory.asSlice(offset[i], length[i]).toArray(BYTE);
        }

        String text(int i) {
            return new String(bytes(i), StandardCharsets.ISO_8859_1);
        }

        /** An argument as errors show it: as C does, up to a zero, and at most so many bytes. */
        String shown(int i, int most) {
            String text = new String(
                    memory.asSlice(offset[i], Math.min(length[i], most)).toArray(BYTE), StandardCharsets.ISO_8859_1);
            int zero = text.indexOf('\0');
            return zero < 0 ? text : text.substring(0, zero);
        }

        /** Whether an argument is a word, in upper case here and in any case there. */
        boolean is(int i, String word) {
            if (length[i] != word.length()) {
                return false;
            }
            for (int j = 0; j < word.length(); j++) {
                if ((memory.get(BYTE, offset[i] + j) & 0xdf) != word.charAt(j)) {
                    return false;
                }
            }
            return true;
        }

        /** Takes options from an argument on, up to {@link #next}: bits by their places among the words. */
        int options(int from, String... words) {
            int found = 0;
            for (next = from; next < count; next++) {
                int word = 0;
                while (word < words.length && !is(next, words[word])) {
                    word++;
                }
                if (word == words.length) {
                    break;
                }
                found |= 1 << word;
            }
            return found;
        }

        /** Up to eight bytes of a word, in upper case: letters only come out as what they are. */
        long upper(int i, int from) {
            long at = offset[i] + from;
            int bytes = Math.min(length[i] - from, Long.BYTES);
            if (bytes > 0 && at + Long.BYTES <= memory.byteSize()) {
                return Long.reverseBytes(memory.get(LONG, at)) >>> (Long.BYTES - bytes) * Byte.SIZE & UPPER;
            }
            long word = 0;
            for (int j = from; j < length[i] && j < from + Long.BYTES; j++) {
                word = word << Byte.SIZE | memory.get(BYTE, offset[i] + j) & 0xdf;
            }
            return word;
        }

        long integer(int i) {
            return integer(memory, offset[i], length[i]);
        }

        /** A number as Redis writes it, and in no other form. */
        static long integer(MemorySegment memory, long at, int length) {
            long value = 0;
            boolean negative = length > 1 && memory.get(BYTE, at) == '-';
            int first = negative ? 1 : 0;
            boolean valid = length > first && length <= DIGITS && (memory.get(BYTE, at + first) != '0' || length == 1);
            for (int i = first; valid && i < length; i++) {
                int digit = memory.get(BYTE, at + i) - '0';
                valid = digit >= 0 && digit <= 9
                        && (value > Long.MIN_VALUE / 10 || value == Long.MIN_VALUE / 10 && digit <= 8);
                value = 10 * value - digit; // the negative numbers are one more
            }
            if (!valid || !negative && value == Long.MIN_VALUE) {
                throw new Failure("ERR value is not an integer or out of range");
            }
            return negative ? value : -value;
        }
    }

    /** Replies to one client, one after the other. What does not fit goes to the sink first. */
    static final class Reply {
        private static final long CRLF = '\r' | '\n' << 8;
        private static final long OK = word("+OK\r\n");
        private static final long PONG = word("+PONG\r\n");
        private static final long NIL = word("$-1\r\n");
        private static final long NIL_ARRAY = word("*-1\r\n");
        private static final long NIL_3 = word("_\r\n");

        /** Takes what has been written. */
        interface Sink {
            void take(MemorySegment memory, long size);
        }

        final MemorySegment memory;
        private final long capacity;
        private final Sink sink;
        long size;
        /** The client takes no more: it makes no sense to go on. */
        boolean lost;
        /** Of the client: 2 or 3. */
        int version = 2;

        Reply(MemorySegment memory, Sink sink) {
            this.memory = memory;
            this.capacity = memory.byteSize();
            this.sink = sink;
        }

        private static long word(String text) {
            long word = 0;
            for (int i = text.length() - 1; i >= 0; i--) {
                word = word << Byte.SIZE | text.charAt(i);
            }
            return word;
        }

        void flush() {
            if (size > 0) {
                sink.take(memory, size);
                size = 0;
            }
        }

        private void reserve(long bytes) {
            if (capacity - size < bytes) {
                flush();
            }
        }

        private void put(long word, int bytes) {
            reserve(Long.BYTES);
            memory.set(LONG, size, word);
            size += bytes;
        }

        void ok() {
            put(OK, 5);
        }

        void pong() {
            put(PONG, 7);
        }

        void nil() {
            nil(false);
        }

        /** Version 2 has one for arrays, too. */
        void nil(boolean array) {
            put(version == 3 ? NIL_3 : array ? NIL_ARRAY : NIL, version == 3 ? 3 : 5);
        }

        private void head(char kind, long number) {
            if (number >= 0 && number < 10) {
                put(kind | '0' + number << 8 | CRLF << 16, 4);
                return;
            }
            if (number >= 10 && number < 100) {
                put(kind | '0' + number / 10 << 8 | '0' + number % 10 << 16 | CRLF << 24, 5);
                return;
            }
            reserve(DIGITS + 8);
            memory.set(BYTE, size, (byte) kind);
            int digits = digits(number);
            putDigits(memory, size + 1, number, digits);
            size += 1 + digits;
            put(CRLF, 2);
        }

        void integer(long value) {
            head(':', value);
        }

        void array(long n) {
            head('*', n);
        }

        void set(long n) {
            head(version == 3 ? '~' : '*', n);
        }

        void map(long pairs) {
            head(version == 3 ? '%' : '*', version == 3 ? pairs : 2 * pairs);
        }

        void push(long n) {
            head(version == 3 ? '>' : '*', n);
        }

        void bulk(MemorySegment from, long at, long length) {
            head('$', length);
            raw(from, at, length);
            put(CRLF, 2);
        }

        /** Nil if there is nothing. */
        void bulk(byte[] bytes) {
            if (bytes == null) {
                nil();
            } else {
                bulk('$', bytes);
            }
        }

        private void bulk(char kind, byte[] bytes) {
            head(kind, bytes.length);
            raw(MemorySegment.ofArray(bytes), 0, bytes.length);
            put(CRLF, 2);
        }

        void bulks(String... texts) {
            for (String text : texts) {
                bulk('$', text.getBytes(StandardCharsets.UTF_8));
            }
        }

        void line(String text) {
            byte[] bytes = (text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            raw(MemorySegment.ofArray(bytes), 0, bytes.length);
        }

        /** What a client sent may be in it, and must not end the line. */
        void error(String text) {
            int end = text.length();
            while (end > 0 && (text.charAt(end - 1) == '\r' || text.charAt(end - 1) == '\n')) {
                end--;
            }
            line("-" + text.substring(0, end).replace('\r', ' ').replace('\n', ' '));
        }

        /** A text for people. */
        void verbatim(String text) {
            if (version == 3) {
                bulk('=', ("txt:" + text).getBytes(StandardCharsets.UTF_8));
            } else {
                bulks(text);
            }
        }

        /** Nil if there is none. */
        void number(Double value) {
            if (value == null) {
                nil();
            } else if (version == 3) {
                line("," + text(value));
            } else {
                bulks(text(value));
            }
        }

        void raw(MemorySegment from, long at, long length) {
            for (long done = 0; done < length;) {
                reserve(1);
                long n = Math.min(length - done, capacity - size);
                MemorySegment.copy(from, at + done, memory, size, n);
                size += n;
                done += n;
            }
        }

        /** C's {@code %.17g}. */
        static String text(double value) {
            if (Double.isInfinite(value)) {
                return value > 0 ? "inf" : "-inf";
            }
            if (value == 0) {
                return 1 / value < 0 ? "-0" : "0";
            }
            BigDecimal rounded = new BigDecimal(value).round(new MathContext(17, RoundingMode.HALF_EVEN))
                    .stripTrailingZeros();
            int exponent = rounded.precision() - rounded.scale() - 1;
            if (exponent >= -4 && exponent < 17) {
                return rounded.toPlainString();
            }
            String digits = rounded.unscaledValue().abs().toString();
            return (value < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "")
                    + "e" + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        }
    }
}
