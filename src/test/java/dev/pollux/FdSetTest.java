package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FdSetTest {
    private static final int[] BORDERS = {0, 1, 31, 32, 62, 63, 64, 65, 127, 128, 1022, 1023};

    private Arena arena;

    @BeforeEach
    void open() {
        arena = Arena.ofConfined();
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static List<Integer> numbers(FdSet set) {
        List<Integer> numbers = new ArrayList<>();
        for (int fd = set.next(0); fd >= 0; fd = set.next(fd + 1)) {
            numbers.add(fd);
        }
        return numbers;
    }

    @Test
    void aNewSetIsEmptyAndOfCsSize() {
        FdSet set = FdSet.allocate(arena);
        assertEquals(1024, FdSet.FD_SETSIZE);
        assertEquals(1024, set.capacity());
        assertEquals(128, set.segment().byteSize());
        assertEquals(List.of(), numbers(set));
        assertEquals(0, set.nfds());
        assertEquals("FdSet[]", set.toString());
    }

    @Test
    void theCapacityIsRoundedUpToWholeWords() {
        int[][] wishes = {{1, 64}, {63, 64}, {64, 64}, {65, 128}, {1024, 1024}, {1025, 1088}, {40_000, 40_000}};
        for (int[] wish : wishes) {
            FdSet set = FdSet.allocate(arena, wish[0]);
            assertEquals(wish[1], set.capacity());
            assertEquals(wish[1] / 8, set.segment().byteSize());
        }
        for (int capacity : new int[] {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThrows(IllegalArgumentException.class, () -> FdSet.allocate(arena, capacity));
        }
    }

    @Test
    void memoryThatWasUsedBeforeIsEmptied() {
        Arena used = new Arena() {
            @Override
            public MemorySegment allocate(long byteSize, long byteAlignment) {
                return arena.allocate(byteSize, byteAlignment).fill((byte) -1);
            }

            @Override
            public MemorySegment.Scope scope() {
                return arena.scope();
            }

            @Override
            public void close() {
                throw new UnsupportedOperationException();
            }
        };
        assertEquals(0, FdSet.allocate(used).nfds());
    }

    @Test
    void numbersAreKeptAtWordBorders() {
        for (int fd : BORDERS) {
            FdSet set = FdSet.allocate(arena);
            set.set(fd);
            for (int other : BORDERS) {
                assertEquals(fd == other, set.isSet(other));
            }
            assertEquals(fd + 1, set.nfds());
            assertEquals(List.of(fd), numbers(set));
            assertEquals(fd, set.next(fd));
            assertEquals(-1, set.next(fd + 1));
            set.set(fd);
            set.clear(fd);
            assertFalse(set.isSet(fd));
            assertEquals(0, set.nfds());
            set.clear(fd);
            assertEquals(List.of(), numbers(set));
        }
    }

    @Test
    void theBitsAreWhereCHasThem() {
        FdSet set = FdSet.allocate(arena);
        for (int fd : BORDERS) {
            set.set(fd);
        }
        for (int fd = 0; fd < set.capacity(); fd++) {
            boolean bit = (set.segment().get(ValueLayout.JAVA_BYTE, fd / 8) >> fd % 8 & 1) != 0;
            assertEquals(set.isSet(fd), bit);
        }
        assertEquals(BORDERS.length, numbers(set).size());
    }

    @Test
    void aDescriptorCountsByItsNumberAndOnlyWhileItIsOpen() throws IOException {
        FdSet set = FdSet.allocate(arena);
        Fd fd = EventFd.create();
        set.set(fd);
        assertTrue(set.isSet(fd) && set.isSet(fd.fd()));
        set.clear(fd);
        assertFalse(set.isSet(fd.fd()));
        fd.close();
        assertThrows(IllegalStateException.class, () -> set.set(fd));
    }

    @Test
    void itBehavesLikeASetOfNumbers() {
        Random random = new Random(4711);
        FdSet set = FdSet.allocate(arena, 300);
        TreeSet<Integer> model = new TreeSet<>();
        for (int i = 0; i < 5_000; i++) {
            int fd = random.nextInt(set.capacity());
            if (random.nextBoolean()) {
                set.set(fd);
                model.add(fd);
            } else {
                set.clear(fd);
                model.remove(fd);
            }
            Integer next = model.ceiling(fd);
            assertEquals(next == null ? -1 : next, set.next(fd));
            assertEquals(model.isEmpty() ? 0 : model.last() + 1, set.nfds());
        }
        assertEquals(List.copyOf(model), numbers(set));
    }

    @Test
    void numbersOutsideOfTheCapacityAreRefused() {
        FdSet set = FdSet.allocate(arena);
        FdSet small = FdSet.allocate(arena, 1);
        for (int fd : new int[] {-1, 1024, 1025, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThrows(IndexOutOfBoundsException.class, () -> set.set(fd));
            assertThrows(IndexOutOfBoundsException.class, () -> set.clear(fd));
            assertThrows(IndexOutOfBoundsException.class, () -> set.isSet(fd));
        }
        small.set(63);
        String message = assertThrows(IndexOutOfBoundsException.class, () -> small.set(64)).getMessage();
        assertTrue(message.contains("64") && message.contains("larger"), message);
        assertThrows(IndexOutOfBoundsException.class, () -> set.next(-1));
        assertEquals(-1, set.next(1024));
        assertEquals(-1, set.next(Integer.MAX_VALUE));
        assertEquals(0, set.nfds());
    }

    @Test
    void zeroEmpties() {
        FdSet set = FdSet.allocate(arena, 1025);
        set.set(0);
        set.set(1087);
        set.zero();
        assertEquals(0, set.nfds());
        assertEquals(-1, set.next(0));
    }

    @Test
    void aCopyIsEqualAndIndependent() {
        FdSet set = FdSet.allocate(arena);
        FdSet copy = FdSet.allocate(arena);
        copy.set(5);
        for (int fd : BORDERS) {
            set.set(fd);
        }
        copy.copyFrom(set);
        assertEquals(numbers(set), numbers(copy));
        copy.clear(64);
        assertTrue(set.isSet(64));
        copy.copyFrom(copy);
        assertFalse(copy.isSet(64));
        assertTrue(copy.isSet(1023));
    }

    @Test
    void aCopyBetweenCapacitiesLosesNothing() {
        FdSet small = FdSet.allocate(arena, 64);
        FdSet large = FdSet.allocate(arena, 2048);
        small.set(63);
        large.set(64);
        large.set(2047);
        large.copyFrom(small);
        assertEquals(List.of(63), numbers(large));
        large.set(0);
        small.copyFrom(large);
        assertEquals(List.of(0, 63), numbers(small));
        large.set(64);
        String message = assertThrows(IllegalArgumentException.class, () -> small.copyFrom(large)).getMessage();
        assertTrue(message.contains("fd 64"), message);
        assertEquals(List.of(0, 63), numbers(small));
    }

    @Test
    void theTextListsTheNumbers() {
        FdSet set = FdSet.allocate(arena);
        set.set(64);
        set.set(3);
        assertEquals("FdSet[3, 64]", set.toString());
    }
}
