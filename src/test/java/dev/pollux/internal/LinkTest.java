package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Epoll;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
