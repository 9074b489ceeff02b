package dev.pollux.bench.virtual;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The JDK's listener for sockets with streams. */
final class StreamListener implements Kind.Listener {
    private static final int BACKLOG = 4096;

    private final ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());

    StreamListener() throws IOException { }

    @Override
    public int port() {
        return socket.getLocalPort();
    }

    @Override
    public Kind.Line accept() throws IOException {
        return new StreamLine(socket.accept());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
