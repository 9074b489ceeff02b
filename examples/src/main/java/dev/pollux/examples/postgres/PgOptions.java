package dev.pollux.examples.postgres;

import java.io.IOException;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which PostgreSQL server to connect to. */
final class PgOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--connect", paramLabel = "CONNINFO", defaultValue = "",
            description = "Where the server is, as psql takes it: \"host=DIR user=me dbname=mine\", or a URI. What it"
                    + " does not say comes from PGHOST and the other PG variables. Finding the address of a host name"
                    + " blocks: better hostaddr=ADDRESS, or the directory of the server's socket.")
    private String conninfo;

    /** To be called first. */
    void loadLibrary() throws IOException {
        try {
            Libpq.load();
        } catch (UnsatisfiedLinkError e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Begins to connect. */
    PgConnection start(Consumer<String> notices) {
        try {
            return new PgConnection(conninfo, notices);
        } catch (IOException e) {
            throw cannotConnect(e);
        }
    }

    /** Goes on connecting: {@link PgConnection#connect}. */
    boolean connect(PgConnection connection) {
        try {
            return connection.connect();
        } catch (IOException e) {
            throw cannotConnect(e);
        }
    }

    private ParameterException cannotConnect(IOException e) {
        return new ParameterException(command.commandLine(), "cannot connect: " + e.getMessage(), e);
    }
}
