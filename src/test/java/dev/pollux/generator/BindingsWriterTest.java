package dev.pollux.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.generator.BindingsWriter.Member;
import dev.pollux.generator.BindingsWriter.Struct;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How constants and structs are read from what jextract writes. {@code AbiTest} compares those that are shipped. */
class BindingsWriterTest {
    private static String struct(String declared, String kind, String indent, String... members) {
        return indent + "public " + declared + " {\n" + indent + "    private static final GroupLayout $LAYOUT = "
                + "MemoryLayout." + kind + "Layout(\n" + indent + "        "
                + String.join(",\n        " + indent, members) + "\n" + indent + "    ).withName(\"it\");\n";
    }

    private static final String OUTER = "/**\n * C\n */\n" + struct("class outer", "struct", "",
            "x_h.C_CHAR.withName(\"c\")", "MemoryLayout.paddingLayout(7)",
            "outer.inner.layout().withName(\"inner\")", "MemoryLayout.sequenceLayout(3, x_h.C_SHORT).withName(\"s\")",
            "MemoryLayout.paddingLayout(2)", "other.layout().withName(\"o\")", "MemoryLayout.paddingLayout(4)")
            + struct("static class inner", "union", "    ", "x_h.C_INT.withName(\"i\")",
            "x_h.C_POINTER.withName(\"p\")") + "    }\n}\n";
    private static final String OTHER = struct("class other", "struct", "", "x_h.C_INT.withName(\"a\")") + "}\n";
    private static final String PACKED = "/**\n * C\n */\n" + struct("class packed", "struct", "",
            "x_h.align(x_h.C_INT, 1).withName(\"i\")", "x_h.align(other.layout(), 1).withName(\"o\")") + "}\n";

    private final BindingsWriter writer = new BindingsWriter(
            Stream.of(OUTER, OTHER, PACKED, "public class alias extends other {\n}\n"));

    @Test
    void offsetsAndSizesCountPaddingArraysUnionsAndNestedStructs() {
        Struct outer = writer.read("outer");
        assertEquals(32, outer.size());
        assertEquals(8, outer.alignment());
        assertEquals(List.of("c", "inner", "s", "o"), outer.members().stream().map(Member::name).toList());
        assertEquals(List.of(0L, 8L, 16L, 24L), outer.members().stream().map(Member::offset).toList());
    }

    @Test
    void aMemberOfAnAnonymousPartIsNamedByItsPathAndOneOfANamedStructIsNot() {
        String text = writer.struct("outer", OUTER);
        assertTrue(text.contains("MemorySegment inner$p(MemorySegment struct) {\n        return struct.get(ADDRESS, 8);"),
                text);
        assertTrue(text.contains("long o$offset() {\n        return 24;") && !text.contains("o$a"), text);
        assertTrue(text.contains("allocator.allocate(32, 8)"), text);
        assertFalse(text.contains("s(MemorySegment"), text);
    }

    @Test
    void theMembersOfAUnionWithoutANameAreThoseOfItsStruct() {
        String text = "/**\n * C\n */\n" + struct("class holder", "struct", "", "x_h.C_INT.withName(\"i\")",
                """
                MemoryLayout.unionLayout(
                            x_h.C_SHORT.withName("s"),
                            other.layout().withName("o")
                        ).withName("$anon$1:2")""", "x_h.C_INT.withName(\"end\")") + "}\n";
        BindingsWriter holder = new BindingsWriter(Stream.of(text, OTHER));
        Struct struct = holder.read("holder");
        assertEquals(12, struct.size());
        assertEquals(List.of("i", "s", "o", "end"), struct.members().stream().map(Member::name).toList());
        assertEquals(List.of(0L, 4L, 4L, 8L), struct.members().stream().map(Member::offset).toList());
        assertTrue(holder.struct("holder", text).contains("short s(MemorySegment struct) {"));
    }

    @Test
    void aPackedStructHasNoAlignment() {
        Struct packed = writer.read("packed");
        assertEquals(1, packed.alignment());
        assertEquals(8, packed.size());
        String text = writer.struct("packed", PACKED);
        assertTrue(text.contains("struct.get(JAVA_INT_UNALIGNED, 0)") && text.contains("allocator.allocate(8)"), text);
    }

    @Test
    void aTypedefIsWhatItNames() {
        assertEquals(writer.read("other"), writer.read("alias"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x_h.C_FLOAT.withName(\"f\")", "x_h.C_INT", "MemoryLayout.structLayout("})
    void whatItDoesNotKnowIsRefusedByName(String member) {
        BindingsWriter strange = new BindingsWriter(Stream.of(struct("class strange", "struct", "", member)));
        String message = assertThrows(IllegalArgumentException.class, () -> strange.read("strange")).getMessage();
        assertTrue(message.startsWith("strange: cannot read "), message);
    }

    @Test
    void aStructThatIsNotThereIsNamed() {
        assertTrue(assertThrows(IllegalArgumentException.class, () -> writer.read("nothing")).getMessage()
                .startsWith("nothing: "));
    }

    @Test
    void constantsKeepTheirTypeAndSignAndAHeaderWithoutAnyHasNoClass() {
        String text = BindingsWriter.constants("x_h", "    private static final int A = (int)-1L;\n"
                + "    private static final long B = 3222853387L;\n    private static final int C = (int)2147483648L;\n");
        assertTrue(text.contains("public static int A() {\n        return -1;\n"), text);
        assertTrue(text.contains("public static long B() {\n        return 3222853387L;\n"), text);
        assertTrue(text.contains("public static int C() {\n        return -2147483648;\n"), text);
        assertEquals("", BindingsWriter.constants("x_h", "private static final MemorySegment ADDR = null;"));
    }

    @Test
    void aConstantThatDiffersIsChosenAmongThePackagesThatHaveIt() {
        String constants = BindingsWriter.constants("arch_h", "    private static final int A = (int)-1L;\n");
        String text = BindingsWriter.chosen("p", "arch_h", "Architecture.CURRENT",
                List.of("aarch64", "x86_64"), constants);
        assertTrue(text.contains("""
                    public static int A() {
                        return switch (Architecture.CURRENT) {
                            case AARCH64 -> p.aarch64.arch_h.A();
                            case X86_64 -> p.x86_64.arch_h.A();
                        };
                    }
                """), text);
    }
}
