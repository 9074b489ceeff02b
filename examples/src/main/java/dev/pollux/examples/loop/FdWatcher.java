package dev.pollux.examples.loop;

import dev.pollux.Fd;
import java.io.IOException;

/** Waits for a descriptor. Close the watcher first: the kernel reports a descriptor as long as a duplicate is open. */
public final class FdWatcher extends Watcher {
    final Fd fd;
    final long id;
    final Loop.IntCallback callback;
    private int events;

    FdWatcher(Loop loop, long id, Fd fd, Loop.IntCallback callback) {
        super(loop);
        this.id = id;
        this.fd = fd;
        this.callback = callback;
    }

    /** Waits for other events from now on; for none of them not at all, or EPOLLHUP would come over and over. */
    public void setEvents(int events) throws IOException {
        requireOpen();
        if (this.events == 0 && events != 0) {
            loop.epoll.add(fd, events, id);
        } else if (this.events != 0 && events == 0) {
            loop.epoll.remove(fd);
        } else if (this.events != events) {
            loop.epoll.modify(fd, events, id);
        }
        this.events = events;
        setActive(events != 0);
    }

    @Override
    void deactivate() throws IOException {
        loop.watchers.remove(id);
        if (events != 0 && fd.isOpen()) {
            loop.epoll.remove(fd);
        }
    }
}
