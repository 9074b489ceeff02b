package dev.pollux.examples.terminal;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.InBackgroundException;
import dev.pollux.Terminal;
import dev.pollux.Termios;
import dev.pollux.Termios.Flag;
import dev.pollux.Winsize;
import dev.pollux.examples.shared.OnSignal;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A small line editor: the command {@code terminal}. */
@Command(name = "terminal",
        description = "Edits lines key by key, in a terminal that hands on each at once, and knows when its window"
                + " changes.",
        footer = {"", "Arrows, Home, End, ^A, ^E, ^K, ^U; ^D ends it with 0, ^C with 130."})
public final class LineEditor implements Callable<Integer> {
    private static final int STOP = 0;
    private static final int KEYS = 1;
    private static final int WINDOW = 2;
    private static final String PROMPT = "> ";

    @Spec
    private CommandSpec command;

    private final Fd terminal = Fd.borrow(Fd.STDIN_FILENO);
    private final Line line = new Line();

    @Override
    public Integer call() throws IOException {
        // StopSignal is also what restores the terminal at SIGINT and SIGTERM: its hook waits until all is closed
        try (StopSignal stop = new StopSignal(); OnSignal winch = new OnSignal("WINCH");
                Termios.Change _ = Termios.change(terminal, t -> t.cbreak().without(Flag.ECHO), Termios.TCSANOW);
                Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            epoll.add(stop.eventFd, Epoll.EPOLLIN, STOP);
            epoll.add(terminal, Epoll.EPOLLIN, KEYS);
            epoll.add(winch.eventFd, Epoll.EPOLLIN, WINDOW);
            edit(epoll, winch, arena);
        } catch (ErrnoException | InBackgroundException e) {
            throw new ParameterException(command.commandLine(), "stdin: " + e.getMessage(), e);
        }
        return 0;
    }

    private void edit(Epoll epoll, OnSignal winch, Arena arena) throws IOException {
        EpollEvents events = EpollEvents.allocate(arena, 4);
        MemorySegment keys = arena.allocate(64);
        printWindow();
        while (!System.out.checkError()) {
            print(line.shown(PROMPT, Math.max(10, Winsize.get(terminal).columns())));
            int n = epoll.await(events);
            for (int i = 0; i < n; i++) {
                switch ((int) events.data(i)) {
                    case STOP -> {
                        print("\n");
                        return;
                    }
                    case WINDOW -> {
                        winch.eventFd.read();
                        print("\r\033[K");
                        printWindow();
                    }
                    default -> {
                        if (!read(keys)) {
                            print("\n");
                            return;
                        }
                    }
                }
            }
        }
    }

    /** One read for each time that something is there, as the terminal may be blocking; not in the background. */
    private boolean read(MemorySegment keys) throws IOException {
        if (Terminal.isInBackground(terminal)) {
            return false;
        }
        long n = terminal.read(keys);
        for (int i = 0; i < n; i++) {
            switch (line.key(keys.get(ValueLayout.JAVA_BYTE, i))) {
                case ENDED -> {
                    return false;
                }
                case ENTERED -> print("\r\033[Kline: " + line.take() + "\n");
                default -> { }
            }
        }
        return n != 0;
    }

    private void printWindow() throws IOException {
        Winsize size = Winsize.get(terminal);
        print("window: " + size.columns() + " x " + size.rows() + "\n");
    }

    private static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }
}
