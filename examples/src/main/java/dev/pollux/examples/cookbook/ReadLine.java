package dev.pollux.examples.cookbook;

import dev.pollux.Fd;
import dev.pollux.Poll;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;

/** Read a line from standard input, and give up after five seconds without one. */
final class ReadLine {
    private ReadLine() { }

    public static void main(String[] args) throws IOException {
        Fd stdin = Fd.borrow(Fd.STDIN_FILENO); // not System.in: what that has buffered nobody can wait for
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        byte[] one = new byte[1];
        while (stdin.awaitNanos(Poll.POLLIN, Math.max(0, end - System.nanoTime())) != 0) {
            int n = stdin.read(one, 0, 1);
            if (n == 0 && line.size() == 0) {
                System.out.println("end of file");
                return;
            } else if (n == 0 || n == 1 && one[0] == '\n') {
                System.out.println("line: " + line);
                return;
            }
            line.write(one, 0, Math.max(0, n)); // nothing, if somebody else has read it
        }
        System.out.println("too late: " + line);
    }
}
