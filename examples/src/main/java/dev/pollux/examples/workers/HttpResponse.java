package dev.pollux.examples.workers;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** An answer; its body is text or bytes. */
record HttpResponse(int status, String type, byte[] body) {
    static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final Map<Integer, String> REASONS = Map.ofEntries(Map.entry(200, "OK"),
            Map.entry(400, "Bad Request"), Map.entry(404, "Not Found"), Map.entry(405, "Method Not Allowed"),
            Map.entry(408, "Request Timeout"), Map.entry(413, "Content Too Large"), Map.entry(414, "URI Too Long"),
            Map.entry(417, "Expectation Failed"), Map.entry(431, "Request Header Fields Too Large"),
            Map.entry(500, "Internal Server Error"), Map.entry(501, "Not Implemented"),
            Map.entry(503, "Service Unavailable"), Map.entry(504, "Gateway Timeout"),
            Map.entry(505, "HTTP Version Not Supported"));

    /** Of HTTP, whose days have two digits. */
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    /** The date as a header, for the second that it is of: it is the same for all answers of that second. */
    private record DateLine(long second, String line) { }

    private static volatile DateLine date = new DateLine(0, "");

    static HttpResponse text(int status, String text) {
        return new HttpResponse(status, "text/plain; charset=utf-8", (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /**
     * As it is sent.
     *
     * @param connection what the header Connection says; null: nothing
     * @param withBody false for HEAD
     */
    byte[] bytes(String connection, boolean withBody) {
        String head = "HTTP/1.1 " + status + " " + REASONS.get(status) + "\r\n" + dateLine()
                + "Content-Type: " + type + "\r\nContent-Length: " + body.length + "\r\n"
                + (connection == null ? "" : "Connection: " + connection + "\r\n")
                + (status == 405 ? "Allow: GET, HEAD, POST\r\n" : "") + "\r\n";
        byte[] bytes = new byte[head.length() + (withBody ? body.length : 0)];
        System.arraycopy(head.getBytes(StandardCharsets.US_ASCII), 0, bytes, 0, head.length());
        System.arraycopy(body, 0, bytes, head.length(), bytes.length - head.length());
        return bytes;
    }

    private static String dateLine() {
        Instant now = Instant.now();
        DateLine last = date;
        if (last.second != now.getEpochSecond()) {
            last = new DateLine(now.getEpochSecond(), "Date: " + DATE.format(now) + "\r\n");
            date = last;
        }
        return last.line;
    }
}
