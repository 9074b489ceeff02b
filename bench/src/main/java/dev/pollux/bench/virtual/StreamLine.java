package dev.pollux.bench.virtual;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/** A connection through the streams of a socket of the JDK. */
final class StreamLine implements Kind.Line {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_SIZE];

    StreamLine(Socket socket) throws IOException {
        this.socket = socket;
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    static StreamLine connect(int port) throws IOException {
        return new StreamLine(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    @Override
    public int read() throws IOException {
        return in.read(buffer);
    }

    @Override
    public void write(int count) throws IOException {
        out.write(buffer, 0, count);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
