package dev.pollux.examples;

import dev.pollux.examples.chat.Chat;
import dev.pollux.examples.child.Child;
import dev.pollux.examples.dbus.Dbus;
import dev.pollux.examples.echo.Backend;
import dev.pollux.examples.echo.Echo;
import dev.pollux.examples.handover.Handover;
import dev.pollux.examples.idle.Idle;
import dev.pollux.examples.inherit.Inherit;
import dev.pollux.examples.kv.Kv;
import dev.pollux.examples.loop.TimersCost;
import dev.pollux.examples.netlink.Netlink;
import dev.pollux.examples.notify.Notify;
import dev.pollux.examples.packet.Packet;
import dev.pollux.examples.pollstdin.PollStdin;
import dev.pollux.examples.postgres.Postgres;
import dev.pollux.examples.postgres.PostgresVirtual;
import dev.pollux.examples.serial.Serial;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.soak.Soak;
import dev.pollux.examples.terminal.LineEditor;
import dev.pollux.examples.tun.Tun;
import dev.pollux.examples.watch.Watch;
import dev.pollux.examples.workers.Workers;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;
import picocli.CommandLine;

/** The examples, one command each. */
@Command(name = "examples/run", synopsisSubcommandLabel = "NAME",
        description = "Programs with select, poll and epoll, to run and to read.",
        subcommands = {Echo.class, PollStdin.class, Dbus.class, Handover.class, Idle.class, Inherit.class,
            Postgres.class, PostgresVirtual.class, Chat.class, TimersCost.class, Workers.class, Kv.class,
            Child.class, Netlink.class, Notify.class, Packet.class, Serial.class, Soak.class, LineEditor.class, Tun.class,
            Watch.class})
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
     * @throws IOException if there is not even a standard output
     */
    public static void main(String[] args) throws IOException {
        Stdio.install();
        CommandLine commandLine = commandLine();
        int exitCode = commandLine.execute(args);
        try {
            Stdio.check();
        } catch (IOException e) {
            exitCode = exitCode == ExitCode.OK ? complain(commandLine, e.getMessage(), ExitCode.SOFTWARE) : exitCode;
        }
        System.exit(exitCode);
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .registerConverter(Backend.class, Backend::of)
                .setParameterExceptionHandler((e, rest) -> complain(e.getCommandLine(), describe(e), ExitCode.USAGE))
                .setExecutionExceptionHandler((e, failed, result) -> {
                    if (e instanceof IOException) {
                        return complain(failed, e.getMessage(), ExitCode.SOFTWARE);
                    }
                    throw e;
                });
    }

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "which example? " + names(command.commandLine()));
    }

    private static String names(CommandLine commandLine) {
        return "The examples are " + String.join(", ", commandLine.getSubcommands().keySet()) + "; see --help";
    }

    /** What is wrong with the arguments; for a misspelt name or option also which one was probably meant. */
    private static String describe(ParameterException e) {
        if (!(e instanceof UnmatchedArgumentException unmatched)) {
            return e.getMessage();
        }
        List<String> suggestions = unmatched.getSuggestions(); // the most similar one first
        String suggestion = suggestions.isEmpty() ? "" : "; did you mean " + suggestions.getFirst() + "?";
        if (unmatched.isUnknownOption() || e.getCommandLine().getSubcommands().isEmpty()) {
            return e.getMessage() + suggestion;
        }
        return "there is no example '" + unmatched.getUnmatched().getFirst() + "'" + suggestion
                + (suggestion.isEmpty() ? ". " : " ") + names(e.getCommandLine());
    }

    /** Says in one line what is wrong. */
    private static int complain(CommandLine commandLine, String problem, int exitCode) {
        System.err.println(commandLine.getCommandName() + ": " + Escaped.of(problem.replace('\n', ' ')));
        return exitCode;
    }
}
