package dev.pollux.examples.shared;

import dev.pollux.Fd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** For {@link StdioTest}: closes descriptors, which the JVM has not filled then, and writes down what is there after. */
final class StdioChild {
    private StdioChild() { }

    /** The file to write to, and the numbers to close. */
    public static void main(String[] args) throws Exception {
        Stdio.install(); // and with it, the jars are open
        for (int i = 1; i < args.length; i++) {
            Fd.adopt(Integer.parseInt(args[i])).close();
        }
        Stdio.install();
        List<String> targets = new ArrayList<>();
        for (int number = 0; number < 3; number++) {
            targets.add(Files.readSymbolicLink(Path.of("/proc/self/fd/" + number)).toString().replaceAll(":.*", ""));
        }
        System.out.println("to stdout");
        System.err.println("to stderr");
        Stdio.check();
        targets.add(Integer.toString(Stdio.stdin().fd()));
        Files.write(Path.of(args[0]), targets);
    }
}
