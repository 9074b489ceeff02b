package dev.pollux;

import static dev.pollux.Epoll.EPOLLERR;
import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLONESHOT;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Epoll.EPOLLPRI;
import static dev.pollux.Epoll.EPOLLRDHUP;
import static dev.pollux.Epoll.EPOLLRDNORM;
import static dev.pollux.Epoll.EPOLLWRNORM;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.get;
import static dev.pollux.Support.read;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What an epoll reports as ready, of one descriptor and of many. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollReadinessTest extends EpollFixture {
    // LTP epoll_wait01; polling many_connections
    @Test
    void everyEventCarriesItsOwn64Bits() throws IOException {
        long[] patterns = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 0x8000000180000001L, 0x80000000L, 0xffffffffL,
            0xffffffff00000000L, 0x0123456789abcdefL, 1};
        List<EventFd> fds = new ArrayList<>();
        Set<Long> expected = new HashSet<>();
        try {
            for (long data : patterns) {
                EventFd fd = EventFd.create(1, EventFd.EFD_CLOEXEC);
                fds.add(fd);
                epoll.add(fd, EPOLLIN, data);
                expected.add(data);
            }
            assertEquals(patterns.length, epoll.await(events));
            assertEquals(patterns.length, events.size());
            Set<Long> found = new HashSet<>();
            for (int i = 0; i < events.size(); i++) {
                assertEquals(EPOLLIN, events.events(i));
                assertEquals((int) events.data(i), events.fd(i));
                found.add(events.data(i));
            }
            assertEquals(expected, found);
        } finally {
            for (EventFd fd : fds) {
                fd.close();
            }
        }
    }

    // LTP epoll_ctl01, epoll_wait01, epoll_pwait02; CPython test_selectors test_select_read_write
    @Test
    void differentMasksBelongToTheirIndices() throws IOException {
        try (Pipe pipe = Pipe.create(); EventFd counter = EventFd.create(); SocketPair pair = SocketPair.create()) {
            write(pipe.writer(), "x");
            write(pair.second(), "x");
            pair.second().shutdown(SocketFd.SHUT_WR);
            Map<Integer, Integer> expected = new HashMap<>();
            epoll.add(pipe.reader(), EPOLLIN | EPOLLRDNORM);
            expected.put(pipe.reader().fd(), EPOLLIN | EPOLLRDNORM);
            epoll.add(counter, EPOLLIN | EPOLLOUT);
            expected.put(counter.fd(), EPOLLOUT);
            epoll.add(pair.first(), EPOLLIN | EPOLLOUT | EPOLLRDHUP);
            expected.put(pair.first().fd(), EPOLLIN | EPOLLOUT | EPOLLRDHUP);
            epoll.add(pipe.writer(), EPOLLOUT | EPOLLWRNORM);
            expected.put(pipe.writer().fd(), EPOLLOUT | EPOLLWRNORM);
            assertEquals(4, epoll.await(events));
            Map<Integer, Integer> found = new HashMap<>();
            for (int i = 0; i < events.size(); i++) {
                found.put(events.fd(i), events.events(i));
            }
            assertEquals(expected, found);
        }
    }

    // LTP epoll_ctl01; CPython test_selectors test_modify
    @Test
    void whatIsNotAskedForIsNotReported() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            epoll.add(pipe.reader(), EPOLLOUT | EPOLLPRI);
            write(pipe.writer(), "x");
            assertEquals(-1, ready());
            epoll.modify(pipe.reader(), EPOLLIN, pipe.reader().fd());
            assertEquals(EPOLLIN, ready());
            assertEquals(pipe.reader().fd(), events.fd(0), "its number is still its data");
        }
    }

    // mio registering reregister_different_interest_without_poll, regressions issue_1205
    @Test
    void whatIsNoLongerAskedForIsNotReported() throws IOException {
        try (SocketPair pair = SocketPair.create(); EventFd other = EventFd.create(1, 0)) {
            epoll.add(pair.first(), EPOLLIN);
            epoll.add(other, EPOLLIN);
            write(pair.second(), "x");
            epoll.modify(pair.first(), EPOLLPRI, pair.first().fd());
            assertEquals(EPOLLIN, ready());
            assertEquals(other.fd(), events.fd(0));
            epoll.modify(pair.first(), EPOLLIN, pair.first().fd());
            epoll.remove(pair.first());
            assertEquals(EPOLLIN, ready());
            assertEquals(other.fd(), events.fd(0));
        }
    }

    // LTP epoll_ctl03
    @Test
    void everyMaskAndItsDataReachTheKernelAsGiven() throws IOException {
        int[] flags = {EPOLLIN, EPOLLOUT, EPOLLPRI, EPOLLERR, EPOLLHUP, EPOLLET, EPOLLONESHOT, EPOLLRDHUP};
        try (EventFd earlier = EventFd.create(); Pipe pipe = Pipe.create()) {
            epoll.add(earlier, EPOLLIN, 0);
            epoll.add(pipe.reader(), EPOLLIN, 0);
            for (int bits = 0; bits < 1 << flags.length; bits++) {
                int mask = 0;
                for (int i = 0; i < flags.length; i++) {
                    mask |= (bits >> i & 1) * flags[i];
                }
                long data = bits * 0x9e3779b97f4a7c15L;
                epoll.modify(pipe.reader(), mask, data);
                // the kernel adds these two
                String expected = "tfd: " + pipe.reader().fd() + " events: "
                        + Integer.toHexString(mask | EPOLLERR | EPOLLHUP) + " data: " + Long.toHexString(data) + " ";
                assertEquals(1, registered().filter(line -> line.startsWith(expected)).count(), expected);
            }
            epoll.remove(pipe.reader());
            assertEquals(1, registered().count());
        }
    }

    /** What the kernel says that this epoll watches. */
    private Stream<String> registered() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/fdinfo/" + epoll.fd())).stream()
                .filter(line -> line.startsWith("tfd:")).map(line -> line.replaceAll("\\s+", " "));
    }

    @Test
    void writingIsReadyWhileSomethingFits() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            epoll.add(pipe.writer(), EPOLLOUT);
            assertEquals(EPOLLOUT, ready());
            var all = arena.allocate(Fcntl.getPipeSize(pipe.writer()));
            assertEquals(all.byteSize(), pipe.writer().write(all));
            assertEquals(-1, ready());
            assertEquals(all.byteSize(), pipe.reader().read(all));
            assertEquals(EPOLLOUT, ready());
        }
    }

    // LTP epoll_wait13
    @Test
    void moreReadyThanFitComeWithTheNextWait() throws IOException {
        EpollEvents four = EpollEvents.allocate(arena, 4);
        List<EventFd> fds = new ArrayList<>();
        try {
            Set<Long> expected = new HashSet<>();
            for (long i = 0; i < 10; i++) {
                EventFd fd = EventFd.create(1, EventFd.EFD_CLOEXEC);
                fds.add(fd);
                epoll.add(fd, EPOLLIN | EPOLLET, i);
                expected.add(i);
            }
            Set<Long> found = new HashSet<>();
            for (int n : new int[] {4, 4, 2}) {
                assertEquals(n, epoll.await(four));
                assertEquals(n, four.size());
                for (int i = 0; i < n; i++) {
                    found.add(four.data(i));
                }
            }
            assertEquals(0, epoll.poll(four));
            assertEquals(expected, found);
        } finally {
            for (EventFd fd : fds) {
                fd.close();
            }
        }
    }

    // LTP epoll_wait14
    @Test
    void aSmallArrayComesRoundToAllThatStayReady() throws IOException {
        int ready = 7;
        int rounds = 3;
        EpollEvents three = EpollEvents.allocate(arena, 3);
        List<EventFd> fds = new ArrayList<>();
        try (EventFd quiet = EventFd.create()) {
            epoll.add(quiet, EPOLLIN, ready);
            for (int i = 0; i < ready; i++) {
                fds.add(EventFd.create(1, EventFd.EFD_CLOEXEC));
                epoll.add(fds.get(i), EPOLLIN, i);
            }
            int[] found = new int[ready];
            for (int i = 0; i < ready * rounds; i += 3) {
                assertEquals(3, epoll.await(three));
                for (int j = 0; j < 3; j++) {
                    found[(int) three.data(j)]++;
                }
            }
            for (int count : found) {
                assertEquals(rounds, count);
            }
        } finally {
            for (EventFd fd : fds) {
                fd.close();
            }
        }
    }

    @Test
    void hangUpAndErrorAreReportedWithAnEmptyMask() throws IOException {
        try (Pipe hungUp = Pipe.create(); Pipe broken = Pipe.create()) {
            epoll.add(hungUp.reader(), 0);
            write(hungUp.writer(), "x");
            assertEquals(-1, ready());
            hungUp.writer().close();
            assertEquals(EPOLLHUP, ready());
            assertEquals(EPOLLHUP, ready());
            epoll.remove(hungUp.reader());

            epoll.add(broken.writer(), 0);
            assertEquals(-1, ready());
            broken.reader().close();
            assertEquals(EPOLLERR, ready());
        }
    }

    @Test
    void aPipeHangsUpWithoutBeingReadable() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            epoll.add(pipe.reader(), EPOLLIN);
            write(pipe.writer(), "x");
            pipe.writer().close();
            assertEquals(EPOLLIN | EPOLLHUP, ready());
            assertEquals("x", read(pipe.reader()));
            assertEquals(EPOLLHUP, ready());
            assertEquals("", read(pipe.reader()));
        }
    }

    // LTP epoll_wait05; libuv poll_unidirectional
    @Test
    void aSocketTellsAHalfClosedPeerFromAGoneOne() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            epoll.add(pair.first(), EPOLLIN | EPOLLRDHUP);
            pair.second().shutdown(SocketFd.SHUT_WR);
            assertEquals(EPOLLIN | EPOLLRDHUP, ready());
            pair.second().close();
            assertEquals(EPOLLIN | EPOLLRDHUP | EPOLLHUP, ready());
            epoll.modify(pair.first(), 0, pair.first().fd());
            assertEquals(EPOLLHUP, ready());
        }
    }

    // libuv poll_oob
    @Test
    void outOfBandDataIsPriority() throws IOException {
        try (SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            listener.listen(1);
            InetSocketAddress address = (InetSocketAddress) listener.getsockname();
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                epoll.add(listener, EPOLLIN);
                assertEquals(1, epoll.awaitNanos(events, LONG_NANOS));
                epoll.remove(listener);
                try (SocketFd accepted = listener.accept()) {
                    epoll.add(accepted, EPOLLPRI);
                    client.getOutputStream().write('x');
                    assertEquals(-1, ready());
                    client.sendUrgentData('!');
                    assertEquals(1, epoll.awaitNanos(events, LONG_NANOS));
                    assertEquals(EPOLLPRI, events.events(0));
                    int all = EPOLLIN | EPOLLPRI | EPOLLOUT | EPOLLRDHUP;
                    epoll.modify(accepted, all, accepted.fd());
                    assertEquals(EPOLLIN | EPOLLPRI | EPOLLOUT, ready());
                    assertEquals(1, accepted.recv(arena.allocate(8), SocketFd.MSG_OOB));
                    assertEquals(EPOLLIN | EPOLLOUT, ready());
                    client.shutdownOutput();
                    epoll.modify(accepted, EPOLLPRI | EPOLLRDHUP, accepted.fd());
                    assertEquals(1, epoll.awaitNanos(events, LONG_NANOS));
                    assertEquals(EPOLLRDHUP, events.events(0));
                }
            }
        }
    }

    // libuv poll_nested_epoll
    @Test
    void anEpollWatchesAnother() throws IOException {
        try (Epoll inner = Epoll.create(); EventFd fd = EventFd.create()) {
            inner.add(fd, EPOLLIN, 7);
            epoll.add(inner, EPOLLIN);
            assertEquals(-1, ready());
            fd.write(1);
            assertEquals(EPOLLIN, ready());
            assertEquals(inner.fd(), events.fd(0));
            assertEquals(1, inner.poll(events));
            assertEquals(7, events.data(0));
            assertEquals(1, fd.read());
            assertEquals(-1, ready());
        }
    }

    // LTP epoll_wait09
    @Test
    void nestedEpollsReportAtEveryDepth() throws IOException {
        List<Epoll> chain = new ArrayList<>(List.of(epoll));
        try (Pipe pipe = Pipe.create()) {
            epoll.add(pipe.reader(), EPOLLIN);
            while (chain.size() < 5) {
                Epoll outer = Epoll.create();
                chain.add(outer);
                outer.add(chain.get(chain.size() - 2), EPOLLIN);
            }
            write(pipe.writer(), "x");
            for (int i = chain.size() - 1; i >= 0; i--) {
                assertEquals(1, chain.get(i).poll(events));
                assertEquals(EPOLLIN, events.events(0));
                assertEquals(i == 0 ? pipe.reader().fd() : chain.get(i - 1).fd(), events.fd(0));
            }
            assertEquals("x", read(pipe.reader()));
            assertEquals(0, chain.getLast().poll(events));
        } finally {
            for (Epoll link : chain) {
                link.close();
            }
        }
    }

    // polling multiple_pollers level_triggered, edge_triggered, oneshot_triggered
    @Test
    void twoEpollsWatchTheSameDescriptorIndependently() throws IOException {
        try (EventFd fd = EventFd.create(1, EventFd.EFD_NONBLOCK); Epoll other = Epoll.create()) {
            epoll.add(fd, EPOLLIN | EPOLLONESHOT, 1);
            other.add(fd, EPOLLIN | EPOLLET, 2);
            assertEquals(EPOLLIN, ready());
            assertEquals(1, events.data(0));
            assertEquals(-1, ready());
            assertEquals(1, other.poll(events));
            assertEquals(2, events.data(0));
            assertEquals(0, other.poll(events));
            epoll.remove(fd);
            fd.write(1);
            assertEquals(-1, ready());
            assertEquals(1, other.poll(events));
        }
    }

    @Test
    void aDuplicateIsWatchedBesideItsOriginal() throws IOException {
        try (EventFd fd = EventFd.create(1, 0); Fd dup = Fcntl.dup(fd)) {
            epoll.add(fd, EPOLLIN, 1);
            epoll.add(dup, EPOLLIN, 2);
            assertEquals(2, epoll.poll(events));
            assertEquals(3, events.data(0) + events.data(1));
            epoll.remove(fd);
            assertEquals(1, epoll.poll(events));
            assertEquals(2, events.data(0));
        }
    }
}
