package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Errno;
import dev.pollux.generator.LibcWriter;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The functions of the C library as they are linked: all of the list, in the few shapes that {@link Link} argues for. */
class LibcTest {
    private static final Path GENERATED = Path.of("..", "generated").toAbsolutePath().normalize();

    private static MethodType linked(Class<?> holder) {
        try {
            Field handle = holder.getDeclaredField("HANDLE");
            handle.setAccessible(true);
            return ((MethodHandle) handle.get(null)).type();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    /** The type of a captured call with memory of the caller's in these places. */
    private static MethodType capturing(int... memory) {
        return Link.shape(memory).toMethodType().insertParameterTypes(0, MemorySegment.class);
    }

    private static Stream<Class<?>> holders() {
        return Arrays.stream(Libc.class.getDeclaredClasses());
    }

    @Test
    void noShapeIsLinkedThatTheTableDoesNotHave() {
        Set<MethodType> table = new HashSet<>(Set.of(Link.WIDE.toMethodType(), capturing(2)));
        table.addAll(Set.of(capturing(1), capturing(1, 4), capturing(2, 3, 4), capturing(2, 3, 4, 6), capturing(2, 5),
                capturing(3)));
        assertEquals(table, holders().map(LibcTest::linked).collect(Collectors.toSet()));
    }

    @Test
    void everyFunctionOfTheListHasAHolder() throws Exception {
        assertEquals(LibcWriter.names(GENERATED.resolve("functions")), holders()
                .map(holder -> holder.getSimpleName().replaceFirst("(_plain|(_\\d)+)$", ""))
                .collect(Collectors.toSet()));
    }

    @Test
    void whatIsCommittedIsWhatTheGeneratorWrites() throws Exception {
        Map<String, String> written = LibcWriter.write(
                GENERATED.resolve("functions"), GENERATED.resolve("java/dev/pollux/generated"));
        assertEquals(Set.of("Libc.java", "Guarded.java"), written.keySet());
        for (Map.Entry<String, String> file : written.entrySet()) {
            assertEquals(Files.readString(GENERATED.resolve("java/dev/pollux/internal").resolve(file.getKey())),
                    file.getValue(), "run generated/regenerate");
        }
    }

    @Test
    void anIntResultIsCutBeforeItIsComparedAndNegativeIntsArrive() {
        assertEquals(-Errno.EBADF, Libc.close(-5));
        assertEquals(-1, Libc.fcntl_plain(-1, 1, 0));
        assertEquals(-Errno.EBADF, Libc.fcntl(-1, 1, 0));
        assertEquals(-Errno.EBADF, Libc.read(-1, MemorySegment.NULL, 0));
        assertEquals(-Errno.EAFNOSUPPORT, Libc.socket(-1, 1, 0));
    }

    @Test
    void errnoIsCapturedWhereScratchHasIt() {
        assertEquals(Scratch.ERRNO, Linker.Option.captureStateLayout()
                .byteOffset(MemoryLayout.PathElement.groupElement("errno")));
        assertTrue(Linker.Option.captureStateLayout().byteSize() <= Scratch.EVENT);
    }
}
