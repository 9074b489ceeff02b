package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public API as text, a member a line: whoever changes it changes {@code src/api.txt} in the same commit, by
 * {@code mvn test -pl src -Dtest=ApiTest -Dapi=write}.
 */
class ApiTest {
    private static final Path COMMITTED = Path.of("api.txt");
    private static final int VISIBLE = Modifier.PUBLIC | Modifier.PROTECTED;

    @Test
    void theApiIsTheCommittedOne() throws Exception {
        List<String> found = List.copyOf(api());
        assertTrue(found.size() > 1000, found.size() + " lines");
        if ("write".equals(System.getProperty("api"))) {
            Files.write(COMMITTED, found);
        }
        List<String> committed = Files.readAllLines(COMMITTED);
        List<String> gone = new ArrayList<>(committed);
        gone.removeAll(found);
        List<String> come = new ArrayList<>(found);
        come.removeAll(committed);
        assertEquals("", Stream.concat(gone.stream().map(line -> "- " + line), come.stream().map(line -> "+ " + line))
                .collect(Collectors.joining("\n")), "if that is meant: mvn test -pl src -Dtest=ApiTest -Dapi=write");
        assertEquals(found, committed, "the order");
    }

    private static TreeSet<String> api() throws Exception {
        TreeSet<String> lines = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(
                Child.root(Epoll.class).resolve("dev/pollux"), "*.class")) {
            for (Path file : files) {
                String name = file.getFileName().toString().replace(".class", "");
                if (name.equals("package-info")) {
                    continue;
                }
                Class<?> type = Class.forName("dev.pollux." + name, false, ApiTest.class.getClassLoader());
                if (isVisible(type)) {
                    describe(type, lines);
                }
            }
        }
        return lines.stream().map(line -> line.replaceAll("org\\.jspecify\\.annotations\\.Nullable(\\(\\))?", "Nullable"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isVisible(Class<?> type) {
        return (type.getModifiers() & VISIBLE) != 0
                && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static void describe(Class<?> type, TreeSet<String> lines) {
        String prefix = type.getName().substring("dev.pollux.".length()) + " ";
        StringBuilder head = new StringBuilder(prefix + ": " + deprecated(type) + type.toGenericString());
        if (type.getSuperclass() != null && type.getSuperclass() != Object.class && isPublic(type.getSuperclass())) {
            head.append(" extends ").append(type.getGenericSuperclass().getTypeName());
        }
        if (type.getInterfaces().length > 0) {
            head.append(" implements ").append(Stream.of(type.getGenericInterfaces())
                    .map(Type::getTypeName).collect(Collectors.joining(", ")));
        }
        if (type.isSealed()) {
            head.append(" permits ").append(Stream.of(type.getPermittedSubclasses()).filter(ApiTest::isVisible)
                    .map(Class::getSimpleName).collect(Collectors.joining(", ")));
        }
        if (type.isRecord()) {
            head.append(' ').append(Stream.of(type.getRecordComponents()).map(RecordComponent::toString).toList());
        }
        lines.add(head.toString());
        members(type, prefix, lines);
        // what is inherited from where nobody else can see it
        for (Class<?> above = type.getSuperclass(); above != null && !isPublic(above); above = above.getSuperclass()) {
            members(above, prefix, lines);
        }
    }

    private static boolean isPublic(Class<?> type) {
        return Modifier.isPublic(type.getModifiers());
    }

    private static void members(Class<?> type, String prefix, TreeSet<String> lines) {
        for (Field field : type.getDeclaredFields()) {
            if ((field.getModifiers() & VISIBLE) != 0 && !field.isSynthetic()) {
                lines.add(prefix + deprecated(field) + modifiers(field.getModifiers(), Modifier.fieldModifiers())
                        + field.getAnnotatedType() + " " + field.getName());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if ((constructor.getModifiers() & VISIBLE) != 0 && !constructor.isSynthetic() && isPublic(type)) {
                lines.add(prefix + call(constructor, "new"));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            if ((method.getModifiers() & VISIBLE) != 0 && !method.isSynthetic()) {
                lines.add(prefix + call(method, method.getAnnotatedReturnType() + " " + method.getName()));
            }
        }
    }

    private static String deprecated(AnnotatedElement element) {
        Deprecated deprecated = element.getAnnotation(Deprecated.class);
        return deprecated == null ? "" : deprecated.forRemoval() ? "@Deprecated(forRemoval) " : "@Deprecated ";
    }

    private static String modifiers(int modifiers, int known) {
        // as an implementation detail, synchronized is no part of it
        String text = Modifier.toString(modifiers & known & ~Modifier.SYNCHRONIZED & ~Modifier.TRANSIENT);
        return text.isEmpty() ? "" : text + " ";
    }

    private static String call(Executable call, String name) {
        String variables = Stream.of(call.getTypeParameters()).map(ApiTest::variable).collect(Collectors.joining(", "));
        return deprecated(call) + modifiers(call.getModifiers(), Modifier.methodModifiers())
                + (variables.isEmpty() ? "" : "<" + variables + "> ")
                + name + "(" + types(call.getAnnotatedParameterTypes()) + ")"
                + (call.getExceptionTypes().length == 0 ? "" : " throws " + types(call.getAnnotatedExceptionTypes()));
    }

    private static String variable(TypeVariable<?> variable) {
        return variable.getName() + " extends " + types(variable.getAnnotatedBounds());
    }

    private static String types(AnnotatedType[] types) {
        return Arrays.stream(types).map(AnnotatedType::toString).collect(Collectors.joining(", "));
    }
}
