package dev.pollux.bench.idle;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.EventFd;
import dev.pollux.Fd;
import dev.pollux.FdSet;
import dev.pollux.Pipe;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.Select;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Descriptors of which ten are ready, watched in all the ways of Pollux and C. */
final class Watched implements Closeable {
    static final int READY = 10;
    private static final int MAX_EVENTS = 256;

    private final Arena arena = Arena.ofConfined();
    private final List<Fd> open = new ArrayList<>();
    private final Epoll epoll = Epoll.create();
    private final EpollEvents events = EpollEvents.allocate(arena, MAX_EVENTS);
    private final PollFds pollFds;
    private final FdSet watched;
    private final FdSet readable;
    private long sink;

    Watched(int count) throws IOException {
        pollFds = PollFds.allocate(arena, count);
        int highest = 0;
        try {
            for (int i = 0, ready = 0; i < count; i++) {
                Fd fd;
                if (i == (2L * ready + 1) * count / (2 * READY)) { // spread evenly
                    ready++;
                    Pipe pipe = Pipe.create();
                    open.add(pipe.writer());
                    pipe.writer().write(arena.allocate(1));
                    fd = pipe.reader();
                } else {
                    fd = EventFd.create();
                }
                open.add(fd);
                epoll.add(fd, Epoll.EPOLLIN);
                pollFds.add(fd, Poll.POLLIN);
                highest = Math.max(highest, fd.fd());
            }
            watched = FdSet.allocate(arena, highest + 1);
            readable = FdSet.allocate(arena, highest + 1);
            for (int i = 0; i < count; i++) {
                watched.set(pollFds.fd(i));
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** So many waits, one after the other; the result is how many events they found. */
    interface Waits {
        long run(long count) throws Throwable;
    }

    /** The contestants by name; C's too if there is its library. */
    Map<String, Waits> contestants(SymbolLookup c) {
        Map<String, Waits> all = new LinkedHashMap<>();
        all.put("epoll:Pollux", this::epoll);
        all.put("poll:Pollux", this::poll);
        all.put("select:Pollux", this::select);
        if (c != null) {
            int epfd = epoll.fd();
            MemorySegment fds = pollFds.segment();
            long size = pollFds.size();
            long words = watched.capacity() / Long.SIZE;
            int nfds = watched.nfds();
            MethodHandle cEpoll = handle(c, "idle_epoll", ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
            MethodHandle cPoll =
                    handle(c, "idle_poll", ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG);
            MethodHandle cSelect = handle(c, "idle_select", ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG);
            all.put("epoll:C", n -> (long) cEpoll.invokeExact(epfd, n));
            all.put("poll:C", n -> (long) cPoll.invokeExact(fds, size, n));
            all.put("select:C",
                    n -> (long) cSelect.invokeExact(watched.segment(), readable.segment(), words, nfds, n));
        }
        return all;
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(SymbolLookup c, String name, ValueLayout... arguments) {
        return Linker.nativeLinker().downcallHandle(
                c.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_LONG, arguments));
    }

    private long epoll(long count) throws IOException {
        long found = 0;
        long data = 0;
        for (long i = 0; i < count; i++) {
            int n = epoll.poll(events);
            for (int k = 0; k < n; k++) {
                found += (events.events(k) & Epoll.EPOLLIN) != 0 ? 1 : 0;
                data ^= events.data(k);
            }
        }
        sink = data;
        return found;
    }

    private long poll(long count) throws IOException {
        long found = 0;
        long data = 0;
        for (long i = 0; i < count; i++) {
            int left = Poll.poll(pollFds);
            for (int k = -1; left > 0; left--) {
                k = pollFds.next(k + 1);
                found += (pollFds.revents(k) & Poll.POLLIN) != 0 ? 1 : 0;
                data ^= pollFds.fd(k);
            }
        }
        sink = data;
        return found;
    }

    private long select(long count) throws IOException {
        long found = 0;
        long data = 0;
        for (long i = 0; i < count; i++) {
            readable.copyFrom(watched);
            int left = Select.poll(readable, null, null);
            for (int fd = readable.next(0); left > 0; fd = readable.next(fd + 1)) {
                data ^= fd;
                found++;
                left--;
            }
        }
        sink = data;
        return found;
    }

    @Override
    public void close() throws IOException {
        for (Fd fd : open) {
            fd.close();
        }
        epoll.close();
        arena.close();
    }
}
