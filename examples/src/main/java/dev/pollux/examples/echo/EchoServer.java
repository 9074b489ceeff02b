package dev.pollux.examples.echo;

import java.io.Closeable;
import java.io.IOException;

/** A server that sends every client back what it sends, in whichever way. */
public interface EchoServer extends Closeable {
    /** What a user may choose. */
    record Options(int bufferSize, int fdSetSize, boolean once) { }

    /** Serves until the eventfd that it was given is written to, or the one request is answered. */
    void run() throws IOException;

    /** Closes all connections; the listener and the eventfd are others'. */
    @Override
    void close() throws IOException;
}
