package dev.pollux.examples.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.Strace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** How the echo servers accept: errors, given to them by strace, and a queue that does not end. */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"select", "poll", "epoll", "epoll-et", "virtual"})
@Timeout(120)
class AcceptTest {
    /** What accept(2) hands out of the connection that it would have returned; and what a firewall says. */
    private static final List<String> ERRORS = List.of("ENETDOWN", "EPROTO", "ENOPROTOOPT", "EHOSTDOWN", "ENONET",
            "EHOSTUNREACH", "EOPNOTSUPP", "ENETUNREACH", "ETIMEDOUT", "ECONNABORTED", "EPERM");

    @RegisterExtension
    static final EchoProcesses PROCESSES = new EchoProcesses();

    @Parameter
    String backend;

    private EchoProcess server;
    private EchoClient established;
    private final List<EchoClient> clients = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        Strace.require();
        server = PROCESSES.start(backend);
        established = connect();
        established.roundTrip(100);
    }

    @AfterEach
    void close() throws IOException {
        for (EchoClient client : clients) {
            client.close();
        }
    }

    @Test
    void anErrorOfAConnectionEndsNothing() throws Exception {
        long start = System.nanoTime();
        for (String error : ERRORS) {
            try (Strace strace = Strace.attach(server.pid(), "accept4", "error=" + error + ":when=1")) {
                connect().roundTrip(100); // it is still in the queue
                established.roundTrip(100);
                assertTrue(strace.calls("accept4").stream().anyMatch(line -> line.contains(error + " ")), error);
            }
        }
        List<String> complaints = server.stderr().lines().toList();
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        assertTrue(complaints.getFirst().startsWith("a connection was not accepted: accept4("), complaints::toString);
        assertTrue(complaints.getFirst().contains("ENETDOWN"), complaints::toString);
        assertTrue(complaints.size() <= seconds + 2, complaints::toString);
        server.signal("TERM");
        assertEquals(143, server.awaitExit());
    }

    @Test
    void anErrorThatLastsNeitherSpinsNorKeepsAnyoneWaitingWhoIsThereAlready() throws Exception {
        EchoClient waiting;
        try (Strace strace = Strace.attach(server.pid(), "accept4", "error=EPERM")) {
            waiting = connect();
            for (int i = 0; i < 15; i++) {
                established.roundTrip(100);
                Thread.sleep(100);
            }
            int calls = strace.calls("accept4").size();
            assertTrue(calls > 0);
            assertTrue(calls < 100, () -> "it spins: " + calls + " calls");
        }
        waiting.roundTrip(100);
        assertFalse(server.stderr().isEmpty());
        assertTrue(server.stderr().lines().count() < 10, server.stderr());
    }

    /** Each accept takes 10 ms here, so that all of them take 9 s. */
    @Test
    void whoIsThereAlreadyIsAnsweredBeforeTheQueueIsEmpty() throws Exception {
        try (Strace strace = Strace.attach(server.pid(), "accept4", "delay_enter=10000")) {
            for (int i = 0; i < 900; i++) {
                connect();
            }
            established.roundTrip(100);
            assertTrue(server.sockets() < 450, () -> server.sockets() + " sockets when it answered");
            assertFalse(strace.calls("accept4").isEmpty());
        }
    }

    private EchoClient connect() throws IOException {
        EchoClient client = new EchoClient(server);
        clients.add(client);
        return client;
    }
}
