package dev.pollux.examples.shared;

import dev.pollux.examples.Main;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Another JVM that runs an example. */
public final class Jvm {
    private Jvm() { }

    /** Starts a process that does not outlive this one, unless this one is killed. */
    public static Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        } catch (IllegalStateException e) { // a signal was faster
            process.destroyForcibly();
            throw new IOException("this program is ending already", e);
        }
        return process;
    }

    /** The command line, with this JVM's own module path. */
    public static List<String> command(List<String> options, String... arguments) {
        return command(System.getProperty("jdk.module.path", ""), options, arguments);
    }

    static List<String> command(String modulePath, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=dev.pollux,dev.pollux.examples", "--illegal-native-access=deny"));
        command.addAll(options);
        command.addAll(List.of("--module-path", modulePath, "--module", "dev.pollux.examples/" + Main.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
