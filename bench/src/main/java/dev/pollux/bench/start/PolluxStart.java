package dev.pollux.bench.start;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import java.io.IOException;
import java.lang.foreign.Arena;

/** The first event by Pollux. */
public final class PolluxStart {
    private PolluxStart() { }

    /** Takes no arguments, and prints when it began and when it had the event. */
    public static void main(String[] args) throws IOException {
        long entered = System.nanoTime();
        try (Epoll epoll = Epoll.create(); EventFd eventFd = EventFd.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 16);
            epoll.add(eventFd, Epoll.EPOLLIN);
            eventFd.write(1);
            if (epoll.await(events) != 1 || events.fd(0) != eventFd.fd()) {
                throw new IllegalStateException(events.toString());
            }
            System.out.println(entered + " " + System.nanoTime());
        }
    }
}
