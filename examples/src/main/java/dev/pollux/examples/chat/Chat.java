package dev.pollux.examples.chat;

import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;

import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.examples.loop.FdWatcher;
import dev.pollux.examples.loop.Loop;
import dev.pollux.examples.loop.Timer;
import dev.pollux.examples.shared.Acceptor;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Outgoing;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everybody hears everybody: the command {@code chat}. */
@Command(name = "chat",
        description = "Sends each line of a client to all others, on one thread. Who says nothing for long is sent away;"
                + " who says too much is read more slowly; who does not listen is dropped.",
        footer = {"", "Talk to it with nc localhost 7000. Ends with 130 after SIGINT, 143 after SIGTERM."})
public final class Chat implements Callable<Integer> {
    private static final int LONGEST_LINE = 1024;
    private static final int MOST_UNREAD = 64 * 1024;

    @Spec
    private CommandSpec command;

    @Mixin
    private ListenOptions where;

    @Option(names = "--idle", paramLabel = "TIME", defaultValue = "PT5M",
            description = "How long a client may be silent, as ISO 8601 has it (default: ${DEFAULT-VALUE}).")
    private Duration idleTime;

    @Option(names = "--lines", paramLabel = "N", defaultValue = "5",
            description = "How many lines of a client to read in a second, and how many at once (default:"
                    + " ${DEFAULT-VALUE}).")
    private int linesPerSecond;

    private final Set<Client> clients = new LinkedHashSet<>();
    private final MemorySegment scratch = Arena.global().allocate(16 * 1024);
    private Loop loop;
    private Acceptor acceptor;
    private int lastNumber;

    @Override
    public Integer call() throws IOException {
        if (!idleTime.isPositive() || linesPerSecond < 1) {
            throw new ParameterException(command.commandLine(), "--idle and --lines have to be more than 0");
        }
        try (StopSignal stop = new StopSignal(); Listener listener = where.listen();
                Loop ours = new Loop((_, e) -> listener.lost(e))) { // and the watcher is closed, which sees it off
            loop = ours;
            loop.watch(stop.eventFd, EPOLLIN, _ -> loop.stop());
            acceptor = new Acceptor(loop, listener, EPOLLIN, Client::new);
            System.out.println("chat listening on " + ListenOptions.text(listener.address()) + ", pid "
                    + ProcessHandle.current().pid());
            Stdio.check();
            loop.run();
        }
        return 0;
    }

    private void tellOthers(Client speaker, String text) throws IOException {
        byte[] line = (text + "\n").getBytes(StandardCharsets.UTF_8);
        for (Client client : clients) {
            if (client != speaker) {
                client.tell(line);
            }
        }
    }

    private final class Client {
        private final String name = "guest-" + ++lastNumber;
        private final SocketFd socket;
        private final FdWatcher watcher;
        private final Timer idle = loop.timer(() -> leave("was silent for too long"));
        private final Timer rate = loop.timer(this::mayTalkAgain);
        private final Outgoing outgoing = new Outgoing();
        private final byte[] line = new byte[LONGEST_LINE];
        private int length;
        private int tokens = linesPerSecond;
        private String reason = "has left";

        Client(SocketFd socket) throws IOException {
            this.socket = socket;
            watcher = loop.watch(socket, EPOLLIN, this::serve);
            watcher.onClose(this::gone);
            clients.add(this);
            idle.start(idleTime);
            tell(("you are " + name + ", one of " + clients.size() + "\n").getBytes(StandardCharsets.UTF_8));
            tellOthers(this, name + " has come");
        }

        /** EPOLLHUP and EPOLLERR: the read or the write says what it is, and what they throw ends this client. */
        private void serve(int events) throws IOException {
            if ((events & ~EPOLLIN) != 0) {
                outgoing.write(socket, scratch);
            }
            if ((events & ~EPOLLOUT) != 0 && tokens > 0) {
                read();
            }
            update();
        }

        private void read() throws IOException {
            long n = socket.read(scratch.asSlice(0, LONGEST_LINE - length));
            if (n == 0) {
                leave("has left");
            } else if (n != Fd.WOULD_BLOCK) {
                MemorySegment.copy(scratch, ValueLayout.JAVA_BYTE, 0, line, length, (int) n);
                length += (int) n;
                talk();
            }
        }

        /** Passes on the lines that are complete, as many as the client may say now. */
        private void talk() throws IOException {
            int start = 0;
            for (int i = 0; i < length && tokens > 0; i++) {
                if (line[i] == '\n') {
                    int end = i > start && line[i - 1] == '\r' ? i - 1 : i;
                    tokens--;
                    rate.start(Duration.ofSeconds(1));
                    idle.start(idleTime);
                    tellOthers(this, name + ": " + Escaped.of(line, start, end - start));
                    start = i + 1;
                }
            }
            length -= start;
            System.arraycopy(line, start, line, 0, length);
            if (length == LONGEST_LINE && tokens > 0) {
                leave("said a line of more than " + LONGEST_LINE + " bytes");
            }
        }

        private void mayTalkAgain() throws IOException {
            tokens = linesPerSecond;
            talk();
            update();
        }

        private void tell(byte[] text) throws IOException {
            outgoing.add(text);
            if (outgoing.bytes() > MOST_UNREAD) {
                leave("did not listen");
            }
            update();
        }

        /** Without tokens, the client is not read from, and its own kernel makes it wait; writes are for the next turn. */
        private void update() throws IOException {
            if (!watcher.isClosed()) {
                watcher.setEvents((tokens > 0 ? EPOLLIN : 0) | (outgoing.isEmpty() ? 0 : EPOLLOUT));
            }
        }

        private void leave(String reason) throws IOException {
            this.reason = reason;
            watcher.close();
        }

        private void gone() throws IOException {
            clients.remove(this);
            idle.close();
            rate.close();
            socket.close();
            tellOthers(this, name + " " + reason);
            acceptor.resume();
        }
    }
}
