package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.generated.sigset_t;
import java.lang.foreign.Arena;
import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SigSetTest {
    private static final int LAST = 64;

    private Arena arena;

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    @Test
    void anEmptySetHasNoneAndAFullOneAll() {
        SigSet empty = SigSet.empty(arena);
        SigSet full = SigSet.full(arena);
        for (int signal = 1; signal <= LAST; signal++) {
            assertFalse(empty.contains(signal));
            if (signal != 32 && signal != 33) {
                assertTrue(full.contains(signal), "signal " + signal);
            }
        }
        assertEquals(sigset_t.sizeof(), full.segment().byteSize());
    }

    @Test
    void signalsAreAddedAndRemovedOneByOne() {
        SigSet set = SigSet.empty(arena);
        assertSame(set, set.add(SigSet.SIGHUP).add(LAST).add(SigSet.SIGUSR1));
        for (int signal = 1; signal <= LAST; signal++) {
            assertEquals(signal == 1 || signal == 10 || signal == LAST, set.contains(signal));
        }
        assertSame(set, set.remove(SigSet.SIGUSR1).remove(SigSet.SIGUSR2));
        assertFalse(set.contains(SigSet.SIGUSR1));
        assertTrue(set.contains(SigSet.SIGHUP));
        assertTrue(set.contains(LAST));
    }

    @Test
    void twoSetsAreIndependent() {
        SigSet first = SigSet.empty(arena).add(SigSet.SIGTERM);
        SigSet second = SigSet.empty(arena).add(SigSet.SIGINT);
        assertFalse(first.contains(SigSet.SIGINT));
        assertFalse(second.contains(SigSet.SIGTERM));
    }

    @Test
    void whatIsNoSignalIsRefused() {
        SigSet set = SigSet.full(arena);
        for (int signal : new int[] {0, -1, LAST + 1, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> set.add(signal));
            assertThrows(IllegalArgumentException.class, () -> set.remove(signal));
            assertThrows(IllegalArgumentException.class, () -> set.contains(signal));
        }
        // libc's own
        assertThrows(IllegalArgumentException.class, () -> set.add(32));
        assertThrows(IllegalArgumentException.class, () -> set.remove(33));
    }

    @Test
    void everyConstantIsAnotherSignal() throws IllegalAccessException {
        Set<Integer> numbers = new HashSet<>();
        SigSet set = SigSet.empty(arena);
        for (Field field : SigSet.class.getFields()) {
            if (field.getName().startsWith("SIG")) {
                int signal = field.getInt(null);
                assertTrue(numbers.add(signal), field.getName());
                assertTrue(set.add(signal).contains(signal));
            }
        }
        assertEquals(31, numbers.size());
        assertEquals(9, SigSet.SIGKILL);
        assertEquals(28, SigSet.SIGWINCH);
    }

    @Test
    void itsTextNamesItsSignals() {
        SigSet set = SigSet.empty(arena);
        assertEquals("SigSet[]", set.toString());
        assertEquals("SigSet[SIGHUP, SIGTERM, SIG34, SIG64]",
                set.add(LAST).add(SigSet.SIGTERM).add(SigSet.SIGHUP).add(34).toString());
        assertEquals(LAST - 2, SigSet.full(arena).toString().split(", ").length, "all but libc's own");
    }

    @Test
    void interruptedIsNoCount() {
        assertEquals(-Errno.EINTR, SigSet.INTERRUPTED);
        assertNotEquals(Fd.WOULD_BLOCK, SigSet.INTERRUPTED);
    }
}
