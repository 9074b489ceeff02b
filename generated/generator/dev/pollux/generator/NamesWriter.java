package dev.pollux.generator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Writes {@code Names}: what C calls the bits and numbers that the library prints, as the public classes declare them,
 * so that nothing has to be looked up by reflection.
 *
 * <pre>NamesWriter PUBLIC-CLASSES OUTPUT-DIRECTORY</pre>
 */
public final class NamesWriter {
    /** A method that is written: the constants of a class with such names. */
    private record Table(String method, String type, String names) { }

    private static final List<Table> TABLES = List.of(
            // names with an underscore, such as EPOLL_CLOEXEC, are no events
            new Table("epollEvents", "Epoll", "EPOLL[A-Z]+"),
            new Table("pollEvents", "Poll", "POLL[A-Z]+"),
            // IN_NONBLOCK is the bit of IN_MOVE_SELF
            new Table("inotifyEvents", "Inotify", "IN_(?!NONBLOCK|CLOEXEC)\\w+"),
            new Table("messageFlags", "SocketFd", "MSG_\\w+"),
            new Table("modemLines", "Terminal", "TIOCM_\\w+"),
            new Table("seals", "MemFd", "F_SEAL_\\w+"),
            new Table("signals", "SigSet", "SIG\\w+"),
            new Table("errors", "Errno", "E\\w+"));

    private NamesWriter() { }

    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: NamesWriter CLASSES OUTPUT");
            System.exit(2);
        }
        for (Map.Entry<String, String> file : write(Path.of(args[0])).entrySet()) {
            Files.writeString(Files.createDirectories(Path.of(args[1])).resolve(file.getKey()), file.getValue());
        }
    }

    /** The texts of the files to be written, by name. */
    public static Map<String, String> write(Path classes) throws IOException {
        TreeSet<String> imports = new TreeSet<>();
        StringBuilder methods = new StringBuilder();
        for (Table table : TABLES) {
            List<MatchResult> constants = Pattern.compile(
                    "(?m)^    public static final int (" + table.names + ") = ((\\w+_h)\\.\\w+\\(\\));$")
                    .matcher(Files.readString(classes.resolve(table.type + ".java"))).results().toList();
            if (constants.isEmpty()) {
                throw new IllegalArgumentException(table.type + " has no constants named " + table.names);
            }
            methods.append("\n    /** Those of {@code ").append(table.type).append("}. */\n    public static void ")
                    .append(table.method).append("(ObjIntConsumer<String> names) {\n");
            for (MatchResult constant : constants) {
                imports.add("import dev.pollux.generated." + constant.group(3) + ";\n");
                methods.append("        names.accept(\"").append(constant.group(1)).append("\", ")
                        .append(constant.group(2)).append(");\n");
            }
            methods.append("    }\n");
        }
        return Map.of("Names.java", """
                // Written by generated/regenerate from the public constants. Do not edit.

                package dev.pollux.internal;

                """ + String.join("", imports) + """
                import java.util.function.ObjIntConsumer;

                /**
                 * What C calls the bits and numbers that are printed: each name with its value, in the order in which the public
                 * class declares them. Where two names have one value, the first is the usual one.
                 */
                public final class Names {
                    private Names() { }
                """ + methods + "}\n");
    }
}
