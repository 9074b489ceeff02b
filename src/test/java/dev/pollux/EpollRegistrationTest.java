package dev.pollux;

import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLONESHOT;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Epoll.EPOLLRDHUP;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What can be registered, changed and removed, and what is refused. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollRegistrationTest extends EpollFixture {
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
}
