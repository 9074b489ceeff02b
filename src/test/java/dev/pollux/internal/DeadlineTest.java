package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Errno;
import dev.pollux.generated.timespec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DeadlineTest {
    private static final long HOUR = Duration.ofHours(1).toNanos();

    @Test
    void durationsBecomeNanosecondsAndSaturate() {
        assertEquals(0, Deadline.nanos(Duration.ZERO));
        assertEquals(1, Deadline.nanos(Duration.ofNanos(1)));
        assertEquals(1_000_000_001, Deadline.nanos(Duration.ofSeconds(1, 1)));
        assertEquals(Duration.ofDays(100 * 365).toNanos(), Deadline.nanos(Duration.ofDays(100 * 365)));
        assertEquals(Long.MAX_VALUE, Deadline.nanos(Duration.ofNanos(Long.MAX_VALUE)));
        assertEquals(Long.MAX_VALUE, Deadline.nanos(Duration.ofNanos(Long.MAX_VALUE).plusNanos(1)));
        assertEquals(Long.MAX_VALUE, Deadline.nanos(Duration.ofSeconds(Long.MAX_VALUE, 999_999_999)));
    }

    @Test
    void negativeTimesAreRefused() {
        for (Duration negative : new Duration[] {Duration.ofNanos(-1), Duration.ofMillis(-100),
            Duration.ofSeconds(Long.MIN_VALUE)}) {
            assertThrows(IllegalArgumentException.class, () -> Deadline.nanos(negative));
        }
        assertThrows(IllegalArgumentException.class, () -> Deadline.nanos(-1L));
        String message =
                assertThrows(IllegalArgumentException.class, () -> Deadline.nanos(Long.MIN_VALUE)).getMessage();
        assertTrue(message.contains("negative"), message);
        assertEquals(Long.MAX_VALUE, Deadline.nanos(Long.MAX_VALUE));
        assertEquals(0, Deadline.nanos(0L));
    }

    @Test
    void whatIsLeftShrinksToZeroAndNotBelow() {
        long now = System.nanoTime();
        assertEquals(0, Deadline.left(now - 2 * HOUR, HOUR));
        long left = Deadline.left(now - HOUR, 2 * HOUR);
        assertTrue(left <= HOUR && left > HOUR / 2, () -> "left " + left);
        long all = Deadline.left(now, Long.MAX_VALUE);
        assertTrue(all > Long.MAX_VALUE - HOUR, () -> "left " + all);
        assertEquals(0, Deadline.left(Deadline.start(0), 0));
        assertEquals(Deadline.NEVER, Deadline.left(Deadline.start(Deadline.NEVER), Deadline.NEVER));
    }

    @Test
    void aWaitIsMadeAgainAfterASignalOrAnEarlyEnd() {
        long now = System.nanoTime();
        for (long nanos : new long[] {Deadline.NEVER, 0, 1, HOUR}) {
            assertTrue(Deadline.again(-Errno.EINTR, false, now, nanos));
            assertFalse(Deadline.again(-Errno.EINTR, true, now, nanos));
            assertFalse(Deadline.again(1, false, now, nanos));
            assertFalse(Deadline.again(-Errno.EBADF, false, now, nanos));
        }
        assertTrue(Deadline.again(0, false, now, HOUR));
        assertTrue(Deadline.again(0, true, now, HOUR));
        assertFalse(Deadline.again(0, false, now - HOUR, HOUR));
        assertFalse(Deadline.again(0, false, now, 0));
    }

    @Test
    void millisecondsAreRoundedUpAndFitAnInt() {
        long[][] cases = {{Deadline.NEVER, -1}, {0, 0}, {1, 1}, {999_999, 1}, {1_000_000, 1}, {1_000_001, 2},
            {100_000_000, 100}, {Integer.MAX_VALUE * 1_000_000L, Integer.MAX_VALUE},
            {Integer.MAX_VALUE * 1_000_000L + 1, Integer.MAX_VALUE}, {Long.MAX_VALUE, Integer.MAX_VALUE},
            {1L << 32, 4295}};
        for (long[] each : cases) {
            assertEquals(each[1], Deadline.millis(each[0]), () -> each[0] + " ns");
        }
    }

    @Test
    void aTimespecIsSplitIntoSecondsAndNanoseconds() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(Scratch.BYTES).fill((byte) -1);
            MemorySegment struct = s.asSlice(Scratch.TIMEOUT, timespec.sizeof());
            for (long nanos : new long[] {0, 1, 999_999_999, 1_000_000_000, 1_000_000_001, Long.MAX_VALUE}) {
                assertEquals(struct.address(), Deadline.timespec(s, nanos));
                assertEquals(nanos, timespec.tv_sec(struct) * 1_000_000_000 + timespec.tv_nsec(struct));
                assertTrue(timespec.tv_nsec(struct) >= 0 && timespec.tv_nsec(struct) < 1_000_000_000);
            }
            assertEquals(0, Deadline.timespec(s, Deadline.NEVER));
        }
    }
}
