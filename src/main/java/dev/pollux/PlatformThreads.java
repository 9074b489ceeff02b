package dev.pollux;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Makes calls for virtual threads that would otherwise hold their carriers and cannot be parked by {@link Poller}. The
 * threads are started when needed and end after a minute without work.
 */
final class PlatformThreads {
    private static final ExecutorService POOL = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("pollux-wait-", 1).inheritInheritableThreadLocals(false).factory());

    private PlatformThreads() { }

    /** Makes the call on a platform thread. As there, an interrupt does not end it; the status is kept. */
    static <T> T call(Callable<T> call) throws IOException {
        Future<T> result = POOL.submit(call);
        boolean interrupted = false;
        try {
            for (;;) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw rethrow(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException rethrow(Throwable cause) throws IOException {
        return switch (cause) {
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(cause);
        };
    }
}
