package dev.pollux.examples.cookbook;

import dev.pollux.ErrnoException;
import dev.pollux.FdStreams;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Epoll with virtual threads: one for each client. Waiting, they hold no carrier; the library's epoll wakes them. */
final class VirtualEcho {
    private VirtualEcho() { }

    public static void main(String[] args) throws Exception {
        SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
        listener.bind(new InetSocketAddress("127.0.0.1", 0));
        listener.listen(SocketFd.SOMAXCONN);
        System.out.println("port " + ((InetSocketAddress) listener.getsockname()).getPort());
        while (listener.await(Poll.POLLIN) != 0) {
            try {
                SocketFd client = listener.accept();
                if (client != null) { // else it is gone again
                    Thread.startVirtualThread(() -> serve(client));
                }
            } catch (ErrnoException e) { // one connection has failed, or there is no descriptor for it
                System.out.println("not accepted: " + e.getMessage());
                Thread.sleep(100);
            }
        }
    }

    private static void serve(SocketFd client) {
        try (var in = FdStreams.inputStream(client); var out = FdStreams.outputStream(client)) {
            client.setsockopt(Sockopt.TCP_NODELAY, true); // or a second small answer waits for the client's ACK
            in.transferTo(out);
        } catch (IOException e) {
            System.out.println("gone: " + e.getMessage());
        }
    }
}
