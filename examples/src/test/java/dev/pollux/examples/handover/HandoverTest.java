package dev.pollux.examples.handover;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.SocketFd;
import dev.pollux.examples.shared.ExampleProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code handover}. */
@Timeout(180)
class HandoverTest {
    private static final int TIMEOUT_MILLIS = 60_000;

    @TempDir
    Path folder;

    private ExampleProcess start() throws Exception {
        return ExampleProcess.start("handover", "--port", "0", "--socket", folder.resolve("socket").toString());
    }

    /** A client with one request on its way at a time. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader reader;

        Client(int port) throws IOException {
            this(port, 0);
        }

        /** With so much room for answers that it does not read; 0 for as much as the kernel thinks fit. */
        Client(int port, int receiveBuffer) throws IOException {
            socket = new Socket();
            if (receiveBuffer > 0) {
                socket.setReceiveBufferSize(receiveBuffer);
            }
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            reader = new BufferedReader(
                    new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /** The process id of who has answered this request. */
        long answer(String request) throws IOException {
            String line = reader.readLine();
            assertTrue(line != null && line.endsWith(" " + request), () -> "'" + line + "' answers '" + request + "'");
            return Long.parseLong(line.substring(0, line.indexOf(' ')));
        }

        long ask(String request) throws IOException {
            send(request + "\n");
            return answer(request);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Clients that stay, and clients that come and go, while one process after another takes over. */
    @Test
    void noRequestIsLostUnderLoad() throws Exception {
        int staying = 20;
        int coming = 4;
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong requests = new AtomicLong();
        Set<Long> servers = ConcurrentHashMap.newKeySet();
        List<FutureTask<Void>> clients = new ArrayList<>();
        List<ExampleProcess> processes = new ArrayList<>();
        try {
            processes.add(start());
            int port = processes.getFirst().port();
            for (int i = 0; i < staying + coming; i++) {
                boolean stays = i < staying;
                FutureTask<Void> task = new FutureTask<>(() -> {
                    for (long request = 0; !over.get();) {
                        try (Client client = new Client(port)) {
                            do {
                                servers.add(client.ask("request " + request++));
                                requests.incrementAndGet();
                            } while (stays && !over.get());
                        }
                    }
                    return null;
                });
                Thread.ofPlatform().daemon().start(task);
                clients.add(task);
            }
            for (int i = 1; i <= 3; i++) {
                awaitRequests(requests, clients);
                ExampleProcess before = processes.getLast();
                processes.add(start());
                String line = processes.getLast().awaitLine("listening on");
                assertTrue(line.contains(":" + port + ", pid " + processes.getLast().process.pid()), line);
                int taken = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
                assertTrue(taken >= staying, line);
                assertEquals(0, before.exitCode());
                assertEquals(List.of(), before.restOfStderr());
            }
            awaitRequests(requests, clients);
            over.set(true);
            for (FutureTask<Void> client : clients) {
                client.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            }
            for (ExampleProcess process : processes) {
                assertTrue(servers.contains(process.process.pid()), () -> process.process.pid() + " not in " + servers);
            }
            processes.getLast().signal("TERM");
            assertEquals(143, processes.getLast().exitCode());
            assertFalse(Files.exists(folder.resolve("socket")));
        } finally {
            over.set(true);
            processes.forEach(ExampleProcess::close);
        }
    }

    private static void awaitRequests(AtomicLong requests, List<FutureTask<Void>> clients) throws Exception {
        for (long before = requests.get(); requests.get() < before + 1000;) {
            for (FutureTask<Void> client : clients) {
                if (client.isDone()) {
                    client.get(); // throws what has gone wrong
                }
            }
            Thread.sleep(10);
        }
    }

    @Test
    void aRequestThatHasBegunIsAnsweredByTheSuccessor() throws Exception {
        try (ExampleProcess before = start(); Client client = new Client(before.port())) {
            assertEquals(before.process.pid(), client.ask("whole"));
            client.send("another\nhal");
            assertEquals(before.process.pid(), client.answer("another"));
            try (ExampleProcess after = start()) {
                after.awaitLine("connections taken over: 1");
                client.send("f\n");
                assertEquals(after.process.pid(), client.answer("half"));
                assertEquals(0, before.exitCode());
            }
        }
    }

    /** The client sends and does not read until both are stuck: so there are answers which have not been sent. */
    @Test
    void answersThatWereNotSentAreSentByTheSuccessor() throws Exception {
        int step = 1000;
        try (ExampleProcess before = start(); Client client = new Client(before.port(), 16 * 1024)) {
            AtomicBoolean enough = new AtomicBoolean();
            AtomicLong asked = new AtomicLong();
            FutureTask<Void> sender = new FutureTask<>(() -> {
                while (!enough.get()) { // how much the sockets hold is the kernel's business
                    StringBuilder requests = new StringBuilder();
                    for (long from = asked.getAndAdd(step), i = from; i < from + step; i++) {
                        requests.append(i).append('\n');
                    }
                    client.send(requests.toString());
                }
                return null;
            });
            Thread.ofPlatform().daemon().start(sender);
            for (long last = 0; last == 0 || last != asked.get();) {
                last = asked.get();
                Thread.sleep(1000);
            }
            assertFalse(sender.isDone(), "it has ended, and is not stuck");
            try (ExampleProcess after = start()) {
                after.awaitLine("connections taken over: 1");
                enough.set(true);
                assertEquals(before.process.pid(), client.answer("0"));
                long last = 0;
                long next = 1;
                do {
                    for (; next < asked.get(); next++) {
                        last = client.answer(Long.toString(next));
                    }
                } while (!sender.isDone() || next < asked.get());
                assertEquals(after.process.pid(), last);
                sender.get(); // throws what has gone wrong
            }
        }
    }

    /** The kernel drops the descriptors that a process may not have: see MSG_CTRUNC. */
    @Test
    void aSuccessorThatMayNotHaveAsManyDescriptorsSaysSoAndThePredecessorGoesOn() throws Exception {
        List<Client> clients = new ArrayList<>();
        try (ExampleProcess before = start()) {
            int port = before.port();
            for (int i = 0; i < 100; i++) {
                clients.add(new Client(port));
                assertEquals(before.process.pid(), clients.getLast().ask("x"));
            }
            List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n 80; exec \"$@\"", "sh"));
            command.addAll(ExampleProcess.command(
                    "handover", "--port", "0", "--socket", folder.resolve("socket").toString()));
            try (ExampleProcess after = new ExampleProcess(new ProcessBuilder(command))) {
                assertEquals(1, after.exitCode());
                List<String> lines = after.restOfStderr();
                assertTrue(lines.size() == 1 && lines.getFirst().contains("ulimit -n"), lines::toString);
            }
            for (Client client : clients) {
                assertEquals(before.process.pid(), client.ask("y"));
            }
        } finally {
            for (Client client : clients) {
                client.close();
            }
        }
    }

    @Test
    void whoeverIsNoSuccessorEndsNothing() throws Exception {
        try (ExampleProcess server = start(); Client client = new Client(server.port());
                Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < 3; i++) {
                try (SocketFd stranger = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_SEQPACKET, 0, 0)) {
                    stranger.connect(UnixDomainSocketAddress.of(folder.resolve("socket")));
                    if (i == 1) {
                        stranger.send(arena.allocate(i), 0);
                    } else if (i == 2) { // and says nothing
                        assertEquals(server.process.pid(), client.ask("later"));
                    }
                }
                assertEquals(server.process.pid(), client.ask("still there"));
            }
        }
    }
}
