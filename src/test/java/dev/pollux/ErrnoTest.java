package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ErrnoTest {
    @Test
    void everyConstantHasItsNameAndAText() throws IllegalAccessException {
        Map<Integer, String> twice = new HashMap<>();
        Map<String, String> synonyms =
                Map.of("EWOULDBLOCK", "EAGAIN", "EDEADLOCK", "EDEADLK", "ENOTSUP", "EOPNOTSUPP");
        for (Field field : Errno.class.getFields()) {
            int errno = field.getInt(null);
            assertTrue(errno > 0, field.getName());
            String name = field.getName();
            assertEquals(synonyms.getOrDefault(name, name), Errno.name(errno));
            if (!synonyms.containsKey(name)) {
                assertEquals(null, twice.put(errno, name));
            }
            assertFalse(Errno.text(errno).isBlank(), name);
            assertFalse(Errno.text(errno).contains(Integer.toString(errno)), () -> Errno.text(errno));
        }
        assertTrue(twice.size() > 125, () -> "only " + twice.size());
    }

    @Test
    void theNumbersAreThoseOfLinux() {
        assertEquals(1, Errno.EPERM);
        assertEquals(4, Errno.EINTR);
        assertEquals(9, Errno.EBADF);
        assertEquals(11, Errno.EAGAIN);
        assertEquals(Errno.EAGAIN, Errno.EWOULDBLOCK);
        assertEquals(22, Errno.EINVAL);
        assertEquals(104, Errno.ECONNRESET);
        assertEquals(115, Errno.EINPROGRESS);
    }

    @Test
    void unknownNumbersAreShownAsNumbers() {
        for (int errno : new int[] {0, -1, 41, 4711, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertEquals("errno " + errno, Errno.name(errno));
        }
        for (int errno : new int[] {4711, Integer.MAX_VALUE}) {
            assertTrue(Errno.text(errno).contains(Integer.toString(errno)), Errno.text(errno));
        }
        assertNotEquals(Errno.text(Errno.EPERM), Errno.text(Errno.ENOENT));
    }
}
