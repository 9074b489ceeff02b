package dev.pollux;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing under many threads; what it does under one is in {@link EpollCloseTest} and {@link FdTest}. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseStressTest {
    // mio poll registry_operations_are_thread_safe, poll_closes_fd
    @Test
    void underManyThreadsNoCallReachesASuccessorOfItsNumber() throws Exception {
        CloseStress.run(false, Duration.ofSeconds(3));
    }

    @Test
    void norAtTheLimitOfOpenFiles() throws Exception {
        Child.run(Child.withOpenFiles(100, CloseStress.class, "3"));
    }
}
