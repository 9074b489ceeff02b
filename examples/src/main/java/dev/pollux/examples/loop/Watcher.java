package dev.pollux.examples.loop;

import java.io.IOException;

/**
 * Something that a loop calls back for. It is active while it is waited for; the loop runs as long as one is, unless it
 * is {@linkplain #unref not to count}. All methods are for the loop's own thread.
 */
public abstract class Watcher {
    final Loop loop;
    Loop.Callback onClose = () -> { };
    private boolean active;
    private boolean counts = true;
    private boolean closed;

    Watcher(Loop loop) {
        this.loop = loop;
        loop.requireOwnThread();
    }

    /** Ends being waited for. */
    abstract void deactivate() throws IOException;

    public final boolean isActive() {
        return active;
    }

    final void setActive(boolean active) {
        if (counts && active != this.active) {
            loop.counted += active ? 1 : -1;
        }
        this.active = active;
    }

    /** From now on, this one alone does not keep the loop running. */
    public final void unref() {
        boolean wasActive = active;
        setActive(false);
        counts = false;
        setActive(wasActive);
    }

    /** What to do after the end, once, in the phase that is for it: to close the descriptor, for example. */
    public final void onClose(Loop.Callback callback) {
        onClose = callback;
    }

    public final boolean isClosed() {
        return closed;
    }

    /**
     * Ends this watcher, also from a callback of another one in the same turn: it is not called any more, but for {@link
     * #onClose}. Closing it again does nothing.
     */
    public final void close() throws IOException {
        loop.requireOwnThread();
        if (!closed) {
            closed = true;
            loop.closing.add(this);
            setActive(false);
            deactivate();
        }
    }

    final void requireOpen() {
        loop.requireOwnThread();
        if (closed) {
            throw new IllegalStateException("this watcher is closed");
        }
    }
}
