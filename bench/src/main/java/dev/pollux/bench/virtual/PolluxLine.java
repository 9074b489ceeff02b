package dev.pollux.bench.virtual;

import static dev.pollux.Poll.POLLIN;
import static dev.pollux.Poll.POLLOUT;

import dev.pollux.Fd;
import dev.pollux.SocketFd;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A connection through Pollux. */
abstract sealed class PolluxLine implements Kind.Line {
    final SocketFd socket;
    /** Memory of the same kind as that of the JDK's channels. */
    final MemorySegment buffer = MemorySegment.ofBuffer(ByteBuffer.allocateDirect(BUFFER_SIZE));

    private PolluxLine(SocketFd socket) {
        this.socket = socket;
    }

    static PolluxLine of(SocketFd socket, boolean virtual) {
        return virtual ? new Waiting(socket) : new Blocking(socket);
    }

    static PolluxLine connect(int port, boolean virtual) throws IOException {
        SocketFd socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM, 0, SocketFd.SOCK_CLOEXEC
                | (virtual ? SocketFd.SOCK_NONBLOCK : 0));
        if (socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)) == SocketFd.IN_PROGRESS) {
            socket.await(POLLOUT);
            if (socket.takeError() != 0) {
                throw new IOException("not connected to port " + port);
            }
        }
        return of(socket, virtual);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static final class Waiting extends PolluxLine {
        Waiting(SocketFd socket) {
            super(socket);
        }

        @Override
        public int read() throws IOException {
            for (;;) {
                socket.await(POLLIN);
                long n = socket.read(buffer);
                if (n != Fd.WOULD_BLOCK) {
                    return (int) n;
                }
            }
        }

        @Override
        public void write(int count) throws IOException {
            for (long done = 0; done < count;) {
                long n = socket.write(buffer.asSlice(done, count - done));
                if (n == Fd.WOULD_BLOCK) {
                    socket.await(POLLOUT);
                } else {
                    done += n;
                }
            }
        }
    }

    private static final class Blocking extends PolluxLine {
        Blocking(SocketFd socket) {
            super(socket);
        }

        @Override
        public int read() throws IOException {
            return (int) socket.read(buffer);
        }

        @Override
        public void write(int count) throws IOException {
            for (long done = 0; done < count;) {
                done += socket.write(buffer.asSlice(done, count - done));
            }
        }
    }
}
