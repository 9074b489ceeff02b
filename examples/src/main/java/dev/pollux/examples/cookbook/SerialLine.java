package dev.pollux.examples.cookbook;

import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.FdStreams;
import dev.pollux.Poll;
import dev.pollux.Termios;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A serial line: 115200 8N1, a command, and what is answered until the line is silent for half a second. */
final class SerialLine {
    private SerialLine() { }

    public static void main(String[] args) throws IOException {
        byte[] command = "AT\r".getBytes(StandardCharsets.US_ASCII);
        byte[] bytes = new byte[256];
        try (Fd line = Fcntl.open(Path.of(args[0]), Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_NONBLOCK);
                var _ = Termios.change(line, t -> t.raw().without(Termios.Flag.CSTOPB, Termios.Flag.CRTSCTS)
                        .speed(115_200), Termios.TCSANOW)) {
            FdStreams.writeFully(line, command, 0, command.length, Duration.ofSeconds(1));
            while (line.await(Poll.POLLIN, Duration.ofMillis(500)) != 0) {
                int n = line.read(bytes, 0, bytes.length);
                if (n == 0) {
                    break; // hung up
                }
                System.out.print(new String(bytes, 0, Math.max(0, n), StandardCharsets.US_ASCII));
            }
        }
    }
}
