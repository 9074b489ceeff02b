package dev.pollux.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes the constants, sizes and offsets that the library ships from what jextract made of the headers: as numbers, so
 * that nothing has to be linked or looked up, and no layout made, before a constant can be read.
 *
 * <pre>BindingsWriter JEXTRACT-DIRECTORY PACKAGE OUTPUT-DIRECTORY</pre>
 */
public final class BindingsWriter {
    private static final Pattern CONSTANT = Pattern.compile(
            "private static final (int|long) (\\w+) = (?:\\(int\\))?(-?\\d+)L;");
    private static final Pattern METHOD = Pattern.compile("    public static \\w+ (\\w+)\\(\\) \\{");
    private static final Pattern CLASS = Pattern.compile("( *)public (?:static )?class (\\w+)(?: extends (\\w+))? \\{");
    private static final Pattern LAYOUT = Pattern.compile(".*\\$LAYOUT = MemoryLayout\\.(struct|union)Layout\\(");
    private static final Pattern PADDING = Pattern.compile("MemoryLayout\\.paddingLayout\\((\\d+)\\)");
    private static final Pattern NAMED = Pattern.compile("(.*)\\.withName\\(\"(\\w+)\"\\)");
    /** A union that has no name, within a struct. */
    private static final String UNION = "MemoryLayout.unionLayout(";
    private static final String OR = " or ";
    private static final Pattern ALIGNED = Pattern.compile("\\w+\\.align\\((.*), (\\d+)\\)");
    private static final Pattern ARRAY = Pattern.compile("MemoryLayout\\.sequenceLayout\\((\\d+), (.*)\\)");

    /** What jextract calls C's scalars, which every supported architecture has in these sizes. */
    private static final Map<String, Type> SCALARS = Map.of(
            "C_CHAR", new Type(1, 1, "byte", "JAVA_BYTE", null),
            "C_SHORT", new Type(2, 2, "short", "JAVA_SHORT", null),
            "C_INT", new Type(4, 4, "int", "JAVA_INT", null),
            "C_LONG", new Type(8, 8, "long", "JAVA_LONG", null),
            "C_LONG_LONG", new Type(8, 8, "long", "JAVA_LONG", null),
            "C_POINTER", new Type(8, 8, "MemorySegment", "ADDRESS", null));

    /** What chooses between the packages that have a class each of these constants. */
    private static final Map<String, String> CHOICES = Map.of(
            "arch_h", "Architecture.CURRENT", "libc_h", "CLibrary.current()");

    /** A type: of a scalar also what it is in Java, and of a struct that has no name of its own, what is in it. */
    record Type(long size, long alignment, String java, String layout, Struct anonymous) { }

    record Member(String name, Type type, long offset) { }

    /** A struct or union. */
    record Struct(long size, long alignment, List<Member> members) { }

    /** A class of jextract's, with the lines of its layout: {@code a.b} for the class b in a. */
    private record Source(String name, String base, boolean union, List<String> members) { }

    private final Map<String, Source> sources = new HashMap<>();

    BindingsWriter(Stream<String> classes) {
        classes.forEach(this::scan);
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 3) {
            System.err.println("usage: BindingsWriter JEXTRACT PACKAGE OUTPUT");
            System.exit(2);
        }
        for (Map.Entry<String, String> file : write(Path.of(args[0]), args[1]).entrySet()) {
            Path path = Path.of(args[2]).resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
    }

    /** The texts of the files to be written, by their paths in the package. */
    public static Map<String, String> write(Path jextract, String packageName) throws IOException {
        Map<String, String> files = new TreeMap<>();
        Map<String, String> texts = new TreeMap<>();
        try (Stream<Path> list = Files.list(jextract)) {
            for (Path path : list.toList()) {
                String name = path.getFileName().toString();
                if (Files.isDirectory(path)) {
                    write(path, packageName + "." + name).forEach((file, text) -> files.put(name + "/" + file, text));
                } else {
                    texts.put(name.replace(".java", ""), Files.readString(path));
                }
            }
        }
        CHOICES.forEach((name, choice) -> {
            List<String> packages = files.keySet().stream().filter(file -> file.endsWith("/" + name + ".java"))
                    .map(file -> file.substring(0, file.indexOf('/'))).toList();
            if (!packages.isEmpty()) {
                String text = files.get(packages.getFirst() + "/" + name + ".java");
                files.put(name + ".java", head(packageName) + chosen(packageName, name, choice, packages, text));
            }
        });
        BindingsWriter writer = new BindingsWriter(texts.values().stream());
        texts.forEach((name, text) -> {
            // a name with two underscores is libc's own: only another type's parts, or jextract's way to it
            String body = name.startsWith("__") ? "" : name.endsWith("_h") ? constants(name, text)
                    : writer.sources.containsKey(name) ? writer.struct(name, text) : "";
            if (!body.isEmpty()) {
                files.put(name + ".java", head(packageName) + body);
            }
        });
        return files;
    }

