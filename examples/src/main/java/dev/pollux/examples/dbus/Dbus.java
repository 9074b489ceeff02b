package dev.pollux.examples.dbus;

import dev.pollux.Epoll;
import dev.pollux.EpollEvents;
import dev.pollux.Fcntl;
import dev.pollux.Fd;
import dev.pollux.Pipe;
import dev.pollux.Poll;
import dev.pollux.examples.shared.Escaped;
import dev.pollux.examples.shared.Stdio;
import dev.pollux.examples.shared.StopSignal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command {@code dbus}: a service with a method that takes a descriptor and one that returns one, and a client that
 * calls them.
 */
@Command(name = "dbus",
        description = "A service on a D-Bus: Lines(h) says how many lines can be read from a descriptor, Text(s)"
                + " returns a descriptor from which the text can be read. With --lines or --text, a client of it.",
        footer = {"", "Try: dbus-run-session -- sh -c 'examples/run dbus & sleep 2;"
            + " examples/run dbus --lines README.md --text hello; kill $!'", "",
            "The service ends with 130 after SIGINT, 143 after SIGTERM."})
public final class Dbus implements Callable<Integer> {
    private static final String SERVICE = "dev.pollux.Example";
    private static final String OBJECT = "/dev/pollux/Example";

    private static final int DO_NOT_QUEUE = 4;
    private static final int PRIMARY_OWNER = 1;

    private static final int BUFFER_BYTES = 8192;
    /** Of a descriptor whose other end writes nothing, or for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long MOST_BYTES = 1 << 24;
    /** What fits into a new pipe: more would have to be written as it is read. */
    private static final int TEXT_BYTES = 65_536;

    private static final int STOP = 0;
    private static final int BUS = 1;

    @Option(names = "--address", paramLabel = "ADDRESS", defaultValue = "${env:DBUS_SESSION_BUS_ADDRESS}",
            description = "Of the bus (default: $DBUS_SESSION_BUS_ADDRESS).")
    private String address;

    @Option(names = "--lines", paramLabel = "FILE", description = "Asks the service how many lines the file has.")
    private Path lines;

