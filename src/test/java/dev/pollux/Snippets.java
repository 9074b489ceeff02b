package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.SOCK_STREAM;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** The code that the Javadoc shows, kept compiling, and run by {@link SnippetsTest}. */
final class Snippets {
    private Snippets() { }

    // @start region="echo"
    static void echo(SocketFd listener) throws IOException {
        Map<Integer, SocketFd> clients = new HashMap<>();
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 256);
            MemorySegment buffer = arena.allocate(4096);
            epoll.add(listener, EPOLLIN);
            while (true) {
                int n = epoll.await(events);
                for (int i = 0; i < n; i++) {
                    if (events.fd(i) == listener.fd()) {
                        SocketFd client = listener.accept();
                        if (client != null) {
                            clients.put(client.fd(), client);
                            epoll.add(client, EPOLLIN);
                        }
                    } else {
                        SocketFd client = clients.get(events.fd(i));
                        long bytes = client.read(buffer);
                        if (bytes > 0) {
                            client.write(buffer.asSlice(0, bytes)); // a real server keeps what did not fit
                        } else if (bytes == 0) {
                            epoll.remove(client);
                            clients.remove(client.fd()).close();
                        }
                    }
                }
            }
        }
    }
    // @end

    // @start region="listen"
    static SocketFd listen(int port) throws IOException {
        SocketFd listener = SocketFd.create(AF_INET, SOCK_STREAM);
        listener.setsockopt(SocketFd.SOL_SOCKET, SocketFd.SO_REUSEADDR, 1);
        listener.bind(new InetSocketAddress("127.0.0.1", port));
        listener.listen(SocketFd.SOMAXCONN);
        return listener;
    }
    // @end
}
