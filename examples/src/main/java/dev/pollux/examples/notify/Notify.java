package dev.pollux.examples.notify;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.ErrnoException;
import dev.pollux.SocketFd;
import dev.pollux.TimerFd;
import dev.pollux.examples.shared.ListenFds;
import dev.pollux.examples.shared.ListenOptions;
import dev.pollux.examples.shared.Listener;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code notify}: each client is told which one it is. What this shows is what a service of systemd with
 * {@code Type=notify} and {@code WatchdogSec=} says, and when.
 */
@Command(name = "notify",
        description = "A service that tells its manager (NOTIFY_SOCKET) when it is ready, that it is alive"
                + " (WATCHDOG_USEC), how many it has served, and that it ends. It listens on the sockets that the"
                + " manager has opened (LISTEN_FDS), or else on its own.",
        footer = {"", "Try: socat -u UNIX-RECV:/tmp/notify - & NOTIFY_SOCKET=/tmp/notify examples/run notify", "",
            "Ends with 130 after SIGINT, 143 after SIGTERM."})
public final class Notify implements Callable<Integer> {
    private static final int STOP = -1;
    private static final int WATCHDOG = -2;

    @Mixin
    private ListenOptions options;

    @Spec
    private CommandSpec command;

    private NotifySocket manager;
    private long served;

    @Override
    public Integer call() throws IOException {
        String name = System.getenv("NOTIFY_SOCKET");
        Duration watchdog = watchdog();
        List<Listener> listeners = listeners();
        try (StopSignal stop = new StopSignal(); TimerFd timer = TimerFd.create();
                NotifySocket socket = name == null ? null : NotifySocket.open(name)) {
            manager = socket;
            if (!watchdog.isZero()) { // twice as often as has to be
                timer.set(watchdog.dividedBy(2), watchdog.dividedBy(2));
            }
            serve(listeners, stop, timer);
        } finally {
            for (Listener listener : listeners) {
                listener.close();
            }
        }
        return 0;
    }

    private List<Listener> listeners() throws IOException {
        if (ListenFds.areSet()) {
            return ListenFds.take("notify", command.commandLine());
        }
        Listener listener = options.listen();
        System.out.println("notify listening on " + ListenOptions.text(listener.address()) + ", pid "
                + ProcessHandle.current().pid());
        return List.of(listener);
    }

    /** How often the manager wants to hear something at least; zero if it does not mind, or means another process. */
    private Duration watchdog() {
        String micros = System.getenv("WATCHDOG_USEC");
        String pid = System.getenv("WATCHDOG_PID");
        if (micros == null || pid != null && !pid.equals(Long.toString(ProcessHandle.current().pid()))) {
            return Duration.ZERO;
        }
        if (!micros.matches("[1-9]\\d{0,14}")) {
            throw new ParameterException(command.commandLine(),
                    "WATCHDOG_USEC is no number of microseconds: '" + micros + "'");
        }
        return Duration.ofNanos(1_000 * Long.parseLong(micros));
    }

    private void serve(List<Listener> listeners, StopSignal stop, TimerFd timer) throws IOException {
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 16);
            for (int i = 0; i < listeners.size(); i++) {
                epoll.add(listeners.get(i).socket, Epoll.EPOLLIN, i);
            }
            epoll.add(timer, Epoll.EPOLLIN, WATCHDOG);
            epoll.add(stop.eventFd, Epoll.EPOLLIN, STOP);
            tell("READY=1", "STATUS=Waiting for the first client", "MAINPID=" + ProcessHandle.current().pid());
            for (;;) {
                Stdio.check(); // else nobody is left to print for
                int n = epoll.await(events, Duration.ofNanos(pause(listeners)));
                for (int i = 0; i < n; i++) {
                    int which = (int) events.data(i);
                    if (which == STOP) {
                        tell("STOPPING=1", "STATUS=Served " + served);
                        return;
                    } else if (which == WATCHDOG) {
                        timer.read();
                        tell("WATCHDOG=1");
                    } else if (!listeners.get(which).isPaused()) {
                        accept(listeners.get(which));
                    }
                }
            }
        }
    }

    private static long pause(List<Listener> listeners) {
        return listeners.stream().mapToLong(Listener::nanosToWait).min().orElseThrow();
    }

    private void accept(Listener listener) throws IOException {
        long before = served;
        listener.accept(client -> {
            try (client; Arena arena = Arena.ofConfined()) {
                answer(client, arena, ++served);
            } catch (ErrnoException e) {
                listener.lost(e);
            }
        });
        if (served > before) {
            tell("STATUS=Served " + served);
        }
    }

    /** So few bytes fit into the buffer of a new connection. */
    private static void answer(SocketFd client, Arena arena, long number) throws ErrnoException {
        byte[] text = ("You are number " + number + "\n").getBytes(StandardCharsets.US_ASCII);
        MemorySegment buffer = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
        client.send(buffer, SocketFd.MSG_NOSIGNAL);
    }

    private void tell(String... assignments) throws IOException {
        if (manager != null) {
            manager.send(assignments);
        }
    }
}
