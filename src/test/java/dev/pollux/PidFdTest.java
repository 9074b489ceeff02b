package dev.pollux;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.SigSet.SIGABRT;
import static dev.pollux.SigSet.SIGKILL;
import static dev.pollux.SigSet.SIGTERM;
import static dev.pollux.Support.LONG_NANOS;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static dev.pollux.Support.get;
import static dev.pollux.Support.ready;
import static dev.pollux.Support.start;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.PidFd.Exited;
import dev.pollux.PidFd.Killed;
import dev.pollux.PidFd.Running;
import dev.pollux.PidFd.Status;
import dev.pollux.PidFd.Unknown;
import dev.pollux.internal.Architecture;
import dev.pollux.internal.Seccomp;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PidFdTest {
    /** Whether the kernel tells what became of a process that was reaped. */
    private static final boolean TELLS = tells();

    private static boolean tells() {
        String[] version = System.getProperty("os.version").split("[^0-9]+");
        int major = Integer.parseInt(version[0]);
        return major > 6 || major == 6 && Integer.parseInt(version[1]) >= 15;
    }

    /** A child of the JDK's that ends when its standard input does. */
    private static Process child(String afterwards) throws IOException {
        return new ProcessBuilder("sh", "-c", "read x; " + afterwards).redirectErrorStream(true).start();
    }

    /** Where the kernel cannot know, it is allowed to say so; but nothing else. */
    private static void assertStatus(Status expected, Status actual) {
        if (TELLS || !(actual instanceof Unknown)) {
            assertEquals(expected, actual);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 128, 143, 255})
    void aChildsExitCodeIsKnownBeforeAndAfterTheJdkReapsIt(int code) throws Exception {
        Process child = child("exit " + code);
        try (PidFd fd = PidFd.of(child.toHandle())) {
            assertEquals(new Running(), fd.status());
            child.getOutputStream().close();
            assertEquals(POLLIN, ready(fd, POLLIN) & POLLIN);
            assertStatus(new Exited(code), fd.status());
            assertEquals(code, child.waitFor());
            assertStatus(new Exited(code), fd.status());
            assertStatus(new Exited(code), fd.status());
            assertEquals(POLLIN, ready(fd, POLLIN) & POLLIN);
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void askingNeverTakesTheStatusFromTheJdk() throws Exception {
        int rounds = 300;
        for (int round = 0; round < rounds; round++) {
            int code = 1 + round % 255;
            Process child = child("exit " + code);
            try (PidFd fd = PidFd.of(child.toHandle())) {
                // one that never stops asking, from before the end until after the reaping, beside the JDK's reaper
                AtomicBoolean reaped = new AtomicBoolean();
                FutureTask<Status> asks = start(() -> {
                    Status status = fd.status();
                    while (status instanceof Running) {
                        status = fd.status();
                    }
                    Status first = status;
                    while (!reaped.get()) {
                        assertStatus(first, fd.status());
                    }
                    return first;
                });
                child.getOutputStream().close();
                ready(fd, POLLIN);
                assertStatus(new Exited(code), fd.status());
                assertEquals(code, child.waitFor());
                assertEquals(code, child.exitValue());
                reaped.set(true);
                assertStatus(new Exited(code), get(asks));
                assertStatus(new Exited(code), fd.status());
            } finally {
                child.destroyForcibly();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 9, 15})
    void aSignalEndsItAndIsToldAsSuch(int signal) throws Exception {
        Process child = new ProcessBuilder("sleep", "100").start();
        try (PidFd fd = PidFd.of(child.toHandle())) {
            assertTrue(fd.sendSignal(0));
            assertEquals(new Running(), fd.status());
            assertTrue(fd.sendSignal(signal));
            ready(fd, POLLIN);
            assertStatus(new Killed(signal, false), fd.status());
            assertEquals(128 + signal, child.waitFor());
            assertStatus(new Killed(signal, false), fd.status());
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void anExitCodeIsNotTakenForASignal() throws Exception {
        Process child = child("exit " + (128 + SIGKILL));
        try (PidFd fd = PidFd.of(child.toHandle())) {
            child.getOutputStream().close();
            child.waitFor();
            assertStatus(new Exited(128 + SIGKILL), fd.status());
        }
    }

    @Test
    void aCoreFileIsTold(@TempDir Path folder) throws Exception {
        Process child = new ProcessBuilder("sh", "-c", "ulimit -c unlimited && read x; kill -ABRT $$")
                .directory(folder.toFile()).start();
        try (PidFd fd = PidFd.of(child.toHandle())) {
            child.getOutputStream().close();
            assertEquals(128 + SIGABRT, child.waitFor());
            boolean written;
            try (Stream<Path> files = Files.list(folder)) {
                written = files.findAny().isPresent();
            }
            assumeTrue(written, "core files do not go to the working directory here");
            assertStatus(new Killed(SIGABRT, true), fd.status());
        }
    }

    @Test
    void aGrandchildNobodyReapsIsUnknown() throws Exception {
        // sleep, which the shell becomes, never asks for its children
        Process parent = new ProcessBuilder("sh", "-c", "sleep 100 & echo $!; exec sleep 100").start();
        try (BufferedReader output = parent.inputReader()) {
            long pid = Long.parseLong(output.readLine());
            long start = System.nanoTime();
            while (!Files.readString(Path.of("/proc", Long.toString(parent.pid()), "comm")).startsWith("sleep")) {
                assertTrue(System.nanoTime() - start < LONG_NANOS, "still a shell");
                Thread.sleep(1);
            }
            try (PidFd fd = PidFd.open(pid)) {
                assertEquals(new Running(), fd.status());
                assertTrue(fd.sendSignal(SIGTERM));
                ready(fd, POLLIN);
                assertEquals(new Unknown(), fd.status());
                assertTrue(fd.sendSignal(SIGTERM), "one that was not reaped yet still takes signals");
                assertEquals(new Unknown(), fd.status());
            }
        } finally {
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    void aGrandchildIsKnownWhenItsParentHasReapedIt() throws Exception {
        Process parent = new ProcessBuilder("sh", "-c",
                "exec 3<&0; sh -c 'read x <&3; exit 7' & echo $!; wait $!; echo reaped with $?; sleep 100").start();
        try (BufferedReader output = parent.inputReader();
                PidFd fd = PidFd.open(Long.parseLong(output.readLine()))) {
            assertEquals(new Running(), fd.status());
            parent.getOutputStream().close();
            assertEquals("reaped with 7", output.readLine());
            ready(fd, POLLIN);
            assertEquals(TELLS ? new Exited(7) : new Unknown(), fd.status());
            assertFalse(fd.sendSignal(SIGTERM));
        } finally {
            parent.descendants().forEach(ProcessHandle::destroyForcibly);
            parent.destroyForcibly().waitFor();
        }
    }

    @Test
    void aProcessThatIsGoneIsRefusedWithAReason() throws Exception {
        Process child = child("exit 0");
        ProcessHandle handle = child.toHandle();
        PidFd fd = PidFd.of(handle);
        child.getOutputStream().close();
        child.waitFor();
        ErrnoException thrown = assertErrno(Errno.ESRCH, () -> PidFd.of(handle));
        assertEquals("pidfd_open(pid=" + child.pid() + ", flags=0)", thrown.call());
        assertTrue(thrown.getMessage().contains("it has ended"), thrown.getMessage());
        assertErrno(Errno.ESRCH, () -> PidFd.open(child.pid()));
        assertErrno(Errno.ESRCH, () -> PidFd.open(Integer.MAX_VALUE));
        assertFalse(fd.sendSignal(0));
        assertFalse(fd.sendSignal(SIGKILL));
        fd.close();
    }

    @Test
    void aNumberThatAnotherProcessWasGivenIsNotTakenForTheFirst() throws Exception {
        Process successor = child("exit 0");
        try {
            AtomicInteger opened = new AtomicInteger();
            // what a handle of JDK's is when its process has ended: it knows that by the time of the start
            ProcessHandle first = (ProcessHandle) Proxy.newProxyInstance(
                    ProcessHandle.class.getClassLoader(), new Class<?>[] {ProcessHandle.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "pid" -> successor.pid();
                        case "isAlive" -> {
                            opened.addAndGet(pidFds());
                            yield false;
                        }
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
            int before = pidFds();
            assertErrno(Errno.ESRCH, () -> PidFd.of(first));
            assertEquals(before + 1, opened.get(), "asked before the pidfd was open: too early");
            assertEquals(before, pidFds());
        } finally {
            successor.destroyForcibly();
        }
    }

    private static int pidFds() throws IOException {
        int count = 0;
        try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
            for (Path fd : fds.toList()) {
                Path info = Path.of("/proc/self/fdinfo").resolve(fd.getFileName());
                try {
                    count += Files.readString(info).contains("\nPid:") ? 1 : 0;
                } catch (IOException e) {
                    // another thread has closed it
                }
            }
        }
        return count;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1L << 31, (1L << 32) + 1, Long.MAX_VALUE})
    void whatIsNoNumberOfAProcessIsRefused(long pid) {
        String message = assertThrows(IllegalArgumentException.class, () -> PidFd.open(pid)).getMessage();
        assertTrue(message.contains(Long.toString(pid)), message);
    }

    @Test
    void aThreadIsNoProcess() throws Exception {
        int thread = get(start(() -> {
            int tid = Signals.thisThread();
            ErrnoException thrown = assertThrows(ErrnoException.class, () -> PidFd.open(tid));
            assertTrue(thrown.errno() == Errno.EINVAL || thrown.errno() == Errno.ENOENT, thrown.getMessage());
            assertTrue(thrown.getMessage().contains("thread"), thrown.getMessage());
            return tid;
        }));
        assertTrue(thread > 0);
    }

    @Test
    void thisProcessRuns() throws IOException {
        try (PidFd self = PidFd.of(ProcessHandle.current()); Arena arena = Arena.ofConfined()) {
            assertEquals(new Running(), self.status());
            assertTrue(self.sendSignal(0));
            PollFds fds = PollFds.allocate(arena, 1);
            fds.add(self, POLLIN);
            assertEquals(0, Poll.poll(fds));
            assertTrue(Fcntl.isCloseOnExec(self));
            MemorySegment buffer = arena.allocate(8);
            assertErrno(Errno.EINVAL, () -> self.read(buffer));
            assertErrno(Errno.EINVAL, () -> self.sendSignal(4711));
            assertErrno(Errno.EINVAL, () -> self.sendSignal(-1));
        }
    }

    @Test
    void aSignalThatComesWhileItIsAskedIsNotItsEnd() throws Exception {
        get(start(() -> {
            try (PidFd self = PidFd.of(ProcessHandle.current()); Signals.Storm storm = Signals.storm(20_000)) {
                long start = System.nanoTime();
                do {
                    assertEquals(new Running(), self.status());
                } while (System.nanoTime() - start < 1_000_000_000 || storm.sent() < 1000);
            }
            return null;
        }));
    }

    @Test
    void whatIsNoPidFdIsRefused() throws IOException {
        try (Pipe pipe = Pipe.create()) {
            PidFd wrong = PidFd.borrow(pipe.reader().fd());
            assertErrno(Errno.EBADF, wrong::status);
            assertErrno(Errno.EBADF, () -> wrong.sendSignal(0));
        }
    }

    @Test
    void anAdoptedOneIsTheSameProcess() throws Exception {
        Process child = child("exit 3");
        try (PidFd fd = PidFd.adopt(PidFd.of(child.toHandle()).detach())) {
            PidFd borrowed = PidFd.borrow(fd.fd());
            assertEquals(new Running(), borrowed.status());
            child.getOutputStream().close();
            assertEquals(3, child.waitFor());
            assertStatus(new Exited(3), fd.status());
            assertStatus(new Exited(3), borrowed.status());
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void epollTellsOfEachOfMany() throws Exception {
        int many = 60;
        List<Process> children = new ArrayList<>();
        List<PidFd> fds = new ArrayList<>();
        try (Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 8);
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                children.add(child("exit " + i));
                fds.add(PidFd.of(children.get(i).toHandle()));
                epoll.add(fds.get(i), Epoll.EPOLLIN, i);
                order.add(i);
            }
            assertEquals(0, epoll.poll(events));
            Collections.shuffle(order, new Random(42));
            BitSet ended = new BitSet();
            for (int next : order) {
                children.get(next).getOutputStream().close();
                assertEquals(1, epoll.awaitNanos(events, LONG_NANOS), "only the one that ended");
                assertEquals(next, events.data(0));
                assertStatus(new Exited(next), fds.get(next).status());
                ended.set(next);
                epoll.remove(fds.get(next));
                assertEquals(0, epoll.poll(events));
            }
            assertEquals(many, ended.cardinality());
            for (int i = 0; i < many; i++) {
                assertEquals(i, children.get(i).waitFor());
            }
        } finally {
            for (PidFd fd : fds) {
                fd.close();
            }
            children.forEach(Process::destroyForcibly);
        }
    }

    @Test
    void selectWakesForItToo() throws Exception {
        Process child = child("exit 0");
        try (PidFd fd = PidFd.of(child.toHandle()); Arena arena = Arena.ofConfined()) {
            FdSet set = FdSet.allocate(arena);
            set.set(fd.fd());
            child.getOutputStream().close();
            assertEquals(1, Select.awaitNanos(set, null, null, LONG_NANOS));
            assertTrue(set.isSet(fd.fd()));
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void closingWhileOthersAskIsSafe() throws Exception {
        Process child = child("exit 0");
        int before = pidFds();
        try {
            for (int round = 0; round < 100; round++) {
                PidFd fd = PidFd.of(child.toHandle());
                List<FutureTask<Integer>> askers = new ArrayList<>();
                AtomicInteger asked = new AtomicInteger();
                for (int t = 0; t < 2; t++) {
                    askers.add(start(() -> {
                        for (int calls = 0;; calls++) {
                            try {
                                assertEquals(new Running(), fd.status());
                                assertTrue(fd.sendSignal(0));
                                asked.incrementAndGet();
                            } catch (IllegalStateException e) {
                                assertTrue(e.getMessage().contains("is closed"), e.getMessage());
                                return calls;
                            }
                        }
                    }));
                }
                long start = System.nanoTime();
                while (asked.get() < 10 && System.nanoTime() - start < LONG_NANOS) {
                    Thread.onSpinWait();
                }
                fd.close();
                for (FutureTask<Integer> asker : askers) {
                    get(asker);
                }
            }
            assertEquals(before, pidFds());
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void nothingIsDoneAfterClose() throws IOException {
        PidFd fd = PidFd.of(ProcessHandle.current());
        fd.close();
        fd.close();
        assertClosed(fd::status);
        assertClosed(() -> fd.sendSignal(0));
    }

    /** A child that the JDK does not know, and so does not reap. */
    private static int spawn(String... arguments) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment command = arena.allocate(ValueLayout.ADDRESS, arguments.length + 1);
            for (int i = 0; i < arguments.length; i++) {
                command.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(arguments[i]));
            }
            MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
            assertEquals(0, (int) linker.downcallHandle(linker.defaultLookup().find("posix_spawn").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS,
                            ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invokeExact(pid, command.get(ValueLayout.ADDRESS, 0), MemorySegment.NULL, MemorySegment.NULL,
                            command, arena.allocate(ValueLayout.ADDRESS)));
            return pid.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /** What wait(2) says of it. */
    private static int reap(int pid) {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
            assertEquals(pid, (int) linker.downcallHandle(linker.defaultLookup().find("waitpid").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT)).invokeExact(pid, status, 0));
            return status.get(ValueLayout.JAVA_INT, 0);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatNobodyHasReapedIsKnownAndStaysToBeReaped(@TempDir Path folder) throws Exception {
        int pid = spawn("/bin/sh", "-c", "exit 7");
        try (PidFd fd = PidFd.open(pid)) {
            ready(fd, POLLIN);
            assertEquals(new Exited(7), fd.status());
            assertEquals(new Exited(7), fd.status());
            assertEquals(7 << 8, reap(pid));
            assertStatus(new Exited(7), fd.status());
        }
        pid = spawn("/bin/sh", "-c", "kill -TERM $$");
        try (PidFd fd = PidFd.open(pid)) {
            ready(fd, POLLIN);
            assertEquals(new Killed(SIGTERM, false), fd.status());
            assertEquals(SIGTERM, reap(pid));
            assertStatus(new Killed(SIGTERM, false), fd.status());
        }
        pid = spawn("/bin/sh", "-c", "cd \"$0\" && ulimit -c unlimited; kill -ABRT $$", folder.toString());
        try (PidFd fd = PidFd.open(pid)) {
            ready(fd, POLLIN);
            Status before = fd.status();
            int status = reap(pid);
            // whether there is a core file is the machine's to decide
            assertEquals(new Killed(SIGABRT, (status & 0x80) != 0), before);
            assertStatus(before, fd.status());
        }
    }

    @Test
    void oneThatIsBeingReapedWhileItIsAskedForIsAskedForAgain() throws Exception {
        assumeTrue(TELLS, "this kernel tells nothing after the reaping");
        int waitid = Architecture.CURRENT == Architecture.X86_64 ? 247 : 95;
        int pid = spawn("/bin/sh", "-c", "exit 7");
        try (PidFd fd = PidFd.open(pid)) {
            ready(fd, POLLIN);
            AtomicInteger asked = new AtomicInteger();
            FutureTask<Status> asks = start(() -> {
                // as the kernel answers while another thread is in the middle of reaping
                String problem = Seccomp.refuse(waitid, Errno.ECHILD);
                assumeTrue(problem == null, problem);
                Status status;
                do {
                    status = fd.status();
                    asked.incrementAndGet();
                } while (status instanceof Unknown);
                return status;
            });
            long start = System.nanoTime();
            while (asked.get() == 0 && !asks.isDone() && System.nanoTime() - start < LONG_NANOS) {
                Thread.sleep(1);
            }
            assertEquals(7 << 8, reap(pid));
            try {
                assertEquals(new Exited(7), get(asks));
            } catch (ExecutionException e) {
                assumeFalse(e.getCause() instanceof TestAbortedException, "no filters here");
                throw e;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ENOTTY", "ESRCH"})
    void onAKernelThatTellsNothingAfterTheReapingItIsUnknown(String answer) throws Exception {
        int errno = Errno.class.getField(answer).getInt(null);
        int ioctl = Architecture.CURRENT == Architecture.X86_64 ? 16 : 29;
        Process child = child("exit 7");
        try (PidFd fd = PidFd.of(child.toHandle())) {
            child.getOutputStream().close();
            assertEquals(7, child.waitFor());
            Object found = get(start(() -> {
                String problem = Seccomp.refuse(ioctl, errno);
                return problem != null ? problem : fd.status();
            }));
            assumeFalse(found instanceof String, "no filters here: " + found);
            assertEquals(new Unknown(), found);
            assertStatus(new Exited(7), fd.status());
        }
    }
}
