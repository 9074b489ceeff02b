package dev.pollux.examples.shared;

import dev.pollux.examples.loop.FdWatcher;
import dev.pollux.examples.loop.Loop;
import dev.pollux.examples.loop.Timer;
import java.io.IOException;
import java.time.Duration;

/** A listener on a loop: it is left alone while it pauses, after EMFILE for example. */
public final class Acceptor {
    private final Listener listener;
    private final int events;
    private final FdWatcher watcher;
    private final Timer pause;

    /** @param events EPOLLIN, and perhaps EPOLLEXCLUSIVE if others have the same listener */
    public Acceptor(Loop loop, Listener listener, int events, Listener.Handler handler) throws IOException {
        this.listener = listener;
        this.events = events;
        pause = loop.timer(this::resume);
        watcher = loop.watch(listener.socket, events, _ -> accept(handler));
        watcher.onClose(loop::stop); // whoever does not listen any more can serve nobody else
    }

    private void accept(Listener.Handler handler) throws IOException {
        listener.accept(socket -> {
            try {
                handler.handle(socket);
            } catch (IOException e) { // ENOSPC: the user's limit of watches
                socket.close();
                listener.lost(e);
            }
        });
        if (listener.isPaused()) {
            watcher.setEvents(0);
            pause.start(Duration.ofNanos(listener.nanosToWait()));
        }
    }

    /** Ends accepting, and leaves the listener open. */
    public void close() throws IOException {
        watcher.onClose(() -> { });
        watcher.close();
        pause.close();
    }

    /** A descriptor has become free, or the pause is over. */
    public void resume() throws IOException {
        if (!watcher.isClosed()) {
            listener.resume();
            pause.stop();
            watcher.setEvents(events);
        }
    }
}
