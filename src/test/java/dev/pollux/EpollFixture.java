package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An epoll, and room for its events, for each test. */
abstract class EpollFixture {
    Arena arena;
    Epoll epoll;
    EpollEvents events;

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        epoll = Epoll.create();
        events = EpollEvents.allocate(arena, 16);
    }

    @AfterEach
    void close() throws IOException {
        epoll.close();
        arena.close();
    }

    /** What is ready now: one event, or -1 for none. */
    int ready() throws IOException {
        int n = epoll.poll(events);
        assertTrue(n == 0 || n == 1, () -> events.toString());
        return n == 0 ? -1 : events.events(0);
    }
}
