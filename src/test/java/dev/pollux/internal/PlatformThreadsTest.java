package dev.pollux.internal;

import static dev.pollux.Support.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InterruptedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What callers get of calls that platform threads make for them, at the moments when it is close. */
@Timeout(60)
class PlatformThreadsTest {
    private static final long SECONDS = 3;

    private static FutureTask<Integer> startVirtual(FutureTask<Integer> task) {
        Thread.ofVirtual().start(task);
        return task;
    }

    /** Such as that of a directory that is closed, where an interrupt comes at the same time. */
    @Test
    void anExceptionOfACallIsTheCallersAsItIsAlsoWithAnInterrupt() throws Exception {
        int thrown = 0;
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(SECONDS)) {
            FutureTask<Integer> task = startVirtual(new FutureTask<>(() -> {
                Thread caller = Thread.currentThread();
                return PlatformThreads.open(() -> {
                    caller.interrupt();
                    throw new IllegalStateException("closed");
                });
            }));
            Throwable cause = assertThrows(ExecutionException.class, () -> get(task)).getCause();
            if (cause instanceof IllegalStateException) {
                assertEquals("closed", cause.getMessage());
                thrown++;
            } else {
                assertEquals(InterruptedIOException.class, cause.getClass(), cause::toString);
            }
        }
        assertTrue(thrown > 0);
    }

    @Test
    void anErrorOfACallIsTheCallersAndTheNextCallIsMade() throws Exception {
        FutureTask<Integer> task = startVirtual(new FutureTask<>(() -> PlatformThreads.call(() -> {
            throw new StackOverflowError("deep");
        })));
        assertEquals("deep", assertThrows(ExecutionException.class, () -> get(task)).getCause().getMessage());
        assertEquals(7, get(startVirtual(new FutureTask<>(() -> PlatformThreads.call(() -> 7)))));
    }
}
