package dev.pollux.examples.kv;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that shows each reply as the bytes that came. */
final class RespClient implements AutoCloseable {
    final Socket socket;
    private final InputStream in;

    RespClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static byte[] request(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    String call(String... words) throws IOException {
        socket.getOutputStream().write(request(words));
        return reply();
    }

    /** One reply, whatever it consists of. */
    String reply() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        read(bytes);
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private void read(ByteArrayOutputStream bytes) throws IOException {
        String line = line();
        bytes.writeBytes((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        char kind = line.charAt(0);
        if ((kind == '$' || kind == '=') && !line.equals("$-1")) {
            bytes.writeBytes(in.readNBytes(Integer.parseInt(line.substring(1)) + 2));
        } else if ("*~>%".indexOf(kind) >= 0) {
            int n = Integer.parseInt(line.substring(1)) * (kind == '%' ? 2 : 1);
            for (int i = 0; i < n; i++) {
                read(bytes);
            }
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("after '" + line + "'");
            }
            if (b == '\r') {
                in.read();
                return line.toString();
            }
            line.append((char) b);
        }
    }

    /** The strings that a reply consists of, sorted, for one whose order says nothing; pairs stay together. */
    static List<String> sorted(String reply, int together) {
        List<String> parts = new ArrayList<>();
        int at = reply.indexOf('\n') + 1;
        String head = reply.substring(0, at);
        while (at < reply.length()) {
            int from = at;
            for (int i = 0; i < together; i++) {
                int line = reply.indexOf("\r\n", at);
                at = line + 2 + Integer.parseInt(reply.substring(at + 1, line)) + 2;
            }
            parts.add(reply.substring(from, at));
        }
        parts.sort(null);
        parts.addFirst(head);
        return parts;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
