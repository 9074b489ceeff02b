package dev.pollux.bench;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** epoll_wait by JNA, mapped directly: the faster one of its two ways. */
final class JnaEpoll {
    static {
        Native.register(JnaEpoll.class, "c");
    }

    private final int epfd;
    private final int capacity;
    private final Memory events;

    JnaEpoll(int epfd, int capacity) {
        this.epfd = epfd;
        this.capacity = capacity;
        events = new Memory(16L * capacity);
    }

    int poll() {
        return epoll_wait(epfd, events, capacity, 0);
    }

    private static native int epoll_wait(int epfd, Pointer events, int maxevents, int timeout);
}
