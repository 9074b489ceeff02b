package dev.pollux.examples.cookbook;

import dev.pollux.FdStreams;
import dev.pollux.Pipe;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;

/**
 * A child's output while it runs, and its exit code. The pipe is ours, so epoll can wait for it, too. A grandchild that
 * keeps the pipe keeps this waiting: examples/child.
 */
final class ChildOutput {
    private ChildOutput() { }

    public static void main(String[] args) throws IOException, InterruptedException {
        try (Pipe pipe = Pipe.create()) {
            Process child = new ProcessBuilder("sh", "-c", "echo one; sleep 0.2; echo two; exit 7")
                    .redirectOutput(new File("/proc/self/fd/" + pipe.writer().fd()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT).start();
            pipe.writer().close(); // the child has its own: when it is gone, so is the last writer
            var lines = new BufferedReader(new InputStreamReader(FdStreams.inputStream(pipe.reader())));
            for (String line; (line = lines.readLine()) != null;) {
                System.out.println("child: " + line);
            }
            System.out.println("exit code " + child.waitFor());
        }
    }
}
