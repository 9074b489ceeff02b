package dev.pollux.bench.virtual;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;

import dev.pollux.Fd;
import dev.pollux.SocketFd;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;

/** What kind of thread waits, and by whose sockets. */
public enum Kind {
    /** Virtual threads that wait for a non-blocking socket by {@code Fd.await}. */
    POLLUX_VIRTUAL("Pollux virtual", true, () -> pollux(true), port -> connectPollux(port, true)),
    /** Virtual threads that read from a channel in blocking mode. */
    JDK_VIRTUAL("JDK virtual", true, Kind::channels, Kind::connectChannel),
    /** Virtual threads that read from the stream of a {@code java.net.Socket}. */
    JDK_STREAMS("JDK virtual, streams", true, Kind::streams, Kind::connectStream),
    /** Platform threads that read from a blocking socket. */
    POLLUX_PLATFORM("Pollux platform", false, () -> pollux(false), port -> connectPollux(port, false)),
    /** Platform threads that read from a channel in blocking mode. */
    JDK_PLATFORM("JDK platform", false, Kind::channels, Kind::connectChannel);

    private static final int BACKLOG = 4096;
    private static final int BUFFER_SIZE = 1024;

    private final String contestant;
    private final boolean virtual;
    private final Opener opener;
    private final Connector connector;

    Kind(String contestant, boolean virtual, Opener opener, Connector connector) {
        this.contestant = contestant;
        this.virtual = virtual;
        this.opener = opener;
        this.connector = connector;
    }

    private interface Opener {
        Listener open() throws IOException;
    }

    private interface Connector {
        Line connect(int port) throws IOException;
    }

    /** How a listener gets its next connection. */
    interface Acceptor {
        Line accept() throws IOException;
    }

    interface Reader {
        int read() throws IOException;
    }

    interface Writer {
        void write(int count) throws IOException;
    }

    /** Where connections come from. */
    public record Listener(int port, Acceptor acceptor, Closeable socket) implements Closeable {
        /** Waits for the next one; called by a platform thread. */
        public Line accept() throws IOException {
            return acceptor.accept();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** One end of a connection, with a buffer. */
    public record Line(Reader reader, Writer writer, Closeable socket) implements Closeable {
        /** Waits for what comes, and reads it to the beginning of the buffer. Not positive at the end. */
        public int read() throws IOException {
            return reader.read();
        }

        /** Writes the first bytes of the buffer. */
        public void write(int count) throws IOException {
            writer.write(count);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Its name in the results. */
    public String contestant() {
        return contestant;
    }

    /** How much of a line's buffer is outside the heap. */
    public int bufferOutsideHeap() {
        return this == JDK_STREAMS ? 0 : BUFFER_SIZE;
    }

    /** Whether its threads are virtual. */
    public boolean isVirtual() {
        return virtual;
    }

    /** A socket on the loopback interface, with a port of its own. */
    public Listener listen() throws IOException {
        return opener.open();
    }

    /** Connects to such a socket. */
    public Line connect(int port) throws IOException {
        return connector.connect(port);
    }

    /** Starts a thread of this kind, with a stack of the default size. */
    public Thread start(Runnable task) {
        return virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().daemon().start(task);
    }

    static Kind of(String contestant) {
        return Arrays.stream(values()).filter(kind -> kind.contestant.equals(contestant)).findFirst().orElseThrow();
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    // ---- Pollux

    private static int flags(boolean virtual) {
        return SocketFd.SOCK_CLOEXEC | (virtual ? SocketFd.SOCK_NONBLOCK : 0);
    }

    /** The listener blocks; its connections do not if virtual threads wait for them. */
    private static Listener pollux(boolean virtual) throws IOException {
        SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC);
        socket.bind(address(0));
        socket.listen(SocketFd.SOMAXCONN);
        return new Listener(((InetSocketAddress) socket.getsockname()).getPort(), () -> {
            SocketFd accepted = null;
            while (accepted == null) {
                accepted = socket.accept(flags(virtual));
            }
            return line(accepted, virtual);
        }, socket);
    }

    private static Line connectPollux(int port, boolean virtual) throws IOException {
        SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, flags(virtual));
        if (socket.connect(address(port)) == SocketFd.IN_PROGRESS) {
            socket.await(POLLOUT);
            if (socket.takeError() != 0) {
                throw new IOException("not connected to port " + port);
            }
        }
        return line(socket, virtual);
    }

    private static Line line(SocketFd socket, boolean virtual) {
        // memory of the same kind as that of the JDK's channels
        MemorySegment buffer = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(BUFFER_SIZE));
        return new Line(() -> {
            long n = Fd.WOULD_BLOCK;
            while (n == Fd.WOULD_BLOCK) {
                if (virtual) {
                    socket.await(POLLIN);
                }
                n = socket.read(buffer);
            }
            return (int) n;
        }, count -> {
            for (long done = 0; done < count;) {
                long n = socket.write(buffer.asSlice(done, count - done));
                if (n == Fd.WOULD_BLOCK) {
                    socket.await(POLLOUT);
                } else {
                    done += n;
                }
            }
        }, socket);
    }

    // ---- the JDK

    private static Listener channels() throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open().bind(address(0), BACKLOG);
        return new Listener(channel.socket().getLocalPort(), () -> line(channel.accept()), channel);
    }

    private static Line connectChannel(int port) throws IOException {
        return line(SocketChannel.open(address(port)));
    }

    private static Line line(SocketChannel channel) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
        return new Line(() -> channel.read(buffer.clear()), count -> {
            buffer.position(0).limit(count);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }, channel);
    }

    private static Listener streams() throws IOException {
        ServerSocket socket = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        return new Listener(socket.getLocalPort(), () -> line(socket.accept()), socket);
    }

    private static Line connectStream(int port) throws IOException {
        return line(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private static Line line(Socket socket) throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        return new Line(() -> in.read(buffer), count -> out.write(buffer, 0, count), socket);
    }
}