    private static String head(String packageName) {
        return "// Written by generated/regenerate from what jextract made of C's headers. Do not edit.\n\npackage "
                + packageName + ";\n\n";
    }

    /** The class of constants that differ, each of which has the value that it has here. */
    static String chosen(
            String packageName, String name, String choice, List<String> packages, String constants) {
        StringBuilder out = new StringBuilder("import dev.pollux.internal." + choice.replaceFirst("\\..*", "")
                + ";\n\n/** The constants of {@code headers/" + name.replaceFirst("_h$", ".h")
                + "}, as they are where this JVM runs. */\n"
                + "public final class " + name + " {\n    private " + name + "() { }\n");
        for (Matcher method = METHOD.matcher(constants); method.find(); ) {
            out.append("\n").append(method.group()).append("\n        return switch (").append(choice)
                    .append(") {\n");
            for (String each : packages) {
                out.append("            case ").append(each.toUpperCase(Locale.ROOT)).append(" -> ")
                        .append(String.join(".", packageName, each, name, method.group(1))).append("();\n");
            }
            out.append("        };\n    }\n");
        }
        return out.append("}\n").toString();
    }

    /** The class of a header's constants; an empty text if it has none. */
    static String constants(String name, String text) {
        StringBuilder out = new StringBuilder();
        for (Matcher constant = CONSTANT.matcher(text); constant.find(); ) {
            long value = Long.parseLong(constant.group(3));
            String literal = constant.group(1).equals("long") ? value + "L" : String.valueOf((int) value);
            out.append("\n    public static ").append(constant.group(1)).append(" ").append(constant.group(2))
                    .append("() {\n        return ").append(literal).append(";\n    }\n");
        }
        return out.isEmpty() ? "" : "/** The constants of {@code headers/" + name.replaceFirst("_h$", ".h") + "}. */\n"
                + "public final class " + name + " {\n    private " + name + "() { }\n" + out + "}\n";
    }

    String struct(String name, String text) {
        Struct struct = read(name);
        StringBuilder members = new StringBuilder();
        members(members, struct, "", 0);
        String comment = text.substring(text.indexOf("/**\n"), text.indexOf("public class"));
        String alignment = struct.alignment == 1 ? "" : ", " + struct.alignment;
        StringBuilder out = new StringBuilder();
        for (String layout : List.of("ADDRESS", "JAVA_BYTE", "JAVA_INT", "JAVA_INT_UNALIGNED", "JAVA_LONG",
                "JAVA_LONG_UNALIGNED", "JAVA_SHORT")) {
            if (members.indexOf("(" + layout + ",") >= 0) {
                out.append("import static java.lang.foreign.ValueLayout.").append(layout).append(";\n");
            }
        }
        return out.append(out.isEmpty() ? "" : "\n").append("import java.lang.foreign.MemorySegment;\n")
                .append("import java.lang.foreign.SegmentAllocator;\n\n").append(comment)
                .append("public final class ").append(name).append(" {\n    private ").append(name).append("() { }\n")
                .append("\n    public static long sizeof() {\n        return ").append(struct.size).append(";\n    }\n")
                .append("\n    public static MemorySegment allocate(SegmentAllocator allocator) {\n")
                .append("        return allocator.allocate(").append(struct.size).append(alignment).append(");\n    }\n")
                .append(members).append("}\n").toString();
    }

