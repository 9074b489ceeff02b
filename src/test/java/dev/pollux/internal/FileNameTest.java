package dev.pollux.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Child;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.Inotify;
import dev.pollux.SockaddrStorage;
import dev.pollux.SocketFd;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
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

        /** Makes three files, each with its own first byte in it, and opens what the directory lists. */
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

    // relative names

    private static String run(ProcessBuilder child, Path directory) throws Exception {
        return Child.run(child.directory(directory.toFile()));
    }

    private static ProcessBuilder java(Class<?> main, String... options) {
        List<String> all = new ArrayList<>(List.of("--enable-native-access=ALL-UNNAMED"));
        all.addAll(List.of(options));
        return Child.java(all, main);
    }

    @Test
    void aRelativeNameIsTheFileThatTheJdkMeans() throws Exception {
        Path here = Files.createDirectory(folder.resolve("here"));
        Path there = Files.createDirectory(folder.resolve("there"));
        assertEquals("all as the JDK\n", run(java(AsTheJdk.class, "-Duser.dir=" + there), here));
        try (var files = Files.list(here)) {
            assertEquals(List.of(), files.toList());
        }
        assertEquals("all as the JDK\n", run(java(AsTheJdk.class), here));
    }

    /** Two ways for each file: the JDK's, and this library's. */
    static final class AsTheJdk {
        private AsTheJdk() { }

        public static void main(String[] args) throws Exception {
            System.setProperty("user.dir", "/"); // too late, the JDK has read it
            Path file = Path.of("file");
            Files.createFile(file);
            Fcntl.open(file, Fcntl.O_RDONLY).close();
            Fcntl.open(Path.of("made"), Fcntl.O_WRONLY | Fcntl.O_CREAT).close();
            Files.size(Path.of("made"));
            try (Inotify inotify = Inotify.create()) {
                inotify.addWatch(file, Inotify.IN_MODIFY);
                inotify.addWatch(Path.of("."), Inotify.IN_MODIFY);
            }
            UnixDomainSocketAddress socket = UnixDomainSocketAddress.of("socket");
            try (SocketFd server = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM)) {
                server.bind(socket);
                server.listen(1);
                SocketChannel.open(socket).close();
            }
            UnixDomainSocketAddress channel = UnixDomainSocketAddress.of("channel");
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                    SocketFd client = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM)) {
                server.bind(channel);
                client.connect(channel);
            }
            UnixDomainSocketAddress datagrams = UnixDomainSocketAddress.of("datagrams");
            try (Arena arena = Arena.ofConfined();
                    SocketFd server = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_DGRAM)) {
                server.bind(UnixDomainSocketAddress.of(datagrams.getPath().toAbsolutePath()));
                server.sendto(arena.allocate(1), 0, datagrams);
                SockaddrStorage stored = SockaddrStorage.allocate(arena);
                stored.set(datagrams, SocketFd.AF_UNIX);
                server.sendto(arena.allocate(1), 0, stored);
            }
            System.out.println("all as the JDK");
        }
    }

    @Test
    void aRelativeNameIsShortHoweverDeepTheDirectoryIs() throws Exception {
        Path deep = Files.createDirectory(folder.resolve("d".repeat(150)));
        Path spelledOtherwise = deep.resolve(".");
        for (String option : new String[] {"-Duser.dir=" + deep, "-Duser.dir=" + spelledOtherwise}) {
            assertEquals("bound to short, made\n", run(java(InDeepDirectory.class, option), deep));
            Files.delete(deep.resolve("short"));
        }
        String output = run(java(InDeepDirectory.class, "-Duser.dir=" + deep), folder);
        assertEquals("at most 107 bytes, this one has " + (deep + "/short").length() + ": " + deep + "/short\n",
                output.substring(output.indexOf("at most")));
    }

    static final class InDeepDirectory {
        private InDeepDirectory() { }

        public static void main(String[] args) throws IOException {
            try (SocketFd server = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM)) {
                server.bind(UnixDomainSocketAddress.of("short"));
                Fcntl.open(Path.of("made"), Fcntl.O_WRONLY | Fcntl.O_CREAT).close();
                System.out.println("bound to " + server.getsockname() + ", "
                        + (Files.exists(Path.of("made")) ? "made" : "elsewhere"));
            } catch (IllegalArgumentException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void aRelativeNameFollowsTheDirectoryWhereItsNameChanges() throws Exception {
        Path before = Files.createDirectory(folder.resolve("before"));
        assertEquals("", run(java(InRenamedDirectory.class), before));
        assertTrue(Files.exists(folder.resolve("after").resolve("made")));
    }

    static final class InRenamedDirectory {
        private InRenamedDirectory() { }

        public static void main(String[] args) throws IOException {
            Path here = Path.of("").toAbsolutePath();
            Files.move(here, here.resolveSibling("after"));
            Fcntl.open(Path.of("made"), Fcntl.O_WRONLY | Fcntl.O_CREAT).close();
        }
    }

    @Test
    void anAbsoluteAndAnEmptyNameStay() {
        assertEquals(Path.of("/a/../b"), FileName.resolve(Path.of("/a/../b")));
        assertEquals(Path.of(""), FileName.resolve(Path.of("")));
        assertEquals(Path.of("a"), FileName.resolve(Path.of("a")));
    }
}
