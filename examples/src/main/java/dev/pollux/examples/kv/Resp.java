package dev.pollux.examples.kv;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * RESP, the protocol of Redis, versions 2 and 3. A request is parsed where it was read to, and its arguments stay
 * there; replies are collected in one buffer, to be sent by one write.
 */
final class Resp {
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    /** The longest text of a 64-bit number. */
    private static final int DIGITS = 20;

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

    /** Bytes as a text whose chars they are. */
    static String text(MemorySegment memory, long at, long length) {
        return new String(memory.asSlice(at, length).toArray(BYTE), StandardCharsets.ISO_8859_1);
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

    /** One request: {@code *2\r\n$3\r\nGET\r\n$1\r\nk\r\n}, or a line of words. The object serves for all of them. */
    static final class Request {
        private static final int MOST_ARGUMENTS = 1 << 20;
        private static final int LONGEST_LINE = 1 << 16;
        private static final int FEW = 16;
        private static final int MANY = 1024;
        /** Of the shortest argument, {@code $0\r\n\r\n}. */
        private static final int SHORTEST = 6;

        private final long largest;
        MemorySegment memory;
        int count;
        long[] offset = new long[FEW];
        int[] length = new int[FEW];
        /** Where it begins and where the next one begins. */
        long start;
        long end;
        /** Of an incomplete one, which is at least so large: it need not be parsed again before. */
        long needed;
        boolean inline;
        private long cursor;
        private int number;

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
            cursor = from;
            count = 0;
            if (offset.length > MANY) { // of a request that was an exception
                offset = new long[FEW];
                length = new int[FEW];
            }
            inline = bytes.get(BYTE, from) != '*';
            return inline ? parseLine(to) : parseArray(to);
        }

        private boolean parseArray(long to) {
            cursor++;
            if (!readNumber(to, "multibulk")) {
                return incomplete(to + 1);
            }
            int arguments = number;
            if (arguments > MOST_ARGUMENTS) {
                throw new Malformed("invalid multibulk length");
            }
            for (long left = arguments; left > 0; left--) {
                if (cursor == to) {
                    return incomplete(to + SHORTEST * left);
                }
                if (!readShortLength(to)) {
                    byte kind = memory.get(BYTE, cursor++);
                    if (kind != '$') {
                        throw new Malformed("expected '$', got '" + (char) (kind & 0xff) + "'");
                    }
                    if (!readNumber(to, "bulk")) {
                        return incomplete(to + 1 + SHORTEST * (left - 1));
                    }
                }
                if (number > largest) {
                    throw new Malformed("invalid bulk length");
                }
                if (to - cursor < number + 2L) {
                    return incomplete(cursor + number + 2 + SHORTEST * (left - 1));
                }
                add(cursor, number);
                cursor += number + 2;
            }
            end = cursor;
            return true;
        }

        private boolean incomplete(long to) {
            needed = to - start;
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

        /** A number up to the end of the line, if all of that is there; the line feed is taken for granted. */
        private boolean readNumber(long to, String what) {
            long value = 0;
            for (long p = cursor; p + 1 < to; p++) {
                int digit = memory.get(BYTE, p) - '0';
                if (digit == '\r' - '0' && p > cursor) {
                    cursor = p + 2;
                    number = (int) value;
                    return true;
                }
                value = 10 * value + digit;
                if (digit < 0 || digit > 9 || value > Integer.MAX_VALUE - SHORTEST) {
                    throw new Malformed("invalid " + what + " length");
                }
            }
            return false;
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
                number = 10 * first + second;
                cursor += 5;
                return true;
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
                return incomplete(to + 1);
            }
            end = line + 1;
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

        /** The carriage return, too. */
        private static boolean isSpace(byte b) {
            return b == ' ' || b >= '\t' && b <= '\r';
        }

        /** A word, perhaps in quotes, which are removed in place as escapes are. */
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
                    quote = 0;
                } else if (quote != 0 && b == '\\' && cursor + 1 < to) {
                    b = memory.get(BYTE, ++cursor);
                    memory.set(BYTE, write++, b == 'n' ? (byte) '\n' : b == 'r' ? (byte) '\r' : b);
                } else {
                    memory.set(BYTE, write++, b);
                }
            }
            if (quote != 0) {
                throw new Malformed("unbalanced quotes in request");
            }
            add(at, (int) (write - at));
        }

        /** Its chars are bytes. */
        String text(int i) {
            return Resp.text(memory, offset[i], length[i]);
        }

        long integer(int i) {
            return Resp.integer(memory, offset[i], length[i]);
        }

        /** Whether an argument is a word of letters, in upper case here and in any case there. */
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
    }

    /** Replies to one client, one after the other. What does not fit goes to the sink first. */
    static final class Reply {
        private static final long CRLF = word("\r\n");
        private static final long OK = word("+OK\r\n");
        private static final long PONG = word("+PONG\r\n");
        private static final long NIL = word("$-1\r\n");
        private static final long NIL_3 = word("_\r\n");
        private static final int SHORT = 100_000;

        /** Takes what has been written. */
        interface Sink {
            void take(MemorySegment memory, long size);
        }

        final MemorySegment memory;
        private final long capacity;
        private final Sink sink;
        long size;
        /** Where the reply to this request begins. */
        private long start;
        private boolean partSent;
        /** The client takes no more, or cannot be told how it went on: it makes no sense to go on. */
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
                partSent |= size > start;
                size = 0;
                start = 0;
            }
        }

        /** What follows is the reply to another request. */
        void begin() {
            start = size;
            partSent = false;
        }

        /** An error instead of what there is of a reply. If a part of that has been sent, nothing can follow it. */
        void instead(String error) {
            lost |= partSent;
            size = start;
            line("-" + error);
        }

        private void reserve(long bytes) {
            if (capacity - size < bytes) {
                flush();
            }
        }

        /** Writes up to eight bytes, which are in a word from its lower end on. */
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
            put(version == 3 ? NIL_3 : NIL, version == 3 ? 3 : 5);
        }

        private void head(char kind, long number) {
            if (number >= 0 && number < SHORT) {
                long word = CRLF;
                int bytes = 3;
                for (long rest = number; bytes == 3 || rest > 0; rest /= 10) {
                    word = word << Byte.SIZE | '0' + rest % 10;
                    bytes++;
                }
                put(word << Byte.SIZE | kind, bytes);
                return;
            }
            int digits = digits(number);
            reserve(1 + digits);
            memory.set(BYTE, size, (byte) kind);
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

        void bulk(Request request, int i) {
            bulk(request.memory, request.offset[i], request.length[i]);
        }

        /** Nil if there is none. */
        void bulk(String text) {
            if (text == null) {
                nil();
            } else {
                bulk('$', text);
            }
        }

        private void bulk(char kind, String text) {
            head(kind, text.length());
            raw(text);
            put(CRLF, 2);
        }

        void bulks(String... texts) {
            for (String text : texts) {
                bulk('$', text);
            }
        }

        /** A text for people. */
        void verbatim(String text) {
            if (version == 3) {
                bulk('=', "txt:" + text);
            } else {
                bulk('$', text);
            }
        }

        /** {@code +none} or {@code -ERR …}. What a client sent may be in it, and must not end the line. */
        void line(String text) {
            raw(text.replace('\r', ' ').replace('\n', ' '));
            put(CRLF, 2);
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

        private void raw(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            raw(MemorySegment.ofArray(bytes), 0, bytes.length);
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
            BigDecimal rounded = new BigDecimal(value, new MathContext(17, RoundingMode.HALF_EVEN));
            String digits = String.format(Locale.ROOT, "%.17g", rounded);
            return digits.replaceFirst("\\.0+(?=$|e)|(\\.\\d*[1-9])0+(?=$|e)", "$1");
        }
    }
}
