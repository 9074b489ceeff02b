package dev.pollux;

import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.assertTimesOut;
import static dev.pollux.Support.awaitBusy;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.read;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SelectTest {
    /** Above what the kernel's table of this process reaches to, and not open. */
    private static final int BEYOND = 30_000;
    private static final int NOT_OPEN = 1000;

    private Arena arena;
    private FdSet r;
    private FdSet w;
    private FdSet e;

    @BeforeEach
    void open() {
        arena = Arena.ofShared();
        r = FdSet.allocate(arena);
        w = FdSet.allocate(arena);
        e = FdSet.allocate(arena);
    }

    @AfterEach
    void close() {
        arena.close();
    }

    private static List<Integer> numbers(FdSet set) {
        List<Integer> numbers = new ArrayList<>();
        for (int fd = set.next(0); fd >= 0; fd = set.next(fd + 1)) {
            numbers.add(fd);
        }
        return numbers;
    }

    // what is found

    // LTP select04
    @Test
    void eachSetIsOverwrittenWithWhatIsReady() throws IOException {
        try (Pipe ready = Pipe.create(); Pipe idle = Pipe.create()) {
            write(ready.writer(), "x");
            var all = arena.allocate(Fcntl.getPipeSize(idle.writer()));
            assertEquals(all.byteSize(), idle.writer().write(all));
            for (Fd fd : new Fd[] {ready.reader(), ready.writer(), idle.writer()}) {
                r.set(fd.fd());
                w.set(fd.fd());
                e.set(fd.fd());
            }
            assertEquals(2, Select.await(r, w, e));
            assertEquals(List.of(ready.reader().fd()), numbers(r));
            assertEquals(List.of(ready.writer().fd()), numbers(w));
            assertEquals(List.of(), numbers(e));
        }
    }

    // LTP select01, select02
    @Test
    void everySetMayBeMissing() throws IOException {
        try (EventFd fd = EventFd.create(1, 0)) {
            r.set(fd.fd());
            w.set(fd.fd());
            assertEquals(1, Select.await(r, null, null));
            assertEquals(1, Select.poll(null, w, null));
            e.set(fd.fd());
            assertEquals(0, Select.poll(null, null, e));
            assertEquals(List.of(fd.fd()), numbers(r));
            assertEquals(List.of(), numbers(e));
            assertTimesOut(1_000_000, () -> Select.awaitNanos(null, null, null, 1_000_000));
        }
    }

    // LTP select04
    @Test
    void aTimeoutEmptiesTheSets() throws IOException {
        try (EventFd fd = EventFd.create()) {
            r.set(fd.fd());
            e.set(fd.fd());
            assertEquals(0, Select.awaitNanos(r, w, e, 1_000_000));
            assertEquals(List.of(), numbers(r));
            assertEquals(List.of(), numbers(e));
        }
    }

    // CPython test_select test_select
    @Test
    void theEndAndAnErrorAreReadable() throws IOException {
        try (Pipe ended = Pipe.create(); Pipe broken = Pipe.create()) {
            r.set(ended.reader().fd());
            w.set(broken.writer().fd());
            ended.writer().close();
            broken.reader().close();
            assertEquals(2, Select.await(r, w, null));
            assertEquals("", read(ended.reader()));
        }
    }

    // libuv poll_oob
    @Test
    void outOfBandDataIsExceptional() throws IOException {
        try (SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM)) {
            listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            listener.listen(1);
            InetSocketAddress address = (InetSocketAddress) listener.getsockname();
            r.set(listener.fd());
            try (Socket client = new Socket(address.getAddress(), address.getPort())) {
                assertEquals(1, Select.awaitNanos(r, null, null, LONG_NANOS));
                try (SocketFd accepted = listener.accept()) {
                    e.set(accepted.fd());
                    client.sendUrgentData('!');
                    assertEquals(1, Select.awaitNanos(null, null, e, LONG_NANOS));
                    assertTrue(e.isSet(accepted.fd()));
                    client.getOutputStream().write('x');
                    assertNotEquals(0, ready(accepted, Poll.POLLIN));
                    r.set(accepted.fd());
                    r.clear(listener.fd());
                    w.set(accepted.fd());
                    assertEquals(3, Select.poll(r, w, e));
                    assertTrue(r.isSet(accepted) && w.isSet(accepted) && e.isSet(accepted));
                    assertEquals(1, accepted.recv(arena.allocate(8), SocketFd.MSG_OOB));
                    assertEquals(2, Select.poll(r, w, e));
                    assertTrue(r.isSet(accepted) && w.isSet(accepted));
                    assertEquals(List.of(), numbers(e));
                }
            }
        }
    }

    // LTP select01, pselect03
    @Test
    void regularFilesAndDevNullAreAlwaysReady(@TempDir Path folder) throws IOException {
        try (Fd file = Fcntl.open(folder.resolve("file"), Fcntl.O_RDWR | Fcntl.O_CREAT);
                Fd devNull = Fcntl.open(Path.of("/dev/null"), Fcntl.O_RDWR)) {
            for (Fd fd : new Fd[] {file, devNull}) {
                r.set(fd.fd());
                w.set(fd.fd());
            }
            assertEquals(4, Select.await(r, w, null));
        }
    }

    @Test
    void numbersAtWordBordersAreFound() throws IOException {
        for (int number : new int[] {63 + 128, 64 + 128, 127 + 128, 959, 960, 1023}) {
            try (EventFd fd = EventFd.create(1, 0); Fd dup = dupTo(fd, number)) {
                r.zero();
                r.set(dup.fd());
                assertEquals(1, Select.poll(r, null, null), () -> "fd " + number);
                assertEquals(List.of(number), numbers(r));
            }
        }
    }

    @Test
    void aLargerSetReallyReachesBeyondFdSetsize() throws IOException {
        FdSet large = FdSet.allocate(arena, 1200);
        FdSet empty = FdSet.allocate(arena, 1200);
        try (Pipe pipe = Pipe.create(); Fd high = dupTo(pipe.reader(), 1100)) {
            large.set(high.fd());
            large.set(pipe.reader().fd());
            assertEquals(0, Select.poll(large, null, null));
            assertEquals(List.of(), numbers(large));
            write(pipe.writer(), "x");
            large.set(high.fd());
            large.set(pipe.reader().fd());
            assertEquals(2, Select.await(large, empty, null));
            assertEquals(List.of(pipe.reader().fd(), 1100), numbers(large));
            assertThrows(IndexOutOfBoundsException.class, () -> r.set(high.fd()));
        }
    }

    // errors

    // LTP select03, pselect02; CPython test_select test_errno
    @Test
    void aNumberThatIsNotOpenIsEbadfAndTheSetsStay() throws IOException {
        SigSet mask = SigSet.full(arena);
        try (EventFd fd = EventFd.create(1, 0); Fd high = dupTo(fd, NOT_OPEN)) {
            // the kernel's table has room for the number now
            assertEquals(NOT_OPEN, high.fd());
        }
        try (EventFd fd = EventFd.create(1, 0)) {
            r.set(fd.fd());
            w.set(NOT_OPEN);
            for (Support.Wait wait : waits(r, w, null, mask)) {
                ErrnoException thrown = assertErrno(Errno.EBADF, wait::call);
                assertTrue(thrown.call().contains("select(nfds=" + (NOT_OPEN + 1)), thrown.call());
                assertEquals(List.of(fd.fd()), numbers(r));
                assertEquals(List.of(NOT_OPEN), numbers(w));
            }
        }
    }

    // LTP select03
    @Test
    void aNumberThatIsNotOpenIsEbadfInEachSet() throws IOException {
        SigSet mask = SigSet.full(arena);
        try (EventFd fd = EventFd.create(1, 0)) {
            for (FdSet bad : List.of(r, w, e)) {
                for (FdSet set : List.of(r, w, e)) {
                    set.zero();
                    set.set(set == bad ? NOT_OPEN : fd.fd());
                }
                for (Support.Wait wait : waits(r, w, e, mask)) {
                    assertErrno(Errno.EBADF, wait::call);
                    assertEquals(List.of(NOT_OPEN), numbers(bad));
                }
                assertErrno(Errno.EBADF, () -> Select.poll(bad == r ? r : null, bad == w ? w : null,
                        bad == e ? e : null));
            }
        }
    }

    @Test
    void aNumberThatTheKernelWouldNotLookAtIsEbadfToo() throws Exception {
        SigSet mask = SigSet.full(arena);
        FdSet large = FdSet.allocate(arena, 40_000);
        FdSet other = FdSet.allocate(arena, 40_000);
        large.set(BEYOND);
        try (EventFd ready = EventFd.create(1, 0)) {
            for (boolean somethingReady : new boolean[] {true, false}) {
                if (somethingReady) {
                    other.set(ready.fd());
                }
                for (Support.Wait wait : waits(large, other, null, mask)) {
                    FutureTask<ErrnoException> waiter = start(() -> assertErrno(Errno.EBADF, wait::call));
                    String message = get(waiter).getMessage();
                    assertTrue(message.contains("fd " + BEYOND), message);
                    assertEquals(List.of(BEYOND), numbers(large));
                    assertEquals(somethingReady ? List.of(ready.fd()) : List.of(), numbers(other));
                }
                other.zero();
            }
        }
    }

    private static List<Support.Wait> waits(FdSet r, FdSet w, FdSet e, SigSet mask) {
        return List.of(() -> Select.await(r, w, e), () -> Select.poll(r, w, e),
                () -> Select.await(r, w, e, Duration.ofDays(1)), () -> Select.awaitNanos(r, w, e, 1),
                () -> Select.await(r, w, e, mask), () -> Select.await(r, w, e, Duration.ofDays(1), mask),
                () -> Select.awaitNanos(r, w, e, 1, mask));
    }

    // CPython test_select test_returned_list_identity
    @Test
    void theSameSetTwiceIsRefused() throws IOException {
        SigSet mask = SigSet.full(arena);
        try (EventFd fd = EventFd.create(1, 0)) {
            r.set(fd.fd());
            List<Support.Wait> waits = new ArrayList<>(waits(r, r, null, mask));
            waits.addAll(waits(r, null, r, mask));
            waits.addAll(waits(null, r, r, mask));
            for (Support.Wait wait : waits) {
                assertThrows(IllegalArgumentException.class, wait::call);
            }
            assertEquals(1, Select.await(r, w, e));
        }
    }

    @Test
    void setsOfDifferentCapacitiesAreRefused() {
        // the kernel would read and write beyond the smaller one
        SigSet mask = SigSet.full(arena);
        FdSet large = FdSet.allocate(arena, 1025);
        List<Support.Wait> waits = new ArrayList<>(waits(large, w, null, mask));
        waits.addAll(waits(r, null, large, mask));
        waits.addAll(waits(null, large, e, mask));
        for (Support.Wait wait : waits) {
            assertThrows(IllegalArgumentException.class, wait::call);
        }
    }

    // signals

    @Test
    void aSignalThatTheMaskLetsThroughLeavesTheSetsAlone() throws IOException {
        SigSet none = SigSet.empty(arena);
        List<Support.Wait> waits = List.of(() -> Select.await(r, w, e, none),
                () -> Select.await(r, w, e, Duration.ofHours(1), none),
                () -> Select.awaitNanos(r, w, e, Long.MAX_VALUE, none));
        try (EventFd idle = EventFd.create()) {
            r.set(idle.fd());
            e.set(idle.fd());
            for (Support.Wait wait : waits) {
                try (Signals.Storm _ = Signals.storm(2_000_000)) {
                    assertEquals(SigSet.INTERRUPTED, wait.call());
                }
                assertEquals(List.of(idle.fd()), numbers(r));
                assertEquals(List.of(), numbers(w));
                assertEquals(List.of(idle.fd()), numbers(e));
            }
        }
    }

    // other threads

    @Test
    void aSetThatAnotherThreadWaitsWithIsRefusedInEveryPlace() throws Exception {
        try (EventFd fd = EventFd.create()) {
            r.set(fd.fd());
            FutureTask<Integer> waiter = start(() -> Select.await(r, w, e));
            awaitBusy(r);
            String message = assertThrows(IllegalStateException.class, () -> Select.poll(r, w, e)).getMessage();
            assertTrue(message.contains("another thread"), message);
            FdSet free = FdSet.allocate(arena);
            assertThrows(IllegalStateException.class, () -> Select.poll(free, r, null));
            assertEquals(0, Select.poll(free, null, null));
            fd.write(1);
            assertEquals(1, get(waiter));
            assertEquals(1, Select.poll(r, w, e));
        }
    }
}
