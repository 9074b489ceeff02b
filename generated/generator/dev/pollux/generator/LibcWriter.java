package dev.pollux.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes {@code Libc} and {@code Guarded} from the list of C functions and from what jextract made of their
 * declarations. The declarations are read as text: to load a holder of jextract's links its function, which this
 * machine's libc may lack.
 *
 * <pre>LibcWriter FUNCTIONS JEXTRACT-DIRECTORY OUTPUT-DIRECTORY METADATA</pre>
 */
public final class LibcWriter {
    /** How many arguments a shape has, unless it says more, and every supported architecture passes in registers. */
    private static final int REGISTERS = 6;

    /** The only argument that the wide shape passes as memory of the caller's, counted from 1. */
    private static final List<Integer> WIDE = List.of(2);

    /** The shapes that Link argues for: which arguments each passes as memory of the caller's. */
    private static final List<List<Integer>> SHAPES = List.of(
            WIDE, List.of(1), List.of(3), List.of(1, 4), List.of(2, 5), List.of(2, 3, 4), List.of(2, 3, 4, 6),
            List.of(3, 6, 7));

    private static final Set<String> RESULTS = Set.of("value", "errno", "pointer", "void");
    private static final Set<String> FLAGS = Set.of("absent", "again", "both", "early", "guarded", "scratch");
    private static final Set<String> SETTINGS = Set.of("own", "number", "variadic", "with");

    /** The types that a call can pass: C's int, C's long (and whatever is as wide), and pointers. */
    enum Type { INT, LONG, POINTER }

    /**
     * A parameter; memory that a pointer leads to is the caller's or the library's own. What is a segment although it is
     * a number stands where the shape has memory.
     */
    record Parameter(Type type, String name, boolean own, boolean segment) {
        Parameter(Type type, String name) {
            this(type, name, false, type == Type.POINTER);
        }

        boolean isCallers() {
            return type == Type.POINTER && !own;
        }

        String java() {
            return (segment ? "MemorySegment " : type == Type.INT ? "int " : "long ") + name;
        }
    }

    /** One line of the list. */
    record Line(
            int number, String header, String name, String result, Set<String> flags, Map<String, String> settings) {
        List<String> setting(String key) {
            return settings.containsKey(key) ? List.of(settings.get(key).split(",")) : List.of();
        }

        IllegalArgumentException wrong(String what) {
            return new IllegalArgumentException("line " + number + ", " + name + ": " + what);
        }
    }

    /** What jextract found: the C declaration, the type of the result (null for void), and the parameters. */
    record Declaration(String c, Type result, List<Parameter> parameters) { }

    /** A line with its declaration. */
    record Function(Line line, Declaration declaration, List<Parameter> parameters) {
        boolean is(String flag) {
            return line.flags.contains(flag);
        }

        /** Where memory of the caller's is passed, counted from 1. */
        List<Integer> callers() {
            return IntStream.range(0, parameters.size()).filter(i -> parameters.get(i).isCallers())
                    .mapToObj(i -> i + 1).toList();
        }

        /** The one with the least memory of the caller's, among those that have it wherever this function does. */
        List<Integer> shape() {
            return SHAPES.stream().filter(shape -> shape.containsAll(callers())).min(Comparator.comparing(List::size))
                    .orElseThrow(() -> line.wrong("has the caller's memory as arguments " + callers()
                            + ", which needs a new shape: argue for it in Link, then add it to SHAPES"));
        }

        /** How many arguments it passes: more than fit into registers if it has memory there. */
        int arity() {
            return Math.max(REGISTERS, shape().getLast());
        }

        boolean isWide() {
            return shape() == WIDE;
        }

        /** What distinguishes its holder from that of the wide shape. */
        String suffix() {
            return isWide() ? "" : shape().stream().map(position -> "_" + position).collect(Collectors.joining());
        }

        String javaResult() {
            return declaration.result == null ? "void" : declaration.result == Type.INT ? "int" : "long";
        }
    }

    private LibcWriter() { }