    @Option(names = "--text", paramLabel = "TEXT", description = "Asks the service for a descriptor of this text.")
    private String text;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (address == null || address.isEmpty()) {
            throw new ParameterException(command.commandLine(), "which bus? DBUS_SESSION_BUS_ADDRESS is not set");
        }
        try (Bus bus = new Bus(address)) {
            if (lines != null) {
                try (Fd file = Fcntl.open(lines, Fcntl.O_RDONLY);
                        BusMessage answer = ask(bus, "Lines", "h", new Writer().u32(0), List.of(file), "u")) {
                    System.out.println(Integer.toUnsignedString(answer.values().u32()));
                }
            }
            if (text != null) {
                try (BusMessage answer = ask(bus, "Text", "s", new Writer().text(text), List.of(), "h")) {
                    System.out.println(Escaped.of(read(answer.fd(answer.values().u32()))));
                }
            }
            if (lines == null && text == null) {
                serve(bus);
            }
        }
        return 0;
    }

    private static BusMessage ask(
            Bus bus, String method, String signature, Writer body, List<Fd> fds, String expected) throws IOException {
        BusMessage answer = bus.call(SERVICE, OBJECT, SERVICE, method, signature, body, fds);
        if (!answer.signature().equals(expected)) {
            answer.close();
            throw new IOException(method + " returns '" + answer.signature() + "', and not '" + expected + "'");
        }
        return answer;
    }

    private void serve(Bus bus) throws IOException {
        try (BusMessage answer = bus.call(Bus.NAME, Bus.PATH, Bus.NAME, "RequestName", "su",
                new Writer().text(SERVICE).u32(DO_NOT_QUEUE), List.of())) {
            if (answer.values().u32() != PRIMARY_OWNER) {
                throw new IOException("another service has the name " + SERVICE);
            }
        }
        try (StopSignal stop = new StopSignal(); Epoll epoll = Epoll.create(); Arena arena = Arena.ofConfined()) {
            EpollEvents events = EpollEvents.allocate(arena, 2);
            epoll.add(stop.eventFd, Epoll.EPOLLIN, STOP);
            epoll.add(bus.socket, Epoll.EPOLLIN, BUS);
            System.out.println("dbus serves " + SERVICE + ", pid " + ProcessHandle.current().pid());
            for (;;) {
                Stdio.check(); // else nobody is left to print for
                // what came with earlier answers was read already
                for (BusMessage next; (next = bus.poll()) != null;) {
                    try (BusMessage message = next) {
                        handle(bus, message);
                    }
                }
                int n = epoll.await(events);
                for (int i = 0; i < n; i++) {
                    if (events.data(i) == STOP) {
                        return;
                    }
                }
            }
        }
    }

    private static void handle(Bus bus, BusMessage call) throws IOException {
        if (call.type() != BusMessage.CALL) {
            return;
        }
        Fd toClose = null;
        BusMessage answer;
        try {
            if (!call.path().equals(OBJECT) || !call.iface().isEmpty() && !call.iface().equals(SERVICE)) {
                answer = call.refusal(Bus.NAME + ".Error.UnknownObject", "there is only " + SERVICE + " at " + OBJECT);
            } else if (call.member().equals("Lines") && call.signature().equals("h")) {
                long count = countLines(call.fd(call.values().u32()));
                System.out.println("Lines, for " + Escaped.of(call.sender()) + ": " + count);
                answer = call.answer("u", new Writer().u32((int) count), List.of());
            } else if (call.member().equals("Text") && call.signature().equals("s")) {
                String text = call.values().text();
                toClose = pipe(text);
                System.out.println("Text, for " + Escaped.of(call.sender()) + ": " + Escaped.of(text));
                answer = call.answer("h", new Writer().u32(0), List.of(toClose));
            } else {
                answer = call.refusal(Bus.NAME + ".Error.UnknownMethod", "the methods are Lines(h) and Text(s)");
            }
        } catch (IOException e) { // the caller's arguments, or descriptor
            answer = call.refusal(Bus.NAME + ".Error.Failed", e.getMessage());
        }
        try {
            if ((call.flags() & BusMessage.NO_REPLY_EXPECTED) == 0) {
                bus.send(answer);
            }
        } finally {
            if (toClose != null) {
                toClose.close();
            }
        }
    }

    /** The end to read from; the other one is closed, so that what is read ends. */
    private static Fd pipe(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_BYTES) {
            throw new IOException("a text of " + bytes.length + " bytes does not fit into a pipe");
        }
        Pipe pipe = Pipe.create(Fcntl.O_CLOEXEC);
        try (Fd writer = pipe.writer(); Arena arena = Arena.ofConfined()) {
            Fcntl.setNonBlocking(writer, true);
            if (bytes.length > 0
                    && writer.write(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes)) != bytes.length) {
                throw new IOException("the pipe does not take the text");
            }
            return pipe.reader();
        } catch (IOException | RuntimeException e) {
            pipe.reader().close();
            throw e;
        }
    }

    private interface Bytes {
        void take(MemorySegment bytes);
    }

    /** Whatever somebody has handed over: it may be blocking, say nothing, or never end. */
    private static void readAll(Fd fd, Bytes bytes) throws IOException {
        long start = System.nanoTime();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER_BYTES);
            for (long sum = 0; sum <= MOST_BYTES;) {
                long left = PATIENCE.toNanos() - (System.nanoTime() - start);
                if (left <= 0 || fd.awaitNanos(Poll.POLLIN, left) == 0) {
                    throw new IOException("the descriptor does not come to an end in time");
                }
                long n = fd.read(buffer);
                if (n == 0) {
                    return;
                }
                if (n != Fd.WOULD_BLOCK) {
                    bytes.take(buffer.asSlice(0, n));
                    sum += n;
                }
            }
            throw new IOException("there are more than " + MOST_BYTES + " bytes in the descriptor");
        }
    }

    private static long countLines(Fd fd) throws IOException {
        long[] count = new long[1];
        readAll(fd, bytes -> {
            for (byte b : bytes.toArray(ValueLayout.JAVA_BYTE)) {
                count[0] += b == '\n' ? 1 : 0;
            }
        });
        return count[0];
    }

    private static String read(Fd fd) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        readAll(fd, bytes -> all.writeBytes(bytes.toArray(ValueLayout.JAVA_BYTE)));
        return all.toString(StandardCharsets.UTF_8);
    }
}
