package dev.pollux;

import dev.pollux.internal.Poller;
import static dev.pollux.Support.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** What the poller of the virtual threads has registered. */
final class Registrations {
    private Registrations() { }

    static Object ofPoller(String name) {
        assertNotNull(Poller.running(), "no virtual thread has waited yet");
        try {
            return pollers(name).get(Poller.running());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static Field pollers(String name) throws NoSuchFieldException {
        Field field = Poller.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    static int pollersEpoll() {
        return (int) ofPoller("epfd");
    }

    static boolean isWatched(int number) {
        AtomicReferenceArray<?> table = (AtomicReferenceArray<?>) ofPoller("table");
        return number < table.length() && table.get(number) != null;
    }

    /** What the poller's epoll has under a number: the masks, in hexadecimal. */
    static List<Long> registered(int number) throws IOException {
        List<Long> masks = new ArrayList<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + pollersEpoll()))) {
            String[] words = line.trim().split(" +");
            if (words[0].equals("tfd:") && Integer.parseInt(words[1]) == number) {
                masks.add(Long.parseLong(words[3], 16));
            }
        }
        return masks;
    }

    static void assertNothingRegistered() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/fdinfo/" + pollersEpoll()))) {
            assertFalse(line.startsWith("tfd:"), line);
        }
    }

    static boolean armed(int number, int events) throws IOException {
        return Poller.running() != null && registered(number).stream().anyMatch(mask -> (mask & events) == events);
    }

    static void assertNothingLeft(int number) throws IOException {
        assertEquals(List.of(), registered(number));
        assertFalse(isWatched(number));
    }
}
