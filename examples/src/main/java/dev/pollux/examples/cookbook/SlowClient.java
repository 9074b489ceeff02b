package dev.pollux.examples.cookbook;

import dev.pollux.FdStreams;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import dev.pollux.TimedOutException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Limit a slow client: who has not taken ten megabytes within two seconds is disconnected. The others do not wait. */
final class SlowClient {
    private SlowClient() { }

    public static void main(String[] args) throws IOException {
        SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
        listener.bind(new InetSocketAddress("127.0.0.1", 0));
        listener.listen(SocketFd.SOMAXCONN);
        System.out.println("port " + ((InetSocketAddress) listener.getsockname()).getPort());
        while (listener.await(Poll.POLLIN) != 0) {
            SocketFd client = listener.accept();
            if (client == null) {
                continue; // gone again
            }
            Thread.startVirtualThread(() -> {
                try (client) {
                    FdStreams.writeFully(client, new byte[10_000_000], 0, 10_000_000, Duration.ofSeconds(2));
                } catch (TimedOutException e) {
                    System.out.println("too slow, after " + e.moved() + " bytes");
                } catch (IOException e) {
                    System.out.println("gone: " + e.getMessage());
                }
            });
        }
    }
}
