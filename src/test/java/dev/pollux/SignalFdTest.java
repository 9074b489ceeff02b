package dev.pollux;

import static dev.pollux.SigSet.SIGALRM;
import static dev.pollux.SigSet.SIGCHLD;
import static dev.pollux.SigSet.SIGHUP;
import static dev.pollux.SigSet.SIGINT;
import static dev.pollux.SigSet.SIGQUIT;
import static dev.pollux.SigSet.SIGTERM;
import static dev.pollux.SigSet.SIGUSR1;
import static dev.pollux.SigSet.SIGUSR2;
import static dev.pollux.Support.assertClosed;
import static dev.pollux.Support.assertErrno;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs blocked signals is in {@link BlockedSignals}, and runs in JVMs that are started with them. */
@Timeout(180)
class SignalFdTest {
    private static final String ALL = "";
    private static final String SOME = "=USR1,ALRM,CHLD,40,41";
    private static final Pattern COMMAND = Pattern.compile("env --block-signal(\\S*) java( -Xrs)? …");

    @ParameterizedTest
    @ValueSource(strings = {"aSignalToTheProcessIsReadOnceWithItsSender", "aSignalToAThreadIsReadByThatThreadOnly",
        "valuesSentAlongArriveInTheirOrder", "aChildThatEndsIsToldWithItsStatus", "whatDoesNotFitComesWithTheNextRead",
        "epollPollAndSelectWakeForIt", "aBlockingReadWaitsForASignal", "everySignalIsReadByOneOfManyThreads",
        "threadsThatAreStartedLaterBlockItToo", "otherSignalsAreReadWhenTheSetChanges",
        "onlyTheOwnersThreadReadsIntoAnArray", "theFlagsAreThoseAskedFor", "whatIsNoSignalFdIsRefused",
        "nothingIsDoneAfterClose", "readingAllocatesNothing", "aThreadThatUnblocksItIsFoundAndNamed",
        "otherSignalsDoNotEndABlockingRead", "closedMeanwhileASignalEndsABlockingReadAndItIsNotMadeAgain",
        "aDescriptorThatIsReadyIsToldWithItsNumberAndItsEvents", "threadsThatComeAndGoHideNoneThatUnblocksIt"})
    void inAJvmWithBlockedSignals(String property) throws Exception {
        assertRuns(SOME, List.of(), Map.of(), property);
    }

    @Test
    void withXrsTheSignalsThatEndAProcessAreRead() throws Exception {
        assertRuns("=HUP,INT,QUIT,TERM", List.of("-Xrs"), Map.of(), "theSignalsThatEndAProcessAreRead");
    }

    @Test
    void whatTheJvmTakesForItselfIsWhatTheDocumentationSays() throws Exception {
        assertRuns(ALL, List.of(), Map.of(), "theSignalsOfTheJvmAre", "1 2 3 15");
        assertRuns(ALL, List.of("-Xrs"), Map.of(), "theSignalsOfTheJvmAre", "");
    }

    @Test
    void theSignalThatStopsThreadsMayBeAnother() throws Exception {
        assertRuns("=USR2,50", List.of(), Map.of("_JAVA_SR_SIGNUM", "50"), "theOtherSignalIsRefusedAndUsr2IsNot");
        assertRuns("=USR2,50", List.of(), Map.of("_JAVA_SR_SIGNUM", "five"), "usr2IsRefused");
        assertRuns("=USR2,50", List.of(), Map.of("_JAVA_SR_SIGNUM", "10"), "usr2IsRefused");
        assertRuns("=USR2,50", List.of(), Map.of("_JAVA_SR_SIGNUM", "65"), "usr2IsRefused");
    }

