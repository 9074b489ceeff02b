package dev.pollux.examples.workers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bytes are taken for: requests, and what claims to be some. In the texts, | is the end of a line. */
@Timeout(60)
class HttpParserTest {
    private static final int MOST_BODY = 1000;

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /** All requests, of input that comes in pieces of so many bytes. */
    private static List<HttpRequest> parse(String text, int piece) throws HttpException {
        HttpParser parser = new HttpParser(MOST_BODY);
        ByteBuffer all = bytes(text);
        List<HttpRequest> requests = new ArrayList<>();
        for (int at = 0; at < all.capacity(); at += piece) {
            ByteBuffer in = all.slice(at, Math.min(piece, all.capacity() - at));
            for (HttpRequest request = parser.next(in); request != null; request = parser.next(in)) {
                requests.add(request);
            }
            assertFalse(in.hasRemaining());
        }
        return requests;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10_000})
    void requestsAreTheSameHoweverTheBytesCome(int piece) throws Exception {
        List<HttpRequest> requests = parse("GET /one?x=y HTTP/1.1|Host: a|Accept: */*||"
                + "POST /two HTTP/1.1|host:b|CONTENT-LENGTH: 5 ||hello"
                + "POST /three HTTP/1.1|Host: c|Transfer-Encoding: chunked||3|abc|0a;x=\"y\"|0123456789|0|T: v||"
                + "|GET http://d/four HTTP/1.0||"
                + "GET http://d?x=/y HTTP/1.0|Connection: foo, Keep-Alive||"
                + "HEAD /six HTTP/1.1|Host:|connection: close||", piece);
        assertEquals(List.of("GET /one", "POST /two", "POST /three", "GET /four", "GET /", "HEAD /six"),
                requests.stream().map(request -> request.method() + " " + request.path()).toList());
        assertEquals(List.of("", "hello", "abc0123456789", "", "", ""), requests.stream()
                .map(request -> new String(request.body(), StandardCharsets.ISO_8859_1)).toList());
        assertEquals(List.of(true, true, true, false, true, false),
                requests.stream().map(HttpRequest::keepAlive).toList());
        assertEquals(List.of(false, false, false, true, true, false), requests.stream().map(HttpRequest::old).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', ignoreLeadingAndTrailingWhitespace = false, value = {
        "400~|||GET / HTTP/1.1|Host: a||",
        "400~GET /|",
        "400~GET  HTTP/1.1|",
        "400~ GET / HTTP/1.1|",
        "400~G@T / HTTP/1.1|",
        "400~GET / HTTP/1.1 |",
        "400~GET / HTTP/11|",
        "400~GET / http/1.1|",
        "400~GET /a b HTTP/1.1|",
        "400~GET a HTTP/1.1|",
        "400~GET /\u00e9 HTTP/1.1|",
        "505~GET / HTTP/2.0|",
        "400~GET / HTTP/1.1|Host: a|Host: b||",
        "400~GET / HTTP/1.1|Host: a b||",
        "400~GET / HTTP/1.1|Host: a,b||",
        "400~GET / HTTP/1.1|Host: u@a||",
        "400~GET / HTTP/1.1||",
        "400~GET / HTTP/1.1|Host : a||",
        "400~GET / HTTP/1.1|: a||",
        "400~GET / HTTP/1.1|Host: a| folded||",
        "400~GET / HTTP/1.1|Host: a|\tfolded||",
        "400~GET / HTTP/1.1| Host: a||",
        "501~POST / HTTP/1.1|Host: a|Transfer-Encoding:| chunked||0||",
        "400~GET / HTTP/1.1|no colon||",
        "400~POST / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 1||x",
        "400~POST / HTTP/1.1|Host: a|Content-Length: 1, 1||x",
        "400~POST / HTTP/1.1|Host: a|Content-Length: +1||x",
        "400~POST / HTTP/1.1|Host: a|Content-Length: -1||x",
        "400~POST / HTTP/1.1|Host: a|Content-Length: 0x1||x",
        "400~POST / HTTP/1.1|Host: a|Content-Length:||x",
        "400~POST / HTTP/1.1|Host: a|Content-Length: 9999999999999999999||x",
        "413~POST / HTTP/1.1|Host: a|Content-Length: 1001||x",
        "413~POST / HTTP/1.1|Host: a|Content-Length: 999999999999999999||x",
        "400~POST / HTTP/1.1|Host: a|Content-Length: 1|Transfer-Encoding: chunked||0||",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 0||0||",
        "400~POST / HTTP/1.0|Transfer-Encoding: chunked||0||",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||",
        "501~POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||",
        "501~POST / HTTP/1.1|Host: a|Transfer-Encoding: xchunked||0||",
        "501~POST / HTTP/1.1|Host: a|Transfer-Encoding:||0||",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: \u000bchunked||0||",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||x|",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||-1|",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|| 1|",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1 |",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1 x|",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1;\u0001|",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|||",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1|ab|",
        "400~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||100000000|",
        "413~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||3e9|",
        "413~POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1|a|3e8|",
        "417~POST / HTTP/1.1|Host: a|Expect: more||",
    })
    void whatIsNoRequestIsRefused(int status, String text) {
        for (int piece : new int[] {1, 10_000}) {
            assertEquals(status, assertThrows(HttpException.class, () -> parse(text, piece)).status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1|Host: a\n||", "\nGET / HTTP/1.1|",
        "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1\na|0||",
        "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1;\rx|a|0||", "GET / HTTP/1.1\r\rHost: a||", "GET / HTTP/1.1|Host: a\rb||",
        "GET / HTTP/1.1|Host: a\0||", "GET /\0 HTTP/1.1|Host: a||", "GET / HTTP/1.1|Host: a|X: a\u007fb||"})
    void controlCharactersAreRefused(String text) {
        assertEquals(400, assertThrows(HttpException.class, () -> parse(text, 10_000)).status);
    }

    @Test
    void limitsHoldExactly() throws Exception {
        String line = "GET /" + "x".repeat(HttpParser.LONGEST_LINE - "GET / HTTP/1.1|".length());
        assertEquals(1, parse(line + " HTTP/1.1|Host: a||", 100).size());
        assertEquals(414, assertThrows(HttpException.class,
                () -> parse(line + "x HTTP/1.1|Host: a||", 100)).status);
        String headers = "X: y|".repeat(HttpParser.MOST_HEADERS - 1);
        assertEquals(1, parse("GET / HTTP/1.1|Host: a|" + headers + "|", 100).size());
        assertEquals(431, assertThrows(HttpException.class,
                () -> parse("GET / HTTP/1.1|Host: a|X: y|" + headers + "|", 100)).status);
        String large = "X: " + "y".repeat(8000) + "|";
        assertEquals(431, assertThrows(HttpException.class,
                () -> parse("GET / HTTP/1.1|Host: a|" + large.repeat(5), 100)).status);
        assertEquals(1, parse("POST / HTTP/1.1|Host: a|Content-Length: 1000||" + "x".repeat(1000), 100).size());
        assertEquals(1, parse("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||3e8|" + "x".repeat(1000) + "|0||",
                100).size());
        // trailers count as headers do
        assertEquals(431, assertThrows(HttpException.class, () -> parse(
                "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0|" + "X: y|".repeat(100) + "|", 100)).status);
    }

    /** It took hours when each chunk had the whole body copied. */
    @Test
    void bodyOfTinyChunksIsNotCopiedForEachOfThem() throws Exception {
        HttpParser parser = new HttpParser(8 << 20);
        assertNull(parser.next(bytes("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||")));
        byte[] chunks = "1\r\na\r\n".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 128; i++) {
            assertNull(parser.next(ByteBuffer.wrap(chunks)));
        }
        assertEquals(8 << 20, parser.next(bytes("0||")).body().length);
    }

    @Test
    void clientThatWaitsForAWordGetsItOnce() throws Exception {
        HttpParser parser = new HttpParser(MOST_BODY);
        assertNull(parser.next(bytes("POST / HTTP/1.1|Host: a|Expect: 100-continue|Content-Length: 3|")));
        assertFalse(parser.takeExpectsContinue());
        assertTrue(parser.isInRequest());
        assertNull(parser.next(bytes("|")));
        assertTrue(parser.takeExpectsContinue());
        assertFalse(parser.takeExpectsContinue());
        assertArrayEquals(new byte[] {'a', 'b', 'c'}, parser.next(bytes("abc")).body());
        assertFalse(parser.isInRequest());
    }

    /** A valid request with bytes changed by lot: it is one or it is none, and nothing else happens. */
    @Test
    void changedBytesAreARequestOrRefused() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String valid = "POST /two?a=b HTTP/1.1|Host: b|Content-Length: 5|X-Y: z||helloPOST /three HTTP/1.1|Host: c|"
                + "Transfer-Encoding: chunked||3|abc|a;x=y|0123456789|0|T: v||";
        int refused = 0;
        for (int i = 0; i < 50_000; i++) {
            byte[] changed = bytes(valid).array().clone();
            for (int n = random.nextInt(1, 6); n > 0; n--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                ByteBuffer in = ByteBuffer.wrap(changed);
                HttpParser parser = new HttpParser(MOST_BODY);
                for (HttpRequest request = parser.next(in); request != null; request = parser.next(in)) {
                    assertNotNull(request.path(), () -> "seed " + seed);
                }
            } catch (HttpException e) {
                refused++;
            }
        }
        assertTrue(refused > 10_000, refused + " refused, seed " + seed);
    }
}
