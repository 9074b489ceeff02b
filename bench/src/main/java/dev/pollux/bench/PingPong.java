package dev.pollux.bench;

import static dev.pollux.Epoll.EPOLLIN;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import io.netty.channel.epoll.Native;
import io.netty.channel.epoll.NettyEpoll;
import io.netty.channel.unix.FileDescriptor;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * The JVM in which two threads wake each other: of each round and contestant it prints a line, the percentiles of the
 * way there and back in nanoseconds.
 */
final class PingPong {
    private static final long MAX_NANOS = 2_000_000_000;
    private static final int WARM_UP = 20_000;

    /** One of the two threads' own end. */
    private interface Side extends Closeable {
        /** Wakes whoever waits for this side. */
        void wake() throws IOException;

        /** Waits until it is woken. */
        void await() throws IOException;
    }

    /** How a side is opened. */
    private interface Opener {
        Side open() throws IOException;
    }

    private PingPong() { }

    /**
     * Plays.
     *
     * @param args rounds, ways of each, and where the C code is, if it is anywhere
     */
    public static void main(String[] args) throws Throwable {
        int rounds = Integer.parseInt(args[0]);
        int trips = Integer.parseInt(args[1]);
        List<String> names = new ArrayList<>();
        List<Callable<Histogram>> games = new ArrayList<>();
        if (args.length > 2) {
            names.add(Results.C);
            games.add(c(Path.of(args[2]), trips));
        }
        names.add(Results.POLLUX);
        games.add(() -> play(PolluxSide::new, trips));
        if (io.netty.channel.epoll.Epoll.isAvailable()) {
            names.add(CallRow.NETTY);
            games.add(() -> play(NettySide::new, trips));
        }
        names.add(Wakeup.SELECTOR);
        games.add(() -> play(SelectorSide::new, trips));

        for (Callable<Histogram> game : games) {
            for (int i = 0; i < Math.ceilDiv(WARM_UP, trips); i++) {
                game.call();
            }
        }
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < games.size(); i++) {
                int game = (i + round) % games.size();
                Histogram histogram = games.get(game).call();
                System.out.println(names.get(game) + "\t" + histogram.getValueAtPercentile(50)
                        + "\t" + histogram.getValueAtPercentile(99) + "\t" + histogram.getValueAtPercentile(99.9));
            }
        }
    }

    private static Histogram histogram() {
        return new Histogram(1, 60_000_000_000L, 3);
    }

    @SuppressWarnings("restricted")
    private static Callable<Histogram> c(Path library, int trips) {
        MethodHandle wakeup = Linker.nativeLinker().downcallHandle(
                SymbolLookup.libraryLookup(library, Arena.global()).findOrThrow("wakeup"), FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
        MemorySegment nanos = Arena.global().allocate(ValueLayout.JAVA_LONG, trips);
        return () -> {
            long count;
            try {
                count = (long) wakeup.invokeExact((long) trips, MAX_NANOS, nanos);
            } catch (Throwable e) {
                throw new IllegalStateException(e);
            }
            if (count < 0) {
                throw new IOException("C's wakeup failed: errno " + -count);
            }
            Histogram histogram = histogram();
            for (long i = 0; i < count; i++) {
                histogram.recordValue(nanos.getAtIndex(ValueLayout.JAVA_LONG, i));
            }
            return histogram;
        };
    }

    private static Histogram play(Opener opener, int trips) throws Exception {
        long[] nanos = new long[trips]; // as C does: recorded afterwards
        int done = 0;
        try (Side first = opener.open(); Side second = opener.open()) {
            AtomicBoolean stop = new AtomicBoolean();
            FutureTask<Void> answer = new FutureTask<>(() -> {
                for (;;) {
                    second.await();
                    if (stop.get()) {
                        return null;
                    }
                    first.wake();
                }
            });
            Thread thread = Thread.ofPlatform().daemon().start(answer);
            long begin = System.nanoTime();
            long before = begin;
            while (done < trips && before - begin < MAX_NANOS) {
                second.wake();
                first.await();
                long after = System.nanoTime();
                nanos[done++] = after - before;
                before = after;
            }
            stop.set(true);
            second.wake();
            answer.get();
            thread.join();
        }
        Histogram histogram = histogram();
        for (int i = 0; i < done; i++) {
            histogram.recordValue(nanos[i]);
        }
        return histogram;
    }

    private static final class PolluxSide implements Side {
        private final Arena arena = Arena.ofShared();
        private final EpollEvents events = EpollEvents.allocate(arena, 16);
        private final Epoll epoll = Epoll.create();
        private final EventFd eventFd = EventFd.create();

        private PolluxSide() throws IOException {
            epoll.add(eventFd, EPOLLIN);
        }

        @Override
        public void wake() throws IOException {
            eventFd.write(1);
        }

        @Override
        public void await() throws IOException {
            if (epoll.await(events) != 1 || events.fd(0) != eventFd.fd() || eventFd.read() != 1) {
                throw new IOException("not woken once");
            }
        }

        @Override
        public void close() throws IOException {
            epoll.close();
            eventFd.close();
            arena.close();
        }
    }

    private static final class NettySide implements Side {
        private final FileDescriptor epfd = Native.newEpollCreate();
        private final FileDescriptor eventFd = Native.newEventFd();
        private final NettyEpoll epoll = new NettyEpoll(epfd.intValue(), 16);

        private NettySide() throws IOException {
            Native.epollCtlAdd(epfd.intValue(), eventFd.intValue(), Native.EPOLLIN);
        }

        @Override
        public void wake() {
            Native.eventFdWrite(eventFd.intValue(), 1);
        }

        @Override
        public void await() throws IOException {
            if (epoll.await(-1) != 1 || epoll.fd(0) != eventFd.intValue()) {
                throw new IOException("not woken once");
            }
            Native.eventFdRead(eventFd.intValue());
        }

        @Override
        public void close() throws IOException {
            epoll.close();
            epfd.close();
            eventFd.close();
        }
    }

    private static final class SelectorSide implements Side {
        private final Selector selector = Selector.open();

        private SelectorSide() throws IOException { }

        @Override
        public void wake() {
            selector.wakeup();
        }

        @Override
        public void await() throws IOException {
            if (selector.select() != 0) {
                throw new IOException("nothing is registered");
            }
        }

        @Override
        public void close() throws IOException {
            selector.close();
        }
    }
}
