package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/** JVMs of their own, with the library, its tests and their assertions on the class path. */
public final class Child {
    private static final long LONGEST_SECONDS = 100 * Support.PATIENCE;

    private Child() { }

    /** A JVM with these options that runs a {@code main}; not started yet. */
    public static ProcessBuilder java(List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // where coverage is measured, there as well
        ProcessHandle.current().info().arguments().stream().flatMap(Stream::of)
                .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("jacoco"))
                .forEach(command::add);
        command.addAll(options);
        command.add("-cp");
        command.add(Stream.of(Epoll.class, main, Assertions.class, JUnitException.class, AssertionFailedError.class)
                .map(type -> root(type).toString()).collect(Collectors.joining(File.pathSeparator)));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    /** The same, with native access. */
    public static ProcessBuilder java(Class<?> main, String... arguments) {
        return java(List.of("--enable-native-access=ALL-UNNAMED"), main, arguments);
    }

    /** The same, in a process that may have so many files open. */
    static ProcessBuilder withOpenFiles(int limit, Class<?> main, String... arguments) {
        ProcessBuilder java = java(main, arguments);
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"));
        command.addAll(java.command());
        return java.command(command);
    }

    /** The same with one library more. */
    static ProcessBuilder with(Class<?> library, ProcessBuilder java) {
        int path = java.command().indexOf("-cp") + 1;
        java.command().set(path, java.command().get(path) + File.pathSeparator + root(library));
        return java;
    }

    /** The same with the library in a jar, as users have it: which is made of its classes, here. */
    public static ProcessBuilder withJar(Path jar, ProcessBuilder java) throws IOException {
        Path classes = root(Epoll.class);
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
            }
        }
        java.command().replaceAll(argument -> argument.startsWith(classes + File.pathSeparator)
                ? jar + argument.substring(classes.toString().length()) : argument);
        return java;
    }

    /** Runs a process to its end, and returns what it printed. */
    public static String run(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        process.onExit().orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS).exceptionally(_ -> process.destroyForcibly());
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output;
    }

    /** Whether there is such a program, which ends with 0. */
    static boolean succeeds(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** The directory or jar that a class comes from; its code source would name the module that it is patched into. */
    static Path root(Class<?> type) {
        String name = type.getName().replace('.', '/') + ".class";
        URL url = type.getResource('/' + name);
        try {
            if (url.getProtocol().equals("jar")) {
                String file = url.toString();
                return Path.of(new URI(file.substring("jar:".length(), file.indexOf("!/"))));
            }
            Path path = Path.of(url.toURI());
            for (int i = Path.of(name).getNameCount(); i > 0; i--) {
                path = path.getParent();
            }
            return path;
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }
}
