package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Closing under many threads; what it does under one is in {@link EpollCloseTest} and {@link FdTest}. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseStressTest {
    // mio poll registry_operations_are_thread_safe, poll_closes_fd
    @Test
    void underManyThreadsNoCallReachesASuccessorOfItsNumber() throws Exception {
        assertMuchHappened(Child.run(Child.java(CloseStress.class, "3")).strip());
    }

    @Test
    void norAtTheLimitOfOpenFiles() throws Exception {
        assertMuchHappened(Child.run(Child.withOpenFiles(100, CloseStress.class, "3", "full")).strip());
    }

    /** Every event and number was looked at where it came, and what is still open after the last one. */
    private static void assertMuchHappened(String said) {
        assertTrue(said.matches("[1-9]\\d+ events, [1-9]\\d+ closed, \\d+ woken, \\d+ left by themselves"), said);
    }
}
