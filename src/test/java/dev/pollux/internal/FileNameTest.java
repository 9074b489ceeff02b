package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pollux.Child;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileNameTest {
    @TempDir
    Path folder;

    @Test
    void anAsciiNameIsItsBytes() {
        assertArrayEquals("/a b".getBytes(StandardCharsets.US_ASCII), FileName.encode(Path.of("/a b")));
        assertEquals(Path.of("/a b"), FileName.decode("/a b".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void aPathOfAnArchiveIsNotTakenForOneOfTheDisk() throws Exception {
        URI archive = URI.create("jar:" + folder.resolve("a.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path inside = zip.getPath("/etc/passwd");
            assertThrows(IllegalArgumentException.class, () -> FileName.encode(inside));
        }
    }

    @Test
    void bytesThatAreNoTextAreKept() {
        for (String hex : new String[] {"ff", "ff2f41", "2fc328", "2f412f80", "413f25ff", "e2", "2f7ffe2f4120", "0a"}) {
            byte[] name = HexFormat.of().parseHex(hex);
            Path path = FileName.decode(name);
            assertArrayEquals(name, FileName.encode(path), () -> hex + " became " + path);
            assertEquals(name[0] == '/', path.isAbsolute());
            assertEquals(path, FileName.decode(FileName.encode(path)));
        }
        assertNotEquals(FileName.decode(new byte[] {-1}), FileName.decode(new byte[] {-2}));
    }

    @Test
    void aFolderWhoseNameIsNoTextHasNoSlashAtItsEnd() throws Exception {
        Path folder = Files.createDirectory(this.folder.resolve(FileName.decode(new byte[] {-1, 'x'})));
        byte[] name = FileName.encode(folder);
        assertEquals('x', name[name.length - 1]);
    }

    /** In the C locale a file whose name does not decode has a Path whose String is that of another file. */
    @Test
    void noOtherFileIsOpenedThanTheOneNamed() throws Exception {
        for (String locale : new String[] {"C", "C.UTF-8"}) {
            ProcessBuilder child =
                    Child.java(OpensAll.class, Files.createDirectory(folder.resolve(locale)).toString());
            child.environment().put("LC_ALL", locale);
            String output = Child.run(child);
            assertEquals("3 files, none mistaken\n", output, locale);
        }
    }

    static final class OpensAll {
        private OpensAll() { }

        /** Makes three files, each with its own first byte in it, and opens what the folder lists. */
        public static void main(String[] args) throws Exception {
            for (String name : new String[] {"?", "\\377", "\\303\\251"}) {
                String command = "cd '" + args[0] + "' && printf '" + name + "' > \"$(printf '" + name + "')\"";
                new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
            }
            int files = 0;
            try (Arena arena = Arena.ofConfined(); var listed = Files.list(Path.of(args[0]))) {
                for (Path path : listed.toList()) {
                    files++;
                    MemorySegment buffer = arena.allocate(8);
                    try (Fd fd = Fcntl.open(path, Fcntl.O_RDONLY)) {
                        long n = fd.read(buffer);
                        byte[] inside = buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE);
                        if (!Arrays.equals(inside, Files.readAllBytes(path))) {
                            System.out.println("mistaken for another: " + path);
                        }
                    }
                }
            }
            System.out.println(files + " files, none mistaken");
        }
    }
}
