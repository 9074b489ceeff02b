package dev.pollux.examples.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The option that makes {@code select}'s sets smaller or larger than FD_SETSIZE. */
@Timeout(60)
class EchoFdSetSizeTest {
    @RegisterExtension
    static final EchoProcesses PROCESSES = new EchoProcesses();

    @Test
    void aSmallSetIsFilledToTheLastDescriptorAndTheNextIsRefused() throws Exception {
        EchoProcess server = PROCESSES.start("select", "--fd-set-size", "64");
        List<EchoClient> clients = new ArrayList<>();
        try {
            int others = server.fds().size();
            for (int i = 0; i < 64 - others; i++) {
                EchoClient client = new EchoClient(server);
                clients.add(client);
                client.roundTrip(100);
            }
            assertEquals(64, server.fds().size());
            for (int i = 0; i < 5; i++) {
                try (EchoClient refused = new EchoClient(server)) {
                    assertEquals(-1, refused.receiveSome(1));
                }
            }
            EchoProcess.await("it says why", () -> server.stderr().contains("--fd-set-size"));
            for (EchoClient client : clients) {
                client.roundTrip(1000);
            }
            clients.getLast().reset();
            server.awaitFds(63);
            try (EchoClient next = new EchoClient(server)) {
                next.roundTrip(1000);
            }
        } finally {
            for (EchoClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void aLargeSetTakesMoreThanFdSetsize() throws Exception {
        EchoProcess server = PROCESSES.start("select", "--fd-set-size", "2048");
        List<EchoClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 1200; i++) {
                EchoClient client = new EchoClient(server);
                clients.add(client);
                client.roundTrip(100);
            }
            for (EchoClient client : clients) {
                client.send(1000);
            }
            for (EchoClient client : clients) {
                client.receive(1000);
                client.halfClose();
                client.receiveRestAndEnd();
            }
            server.awaitSockets(1);
        } finally {
            for (EchoClient client : clients) {
                client.close();
            }
        }
    }
}
