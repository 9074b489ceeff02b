package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The README of the tests names classes and methods: they exist. */
@Timeout(60)
class ReadmeTest {
    private static final Path MODULE = Path.of(System.getProperty("basedir", ""));
    private static final Path README = MODULE.resolve("test/README.md");

    /** {@code `SomeTest`}, {@code `SomeTest.aMethod`}, or {@code `aMethod`} of a class that the same cell names. */
    private static final Pattern NAME = Pattern.compile("`(?:\\w+/)?(?:([A-Z]\\w*)(?:\\.(\\w+))?|([a-z]+[A-Z]\\w*))`");
    private static final Pattern METHOD = Pattern.compile("(?m)^    void (\\w+)\\(");

    /** The cells that name tests: the first of a row in the table of classes, the last in those that follow. */
    private static List<String> cells() throws IOException {
        List<String> cells = new ArrayList<>();
        String section = "";
        for (String line : Files.readAllLines(README)) {
            if (line.startsWith("#")) {
                section = line;
            } else if (line.startsWith("|") && !section.equals("## Coverage")) {
                String[] row = line.split(" *\\| *", -1);
                cells.add(section.startsWith("# ") ? row[1] : row[row.length - 2]);
            }
        }
        return cells;
    }

    /** The methods of the tests, those of the examples among them, where the servers are; and the library's classes. */
    private static Map<String, Set<String>> methods() throws IOException {
        Map<String, Set<String>> methods = new HashMap<>();
        for (String root : List.of("main/java", "test/java", "../examples/src/test/java")) {
            try (Stream<Path> files = Files.walk(MODULE.resolve(root))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(file -> {
                    try {
                        methods.put(name(file), METHOD.matcher(Files.readString(file)).results()
                                .map(method -> method.group(1)).collect(Collectors.toSet()));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        }
        return methods;
    }

    private static String name(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    @Test
    void everyTestThatItNamesExists() throws IOException {
        Map<String, Set<String>> methods = methods();
        List<String> missing = new ArrayList<>();
        int named = 0;
        for (String cell : cells()) {
            List<MatchResult> names = NAME.matcher(cell).results().toList();
            Set<String> ofTheirClasses = names.stream()
                    .flatMap(name -> methods.getOrDefault(name.group(1), Set.of()).stream()).collect(Collectors.toSet());
            for (MatchResult name : names) {
                Set<String> found = name.group(1) == null ? ofTheirClasses : methods.get(name.group(1));
                String method = name.group(1) == null ? name.group(3) : name.group(2);
                named += method == null ? 0 : 1;
                if (found == null ? !name.group(1).equals("XTest") : method != null && !found.contains(method)) {
                    missing.add(name.group());
                }
            }
        }
        assertEquals(List.of(), missing);
        assertTrue(named > 50, named + " methods found: the README looks different now, and so must this test");
    }

    @Test
    void everyTestIsNamedInItOrAfterTheClassThatItTests() throws IOException {
        Set<String> classes = new HashSet<>();
        try (Stream<Path> files = Files.walk(MODULE.resolve("main/java"))) {
            files.forEach(file -> classes.add(name(file) + "Test"));
        }
        cells().forEach(cell -> NAME.matcher(cell).results().forEach(name -> classes.add(name.group(1))));
        try (Stream<Path> files = Files.walk(MODULE.resolve("test/java"))) {
            assertEquals(List.of(), files.map(ReadmeTest::name)
                    .filter(name -> name.endsWith("Test") && !classes.contains(name)).toList());
        }
    }
}
