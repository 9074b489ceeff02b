package dev.pollux.bench;

import com.sun.jna.Function;
import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import dev.pollux.bench.virtual.Kind;
import io.netty.channel.epoll.Native;
import io.netty.channel.epoll.NettyEpoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.Selector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.HdrHistogram.Histogram;

/** The JVM in which two threads wake each other: for each round and contestant it prints percentiles. */
final class PingPong {
    private static final long MAX_NANOS = 2_000_000_000;
    private static final String ONE_CORE = "one core";
    private static final String ALL_CORES = "all cores";
    private static final int WARM_UP_TRIPS = 2000;
    /** Until the compiler has had its say: so many games in a row that were no faster than an earlier one. */
    private static final int NO_FASTER = 6;
    private static final long WARM_UP_NANOS = 5_000_000_000L;

    private interface Action {
        void run() throws IOException;
    }

    /** One of two ends, each with its thread: how it wakes the other one, and how it waits until it is woken. */
    private record End(Action wakeOther, Action await) { }

    /** Many ways there and back. */
    private interface Game {
        /** How long each took, in nanoseconds. */
        long[] play(int trips) throws Throwable;
    }

    private PingPong() { }

    /** Has both threads on one core and then wherever the kernel puts them, as the plan says. */
    static void measure(Plan plan, Results results, String metricPrefix, int rounds, int trips, String library)
            throws Exception {
        Optional<Integer> core = Child.lastCore();
        for (String row : List.of(ONE_CORE, ALL_CORES)) {
            List<String> command = Plan.java(PingPong.class, row, metricPrefix, rounds, trips, library);
            if (plan.wants(row) && row.equals(ONE_CORE) && core.isEmpty()) {
                results.note("not measured on one core: there is no taskset, or it may not pin");
            } else if (plan.wants(row)) {
                plan.progress("wake-ups on " + row);
                Plan.collect(row.equals(ONE_CORE) ? Child.onCore(core.get(), command) : command, results);
            }
        }
    }

    /**
     * Plays.
     *
     * @param args the row, what its metrics begin with, rounds, ways in each, and where the C code is or "-"; or
     *        "threads" for the kinds of threads of the part "virtual"
     */
    public static void main(String[] args) throws Throwable {
        int rounds = Integer.parseInt(args[2]);
        int trips = Integer.parseInt(args[3]);
        Map<String, Game> games = args[4].equals(Virtual.THREADS_PLAY) ? threads() : wakeUps(args[4]);
        for (Game game : games.values()) {
            warmUp(game, trips);
        }
        for (int round = 0; round < rounds; round++) {
            for (String name : Plan.inTurn(games.keySet(), round)) {
                Histogram histogram = new Histogram(1, 60_000_000_000L, 3);
                Arrays.stream(games.get(name).play(trips)).forEach(histogram::recordValue);
                for (String percent : List.of("50", "99", "99.9")) {
                    System.out.println(new Sample(args[0], name, args[1] + "p" + percent, "µs",
                            histogram.getValueAtPercentile(Double.parseDouble(percent)) / 1000.0));
                }
            }
        }
    }

    private static void warmUp(Game game, int trips) throws Throwable {
        long best = Long.MAX_VALUE;
        long end = System.nanoTime() + WARM_UP_NANOS;
        for (int noFaster = 0; noFaster < NO_FASTER && System.nanoTime() < end;) {
            long[] nanos = game.play(Math.min(trips, WARM_UP_TRIPS));
            Arrays.sort(nanos);
            long median = nanos[nanos.length / 2];
            noFaster = median < best * 0.97 ? 0 : noFaster + 1;
            best = Math.min(best, median);
        }
    }

