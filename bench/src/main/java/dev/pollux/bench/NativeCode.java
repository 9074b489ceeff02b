package dev.pollux.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The C code of the bench, compiled when it is asked for. */
final class NativeCode {
    private final Path sources;
    private final Path target;
    private final boolean compiler;

    /** Takes {@code cc} from the PATH. */
    NativeCode(Path bench) {
        sources = bench.resolve("src/main/c");
        target = bench.resolve("target/c");
        compiler = onPath("cc");
        if (!compiler) {
            System.err.println("bench: there is no cc (C compiler) on the PATH: the comparison with C is left out");
        }
    }

    /** Whether a command is on the PATH. */
    static boolean onPath(String command) {
        for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(directory, command))) {
                return true;
            }
        }
        return false;
    }

    Optional<Path> library(String name) throws IOException, InterruptedException {
        return compile(name, "lib" + name + ".so", "-shared", "-fPIC");
    }

    Optional<Path> program(String name) throws IOException, InterruptedException {
        return compile(name, name);
    }

    private Optional<Path> compile(String name, String result, String... options)
            throws IOException, InterruptedException {
        if (!compiler) {
            return Optional.empty();
        }
        Files.createDirectories(target);
        Path output = target.resolve(result);
        List<String> command = new ArrayList<>(List.of("cc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror",
                "-pthread"));
        command.addAll(List.of(options));
        command.addAll(List.of("-o", output.toString(), sources.resolve(name + ".c").toString()));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IOException("the C compiler refused: " + String.join(" ", command));
        }
        return Optional.of(output);
    }
}
