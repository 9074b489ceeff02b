package dev.pollux;

import static dev.pollux.Epoll.EPOLLERR;
import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLONESHOT;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Epoll.EPOLLPRI;
import static dev.pollux.Epoll.EPOLLRDHUP;
import static dev.pollux.Epoll.EPOLLRDNORM;
import static dev.pollux.Epoll.EPOLLWRNORM;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.read;
import static dev.pollux.Support.start;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollTest {
    private static final int HIGH = 901;

    private Arena arena;
    private Epoll epoll;
    private EpollEvents events;

    @BeforeEach
    void open() throws IOException {
        arena = Arena.ofShared();
        epoll = Epoll.create();
        events = EpollEvents.allocate(arena, 16);
    }

    @AfterEach
    void close() throws IOException {
        epoll.close();
        arena.close();
    }

    /** What is ready now: one event, or -1 for none. */
    private int ready() throws IOException {
        int n = epoll.poll(events);
        assertTrue(n == 0 || n == 1, () -> events.toString());
        return n == 0 ? -1 : events.events(0);
    }

    // creating

    // LTP epoll_create1_01; CPython test_epoll test_fd_non_inheritable
    @Test
    void aNewOneIsCloseOnExecUnlessToldOtherwise() throws IOException {
        assertTrue(Fcntl.isCloseOnExec(epoll));
        try (Epoll inherited = Epoll.create(0)) {
            assertFalse(Fcntl.isCloseOnExec(inherited));
        }
    }

    // LTP epoll_create1_02; CPython test_epoll test_create, test_errors
    @Test
    void unknownFlagsAreRefused() {
        assertErrno(Errno.EINVAL, () -> Epoll.create(-1));
        ErrnoException thrown = assertErrno(Errno.EINVAL, () -> Epoll.create(Epoll.EPOLL_CLOEXEC + 1));
        assertTrue(thrown.call().startsWith("epoll_create1(flags="), thrown.call());
    }

    // CPython test_epoll test_fromfd
    @Test
    void anAdoptedOneWaitsLikeAnother() throws IOException {
        try (EventFd fd = EventFd.create(); Epoll adopted = Epoll.adopt(Fcntl.dup(epoll).fd())) {
            epoll.add(fd, EPOLLIN);
            fd.write(1);
            assertEquals(1, adopted.await(events));
            assertEquals(fd.fd(), events.fd(0));
        }
    }

    // events

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

    // polling io basic_io; mio poll readiness_is_reregistered_after_would_block
    @Test
    void levelTriggeredIsReportedUntilItIsRead() throws IOException {
        try (EventFd fd = EventFd.create()) {
            epoll.add(fd, EPOLLIN);
            assertEquals(-1, ready());
            fd.write(1);
            assertEquals(EPOLLIN, ready());
            assertEquals(EPOLLIN, ready());
            assertEquals(1, fd.read());
            assertEquals(-1, ready());
        }
    }

    // LTP epoll_wait06
    @Test
    void edgeTriggeredIsBit31AndReportsAChangeOnce() throws IOException {
        assertEquals(Integer.MIN_VALUE, EPOLLET);
        try (Pipe pipe = Pipe.create()) {
            epoll.add(pipe.reader(), EPOLLIN | EPOLLET);
            write(pipe.writer(), "ab");
            assertEquals(EPOLLIN, ready());
            assertEquals(-1, ready());
            write(pipe.writer(), "c");
            assertEquals(EPOLLIN, ready());
            assertEquals(-1, ready());
            assertEquals("abc", read(pipe.reader()));
            assertEquals(-1, ready());
            pipe.writer().close();
            assertEquals(EPOLLHUP, ready());
            assertEquals(-1, ready());
        }
    }

    // LTP epoll_wait06
    @Test
    void edgeTriggeredWritingIsReportedWhenThereIsRoomAgain() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            var all = arena.allocate(Fcntl.getPipeSize(pipe.writer()));
            epoll.add(pipe.writer(), EPOLLOUT | EPOLLET);
            assertEquals(EPOLLOUT, ready());
            assertEquals(-1, ready());
            assertEquals(all.byteSize(), pipe.writer().write(all));
            assertEquals(-1, ready());
            assertEquals(all.byteSize(), pipe.reader().read(all));
            assertEquals(EPOLLOUT, ready());
            assertEquals(-1, ready());
        }
    }

    // CPython test_epoll test_control_and_wait
    @Test
    void bothDirectionsOfAnEdgeTriggeredSocketComeInOneEvent() throws IOException {
        try (SocketPair pair = SocketPair.create()) {
            for (Fd end : new Fd[] {pair.first(), pair.second()}) {
                epoll.add(end, EPOLLIN | EPOLLOUT | EPOLLET);
            }
            for (int expected : new int[] {EPOLLOUT, EPOLLIN | EPOLLOUT}) {
                assertEquals(2, epoll.poll(events));
                assertEquals(expected, events.events(0));
                assertEquals(expected, events.events(1));
                assertEquals(Set.of(pair.first().fd(), pair.second().fd()), Set.of(events.fd(0), events.fd(1)));
                assertEquals(0, epoll.poll(events));
                write(pair.first(), "Hello");
                write(pair.second(), "there");
            }
            epoll.remove(pair.first());
            epoll.modify(pair.second(), EPOLLOUT, pair.second().fd());
            assertEquals(EPOLLOUT, ready());
            assertEquals(pair.second().fd(), events.fd(0));
        }
    }

    // polling other_modes level_triggered, edge_triggered, edge_oneshot_triggered
    @Test
    void aPartialReadLeavesALevelAndNoEdge() throws IOException {
        for (int mode : new int[] {0, EPOLLET, EPOLLET | EPOLLONESHOT}) {
            try (SocketPair pair = SocketPair.create()) {
                epoll.add(pair.first(), EPOLLIN | mode);
                write(pair.second(), "abcde");
                assertEquals(EPOLLIN, ready());
                assertEquals(3, pair.first().read(arena.allocate(3)));
                assertEquals(mode == 0 ? EPOLLIN : -1, ready());
                write(pair.second(), "f");
                assertEquals((mode & EPOLLONESHOT) == 0 ? EPOLLIN : -1, ready());
                epoll.modify(pair.first(), EPOLLIN | mode, pair.first().fd());
                assertEquals(EPOLLIN, ready());
                assertEquals("def", read(pair.first()));
                assertEquals(-1, ready());
            }
        }
    }

    @Test
    void modifyingAnEdgeTriggeredOneReportsWhatIsStillThere() throws IOException {
        try (EventFd fd = EventFd.create(1, EventFd.EFD_NONBLOCK)) {
            epoll.add(fd, EPOLLIN | EPOLLET);
            assertEquals(EPOLLIN, ready());
            assertEquals(-1, ready());
            epoll.modify(fd, EPOLLIN | EPOLLET, fd.fd());
            assertEquals(EPOLLIN, ready());
            assertEquals(-1, ready());
        }
    }

    // LTP epoll_wait07
    @Test
    void oneShotReportsOnceUntilModifiedAgain() throws IOException {
        try (EventFd fd = EventFd.create()) {
            epoll.add(fd, EPOLLIN | EPOLLONESHOT, 1);
            fd.write(1);
            assertEquals(EPOLLIN, ready());
            fd.write(1);
            assertEquals(-1, ready());
            epoll.modify(fd, EPOLLIN | EPOLLONESHOT, 2);
            assertEquals(EPOLLIN, ready());
            assertEquals(2, events.data(0));
            assertEquals(-1, ready());
        }
    }

    @Test
    void oneShotMutesAHangUpToo() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            epoll.add(pipe.reader(), EPOLLONESHOT);
            pipe.writer().close();
            assertEquals(EPOLLHUP, ready());
            assertEquals(-1, ready());
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

    @Test
    void exclusiveWakesThoseItMust() throws Exception {
        try (EventFd fd = EventFd.create(); Epoll other = Epoll.create()) {
            epoll.add(fd, EPOLLIN | EPOLLEXCLUSIVE, 1);
            other.add(fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLET, 2);
            fd.write(1);
            int here = epoll.poll(events);
            assertEquals(1, here == 1 ? here : other.poll(events));
        }
    }

    // registering

    // LTP epoll_ctl01; mio poll reregister_interest_token_usage, poll_ok_after_cancelling_pending_ops
    /** The kernel sets events and data at once: a change that gave none would replace those that were. */
    @Test
    void noChangeReplacesTheDataByOtherThanItGives() {
        List<List<Class<?>>> changes = Stream.of(Epoll.class.getMethods())
                .filter(method -> method.getName().equals("modify"))
                .map(method -> List.of(method.getParameterTypes())).toList();
        assertEquals(List.of(List.of(Fd.class, int.class, long.class)), changes);
    }

    @Test
    void theDataIsTheNumberUnlessGiven() throws IOException {
        try (EventFd fd = EventFd.create(1, 0)) {
            epoll.add(fd, EPOLLIN);
            assertEquals(EPOLLIN, ready());
            assertEquals(fd.fd(), events.data(0));
            epoll.modify(fd, EPOLLIN, -5);
            assertEquals(EPOLLIN, ready());
            assertEquals(-5, events.data(0));
            epoll.modify(fd, EPOLLIN, fd.fd());
            assertEquals(EPOLLIN, ready());
            assertEquals(fd.fd(), events.data(0));
        }
    }

    // LTP epoll_ctl01; mio registering register_deregister, registering_after_deregistering
    @Test
    void removedIsNotReported() throws IOException {
        try (EventFd fd = EventFd.create(1, 0)) {
            epoll.add(fd, EPOLLIN);
            epoll.remove(fd);
            assertEquals(-1, ready());
            epoll.add(fd, EPOLLIN);
            assertEquals(EPOLLIN, ready());
        }
    }

    // LTP epoll_ctl02, epoll_ctl06; libuv poll_bad_fdtype
    @Test
    void filesThatAreAlwaysReadyAreRefusedWithAdvice(@TempDir Path folder) throws IOException {
        try (Fd file = Fcntl.open(folder.resolve("file"), Fcntl.O_RDWR | Fcntl.O_CREAT);
                Fd directory = Fcntl.open(folder, Fcntl.O_RDONLY);
                Fd devNull = Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDONLY)) {
            for (Fd fd : new Fd[] {file, directory, devNull}) {
                ErrnoException thrown = assertErrno(Errno.EPERM, () -> epoll.add(fd, EPOLLIN));
                assertTrue(thrown.getMessage().contains("poll or select"), thrown.getMessage());
                assertEquals("epoll_ctl(epfd=" + epoll.fd() + ", EPOLL_CTL_ADD, fd=" + fd.fd() + ", EPOLLIN)",
                        thrown.call());
            }
        }
    }

    // LTP epoll_ctl02; CPython test_epoll test_add; polling io insert_twice, delete_unrecognized; mio poll
    // double_register_different_token, reregister_without_register, deregister_without_register; libuv
    // poll_multiple_handles
    @Test
    void addingTwiceAndChangingTheUnknownAreErrors() throws IOException {
        try (EventFd fd = EventFd.create()) {
            assertErrno(Errno.ENOENT, () -> epoll.modify(fd, EPOLLIN, fd.fd()));
            assertErrno(Errno.ENOENT, () -> epoll.remove(fd));
            epoll.add(fd, EPOLLIN);
            assertErrno(Errno.EEXIST, () -> epoll.add(fd, EPOLLOUT));
            epoll.remove(fd);
            ErrnoException thrown = assertErrno(Errno.ENOENT, () -> epoll.remove(fd));
            assertEquals("epoll_ctl(epfd=" + epoll.fd() + ", EPOLL_CTL_DEL, fd=" + fd.fd() + ", NULL)", thrown.call());
        }
    }

    // LTP epoll_ctl02; CPython test_epoll test_add
    @Test
    void numbersThatAreNotOpenAreEbadf() {
        Fd notOpen = Fd.borrow(Integer.MAX_VALUE);
        assertErrno(Errno.EBADF, () -> epoll.add(notOpen, EPOLLIN));
        assertErrno(Errno.EBADF, () -> epoll.modify(notOpen, EPOLLIN, notOpen.fd()));
        assertErrno(Errno.EBADF, () -> epoll.remove(notOpen));
    }

    // LTP epoll_ctl06
    @Test
    void aDescriptorThatOnlyNamesAFileIsNotOpenForThis(@TempDir Path folder) throws IOException {
        try (Fd name = Fcntl.open(folder, Fcntl.O_PATH)) {
            assertErrno(Errno.EBADF, () -> epoll.add(name, EPOLLIN));
        }
    }

    // LTP epoll_wait03, epoll_ctl02
    @Test
    void whatIsNoEpollIsRefused() throws IOException {
        try (Pipe pipe = Pipe.create(); EventFd fd = EventFd.create();
                Epoll noEpoll = Epoll.adopt(Fcntl.dup(pipe.reader()).fd())) {
            assertErrno(Errno.EINVAL, () -> noEpoll.add(fd, EPOLLIN));
            assertErrno(Errno.EINVAL, () -> noEpoll.await(events));
            assertErrno(Errno.EINVAL, () -> noEpoll.awaitNanos(events, 1));
            assertErrno(Errno.EINVAL, () -> noEpoll.poll(events));
            SigSet mask = SigSet.full(arena);
            ErrnoException thrown = assertErrno(Errno.EINVAL, () -> noEpoll.await(events, mask));
            assertTrue(thrown.call().startsWith("epoll_pwait(epfd=" + noEpoll.fd()), thrown.call());
        }
        Epoll notOpen = Epoll.adopt(Integer.MAX_VALUE);
        assertErrno(Errno.EBADF, () -> notOpen.await(events));
        assertErrno(Errno.EBADF, () -> notOpen.add(epoll, EPOLLIN));
        assertErrno(Errno.EBADF, notOpen::close);
    }

    // LTP epoll_ctl02
    @Test
    void itselfIsRefused() {
        assertErrno(Errno.EINVAL, () -> epoll.add(epoll, EPOLLIN));
    }

    @Test
    void exclusiveIsRefusedWhereItDoesNotGo() throws IOException {
        try (EventFd fd = EventFd.create(); Epoll inner = Epoll.create()) {
            assertErrno(Errno.EINVAL, () -> epoll.add(fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT));
            assertErrno(Errno.EINVAL, () -> epoll.add(fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLRDHUP));
            assertErrno(Errno.EINVAL, () -> epoll.add(inner, EPOLLIN | EPOLLEXCLUSIVE));
            epoll.add(fd, EPOLLIN);
            assertErrno(Errno.EINVAL, () -> epoll.modify(fd, EPOLLIN | EPOLLEXCLUSIVE, fd.fd()));
            epoll.remove(fd);
            epoll.add(fd, EPOLLIN | EPOLLEXCLUSIVE);
            assertErrno(Errno.EINVAL, () -> epoll.modify(fd, EPOLLIN, fd.fd()));
            fd.write(1);
            assertEquals(EPOLLIN, ready());
        }
    }

    // LTP epoll_ctl07; epoll_ctl05
    @Test
    void aCircleIsRefused() throws IOException {
        try (Epoll other = Epoll.create(); Epoll third = Epoll.create()) {
            epoll.add(other, EPOLLIN);
            other.add(third, EPOLLIN);
            for (Epoll inner : new Epoll[] {other, third}) {
                ErrnoException thrown = assertErrno(Errno.ELOOP, () -> inner.add(epoll, EPOLLIN));
                assertTrue(thrown.getMessage().contains("circle"), thrown.getMessage());
            }
        }
    }

    // LTP epoll_ctl04
    @Test
    void nestingHasABound() throws IOException {
        List<Epoll> chain = new ArrayList<>(List.of(epoll));
        try {
            ErrnoException thrown = assertThrows(ErrnoException.class, () -> {
                for (int depth = 0; depth < 10; depth++) {
                    Epoll outer = Epoll.create();
                    chain.add(outer);
                    outer.add(chain.get(chain.size() - 2), EPOLLIN);
                }
            });
            assertTrue(thrown.errno() == Errno.EINVAL || thrown.errno() == Errno.ELOOP, thrown::getMessage);
            assertTrue(chain.size() >= 5, () -> chain + " was refused");
        } finally {
            for (Epoll link : chain) {
                link.close();
            }
        }
    }

    // CPython test_epoll test_close, test_fromfd
    @Test
    void closedObjectsAreRefusedBeforeTheKernelSeesTheirNumber() throws IOException {
        try (EventFd fd = EventFd.create()) {
            EventFd closed = EventFd.create();
            epoll.add(closed, EPOLLIN);
            closed.close();
            assertClosed(() -> epoll.add(closed, EPOLLIN));
            assertClosed(() -> epoll.add(closed, EPOLLIN, 1));
            assertClosed(() -> epoll.modify(closed, EPOLLIN, 1));
            assertClosed(() -> epoll.remove(closed));
            epoll.close();
            assertClosed(() -> epoll.add(fd, EPOLLIN));
            assertClosed(() -> epoll.await(events));
            assertClosed(() -> epoll.poll(events));
            assertClosed(() -> epoll.await(events, Duration.ofDays(1)));
            assertClosed(() -> epoll.awaitNanos(events, 1));
        }
    }

    // CPython test_selectors test_above_fd_setsize
    @Test
    void numbersBeyondFdSetsizeAreLikeOthers() throws IOException {
        try (EventFd fd = EventFd.create(1, 0); Fd high = dupTo(fd, FdSet.FD_SETSIZE + 77)) {
            epoll.add(high, EPOLLIN);
            assertEquals(EPOLLIN, ready());
            assertEquals(FdSet.FD_SETSIZE + 77, events.fd(0));
        }
    }

    // signals

    @Test
    void aSignalThatTheMaskLetsThroughLeavesNoEvents() throws IOException {
        SigSet none = SigSet.empty(arena);
        List<Support.Wait> waits = List.of(() -> epoll.await(events, none),
                () -> epoll.await(events, Duration.ofHours(1), none),
                () -> epoll.awaitNanos(events, Long.MAX_VALUE, none));
        for (Support.Wait wait : waits) {
            try (EventFd fd = EventFd.create(1, 0)) {
                epoll.add(fd, EPOLLIN);
                assertEquals(1, epoll.poll(events));
            }
            try (Signals.Storm _ = Signals.storm(2_000_000)) {
                assertEquals(SigSet.INTERRUPTED, wait.call());
            }
            assertEquals(0, events.size());
        }
    }

    // other threads

    // polling concurrent_modification concurrent_add, concurrent_modify; mio poll register_during_poll
    @Test
    void registeringWhileAnotherThreadWaitsWakesIt() throws Exception {
        try (EventFd added = EventFd.create(1, 0); EventFd modified = EventFd.create(1, 0)) {
            FutureTask<Integer> waiter = start(() -> epoll.await(events));
            awaitUsers(epoll, 1);
            epoll.add(added, EPOLLIN, 1);
            assertEquals(1, get(waiter));
            assertEquals(1, events.data(0));
            epoll.remove(added);

            epoll.add(modified, 0);
            waiter = start(() -> epoll.await(events));
            awaitUsers(epoll, 1);
            epoll.modify(modified, EPOLLIN, 2);
            assertEquals(1, get(waiter));
            assertEquals(2, events.data(0));
        }
    }

    @Test
    void removingWhileAnotherThreadWaitsSilences() throws Exception {
        try (EventFd fd = EventFd.create()) {
            epoll.add(fd, EPOLLIN);
            FutureTask<Integer> waiter = start(() -> epoll.awaitNanos(events, 100_000_000));
            awaitUsers(epoll, 1);
            epoll.remove(fd);
            fd.write(1);
            assertEquals(0, get(waiter));
        }
    }

    @Test
    void anEdgeWakesOneOfTwoWaiters() throws Exception {
        try (EventFd fd = EventFd.create(); EventFd all = EventFd.create()) {
            epoll.add(fd, EPOLLIN | EPOLLET);
            List<FutureTask<Integer>> waiters = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                EpollEvents own = EpollEvents.allocate(arena, 1);
                waiters.add(start(() -> {
                    epoll.await(own);
                    return own.fd(0);
                }));
            }
            awaitUsers(epoll, 2);
            fd.write(1);
            awaitUsers(epoll, 1);
            Thread.sleep(20);
            assertTrue(waiters.stream().filter(FutureTask::isDone).count() < 2);
            assertEquals(0, epoll.poll(events));
            epoll.add(all, EPOLLIN);
            all.write(1);
            Set<Integer> found = new HashSet<>(Arrays.asList(get(waiters.get(0)), get(waiters.get(1))));
            assertEquals(Set.of(fd.fd(), all.fd()), found);
        }
    }

    // text

    @Test
    void aMaskAsTextNamesItsBitsAndKeepsTheRest() {
        assertEquals("0", Epoll.toString(0));
        assertEquals("EPOLLIN|EPOLLRDHUP", Epoll.toString(EPOLLIN | EPOLLRDHUP));
        assertEquals("EPOLLOUT|EPOLLET", Epoll.toString(EPOLLOUT | EPOLLET));
        assertEquals("EPOLLIN|0x4000800", Epoll.toString(EPOLLIN | 0x4000800));
        // a flag of epoll_create1 is none of an event
        assertEquals("0x80000", Epoll.toString(Epoll.EPOLL_CLOEXEC));
    }
}