    /** The offset of each member, and how a scalar is read and written; {@code a$b} is what is named a.b in C. */
    private static void members(StringBuilder out, Struct struct, String path, long base) {
        for (Member member : struct.members) {
            String name = path + member.name;
            Type type = member.type;
            long offset = base + member.offset;
            out.append("\n    public static long ").append(name).append("$offset() {\n        return ").append(offset)
                    .append(";\n    }\n");
            if (type.java != null) {
                String layout = type.layout + (type.alignment < type.size ? "_UNALIGNED" : "");
                out.append("\n    public static ").append(type.java).append(" ").append(name)
                        .append("(MemorySegment struct) {\n        return struct.get(").append(layout).append(", ")
                        .append(offset).append(");\n    }\n\n    public static void ").append(name)
                        .append("(MemorySegment struct, ").append(type.java).append(" value) {\n        struct.set(")
                        .append(layout).append(", ").append(offset).append(", value);\n    }\n");
            } else if (type.anonymous != null) {
                members(out, type.anonymous, name + "$", offset);
            }
        }
    }

    // what is read

    /** Finds the classes of a source, and their layouts, by the indentation that jextract gives them. */
    private void scan(String text) {
        List<String> path = new ArrayList<>();
        String base = null;
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            Matcher declared = CLASS.matcher(lines.get(i));
            Matcher layout = LAYOUT.matcher(lines.get(i));
            if (declared.matches()) {
                path.subList(declared.group(1).length() / 4, path.size()).clear();
                path.add(declared.group(2));
                base = declared.group(3);
                if (base != null) {
                    sources.put(declared.group(2), new Source(declared.group(2), base, false, List.of()));
                }
            } else if (layout.matches()) {
                List<String> members = new ArrayList<>();
                while (!lines.get(++i).strip().startsWith(").withName(")) {
                    String line = lines.get(i).strip();
                    if (line.equals(UNION)) { // without a name: its members are those of the struct
                        List<String> same = new ArrayList<>();
                        while (!lines.get(++i).strip().startsWith(").withName(")) {
                            same.add(lines.get(i).strip().replaceFirst(",$", ""));
                        }
                        line = UNION + String.join(OR, same);
                    }
                    members.add(line.replaceFirst(",$", ""));
                }
                String name = String.join(".", path);
                sources.put(name, new Source(name, null, layout.group(1).equals("union"), members));
            }
        }
    }

    Struct read(String name) {
        Source source = sources.get(name);
        if (source == null) {
            throw new IllegalArgumentException(name + ": jextract wrote no such struct; is it in the include list?");
        }
        if (source.base != null) {
            return read(source.base);
        }
        List<Member> members = new ArrayList<>();
        long size = 0;
        long alignment = 1;
        for (String text : source.members) {
            Matcher padding = PADDING.matcher(text);
            Matcher named = NAMED.matcher(text);
            if (padding.matches()) {
                size += Long.parseLong(padding.group(1));
            } else if (text.startsWith(UNION)) {
                long largest = 0;
                for (String member : text.substring(UNION.length()).split(OR)) {
                    Matcher inUnion = NAMED.matcher(member);
                    if (!inUnion.matches()) {
                        throw unknown(member, source);
                    }
                    Type type = type(inUnion.group(1), source);
                    members.add(new Member(inUnion.group(2), type, size));
                    largest = Math.max(largest, type.size);
                    alignment = Math.max(alignment, type.alignment);
                }
                size += largest;
            } else if (named.matches()) {
                Type type = type(named.group(1), source);
                members.add(new Member(named.group(2), type, source.union ? 0 : size));
                size = source.union ? Math.max(size, type.size) : size + type.size;
                alignment = Math.max(alignment, type.alignment);
            } else {
                throw unknown(text, source);
            }
        }
        return new Struct(size, alignment, members);
    }

    private Type type(String text, Source source) {
        Matcher aligned = ALIGNED.matcher(text);
        Matcher array = ARRAY.matcher(text);
        if (aligned.matches()) {
            Type type = type(aligned.group(1), source);
            return new Type(type.size, Long.parseLong(aligned.group(2)), type.java, type.layout, type.anonymous);
        }
        if (array.matches()) {
            Type element = type(array.group(2), source);
            return new Type(Long.parseLong(array.group(1)) * element.size, element.alignment, null, null, null);
        }
        if (text.endsWith(".layout()")) {
            String name = text.replace(".layout()", "");
            Struct struct = read(name);
            return new Type(struct.size, struct.alignment, null, null, name.contains(".") ? struct : null);
        }
        Type scalar = SCALARS.get(text.replaceFirst("^\\w+\\.", ""));
        if (scalar == null) {
            throw unknown(text, source);
        }
        return scalar;
    }

    private static IllegalArgumentException unknown(String text, Source source) {
        return new IllegalArgumentException(source.name + ": cannot read " + text);
    }
}
