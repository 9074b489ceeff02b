package dev.pollux.examples.workers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTTP/1.x requests out of bytes, which may come one by one (RFC 9112). What comes is hostile until it is shown not to
 * be: lines, headers and bodies have limits, and what two programs could read in two ways is refused, such as a bare line
 * feed, a space before a colon, two lengths, or a length beside chunks.
 */
final class HttpParser {
    static final int LONGEST_LINE = 8 * 1024;
    static final int MOST_HEADERS = 100;
    static final int MOST_HEADER_BYTES = 32 * 1024;
    /** A size, and extensions, which are for nobody here. */
    private static final Pattern CHUNK_SIZE =
            Pattern.compile("([0-9a-fA-F]{1,8})([ \\t]*;[\\t\\x20-\\x7e\\x80-\\xff]*)?");
    private static final Pattern HOST = Pattern.compile("[!-~&&[^\",/<>?@\\\\^`{|}]]*");

    private enum State { REQUEST_LINE, HEADERS, BODY, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS }

    private final int mostBody;
    private final byte[] line = new byte[LONGEST_LINE];
    private int lineLength;
    private State state = State.REQUEST_LINE;
    private boolean begun;

    private String method;
    private String path;
    private boolean old;
    private int headers;
    private int headerBytes;
    private int hosts;
    private long contentLength;
    private boolean chunked;
    private boolean close;
    private boolean stay;
    private boolean expectsContinue;
    private byte[] body;
    private int bodyLength;
    /** How much is to come of the body, or of this chunk. */
    private long left;

    /** @param mostBody bytes of a body */
    HttpParser(int mostBody) {
        this.mostBody = mostBody;
        reset();
    }

    private void reset() {
        state = State.REQUEST_LINE;
        lineLength = 0;
        begun = false;
        headers = 0;
        headerBytes = 0;
        hosts = 0;
        contentLength = -1;
        chunked = false;
        close = false;
        stay = false;
        expectsContinue = false;
        body = new byte[0];
        bodyLength = 0;
    }

    /** Whether a part of a request has come. */
    boolean isInRequest() {
        return begun;
    }

    /** Whether the client waits for a word before it sends the body; asking takes the answer. */
    boolean takeExpectsContinue() {
        boolean expects = expectsContinue && state != State.REQUEST_LINE && state != State.HEADERS && bodyLength == 0;
        expectsContinue &= !expects;
        return expects;
    }

    /**
     * Takes bytes until a request is whole.
     *
     * @return the request, or null if the bytes are used up before
     * @throws HttpException if this can be no request; nothing after it can be trusted to be one
     */
    HttpRequest next(ByteBuffer in) throws HttpException {
        while (in.hasRemaining()) {
            begun = true;
            boolean whole = switch (state) {
                case REQUEST_LINE -> readLine(in, 414) && requestLine();
                case HEADERS -> readLine(in, 431) && header();
                case BODY -> readBody(in) && left == 0;
                case CHUNK_SIZE -> readLine(in, 400) && chunkSize();
                case CHUNK -> {
                    if (readBody(in) && left == 0) {
                        state = State.CHUNK_END;
                    }
                    yield false;
                }
                case CHUNK_END -> readLine(in, 400) && chunkEnd();
                case TRAILERS -> readLine(in, 431) && trailer();
            };
            if (whole) {
                HttpRequest request = new HttpRequest(method, path, old ? stay && !close : !close, old,
                        bodyLength == body.length ? body : Arrays.copyOf(body, bodyLength));
                reset();
                return request;
            }
        }
        return null;
    }

