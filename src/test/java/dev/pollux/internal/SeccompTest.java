package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pollux.Errno;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/**
 * The fallback from {@code epoll_pwait2} where the kernel itself refuses it, and where libc does not have it: in JVMs
 * of their own, under a seccomp filter such as an old container runtime's, and with a libc that lost the name.
 */
@Timeout(120)
class SeccompTest {
    private static final String NAME = "\0epoll_pwait2\0";
    private static final String LOST = "\0epoll_pwait_\0";

    @Test
    void waitsFallBackFromEnosysOfAnOldKernel() throws Exception {
        assertFallsBack(Errno.ENOSYS, Map.of());
    }

    @Test
    void waitsFallBackFromEpermOfAnOldFilter() throws Exception {
        assertFallsBack(Errno.EPERM, Map.of());
    }

    @Test
    void waitsFallBackWhereLibcHasNoSuchFunction() throws Exception {
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
        assertFallsBack(0, Map.of("LD_LIBRARY_PATH", folder.toString()));
    }

    private static void assertFallsBack(int errno, Map<String, String> environment) throws Exception {
        String libraries = Stream.of(Assertions.class, JUnitException.class, AssertionFailedError.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation().getPath())
                .collect(Collectors.joining(File.pathSeparator));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", "-cp", Path.of("target", "classes") + File.pathSeparator
                        + Path.of("target", "test-classes") + File.pathSeparator + libraries,
                WithoutPwait2.class.getName(), Integer.toString(errno))).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process child = builder.start();
        child.onExit().orTimeout(100, TimeUnit.SECONDS).exceptionally(e -> child.destroyForcibly());
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        if (errno != 0 && !output.equals(WithoutPwait2.DONE)) {
            abort(output);
        }
        assertEquals(WithoutPwait2.DONE, output);
    }
}
