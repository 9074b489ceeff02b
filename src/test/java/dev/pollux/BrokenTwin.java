package dev.pollux;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/**
 * Faults that the library must not have, one each: a class of it in which one call is another one, the test that is to
 * catch it, and what that throws then. {@link BrokenTwinTest} shows that it does. How often:
 *
 * <pre>java -cp … dev.pollux.BrokenTwin NO_BARRIER 100</pre>
 */
enum BrokenTwin {
    /** Who closes does not make the other threads do the barrier that they leave out. */
    NO_BARRIER("Guard", ".*", "everyThread", (code, _) -> code.nop(),
            times(3, () -> new FdGuardTest().aNumberIsNotClosedUnderTheThreadThatNeedsNoAtomics()),
            "AssertionFailedError: \\d+ of the calls were inside a number that was free"),

    /** Who closes closes the number, and only then wakes those who use it. */
    CLOSE_BEFORE_WAKE("Guard", ".*", "wakeUsers",
            (code, wakeUsers) -> code.dup()
                    .invokevirtual(wakeUsers.owner().asSymbol(), "closeNumbers", MethodTypeDesc.of(CD_int)).pop()
                    .with(wakeUsers),
            () -> CloseStress.run(false, Duration.ofSeconds(3)), // here: the JVM of CloseStressTest has no twin
            "AssertionFailedError: (given away with a thread inside|another registration's event|written to, or read)"
                    + "|ErrnoException: .*(EBADF|ENOENT|EEXIST|EINVAL)"),

    /** After a signal a wait begins again, with all of its time. */
    SIGNAL_RESTARTS_TIMEOUT("KernelWait", "again", "left", (code, _) -> code.dup2_x2().pop2().pop2(),
            times(4, () -> {
                WaitTest test = new WaitTest(WaitTest.Family.EPOLL);
                test.open();
                test.signalsNeitherShortenNorLengthenATimeout();
                test.close();
            }),
            "AssertionFailedError: \\d+ with \\d+ signals"),

    /** All registrations have the same generation: a report of one that was before passes for one of now. */
    ONE_GENERATION("Poller", "arm", "incrementAndGet", (code, _) -> code.pop().iconst_1(),
            times(2, () -> new PollerTest().whatANumberWasBeforeWakesNobodyWhoWaitsForWhatItIsNow()),
            "AssertionFailedError: an event of its predecessor"),

    /** What has reported once is not armed again for those who still wait. */
    NOT_ARMED_AGAIN("Poller", "settle", "arm", (code, _) -> code.pop2().iconst_0(),
            () -> new PollerTest().twoWaitForDifferentEventsOfOne(),
            "AssertionFailedError: nobody came"),

    /** The sub-poller says that it parks only when the inner epoll is armed: what reports in between wakes nobody. */
    ARMED_TOO_LATE("Poller", "parkArmed", "control",
            (code, control) -> setArmed(setArmed(code, false).with(control), true),
            times(8, () -> new PollerTest().underStressNoEventComesWhileTheSubPollerParksAndIsMissed()),
            "AssertionFailedError: nothing came");

    private interface Check {
        void run() throws Exception;
    }

    private static final String PASSED = "passed\n";

    private final String type;
    private final Pattern method;
    private final String called;
    private final BiConsumer<CodeBuilder, InvokeInstruction> instead;
    private final Check check;
    private final Pattern complaint;

    /**
     * A twin.
     *
     * @param type its class, in {@code dev.pollux.internal}
     * @param method in which of its methods
     * @param called what is called there: in one place, which the compiler may have copied, as in a {@code finally}
     * @param instead what it does in place of the call
     * @param check the test
     * @param complaint what that throws then
     */
    BrokenTwin(
            String type, String method, String called, BiConsumer<CodeBuilder, InvokeInstruction> instead, Check check,
            String complaint) {
        this.type = "dev/pollux/internal/" + type + ".class";
        this.method = Pattern.compile(method);
        this.called = called;
        this.instead = instead;
        this.check = check;
        this.complaint = Pattern.compile(complaint);
    }