    private static Map<String, Game> threads() {
        Map<String, Game> games = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            games.put(kind.contestant(), trips -> {
                try (Kind.Listener listener = kind.listen(); Kind.Line here = kind.connect(listener.port());
                        Kind.Line there = listener.accept()) {
                    return play(end(here), end(there), kind::start, trips);
                }
            });
        }
        return games;
    }

    private static Map<String, Game> wakeUps(String library) {
        Map<String, Game> games = new LinkedHashMap<>();
        if (!library.equals("-")) {
            games.put(Results.C, c(library));
        }
        games.put(Results.POLLUX, trips -> {
            try (EventFd one = EventFd.create(); EventFd other = EventFd.create(); Arena arena = Arena.ofShared();
                    Epoll epollOne = Epoll.create(); Epoll epollOther = Epoll.create()) {
                return play(end(arena, epollOne, one, other), end(arena, epollOther, other, one), PingPong::platform,
                        trips);
            }
        });
        if (io.netty.channel.epoll.Epoll.isAvailable()) {
            games.put(CallRow.NETTY, trips -> {
                FileDescriptor[] fds = {Native.newEventFd(), Native.newEventFd(), Native.newEpollCreate(),
                    Native.newEpollCreate()};
                try (NettyEpoll one = new NettyEpoll(fds[2].intValue(), 16);
                        NettyEpoll other = new NettyEpoll(fds[3].intValue(), 16)) {
                    Native.epollCtlAdd(fds[2].intValue(), fds[0].intValue(), Native.EPOLLIN);
                    Native.epollCtlAdd(fds[3].intValue(), fds[1].intValue(), Native.EPOLLIN);
                    return play(end(one, fds[0].intValue(), fds[1].intValue()),
                            end(other, fds[1].intValue(), fds[0].intValue()), PingPong::platform, trips);
                } finally {
                    for (FileDescriptor fd : fds) {
                        fd.close();
                    }
                }
            });
        }
        games.put(Wakeup.SELECTOR, trips -> {
            try (Selector one = Selector.open(); Selector other = Selector.open()) {
                return play(end(one, other), end(other, one), PingPong::platform, trips);
            }
        });
        return games;
    }

    private static void once(boolean woken) throws IOException {
        if (!woken) {
            throw new IOException("not woken once");
        }
    }

    private static End end(Kind.Line line) {
        return new End(() -> line.write(1), () -> once(line.read() == 1));
    }

    private static End end(Arena arena, Epoll epoll, EventFd own, EventFd other) throws IOException {
        EpollEvents events = EpollEvents.allocate(arena, 16);
        epoll.add(own, Epoll.EPOLLIN);
        return new End(() -> other.write(1),
                () -> once(epoll.await(events) == 1 && events.fd(0) == own.fd() && own.read() == 1));
    }

    private static End end(NettyEpoll epoll, int own, int other) {
        return new End(() -> Native.eventFdWrite(other, 1), () -> {
            once(epoll.await(-1) == 1 && epoll.fd(0) == own);
            Native.eventFdRead(own);
        });
    }

    private static End end(Selector own, Selector other) {
        return new End(other::wakeup, () -> once(own.select() == 0));
    }

    private static void platform(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private static Game c(String library) {
        Function wakeup = Function.getFunction(library, "wakeup");
        return trips -> {
            long[] nanos = new long[trips];
            long count = wakeup.invokeLong(new Object[] {(long) trips, MAX_NANOS, nanos});
            if (count < 0) {
                throw new IOException("C's wakeup failed: errno " + -count);
            }
            return Arrays.copyOf(nanos, (int) count);
        };
    }

    private static long[] play(End first, End second, Executor starter, int trips) throws Exception {
        FutureTask<long[]> asks = new FutureTask<>(() -> {
            long[] nanos = new long[trips];
            int done = 0;
            long begin = System.nanoTime();
            for (long before = begin; done < trips && before - begin < MAX_NANOS;) {
                first.wakeOther.run();
                first.await.run();
                long after = System.nanoTime();
                nanos[done++] = after - before;
                before = after;
            }
            return Arrays.copyOf(nanos, done);
        });
        FutureTask<Void> answers = new FutureTask<>(() -> {
            for (second.await.run(); !asks.isDone(); second.await.run()) {
                second.wakeOther.run();
            }
            return null;
        });
        starter.execute(answers);
        starter.execute(asks);
        long[] nanos = asks.get();
        first.wakeOther.run();
        answers.get();
        return nanos;
    }
}
