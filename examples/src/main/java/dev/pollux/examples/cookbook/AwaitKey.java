package dev.pollux.examples.cookbook;

import dev.pollux.Fd;
import dev.pollux.Poll;
import dev.pollux.Termios;
import java.io.IOException;
import java.time.Duration;

/**
 * Wait for a key, without Enter, for ten seconds. The terminal is as it was afterwards, but not after ^C or kill: a
 * shutdown hook that closes the Change does that, see examples/terminal.
 */
final class AwaitKey {
    private AwaitKey() { }

    public static void main(String[] args) throws IOException {
        Fd terminal = Fd.borrow(Fd.STDIN_FILENO);
        try (var _ = Termios.change(terminal, t -> t.cbreak().without(Termios.Flag.ECHO), Termios.TCSANOW)) {
            System.out.println("press a key");
            byte[] key = new byte[8]; // an arrow is three bytes
            if (terminal.await(Poll.POLLIN, Duration.ofSeconds(10)) == 0) {
                System.out.println("no key");
            } else {
                int n = terminal.read(key, 0, key.length);
                System.out.println("key " + (n == 1 ? (char) key[0] : "of " + n + " bytes"));
            }
        }
    }
}
