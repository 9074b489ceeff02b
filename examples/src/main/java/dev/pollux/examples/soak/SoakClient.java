package dev.pollux.examples.soak;

import static dev.pollux.Epoll.EPOLLERR;
import static dev.pollux.Epoll.EPOLLHUP;
import static dev.pollux.Epoll.EPOLLIN;
import static dev.pollux.Epoll.EPOLLOUT;

import dev.pollux.Errno;
import dev.pollux.ErrnoException;
import dev.pollux.Fd;
import dev.pollux.SocketFd;
import dev.pollux.Sockopt;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;

/**
 * A client that plans to treat the echo server in some {@link Way}. Its loop asks it what to be watched for, and tells
 * it what was found. It takes nothing back but its own stream, from the start and without a gap.
 */
final class SoakClient {
    /** What clients do, and how many of a thousand do it. */
    enum Way {
        REQUESTS("requests one by one", 298),
        HALF_CLOSE("half-close", 260),
        BIG("up to a MiB and half-close", 8),
        TRICKLE("byte by byte and half-close", 60),
        CLOSE_UNREAD("reset before an answer is read", 100),
        RESET_SENDING("reset while sending", 64),
        RESET_RECEIVING("reset while receiving", 64),
        CLOSE_SENDING("close while sending", 60),
        LEAVE("close at once", 40),
        RESET("reset at once", 40),
        SLOW("read only when stuck", 4),
        DEAF("never read, reset when stuck", 2),
        POLITE("requests all the while", 0);

        final String text;
        private final int weight;

        Way(String text, int weight) {
            this.text = text;
            this.weight = weight;
        }

        static Way draw(SplittableRandom random) {
            int lot = random.nextInt(1000);
            for (Way way : values()) {
                lot -= way.weight;
                if (lot < 0) {
                    return way;
                }
            }
            throw new AssertionError("the weights are not a thousand");
        }
    }

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;
    private static final long NEVER = Long.MAX_VALUE;
    /** More than all buffers on the way can hold. */
    private static final long TOO_MUCH = 128L * MIB;
    private static final long STUCK_NANOS = 100_000_000;
    /** Longer than anything takes that is not broken. */
    private static final long PATIENCE_NANOS = 30_000_000_000L;
    private static final long PAUSE_NANOS = 4_000_000;

    final Way way;
    final SocketFd socket;
    int interest = EPOLLOUT;

    private final long number;
    private final SoakStream stream;
    private final SplittableRandom random;
    private final long start;
    private final long chunk; // the most it sends at once

    private long total; // all it will send
    private long request; // the length of one, for those who wait for each answer
    private long maySend; // up to here for now
    private long leaveAt = NEVER; // once so much has come, it takes no more and goes
    private long mayReceive = NEVER; // up to here for now
    private int sips; // how often it will read a little
    private long sent;
    private long received;
    private boolean connecting = true;
    private boolean blocked;
    private boolean halfClosed;
    private long progressAt;
    private long askedAt;

