package dev.pollux;

import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Epoll.EPOLLRDHUP;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.start;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollTest extends EpollFixture {
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
