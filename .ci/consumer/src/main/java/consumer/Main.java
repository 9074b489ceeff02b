package consumer;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Pipe;
import java.io.IOException;
import java.lang.foreign.Arena;

final class Main {
    private Main() { }

    public static void main(String[] args) throws IOException {
        try (Epoll epoll = Epoll.create(); Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            epoll.add(pipe.reader(), Epoll.EPOLLIN);
            pipe.writer().write(arena.allocate(1));
            EpollEvents events = EpollEvents.allocate(arena, 8);
            int n = epoll.await(events);
            System.out.println(n + " " + Epoll.toString(events.events(0)));
        }
    }
}
