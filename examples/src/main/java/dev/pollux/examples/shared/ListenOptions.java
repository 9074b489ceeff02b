package dev.pollux.examples.shared;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where to listen. */
public final class ListenOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(names = "--host", paramLabel = "ADDRESS", defaultValue = "127.0.0.1",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
    private String host;

    @Option(names = "--port", paramLabel = "N", defaultValue = "7000",
            description = "Port to listen on; 0: any free one, which is printed (default: ${DEFAULT-VALUE}).")
    private int port;

    /** A listener, or the line that says why there can be none. */
    public Listener listen() {
        return listen(false);
    }

    /** The same, whose port others can {@linkplain Listener#open share}. */
    public Listener listen(boolean shared) {
        if (port < 0 || port > 0xffff) {
            throw new ParameterException(command.commandLine(), "--port " + port + " is not from 0 to 65535");
        }
        try {
            return Listener.open(InetAddress.getByName(host), port, shared);
        } catch (UnknownHostException e) {
            throw new ParameterException(command.commandLine(), "unknown --host " + host, e);
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(),
                    "cannot listen on port " + port + ": " + e.getMessage(), e);
        }
    }

    /** HOST:PORT */
    public static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (address.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
