package dev.pollux.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.generator.LibcWriter.Declaration;
import dev.pollux.generator.LibcWriter.Function;
import dev.pollux.generator.LibcWriter.Line;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the generator reads, writes and refuses. What it writes for the library is compared in {@code LibcTest}. */
class LibcWriterTest {
    /** A function as jextract writes it: its descriptor, and the declaration in its comment. */
    private static String jextract(String name, String c, String descriptor) {
        return "    private static class " + name + " {\n        public static final FunctionDescriptor DESC = "
                + descriptor + ";\n    }\n    /**\n     * {@snippet lang=c :\n     * " + c + "\n     * }\n     */\n";
    }

    private static final String SOURCE = jextract("f", "extern int f(int __fd, void *__buf, unsigned long __n)",
            "FunctionDescriptor.of(\n            x_h.C_INT,\n            x_h.C_INT,\n            x_h.C_POINTER,\n"
                    + "            x_h.C_LONG\n        )")
            + jextract("g", "extern char *g(void)", "FunctionDescriptor.of(\n            x_h.C_POINTER    )")
            + jextract("nothing", "extern void nothing(int __a)", "FunctionDescriptor.ofVoid(\n            x_h.C_INT\n)")
            + jextract("real", "extern double real(double __x)",
                    "FunctionDescriptor.of(\n            x_h.C_DOUBLE,\n            x_h.C_DOUBLE\n        )")
            + jextract("whole", "extern int whole(struct in_addr __in)",
                    "FunctionDescriptor.of(\n            x_h.C_INT,\n            in_addr.layout()\n        )")
            + jextract("seven", "extern long seven(long __a, long __b, long __c, long __d, long __e, long __f, long __g)",
                    "FunctionDescriptor.of(x_h.C_LONG, x_h.C_LONG, x_h.C_LONG, x_h.C_LONG, x_h.C_LONG, x_h.C_LONG,"
                            + " x_h.C_LONG, x_h.C_LONG)")
            + jextract("fifth", "extern int fifth(void *__a, int __b, int __c, int __d, void *__e)",
                    "FunctionDescriptor.of(x_h.C_INT, x_h.C_POINTER, x_h.C_INT, x_h.C_INT, x_h.C_INT, x_h.C_POINTER)")
            + jextract("vary", "extern long vary(long __n, ...)", "FunctionDescriptor.of(x_h.C_LONG, x_h.C_LONG)")
            + jextract("first", "extern int first(void *__a)", "FunctionDescriptor.of(x_h.C_INT, x_h.C_POINTER)")
            + jextract("third", "extern int third(int __a, int __b, void *__c)",
                    "FunctionDescriptor.of(x_h.C_INT, x_h.C_INT, x_h.C_INT, x_h.C_POINTER)")
            + jextract("last", "extern int last(int __a, int __b, void *__c, void *__d)",
                    "FunctionDescriptor.of(x_h.C_INT, x_h.C_INT, x_h.C_INT, x_h.C_POINTER, x_h.C_POINTER)")
            + jextract("inner", "extern int inner(int __a, void *__b, void *__c)",
                    "FunctionDescriptor.of(x_h.C_INT, x_h.C_INT, x_h.C_POINTER, x_h.C_POINTER)");