    /** True when the line is whole, without its CR LF. */
    private boolean readLine(ByteBuffer in, int tooLong) throws HttpException {
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == '\n') {
                if (lineLength == 0 || line[lineLength - 1] != '\r') {
                    throw new HttpException(400, "a line ends without a carriage return");
                }
                lineLength--;
                return true;
            }
            if (lineLength > 0 && line[lineLength - 1] == '\r') {
                throw new HttpException(400, "a carriage return in a line");
            }
            if (lineLength == LONGEST_LINE) {
                throw new HttpException(tooLong, "a line of more than " + LONGEST_LINE + " bytes");
            }
            line[lineLength++] = b;
        }
        return false;
    }

    /** The line as text, of ISO 8859-1, in which every byte is a character. */
    private String takeLine() {
        String text = new String(line, 0, lineLength, StandardCharsets.ISO_8859_1);
        lineLength = 0;
        return text;
    }

    private boolean requestLine() throws HttpException {
        String text = takeLine();
        if (text.isEmpty()) { // some clients send one too many after a body
            begun = ++headers > 1;
            if (begun) {
                throw new HttpException(400, "empty lines");
            }
            return false;
        }
        headers = 0;
        int first = text.indexOf(' ');
        int last = text.lastIndexOf(' ');
        if (first <= 0 || last == first || !isToken(text, 0, first)) {
            throw new HttpException(400, "not a request line");
        }
        method = text.substring(0, first);
        String target = text.substring(first + 1, last);
        String version = text.substring(last + 1);
        if (!version.matches("HTTP/[0-9]\\.[0-9]")) {
            throw new HttpException(400, "not a version");
        }
        if (version.charAt(5) != '1') {
            throw new HttpException(505, "this is HTTP/1.1");
        }
        old = version.charAt(7) == '0';
        path = path(target);
        state = State.HEADERS;
        return false;
    }

    /** Of a target in its usual form, or in the absolute one that proxies get. */
    private static String path(String target) throws HttpException {
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
                throw new HttpException(400, "a target with a byte that no URI has");
            }
        }
        String path = target;
        if (target.regionMatches(true, 0, "http://", 0, 7)) {
            int end = 7;
            while (end < target.length() && target.charAt(end) != '/' && target.charAt(end) != '?') {
                end++;
            }
            path = (target.startsWith("/", end) ? "" : "/") + target.substring(end);
        }
        if (!path.startsWith("/") && !path.equals("*")) {
            throw new HttpException(400, "a target that is no path");
        }
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }

    private static boolean isToken(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
                    || "!#$%&'*+-.^_`|~".indexOf(c) >= 0)) {
                return false;
            }
        }
        return to > from;
    }

    private boolean header() throws HttpException {
        if (lineLength == 0) {
            return endOfHeaders();
        }
        String text = countedHeader();
        int colon = text.indexOf(':');
        String value = text.substring(colon + 1).strip();
        switch (text.substring(0, colon).toLowerCase(Locale.ROOT)) {
            case "host" -> {
                if (++hosts > 1 || !HOST.matcher(value).matches()) {
                    throw new HttpException(400, "not a Host, or a second one");
                }
            }
            case "content-length" -> {
                if (contentLength >= 0 || !value.matches("[0-9]{1,18}")) {
                    throw new HttpException(400, "not a Content-Length, or a second one");
                }
                contentLength = Long.parseLong(value);
            }
            case "transfer-encoding" -> {
                if (chunked) {
                    throw new HttpException(400, "a second Transfer-Encoding");
                }
                if (!value.equalsIgnoreCase("chunked")) {
                    throw new HttpException(501, "a Transfer-Encoding other than chunked");
                }
                chunked = true;
            }
            case "connection" -> {
                for (String option : value.toLowerCase(Locale.ROOT).split(",")) {
                    close |= option.strip().equals("close");
                    stay |= option.strip().equals("keep-alive");
                }
            }
            case "expect" -> {
                if (!value.equalsIgnoreCase("100-continue")) {
                    throw new HttpException(417, "an expectation other than 100-continue");
                }
                expectsContinue = !old;
            }
            default -> { }
        }
        return false;
    }

    /** The line as a header that is one: a name, a colon, and a value without control characters. */
    private String countedHeader() throws HttpException {
        headerBytes += lineLength + 2;
        if (++headers > MOST_HEADERS || headerBytes > MOST_HEADER_BYTES) {
            throw new HttpException(431, "more than " + MOST_HEADERS + " headers, or " + MOST_HEADER_BYTES + " bytes");
        }
        String text = takeLine();
        int colon = text.indexOf(':');
        if (colon < 0 || !isToken(text, 0, colon)) { // a space before the colon, a folded line
            throw new HttpException(400, "not a header");
        }
        for (int i = colon + 1; i < text.length(); i++) {
            if (text.charAt(i) < ' ' && text.charAt(i) != '\t' || text.charAt(i) == 0x7f) {
                throw new HttpException(400, "a header with a control character");
            }
        }
        return text;
    }

    private boolean endOfHeaders() throws HttpException {
        if (hosts == 0 && !old) {
            throw new HttpException(400, "no Host");
        }
        if (chunked && (contentLength >= 0 || old)) {
            throw new HttpException(400, "chunks beside a Content-Length, or in HTTP/1.0");
        }
        if (contentLength > mostBody) {
            throw new HttpException(413, "a body of more than " + mostBody + " bytes");
        }
        left = Math.max(0, contentLength);
        state = chunked ? State.CHUNK_SIZE : State.BODY;
        return !chunked && left == 0;
    }

    /** Memory for what has come, not for what is promised; and twice as much each time, however small the chunks are. */
    private boolean readBody(ByteBuffer in) {
        int n = (int) Math.min(left, in.remaining());
        if (bodyLength + n > body.length) {
            long most = chunked ? mostBody : contentLength;
            body = Arrays.copyOf(body, (int) Math.max(bodyLength + n, Math.min(2L * body.length, most)));
        }
        in.get(body, bodyLength, n);
        bodyLength += n;
        left -= n;
        return true;
    }

    private boolean chunkSize() throws HttpException {
        Matcher line = CHUNK_SIZE.matcher(takeLine());
        if (!line.matches()) {
            throw new HttpException(400, "not the size of a chunk");
        }
        left = Long.parseLong(line.group(1), 16);
        if (left > mostBody - bodyLength) {
            throw new HttpException(413, "a body of more than " + mostBody + " bytes");
        }
        state = left == 0 ? State.TRAILERS : State.CHUNK;
        return false;
    }

    private boolean chunkEnd() throws HttpException {
        if (lineLength > 0) {
            throw new HttpException(400, "a chunk that is longer than its size");
        }
        state = State.CHUNK_SIZE;
        return false;
    }

    private boolean trailer() throws HttpException {
        if (lineLength == 0) {
            return true;
        }
        countedHeader();
        return false;
    }
}
