package dev.pollux.examples.echo;

import dev.pollux.FdSet;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code echo}. */
@Command(name = "echo",
        description = "Sends every client back what it sends: single-threaded (but for virtual) and non-blocking.",
        footer = {"", "Ends with 0 after --once, 130 after SIGINT, 143 after SIGTERM."})
public final class Echo implements Callable<Integer> {
    private static final int LARGEST_BUFFER = 1 << 26;
    private static final int LARGEST_SET = 1 << 24;

    @Spec
    private CommandSpec command;

    @Option(names = "--backend", paramLabel = "NAME", defaultValue = "epoll",
            description = "How to wait: " + Backend.NAMES + " (default: ${DEFAULT-VALUE}).")
    private Backend backend;

    @Mixin
    private ListenOptions where;

    @Option(names = "--buffer", paramLabel = "BYTES", defaultValue = "65536",
            description = "How much to keep for a client that does not read; while that is full, nothing more is read"
                    + " from it (default: ${DEFAULT-VALUE}).")
    private int bufferSize;

    @Option(names = "--fd-set-size", paramLabel = "N",
            description = "select only: descriptors of this number and above are refused; rounded up to a multiple of"
                    + " 64 (default: FD_SETSIZE, 1024).")
    private Integer fdSetSize;

    @Option(names = "--once",
            description = "The simplest server of the tutorials: answers the first request, as much of it as one read"
                    + " returns, closes, and ends.")
    private boolean once;

    @Override
    public Integer call() throws IOException {
        require(bufferSize > 0 && bufferSize <= LARGEST_BUFFER, "--buffer is not from 1 to " + LARGEST_BUFFER);
        require(fdSetSize == null || backend == Backend.SELECT, "--fd-set-size is for --backend select only");
        require(fdSetSize == null || fdSetSize > 0 && fdSetSize <= LARGEST_SET,
                "--fd-set-size is not from 1 to " + LARGEST_SET);
        EchoServer.Options options =
                new EchoServer.Options(bufferSize, fdSetSize == null ? FdSet.FD_SETSIZE : fdSetSize, once);
        try (StopSignal stop = new StopSignal();
                Listener listener = where.listen();
                EchoServer server = backend.open(listener, stop.eventFd, options)) {
            System.out.println("echo (" + backend + ") listening on " + ListenOptions.text(listener.address())
                    + ", pid " + ProcessHandle.current().pid());
            Stdio.check();
            server.run();
        }
        return 0;
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(command.commandLine(), complaint);
        }
    }
}
