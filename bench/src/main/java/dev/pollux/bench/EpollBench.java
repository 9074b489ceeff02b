package dev.pollux.bench;

import static dev.pollux.Epoll.EPOLLIN;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Fd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a wait that does not block costs, with {@code ready} pipes ready, each event read; beside the JDK's Selector.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class EpollBench {
    /** How many of the watched pipes can be read. */
    @Param({"0", "1", "64"})
    public int ready;

    private dev.pollux.Pipe[] pipes;
    private Arena arena;
    private Epoll epoll;
    private EpollEvents events;

    private Pipe[] nioPipes;
    private Selector selector;

    /** Opens both worlds: {@code ready} pipes with a byte in each, or one that is empty. */
    @Setup
    public void open() throws IOException {
        int count = Math.max(1, ready);
        arena = Arena.ofConfined();
        epoll = Epoll.create();
        events = EpollEvents.allocate(arena, 64);
        selector = Selector.open();
        pipes = new dev.pollux.Pipe[count];
        nioPipes = new Pipe[count];
        for (int i = 0; i < count; i++) {
            pipes[i] = dev.pollux.Pipe.create();
            Fd reader = pipes[i].reader();
            epoll.add(reader, EPOLLIN);
            nioPipes[i] = Pipe.open();
            nioPipes[i].source().configureBlocking(false);
            nioPipes[i].source().register(selector, SelectionKey.OP_READ);
            if (ready > 0) {
                pipes[i].writer().write(arena.allocate(1));
                nioPipes[i].sink().write(ByteBuffer.allocate(1));
            }
        }
    }

    /** Closes everything. */
    @TearDown
    public void close() throws IOException {
        for (int i = 0; i < pipes.length; i++) {
            pipes[i].close();
            nioPipes[i].source().close();
            nioPipes[i].sink().close();
        }
        selector.close();
        epoll.close();
        arena.close();
    }

    /** {@link Epoll#poll}. */
    @Benchmark
    public long pollux() throws IOException {
        int n = epoll.poll(events);
        long sum = n;
        for (int i = 0; i < n; i++) {
            sum += events.data(i) + events.events(i);
        }
        return sum;
    }

    /** {@link Selector#selectNow()}, and its selected keys. */
    @Benchmark
    public long selectorKeys() throws IOException {
        long sum = selector.selectNow();
        for (SelectionKey key : selector.selectedKeys()) {
            sum += key.readyOps();
        }
        selector.selectedKeys().clear();
        return sum;
    }
}