    public static void main(String[] args) throws IOException {
        if (args.length != 4) {
            System.err.println("usage: LibcWriter FUNCTIONS JEXTRACT OUTPUT METADATA");
            System.exit(2);
        }
        for (Map.Entry<String, String> file : write(Path.of(args[0]), Path.of(args[1])).entrySet()) {
            Files.writeString(Files.createDirectories(Path.of(args[2])).resolve(file.getKey()), file.getValue());
        }
        Path metadata = Path.of(args[3]);
        Files.createDirectories(metadata.getParent());
        Files.writeString(metadata, reachability(Path.of(args[0]), Path.of(args[1])));
    }

    /** The texts of the files to be written, by name. */
    public static Map<String, String> write(Path list, Path jextract) throws IOException {
        List<Function> functions = functions(list, jextract);
        Map<String, String> files = new LinkedHashMap<>();
        files.put("Libc.java", libc(functions));
        files.put("Guarded.java", guarded(functions));
        return files;
    }

    private static List<Function> functions(Path list, Path jextract) throws IOException {
        List<Function> functions = new ArrayList<>();
        Map<String, String> sources = new LinkedHashMap<>();
        for (Line line : parse(Files.readAllLines(list))) {
            if (!sources.containsKey(line.header)) {
                sources.put(line.header, Files.readString(jextract.resolve(line.header + "_h.java")));
            }
            functions.add(function(line, declaration(line, sources.get(line.header))));
        }
        return functions;
    }

    /**
     * GraalVM's metadata: every combination of a descriptor and options for which the linker is asked, since a native
     * image can make no other calls. All supported architectures have the same.
     */
    public static String reachability(Path list, Path jextract) throws IOException {
        Set<String> entries = new TreeSet<>();
        for (Function f : functions(list, jextract)) {
            String types = IntStream.rangeClosed(1, f.arity())
                    .mapToObj(position -> f.shape().contains(position) ? "\"void*\"" : "\"jlong\"")
                    .collect(Collectors.joining(", "));
            for (boolean plain : f.is("both") ? new boolean[] {true, false} : new boolean[] {false}) {
                entries.add("      { \"returnType\": \"jlong\", \"parameterTypes\": [" + types + "]"
                        + (plain ? " }" : ", \"options\": { \"captureCallState\": true } }"));
            }
        }
        return """
                {
                  "comment": "Written by generated/regenerate from generated/functions. Do not edit.",
                  "foreign": {
                    "downcalls": [
                %s
                    ]
                  }
                }
                """.formatted(String.join(",\n", entries));
    }

