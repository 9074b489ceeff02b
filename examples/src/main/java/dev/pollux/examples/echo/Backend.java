package dev.pollux.examples.echo;

import dev.pollux.EventFd;
import dev.pollux.examples.shared.Listener;
import java.io.IOException;
import picocli.CommandLine.TypeConversionException;

/** The ways to wait. */
public enum Backend {
    SELECT("select", SelectLoop::new),
    POLL("poll", PollLoop::new),
    EPOLL("epoll", EpollLoop::new),
    EPOLL_ET("epoll-et", EpollEdgeLoop::new),
    VIRTUAL("virtual", VirtualServer::new);

    public static final String NAMES = "select, poll, epoll, epoll-et or virtual";

    private interface Constructor {
        EchoServer open(Listener listener, EventFd stop, EchoServer.Options options) throws IOException;
    }

    private final String text;
    private final Constructor constructor;

    Backend(String text, Constructor constructor) {
        this.text = text;
        this.constructor = constructor;
    }

    public static Backend of(String text) {
        for (Backend backend : values()) {
            if (backend.text.equals(text)) {
                return backend;
            }
        }
        throw new TypeConversionException("'" + text + "' is not " + NAMES);
    }

    /** To be opened, run and closed by one thread. */
    public EchoServer open(Listener listener, EventFd stop, EchoServer.Options options) throws IOException {
        return constructor.open(listener, stop, options);
    }

    @Override
    public String toString() {
        return text;
    }
}
