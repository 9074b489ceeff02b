package dev.pollux.examples.cookbook;

import dev.pollux.ErrnoException;
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

    public static void main(String[] args) throws IOException, InterruptedException {
        SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
        listener.bind(new InetSocketAddress("127.0.0.1", 0));
        listener.listen(SocketFd.SOMAXCONN);
        System.out.println("port " + ((InetSocketAddress) listener.getsockname()).getPort());
        while (listener.await(Poll.POLLIN) != 0) {
            SocketFd client;
            try {
                client = listener.accept();
            } catch (ErrnoException e) { // EMFILE, most often: those who are here may leave
                Thread.sleep(100);
                continue;
            }
            if (client == null) {
                continue; // gone again
            }
            Thread.startVirtualThread(() -> {
                try (client) {
                    FdStreams.writeFully(client, new byte[10_000_000], 0, 10_000_000, Duration.ofSeconds(2));
                } catch (IOException e) {
                    System.out.println(e instanceof TimedOutException late
                            ? "too slow, after " + late.moved() + " bytes" : "gone: " + e.getMessage());
                }
            });
        }
    }
}
