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

    public static void main(String[] args) throws Exception {
        SocketFd listener = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
        listener.bind(new InetSocketAddress("127.0.0.1", 0));
        listener.listen(SocketFd.SOMAXCONN);
        System.out.println("port " + ((InetSocketAddress) listener.getsockname()).getPort());
        while (listener.await(Poll.POLLIN) != 0) {
            try {
                SocketFd client = listener.accept();
                if (client != null) { // else it is gone again
                    Thread.startVirtualThread(() -> send(client));
                }
            } catch (ErrnoException e) { // one connection has failed, or there is no descriptor for it
                System.out.println("not accepted: " + e.getMessage());
                Thread.sleep(100);
            }
        }
    }

    private static void send(SocketFd client) {
        try (client) {
            FdStreams.writeFully(client, new byte[10_000_000], 0, 10_000_000, Duration.ofSeconds(2));
        } catch (IOException e) {
            System.out.println(e instanceof TimedOutException late
                    ? "too slow, after " + late.moved() + " bytes" : "gone: " + e.getMessage());
        }
    }
}
