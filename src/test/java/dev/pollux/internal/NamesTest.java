package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.pollux.Epoll;
import dev.pollux.Errno;
import dev.pollux.Inotify;
import dev.pollux.MemFd;
import dev.pollux.Poll;
import dev.pollux.SigSet;
import dev.pollux.SocketFd;
import dev.pollux.Terminal;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of names that is written from the public constants. */
class NamesTest {
    private static Arguments table(Class<?> type, String names, Consumer<ObjIntConsumer<String>> table) {
        return Arguments.of(type, names, table);
    }

    static Stream<Arguments> tables() {
        return Stream.of(
                table(Epoll.class, "EPOLL[^_]+", Names::epollEvents),
                table(Poll.class, "POLL[^_]+", Names::pollEvents),
                table(Inotify.class, "IN_.*(?<!NONBLOCK|CLOEXEC)", Names::inotifyEvents),
                table(SocketFd.class, "MSG_.*", Names::messageFlags),
                table(Terminal.class, "TIOCM_.*", Names::modemLines),
                table(MemFd.class, "F_SEAL_.*", Names::seals),
                table(SigSet.class, "SIG.*", Names::signals),
                table(Errno.class, ".*", Names::errors));
    }

    @ParameterizedTest
    @MethodSource("tables")
    void itHasThePublicConstantsInTheirOrder(
            Class<?> type, String names, Consumer<ObjIntConsumer<String>> table) throws Exception {
        Map<String, Integer> declared = new LinkedHashMap<>();
        for (Field field : type.getDeclaredFields()) {
            if (field.accessFlags().contains(AccessFlag.PUBLIC) && field.getName().matches(names)) {
                declared.put(field.getName(), field.getInt(null));
            }
        }
        Map<String, Integer> written = new LinkedHashMap<>();
        table.accept(written::put);
        assertFalse(written.isEmpty());
        assertEquals(List.copyOf(declared.entrySet()), List.copyOf(written.entrySet()));
    }
}
