package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.pollux.Errno;
import dev.pollux.Fd;
import dev.pollux.Pipe;
import dev.pollux.Pty;
import dev.pollux.SocketFd;
import dev.pollux.SocketPair;
import dev.pollux.generated.iovec;
import dev.pollux.generator.BindingsWriter;
import dev.pollux.generator.LibcWriter;
import dev.pollux.generator.NamesWriter;
import java.io.InputStreamReader;
import java.io.Reader;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    private static String function(Class<?> holder) {
        return holder.getSimpleName().replaceFirst("(_plain)?(_\\d)*$", "");
    }

    @Test
    void noShapeIsLinkedThatTheTableDoesNotHave() {
        Set<MethodType> table = new HashSet<>(Set.of(Link.WIDE.toMethodType(), capturing(2)));
        table.addAll(Set.of(Link.shape(1).toMethodType(), Link.shape(3).toMethodType(),
                Link.shape(2, 3, 4).toMethodType()));
        table.addAll(Set.of(capturing(1), capturing(3), capturing(1, 4), capturing(2, 3, 4), capturing(2, 3, 4, 6),
                capturing(2, 5), capturing(3, 6, 7)));
        assertEquals(table, holders().filter(holder -> Link.has(function(holder))).map(LibcTest::linked)
                .collect(Collectors.toSet()));
    }

    @Test
    void everyFunctionOfTheListHasAHolder() throws Exception {
        assertEquals(LibcWriter.names(GENERATED.resolve("functions")).keySet(),
                holders().map(LibcTest::function).collect(Collectors.toSet()));
    }

    @Test
    void onlyWhatTheListSaysIsAbsentFromAnyLibc() throws Exception {
        Set<String> absent = LibcWriter.absent(GENERATED.resolve("functions"));
        for (String function : LibcWriter.names(GENERATED.resolve("functions")).keySet()) {
            assertTrue(Link.has(function) || absent.contains(function), function);
        }
    }

    @Test
    void whatIsCommittedIsWhatTheGeneratorWrites() throws Exception {
        Path jextract = GENERATED.resolve("jextract");
        Map<String, String> written = new TreeMap<>();
        LibcWriter.write(GENERATED.resolve("functions"), jextract)
                .forEach((file, text) -> written.put("internal/" + file, text));
        BindingsWriter.write(jextract, "dev.pollux.generated")
                .forEach((file, text) -> written.put("generated/" + file, text));
        NamesWriter.write(Path.of("main/java/dev/pollux"))
                .forEach((file, text) -> written.put("internal/" + file, text));
        Path committed = GENERATED.resolve("java/dev/pollux");
        try (Stream<Path> files = Files.walk(committed)) {
            assertEquals(written.keySet(), files.filter(Files::isRegularFile)
                    .map(file -> committed.relativize(file).toString()).collect(Collectors.toCollection(TreeSet::new)));
        }
        for (Map.Entry<String, String> file : written.entrySet()) {
            assertEquals(Files.readString(committed.resolve(file.getKey())), file.getValue(), "run generated/regenerate");
        }
        assertEquals(Files.readString(GENERATED.resolve("native-image/reachability-metadata.json")),
                LibcWriter.reachability(GENERATED.resolve("functions"), jextract), "run generated/regenerate");
    }

    /** In GraalVM's words: jlong and void* are JAVA_LONG and ADDRESS, and what is captured is only known at run time. */
    @Test
    void aNativeImageIsToldOfTheShapesThatAreLinkedAndOfNoOther() throws Exception {
        JsonObject metadata;
        String path = "/META-INF/native-image/dev.pollux/pollux/reachability-metadata.json";
        try (Reader in = new InputStreamReader(Libc.class.getResourceAsStream(path), StandardCharsets.UTF_8)) {
            metadata = new Gson().fromJson(in, JsonObject.class);
        }
        assertEquals(Set.of("comment", "foreign"), metadata.keySet());
        assertEquals(Set.of("downcalls"), metadata.getAsJsonObject("foreign").keySet());
        List<String> told = new ArrayList<>();
        for (JsonElement each : metadata.getAsJsonObject("foreign").getAsJsonArray("downcalls")) {
            JsonObject call = each.getAsJsonObject();
            boolean captured = call.has("options");
            assertEquals(captured ? Set.of("returnType", "parameterTypes", "options")
                    : Set.of("returnType", "parameterTypes"), call.keySet());
            if (captured) {
                assertEquals("{\"captureCallState\":true}", call.get("options").toString());
            }
            told.add(call.get("returnType").getAsString() + call.get("parameterTypes") + captured);
        }
        Set<String> linked = holders().filter(holder -> Link.has(function(holder))).map(holder -> {
            MethodType type = linked(holder);
            boolean captured = !holder.getSimpleName().matches(".*_plain(_\\d)*");
            List<Class<?>> parameters = type.parameterList().subList(captured ? 1 : 0, type.parameterCount());
            return graal(type.returnType()) + parameters.stream().map(parameter -> '"' + graal(parameter) + '"')
                    .collect(Collectors.joining(",", "[", "]")) + captured;
        }).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(List.copyOf(linked), told.stream().sorted().toList());
    }

    private static String graal(Class<?> type) {
        return type == long.class ? "jlong" : type == MemorySegment.class ? "void*" : type.getName();
    }

    @Test
    void whatReadvReadsIsWhatWritevWrote() throws Exception {
        try (SocketPair pair = SocketPair.create(); Arena arena = Arena.ofConfined()) {
            assertEquals(7, Guarded.writev(guard(pair.first()), vector(arena, "one", "", "four"), 3));
            MemorySegment in = vector(arena, "    ", "    ");
            assertEquals(7, Guarded.readv(guard(pair.second()), in, 2));
            assertEquals("onef", text(in, 0, 4));
            assertEquals("our", text(in, 1, 3));
            assertEquals(-Errno.EINVAL, Guarded.readv(guard(pair.second()), in, -1));
        }
    }

    /** The request is 64 bits wide and not sign-extended, and what follows it is memory or a number. */
    @Test
    void ioctlTakesMemoryOfTheCallersAndNumbers() throws Exception {
        long fionread = 0x541b;
        long tcgets2 = 0x802c542aL;
        try (Pipe pipe = Pipe.create(); Pty pty = Pty.create(); Arena arena = Arena.ofConfined()) {
            MemorySegment word = arena.allocate(ValueLayout.JAVA_INT);
            pipe.writer().write(arena.allocate(5));
            assertEquals(0, Guarded.ioctl(guard(pipe.reader()), fionread, word));
            assertEquals(5, word.get(ValueLayout.JAVA_INT, 0));
            assertEquals(-Errno.EFAULT, Guarded.ioctl(guard(pipe.reader()), fionread, MemorySegment.ofAddress(5)));
            long tcflsh = 0x540b;
            assertEquals(0, Guarded.ioctl(guard(pty), tcflsh, MemorySegment.ofAddress(2)));
            assertEquals(-Errno.EINVAL, Guarded.ioctl(guard(pty), tcflsh, MemorySegment.ofAddress(3)));
            assertEquals(-Errno.ENOTTY, Guarded.ioctl(guard(pipe.reader()), tcflsh, MemorySegment.NULL));
            int result = Guarded.ioctl(guard(pty), tcgets2, arena.allocate(44));
            assumeTrue(result != -Errno.ENOSYS, "an emulator of single programs, which does not know TCGETS2");
            assertEquals(0, result);
        }
    }

    private static Guard guard(Fd fd) {
        return new Guard(fd.fd(), false, fd);
    }

    private static MemorySegment vector(Arena arena, String... texts) {
        MemorySegment vector = arena.allocate(iovec.sizeof() * texts.length, Long.BYTES);
        for (int i = 0; i < texts.length; i++) {
            byte[] bytes = texts[i].getBytes(StandardCharsets.US_ASCII);
            MemorySegment one = vector.asSlice(i * iovec.sizeof());
            iovec.iov_base(one, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes));
            iovec.iov_len(one, bytes.length);
        }
        return vector;
    }

    private static String text(MemorySegment vector, int index, int length) {
        MemorySegment base = iovec.iov_base(vector.asSlice(index * iovec.sizeof())).reinterpret(length);
        return new String(base.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
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
