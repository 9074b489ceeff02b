package dev.pollux.examples.echo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a client sees of the echo server, and what the server costs, which has to be the same whatever it waits by.
 * Every test leaves the server with the descriptors that it had before.
 */
@ParameterizedClass(name = "{0}")
@ValueSource(strings = {"select", "poll", "epoll", "epoll-et", "virtual"})
@Timeout(120)
class EchoServerTest {
    private static final int FD_SETSIZE = 1024;
    private static final int MIB = 1024 * 1024;

    @RegisterExtension
    static final EchoProcesses PROCESSES = new EchoProcesses();

    private static EchoProcess server;
    private static int fdsWithoutClients;

    @Parameter
    String backend;

    private final List<EchoClient> clients = new ArrayList<>();

    @BeforeParameterizedClassInvocation
    static void startServer(String backend) throws Exception {
        server = PROCESSES.startShared(backend);
        assertEquals(1, server.sockets(), "its listener");
        // whatever the JVM opens late, it has opened after this
        try (EchoClient client = new EchoClient(server)) {
            client.roundTrip(100);
        }
        server.awaitSockets(1);
        fdsWithoutClients = server.fds().size();
    }

    @AfterParameterizedClassInvocation
    static void endServer() {
        PROCESSES.closeShared();
    }

    @AfterEach
    void everyDescriptorIsGivenBackAndNothingBroke() throws IOException {
        for (EchoClient client : clients) {
            client.close();
        }
        server.awaitFds(fdsWithoutClients);
        assertTrue(server.isAlive());
        assertEquals(server.readyLine(), server.stdout(), "stdout has the one line");
        assertNoStackTrace(server);
    }

    @Test
    void twoWritesAndAHalfCloseComeBackWhole() throws Exception {
        EchoClient client = connect(server);
        client.send(5);
        client.send(7);
        client.halfClose();
        client.receiveRestAndEnd();
    }

    @Test
    void aClientThatSendsNothingGetsNothingBack() throws Exception {
        EchoClient client = connect(server);
        client.halfClose();
        client.receiveRestAndEnd();
    }

    @Test
    void manyClientsAtOnceGetTheirOwnBytesBack() throws Exception {
        inParallel(48, i -> {
            Random random = new Random(i);
            try (EchoClient client = new EchoClient(server)) {
                for (int round = 0; round < 40; round++) {
                    client.roundTrip(1 + random.nextInt(20_000));
                }
                client.halfClose();
                client.receiveRestAndEnd();
            }
        });
    }

    @Test
    void oneByteAtATime() throws Exception {
        EchoClient client = connect(server);
        for (int i = 0; i < 1000; i++) {
            client.roundTrip(1);
        }
        for (int i = 0; i < 5000; i++) {
            client.send(1);
        }
        client.halfClose();
        client.receiveRestAndEnd();
    }