    /** Begins to connect. */
    SoakClient(Way way, long number, SoakStream stream, SplittableRandom random, InetSocketAddress from,
            InetSocketAddress server, long now) throws IOException {
        this.way = way;
        this.number = number;
        this.stream = stream;
        this.random = random;
        start = SoakStream.start(random);
        chunk = way == Way.TRICKLE ? 1 : SoakStream.CHUNK / (1 + random.nextInt(16));
        plan();
        progressAt = now;
        socket = SocketFd.create(SocketFd.AF_INET, SocketFd.SOCK_STREAM);
        try {
            if (isDeaf()) {
                // little, but several of the segments of loopback, or each would wait for a timer of the sender's
                socket.setsockopt(Sockopt.SO_RCVBUF, 256 * KIB);
                socket.setsockopt(Sockopt.SO_SNDBUF, 256 * KIB);
            }
            if (way == Way.TRICKLE || request > 0) {
                socket.setsockopt(Sockopt.TCP_NODELAY, true);
            }
            socket.bind(from);
            socket.connect(server);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void plan() {
        switch (way) {
            case REQUESTS, CLOSE_UNREAD -> {
                request = size(8 * KIB);
                total = request * (1 + random.nextInt(6));
                leaveAt = way == Way.CLOSE_UNREAD ? total - request : NEVER;
            }
            case POLITE -> {
                request = size(2 * KIB);
                total = NEVER;
            }
            case HALF_CLOSE -> total = random.nextInt(50) == 0 ? 0 : size(64 * KIB);
            case BIG -> total = 1 + random.nextInt(MIB);
            case TRICKLE -> total = 1 + random.nextInt(100);
            case RESET_SENDING, CLOSE_SENDING -> total = size(256 * KIB);
            case RESET_RECEIVING -> {
                total = size(256 * KIB);
                leaveAt = random.nextLong(total);
            }
            case SLOW, DEAF -> {
                total = TOO_MUCH;
                mayReceive = 0;
                sips = random.nextInt(6);
            }
            case LEAVE, RESET -> { }
        }
        maySend = request > 0 ? request : total;
    }

    /** As often between 1 and 10 as between 1000 and 10,000. */
    private long size(long most) {
        return Math.min(most, (long) Math.exp(random.nextDouble() * Math.log(most + 1)));
    }

    /** Whether the server has to keep much for it. */
    boolean isDeaf() {
        return way == Way.SLOW || way == Way.DEAF;
    }

    private boolean halfCloses() {
        return way == Way.HALF_CLOSE || way == Way.BIG || way == Way.TRICKLE;
    }

    private boolean wantsToWrite() {
        return sent < maySend;
    }

    private boolean wantsToRead() {
        return switch (way) {
            case RESET_SENDING -> blocked || sent == maySend; // to have something unread: then close is a reset
            case CLOSE_SENDING -> false;
            default -> received < mayReceive;
        };
    }

    /** What to watch for. */
    int wants() {
        return connecting ? EPOLLOUT
                : (wantsToRead() ? EPOLLIN : 0) | (wantsToWrite() ? EPOLLOUT : 0);
    }

    /**
     * Takes the next step that is possible.
     *
     * @param found what epoll found
     * @param buffer to read to, at least a chunk
     * @return whether it has done all it planned, and is to be closed
     */
    boolean step(int found, MemorySegment buffer, SoakResult result, long now) throws IOException {
        try {
            if (connecting) {
                int errno = socket.takeError();
                require(errno == 0, errno == 0 ? "" : "connect: " + Errno.name(errno));
                connecting = false;
                askedAt = now;
            } else if ((found & (EPOLLERR | EPOLLHUP)) != 0 && !wantsToRead()) {
                throw failure("ended by the server: " + Errno.name(socket.takeError()));
            }
            if (way == Way.LEAVE) {
                return true;
            }
            if (wantsToWrite()) {
                write(now);
            }
            if (halfCloses() && sent == total && !halfClosed) {
                halfClose();
            }
            if (way == Way.CLOSE_SENDING && (blocked || sent == maySend)) {
                return true;
            }
            return (found & ~EPOLLOUT) != 0 && wantsToRead() && read(buffer, result, now);
        } catch (ErrnoException e) {
            throw failure(e.getMessage());
        }
    }

    private void write(long now) throws IOException {
        MemorySegment bytes = stream.slice(start, sent, Math.min(chunk, maySend - sent));
        long n = socket.write(bytes);
        blocked = n < bytes.byteSize();
        if (n != Fd.WOULD_BLOCK) {
            sent += n;
            progressAt = now;
            require(sent < TOO_MUCH, "nothing holds it back, though it does not read");
        }
    }

    private void halfClose() throws IOException {
        socket.shutdown(SocketFd.SHUT_WR);
        halfClosed = true;
    }

    private boolean read(MemorySegment buffer, SoakResult result, long now) throws IOException {
        if (way == Way.RESET_SENDING || received == leaveAt) {
            return true;
        }
        long n = socket.read(buffer.asSlice(0, Math.min(buffer.byteSize(), Math.min(leaveAt, mayReceive) - received)));
        if (n == Fd.WOULD_BLOCK) {
            return false;
        }
        progressAt = now;
        if (n == 0) {
            require(halfClosed, "the end of the stream, though it has not half-closed");
            require(received == sent, "the end of the stream after " + received + " of " + sent + " bytes");
            return true;
        }
        long right = stream.match(buffer, n, start, received);
        require(right == n, "byte " + (received + right) + " is not the one that was sent");
        received += n;
        result.bytes += n;
        require(received <= sent, "more came back than it sent");
        if (request > 0 && received == maySend) {
            return answered(result, now);
        }
        return false;
    }

    private boolean answered(SoakResult result, long now) {
        if (way == Way.POLITE) {
            result.addResponse(now - askedAt);
            return false; // the next one after a pause
        }
        maySend = Math.min(total, maySend + request);
        return received == total;
    }

    /**
     * What is to be done after a while.
     *
     * @param ending whether the polite ones are to come to their end
     * @return whether it is to be closed
     */
    boolean tick(boolean ending, long now) throws IOException {
        if (isDeaf() && !connecting && !halfClosed && received == mayReceive && now - progressAt > STUCK_NANOS) {
            if (way == Way.DEAF) {
                return true;
            } else if (sips > 0) {
                sips--;
                mayReceive += Math.min(sent - received, 1 + random.nextInt(2 * MIB));
            } else {
                mayReceive = NEVER;
                maySend = sent;
                halfClose();
            }
            progressAt = now;
        }
        if (way == Way.POLITE && !connecting && !halfClosed && received == maySend && now - progressAt > PAUSE_NANOS) {
            if (ending) {
                halfClose();
            } else {
                maySend = received + request;
                askedAt = now;
            }
            progressAt = now;
        }
        if (now - progressAt > PATIENCE_NANOS) {
            throw failure("nothing happened for " + PATIENCE_NANOS / 1_000_000_000 + " s");
        }
        return false;
    }

    private void require(boolean condition, String complaint) throws IOException {
        if (!condition) {
            throw failure(complaint);
        }
    }

    private IOException failure(String complaint) {
        return new IOException("connection " + number + " (" + way.text + ", sent " + sent + ", received " + received
                + "): " + complaint);
    }
}
