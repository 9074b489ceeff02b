package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.generated.timespec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ArchitectureTest {
    @Test
    void theSupportedOnesAreKnownByAllTheirNames() {
        assertEquals(Architecture.X86_64, Architecture.of("Linux", "amd64"));
        assertEquals(Architecture.X86_64, Architecture.of("Linux", "x86_64"));
        assertEquals(Architecture.AARCH64, Architecture.of("Linux", "aarch64"));
        assertEquals(Architecture.AARCH64, Architecture.of("Linux", "arm64"));
    }

    @Test
    void anythingElseIsRefusedByName() {
        String[][] others = {{"Mac OS X", "aarch64"}, {"Windows 11", "amd64"}, {"Linux", "riscv64"}, {"Linux", "i386"},
            {"Linux", "arm"}, {"linux", "amd64"}, {"", ""}};
        for (String[] other : others) {
            String message =
                    assertThrows(UnsatisfiedLinkError.class, () -> Architecture.of(other[0], other[1])).getMessage();
            assertTrue(message.contains(other[0]) && message.contains(other[1]) && message.contains("aarch64"),
                    message);
        }
    }

    /** The library knows these by number; AbiTest compares jextract's layouts with the C compiler. */
    @Test
    void structsAreLaidOutAsJextractSays() {
        List<Long> generated = Architecture.CURRENT == Architecture.X86_64
                ? List.of(dev.pollux.generated.x86_64.epoll_event.sizeof(),
                        dev.pollux.generated.x86_64.epoll_event.events$offset(),
                        dev.pollux.generated.x86_64.epoll_event.data$offset())
                : List.of(dev.pollux.generated.aarch64.epoll_event.sizeof(),
                        dev.pollux.generated.aarch64.epoll_event.events$offset(),
                        dev.pollux.generated.aarch64.epoll_event.data$offset());
        assertEquals(generated, List.of(EpollEvent.SIZE, EpollEvent.EVENTS, EpollEvent.DATA));
        assertEquals(List.of(timespec.tv_sec$offset(), timespec.tv_nsec$offset()),
                List.of(Deadline.SEC, Deadline.NSEC));
    }
}