    @Test
    void signalsThatNobodyBlockedAreRefusedAndTheCommandLineThatIsAdvisedWorks() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            SigSet set = SigSet.empty(arena).add(SIGALRM).add(SIGUSR1).add(40);
            String message = assertThrows(IllegalStateException.class, () -> SignalFd.create(set)).getMessage();
            assertTrue(message.contains("SIGUSR1 by thread "), message);
            assertTrue(message.contains("SIGALRM by thread "), message);
            assertTrue(message.contains("SIG40 by thread "), message);
            assertTrue(message.contains(" more"), message);
            long pid = ProcessHandle.current().pid();
            assertTrue(message.contains("thread " + pid + " (" + Support.firstThread() + ")"), message);
            Matcher command = COMMAND.matcher(message);
            assertTrue(command.find(), message);
            assertEquals("=USR1,ALRM,40", command.group(1));
            assertRuns(command.group(1), List.of(), Map.of(), "theyCanBeRead", "10 14 40");
        }
    }

    @Test
    void theSignalsThatEndAProcessNeedXrsAndTheCommandLineThatIsAdvisedWorks() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            SigSet set = SigSet.empty(arena).add(SIGTERM).add(SIGQUIT).add(SIGINT).add(SIGHUP);
            String message = assertThrows(IllegalStateException.class, () -> SignalFd.create(set)).getMessage();
            Matcher command = COMMAND.matcher(message);
            assertTrue(command.find() && command.group(2) != null, message);
            assertRuns(command.group(1), List.of(command.group(2).trim()), Map.of(), "theyCanBeRead", "1 2 3 15");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGKILL", "SIGSTOP", "SIGILL", "SIGTRAP", "SIGBUS", "SIGFPE", "SIGSEGV", "SIGUSR2"})
    void signalsThatTheJvmKeepsAreRefusedByName(String name) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            SigSet set = SigSet.empty(arena).add(SigSet.class.getField(name).getInt(null)).add(SIGCHLD);
            String message = assertThrows(IllegalArgumentException.class, () -> SignalFd.create(set)).getMessage();
            assertTrue(message.startsWith(name + " cannot be read: "), message);
        }
    }

    @Test
    void theSignalThatEndsBlockingCallsOfChannelsIsRefused() {
        try (Arena arena = Arena.ofConfined()) {
            SigSet set = SigSet.empty(arena).add(62);
            String message = assertThrows(IllegalArgumentException.class, () -> SignalFd.create(set)).getMessage();
            assertTrue(message.contains("java.nio"), message);
            assertThrows(IllegalArgumentException.class, () -> SignalFd.create(SigSet.full(arena)));
        }
    }

    @Test
    void anEmptySetNeedsNothingAndGivesNothing() throws Exception {
        try (Arena arena = Arena.ofConfined(); SignalFd fd = SignalFd.create(SigSet.empty(arena))) {
            assertEquals(0, fd.read());
            SignalEvents events = SignalEvents.allocate(arena, 1);
            assertEquals(0, fd.read(events));
            assertEquals(0, events.size());
            assertThrows(IndexOutOfBoundsException.class, () -> events.signal(0));
            SigSet set = SigSet.empty(arena).add(SIGUSR1);
            assertThrows(IllegalStateException.class, () -> fd.setSignals(set));
            assertThrows(IllegalArgumentException.class, () -> fd.setSignals(SigSet.empty(arena).add(SIGUSR2)));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void anArrayHasACapacityThatOneReadCanFill(int capacity) {
        try (Arena arena = Arena.ofConfined()) {
            assertThrows(IllegalArgumentException.class, () -> SignalEvents.allocate(arena, capacity));
        }
    }

    @Test
    void theHandlerOfTheJavadocWakesALoop() throws Exception {
        assumeTrue(ModuleLayer.boot().findModule("jdk.compiler").isPresent(), "this Java has no compiler");
        List<String> command = List.of(java(), "--enable-native-access=ALL-UNNAMED", "-cp", "target/classes",
                "--source", Integer.toString(Runtime.version().feature()), "test/java/dev/pollux/OnSignal.snippet");
        Process child = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var output = child.inputReader()) {
            assertEquals("waiting", output.readLine());
            try (PidFd fd = PidFd.of(child.toHandle())) {
                assertTrue(fd.sendSignal(SIGTERM));
            }
            assertEquals("1 signal", output.readLine());
            assertEquals(0, child.waitFor());
        } finally {
            child.destroyForcibly();
        }
    }

    /** Begins anew, unless it has been started with them blocked; then prints the signal that comes. */
    static final class BegunAnew {
        private BegunAnew() { }

        public static void main(String[] signals) throws Throwable {
            try (Arena arena = Arena.ofConfined()) {
                SigSet set = SigSet.empty(arena).add(Integer.parseInt(signals[0]));
                System.out.println("main");
                Snippets.requireBlocked(set);
                try (SignalFd fd = SignalFd.create(set)) {
                    System.out.println("waiting " + signals[1]);
                    fd.await(Poll.POLLIN);
                    System.out.println(SigSet.name(fd.read()));
                }
            }
        }
    }

    @Test
    void theProgramOfTheJavadocBlocksASignalByBeginningAnewAsTheSameProcess() throws Exception {
        Process child = Child.java(BegunAnew.class, Integer.toString(SIGUSR1), "two words")
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        try (var output = child.inputReader()) {
            assertEquals("main", output.readLine());
            assertEquals("main", output.readLine());
            assertEquals("waiting two words", output.readLine());
            try (PidFd fd = PidFd.of(child.toHandle())) {
                assertTrue(fd.sendSignal(SIGUSR1));
            }
            assertEquals("USR1", output.readLine());
            assertEquals(0, child.waitFor());
        } finally {
            child.destroyForcibly();
        }
    }

    @Test
    void theProgramOfTheJavadocBeginsAnewOnceOnly() throws Exception {
        Process child = Child.java(BegunAnew.class, Integer.toString(SIGTERM), "").redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes());
        assertEquals(1, child.waitFor(), output);
        assertTrue(output.startsWith("main\nmain\n") && output.contains("-Xrs"), output);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Runs one of the methods of {@link BlockedSignals} in a JVM that is started with signals blocked. */
    private static void assertRuns(String signals, List<String> options, Map<String, String> environment,
            String... property) throws Exception {
        Process env = new ProcessBuilder("env", "--block-signal", "true").redirectErrorStream(true).start();
        assumeTrue(env.waitFor() == 0, "this env has no --block-signal");
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--add-modules=jdk.management",
                "-XX:-CreateCoredumpOnCrash"));
        ProcessBuilder java = Child.java(all, BlockedSignals.class, property);
        java.command().addAll(0, List.of("env", "--block-signal" + signals));
        java.environment().putAll(environment);
        String output = Child.run(java);
        assertTrue(output.endsWith(BlockedSignals.DONE), output);
    }

    @Test
    void whatIsClosedStaysClosed() throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            SignalFd fd = SignalFd.create(SigSet.empty(arena));
            fd.close();
            fd.close();
            assertClosed(fd::read);
            assertClosed(() -> fd.setSignals(SigSet.empty(arena)));
            assertErrno(Errno.EINVAL, () -> SignalFd.create(SigSet.empty(arena), 1 << 30));
            assertFalse(fd.isOpen());
        }
    }

    @Test
    void whatCannotBeReadFromIsAnError() throws Exception {
        try (Pipe pipe = Pipe.create(); Arena arena = Arena.ofConfined()) {
            SignalFd wrong = SignalFd.borrow(pipe.writer().fd());
            SignalEvents events = SignalEvents.allocate(arena, 1);
            ErrnoException thrown = assertErrno(Errno.EBADF, wrong::read);
            assertEquals("read(fd=" + wrong.fd() + ", signalfd)", thrown.call());
            assertErrno(Errno.EBADF, () -> wrong.read(events));
            assertEquals(0, events.size());
            assertErrno(Errno.EINVAL, () -> wrong.setSignals(SigSet.empty(arena)));
            Support.write(pipe.writer(), "x".repeat(100));
            SignalFd text = SignalFd.borrow(pipe.reader().fd());
            String message = assertThrows(IllegalStateException.class, () -> text.read(events)).getMessage();
            assertTrue(message.contains("not a signalfd"), message);
            pipe.writer().close();
            assertThrows(IllegalStateException.class, text::read, "the end of a file");
        }
    }

    @Test
    void atTheLimitOfOpenFilesTheThreadsCannotBeAskedAndThatIsSaid() throws Exception {
        String output = Child.run(Child.withOpenFiles(100, WithoutDescriptors.class));
        assertTrue(output.startsWith("open(") && output.contains("EMFILE") && output.contains("ulimit -n"), output);
    }

    /** Runs in a JVM of its own, whose descriptors it uses up. */
    static final class WithoutDescriptors {
        private WithoutDescriptors() { }

        public static void main(String[] args) throws Exception {
            List<Fd> filling = new ArrayList<>();
            try (Arena arena = Arena.ofConfined()) {
                SigSet set = SigSet.empty(arena).add(SIGUSR1);
                // loads what will be needed, while classes can still be read from files
                assertThrows(IllegalStateException.class, () -> SignalFd.create(set));
                ErrnoException.of(Errno.EMFILE, "rehearsal");
                String message = null;
                while (message == null) {
                    try {
                        filling.add(EventFd.create());
                    } catch (ErrnoException full) {
                        message = message(set);
                    }
                }
                for (Fd each : filling) {
                    each.close();
                }
                System.out.print(message);
            }
        }

        private static String message(SigSet set) {
            try (SignalFd fd = SignalFd.create(set)) {
                return fd.toString();
            } catch (ErrnoException e) {
                return e.getMessage();
            }
        }
    }
}
