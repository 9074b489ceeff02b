package dev.pollux.bench.virtual;

import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;

/** What kind of thread waits, and by whose sockets. */
public enum Kind {
    /** Virtual threads that wait for a non-blocking socket by {@code Fd.await}. */
    POLLUX_VIRTUAL("Pollux virtual", true) {
        @Override
        Listener listen() throws IOException {
            return new PolluxListener(true);
        }

        @Override
        Line connect(int port) throws IOException {
            return PolluxLine.connect(port, true);
        }
    },
    /** Virtual threads that read from a channel in blocking mode. */
    JDK_VIRTUAL("JDK virtual", true) {
        @Override
        Listener listen() throws IOException {
            return new ChannelListener();
        }

        @Override
        Line connect(int port) throws IOException {
            return ChannelLine.connect(port);
        }
    },
    /** Virtual threads that read from the stream of a {@code java.net.Socket}. */
    JDK_STREAMS("JDK virtual, streams", true) {
        @Override
        Listener listen() throws IOException {
            return new StreamListener();
        }

        @Override
        Line connect(int port) throws IOException {
            return StreamLine.connect(port);
        }
    },
    /** Platform threads that read from a blocking socket. */
    POLLUX_PLATFORM("Pollux platform", false) {
        @Override
        Listener listen() throws IOException {
            return new PolluxListener(false);
        }

        @Override
        Line connect(int port) throws IOException {
            return PolluxLine.connect(port, false);
        }
    },
    /** Platform threads that read from a channel in blocking mode. */
    JDK_PLATFORM("JDK platform", false) {
        @Override
        Listener listen() throws IOException {
            return new ChannelListener();
        }

        @Override
        Line connect(int port) throws IOException {
            return ChannelLine.connect(port);
        }
    };

    private final String contestant;
    private final boolean virtual;

    Kind(String contestant, boolean virtual) {
        this.contestant = contestant;
        this.virtual = virtual;
    }

    /** Its name in the results. */
    public String contestant() {
        return contestant;
    }

    /** Whether its threads are virtual. */
    public boolean isVirtual() {
        return virtual;
    }

    /** A socket on the loopback interface, with a port of its own. */
    abstract Listener listen() throws IOException;

    /** Connects to such a socket. */
    abstract Line connect(int port) throws IOException;

    /** Starts a thread of this kind, with a stack of the default size. */
    Thread start(Runnable task) {
        return virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().daemon().start(task);
    }

    static Kind of(String contestant) {
        return Arrays.stream(values()).filter(kind -> kind.contestant.equals(contestant)).findFirst().orElseThrow();
    }

    /** Where connections come from. */
    interface Listener extends Closeable {
        int port() throws IOException;

        /** Waits for the next one; called by a platform thread. */
        Line accept() throws IOException;
    }

    /** One end of a connection, and a buffer. */
    interface Line extends Closeable {
        /** Bytes of a buffer. */
        int BUFFER_SIZE = 1024;

        /** Waits for what comes, and reads it to the begin of the buffer. Not positive at the end. */
        int read() throws IOException;

        /** Writes the first bytes of the buffer. */
        void write(int count) throws IOException;
    }
}
