package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        assertEquals(Architecture.RISCV64, Architecture.of("Linux", "riscv64"));
    }

    @Test
    void anythingElseIsRefusedByName() {
        String[][] others = {{"Linux", "riscv32"}, {"Linux", "i386"}, {"Linux", "arm"}};
        for (String[] other : others) {
            String message = refusal(other[0], other[1]);
            assertTrue(message.contains(other[1]) && message.contains("aarch64 and riscv64"), message);
        }
    }

    @Test
    void anotherSystemIsToldInOneLineThatThisIsLinuxAndWhatToUse() {
        assertEquals("Pollux is for Linux, and this is Mac OS X on aarch64: use java.nio.channels.Selector here",
                refusal("Mac OS X", "aarch64"));
        assertEquals("Pollux is for Linux, and this is Windows 11 on amd64: use java.nio.channels.Selector here, or run"
                + " Java in WSL 2", refusal("Windows 11", "amd64"));
        assertTrue(refusal("linux", "amd64").contains("linux on amd64"));
        assertTrue(refusal("", "").contains("use java.nio"));
    }

    private static String refusal(String osName, String osArch) {
        assertNull(Architecture.Known.name(osName, osArch));
        return assertThrows(UnsatisfiedLinkError.class, () -> Architecture.of(osName, osArch)).getMessage();
    }

    @Test
    void theCLibraryIsKnownByItsFunctionsAndAnotherOneRefused() {
        assertEquals(CLibrary.GLIBC, CLibrary.of(true, true));
        assertEquals(CLibrary.MUSL, CLibrary.of(false, true));
        String message = assertThrows(UnsatisfiedLinkError.class, () -> CLibrary.of(false, false)).getMessage();
        assertTrue(message.contains("glibc 2.28 or newer, or musl"), message);
    }

    @Test
    void theSizeOfAnEventIsThatOfThisMachine() {
        assertEquals(Architecture.CURRENT == Architecture.X86_64 ? 12 : 16, EpollEvent.SIZE);
    }
}
