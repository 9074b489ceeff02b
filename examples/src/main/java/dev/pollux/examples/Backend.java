package dev.pollux.examples;

import dev.pollux.EventFd;
import java.io.IOException;

/** The ways to wait. */
enum Backend {
    SELECT("select", SelectLoop::new),
    POLL("poll", PollLoop::new),
    EPOLL("epoll", EpollLoop::new),
    EPOLL_ET("epoll-et", EpollEdgeLoop::new);

    private interface Constructor {
        EchoLoop open(Listener listener, EventFd stop, EchoLoop.Options options) throws IOException;
    }

    private final String text;
    private final Constructor constructor;

    Backend(String text, Constructor constructor) {
        this.text = text;
        this.constructor = constructor;
    }

    /** To be opened, run and closed by one thread. */
    EchoLoop open(Listener listener, EventFd stop, EchoLoop.Options options) throws IOException {
        return constructor.open(listener, stop, options);
    }

    @Override
    public String toString() {
        return text;
    }
}