    static List<Line> parse(List<String> list) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String text = list.get(i).strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            String[] words = text.split("\\s+");
            if (words.length < 3) {
                throw new IllegalArgumentException(
                        "line " + (i + 1) + ": header, function and result are needed: " + text);
            }
            Line line = new Line(i + 1, words[0], words[1], words[2], new TreeSet<>(), new LinkedHashMap<>());
            if (!RESULTS.contains(line.result)) {
                throw line.wrong("a result is one of " + new TreeSet<>(RESULTS) + ", not " + line.result);
            }
            for (String word : List.of(words).subList(3, words.length)) {
                String[] setting = word.split("=", 2);
                if (setting.length == 2 && SETTINGS.contains(setting[0])) {
                    line.settings.put(setting[0], setting[1]);
                } else if (FLAGS.contains(word)) {
                    line.flags.add(word);
                } else {
                    throw line.wrong("unknown: " + word);
                }
            }
            lines.add(line);
        }
        return lines;
    }

    /** Finds the descriptor and the C declaration of a function in a source of jextract's. */
    static Declaration declaration(Line line, String source) {
        Matcher holder = Pattern.compile("class " + line.name + " \\{\\s*\\w+ static final FunctionDescriptor "
                + "(?:BASE_)?DESC = FunctionDescriptor\\.of(Void)?\\(([^;]*)\\);").matcher(source);
        Matcher prototype = Pattern.compile("\\* (\\w[^\\n]*\\b" + line.name + "\\(([^\\n]*)\\))\\n")
                .matcher(source);
        if (!holder.find() || !prototype.find()) {
            throw line.wrong("jextract has no such function in " + line.header + ".h");
        }
        List<Type> types = new ArrayList<>();
        for (String layout : holder.group(2).split(",")) {
            if (!layout.isBlank()) {
                types.add(type(line, layout.strip()));
            }
        }
        Type result = holder.group(1) == null ? types.remove(0) : null;
        String[] names = prototype.group(2).replaceAll("(, )?\\.\\.\\.$", "").split(", ");
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < types.size(); i++) {
            String name = names[i].replaceFirst("\\[\\w*]$", "").replaceFirst(".*\\W", "").replaceFirst("^_+", "");
            parameters.add(new Parameter(types.get(i), name));
        }
        return new Declaration(prototype.group(1), result, parameters);
    }

    private static Type type(Line line, String layout) {
        return switch (layout.replaceFirst("^\\w+\\.", "")) {
            case "C_INT" -> Type.INT;
            case "C_LONG", "C_LONG_LONG" -> Type.LONG;
            case "C_POINTER" -> Type.POINTER;
            default -> throw line.wrong(layout + " cannot be passed: neither an int, a long nor a pointer");
        };
    }

    static Function function(Line line, Declaration declaration) {
        List<Parameter> parameters = new ArrayList<>(declaration.parameters);
        List<String> variadic = line.setting("variadic");
        for (int i = 0; i < variadic.size(); i++) {
            Type type = switch (variadic.get(i)) {
                case "int" -> Type.INT;
                case "long" -> Type.LONG;
                case "pointer" -> Type.POINTER;
                default -> throw line.wrong("variadic is int, long or pointer, not " + variadic.get(i));
            };
            parameters.add(new Parameter(type, variadic.size() == 1 ? "arg" : "arg" + (i + 1)));
        }
        List<String> own = new ArrayList<>(line.setting("own"));
        parameters.replaceAll(p -> p.type == Type.POINTER && own.remove(p.name)
                ? new Parameter(p.type, p.name, true, false) : p);
        if (!own.isEmpty()) {
            throw line.wrong("has no pointer named " + String.join(", ", own));
        }
        List<String> numbers = new ArrayList<>(line.setting("number"));
        parameters.replaceAll(p -> p.type != Type.POINTER && numbers.remove(p.name)
                ? new Parameter(p.type, p.name, false, true) : p);
        if (!numbers.isEmpty()) {
            throw line.wrong("has no number named " + String.join(", ", numbers));
        }
        Type expected = line.result.equals("void") ? null
                : line.result.equals("pointer") ? Type.POINTER
                : declaration.result == Type.LONG ? Type.LONG : Type.INT;
        if (declaration.result != expected) {
            throw line.wrong("does not return a " + line.result + ": " + declaration.c);
        }
        Function function = new Function(line, declaration, parameters);
        List<Integer> shape = function.shape(); // which refuses what has none
        if (parameters.size() > function.arity()) {
            throw line.wrong(
                    "has " + parameters.size() + " arguments: more than " + REGISTERS + " need a shape of their own");
        }
        for (int i = 0; i < parameters.size(); i++) {
            if (parameters.get(i).segment && !shape.contains(i + 1)) {
                throw line.wrong(parameters.get(i).name + " does not stand where the shape has memory: it is no segment");
            }
        }
        if (function.is("both") && !line.result.equals("value")) {
            throw line.wrong("without errno only values come back");
        }
        if (function.is("again") && !function.is("guarded")) {
            throw line.wrong("only what is guarded can be made again");
        }
        if (function.is("guarded") && (parameters.isEmpty() || parameters.get(0).type != Type.INT)) {
            throw line.wrong("its first argument is no descriptor, so nothing can be guarded");
        }
        for (String with : line.setting("with")) {
            if (!function.is("guarded") || parameters.stream().skip(1)
                    .noneMatch(p -> p.name.equals(with) && p.type == Type.INT && !p.segment)) {
                throw line.wrong("has no second descriptor named " + with + " to guard");
            }
        }
        return function;
    }

    // what is written

    private static final String HEAD = """
            // Written by generated/regenerate from generated/functions. Do not edit.

            package dev.pollux.internal;

            """;

    static String libc(List<Function> functions) {
        StringBuilder out = new StringBuilder(HEAD);
        out.append("""
                import java.lang.foreign.MemorySegment;
                import java.lang.invoke.MethodHandle;
                import java.util.Objects;

                /**
                 * The C functions, one method each, with C's names and arguments. A method returns what its function returns, or the
                 * negated errno if that failed; it decides nothing else. Where memory is the library's own, it is passed as an address,
                 * which nobody but the caller keeps alive; {@code s} is a piece of {@link Scratch} that the caller has filled. The
                 * methods named {@code _plain} do not ask for errno and return -1.
                 *
                 * <p>Each handle has a holder of its own, so that a program links only what it calls.
                 */
                public final class Libc {
                    private Libc() { }
                """);
        Set<String> holders = new TreeSet<>();
        for (Function f : functions) {
            if (f.is("both")) {
                method(out, f, true, holders.add(f.line.name + "_plain" + f.suffix()));
            }
            method(out, f, false, holders.add(f.line.name + f.suffix()));
        }
        out.append("\n    /** Links, ahead of the first call, what may be needed when nothing can be loaded any more. */\n")
                .append("    static void linkEarly() {\n");
        for (String holder : holders) {
            if (functions.stream().anyMatch(f -> f.is("early") && holder.matches(f.line.name + "(_plain)?"))) {
                out.append("        Objects.requireNonNull(").append(holder).append(".HANDLE);\n");
            }
        }
        return out.append("    }\n}\n").toString();
    }

    private static void method(StringBuilder out, Function f, boolean plain, boolean newHolder) {
        String name = f.line.name;
        String holder = name + (plain ? "_plain" : "") + f.suffix();
        if (newHolder) {
            String positions = f.isWide() ? ""
                    : f.shape().stream().map(position -> ", " + position).collect(Collectors.joining());
            out.append("\n    private static final class ").append(holder).append(" {\n")
                    .append("        static final MethodHandle HANDLE = Link.").append(plain ? "plain" : "captured")
                    .append("(\"").append(name).append("\"").append(positions).append(");\n    }\n");
        }
        boolean scratch = f.is("scratch") && !plain;
        StringJoiner parameters = new StringJoiner(", ");
        if (scratch) {
            parameters.add("MemorySegment s");
        }
        f.parameters.forEach(p -> parameters.add(p.java()));
        String c = "{@code " + f.declaration.c.replaceFirst("^extern ", "")
                .replaceAll("\\b(?!" + name + "\\b)_+(?=[a-z])", "") + "}";
        out.append(c.length() + 13 <= WIDTH ? "\n    /** " + c + " */\n"
                        : "\n    /**\n" + filled(c, "     * ") + "     */\n")
                .append(wrapped("    public static " + f.javaResult() + " " + name + (plain ? "_plain" : ""),
                        parameters.toString(), " {"));
        boolean takes = !plain && !scratch;
        out.append(takes ? "        MemorySegment s = Scratch.take();\n" : "").append("        try {\n");
        String call = "(long) " + holder + ".HANDLE.invokeExact(";
        StringJoiner arguments = new StringJoiner(", ");
        if (!plain) {
            arguments.add("s");
        }
        for (int i = 0; i < f.arity(); i++) {
            boolean pointer = f.shape().contains(i + 1);
            if (i >= f.parameters.size()) {
                arguments.add(pointer ? "MemorySegment.NULL" : "0L");
            } else {
                Parameter p = f.parameters.get(i);
                String wide = p.type == Type.INT ? "(long) " + p.name : p.name;
                arguments.add(!pointer ? wide
                        : p.segment ? p.name : "MemorySegment.ofAddress(" + p.name + ")");
            }
        }
        call += arguments + ")";
        String cut = f.declaration.result == Type.INT ? "(int) " : "";
        String statement = switch (f.line.result) {
            case "void" -> "long nothing = " + call;
            case "pointer" -> "return " + call;
            case "errno" -> "return -(int) " + call;
            default -> "return " + (plain ? cut + call : "Link.orErrno(" + cut + call + ", s)");
        };
        out.append(wrappedStatement(statement));
        out.append("        } catch (Throwable t) {\n            throw Link.rethrow(t);\n");
        out.append(takes ? "        } finally {\n            Scratch.give(s);\n        }\n" : "        }\n");
        out.append("    }\n");
    }

    static String guarded(List<Function> functions) {
        StringBuilder out = new StringBuilder(HEAD).append("""
                import dev.pollux.generated.errno_h;
                import java.lang.foreign.MemorySegment;

                /**
                 * The functions of {@link Libc} that use a descriptor, or two, which other threads may close meanwhile: a number
                 * stays what it is until the call has returned. Where the list says so, a call that a signal interrupts is made
                 * again, unless a descriptor has been closed meanwhile: then it ends with {@code -EINTR}.
                 */
                public final class Guarded {
                    private static final int EINTR = errno_h.EINTR();

                    private Guarded() { }
                """);
        for (Function f : functions) {
            if (f.is("guarded")) {
                boolean scratch = f.is("scratch");
                StringJoiner parameters = new StringJoiner(", ");
                StringJoiner arguments = new StringJoiner(", ");
                if (scratch) {
                    parameters.add("MemorySegment s");
                    arguments.add("s");
                }
                parameters.add("Guard guard");
                arguments.add("number");
                String with = f.line.settings.get("with");
                f.parameters.stream().skip(1).forEach(p -> {
                    parameters.add(p.name.equals(with) ? "Guard with" : p.java());
                    arguments.add(p.name.equals(with) ? "second" : p.name);
                });
                String type = f.javaResult();
                out.append("\n").append(wrapped("    public static " + type + " " + f.line.name, parameters.toString(), " {"))
                        .append("        int number = guard.enter();\n        try {\n");
                String indent = "            ";
                if (with != null) {
                    out.append("            int second = with.enter();\n            try {\n");
                    indent = "                ";
                }
                String call = "Libc." + f.line.name + "(" + arguments + ")";
                if (f.is("again")) {
                    out.append(indent).append(type).append(" result;\n").append(indent).append("do {\n").append(indent)
                            .append("    result = ").append(call).append(";\n").append(indent)
                            .append("} while (result == -EINTR && guard.isOpen()")
                            .append(with == null ? "" : " && with.isOpen()").append(");\n")
                            .append(indent).append("return result;\n");
                } else {
                    out.append(indent).append("return ").append(call).append(";\n");
                }
                if (with != null) {
                    out.append("            } finally {\n                with.leave();\n            }\n");
                }
                out.append("        } finally {\n            guard.leave();\n        }\n    }\n");
            }
        }
        return out.append("}\n").toString();
    }

    private static final int WIDTH = 120;

    private static String wrapped(String before, String parameters, String after) {
        String line = before + "(" + parameters + ")" + after;
        return line.length() <= WIDTH ? line + "\n"
                : before + "(\n" + filled(parameters + ")" + after, "            ");
    }

    private static String wrappedStatement(String statement) {
        String line = "            " + statement + ";\n";
        if (line.length() <= WIDTH) {
            return line;
        }
        int call = statement.indexOf(".invokeExact(") + ".invokeExact(".length();
        return "            " + statement.substring(0, call) + "\n"
                + filled(statement.substring(call) + ";", "                    ");
    }

    /** A list that goes over as many lines as it needs, broken behind its commas. */
    private static String filled(String list, String indent) {
        StringBuilder lines = new StringBuilder(indent);
        int column = indent.length();
        for (String item : list.split("(?<=, )")) {
            if (column + item.stripTrailing().length() > WIDTH) {
                lines.setLength(lines.length() - 1);
                lines.append("\n").append(indent);
                column = indent.length();
            }
            lines.append(item);
            column += item.length();
        }
        return lines.append("\n").toString();
    }

    /** The names of the functions in the list, and the header of each, for whoever has to know them all. */
    public static Map<String, String> names(Path list) throws IOException {
        return parse(Files.readAllLines(list)).stream()
                .collect(Collectors.toMap(Line::name, Line::header, (first, again) -> first, TreeMap::new));
    }

    /** Those of them that a libc which is supported lacks. */
    public static Set<String> absent(Path list) throws IOException {
        return parse(Files.readAllLines(list)).stream().filter(line -> line.flags.contains("absent")).map(Line::name)
                .collect(Collectors.toSet());
    }
}
