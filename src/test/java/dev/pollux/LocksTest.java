package dev.pollux;

import static dev.pollux.Fcntl.O_CREAT;
import static dev.pollux.Fcntl.O_RDWR;
import static dev.pollux.Flock.F_RDLCK;
import static dev.pollux.Flock.F_UNLCK;
import static dev.pollux.Flock.F_WRLCK;
import static dev.pollux.Flock.SEEK_CUR;
import static dev.pollux.Flock.SEEK_END;
import static dev.pollux.Flock.SEEK_SET;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.awaitTrue;
import static dev.pollux.Support.dupTo;
import static dev.pollux.Support.get;
import static dev.pollux.Support.isOpen;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocksTest {
    /** The descriptor has this number, which nobody else takes when it is free. */
    private static final int HIGH = 908;
    private static final Flock READ = Flock.readLock(0, 0);
    private static final Flock WRITE = Flock.writeLock(0, 0);
    private static final Flock NONE = Flock.unlock(0, 0);
    private static final Duration LONG = Duration.ofNanos(LONG_NANOS);
    private static final int PID = (int) ProcessHandle.current().pid();

    @TempDir
    Path folder;

    private Path path;
    private Fd one;
    private Fd two;

    @BeforeEach
    void open() throws IOException {
        path = folder.resolve("file");
        one = Fcntl.open(path, O_RDWR | O_CREAT);
        two = Fcntl.open(path, O_RDWR);
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    /** How many wait for a lock of the file, in all processes. */
    private long waiting() throws IOException {
        String inode = ":" + Files.getAttribute(path, "unix:ino") + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .filter(line -> line.contains("-> ") && line.contains(inode)).count();
    }

    private void awaitWaiting(int count) throws Exception {
        awaitTrue(() -> waiting() == count);
    }

    private static FutureTask<Void> startLocking(boolean virtual, Callable<?> call) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            call.call();
            return null;
        });
        if (virtual) {
            Thread.ofVirtual().start(task);
        } else {
            Thread.ofPlatform().daemon().start(task);
        }
        return task;
    }

    private static Throwable thrown(FutureTask<?> task) {
        return assertThrows(ExecutionException.class, () -> get(task)).getCause();
    }

    // who is kept out

    @Test
    void twoOpenFilesOfOneProcessExcludeEachOtherAndDuplicatesDoNot() throws IOException {
        try (Fd dup = Fcntl.dup(one)) {
            assertTrue(Locks.ofdSetlk(one, WRITE));
            assertTrue(Locks.ofdSetlk(dup, WRITE));
            assertFalse(Locks.ofdSetlk(two, WRITE));
            assertFalse(Locks.ofdSetlk(two, READ));
            assertTrue(Locks.ofdSetlk(dup, READ));
            assertTrue(Locks.ofdSetlk(two, READ));
            assertFalse(Locks.ofdSetlk(one, WRITE));
            assertTrue(Locks.ofdSetlk(two, NONE));
            assertTrue(Locks.ofdSetlk(one, WRITE));
        }
        assertFalse(Locks.ofdSetlk(two, READ), "the duplicate was not the last");
        one.close();
        assertTrue(Locks.ofdSetlk(two, WRITE));
    }

    @Test
    void rangesBesideEachOtherAreFreeAndTheMiddleOfOneCanBeUnlocked() throws IOException {
        assertTrue(Locks.ofdSetlk(one, Flock.writeLock(10, 10)));
        assertTrue(Locks.ofdSetlk(two, Flock.writeLock(0, 10)));
        assertTrue(Locks.ofdSetlk(two, Flock.writeLock(20, 0)));
        assertFalse(Locks.ofdSetlk(two, Flock.readLock(19, 1)));
        assertTrue(Locks.ofdSetlk(one, Flock.unlock(14, 2)));
        assertTrue(Locks.ofdSetlk(two, Flock.writeLock(14, 2)));
        assertFalse(Locks.ofdSetlk(two, Flock.readLock(13, 1)));
        assertFalse(Locks.ofdSetlk(two, Flock.readLock(16, 1)));
    }

    @Test
    void rangesCountFromThePositionAndTheEndAndBackwards() throws IOException {
        Support.write(one, "0123456789");
        assertTrue(Locks.ofdSetlk(one, new Flock(F_WRLCK, SEEK_CUR, -2, 1, 0)));
        assertEquals(new Flock(F_WRLCK, SEEK_SET, 8, 1, -1), Locks.ofdGetlk(two, WRITE));
        assertTrue(Locks.ofdSetlk(one, NONE));
        assertTrue(Locks.ofdSetlk(one, new Flock(F_RDLCK, SEEK_END, 5, 3, 0)));
        assertEquals(new Flock(F_RDLCK, SEEK_SET, 15, 3, -1), Locks.ofdGetlk(two, WRITE));
        assertTrue(Locks.ofdSetlk(one, NONE));
        assertTrue(Locks.ofdSetlk(one, Flock.writeLock(7, -3)));
        assertEquals(new Flock(F_WRLCK, SEEK_SET, 4, 3, -1), Locks.ofdGetlk(two, WRITE));
        assertEquals(Flock.unlock(7, 1), Locks.ofdGetlk(two, Flock.writeLock(7, 1)));
    }

    @Test
    void recordLocksAreTheProcesssAndOfTheOtherKindKeptOut() throws IOException {
        assertTrue(Locks.setlk(one, WRITE));
        assertTrue(Locks.setlk(two, WRITE));
        assertEquals(NONE, Locks.getlk(two, WRITE));
        assertEquals(new Flock(F_WRLCK, SEEK_SET, 0, 0, PID), Locks.ofdGetlk(two, READ));
        assertFalse(Locks.ofdSetlk(one, READ));
        assertTrue(Locks.setlk(two, NONE));
        assertTrue(Locks.ofdSetlk(one, READ));
        assertFalse(Locks.setlk(one, WRITE));
        assertEquals(new Flock(F_RDLCK, SEEK_SET, 0, 0, -1), Locks.getlk(one, WRITE));
    }

    @Test
    void recordLocksEndWhenAnyDescriptorOfTheFileIsClosed() throws IOException {
        assertTrue(Locks.setlk(one, WRITE));
        two.close();
        try (Fd third = Fcntl.open(path, O_RDWR)) {
            assertEquals(NONE, Locks.ofdGetlk(third, WRITE));
            assertTrue(Locks.setlk(one, WRITE));
            Files.readString(path);
            assertEquals(NONE, Locks.ofdGetlk(third, WRITE));
            assertTrue(Locks.ofdSetlk(one, WRITE));
            Files.readString(path);
            assertFalse(Locks.ofdSetlk(third, WRITE), "those of open files stay");
        }
    }

    @Test
    void aLockThatWasFoundCanBeAskedFor() throws IOException {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        Flock found = Locks.ofdGetlk(two, WRITE);
        assertEquals(-1, found.pid());
        assertTrue(Locks.ofdSetlk(one, found));
        assertTrue(Locks.ofdSetlk(one, found.withType(F_UNLCK)));
        assertTrue(Locks.ofdSetlk(two, found));
    }

    /** LTP fcntl34 in small: each adds to the file what it finds there, under the lock. */
    @Test
    void threadsWithAnOpenFileEachTakeTurns() throws Exception {
        int threads = 4;
        int turns = 50;
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            boolean timed = t % 2 == 0;
            tasks.add(startLocking(t >= 2, () -> {
                for (int turn = 0; turn < turns; turn++) {
                    try (Fd mine = Fcntl.open(path, O_RDWR)) {
                        if (timed) {
                            assertTrue(Locks.ofdSetlk(mine, WRITE, LONG));
                        } else {
                            Locks.ofdSetlkw(mine, WRITE);
                        }
                        long size = Files.size(path);
                        Thread.yield();
                        Files.writeString(path, "x".repeat((int) size + 1));
                        assertTrue(Locks.ofdSetlk(mine, NONE));
                    }
                }
                return null;
            }));
        }
        for (FutureTask<Void> task : tasks) {
            get(task);
        }
        assertEquals(threads * turns, Files.size(path));
    }

    // others that lock

    @Test
    void fileChannelsAndLocksOfOpenFilesKeepEachOtherOut() throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            assertTrue(Locks.ofdSetlk(one, Flock.readLock(0, 10)));
            assertNull(channel.tryLock());
            try (FileLock lock = channel.tryLock(0, 20, true)) {
                assertNotNull(lock);
                assertEquals(new Flock(F_RDLCK, SEEK_SET, 0, 20, PID), Locks.ofdGetlk(one, WRITE));
                assertFalse(Locks.ofdSetlk(one, WRITE));
            }
            assertTrue(Locks.ofdSetlk(one, WRITE));
        }
    }

    /** Another JVM, which does what the lines that it reads say. */
    private static final class Other implements Closeable {
        private final Process process;
        private final BufferedReader output;

        Other(Path file) throws IOException {
            process = Child.java(Other.class, file.toString()).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            output = process.inputReader();
        }

        void send(String line) throws IOException {
            process.outputWriter().write(line + "\n");
            process.outputWriter().flush();
        }

        String ask(String line) throws IOException {
            send(line);
            return output.readLine();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }

        public static void main(String[] args) throws Exception {
            Path file = Path.of(args[0]);
            FileLock held = null;
            BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
                    Fd fd = Fcntl.open(file, O_RDWR)) {
                for (String line; (line = input.readLine()) != null;) {
                    String[] words = line.split(" ");
                    switch (words[0]) {
                        case "tryLock" -> System.out.println((held = channel.tryLock()) != null);
                        case "lock" -> System.out.println((held = channel.lock()) != null);
                        case "release" -> {
                            held.release();
                            System.out.println("released");
                        }
                        case "setlk" ->
                            System.out.println(Locks.setlk(fd, Flock.writeLock(Long.parseLong(words[1]), 1)));
                        case "setlkw" -> {
                            Locks.setlkw(fd, Flock.writeLock(Long.parseLong(words[1]), 1));
                            System.out.println("set");
                        }
                        default -> throw new AssertionError(line);
                    }
                }
            }
        }
    }

    @Test
    void fileChannelsOfAnotherProcessKeepOutAndAreKeptOut() throws Exception {
        try (Other other = new Other(path)) {
            assertTrue(Locks.setlk(one, WRITE));
            assertEquals("false", other.ask("tryLock"));
            assertTrue(Locks.setlk(one, NONE));
            assertTrue(Locks.ofdSetlk(one, WRITE));
            assertEquals("false", other.ask("tryLock"));
            other.send("lock");
            awaitWaiting(1);
            assertTrue(Locks.ofdSetlk(one, NONE));
            assertEquals("true", other.output.readLine());

            assertEquals((int) other.process.pid(), Locks.getlk(one, WRITE).pid());
            assertFalse(Locks.setlk(one, READ));
            assertFalse(Locks.ofdSetlk(one, READ));
            FutureTask<Void> record = startLocking(false, () -> {
                Locks.setlkw(one, READ);
                return null;
            });
            FutureTask<Void> ofOpenFile = startLocking(true, () -> {
                Locks.ofdSetlkw(two, READ);
                return null;
            });
            awaitWaiting(2);
            assertEquals("released", other.ask("release"));
            get(record);
            get(ofOpenFile);
            assertEquals("false", other.ask("tryLock"));
        }
    }

    @Test
    void lslocksShowsBothKinds() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/lslocks")), "no lslocks");
        Path real = path.toRealPath();
        Locks.setlk(one, Flock.writeLock(100, 50));
        Locks.ofdSetlk(one, Flock.readLock(1000, 0));
        String listed = Child.run(new ProcessBuilder("lslocks", "--noheadings", "--raw", "--notruncate",
                "-o", "PID,TYPE,MODE,START,END,PATH"));
        List<String> ours = listed.lines().filter(line -> line.contains(" WRITE 100 149 ")
                || line.contains("OFDLCK READ 1000 0 ")).toList();
        assertTrue(ours.contains(PID + " POSIX WRITE 100 149 " + real), listed);
        assertTrue(ours.stream().anyMatch(line -> line.startsWith("-1 OFDLCK") || line.startsWith(PID + " OFDLCK")),
                listed);
    }

    @Test
    void aDeadlockOfRecordLocksIsAnErrorForWhoClosesTheCircle() throws Exception {
        try (Other other = new Other(path)) {
            assertTrue(Locks.setlk(one, Flock.writeLock(0, 1)));
            assertEquals("true", other.ask("setlk 1"));
            other.send("setlkw 0");
            awaitWaiting(1);
            for (boolean virtual : new boolean[] {false, true}) {
                FutureTask<Void> task = startLocking(virtual, () -> {
                    Locks.setlkw(one, Flock.writeLock(1, 1));
                    return null;
                });
                Throwable thrown = thrown(task);
                assertEquals(Errno.EDEADLK, assertInstanceOf(ErrnoException.class, thrown).errno());
                assertEquals("fcntl(fd=" + one.fd() + ", F_SETLKW, {F_WRLCK, SEEK_SET, 1, 1})",
                        ((ErrnoException) thrown).call());
                assertTrue(thrown.getMessage().contains("end all locks, and begin again"), thrown.getMessage());
            }
            assertTrue(Locks.setlk(one, NONE));
            assertEquals("set", other.output.readLine());
        }
    }

    // waiting in the kernel

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWaitEndsWithTheLockInTheWayAndAnInterruptIsKept(boolean virtual) throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        Thread[] thread = new Thread[1];
        boolean[] interrupted = new boolean[1];
        FutureTask<Void> waiter = startLocking(virtual, () -> {
            thread[0] = Thread.currentThread();
            Locks.ofdSetlkw(two, WRITE);
            interrupted[0] = Thread.interrupted();
            return null;
        });
        awaitWaiting(1);
        thread[0].interrupt();
        Thread.sleep(50);
        assertFalse(waiter.isDone());
        assertEquals(1, waiting());
        assertTrue(Locks.ofdSetlk(one, NONE));
        get(waiter);
        assertTrue(interrupted[0]);
        assertFalse(Locks.ofdSetlk(one, READ));
        assertEquals(0, Support.users(two));
    }

    @Test
    void signalsDoNotEndAWait() throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        FutureTask<Void> waiter = startLocking(false, () -> {
            try (Signals.Storm storm = Signals.storm(1_000_000)) {
                Locks.ofdSetlkw(two, WRITE);
                assertTrue(storm.sent() > 0);
            }
            return null;
        });
        Support.awaitUsers(two, 1);
        Thread.sleep(50);
        assertFalse(waiter.isDone());
        assertTrue(Locks.ofdSetlk(one, NONE));
        get(waiter);
        assertFalse(Locks.ofdSetlk(one, READ));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closedMeanwhileNobodyHasTheLock(boolean virtual) throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        Fd fd = dupTo(two, HIGH);
        two.close();
        FutureTask<Void> waiter = startLocking(virtual, () -> {
            Locks.ofdSetlkw(fd, WRITE);
            return null;
        });
        awaitWaiting(1);
        fd.close();
        assertClosed(() -> Locks.ofdSetlkw(fd, WRITE));
        Thread.sleep(20);
        assertFalse(waiter.isDone());
        assertTrue(isOpen(HIGH));
        assertTrue(Locks.ofdSetlk(one, NONE));
        assertInstanceOf(AsynchronousCloseException.class, thrown(waiter));
        assertFalse(isOpen(HIGH));
        try (Fd third = Fcntl.open(path, O_RDWR)) {
            assertTrue(Locks.ofdSetlk(third, WRITE), "the lock was left behind");
        }
    }

    /** To unlock it for the one that is closed could take away what the other has locked since. */
    @Test
    void closedMeanwhileADuplicateHasTheLock() throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        try (Fd dup = Fcntl.dup(two)) {
            FutureTask<Void> waiter = startLocking(false, () -> {
                Locks.ofdSetlkw(two, WRITE);
                return null;
            });
            awaitWaiting(1);
            two.close();
            assertTrue(Locks.ofdSetlk(one, NONE));
            assertInstanceOf(AsynchronousCloseException.class, thrown(waiter));
            assertFalse(Locks.ofdSetlk(one, WRITE));
            assertTrue(Locks.ofdSetlk(dup, NONE));
            assertTrue(Locks.ofdSetlk(one, WRITE));
        }
    }

    @Test
    void closedMeanwhileASignalEndsTheWait() throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        CountDownLatch over = new CountDownLatch(1);
        int[] thread = new int[1];
        FutureTask<Void> waiter = new FutureTask<>(() -> {
            Locks.ofdSetlkw(two, WRITE);
            return null;
        });
        start(() -> {
            thread[0] = Signals.thisThread();
            waiter.run();
            // signals need a thread to go to
            over.await();
            return null;
        });
        awaitWaiting(1);
        two.close();
        try (Signals.Storm _ = new Signals.Storm(thread[0], 1_000_000)) {
            assertInstanceOf(AsynchronousCloseException.class, thrown(waiter));
        } finally {
            over.countDown();
        }
        assertEquals(0, waiting());
    }

    /** Of each there are more than there can be carriers, which would all be held. */
    @Test
    void waitsOfVirtualThreadsHoldNoCarrier() throws Exception {
        int count = 2 * Runtime.getRuntime().availableProcessors() + 2;
        assertTrue(Locks.ofdSetlk(one, WRITE));
        List<Fd> files = new ArrayList<>();
        List<FutureTask<Void>> waiters = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                Fd mine = Fcntl.open(path, O_RDWR);
                files.add(mine);
                waiters.add(startLocking(true, () -> {
                    Locks.ofdSetlkw(mine, READ);
                    return null;
                }));
                waiters.add(startLocking(true, () -> {
                    assertTrue(Locks.ofdSetlk(mine, Flock.readLock(0, 1), LONG));
                    return null;
                }));
            }
            awaitWaiting(count);
            CountDownLatch ran = new CountDownLatch(1);
            Thread.ofVirtual().start(ran::countDown);
            assertTrue(ran.await(LONG_NANOS, TimeUnit.NANOSECONDS), "all carriers are held");
            // a virtual thread lets them go
            get(startLocking(true, () -> Locks.ofdSetlk(one, NONE)));
            for (FutureTask<Void> waiter : waiters) {
                get(waiter);
            }
        } finally {
            for (Fd file : files) {
                file.close();
            }
        }
    }

    @Test
    void aLockThatIsFreeNeedsNoOtherThread() throws Exception {
        for (int i = 0; i < 100; i++) {
            assertTrue(Locks.ofdSetlk(one, NONE));
            get(startLocking(true, () -> {
                Locks.ofdSetlkw(one, WRITE);
                Locks.setlkw(one, NONE);
                return null;
            }));
        }
        assertFalse(Locks.ofdSetlk(two, WRITE));
    }

    // trying for a time

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTimeoutIsNeverEarlyAndLeavesNothingBehind(boolean virtual) throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        get(startLocking(virtual, () -> {
            for (long nanos : new long[] {0, 1, 3_000_000, 60_000_000}) {
                Support.assertTimesOut(nanos, () -> Locks.ofdSetlk(two, WRITE, Duration.ofNanos(nanos)) ? 1 : 0);
                Support.assertTimesOut(nanos, () -> Locks.setlk(two, WRITE, Duration.ofNanos(nanos)) ? 1 : 0);
            }
            return null;
        }));
        assertEquals(0, waiting());
        assertTrue(Locks.ofdSetlk(one, NONE));
        assertEquals(NONE, Locks.ofdGetlk(one, WRITE));
        assertTrue(Locks.ofdSetlk(two, WRITE, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> Locks.ofdSetlk(two, WRITE, Duration.ofNanos(-1)));
        assertThrows(IllegalArgumentException.class, () -> Locks.setlk(two, WRITE, Duration.ofNanos(-1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itTakesTheLockWhenThatIsFree(boolean virtual) throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        FutureTask<Void> waiter = startLocking(virtual, () -> {
            assertTrue(Locks.ofdSetlk(two, WRITE, Duration.ofSeconds(Long.MAX_VALUE)));
            return null;
        });
        Thread.sleep(50);
        assertFalse(waiter.isDone());
        assertTrue(Locks.ofdSetlk(one, NONE));
        get(waiter);
        assertFalse(Locks.ofdSetlk(one, READ));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptEndsItWithoutTheLockUnlessThatIsFree(boolean virtual) throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        Thread[] thread = new Thread[1];
        FutureTask<Void> waiter = startLocking(virtual, () -> {
            thread[0] = Thread.currentThread();
            assertThrows(InterruptedIOException.class, () -> Locks.ofdSetlk(two, WRITE, LONG));
            assertTrue(Thread.currentThread().isInterrupted());
            assertFalse(Locks.ofdSetlk(two, WRITE, Duration.ZERO));
            assertThrows(InterruptedIOException.class, () -> Locks.ofdSetlk(two, WRITE, LONG));
            assertTrue(Locks.ofdSetlk(one, NONE));
            assertTrue(Locks.ofdSetlk(two, WRITE, LONG));
            assertTrue(Thread.interrupted());
            return null;
        });
        awaitTrue(() -> thread[0] != null);
        Thread.sleep(20);
        thread[0].interrupt();
        get(waiter);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingEndsItAtOnceForTheNumber(boolean virtual) throws Exception {
        assertTrue(Locks.ofdSetlk(one, WRITE));
        Fd fd = dupTo(two, HIGH);
        CountDownLatch begun = new CountDownLatch(1);
        FutureTask<Void> waiter = startLocking(virtual, () -> {
            assertFalse(Locks.ofdSetlk(fd, WRITE));
            begun.countDown();
            Locks.ofdSetlk(fd, WRITE, LONG);
            return null;
        });
        begun.await();
        Thread.sleep(50);
        fd.close();
        assertInstanceOf(AsynchronousCloseException.class, thrown(waiter));
        assertFalse(isOpen(HIGH));
        assertClosed(() -> Locks.ofdSetlk(fd, WRITE, LONG));
        assertClosed(() -> Locks.ofdGetlk(fd, WRITE));
    }

    // errors

    @Test
    void whatIsNoLockIsRefused() throws IOException {
        assertThrows(IllegalArgumentException.class, () -> new Flock(7, SEEK_SET, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Flock(F_WRLCK | 1 << 16, SEEK_SET, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Flock(F_WRLCK, 3, 0, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> WRITE.withType(-1));
        assertErrno(Errno.EINVAL, () -> Locks.ofdSetlk(one, Flock.writeLock(-1, 0)));
        assertErrno(Errno.EINVAL, () -> Locks.ofdSetlkw(one, Flock.writeLock(0, -1)));
        assertErrno(Errno.EOVERFLOW, () -> Locks.setlk(one, Flock.writeLock(Long.MAX_VALUE, 2)));
        assertErrno(Errno.EINVAL, () -> Locks.getlk(one, NONE));
        assertErrno(Errno.EBADF, () -> Locks.ofdSetlk(Fd.borrow(Integer.MAX_VALUE), WRITE));
        try (Fd reader = Fcntl.open(path, Fcntl.O_RDONLY); Fd writer = Fcntl.open(path, Fcntl.O_WRONLY)) {
            assertErrno(Errno.EBADF, () -> Locks.setlk(reader, WRITE));
            assertErrno(Errno.EBADF, () -> Locks.ofdSetlkw(writer, READ));
            assertTrue(Locks.setlk(reader, READ));
            assertEquals("fcntl(fd=" + reader.fd() + ", F_OFD_SETLK, {F_WRLCK, SEEK_CUR, 5, -3})",
                    assertErrno(Errno.EBADF, () -> Locks.ofdSetlk(reader, new Flock(F_WRLCK, SEEK_CUR, 5, -3, 0)))
                            .call());
        }
        assertEquals(0, Support.users(one));
    }

    @Test
    void aLockIsShownAsCWritesIt() {
        assertEquals("{F_RDLCK, SEEK_END, -1, 3, 42}", new Flock(F_RDLCK, SEEK_END, -1, 3, 42).toString());
        assertEquals("{F_UNLCK, SEEK_SET, 0, 0}", NONE.toString());
    }

    @Test
    void aSecurityModulesRefusalIsNoLockOfAnothersForWhoWaits() throws Exception {
        Refused.assumeAllowed();
        Refused.FCNTL.with(Errno.EACCES, () -> {
            assertFalse(Locks.ofdSetlk(one, WRITE));
            assertErrno(Errno.EACCES, () -> Locks.ofdSetlkw(one, WRITE));
        });
        Refused.FCNTL.with(Errno.ENOLCK, () -> assertErrno(Errno.ENOLCK, () -> Locks.setlk(one, WRITE)));
    }

    @Test
    void anInterruptedCallIsMadeAgainUntilItsDescriptorIsClosed() throws Exception {
        Refused.assumeAllowed();
        FutureTask<Void> caller = start(() -> {
            Refused.FCNTL.with(Errno.EINTR, () -> assertClosed(() -> Locks.ofdSetlk(two, WRITE)));
            return null;
        });
        Support.awaitUsers(two, 1);
        Thread.sleep(20);
        assertFalse(caller.isDone());
        two.close();
        get(caller);
    }
}
