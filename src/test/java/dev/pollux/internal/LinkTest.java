package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import dev.pollux.generated.__sigset_t;
import dev.pollux.generated.sockaddr;
import dev.pollux.generated.sockaddr_in;
import dev.pollux.generated.sockaddr_storage;
import dev.pollux.generated.sockaddr_un;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
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
        "-Dos.arch=riscv64, UnsatisfiedLinkError: Pollux runs on Linux on x86_64 and aarch64; not on Linux on riscv64",
        "-Dos.name=Plan9, UnsatisfiedLinkError: Pollux runs on Linux on x86_64 and aarch64; not on Plan9 on amd64",
    })
    void theFirstUseSaysWhatIsMissing(String option, String expected) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), option,
                "-cp", "target/classes:target/test-classes", FirstUse.class.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes()).strip();
        assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        String arch = System.getProperty("os.arch");
        assertEquals(expected.replace(";", ",").replace("amd64", arch), output);
    }

    /** Whichever class comes first: else the error would be one of an initializer of jextract's. */
    @ParameterizedTest
    @ValueSource(classes = {Epoll.class, EpollEvents.class, Errno.class, EventFd.class, Fcntl.class, Fd.class,
        FdSet.class, Poll.class, PollFds.class, Select.class, SigSet.class, SocketFd.class})
    void everyClassSaysWhatIsMissing(Class<?> first) throws Exception {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--illegal-native-access=deny", "-cp", "target/classes:target/test-classes",
                Initialized.class.getName(), first.getName()).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes());
        assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        assertTrue(output.startsWith("UnsatisfiedLinkError: Pollux may not call the C library"), output);
    }

    /** jextract's structs with arrays make a VarHandle, which takes longer than to link two functions. */
    @Test
    void theFirstEventLoadsNoStructWithAnArray() throws Exception {
        Process child = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-Xlog:class+load", "-cp", "target/classes:target/test-classes",
                FirstEvent.class.getName()).redirectErrorStream(true).start();
        String output = new String(child.getInputStream().readAllBytes());
        assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        assertTrue(output.contains("1 event") && output.contains(".epoll_event "), output);
        for (Class<?> struct : List.of(sockaddr.class, sockaddr_storage.class, sockaddr_in.class, sockaddr_un.class,
                __sigset_t.class)) {
            assertFalse(output.contains(struct.getName() + " "), struct::getName);
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
