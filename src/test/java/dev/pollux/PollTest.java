package dev.pollux;

import static dev.pollux.Poll.POLLERR;
import static dev.pollux.Poll.POLLHUP;
import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLNVAL;
import static dev.pollux.Poll.POLLOUT;
import static dev.pollux.Poll.POLLPRI;
import static dev.pollux.Poll.POLLRDHUP;
import static dev.pollux.Poll.POLLRDNORM;
import static dev.pollux.Poll.POLLWRNORM;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.openFilesLimit;
import static dev.pollux.Support.read;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PollTest {
    private Arena arena;
    private PollFds fds;

    @BeforeEach
    void open() {
        arena = Arena.ofShared();
        fds = PollFds.allocate(arena, 16);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    // what is found

    // LTP poll01; CPython test_selectors test_select_read_write
    @Test
    void eachEntryGetsItsOwnResult() throws IOException {
        try (Pipe pipe = Pipe.create(); EventFd counter = EventFd.create(); SocketPair pair = SocketPair.create()) {
            write(pipe.writer(), "x");
            pair.second().shutdown(SocketFd.SHUT_WR);
            fds.add(counter, POLLIN);
            fds.add(pipe.reader(), POLLIN | POLLRDNORM);
            fds.add(pipe.writer(), POLLOUT | POLLWRNORM);
            fds.add(counter, POLLIN | POLLOUT);
            fds.add(pair.first(), POLLIN | POLLOUT | POLLRDHUP);
            assertEquals(4, Poll.await(fds));
            assertEquals(0, fds.revents(0));
            assertEquals(POLLIN | POLLRDNORM, fds.revents(1));
            assertEquals(POLLOUT | POLLWRNORM, fds.revents(2));
            assertEquals(POLLOUT, fds.revents(3));
            assertEquals(POLLIN | POLLOUT | POLLRDHUP, fds.revents(4));
        }
    }

    @Test
    void resultsAreThoseOfTheLastCallOnly() throws IOException {
        try (EventFd fd = EventFd.create(1, EventFd.EFD_NONBLOCK)) {
            fds.add(fd, POLLIN);
            assertEquals(1, Poll.poll(fds));
            assertEquals(1, Poll.poll(fds));
            assertEquals(POLLIN, fds.revents(0));
            fd.read();
            assertEquals(0, Poll.poll(fds));
            assertEquals(0, fds.revents(0));
        }
    }

    @Test
    void hangUpAndErrorAreReportedWithAnEmptyMask() throws IOException {
        try (Pipe hungUp = Pipe.create(); Pipe broken = Pipe.create()) {
            fds.add(hungUp.reader(), 0);
            fds.add(broken.writer(), 0);
            write(hungUp.writer(), "x");
            assertEquals(0, Poll.poll(fds));
            hungUp.writer().close();
            broken.reader().close();
            assertEquals(2, Poll.await(fds));
            assertEquals(POLLHUP, fds.revents(0));
            assertEquals(POLLERR, fds.revents(1));
        }
    }

    // LTP poll03; CPython test_poll test_poll2
    @Test
    void aPipeHangsUpWithoutBeingReadable() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            fds.add(pipe.reader(), POLLIN);
            write(pipe.writer(), "x");
            pipe.writer().close();
            assertEquals(1, Poll.await(fds));
            assertEquals(POLLIN | POLLHUP, fds.revents(0));
            assertEquals("x", read(pipe.reader()));
            assertEquals(1, Poll.await(fds));
            assertEquals(POLLHUP, fds.revents(0));
        }
    }

    // LTP poll04, ppoll01 FD_ALREADY_CLOSED; CPython test_poll test_poll_unit_tests
    @Test
    void aNumberThatIsNotOpenIsAResult() throws IOException {
        try (EventFd fd = EventFd.create(1, 0)) {
            fds.add(Fd.borrow(Integer.MAX_VALUE), POLLIN);
            fds.add(fd, POLLIN);
            assertEquals(2, Poll.await(fds));
            assertEquals(POLLNVAL, fds.revents(0));
            assertEquals(POLLIN, fds.revents(1));
        }
        assertEquals(2, Poll.await(fds));
        assertEquals(POLLNVAL, fds.revents(1));
    }

    @Test
    void ignoredEntriesArePassedOverEvenWhenTheyHangUp() throws IOException {
        try (Pipe pipe = Pipe.create(); EventFd fd = EventFd.create(1, 0)) {
            fds.add(pipe.reader(), POLLIN);
            fds.add(Fd.borrow(Integer.MAX_VALUE), POLLIN);
            fds.add(fd, POLLIN);
            pipe.writer().close();
            assertEquals(3, Poll.poll(fds));
            fds.ignore(0, true);
            fds.ignore(1, true);
            assertEquals(1, Poll.poll(fds));
            assertEquals(0, fds.revents(0));
            assertEquals(0, fds.revents(1));
            assertEquals(POLLIN, fds.revents(2));
            fds.ignore(0, false);
            assertEquals(2, Poll.poll(fds));
            assertEquals(POLLHUP, fds.revents(0));
        }
    }

    // libuv poll_oob
    @Test
    void outOfBandDataIsPriority() throws IOException {
        try (SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            listener.listen(1);
            InetSocketAddress address = (InetSocketAddress) listener.getsockname();
            fds.add(listener, POLLIN);
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                assertEquals(1, Poll.awaitNanos(fds, LONG_NANOS));
                try (SocketFd accepted = listener.accept()) {
                    fds.set(0, accepted, POLLPRI);
                    client.getOutputStream().write('x');
                    assertEquals(0, Poll.poll(fds));
                    client.sendUrgentData('!');
                    assertEquals(1, Poll.awaitNanos(fds, LONG_NANOS));
                    assertEquals(POLLPRI, fds.revents(0));
                    fds.setEvents(0, POLLIN | POLLPRI | POLLOUT | POLLRDHUP);
                    assertEquals(1, Poll.poll(fds));
                    assertEquals(POLLIN | POLLPRI | POLLOUT, fds.revents(0));
                    assertEquals(1, accepted.recv(arena.allocate(8), SocketFd.MSG_OOB));
                    assertEquals(1, Poll.poll(fds));
                    assertEquals(POLLIN | POLLOUT, fds.revents(0));
                }
            }
        }
    }

    // CPython test_poll test_poll1, test_selectors test_selector; polling many_connections
    @Test
    void manyPipesAreFoundOneAfterTheOther() throws IOException {
        PollFds many = PollFds.allocate(arena, 200);
        List<Pipe> pipes = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                Pipe pipe = Pipe.create();
                pipes.add(pipe);
                many.add(pipe.reader(), POLLIN);
                many.add(pipe.writer(), POLLOUT);
            }
            Random random = new Random(4711);
            while (many.size() > 0) {
                int open = many.size() / 2;
                assertEquals(open, Poll.await(many));
                Pipe pipe = pipes.get(random.nextInt(pipes.size()));
                write(pipe.writer(), "x");
                assertEquals(open + 1, Poll.await(many));
                int found = -1;
                for (int i = 0; i < many.size(); i++) {
                    if (many.events(i) == POLLIN && many.revents(i) != 0) {
                        assertEquals(-1, found);
                        found = i;
                    }
                }
                assertEquals(POLLIN, many.revents(found));
                assertEquals(pipe.reader().fd(), many.fd(found));
                many.remove(found);
                for (int i = 0; i < many.size(); i++) {
                    if (many.fd(i) == pipe.writer().fd()) {
                        assertEquals(POLLOUT, many.revents(i));
                        many.remove(i);
                    }
                }
                pipes.remove(pipe);
                pipe.close();
            }
        } finally {
            for (Pipe pipe : pipes) {
                pipe.close();
            }
        }
        assertEquals(List.of(), pipes);
    }

    // CPython test_selectors test_above_fd_setsize
    @Test
    void numbersBeyondFdSetsizeAreLikeOthers() throws IOException {
        try (EventFd fd = EventFd.create(1, 0); Fd high = dupTo(fd, FdSet.FD_SETSIZE + 77)) {
            fds.add(high, POLLIN);
            assertEquals(1, Poll.poll(fds));
            assertEquals(POLLIN, fds.revents(0));
        }
    }

    // LTP ppoll01 NORMAL
    @Test
    void regularFilesAndDevNullAreAlwaysReady(@TempDir Path folder) throws IOException {
        try (Fd file = Fcntl.open(folder.resolve("file"), Fcntl.O_RDWR | Fcntl.O_CREAT);
                Fd devNull = Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDWR)) {
            fds.add(file, POLLIN | POLLOUT);
            fds.add(devNull, POLLIN | POLLOUT);
            assertEquals(2, Poll.await(fds));
            assertEquals(POLLIN | POLLOUT, fds.revents(0));
            assertEquals(POLLIN | POLLOUT, fds.revents(1));
        }
    }

    @Test
    void epollsCanBePolled() throws IOException {
        try (Epoll epoll = Epoll.create(); EventFd fd = EventFd.create()) {
            epoll.add(fd, Epoll.EPOLLIN);
            fds.add(epoll, POLLIN);
            assertEquals(0, Poll.poll(fds));
            fd.write(1);
            assertEquals(1, Poll.poll(fds));
            assertEquals(POLLIN, fds.revents(0));
        }
    }

    // LTP ppoll01 INVALID_NFDS
    @Test
    void onlyTheEntriesInUseCountAgainstTheLimitOfOpenFiles() throws IOException {
        int limit = openFilesLimit();
        assumeTrue(limit <= 1 << 21, "an array of so many entries is too large for a test");
        PollFds many = PollFds.allocate(arena, limit + 1);
        try (EventFd fd = EventFd.create(1, 0)) {
            many.add(fd, POLLIN);
            assertEquals(1, Poll.poll(many));
            while (many.size() < limit) {
                many.ignore(many.add(fd, POLLIN), true);
            }
            assertEquals(1, Poll.poll(many));
            many.ignore(many.add(fd, POLLIN), true);
            for (Support.Wait wait : List.<Support.Wait>of(() -> Poll.await(many), () -> Poll.poll(many),
                    () -> Poll.awaitNanos(many, 1), () -> Poll.await(many, SigSet.full(arena)))) {
                ErrnoException thrown = assertErrno(Errno.EINVAL, wait::call);
                assertTrue(thrown.getMessage().contains("soft limit " + limit), thrown.getMessage());
                assertTrue(thrown.call().contains("poll(nfds=" + (limit + 1)), thrown.call());
            }
        }
    }

    // text

    @Test
    void aMaskAsTextNamesItsBitsAndKeepsTheRest() {
        assertEquals("0", Poll.toString(0));
        assertEquals("POLLIN|POLLHUP", Poll.toString(POLLIN | POLLHUP));
        assertEquals("POLLNVAL", Poll.toString(POLLNVAL));
        assertEquals("POLLOUT|0x80000800", Poll.toString(POLLOUT | 0x80000800));
    }
}