    /** A test that meets the fault by chance is run so often. */
    private static Check times(int count, Check check) {
        return () -> {
            for (int i = 0; i < count; i++) {
                check.run();
            }
        };
    }

    private static CodeBuilder setArmed(CodeBuilder code, boolean armed) {
        return code.aload(0).loadConstant(armed ? 1 : 0)
                .putfield(ClassDesc.of("dev.pollux.internal.Poller"), "armed", CD_boolean);
    }

    /** Runs the test with the class as a file in this directory, in a JVM of its own; returns what that printed. */
    String run(Path directory, boolean broken) throws Exception {
        Path file = directory.resolve(type);
        Files.createDirectories(file.getParent());
        Files.write(file, written(broken));
        ProcessBuilder child = Child.java(List.of("--enable-native-access=ALL-UNNAMED",
                // or the poller would look whether it can end, and find what was missed
                "-Ddev.pollux.quietMillis=600000"), BrokenTwin.class, name());
        List<String> command = child.command();
        command.removeIf(option -> option.startsWith("-javaagent:")); // coverage is that of the library
        int path = command.indexOf("-cp") + 1;
        command.set(path, directory + File.pathSeparator + command.get(path));
        return Child.run(child);
    }

    /** Whether the test has found what it should. */
    boolean isCaught(String output) {
        return complaint.matcher(output).find();
    }

    static boolean isPassed(String output) {
        return output.equals(PASSED);
    }

    /** The class, read and written: with the other call, or as it is. */
    private byte[] written(boolean broken) throws IOException {
        AtomicInteger sites = new AtomicInteger();
        ClassTransform transform = ClassTransform.transformingMethodBodies(
                body -> method.matcher(body.methodName().stringValue()).matches(),
                (code, element) -> {
                    if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
                        sites.incrementAndGet();
                        if (broken) {
                            instead.accept(code, call);
                            return;
                        }
                    }
                    code.with(element);
                });
        byte[] bytes;
        try (InputStream in = Epoll.class.getResourceAsStream('/' + type)) {
            ClassFile classFile = ClassFile.of();
            bytes = classFile.transformClass(classFile.parse(in.readAllBytes()), transform);
        }
        if (sites.get() == 0) {
            throw new AssertionError(this + ": no call of " + called + " in " + type + ", " + method
                    + ": it looks different now, and so must its twin");
        }
        return bytes;
    }

    /** Runs the test of a twin in this JVM; or, with a number, tells in how many of so many JVMs it is caught. */
    public static void main(String[] args) throws Exception {
        BrokenTwin twin = valueOf(args[0]);
        if (args.length == 1) {
            try {
                twin.check.run();
                System.out.print(PASSED);
            } catch (Exception | AssertionError e) {
                e.printStackTrace();
            }
            System.exit(0); // waits that nobody ends go with it
        }
        int caught = 0;
        int passed = 0;
        int runs = Integer.parseInt(args[1]);
        long[] millis = new long[runs];
        Path directory = Files.createTempDirectory("twin");
        try {
            for (int i = 0; i < runs; i++) {
                long start = System.nanoTime();
                String output = twin.run(directory, true);
                millis[i] = (System.nanoTime() - start) / 1_000_000;
                caught += twin.isCaught(output) ? 1 : 0;
                passed += isPassed(output) ? 1 : 0;
                if (!twin.isCaught(output) && !isPassed(output)) {
                    System.out.println(output);
                }
            }
        } finally {
            for (Path made = directory.resolve(twin.type); made.startsWith(directory); made = made.getParent()) {
                Files.deleteIfExists(made);
            }
        }
        Arrays.sort(millis);
        System.out.println(twin + ": caught in " + caught + " of " + runs + ", missed in " + passed + ", median "
                + millis[runs / 2] + " ms, longest " + millis[runs - 1] + " ms");
    }
}
