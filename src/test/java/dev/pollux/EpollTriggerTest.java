package dev.pollux;

import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLEXCLUSIVE;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLONESHOT;
import static dev.pollux.Epoll.EPOLLOUT;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.read;
import static dev.pollux.Support.start;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When it is reported: level- and edge-triggered, one shot, exclusive. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EpollTriggerTest extends EpollFixture {
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
    void exclusiveWakesThoseItMust() throws Exception {
        try (EventFd fd = EventFd.create(); Epoll other = Epoll.create()) {
            epoll.add(fd, EPOLLIN | EPOLLEXCLUSIVE, 1);
            other.add(fd, EPOLLIN | EPOLLEXCLUSIVE | EPOLLET, 2);
            fd.write(1);
            int here = epoll.poll(events);
            assertEquals(1, here == 1 ? here : other.poll(events));
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
}
