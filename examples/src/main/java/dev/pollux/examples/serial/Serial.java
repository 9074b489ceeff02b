package dev.pollux.examples.serial;

import dev.pollux.ErrnoException;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.Termios;
import dev.pollux.Termios.Flag;
import dev.pollux.TermiosException;
import dev.pollux.Winsize;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A serial line: the command {@code serial}. */
@Command(name = "serial",
        description = "Prints a serial line's settings, as stty does; with --baud makes others, as long as it runs, and"
                + " prints the frames that come, each ended by a silence; with --ask sends one first.",
        footer = {"", "socat pty,link=/tmp/a,raw pty,link=/tmp/b,raw &", "examples/run serial /tmp/a --baud 250000 &",
            "examples/run serial /tmp/b --baud 250000 --ask 010300000002 --count 1"})
public final class Serial implements Callable<Integer> {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    enum Parity { none, even, odd, mark, space }

    enum Flow { none, rtscts, xonxoff }

    @Spec
    private CommandSpec command;

    @Parameters(paramLabel = "DEVICE", description = "The line, such as /dev/ttyUSB0.")
    private Path device;

    @Option(names = "--baud", paramLabel = "N", description = "Bits per second, any number.")
    private int baud;

    @Option(names = "--parity", defaultValue = "none", description = "${COMPLETION-CANDIDATES}.")
    private Parity parity;

    @Option(names = "--stop", paramLabel = "BITS", defaultValue = "1", description = "1 or 2.")
    private int stop;

    @Option(names = "--flow", defaultValue = "none", description = "${COMPLETION-CANDIDATES}.")
    private Flow flow;

    @Option(names = "--silence", paramLabel = "MS", defaultValue = "20",
            description = "What ends a frame, in milliseconds (default: ${DEFAULT-VALUE}).")
    private int silence;

    @Option(names = "--ask", paramLabel = "HEX", description = "Send this first, and its checksum.")
    private String ask;

    @Option(names = "--count", paramLabel = "N", defaultValue = "0", description = "End after so many frames.")
    private int count;

    @Override
    public Integer call() throws IOException {
        if (baud < 0 || stop < 1 || stop > 2 || silence < 1) {
            throw new ParameterException(command.commandLine(),
                    "--baud is not negative, --stop is 1 or 2, --silence at least 1");
        }
        byte[] question = question();
        try (Fd line = Fcntl.open(device, Fcntl.O_RDWR | Fcntl.O_NOCTTY | Fcntl.O_NONBLOCK)) {
            if (baud == 0) {
                System.out.println(Stty.all(Termios.get(line), Winsize.get(line)));
                return 0;
            }
            try (Termios.Change change = Termios.change(line, this::settings, Termios.TCSANOW)) {
                // SIGINT ends the JVM without coming back here
                Runtime.getRuntime().addShutdownHook(new Thread(() -> restore(change)));
                System.out.println(Stty.all(Termios.get(line), Winsize.get(line)));
                converse(line, question);
            }
        } catch (ErrnoException | TermiosException e) {
            throw new ParameterException(command.commandLine(), device + ": " + e.getMessage(), e);
        }
        return 0;
    }

    private byte[] question() {
        try {
            return ask == null ? null : HexFormat.of().parseHex(ask);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--ask " + ask + " is not in hexadecimal", e);
        }
    }

    private static void restore(Termios.Change change) {
        try {
            change.close();
        } catch (IOException | IllegalStateException e) {
            // restored and closed already, or unplugged
        }
    }

    private Termios settings(Termios before) {
        Termios raw = before.raw().speed(baud).with(Flag.CLOCAL, Flag.CREAD)
                .without(Flag.PARENB, Flag.PARODD, Flag.CMSPAR, Flag.CSTOPB, Flag.CRTSCTS, Flag.IXON, Flag.IXOFF);
        raw = stop == 2 ? raw.with(Flag.CSTOPB) : raw;
        raw = switch (flow) {
            case none -> raw;
            case rtscts -> raw.with(Flag.CRTSCTS);
            case xonxoff -> raw.with(Flag.IXON, Flag.IXOFF);
        };
        return switch (parity) {
            case none -> raw;
            case even -> raw.with(Flag.PARENB);
            case odd -> raw.with(Flag.PARENB, Flag.PARODD);
            case mark -> raw.with(Flag.PARENB, Flag.PARODD, Flag.CMSPAR);
            case space -> raw.with(Flag.PARENB, Flag.CMSPAR);
        };
    }

    private void converse(Fd line, byte[] question) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            Frames frames = new Frames(line, Duration.ofMillis(silence), arena);
            if (question != null) {
                frames.send(question);
            }
            for (int i = 0; count == 0 || i < count; i++) {
                byte[] frame = frames.next(Duration.ofDays(1));
                if (frame == null) {
                    return;
                }
                System.out.println("frame " + HEX.formatHex(frame)
                        + (Frames.isWhole(frame) ? "" : " (wrong checksum)"));
            }
        }
    }
}
