package io.netty.channel.epoll;

import io.netty.channel.unix.FileDescriptor;
import java.io.Closeable;
import java.io.IOException;

/** Netty's own way to {@code epoll_wait}, without its event loop: it is visible in this package only. */
public final class NettyEpoll implements Closeable {
    private final FileDescriptor epoll;
    private final EpollEventArray events;

    /** Waits on an epoll that someone else closes. */
    public NettyEpoll(int epfd, int capacity) {
        epoll = new FileDescriptor(epfd);
        events = new EpollEventArray(capacity);
    }

    /** {@code Native.epollWait}, -1 for no timeout. */
    public int await(int timeoutMillis) throws IOException {
        return Native.epollWait(epoll, events, timeoutMillis);
    }

    /** What is ready. */
    public int events(int index) {
        return events.events(index);
    }

    /** What was registered. */
    public int fd(int index) {
        return events.fd(index);
    }

    @Override
    public void close() {
        events.free();
    }
}