    private static Function read(String line) {
        Line parsed = LibcWriter.parse(List.of("# a comment", "", line)).getFirst();
        Declaration declaration = LibcWriter.declaration(parsed, SOURCE);
        return LibcWriter.function(parsed, declaration);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "x f                          | header, function and result are needed",
        "x f number                   | a result is one of",
        "x f value captured           | unknown: captured",
        "x f value colour=red         | unknown: colour=red",
        "x f value own=event          | has no pointer named event",
        "x f value own=n              | has no pointer named n",
        "x f value variadic=double    | variadic is int, long or pointer, not double",
        "x f pointer                  | does not return a pointer",
        "x f void                     | does not return a void",
        "x g value                    | does not return a value",
        "x nothing value              | does not return a value",
        "x g pointer guarded          | its first argument is no descriptor",
        "x f value again              | only what is guarded can be made again",
        "x g pointer both             | without errno only values come back",
        "x f value guarded with=n     | has no second descriptor named n to guard",
        "x third value with=b         | has no second descriptor named b to guard",
        "x f value number=buf         | has no number named buf",
        "x f value number=n           | n does not stand where the shape has memory",
        "x fifth value                | has the caller's memory as arguments [1, 5], which needs a new shape",
        "x real value                 | C_DOUBLE cannot be passed",
        "x whole value                | in_addr.layout() cannot be passed",
        "x seven value                | has 7 arguments",
        "x f value variadic=int,int,int,int | has 7 arguments",
        "x absent value               | jextract has no such function",
    })
    void aLineThatCannotBeBoundIsRefusedWithItsNumberAndTheReason(String line, String reason) {
        String message = assertThrows(IllegalArgumentException.class, () -> read(line)).getMessage();
        assertTrue(message.startsWith("line 3") && message.contains(reason), message);
    }

    @Test
    void memoryOfTheCallersIsASegmentAndTheLibrarysOwnAnAddress() {
        String callers = LibcWriter.libc(List.of(read("x f value")));
        assertTrue(callers.contains("public static int f(int fd, MemorySegment buf, long n)"), callers);
        assertTrue(callers.contains("Link.orErrno((int) (long) f.HANDLE.invokeExact("), callers);
        assertTrue(callers.contains("(long) fd, buf, n, 0L, 0L, 0L)"), callers);
        String own = LibcWriter.libc(List.of(read("x f value own=buf scratch")));
        assertTrue(own.contains("public static int f(MemorySegment s, int fd, long buf, long n)"), own);
        assertTrue(own.contains("(long) fd, MemorySegment.ofAddress(buf), n, 0L, 0L, 0L)"), own);
    }

    @Test
    void aFunctionTakesTheShapeWithTheLeastMemoryThatServesIt() {
        String exactly = LibcWriter.libc(List.of(read("x first value")));
        assertTrue(exactly.contains("class first_1 {") && exactly.contains("Link.captured(\"first\", 1)"), exactly);
        assertTrue(exactly.contains("(s, a, 0L, 0L, 0L, 0L, 0L)"), exactly);
        String more = LibcWriter.libc(List.of(read("x last value")));
        assertTrue(more.contains("class last_2_3_4 {") && more.contains("Link.captured(\"last\", 2, 3, 4)"), more);
        assertTrue(more.contains("(long) a, MemorySegment.ofAddress(b), c, d, 0L, 0L)"), more);
        String less = LibcWriter.libc(List.of(read("x inner value")));
        assertTrue(less.contains("class inner_2_3_4 {"), less);
        assertTrue(less.contains("(long) a, b, c, MemorySegment.NULL, 0L, 0L)"), less);
    }

    @Test
    void aNumberWhereTheShapeHasMemoryIsASegmentIfTheListSaysSo() {
        String text = LibcWriter.libc(List.of(read("x last value both number=b scratch")));
        assertTrue(text.contains("int last(MemorySegment s, int a, MemorySegment b, MemorySegment c, MemorySegment d)"), text);
        assertTrue(text.contains("int last_plain(int a, MemorySegment b, MemorySegment c, MemorySegment d)"), text);
        assertTrue(text.contains("Link.plain(\"last\", 2, 3, 4)"), text);
        assertTrue(text.contains("(long) a, b, c, d, 0L, 0L)"), text);
    }

    @Test
    void onlyWhatTheListSaysIsMadeAgainAfterASignal() {
        assertTrue(LibcWriter.guarded(List.of(read("x f value guarded again"))).contains("result == -EINTR"));
        String once = LibcWriter.guarded(List.of(read("x f value guarded")));
        assertEquals(-1, once.indexOf("-EINTR &&"), once);
        assertTrue(once.contains("return Libc.f(number, buf, n);"), once);
    }

    @Test
    void aFunctionOfSevenArgumentsHasAShapeOfItsOwn() {
        String text = LibcWriter.libc(
                List.of(read("x vary value variadic=long,pointer,long,long,pointer,long number=arg6")));
        assertTrue(text.contains("class vary_3_6_7 {") && text.contains("Link.captured(\"vary\", 3, 6, 7)"), text);
        assertTrue(text.contains("(s, n, arg1, arg2, arg3, arg4, arg5, arg6)"), text);
    }

    @Test
    void aSecondDescriptorIsGuardedToo() {
        String text = LibcWriter.guarded(List.of(read("x third value guarded again with=b")));
        assertTrue(text.contains("int third(Guard guard, Guard with, MemorySegment c)"), text);
        assertTrue(text.contains("Libc.third(number, second, c);"), text);
        assertTrue(text.contains("while (result == -EINTR && guard.isOpen() && with.isOpen());"), text);
        assertTrue(text.indexOf("with.leave()") < text.indexOf("guard.leave()"), text);
    }
}
