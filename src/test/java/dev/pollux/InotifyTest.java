package dev.pollux;

import static dev.pollux.Epoll.EPOLLET;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Inotify.IN_ALL_EVENTS;
import static dev.pollux.Inotify.IN_ATTRIB;
import static dev.pollux.Inotify.IN_CLOEXEC;
import static dev.pollux.Inotify.IN_CLOSE_WRITE;
import static dev.pollux.Inotify.IN_CREATE;
import static dev.pollux.Inotify.IN_DELETE;
import static dev.pollux.Inotify.IN_DELETE_SELF;
import static dev.pollux.Inotify.IN_IGNORED;
import static dev.pollux.Inotify.IN_ISDIR;
import static dev.pollux.Inotify.IN_MASK_ADD;
import static dev.pollux.Inotify.IN_MASK_CREATE;
import static dev.pollux.Inotify.IN_MODIFY;
import static dev.pollux.Inotify.IN_MOVED_FROM;
import static dev.pollux.Inotify.IN_MOVED_TO;
import static dev.pollux.Inotify.IN_MOVE_SELF;
import static dev.pollux.Inotify.IN_NONBLOCK;
import static dev.pollux.Inotify.IN_ONESHOT;
import static dev.pollux.Inotify.IN_ONLYDIR;
import static dev.pollux.Inotify.IN_OPEN;
import static dev.pollux.Inotify.IN_Q_OVERFLOW;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitUsers;
import static dev.pollux.Support.get;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.internal.FileName;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InotifyTest {
    @TempDir
    Path folder;

    private Inotify inotify;
    private Arena arena;
    private InotifyEvents events;

    @BeforeEach
    void open() throws IOException {
        inotify = Inotify.create();
        arena = Arena.ofShared();
        events = InotifyEvents.allocate(arena, 4096);
    }

    @AfterEach
    void close() throws IOException {
        inotify.close();
        arena.close();
    }

    /** Everything in the queue, each as {@code "wd mask name"}. */
    private List<String> drain() throws IOException {
        List<String> all = new ArrayList<>();
        int n;
        while ((n = inotify.read(events)) > 0) {
            assertEquals(n, events.size());
            for (int i = 0; i < n; i++) {
                Path name = events.name(i);
                all.add(events.wd(i) + " " + Inotify.toString(events.mask(i)) + (name == null ? "" : " " + name));
            }
        }
        assertEquals(0, events.size());
        return all;
    }

    private static int limit(String name) throws IOException {
        // in one read: the JDK's readString reads the first digit, and finds the end after it
        try (Fd file = Fcntl.open(Path.of("/proc/sys/fs/inotify", name), Fcntl.O_RDONLY)) {
            return Integer.parseInt(Support.read(file).strip());
        }
    }

    @Test
    void aNewOneIsCloseOnExecAndNonBlockingUnlessToldOtherwise() throws IOException {
        assertTrue(Fcntl.isCloseOnExec(inotify));
        assertTrue(Fcntl.isNonBlocking(inotify));
        try (Inotify plain = Inotify.create(0); Inotify cloexec = Inotify.create(IN_CLOEXEC)) {
            assertFalse(Fcntl.isCloseOnExec(plain));
            assertFalse(Fcntl.isNonBlocking(plain));
            assertTrue(Fcntl.isCloseOnExec(cloexec));
            assertFalse(Fcntl.isNonBlocking(cloexec));
        }
        assertErrno(Errno.EINVAL, () -> Inotify.create(1));
    }

    @Test
    void aVirtualThreadAddsAWatchByAPlatformThread() throws Exception {
        Waiting<Integer> wd = new Waiting<>(() -> inotify.addWatch(folder, IN_CREATE));
        assertTrue(wd.result() >= 1);
        assertEquals(wd.result(), inotify.addWatch(folder, IN_CREATE));
        assertInstanceOf(ErrnoException.class,
                new Waiting<>(() -> inotify.addWatch(folder.resolve("none"), IN_CREATE)).thrown());
    }

    @Test
    void withoutEventsItIsNotReadable() throws IOException {
        inotify.addWatch(folder, IN_ALL_EVENTS);
        assertEquals(0, inotify.read(events));
        try (Epoll epoll = Epoll.create()) {
            epoll.add(inotify, EPOLLIN);
            assertEquals(0, epoll.poll(EpollEvents.allocate(arena, 1)));
        }
    }

    @Test
    void eventsComeInTheirOrderWithTheirNames() throws IOException {
        int wd = inotify.addWatch(folder, IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE);
        assertTrue(wd >= 1);
        Files.writeString(folder.resolve("one"), "text");
        Files.createDirectory(folder.resolve("two"));
        Files.delete(folder.resolve("one"));
        Files.delete(folder.resolve("two"));
        try (Epoll epoll = Epoll.create()) {
            epoll.add(inotify, EPOLLIN);
            EpollEvents ready = EpollEvents.allocate(arena, 1);
            assertEquals(1, epoll.await(ready));
            assertEquals(EPOLLIN, ready.events(0));
        }
        assertEquals(List.of(wd + " IN_CREATE one", wd + " IN_MODIFY one", wd + " IN_CLOSE_WRITE one",
                wd + " IN_CREATE|IN_ISDIR two", wd + " IN_DELETE one", wd + " IN_DELETE|IN_ISDIR two"), drain());
    }

    @Test
    void everyKindOfWaitReportsThem() throws IOException {
        inotify.addWatch(folder, IN_CREATE);
        FdSet set = FdSet.allocate(arena);
        set.set(inotify.fd());
        assertEquals(0, Select.poll(set, null, null));
        Files.createFile(folder.resolve("file"));
        set.set(inotify.fd());
        assertEquals(1, Select.await(set, null, null));
        assertEquals(Poll.POLLIN, ready(inotify, Poll.POLLIN | Poll.POLLOUT));
        try (Epoll epoll = Epoll.create()) {
            epoll.add(inotify, EPOLLIN | EPOLLET);
            EpollEvents ready = EpollEvents.allocate(arena, 1);
            assertEquals(1, epoll.poll(ready));
            assertEquals(0, epoll.poll(ready));
            Files.createFile(folder.resolve("another"));
            assertEquals(1, epoll.poll(ready));
        }
        assertEquals(2, inotify.read(events));
    }

    @Test
    void aWaiterIsWokenByAnEvent() throws Exception {
        inotify.addWatch(folder, IN_CREATE);
        try (Epoll epoll = Epoll.create()) {
            epoll.add(inotify, EPOLLIN);
            EpollEvents ready = EpollEvents.allocate(arena, 1);
            FutureTask<Integer> waiter = start(() -> epoll.await(ready));
            awaitUsers(epoll, 1);
            Files.createFile(folder.resolve("file"));
            assertEquals(1, get(waiter));
        }
    }

    @Test
    void aBlockingOneWaitsInItsRead() throws Exception {
        try (Inotify blocking = Inotify.create(IN_CLOEXEC)) {
            blocking.addWatch(folder, IN_CREATE);
            FutureTask<Integer> reader = start(() -> blocking.read(events));
            awaitUsers(blocking, 1);
            assertThrows(IllegalStateException.class, () -> blocking.read(events), "one array, two threads");
            Files.createFile(folder.resolve("file"));
            assertEquals(1, get(reader));
            assertEquals("file", String.valueOf(events.name(0)));
        }
    }

    @Test
    void bothSidesOfAMoveHaveItsCookie() throws IOException {
        Path from = Files.createDirectory(folder.resolve("from"));
        Path to = Files.createDirectory(folder.resolve("to"));
        int first = inotify.addWatch(from, Inotify.IN_MOVE);
        int second = inotify.addWatch(to, Inotify.IN_MOVE);
        assertNotEquals(first, second);
        for (String name : new String[] {"a", "b"}) {
            Files.createFile(from.resolve(name));
            Files.move(from.resolve(name), to.resolve(name + name));
        }
        Files.move(to.resolve("aa"), folder.resolve("out"));
        assertEquals(5, inotify.read(events));
        for (int i = 0; i < 4; i += 2) {
            assertEquals(first, events.wd(i));
            assertEquals(IN_MOVED_FROM, events.mask(i));
            assertEquals(second, events.wd(i + 1));
            assertEquals(IN_MOVED_TO, events.mask(i + 1));
            assertEquals(events.cookie(i), events.cookie(i + 1));
            assertNotEquals(0, events.cookie(i));
        }
        assertEquals("bb", String.valueOf(events.name(3)));
        assertNotEquals(events.cookie(0), events.cookie(2));
        assertEquals(IN_MOVED_FROM, events.mask(4));
        assertTrue(events.cookie(4) != events.cookie(0) && events.cookie(4) != events.cookie(2));
        assertTrue(events.toString().contains("IN_MOVED_FROM cookie=" + events.cookie(0) + " a, "), events::toString);
    }

    @Test
    void namesKeepTheirBytes() throws IOException {
        byte[][] names = {"a".getBytes(StandardCharsets.UTF_8), "two\nlines".getBytes(StandardCharsets.UTF_8),
            "n\u00e4me\u20ac".getBytes(StandardCharsets.UTF_8), {(byte) 0xff}, {'x', (byte) 0xc3, 'y', (byte) 0xfe},
            {(byte) 0xe4}, "%41?".getBytes(StandardCharsets.UTF_8), "x".repeat(255).getBytes(StandardCharsets.UTF_8)};
        inotify.addWatch(folder, IN_CREATE);
        for (byte[] name : names) {
            Files.createDirectory(folder.resolve(FileName.decode(name)));
        }
        assertEquals(names.length, inotify.read(events));
        for (int i = 0; i < names.length; i++) {
            Path name = events.name(i);
            assertEquals(FileName.decode(names[i]), name);
            assertEquals(1, name.getNameCount());
            assertFalse(name.isAbsolute());
            // it names what was created, and not what merely looks like it
            assertTrue(Files.isDirectory(folder.resolve(name)), name::toString);
            assertTrue(inotify.addWatch(folder.resolve(name), IN_ALL_EVENTS | IN_ONLYDIR) > 1);
        }
    }

    @Test
    void anEventOfTheWatchedItselfHasNoName() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        int wd = inotify.addWatch(file, IN_MODIFY);
        Files.writeString(file, "text");
        assertTrue(inotify.read(events) >= 1);
        assertEquals(wd, events.wd(0));
        assertEquals(IN_MODIFY, events.mask(0));
        assertEquals(0, events.cookie(0));
        assertNull(events.name(0));
        assertFalse(events.isOverflow(0));
        assertEquals("InotifyEvents[wd=" + wd + " IN_MODIFY]", events.toString());
    }

    @Test
    void whatDoesNotFitComesWithTheNextRead() throws IOException {
        InotifyEvents small = InotifyEvents.allocate(arena, InotifyEvents.MIN_BYTES);
        inotify.addWatch(folder, IN_CREATE);
        String longest = "x".repeat(254);
        for (int i = 0; i < 5; i++) {
            Files.createFile(folder.resolve(longest + i));
        }
        for (int i = 0; i < 5; i++) {
            ready(inotify, Poll.POLLIN);
            assertEquals(1, inotify.read(small));
            assertEquals(longest + i, String.valueOf(small.name(0)));
            assertThrows(IndexOutOfBoundsException.class, () -> small.name(1));
        }
        assertEquals(0, inotify.read(small));
    }

    @Test
    void anArrayTooSmallForSomeEventIsRefused() {
        String message = assertThrows(IllegalArgumentException.class,
                () -> InotifyEvents.allocate(arena, InotifyEvents.MIN_BYTES - 1)).getMessage();
        assertTrue(message.contains("271") && message.contains("272"), message);
        assertThrows(IllegalArgumentException.class, () -> InotifyEvents.allocate(arena, -1));
    }

    @Test
    void onlyEventsOfTheLastReadAreThere() throws IOException {
        inotify.addWatch(folder, IN_CREATE);
        Files.createFile(folder.resolve("file"));
        assertEquals(1, inotify.read(events));
        assertEquals(0, events.offset(0));
        assertEquals(inotify.read(events), events.size());
        assertThrows(IndexOutOfBoundsException.class, () -> events.wd(0));
        assertThrows(IndexOutOfBoundsException.class, () -> events.mask(0));
        assertThrows(IndexOutOfBoundsException.class, () -> events.cookie(0));
        assertThrows(IndexOutOfBoundsException.class, () -> events.isOverflow(0));
        assertThrows(IndexOutOfBoundsException.class, () -> events.name(0));
        assertThrows(IndexOutOfBoundsException.class, () -> events.offset(-1));
    }

    @Test
    void anOverflowIsSeenAndWhatCameBeforeIsKept() throws IOException {
        int queue = limit("max_queued_events");
        Assumptions.assumeTrue(queue <= 100_000, "the queue is too long to be filled");
        Path file = Files.createFile(folder.resolve("file"));
        int wd = inotify.addWatch(file, IN_OPEN | Inotify.IN_CLOSE);
        for (int i = 0; i < queue / 2 + 10; i++) {
            Fcntl.open(file, Fcntl.O_RDONLY).close();
        }
        int seen = 0;
        int overflows = 0;
        int n;
        while ((n = inotify.read(events)) > 0) {
            for (int i = 0; i < n; i++) {
                if (events.isOverflow(i)) {
                    assertEquals(-1, events.wd(i));
                    assertEquals(IN_Q_OVERFLOW, events.mask(i));
                    assertNull(events.name(i));
                    assertEquals(queue, seen, "the last of the queue");
                    overflows++;
                } else {
                    assertEquals(wd, events.wd(i));
                    seen++;
                }
            }
        }
        assertEquals(1, overflows, "of " + seen + " events");
        assertEquals(queue, seen);
        Fcntl.open(file, Fcntl.O_RDONLY).close();
        assertEquals(List.of(wd + " IN_OPEN", wd + " IN_CLOSE_NOWRITE"), drain());
    }

    @Test
    void aWatchEndsWithItsFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        int wd = inotify.addWatch(file, IN_ATTRIB | IN_DELETE_SELF);
        Files.delete(file);
        assertEquals(List.of(wd + " IN_ATTRIB", wd + " IN_DELETE_SELF", wd + " IN_IGNORED"), drain());
        ErrnoException thrown = assertErrno(Errno.EINVAL, () -> inotify.removeWatch(wd));
        assertEquals("inotify_rm_watch(fd=" + inotify.fd() + ", wd=" + wd + ")", thrown.call());
        assertTrue(thrown.getMessage().contains("no such watch"), thrown.getMessage());
    }

    @Test
    void whatIsDeletedEndsItsWatchWhenNobodyHasItOpenAnyMore() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path file = Files.createFile(inner.resolve("file"));
        int ofFile = inotify.addWatch(file, IN_ATTRIB | IN_DELETE_SELF);
        int ofFolder = inotify.addWatch(inner, IN_DELETE_SELF | IN_ONLYDIR);
        try (Fd _ = Fcntl.open(file, Fcntl.O_RDONLY)) {
            Files.delete(file);
            Files.delete(inner);
            assertEquals(List.of(ofFile + " IN_ATTRIB"), drain());
        }
        assertEquals(List.of(ofFile + " IN_DELETE_SELF", ofFile + " IN_IGNORED", ofFolder + " IN_DELETE_SELF",
                ofFolder + " IN_IGNORED"), drain());
    }

    @Test
    void aWatchStaysWithItsFile() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        int wd = inotify.addWatch(file, IN_MOVE_SELF | IN_ATTRIB);
        Path moved = Files.move(file, folder.resolve("moved"));
        assertEquals(wd, inotify.addWatch(moved, IN_MOVE_SELF | IN_DELETE_SELF));
        Files.delete(moved);
        assertEquals(List.of(wd + " IN_MOVE_SELF", wd + " IN_DELETE_SELF", wd + " IN_IGNORED"), drain());
    }

    @Test
    void eventsOfARemovedWatchAreStillReadAndEndWithIgnored() throws IOException {
        int wd = inotify.addWatch(folder, IN_CREATE);
        Files.createFile(folder.resolve("before"));
        inotify.removeWatch(wd);
        Files.createFile(folder.resolve("after"));
        int next = inotify.addWatch(folder, IN_CREATE);
        assertNotEquals(wd, next, "the number is not used again at once");
        Files.createFile(folder.resolve("again"));
        assertEquals(List.of(wd + " IN_CREATE before", wd + " IN_IGNORED", next + " IN_CREATE again"), drain());
        assertErrno(Errno.EINVAL, () -> inotify.removeWatch(wd));
        assertErrno(Errno.EINVAL, () -> inotify.removeWatch(-1));
        assertErrno(Errno.EINVAL, () -> inotify.removeWatch(Integer.MAX_VALUE));
    }

    @Test
    void oneshotEndsWithItsFirstEvent() throws IOException {
        int wd = inotify.addWatch(folder, IN_CREATE | IN_ONESHOT);
        Files.createFile(folder.resolve("one"));
        Files.createFile(folder.resolve("two"));
        assertEquals(List.of(wd + " IN_CREATE one", wd + " IN_IGNORED"), drain());
        assertErrno(Errno.EINVAL, () -> inotify.removeWatch(wd));
    }

    @Test
    void aSecondWatchOfAFileChangesTheFirst() throws IOException {
        int wd = inotify.addWatch(folder, IN_CREATE);
        ErrnoException thrown = assertErrno(Errno.EEXIST, () -> inotify.addWatch(folder, IN_DELETE | IN_MASK_CREATE));
        assertTrue(thrown.getMessage().contains("watches that file already"), thrown.getMessage());
        assertEquals(wd, inotify.addWatch(folder, IN_DELETE | IN_MASK_ADD));
        Files.createFile(folder.resolve("one"));
        Files.delete(folder.resolve("one"));
        assertEquals(wd, inotify.addWatch(folder.resolve("."), IN_DELETE));
        Files.createFile(folder.resolve("two"));
        Files.delete(folder.resolve("two"));
        assertEquals(List.of(wd + " IN_CREATE one", wd + " IN_DELETE one", wd + " IN_DELETE two"), drain());
    }

    @Test
    void whatCannotBeWatchedIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        ErrnoException thrown =
                assertErrno(Errno.ENOENT, () -> inotify.addWatch(folder.resolve("none"), IN_CREATE | IN_ISDIR));
        assertEquals("inotify_add_watch(fd=" + inotify.fd() + ", \"" + folder.resolve("none")
                + "\", IN_CREATE|IN_ISDIR)", thrown.call());
        assertErrno(Errno.ENOTDIR, () -> inotify.addWatch(file, IN_CREATE | IN_ONLYDIR));
        assertErrno(Errno.EINVAL, () -> inotify.addWatch(file, 0));
        assertErrno(Errno.EINVAL, () -> inotify.addWatch(file, IN_MODIFY | IN_MASK_ADD | IN_MASK_CREATE));
        assertErrno(Errno.ENOENT, () -> inotify.addWatch(Path.of(""), IN_CREATE));
        assertErrno(Errno.ENAMETOOLONG, () -> inotify.addWatch(Path.of("x".repeat(256)), IN_CREATE));
    }

    @Test
    void whatIsNoInotifyIsSaidToBeNone() throws IOException {
        try (EventFd eventFd = EventFd.create(1, EventFd.EFD_CLOEXEC | EventFd.EFD_NONBLOCK);
                Pipe pipe = Pipe.create()) {
            Inotify counter = Inotify.borrow(eventFd.fd());
            assertErrno(Errno.EINVAL, () -> counter.addWatch(folder, IN_CREATE));
            assertErrno(Errno.EINVAL, () -> counter.removeWatch(1));
            String message = assertThrows(IllegalStateException.class, () -> counter.read(events)).getMessage();
            assertTrue(message.contains("not an inotify"), message);
            Support.write(pipe.writer(), "0123456789012345678901234567890");
            Inotify text = Inotify.borrow(pipe.reader().fd());
            assertThrows(IllegalStateException.class, () -> text.read(events));
            assertEquals(0, events.size());
            pipe.writer().close();
            assertThrows(IllegalStateException.class, () -> text.read(events), "the end of a file");
        }
        try (Pipe pipe = Pipe.create()) {
            Inotify writer = Inotify.borrow(pipe.writer().fd());
            ErrnoException thrown = assertErrno(Errno.EBADF, () -> writer.read(events));
            assertEquals("read(fd=" + writer.fd() + ", inotify, count=4096)", thrown.call());
            ErrnoException notOpen = assertErrno(Errno.EBADF, () -> Inotify.borrow(Integer.MAX_VALUE).removeWatch(1));
            assertEquals("inotify_rm_watch(fd=" + Integer.MAX_VALUE + ", wd=1)", notOpen.call());
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        inotify.addWatch(folder, IN_CREATE);
        Files.createFile(folder.resolve("file"));
        assertEquals(1, inotify.read(events));
        inotify.close();
        inotify.close();
        assertClosed(() -> inotify.read(events));
        assertEquals(0, events.size());
        assertClosed(() -> inotify.addWatch(folder, IN_CREATE));
        assertClosed(() -> inotify.removeWatch(1));
    }

    @Test
    void adoptedItIsClosedAndBorrowedItStays() throws IOException {
        Inotify borrowed = Inotify.borrow(inotify.fd());
        assertEquals(1, borrowed.addWatch(folder, IN_CREATE));
        borrowed.close();
        Files.createFile(folder.resolve("file"));
        Inotify adopted = Inotify.adopt(inotify.detach());
        assertEquals(1, adopted.read(events));
        int number = adopted.fd();
        adopted.close();
        assertFalse(Support.isOpen(number));
    }

    @Test
    void masksAreText() {
        assertEquals("IN_MOVE_SELF", Inotify.toString(IN_MOVE_SELF));
        assertEquals("0", Inotify.toString(0));
        // in the order in which the class has them
        assertEquals("IN_CREATE|IN_IGNORED|IN_ISDIR|IN_ONESHOT|0x100000",
                Inotify.toString(IN_CREATE | IN_IGNORED | IN_ISDIR | IN_ONESHOT | 0x100000));
        assertEquals(IN_NONBLOCK, IN_MOVE_SELF, "one bit, two meanings: the reason for looking");
    }

    /** The limits are those of a user in a namespace, made for this, so that nobody else meets them. */
    @Test
    void atTheLimitsTheMessageNamesTheirFiles() throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "--user", "--map-root-user", "sh", "-c",
                "cd /proc/sys/user && echo 2 > max_inotify_instances && echo 3 > max_inotify_watches || exit 77\n"
                + "cd \"$1\" && shift && exec \"$@\"", "sh", Path.of("").toAbsolutePath().toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED", "-cp", "target/classes:target/test-classes",
                Limits.class.getName(), folder.toString()));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("no unshare here: " + e.getMessage());
            return;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Assumptions.assumeFalse(process.waitFor() != 0 && !output.contains("Exception"),
                () -> "user namespaces are not allowed here: " + output);
        List<String> lines = output.lines().toList();
        assertEquals(2, lines.size(), output);
        assertTrue(lines.get(0).startsWith("3 inotify_add_watch(") && lines.get(0).contains("ENOSPC")
                && lines.get(0).contains("/proc/sys/fs/inotify/max_user_watches"), output);
        assertTrue(lines.get(1).startsWith("2 inotify_init1(") && lines.get(1).contains("EMFILE")
                && lines.get(1).contains("/proc/sys/fs/inotify/max_user_instances")
                && lines.get(1).contains("soft limit"), output);
    }

    /** The memory is its user's to write to: that may spoil the events, and no more. */
    @Test
    void aNameWhoseLengthWasOverwrittenIsNotRead() throws IOException {
        inotify.addWatch(folder, IN_CREATE);
        Files.createFile(folder.resolve("file"));
        assertEquals(1, inotify.read(events));
        long length = events.offset(0) + 12; // struct inotify_event: wd, mask, cookie, len, name
        int before = events.segment().get(ValueLayout.JAVA_INT, length);
        for (int wrong : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 4096, 4096 - 16 + 1}) {
            events.segment().set(ValueLayout.JAVA_INT, length, wrong);
            String message = assertThrows(IllegalStateException.class, () -> events.name(0)).getMessage();
            assertEquals("event 0 was overwritten", message);
        }
        events.segment().set(ValueLayout.JAVA_INT, length, before);
        assertEquals(Path.of("file"), events.name(0));
    }

    static final class Limits {
        private Limits() { }

        /** Prints what it got, and what it was told then. */
        public static void main(String[] args) throws IOException {
            Path folder = Path.of(args[0]);
            try (Inotify first = Inotify.create(); Inotify second = Inotify.create()) {
                int watches = 0;
                try {
                    for (; watches < 10; watches++) {
                        first.addWatch(Files.createFile(folder.resolve("file" + watches)), IN_MODIFY);
                    }
                } catch (ErrnoException e) {
                    System.out.println(watches + " " + e.getMessage());
                }
                try {
                    Inotify.create().close();
                } catch (ErrnoException e) {
                    System.out.println((second.isOpen() ? 2 : 1) + " " + e.getMessage());
                }
            }
        }
    }
}
