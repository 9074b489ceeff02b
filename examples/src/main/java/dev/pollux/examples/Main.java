package dev.pollux.examples;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The examples, one command each. */
@Command(name = "examples/run", synopsisSubcommandLabel = "NAME",
        description = "Servers with select, poll and epoll, to be read and run.",
        subcommands = {Echo.class, PollStdin.class, Idle.class, Inherit.class, Postgres.class, PostgresVirtual.class,
            Soak.class, Watch.class})
public final class Main implements Runnable {
    @Spec
    private CommandSpec command;

    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT,
            description = "Shows this, and ends.")
    private boolean help;

    private Main() { }

    /**
     * Runs an example.
     *
     * @param args its name and its arguments
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .registerConverter(Backend.class, Backend::of)
                .setParameterExceptionHandler((e, rest) -> complain(e, e.getCommandLine(), ExitCode.USAGE))
                .setExecutionExceptionHandler((e, commandLine, result) -> {
                    if (e instanceof IOException) {
                        return complain(e, commandLine, ExitCode.SOFTWARE);
                    }
                    throw e;
                })
                .execute(args));
    }

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "which example? One of "
                + String.join(", ", command.subcommands().keySet()) + "; see --help");
    }

    /** One line that says what is wrong. */
    private static int complain(Exception e, CommandLine commandLine, int exitCode) {
        System.err.println(commandLine.getCommandName() + ": " + e.getMessage().replace('\n', ' '));
        return exitCode;
    }
}
