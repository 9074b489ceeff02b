package dev.pollux;

import static dev.pollux.Fcntl.O_ACCMODE;
import static dev.pollux.Fcntl.O_APPEND;
import static dev.pollux.Fcntl.O_CREAT;
import static dev.pollux.Fcntl.O_DIRECTORY;
import static dev.pollux.Fcntl.O_EXCL;
import static dev.pollux.Fcntl.O_NOFOLLOW;
import static dev.pollux.Fcntl.O_NONBLOCK;
import static dev.pollux.Fcntl.O_PATH;
import static dev.pollux.Fcntl.O_RDONLY;
import static dev.pollux.Fcntl.O_RDWR;
import static dev.pollux.Fcntl.O_TRUNC;
import static dev.pollux.Fcntl.O_WRONLY;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.get;
import static dev.pollux.Support.openFilesLimit;
import static dev.pollux.Support.read;
import static dev.pollux.Support.start;
import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FcntlTest {
    private static final Fd NOT_OPEN = Fd.borrow(Integer.MAX_VALUE);

    // status flags

    @Test
    void nonBlockingIsSetAndTakenAway() throws IOException {
        try (Pipe pipe = Pipe.create(0)) {
            assertFalse(Fcntl.isNonBlocking(pipe.reader()));
            Fcntl.setNonBlocking(pipe.reader(), true);
            assertTrue(Fcntl.isNonBlocking(pipe.reader()));
            assertEquals(O_NONBLOCK, Fcntl.getFlags(pipe.reader()) & O_NONBLOCK);
            assertFalse(Fcntl.isNonBlocking(pipe.writer()));
            assertEquals(null, read(pipe.reader()));
            Fcntl.setNonBlocking(pipe.reader(), true);
            Fcntl.setNonBlocking(pipe.reader(), false);
            assertFalse(Fcntl.isNonBlocking(pipe.reader()));
        }
    }

    @Test
    void otherFlagsStayWhenNonBlockingChanges(@TempDir Path folder) throws IOException {
        try (Fd fd = Fcntl.open(folder.resolve("file"), O_RDWR | O_CREAT | O_APPEND)) {
            int before = Fcntl.getFlags(fd);
            Fcntl.setNonBlocking(fd, true);
            assertEquals(before | O_NONBLOCK, Fcntl.getFlags(fd));
            assertEquals(O_APPEND, before & O_APPEND);
            Fcntl.setNonBlocking(fd, false);
            assertEquals(before, Fcntl.getFlags(fd));
        }
    }

    /** Its own flag it may lose, to a {@code setFlags} that knew nothing of it yet. */
    @Test
    void nonBlockingLeavesAFlagAloneThatAnotherThreadChangesMeanwhile(@TempDir Path folder) throws Exception {
        try (Fd fd = Fcntl.open(folder.resolve("file"), O_RDWR | O_CREAT)) {
            AtomicBoolean end = new AtomicBoolean();
            FutureTask<Void> other = start(() -> {
                for (boolean set = true; !end.get(); set = !set) {
                    Fcntl.setNonBlocking(fd, set);
                }
                return null;
            });
            try {
                for (int i = 0; i < 200_000; i++) {
                    int append = i % 2 == 0 ? O_APPEND : 0;
                    Fcntl.setFlags(fd, append);
                    for (int look = 0; look < 3; look++) {
                        assertEquals(append, Fcntl.getFlags(fd) & O_APPEND, "lost after " + i);
                    }
                }
            } finally {
                end.set(true);
            }
            get(other);
        }
    }

    // LTP fcntl08
    @Test
    void flagsAreSetAndTheAccessModeStays(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(file, "abc");
        try (Fd fd = Fcntl.open(file, O_WRONLY)) {
            Fcntl.setFlags(fd, O_APPEND | O_NONBLOCK | O_RDWR);
            assertEquals(O_APPEND | O_NONBLOCK, Fcntl.getFlags(fd) & (O_APPEND | O_NONBLOCK));
            assertEquals(O_WRONLY, Fcntl.getFlags(fd) & O_ACCMODE);
            write(fd, "def");
        }
        assertEquals("abcdef", Files.readString(file));
    }

    // dup

    // LTP fcntl29
    @Test
    void duplicatesShareNonBlockingAndNotCloseOnExec() throws IOException {
        try (Pipe pipe = Pipe.create(0); Fd dup = Fcntl.dup(pipe.reader())) {
            assertNotEquals(pipe.reader().fd(), dup.fd());
            assertTrue(Fcntl.isCloseOnExec(dup));
            assertFalse(Fcntl.isCloseOnExec(pipe.reader()));
            Fcntl.setNonBlocking(dup, true);
            assertTrue(Fcntl.isNonBlocking(pipe.reader()));
            Fcntl.setCloseOnExec(pipe.reader(), true);
            Fcntl.setCloseOnExec(dup, false);
            assertTrue(Fcntl.isCloseOnExec(pipe.reader()));
            assertFalse(Fcntl.isCloseOnExec(dup));
            write(pipe.writer(), "x");
            assertEquals("x", read(dup));
        }
    }

    @Test
    void duplicatesShareThePosition(@TempDir Path folder) throws IOException {
        try (Fd fd = Fcntl.open(folder.resolve("file"), O_RDWR | O_CREAT); Fd dup = Fcntl.dup(fd)) {
            write(fd, "abc");
            write(dup, "def");
        }
        assertEquals("abcdef", Files.readString(folder.resolve("file")));
    }

    @Test
    void aDuplicateHasAtLeastTheNumberAskedFor() throws IOException {
        int limit = openFilesLimit();
        try (Pipe pipe = Pipe.create()) {
            for (int least : new int[] {0, 200, Math.min(limit, 1000) - 10}) {
                try (Fd dup = Fcntl.dup(pipe.reader(), least); Fd next = Fcntl.dup(pipe.reader(), least)) {
                    assertTrue(dup.fd() >= least);
                    assertTrue(next.fd() > dup.fd());
                }
            }
            assumeTrue(limit < Integer.MAX_VALUE);
            assertErrno(Errno.EINVAL, () -> Fcntl.dup(pipe.reader(), limit));
            assertErrno(Errno.EINVAL, () -> Fcntl.dup(pipe.reader(), -1));
        }
    }

    // pipes

    // LTP fcntl30
    @Test
    void thePipeSizeIsReadAndSet() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            int before = Fcntl.getPipeSize(pipe.reader());
            assertTrue(before >= 4096);
            assertEquals(before, Fcntl.getPipeSize(pipe.writer()));
            int half = Fcntl.setPipeSize(pipe.writer(), before / 2 + 1);
            assertTrue(half > before / 2 && half <= before);
            int least = Fcntl.setPipeSize(pipe.reader(), 1);
            assertTrue(least >= 4096);
            assertEquals(least, Fcntl.getPipeSize(pipe.writer()));
            assertEquals(least, pipe.writer().write(arena.allocate(least + 1L)));
        }
    }

    // LTP fcntl37
    @Test
    void aPipeDoesNotShrinkBelowWhatIsInIt() throws IOException {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            int size = Fcntl.getPipeSize(pipe.reader());
            int least = Fcntl.setPipeSize(pipe.reader(), 1);
            assumeTrue(least < size, "pipes of this user cannot be larger");
            assertEquals(size, Fcntl.setPipeSize(pipe.reader(), size));
            assertEquals(size, pipe.writer().write(arena.allocate(size)));
            ErrnoException thrown = assertErrno(Errno.EBUSY, () -> Fcntl.setPipeSize(pipe.reader(), least));
            assertTrue(thrown.getMessage().contains("in it"), thrown.getMessage());
            assertEquals(size, Fcntl.getPipeSize(pipe.reader()));
        }
    }

    // LTP fcntl37
    @Test
    void aPipeDoesNotGrowPastTheLimitOfTheUnprivileged() throws IOException {
        long sysResource = 1L << 24;
        String effective = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:")).findFirst().orElseThrow().substring(7).trim();
        assumeFalse((Long.parseUnsignedLong(effective, 16) & sysResource) != 0, "a privileged process may");
        int limit;
        // in one read: these files give the rest of a number to nobody
        try (BufferedReader file = Files.newBufferedReader(Path.of("/proc/sys/fs/pipe-max-size"))) {
            limit = Integer.parseInt(file.readLine());
        }
        assumeTrue(limit < 1 << 30);
        try (Pipe pipe = Pipe.create()) {
            ErrnoException thrown = assertErrno(Errno.EPERM, () -> Fcntl.setPipeSize(pipe.reader(), limit + 1));
            assertTrue(thrown.getMessage().contains("/proc/sys/fs/pipe-max-size"), thrown.getMessage());
        }
    }

    // LTP fcntl37
    @Test
    void aChildOfTheJdkHasOnlyWhatIsItsStandardInput() throws Exception {
        try (Pipe pipe = Pipe.create(0); Fd writer = Fcntl.dup(pipe.writer(), 60)) {
            Fcntl.setCloseOnExec(writer, false);
            assertFalse(Fcntl.isCloseOnExec(writer));
            Process child = new ProcessBuilder("sh", "-c", "test -e /proc/$$/fd/0 && ! test -e /proc/$$/fd/"
                    + writer.fd() + " && read line && test \"$line\" = hello")
                    .redirectInput(new File("/proc/self/fd/" + pipe.reader().fd())).start();
            write(writer, "hello\n");
            assertEquals(0, child.waitFor());
        }
    }

    @Test
    void whatIsNoPipeHasNoSize() throws IOException {
        try (EventFd fd = EventFd.create(); Pipe pipe = Pipe.create()) {
            assertErrno(Errno.EBADF, () -> Fcntl.getPipeSize(fd));
            assertErrno(Errno.EBADF, () -> Fcntl.setPipeSize(fd, 4096));
            assertErrno(Errno.EINVAL, () -> Fcntl.setPipeSize(pipe.reader(), -1));
        }
    }

    // owners

    @Test
    void theOwnerIsSetAndRead() throws IOException {
        int pid = (int) ProcessHandle.current().pid();
        try (SocketPair pair = SocketPair.create()) {
            assertEquals(0, Fcntl.getOwner(pair.first()).id());
            for (Fcntl.Owner owner : new Fcntl.Owner[] {new Fcntl.Owner(Fcntl.F_OWNER_PID, pid),
                new Fcntl.Owner(Fcntl.F_OWNER_TID, Signals.thisThread()), new Fcntl.Owner(Fcntl.F_OWNER_PID, 0)}) {
                Fcntl.setOwner(pair.first(), owner);
                assertEquals(owner, Fcntl.getOwner(pair.first()));
            }
            assertEquals(0, Fcntl.getOwner(pair.second()).id());
            ErrnoException thrown = assertErrno(Errno.ESRCH,
                    () -> Fcntl.setOwner(pair.first(), new Fcntl.Owner(Fcntl.F_OWNER_PID, Integer.MAX_VALUE)));
            assertTrue(thrown.call().contains("F_SETOWN_EX, {1, 2147483647}"), thrown.call());
            assertErrno(Errno.EINVAL, () -> Fcntl.setOwner(pair.first(), new Fcntl.Owner(99, pid)));
        }
    }

    // opening

    @Test
    void openGivesAnOwnedDescriptorThatIsCloseOnExec(@TempDir Path folder) throws IOException {
        Path file = folder.resolve(Support.fileName());
        try (Fd fd = Fcntl.open(file, O_WRONLY | O_CREAT | O_EXCL)) {
            assertTrue(Fcntl.isCloseOnExec(fd));
            write(fd, "abc");
        }
        assertEquals("abc", Files.readString(file));
        try (Fd fd = Fcntl.open(file, O_RDONLY)) {
            assertEquals("abc", read(fd));
            assertEquals("", read(fd));
        }
        Fcntl.open(file, O_WRONLY | O_TRUNC).close();
        assertEquals(0, Files.size(file));
    }

    @Test
    void theModeIsThatOfANewFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("file");
        Fcntl.open(file, O_RDWR | O_CREAT, 0400).close();
        assertEquals("r--------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Path usual = folder.resolve("usual");
        Fcntl.open(usual, O_RDWR | O_CREAT).close();
        assertTrue(PosixFilePermissions.toString(Files.getPosixFilePermissions(usual)).startsWith("rw-"));
    }

    @Test
    void openErrorsCarryTheirErrno(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("file");
        Files.createFile(file);
        Path missing = folder.resolve("missing");
        ErrnoException thrown = assertErrno(Errno.ENOENT, () -> Fcntl.open(missing, O_RDONLY));
        assertEquals("open(\"" + missing + "\", flags=02000000)", thrown.call());
        assertErrno(Errno.EEXIST, () -> Fcntl.open(file, O_RDWR | O_CREAT | O_EXCL));
        assertErrno(Errno.EISDIR, () -> Fcntl.open(folder, O_RDWR));
        assertErrno(Errno.ENOTDIR, () -> Fcntl.open(file.resolve("below"), O_RDONLY));
        assertErrno(Errno.ENAMETOOLONG, () -> Fcntl.open(folder.resolve("x".repeat(300)), O_RDONLY));
        assertFalse(Files.exists(missing));
    }

    @Test
    void flagsThatDifferByArchitectureMeanWhatTheySay(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("file");
        Files.writeString(file, "abc");
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        assertErrno(Errno.ELOOP, () -> Fcntl.open(link, O_RDONLY | O_NOFOLLOW));
        assertErrno(Errno.ENOTDIR, () -> Fcntl.open(file, O_RDONLY | O_DIRECTORY));
        Fcntl.open(folder, O_RDONLY | O_DIRECTORY).close();
        Fcntl.open(file, O_RDONLY | O_NOFOLLOW).close();
        try (Fd fd = Fcntl.open(link, O_RDONLY)) {
            assertEquals("abc", read(fd));
        }
        try (Fd name = Fcntl.open(file, O_PATH)) {
            assertErrno(Errno.EBADF, () -> read(name));
        }
    }

    // locks

    @Test
    void closingAnyDescriptorOfAFileReleasesTheLocksOfTheProcess(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("file");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FileLock lock = channel.lock();
            assertTrue(isLocked(file));
            Fcntl.open(file, O_RDONLY).close();
            assertTrue(lock.isValid(), "what Java thinks");
            assertFalse(isLocked(file), "the kernel disagrees");
            lock.release();
        }
        try (Fd fd = Fcntl.open(file, O_RDONLY);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            Fd dup = Fcntl.dup(fd);
            channel.lock();
            assertTrue(isLocked(file));
            dup.close();
            assertFalse(isLocked(file));
        }
    }

    /** Whether this process has a lock that another one notices. */
    private static boolean isLocked(Path file) throws Exception {
        return Child.run(Child.java(TriesToLock.class, file.toString())).equals("locked\n");
    }

    static final class TriesToLock {
        private TriesToLock() { }

        public static void main(String[] args) throws IOException {
            try (FileChannel channel = FileChannel.open(Path.of(args[0]), StandardOpenOption.WRITE)) {
                System.out.println(channel.tryLock() == null ? "locked" : "free");
            }
        }
    }

    @Test
    void aSignalDoesNotEndAnOpenThatWaits(@TempDir Path folder) throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).inheritIO().start().waitFor());
        FutureTask<Fd> reader = start(() -> {
            try (Signals.Storm _ = Signals.storm(1_000_000)) {
                return Fcntl.open(fifo, O_RDONLY);
            }
        });
        Thread.sleep(50);
        assertFalse(reader.isDone());
        try (Fd writer = Fcntl.open(fifo, O_WRONLY); Fd opened = get(reader)) {
            write(writer, "x");
            assertEquals("x", read(opened));
        }
    }

    @Test
    void aFileWithoutANameCanBeMade(@TempDir Path folder) throws IOException {
        Fd fd;
        try {
            fd = Fcntl.open(folder, O_RDWR | Fcntl.O_TMPFILE);
        } catch (ErrnoException e) {
            assumeFalse(e.errno() == Errno.EOPNOTSUPP, "not on this file system");
            throw e;
        }
        write(fd, "x");
        fd.close();
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    // errors

    // LTP fcntl13
    @Test
    void numbersThatAreNotOpenAreEbadf() {
        for (Executable call : new Executable[] {() -> Fcntl.getFlags(NOT_OPEN), () -> Fcntl.setFlags(NOT_OPEN, 0),
            () -> Fcntl.isNonBlocking(NOT_OPEN), () -> Fcntl.setNonBlocking(NOT_OPEN, true),
            () -> Fcntl.isCloseOnExec(NOT_OPEN), () -> Fcntl.setCloseOnExec(NOT_OPEN, true), () -> Fcntl.dup(NOT_OPEN),
            () -> Fcntl.dup(NOT_OPEN, 5), () -> Fcntl.getPipeSize(NOT_OPEN), () -> Fcntl.setPipeSize(NOT_OPEN, 1),
            () -> Fcntl.getOwner(NOT_OPEN), () -> Fcntl.setOwner(NOT_OPEN, new Fcntl.Owner(Fcntl.F_OWNER_PID, 0))}) {
            ErrnoException thrown = assertErrno(Errno.EBADF, call);
            assertTrue(thrown.call().startsWith("fcntl(fd=2147483647, F_"), thrown.call());
        }
    }

    @Test
    void closedDescriptorsAreRefused() throws IOException {
        EventFd closed = EventFd.create();
        closed.close();
        for (Executable call : new Executable[] {() -> Fcntl.getFlags(closed), () -> Fcntl.setFlags(closed, 0),
            () -> Fcntl.isNonBlocking(closed), () -> Fcntl.setNonBlocking(closed, true),
            () -> Fcntl.isCloseOnExec(closed), () -> Fcntl.setCloseOnExec(closed, true), () -> Fcntl.dup(closed),
            () -> Fcntl.getPipeSize(closed), () -> Fcntl.setPipeSize(closed, 1), () -> Fcntl.getOwner(closed),
            () -> Fcntl.setOwner(closed, new Fcntl.Owner(Fcntl.F_OWNER_PID, 0))}) {
            assertClosed(call);
        }
    }

    // openat

    @Test
    void aPathGoesFromTheDirectoryWhereverThatIsMoved(@TempDir Path folder) throws IOException {
        Path before = Files.createDirectory(folder.resolve("before"));
        Files.writeString(before.resolve("file"), "inside");
        Files.writeString(folder.resolve("absolute"), "absolute");
        try (Fd directory = Fcntl.open(before, O_RDONLY | O_DIRECTORY); Fd named = Fcntl.open(before, O_PATH)) {
            Files.move(before, folder.resolve("after"));
            for (Fd from : new Fd[] {directory, named}) {
                try (Fd file = Fcntl.openat(from, Path.of("file"), O_RDONLY)) {
                    assertEquals("inside", read(file));
                    assertTrue(Fcntl.isCloseOnExec(file));
                }
                try (Fd file = Fcntl.openat(from, folder.resolve("absolute"), O_RDONLY)) {
                    assertEquals("absolute", read(file));
                }
            }
            Fcntl.openat(directory, Path.of("new"), O_RDWR | O_CREAT | O_EXCL, 0600).close();
            assertEquals(PosixFilePermissions.fromString("rw-------"),
                    Files.getPosixFilePermissions(folder.resolve("after/new")));
            assertErrno(Errno.ENOENT, () -> Fcntl.openat(directory, Path.of(""), O_RDONLY));
            assertErrno(Errno.EEXIST, () -> Fcntl.openat(directory, Path.of("new"), O_CREAT | O_EXCL));
        }
    }

    /** In the directory of the JVM is a file of this name, and in that of the descriptor is none. */
    @Test
    void neitherUserDirNorTheWorkingDirectoryPlayAPart(@TempDir Path folder) throws IOException {
        Path here = Path.of("pom.xml");
        assertTrue(Files.exists(here));
        try (Fd directory = Fcntl.open(folder, O_PATH)) {
            assertErrno(Errno.ENOENT, () -> Fcntl.openat(directory, here, O_RDONLY));
            Path noText = Path.of(URI.create("file:///n%E4m")).getFileName();
            Fcntl.openat(directory, noText, O_RDWR | O_CREAT).close();
            assertTrue(Files.exists(folder.resolve(noText)));
        }
    }

    @Test
    void whatIsNoDirectoryAndALinkThatIsNotToBeFollowedAreRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("link"), file);
        try (Fd directory = Fcntl.open(folder, O_PATH); Fd regular = Fcntl.open(file, O_RDONLY)) {
            assertErrno(Errno.ELOOP, () -> Fcntl.openat(directory, Path.of("link"), O_RDONLY | O_NOFOLLOW));
            assertErrno(Errno.ENOTDIR, () -> Fcntl.openat(directory, Path.of("file/x"), O_RDONLY));
            assertEquals("openat(fd=" + regular.fd() + ", \"x\", flags=" + ErrnoException.octal(Fcntl.O_CLOEXEC) + ")",
                    assertErrno(Errno.ENOTDIR, () -> Fcntl.openat(regular, Path.of("x"), O_RDONLY)).call());
            assertErrno(Errno.EBADF, () -> Fcntl.openat(NOT_OPEN, Path.of("x"), O_RDONLY));
        }
        Fd closed = Fcntl.open(folder, O_PATH);
        closed.close();
        assertClosed(() -> Fcntl.openat(closed, Path.of("file"), O_RDONLY));
    }
}
