package dev.pollux.examples.child;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.PidFd;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A child's output while it runs, and its end, by one epoll: the command {@code child}. */
@Command(name = "child",
        description = "Starts a child process, and prints what it writes as it comes, and how it ends.",
        footer = {"", "Try: examples/run child --terminal --input hello 'tty; cat'",
            "Ends with 130 after SIGINT, 143 after SIGTERM."})
public final class Child implements Callable<Integer> {
    private static final int STOP = -1;
    private static final int ENDED = -2;
    private static final int READ_SIZE = 4096;
    /** An empty pipe, socket or terminal takes so much at once. */
    private static final int MOST_INPUT = 2048;

    @Spec
    private CommandSpec command;

    @Option(names = "--socket", description = "Its standard input and output are one end of a pair of sockets.")
    private boolean onSocket;

    @Option(names = "--terminal", description = "It has a terminal of its own.")
    private boolean onTerminal;

    @Option(names = "--input", paramLabel = "TEXT", defaultValue = "",
            description = "A line that it can read (default: none).")
    private String input;

    @Parameters(paramLabel = "COMMAND", arity = "0..1",
            defaultValue = "echo one; sleep 1; echo two >&2; sleep 1; echo three; exit 7",
            description = "What it runs, by sh -c (default: ${DEFAULT-VALUE}).")
    private String child;

    private final byte[] buffer = new byte[READ_SIZE];

    /** What the child writes to, seen from this side, and the line that has begun. */
    private record Output(String name, Fd fd, ByteArrayOutputStream line) {
        Output(String name, Fd fd) {
            this(name, fd, new ByteArrayOutputStream());
        }

        void print(byte[] bytes, int count) {
            for (int i = 0; i < count; i++) {
                if (bytes[i] == '\n') {
                    print();
                } else {
                    line.write(bytes[i]);
                }
            }
        }

        /** Also where the output ends in the middle of it. */
        void print() {
            System.out.println(name + "  " + Escaped.of(line.toString(StandardCharsets.UTF_8)));
            line.reset();
        }
    }

    @Override
    public Integer call() throws Exception {
        byte[] text = input.isEmpty() ? new byte[0] : (input + "\n").getBytes(StandardCharsets.UTF_8);
        if (onSocket && onTerminal) {
            throw new ParameterException(command.commandLine(), "--socket and --terminal exclude each other");
        }
        if (text.length > MOST_INPUT) {
            throw new ParameterException(command.commandLine(), "--input is longer than " + MOST_INPUT + " bytes");
        }
        try (StopSignal stop = new StopSignal(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined();
                Started started = onSocket ? Started.onSocket(child, text)
                        : onTerminal ? Started.onTerminal(child, text) : Started.onPipes(child, text)) {
            epoll.add(stop.eventFd, Epoll.EPOLLIN, STOP);
            List<Output> outputs = new ArrayList<>();
            for (int i = 0; i < started.outputs.size(); i++) {
                outputs.add(new Output(started.outputs.size() == 1 ? "out" : List.of("out", "err").get(i),
                        started.outputs.get(i)));
                epoll.add(outputs.get(i).fd, Epoll.EPOLLIN, i);
            }
            try (PidFd pidFd = pidFd(started.process)) {
                if (pidFd != null) {
                    epoll.add(pidFd, Epoll.EPOLLIN, ENDED);
                    if (!run(epoll, EpollEvents.allocate(arena, 4), outputs)) {
                        return 0; // the stop signal has set the exit code
                    }
                }
            }
            // it has written all that it will: what others may still write, to whom it gave its output, is not awaited
            outputs.forEach(this::drain);
            System.out.println("exit " + started.process.waitFor());
        }
        return 0;
    }

    /** Null if it has ended already: Java has waited for it then, and its number may be another's. */
    private static PidFd pidFd(Process process) throws IOException {
        try {
            return PidFd.of(process.toHandle());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            return null;
        }
    }

    /** Prints what comes until the child ends; false if this process is to end first. */
    private boolean run(Epoll epoll, EpollEvents events, List<Output> outputs) throws IOException {
        for (;;) {
            Stdio.check();
            int n = epoll.await(events);
            boolean ended = false;
            for (int i = 0; i < n; i++) {
                int what = (int) events.data(i);
                if (what == STOP) {
                    return false;
                }
                ended |= what == ENDED;
                if (what >= 0 && read(outputs.get(what)) == 0) {
                    epoll.remove(outputs.get(what).fd); // it stays readable
                }
            }
            if (ended) {
                return true;
            }
        }
    }

    private void drain(Output output) {
        try {
            while (read(output) > 0) { }
        } catch (IOException e) {
            System.out.println(output.name + "  is broken: " + e.getMessage());
        }
        if (output.line.size() > 0) {
            output.print();
        }
    }

    /** The number of bytes; 0 at the end, which of a terminal is EIO, and of a socket may be a reset. */
    private int read(Output output) throws IOException {
        int n;
        try {
            n = output.fd.read(buffer, 0, buffer.length);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EIO && e.errno() != Errno.ECONNRESET) {
                throw e;
            }
            return 0;
        }
        output.print(buffer, n);
        return n;
    }
}
