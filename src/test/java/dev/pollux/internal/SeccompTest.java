package dev.pollux.internal;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Child;
import dev.pollux.Errno;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The fallback from {@code epoll_pwait2} where the kernel itself refuses it, and the way to it where libc does not have
 * it: in JVMs of their own, under a seccomp filter such as an old container runtime's, and with a libc that lost the
 * name.
 */
@Timeout(120)
class SeccompTest {
    private static final String NAME = "\0epoll_pwait2\0";
    private static final String LOST = "\0epoll_pwait_\0";

    @Test
    void waitsFallBackFromEnosysOfAnOldKernel() throws Exception {
        assertFallsBack(Map.of(), Integer.toString(Errno.ENOSYS));
    }

    @Test
    void waitsFallBackFromEpermOfAnOldFilter() throws Exception {
        assertFallsBack(Map.of(), Integer.toString(Errno.EPERM));
    }

    @Test
    void whereLibcHasNoSuchFunctionItIsASystemCallWhichMayBeRefusedToo() throws Exception {
        Optional<Path> libc;
        try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
            libc = maps.filter(line -> line.endsWith("/libc.so.6")).map(line -> line.substring(line.indexOf('/')))
                    .map(Path::of).filter(Files::isReadable).findFirst();
        }
        assumeTrue(libc.isPresent(), "libc is not a file libc.so.6 here");
        // a copy of this machine's own, which fits its loader and its other libraries
        String bytes = Files.readString(libc.get(), StandardCharsets.ISO_8859_1);
        Path folder = Files.createDirectories(Path.of("target", "libc-without-epoll_pwait2").toAbsolutePath());
        Files.writeString(folder.resolve("libc.so.6"), bytes.replace(NAME, LOST), StandardCharsets.ISO_8859_1);
        assertFallsBack(Map.of("LD_LIBRARY_PATH", folder.toString()), Integer.toString(Errno.ENOSYS), "lost");
    }

    private static void assertFallsBack(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder child = Child.java(WithoutPwait2.class, arguments);
        child.environment().putAll(environment);
        String output = Child.run(child);
        assumeTrue(output.equals(WithoutPwait2.DONE), output);
    }
}
