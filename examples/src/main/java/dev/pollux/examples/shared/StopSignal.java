package dev.pollux.examples.shared;

import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGINT and SIGTERM for a loop: the JVM runs its shutdown hooks, ours makes an eventfd readable, and the JVM ends,
 * with 130 or 143, when the loop has closed everything and at last this.
 */
public final class StopSignal implements Closeable {
    private static final long PATIENCE_SECONDS = 5;

    public final EventFd eventFd = EventFd.create();
    private final CountDownLatch closed = new CountDownLatch(1);

    public StopSignal() throws ErrnoException {
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        } catch (IllegalStateException e) { // the signal was faster, and the JVM is ending already
            eventFd.write(1);
        }
    }

    private void stop() {
        try {
            if (closed.getCount() > 0) { // else the program ends by itself
                eventFd.write(1);
                closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (IOException | IllegalStateException | InterruptedException e) {
            // closed at this very moment: nobody is left to be told
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        eventFd.close();
    }
}
