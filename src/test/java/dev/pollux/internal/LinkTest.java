package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Child;
import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Errno;
import dev.pollux.EventFd;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.FdSet;
import dev.pollux.Poll;
import dev.pollux.PollFds;
import dev.pollux.Select;
import dev.pollux.SigSet;
import dev.pollux.SocketFd;
import dev.pollux.generated.sigset_t;
import dev.pollux.generated.sockaddr;
import dev.pollux.generated.sockaddr_in;
import dev.pollux.generated.sockaddr_storage;
import dev.pollux.generated.sockaddr_un;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees at first use, in a JVM of its own, of which the library is on the class path. */
@Timeout(60)
class LinkTest {
    @ParameterizedTest
    @CsvSource({
        "--enable-native-access=ALL-UNNAMED, an Epoll",
        "--illegal-native-access=deny, UnsatisfiedLinkError: Pollux may not call the C library: native access is not"
                + " enabled. Start java with --enable-native-access=ALL-UNNAMED",
        "-Dos.arch=s390x, UnsatisfiedLinkError: Pollux is for Linux on x86_64; aarch64 and riscv64; not on s390x",
        "-Dos.name=Plan9, UnsatisfiedLinkError: Pollux is for Linux; and this is Plan9 on amd64: use"
                + " java.nio.channels.Selector here",
    })
    void theFirstUseSaysWhatIsMissing(String option, String expected) throws Exception {
        String output = Child.run(Child.java(List.of(option), FirstUse.class)).strip();
        String arch = System.getProperty("os.arch");
        assertEquals(expected.replace(";", ",").replace("amd64", arch), output);
    }

    @Test
    void asAModuleItIsToldToEnableItself() throws Exception {
        String output = Child.run(Child.java(List.of("--illegal-native-access=deny", "--module-path=target/classes",
                "--add-modules=dev.pollux", "--patch-module=dev.pollux=target/test-classes"), FirstUse.class)).strip();
        assertTrue(output.endsWith("Start java with --enable-native-access=dev.pollux"), output);
    }

    @Test
    void aFunctionThatLibcDoesNotHaveIsNamed() {
        assertFalse(Link.has("no_function_of_libc"));
        String message = assertThrows(UnsatisfiedLinkError.class, () -> Link.captured("no_function_of_libc"))
                .getMessage();
        assertTrue(message.contains("no_function_of_libc"), message);
    }

    @Test
    void whatADowncallThrowsIsThrownOn() {
        RuntimeException exception = new IllegalStateException();
        assertSame(exception, Link.rethrow(exception));
        Error error = new OutOfMemoryError();
        assertSame(error, assertThrows(OutOfMemoryError.class, () -> Link.rethrow(error)));
        assertThrows(AssertionError.class, () -> Link.rethrow(new IOException()));
    }

    /** Whichever class comes first. */
    @ParameterizedTest
    @ValueSource(classes = {Epoll.class, EpollEvents.class, Errno.class, EventFd.class, Fcntl.class, Fd.class,
        FdSet.class, Poll.class, PollFds.class, Select.class, SigSet.class, SocketFd.class})
    void everyClassSaysWhatIsMissing(Class<?> first) throws Exception {
        String output = Child.run(
                Child.java(List.of("--illegal-native-access=deny"), Initialized.class, first.getName()));
        assertTrue(output.startsWith("UnsatisfiedLinkError: Pollux may not call the C library"), output);
    }

    /** Each shape takes milliseconds of a program's start, and each class some time. */
    @Test
    void theFirstEventLinksTwoShapesAndLoadsNeitherPollNorStructsButItsOwn(@TempDir Path directory) throws Exception {
        String output = Child.run(Child.withJar(directory.resolve("pollux.jar"), Child.java(
                List.of("--enable-native-access=ALL-UNNAMED", "-Xlog:class+load"), FirstEvent.class)));
        assertTrue(output.contains("1 event") && output.contains(".epoll_event "), output);
        assertEquals(2, output.lines().filter(line -> line.contains(".abi.DowncallStub/")).count(), output);
        for (Class<?> other : List.of(Poll.class, sockaddr.class, sockaddr_storage.class, sockaddr_in.class,
                sockaddr_un.class, sigset_t.class)) {
            assertFalse(output.contains(other.getName() + " "), other::getName);
        }
    }

    static final class FirstEvent {
        private FirstEvent() { }

        public static void main(String[] args) throws Exception {
            try (Epoll epoll = Epoll.create(); EventFd eventFd = EventFd.create(); Arena arena = Arena.ofConfined()) {
                epoll.add(eventFd, Epoll.EPOLLIN);
                eventFd.write(1);
                System.out.println(epoll.await(EpollEvents.allocate(arena, 1)) + " event");
            }
        }
    }

    static final class Initialized {
        private Initialized() { }

        public static void main(String[] args) throws Exception {
            try {
                Class.forName(args[0]);
                System.out.println("initialized");
            } catch (LinkageError e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }

    static final class FirstUse {
        private FirstUse() { }

        public static void main(String[] args) throws Exception {
            try (Epoll epoll = Epoll.create()) {
                System.out.println("an " + epoll.getClass().getSimpleName());
            } catch (LinkageError e) {
                System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
            }
        }
    }
}
