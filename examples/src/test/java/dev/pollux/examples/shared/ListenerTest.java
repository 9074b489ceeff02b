package dev.pollux.examples.shared;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.Poll;
import dev.pollux.SocketFd;
import dev.pollux.UnixAbstractAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ListenerTest {
    private final List<SocketFd> clients = new ArrayList<>();
    private final List<SocketFd> accepted = new ArrayList<>();

    @AfterEach
    void closeAll() throws IOException {
        for (List<SocketFd> sockets : List.of(clients, accepted)) {
            for (Fd socket : sockets) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void anAcceptedTcpConnectionSendsAtOnce(String host) throws Exception {
        try (Listener listener = Listener.open(InetAddress.getByName(host), 0)) {
            connect(listener);
            listener.accept(accepted::add);
            assertNotEquals(0, accepted.getFirst().getsockopt(SocketFd.IPPROTO_TCP, SocketFd.TCP_NODELAY));
        }
    }

    @Test
    void aUnixSocketIsNotAskedForWhatOnlyTcpHas() throws Exception {
        SocketFd socket = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM);
        try (Listener listener = new Listener(socket)) {
            socket.bind(UnixDomainSocketAddress.of(""));
            socket.listen(10);
            SocketFd client = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM);
            clients.add(client);
            client.connect((UnixAbstractAddress) socket.getsockname());
            listener.accept(accepted::add);
            assertEquals(1, accepted.size());
        }
    }

    @Test
    void oneTurnTakesSixteenAndLeavesTheRestForTheNext() throws Exception {
        try (Listener listener = Listener.open(InetAddress.getLoopbackAddress(), 0)) {
            for (int i = 0; i < 40; i++) {
                connect(listener);
            }
            for (int expected : new int[] {16, 32, 40}) {
                assertEquals(Poll.POLLIN, listener.socket.await(Poll.POLLIN));
                listener.accept(accepted::add);
                assertEquals(expected, accepted.size());
            }
            assertEquals(0, listener.socket.await(Poll.POLLIN, Duration.ZERO));
        }
    }

    @Test
    void aConnectionForWhichThereIsNoMemoryIsClosedAndTheNextIsTaken() throws Exception {
        try (Listener listener = Listener.open(InetAddress.getLoopbackAddress(), 0)) {
            connect(listener);
            connect(listener);
            boolean[] first = {true};
            listener.accept(connection -> {
                accepted.add(connection);
                if (first[0]) {
                    first[0] = false;
                    throw new OutOfMemoryError("a test");
                }
            });
            assertEquals(2, accepted.size());
            assertFalse(accepted.getFirst().isOpen());
            assertTrue(accepted.getLast().isOpen());
        }
    }

    @Test
    void aSocketThatDoesNotListenIsAnError() throws Exception {
        try (Listener listener = new Listener(SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM))) {
            assertEquals(Errno.EINVAL,
                    assertThrows(ErrnoException.class, () -> listener.accept(accepted::add)).errno());
        }
    }

    private void connect(Listener listener) throws IOException {
        SocketFd client = SocketFd.create(listener.address().getAddress() instanceof Inet6Address
                ? SocketFd.AF_INET6 : SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC);
        clients.add(client);
        client.connect(listener.address());
    }
}
