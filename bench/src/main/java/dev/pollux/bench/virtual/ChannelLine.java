package dev.pollux.bench.virtual;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A connection through a channel of the JDK. */
final class ChannelLine implements Kind.Line {
    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);

    ChannelLine(SocketChannel channel) {
        this.channel = channel;
    }

    static ChannelLine connect(int port) throws IOException {
        return new ChannelLine(SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    @Override
    public int read() throws IOException {
        return channel.read(buffer.clear());
    }

    @Override
    public void write(int count) throws IOException {
        buffer.position(0).limit(count);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
