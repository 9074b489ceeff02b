package dev.pollux;

import static dev.pollux.Registrations.armed;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A call on a virtual thread. */
final class Waiting<T> {
    static final int MORE_THAN_CARRIERS = Runtime.getRuntime().availableProcessors() + 2;

    final FutureTask<T> task;
    final Thread thread;

    Waiting(Callable<T> call) {
        task = new FutureTask<>(call);
        thread = Thread.ofVirtual().start(task);
    }

    T result() throws Exception {
        return get(task);
    }

    Throwable thrown() {
        return assertThrows(ExecutionException.class, this::result).getCause();
    }

    /** Returns when it is parked: by the poller, or for the platform thread that waits for it. */
    Waiting<T> parked() throws Exception {
        awaitTrue(() -> thread.getState() == Thread.State.WAITING
                || thread.getState() == Thread.State.TIMED_WAITING);
        return this;
    }

    /** A wait for one descriptor, once it is registered and parked. */
    static Waiting<Integer> waiting(Fd fd, int events) throws Exception {
        int users = Support.users(fd);
        Waiting<Integer> waiting = new Waiting<>(() -> fd.await(events));
        awaitUsers(fd, users + 1);
        awaitTrue(() -> armed(fd.fd(), events));
        return waiting.parked();
    }

    static void onVirtualThread(Callable<?> call) throws Exception {
        new Waiting<>(call).result();
    }
}
