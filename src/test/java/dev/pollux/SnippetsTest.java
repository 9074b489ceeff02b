package dev.pollux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
        }
    }
}
