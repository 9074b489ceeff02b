package dev.pollux.bench.echo;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import dev.pollux.bench.ProcessTimes;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** The connections of a load generator to one server, on one epoll, and what both processes use meanwhile. */
public abstract class Connections implements Closeable {
    /** In nanoseconds; a server that does not answer for so long is not waited for. */
    protected static final long PATIENCE = 10_000_000_000L;
    /** The size of {@link #buffer}. */
    protected static final int CHUNK = 64 * 1024;

    /** Of all that lives as long as the connections. */
    protected final Arena arena = Arena.ofConfined();
    /** Knows each of {@link #active} by its index. */
    protected final Epoll epoll = Epoll.create();
    /** What {@link #await} has found. */
    protected final EpollEvents events = EpollEvents.allocate(arena, 256);
    /** What to read to. */
    protected final MemorySegment buffer = arena.allocate(CHUNK);
    /** In nanoseconds. */
    protected final Histogram latencies = new Histogram(PATIENCE, 3);
    /** Connections that are used. */
    protected final SocketFd[] active;
    private final List<SocketFd> all = new ArrayList<>();
    private final long server;
    private long serverCpu;
    private long loadCpu;
    private long start;

    /**
     * What came of a run.
     *
     * @param requests how many were answered, and their answers compared
     * @param nanos in which time
     * @param p50 of their latencies, in nanoseconds
     * @param serverCpu CPU time that the server used meanwhile, in nanoseconds
     * @param loadCpu and this process
     * @param all how many were answered before, during and after the time that was measured
     */
    public record Result(
            long requests, long nanos, long p50, long p99, long p999, long serverCpu, long loadCpu, long all) {
        /** Requests a second. */
        public double rate() {
            return requests / (nanos / 1e9);
        }

        /** How busy the core of the clients was, in percent. */
        public double loadBusy() {
            return 100.0 * loadCpu / nanos;
        }

        Result withAll(long answered) {
            return new Result(requests, nanos, p50, p99, p999, serverCpu, loadCpu, answered);
        }
    }

    /**
     * Connects.
     *
     * @param port of the server, on the loopback interface
     * @param server its process
     * @param idleCount how many connections say nothing
     * @param activeCount how many are used
     */
    protected Connections(int port, long server, int idleCount, int activeCount) throws IOException {
        this.server = server;
        SocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        active = new SocketFd[activeCount];
        try {
            for (int i = 0; i < idleCount; i++) {
                all.add(connect(address));
            }
            for (int i = 0; i < activeCount; i++) {
                active[i] = connect(address);
                all.add(active[i]);
                active[i].setsockopt(Sockopt.TCP_NODELAY, true);
                epoll.add(active[i], Epoll.EPOLLIN, i);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private static SocketFd connect(SocketAddress address) throws IOException {
        SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
        try {
            if (socket.connect(address) == SocketFd.IN_PROGRESS) {
                // on loopback this is over at once, unless the queue of the listener is full
                PollFds fds = PollFds.allocate(Arena.ofAuto(), 1);
                fds.add(socket, Poll.POLLOUT);
                if (Poll.awaitNanos(fds, PATIENCE) == 0 || socket.takeError() != 0) {
                    throw new IOException("no connection to " + address);
                }
            }
            return socket;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** Waits until connections are ready, and says how many; for {@link #PATIENCE}, one has to be. */
    protected final int await(long nanos) throws IOException {
        int n = epoll.awaitNanos(events, nanos);
        if (n == 0 && nanos == PATIENCE) {
            throw new IOException("no answer for " + PATIENCE / 1_000_000 + " ms");
        }
        return n;
    }

    /** Begins to measure; the result is when. */
    protected final long begin() throws IOException {
        serverCpu = ProcessTimes.cpuNanos(server);
        loadCpu = ProcessTimes.cpuNanos(ProcessHandle.current().pid());
        latencies.reset();
        start = System.nanoTime();
        return start;
    }

    /** What was measured since then. */
    protected final Result end(long requests) throws IOException {
        return new Result(requests, System.nanoTime() - start, latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99), latencies.getValueAtPercentile(99.9),
                ProcessTimes.cpuNanos(server) - serverCpu,
                ProcessTimes.cpuNanos(ProcessHandle.current().pid()) - loadCpu, requests);
    }

    @Override
    public final void close() throws IOException {
        for (SocketFd socket : all) {
            socket.close();
        }
        epoll.close();
        arena.close();
    }
}