    @Test
    void tenMebibytesComeBackToASlowReaderAndAreNotHeldInMemory() throws Exception {
        byte[] data = new byte[10 * MIB];
        new Random(10).nextBytes(data);
        EchoProcess own = PROCESSES.start(backend);
        try (EchoClient warmUp = new EchoClient(own)) {
            warmUp.roundTrip(MIB / 4);
        }
        long before = own.residentBytes();
        long most = 0;
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(16 * 1024);
            client.setSoTimeout((int) EchoProcess.PATIENCE.toMillis());
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), own.port()));
            FutureTask<Void> sending = background(() -> {
                client.getOutputStream().write(data);
                client.shutdownOutput();
            });
            byte[] buffer = new byte[64 * 1024];
            int received = 0;
            Thread.sleep(300);
            for (int n; (n = client.getInputStream().read(buffer)) >= 0; received += n) {
                digest.update(buffer, 0, n);
                if (received / (128 * 1024) != (received + n) / (128 * 1024)) {
                    most = Math.max(most, own.residentBytes());
                    Thread.sleep(8);
                }
            }
            assertEquals(data.length, received);
            finish(sending);
        }
        assertArrayEquals(MessageDigest.getInstance("SHA-256").digest(data), digest.digest(), "SHA-256");
        assertGrewLessThan(6 * MIB, before, most);
        own.awaitSockets(1);
        assertNoStackTrace(own);
    }

    @Test
    void clientsThatDoNotReadAreHeldBackAndHoldNobodyElseBack() throws Exception {
        EchoProcess own = PROCESSES.start(backend);
        EchoClient other = connect(own);
        other.roundTrip(MIB / 4);
        long before = own.residentBytes();
        AtomicBoolean enough = new AtomicBoolean();
        long limit = 64L * MIB;
        List<EchoClient> deaf = new ArrayList<>();
        List<FutureTask<Void>> senders = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            EchoClient client = EchoClient.withLittleRoom(own);
            clients.add(client);
            deaf.add(client);
            senders.add(background(() -> {
                while (!enough.get() && client.sent() < limit) {
                    client.send(4096);
                }
                client.halfClose();
            }));
        }
        awaitStuck(deaf);
        for (EchoClient client : deaf) {
            assertTrue(client.sent() < limit, "nothing held the sender back");
        }
        assertGrewLessThan(6 * MIB, before, own.residentBytes());
        for (int i = 0; i < 200; i++) {
            other.roundTrip(1000);
        }
        try (EchoClient late = new EchoClient(own)) {
            late.roundTrip(1000);
        }
        // nor does the server turn round and round because they could be read from
        own.assertComesToRest();
        enough.set(true);
        deaf.getFirst().receiveRestAndEnd();
        finish(senders.getFirst());
        for (EchoClient client : deaf) {
            client.reset();
        }
        other.roundTrip(1000);
        other.close();
        own.awaitSockets(1);
        assertNoStackTrace(own);
    }

    @Test
    void aHalfClosedClientGetsAllThatIsStillUnderWay() throws Exception {
        for (int size : new int[] {1, 60_000, 300_000, 3 * MIB}) {
            EchoClient client = EchoClient.withLittleRoom(server);
            clients.add(client);
            FutureTask<Void> sending = background(() -> {
                client.send(size);
                client.halfClose();
            });
            Thread.sleep(100);
            client.receiveRestAndEnd();
            finish(sending);
        }
    }

    @Test
    void whatTheServerKeepsForAClientComesInOrderAndAfterAHalfCloseAndCostsNoCpu() throws Exception {
        // more than the kernel's buffers hold
        int kept = 24 * MIB;
        EchoProcess own = PROCESSES.start(backend, "--buffer", Integer.toString(32 * MIB));
        for (int i = 0; i < 20; i++) {
            connect(own).roundTrip(10);
        }
        EchoClient slow = EchoClient.withLittleRoom(own);
        clients.add(slow);
        finish(background(() -> slow.send(kept)));
        for (int i = 0; i < 100; i++) {
            slow.receive(60_000);
            slow.send(10_000);
        }
        slow.halfClose();
        own.assertComesToRest();
        assertEquals(1 + 20 + 1, own.sockets());
        slow.receiveRestAndEnd();
        own.awaitSockets(1 + 20);
    }

    @Test
    void aFastClientDoesNotStarveTheOthers() throws Exception {
        // so little at a time that the server never has read all that there is
        // and more of them than virtual threads have carriers
        EchoProcess own = PROCESSES.startBy(
                List.of("env", "JDK_JAVA_OPTIONS=-Djdk.virtualThreadScheduler.parallelism=2"), backend,
                "--buffer", "512");
        AtomicBoolean enough = new AtomicBoolean();
        List<FutureTask<Void>> fast = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            EchoClient client = connect(own);
            fast.add(background(() -> {
                while (!enough.get()) {
                    client.send(64 * 1024);
                }
                client.halfClose();
            }));
            fast.add(background(client::receiveRestAndEnd));
        }
        EchoProcess.await("the fast ones to be at it",
                () -> clients.stream().allMatch(client -> client.sent() > 256 * 1024));
        inParallel(8, i -> {
            for (int late = 0; late < 3; late++) {
                try (EchoClient client = new EchoClient(own)) {
                    for (int round = 0; round < 60; round++) {
                        client.roundTrip(100);
                    }
                }
            }
        });
        enough.set(true);
        for (FutureTask<Void> task : fast) {
            finish(task);
        }
    }

    @Test
    void resetsInTheMiddleConcernNobodyElse() throws Exception {
        EchoClient other = connect(server);
        for (int round = 0; round < 4; round++) {
            List<EchoClient> doomed = new ArrayList<>();
            List<FutureTask<Void>> senders = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                EchoClient client = connect(server);
                doomed.add(client);
                senders.add(sendInVain(client));
                client.receive(10_000 * i);
            }
            other.roundTrip(5000);
            for (EchoClient client : doomed) {
                client.reset();
            }
            other.roundTrip(5000);
            for (FutureTask<Void> sender : senders) {
                finish(sender);
            }
        }
    }

    @Test
    void connectAndLeave() throws Exception {
        for (int i = 0; i < 300; i++) {
            EchoClient client = new EchoClient(server);
            switch (i % 4) {
                case 0 -> client.close();
                case 1 -> client.reset();
                case 2 -> {
                    client.send(1 + i);
                    client.close();
                }
                default -> {
                    client.send(1 + i);
                    client.reset();
                }
            }
        }
        connect(server).roundTrip(1000);
    }

    @Test
    void clientsThatComeAndGoLeaveTheStayingOnesAlone() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        List<FutureTask<Void>> staying = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            EchoClient client = connect(server);
            Random random = new Random(i);
            staying.add(background(() -> {
                while (!enough.get()) {
                    client.roundTrip(1 + random.nextInt(30_000));
                }
                client.halfClose();
                client.receiveRestAndEnd();
            }));
        }
        inParallel(8, i -> {
            Random random = new Random(100 + i);
            for (int round = 0; round < 60; round++) {
                try (EchoClient client = new EchoClient(server)) {
                    int size = 1 + random.nextInt(50_000);
                    int way = random.nextInt(5);
                    if (way > 0) {
                        client.send(size);
                    }
                    if (way > 1) {
                        client.receive(random.nextInt(size));
                    }
                    if (way > 2) {
                        client.halfClose();
                    }
                    if (way > 3) {
                        client.receiveRestAndEnd();
                    } else if (random.nextBoolean()) {
                        client.reset();
                    }
                }
            }
        });
        enough.set(true);
        for (FutureTask<Void> task : staying) {
            finish(task);
        }
    }

    @Test
    void aThousandConnectionsAtOnce() throws Exception {
        for (int i = 0; i < 1000; i++) {
            connect(server);
        }
        for (int round = 0; round < 2; round++) {
            for (EchoClient client : clients) {
                client.send(1500);
            }
            for (EchoClient client : clients) {
                client.receive(1500);
            }
        }
        assertEquals(fdsWithoutClients + 1000, server.fds().size(), "one descriptor for each client");
        for (EchoClient client : clients) {
            client.halfClose();
        }
        for (EchoClient client : clients) {
            client.receiveRestAndEnd();
        }
    }

    @Test
    void theMemoryOfClientsThatLeftIsUsedAgain() throws Exception {
        int buffer = 4 * MIB;
        // a malloc that gives each of these back to the kernel, rather than one that learns to keep some
        EchoProcess own = PROCESSES.startBy(
                List.of("env", "MALLOC_MMAP_THRESHOLD_=131072"), backend, "--buffer", Integer.toString(buffer));
        List<Long> sizes = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            List<EchoClient> deaf = new ArrayList<>();
            List<FutureTask<Void>> senders = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                EchoClient client = EchoClient.withLittleRoom(own);
                clients.add(client);
                deaf.add(client);
                senders.add(sendInVain(client));
            }
            awaitStuck(deaf);
            for (EchoClient client : deaf) {
                client.reset();
            }
            for (FutureTask<Void> sender : senders) {
                finish(sender);
            }
            own.awaitSockets(1);
            sizes.add(own.residentBytes());
        }
        // the later rounds would add 32 MiB if nothing was given back
        assertGrewLessThan(2L * buffer, sizes.getFirst(), sizes.getLast());
    }

    @Test
    void aClientForWhomThereIsNoMemoryGoesAndTheOthersStay() throws Exception {
        ExampleProcess.requireProgram("prlimit");
        // malloc's arenas, 64 MiB or for a moment 128, would be counted here and given back later
        EchoProcess own = PROCESSES.startBy(
                List.of("env", "MALLOC_ARENA_MAX=1"), backend, "--buffer", Integer.toString(64 * MIB));
        List<EchoClient> others = List.of(connect(own), connect(own));
        for (EchoClient other : others) {
            other.roundTrip(MIB / 4);
        }
        // room for what the JVM needs, and for no client's buffer
        long limit = own.addressSpaceBytes() + 48L * MIB;
        assertEquals(0, new ProcessBuilder("prlimit", "--pid", Long.toString(own.pid()), "--as=" + limit).start()
                .waitFor());
        for (int i = 0; i < 3; i++) {
            EchoClient deaf = EchoClient.withLittleRoom(own);
            clients.add(deaf);
            finish(sendInVain(deaf));
            for (EchoClient other : others) {
                other.roundTrip(1000);
            }
        }
        own.awaitSockets(1 + others.size());
        connect(own).roundTrip(1000);
        assertTrue(own.stderr().contains("a connection broke: "), own.stderr());
        assertNoStackTrace(own);
    }

    @Test
    void onlySelectRefusesConnectionsBeyondFdSetsize() throws Exception {
        boolean limited = backend.equals("select");
        List<EchoClient> served = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < 1100; i++) {
            EchoClient client = connect(server);
            // a refused one sees the end of the stream, no error, as it sent nothing
            if (limited && refused > 0) {
                assertEquals(-1, client.receiveSome(1));
                refused++;
                continue;
            }
            try {
                client.send(1000);
                if (client.receiveSome(1) == 1) {
                    client.receive(999);
                    served.add(client);
                } else {
                    refused++;
                }
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                refused++;
            }
        }
        assertEquals(1100, served.size() + refused);
        if (limited) {
            assertEquals(FD_SETSIZE, fdsWithoutClients + served.size(), "descriptors that it has when it is full");
            server.awaitFds(FD_SETSIZE);
            server.assertComesToRest();
        } else {
            assertEquals(0, refused);
        }
        for (EchoClient client : served) {
            client.roundTrip(3000);
        }
        // those who leave make room, at once
        for (EchoClient client : served.subList(0, 50)) {
            client.halfClose();
            client.receiveRestAndEnd();
        }
        server.awaitFds(fdsWithoutClients + served.size() - 50);
        for (int i = 0; i < 50; i++) {
            connect(server).roundTrip(3000);
        }
        for (EchoClient client : served.subList(50, served.size())) {
            client.roundTrip(1000);
        }
    }

    @Test
    void atTheLimitOfDescriptorsItRestsAndServesAgainWhenClientsLeave() throws Exception {
        EchoProcess own = PROCESSES.startBy(
                List.of("sh", "-c", "ulimit -n 64 && exec \"$@\"", "sh"), backend, "--buffer", "4096");
        // whatever the JVM opens late, it has opened after this
        try (EchoClient client = new EchoClient(own)) {
            client.roundTrip(100);
        }
        own.awaitSockets(1);
        int before = own.fds().size();
        List<EchoClient> inside = new ArrayList<>();
        // as many as there is room for, and then some
        for (int i = 0; i < 64 - before; i++) {
            EchoClient client = connect(own);
            client.roundTrip(100);
            inside.add(client);
        }
        List<EchoClient> outside = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            outside.add(connect(own));
        }
        own.assertComesToRest();
        assertTrue(own.fds().size() <= 64);
        assertTrue(own.stderr().contains("EMFILE"), own.stderr());
        assertTrue(own.stderr().lines().count() < 20, own.stderr());
        for (EchoClient client : inside) {
            client.roundTrip(5000);
        }
        for (EchoClient client : inside) {
            client.halfClose();
            client.receiveRestAndEnd();
        }
        // whoever had to wait outside is served now
        for (EchoClient client : outside) {
            try {
                client.send(100);
                client.halfClose();
                client.receiveRestAndEnd();
            } catch (IOException | AssertionError e) {
                if (e instanceof java.net.SocketTimeoutException || client.received() > 0) {
                    throw e;
                }
            }
        }
        own.awaitSockets(1);
        for (int i = 0; i < 20; i++) {
            connect(own).roundTrip(100);
        }
        assertNoStackTrace(own);
    }

    @Test
    void aBufferOfOneByteIsEnough() throws Exception {
        EchoProcess own = PROCESSES.start(backend, "--buffer", "1");
        EchoClient client = EchoClient.withLittleRoom(own);
        clients.add(client);
        FutureTask<Void> sending = background(() -> {
            client.send(20_000);
            client.halfClose();
        });
        client.receiveRestAndEnd();
        finish(sending);
    }

    @Test
    void onceAnswersOneRequestAndEnds() throws Exception {
        EchoProcess own = PROCESSES.start(backend, "--once");
        EchoClient silent = connect(own);
        silent.halfClose();
        silent.receiveRestAndEnd();
        assertTrue(own.isAlive(), "it was not asked anything yet");
        EchoClient client = connect(own);
        client.send(1000);
        client.receiveRestAndEnd();
        assertEquals(0, own.awaitExit());
        assertEquals(own.readyLine(), own.stdout());
        assertEquals("", own.stderr());
    }

    @Test
    void sigtermEndsItWithClientsConnected() throws Exception {
        endsBySignal("TERM", 143);
    }

    @Test
    void sigintEndsItWithClientsConnected() throws Exception {
        endsBySignal("INT", 130);
    }

    private void endsBySignal(String signal, int exitCode) throws Exception {
        EchoProcess own = PROCESSES.start(backend);
        for (int i = 0; i < 5; i++) {
            connect(own).roundTrip(1000);
        }
        EchoClient deaf = EchoClient.withLittleRoom(own);
        clients.add(deaf);
        FutureTask<Void> sending = sendInVain(deaf);
        EchoProcess.await("some of it to be sent", () -> deaf.sent() > 64 * 1024);
        own.signal(signal);
        assertEquals(exitCode, own.awaitExit());
        for (EchoClient client : clients) {
            client.receiveUntilGone();
        }
        finish(sending);
        try (EchoClient late = new EchoClient(own)) {
            fail("connected to a server that has ended: " + late);
        } catch (ConnectException e) {
            // nobody listens
        }
        assertEquals(own.readyLine(), own.stdout());
        assertNoStackTrace(own);
    }

    private EchoClient connect(EchoProcess to) throws IOException {
        EchoClient client = new EchoClient(to);
        clients.add(client);
        return client;
    }

    private static void assertGrewLessThan(long bound, long before, long after) {
        assertTrue(after - before < bound, () -> "resident memory grew from " + before + " to " + after);
    }

    private static void assertNoStackTrace(EchoProcess server) {
        String stderr = server.stderr();
        assertFalse(stderr.lines().anyMatch(line -> line.startsWith("\tat ")), stderr);
    }

    private interface Task {
        void run() throws Exception;
    }

    private interface IndexedTask {
        void run(int index) throws Exception;
    }

    private static FutureTask<Void> background(Task task) {
        FutureTask<Void> future = new FutureTask<>(() -> {
            task.run();
            return null;
        });
        Thread.ofPlatform().daemon().start(future);
        return future;
    }

    private static void inParallel(int count, IndexedTask task) throws Exception {
        List<FutureTask<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            tasks.add(background(() -> task.run(index)));
        }
        for (FutureTask<Void> each : tasks) {
            finish(each);
        }
    }

    private static void finish(FutureTask<Void> task) throws Exception {
        try {
            task.get(EchoProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            fail("a client is stuck", e);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case AssertionError failure -> throw failure;
                case Exception failure -> throw failure;
                default -> throw e;
            }
        }
    }

    /** Sends what the server cannot take, as nobody reads it, until the connection is reset. */
    private static FutureTask<Void> sendInVain(EchoClient client) {
        return background(() -> {
            try {
                client.send(64L * MIB);
                fail("nothing held the sender back");
            } catch (IOException e) {
                // reset
            }
        });
    }

    private static void awaitStuck(List<EchoClient> senders) throws InterruptedException {
        long deadline = System.nanoTime() + EchoProcess.PATIENCE.toNanos();
        for (long before = -1, now = 0; now == 0 || now != before;) {
            assertTrue(System.nanoTime() - deadline < 0, "they never stop sending");
            Thread.sleep(200);
            before = now;
            now = senders.stream().mapToLong(EchoClient::sent).sum();
        }
    }
}
