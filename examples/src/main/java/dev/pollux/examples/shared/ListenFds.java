package dev.pollux.examples.shared;

import dev.pollux.ErrnoException;
import dev.pollux.Fcntl;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Listening sockets that systemd, or whoever started this program, has opened: LISTEN_FDS of them, from descriptor 3 on,
 * for the process LISTEN_PID. See sd_listen_fds(3).
 */
public final class ListenFds {
    /** SD_LISTEN_FDS_START */
    private static final int FIRST = 3;

    private final CommandLine command;

    private ListenFds(CommandLine command) {
        this.command = command;
    }

    /** Whether anybody says that there are some. */
    public static boolean areSet() {
        return System.getenv("LISTEN_FDS") != null;
    }

    /** Takes them over, and prints which they are; what is wrong with them is wrong with the command's arguments. */
    public static List<Listener> take(String what, CommandLine command) throws IOException {
        return new ListenFds(command).take(what);
    }

    private List<Listener> take(String what) throws IOException {
        int count = count();
        List<String> names = names(count);
        for (int i = 0; i < count; i++) {
            requireListening(FIRST + i);
        }
        List<Listener> listeners = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            listeners.add(inherit(FIRST + i));
            System.out.println(what + " (" + Escaped.of(names.get(i)) + ") listening on "
                    + Escaped.of(text(listeners.get(i).socket)) + ", pid " + ProcessHandle.current().pid());
        }
        Stdio.check();
        return listeners;
    }

    /** LISTEN_FDS, if they are for this process. */
    private int count() {
        long count = number("LISTEN_FDS");
        long pid = number("LISTEN_PID");
        long own = ProcessHandle.current().pid();
        require(pid == own, "LISTEN_PID is " + pid + ", but this process is " + own
                + ": the sockets are not for it");
        require(count > 0 && count <= Integer.MAX_VALUE - FIRST, "LISTEN_FDS is " + count + ": there is no socket");
        return (int) count;
    }

    private long number(String variable) {
        String value = System.getenv(variable);
        require(value != null, variable + " is not set: nobody has passed a socket");
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ParameterException(command, variable + " is no number: '" + value + "'", e);
        }
    }

    /** LISTEN_FDNAMES, which may be missing. */
    private List<String> names(int count) {
        String all = System.getenv("LISTEN_FDNAMES");
        if (all == null) {
            return Collections.nCopies(count, "unknown");
        }
        List<String> names = List.of(all.split(":", -1));
        require(names.size() == count, "LISTEN_FDNAMES has " + names.size() + " names, but LISTEN_FDS is " + count);
        return names;
    }

    /** Before it is taken over: the number may be one of the JVM's own. */
    private void requireListening(int fd) {
        SocketFd socket = SocketFd.borrow(fd);
        try {
            require(socket.getsockopt(Sockopt.SO_ACCEPTCONN)
                    && socket.getsockopt(Sockopt.SO_TYPE) == SocketFd.SOCK_STREAM,
                    "descriptor " + fd + " is a socket, but not a stream socket that listens");
        } catch (ErrnoException e) {
            throw new ParameterException(command,
                    "descriptor " + fd + " is no listening socket: " + e.getMessage(), e);
        }
    }

    private static Listener inherit(int fd) throws ErrnoException {
        SocketFd socket = SocketFd.adopt(fd);
        Fcntl.setCloseOnExec(socket, true);
        Fcntl.setNonBlocking(socket, true);
        return new Listener(socket);
    }

    private static String text(SocketFd socket) throws ErrnoException {
        try {
            return socket.getsockname() instanceof InetSocketAddress address
                    ? ListenOptions.text(address) : socket.getsockname().toString();
        } catch (UnsupportedOperationException e) {
            return "an abstract address";
        }
    }

    private void require(boolean condition, String complaint) {
        if (!condition) {
            throw new ParameterException(command, complaint);
        }
    }
}
