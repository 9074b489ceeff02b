package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SnippetsTest {
    @Test
    void theServerOfTheJavadocEchoesToTwoClients() throws Exception {
        SocketFd listener = Snippets.listen(0);
        InetSocketAddress address = (InetSocketAddress) listener.getsockname();
        // it serves until the process ends, as the one in the Javadoc does
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Snippets.echo(listener);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (Socket first = new Socket(address.getAddress(), address.getPort());
                Socket second = new Socket(address.getAddress(), address.getPort())) {
            byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
            for (Socket client : new Socket[] {second, first, second}) {
                client.getOutputStream().write(hello);
                assertArrayEquals(hello, client.getInputStream().readNBytes(hello.length));
            }
            first.shutdownOutput();
            assertEquals(-1, first.getInputStream().read());

            try (Socket resets = new Socket(address.getAddress(), address.getPort())) {
                resets.setSoLinger(true, 0);
            }
            second.getOutputStream().write(hello);
            assertArrayEquals(hello, second.getInputStream().readNBytes(hello.length), "after another client's reset");
        }
    }

    @Test
    void theInotifyOfTheJavadocSeesAFile(@TempDir Path folder) throws Throwable {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        Thread creates = Thread.ofPlatform().unstarted(() -> {
            try {
                // again and again, because the watch may not be there yet
                for (int i = 0; i < 100 && printed.size() == 0; i++) {
                    Files.createFile(folder.resolve("file" + i));
                    Thread.sleep(50);
                }
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        System.setOut(new PrintStream(printed, true));
        try {
            creates.start();
            Snippets.watch(folder.toString());
        } finally {
            System.setOut(out);
            creates.join();
        }
        assertTrue(printed.toString().matches("watch 1: file[0-9]+\n"), printed::toString);
    }
}
