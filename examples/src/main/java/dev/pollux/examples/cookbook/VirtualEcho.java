package dev.pollux.examples.cookbook;

import dev.pollux.ErrnoException;
import dev.pollux.FdStreams;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import java.io.IOException;
import java.net.InetSocketAddress;

/** Epoll with virtual threads: one for each client. Waiting, they hold no carrier; the library's epoll wakes them. */
final class VirtualEcho {
    private VirtualEcho() { }

    public static void main(String[] args) throws IOException, InterruptedException {
        SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
        listener.bind(new InetSocketAddress("127.0.0.1", 0));
        listener.listen(SocketFd.SOMAXCONN);
        System.out.println("port " + ((InetSocketAddress) listener.getsockname()).getPort());
        while (listener.await(Poll.POLLIN) != 0) {
            SocketFd client;
            try {
                client = listener.accept();
            } catch (ErrnoException e) { // EMFILE, most often: those who are here may leave
                Thread.sleep(100);
                continue;
            }
            if (client == null) {
                continue; // gone again
            }
            Thread.startVirtualThread(() -> {
                try (var in = FdStreams.inputStream(client); var out = FdStreams.outputStream(client)) {
                    in.transferTo(out);
                } catch (IOException e) {
                    System.out.println("gone: " + e.getMessage());
                }
            });
        }
    }
}
