package dev.pollux.examples.kv;

import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code kv}. */
@Command(name = "kv", description = "A key-value store that the clients of Redis use without noticing.",
        footer = {"", "Ends with 130 after SIGINT, 143 after SIGTERM, 1 if the append-only file cannot be written."})
public final class Kv implements Callable<Integer> {
    private static final long LEAST_MEMORY = 1 << 20;
    private static final long MOST_MEMORY = 1L << 40;
    private static final int MOST_REQUEST = 512 << 20;

    @Spec
    private CommandSpec command;

    @Mixin
    private ListenOptions where;

    @Option(names = "--max-memory", paramLabel = "BYTES", defaultValue = "1073741824",
            description = "How much the keys and values may take (default: ${DEFAULT-VALUE}).")
    private long memory;

    @Option(names = "--max-request", paramLabel = "BYTES", defaultValue = "67108864",
            description = "A larger request is refused, and so is a longer string (default: ${DEFAULT-VALUE}).")
    private int largest;

    @Option(names = "--max-output", paramLabel = "BYTES", defaultValue = "8388608",
            description = "A subscriber for whom more than that waits is disconnected, and another client if it is"
                    + " also four times as much as --max-request (default: ${DEFAULT-VALUE}).")
    private long output;

    @Option(names = "--log", paramLabel = "FILE",
            description = "The append-only file: read at the start, and every change is written to it.")
    private Path log;

    @Option(names = "--fsync", paramLabel = "WHEN",
            description = "With --log: when a change is synced to the disk. always: before it is answered; everysec;"
                    + " no: when the kernel likes (default: everysec).")
    private Log.Fsync fsync;

    @Override
    public Integer call() throws IOException {
        require(memory >= LEAST_MEMORY && memory <= MOST_MEMORY,
                "--max-memory is not from " + LEAST_MEMORY + " to " + MOST_MEMORY);
        require(largest > 0 && largest <= MOST_REQUEST, "--max-request is not from 1 to " + MOST_REQUEST);
        require(output > 0, "--max-output is not positive");
        require(fsync == null || log != null, "--fsync is for --log only");
        KvServer.Options options = new KvServer.Options(
                memory, largest, output, log, fsync == null ? Log.Fsync.everysec : fsync);
        try (StopSignal stop = new StopSignal();
                Listener listener = where.listen();
                KvServer server = new KvServer(listener, stop.eventFd, options)) {
            System.out.println("kv listening on " + ListenOptions.text(listener.address())
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
