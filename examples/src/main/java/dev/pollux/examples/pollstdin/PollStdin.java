package dev.pollux.examples.pollstdin;

import static dev.pollux.Poll.POLLIN;

import dev.pollux.ErrnoException;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.SocketFd;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import dev.pollux.examples.shared.Terminal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code poll-stdin}. */
@Command(name = "poll-stdin",
        description = "One poll() over stdin and a listening socket: prints each line that is typed and each connection"
                + " that comes, which is then closed.",
        footer = {"", "At the end of stdin it goes on with the socket. Ends with 130 after SIGINT, 143 after SIGTERM."})
public final class PollStdin implements Callable<Integer> {
    private static final int STOP = 0;
    private static final int STDIN = 1;
    private static final int LISTENER = 2;
    private static final int READ_SIZE = 4096;
    private static final long SECOND = 1_000_000_000;

    @Mixin
    private ListenOptions where;

    private final Fd stdin = Stdio.stdin();
    private final Lines lines = new Lines();
    private boolean stdinEnded;
    private long stdinIgnoredUntil;

    @Override
    public Integer call() throws IOException {
        try (StopSignal stop = new StopSignal(); Listener listener = where.listen(); Arena arena = Arena.ofConfined()) {
            announce(listener);
            PollFds fds = PollFds.allocate(arena, 3);
            fds.add(stop.eventFd, POLLIN);
            fds.add(stdin, POLLIN);
            fds.add(listener.socket, POLLIN);
            run(fds, listener, arena.allocate(READ_SIZE));
        }
        return 0;
    }

    private static void announce(Listener listener) throws IOException {
        System.out.println("poll-stdin listening on " + ListenOptions.text(listener.address())
                + ", pid " + ProcessHandle.current().pid());
        int flags = Fcntl.getFlags(listener.socket);
        System.out.println("listener fd=" + listener.socket.fd() + ": fcntl(F_GETFL) = 0" + Integer.toOctalString(flags)
                + ", O_NONBLOCK is " + ((flags & Fcntl.O_NONBLOCK) != 0 ? "set" : "not set"));
    }

    private void run(PollFds fds, Listener listener, MemorySegment buffer) throws IOException {
        for (;;) {
            Stdio.check(); // else nobody is left to print for
            long stdinPause = stdinEnded ? Long.MAX_VALUE : stdinIgnoredUntil - System.nanoTime();
            fds.ignore(STDIN, stdinPause > 0);
            fds.ignore(LISTENER, listener.isPaused());
            Poll.awaitNanos(fds, Math.min(stdinPause > 0 ? stdinPause : Long.MAX_VALUE, listener.nanosToWait()));
            if (fds.revents(STOP) != 0) {
                return;
            }
            if (fds.revents(STDIN) != 0) {
                readStdin(buffer);
            }
            if (fds.revents(LISTENER) != 0) {
                listener.accept(PollStdin::greet);
            }
        }
    }

    /**
     * One read for each time that poll found something, also if that was only POLLHUP or POLLERR: stdin may be
     * blocking, and stays so, because O_NONBLOCK would be set for the shell and everyone else who shares it.
     */
    private void readStdin(MemorySegment buffer) throws IOException {
        if (Terminal.stdinIsOutOfReach()) {
            stdinIgnoredUntil = System.nanoTime() + SECOND; // what is typed is for others: look again later
            return;
        }
        long n;
        try {
            n = stdin.read(buffer);
        } catch (ErrnoException e) { // EIO: the terminal is gone; EISDIR, EBADF: never was one
            System.err.println("stdin: " + e.getMessage());
            n = 0;
        }
        if (n == 0) {
            stdinEnded = true;
            lines.end();
        } else if (n != Fd.WOULD_BLOCK) {
            lines.add(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
        }
    }

    private static void greet(SocketFd client) throws IOException {
        System.out.println("new connection fd=" + client.fd());
        client.close();
    }

    /** Prints lines as soon as they are complete. */
    private static final class Lines {
        private static final int LONGEST = 64 * 1024;

        private final byte[] line = new byte[LONGEST];
        private int length;

        void add(byte[] bytes) {
            for (byte b : bytes) {
                if (b == '\n') {
                    print();
                } else {
                    if (length == LONGEST) {
                        print();
                    }
                    line[length++] = b;
                }
            }
        }

        /** The last line may have no end. */
        void end() {
            if (length > 0) {
                print();
            }
        }

        private void print() {
            System.out.println("[stdin] " + Escaped.of(line, 0, length));
            length = 0;
        }
    }
}
