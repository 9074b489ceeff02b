package dev.pollux.bench.virtual;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** The JDK's listener for channels. */
final class ChannelListener implements Kind.Listener {
    private static final int BACKLOG = 4096;

    private final ServerSocketChannel channel = ServerSocketChannel.open();

    ChannelListener() throws IOException {
        channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    }

    @Override
    public int port() {
        return channel.socket().getLocalPort();
    }

    @Override
    public Kind.Line accept() throws IOException {
        return new ChannelLine(channel.accept());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
