package dev.pollux;

import static dev.pollux.Support.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The ways from a descriptor to Java's channels and back that the README names. */
@Timeout(60)
class ConversionTest {
    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String read(ReadableByteChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        return channel.read(buffer) < 0 ? "end" : StandardCharsets.US_ASCII.decode(buffer.flip()).toString();
    }

    private static FileChannel opened(Fd fd, OpenOption option) throws IOException {
        return FileChannel.open(Path.of("/proc/self/fd/" + fd.fd()), option);
    }

    @Test
    void channelsOverStreamsMoveBytesAndTellTheEnd() throws IOException {
        try (Pipe pipe = Pipe.create();
                ReadableByteChannel in = Channels.newChannel(FdStreams.inputStream(pipe.reader()))) {
            try (WritableByteChannel out = Channels.newChannel(FdStreams.outputStream(pipe.writer()))) {
                assertEquals(5, out.write(ascii("hello")));
            }
            assertEquals("hello", read(in));
            assertEquals("end", read(in));
        }
    }

    @Test
    void aFileAPipeAndATerminalAreOpenedAgainAsFileChannelsAndASocketIsNot(@TempDir Path folder) throws IOException {
        Path name = Files.writeString(folder.resolve("file"), "content");
        try (Fd file = Fcntl.open(name, Fcntl.O_RDONLY); Arena arena = Arena.ofConfined()) {
            file.read(arena.allocate(3));
            try (FileChannel channel = opened(file, StandardOpenOption.READ)) {
                assertEquals("content", read(channel), "from its beginning");
            }
        }
        try (Pipe pipe = Pipe.create(); FileChannel channel = opened(pipe.reader(), StandardOpenOption.READ)) {
            write(pipe.writer(), "piped");
            assertEquals("piped", read(channel));
        }
        try (Pty pty = Pty.create(); Fd terminal = pty.openTerminal();
                FileChannel channel = opened(terminal, StandardOpenOption.WRITE)) {
            channel.write(ascii("typed"));
            Support.ready(pty, Poll.POLLIN);
            assertEquals("typed", Support.read(pty));
        }
        try (SocketPair pair = SocketPair.create()) {
            String message = assertThrows(
                    FileSystemException.class, () -> opened(pair.first(), StandardOpenOption.READ)).getMessage();
            assertTrue(message.contains(Errno.text(Errno.ENXIO)), message);
        }
    }

    @Test
    void theChannelThatAProcessInheritsIsTheSocketOfNumberZero() throws Exception {
        assumeTrue(Child.succeeds("bash", "-c", "true"), "no bash");
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            ProcessBuilder java = Child.java(Inheriting.class);
            List<String> command = new ArrayList<>(List.of(
                    "bash", "-c", "exec 0<>/dev/tcp/127.0.0.1/" + port + " \"$@\"", "bash"));
            command.addAll(java.command());
            FutureTask<String> child = Support.start(() -> Child.run(java.command(command)));
            try (SocketChannel connection = server.accept()) {
                assertEquals("from number 0", read(connection));
            }
            assertEquals("done", Support.get(child));
        }
    }

    static final class Inheriting {
        private Inheriting() { }

        public static void main(String[] args) throws IOException {
            try (SocketFd inherited = SocketFd.adopt(Fd.STDIN_FILENO)) {
                inherited.write(ascii("from number 0"));
            }
            System.out.print("done");
        }
    }
}
