package dev.pollux.examples.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pollux.examples.shared.ExampleProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command {@code chat}. */
@Timeout(180)
class ChatTest {
    /** A client, which has read the line that greets it. */
    private static final class Guest implements AutoCloseable {
        final Socket socket;
        final BufferedReader reader;
        final String greeting;

        Guest(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout((int) ExampleProcess.PATIENCE_SECONDS * 1000);
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            greeting = reader.readLine();
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        }

        String hear() throws IOException {
            return reader.readLine();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static ExampleProcess start(String... options) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("chat", "--port", "0"));
        arguments.addAll(List.of(options));
        return ExampleProcess.start(arguments.toArray(new String[0]));
    }

    @Test
    void everybodyHearsTheOthersInOrderAndNoEscapeSequences() throws Exception {
        try (ExampleProcess example = start("--lines", "100")) {
            int port = example.port();
            try (Guest one = new Guest(port); Guest two = new Guest(port)) {
                assertEquals("you are guest-1, one of 1", one.greeting);
                assertEquals("you are guest-2, one of 2", two.greeting);
                assertEquals("guest-2 has come", one.hear());
                one.say("hel");
                one.say("lo\r\nwörld\n\u001b[31mred\n");
                assertEquals("guest-1: hello", two.hear());
                assertEquals("guest-1: wörld", two.hear());
                assertEquals("guest-1: \\x1b[31mred", two.hear());
                for (int i = 0; i < 50; i++) {
                    two.say(i + "\n");
                }
                for (int i = 0; i < 50; i++) {
                    assertEquals("guest-2: " + i, one.hear());
                }
                two.socket.setSoLinger(true, 0); // a reset
                two.socket.close();
                assertEquals("guest-2 has left", one.hear());
                try (Guest three = new Guest(port)) {
                    assertEquals("you are guest-3, one of 2", three.greeting);
                }
                assertEquals("guest-3 has come", one.hear());
                assertEquals("guest-3 has left", one.hear());
                example.signal("TERM");
                assertNull(one.hear());
            }
            assertEquals(143, example.exitCode());
            assertEquals(List.of(), example.restOfStderr());
        }
    }

    @Test
    void whoIsSilentForTooLongIsSentAwayAndWhoSpeaksIsNot() throws Exception {
        try (ExampleProcess example = start("--idle", "PT2S", "--lines", "100")) {
            int port = example.port();
            try (Guest talker = new Guest(port); Guest silent = new Guest(port)) {
                assertEquals("guest-2 has come", talker.hear());
                long start = System.nanoTime();
                Thread talking = Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 60 && !Thread.currentThread().isInterrupted(); i++) {
                            talker.say("still here\n");
                            Thread.sleep(100);
                        }
                    } catch (IOException | InterruptedException e) {
                        // the end of the test
                    }
                });
                assertEquals("guest-2 was silent for too long", talker.hear());
                assertTrue(System.nanoTime() - start >= 1_900_000_000L);
                String heard = silent.hear();
                while (heard != null) {
                    assertEquals("guest-1: still here", heard);
                    heard = silent.hear();
                }
                talking.interrupt();
                talking.join();
            }
        }
    }

    @Test
    void whoSaysTooMuchIsReadMoreSlowlyAndNothingIsLost() throws Exception {
        try (ExampleProcess example = start("--lines", "10")) {
            int port = example.port();
            try (Guest listener = new Guest(port); Guest talker = new Guest(port)) {
                assertEquals("guest-2 has come", listener.hear());
                long start = System.nanoTime();
                StringBuilder lines = new StringBuilder();
                for (int i = 0; i < 35; i++) {
                    lines.append("line ").append(i).append('\n');
                }
                talker.say(lines.toString());
                for (int i = 0; i < 35; i++) {
                    assertEquals("guest-2: line " + i, listener.hear());
                }
                assertTrue(System.nanoTime() - start >= 2_900_000_000L, "35 lines, 10 at once and 10 in a second");
            }
        }
    }

    @Test
    void lineThatIsTooLongEndsItsClientOnly() throws Exception {
        try (ExampleProcess example = start()) {
            int port = example.port();
            try (Guest listener = new Guest(port); Guest talker = new Guest(port)) {
                assertEquals("guest-2 has come", listener.hear());
                talker.say("x".repeat(1023) + "\n");
                assertEquals("guest-2: " + "x".repeat(1023), listener.hear());
                talker.say("x".repeat(1024));
                assertEquals("guest-2 said a line of more than 1024 bytes", listener.hear());
            }
        }
    }

    @Test
    void whoDoesNotListenIsDroppedAndNobodyWaits() throws Exception {
        try (ExampleProcess example = start("--lines", "1000000")) {
            int port = example.port();
            try (Guest listener = new Guest(port); Guest talker = new Guest(port); Guest _ = new Guest(port)) {
                assertEquals("guest-2 has come", listener.hear());
                assertEquals("guest-3 has come", listener.hear());
                Thread talking = Thread.ofPlatform().start(() -> {
                    try {
                        for (int i = 0; i < 20_000; i++) {
                            talker.say("y".repeat(1000) + "\n");
                        }
                    } catch (SocketException e) {
                        // the end of the test
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                String heard = listener.hear();
                while (heard.startsWith("guest-2: y")) {
                    heard = listener.hear();
                }
                assertEquals("guest-3 did not listen", heard);
                talker.socket.close();
                talking.join();
            }
        }
    }
}
