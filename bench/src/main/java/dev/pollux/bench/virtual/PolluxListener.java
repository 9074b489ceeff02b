package dev.pollux.bench.virtual;

import dev.pollux.SocketFd;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A blocking listener, whose connections block or do not. */
final class PolluxListener implements Kind.Listener {
    private final SocketFd socket =
            SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC);
    private final boolean virtual;

    PolluxListener(boolean virtual) throws IOException {
        this.virtual = virtual;
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        socket.listen(SocketFd.SOMAXCONN);
    }

    @Override
    public int port() throws IOException {
        return ((InetSocketAddress) socket.getsockname()).getPort();
    }

    @Override
    public Kind.Line accept() throws IOException {
        for (;;) {
            SocketFd accepted = socket.accept(SocketFd.SOCK_CLOEXEC | (virtual ? SocketFd.SOCK_NONBLOCK : 0));
            if (accepted != null) {
                return PolluxLine.of(accepted, virtual);
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
