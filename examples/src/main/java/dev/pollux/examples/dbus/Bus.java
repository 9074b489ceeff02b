package dev.pollux.examples.dbus;

import dev.pollux.Cmsg;
import dev.pollux.Fd;
import dev.pollux.Message;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import dev.pollux.UnixAbstractAddress;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A connection to a D-Bus daemon that passes descriptors. */
final class Bus implements Closeable {
    static final String NAME = "org.freedesktop.DBus";
    static final String PATH = "/org/freedesktop/DBus";

    /** How long the daemon, or whoever is called, may take to answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** What the reference implementation lets a message have. */
    private static final int MOST_FDS = 16;
    private static final int LINE_BYTES = 1024;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES);
    private final Message message = Message.allocate(arena, 1, Cmsg.space(Cmsg.rights(Cmsg.SCM_MAX_FD)));
    private final ArrayDeque<Fd> arrived = new ArrayDeque<>();
    private byte[] begun = new byte[0];
    private int serial;

    final SocketFd socket;

    Bus(String address) throws IOException {
        socket = SocketFd.create(SocketFd.AF_UNIX, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC);
        try {
            socket.setsockopt(Sockopt.SO_RCVTIMEO, PATIENCE);
            socket.setsockopt(Sockopt.SO_SNDTIMEO, PATIENCE);
            socket.connect(parse(address));
            authenticate();
            call(NAME, PATH, NAME, "Hello", "", new Writer(), List.of()).close();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Addresses are KIND:KEY=VALUE,KEY=VALUE;… */
    static SocketAddress parse(String addresses) throws IOException {
        for (String address : addresses.split(";")) {
            if (address.startsWith("unix:")) {
                for (String pair : address.substring("unix:".length()).split(",")) {
                    String value;
                    try {
                        value = URLDecoder.decode(
                                pair.substring(pair.indexOf('=') + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
                    } catch (IllegalArgumentException e) {
                        throw new IOException("no D-Bus address: " + address, e);
                    }
                    if (pair.startsWith("path=")) {
                        return UnixDomainSocketAddress.of(value);
                    } else if (pair.startsWith("abstract=")) {
                        return UnixAbstractAddress.of(value);
                    }
                }
            }
        }
        throw new IOException("no D-Bus address of a Unix-domain socket: " + addresses);
    }

    /** The daemon learns from the kernel who this is. */
    private void authenticate() throws IOException {
        say("\0AUTH EXTERNAL\r\n");
        expect("DATA");
        say("DATA\r\n");
        expect("OK ");
        say("NEGOTIATE_UNIX_FD\r\n");
        expect("AGREE_UNIX_FD");
        say("BEGIN\r\n");
    }

    private void say(String text) throws IOException {
        write(text.getBytes(StandardCharsets.US_ASCII), List.of());
    }

    /** Byte by byte: what follows the line may be a message, with descriptors. */
    private void expect(String answer) throws IOException {
        StringBuilder line = new StringBuilder();
        while (!line.toString().endsWith("\r\n")) {
            long n = socket.recv(buffer.asSlice(0, 1), 0);
            if (n <= 0 || line.length() > LINE_BYTES) {
                throw new IOException("the D-Bus daemon does not say " + answer + ", but " + line.toString().strip());
            }
            line.append((char) buffer.get(ValueLayout.JAVA_BYTE, 0));
        }
        if (!line.toString().startsWith(answer)) {
            throw new IOException("the D-Bus daemon does not say " + answer + ", but " + line.toString().strip());
        }
    }

    private void write(byte[] bytes, List<Fd> fds) throws IOException {
        message.control().clear();
        if (!fds.isEmpty()) {
            message.control().addRights(fds.toArray(Fd[]::new)); // with the first byte
        }
        for (int done = 0; done < bytes.length;) {
            int length = Math.min(bytes.length - done, BUFFER_BYTES);
            MemorySegment.copy(bytes, done, buffer, ValueLayout.JAVA_BYTE, 0, length);
            message.buffer(buffer.asSlice(0, length));
            long n = socket.sendmsg(message, SocketFd.MSG_NOSIGNAL);
            if (n == Fd.WOULD_BLOCK) {
                throw new IOException("the D-Bus daemon does not read");
            }
            message.control().clear();
            done += (int) n;
        }
    }

    /** Sends a message, and returns its number. */
    int send(BusMessage sent) throws IOException {
        write(sent.toBytes(++serial), sent.fds());
        return serial;
    }

    /** Calls, and returns the answer; other messages that come before it are not for such a client. */
    BusMessage call(String destination, String path, String iface, String member, String signature, Writer body,
            List<Fd> fds) throws IOException {
        int asked = send(BusMessage.call(destination, path, iface, member, signature, body, fds));
        for (;;) {
            BusMessage answer = receive();
            if (answer == null) {
                throw new IOException("no answer from " + destination);
            }
            if (answer.replySerial() != asked) {
                answer.close();
            } else if (answer.type() == BusMessage.ERROR) {
                try (answer) {
                    String text = answer.signature().startsWith("s") ? ": " + answer.values().text() : "";
                    throw new IOException(answer.error() + text);
                }
            } else {
                return answer;
            }
        }
    }

    /** The next message; null if none comes in time, or, of a signal or a part only, not yet. */
    BusMessage receive() throws IOException {
        for (;;) {
            BusMessage next = next();
            if (next != null || !fill(0)) {
                return next;
            }
        }
    }

    /** What has come, without waiting for more; null if that is no whole message. */
    BusMessage poll() throws IOException {
        BusMessage next = next();
        return next == null && fill(SocketFd.MSG_DONTWAIT) ? next() : next;
    }

    private BusMessage next() throws IOException {
        if (begun.length < BusMessage.FIXED_BYTES) {
            return null;
        }
        int length = BusMessage.length(begun);
        if (begun.length < length) {
            return null;
        }
        byte[] whole = Arrays.copyOf(begun, length);
        begun = Arrays.copyOfRange(begun, length, begun.length);
        return BusMessage.of(whole, this::take);
    }

    private List<Fd> take(int count) throws IOException {
        if (count < 0 || count > arrived.size()) {
            throw new IOException("of " + Integer.toUnsignedString(count) + " descriptors of a D-Bus message only "
                    + arrived.size() + " came");
        }
        List<Fd> taken = new ArrayList<>();
        while (taken.size() < count) {
            taken.add(arrived.remove());
        }
        return taken;
    }

    private boolean fill(int flags) throws IOException {
        message.buffer(buffer);
        long n = socket.recvmsg(message, flags);
        if (n == Fd.WOULD_BLOCK) {
            return false;
        }
        for (int i = 0; i < message.control().descriptors(); i++) {
            arrived.add(message.control().take(i));
        }
        if (n == 0) {
            throw new IOException("the D-Bus daemon has closed the connection");
        }
        if ((message.flags() & SocketFd.MSG_CTRUNC) != 0 || arrived.size() > Cmsg.SCM_MAX_FD + MOST_FDS) {
            throw new IOException("descriptors of a D-Bus message were lost, or there are too many");
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(begun);
        all.writeBytes(buffer.asSlice(0, n).toArray(ValueLayout.JAVA_BYTE));
        begun = all.toByteArray();
        return true;
    }

    @Override
    public void close() throws IOException {
        try (socket) {
            for (Fd fd : arrived) {
                fd.close();
            }
            message.close();
            arena.close();
        }
    }
}
