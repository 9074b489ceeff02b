package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.pollux.internal.Poller;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the poller of the virtual threads has registered. */
final class Registrations {
    private Registrations() { }

    private static Poller poller() {
        return assertInstanceOf(Poller.class, Poller.running(), "no virtual thread has waited lately");
    }

    /** The value of a private field of the poller: for what has no accessor. */
    static Object ofPoller(String name) {
        try {
            return pollers(name).get(poller());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    static Field pollers(String name) throws NoSuchFieldException {
        Field field = Poller.class.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    static boolean isWatched(int number) {
        Poller now = Poller.running();
        return now != null && now.knows(number);
    }

    /** What the poller's epolls watch, one line per descriptor, but for one of them that the other watches. */
    private static List<String> watched() throws IOException {
        Poller now = Poller.running();
        if (now == null) {
            return List.of();
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(Path.of("/proc/self/fdinfo/" + now.epfd())));
        Files.readAllLines(Path.of("/proc/self/fdinfo/" + now.outerEpfd())).stream()
                .filter(line -> !line.contains("data: " + "f".repeat(16))).forEach(lines::add);
        return lines.stream().filter(line -> line.startsWith("tfd:")).toList();
    }

    /** The masks that the poller's epoll has under a number. */
    static List<Long> registered(int number) throws IOException {
        return watched().stream().map(line -> line.split(" +")).filter(words -> Integer.parseInt(words[1]) == number)
                .map(words -> Long.parseLong(words[3], 16)).toList();
    }

    static void assertNothingRegistered() throws IOException {
        assertEquals(List.of(), watched());
    }

    static boolean armed(int number, int events) throws IOException {
        return registered(number).stream().anyMatch(mask -> (mask & events) == events);
    }

    static void assertNothingLeft(int number) throws IOException {
        assertEquals(List.of(), registered(number));
        assertFalse(isWatched(number));
    }
}
