package dev.pollux.examples.watch;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.EventFd;
import dev.pollux.Fd;
import dev.pollux.Inotify;
import dev.pollux.InotifyEvents;
import dev.pollux.PidFd;
import dev.pollux.SocketFd;
import dev.pollux.TimerFd;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.OnSignal;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import dev.pollux.examples.shared.Terminal;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** One epoll for everything that can be waited for: the command {@code watch}. */
@Command(name = "watch",
        description = "One epoll waits for stdin, a timer, a child process, a directory, a signal and a socket, all at"
                + " once, and prints each as it comes.",
        footer = {"", "Type something; create a file in the directory; kill -USR1 PID; connect to the port. Ends with"
                + " 130 after SIGINT, 143 after SIGTERM."})
public final class Watch implements Callable<Integer> {
    /** What an event is about: the data of its registration. */
    private enum What { STOP, STDIN, TIMER, CHILD, DIRECTORY, SIGNAL, SOCKET }

    private static final What[] WHAT = What.values();
    private static final int READ_SIZE = 4096;
    private static final int DIRECTORY_BYTES = 64 * 1024;

    @Spec
    private CommandSpec command;

    @Mixin
    private ListenOptions where;

    @Option(names = "--directory", paramLabel = "DIR", defaultValue = ".",
            description = "What to watch for files that come, go and change (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--every", paramLabel = "SECONDS", defaultValue = "5",
            description = "How often the timer expires (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--child", paramLabel = "COMMAND", defaultValue = "sleep 3; exit 7",
            description = "What the child process runs, by sh -c; its output goes nowhere (default: ${DEFAULT-VALUE}).")
    private String child;

    private final Fd stdin = Stdio.stdin();

    @Override
    public Integer call() throws Exception {
        if (seconds < 1) {
            throw new ParameterException(command.commandLine(), "--every " + seconds + " is less than a second");
        }
        try (StopSignal stop = new StopSignal(); Listener listener = where.listen(); Arena arena = Arena.ofConfined();
                Epoll epoll = Epoll.create(); TimerFd timer = TimerFd.create(); Inotify inotify = Inotify.create();
                OnSignal usr1 = new OnSignal("USR1")) {
            add(epoll, stop.eventFd, What.STOP);
            add(epoll, timer, What.TIMER);
            timer.set(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds));
            add(epoll, inotify, What.DIRECTORY);
            watchDirectory(inotify);
            add(epoll, usr1.eventFd, What.SIGNAL);
            add(epoll, listener.socket, What.SOCKET);
            addStdin(epoll);
            Process process = new ProcessBuilder("sh", "-c", child)
                    .redirectOutput(Redirect.DISCARD).redirectError(Redirect.DISCARD).start();
            try (PidFd pidFd = pidFd(process)) {
                if (pidFd != null) {
                    add(epoll, pidFd, What.CHILD);
                }
                System.out.println("watch listening on " + ListenOptions.text(listener.address())
                        + ", pid " + ProcessHandle.current().pid() + ", child " + process.pid());
                run(epoll, arena, timer, process, pidFd, inotify, usr1.eventFd, listener);
            } finally {
                process.destroy();
            }
        }
        return 0;
    }

    /** Null if the child has ended already: Java has waited for it then, and its number may be another's. */
    private static PidFd pidFd(Process process) throws IOException, InterruptedException {
        try {
            return PidFd.of(process.toHandle());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ESRCH) {
                throw e;
            }
            System.out.println("child      has ended already, with exit code " + process.waitFor());
            return null;
        }
    }

    private static void add(Epoll epoll, Fd fd, What what) throws IOException {
        epoll.add(fd, Epoll.EPOLLIN, what.ordinal());
    }

    private void watchDirectory(Inotify inotify) {
        try {
            inotify.addWatch(directory, Inotify.IN_CREATE | Inotify.IN_DELETE | Inotify.IN_CLOSE_WRITE
                    | Inotify.IN_MOVED_FROM | Inotify.IN_MOVED_TO | Inotify.IN_ONLYDIR);
        } catch (ErrnoException e) {
            throw new ParameterException(command.commandLine(), "cannot watch " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Epoll takes no regular files and not /dev/null, which are always ready: poll-stdin is for those. */
    private void addStdin(Epoll epoll) throws IOException {
        try {
            add(epoll, stdin, What.STDIN);
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPERM && e.errno() != Errno.EBADF) {
                throw e;
            }
            System.out.println("stdin      is nothing that epoll could wait for");
        }
    }

    private void run(Epoll epoll, Arena arena, TimerFd timer, Process process, PidFd pidFd, Inotify inotify,
            EventFd usr1, Listener listener) throws Exception {
        EpollEvents events = EpollEvents.allocate(arena, WHAT.length);
        InotifyEvents changes = InotifyEvents.allocate(arena, DIRECTORY_BYTES);
        MemorySegment buffer = arena.allocate(READ_SIZE);
        boolean listening = true;
        for (;;) {
            Stdio.check(); // else nobody is left to print for
            if (listening == listener.isPaused()) {
                listening = !listening;
                epoll.modify(listener.socket, listening ? Epoll.EPOLLIN : 0, What.SOCKET.ordinal());
            }
            int n = epoll.awaitNanos(events, listener.nanosToWait());
            for (int i = 0; i < n; i++) {
                switch (WHAT[(int) events.data(i)]) {
                    case STOP -> {
                        return;
                    }
                    case STDIN -> readStdin(epoll, buffer);
                    case TIMER -> System.out.println("timer      expirations: " + timer.read());
                    case CHILD -> {
                        epoll.remove(pidFd); // it stays readable
                        System.out.println("child      " + pidFd.status() + ", and to Java its exit code is "
                                + process.waitFor());
                    }
                    case DIRECTORY -> readChanges(inotify, changes);
                    case SIGNAL -> System.out.println("signal     USR1, times: " + usr1.read());
                    case SOCKET -> listener.accept(Watch::greet);
                }
            }
        }
    }

    private void readStdin(Epoll epoll, MemorySegment buffer) throws IOException {
        if (Terminal.stdinIsOutOfReach()) { // it would stop us; what is typed is for others, so not until restarted
            epoll.remove(stdin);
            return;
        }
        long n;
        try {
            n = stdin.read(buffer);
        } catch (ErrnoException e) { // ECONNRESET: a connection, which was reset; EIO: a terminal that is gone
            epoll.remove(stdin);
            System.out.println("stdin      is broken: " + e.getMessage());
            return;
        }
        if (n == 0) {
            epoll.remove(stdin);
            System.out.println("stdin      has ended");
        } else if (n != Fd.WOULD_BLOCK) {
            byte[] bytes = buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
            new String(bytes, StandardCharsets.UTF_8).lines()
                    .forEach(line -> System.out.println("stdin      " + Escaped.of(line)));
        }
    }

    /** One read: if there is more, the next turn will tell. */
    private static void readChanges(Inotify inotify, InotifyEvents changes) throws IOException {
        int n = inotify.read(changes);
        for (int i = 0; i < n; i++) {
            System.out.println("directory  " + (changes.isOverflow(i) ? "more than the kernel keeps"
                    : Inotify.toString(changes.mask(i)) + " " + Escaped.of(String.valueOf(changes.name(i)))));
        }
    }

    private static void greet(SocketFd client) throws IOException {
        try (client) {
            System.out.println("socket     connection from " + client.getpeername());
        } catch (ErrnoException e) {
            if (e.errno() != Errno.ENOTCONN) {
                throw e;
            }
            System.out.println("socket     connection that was reset before it was accepted");
        }
    }
}
