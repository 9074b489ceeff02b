package dev.pollux;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.SocketFd.AF_INET;
import static dev.pollux.SocketFd.SOCK_STREAM;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.net.InetSocketAddress;
import java.time.Duration;
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
                        boolean done;
                        try {
                            long bytes = client.read(buffer);
                            if (bytes > 0) {
                                client.write(buffer.asSlice(0, bytes)); // a real server keeps what did not fit
                            }
                            done = bytes == 0;
                        } catch (ErrnoException e) { // a reset ends this client, not the server
                            done = true;
                        }
                        if (done) {
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

    // @start region="inotify"
    static void watch(String folder) throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle inotifyInit1 = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("inotify_init1"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        MethodHandle inotifyAddWatch = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("inotify_add_watch"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        try (Arena arena = Arena.ofConfined();
                Epoll epoll = Epoll.create();
                Fd inotify = Fd.adopt((int) inotifyInit1.invokeExact(Fcntl.O_CLOEXEC | Fcntl.O_NONBLOCK))) {
            int created = 0x100; // IN_CREATE
            int watch = (int) inotifyAddWatch.invokeExact(inotify.fd(), arena.allocateFrom(folder), created);
            epoll.add(inotify, EPOLLIN);
            EpollEvents events = EpollEvents.allocate(arena, 1);
            MemorySegment buffer = arena.allocate(4096);
            if (epoll.await(events, Duration.ofSeconds(10)) > 0 && inotify.read(buffer) > 0) {
                System.out.println("watch " + watch + ": " + buffer.getString(16)); // inotify_event.name
            }
        }
    }
    // @end
}
